"""What the learner has tried and done: an append-only log in work/, and what is derived from it."""

import json
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from course.base import paths
from course.checks.verdict import Outcome
from course.content import catalog

FRESH_VARIABLE = "COURSE_FRESH_KERNEL"


@dataclass
class Standing:
    """Where one exercise stands: the best outcome so far and what led to it."""

    attempts: int = 0
    hints: int = 0
    done: bool = False
    survives: bool = False

    @property
    def word(self) -> str:
        """The standing in one or two words, as tables show it."""
        if self.done:
            return "done, survives a restart" if self.survives else "done"
        return "tried" if self.attempts else "open"


def record(event: str, about: str, **details: Any) -> None:
    """Append one event ("check", "hint", "lesson", …) about a lesson or exercise id to the log.

    One write of one line, so that two notebooks can log at once. A log that cannot be written is
    a warning, never an error: a lesson must go on when the disk is full.
    """
    entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, "id": about}
    if os.environ.get(FRESH_VARIABLE):
        details["fresh"] = True
    line = json.dumps(entry | details) + "\n"
    path = paths.progress_log()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = path.exists() and path.stat().st_size and path.read_bytes()[-1:] != b"\n"
        with path.open("a", encoding="utf-8") as log:
            log.write("\n" + line if torn else line)
    except OSError as problem:
        warnings.warn(
            f"Your progress was not saved ({problem.strerror}): check the disk and the rights of "
            f"{path.name}. What you did in the notebook is not affected.",
            stacklevel=2,
        )


def events() -> Iterator[dict[str, Any]]:
    """All logged events, oldest first; a broken line is skipped with a warning, the rest counts."""
    path = paths.progress_log()
    if not path.exists():
        return
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            entry["event"], entry["id"]
        except (ValueError, KeyError, TypeError):
            warnings.warn(f"Line {number} of {path.name} is damaged and was skipped.", stacklevel=2)
            continue
        yield entry


def standings(log: Iterable[dict[str, Any]] | None = None) -> dict[str, Standing]:
    """The standing of every exercise id that occurs in the log."""
    found: dict[str, Standing] = {}
    for entry in events() if log is None else log:
        standing = found.setdefault(entry["id"], Standing())
        outcome = entry.get("outcome")
        if entry["event"] == "hint":
            standing.hints += 1
        elif entry["event"] == "check" and outcome != Outcome.NOT_ATTEMPTED:
            standing.attempts += 1
            standing.done = standing.done or outcome == Outcome.DONE
            if entry.get("fresh"):
                standing.survives = outcome == Outcome.DONE
    return found


def visited() -> list[str]:
    """Ids of the lessons that were opened, in the order in which they were opened last."""
    order: dict[str, None] = {}
    for entry in events():
        if entry["event"] == "lesson":
            order.pop(entry["id"], None)
            order[entry["id"]] = None
    return list(order)


def next_step() -> catalog.Exercise | catalog.Lesson | None:
    """What to do next: the first lesson not yet opened or exercise not yet done; None at the end."""
    opened, standing = set(visited()), standings()
    for lesson in catalog.lessons():
        if lesson.id not in opened:
            return lesson
        for exercise in lesson.exercises:
            if not standing.get(exercise.id, Standing()).done:
                return exercise
    return None
