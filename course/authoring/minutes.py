"""How long a lesson takes a learner who reads, runs and predicts: counted from its page, not felt.

The title cell and the notebook's metadata repeat the number; `course author run` writes both.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

import nbformat

from course.authoring import execute
from course.content import app_history, catalog, notebook_file, reading_time

MOST = 50  # minutes: a longer lesson is cut, or split at its seam
STEP = 5  # minutes are rounded to it
_SAID = re.compile(r"^\d+ minutes\.", re.MULTILINE)
_MAGIC = re.compile(r"\s*%%?app")


def counted(lesson: catalog.Lesson) -> float:
    """Minutes by the rule, not rounded: prose, code (of the app only what is new), output, predictions."""
    return sum(by_cell(lesson))


def by_cell(lesson: catalog.Lesson) -> list[float]:
    """The minutes of each cell of a lesson's page, in its order."""
    new = iter(_new_lines(lesson))
    return [_of_cell(cell, new) for cell in notebook_file.read_cells(lesson.notebook)]


def _of_cell(cell: dict[str, Any], new: Iterator[int]) -> float:
    """The minutes of one cell; `new` has the lines that the next cells of the app add."""
    text = notebook_file.source(cell)
    if cell["cell_type"] != "code":
        is_prose = cell["cell_type"] == "markdown"
        return reading_time.minutes(words=len(text.split())) if is_prose else 0.0
    if _MAGIC.match(text):
        return reading_time.minutes(code=next(new, 0))
    programs = _program_lines(cell)  # shown, and read as code is
    return reading_time.minutes(
        code=_filled(text) + programs,
        output=_output_lines(cell) - programs,
        predictions="predict(" in text or "recall.again(" in text,
    )


def rounded(lesson: catalog.Lesson) -> int:
    """Minutes by the rule, as the page says them: the nearest multiple of STEP."""
    return STEP * round(counted(lesson) / STEP)


def said(title_cell: str) -> int | None:
    """The minutes that a lesson's title cell names; None when it names none."""
    found = _SAID.search(title_cell)
    return int(found[0].split()[0]) if found else None


def put(title_cell: str, minutes: int) -> str:
    """A lesson's title cell, with these minutes instead of those it names."""
    return _SAID.sub(f"{minutes} minutes.", title_cell, count=1)


def stamp(lesson: catalog.Lesson) -> bool:
    """Write the minutes into a lesson's title cell and metadata; True when they were others."""
    notebook, minutes = nbformat.read(lesson.notebook, as_version=4), rounded(lesson)
    title = notebook.cells[0]
    if said(title.source) == minutes == lesson.minutes:
        return False
    title.source = put(title.source, minutes)
    notebook.metadata.setdefault("course", {})["minutes"] = minutes
    execute.write(lesson.notebook, notebook)
    return True


def _program_lines(cell: dict[str, Any]) -> int:
    """Lines of the programs that a cell shows to be read, as a review's questions do."""
    texts = ("".join(out.get("data", {}).get("text/plain", "")) for out in cell.get("outputs", []))
    return sum(_filled(text) for text in texts if text.startswith("```python"))


def _filled(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())


def _new_lines(lesson: catalog.Lesson) -> list[int]:
    """Lines of the app that each of the lesson's cells adds or changes, not what a patch repeats."""
    cells, states = app_history.steps(lesson), list(app_history.states(lesson.id))
    return [
        _filled(cell.patch) if cell.several else added(before.get(cell.path, ""), after.get(cell.path, ""))
        for cell, before, after in zip(cells, states, states[1:], strict=False)
    ]


def added(old: str, new: str) -> int:
    """Lines that stand in a new text and not in the old one, without empty ones."""
    before, after = old.splitlines(), new.splitlines()
    changes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(_filled("\n".join(after[j1:j2])) for kind, _, _, j1, j2 in changes if kind != "equal")


def _output_lines(cell: dict[str, Any]) -> int:
    shown = (out.get("text") or out.get("data", {}).get("text/plain") or "" for out in cell["outputs"])
    return sum("".join(text).count("\n") + 1 for text in shown)
