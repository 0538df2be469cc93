"""The rules of `fetch` in course/serving/browser.py are those of a real browser."""

import browser_driver as browser
import httpx
import pytest
from cors_cases import by_the_rules
from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from course import serve, stage
from course.base import paths
from course.content.catalog import lesson
from course.play.live import text

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) [id^=course-fetches-]"
ONE = """async one => {
    const wanted = {method: one.method, headers: one.headers, credentials: one.credentials ? "include" : "omit"};
    if (one.body) wanted.body = one.body;
    try { return `reads ${(await fetch(one.url, wanted)).status}`; } catch { return "blocked"; }
}"""


SITE = {"html": "<title>A page</title>"}


@pytest.fixture
def tab():
    """A page of another origin than any API here; of one test alone, as Playwright runs once in a thread."""
    app = FastAPI(title="a page")
    app.get("/", response_class=HTMLResponse)(lambda: SITE["html"])
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
        page.open(f"{lesson('5.7').name}.ipynb")
        page.run_all()
        page.show(page.cell_with("play.fetches("))
        page.tab.wait_for_selector(f'{SHOWN} .note:has-text("Your browser did what the rules say.")')
        page.picture("fetches")
        assert "blocked" in page.tab.inner_text(f"{SHOWN} table")
        for name, cell, said in [("closed", 'key="closed"', "Failed to fetch"), ("open", 'key="open"', "")]:
            page.show(page.cell_with(cell))
            page.tab.wait_for_selector(f'iframe[src$="/{name}"]')
            frame = page.tab.frame_locator(f'iframe[src$="/{name}"]')
            frame.locator("#status").filter(has_text=said).wait_for(state="attached")
            page.picture(f"face-{name}")


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


NEW = {"name": "zoe", "email": "zoe@example.com", "password": "wet socks in june again"}


def face(page, api):
    """The face of the API as another site shows it: in a page of another origin."""
    html = (paths.SAMPLE_APP / "app/static/index.html").read_text(encoding="utf-8")
    SITE["html"] = html.replace('content="/"', f'content="{api}/"')
    page.reload()


def test_the_face_is_blank_until_its_origin_is_allowed(tab, monkeypatch):
    page, origin = tab
    page.goto(origin)
    with stage("5.7") as api:
        face(page, api.url)
        page.wait_for_selector('#status:has-text("Failed to fetch")')
    monkeypatch.setenv("CORS_ORIGINS", origin)
    with stage("5.7") as api:
        assert httpx.post(f"{api.url}/auth/register", json=NEW).status_code == 201
        face(page, api.url)
        page.fill("[name=username]", NEW["email"])
        page.fill("[name=password]", "another one that is wrong")
        page.click("#login button")
        page.wait_for_selector('#status:has-text("Error")')
        page.fill("[name=password]", NEW["password"])
        page.click("#login button")
        page.fill("[name=title]", "Hi <b>all</b>")
        page.fill("[name=content]", "There")
        page.click("#write button")
        page.wait_for_selector('#posts li:has-text("Hi <b>all</b> (zoe)")')
        assert page.inner_text("#status") == ""
