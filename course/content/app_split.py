"""`%%app_split PATH`: what one file of the app defines goes to several files, with the imports each needs.

A line of the cell names a file, what goes there, and the docstring of a new file:

    app/services/users.py: user_named, read_profile  # Users.

- Definitions move as they are; `_shown as shown_post` gives one another name.
- What the cell does not name goes with the definition above it.
- A file imports what it uses: what the old file imported, and names that went to another file.
- A path operation of an app that stays elsewhere (`@app.get`) becomes one of the new file's `router`.
- Where other files say `services.read_profile`, they say `users.read_profile` afterwards.
- The old file goes when the cell sends nothing there.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from course.base import syntax
from course.content import import_block, python_parts
from course.content.import_block import Import
from course.content.python_parts import DOCSTRING, IMPORTS, Definition, Part, Place, lines_of
from course.content.split_cell import Target, module, refused, targets

_WIDTH = 88  # columns of an app's file, as its lessons show it
_Edit = tuple[int, int, int, str]  # line, first and last place in it in bytes, the new text
_Moved = dict[str, tuple[str, str]]  # the name of a definition: its module now, and its name there


def split(path: str, tree: dict[str, str], cell: str) -> dict[str, str]:
    """The app (path to text) with the definitions of one file moved as the cell says.

    Raises CourseError, a sentence for the person at the cell, when the file or the cell does not fit.
    """
    wanted = targets(path, cell)
    if path not in tree:
        raise refused(path, "there is no such file")
    if there := [each.path for each in wanted if each.path in tree and each.path != path]:
        raise refused(path, f"{', '.join(there)} is there already")
    made = dict(_split(path, tree[path], tuple(wanted)))
    moved: _Moved = {
        name: (each.module, name) for each in wanted for name in _defined(_parts(each.path, made[each.path]))
    }
    moved |= {old: moved[new] for each in wanted for old, new in each.renamed}
    left = {other: text for other, text in tree.items() if other != path}
    return {other: _redirected(other, text, module(path), moved) for other, text in left.items()} | made


def is_done(path: str, tree: dict[str, str], cell: str) -> bool:
    """Whether all new files are there and nothing of what the cell names is left to move."""
    wanted = [each for each in targets(path, cell) if each.path != path]
    left = _defined(_parts(path, tree.get(path, "")))
    names = {name for each in wanted for name in {*each.names, *dict(each.renamed)}}
    return all(each.path in tree for each in wanted) and names.isdisjoint(left)


@lru_cache(maxsize=64)
def _split(path: str, text: str, wanted: tuple[Target, ...]) -> tuple[tuple[str, str], ...]:
    """The texts of the files that one file becomes."""
    text = _renamed(path, text, dict(pair for each in wanted for pair in each.renamed))
    parts = _parts(path, text)
    code = [
        Place(part, stood=number)
        for number, part in enumerate(parts)
        if part.name not in (DOCSTRING, IMPORTS)
    ]
    owners = _owners(path, code, wanted)
    homes = {
        name: owner.module for place, owner in zip(code, owners, strict=True) for name in place.part.names
    }
    imports = import_block.read(parts)
    docstring = next((part for part in parts if part.name == DOCSTRING), None)
    found = []
    for target in wanted:
        own = [place for place, owner in zip(code, owners, strict=True) if owner is target]
        order = {name: number for number, name in enumerate(target.names)}
        head = docstring if target.path == path else _docstring(target)
        found.append((target.path, _text(target, head, imports, _in_order(own, order), homes)))
    return tuple(found)


def _renamed(path: str, text: str, names: dict[str, str]) -> str:
    """A file in which some of what it defines, and all that uses it, has another name."""
    lines = text.splitlines()
    parts = _parts(path, text)
    if lost := names.keys() - set(_defined(parts)):
        raise refused(path, f"the file does not define {', '.join(sorted(lost))}")
    nodes = [node for part in parts for each in part.nodes for node in ast.walk(each)]
    for node in nodes:
        if isinstance(node, Definition) and node.name in names and node.col_offset == 0:
            head = re.compile(rf"\b{node.name}\b")
            lines[node.lineno - 1] = head.sub(names[node.name], lines[node.lineno - 1], count=1)
    used = [node for node in nodes if isinstance(node, ast.Name) and node.id in names]
    edits = [_edit(node, names[node.id]) for node in used]
    return "\n".join(_edited(lines, 0, edits)) + "\n"


def _owners(path: str, code: Sequence[Place], wanted: Sequence[Target]) -> list[Target]:
    """The file of each part: that of its name, else that of the part above, else that of the first below."""
    by_name = {name: target for target in wanted for name in target.names}
    named = [next((by_name[n] for n in place.part.names if n in by_name), None) for place in code]
    if lost := by_name.keys() - {name for place in code for name in place.part.names}:
        raise refused(path, f"the file does not define {', '.join(sorted(lost))}")
    above = next(each for each in named if each)
    owners = []
    for each in named:
        above = each or above
        owners.append(above)
    return owners


def _in_order(own: list[Place], order: dict[str, int]) -> list[Place]:
    """The parts of one file in the order of the cell; one that it does not name stays below its neighbour."""
    last = -1
    keys = {}
    for place in own:
        last = next((order[name] for name in place.part.names if name in order), last)
        keys[id(place)] = last
    return sorted(own, key=lambda place: keys[id(place)])


def _text(
    target: Target, head: Part | None, imports: list[Import], own: list[Place], homes: dict[str, str]
) -> str:
    """One file: docstring, imports, the router if path operations came, and the parts."""
    routed = [_routed(place.part, target.module, homes) for place in own]
    router = (
        _router(target)
        if any(part is not place.part for part, place in zip(routed, own, strict=True))
        else []
    )
    new = [Import("fastapi", (("APIRouter", "APIRouter"),), (), ())] if router else []
    body = [Place(part, stood=place.stood) for part, place in zip(routed, own, strict=True)]
    used = _used([*router, *body])
    for name in sorted(used & {name for name, home in homes.items() if home != target.module}):
        new.append(Import(homes[name], ((name, name),), (), ()))
    joined = import_block.merged(imports, new)
    joined = import_block.without(
        joined, {n for n in import_block.names(joined) if n.split(".")[0] not in used}
    )
    block = Part((IMPORTS,), (), tuple(import_block.written(joined)), (), 0)
    top = [Place(part) for part in (head, block) if part and part.lines]
    return "\n".join(lines_of([*top, *router, *body], 2)) + "\n"


def _routed(part: Part, here: str, homes: dict[str, str]) -> Part:
    """A path operation of an app in another file, as one of the router's; any other part as it is."""
    edits: list[_Edit] = []
    for node in part.nodes:
        for decorator in getattr(node, "decorator_list", []):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            owner = called.value if isinstance(called, ast.Attribute) else None
            if isinstance(owner, ast.Name) and homes.get(owner.id, here) != here:
                edits.append(_edit(owner, "router"))
    return replace(part, lines=_short(_edited(part.lines, part.start, edits))) if edits else part


def _short(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines of which a decorator that became too long takes three, as ruff formats it."""
    found: list[str] = []
    for line in lines:
        if len(line) > _WIDTH and line.startswith("@router.") and line.endswith(")"):
            head, _, arguments = line.partition("(")
            found += [f"{head}(", f"    {arguments[:-1]}", ")"]
        else:
            found.append(line)
    return tuple(found)


def _used(places: Sequence[Place]) -> set[str]:
    """The names that some parts use. Texts count where they are types, and not, say, as paths of a URL."""
    nodes = [node for each in syntax.tree("\n".join(lines_of(places, 2))).body for node in ast.walk(each)]
    types = [getattr(node, kind, None) for node in nodes for kind in ("annotation", "returns")]
    texts = [node for each in types if each for node in ast.walk(each) if isinstance(node, ast.Constant)]
    words = {word for node in texts for word in re.findall(r"\w+", str(node.value))}
    return words | {node.id for node in nodes if isinstance(node, ast.Name)}


def _router(target: Target) -> list[Place]:
    line = f'router = APIRouter(tags=["{target.module.rpartition(".")[2]}"])'
    return [Place(Part(("router",), (), (line,), (), 0))]


def _redirected(path: str, text: str, old: str, moved: _Moved) -> str:
    """Another file of the app, with what moved found at its new place."""
    if not path.endswith(".py") or old.rpartition(".")[2] not in text:
        return text
    parts = _parts(path, text)
    origins = import_block.origins(import_block.read(parts))
    aliases = {called for called, origin in origins.items() if origin == old}
    found = [node for part in parts for each in part.nodes for node in ast.walk(each)]
    edits, modules = [], set()
    for node in found:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            place, name = moved.get(node.attr, (old, ""))
            if place != old:
                modules.add(place)
                edits.append(_edit(node.value, place.rpartition(".")[2]))
                end = node.end_col_offset or 0
                edits.append((node.end_lineno or 0, end - len(node.attr.encode()), end, name))
    new = [_import_of(*each.rsplit(".", 1)) for each in sorted(modules)]
    for called, origin in origins.items():
        place, name = moved.get(origin.removeprefix(f"{old}."), (old, ""))
        if place != old and origin.startswith(f"{old}."):
            new.append(_import_of(place, name, called))
    return _written_anew(parts, edits, new, aliases) if new else text


def _written_anew(parts: list[Part], edits: list[_Edit], new: list[Import], gone: set[str]) -> str:
    """A file with names exchanged, and its imports; those of `gone` that nothing uses any more go."""
    places = []
    for number, part in enumerate(parts):
        inside = [edit for edit in edits if part.start < edit[0] <= part.start + len(part.lines)]
        places.append(Place(replace(part, lines=_edited(part.lines, part.start, inside)), stood=number))
    used = _used([place for place in places if place.part.name != IMPORTS])
    block = next(place for place in places if place.part.name == IMPORTS)
    joined = import_block.without(import_block.merged(import_block.read(parts), new), gone - used)
    lines = (*import_block.written(joined), *import_block.comments_below(block.part))
    block.part = replace(block.part, lines=lines)
    return "\n".join(lines_of(places, 2)) + "\n"


def _edited(lines: Sequence[str], start: int, edits: Iterable[_Edit]) -> tuple[str, ...]:
    """Lines of a file, the first of which is line `start` from 0, with names exchanged."""
    found = list(lines)
    for number, first, last, text in sorted(edits, reverse=True):
        line = found[number - 1 - start].encode()
        found[number - 1 - start] = (line[:first] + text.encode() + line[last:]).decode()
    return tuple(found)


def _edit(node: ast.Name, text: str) -> _Edit:
    return node.lineno, node.col_offset, node.end_col_offset or 0, text


def _import_of(place: str, name: str, called: str = "") -> Import:
    return Import(place, ((name, called or name),), (), ())


def _docstring(target: Target) -> Part:
    text = target.about or f"{target.module.rpartition('.')[2].capitalize()}."
    return Part((DOCSTRING,), (), (f'"""{text}"""',), (), 0)


def _defined(parts: Iterable[Part]) -> list[str]:
    return [name for part in parts for name in part.names if name not in (DOCSTRING, IMPORTS)]


def _parts(path: str, text: str) -> list[Part]:
    try:
        return python_parts.parts(text)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        where = f"line {line} of {path}" if line else path
        raise refused(path, f"{where} is not valid Python: {getattr(problem, 'msg', problem)}") from None
