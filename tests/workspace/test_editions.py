"""Lessons that got another number: a learner's log and copies from before are neither lost nor mistaken."""

import json
from pathlib import Path

import pytest

from course.base import paths
from course.content import catalog
from course.workspace import editions, progress

FIRST = [
    {"event": "lesson", "id": "3.4"},
    {"event": "lesson", "id": "3.8"},
    {"event": "check", "id": "3.5a", "outcome": "done"},
    {"event": "check", "id": "3.8b", "outcome": "not yet"},
    {"event": "hint", "id": "1.4a", "number": 1},
]


@pytest.fixture
def log(work: Path) -> Path:
    work.mkdir()
    text = "".join(json.dumps(each) + "\n" for each in FIRST)
    paths.progress_log().write_text(text, encoding="utf-8")
    return paths.progress_log()


def test_lines_without_an_edition_count_for_the_lessons_as_they_are_called_now(log: Path) -> None:
    standing = progress.standings()
    assert standing["3.6a"].done and "3.5a" not in standing
    assert standing["4.1b"].attempts == 1 and "3.8b" not in standing
    assert standing["1.4a"].hints == 1
    assert progress.visited() == ["3.4", "4.1"]


def test_the_log_itself_is_only_appended_to(log: Path) -> None:
    before = log.read_text(encoding="utf-8")
    progress.record("check", "3.5a", outcome="done")
    after = log.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert json.loads(after.removeprefix(before))["edition"] == editions.NOW
    assert progress.standings()["3.5a"].done and progress.standings()["3.6a"].done


def test_what_was_logged_now_is_not_renumbered(work: Path) -> None:
    progress.record("check", "3.5a", outcome="done")
    assert set(progress.standings()) == {"3.5a"}


def test_an_exercise_that_moved_alone_or_is_gone(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "MOVED", {"3.5a": "3.5c", "3.8b": None})
    standing = progress.standings()
    assert standing["3.5c"].done and "3.6a" not in standing and "4.1b" not in standing


def test_the_tables_name_lessons_and_exercises_that_exist() -> None:
    names = {lesson.name for lesson in catalog.lessons()}
    assert set(editions.RENAMED.values()) <= names
    exercises = {each.id for lesson in catalog.lessons() for each in lesson.exercises}
    assert {new for new in editions.MOVED.values() if new} <= exercises


def test_present_ids_are_written_into_calls_headings_and_marks_and_nothing_else() -> None:
    cells = [
        {"source": "# 3.5 Joins: exercises\n\nSee lesson 3.5.", "metadata": {}},
        {"source": ["from course import check, lesson\n", 'lesson("3.5", exercises=True)'], "metadata": {}},
        {"source": "## 3.5a · Rows", "metadata": {}},
        {"source": "rate = 3.5\nnote = 'lesson 3.5'", "metadata": {"nbgrader": {"grade_id": "answer-3-5a"}}},
        {"source": "check('3.5a')", "metadata": {"nbgrader": {"grade_id": "check-3-5a", "points": 1}}},
    ]
    editions.renumbered(cells)
    assert [cell["source"] for cell in cells] == [
        "# 3.6 Joins: exercises\n\nSee lesson 3.5.",
        'from course import check, lesson\nlesson("3.6", exercises=True)',
        "## 3.6a · Rows",
        "rate = 3.5\nnote = 'lesson 3.5'",
        "check('3.6a')",
    ]
    assert cells[3]["metadata"]["nbgrader"]["grade_id"] == "answer-3-6a"
    assert cells[4]["metadata"]["nbgrader"] == {"grade_id": "check-3-6a", "points": 1}
