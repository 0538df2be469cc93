"""What goes over the wire: requests with limits on everything, and responses."""

import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from course.checks.verdict import Outcome

MOST_EVENTS = 100  # in one request
MOST_SEQUENCE = 100_000  # events of one learner in a room
LONGEST_NAME = 24


def _readable(text: str) -> str:
    """No control characters, none that turn the direction of what follows, none that is no text."""
    if any(unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Cn") for each in text):
        raise ValueError("it holds characters that cannot be shown")
    return text


def _name(text: str) -> str:
    return _readable(" ".join(unicodedata.normalize("NFKC", text).split()))


Name = Annotated[str, AfterValidator(_name), Field(max_length=LONGEST_NAME)]
Line = Annotated[str, AfterValidator(_readable)]
_strict = ConfigDict(extra="forbid", strict=True)


class Join(BaseModel):
    """A wish to join; without a name the board gives one."""

    model_config = _strict
    code: Annotated[str, Field(max_length=40)]
    name: Name = ""


class Joined(BaseModel):
    """The pseudonym, and the token: it is told this once."""

    name: str
    token: str


class NewEvent(BaseModel):
    """One event, as a learner sends it."""

    model_config = ConfigDict(extra="forbid", strict=True, use_enum_values=True)
    sequence: Annotated[int, Field(ge=1, le=MOST_SEQUENCE)]
    at: Annotated[AwareDatetime, Field(strict=False)]
    event: Literal["lesson", "check", "guess", "review"]
    id: Annotated[str, StringConstraints(pattern=r"^[1-9]\d?\.[1-9]\d?[a-z]?$")]
    outcome: Annotated[Outcome | None, Field(strict=False)] = None
    unmet: Annotated[Line, Field(max_length=200)] | None = None
    question: Annotated[Line, Field(max_length=600)] | None = None
    chosen: Annotated[Line, Field(max_length=200)] | None = None
    right: bool | None = None
    fresh: bool = False


class Events(BaseModel):
    """What a learner sends at once."""

    model_config = _strict
    events: Annotated[list[NewEvent], Field(min_length=1, max_length=MOST_EVENTS)]


class Taken(BaseModel):
    """What became of them: how many are new, how many the board had already, and the last one's number."""

    new: int
    known: int
    last: int


class Key(BaseModel):
    """The instructor's key, out of the link."""

    model_config = _strict
    key: Annotated[str, Field(max_length=100)]
