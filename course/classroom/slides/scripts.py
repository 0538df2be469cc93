"""What a deck runs, inside its one file: reveal.js, Mermaid, and the deck's own script and style."""

import importlib.util
import re
from pathlib import Path

from course.base import files
from course.base.errors import CourseError
from course.classroom.slides import code_lines
from course.site import build, mermaid

_OWN = Path(__file__).with_name("static")
# What would end a script inside an HTML page, or hide its end. Written so, it is the same to JavaScript.
_ENDS = re.compile(r"<(?=/?script|!--)", re.IGNORECASE)


def style() -> str:
    """Every style of a deck, as one `<style>`."""
    own = (_OWN / "slides.css").read_text(encoding="utf-8")
    return f"<style>{_reveal('reveal.css')}\n{code_lines.style()}\n{own}</style>"


def scripts(pictures: bool) -> str:
    """Every script of a deck as elements; with Mermaid, three megabytes, where it has `pictures`."""
    own = [(_OWN / name).read_text(encoding="utf-8") for name in ("fit.js", "flow.js", "slides.js")]
    return "\n".join(map(_element, [_reveal("reveal.js"), *(_mermaid() if pictures else []), *own]))


def _mermaid() -> list[str]:
    """JupyterLab's Mermaid: its parts stand here already, so `static/mermaid.js` has none to fetch."""
    found = mermaid.bundle()
    parts = [path.read_text(encoding="utf-8") for path in found.files.values()]
    index = mermaid.Bundle({}, found.first, found.module, found.same).index()
    return [*parts, index, (build.STATIC / "mermaid.js").read_text(encoding="utf-8")]


def _element(code: str) -> str:
    return f"<script>{_ENDS.sub(lambda _: chr(92) + 'x3c', code)}</script>"


def _reveal(name: str) -> str:
    """A file of reveal.js, from the copy that sphinx-revealjs brings. Raises CourseError without it."""
    found = importlib.util.find_spec("sphinx_revealjs")
    if found is None or not found.submodule_search_locations:
        raise CourseError(
            "Slides need reveal.js from sphinx-revealjs, one of the authors' packages, which is not "
            "installed. Type `python3 start.py author report` in the course's folder: it installs "
            "what authors need."
        )
    path = Path(found.submodule_search_locations[0]) / "_static" / "revealjs" / "dist" / name
    with files.plainly(f"Reading {name} of reveal.js"):
        return path.read_text(encoding="utf-8")
