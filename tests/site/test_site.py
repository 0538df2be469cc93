"""The web edition, whole: built once, then read as files and in a browser without a network."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser_driver as browser
import pytest

from course.base import paths
from course.base.errors import CourseError
from course.content import app_history, catalog, notebook_file
from course.site import build, concepts, errors, lists, mermaid, notebooks, places, predictions, toys

needs_browser = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")
LESSONS = catalog.lessons()
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
# Patterns instead of a parser: Sphinx writes these pages, and a parser takes half a minute for all of them.
ID = re.compile(r"\sid=\"([^\"]+)\"")
LINK = re.compile(r"<a\b[^>]*?\shref=\"([^\"]*)\"")
LOADED = re.compile(
    r"(?:<(?:script|img|iframe|source)\b[^>]*?\ssrc|<link rel=\"(?:stylesheet|icon|preload)\"[^>]*?\shref)=\"([^\"]*)\""
)
LOADED_BY_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
TAG = re.compile(r"<[^>]+>")
MOST_BYTES = 300_000  # of the first page with what it loads; it has no fonts of its own
SHORTEST = 12  # characters of a line that says anything by itself


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web edition as the command makes it; a warning of Sphinx is an error there."""
    folder = tmp_path_factory.mktemp("site") / "a web edition"
    command = [sys.executable, "-m", "course", "author", "site", "--output", str(folder)]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}


def shown(html: str) -> str:
    """The text of a page, with one space for each gap."""
    return " ".join(unescape(TAG.sub("", html)).split())


def elsewhere(address: str) -> bool:
    return bool(re.match(r"[a-z]+:|//", address)) and not address.startswith("data:")


def test_every_lesson_has_its_three_pages(site: Path):
    for lesson in LESSONS:
        for page in (places.lesson_page(lesson), places.exercise_page(lesson), places.app_page(lesson)):
            assert (site / f"{page}.html").is_file(), page
    for page in (places.INDEX, places.TOPICS, places.ERRATA, places.CARD, places.ERRORS, places.CONCEPTS):
        assert (site / f"{page}.html").is_file(), page


def test_every_link_leads_somewhere(pages: dict[Path, str]):
    ids = {path: set(ID.findall(text)) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        for link in set(map(unescape, LINK.findall(text))):
            if not elsewhere(link):
                parts = urlsplit(link)
                target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                wrong = parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]
                if wrong or not target.is_file():
                    broken.append(f"{path.name}: {link}")
    assert not broken


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, str]):
    for path, text in pages.items():
        for address in map(unescape, LOADED.findall(text)):
            assert not elsewhere(address), f"{path.name} loads {address}"
            assert address.startswith("data:") or (path.parent / unquote(urlsplit(address).path)).is_file()
    for sheet in site.rglob("*.css"):
        for found in LOADED_BY_STYLE.findall(sheet.read_text(encoding="utf-8")):
            assert not elsewhere("".join(found)), f"{sheet.name} loads {found}"


def test_the_first_page_is_light(site: Path, pages: dict[Path, str]):
    first = site / "index.html"
    loaded = {unquote(urlsplit(each).path) for each in LOADED.findall(pages[first])}
    files = [first, *(site / each for each in loaded)]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES


@each_lesson
def test_no_answer_stands_on_a_page_of_exercises(lesson: catalog.Lesson, site: Path, pages: dict[Path, str]):
    page = shown(pages[site / f"{places.exercise_page(lesson)}.html"])
    given = "\n".join(map(notebook_file.source, notebook_file.read_cells(lesson.exercise_notebook)))
    for exercise in lesson.exercises:
        for line in catalog.official(exercise.id).splitlines():
            if len(line.strip()) >= SHORTEST and line.strip() not in given:
                assert " ".join(line.split()) not in page, f"{exercise.id}: {line.strip()}"


def test_no_whole_answer_stands_anywhere(pages: dict[Path, str]):
    texts = {path: shown(text) for path, text in pages.items()}
    for exercise in (each for lesson in LESSONS for each in lesson.exercises):
        answer = " ".join(catalog.official(exercise.id).split())
        told = [path.name for path, text in texts.items() if len(answer) > 80 and answer in text]
        assert not told, exercise.id


@each_lesson
def test_what_settles_a_prediction_is_folded(lesson: catalog.Lesson, site: Path, pages: dict[Path, str]):
    cells = notebook_file.read_cells(lesson.notebook)
    hidden = predictions.folded(cells)
    settled = {place for place, cell in enumerate(cells) if "guess.compare(" in notebook_file.source(cell)}
    assert {place for place in settled if cells[place]["cell_type"] == "code"} <= hidden
    page = pages[site / f"{places.lesson_page(lesson)}.html"]
    # A cell that asks and settles shows its question; all else that it prints is folded.
    folds = sum(
        len(cells[place]["outputs"]) > ("predict(" in notebook_file.source(cells[place])) for place in hidden
    )
    assert page.count(f">{predictions.PROMPT}<") == folds


def test_the_app_stands_there_whole_after_every_lesson(site: Path, pages: dict[Path, str]):
    for lesson, tree in app_history.after_each():
        page = pages[site / f"{places.app_page(lesson)}.html"]
        for path in tree:
            here = f'id="{places.file_id(path)}"' in page
            assert here or f'#{places.file_id(path)}"' in page, f"{lesson.id}: {path}"


def test_a_version_of_a_file_is_whole_where_it_was_written(site: Path, pages: dict[Path, str]):
    lesson, tree = list(app_history.after_each())[-1]
    texts = [shown(pages[site / f"{places.app_page(each)}.html"]) for each in LESSONS]
    for path, text in tree.items():
        assert any(" ".join(text.split()) in each for each in texts), f"{lesson.id}: {path}"


def test_each_toy_has_its_still_picture():
    cells = [
        c for lesson in LESSONS for c in notebook_file.read_cells(lesson.notebook) if c["cell_type"] == "code"
    ]
    code = [notebook_file.source(cell) for cell in cells]
    for text, toy in toys.every().items():
        assert sum(text in each for each in code) == 1, text
        assert (toys.STILLS / toy["still"]).is_file()
    # These have no buttons: a system that is asked with calls, and its list of names.
    plain = {"play.incident(", "play.causes("}
    for each in code:
        for call in set(re.findall(r"\b(?:play\.\w+|recall\.quiz)\(", each)) - plain:
            assert toys.figures(each), f"{call} has no entry in {toys.SOURCE.name}"


def test_errata_lead_to_the_cell_below_or_above():
    page = lists.errata()
    assert page.count("The cell that settles it") >= 120
    assert "`Optional` marks a field that clients may leave out" in page


def test_terms_are_what_stands_in_bold_and_is_no_emphasis():
    prose = "A **load balancer** is **not** a **cache**. **You may have read** so. **Do this first.**"
    assert concepts.terms(prose) == ["load balancer", "cache"]


@pytest.mark.parametrize(
    ("kind", "words", "lesson"),
    [
        ("UniqueViolation", "duplicate key value violates unique constraint", "2.1"),
        ("TimeoutError", "QueuePool limit of size", "3.1"),
        ("", "Field required", "1.4"),
        ("409", "ada has a password", "5.3"),
    ],
)
def test_an_error_message_leads_to_its_lesson(kind: str, words: str, lesson: str):
    found = [each for each in errors.every() if words in each.said and each.kind.endswith(kind)]
    assert lesson in {each.lesson.id for each in found}


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("Mine.", encoding="utf-8")
    with pytest.raises(CourseError, match="nothing was written"):
        build.site(tmp_path)
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "Mine."


def test_binder_is_offered_as_soon_as_the_readme_has_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "README.md").write_text("[here](https://mybinder.org/v2/gh/a/b/main)", encoding="utf-8")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert "https://mybinder.org/v2/gh/a/b/main" in notebooks.opening.of_lesson(LESSONS[0])


def test_mermaid_is_whole_in_jupyterlab():
    found = mermaid.bundle()
    assert found.first and all(part in found.files for part in found.first)
    text = "".join(path.read_text(encoding="utf-8") for path in found.files.values())
    assert re.search(rf"[{{,]{found.module}\(", text)


@pytest.fixture
def tab() -> Iterator:
    """A tab without a network; what it says on its console goes to `tab.said`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.OPTIONS)
        tab = chromium.new_context(offline=True).new_page()
        tab.set_default_timeout(browser.SECONDS)
        tab.said = []
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.on("requestfailed", lambda request: tab.said.append(request.url))
        yield tab
        chromium.close()


PARTS = 12  # of all pages, so that workers share them and a failure says itself early
DRAWN = "() => !document.querySelector('figure.mermaid-picture') || document.documentElement.dataset.pictures"


def visit(tab, page: Path, width: int, theme: str) -> None:
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=theme)
    tab.goto(page.as_uri())
    tab.wait_for_function(DRAWN)


def serious(tab) -> list[str]:
    """What axe-core finds that is serious or worse, a line each."""
    from axe_playwright_python.sync_playwright import Axe

    # Without a preload: axe would fetch the styles once more, which a page that is a file may not.
    found = Axe().run(tab, options={"preload": False}).response["violations"]
    bad = [each for each in found if each["impact"] in ("serious", "critical")]
    return [f"{each['id']}: {node['html'][:200]}" for each in bad for node in each["nodes"]]


def sound(tab, page: Path, width: int, theme: str) -> None:
    visit(tab, page, width, theme)
    assert tab.evaluate("document.documentElement.dataset.pictures ?? 'drawn'") == "drawn", tab.said
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.name} scrolls sideways"
    assert not tab.said, page.name
    assert not serious(tab), page.name


@needs_browser
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_pages_are_sound_without_a_network(site: Path, tab, width: int, theme: str):
    lesson, drawn = catalog.lesson("2.5"), places.lesson_page(catalog.lesson("2.1"))
    for page in (places.INDEX, places.exercise_page(lesson), places.app_page(lesson), places.CARD, drawn):
        sound(tab, site / f"{page}.html", width, theme)


@needs_browser
@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (360, "dark")])
def test_all_pages_are_sound_without_a_network(
    site: Path, pages: dict[Path, str], tab, width: int, theme: str, part: int
):
    for page in sorted(pages)[part::PARTS]:
        sound(tab, page, width, theme)


@needs_browser
def test_a_lesson_is_read_guessed_and_printed(site: Path, tab):
    """Pictures are drawn once for each theme; a choice opens the answer; on paper nothing is folded."""
    visit(tab, site / f"{places.lesson_page(catalog.lesson('1.4'))}.html", 1280, "light")
    picture = "figure.mermaid-picture .only-light svg"
    assert tab.locator(picture).first.get_attribute("aria-label")
    fold = tab.locator("details.hide").first
    assert fold.get_attribute("open") is None
    option = tab.locator("div.predict button").first
    option.click()
    assert option.get_attribute("aria-pressed") == "true"
    assert fold.get_attribute("open") is not None
    assert tab.locator("button.copybtn").count() > 10
    tab.emulate_media(media="print")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("article details:not([open])").count() == 0
    assert tab.locator("figure.mermaid-picture .only-dark svg").first.is_hidden()
    assert tab.locator(picture).first.is_visible()
    assert not tab.said


@needs_browser
def test_a_pasted_traceback_finds_its_lesson(site: Path, tab):
    visit(tab, site / f"{places.ERRORS}.html", 1280, "light")
    tab.fill("#pasted", TRACEBACK)
    nearest = tab.locator("ul.errors li.near").first
    assert "QueuePool limit" in nearest.locator("code").inner_text()
    assert tab.locator("ul.errors li.near a", has_text="3.1 Engine, session, ORM").count()
    tab.fill("#pasted", "zzz qqq")
    assert "No message is near it." in tab.locator("#nearest").inner_text()


@needs_browser
def test_a_search_finds_a_concept(site: Path, tab):
    visit(tab, site / "search.html", 1280, "light")
    tab.goto(f"{(site / 'search.html').as_uri()}?q=savepoint")
    tab.wait_for_selector("#search-results li a")
    assert tab.locator("#search-results li a", has_text="Talking SQL from Python").count()


TRACEBACK = """Traceback (most recent call last):
  File "/srv/shop/main.py", line 41, in read_orders
    rows = session.execute(select(Order)).all()
sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00
(Background on this error at: https://sqlalche.me/e/21/3o7r)
"""
