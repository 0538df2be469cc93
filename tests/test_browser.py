"""Lesson 1.1 and its exercises, done by a learner in a real browser."""

import browser
import pytest

from course import cells, paths
from course.catalog import lesson

LESSON = f"{lesson('1.1').name}.ipynb"
EXERCISES = f"{lesson('1.1').name}.exercises.ipynb"
pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")


@pytest.fixture(params=["Light", "Dark"])
def page(request, tmp_path, monkeypatch):
    work = tmp_path / "a learner's work"
    monkeypatch.setenv(paths.WORK_VARIABLE, str(work))
    with browser.lab(work) as address, browser.page(address, request.param) as opened:
        opened.theme = request.param.lower()
        yield opened


def test_a_learner_reads_lesson_one_and_does_an_exercise(page):
    page.tab.wait_for_selector('h2:has-text("What is next")')
    page.picture(f"start-{page.theme}")

    page.open(LESSON)
    page.run_all()
    page.tab.wait_for_selector(".jp-RenderedMermaid svg, .jp-RenderedMermaid img")
    assert not page.tab.query_selector_all(".jp-RenderedText[data-mime-type*=stderr]")
    page.picture(f"lesson-{page.theme}")

    page.open(EXERCISES)
    page.run_all()
    assert "not attempted" in page.run("check-1-1a")
    page.write("answer-1-1a", "def request_for(path):\n    return f'GET {path} HTTP/1.1\\r\\n'")
    page.run("answer-1-1a")
    wrong = page.run("check-1-1a")
    assert "not yet" in wrong and "It is bytes not text" in wrong
    page.show("check-1-1a")
    page.picture(f"wrong-{page.theme}")
    assert "Hint 1 of 3" in page.add_and_run('hint("1.1a")')
    page.write("answer-1-1a", cells.official("1.1a"))
    page.run("answer-1-1a")
    assert "done, 4 of 4" in page.run("check-1-1a")
    page.show("check-1-1a")
    page.picture(f"right-{page.theme}")

    page.restart_and_run_all()
    assert "1 of " in page.add_and_run("progress()")
    page.picture(f"progress-{page.theme}")
