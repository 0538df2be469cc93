"""progress() tells standings apart by signs and words, says what they mean, and leads on."""

import re
from pathlib import Path

import pytest
import tiny_course

from course.checks.verdict import Outcome
from course.page import overview
from course.workspace import copies, progress


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tiny_course.make(tmp_path, monkeypatch)
    copies.prepare()
    monkeypatch.chdir(work / "week1_start")
    progress.record("lesson", "1.2")


def test_each_standing_has_a_sign_of_its_own_and_a_legend() -> None:
    assert re.search(r"Lesson 1\.2 +□□", repr(overview.progress()))
    progress.record("check", "1.2a", outcome=Outcome.NOT_YET)
    progress.record("check", "1.2b", outcome=Outcome.DONE)
    assert "▣■" in repr(overview.progress())
    progress.record("check", "1.2b", outcome=Outcome.DONE, fresh=True)
    shown = repr(overview.progress())
    assert "▣✔" in shown and "1 of 2 exercises done." in shown
    assert "✔ done, survives a restart   ■ done   ▣ tried   □ open" in shown


def test_it_says_and_links_what_is_next() -> None:
    bundle = overview.progress()._repr_mimebundle_()
    assert "Next: Do exercise 1.2a, Task 1.2a." in bundle["text/plain"]
    assert '<a href="1_2_exercises_second.ipynb#cell-id=' in bundle["text/html"]


def test_weeks_are_folded_and_the_one_with_the_next_step_is_open() -> None:
    html = overview.progress()._repr_mimebundle_()["text/html"]
    assert html.count("<details open>") == 1 and "Week 1: 0 of 2 done" in html


def test_a_sign_is_read_out_in_words() -> None:
    assert 'aria-label="1.2a Task 1.2a: open"' in overview.progress()._repr_mimebundle_()["text/html"]


def test_when_all_is_done_nothing_is_next() -> None:
    for lesson in ("1.1", "1.3"):
        progress.record("lesson", lesson)
    for exercise in ("1.2a", "1.2b"):
        progress.record("check", exercise, outcome=Outcome.DONE)
    html = overview.progress()._repr_mimebundle_()["text/html"]
    assert "every exercise there is" in html
    assert html.count("<details") == 1 and "<details open" not in html  # there is no week to go on with
