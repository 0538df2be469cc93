"""What of the log was sent and what waits: a place in the log, and a number for each event.

The place is kept after the board has said that it has the events. So what is sent twice, because the answer
was lost, bears the same numbers again, and the board keeps one.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.base import files, paths
from course.workspace.room.shared import shared

MOST, MOST_BYTES = 50, 48 * 1024  # of one batch: events, and JSON
_READ = 2**20  # bytes of the log that are looked at for one batch


@dataclass(frozen=True)
class Place:
    """A place in the log: behind the line that begins at `start`, ends at `end`, and has this digest.

    `sequence`: the number of the last event that was sent.
    """

    start: int = 0
    end: int = 0
    digest: str = ""
    sequence: int = 0


@dataclass
class Batch:
    """Events to be sent, and the place behind them."""

    events: list[dict[str, Any]] = field(default_factory=list)
    behind: Place = Place()


def path() -> Path:
    """Where the place is kept: no secret stands there."""
    return paths.state() / "room_sent.json"


def begin(*, earlier: bool) -> None:
    """Begin a new outbox: with all that the log holds, or behind it. Raises CourseError."""
    place = Place() if earlier else _end_of_log(0)
    with files.plainly("Joining the room"):
        files.write_record(path(), place.__dict__)


def refuse(sentence: str) -> None:
    """Note why the board takes nothing more. Raises OSError."""
    files.write_record(path(), files.read_record(path()) | {"refused": sentence})


def refused() -> str:
    """Why the board takes nothing more from this learner; "" when it does."""
    return str(files.read_record(path()).get("refused", ""))


def batch(most: int = MOST) -> Batch:
    """The next events that wait, oldest first; none when nothing does. Raises OSError."""
    place = _place()
    found, size = Batch(behind=place), 0
    for start, line in _lines(place.end):
        event = _event(line)
        if event is not None:
            size += len(json.dumps(event, ensure_ascii=False).encode())
            if len(found.events) == most or (found.events and size > MOST_BYTES):
                break
            found.events.append({"sequence": found.behind.sequence + 1} | event)
        number = found.behind.sequence + (event is not None)
        found.behind = Place(start, start + len(line), files.digest(line), number)
    return found


def done(sent: Batch) -> bool:
    """Note that the board has a batch; whether that moved the place. Raises OSError."""
    moved = sent.behind != _place()
    if moved:
        files.write_record(path(), sent.behind.__dict__)
    return moved


def number_waiting() -> int:
    """How many events wait to be sent. Raises OSError."""
    return sum(_event(line) is not None for _, line in _lines(_place().end, whole=True))


def example() -> list[dict[str, Any]]:
    """What would be sent of the learner's own log: the newest event of each kind; [] for a new learner."""
    newest = {each["event"]: each for _, line in _lines(0, whole=True) if (each := _event(line))}
    return sorted(newest.values(), key=lambda each: str(each["at"]))


def _event(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if not isinstance(entry, dict) or not all(isinstance(entry.get(key), str) for key in ("event", "id")):
        return None
    return shared(entry)


def _place() -> Place:
    """Where the next batch begins. When somebody has edited the log, its line is looked for."""
    known = files.read_record(path())
    try:
        place = Place(**{key: known[key] for key in ("start", "end", "digest", "sequence")})
    except KeyError:
        return _end_of_log(0)
    if not place.digest or _digest(place) == place.digest:
        return place
    found = _end_of_log(place.sequence)  # another log: what it holds may be from before
    for start, line in _lines(0, whole=True):
        if files.digest(line) == place.digest:
            found = Place(start, start + len(line), place.digest, place.sequence)
    files.write_record(path(), known | found.__dict__)
    return found


def _end_of_log(sequence: int) -> Place:
    last = Place(sequence=sequence)
    for start, line in _lines(0, whole=True):
        last = Place(start, start + len(line), files.digest(line), sequence)
    return last


def _digest(place: Place) -> str:
    with paths.progress_log().open("rb") as log:
        log.seek(place.start)
        return files.digest(log.read(place.end - place.start))


def _lines(offset: int, *, whole: bool = False) -> Iterator[tuple[int, bytes]]:
    """The complete lines of the log from a place on, each with where it begins."""
    try:
        with paths.progress_log().open("rb") as log:
            log.seek(offset)
            text = log.read() if whole else log.read(_READ) + log.readline()
    except FileNotFoundError:
        return
    for line in text.splitlines(keepends=True):
        if line.endswith(b"\n"):
            yield offset, line
        offset += len(line)
