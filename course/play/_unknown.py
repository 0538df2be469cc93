"""Small APIs that a reader knows nothing of, with a hole each and a flag behind it."""

from importlib import import_module
from typing import TYPE_CHECKING

from course.base.errors import CourseError

if TYPE_CHECKING:
    from course.play.apis.api import Api

APIS = ("notes", "club", "calendar")


def unknown(name: str) -> "type[Api]":
    """The class of an unknown API: "notes", "club" or "calendar".

    `.docs()` describes it, `.client()` is a client of a new instance, and `.code()` is its code. A class of
    your own that inherits from it replaces one of its methods. Raises CourseError for another name.
    """
    if name not in APIS:
        raise CourseError(f"There is no unknown API {name!r}. There are {', '.join(APIS)}.")
    found: type[Api] = getattr(import_module(f"course.play.apis.{name}"), name.title())
    return found
