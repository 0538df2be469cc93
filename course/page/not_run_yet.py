"""A cell in the middle of a page, run first: which cells are missing, in place of a bare NameError."""

import ast
import os
from pathlib import Path
from typing import Any

import course
from course.base import syntax
from course.checks import attempt
from course.content import notebook_file

_NOTEBOOK = "JPY_SESSION_NAME"  # where Jupyter's server tells a kernel the path of its notebook
_UNRUN = (
    "A cell above makes it and has not been run since the kernel started. "
    "Choose Run > Run All Above Selected Cell, then run this cell again."
)
_NOT_IMPORTED = "No cell above imports it. Put `from course import {}` into this cell, then run it again."


def sentence(error: BaseException, shell: Any) -> str:
    """What to do about this error when a cell above was not run, or does not import what the course has.

    "" for every other cause.
    """
    missing = getattr(error, "name", None) or ""
    if isinstance(error, ModuleNotFoundError):
        cure = _UNRUN if _app_is_missing(missing, shell) else ""
    else:
        cure = _of_a_name(missing, shell)
    return f"{type(error).__name__}: {error}. {cure}" if cure else ""


def _of_a_name(name: str, shell: Any) -> str:
    above = [text for text in _above(shell) if name in _names(text)]
    if above:
        return "" if _ran(shell).intersection(above) else _UNRUN
    if name not in dir(course):
        return ""
    # Where the notebook is not known, its first cell is what imports from the course.
    return _NOT_IMPORTED.format(name) if _notebook() else _UNRUN


def _app_is_missing(module: str, shell: Any) -> bool:
    """Whether a module of the app is missing because lesson() or the cell that writes it was not run."""
    if module.partition(".")[0] != "app":
        return False
    ran, file = _ran(shell), module.replace(".", "/") + ".py"
    if not any("lesson(" in text for text in ran):
        return True
    written = [text for text in _above(shell) if text.startswith(f"%%app {file}")]
    return bool(written and not ran.intersection(written))


def _names(text: str) -> set[str]:
    """The names that a cell makes at its top level, imports among them."""
    try:
        body = syntax.tree(text).body
    except SyntaxError:  # as a magic is
        return set()
    imports = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
    brought = {(a.asname or a.name).partition(".")[0] for each in imports for a in each.names}
    return attempt.defined(text) | brought


def _ran(shell: Any) -> set[str]:
    """The texts of the cells run in this kernel, without the one that is running."""
    return {text.strip() for text in shell.history_manager.input_hist_raw[:-1]}


def _notebook() -> Path | None:
    """The file of this kernel's notebook; None where nobody tells."""
    path = Path(os.environ.get(_NOTEBOOK, ""))
    return path if path.suffix == ".ipynb" and path.exists() else None


def _above(shell: Any) -> list[str]:
    """The code cells above the running one, from the notebook's file: all when it is not among them."""
    path = _notebook()
    if path is None:
        return []
    cells = [each for each in notebook_file.read_cells(path) if each["cell_type"] == "code"]
    texts = [notebook_file.source(each).strip() for each in cells]
    running = shell.history_manager.input_hist_raw[-1].strip()
    place = next((number for number, text in enumerate(texts) if text == running), len(texts))
    return texts[:place]
