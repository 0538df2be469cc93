"""Copies under the names that an earlier edition gave them: brought to their present names, nothing lost.

A copy that the learner wrote in keeps every cell; only the ids of the course in it follow the new numbers.
"""

import json
import os
from pathlib import Path

from course.base import files, paths
from course.content import catalog
from course.workspace import editions, manifest


def bring(record: manifest.Record) -> dict[str, str]:
    """Bring each copy under a former name to its present one; what became of each, by its former name.

    Raises OSError, and then leaves the copy where it was.
    """
    found: dict[str, str] = {}
    for old, (new, source) in _former().items():
        if manifest.exists(old):
            found[manifest.name(old)] = _bring(old, new, source, record)
    return found


def _former() -> dict[Path, tuple[Path, Path]]:
    """Each former place of a copy, with its present place and the published file."""
    earlier = {new: old for old, new in editions.RENAMED.items()}
    found: dict[Path, tuple[Path, Path]] = {}
    for lesson in catalog.lessons():
        exercises = (manifest.exercise_copy(lesson), lesson.exercise_notebook)
        found[paths.work() / f"{lesson.name}.exercises.ipynb"] = exercises
        if old := earlier.get(lesson.name):
            found[paths.work() / f"{old}.exercises.ipynb"] = exercises
            found[paths.work() / f"{old}.ipynb"] = (manifest.lesson_copy(lesson), lesson.notebook)
    return {old: (new, source) for old, (new, source) in found.items() if source.exists()}


def _bring(old: Path, new: Path, source: Path, record: manifest.Record) -> str:
    name = manifest.name(new)
    if manifest.exists(new):
        return (
            f"left where it is: the course calls this page {name} now, and that is there too. "
            "Copy over what you still need, then delete the old file"
        )
    if manifest.protected(old):
        return f"left where it is, since it is a link or read-only: the course calls this page {name} now"
    known = record.pop(manifest.name(old), {})
    kept = _move(old, new, source, known, record)
    _tell_lab(manifest.name(old), name)
    return f"is now {name}" + (f"; the file as it was is {kept}" if kept else "")


def _move(old: Path, new: Path, source: Path, known: dict[str, str], record: manifest.Record) -> str:
    """Put a copy in its present place; where its former self is kept, "" when nothing in it changed."""
    cells = manifest.cells_digest(old)
    renumbered = editions.renumbers(old.relative_to(paths.work()).as_posix())
    if cells is None or not renumbered:
        new.parent.mkdir(parents=True, exist_ok=True)
        os.replace(old, new)
        record[manifest.name(new)] = known
        return ""
    untouched = known.get("sha256") == files.digest(old.read_bytes())
    kept = "" if untouched else manifest.keep(old)
    if cells == known.get("cells"):
        manifest.give(source, new, record)
    else:
        notebook = json.loads(old.read_text(encoding="utf-8"))
        editions.renumbered(notebook["cells"])
        files.write_text(new, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
        record[manifest.name(new)] = known
    old.unlink()
    return kept


def _tell_lab(old: str, new: str) -> None:
    """Let a tab that JupyterLab remembers open the present file: it knows files by their paths."""
    for workspace in (paths.state() / "lab-workspaces").glob("*.jupyterlab-workspace"):
        text = workspace.read_text(encoding="utf-8")
        if old in text:
            files.write_text(workspace, text.replace(old, new))
