"""Which modules of a package import which others, read from their text; nothing is run."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from course.base import syntax

NOW, LATER, TYPES = "now", "later", "types"
Arrow = tuple[str, str]


@dataclass(frozen=True)
class Imports:
    """The modules of a package, and when each arrow (importer, imported) is followed.

    NOW: while the importer is being imported. LATER: inside a function, when it is called. TYPES: only by
    a type checker.
    """

    modules: list[str]
    arrows: dict[Arrow, str]

    @classmethod
    def read(cls, package: str, folder: Path) -> "Imports":
        """The imports inside `folder/package`. Raises SyntaxError for a module that is not valid Python."""
        files = {_name(path, folder): path for path in sorted((folder / package).rglob("*.py"))}
        trees = {
            name: syntax.tree(path.read_text(encoding="utf-8"), str(path)) for name, path in files.items()
        }
        arrows: dict[Arrow, str] = {}
        for name, tree in trees.items():
            own = name if files[name].name == "__init__.py" else name.rpartition(".")[0]
            for wanted, when in _wanted(tree, own, NOW):
                end = _module(wanted, trees)
                if end and end != name and arrows.get((name, end)) != NOW:
                    arrows[name, end] = when
        used = {name for arrow in arrows for name in arrow}
        shown = [name for name in trees if files[name].name != "__init__.py" or name in used]
        return cls(shown, arrows)

    @property
    def cycles(self) -> list[list[str]]:
        """Modules that import each other while being imported: one shortest round for each group of them."""
        now: dict[str, list[str]] = {name: [] for name in self.modules}
        for (start, end), when in self.arrows.items():
            if when == NOW:
                now[start].append(end)
        found: list[list[str]] = []
        for name in self.modules:
            if not any(
                name in one or _reaches(now, name, one[0]) and _reaches(now, one[0], name) for one in found
            ):
                found += [round_trip] if (round_trip := _round(now, name)) else []
        return found


def reached(texts: Mapping[str, str], start: Iterable[str]) -> set[str]:
    """Files (path to text), and all that they import among these files, directly or not.

    Raises SyntaxError for one that is not valid Python.
    """
    files = {_name(Path(path), Path()): path for path in texts if path.endswith(".py")}
    todo = list(start)
    for path in todo:
        package = path.rpartition("/")[0].replace("/", ".")
        for wanted, _ in _wanted(syntax.tree(texts[path], path), package, NOW):
            names = wanted.split(".")
            above = (".".join(names[: size + 1]) for size in range(len(names)))  # packages are run too
            todo += [files[name] for name in above if name in files and files[name] not in todo]
    return set(todo)


def _name(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _wanted(tree: ast.AST, package: str, when: str) -> Iterator[tuple[str, str]]:
    """What the imports in a tree name, and when each runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((f"{start}.{alias.name}", when) for alias in node.names)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for inner in node.body:
                yield from _wanted(ast.Module([inner], []), package, TYPES)
            for inner in node.orelse:
                yield from _wanted(ast.Module([inner], []), package, when)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from _wanted(node, package, LATER if when == NOW else when)
        else:
            yield from _wanted(node, package, when)


def _module(wanted: str, known: Mapping[str, object]) -> str:
    """The module of the package that a dotted name leads to: itself, or the one that holds it; else ""."""
    while wanted and wanted not in known:
        wanted = wanted.rpartition(".")[0]
    return wanted


def _round(now: dict[str, list[str]], start: str) -> list[str]:
    """The shortest way from a module back to it, without its end; [] when there is none."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:
        for end in sorted(now[way[-1]]):
            if end == start:
                return way
            if end not in seen:
                seen.add(end)
                ways.append([*way, end])
    return []


def _reaches(now: dict[str, list[str]], start: str, goal: str) -> bool:
    todo, seen = [start], {start}
    for name in todo:
        new = [end for end in now[name] if end not in seen]
        seen.update(new)
        todo += new
    return goal in seen
