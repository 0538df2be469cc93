"""The minutes of a lesson are counted from its page."""

import json
from pathlib import Path

import pytest

from course.authoring import minutes
from course.base import paths
from course.content import catalog


def _cell(kind: str, source: str, text: str = "") -> dict:
    made = {"cell_type": kind, "id": f"cell-{abs(hash(source)) % 10**6}", "metadata": {}, "source": source}
    outputs = [{"output_type": "stream", "name": "stdout", "text": text}] * bool(text)
    return made | ({"outputs": outputs, "execution_count": 1} if kind == "code" else {})


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes lesson 1.1 of a course that has no other, from its cells."""
    monkeypatch.setattr(paths, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(paths, "EXERCISES", tmp_path / "exercises")
    monkeypatch.setattr(paths, "SOLUTIONS", tmp_path / "solutions")

    def write(*cells: dict) -> catalog.Lesson:
        file = tmp_path / "notebooks" / "week1_x" / "1_1_first.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        first = _cell("markdown", "# 1.1 First\n\n90 minutes. Builds nothing.")
        body = {"cells": [first, *cells], "metadata": {"course": {"minutes": 90}}}
        file.write_text(json.dumps(body | {"nbformat": 4, "nbformat_minor": 5}), encoding="utf-8")
        return catalog.lesson("1.1")

    return write


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (_cell("markdown", "word " * 160), 1),
        (_cell("code", "x = 1\n\n" * 12), 1),
        (_cell("code", "1", "line\n" * 39), 1 + 1 / 12),
        (_cell("code", 'predict("?", [1, 2])'), 0.5 + 1 / 12),
        (_cell("code", "%%app app/main.py\n" + "x = 1\n" * 24, "line\n" * 400), 2),
    ],
)
def test_each_kind_of_cell_counts_as_the_rule_says(page, cell, wanted):
    alone = minutes.counted(page())
    assert minutes.counted(page(cell)) - alone == pytest.approx(wanted)


def test_of_a_file_that_stands_only_new_lines_count(page):
    first = _cell("code", "%%app app/main.py\n" + "".join(f"a{n} = 1\n" for n in range(24)))
    again = _cell(
        "code", "%%app app/main.py\n" + "".join(f"a{n} = 1\n" for n in range(24)) + "new = 1\n" * 12
    )
    patch = _cell("code", "%%app app/main.py patch\n" + "".join(f"b{n} = 1\n" for n in range(6)))
    once = minutes.counted(page(first))
    assert minutes.counted(page(first, again)) - once == pytest.approx(1)
    assert minutes.counted(page(first, patch)) - once == pytest.approx(0.5)


def test_of_a_definition_that_a_patch_replaces_only_other_lines_count(page):
    body = "".join(f"    a{n} = 1\n" for n in range(24))
    first = _cell("code", f"%%app app/main.py\ndef read() -> None:\n{body}")
    longer = _cell("code", f"%%app app/main.py patch\ndef read() -> None:\n{body}" + "    b = 1\n" * 6)
    assert minutes.counted(page(first, longer)) - minutes.counted(page(first)) == pytest.approx(0.5)


def test_the_page_is_made_to_say_them(page):
    here = page(_cell("markdown", "word " * 160 * 12))
    assert minutes.stamp(here)
    here = catalog.lesson("1.1")
    assert here.minutes == minutes.rounded(here) == 10
    assert "\n\n10 minutes. Builds nothing." in here.notebook.read_text(encoding="utf-8").replace(
        "\\n", "\n"
    ).replace('",\n    "', "")
    assert not minutes.stamp(here)
