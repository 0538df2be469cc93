"""A learner's browser: the Chromium that is installed, driven by Playwright, on a real `course lab`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course.authoring import net
from course.base import paths
from course.postgres import settings
from course.workspace import copies, start_page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# No sandbox because containers and CI run as root; the rest keeps it from calling home.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
_APP = "window.jupyterapp"
_CELLS = f"{_APP}.shell.currentWidget.content.widgets"
SECONDS = 60_000  # milliseconds; generous, for a slow and busy machine


@contextmanager
def lab(work: Path) -> Iterator[str]:
    """`course lab` on a learner's folder; its address."""
    port = net.free_port()
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token=", "--expose-app-in-browser"]
    env = os.environ | {paths.WORK_VARIABLE: str(work), settings.GRACE_VARIABLE: "1"}
    env.pop(paths.POSTGRES_VARIABLE, None)
    process = subprocess.Popen(
        [sys.executable, "-m", "course", "lab", *options], env=env, stdout=subprocess.DEVNULL
    )
    try:
        net.wait_for(f"http://127.0.0.1:{port}/api/status")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def begin_again(work: Path) -> None:
    """The folder of a running lab as a new learner has it; only the server's own folder stays."""
    keep = work / ".course" / "postgres"
    for path in [*work.iterdir(), *(work / ".course").iterdir()]:
        if path not in (keep, keep.parent):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    copies.prepare()
    start_page.write()


@contextmanager
def page(address: str, theme: str = "Light") -> Iterator["Page"]:
    """The first page of JupyterLab, as it opens."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        tab = browser.new_page(viewport={"width": 1250, "height": 1100})
        tab.set_default_timeout(SECONDS)
        tab.goto(address)
        tab.wait_for_function(f"() => {_APP}?.shell?.currentWidget?.context?.path === 'start_here.md'")
        shown = Page(tab)
        shown.command("apputils:change-theme", theme=f"JupyterLab {theme}")
        try:
            yield shown
        except BaseException:
            shown.picture("failed")
            raise
        tab.evaluate(f"async () => {{ await {_APP}.serviceManager.sessions.shutdownAll() }}")
        browser.close()


@contextmanager
def plain_page(address: str) -> Iterator[Any]:
    """A page that is not JupyterLab's: the tab of Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        tab = browser.new_page()
        tab.set_default_timeout(SECONDS)
        tab.goto(address)
        yield tab
        browser.close()


class Page:
    """What a learner does in JupyterLab: open, run, type into a cell, look."""

    def __init__(self, tab: Any) -> None:
        self.tab = tab

    def command(self, name: str, **arguments: Any) -> None:
        """Run one of JupyterLab's own commands, as its menus do."""
        self.tab.evaluate(f"async ([n, a]) => {{ await {_APP}.commands.execute(n, a) }}", [name, arguments])

    def open(self, path: str) -> None:
        """Open a notebook of the learner's folder and wait for its kernel."""
        self.tab.wait_for_function(_OPENED, arg=path, polling=250)
        self.tab.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")

    def run_all(self) -> None:
        """Run every cell and wait until the last one has run."""
        self.command("notebook:run-all-cells")
        self._all_have_run()

    def restart(self) -> None:
        """A fresh kernel; the cells count anew, and their outputs stay."""
        self.tab.evaluate(
            f"async () => {{ await {_APP}.shell.currentWidget.sessionContext.session.kernel.restart() }}"
        )
        self.tab.evaluate(
            f"() => {_APP}.shell.currentWidget.content.widgets.forEach("
            "w => { if (w.model.type === 'code') w.model.executionCount = null })"
        )

    def restart_and_run_all(self) -> None:
        """A fresh kernel, then every cell."""
        self.restart()
        self.run_all()

    def write(self, cell_id: str, text: str) -> None:
        """Put a text into the cell with this id."""
        self._of_cell(cell_id, "model.sharedModel.setSource(text)", text)

    def run(self, cell_id: str) -> str:
        """Run the cell with this id; the text of its output."""
        before = self._of_cell(cell_id, "model.executionCount")
        self._of_cell(cell_id, "(panel.content.activeCellIndex = index)")
        self.command("notebook:run-cell")
        condition = "([b]) => { %s; return (cell.model.executionCount ?? 0) > (b ?? 0) }"
        finder = _FIND.replace("CELL_ID", cell_id)
        self.tab.wait_for_function(condition % finder, arg=[before])
        self._all_have_run(only_running=True)
        return self._of_cell(cell_id, "outputArea.node.innerText")

    def add_and_run(self, text: str) -> str:
        """Type a text into a new cell at the end and run it; the text of its output."""
        self.tab.evaluate(
            "text => { const panel = window.jupyterapp.shell.currentWidget;"
            " const model = panel.content.model.sharedModel;"
            " model.insertCell(model.cells.length, {cell_type: 'code', id: 'added-' + model.cells.length, source: text}) }",
            text,
        )
        count = self.tab.evaluate(f"() => {_APP}.shell.currentWidget.content.model.sharedModel.cells.length")
        return self.run(f"added-{count - 1}")

    def _node(self, text: str) -> Any:
        """The cell that holds `text`, brought into view: its element in the page."""
        cell_id = self.tab.evaluate(
            "text => window.jupyterapp.shell.currentWidget.content.widgets"
            ".find(w => w.model.type === 'code' && w.model.sharedModel.getSource().includes(text)).model.id",
            text,
        )
        self.show(cell_id)
        return self.tab.evaluate_handle(f"() => {{ {_FIND.replace('CELL_ID', cell_id)}; return cell.node }}")

    def press(self, toy: str, button: str, which: int, said: str) -> None:
        """Press a button in the output of the cell that holds the text `toy`; wait until `said` is read there."""
        node = self._node(toy)
        labelled = node.as_element().query_selector_all("button.jupyter-button")
        buttons = [each for each in labelled if each.inner_text().strip() == button]
        buttons[which].click()
        self._read(node, said)

    def fill(self, toy: str, field: str, text: str, said: str) -> None:
        """Write into a field with this label, where the cell holds the text `toy`; wait until `said` is read there."""
        node = self._node(toy)
        labelled = node.as_element().query_selector_all(".widget-textarea, .widget-text")
        fields = [each for each in labelled if each.query_selector("label").inner_text().strip() == field]
        fields[0].query_selector("textarea, input").fill(text)
        self._read(node, said)

    def _read(self, node: Any, said: str) -> None:
        """Wait until a text is read in the output of a cell."""
        self.tab.wait_for_function(
            "([node, text]) => node.querySelector('.jp-OutputArea').innerText.replace(/\\s*\\n\\s*/g, '').includes(text)",
            arg=[node, said],
        )

    def unfold(self, text: str) -> str:
        """Open what is folded last in the output of the cell that holds `text`; what is to be read there."""
        node = self._node(text)
        node.as_element().query_selector_all("details > summary")[-1].click()
        folded = node.as_element().query_selector_all("details > pre")[-1]
        folded.wait_for_element_state("visible")
        return str(folded.inner_text())

    def shift_enter(self) -> None:
        """Press Shift+Enter on the cell that is active, and wait until it has run."""
        self.tab.keyboard.press("Shift+Enter")
        kernel = f"{_APP}.shell.currentWidget.sessionContext.session?.kernel"
        running = (
            f"{_APP}.shell.currentWidget.content.widgets.some(w => w.model.executionState === 'running')"
        )
        self.tab.wait_for_function(f"() => {kernel}?.status === 'idle' && !{running}")

    def walk(self, guess: Callable[[str], int]) -> list[str]:
        """Go through the page with Shift+Enter, as a learner does, and choose an option of each question.

        `guess` says which option, by the question's cell; returns the questions' cells.
        """
        asked = []
        self._to_cell(0)
        for number in range(self._count()):
            text = str(self._cell(number, "model.sharedModel.getSource()"))
            self.shift_enter()
            if ("= predict(" in text or "recall.again(" in text) and self._cell(
                number, "model.type"
            ) == "code":
                asked.append(text)
                node = self.tab.evaluate_handle(f"() => {_CELLS}[{number}].node").as_element()
                node.wait_for_selector(".widget-radio input")
                node.query_selector_all(".widget-radio input")[guess(text)].click()
        return asked

    def chosen(self) -> list[str]:
        """The options that are chosen in questions which still have their buttons."""
        self.tab.wait_for_selector(".widget-radio input:checked")
        found = self.tab.query_selector_all(".widget-radio label:has(input:checked)")
        return [str(each.text_content()).strip() for each in found]

    def cell_with(self, text: str) -> str:
        """The id of the first code cell that holds a text."""
        found = f"{_CELLS}.find(w => w.model.type === 'code' && w.model.sharedModel.getSource().includes(t))"
        return str(self.tab.evaluate(f"t => {found}.model.id", text))

    def source(self, cell_id: str) -> str:
        """What stands in the cell with this id."""
        return str(self._of_cell(cell_id, "model.sharedModel.getSource()"))

    def text(self) -> str:
        """The text of all outputs of the page, those out of view included."""
        shown = f"{_CELLS}.map(w => w.outputArea?.node.textContent ?? '')"
        self.tab.wait_for_function(f"() => {{ try {{ return {_CELLS}.length }} catch {{ return 0 }} }}")
        return "\n".join(self.tab.evaluate(f"() => {shown}"))

    def outputs(self) -> list[dict[str, Any]]:
        """All outputs of the page as a notebook stores them, those of cells out of view included."""
        found = f"{_CELLS}.flatMap(w => w.model.type === 'code' ? w.model.outputs.toJSON() : [])"
        return list(self.tab.evaluate(f"() => {found}"))

    def click(self, words: str) -> str:
        """Click a link or a button of the page; the path of the file that is in front then."""
        found = f".jp-NotebookPanel:not(.lm-mod-hidden) :is(a, button):has-text('{words}')"
        self.tab.locator(found).last.click()
        return self.path()

    def path(self) -> str:
        """The path of the file in front."""
        return str(self.tab.evaluate(f"() => {_APP}.shell.currentWidget.context.path"))

    def wait_for_path(self, path: str) -> None:
        """Wait until a file is in front."""
        self.tab.wait_for_function(f"p => {_APP}.shell.currentWidget?.context?.path === p", arg=path)

    def save(self) -> None:
        """Save the page."""
        self.tab.evaluate(f"async () => {{ await {_APP}.shell.currentWidget.context.save() }}")

    def _count(self) -> int:
        return int(self.tab.evaluate(f"() => {_CELLS}.length"))

    def _cell(self, number: int, what: str) -> Any:
        return self.tab.evaluate(f"() => {_CELLS}[{number}].{what}")

    def _to_cell(self, number: int) -> None:
        self.tab.evaluate(f"() => {{ {_APP}.shell.currentWidget.content.activeCellIndex = {number} }}")
        self.command("notebook:enter-command-mode")
        self.tab.evaluate(f"() => {_APP}.shell.currentWidget.content.node.focus()")

    def picture(self, name: str) -> None:
        """Keep a screenshot, where COURSE_SCREENSHOTS names a folder for them."""
        folder = os.environ.get("COURSE_SCREENSHOTS")
        if folder:
            self.tab.wait_for_timeout(700)  # Mermaid draws after the kernel is idle
            self.tab.screenshot(path=str(Path(folder) / f"{name}.png"))

    def show(self, cell_id: str) -> None:
        """Scroll to a cell."""
        self._of_cell(cell_id, "node.scrollIntoView({block: 'center'})")

    def _of_cell(self, cell_id: str, expression: str, text: str = "") -> Any:
        dotted = expression if expression.startswith("(") else f"cell.{expression}"
        return self.tab.evaluate(f"text => {{ {_FIND.replace('CELL_ID', cell_id)}; return {dotted} }}", text)

    def _all_have_run(self, only_running: bool = False) -> None:
        prompts = "[...document.querySelectorAll('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-InputPrompt')]"
        waiting = "t => t.includes('*')" if only_running else "t => !/\\[\\d+\\]/.test(t)"
        shown = f"{prompts}.filter(e => e.closest('.jp-CodeCell')).map(e => e.textContent)"
        self.tab.wait_for_function(f"() => !{shown}.some({waiting})")


# Asked again until it holds: JupyterLab, while it starts, may put the first page in front of what was opened.
_OPENED = """path => {
  const app = window.jupyterapp, shown = app.shell.currentWidget;
  if (shown?.context?.path !== path) {
    if (!window.opening) {
      window.opening = true;
      app.commands.execute("docmanager:open", { path }).finally(() => { window.opening = false });
    }
    window.held = 0;
    return false;
  }
  const cells = shown.content.model?.cells.length, ready = cells && shown.content.widgets.length === cells;
  const idle = shown.sessionContext?.session?.kernel?.status === "idle";
  window.held = ready && idle ? window.held + 1 : 0;
  return window.held > 2;
}"""
_FIND = (
    "const panel = window.jupyterapp.shell.currentWidget;"
    "const index = panel.content.widgets.findIndex(w => w.model.id === 'CELL_ID');"
    "const cell = panel.content.widgets[index]"
)
