"""What the learner has tried and done: an append-only log in work/, and what is derived from it."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course.base import files, paths
from course.checks.verdict import Outcome
from course.content import catalog
from course.workspace import editions
from course.workspace.room import membership

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


# What could not be written, by the path of its log: it counts here, and is written as soon as that works.
_unsaved: dict[str, list[str]] = {}


def record(event: str, about: str, **details: Any) -> str:
    """Append one event ("check", "hint", "lesson", …) about a lesson or exercise id to the log.

    Returns "", or a sentence for the learner when it could not be saved: never an error, since a lesson
    must go on when the disk is full. One write, so that two notebooks can log at once.
    """
    entry = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, "id": about}
    details["edition"] = editions.NOW
    if os.environ.get(FRESH_VARIABLE):
        details["fresh"] = True
    path = paths.progress_log()
    waiting = _unsaved.setdefault(str(path), [])
    waiting.append(json.dumps(entry | details) + "\n")
    try:
        _append(path, "".join(waiting))
    except OSError as problem:
        return (
            f"Your progress was not saved ({problem.strerror}: {files.shown(path)}). This notebook remembers "
            "it until its kernel stops, and saves it with the next check that can. "
            "`course doctor` in a terminal says what is wrong."
        )
    waiting.clear()
    _tell_the_room()
    return ""


def _tell_the_room() -> None:
    """Wake the sender of a learner who is in a room; its imports cost all others nothing."""
    if membership.joined():
        from course.workspace.room import sender

        sender.wake()


def _append(path: Path, lines: str) -> None:
    files.make_work()
    with path.open("ab+") as log:
        end = log.seek(0, os.SEEK_END)
        log.seek(max(0, end - 1))
        torn = log.read(1) not in (b"", b"\n")
        log.write(("\n" * torn + lines).encode("utf-8"))


def events(path: Path | None = None) -> Iterator[dict[str, Any]]:
    """All logged events, oldest first, with the ids that lessons and exercises have now.

    `path`: another learner's log, as an instructor has it; this learner's own unless given.

    What cannot be read is left out, and `trouble` says that it was; so is what the course no longer has.
    """
    path = path or paths.progress_log()
    found = [*_known(path), *(json.loads(line) for line in _unsaved.get(str(path), []))]
    for entry in found:
        now = editions.present(entry["id"], _edition(entry))
        if now is not None:
            yield entry | {"id": now}


def _known(path: Path) -> list[dict[str, Any]]:
    """The sound entries of the log, read again only when it has changed: a page asks for them many times."""
    try:
        about = path.stat()
    except OSError:
        return []
    key = (str(path), about.st_mtime_ns, about.st_size)
    if key not in _parsed:
        _parsed.clear()
        _parsed[key] = _read(path)[0]
    return _parsed[key]


_parsed: dict[tuple[str, int, int], list[dict[str, Any]]] = {}


def _edition(entry: dict[str, Any]) -> int:
    """The edition of the course that wrote an entry; the first one named none."""
    edition = entry.get("edition", 1)
    return edition if isinstance(edition, int) else editions.NOW


def trouble() -> str:
    """What is wrong with the log, as a sentence with its cure; "" when all of it can be read."""
    path = paths.progress_log()
    where = files.shown(path)
    try:
        _, damaged = _read(path, strict=True)
    except OSError as problem:
        return (
            f"Your progress cannot be read ({problem.strerror}: {where}), so every exercise counts as open. "
            "Give yourself the right to read and write that file; if it is a folder, move it away."
        )
    if not damaged:
        return ""
    lines = ", ".join(str(number) for number in damaged[:5]) + " and others" * (len(damaged) > 5)
    return (
        f"Part of your progress cannot be read and was skipped: line {lines} of {where}. The rest counts. "
        "Delete that part in a text editor, or do the check again."
    )


def _read(path: Path, strict: bool = False) -> tuple[list[dict[str, Any]], list[int]]:
    """The sound entries, and the numbers of the damaged lines. With `strict`, raises OSError."""
    found, damaged = [], []
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        lines = []
    except OSError:
        if strict:
            raise
        lines = []
    for number, line in enumerate(lines, start=1):
        entry = _entry(line)
        if entry is not None:
            found.append(entry)
        elif line.strip():
            damaged.append(number)
    return found, damaged


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    sound = isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in ("event", "id"))
    return entry if sound else None


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


@dataclass
class GuessRecord:
    """What the learner said to one question of a lesson; `right` is None until it was compared."""

    chosen: str
    right: bool | None = None


def guesses(lesson_id: str) -> dict[str, GuessRecord]:
    """The learner's newest guess to each question of a lesson, by the question's text."""
    found: dict[str, GuessRecord] = {}
    for entry in events():
        question, chosen = entry.get("question"), entry.get("chosen")
        if entry["event"] != "guess" or entry["id"] != lesson_id:
            continue
        if isinstance(question, str) and isinstance(chosen, str):
            right = entry.get("right")
            found[question] = GuessRecord(chosen, right if isinstance(right, bool) else None)
    return found


def visited() -> list[str]:
    """Ids of the lessons that were opened, in the order in which they were opened last."""
    order: dict[str, None] = {}
    for entry in events():
        if entry["event"] == "lesson":
            order.pop(entry["id"], None)
            order[entry["id"]] = None
    return list(order)


def last_lesson() -> str:
    """The id of the lesson in which the learner did something last; "" when there is none."""
    known = {lesson.id for lesson in catalog.lessons()}
    last = ""
    for entry in events():
        about = entry["id"]
        lesson_id = about[:-1] if catalog.is_exercise_id(about) else about
        last = lesson_id if lesson_id in known and not entry.get("fresh") else last
    return last


def next_step() -> catalog.Exercise | catalog.Lesson | None:
    """What to do next: the first lesson not yet opened or exercise not yet done; None at the end.

    It is looked for from the lesson in which the learner was last; before it, when all after it is done.
    """
    opened, standing, last = set(visited()), standings(), last_lesson()
    everything = catalog.lessons()
    begin = next((place for place, lesson in enumerate(everything) if lesson.id == last), 0)
    for lesson in everything[begin:] + everything[:begin]:
        if lesson.id not in opened and not _begun(lesson, standing):
            return lesson
        for exercise in lesson.exercises:
            if not standing.get(exercise.id, Standing()).done:
                return exercise
    return None


def lesson_of(step: catalog.Exercise | catalog.Lesson | None) -> str:
    """The id of the lesson to which a next step belongs; "" at the end of the course."""
    if step is None:
        return ""
    return step.lesson if isinstance(step, catalog.Exercise) else step.id


def still_open() -> list[catalog.Exercise]:
    """The open exercises of lessons that were opened and stand before the one where the learner was last."""
    opened, standing, last = set(visited()), standings(), last_lesson()
    found: list[catalog.Exercise] = []
    for lesson in catalog.lessons():
        if lesson.id == last:
            break
        if lesson.id in opened or _begun(lesson, standing):
            found += [each for each in lesson.exercises if not standing.get(each.id, Standing()).done]
    return found if last else []


def _begun(lesson: catalog.Lesson, standing: dict[str, Standing]) -> bool:
    return any(standing.get(each.id, Standing()).attempts for each in lesson.exercises)
