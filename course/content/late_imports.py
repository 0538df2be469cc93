"""Imports of the app that a file has further down: its settings come first, as in the conftest of tests."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from course.content import import_block
from course.content.import_block import Import
from course.content.python_parts import Place


def placed(places: Sequence[Place], standing: Sequence[Import], new: Sequence[Import]) -> list[Import]:
    """Put imports of the app beside those that a file has further down; the others are returned.

    A file that imports the app on top, too, or nowhere, gets all of them on top.
    """
    late = [place for place in places if not place.part.names and _module(place)]
    if not late or any(import_block.stands_last(each) for each in standing):
        return list(new)
    for each in (one for one in new if import_block.stands_last(one)):
        _put(late, each)
    return [each for each in new if not import_block.stands_last(each)]


def without(places: list[Place], gone: set[str]) -> set[str]:
    """Take names out of the imports that a file has further down; those that stood there are returned."""
    found: set[str] = set()
    for place in [each for each in places if not each.part.names and _module(each)]:
        block = _block(place)
        if here := import_block.names(block) & gone:
            found |= here
            lines = tuple(import_block.written(import_block.without(block, here)))
            place.part = replace(place.part, lines=(*place.part.lines[: place.part.comments], *lines))
            if not lines:
                places.remove(place)
    return found


def _module(place: Place) -> str:
    """The module of the app that a part imports from; "" for other parts."""
    nodes = place.part.nodes
    if len(nodes) != 1 or not isinstance(nodes[0], ast.ImportFrom):
        return ""
    found = nodes[0].module or ""
    return found if import_block.stands_last(Import(found, (), (), ())) else ""


def _block(place: Place) -> list[Import]:
    return import_block.read([replace(place.part, names=(import_block.IMPORTS,))])


def _put(late: list[Place], new: Import) -> None:
    """Join one to the statement of its module, or put it in the line where its module comes by letter."""
    same = next((each for each in late if _module(each) == new.module), None)
    if same is not None:
        joined = import_block.merged(
            _block(same), [replace(new, lines=(), remark="")]
        )  # one remark is enough
        lines = tuple(import_block.written(joined))
        same.part = replace(same.part, lines=(*same.part.lines[: same.part.comments], *lines))
        return
    lines = tuple(import_block.written([new]))
    above = [each for each in late if _module(each) < new.module]
    if above:
        above[-1].part = replace(above[-1].part, lines=(*above[-1].part.lines, *lines))
    else:
        late[0].part = replace(late[0].part, lines=(*lines, *late[0].part.lines))
