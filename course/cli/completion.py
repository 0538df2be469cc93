"""What the Tab key offers after `course start-at`, `course reset` and `course check`."""

import contextlib

from course.content import catalog


def lesson_ids(incomplete: str) -> list[tuple[str, str]]:
    """Completions for a lesson: ids and titles."""
    with contextlib.suppress(Exception):  # a broken notebook must not break the shell's Tab key
        found = [(lesson.id, lesson.title) for lesson in catalog.lessons()]
        return [each for each in found if each[0].startswith(incomplete)]
    return []


def exercise_ids(incomplete: str) -> list[tuple[str, str]]:
    """Completions for an exercise: ids and titles."""
    with contextlib.suppress(Exception):
        found = [(e.id, e.title) for lesson in catalog.lessons() for e in lesson.exercises]
        return [each for each in found if each[0].startswith(incomplete)]
    return []


def anything(incomplete: str) -> list[tuple[str, str]]:
    """Completions for what `course check` takes: all, a week, a lesson, an exercise."""
    weeks = sorted({lesson.split(".")[0] for lesson, _ in lesson_ids("")}, key=int)
    found = [("all", "everything"), *((week, f"week {week}") for week in weeks)]
    ids = lesson_ids(incomplete) + exercise_ids(incomplete)
    return [each for each in found if each[0].startswith(incomplete)] + ids
