"""What the page of the board shows of a lesson: one snapshot, from a few queries."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache

from pydantic import BaseModel
from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from course.base.errors import CourseError
from course.checks.verdict import Outcome
from course.classroom.board.guesses import Question, questions_of
from course.classroom.board.models import Event, Learner, Standing
from course.content import catalog

STUCK_ATTEMPTS = 3  # so many attempts without success: somebody should go and ask
MOST_STUCK = 40  # that the page lists
PRESENT_HOURS = 12  # who was seen in these counts as in the room
RAISED, NO_WORDS = "The code raised an error", "Nothing could be tried yet"


Cell = tuple[int, bool, int]  # attempts, done, and the place in `unmet` of what is not met; -1: nothing


class Row(BaseModel):
    """One learner: when they were seen last, and a cell for each exercise that is shown."""

    name: str
    seen: int
    cells: list[Cell | None]


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
    """Everything that the page shows of a lesson; times are seconds since 1970.

    `stuck` names the MOST_STUCK who tried most, of `all_stuck`.
    """

    now: int
    lesson: str
    title: str
    lessons: list[str]
    exercises: list[Exercise]
    rows: list[Row]
    stuck: list[Stuck]
    all_stuck: int
    unmet: list[Unmet]
    questions: list[Question]


Found = dict[int, dict[str, Standing]]  # by learner and exercise


async def snapshot(session: AsyncSession, wanted: str) -> Snapshot:
    """The board for a lesson; "" stands for the one in which something happened last."""
    lesson = wanted or await _newest_lesson(session)
    found = await _standings(session, lesson)
    present = await _present(session, found)
    title, titles = _of_course(lesson)
    titles |= {each: "" for cells in found.values() for each in sorted(cells.keys() - titles.keys())}
    unmet = _unmet(found)
    stuck = _stuck(found, {each.id: each.name for each in present})
    return Snapshot(
        now=_seconds(datetime.now(UTC)),
        lesson=lesson,
        title=title,
        lessons=await _lessons(session),
        exercises=[_exercise(each, words, found) for each, words in titles.items()],
        rows=_rows(present, found, list(titles), unmet),
        stuck=stuck[:MOST_STUCK],
        all_stuck=len(stuck),
        unmet=unmet,
        questions=await questions_of(session, lesson),
    )


def _seconds(when: datetime) -> int:
    return int(when.timestamp())


async def _newest_lesson(session: AsyncSession) -> str:
    newest = select(Event.lesson).order_by(Event.received_at.desc()).limit(1)
    return await session.scalar(newest) or ""


async def _lessons(session: AsyncSession) -> list[str]:
    found = set((await session.scalars(_lessons_with_events())).all())
    known = _known_lessons()
    return [each for each in known if each in found] + sorted(found.difference(known))


@cache
def _known_lessons() -> tuple[str, ...]:
    return tuple(lesson.id for lesson in catalog.lessons())


def _lessons_with_events() -> Select[str]:
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


async def _standings(session: AsyncSession, lesson: str) -> Found:
    found: Found = {}
    for each in await session.scalars(select(Standing).where(Standing.lesson == lesson)):
        found.setdefault(each.learner_id, {})[each.about] = each
    return found


async def _present(session: AsyncSession, found: Found) -> list[Learner]:
    """Who is in the room or has tried something here, by name."""
    recent = func.now() - func.make_interval(0, 0, 0, 0, PRESENT_HOURS)
    there = or_(Learner.seen_at > recent, Learner.id.in_(list(found)))
    return list((await session.scalars(select(Learner).where(there).order_by(Learner.folded))).all())


def _rows(present: list[Learner], found: Found, exercises: list[str], unmet: list[Unmet]) -> list[Row]:
    places = {(each.exercise, each.sentence): place for place, each in enumerate(unmet)}

    def cell(standing: Standing | None) -> Cell | None:
        if standing is None:
            return None
        return standing.attempts, standing.done, places.get((standing.about, _words(standing)), -1)

    def cells(learner: Learner) -> list[Cell | None]:
        mine = found.get(learner.id, {})
        return [cell(mine.get(each)) for each in exercises]

    return [Row(name=each.name, seen=_seconds(each.seen_at), cells=cells(each)) for each in present]


def _words(standing: Standing) -> str:
    """What is not met, in words; "" once the exercise is done."""
    if standing.done:
        return ""
    return standing.unmet or (RAISED if standing.outcome == Outcome.RAISED else NO_WORDS)


def _exercise(about: str, title: str, found: Found) -> Exercise:
    cells = [mine[about] for mine in found.values() if about in mine]
    done = sum(each.done for each in cells)
    return Exercise(id=about, title=title, done=done, trying=len(cells) - done)


def _stuck(found: Found, names: dict[int, str]) -> list[Stuck]:
    """Most attempts first, and of these who has tried longest."""
    stuck = [
        Stuck(
            name=names[learner_id],
            exercise=about,
            attempts=each.attempts,
            since=_seconds(each.first),
            unmet=_words(each),
        )
        for learner_id, mine in found.items()
        for about, each in mine.items()
        if not each.done and each.attempts >= STUCK_ATTEMPTS and learner_id in names
    ]
    return sorted(stuck, key=lambda each: (-each.attempts, each.since))


def _unmet(found: Found) -> list[Unmet]:
    all_of_them = (each for mine in found.values() for each in mine.values())
    counts = Counter((each.about, words) for each in all_of_them if (words := _words(each)))
    order = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [Unmet(exercise=about, sentence=words, learners=number) for (about, words), number in order]
