"""Five lessons and their exercises, done by a learner in a real browser, with their widgets, each in one of the themes."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import browser_driver as browser
import pytest

from course.content import catalog, notebook_file
from course.content.catalog import lesson
from course.workspace import manifest, progress

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")


@dataclass(frozen=True)
class Sitting:
    """What a learner does: which lesson, which exercise, a wrong answer, and what it is told.

    `toy`: a text in the lesson's cell with fields and buttons; `fills`: which field, what is written into it and
    what is to be read afterwards; then `presses`: which button (its number among those of this label, from 0)
    and what is to be read afterwards. `patch`: a text in a cell that patches a file, and a line
    of that file which the cell does not show.
    """

    lesson: str
    exercise: str
    wrong: str
    told: str
    toy: str = ""
    fills: tuple[tuple[str, str, str], ...] = ()
    presses: tuple[tuple[str, int, str], ...] = ()
    patch: tuple[str, str] | None = None


HTTP = Sitting(
    "1.1", "1.1a", "def request_for(path):\n    return f'GET {path} HTTP/1.1\\r\\n'", "It is bytes not text"
)
SQL = Sitting(
    "2.1", "2.1a", "find_sql_posts = \"SELECT id, title FROM posts WHERE title LIKE '%sql%'\"", "not yet"
)
POOL = Sitting(
    "3.1",
    "3.1a",
    "def database_address(user, password, host, database):\n"
    "    return f'postgresql+psycopg2://{user}:{password}@{host}:5432/{database}'",
    "not yet",
    toy="play.pool(",
    presses=(
        ("SELECT", 0, "session 1SELECTcommitcloseforget itwaits for a connection"),
        ("close", 1, "session 1SELECTcommitcloseforget ithas a connection"),
        ("forget it", 0, "session 1SELECTcommitcloseforget itforgotten, and its connection is still lent"),
    ),
)
LOCKS = Sitting(
    "3.8",
    "3.8a",
    "def transfer(session, source, target, amount):\n"
    "    session.get_one(Account, source).balance -= amount\n"
    "    session.commit()\n"
    "    session.get_one(Account, target).balance += amount\n"
    "    session.commit()",
    "has to be rolled back",
    toy="play.sessions(",
    patch=("%%app app/services.py patch", "def read_feed("),
    presses=(
        ("ana: next", 0, "ana next: UPDATE accounts SET balance = balance - 10"),
        ("ana: next", 0, "ana next: UPDATE accounts SET balance = balance + 10"),
        ("ben: next", 0, "ben next: UPDATE accounts SET balance = balance - 30"),
        ("ben: next", 0, "ben next: UPDATE accounts SET balance = balance + 30"),
        ("ana: next", 0, "ana waits for ben"),
        ("ben: next", 0, "ana next: COMMIT"),
        ("ana: next", 0, "ana done"),
    ),
)
SAID = "{'iss': 'postboard', 'aud': 'postboard-api', 'sub': "
TOKEN = Sitting(
    "5.2",
    "5.2a",
    "def seconds_left(token, now):\n    return 900.0",
    "not yet",
    toy="play.token(",
    fills=(
        (
            "payload",
            '{"iss":"postboard","aud":"postboard-api","sub":"1","iat":1767614400,"exp":1767615300,"jti":"t1"}',
            "right ✗ Refused: the signature does not fit",
        ),
        ("header", '{"alg":"none","kid":"main","typ":"at+jwt"}', "right ✗ Refused: not the key's algorithm"),
        ("signature", "", f"naive ✓ accepted: {SAID}'1'"),
    ),
    presses=(("as issued", 0, f"right ✓ accepted: {SAID}'7'"),),
)
# A theme changes how a page looks, not what it does: each is seen with pictures, toys and verdicts.
SITTINGS = [("Dark", HTTP), ("Light", SQL), ("Light", POOL), ("Dark", LOCKS), ("Light", TOKEN)]


def logged(outputs: list[dict[str, Any]]) -> Counter[str]:
    """The lines that were printed to the channel of errors, as warnings are, and how often."""
    texts = ("".join(one["text"]) for one in outputs if one.get("name") == "stderr")
    return Counter(line for text in texts for line in text.splitlines() if line.strip())


def stored(lesson_id: str) -> list[dict[str, Any]]:
    """The outputs that a lesson stores: the log of the learner's app is among them, where it fails on purpose."""
    cells = notebook_file.read_cells(lesson(lesson_id).notebook)
    return [one for cell in cells for one in cell.get("outputs", [])]


@pytest.fixture
def open_lab(request, one_lab):
    with browser.page(one_lab[0], request.param) as opened:
        opened.theme = request.param.lower()
        yield opened


@pytest.mark.parametrize(
    ("open_lab", "sitting"),
    SITTINGS,
    indirect=["open_lab"],
    ids=[f"{each.lesson} {theme.lower()}" for theme, each in SITTINGS],
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
    shown = page.outputs()
    assert len(shown) >= len(stored(sitting.lesson))
    assert not [one for one in shown if one["output_type"] == "error"]
    assert not logged(shown) - logged(stored(sitting.lesson))
    page.picture(f"lesson-{shot}")
    for step, (field, text, said) in enumerate(sitting.fills, start=1):
        page.fill(sitting.toy, field, text, said)
        page.picture(f"field-{shot}-{step}")
    for step, (button, which, said) in enumerate(sitting.presses, start=1):
        page.press(sitting.toy, button, which, said)
        page.picture(f"toy-{shot}-{step}")
    if sitting.patch:
        cell, elsewhere = sitting.patch
        assert elsewhere in page.unfold(cell)
        page.picture(f"patch-{shot}")

    page.open(manifest.name(manifest.exercise_copy(lesson(sitting.lesson))))
    page.run_all()
    assert "not attempted" in page.run(f"check-{number}")
    page.write(f"answer-{number}", sitting.wrong)
    page.run(f"answer-{number}")
    wrong = page.run(f"check-{number}")
    assert "not yet" in wrong and sitting.told in wrong
    page.show(f"check-{number}")
    page.picture(f"wrong-{shot}")
    assert "Hint 1 of 3" in page.add_and_run(f'hint("{sitting.exercise}")')
    page.write(f"answer-{number}", catalog.official(sitting.exercise))
    page.run(f"answer-{number}")
    assert ": done, " in page.run(f"check-{number}")
    page.show(f"check-{number}")
    page.picture(f"right-{shot}")

    if sitting is HTTP:  # once is enough, and here it takes least
        page.restart_and_run_all()
    page.add_and_run("import sys\nprint('a warning', file=sys.stderr)")
    assert logged(page.outputs())["a warning"] == 1  # so one in the lesson would have been noticed
    assert "1 of " in page.add_and_run("progress()")
    page.picture(f"progress-{shot}")


def test_a_guess_stays_over_shift_enter_a_restart_and_the_next_day(one_lab):
    address, _ = one_lab
    first = lesson("1.2")
    path = manifest.name(manifest.lesson_copy(first))
    with browser.page(address) as page:
        page.open(path)
        asked = page.walk(lambda _: 1)
        guessed = progress.guesses("1.2")
        assert len(guessed) == len(asked) == 4
        assert all(each.right is not None for each in guessed.values())
        assert page.text().count("(your guess)") == 4 and page.text().count("You said") == 4
        end = page.add_and_run("from course import finish\nfinish()")
        assert f"Guesses: 4 of 4, {sum(each.right for each in guessed.values())} of them right." in end
        page.picture("guessed")

        page.restart()
        question = page.cell_with("guess = predict(")
        assert "Run All Above Selected Cell" in page.run(question)
        page.run("cell-001")
        page.run(question)
        assert page.chosen() == [next(iter(guessed.values())).chosen]
        page.save()
    with browser.page(address, "Dark") as page:
        page.open(path)
        page.tab.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
        assert "Error displaying widget" not in page.text()
        assert page.text().count("(your guess)") == 4 and page.text().count("Predict:") == 4
        page.picture("guessed-next-day")


def test_buttons_and_links_lead_from_a_failed_check_to_the_next_exercise_and_back(one_lab):
    address, _ = one_lab
    first = lesson("1.2")
    exercises, reading = (
        manifest.name(copy(first)) for copy in (manifest.exercise_copy, manifest.lesson_copy)
    )
    with browser.page(address) as page:
        page.open(exercises)
        page.run("cell-001")
        page.write("answer-1-2b", "routing_table = None")
        assert "has not been run since the kernel started" in page.run("check-1-2b")
        page.run("answer-1-2b")
        page.run("check-1-2b")
        page.click("Hint")
        page.tab.wait_for_selector("text=Hint 1 of 3")
        page.click("Solution")
        page.tab.wait_for_selector("text=One answer to 1.2b")
        page.picture("buttons")
        page.write("answer-1-2b", catalog.official("1.2b"))
        assert "has changed since it was run" in page.run("check-1-2b")
        page.run("cell-003")
        page.run("answer-1-2b")
        assert ": done, " in page.run("check-1-2b")
        page.click("Compare with")
        page.tab.wait_for_selector("text=Yours:")
        page.click("exercise 1.2c")
        page.tab.wait_for_selector("h2:has-text('1.2c')")
        page.picture("next-exercise")
        assert "in its cell again" in page.add_and_run('reset("1.2b")')
        assert page.source("answer-1-2b") == catalog.starter("1.2b")
        page.command("docmanager:open", path="start_here.md")
        page.tab.wait_for_selector("text=You have done 1 of")
        page.open(exercises)
        page.show("cell-001")
        page.click("lesson 1.2")
        page.wait_for_path(reading)
