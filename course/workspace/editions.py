"""Lessons that got another number: what ids and files of an earlier edition are called now.

A learner's log and copies outlive an edition, so they are read by these tables and never rewritten in place.
"""

import re
from typing import Any

from course.content import catalog

NOW = 2  # the edition that the course writes; a line of the log without one is of the first

# Lessons of the first edition that have another number now.
_LESSONS = {"3.5": "3.6", "3.6": "3.7", "3.7": "3.8", "3.8": "4.1"}

# Exercises of the first edition that do not follow their lesson: the new id, or None where there is none.
MOVED: dict[str, str | None] = {
    "3.4a": "3.5b",
    "3.4c": "3.4d",
    "3.4d": "3.5d",
    "3.4e": "3.5e",
    "3.7d": "3.9d",
    "3.7e": "3.8d",
}

# Paths of lessons of the first edition, under notebooks/ without the ending, and what they are called now.
RENAMED = {
    "week3_sqlalchemy/3_4_relationships": "week3_sqlalchemy/3_4_one_to_many",
    "week3_sqlalchemy/3_5_joins_aggregates_pages": "week3_sqlalchemy/3_6_joins_aggregates_pages",
    "week3_sqlalchemy/3_6_fast_queries": "week3_sqlalchemy/3_7_fast_queries",
    "week3_sqlalchemy/3_7_transactions_and_pools": "week3_sqlalchemy/3_8_transactions",
    "week3_sqlalchemy/3_8_a_real_package": "week4_alembic/4_1_a_real_package",
}

# Where a notebook of the course names a lesson or an exercise: a call, a heading, its title.
_NAMED = re.compile(
    r"""(?P<before> \b(?:lesson|check|hint|solution|reset)\(\s*["'] | ^\#\#?[ ])
        (?P<id> \d+\.\d+[a-z]? ) (?=["'\s])""",
    re.MULTILINE | re.VERBOSE,
)


def present(old_id: str, edition: int) -> str | None:
    """The id that a lesson ("3.5") or an exercise ("3.5a") of an edition has now; None when it is gone."""
    if edition >= NOW:
        return old_id
    if old_id in MOVED:
        return MOVED[old_id]
    letter = old_id[-1:] if catalog.is_exercise_id(old_id) else ""
    lesson = old_id.removesuffix(letter)
    return _LESSONS.get(lesson, lesson) + letter


def renumbers(copy: str) -> bool:
    """True for a copy of the first edition ("week3_x/3_5_joins.ipynb") in which ids have changed since."""
    if copy.removesuffix(".ipynb").removesuffix(".exercises") not in RENAMED:
        return False
    lesson = ".".join(copy.rsplit("/", 1)[1].split("_")[:2])
    return lesson in _LESSONS or any(each[:-1] == lesson for each in MOVED)


def renumbered(cells: list[dict[str, Any]]) -> None:
    """Write the present ids into the cells of a notebook of the first edition; all else stays as it is."""
    for cell in cells:
        text = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        cell["source"] = _NAMED.sub(lambda found: found["before"] + _or_gone(found["id"]), text)
        mark = cell["metadata"].get("nbgrader", {})
        kind, _, slug = str(mark.get("grade_id", "")).partition("-")
        if kind in ("answer", "check"):
            mark["grade_id"] = f"{kind}-{_or_gone(slug.replace('-', '.')).replace('.', '-')}"


def _or_gone(old_id: str) -> str:
    """The present id; where there is none, words that no other exercise can be taken for."""
    return present(old_id, 1) or f"{old_id} of the first edition"
