"""Two lessons and their exercises, done by a learner in a real browser, in both themes."""

from dataclasses import dataclass

import browser
import pytest

from course import cells, paths
from course.catalog import lesson

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")


@dataclass(frozen=True)
class Sitting:
    """What a learner does: which lesson, which exercise, a wrong answer, and what it is told."""

    lesson: str
    exercise: str
    wrong: str
    told: str


HTTP = Sitting(
    "1.1", "1.1a", "def request_for(path):\n    return f'GET {path} HTTP/1.1\\r\\n'", "It is bytes not text"
)
SQL = Sitting(
    "2.1", "2.1a", "find_sql_posts = \"SELECT id, title FROM posts WHERE title LIKE '%sql%'\"", "not yet"
)


@pytest.fixture
def open_lab(request, tmp_path, monkeypatch):
    theme = request.param
    work = tmp_path / "a learner's work"
    monkeypatch.setenv(paths.WORK_VARIABLE, str(work))
    with browser.lab(work) as address, browser.page(address, theme) as opened:
        opened.theme = theme.lower()
        yield opened


@pytest.mark.parametrize(
    ("open_lab", "sitting"),
    [("Light", HTTP), ("Dark", HTTP), ("Light", SQL), ("Dark", SQL)],
    indirect=["open_lab"],
    ids=["1.1 light", "1.1 dark", "2.1 light", "2.1 dark"],
)
def test_a_learner_reads_a_lesson_and_does_an_exercise(open_lab, sitting):
    page, name = open_lab, lesson(sitting.lesson).name
    shot = f"{sitting.lesson}-{page.theme}"
    number = sitting.exercise.replace(".", "-")
    page.tab.wait_for_selector('h2:has-text("What is next")')
    page.picture(f"start-{shot}")

    page.open(f"{name}.ipynb")
    page.run_all()
    page.tab.wait_for_selector(".jp-RenderedMermaid svg, .jp-RenderedMermaid img")
    assert not page.tab.query_selector_all("[data-mime-type='application/vnd.jupyter.stderr']")
    assert not page.tab.query_selector_all("[data-mime-type='application/vnd.jupyter.error']")
    page.picture(f"lesson-{shot}")

    page.open(f"{name}.exercises.ipynb")
    page.run_all()
    assert "not attempted" in page.run(f"check-{number}")
    page.write(f"answer-{number}", sitting.wrong)
    page.run(f"answer-{number}")
    wrong = page.run(f"check-{number}")
    assert "not yet" in wrong and sitting.told in wrong
    page.show(f"check-{number}")
    page.picture(f"wrong-{shot}")
    assert "Hint 1 of 3" in page.add_and_run(f'hint("{sitting.exercise}")')
    page.write(f"answer-{number}", cells.official(sitting.exercise))
    page.run(f"answer-{number}")
    assert ": done, " in page.run(f"check-{number}")
    page.show(f"check-{number}")
    page.picture(f"right-{shot}")

    page.restart_and_run_all()
    assert "1 of " in page.add_and_run("progress()")
    page.picture(f"progress-{shot}")
