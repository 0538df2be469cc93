"""A course of three tiny lessons in a temporary folder, for tests of the learner's folder."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from course.base import paths
from course.content import questions

MAIN_1 = "def greet():\n    return 'one'\n"
MAIN_2 = "def greet():\n    return 'two'\n"
MODELS = "class Post:\n    pass\n"
_number = itertools.count()
STARTER = "def answer():\n    ...\n"


def cell(kind: str, text: str, **metadata: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "id": f"cell-{next(_number)}", "source": text}
    made["metadata"] = metadata
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def write_notebook(path: Path, cells: list[dict[str, Any]], **metadata: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def lesson_cells(lesson: str, apps: list[tuple[str, str]]) -> list[dict[str, Any]]:
    written = [cell("code", f"%%app {path}\n{text}") for path, text in apps]
    return [cell("markdown", f"# {lesson} · Lesson {lesson}"), cell("code", "1 + 1"), *written]


def exercise_cells(exercise: str) -> list[dict[str, Any]]:
    slug = exercise.replace(".", "-")
    return [
        cell("markdown", f"## {exercise} · Task {exercise}"),
        cell("code", STARTER, nbgrader={"grade_id": f"answer-{slug}", "solution": True}),
        cell("code", f'check("{exercise}")', nbgrader={"grade_id": f"check-{slug}"}),
    ]


def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Build the course, point `course.base.paths` at it, and return the learner's (empty) folder."""
    for name in ("NOTEBOOKS", "EXERCISES", "SOLUTIONS", "SAMPLE_APP"):
        monkeypatch.setattr(paths, name, tmp_path / name.lower())
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(questions, "FOLDER", tmp_path / "questions")
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path / "the work"))
    (tmp_path / "pyproject.toml").write_text("[tool.course.sample_app_extras]\n", encoding="utf-8")
    week = paths.NOTEBOOKS / "week1_start"
    about = {"minutes": 30, "topics": []}
    write_notebook(week / "1_1_first.ipynb", lesson_cells("1.1", []), course=about)
    two = [("app/main.py", MAIN_1), ("app/models.py", MODELS)]
    write_notebook(week / "1_2_second.ipynb", lesson_cells("1.2", two), course=about)
    three = [("app/main.py", MAIN_2)]
    write_notebook(week / "1_3_third.ipynb", lesson_cells("1.3", three), course=about)
    tasks = exercise_cells("1.2a") + exercise_cells("1.2b")
    write_notebook(paths.EXERCISES / "week1_start" / "1_2_second.ipynb", tasks)
    return paths.work()


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder with its text, the course's own bookkeeping left out."""
    found = (p for p in folder.rglob("*") if p.is_file() and ".course" not in p.parts)
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in found}
