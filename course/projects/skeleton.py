"""A clean API to begin with: what sample_app/ is, without its subject.

Files come from sample_app/ as they are, by the list in projects/skeleton.toml, or from the templates in
projects/skeleton/. cookiecutter and copier were considered: all files would be templates, which age.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from course.base import paths
from course.base.errors import CourseError
from course.base.files import CACHES

TEMPLATES = paths.PROJECTS / "skeleton"
LIST = paths.PROJECTS / "skeleton.toml"


def files(name: str) -> dict[str, str]:
    """The files of a new project called `name`, path to text.

    Raises CourseError where the list no longer fits sample_app/.
    """
    entries = tomllib.loads(LIST.read_text(encoding="utf-8"))["file"]
    taken = {each["path"]: _taken(each) for each in entries}
    found = taken | templates(TEMPLATES)
    return {path: renamed(text, name) for path, text in sorted(found.items())}


def templates(folder: Path) -> dict[str, str]:
    """All files below a folder, path to text, without what tools leave behind."""
    held = (path for path in folder.rglob("*") if path.is_file() and not CACHES & {*path.parts})
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in held}


def renamed(text: str, name: str) -> str:
    """A text in which Postboard is called `name`: "tea-shop" is "Tea shop", in names of programs tea_shop."""
    for old, new in (
        ("PostboardError", "AppError"),
        ("on_postboard_error", "on_app_error"),
        ("postboard.example", f"{name}.example"),
        ("Postboard", title(name)),
        ("postboard", name.replace("-", "_")),
    ):
        text = text.replace(old, new)
    return text


def title(name: str) -> str:
    """What people call a project: "tea-shop" is "Tea shop"."""
    return name.replace("-", " ").capitalize()


def _taken(entry: dict[str, Any]) -> str:
    """A file of sample_app/ as an entry of the list wants it."""
    text = (paths.SAMPLE_APP / entry["path"]).read_text(encoding="utf-8")
    for old, new in entry.get("replace", []):
        if text.count(old) != 1:
            raise CourseError(
                f"{entry['path']} of sample_app/ has changed: {old.strip()!r} stands in it {text.count(old)} "
                f"times, and it must be once. Change its entry in {LIST.name}."
            )
        text = text.replace(old, new)
    wanted = set(entry.get("keep", []))
    return text if not wanted else "".join(x for x in text.splitlines(True) if _package(x) in wanted)


def _package(line: str) -> str:
    return re.split(r"==| ", line, maxsplit=1)[0]
