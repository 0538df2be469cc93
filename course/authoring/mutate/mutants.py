"""The mutants of an answer: its text after each small slip.

LibCST alone was taken: mutmut's operators over it stand in a module that mutmut offers to nobody, know no
statements and no SQL, and bring six packages; cosmic-ray's need parso and a database of its own.
"""

import ast
import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import dedent
from types import CodeType
from typing import Any

import libcst as cst
from libcst import matchers
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from course.authoring.mutate import expressions, statements, wording
from course.content import catalog, notebook_file

_VALIDATOR = matchers.Name("field_validator") | matchers.Name("model_validator")
_READER = matchers.Call(func=~_VALIDATOR)
_TOLD_MORE = matchers.Name("Annotated") | matchers.Call()
_MINUS_ONE = matchers.UnaryOperation(matchers.Minus(), matchers.Integer("1"))


@dataclass(frozen=True)
class Mutant:
    """The answer to an exercise after one slip; `diff` is the lines that differ, with - or + before each."""

    exercise_id: str
    text: str
    diff: str

    @property
    def key(self) -> str:
        """What an explanation finds it by: the diff without its spacing, so an answer may be moved about."""
        return normal(self.diff)


def normal(diff: str) -> str:
    """A diff without spacing."""
    return "\n".join(" ".join(line.split()) for line in diff.strip().splitlines())


def of_exercise(exercise_id: str) -> list[Mutant]:
    """The mutants of an official answer: of what stands between its markers, for the rest is given."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    marked = notebook_file.answer(lesson.solution_notebook, exercise_id)
    text = notebook_file.without_marks(marked)
    return of_text(exercise_id, text, _asked_for(marked), wording.prose(exercise_id))


def of_text(exercise_id: str, text: str, lines: set[int] | None = None, prose: str = "") -> list[Mutant]:
    """Each text that differs from this one by one slip in these lines (all when None), none of them twice.

    Messages and titles that do not stand in `prose` are the learner's own words, and stay.
    """
    seen, found = {_shape(text)}, []
    # Of two ways to do the same the later one is the smaller change.
    for other in reversed(list(_texts(text, lines, prose))):
        shape = _shape(other)
        if shape and shape not in seen:
            seen.add(shape)
            found.append(Mutant(exercise_id, other, difference(text, other)))
    return _told_apart(found[::-1])


def difference(text: str, other: str) -> str:
    """The lines that differ, without their common indentation; of moved lines also the neighbours."""
    changed = _changed_lines(text, other, 0)
    if Counter(line[1:] for line in changed if line[0] == "-") == Counter(
        line[1:] for line in changed if line[0] == "+"
    ):
        changed = _changed_lines(text, other, 1)
    bare = dedent("\n".join(line[1:] for line in changed)).splitlines()
    return "\n".join(f"{line[0]} {rest}".rstrip() for line, rest in zip(changed, bare, strict=True))


def _changed_lines(text: str, other: str, around: int) -> list[str]:
    lines = list(difflib.unified_diff(text.splitlines(), other.splitlines(), lineterm="", n=around))[2:]
    code = [line for line in lines if line[1:].strip() and not line[1:].lstrip().startswith("#")]
    return [line for line in code if not line.startswith("@@")]


def _told_apart(found: list[Mutant]) -> list[Mutant]:
    """The same slip in the same line at two places of an answer: the second one says so."""
    seen: Counter[str] = Counter()
    named = []
    for each in found:
        seen[each.key] += 1
        place = f"\n@ place {seen[each.key]}" if seen[each.key] > 1 else ""
        named.append(Mutant(each.exercise_id, each.text, each.diff + place))
    return named


def _asked_for(marked: str) -> set[int] | None:
    """The numbers of the lines between the markers, counted without the markers; None without markers."""
    text = re.sub(
        rf"^{notebook_file.BEGIN_STARTER}$.*?^{notebook_file.END_STARTER}$\n?", "", marked, flags=re.M | re.S
    )
    number, inside, found = 0, False, set()
    for line in text.splitlines():
        if line.strip() in (notebook_file.BEGIN, notebook_file.END):
            inside = line.strip() == notebook_file.BEGIN
            continue
        number += 1
        found |= {number} if inside else set()
    return found or None


def _shape(text: str) -> Any:
    """What Python makes of the code: two texts that do the same have one. None when it is no Python."""
    try:
        code = compile(text, "mutant", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return _bare(code)
    except (SyntaxError, ValueError):
        return None


def _bare(code: CodeType) -> tuple[Any, ...]:
    """A code object without its places in the text."""
    constants = (_bare(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    return (code.co_code, code.co_exceptiontable, names, counts, *constants)


def _texts(text: str, lines: set[int] | None, prose: str) -> Iterator[str]:
    wrapper = MetadataWrapper(cst.parse_module(text))
    free = wording.Free(prose)
    wrapper.module.visit(free)
    walk = _Walk(wrapper.resolve(PositionProvider), lines, free.found)
    wrapper.module.visit(walk)
    for old, new in walk.found:
        other = _with(wrapper.module, old, new)
        if other and (lines is None or _touches_only(text, other, lines)):
            yield other


def _inside(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """A string that holds a whole revision file, after one slip in the file."""
    opening = node.prefix + node.quote
    inside = node.value[len(opening) : -len(node.quote)]
    if "def upgrade(" in inside and "\\" not in inside:
        for other in _texts(inside, None, ""):
            if node.quote not in other and _shape(other) not in (None, _shape(inside)):
                yield node.with_changes(value=f"{opening}{other}{node.quote}")


def _with(module: cst.Module, old: cst.CSTNode, new: cst.CSTNode) -> str:
    """The code with one node instead of another; "" where LibCST sees that it would be no Python."""
    try:
        changed = new if isinstance(new, cst.Module) else module.deep_replace(old, new)
    except cst.CSTValidationError:
        return ""
    assert isinstance(changed, cst.Module)
    return changed.code


def _touches_only(text: str, other: str, lines: set[int]) -> bool:
    """Whether nothing differs but lines that the learner writes."""
    matcher = difflib.SequenceMatcher(None, text.splitlines(), other.splitlines(), autojunk=False)
    for kind, start, end, _, _ in matcher.get_opcodes():
        if kind != "equal" and not set(range(start + 1, max(end, start + 1) + 1)) & lines:
            return False
    return True


class _Walk(cst.CSTVisitor):
    """Notes what may stand in the place of each node; of annotations only those that do something."""

    def __init__(
        self, positions: Mapping[cst.CSTNode, CodeRange], lines: set[int] | None, free: set[cst.CSTNode]
    ) -> None:
        super().__init__()
        self._free = free
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._positions, self._lines = positions, lines
        self._around: list[cst.CSTNode] = []
        self._annotations = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if node in self._free or isinstance(node, (cst.Import, cst.ImportFrom)) or self._is_said(node):
            return False
        if isinstance(node, cst.Annotation):
            if not self._annotation_matters(node):
                return False
            self._annotations += 1
        if self._is_asked_for(node):
            self.found += [(node, new) for new in self._slips(node)]
        self._around.append(node)
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if self._around and self._around[-1] is original_node:
            self._around.pop()
            self._annotations -= isinstance(original_node, cst.Annotation)

    def _slips(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if self._annotations and isinstance(node, cst.BinaryOperation):
            yield from (side for side in (node.left, node.right) if not _is_none(side))
            return
        if not self._is_no_value(node):
            alone = isinstance(node, cst.Call) and isinstance(self._around[-1], cst.Expr)
            unmade = getattr(getattr(node, "func", None), "value", None) if alone else None
            found = (new for new in expressions.slips(node) if new is not unmade and not self._is_last(new))
            yield from (new for new in found if self._keeps(node, new))
        yield from statements.slips(node)
        if isinstance(node, cst.SimpleString):
            yield from _inside(node)

    def _is_last(self, new: cst.CSTNode) -> bool:
        """`rows[-1]` for `rows[0]`: nobody slips so, and of one row both are the same."""
        return isinstance(self._around[-1], cst.Index) and matchers.matches(new, _MINUS_ONE)

    def _keeps(self, node: cst.CSTNode, new: cst.CSTNode) -> bool:
        """Whether what the text leaves free is still there."""
        parts: list[Any] = list(getattr(node, "args", getattr(node, "elements", ())))
        kept = {id(each.value) for each in getattr(new, "args", getattr(new, "elements", ()))}
        return type(new) is not type(node) or all(
            id(each.value) in kept for each in parts if each in self._free
        )

    def _is_said(self, node: cst.CSTNode) -> bool:
        """A docstring, or an annotation in quotes."""
        text = isinstance(node, (cst.SimpleString, cst.ConcatenatedString))
        return text and bool(self._around) and isinstance(self._around[-1], (cst.Expr, cst.Annotation))

    def _is_no_value(self, node: cst.CSTNode) -> bool:
        """The name of a keyword argument or of a definition, and several names that are assigned to."""
        above = self._around[-1] if self._around else None
        if isinstance(above, (cst.Arg, cst.Param, cst.FunctionDef, cst.ClassDef)):
            return node in (getattr(above, "keyword", None), getattr(above, "name", None))
        return isinstance(node, cst.Tuple) and node is getattr(above, "target", None)

    def _annotation_matters(self, annotation: cst.Annotation) -> bool:
        """An annotation does something in a class, where a decorator reads it, and where it holds calls."""
        for above in reversed(self._around):
            if isinstance(above, cst.FunctionDef):
                read = any(matchers.matches(each.decorator, _READER) for each in above.decorators)
                read = read and not isinstance(self._around[-1], cst.AnnAssign)
                return read or bool(matchers.findall(annotation, _TOLD_MORE))
            if isinstance(above, cst.ClassDef):
                return True
        return not isinstance(self._around[-1], cst.AnnAssign)

    def _is_asked_for(self, node: cst.CSTNode) -> bool:
        where = self._positions.get(node)
        if where is None or self._lines is None:
            return True
        return bool(self._lines & set(range(where.start.line, where.end.line + 1)))


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
