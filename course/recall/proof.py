"""Where a sentence is proved: a cell of a lesson, found by a piece of its code and linked by its id."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from course.base.errors import CourseError
from course.content import catalog, notebook_file
from course.page import links


@dataclass(frozen=True)
class Proof:
    """A cell of a lesson: the one code cell that holds `text`."""

    lesson: str
    text: str

    def cell(self) -> dict[str, Any]:
        """The cell itself. Raises CourseError when no cell or more than one holds the text."""
        path = catalog.lesson(self.lesson).notebook
        held = [
            each for each in _code(path, path.stat().st_mtime_ns) if self.text in notebook_file.source(each)
        ]
        if len(held) != 1:
            raise CourseError(
                f"{self.text!r} stands in {len(held)} code cells of lesson {self.lesson}, not in one."
            )
        return held[0]

    def address(self) -> str:
        """The link to the cell, seen from the page in this kernel; JupyterLab scrolls to it."""
        # As for exercises: a heading with a dot or a comma in it is not found by its words.
        return f"{links.to_lesson(catalog.lesson(self.lesson))}#cell-id={quote(self.cell()['id'])}"

    def link(self, words: str = "") -> str:
        """The link as HTML; its words are the lesson's id unless given."""
        return links.anchor(self.address(), words or self.lesson)


@lru_cache(maxsize=128)
def _code(path: Path, _changed: int) -> list[dict[str, Any]]:
    return [each for each in notebook_file.read_cells(path) if each["cell_type"] == "code"]
