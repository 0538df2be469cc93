"""The app as each lesson leaves it: every file, and what the lesson changed in it.

A version of a file stands once, on the page of the lesson that wrote it. Later pages link to it.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field

from course.base import paths
from course.content import app_history, catalog
from course.site import places
from course.site.lexer import language

_CONTEXT = 3  # lines of a diff around what changed, as git has them


@dataclass
class _History:
    """What the pages so far have shown: the app, and the page on which each of its files stands."""

    tree: app_history.Tree = field(default_factory=dict)
    where: dict[str, catalog.Lesson] = field(default_factory=dict)


def pages() -> Iterator[tuple[catalog.Lesson, str]]:
    """The page of each lesson as MyST Markdown."""
    history = _History()
    last = catalog.lessons()[-1]
    for lesson, tree in app_history.after_each():
        yield lesson, _page(lesson, tree, history, beside=lesson.id == last.id)


def overview() -> str:
    """The page that lists all the others."""
    rows = [f"- {{doc}}`{each.id} {each.title} </{places.app_page(each)}>`" for each in catalog.lessons()]
    listed = "\n".join(f"/{places.app_page(each)}" for each in catalog.lessons())
    return "\n".join(
        [
            "# The app, lesson by lesson",
            "",
            "Postboard as each lesson leaves it: every file, and what changed.",
            "",
        ]
        + [*rows, "", f"```{{toctree}}\n:hidden:\n\n{listed}\n```", ""]
    )


def _page(lesson: catalog.Lesson, tree: app_history.Tree, history: _History, beside: bool) -> str:
    before = history.tree
    changed = [path for path in sorted(tree) if tree[path] != before.get(path)]
    same = [path for path in sorted(tree) if path not in changed]
    gone = sorted(before.keys() - tree.keys())
    history.tree = tree
    history.where.update(dict.fromkeys(changed, lesson))
    parts = [
        f"# The app after {lesson.id}",
        f"{lesson.title}: {_files(len(tree))}, {len(changed)} new or changed"
        f"{f', {len(gone)} removed' if gone else ''}. "
        f'<a href="{places.address(places.lesson_page(lesson))}">Lesson {lesson.id}</a>',
        *(_changed(path, before.get(path), tree[path]) for path in changed),
        _removed(gone, before),
        _same(same, history.where),
        _beside() if beside else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _changed(path: str, before: str | None, text: str) -> str:
    if before is None:
        return f"{_head(path)}\n\nNew.\n\n{_fold(path, 'The file', text)}"
    lines = list(difflib.unified_diff(before.splitlines(), text.splitlines(), n=_CONTEXT, lineterm=""))[2:]
    diff = _fence("diff", "\n".join(lines))
    return f"{_head(path)}\n\n{diff}\n\n{_fold(path, 'The whole file', text)}"


def _head(path: str) -> str:
    return f'<span id="{places.file_id(path)}" class="place"></span>\n\n## `{path}`'


def _fold(path: str, title: str, text: str) -> str:
    count = len(text.splitlines())
    opened = " open" if title == "The file" else ""
    shown = f"{title}, {count} lines" if count != 1 else f"{title}, 1 line"
    fence = _fence(language(path).aliases[0], text)
    return f"<details{opened}><summary>{shown}</summary>\n\n{fence}\n\n</details>"


def _fence(kind: str, text: str) -> str:
    marks = "```"
    while marks in text:
        marks += "`"
    return f"{marks}{{code-block}} {kind}\n:force:\n\n{text.rstrip()}\n{marks}"


def _removed(gone: list[str], before: app_history.Tree) -> str:
    if not gone:
        return ""
    rows = [f"- `{path}`, which had {len(before[path].splitlines())} lines" for path in gone]
    return "\n".join(["## Removed", "", *rows])


def _same(same: list[str], where: dict[str, catalog.Lesson]) -> str:
    if not same:
        return ""
    rows = []
    for path in same:
        writer = where[path]
        link = places.address(places.app_page(writer), places.file_id(path))
        rows.append(f'- <a href="{link}"><code>{path}</code></a>, as {writer.id} left it')
    return "\n".join(["## Not changed", "", *rows])


def _beside() -> str:
    """Files of sample_app/ that no lesson writes, each with the reason."""
    parts = ["## Files that no lesson writes"]
    for path, reason in app_history.extras().items():
        text = (paths.SAMPLE_APP / path).read_text(encoding="utf-8")
        parts.append(f"`{path}`: {reason}.\n\n{_fold(path, 'The whole file', text)}")
    return "\n\n".join(parts)
