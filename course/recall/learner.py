"""What a progress log says about a learner: which exercises stand how, and which guesses were wrong."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from course.recall.program import programs
from course.workspace import progress

Log = Iterable[dict[str, Any]]


class Learner:
    """A learner, as a log knows them; the learner's own log unless one is given."""

    def __init__(self, log: Log | None = None) -> None:
        self._events = list(progress.events() if log is None else log)
        self._standing = progress.standings(self._events)

    def standing(self, exercise_id: str) -> progress.Standing:
        """Where an exercise stands."""
        return self._standing.get(exercise_id, progress.Standing())

    def wrong_guesses(self) -> Counter[str]:
        """How many of the newest guesses were wrong, by the lesson that teaches what was asked."""
        newest: dict[tuple[str, str], bool | None] = {}
        for each in self._events:
            if each["event"] == "guess" and "question" in each:
                newest[each["id"], each["question"]] = each.get("right")
        taught = {each.question: each.lesson for each in programs()}
        wrong = [key for key, right in newest.items() if right is False]
        return Counter(taught.get(question, lesson) for lesson, question in wrong)
