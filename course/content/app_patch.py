"""`%%app PATH patch`: a cell that holds only what is new or different is spliced into the file that stands.

The cell is Python and is read so, at the top level of the file and inside a class alike:

- A function, class or assignment takes the place of the one of its name, with its decorators and the comments
  right above it. Neighbours of one name (a property and its setter) count as one. A call has no name and is
  known by its text, an `if` by its condition (`if TYPE_CHECKING:`); a docstring takes the docstring's place.
- One that is new goes below the one that the cell shows above it; else above the one that it shows below;
  else to the end. If the cell shows two in another order than the file, the order of the cell counts.
- `...` stands for what stays. A class whose body holds a line `...` keeps all members that the cell does not
  show; a function whose body is `...` keeps its body. So `def read(…): ...` with the first line that stands
  changes nothing, and says where its neighbours go. Comments above are kept too where the cell shows none.
- `del name` removes; in a class, below `...`, a member.
- Imports join the block, which stays sorted. One that calls something else by the name of a standing import
  replaces it. A standing import goes when the cell took away the last thing that used it.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from course.base.errors import CourseError
from course.content import import_block, late_imports, python_parts, text_patch
from course.content.import_block import Import
from course.content.python_parts import DOCSTRING, IMPORTS, Part, Place, lines_of

_HEAD, _IMPORT = "the first line of {}", "the import of {}"
_TOP = (DOCSTRING, IMPORTS, "if TYPE_CHECKING")  # these stand first, in this order


@dataclass(frozen=True)
class Spliced:
    """A file with a patch put in; `replaced`: what stood there and no longer does, by name ("Post.title")."""

    text: str
    replaced: dict[str, str]


@lru_cache(maxsize=1024)
def splice(path: str, text: str, patch: str, *, again: bool = False) -> Spliced:
    """The text of a file with a patch put in; `again`: what the patch removes may be gone already.

    Raises CourseError, a sentence for the person at the cell, when a Python file or its patch is not Python, or
    the patch does not fit the file. `path` is for that sentence.
    """
    if not path.endswith(".py"):
        return Spliced(text_patch.put(path, text, patch), {})
    standing = _parts(path, text, "the file as it stands", 0, "Fix the file, then run this cell again")
    shown = _parts(path, patch, "the cell", 1, "Fix the cell and run it again")
    work = _Splice(path, again, import_block.read(standing), import_block.read(shown))
    places = work.level(standing, shown, "")
    try:
        work.join_imports(places)
    except SyntaxError as problem:
        todo = f"Indent the file as the cell is, or write the whole file with %%app {path}"
        raise _refused(path, f"file and cell do not fit together: {problem.msg}", todo) from None
    return Spliced("\n".join(lines_of(places, 2)) + "\n", work.replaced)


def definitions(text: str) -> dict[str, str]:
    """The text of all that a patch can replace in a file, by the names of `Spliced.replaced`.

    Raises SyntaxError or ValueError when the file is not Python.
    """
    parts = python_parts.parts(text)
    origins = import_block.origins(import_block.read(parts))
    return _definitions(parts, "") | {_IMPORT.format(name): origin for name, origin in origins.items()}


class _Splice:
    """One patch put into one file: it notes what it replaces."""

    def __init__(self, path: str, again: bool, imports: list[Import], new_imports: list[Import]) -> None:
        self._path, self._again = path, again
        self._imports, self._new_imports = imports, new_imports
        self._dropped: set[str] = set()
        self.replaced: dict[str, str] = {}

    def level(self, standing: Sequence[Part], shown: Sequence[Part], inside: str) -> list[Place]:
        """The parts of the file, or of the class that `inside` names, with those that the cell shows."""
        places = [Place(part, stood=number) for number, part in enumerate(standing)]
        wanted = []
        for number, part in enumerate(shown):
            if part.nodes and isinstance(part.nodes[0], ast.Delete):
                self._remove(places, part.nodes[0], inside)
            elif not (part.nodes and python_parts.is_ellipsis(part.nodes[0])):
                self._refuse_nameless(part)
                wanted.append(Place(part, shown=number, gap=part.gap))
        for each in (one for one in wanted if one.part.name in _TOP):
            self._put_on_top(places, each, inside)
        self._put(places, [one for one in wanted if one.part.name not in _TOP], inside)
        return places

    def join_imports(self, places: list[Place]) -> None:
        """Join the imports of the cell to those of the file, and take out what nothing uses any more."""
        place = next((each for each in places if each.part.name == IMPORTS), None)
        if place is None:
            return
        self._new_imports = late_imports.placed(places, self._imports, self._new_imports)
        words = set(re.findall(r"\w+", " ".join(self.replaced.values())))
        asked = import_block.names(self._imports) - import_block.names(self._new_imports)
        asked = {name for name in asked if name.split(".")[0] in words}
        for each in (each for each in places if each is not place):
            if any(name.split(".")[0] in each.part.text for name in asked):  # reading code takes longer
                used = import_block.used(each.nodes)
                asked = {name for name in asked if name.split(".")[0] not in used}
        self._dropped |= asked
        joined = import_block.merged(self._imports, self._new_imports)
        before, after = import_block.origins(self._imports), import_block.origins(joined)
        for name in (name for name in before if after[name] != before[name]):
            self.replaced[_IMPORT.format(name)] = before[name]
        joined = import_block.without(joined, self._dropped)
        if joined != self._imports:
            lines = (*import_block.written(joined), *import_block.comments_below(place.part))
            place.part = replace(place.part, lines=lines)
        if not place.part.lines:
            places.remove(place)

    def _put_on_top(self, places: list[Place], new: Place, inside: str) -> None:
        at = self._find(places, new.part)
        if at is None:
            above = _TOP[: _TOP.index(new.part.name)]
            at = 1 + max((n for n, each in enumerate(places) if each.part.name in above), default=-1)
            places.insert(at, new)
        elif new.part.name == IMPORTS and not inside:  # those are joined at the end
            places[at].shown, places[at].gap = new.shown, new.gap
        else:
            self._replace(places[at], new, inside)

    def _put(self, places: list[Place], wanted: list[Place], inside: str) -> None:
        above: Place | None = None
        waiting: list[Place] = []
        for new in wanted:
            at = self._find(places, new.part)
            if at is None:
                self._refuse_nothing_to_keep(new.part, inside)
                if above:
                    places.insert(places.index(above) + 1, new)
                    above = new
                else:
                    waiting.append(new)
                continue
            self._replace(places[at], new, inside)
            here, below = places[at], places.index(above) if above else -1
            if at < below:
                places.insert(below, places.pop(at))
            places[at:at], waiting, above = waiting, [], here
        places += waiting

    def _find(self, places: list[Place], part: Part) -> int | None:
        """Where the part of the same names stands; None when none of its names is taken."""
        found = [n for n, each in enumerate(places) if set(each.part.names) & set(part.names)]
        if len(found) > 1 or (found and set(places[found[0]].part.names) != set(part.names)):
            there = " and in ".join(f"line {places[n].part.line}" for n in found)
            raise self._refused(f"one definition of {part.name} was expected, and the file has it in {there}")
        return found[0] if found else None

    def _replace(self, place: Place, new: Place, inside: str) -> None:
        name = inside + new.part.name
        place.shown, place.gap = new.shown, new.gap
        if _keeps_body(new.part):
            place.part = self._within(place.part, new.part, name)
            return
        if place.part.lines != new.part.lines:
            self.replaced[name] = place.part.text
        place.part = replace(new.part, gap=place.part.gap)

    def _within(self, old: Part, new: Part, name: str) -> Part:
        """A class or function of which the cell shows only its head and some members."""
        theirs, ours = python_parts.block(old), python_parts.block(new)
        if theirs is None or ours is None or type(old.nodes[0]) is not type(new.nodes[0]):
            raise self._refused(f"{name} with its `...` is something else in the file")
        head = ours.head if new.comments else (*old.lines[: old.comments], *ours.head)
        shown = () if ours.one_line else ours.body
        if head != theirs.head:
            self.replaced[_HEAD.format(name)] = "\n".join(theirs.head)
        if theirs.one_line:
            if head != theirs.head or len(shown) > 1:
                raise self._refused(f"the file has {name} in one line")
            return old
        places = self.level(theirs.body, shown, f"{name}.")
        if not any(place.part.nodes for place in places):
            raise self._refused(f"nothing would be left in {name}")
        return replace(old, lines=(*head, *lines_of(places, 1)))

    def _remove(self, places: list[Place], node: ast.Delete, inside: str) -> None:
        gone = {ast.unparse(target) for target in node.targets}
        left = set(gone)
        for place in [each for each in places if gone.issuperset(each.part.names) and each.part.names]:
            self.replaced[inside + place.part.name] = place.part.text
            left -= set(place.part.names)
            for below in places[places.index(place) + 1 :][:1]:
                if len(place.part.gap) == 1:  # it parts two groups; two set a definition apart
                    below.part = replace(below.part, gap=below.part.gap or place.part.gap)
            places.remove(place)
        if not inside:
            imported = left & import_block.names(self._imports)
            self._dropped |= imported - import_block.names(self._new_imports)
            left -= imported
            left -= late_imports.without(places, left)
        if left and not self._again:
            raise self._refused(f"the file does not define {', '.join(sorted(left))}, which the cell removes")

    def _refuse_nothing_to_keep(self, part: Part, inside: str) -> None:
        if _keeps_body(part):
            raise self._refused(
                f"the file has no {inside}{part.name}, and `...` in the cell stands for what it holds there",
                "Put it back into the file, or fix the cell",
            )

    def _refuse_nameless(self, part: Part) -> None:
        line = part.start + part.comments + 2  # the line %%app counts too
        if not part.nodes:
            why = f"the comment above line {line} of the cell stands alone, so nothing says where it goes"
            raise self._refused(why, "Write it right above a definition")
        if not part.names and isinstance(part.nodes[0], (ast.Import, ast.ImportFrom)):
            raise self._refused(
                f"the import in line {line} of the cell does not stand with the others, on top"
            )
        if not part.names:
            why = f"line {line} of the cell (`{part.lines[part.comments].strip()}`) defines nothing"
            todo = "A patch holds definitions, assignments, imports, calls and `del`. Fix the cell"
            raise self._refused(why, todo)

    def _refused(self, why: str, todo: str = "Fix the cell") -> CourseError:
        return _refused(self._path, why, f"{todo}, or write the whole file with %%app {self._path}")


def _keeps_body(part: Part) -> bool:
    """Whether the cell shows only some of a class or function, and `...` for what stays."""
    block = python_parts.block(part)
    if block is None:
        return False
    nodes = [node for each in block.body for node in each.nodes if each.name != DOCSTRING]
    some = any(map(python_parts.is_ellipsis, nodes))
    return some and (isinstance(part.nodes[0], ast.ClassDef) or len(nodes) == 1)


def _definitions(parts: Iterable[Part], inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        name = inside + part.name
        if part.names:
            found[name] = part.text
        if block := python_parts.block(part):
            found[_HEAD.format(name)] = "\n".join(block.head)
            found |= _definitions(block.body, f"{name}.")
    return found


def _parts(path: str, text: str, what: str, above: int, todo: str) -> list[Part]:
    """The parts of a text; `above`: lines over it that the reader sees. Raises CourseError."""
    try:
        return python_parts.parts(text)
    except (SyntaxError, ValueError) as problem:
        line = getattr(problem, "lineno", None)
        where = f"line {line + above} of {what}" if line else what
        shown = (getattr(problem, "text", "") or "").strip()
        shown = f" (`{shown}`)" if shown else ""
        reason = getattr(problem, "msg", problem)
        raise _refused(path, f"{where} is not valid Python: {reason}{shown}", todo) from None


def _refused(path: str, why: str, todo: str) -> CourseError:
    return CourseError(f"{path} was not patched, because {why}. The file is as it was before. {todo}.")
