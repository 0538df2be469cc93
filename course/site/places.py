"""Which page of the web edition shows what, and its address.

All pages but the first lie in a folder of their own kind, so from each of them `../` is the top.
"""

import re
from urllib.parse import quote

from course.content import catalog

INDEX = "index"
APP = "app/index"
TOPICS, ERRATA, CARD, ERRORS = "lists/topics", "lists/errata", "lists/card", "lists/errors"
CONCEPTS = "genindex"  # Sphinx's own name of its index
_STORED = re.compile(
    r"(?<=href=\")(?:\.\./)*(?P<kind>notebooks|exercises)/(?P<name>week[^\"#]+)\.ipynb"
    r"(?:#cell-id=(?P<cell>[^\"]+))?(?=\")"
)


def stem(lesson: catalog.Lesson) -> str:
    """A lesson's name without its week's folder: "1_4_contracts_with_pydantic"."""
    return lesson.name.rsplit("/", 1)[-1]


def lesson_page(lesson: catalog.Lesson) -> str:
    """The page of a lesson, as Sphinx names it: without an ending."""
    return f"lessons/{stem(lesson)}"


def exercise_page(lesson: catalog.Lesson) -> str:
    """The page of a lesson's exercises."""
    return f"exercises/{stem(lesson)}"


def app_page(lesson: catalog.Lesson) -> str:
    """The page of the app as a lesson leaves it."""
    return f"app/{stem(lesson)}"


def address(page: str, place: str = "") -> str:
    """The address of a page, seen from every page but the first; `place` is the id of a part of it."""
    return f"../{page}.html" + (f"#{quote(place)}" if place else "")


def file_id(path: str) -> str:
    """The id of a file's place on a page of the app."""
    return f"file-{path}"


def relinked(html: str) -> str:
    """Stored HTML whose links to notebooks are links to pages of the web edition."""

    def moved(found: re.Match[str]) -> str:
        folder = "lessons" if found["kind"] == "notebooks" else "exercises"
        name = found["name"].rsplit("/", 1)[-1]
        return address(f"{folder}/{name}", found["cell"] or "")

    return _STORED.sub(moved, html)
