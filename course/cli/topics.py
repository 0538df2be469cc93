"""`course status --topics`: by topic, what was seen, solved and is remembered; for one learner or a room."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from course.base.errors import CourseError
from course.content import catalog
from course.workspace import progress, reviews

HARDEST = 10  # questions that are named for a room
Events = list[dict[str, Any]]


def show(room: Path | None = None) -> None:
    """Print the table of one learner, or of all whose logs are in a folder.

    Raises CourseError when that folder holds no log.
    """
    if room is None:
        Console().print(_one(list(progress.events()), datetime.now(UTC)))
        return
    logs = [list(progress.events(path)) for path in sorted(room.glob("*.jsonl"))]
    if not logs:
        raise CourseError(
            f"There is no log in {room}. A learner who wants to be counted gives you a copy of "
            "work/progress.jsonl; put the copies there under any names that end with .jsonl."
        )
    show_room(logs)


def show_room(logs: list[Events]) -> None:
    """Print the tables of a room: its topics, and the hardest questions, from the events of each learner."""
    console = Console()
    console.print(_room(logs, datetime.now(UTC)))
    console.print(_hardest(logs))


def _standing(events: Events, now: datetime) -> dict[str, tuple[int, int, int, int, int, int]]:
    """By topic: lessons seen and all, exercises done and all, questions remembered and due."""
    opened = {each["id"] for each in events if each["event"] == "lesson"}
    standing, memory = progress.standings(events), reviews.topics(now, events)
    found = {}
    for topic, lessons in catalog.by_topic().items():
        exercises = [each for lesson in lessons for each in lesson.exercises]
        done = sum(standing.get(each.id, progress.Standing()).done for each in exercises)
        seen = sum(lesson.id in opened for lesson in lessons)
        _, known, waiting = memory.get(topic, (0, 0, 0))
        found[topic] = (seen, len(lessons), done, len(exercises), known, waiting)
    return found


def _one(events: Events, now: datetime) -> Table:
    table = _table("Topic", "Lesson", "Seen", "Solved", "Remembered", "Due")
    asked = {topic: number for topic, (number, _, _) in reviews.topics(now, events).items()}
    for topic, (seen, lessons, done, exercises, known, waiting) in _standing(events, now).items():
        where = " ".join(each.id for each in catalog.by_topic()[topic])
        remembered = f"{known}/{asked.get(topic, 0)}"
        due = str(waiting) if waiting else ""
        table.add_row(topic, where, "✔" if seen == lessons else "", f"{done}/{exercises}", remembered, due)
    return table


def _room(logs: list[Events], now: datetime) -> Table:
    """Percent of what all learners together could have; the least remembered of what was seen comes first."""
    table = _table("Topic", "Lesson", "Seen", "Solved", "Remembered", "Due", title=f"{len(logs)} learners")
    asked = {topic: number for topic, (number, _, _) in reviews.topics(now, []).items()}
    rows = []
    each_one = [_standing(events, now) for events in logs]
    for topic, lessons in catalog.by_topic().items():
        seen, all_lessons, done, exercises, known, due = map(
            sum, zip(*(x[topic] for x in each_one), strict=True)
        )
        questions = asked.get(topic, 0) * len(logs)
        share = [_percent(seen, all_lessons), _percent(done, exercises), _percent(known, questions)]
        rows.append(
            (seen == 0, known / max(1, questions), [topic, " ".join(x.id for x in lessons), *share, str(due)])
        )
    for _, _, row in sorted(rows, key=lambda row: row[:2]):
        table.add_row(*row)
    return table


def _hardest(logs: Iterable[Events]) -> Table:
    """The questions that most answers to were wrong; a first answer counts, as it does for one learner."""
    answers, wrong = Counter[str](), Counter[str]()
    for events in logs:
        for memory in reviews.memories(events):
            answers[memory.question.id] += len(memory.answers)
            wrong[memory.question.id] += sum(not right for _, right in memory.answers)
    table = _table("Question", "Answers", "Wrong", title="The hardest questions")
    for name in sorted(wrong, key=lambda name: (-wrong[name] / max(1, answers[name]), -wrong[name]))[
        :HARDEST
    ]:
        if wrong[name]:
            table.add_row(escape(name), str(answers[name]), _percent(wrong[name], answers[name]))
    return table


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def _table(*headings: str, title: str = "") -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", title=title or None, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
