"""The patch cell between two texts of a file, worked out: for the test that every step of the app can be one."""

import ast
from collections.abc import Sequence

from course.content import app_patch, import_block, python_parts
from course.content.import_block import Import
from course.content.python_parts import DOCSTRING, IMPORTS, Part

TOP = (DOCSTRING, IMPORTS)


def patch_between(path: str, before: str, after: str) -> str:
    """A short patch that makes `after` of `before`."""
    old, new = python_parts.parts(before), python_parts.parts(after)
    standing = [part.text for part in old]
    docstring = [part.text for part in new if part.name == DOCSTRING and part.text not in standing]
    imports = "\n".join(import_block.written(_missing(import_block.read(old), import_block.read(new))))
    late = [part.text for part in new if _is_late(part) and part.text not in standing]
    imports = "\n".join([imports, *late]).strip()
    text = "\n\n".join(piece for piece in (*docstring, imports, _level(old, new, 2)) if piece) + "\n"
    made = python_parts.parts(app_patch.splice(path, before, text).text)
    unused = import_block.names(import_block.read(made)) - import_block.names(import_block.read(new))
    return text + f"\n\ndel {', '.join(sorted(unused))}\n" * bool(unused)


def _is_late(part: Part) -> bool:
    """Whether it is an import of the app that stands below the first block."""
    return not part.names and len(part.nodes) == 1 and isinstance(part.nodes[0], ast.ImportFrom)


def _missing(old: list[Import], new: list[Import]) -> list[Import]:
    there = {(each.module, alias) for each in old for alias in each.aliases}
    pairs = [(each.module, alias) for each in new for alias in each.aliases]
    return import_block.merged(
        [], [Import(*pair[:1], pair[1:], (), ()) for pair in pairs if pair not in there]
    )


def _level(old: Sequence[Part], new: Sequence[Part], apart: int) -> str:
    """What a cell shows of the parts of a file or a class, so that the old become the new."""
    stood = {part.names: part for part in old if part.names}
    body = [part for part in new if part.names and part.name not in TOP]
    gone = [part.name for part in old if part.names and part.names not in [each.names for each in new]]
    gone = [name for name in gone if name not in TOP]
    text = f"{'    ' * (apart == 1)}del {', '.join(gone)}" if gone else ""
    last = None
    for n in sorted(_shown(body, old)):
        blank = len(body[n].gap) if last == n - 1 else apart
        text += "\n" * (blank + 1) * bool(text) + _piece(stood.get(body[n].names), body[n])
        last = n
    return text


def _shown(body: Sequence[Part], old: Sequence[Part]) -> set[int]:
    """Which parts a cell needs: what is new or different, and neighbours that say where it goes."""
    stood = {part.names: (place, part) for place, part in enumerate(old) if part.names}
    order = [part.names for part in old if part.names in {each.names for each in body}]
    there = [part.names for part in body if part.names in stood]
    shown = set()
    for n, part in enumerate(body):
        place, was = stood.get(part.names, (None, None))
        if was is None or was.text != part.text:
            shown |= {n}
        if was is None and n:
            shown |= {n - 1}
        if was and order.index(part.names) != there.index(part.names):  # moved
            shown |= {n}
        above = stood.get(body[n - 1].names) if n else None
        if was and above and place == above[0] + 1 and was.gap != part.gap:  # other blank lines
            shown |= {n - 1, n}
    if body and body[0].names not in stood:
        shown |= {next((n for n, part in enumerate(body) if part.names in stood), 0)}
    return shown


def _piece(old: Part | None, new: Part) -> str:
    """A definition: whole; or what is new of it, where that is shorter; or `...` when it marks a place."""
    ours, theirs = python_parts.block(new), python_parts.block(old) if old else None
    if old is None or ours is None or theirs is None or ours.one_line or theirs.one_line:
        return new.text
    head = "\n".join(ours.head)
    if new.text == old.text:
        margin = len(ours.head[-1]) - len(ours.head[-1].lstrip())  # of a member of a class
        return f"{head}\n{' ' * (margin + 4)}..."
    if not isinstance(new.nodes[0], ast.ClassDef) or not isinstance(old.nodes[0], ast.ClassDef):
        return new.text
    standing = [part.text for part in theirs.body]
    docstring = [part.text for part in ours.body if part.name == DOCSTRING and part.text not in standing]
    partial = "\n".join([head, *docstring, "    ...", _level(theirs.body, ours.body, 1)])
    return min(partial, new.text, key=lambda text: len(text.splitlines()))
