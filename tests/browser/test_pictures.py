"""Every picture that a lesson stores, in a real JupyterLab: it can be read, and a click enlarges it."""

import browser_driver as browser
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.content import catalog

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed here")

SMALLEST = 11  # pixels of a label's letters
SCREEN = {"width": 1280, "height": 800}
MERMAID = "text/vnd.mermaid"
IN_ONE_CELL = 40  # JupyterLab shows the first fifty outputs of a cell
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-RenderedMermaid"
DRAWN = (
    f"n => document.querySelectorAll('{SHOWN} :is(img, details)').length >= n"
    " && [...document.images].every(image => image.complete)"
)
PANEL = "[...window.jupyterapp.shell.widgets('main')].find(w => w.context?.path === 'pictures.ipynb')"
# The smallest letters of each picture, as they are on the screen: what the picture asks for, by how much it is shrunk.
LETTERS = """selector => [...document.querySelectorAll(selector)].map(node => {
    const image = node.querySelector('img');
    if (!image) return 0;
    const source = decodeURIComponent(image.src.slice(image.src.indexOf(',') + 1));
    const copy = document.createElement('div');
    copy.innerHTML = source.slice(source.indexOf('<svg'));
    document.body.append(copy);
    const svg = copy.querySelector('svg');
    const texts = document.createTreeWalker(svg, NodeFilter.SHOW_TEXT);
    let smallest = Infinity;
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const around = text.parentElement;
        if (!text.textContent.trim() || around.closest('style, title, desc')) continue;
        smallest = Math.min(smallest, parseFloat(getComputedStyle(around).fontSize));
    }
    const width = svg.viewBox.baseVal.width;
    copy.remove();
    return smallest * image.getBoundingClientRect().width / width;
})"""

# By how many pixels each picture is wider than the part of the page that shows it.
WIDTHS = """selector => [...document.querySelectorAll(selector)].map(node => {
    const figure = node.querySelector('figure');
    return figure ? figure.scrollWidth - figure.clientWidth : 0;
})"""


def stored() -> list[tuple[str, str]]:
    """Where each picture stands ("3.4 [67]"), and its text."""
    found = []
    for lesson in catalog.lessons():
        cells = nbformat.read(lesson.notebook, 4).cells
        for at, cell in enumerate(cells):
            texts = [one.get("data", {}).get(MERMAID) for one in cell.get("outputs", [])]
            found += [(f"{lesson.id} [{at}]", text) for text in texts if text]
    return found


def one_notebook(texts: list[str]) -> nbformat.NotebookNode:
    """A notebook that shows nothing but these pictures."""
    outputs = [new_output("display_data", {MERMAID: text}) for text in texts]
    parts = [outputs[at : at + IN_ONE_CELL] for at in range(0, len(outputs), IN_ONE_CELL)]
    cells = [new_code_cell("0", outputs=part, execution_count=1) for part in parts]
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


@pytest.fixture(scope="module")
def opened(running_lab):
    """A page of JupyterLab with every stored picture, and where each of them comes from."""
    address, work = running_lab
    places, texts = zip(*stored(), strict=True)
    nbformat.write(one_notebook(list(texts)), work / "pictures.ipynb")
    with browser.page(address) as page:
        page.tab.set_viewport_size(SCREEN)
        page.tab.wait_for_selector('h2:has-text("What is next")')
        page.command("docmanager:open", path="pictures.ipynb")
        page.tab.wait_for_function(f"() => {PANEL}?.content?.widgets.length")
        page.tab.evaluate(
            f"() => {{ const notebook = {PANEL}.content;"
            " notebook.notebookConfig = {...notebook.notebookConfig, windowingMode: 'none'} }"
        )
        page.tab.evaluate(  # JupyterLab may bring its first page to the front once more
            f"() => {{ for (const other of [...window.jupyterapp.shell.widgets('main')])"
            f" if (other !== {PANEL}) other.close() }}"
        )
        yield page, places


@pytest.fixture
def pictures(opened):
    """The same, with the page in front and its pictures drawn."""
    page, places = opened
    page.tab.evaluate(f"() => window.jupyterapp.shell.activateById({PANEL}.id)")
    page.tab.wait_for_function(DRAWN, arg=len(places))
    return opened


def test_every_label_can_be_read_beside_the_file_browser(pictures):
    page, places = pictures
    letters = page.tab.evaluate(LETTERS, SHOWN)
    assert len(letters) == len(places)
    small = {place: round(size, 1) for place, size in zip(places, letters, strict=True) if size < SMALLEST}
    assert not small, f"pixels of the smallest letters (0: not drawn at all): {small}"


def test_every_picture_fits_into_its_cell(pictures):
    page, places = pictures
    widths = page.tab.evaluate(WIDTHS, SHOWN)
    wide = {place: over for place, over in zip(places, widths, strict=True) if over > 0}
    assert not wide, f"pixels that are cut off until the reader scrolls: {wide}"


def test_a_click_enlarges_a_picture_and_another_one_brings_it_back(pictures):
    page, _ = pictures
    image = page.tab.query_selector(f"{SHOWN} img")
    before = image.bounding_box()["width"]
    image.click()
    assert image.bounding_box()["width"] > before
    image.click()
    assert image.bounding_box()["width"] == before
