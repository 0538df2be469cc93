"""What stands on a page that the notebook has not: how to open it in JupyterLab, and where its app is."""

import re
from html import escape
from pathlib import PurePosixPath

from course.base import paths
from course.content import catalog
from course.site import places
from course.workspace import manifest

_BINDER = re.compile(r"https://mybinder\.org/v2/[^\s)\"]+")


def of_lesson(lesson: catalog.Lesson) -> str:
    """The box under a lesson's title."""
    links = {
        "Exercises": places.exercise_page(lesson),
        "The app after it": places.app_page(lesson),
    }
    return _box(lesson, manifest.name(manifest.lesson_copy(lesson)), links)


def of_exercises(lesson: catalog.Lesson) -> str:
    """The box under the title of a page of exercises."""
    links = {f"Lesson {lesson.id}": places.lesson_page(lesson)}
    note = " There each answer is checked, and has hints and a solution."
    return _box(lesson, manifest.name(manifest.exercise_copy(lesson)), links, note)


def contents(*pages: str) -> str:
    """A list that puts pages below this one in the sidebar, and after it in the order of reading."""
    listed = "\n".join(f"/{page}" for page in pages)
    return f"```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def binder() -> str:
    """The address of Binder that the README has; empty while it has none."""
    found = _BINDER.search((paths.ROOT / "README.md").read_text(encoding="utf-8"))
    return found[0] if found else ""


def _box(lesson: catalog.Lesson, copy: str, links: dict[str, str], note: str = "") -> str:
    ways = " · ".join(f'<a href="{places.address(page)}">{escape(name)}</a>' for name, page in links.items())
    if address := binder():
        ways += f' · <a href="{escape(address)}">Open in Binder</a>'
    command = _command(lesson, copy)
    return (
        '<div class="opening"><details><summary>Open in JupyterLab</summary>'
        f"<p>In the course's folder, type:</p><pre>{escape(command)}</pre>"
        f"<p>The first line brings your API to where this lesson starts; what you have is kept.{note}</p>"
        f"</details><div>{ways}</div></div>"
    )


def _command(lesson: catalog.Lesson, copy: str) -> str:
    return f"python3 start.py start-at {lesson.id}\npython3 start.py lab {PurePosixPath(copy)}"
