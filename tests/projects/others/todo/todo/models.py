"""What clients send. Each model refuses a field that it does not have."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from todo.moments import day_bounds, parse_moment
from todo.security import address


def _each_once(tags: list[str]) -> list[str]:
    tags = sorted(set(tags))
    if len(tags) > 10:
        raise ValueError("a task has at most 10 tags")
    return tags


Email = Annotated[
    str,
    AfterValidator(address),
    Field(max_length=254, pattern=r"^\s*[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\s*$"),
]
Moment = Annotated[str, AfterValidator(parse_moment)]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Notes = Annotated[str, Field(max_length=5000)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1, max_length=30)]
Tags = Annotated[list[Tag], AfterValidator(_each_once)]
Sort = Literal["created_at", "-created_at", "due_at", "-due_at"]


class Model(BaseModel):
    """Strict: a number is no text, and 1 is not true."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Registration(Model):
    """A new user."""

    email: Email
    password: Annotated[str, Field(min_length=8, max_length=200)]


class Login(Model):
    """The form of OAuth 2; only the first two fields are used."""

    username: str
    password: str
    grant_type: str = "password"
    scope: str = ""
    client_id: str = ""
    client_secret: str = ""


class NewTask(Model):
    """A task as it begins."""

    title: Title
    notes: Notes = ""
    due_at: Moment | None = None
    tags: Tags = []


class TaskChange(Model):
    """The fields that are sent count; the others' values here mean nothing."""

    title: Title = ""
    notes: Notes = ""
    due_at: Moment | None = None
    tags: Tags = []
    done: bool = False


class Completion(Model):
    """A bulk request."""

    ids: Annotated[list[int], Field(min_length=1, max_length=100)]


class ListQuery(Model):
    """The parameters of a list of tasks."""

    done: Literal["true", "false"] | None = None
    tag: list[Tag] = []
    search: str | None = None
    due_from: Moment | None = None
    due_before: Moment | None = None
    due_on: str | None = None
    zone: str | None = None
    sort: Sort = "created_at"
    limit: Annotated[int, Field(strict=False, ge=1, le=100)] = 20
    cursor: str | None = None

    @model_validator(mode="after")
    def _day_and_zone(self) -> Self:
        if (self.due_on is None) != (self.zone is None):
            raise ValueError("due_on and zone: both or none")
        self.day()
        return self

    def day(self) -> tuple[str, str] | None:
        """Its bounds."""
        if self.due_on is None or self.zone is None:
            return None
        return day_bounds(self.due_on, self.zone)


class Cursor(Model):
    """The last task of a page: what it was sorted by, and its id."""

    sort: Sort
    key: str
    id: Annotated[int, Field(gt=0, lt=2**63)]
