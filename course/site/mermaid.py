"""Mermaid from the copy that JupyterLab ships, so that the course needs no other and pictures look the same.

JupyterLab holds it in parts of its own bundle. They need nothing of JupyterLab but the bundler's little
runtime, for which `static/mermaid.js` stands in. sphinxcontrib-mermaid was considered: it loads from a CDN.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from course.base.errors import CourseError

# In JupyterLab's code: await Promise.all([i.e(1), i.e(2)]).then(i.bind(i, 3))).default, then its set-up.
_ENTRY = re.compile(
    r"Promise\.all\(\[(?P<parts>[^\]]*)\]\)\.then\(\w+\.bind\(\w+,(?P<module>\d+)\)\)\)\.default;"
    r"return \w+\(\w+\),\w+=\w+,\w+\.resolve"
)
_PART = re.compile(r"\b\w\.e\(\"?(\d+)\"?\)")
# A part that is shared with the rest of JupyterLab, 1:["2"], and what module 2 is when nobody else has it.
_SHARED = r'\b{part}:\["(?P<id>\d+)"\]'
_OWN = (
    r"\b{id}:\{{[^{{}}]*?fallback:\(\)=>\w+\.e\((?P<part>\d+)\)\.then\(\(\)=>\(\)=>\w+\((?P<module>\d+)\)\)"
)


@dataclass(frozen=True)
class Bundle:
    """Mermaid's files by the number of their part, the parts to load first, and the module to start with.

    `same` has modules that stand for another one.
    """

    files: dict[str, Path]
    first: tuple[str, ...]
    module: str
    same: dict[str, str]

    def index(self) -> str:
        """What `static/mermaid.js` reads, as a script."""
        names = {part: path.name for part, path in self.files.items()}
        held = {"files": names, "first": self.first, "module": self.module, "same": self.same}
        return f"window.courseMermaid = {json.dumps(held)};\n"


def bundle() -> Bundle:
    """Where JupyterLab's Mermaid is. Raises CourseError when this JupyterLab holds it otherwise."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "lab" / "static"
    for core in folder.glob("jlab_core.*.js"):
        if found := _ENTRY.search(core.read_text(encoding="utf-8")):
            runtime = "".join(path.read_text(encoding="utf-8") for path in folder.glob("main.*.js"))
            first, same = _first(re.findall(r"\d+", found["parts"]), folder, runtime)
            return Bundle(_parts(folder, list(first)), tuple(first), found["module"], same)
    raise CourseError(
        f"JupyterLab in {folder} holds Mermaid in another form than course/site/mermaid.py knows. "
        "Look there for `ensureMermaid`, and correct the pattern."
    )


def _first(parts: list[str], folder: Path, runtime: str) -> tuple[list[str], dict[str, str]]:
    """The parts to load first; of those that are shared, the ones that hold the same."""
    first, same = [], {}
    for part in parts:
        if _file(folder, part):
            first.append(part)
            continue
        shared = re.search(_SHARED.format(part=part), runtime)
        own = re.search(_OWN.format(id=shared["id"]), runtime) if shared else None
        if shared and own:
            first.append(own["part"])
            same[shared["id"]] = own["module"]
    return first, same


def _parts(folder: Path, wanted: list[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    while wanted:
        part = wanted.pop()
        path = _file(folder, part)
        if part not in found and path:
            found[part] = path
            wanted += _PART.findall(path.read_text(encoding="utf-8"))
    return found


def _file(folder: Path, part: str) -> Path | None:
    return next(folder.glob(f"{part}.*.js"), None)
