"""What clients send, and what they get."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    MISSING,
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    StringConstraints,
    model_validator,
)

MOST = 2**63 - 1  # the largest integer of SQLite


def in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year in UTC must be between 1 and 9999") from None


def known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise ValueError("no time zone has this name") from None
    return name


def each_once(tags: list[str]) -> list[str]:
    return sorted(set(tags))


Moment = Annotated[AwareDatetime, AfterValidator(in_utc)]
Trimmed = StringConstraints(strip_whitespace=True, min_length=1)
Title = Annotated[str, Trimmed, StringConstraints(max_length=200)]
Notes = Annotated[str, StringConstraints(max_length=5000)]
Tag = Annotated[str, Trimmed, StringConstraints(to_lower=True, max_length=30)]
Tags = Annotated[list[Tag], AfterValidator(each_once), Field(max_length=10)]
TaskId = Annotated[int, Field(ge=1, le=MOST)]


class Strict(BaseModel):
    """An unknown name is refused: a typing mistake would look like success."""

    model_config = ConfigDict(extra="forbid")


class Registration(Strict):
    email: Annotated[EmailStr, StringConstraints(to_lower=True, max_length=254)]
    password: Annotated[str, StringConstraints(min_length=8, max_length=200)]


class UserResponse(BaseModel):
    id: int
    email: str


class Token(BaseModel):
    access_token: str
    token_type: Literal["bearer"] = "bearer"


class TaskCreate(Strict):
    title: Title
    notes: Notes = ""
    due_at: Moment | None = None
    tags: Tags = []


class TaskUpdate(Strict):
    """A field that is left out keeps its value."""

    title: Title | MISSING = MISSING
    notes: Notes | MISSING = MISSING
    due_at: Moment | None | MISSING = MISSING
    tags: Tags | MISSING = MISSING
    done: bool | MISSING = MISSING


class TaskResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    notes: str
    done: bool
    due_at: datetime | None
    tags: list[str]
    created_at: datetime
    completed_at: datetime | None


class TaskList(BaseModel):
    """A page, and the cursor of the next one."""

    items: list[TaskResponse]
    next: str | None


class TagCount(BaseModel):
    name: str
    tasks: int


class TagList(BaseModel):
    items: list[TagCount]


class Ids(Strict):
    ids: Annotated[list[TaskId], Field(min_length=1, max_length=100)]


class Completed(BaseModel):
    completed: list[int]


class Wanted(Strict):
    """Which tasks a client asks for."""

    done: bool | None = None
    tag: list[Tag] = []
    search: Annotated[str, StringConstraints(max_length=100)] = ""
    due_from: Moment | None = None
    due_before: Moment | None = None
    due_on: date | None = None
    zone: Annotated[str, AfterValidator(known_zone)] | None = None
    sort: Literal["created_at", "-created_at", "due_at", "-due_at"] = "created_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: str | None = None

    @model_validator(mode="after")
    def day_and_zone(self) -> "Wanted":
        if (self.due_on is None) is not (self.zone is None):
            raise ValueError("due_on and zone belong together")
        return self
