"""`course author …`: what its commands do in which order, and what they say of a lesson that is half done."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from course.authoring import cli, convert, execute, minutes
from course.base import paths
from course.content import catalog


def test_run_makes_the_exercises_before_the_lesson_that_says_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[Path] = []
    monkeypatch.setattr(execute, "store", done.append)
    monkeypatch.setattr(convert, "make", lambda lesson: done.append(lesson.exercise_notebook))
    monkeypatch.setattr(convert, "stamp_file", lambda path: None)
    monkeypatch.setattr(minutes, "stamp", lambda lesson: False)
    cli.run(["1.1"])
    lesson = catalog.lesson("1.1")
    assert done == [lesson.exercise_notebook, lesson.notebook, lesson.solution_notebook]


def test_judge_says_where_answers_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "ANSWERS", tmp_path / "tests" / "answers")
    said = CliRunner().invoke(cli.app, ["judge", "1.1"])
    assert said.exit_code == 1
    wanted = "1.1 has no answers. Write them in tests/answers/week1_fastapi_basics/1_1_http_and_rest.py."
    assert wanted in " ".join(said.output.split()).replace("/ ", "/")
