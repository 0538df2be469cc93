"""Calendar: the rules in a class, and below them the requests that use them."""

import secrets
from typing import Annotated, Any, Literal

import jwt
from fastapi import APIRouter, HTTPException

from course.play.apis.api import Api, Caller, Instance, Name, Text, Token


class Invitation(Name):
    """Who is invited, and to do what."""

    type: Literal["view", "edit"]


class Calendar(Api):
    """Everybody has a calendar and may share it, and the flag is in a calendar."""

    router = APIRouter()

    def __init__(self) -> None:
        super().__init__()
        self.key = secrets.token_hex(32)
        self.events = {name: [f"{name} buys tea"] for name in self.people}
        self.events[self.owner].append(self.flag)

    def sign(self, **claims: str) -> str:
        """A token with these claims."""
        return jwt.encode(claims, self.key, "HS256")

    def claims(self, token: str) -> dict[str, Any]:
        """The claims of a token that was signed here."""
        try:
            return jwt.decode(token, self.key, ["HS256"])
        except jwt.InvalidTokenError:
            raise HTTPException(401, "This token is not valid.") from None

    def token(self, name: str) -> str:
        """A token with which this person calls."""
        return self.sign(type="access", sub=name)

    def caller(self, token: str) -> str:
        """The person who calls with this token."""
        return str(self.claims(token)["sub"])

    def invite(self, caller: str, name: str, type: str) -> str:
        """A token with which this person views or edits the calendar of the caller."""
        return self.sign(type=type, sub=name, calendar=caller)

    def shared(self, token: str, *types: str) -> list[str]:
        """The calendar of an invitation of one of these types."""
        claims = self.claims(token)
        if claims["type"] not in types:
            raise HTTPException(403, "You have no invitation to do this.")
        return self.events[claims["calendar"]]


This = Annotated[Calendar, Instance]


@Calendar.router.post("/users", status_code=201)
def register(sent: Name, api: This) -> dict[str, str]:
    """Registers; the response has a token."""
    api.join(sent.name)
    api.events[sent.name] = []
    return {"name": sent.name, "token": api.token(sent.name)}


@Calendar.router.get("/users")
def list_people(caller: Caller, api: This) -> list[str]:
    """The names of all people."""
    return api.people


@Calendar.router.get("/events")
def your_events(caller: Caller, api: This) -> list[str]:
    """Your calendar."""
    return api.events[caller]


@Calendar.router.post("/events", status_code=201)
def add_event(sent: Text, caller: Caller, api: This) -> list[str]:
    """A new event in your calendar."""
    api.events[caller].append(sent.text)
    return api.events[caller]


@Calendar.router.post("/invitations", status_code=201)
def invite(sent: Invitation, caller: Caller, api: This) -> dict[str, str]:
    """A token for this person, to view or edit your calendar."""
    return {"token": api.invite(caller, sent.name, sent.type)}


@Calendar.router.get("/shared")
def shared_events(token: Token, api: This) -> list[str]:
    """The calendar of an invitation; send its token, not yours."""
    return api.shared(token, "view", "edit")


@Calendar.router.post("/shared", status_code=201)
def add_shared(sent: Text, token: Token, api: This) -> list[str]:
    """A new event there, with an invitation to edit."""
    events = api.shared(token, "edit")
    events.append(sent.text)
    return events
