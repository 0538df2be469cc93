"""What of the log a learner shares with a room: a short list of fields, and no code.

Each text is one that the course wrote: a guess counts only where the lesson asks that question with that
option, so that nothing a learner typed can leave the machine by this way.
"""

from collections.abc import Callable
from typing import Any

from course.base.errors import CourseError
from course.content import catalog, questions
from course.workspace import editions

Entry = dict[str, Any]
SAID = (
    "the lessons that you open, the exercises that you check (how each check ended, and the first "
    "expectation that was not met, in the course's words), your guesses to the course's questions, whether "
    "answers of a review were right, and the time of each"
)
NEVER = "your code, what it printed, your values, your files, or the name of this computer"
_LONGEST = {"unmet": 200, "question": 600, "chosen": 200}  # characters; the board takes no more


def shared(entry: Entry) -> Entry | None:
    """What is sent of one entry of the log; None for all that stays here."""
    part = _PARTS.get(entry.get("event", ""))
    edition = entry.get("edition", 1)
    about = editions.present(entry["id"], edition) if isinstance(edition, int) else None
    if part is None or about is None or not isinstance(entry.get("at"), str):
        return None
    more = part(about, entry)
    return None if more is None else {"at": entry["at"], "event": entry["event"], "id": about} | more


def _lesson(about: str, _: Entry) -> Entry | None:
    return {} if _known_lesson(about) else None


def _check(about: str, entry: Entry) -> Entry | None:
    if not catalog.is_exercise_id(about) or not _known_lesson(about[:-1]):
        return None
    found = {key: entry[key] for key in ("outcome", "unmet") if isinstance(entry.get(key), str)}
    return _cut(found) | ({"fresh": True} if entry.get("fresh") is True else {})


def _guess(about: str, entry: Entry) -> Entry | None:
    question, chosen = entry.get("question"), entry.get("chosen")
    if chosen not in _asked(about).get(str(question), ()):
        return None
    return _cut({"question": question, "chosen": chosen}) | _right(entry)


def _review(about: str, entry: Entry) -> Entry | None:
    names = {each.name for each in questions.of_lesson(about)}
    return {"question": entry["question"]} | _right(entry) if entry.get("question") in names else None


def _right(entry: Entry) -> Entry:
    return {"right": entry["right"]} if isinstance(entry.get("right"), bool) else {}


def _cut(texts: Entry) -> Entry:
    return {key: text[: _LONGEST.get(key, 40)] for key, text in texts.items()}


def _known_lesson(about: str) -> bool:
    return any(lesson.id == about for lesson in catalog.lessons())


def _asked(about: str) -> dict[str, tuple[str, ...]]:
    try:
        return questions.predictions(catalog.lesson(about))
    except CourseError:
        return {}


_PARTS: dict[str, Callable[[str, Entry], Entry | None]] = {
    "lesson": _lesson,
    "check": _check,
    "guess": _guess,
    "review": _review,
}
