"""A learner of eight weeks who forgets as fsrs says: what a daily review asks of them, and what it keeps."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from course.content import catalog, questions
from course.workspace import reviews

START = datetime(2026, 1, 5, 18, tzinfo=UTC)  # a Monday; any would do
WEEKS, A_WEEK = 8, 7
GUESSED_RIGHT = 0.6  # of the lessons' questions, at first sight; a guess of ours
SEED = 1


@dataclass(frozen=True)
class Day:
    """The end of a day: questions that reviews asked, and the share of topics remembered, 0 to 1."""

    asked: int
    remembered: float


def simulate(pages: int, seed: int = SEED) -> list[Day]:
    """Eight weeks with so many pages of review each evening; lessons and first guesses stay the same."""
    guesses, answers = random.Random(seed), random.Random(seed + 1)
    lessons, log, days = _timetable(), [], []
    for day in range(WEEKS * A_WEEK):
        now = START + timedelta(days=day)
        log += [entry for lesson in lessons[day] for entry in _taken(lesson, now, guesses)]
        asked = 0
        for _ in range(pages):
            page = reviews.chosen(now, log)
            asked += len(page)
            log += [_entry("review", each, now, answers.random() < _recalls(each, now)) for each in page]
        days.append(Day(asked, remembered(now, log)))
    return days


def _timetable() -> dict[int, list[catalog.Lesson]]:
    """By day, the lessons that are read: those of a week spread over its first five days."""
    found = defaultdict(list)
    for week in range(1, WEEKS + 1):
        lessons = [each for each in catalog.lessons() if each.week == week]
        for place, lesson in enumerate(lessons):
            found[(week - 1) * A_WEEK + place * 5 // len(lessons)].append(lesson)
    return found


def _taken(lesson: catalog.Lesson, now: datetime, chance: random.Random) -> Iterator[dict[str, Any]]:
    yield {"at": now.isoformat(), "event": "lesson", "id": lesson.id}
    for each in questions.of_lesson(lesson.id):
        if each.predict:
            right = chance.random() < GUESSED_RIGHT
            yield _entry("guess", reviews.Memory(each), now, right) | {"question": each.predict}


def _entry(event: str, memory: reviews.Memory, now: datetime, right: bool) -> dict[str, Any]:
    asked = memory.question
    about = {"event": event, "id": asked.lesson, "question": asked.name, "right": right}
    return {"at": now.isoformat()} | about


def _recalls(memory: reviews.Memory, now: datetime) -> float:
    """The probability that it is answered right: by the library's model; unseen, as a first guess."""
    return memory.remembered(now) if memory.answers else GUESSED_RIGHT


def remembered(now: datetime, log: list[dict[str, Any]]) -> float:
    """The share of the topics met so far whose questions would be answered right, at RETENTION on average."""
    held = defaultdict(list)
    for memory in reviews.memories(log):
        for topic in memory.question.topics:
            held[topic].append(memory.remembered(now))
    return sum(sum(each) / len(each) >= reviews.RETENTION for each in held.values()) / max(1, len(held))


def in_words(days: dict[int, list[Day]]) -> str:
    """What the simulation found with two pages each evening, with one, and without."""
    two, one, none = (f"{days[pages][-1].remembered:.0%}" for pages in (2, 1, 0))
    many, few = (f"{sum(day.asked for day in days[pages]) / len(days[pages]):.0f}" for pages in (2, 1))
    return (
        f"After {WEEKS} weeks a simulated learner remembers {two} of the topics with two pages of review "
        f"each evening ({many} questions), {one} with one page ({few} questions), and {none} without."
    )
