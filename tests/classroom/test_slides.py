"""Slides of a lesson: what is on them, and that nothing is cut off in a real browser without a network."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import browser_driver as browser
import pytest

from course.base import paths
from course.base.errors import CourseError
from course.classroom.slides import blocks, code_lines, deck, scripts
from course.content import catalog, notebook_file

needs_browser = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")
LESSONS = catalog.lessons()
A_LESSON = "7.1"  # with pictures by Mermaid, a toy, predictions, tables
LOADED = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*?\s(?:src|href)=\"(?!data:)([^\"]*)\"")
SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
SMALLEST = 14  # CSS pixels of a text on a slide of 1280 × 720
TAG = re.compile(r"<[^>]+>")


def cell(text: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "id": "c", "source": text, "outputs": list(outputs), "execution_count": 1}


def shown(**data: str) -> dict[str, Any]:
    return {
        "output_type": "display_data",
        "data": {key.replace("_", "/"): text for key, text in data.items()},
    }


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


QUESTION = shown(
    text_html="<strong>Predict:</strong> 1 or 2?<ul><li>1</li></ul>", text_plain="Predict: 1 or 2?"
)


@pytest.mark.parametrize("name", [A_LESSON, pytest.param("all", marks=pytest.mark.deep)])
def test_each_heading_of_the_lesson_is_a_section_and_the_exercises_are_last(name: str):
    for lesson in LESSONS if name == "all" else [catalog.lesson(name)]:
        cells = notebook_file.read_cells(lesson.notebook)
        prose = "\n".join(notebook_file.source(each) for each in cells if each["cell_type"] == "markdown")
        wanted = [TAG.sub("", blocks.prose(each)).strip() for each in re.findall(r"^## +(.+)$", prose, re.M)]
        titles = [TAG.sub("", title) for title, _ in deck.sections(lesson)]
        assert titles == ["", *wanted, "Exercises"], lesson.id
        listed = deck.sections(lesson)[-1][1][0].html
        assert all(f"<td>{each.id}</td>" in listed for each in lesson.exercises)


def test_a_question_comes_first_and_its_answer_with_the_next_step():
    asks = cell('x = 1\nguess = predict(\n    "1 or 2?",\n    [1, 2],\n)', QUESTION)
    tells = cell("guess.compare(x)\nx", printed("It is 1.\n"))
    both = cell('guess = predict("1 or 2?", [1, 2])\nguess.compare(x)', QUESTION, printed("It is 1.\n"))
    first, second, third = blocks.of_cells([asks, tells, both])
    assert [(each.kind, each.step) for each in first] == [("code", False), ("question", False)]
    assert "predict" not in first[0].html
    assert [(each.kind, each.step) for each in second] == [("code", True), ("output", True)]
    assert [(each.kind, each.step) for each in third] == [
        ("question", False),
        ("code", True),
        ("output", True),
    ]


def test_no_slide_tells_what_a_learner_had_not_chosen():
    text = "<div>Why.</div><div>You had not chosen, so this does not count.</div>"
    (made,) = blocks.of_cells([cell("one.run()", shown(text_html=text))])
    assert "Why." in made[-1].html and "not chosen" not in made[-1].html


def test_a_file_of_the_app_shows_its_diff_and_a_new_one_itself():
    said = "app/a.py: 1 line added, 1 removed\n@@ -1,2 +1,2 @@\n one = 1\n-two = 3\n+two = 2"
    changed = cell("%%app app/a.py patch\ntwo = 2", shown(text_plain=said, text_html=""))
    new = cell("%%app app/b.py\nthree = 3", shown(text_plain="app/b.py: new, 1 line", text_html=""))
    (_, diff), (head, code) = blocks.of_cells([changed, new])
    assert re.findall(r'class="line (\w+)"', diff.html) == ["hunk", "same", "del", "add"]
    assert "%%app" not in diff.html + code.html and 'data-name="app/b.py"' in code.html
    assert "new, 1 line" in head.html


def test_links_that_lead_into_the_course_are_words_on_a_slide():
    html = blocks.prose('[here](3_5.ipynb#cell-id=a) and [there](https://example.org "x")')
    assert html.count("<a ") == 1 and "here and" in html


def test_a_line_of_code_stays_a_line_with_its_colours():
    text = 'a = """one\ntwo"""\n\n\n\nb = 2'
    lines = re.findall(r'<span class="line">(.*?)\n</span>', code_lines.code(text), re.S)
    assert [unescape(TAG.sub("", each)) for each in lines] == ['a = """one', 'two"""', "", "b = 2"]
    assert all(each.count("<span") == each.count("</span>") for each in lines)


def test_a_script_inside_the_page_cannot_end_it():
    assert scripts._element("'</script><!--<script>'").count("<") == 2


def test_another_file_is_left_alone(tmp_path: Path):
    mine = tmp_path / "slides.html"
    mine.write_text("my own notes", encoding="utf-8")
    with pytest.raises(CourseError, match="no deck of slides"):
        deck.write("1.1", mine)
    assert mine.read_text(encoding="utf-8") == "my own notes"
    with pytest.raises(CourseError, match="There is no lesson"):
        deck.write("9.9", tmp_path / "x.html")
    assert not (tmp_path / "x.html").exists()


@pytest.fixture(scope="module")
def tab() -> Iterator[Any]:
    """A tab of a Chromium without a network, as large as a slide."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.CHROMIUM, args=browser.OPTIONS)
        context = chromium.new_context(
            viewport={"width": 1280, "height": 720}, offline=True, color_scheme="light"
        )
        context.set_default_timeout(browser.SECONDS)
        yield context.new_page()
        chromium.close()


def opened(tab: Any, path: Path, query: str = "") -> int:
    """Open a deck, wait until it is ready; how many slides it has."""
    tab.goto(f"{path.as_uri()}{query}")
    tab.wait_for_selector("html[data-deck=ready]")
    assert not str(tab.evaluate("document.documentElement.dataset.pictures ?? ''")).startswith("failed")
    return int(tab.evaluate("Reveal.getTotalSlides()"))


@needs_browser
def test_a_deck_in_a_browser_without_a_network(tab: Any, tmp_path: Path):
    path, asked, broken = tmp_path / "a deck.html", [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: broken.append(str(error)))
    command = [sys.executable, "-m", "course", "class", "slides", A_LESSON, "--out", str(path)]
    said = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout
    text = SCRIPT.sub("", path.read_text(encoding="utf-8"))
    assert path.name in said and not LOADED.findall(text) and "@import" not in text
    count = opened(tab, path)
    assert problems(tab, count) == []
    assert count > len(deck.sections(catalog.lesson(A_LESSON)))
    _walk_to_an_answer(tab)
    tab.keyboard.press("t")
    assert tab.evaluate("document.documentElement.dataset.theme") == "dark"
    # On paper: a page for each slide, light.
    assert opened(tab, path, "?print-pdf") == count
    assert tab.locator(".pdf-page").count() == count
    assert tab.evaluate("document.documentElement.dataset.theme") == "light"
    deck.write(A_LESSON, path)  # over a deck of ours
    assert all(each.startswith(("file:", "data:", "blob:")) for each in asked) and not broken


def _walk_to_an_answer(tab: Any) -> None:
    """With the arrow key from the first slide: a question stands there without its answer, then with it."""
    tab.evaluate("Reveal.slide(0)")
    hidden = "[...document.querySelectorAll('section.present .fragment:not(.visible)')].length"
    for _ in range(200):
        tab.keyboard.press("ArrowRight")
        if tab.evaluate(hidden):
            break
    before = tab.evaluate("Reveal.getIndices().h")
    assert tab.locator("section.present .question").count() == 1
    tab.keyboard.press("Space")
    assert tab.evaluate(hidden) == 0 and tab.evaluate("Reveal.getIndices().h") == before


@needs_browser
@pytest.mark.deep
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_nothing_is_cut_off_or_small_on_any_slide(lesson: catalog.Lesson, tab: Any, tmp_path: Path):
    path = deck.write(lesson.id, tmp_path / "deck.html")
    assert problems(tab, opened(tab, path)) == []


def problems(tab: Any, count: int) -> list[Any]:
    """What is wrong on each slide: too high, too wide, outside, too small; with the slide's number."""
    return json.loads(tab.evaluate(_LOOK, [count, SMALLEST]))


_LOOK = """([count, smallest]) => {
  const found = [], near = 1;
  const scaled = (node) => {
    const svg = node.closest("svg"), matrix = svg?.getScreenCTM();
    let size = parseFloat(getComputedStyle(node).fontSize);
    if (svg) return size * Math.hypot(matrix.a, matrix.b);
    for (let up = node; up; up = up.parentElement) size *= parseFloat(up.style.zoom) || 1;
    return size;
  };
  for (let number = 0; number < count; number++) {
    Reveal.slide(number);
    while (Reveal.availableFragments().next) Reveal.nextFragment();
    const slide = document.querySelector("section.present .slide"), body = slide.querySelector(".body");
    const say = (what, text) => found.push([number + 1, what, text.trim().slice(0, 60)]);
    if (body.scrollHeight > body.clientHeight + near) say("too high", body.innerText);
    if (body.scrollWidth > body.clientWidth + near) say("too wide", body.innerText);
    if (!body.innerText.trim() && !body.querySelector("svg, img")) say("empty", slide.innerText);
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text; (text = walker.nextNode()); ) {
      if (!text.data.trim() || text.parentElement.closest("style, title, desc")) continue;
      range.selectNodeContents(text);
      const boxes = [...range.getClientRects()].filter((box) => box.width && box.height);
      // Of a picture in parts, what stands on another part is not seen here.
      const frame = (text.parentElement.closest("svg") ?? document.documentElement).getBoundingClientRect();
      const seen = boxes.filter((box) => box.bottom > frame.top && box.top < frame.bottom && box.right > frame.left && box.left < frame.right);
      if (!seen.length) continue;
      if (scaled(text.parentElement) < smallest - 0.05) say("too small", text.data);
      if (text.parentElement.closest("svg")) continue;
      if (seen.some((box) => box.left < -near || box.top < -near || box.right > 1280 + near || box.bottom > 720 + near)) say("outside", text.data);
    }
  }
  return JSON.stringify(found);
}"""
