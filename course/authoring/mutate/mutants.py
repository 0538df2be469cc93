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

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from course.authoring.mutate import expressions, statements
from course.content import catalog, notebook_file


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
    return of_text(exercise_id, notebook_file.without_marks(marked), _asked_for(marked))


def of_text(exercise_id: str, text: str, lines: set[int] | None = None) -> list[Mutant]:
    """Each text that differs from this one by one slip in these lines (all when None), none of them twice."""
    seen, found = {_shape(text)}, []
    for other in _texts(text, lines):
        shape = _shape(other)
        if shape and shape not in seen:
            seen.add(shape)
            found.append(Mutant(exercise_id, other, difference(text, other)))
    return _told_apart(found)


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
    return [line for line in lines if not line.startswith("@@") and line[1:].strip()]


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


def _shape(text: str) -> str:
    """The code without comments and spacing; "" when it is no Python."""
    try:
        compile(text, "mutant", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return ""


def _texts(text: str, lines: set[int] | None) -> Iterator[str]:
    wrapper = MetadataWrapper(cst.parse_module(text))
    walk = _Walk(wrapper.resolve(PositionProvider), lines)
    wrapper.module.visit(walk)
    for old, new in walk.found:
        other = _with(wrapper.module, old, new)
        if other and (lines is None or _touches_only(text, other, lines)):
            yield other


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

    def __init__(self, positions: Mapping[cst.CSTNode, CodeRange], lines: set[int] | None) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._positions, self._lines = positions, lines
        self._around: list[cst.CSTNode] = []
        self._annotations = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, (cst.Import, cst.ImportFrom)) or _is_docstring(node, self._around):
            return False
        if isinstance(node, cst.Annotation):
            if not self._annotation_matters():
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
        if isinstance(node, cst.Call) and isinstance(self._around[-1], cst.Expr):
            yield from (
                new for new in expressions.slips(node) if new is not getattr(node.func, "value", None)
            )
        elif not self._is_no_value(node):
            yield from expressions.slips(node)
        yield from statements.slips(node)

    def _is_no_value(self, node: cst.CSTNode) -> bool:
        """The name of a keyword argument or of a definition, and several names that are assigned to."""
        above = self._around[-1] if self._around else None
        if isinstance(above, (cst.Arg, cst.Param, cst.FunctionDef, cst.ClassDef)):
            return node in (getattr(above, "keyword", None), getattr(above, "name", None))
        return isinstance(node, cst.Tuple) and node is getattr(above, "target", None)

    def _annotation_matters(self) -> bool:
        """An annotation does something in a class, and where a decorator reads it."""
        for above in reversed(self._around):
            if isinstance(above, cst.FunctionDef):
                return bool(above.decorators) and not isinstance(self._around[-1], cst.AnnAssign)
            if isinstance(above, cst.ClassDef):
                return True
        return isinstance(self._around[-1], cst.AnnAssign) is False

    def _is_asked_for(self, node: cst.CSTNode) -> bool:
        where = self._positions.get(node)
        if where is None or self._lines is None:
            return True
        return bool(self._lines & set(range(where.start.line, where.end.line + 1)))


def _is_docstring(node: cst.CSTNode, around: list[cst.CSTNode]) -> bool:
    alone = bool(around) and isinstance(around[-1], cst.Expr)
    return alone and isinstance(node, (cst.SimpleString, cst.ConcatenatedString))


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"
