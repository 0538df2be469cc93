"""Club: the rules in a class, and below them the requests that use them."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict

from course.play.apis.api import Api, Caller, Instance, Name


class Member(BaseModel):
    """What the club knows about a person."""

    name: str
    role: str = "guest"
    credit: int = 0


class Registration(Name):
    """What a new member sends."""

    model_config = ConfigDict(extra="allow")


class Club(Api):
    """A club with members and a report, and the flag is in the report."""

    router = APIRouter()

    def __init__(self) -> None:
        super().__init__()
        self.members: dict[str, Member] = {}
        for name in self.people:
            role = "staff" if name == self.owner else "guest"
            self.members[name] = Member(name=name, role=role, credit=5)

    def register(self, sent: dict[str, Any]) -> Member:
        """A new member, from the fields that were sent."""
        self.join(sent["name"])
        member = Member(**sent)
        self.members[member.name] = member
        return member

    def report(self, caller: str) -> str:
        """The report, for staff alone."""
        if self.members[caller].role != "staff":
            raise HTTPException(403, "Only staff may read the report.")
        return f"Nothing happened. {self.flag}"


This = Annotated[Club, Instance]


@Club.router.post("/users", status_code=201)
def register(sent: Registration, api: This) -> dict[str, Any]:
    """Registers; the response has a token."""
    member = api.register(sent.model_dump())
    return {**member.model_dump(), "token": api.token(member.name)}


@Club.router.get("/users")
def list_members(caller: Caller, api: This) -> list[Member]:
    """All members."""
    return list(api.members.values())


@Club.router.get("/users/me")
def who_am_i(caller: Caller, api: This) -> Member:
    """What the club knows about you."""
    return api.members[caller]


@Club.router.get("/report")
def read_report(caller: Caller, api: This) -> dict[str, str]:
    """The report, for staff."""
    return {"text": api.report(caller)}
