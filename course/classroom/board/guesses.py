"""The guesses of a room: for each question of a lesson that somebody answered, how many chose what."""

from functools import cache

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from course.base.errors import CourseError
from course.classroom.board.models import Event
from course.content import catalog, questions


class Choice(BaseModel):
    """An option, and how many learners have chosen it. `right` is None where the course does not say."""

    text: str
    learners: int
    right: bool | None


class Question(BaseModel):
    """A question with all its options; `newest`: whether the last guess of the lesson was about it."""

    text: str
    learners: int
    choices: list[Choice]
    newest: bool


async def questions_of(session: AsyncSession, lesson: str) -> list[Question]:
    """The questions that were answered, in the lesson's order; a learner's newest guess counts."""
    counts = await _counts(session, lesson)
    asked = _asked(lesson)
    newest = await _newest(session, lesson)
    order = [each for each in asked if each in counts] + [each for each in counts if each not in asked]
    return [_question(each, asked.get(each, {}), counts[each], each == newest) for each in order]


def _question(text: str, known: dict[str, bool | None], counts: dict[str, int], newest: bool) -> Question:
    options = [*known, *(each for each in counts if each not in known)]
    choices = [Choice(text=each, learners=counts.get(each, 0), right=known.get(each)) for each in options]
    return Question(text=text, learners=sum(counts.values()), choices=choices, newest=newest)


async def _counts(session: AsyncSession, lesson: str) -> dict[str, dict[str, int]]:
    guess = (
        select(Event.question, Event.chosen)
        .where(Event.lesson == lesson, Event.kind == "guess", Event.chosen.is_not(None))
        .ext(distinct_on(Event.learner_id, Event.question))
        .order_by(Event.learner_id, Event.question, Event.sequence.desc())
        .subquery()
    )
    grouped = select(guess.c.question, guess.c.chosen, func.count()).group_by(
        guess.c.question, guess.c.chosen
    )
    found: dict[str, dict[str, int]] = {}
    for question, chosen, number in await session.execute(grouped.order_by(guess.c.question, guess.c.chosen)):
        found.setdefault(question or "", {})[chosen] = number
    return found


async def _newest(session: AsyncSession, lesson: str) -> str:
    guess = select(Event.question).where(Event.lesson == lesson, Event.kind == "guess")
    return await session.scalar(guess.order_by(Event.received_at.desc()).limit(1)) or ""


@cache
def _asked(lesson: str) -> dict[str, dict[str, bool | None]]:
    """What a lesson asks: its options, and which of them is right, where the course says so."""
    try:
        options = questions.predictions(catalog.lesson(lesson))
    except CourseError:
        return {}
    wrong = {each.predict: set(each.wrong) for each in questions.of_lesson(lesson)}
    found: dict[str, dict[str, bool | None]] = {}
    for question, texts in options.items():
        known = wrong.get(question)
        found[question] = {each: each not in known if known else None for each in texts}
    return found
