"""The board in a real browser: a learner joins and works, and the page shows it, as text and nothing else."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import browser_driver as browser
import pytest
import room_support as rooms
from room_support import Sender

from course.classroom.board.limits import Buckets
from course.classroom.board.schemas import LONGEST_NAME
from course.content import catalog, questions
from course.workspace import progress
from course.workspace.room import joining

pytestmark = [
    pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here"),
    pytest.mark.usefixtures("work"),
]
QUESTION, OPTIONS = next(iter(questions.predictions(catalog.lesson("1.2")).items()))
NASTY = ["<img src=x onerror=alert(1)>", "</script><script>alert(2)", "\"><b onclick='alert(3)'>"]


@contextmanager
def open_board(address: str) -> Iterator[Any]:
    """The page as the instructor opens it; what it asks for and complains about is at its end held to nothing."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.OPTIONS)
        tab = chromium.new_page(viewport={"width": 1280, "height": 800})
        tab.set_default_timeout(browser.SECONDS)
        trouble: list[str] = []
        tab.on("pageerror", lambda error: trouble.append(str(error)))
        tab.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        tab.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda asked: asked.url.startswith(address) or trouble.append(asked.url))
        tab.goto(f"{address}/#key={rooms.KEY}")
        tab.locator("#status", has_text="live").wait_for()
        yield tab
        assert trouble == []
        chromium.close()


def picture(tab: Any, name: str) -> None:
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        tab.screenshot(path=str(Path(folder) / f"board-{name}.png"))


def test_a_learner_joins_and_the_page_follows():
    with rooms.board() as address, open_board(address) as tab:
        assert rooms.KEY not in tab.url and "key" not in tab.url
        joining.join(address, rooms.CODE, "Zoë")
        progress.record("lesson", "1.2")
        tab.locator("#title", has_text="1.2").wait_for()
        tab.locator("#rows th", has_text="Zoë").wait_for()
        for _ in range(3):
            progress.record("check", "1.2a", outcome="not yet", unmet="An unknown post is a 404")
        tab.locator("#rows td.stuck", has_text="3").wait_for()
        tab.locator("#stuck", has_text="Zoë · 1.2a · 3 attempts · 0 min").wait_for()
        tab.locator("#fails", has_text="1 · 1.2a · An unknown post is a 404").wait_for()
        progress.record("guess", "1.2", question=QUESTION, chosen=OPTIONS[0])
        bars = tab.locator("#choices .choice")
        bars.nth(0).filter(has_text="1 · 100 %").wait_for()
        progress.record("guess", "1.2", question=QUESTION, chosen=OPTIONS[1])
        bars.nth(1).filter(has_text="1 · 100 %").wait_for()
        assert bars.count() == len(OPTIONS)
        assert bars.nth(0).filter(has_text="0 · 0 %").count() == 1
        progress.record("check", "1.2a", outcome="done", met=3, of=3)
        tab.locator("#rows td.done", has_text="✔").wait_for()
        tab.locator("#fails", has_text="Nothing fails").wait_for()


def test_what_a_learner_sends_is_text_and_never_markup():
    with rooms.board() as address:
        for number, nasty in enumerate(NASTY):
            one = Sender.joined(address, nasty[:LONGEST_NAME])
            failing = [one.event("1.2a", outcome="not yet", unmet=nasty) for _ in range(3)]
            guess = one.event("1.2", "guess", question=f"{nasty} {number}", chosen=nasty)
            one.post(*failing, guess).raise_for_status()
        with open_board(address) as tab:
            tab.locator("#stuck li").nth(2).wait_for()
            for number, nasty in enumerate(NASTY):
                assert tab.locator("#rows th", has_text=nasty[:LONGEST_NAME]).count() == 1
                assert tab.locator("#fails", has_text=nasty).count() == 1
                tab.select_option("#question", f"{nasty} {number}")
                assert tab.locator("#choices", has_text=nasty).count() == 1
            assert tab.locator("main img, main script, main b[onclick]").count() == 0


def test_a_full_room_can_be_read_and_worked_by_keyboard():
    plenty = Buckets(10_000, 10_000)
    with rooms.board(joins=plenty) as address:
        Sender.joined(address, "Aaron who is quiet")
        fill(address, learners=30)
        with open_board(address) as tab:
            tab.locator("#rows tr").nth(30).wait_for()
            picture(tab, "light")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 1280
            assert tab.evaluate("document.documentElement.scrollHeight") <= 800
            assert problems(tab) == []
            tab.focus("#theme")
            tab.keyboard.press("Enter")
            picture(tab, "dark")
            assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
            assert problems(tab) == []
            names = "document.querySelectorAll('#rows th')[0].textContent"
            assert tab.evaluate(names) != "Aaron who is quiet"
            tab.focus("#order")
            tab.keyboard.press("ArrowDown")
            assert tab.evaluate(names) == "Aaron who is quiet"
            right = tab.locator("#choices .right")
            assert right.count() == 0
            tab.focus("#reveal")
            tab.keyboard.press("Enter")
            right.wait_for()
            tab.set_viewport_size({"width": 420, "height": 800})
            assert tab.evaluate("document.documentElement.scrollWidth") <= 420


def fill(address: str, learners: int) -> None:
    """A room in which something has happened everywhere."""
    for number in range(learners):
        one, sent = Sender.joined(address), []
        for place, each in enumerate(catalog.lesson("1.2").exercises):
            tries = (number * 7 + place * 3) % 5
            words = {"outcome": "not yet", "unmet": f"Expectation {number % 3} of {each.title}"}
            sent += [one.event(each.id, **words) for _ in range(tries)]
            if (number + place) % 3 == 0:
                sent.append(one.event(each.id, outcome="done"))
        sent.append(one.event("1.2", "guess", question=QUESTION, chosen=OPTIONS[number % len(OPTIONS)]))
        one.post(*sent).raise_for_status()


def problems(tab: Any) -> list[str]:
    """What axe-core finds."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab).response["violations"]
    return [f"{each['id']}: {json.dumps(each['nodes'][0]['html'])[:200]}" for each in found]


def test_without_the_key_the_page_says_what_to_open():
    with rooms.board() as address, browser.plain_page(f"{address}/#key=wrong") as tab:
        tab.locator("#closed", has_text="`course class board`").wait_for()
        tab.goto("about:blank")
        tab.goto(address)
        tab.locator("#closed", has_text="`course class board`").wait_for()
        assert not tab.locator("#room").is_visible()
