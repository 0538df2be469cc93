"""Messages between workers: who was told what, from where it was written to the clients that heard it."""

from collections.abc import Mapping, Sequence

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.mermaid import Picture, SequenceDiagram, limited

MOST = 6  # messages in one picture


def news(written: Sequence[tuple[str, str]], heard: Mapping[str, Sequence[str]], over: str = "") -> Picture:
    """Which messages reach the clients of which worker: `draw.news([("worker 1", "A")], heard, "Valkey")`.

    `written`: at which worker each message was written, in order. `heard`: for each worker, what its client
    heard. `over`: what carries messages from worker to worker, if something does. A cross is a message
    that did not reach the client of a worker.
    Raises CourseError when a worker of `written` has no entry in `heard`.
    """
    if unknown := {worker for worker, _ in written} - set(heard):
        raise CourseError(
            f"Nothing is known of the client of {', '.join(sorted(unknown))}: give it in `heard`."
        )
    lanes = _lanes(list(heard), over)
    title = f"Messages between workers, over {over}" if over else "Messages of workers that share nothing"
    chart = SequenceDiagram(title, {lane: name for name, lane in lanes.items()}, "center", width=110)
    shown, more = limited(written, MOST)
    for worker, message in shown:
        others = [each for each in heard if each != worker]
        if over and any(message in heard[each] for each in others):
            chart.message(lanes[worker], "->>", lanes[over], message)
            for each in (one for one in others if message in heard[one]):
                chart.message(lanes[over], "->>", lanes[each], message)
        for each in heard:
            chart.message(
                lanes[each], "->>" if message in heard[each] else "--x", lanes[f"client of {each}"], message
            )
    chart.note(f"over {lanes[next(iter(heard))]}" if more else "", more)
    return Picture(str(chart), columns(_rows(written, heard)))


def _lanes(workers: list[str], over: str) -> dict[str, str]:
    """The lanes from left to right: the carrier stands in the middle, the clients outside."""
    half = (len(workers) + 1) // 2
    left = [name for worker in workers[:half] for name in (f"client of {worker}", worker)]
    right = [name for worker in workers[half:] for name in (worker, f"client of {worker}")]
    names = [*left, *([over] if over else []), *right]
    return {name: f"L{at}" for at, name in enumerate(names)}


def _rows(written: Sequence[tuple[str, str]], heard: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    head = ("message", "written at", *(f"client of {worker}" for worker in heard))
    return [
        head,
        *(
            (message, worker, *("heard" if message in heard[each] else "✗" for each in heard))
            for worker, message in written
        ),
    ]
