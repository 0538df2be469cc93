"""What lesson 5.4 says of browsers, tried out in Chromium: its function `sends_cookie`, and the attacks on its three apps."""

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import browser_driver as browser
import nbformat
import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse

from course import serve
from course.content import catalog

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")

WANTED = {"Text", "posts", "sessions", "options", "refused", "SECRET", "WAYS", "apps"}
ATTRIBUTES = ["strict", "lax", "none"]
# How a page sends each kind of request; the first two replace the page.
SCRIPTS = {
    "link": "u => { const a = document.createElement('a'); a.href = u; document.body.append(a); a.click() }",
    "form": (
        "u => { const f = document.createElement('form'); f.method = 'post'; f.action = u;"
        " const i = document.createElement('input'); i.name = 'text'; i.value = 'Spoons';"
        " f.append(i); document.body.append(f); f.submit() }"
    ),
    "image": "u => new Promise(done => { const i = new Image(); i.onload = i.onerror = () => done(); i.src = u })",
    "fetch": "async u => { await fetch(u, {method: 'POST', credentials: 'include', mode: 'no-cors'}) }",
}
REPLACING = {"link", "form"}


@pytest.fixture(scope="module")
def page() -> SimpleNamespace:
    """The definitions of the lesson's page."""
    [lesson] = [each for each in catalog.lessons() if each.id == "5.4"]
    found: dict[str, Any] = {}
    for cell in nbformat.read(lesson.notebook, 4).cells:
        if cell.source.startswith("%%app"):
            break
        if cell.cell_type != "code" or cell.source.startswith("from course"):
            continue
        kept = [node for node in ast.parse(cell.source).body if is_wanted(node)]
        exec(compile(ast.Module(kept, []), "lesson 5.4", "exec"), found)
    return SimpleNamespace(**found)


def is_wanted(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    names = {each.id for each in targets if isinstance(each, ast.Name)}
    definitions = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
    return isinstance(node, definitions) or bool(names & WANTED)


@contextmanager
def chromium(folder: Path, third_party: bool) -> Iterator[Any]:
    """A tab of a new Chromium, with or without third-party cookies."""
    from playwright.sync_api import sync_playwright

    settings = {"cookie_controls_mode": 0 if third_party else 1, "block_third_party_cookies": not third_party}
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": settings}))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(folder), executable_path=browser.CHROMIUM, args=browser.OPTIONS
        )
        tab = context.new_page()
        tab.set_default_timeout(browser.SECONDS)
        yield tab
        context.close()


def send(tab: Any, way: str, url: str) -> None:
    """Let the page that is shown send a request, and wait until it was sent."""
    if way in REPLACING:
        with tab.expect_navigation():
            tab.evaluate(SCRIPTS[way], url)
    else:
        tab.evaluate(SCRIPTS[way], url)


def blank_page() -> HTMLResponse:
    return HTMLResponse("<p>a page</p>")


def stranger() -> FastAPI:
    app = FastAPI(title="stranger")
    app.get("/")(blank_page)
    return app


def listener(got: dict[str, tuple[bool, str | None]]) -> FastAPI:
    """Sets a cookie as its path says, and notes which request carried it, and from which page."""
    app = FastAPI(title="listener")

    @app.get("/set/{attribute}")
    def set_cookie(attribute: str, response: Response) -> None:
        same_site = attribute.partition(" ")[0]
        secure = attribute == "none"
        response.set_cookie("key", "1", secure=secure, samesite=same_site if same_site != "no" else None)  # type: ignore[arg-type]

    @app.api_route("/{way}", methods=["GET", "POST"])
    def note(way: str, request: Request) -> None:
        got[way] = "key" in request.cookies, request.headers.get("Origin")

    return app


def requests_with_cookie(tab: Any, attribute: str, host: str) -> dict[str, bool]:
    """For each way, whether a page on this host sends the cookie of 127.0.0.1 along."""
    got: dict[str, tuple[bool, str | None]] = {}
    with serve(listener(got)) as api, serve(stranger()) as other:
        tab.context.clear_cookies()
        tab.goto(f"{api.url}/set/{attribute}")
        for way in SCRIPTS:
            tab.goto(f"http://{host}:{other.port}/")
            send(tab, way, f"{api.url}/{way}")
        assert got["form"][1] == f"http://{host}:{other.port}", "a form by POST names its page"
    return {way: got[way][0] for way in SCRIPTS}


@pytest.mark.parametrize("third_party", [True, False])
def test_the_lessons_rule_is_that_of_chromium(
    page: SimpleNamespace, tmp_path: Path, third_party: bool
) -> None:
    with chromium(tmp_path, third_party) as tab:
        for attribute in ATTRIBUTES:
            for host in ["127.0.0.1", "localhost"]:
                here = host == "127.0.0.1"
                model = {
                    way: page.sends_cookie(attribute, here, *page.WAYS[way], third_party) for way in page.WAYS
                }
                assert requests_with_cookie(tab, attribute, host) == model, (attribute, host)


def test_none_without_secure_is_not_stored_and_no_attribute_is_nearly_lax(tmp_path: Path) -> None:
    with chromium(tmp_path, third_party=True) as tab:
        assert not any(requests_with_cookie(tab, "none without secure", "127.0.0.1").values())
        young = {"link": True, "form": True, "image": False, "fetch": False}
        assert requests_with_cookie(tab, "no", "localhost") == young


LOG_IN = (
    "async () => (await fetch('/login', {method: 'POST', body: new URLSearchParams({name: 'ana'})})).json()"
)
# What a stranger's script does in our own page: it reads what it can, and posts with it.
ACT = """async told => {
    if (told) localStorage.setItem('access_token', told.access_token);
    const headers = {Origin: 'http://localhost', 'Content-Type': 'application/x-www-form-urlencoded'};
    const token = localStorage.getItem('access_token');
    if (token) headers.Authorization = `Bearer ${token}`;
    const sent = await fetch('/posts', {method: 'POST', headers, body: 'text=Script'});
    return [document.cookie, token !== null, sent.status];
}"""


@pytest.mark.parametrize("design", ["session", "cookie JWT", "bearer"])
def test_the_attacks_end_as_the_lesson_says(page: SimpleNamespace, tmp_path: Path, design: str) -> None:
    app = page.apps[design]
    app.get("/page")(blank_page)
    with (
        chromium(tmp_path, third_party=True) as tab,
        serve(app, key=design) as api,
        serve(stranger()) as other,
    ):
        for attribute in ATTRIBUTES:
            page.options |= {"samesite": attribute, "secure": attribute == "none"}
            tab.context.clear_cookies()
            tab.goto(f"{api.url}/page")
            told = tab.evaluate(LOG_IN)
            assert tab.evaluate(ACT, told) == ["", design == "bearer", 201], "a script in our own page"
            tab.goto(f"http://localhost:{other.port}/")
            page.posts.clear()
            send(tab, "form", f"{api.url}/posts")
            forged = design != "bearer" and attribute == "none"
            assert page.posts == ["ana: Spoons"] * forged, (attribute, "a stranger's page")
