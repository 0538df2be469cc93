"""The modules of a package and who imports whom."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.mermaid import Flowchart, Picture, box
from course.postboard.import_graph import LATER, NOW, TYPES, Arrow, Imports

MOST_MODULES = 12  # modules with a box of their own
_SAID = {NOW: "", LATER: "inside a function", TYPES: "for types only"}


@dataclass(frozen=True)
class ImportsPicture(Picture):
    """The picture; `arrows`: (importer, imported) pairs; `cycles`: each a list of modules in a circle."""

    arrows: list[Arrow]
    cycles: list[list[str]]


def imports(package: str = "app", folder: Path | str | None = None) -> ImportsPicture:
    """Who imports whom among a package's own modules; an arrow leads from the importer to the imported.

    `folder`: what the package lies in; without it, the page's app. The files are read, never run. Red, dashed
    and with a cross: imports in a circle. Dotted: an import inside a function, or for types only. In a large
    package the modules of a subpackage are one box, except those in a circle; the text names each of them.
    Raises CourseError when there is no such package, or a module is not valid Python.
    """
    found = _read(package, folder)
    cycles = found.cycles
    rounds = {pair for one in cycles for pair in zip(one, [*one[1:], one[0]], strict=True)}
    nodes = {name: f"m{at}" for at, name in enumerate(found.modules)}
    groups = _grouped(found, package)
    folded = _folded(found, groups, rounds)
    chart = Flowchart("TB", f"The imports inside {package}", nodeSpacing=26, rankSpacing=46, padding=8)
    _draw(chart, groups, nodes, folded, package)
    arrows = _few(found, nodes, folded, rounds) if folded else _arrows(found, nodes, groups, rounds)
    bad = []
    for at, parts in enumerate(arrows):
        chart.add(*parts)
        bad += [str(at)] if "✗" in parts[1] else []
    if bad:
        chart.add("linkStyle", ",".join(bad), "stroke:#d33,stroke-width:3px,stroke-dasharray:6 4")
    return ImportsPicture(str(chart), _text(found, cycles), sorted(found.arrows), cycles)


def _read(package: str, folder: Path | str | None) -> Imports:
    from course.postboard import page_app

    where = Path(folder) if folder is not None else page_app.current()
    if not (where / package).is_dir():
        raise CourseError(f"There is no package {package} here: no folder of that name with modules in it.")
    try:
        return Imports.read(package, where)
    except SyntaxError as problem:
        name = Path(problem.filename or "").name
        raise CourseError(f"{name}, line {problem.lineno}, is not valid Python: {problem.msg}.") from None


def _grouped(found: Imports, package: str) -> dict[str, list[str]]:
    """The modules by the subpackage that they stand in; "" for those in the package itself."""
    groups: dict[str, list[str]] = {}
    for name in found.modules:
        groups.setdefault(_group(name, found.modules, package), []).append(name)
    return groups


def _frame(group: str) -> str:
    return f"g_{group.replace('.', '_')}"


def _folded(found: Imports, groups: dict[str, list[str]], rounds: set[Arrow]) -> dict[str, str]:
    """The box of each module that has none of its own, because the package has too many modules."""
    if len(found.modules) <= MOST_MODULES:
        return {}
    alone = {name for pair in rounds for name in pair}
    return {
        name: f"f_{group.replace('.', '_')}"
        for group, names in groups.items()
        if group and len(set(names) - alone) > 1
        for name in names
        if name not in alone
    }


def _draw(
    chart: Flowchart,
    groups: dict[str, list[str]],
    nodes: dict[str, str],
    folded: dict[str, str],
    package: str,
) -> None:
    for group, names in groups.items():
        together = [name for name in names if name in folded]
        if together == names:
            chart.add(box(folded[names[0]], group, f"{len(names)} modules"))
            continue
        with chart.group(_frame(group), group) if group else nullcontext():
            for name in [name for name in names if name not in folded]:
                chart.add(box(nodes[name], _short(name, group, package)))
            if together:
                chart.add(box(folded[together[0]], f"{len(together)} others"))


def _few(
    found: Imports, nodes: dict[str, str], folded: dict[str, str], rounds: set[Arrow]
) -> Iterator[tuple[str, str, str]]:
    """The arrows between boxes that stand for several modules: one for all that lead the same way."""
    places = nodes | folded
    ways: dict[tuple[str, str], set[str]] = {}
    for (start, end), when in found.arrows.items():
        if (start, end) not in rounds and places[start] != places[end]:
            ways.setdefault((places[start], places[end]), set()).add(when)
    for (one, other), times in ways.items():
        yield one, "-->" if NOW in times else "-.->", other
    for start, end in sorted(rounds):
        yield nodes[start], "-->|✗|", nodes[end]


def _group(name: str, modules: list[str], package: str) -> str:
    """The subpackage that a module stands in, without the package's own name; "" for none."""
    inner = name.removeprefix(package).removeprefix(".")
    is_package = any(other.startswith(f"{name}.") for other in modules)
    return inner if is_package and inner else inner.rpartition(".")[0]


def _short(name: str, group: str, package: str) -> str:
    inner = name.removeprefix(package).removeprefix(".")
    if inner == group:
        return "__init__"
    return inner.removeprefix(f"{group}.") if group else inner


def _arrows(
    found: Imports, nodes: dict[str, str], groups: dict[str, list[str]], rounds: set[Arrow]
) -> Iterator[tuple[str, str, str]]:
    """The arrows; one from (or to) a frame stands for the same one from (or to) each module in it."""
    left = {pair: when for pair, when in found.arrows.items() if pair not in rounds}
    for group, names in groups.items():
        if group and len(names) > 1:
            for other in [name for name in found.modules if name not in names]:
                for pairs in ([(name, other) for name in names], [(other, name) for name in names]):
                    if all(left.get(pair) == NOW for pair in pairs):
                        ends = (_frame(group), nodes[other])
                        start, end = ends if pairs[0][1] == other else ends[::-1]
                        yield start, "-->", end
                        left = {pair: when for pair, when in left.items() if pair not in pairs}
    for (start, end), when in left.items():
        yield nodes[start], "-->" if when == NOW else "-.->", nodes[end]
    for start, end in sorted(rounds):
        yield nodes[start], "-->|✗|", nodes[end]


def _text(found: Imports, cycles: list[list[str]]) -> str:
    rows = []
    for name in found.modules:
        ends = [
            end + (f" ({_SAID[when]})" if _SAID[when] else "")
            for (start, end), when in found.arrows.items()
            if start == name
        ]
        rows.append((name, "→ " + ", ".join(ends) if ends else "imports nothing of its own package"))
    lines = [columns(rows)] if rows else ["no modules"]
    lines += [f"✗ a circle: {' → '.join([*one, one[0]])}" for one in cycles]
    return "\n".join(lines)
