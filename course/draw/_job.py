"""The life of one job of the queue procrastinate, from what its tables recorded."""

from typing import NamedTuple

from course.base.errors import CourseError
from course.draw.mermaid import BOLD, CIRCLE, ROUND, Flowchart, Picture, box, label, word
from course.postgres.page_link import linked

_START = ""  # where a job comes from: a transaction that commits
# What the queue records, as (from, to): the picture shows where a job could have gone, too.
_WAYS = {
    "deferred": (_START, "todo"),
    "started": ("todo", "doing"),
    "deferred_for_retry": ("doing", "todo"),
    "succeeded": ("doing", "succeeded"),
    "failed": ("doing", "failed"),
    "retried": ("failed", "todo"),
}
_SAID = {"deferred": "commit", "started": "a worker takes it", "deferred_for_retry": "again"}
_JOB = (
    "SELECT id, task_name, attempts FROM procrastinate_jobs WHERE %(id)s IN (id, 0) ORDER BY id DESC LIMIT 1"
)
_EVENTS = "SELECT type::text FROM procrastinate_events WHERE job_id = %(id)s ORDER BY id"


class _Life(NamedTuple):
    task: str
    attempts: int
    events: list[str]


def job(number: int = 0, url: str | None = None) -> Picture:
    """The states that one job went through: `draw.job()` is the newest one, `draw.job(7)` that with the id 7.

    Bold and numbered: what happened. Dotted: what could have happened. `url`: the database, the page's own
    unless given. Raises CourseError when there is no such job, or no queue.
    """
    life = _read(number, url)
    taken: dict[tuple[str, str], list[int]] = {}
    for at, event in enumerate(life.events, start=1):
        taken.setdefault(_WAYS[event], []).append(at)
    chart = Flowchart("LR", f"The life of a job: {life.task}", nodeSpacing=40, rankSpacing=60, padding=10)
    for name in ("todo", "doing", "succeeded", "failed"):
        chart.add(word(name, name, ROUND))
    for event, (old, new) in _WAYS.items():
        start = old or box("start", "job", shape=CIRCLE)
        if times := taken.get((old, new)):
            chart.add(start, f"==>|{label(', '.join(map(str, times)), *_cause(event))}|", new)
        else:
            chart.add(start, "-.->", new)
    chart.styles(been=BOLD)
    if been := sorted({new for _, new in taken}):
        chart.give("been", *been)
    return Picture(str(chart), _plain(life))


def _cause(event: str) -> list[str]:
    return [_SAID[event]] if event in _SAID else []


def _plain(life: _Life) -> str:
    states = [
        f"{_WAYS[event][1]}{' (again)' if event == 'deferred_for_retry' else ''}" for event in life.events
    ]
    return f"{life.task}: {' → '.join(states)}; attempts: {life.attempts}"


def _read(number: int, url: str | None) -> _Life:
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
        if cursor.fetchone() != (True,):
            raise CourseError(
                "This database has no queue, so there is no job to draw. Run the page's cells from the top: "
                "a revision makes the tables of procrastinate."
            )
        cursor.execute(_JOB, {"id": number})
        found = cursor.fetchone()
        if found is None:
            raise CourseError(f"There is no job {number or 'yet'}. draw.job() draws the newest one.")
        cursor.execute(_EVENTS, {"id": found[0]})
        events = [event for (event,) in cursor.fetchall() if event in _WAYS]
        return _Life(str(found[1]), int(found[2]), events)
