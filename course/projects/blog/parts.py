"""What the bodies of Blog have in common: an object with a name, moments, and the one form of errors."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from course.projects.outcome import NotYet
from course.projects.wire import Reply

PROFILE = ("username", "bio", "image", "following")
LISTED = (
    *("slug", "title", "description", "tagList", "createdAt", "updatedAt"),
    *("favorited", "favoritesCount", "author"),
)
ARTICLE = (*LISTED, "body")
COMMENT = ("id", "body", "createdAt", "updatedAt", "author")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+]00:00)")


@dataclass(frozen=True)
class Part:
    """An object inside a body, as in {"article": {...}}, and the response that it came in."""

    reply: Reply
    name: str
    fields: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        """A field. Raises NotYet where there is none."""
        if name not in self.fields:
            raise self.not_yet(f"The object {self.name} has the field {name}.")
        return self.fields[name]

    def is_(self, name: str, wanted: object, why: str = "") -> "Part":
        """The same, if a field has this value; raises NotYet."""
        found = self[name]
        if found != wanted or isinstance(found, bool) is not isinstance(wanted, bool):
            raise self.not_yet(why, f"{self.name}.{name}: expected {wanted!r}, got {found!r}")
        return self

    def has(self, names: Iterable[str]) -> "Part":
        """The same, if it has these fields; raises NotYet."""
        for name in names:
            self[name]
        return self

    def tags(self, wanted: Iterable[str], why: str = "") -> "Part":
        """The same, if its tags are these, in any order; raises NotYet."""
        if sorted(self["tagList"]) != sorted(wanted):
            raise self.not_yet(why, f"tagList: expected {sorted(wanted)}, got {self['tagList']}")
        return self

    def inner(self, name: str) -> "Part":
        """An object in this one."""
        return _part(self.reply, name, self[name])

    def moment(self, name: str) -> datetime:
        """A field that is a moment in UTC with its fraction. Raises NotYet for anything else."""
        found = self[name]
        try:
            if isinstance(found, str) and _MOMENT.fullmatch(found):
                return datetime.fromisoformat(found)
        except ValueError:
            pass
        why = f"{name} is a moment in UTC with a fraction of a second, as in 2031-03-30T09:00:00.000Z."
        raise self.not_yet(why, f"{name}: {found!r}")

    def not_yet(self, why: str, got: str = "") -> NotYet:
        """What to raise where this object is not what the contract says."""
        return self.reply.not_yet(why, got)


def part(reply: Reply, name: str) -> Part:
    """The object `name` of a body. Raises NotYet where there is none."""
    return _part(reply, name, reply[name])


def listed(reply: Reply, name: str) -> list[Part]:
    """The objects of the list `name` of a body. Raises NotYet where there is none."""
    found = reply[name]
    if not isinstance(found, list):
        raise reply.not_yet(f"The field {name} is a list.")
    return [_part(reply, name.removesuffix("s"), each) for each in found]


def refused(reply: Reply, *statuses: int, fields: Iterable[str] = (), why: str = "") -> Reply:
    """The same, if it is an error in the one form of errors that names these fields; raises NotYet."""
    reply.must(*statuses, why=why)
    errors = reply["errors"]
    if not isinstance(errors, dict) or not errors or not all(map(_texts, errors.values())):
        raise reply.not_yet("errors is an object in which each name has a list of texts.")
    if missing := [name for name in fields if name not in errors]:
        raise reply.not_yet(
            "The errors name each field that is wrong.",
            f"{', '.join(missing)} of {', '.join(fields)} missing",
        )
    return reply


def _texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _part(reply: Reply, name: str, found: object) -> Part:
    if not isinstance(found, dict):
        raise reply.not_yet(f"The body has the object {name}.")
    return Part(reply, name, found)
