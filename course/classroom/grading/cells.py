"""Runs the cells of a handed-in notebook in this process, as a kernel would, and says what each gave.

A kernel for each notebook was measured (nbgrader's way): it takes 2 to 3 s until its first cell runs. The
shell is IPython's, as in a kernel, with an event loop that runs. What is printed is cut here already, so that
a cell that prints megabytes fills no memory.
"""

import asyncio
import io
import os
import re
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from course.base.errors import CourseError
from course.base.text import shortened
from course.checks.time_limit import TookTooLong, limited, patience
from course.checks.verdict import Outcome, Verdict

CELL_SECONDS = 10.0  # for one of the learner's cells on a quiet machine
_MOST_CHARACTERS = 50_000  # that a cell may print or show
_MOST_OUTPUTS = 100
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_PICTURE = "image/png"


@dataclass(frozen=True)
class Cell:
    """A code cell to run; `check` is the id of the exercise that it checks, "" for any other cell.

    `seconds`: how long it may take on a quiet machine. A check has limits of its own.
    """

    source: str
    check: str = ""
    seconds: float = CELL_SECONDS


@dataclass
class Ran:
    """What a cell gave: outputs as a notebook holds them; of a check its words, and whether it is done."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    done: bool = False
    verdict: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return asdict(self)


class _Collector:
    """The outputs of the cell that runs now."""

    def __init__(self) -> None:
        self.outputs: list[dict[str, Any]] = []
        self._left = 0

    def begin(self) -> list[dict[str, Any]]:
        """Collect for a new cell; returns the list that fills."""
        self.outputs, self._left = [], _MOST_CHARACTERS
        return self.outputs

    def text(self, name: str, text: str) -> None:
        """Something printed to stdout or stderr."""
        if self._left <= 0:
            return
        kept = text[: self._left]
        self._left -= len(kept)
        if self._left <= 0:
            kept += "\n… The rest of what this cell printed was left out."
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == name:
            last["text"] += kept
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": kept})

    def shown(self, kind: str, data: dict[str, Any], **more: Any) -> None:
        """Something displayed: as plain text, or as a picture. Nothing else goes into the feedback."""
        kept = {mime: data[mime] for mime in ("text/plain", _PICTURE) if isinstance(data.get(mime), str)}
        size = sum(map(len, kept.values()))
        if not kept or len(self.outputs) >= _MOST_OUTPUTS:
            return
        if size > self._left and _PICTURE not in kept:
            kept = {"text/plain": shortened(kept["text/plain"])}
        self._left -= min(size, self._left)
        self.outputs.append({"output_type": kind, "data": kept, "metadata": {}} | more)

    def error(self, name: str, message: str) -> None:
        """An error that ended the cell, in one line."""
        value = shortened(_COLOUR.sub("", message))
        line = f"{name}: {value}" if value else name
        self.outputs.append({"output_type": "error", "ename": name, "evalue": value, "traceback": [line]})


_collected = _Collector()


class _Stream(io.TextIOBase):
    """sys.stdout and sys.stderr of the cells."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, descriptor: int) -> None:
        self._name, self._descriptor = name, descriptor

    def write(self, text: str) -> int:
        _collected.text(self._name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class _Hook(DisplayHook):
    """Collects the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        _collected.shown("execute_result", format_dict, execution_count=self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Collects what `display` shows."""

    def publish(self, data: dict[str, Any], metadata: Any = None, *_: Any, **__: Any) -> None:
        _collected.shown("display_data", data)

    def clear_output(self, wait: bool = False) -> None:
        _collected.outputs.clear()


class _Shell(InteractiveShell):
    """The shell that runs the cells; a learner's error is one line in their feedback."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    system = InteractiveShell.system_piped

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        if isinstance(evalue, TookTooLong):
            _collected.error(etype.__name__, too_slow())
        else:
            _collected.error(etype.__name__, _said(evalue))

    def showsyntaxerror(self, filename: str | None = None, running_compiled_code: bool = False) -> None:
        kind, error = sys.exc_info()[:2]
        if kind is not None and error is not None:
            self._showtraceback(kind, error, [])

    def ask_exit(self) -> None:
        """`exit()` ends nothing here."""


def too_slow() -> str:
    """What is said of a cell that was interrupted."""
    return (
        "This cell took too long and was stopped. Is there a loop that never ends, or a wait for what never "
        "comes?"
    )


def _said(error: BaseException) -> str:
    try:
        if isinstance(error, CourseError):
            return str(error)
        if isinstance(error, SyntaxError):
            return f"{error.msg}, line {error.lineno} of the cell"
        return str(error).strip().partition("\n")[0]
    except Exception:  # a learner's own class of errors
        return ""


@dataclass(frozen=True)
class Listener:
    """Who is told of a cell that begins, of what it gave, and that one does not let itself be interrupted."""

    begins: Callable[[int], object]
    ended: Callable[[int, Ran], object]
    stuck: Callable[[], object]


def run(cells: list[Cell], told: Listener) -> None:
    """Run the cells one after the other. After `stuck` the process is ended."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    shell = _shell()
    real = _real_check()
    for index, cell in enumerate(cells):
        told.begins(index)
        ran = _run_check(shell, loop, cell, real) if cell.check else _run_cell(shell, loop, cell, told)
        told.ended(index, ran)


def _shell() -> Any:
    """IPython's shell, the one that `get_ipython()` finds; `lesson` and `check` look for it there."""
    settings = Config()
    settings.HistoryManager.hist_file = ":memory:"
    settings.InteractiveShell.colors = "nocolor"
    settings.InteractiveShell.autoindent = False
    sys.stdout, sys.stderr = _Stream("stdout", 1), _Stream("stderr", 2)
    shell = _Shell.instance(config=settings)
    from course.page import kernel_start

    kernel_start.load_ipython_extension(shell)
    shell.set_custom_exc((), None)  # one line is said of an error, by `_showtraceback`
    return shell


def _run_cell(shell: Any, loop: asyncio.AbstractEventLoop, cell: Cell, told: Listener) -> Ran:
    ran = Ran(_collected.begin())
    try:
        with limited(cell.seconds * patience(), lambda: (told.stuck(), os._exit(1))):
            loop.run_until_complete(_as_a_kernel_does(shell, cell.source))
    except TookTooLong as slow:  # while the loop waited, or so late that nothing else was there to catch it
        _collected.error(type(slow).__name__, too_slow())
        _cancel_all(loop)
    ran.outputs = _collected.outputs
    return ran


async def _as_a_kernel_does(shell: Any, source: str) -> None:
    """Run a cell inside a running loop: code with `await` as a task, other code at once."""
    try:
        transformed, problem = shell.transform_cell(source), None
    except Exception:
        transformed, problem = source, sys.exc_info()
    about: Any = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
    if not shell.should_run_async(source, **about):
        shell.run_cell(source, store_history=True)
        return
    result = None
    try:
        result = await shell.run_cell_async(source, store_history=True, **about)
    finally:
        shell.events.trigger("post_execute")
        if result is not None:
            shell.events.trigger("post_run_cell", result)


def _cancel_all(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    try:
        with limited(1.0, lambda: os._exit(1)):
            loop.run_until_complete(asyncio.sleep(0))
    except BaseException:  # it does not let itself be cancelled: the next cells run beside it
        return


def _real_check() -> Callable[[str], Verdict]:
    from course.page.exercise import check

    return check


def _run_check(
    shell: Any, loop: asyncio.AbstractEventLoop, cell: Cell, real: Callable[[str], Verdict]
) -> Ran:
    """Run a check by the course's own function, whatever the notebook calls `check` by now."""
    said: list[tuple[bool, str]] = []

    def check(exercise_id: str = "") -> None:
        try:
            verdict = real(exercise_id)
            said.append((verdict.outcome == Outcome.DONE, repr(verdict)))
        except CourseError as problem:  # CheckFailed says the verdict, another one what stopped the check
            said.append((False, str(problem)))

    hidden = shell.user_ns.get("check")
    shell.user_ns["check"] = check
    _collected.begin()
    try:
        loop.run_until_complete(_as_a_kernel_does(shell, f'check("{cell.check}")'))
    except TookTooLong:
        said.append((False, too_slow()))
    shell.user_ns["check"] = hidden
    done, words = said[-1] if said else (False, _no_result(cell.check))
    return Ran([], done, words)


def _no_result(exercise_id: str) -> str:
    errors = [each["evalue"] for each in _collected.outputs if each["output_type"] == "error"]
    return " ".join([f"The check of {exercise_id} came to no result.", *errors[-1:]])
