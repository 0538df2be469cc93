"""What the unknown APIs share: people, tokens and a flag of each instance; a description, and their code."""

import inspect
import random
import secrets
import sys
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

NAMES = ["amara", "bruno", "chidi", "dalia", "emre", "farah", "goran", "hana", "ines", "jonas"]


class Name(BaseModel):
    """Whom a request is about."""

    name: str = Field(min_length=1, max_length=40)


class Text(BaseModel):
    """What a request writes."""

    text: str


class Api:
    """An API with one hole, and a flag behind it. Each instance has people, ids and a flag of its own."""

    router: ClassVar[APIRouter]

    def __init__(self) -> None:
        self.flag = f"flag-{secrets.token_hex(8)}"
        self.people = random.sample(NAMES, 4)
        self.owner = random.choice(self.people)
        self.tokens: dict[str, str] = {}

    def join(self, name: str) -> None:
        """Take in a new person. Raises HTTPException, 409, when the name is taken."""
        if name in self.people:
            raise HTTPException(409, "This name is taken.")
        self.people.append(name)

    def token(self, name: str) -> str:
        """A new token for this person."""
        token = secrets.token_urlsafe(16)
        self.tokens[token] = name
        return token

    def caller(self, token: str) -> str:
        """The person that this token is for. Raises HTTPException, 401, when there is none."""
        if token not in self.tokens:
            raise HTTPException(401, "This token is not valid.")
        return self.tokens[token]

    def app(self) -> FastAPI:
        """The app of this instance: `serve(Notes().app())` opens its /docs in the browser."""
        app = FastAPI(title=type(self).__name__, description=inspect.getdoc(type(self)) or "")
        app.include_router(self.router)
        app.state.api = self
        return app

    @classmethod
    def client(cls) -> TestClient:
        """A client of a new instance."""
        return TestClient(cls().app(), raise_server_exceptions=False)

    @classmethod
    def docs(cls) -> "Docs":
        """The description of the API: what /docs shows, in short."""
        return Docs(cls().app().openapi())

    @classmethod
    def code(cls) -> None:
        """Print the file of the API, for when its flag is captured."""
        known = next(each for each in cls.__mro__ if each.__module__.startswith(__package__))
        print(inspect.getsource(sys.modules[known.__module__]))


class Docs:
    """A line for each operation: method, path, fields of the body, and what it says of itself."""

    def __init__(self, described: dict[str, Any]) -> None:
        self._described = described

    def __repr__(self) -> str:
        head = f"{self._described['info']['title']}: {self._described['info']['description']}"
        return "\n".join([head, *(f"  {line}" for line in self._operations())])

    def _operations(self) -> Iterator[str]:
        for path, methods in self._described["paths"].items():
            for method, operation in methods.items():
                sent = self._fields(operation.get("requestBody", {}))
                yield f"{method.upper():<4} {path + sent:<28} {operation['description']}"

    def _fields(self, body: dict[str, Any]) -> str:
        if not body:
            return ""
        model = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        return f" {{{', '.join(self._described['components']['schemas'][model]['properties'])}}}"


def _instance(request: Request) -> Any:
    return request.app.state.api


def _token(sent: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    return sent.credentials


Instance = Depends(_instance)
Token = Annotated[str, Depends(_token)]


def _caller(token: Token, api: Annotated[Api, Instance]) -> str:
    return api.caller(token)


Caller = Annotated[str, Depends(_caller)]
