"""Transactions and the savepoints in them as frames around the statements that were sent."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from course.base.sql import brief
from course.base.text import short
from course.draw.mermaid import DASHED, Flowchart, Picture, box, limited, wrapped
from course.sql_recorder.events import Event, Sent
from course.sql_recorder.tape import Tape

MOST_STATEMENTS = 16  # statements in one picture
WIDE = 44  # characters in a line of the picture
_ENDS = {"RELEASE SAVEPOINT ": "RELEASE", "ROLLBACK TO SAVEPOINT ": "ROLLBACK TO"}


@dataclass
class _Frame:
    """A transaction or a savepoint: how it began, how it ended, and what is in it."""

    begun: str
    ended: str = "still open"
    inside: "list[_Frame | Sent]" = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.begun} … {self.ended}"


def savepoints(tape: Tape) -> Picture:
    """A frame for each transaction on a tape, in it a frame for each savepoint, in these the statements.

    A frame says how it began and how it ended. Dashed: what was done in it was rolled back.
    """
    frames = list(_frames(tape.events))
    sizes = {"rankSpacing": 14, "nodeSpacing": 14, "padding": 6, "wrappingWidth": 480}
    titles = {"subGraphTitleMargin": {"top": 3, "bottom": 6}}
    chart = Flowchart("TB", "Transactions, and the savepoints in them", **sizes, **titles)
    shown, more = limited(tape.statements, MOST_STATEMENTS)
    numbers = {id(one): at for at, one in enumerate(shown)}
    for at, frame in enumerate(frames):
        _draw(chart, frame, f"t{at}", numbers)
    for at in range(1, len(shown)):
        chart.add(f"s{at - 1}", "-->", f"s{at}")
    if more:
        chart.add(f"s{len(shown) - 1}", "-->", box("more", more))
    chart.styles(back=DASHED)
    lines = [line for frame in frames for line in _lines(frame, 0)]
    return Picture(str(chart), "\n".join(lines) or "nothing was sent")


def _frames(events: list[Event]) -> Iterator[_Frame]:
    """The transactions, in the order in which they began. Statements outside of one have a frame as well."""
    open_: dict[
        int, list[_Frame]
    ] = {}  # connection -> the frames that are open on it, from outside to inside
    for one in events:
        if one.kind in ("commit", "rollback"):
            for frame in open_.pop(one.connection, []):
                frame.ended = one.kind.upper()
        elif one.kind == "begin" or (one.sent and one.connection not in open_):
            open_[one.connection] = [_Frame("BEGIN" if one.kind == "begin" else "begun before")]
            yield open_[one.connection][0]
        if one.sent:
            _put(open_[one.connection], one.sent)


def _put(frames: list[_Frame], sent: Sent) -> None:
    """One statement: into the innermost frame, or as the border of one."""
    word = sent.sql.upper()
    if word.startswith("SAVEPOINT "):
        frames.append(_Frame(sent.sql))
        frames[-2].inside.append(frames[-1])
        return
    ended = next((said for start, said in _ENDS.items() if word.startswith(start)), "")
    if not ended:
        frames[-1].inside.append(sent)
    elif len(frames) > 1:  # else it was set before the tape began
        frames.pop().ended = ended


def _draw(chart: Flowchart, frame: _Frame, name: str, numbers: dict[int, int]) -> None:
    with chart.group(name, frame.title, "TB"):
        for at, one in enumerate(frame.inside):
            if isinstance(one, _Frame):
                _draw(chart, one, f"{name}x{at}", numbers)
            elif id(one) in numbers:
                failed = [f"✗ {short(one.error, WIDE)}"] if one.error else []
                chart.add(box(f"s{numbers[id(one)]}", *wrapped(brief(one.text), WIDE, 2), *failed))
    if frame.ended.startswith("ROLLBACK"):
        chart.give("back", name)


def _lines(frame: _Frame, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{frame.title}"
    for one in frame.inside:
        if isinstance(one, _Frame):
            yield from _lines(one, depth + 1)
        else:
            failed = f"  ✗ {short(one.error, WIDE)}" if one.error else ""
            yield f"{'  ' * (depth + 1)}{short(brief(one.text), 80)}{failed}"
