"""What the page of the board shows of a lesson: one snapshot, from a few queries."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from course.base.errors import CourseError
from course.checks.verdict import Outcome
from course.classroom.board.guesses import Question, questions_of
from course.classroom.board.models import Event, Learner
from course.content import catalog

STUCK_ATTEMPTS = 3  # so many attempts without success: somebody should go and ask
PRESENT_HOURS = 12  # who was seen in these counts as in the room
RAISED, NO_WORDS = "The code raised an error", "Nothing could be tried yet"


class Cell(BaseModel):
    """One learner at one exercise; times are seconds since 1970. `unmet` is "" once it is done."""

    attempts: int
    done: bool
    first: int
    last: int
    unmet: str


class Row(BaseModel):
    """One learner: when they were seen last, and their cells by exercise."""

    name: str
    seen: int
    cells: dict[str, Cell]


class Exercise(BaseModel):
    """A column of the board, with how many learners have done it and how many try."""

    id: str
    title: str
    done: int
    trying: int


class Stuck(BaseModel):
    """A learner with at least STUCK_ATTEMPTS attempts at an exercise and no success since the first one."""

    name: str
    exercise: str
    attempts: int
    since: int
    unmet: str


class Unmet(BaseModel):
    """An expectation, and how many learners stand before it now."""

    exercise: str
    sentence: str
    learners: int


class Snapshot(BaseModel):
    """Everything that the page shows of a lesson."""

    now: int
    lesson: str
    title: str
    lessons: list[str]
    exercises: list[Exercise]
    rows: list[Row]
    stuck: list[Stuck]
    unmet: list[Unmet]
    questions: list[Question]


async def snapshot(session: AsyncSession, wanted: str) -> Snapshot:
    """The board for a lesson; "" stands for the one in which something happened last."""
    lesson = wanted or await _newest_lesson(session)
    cells = await _cells(session, lesson)
    rows = await _rows(session, cells)
    title, exercises = _of_course(lesson)
    exercises |= {each: "" for row in rows for each in row.cells if each not in exercises}
    return Snapshot(
        now=_seconds(datetime.now(UTC)),
        lesson=lesson,
        title=title,
        lessons=await _lessons(session),
        exercises=[_exercise(each, words, rows) for each, words in exercises.items()],
        rows=rows,
        stuck=_stuck(rows),
        unmet=_unmet(rows),
        questions=await questions_of(session, lesson),
    )


def _seconds(when: datetime) -> int:
    return int(when.timestamp())


async def _newest_lesson(session: AsyncSession) -> str:
    newest = select(Event.lesson).order_by(Event.received_at.desc()).limit(1)
    return await session.scalar(newest) or ""


async def _lessons(session: AsyncSession) -> list[str]:
    found = set((await session.scalars(_lessons_with_events())).all())
    known = [lesson.id for lesson in catalog.lessons()]
    return [each for each in known if each in found] + sorted(found.difference(known))


def _lessons_with_events() -> Select[tuple[str]]:
    """A loose index scan, as the PostgreSQL wiki calls it: one look at the index for each lesson."""
    step = select(func.min(Event.lesson).label("lesson")).cte("step", recursive=True)
    after = select(func.min(Event.lesson)).where(Event.lesson > step.c.lesson).scalar_subquery()
    step = step.union_all(select(after).where(step.c.lesson.is_not(None)))
    return select(step.c.lesson).where(step.c.lesson.is_not(None))


def _of_course(lesson: str) -> tuple[str, dict[str, str]]:
    """The title of a lesson and those of its exercises; nothing for one that this course does not have."""
    try:
        found = catalog.lesson(lesson)
    except CourseError:
        return "", {}
    return found.title, {each.id: each.title for each in found.exercises}


async def _cells(session: AsyncSession, lesson: str) -> dict[int, dict[str, Cell]]:
    """The cells by learner: all attempts counted, and what the newest one said."""
    tried = _tried(lesson)
    newest = select(Event.learner_id, Event.about, Event.outcome, Event.unmet).where(
        tuple_(Event.learner_id, Event.sequence).in_(select(tried.c.learner_id, tried.c.newest))
    )
    said = {(who, about): (outcome, unmet) for who, about, outcome, unmet in await session.execute(newest)}
    found: dict[int, dict[str, Cell]] = {}
    for each in await session.execute(select(tried)):
        outcome, unmet = said[each.learner_id, each.about]
        words = "" if each.done else unmet or (RAISED if outcome == Outcome.RAISED else NO_WORDS)
        cell = Cell(
            attempts=each.attempts,
            done=each.done,
            first=_seconds(each.first),
            last=_seconds(each.last),
            unmet=words,
        )
        found.setdefault(each.learner_id, {})[each.about] = cell
    return found


def _tried(lesson: str) -> Any:
    """The attempts of each learner at each exercise of a lesson, as a query to select from."""
    attempt: ColumnElement[bool] = Event.outcome != Outcome.NOT_ATTEMPTED.value
    return (
        select(
            Event.learner_id,
            Event.about,
            func.count().label("attempts"),
            func.bool_or(Event.outcome == Outcome.DONE.value).label("done"),
            func.min(Event.at).label("first"),
            func.max(Event.at).label("last"),
            func.max(Event.sequence).label("newest"),
        )
        .where(Event.lesson == lesson, Event.kind == "check", attempt)
        .group_by(Event.learner_id, Event.about)
        .cte("tried")
    )


async def _rows(session: AsyncSession, cells: dict[int, dict[str, Cell]]) -> list[Row]:
    """Who is in the room or has tried something here, by name."""
    recent = func.now() - func.make_interval(0, 0, 0, 0, PRESENT_HOURS)
    present = or_(Learner.seen_at > recent, Learner.id.in_(list(cells)))
    who = select(Learner.id, Learner.name, Learner.seen_at).where(present).order_by(Learner.folded)
    return [
        Row(name=name, seen=_seconds(seen), cells=cells.get(learner_id, {}))
        for learner_id, name, seen in await session.execute(who)
    ]


def _exercise(about: str, title: str, rows: list[Row]) -> Exercise:
    cells = [row.cells[about] for row in rows if about in row.cells]
    done = sum(each.done for each in cells)
    return Exercise(id=about, title=title, done=done, trying=len(cells) - done)


def _stuck(rows: list[Row]) -> list[Stuck]:
    """Most attempts first, and of these who has tried longest."""
    found = [
        Stuck(name=row.name, exercise=about, attempts=cell.attempts, since=cell.first, unmet=cell.unmet)
        for row in rows
        for about, cell in row.cells.items()
        if not cell.done and cell.attempts >= STUCK_ATTEMPTS
    ]
    return sorted(found, key=lambda each: (-each.attempts, each.since))


def _unmet(rows: list[Row]) -> list[Unmet]:
    counts: dict[tuple[str, str], int] = {}
    for row in rows:
        for about, cell in row.cells.items():
            if cell.unmet:
                counts[about, cell.unmet] = counts.get((about, cell.unmet), 0) + 1
    order = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [Unmet(exercise=about, sentence=words, learners=number) for (about, words), number in order]
