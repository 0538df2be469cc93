"""The rules of `fetch` in course/serving/browser.py are those of a real browser."""

import browser_driver as browser
import pytest
from cors_cases import by_the_rules
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from course import serve
from course.content.catalog import lesson
from course.play.live import text

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) [id^=course-fetches-]"
ONE = """async one => {
    const wanted = {method: one.method, headers: one.headers, credentials: one.credentials ? "include" : "omit"};
    if (one.body) wanted.body = one.body;
    try { return `reads ${(await fetch(one.url, wanted)).status}`; } catch { return "blocked"; }
}"""


@pytest.fixture
def tab():
    """A page of another origin than any API here; of one test alone, as Playwright runs once in a thread."""
    app = FastAPI(title="a page")
    app.get("/", response_class=HTMLResponse)(lambda: "<title>A page</title>")
    with serve(app) as server, browser.plain_page(server.url) as tab:
        yield tab, server.url


def test_chromium_does_what_the_rules_say(tab):
    page, origin = tab
    with by_the_rules(origin) as found:
        seen = {
            name: page.evaluate(
                ONE,
                {each: getattr(one, each) for each in ("url", "method", "headers", "body", "credentials")},
            )
            for name, one in found.items()
        }
        assert seen == {name: one.said for name, one in found.items()}


def test_the_lesson_runs_fetch_in_the_page_that_shows_it(one_lab):
    with browser.page(one_lab[0]) as page:
        page.tab.wait_for_selector('h2:has-text("What is next")')
        page.open(f"{lesson('5.6').name}.ipynb")
        page.run_all()
        page.show(page.cell_with("play.fetches("))
        page.tab.wait_for_selector(f'{SHOWN} .note:has-text("Your browser did what the rules say.")')
        page.picture("fetches")
        assert "blocked" in page.tab.inner_text(f"{SHOWN} table")


@pytest.mark.parametrize("shown_by", ["http://hub.example/", "http://127.0.0.1/"])
def test_where_the_browser_does_not_reach_the_kernel_the_cell_says_so(tab, shown_by):
    page, _ = tab
    html = text(
        "one", "<b>rows</b>", "root.remove();", probe="http://127.0.0.1:9/", elsewhere="Not here.", data=None
    )
    page.route(shown_by, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(shown_by)
    page.wait_for_selector('.note:has-text("Not here.")')
    assert "rows" in page.inner_text("body")
