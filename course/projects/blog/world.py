"""What each requirement of Blog gets: a client, users, and values that differ each time."""

import string
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg

from course.projects.base_world import BaseWorld
from course.projects.blog.parts import Part, listed, part
from course.projects.services import PostgresDatabase, Service
from course.projects.wire import Reply, Wire


@dataclass(frozen=True)
class Reader:
    """Somebody who may have a token: "" for nobody known."""

    wire: Wire
    token: str = field(default="", repr=False)

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """A request below /api in their name."""
        headers = {"Authorization": f"Token {self.token}"} if self.token else {}
        return self.wire.send(method, f"/api{path}", headers=headers | request.pop("headers", {}), **request)

    def read(self, slug: str) -> Part:
        """The article at a slug. Raises NotYet."""
        return part(
            self.send("GET", f"/articles/{slug}").must(200, why="An article is at its slug."), "article"
        )

    def page(self, query: str = "", *, feed: bool = False) -> Reply:
        """The response with a list, which is a 200. Raises NotYet."""
        path = "/articles/feed" if feed else "/articles"
        return self.send("GET", f"{path}{query}").must(200, why="A list is a 200.")

    def titles(self, query: str = "", *, feed: bool = False) -> list[str]:
        """The titles of a list, in its order."""
        return [str(each["title"]) for each in listed(self.page(query, feed=feed), "articles")]


@dataclass(frozen=True)
class User(Reader):
    """Somebody who is registered."""

    name: str = ""
    email: str = ""
    password: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """Where their profile is."""
        return f"/profiles/{quote(self.name, safe='')}"

    def publish(self, **fields: Any) -> Reply:
        """The response to a new article of theirs."""
        sent = {"title": "A title", "description": "In short.", "body": "At length."} | fields
        return self.send("POST", "/articles", json={"article": sent})

    def article(self, **fields: Any) -> Part:
        """A new article of theirs. Raises NotYet where it is no 201."""
        return part(self.publish(**fields).must(201, why="An article is published."), "article")

    def change(self, slug: str, /, **fields: Any) -> Reply:
        """The response to a change of an article."""
        return self.send("PUT", f"/articles/{slug}", json={"article": fields})

    def favorite(self, slug: str, method: str = "POST") -> Reply:
        """The response to a favourite; DELETE removes it."""
        return self.send(method, f"/articles/{slug}/favorite")

    def follow(self, whom: "User", method: str = "POST") -> Reply:
        """The response to a follow; DELETE ends it."""
        return self.send(method, f"{whom.path}/follow")

    def comment(self, slug: str, body: object) -> Reply:
        """The response to a new comment."""
        return self.send("POST", f"/articles/{slug}/comments", json={"comment": {"body": body}})


@dataclass
class World(BaseWorld):
    """A server, its client, and what is sent to it."""

    letters = "bcdfghjkmnpqrtvwxz"  # of which no English ending is made: a search keeps such words whole

    @property
    def nobody(self) -> Reader:
        """A client without a token."""
        return Reader(self.wire)

    def form(self) -> dict[str, str]:
        """What somebody registers with."""
        letters = "".join(self.random.choices(string.ascii_lowercase, k=8))
        email = f"{letters}@{self.word()}.example"
        return {"username": self.word(), "email": email, "password": f"not-a-real-{self.word()}"}

    def register(self, form: object) -> Reply:
        """The response to a registration."""
        return self.nobody.send("POST", "/users", json={"user": form})

    def login(self, email: object, password: object) -> Reply:
        """The response to a login."""
        return self.nobody.send("POST", "/users/login", json={"user": {"email": email, "password": password}})

    def user(self, **fields: str) -> User:
        """Somebody new. Raises NotYet where they cannot register."""
        form = self.form() | fields
        made = part(self.register(form).must(201, why="Somebody registers."), "user")
        return self.known(form, made)

    def users(self, number: int) -> list[User]:
        """Several of them."""
        return [self.user() for _ in range(number)]

    def known(self, form: dict[str, str], answered: Part) -> User:
        """Somebody who has been told their token."""
        return User(self.wire, str(answered["token"]), form["username"], form["email"], form["password"])

    def database(self) -> AbstractContextManager[psycopg.Connection]:
        """The server's database. Raises NotTried at an address, NotYet where it cannot be asked."""
        return self.own.service(PostgresDatabase).connection()


def services() -> list[Service]:
    """What the project is given."""
    return [PostgresDatabase()]


def at(reply: Reply) -> Part:
    """The article of a response that is a 200."""
    return part(reply.must(200), "article")
