"""The app as the lessons write it: each `%%app PATH [patch]`, `%%app_split`, `%app_async` and `%app_remove`.

The lessons are the only source: sample_app/ must equal `final()`, and the app as it stood before
any lesson can be rebuilt. Files that the app needs and no lesson teaches are named, each with its
reason, in pyproject.toml under [tool.course.sample_app_extras].
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from itertools import accumulate
from pathlib import Path, PurePosixPath

from course.base import files, paths
from course.base.errors import CourseError
from course.content import catalog, notebook_file

_MAGIC = re.compile(r"\A(?:[ \t]*\n)*%%app(?:[ \t]+([^\n]*))?(?:\n|\Z)")
_SPLIT = re.compile(r"\A(?:[ \t]*\n)*%%app_split(?:[ \t]+([^\n]*))?(?:\n|\Z)")
_CONVERSION = re.compile(r"\A\s*%app_async[ \t]+([^\n]*?)\s*\Z")
_REMOVAL = re.compile(r"\A\s*%app_remove(?:[ \t]+([^\n]*?))?\s*\Z")
Tree = dict[str, str]
TESTS = "tests"  # the folder of an app's own tests


@dataclass(frozen=True)
class AppCell:
    """One version of one file: the lesson that writes it, its path in the app, its whole text.

    The text of a file that the lesson removes is None. `patch` is what a patch cell holds; with `splits`,
    what a cell that splits the file holds; with `converts`, the paths that a cell converts. `versions()` and
    `states()` work out what they make from the app before them.
    """

    lesson_id: str
    path: str
    text: str | None
    patch: str = ""
    splits: bool = False
    converts: bool = False

    @property
    def several(self) -> bool:
        """Whether the cell changes more than one file."""
        return self.splits or self.converts


def target(line: str) -> tuple[str, bool]:
    """What stands behind `%%app`: the path of a file, and whether the cell patches it. Raises CourseError."""
    path, *more = line.strip().split(maxsplit=1) or [""]
    if more not in ([], ["patch"]):
        raise CourseError(
            f'After {path} only the word patch may stand, not "{more[0].strip()}", so nothing was done. '
            f"Write %%app {path} for a whole file, or %%app {path} patch for what is new or different in it."
        )
    return checked_path(path), bool(more)


def checked_path(path: str) -> str:
    """The path of an app file, "/" between its parts. Raises CourseError unless it stays inside."""
    path = path.strip()
    parts = PurePosixPath(path).parts
    bad = not parts or ".." in parts or path.startswith(("/", "~")) or path.endswith("/")
    if bad or any(sign in path for sign in '\\:\0"<>|?*'):
        raise CourseError(
            f'"{path}" does not name a file of your app, so nothing was done. '
            "Write the path from the app's own folder, with / between its parts, as in: %%app app/main.py"
        )
    return "/".join(parts)


def normalised(text: str) -> str:
    """The text of a cell as it is written: LF line ends, exactly one at the end."""
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


def versions() -> list[AppCell]:
    """Every version of every file, in the order in which the lessons write them; removals are left out."""
    found: list[AppCell] = []
    tree: Tree = {}
    for cell in (cell for lesson in catalog.lessons() for cell in steps(lesson)):
        before, tree = tree, _applied(tree, cell)
        if cell.several:
            changed = [path for path in tree if tree[path] != before.get(path)]
            found += [replace(cell, path=path, text=tree[path]) for path in changed]
        elif cell.text is not None:
            found.append(replace(cell, text=tree[cell.path]))
    return found


def before(lesson_id: str) -> Tree:
    """The app (path to text) just before a lesson. Raises CourseError for an unknown lesson."""
    return states(lesson_id)[0]


def after(lesson_id: str) -> Tree:
    """The app (path to text) as a lesson leaves it. Raises CourseError for an unknown lesson."""
    return states(lesson_id)[-1]


def states(lesson_id: str) -> list[Tree]:
    """The app before a lesson and after each of its cells that write or remove a file, in order."""
    here = catalog.lesson(lesson_id)
    tree: Tree = {}
    for lesson in catalog.lessons():
        if lesson.id == lesson_id:
            break
        tree = reduce(_applied, steps(lesson), tree)
    return list(accumulate(steps(here), _applied, initial=tree))


def after_each() -> Iterator[tuple[catalog.Lesson, Tree]]:
    """Every lesson with the app as it leaves it, in order."""
    tree: Tree = {}
    for lesson in catalog.lessons():
        tree = reduce(_applied, steps(lesson), tree)
        yield lesson, tree


def steps(lesson: catalog.Lesson) -> tuple[AppCell, ...]:
    """The cells of one lesson that write, patch or remove a file of the app, in order."""
    return _cells(lesson.id, lesson.notebook, lesson.notebook.stat().st_mtime_ns)


def tests_in(tree: Tree) -> set[str]:
    """The files of an app's own tests."""
    return {path for path in tree if path.startswith(f"{TESTS}/")}


def final() -> Tree:
    """The finished app (path to text): what sample_app/ holds."""
    return after(catalog.lessons()[-1].id)


def extras() -> dict[str, str]:
    """Files that sample_app/ needs and no lesson teaches: path to the reason."""
    settings = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return dict(settings.get("tool", {}).get("course", {}).get("sample_app_extras", {}))


def build(folder: Path, tree: Tree) -> None:
    """Write a tree into a folder; other files there are left as they are. Raises CourseError."""
    with files.plainly(f"Building the app in {files.shown(folder)}"):
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in tree.items():
            file, content = folder / path, text.encode("utf-8")
            if not file.is_file() or file.is_symlink() or file.read_bytes() != content:
                files.write_bytes(file, content)
            files.drop_bytecode(file)


def files_in(folder: Path) -> set[str]:
    """Paths ("app/main.py") of all files and links below a folder, caches left out."""
    found = (p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())
    relative = (p.relative_to(folder) for p in found)
    return {p.as_posix() for p in relative if files.CACHES.isdisjoint(p.parts)}


def differences(folder: Path, tree: Tree, ignore: dict[str, str] | None = None) -> list[str]:
    """Where a folder is not exactly the tree, one line each; `ignore` is extras() unless given."""
    ignored = set(extras() if ignore is None else ignore)
    there = files_in(folder)
    found = [f"{path}: missing" for path in tree.keys() - there]
    found += [f"{path}: no lesson writes it" for path in there - tree.keys() - ignored]
    for path in tree.keys() & there:
        if (folder / path).read_bytes() != tree[path].encode("utf-8"):
            found.append(f"{path}: differs from what the lessons write")
    found += [f"{path}: listed as an extra, but a lesson writes it" for path in tree.keys() & ignored]
    return sorted(found)


def _applied(tree: Tree, cell: AppCell) -> Tree:
    if cell.text is None:
        return {path: text for path, text in tree.items() if path != cell.path}
    return _changed(tree, cell) if cell.patch else tree | {cell.path: cell.text}


def _changed(tree: Tree, cell: AppCell) -> Tree:
    """The app after a cell that patches, splits or converts files."""
    if not cell.converts and cell.path not in tree:
        raise CourseError(
            f"Lesson {cell.lesson_id} patches {cell.path}, which no cell before it writes. "
            f"Let its first cell hold the whole file: %%app {cell.path}"
        )
    try:
        # A page without patches need not wait for them.
        from course.content import app_async, app_patch, app_split

        if cell.converts:
            return app_async.convert(tree, cell.patch.split())
        if cell.splits:
            return app_split.split(cell.path, tree, cell.patch)
        return tree | {cell.path: app_patch.splice(cell.path, tree[cell.path], cell.patch).text}
    except CourseError as problem:
        raise CourseError(f"In a cell of lesson {cell.lesson_id}: {problem}") from None


@lru_cache(maxsize=256)
def _cells(lesson_id: str, notebook: Path, _changed: int) -> tuple[AppCell, ...]:
    found = []
    for cell in notebook_file.read_cells(notebook):
        text = notebook_file.source(cell)
        if cell["cell_type"] != "code":
            continue
        if magic := _MAGIC.match(text):
            path, patches = target(magic[1] or "")
            held = normalised(text[magic.end() :])
            found.append(AppCell(lesson_id, path, "" if patches else held, held if patches else ""))
        elif magic := _SPLIT.match(text):
            held = normalised(text[magic.end() :])
            found.append(AppCell(lesson_id, checked_path(magic[1] or ""), "", held, splits=True))
        elif magic := _CONVERSION.match(text):
            found.append(AppCell(lesson_id, magic[1], "", magic[1], converts=True))
        elif magic := _REMOVAL.match(text):
            found.append(AppCell(lesson_id, checked_path(magic[1] or ""), None))
    return tuple(found)
