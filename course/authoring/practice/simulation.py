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
    """The end of a day: questions that the review asked, and the shares of topics remembered, 0 to 1."""

    asked: int
    reviewed: float
    without: float


def simulate(seed: int = SEED, weeks: int = WEEKS) -> list[Day]:
    """Eight weeks with a page of review each evening, and without; lessons and guesses are the same."""
    chance = random.Random(seed)
    lessons, only_lessons, log = _timetable(), [], []
    days = []
    for day in range(weeks * A_WEEK):
        now = START + timedelta(days=day)
        told = [entry for lesson in lessons[day] for entry in _taken(lesson, now, chance)]
        log += told
        only_lessons += told
        asked = reviews.chosen(now + timedelta(hours=1), log)
        log += [_entry("review", each, now, chance.random() < _recalls(each, now)) for each in asked]
        late = now + timedelta(hours=2)
        days.append(Day(len(asked), remembered(late, log), remembered(late, only_lessons)))
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


def in_words(days: list[Day]) -> str:
    """What the simulation found, in two sentences."""
    load = sum(day.asked for day in days) / len(days)
    last = days[-1]
    return (
        f"A simulated learner who reviews a page each evening answers {load:.1f} questions a day and "
        f"remembers {last.reviewed:.0%} of the topics after {len(days) // A_WEEK} weeks. Without reviews it "
        f"is {last.without:.0%}."
    )
