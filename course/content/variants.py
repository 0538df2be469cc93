"""Broken variants of Postboard: small named changes, each a mistake that tests of the app must notice.

`variants.toml` beside this file is their one source. mutmut and cosmic-ray were considered: they make many
changes without a name, and nobody can say in a sentence what a client of such an app meets.
"""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, reduce
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.content import app_history, async_variants, python_parts

SOURCE = Path(__file__).with_name("variants.toml")


@dataclass(frozen=True)
class Change:
    """In this definition of a file of the app, one text takes the place of another.

    `later`: old and new of the same mistake where a later lesson has changed what it is made of.
    """

    file: str
    definition: str
    old: str
    new: str
    later: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Variant:
    """A mistake: a name for programs, the part of the app, what a client meets, the changes that make it."""

    name: str
    area: str
    says: str
    changes: tuple[Change, ...]


@cache
def variants() -> tuple[Variant, ...]:
    """All variants, in the order of their file."""
    return tuple(map(_read, tomllib.loads(SOURCE.read_text(encoding="utf-8"))["variant"]))


def named(name: str) -> Variant:
    """The variant of this name. Raises CourseError with the ones like it when there is none."""
    found = {each.name: each for each in variants()}
    if name not in found:
        near = get_close_matches(name, found, 3) or sorted(found)[:3]
        raise CourseError(f'There is no mistake called "{name}". There are: {", ".join(near)}.')
    return found[name]


def broken(tree: app_history.Tree, variant: Variant) -> app_history.Tree:
    """The app (path to text) with this mistake in it. Raises CourseError where the variant does not apply."""
    try:
        return reduce(_changed, variant.changes, tree)
    except CourseError as problem:
        raise CourseError(
            f'The variant "{variant.name}" no longer applies: {problem} '
            f"Change its entry in {SOURCE.name}, so that it makes the same mistake in the app as it is now."
        ) from None


def _read(entry: dict[str, Any]) -> Variant:
    changes = [entry, *entry.get("also", [])]
    return Variant(entry["name"], entry["area"], entry["says"], tuple(map(_change, changes)))


def _change(entry: dict[str, Any]) -> Change:
    later = tuple((each["old"], each["new"]) for each in entry.get("later", []))
    return Change(entry["file"], entry["definition"], entry["old"], entry["new"], later)


def _changed(tree: app_history.Tree, change: Change) -> app_history.Tree:
    if change.file not in tree:
        raise CourseError(f"the app has no file {change.file}.")
    text = tree[change.file]
    part = _definition(text, change.definition)
    if part is None:
        raise CourseError(f"{change.file} defines no {change.definition}.")
    found = part.text + "\n"
    code = "\n".join(held for path, held in tree.items() if path.startswith("app/"))
    forms = ((change.old, change.new), *change.later)
    made = next(filter(None, (_replaced(found, old, new, code) for old, new in forms)), None)
    if made is None:
        times = found.count(change.old)
        raise CourseError(
            f"{change.definition} in {change.file} holds its old text {times} times, and it must be once."
        )
    lines = text.splitlines(keepends=True)
    before, behind = lines[: part.start], lines[part.start + len(part.lines) :]
    return tree | {change.file: "".join([*before, made, *behind])}


def _replaced(found: str, old: str, new: str, app: str) -> str | None:
    made = async_variants.replaced(found, old, new, app)
    return found.replace(old, new) if made is None and found.count(old) == 1 else made


def _definition(text: str, name: str) -> python_parts.Part | None:
    """The part of a file that defines `name`; "Post.score" is a member, a call is known by its text."""
    parts = python_parts.parts(text)
    outer, _, member = name.partition(".")
    found = _named(parts, name) or _named(parts, outer)
    if not found or name in found.names:
        return found
    block = python_parts.block(found)
    return _named(list(block.body), member) if block else None


def _named(parts: list[python_parts.Part], name: str) -> python_parts.Part | None:
    return next((part for part in parts if name in part.names), None)
