"""A Python text cut into parts that have names: what `%%app PATH patch` adds, replaces and removes.

A part is a run of whole lines, so the text of a part that nobody touches stays byte for byte. LibCST was
considered: it can do the same, at the price of one more package for every learner.
"""

import ast
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from course.base import syntax

DOCSTRING, IMPORTS = "the docstring", "the imports"
Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Part:
    """A statement, or neighbours of one name, with the comments right above it.

    `names` is empty for a statement that has none. `gap` holds the blank lines above. `start` is the place of
    the first of its `lines` in the text, from 0. A comment that stands alone is a part without `nodes`.
    """

    names: tuple[str, ...]
    gap: tuple[str, ...]
    lines: tuple[str, ...]
    nodes: tuple[ast.stmt, ...]
    start: int

    @property
    def name(self) -> str:
        """Its names in one text."""
        return ", ".join(self.names)

    @property
    def line(self) -> int:
        """The number of its statement's line, decorators included, as editors count."""
        return self.start + self.comments + 1

    @property
    def text(self) -> str:
        """Its lines, without a line end after the last."""
        return "\n".join(self.lines)

    @property
    def comments(self) -> int:
        """How many lines of comments it begins with."""
        return _first_line(self.nodes[0]) - self.start if self.nodes else len(self.lines)

    @property
    def is_definition(self) -> bool:
        """Whether it is a function or a class: what blank lines set apart."""
        return bool(self.nodes) and isinstance(self.nodes[-1], Definition)


@dataclass(frozen=True)
class Block:
    """A class or a function taken apart: `head` (comments, decorators, `class …:`) and the parts of its body.

    `one_line`: the body stands in the last line of the head, which then ends before it.
    """

    head: tuple[str, ...]
    body: tuple[Part, ...]
    one_line: bool


@dataclass(eq=False)
class Place:
    """A part in the file that a patch makes: its number in the old file; its number and gap in the cell."""

    part: Part
    stood: int | None = None
    shown: int | None = None
    gap: tuple[str, ...] = ()

    @property
    def nodes(self) -> Sequence[ast.stmt]:
        """Its statements as they are now: those of a class of which the cell shows some are read again."""
        mixed = self.stood is not None and self.shown is not None and self.part.name != IMPORTS
        return _read(self.part.text) if mixed else self.part.nodes


def parts(text: str) -> list[Part]:
    """The parts of a module, in order; the first run of imports is one. Raises SyntaxError, ValueError."""
    lines = text.rstrip("\n").split("\n") if text.strip() else []
    return _cut(_read(text), lines, 0)


def block(part: Part) -> Block | None:
    """The head and the body of a part that is one class or one function; None for other parts."""
    node = part.nodes[0] if len(part.nodes) == 1 else None
    if not isinstance(node, Definition):
        return None
    first = _first_line(node.body[0]) - part.start
    before_body = part.lines[first].encode()[: node.body[0].col_offset].decode().rstrip()
    if before_body:
        behind = Part((), (), (), tuple(node.body), part.start + first)
        return Block((*part.lines[:first], before_body), (behind,), one_line=True)
    while not part.lines[first - 1].strip() or part.lines[first - 1].lstrip().startswith("#"):
        first -= 1
    parts = _cut(node.body, part.lines[first:], part.start + first)
    return Block(part.lines[:first], tuple(parts), one_line=False)


def is_ellipsis(node: ast.stmt) -> bool:
    """Whether a statement is `...`."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is ...


def lines_of(places: Sequence[Place], apart: int) -> list[str]:
    """The text of some parts; `apart`: the blank lines that set definitions apart here."""
    lines: list[str] = []
    for above, place in zip([None, *places], places, strict=False):
        lines += [*_gap(above, place, apart), *place.part.lines]
    return lines


def _gap(above: Place | None, place: Place, apart: int) -> Sequence[str]:
    """The blank lines between two: those of the cell between its neighbours, else those of the file."""
    if above is None:
        return place.part.gap if place.stood == 0 else ()
    on_top = above.part.name in (DOCSTRING, IMPORTS)
    if _follows(above.shown, place.shown) and not on_top:
        return place.gap
    if _follows(above.stood, place.stood):
        return place.part.gap
    if above.part.is_definition or place.part.is_definition:
        return [""] * apart
    if on_top:
        return [""]
    return place.part.gap or [""] * (place.stood is None and apart > 1)


def _follows(one: int | None, other: int | None) -> bool:
    return one is not None and other == one + 1


def _read(text: str) -> list[ast.stmt]:
    """The statements of a text; what Python warns of in it is for whoever runs it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return syntax.tree(text).body


def _cut(body: Sequence[ast.stmt], lines: Sequence[str], start: int) -> list[Part]:
    """Cut lines into parts; `start` is the place of the first of them in the text that `body` comes from."""
    found: list[Part] = []
    at = 0
    for place, node in enumerate(body):
        first, last = _first_line(node) - start, (node.end_lineno or node.lineno) - start
        names = (DOCSTRING,) if not place and _is_text(node) else _names(node)
        if first < at:  # a second statement in the same line
            second = Part(names, (), tuple(lines[at:last]), (node,), start + at)
            found[-1] = _joined(found[-1], second, tuple(dict.fromkeys((*found[-1].names, *names))))
            at = max(at, last)
            continue
        at = _claim(found, lines, at, first, node.col_offset)
        own = _back(lines, first, at, blank=False)
        gap = _back(lines, own, at, blank=True)
        found += _loose(lines[at:gap], start + at)
        _add(found, Part(names, tuple(lines[gap:own]), tuple(lines[own:last]), (node,), start + own))
        at = last
    at = _claim(found, lines, at, len(lines), body[0].col_offset if body else 0)
    return [*found, *_loose(lines[at:], start + at)]


def _claim(found: list[Part], lines: Sequence[str], at: int, stop: int, indent: int) -> int:
    """Give comments that belong to the statement above them to its part: where the rest begins."""
    if not found:
        return at
    end = at
    for place in range(at, stop):
        line = lines[place]
        if line.strip() and len(line) - len(line.lstrip()) > indent:
            end = place + 1
    below = end
    while below < stop and lines[below].strip():
        below += 1
    if below < stop or stop == len(lines):  # else they stand right above the next statement too
        end = below
    if end > at:
        found[-1] = replace(found[-1], lines=(*found[-1].lines, *lines[at:end]))
    return end


def _back(lines: Sequence[str], at: int, stop: int, *, blank: bool) -> int:
    """The place of the first of the lines above `at` that are all blank, or all not."""
    while at > stop and (not lines[at - 1].strip()) == blank:
        at -= 1
    return at


def _loose(lines: Sequence[str], start: int) -> list[Part]:
    """The comments that stand alone among some lines."""
    found: list[Part] = []
    at = 0
    while any(line.strip() for line in lines[at:]):
        first = next(place for place in range(at, len(lines)) if lines[place].strip())
        end = first + len(list(takewhile(str.strip, lines[first:])))
        found.append(Part((), tuple(lines[at:first]), tuple(lines[first:end]), (), start + first))
        at = end
    return found


def _add(found: list[Part], part: Part) -> None:
    """Add a part, or join it to the one above: imports are one part, so are neighbours of one name."""
    above = found[-1] if found else None
    if part.names == (IMPORTS,):
        places = [place for place, each in enumerate(found) if each.names == (IMPORTS,)]
        if places and not any(each.nodes for each in found[places[0] + 1 :]):
            for between in found[places[0] + 1 :]:
                found[places[0]] = _joined(found[places[0]], between, (IMPORTS,))
            del found[places[0] + 1 :]
            found[-1] = _joined(found[-1], part, (IMPORTS,))
        else:
            found.append(replace(part, names=()) if places else part)
    elif above and part.names and above.names == part.names:
        found[-1] = _joined(above, part, part.names)
    else:
        found.append(part)


def _joined(above: Part, below: Part, names: tuple[str, ...]) -> Part:
    lines = (*above.lines, *below.gap, *below.lines)
    return Part(names, above.gap, lines, (*above.nodes, *below.nodes), above.start)


def _first_line(node: ast.stmt) -> int:
    """The place of the first line of a statement, its decorators included, from 0."""
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) - 1


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def _names(node: ast.stmt) -> tuple[str, ...]:
    """What a statement is known by: what it defines; a call, by its text; an `if`, by its condition."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return (IMPORTS,)
    if isinstance(node, Definition):
        return (node.name,)
    if isinstance(node, ast.Assign):
        return tuple(name for target in node.targets for name in _targets(target))
    if isinstance(node, ast.AnnAssign):
        return (ast.unparse(node.target),)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return (ast.unparse(node),)
    if isinstance(node, ast.If):
        return (f"if {ast.unparse(node.test)}",)
    alias = getattr(node, "name", None)  # `type Name = …`, new in Python 3.12
    return (alias.id,) if isinstance(alias, ast.Name) else ()


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, (ast.Tuple, ast.List)):
        for each in target.elts:
            yield from _targets(each)
    else:
        yield ast.unparse(target)
