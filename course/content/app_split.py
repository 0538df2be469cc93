"""`%%app_split PATH`: what one file of the app defines goes to several files, with the imports each needs.

A line of the cell names a file, what goes there, and the docstring of a new file:

    app/services/users.py: user_named, read_profile  # Users.

- Definitions move as they are. What the cell does not name goes with the definition above it.
- A file imports what it uses: what the old file imported, and names that went to another file.
- A path operation of an app that stays elsewhere (`@app.get`) becomes one of the new file's `router`.
- Where other files say `services.read_profile`, they say `users.read_profile` afterwards.
- The old file goes when the cell sends nothing there.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from course.base.errors import CourseError
from course.content import import_block, python_parts
from course.content.import_block import Import
from course.content.python_parts import DOCSTRING, IMPORTS, Part, Place, lines_of

_LINE = re.compile(r"(?P<path>\S+\.py):(?P<names>[\w\s,]+?)(?:#(?P<about>.*))?")
_WIDTH = 88  # columns of an app's file, as its lessons show it
_Edit = tuple[ast.Name, str]


@dataclass(frozen=True)
class Target:
    """A file that takes definitions: its path, the names in order, and the docstring if it is new."""

    path: str
    names: tuple[str, ...]
    about: str

    @property
    def module(self) -> str:
        """The file as imports name it."""
        return _module(self.path)


def targets(path: str, cell: str) -> list[Target]:
    """What the lines of a cell say. Raises CourseError, for the person at the cell."""
    found: list[Target] = []
    for line in filter(str.strip, re.sub(r",\n\s*", ", ", cell).splitlines()):
        read = _LINE.fullmatch(line.strip())
        if not read:
            raise _refused(path, f'the line "{line.strip()}" does not name a file and what goes there')
        names = tuple(name for each in read["names"].split(",") if (name := each.strip()))
        found.append(Target(read["path"], names, (read["about"] or "").strip()))
    named = [name for each in found for name in each.names]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise _refused(path, f"the cell sends {', '.join(twice)} to two files")
    if not found:
        raise _refused(path, "the cell is empty")
    return found


def split(path: str, tree: dict[str, str], cell: str) -> dict[str, str]:
    """The app (path to text) with the definitions of one file moved as the cell says.

    Raises CourseError, a sentence for the person at the cell, when the file or the cell does not fit.
    """
    wanted = targets(path, cell)
    if path not in tree:
        raise _refused(path, "there is no such file")
    if there := [each.path for each in wanted if each.path in tree and each.path != path]:
        raise _refused(path, f"{', '.join(there)} is there already")
    made = dict(_split(path, tree[path], tuple(wanted)))
    moved = {name: each.module for each in wanted for name in _defined(_parts(each.path, made[each.path]))}
    left = {other: text for other, text in tree.items() if other != path}
    return {other: _redirected(other, text, _module(path), moved) for other, text in left.items()} | made


def is_done(path: str, tree: dict[str, str], cell: str) -> bool:
    """Whether all new files are there and nothing of what the cell names is left to move."""
    wanted = [each for each in targets(path, cell) if each.path != path]
    left = _defined(_parts(path, tree.get(path, "")))
    names = {name for each in wanted for name in each.names}
    return all(each.path in tree for each in wanted) and names.isdisjoint(left)


@lru_cache(maxsize=64)
def _split(path: str, text: str, wanted: tuple[Target, ...]) -> tuple[tuple[str, str], ...]:
    """The texts of the files that one file becomes."""
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


def _owners(path: str, code: Sequence[Place], wanted: Sequence[Target]) -> list[Target]:
    """The file of each part: that of its name, else that of the part above, else that of the first below."""
    by_name = {name: target for target in wanted for name in target.names}
    named = [next((by_name[n] for n in place.part.names if n in by_name), None) for place in code]
    if lost := by_name.keys() - {name for place in code for name in place.part.names}:
        raise _refused(path, f"the file does not define {', '.join(sorted(lost))}")
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


def _routed(part: Part, module: str, homes: dict[str, str]) -> Part:
    """A path operation of an app in another file, as one of the router's; any other part as it is."""
    edits: list[_Edit] = []
    for node in part.nodes:
        for decorator in getattr(node, "decorator_list", []):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            owner = called.value if isinstance(called, ast.Attribute) else None
            if isinstance(owner, ast.Name) and homes.get(owner.id, module) != module:
                edits.append((owner, "router"))
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
    nodes = [node for each in ast.parse("\n".join(lines_of(places, 2))).body for node in ast.walk(each)]
    types = [getattr(node, kind, None) for node in nodes for kind in ("annotation", "returns")]
    texts = [node for each in types if each for node in ast.walk(each) if isinstance(node, ast.Constant)]
    words = {word for node in texts for word in re.findall(r"\w+", str(node.value))}
    return words | {node.id for node in nodes if isinstance(node, ast.Name)}


def _router(target: Target) -> list[Place]:
    line = f'router = APIRouter(tags=["{target.module.rpartition(".")[2]}"])'
    return [Place(Part(("router",), (), (line,), (), 0))]


def _redirected(path: str, text: str, old: str, moved: dict[str, str]) -> str:
    """Another file of the app, with what moved found at its new place."""
    if not path.endswith(".py") or old.rpartition(".")[2] not in text:
        return text
    parts = _parts(path, text)
    imports = import_block.read(parts)
    origins = import_block.origins(imports)
    aliases = {called for called, origin in origins.items() if origin == old}
    direct = {
        called: name
        for called, origin in origins.items()
        if (name := origin.removeprefix(f"{old}.")) in moved
    }
    edits = [
        (node.value, moved[node.attr].rpartition(".")[2])
        for part in parts
        for each in part.nodes
        for node in ast.walk(each)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.value.id in aliases and moved.get(node.attr, old) != old
    ]  # fmt: skip
    new = [_import_of(moved[direct[called]], direct[called], called) for called in direct]
    new += [
        _import_of(*_package_and_name(module)) for module in sorted({_full(text, moved) for _, text in edits})
    ]
    return _written_anew(parts, imports, edits, new) if new else text


def _written_anew(parts: list[Part], imports: list[Import], edits: list[_Edit], new: list[Import]) -> str:
    """A file with names exchanged and imports that follow them."""
    places = []
    for number, part in enumerate(parts):
        inside = [edit for edit in edits if part.start < edit[0].lineno <= part.start + len(part.lines)]
        places.append(Place(replace(part, lines=_edited(part.lines, part.start, inside)), stood=number))
    code = [place for place in places if place.part.name != IMPORTS]
    used = _used(code)
    joined = import_block.merged(imports, new)
    gone = {name.id for name, _ in edits} - used
    block = next(place for place in places if place.part.name == IMPORTS)
    below = import_block.comments_below(block.part)
    lines = (*import_block.written(import_block.without(joined, gone)), *below)
    block.part = replace(block.part, lines=lines)
    return "\n".join(lines_of(places, 2)) + "\n"


def _edited(lines: Sequence[str], start: int, edits: Iterable[_Edit]) -> tuple[str, ...]:
    """Lines of a file, the first of which is line `start` from 0, with names exchanged."""
    found = list(lines)
    for node, text in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
        line = found[node.lineno - 1 - start].encode()
        found[node.lineno - 1 - start] = (
            line[: node.col_offset] + text.encode() + line[node.end_col_offset :]
        ).decode()
    return tuple(found)


def _import_of(module: str, name: str, called: str = "") -> Import:
    return Import(module, ((name, called or name),), (), ())


def _package_and_name(module: str) -> tuple[str, str]:
    package, _, name = module.rpartition(".")
    return package, name


def _full(stem: str, moved: dict[str, str]) -> str:
    return next(module for module in moved.values() if module.rpartition(".")[2] == stem)


def _docstring(target: Target) -> Part:
    text = target.about or f"{target.module.rpartition('.')[2].capitalize()}."
    return Part((DOCSTRING,), (), (f'"""{text}"""',), (), 0)


def _defined(parts: Iterable[Part]) -> list[str]:
    return [name for part in parts for name in part.names if name not in (DOCSTRING, IMPORTS)]


def _module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def _parts(path: str, text: str) -> list[Part]:
    try:
        return python_parts.parts(text)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        where = f"line {line} of {path}" if line else path
        raise _refused(path, f"{where} is not valid Python: {getattr(problem, 'msg', problem)}") from None


def _refused(path: str, why: str) -> CourseError:
    return CourseError(
        f"{path} was not split, because {why}. All files are as they were before. "
        "Fix that, then run this cell again."
    )
