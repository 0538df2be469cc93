"""`%app_async PATH …`: what waits for the database in the app waits on the event loop afterwards.

    %app_async app/services app/routers

- A function waits when it calls what a session sends to the database, or another function that waits,
  in any file of the app. It becomes `async def`, and each of these calls is awaited.
- `with SessionFactory()` becomes `async with`, and a parameter that is a `Session` is an `AsyncSession`.
- What is too long afterwards is broken as ruff would break it.
- Everything else stays: what takes the processor's time, generators and lambdas are for a person.

LibCST reads and writes the code: unlike `ast`, it keeps comments and spelling. unasync was considered; it
only goes the other way.
"""

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from io import StringIO
from itertools import pairwise
from typing import Any

import libcst as cst
from libcst import matchers as m
from libcst.helpers import get_full_name_for_node

from course.base.errors import CourseError
from course.content.async_variants import SENDS
from course.content.split_cell import module

_WIDTH = 88  # columns of an app's file, as its lessons show it
_SESSION = "session"
_IO = "what a session sends"
_IMPORT = re.compile(r"^from sqlalchemy\.orm import (.*\bSession\b.*)$", re.MULTILINE)
# (await call(  … over several lines … )).one()
_OPEN_AWAIT = re.compile(r"(?P<indent> *)(?P<before>.*)\(await (?P<call>.*[(\[{])")
_ASYNC = "from sqlalchemy.ext.asyncio import AsyncSession\n"


def convert(tree: dict[str, str], wanted: Iterable[str]) -> dict[str, str]:
    """The app (path to text) with the files and folders `wanted` converted; others are only read.

    Raises CourseError when one of them is not there, or is not Python.
    """
    given = {path: _read(path, text) for path, text in tree.items() if path.endswith(".py")}
    chosen = {path for each in wanted for path in _below(each, given)}
    waiting = _waiting(given, chosen)
    made = {path: _converted(given[path], waiting) for path in chosen}
    return tree | {path: text for path, text in made.items() if text is not None}


def _below(wanted: str, given: dict[str, "_File"]) -> list[str]:
    found = [path for path in given if path == wanted or path.startswith(f"{wanted}/")]
    if not found:
        raise CourseError(
            f"Nothing was converted, because the app has no Python file {wanted}. "
            "Write paths of files or folders of the app, as in: %app_async app/services"
        )
    return found


def _waiting(given: dict[str, "_File"], chosen: set[str]) -> set[str]:
    """The dotted names of all functions that wait: those that are async, and those that have to be."""
    found = {name for file in given.values() for name in file.coroutines}
    calls = [(name, made) for path in chosen for name, made in given[path].calls.items()]
    while new := {name for name, made in calls if name not in found and made & (found | {_IO})}:
        found |= new
    return found


@lru_cache(maxsize=256)
def _read(path: str, text: str) -> "_File":
    try:
        return _File(path, text)
    except cst.ParserSyntaxError as problem:
        raise CourseError(
            f"Nothing was converted, because {path} is not Python: line {problem.editor_line}. "
            "Fix it, then run this cell again."
        ) from None


class _File(cst.CSTVisitor):
    """One file: what its names stand for, and what each of its functions calls."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.module, self.text = module(path), text
        self.tree = cst.parse_module(text)
        self.names: dict[str, str] = {}
        self.calls: dict[str, set[str]] = {}
        self.coroutines: set[str] = set()
        self._inside: list[str] = []
        self.tree.visit(self)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if node.module is not None and not isinstance(node.names, cst.ImportStar):
            home = get_full_name_for_node(node.module)
            for each in node.names:
                self.names[each.evaluated_alias or each.evaluated_name] = f"{home}.{each.evaluated_name}"

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        name = "" if self._inside else f"{self.module}.{node.name.value}"
        self._inside.append(name)
        if node.asynchronous:
            self.coroutines |= {name} - {""}

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._inside.pop()

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self._inside.append("")

    def leave_Lambda(self, original_node: cst.Lambda) -> None:
        self._inside.pop()

    def visit_Call(self, node: cst.Call) -> None:
        if self._inside and self._inside[-1]:
            self.calls.setdefault(self._inside[-1], set()).add(self.called(node))

    def called(self, call: cst.Call) -> str:
        """The dotted name of what is called, `_IO` for what a session sends."""
        full = get_full_name_for_node(call.func) or ""
        head, _, rest = full.partition(".")
        if head == _SESSION and rest in SENDS and m.matches(call.func, m.Attribute(value=m.Name(_SESSION))):
            return _IO
        return ".".join(filter(None, [self.names.get(head, f"{self.module}.{head}"), rest]))


class _Awaits(cst.CSTTransformer):
    """`async` and `await` in one file, where functions of `waiting` stand and are called."""

    def __init__(self, file: _File, waiting: set[str]) -> None:
        super().__init__()
        self._file, self._waiting, self._inside = file, waiting, [False]

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        outermost = len(self._inside) == 1
        self._inside.append(outermost and f"{self._file.module}.{node.name.value}" in self._waiting)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        waits = self._inside.pop()
        return updated_node.with_changes(asynchronous=cst.Asynchronous()) if waits else updated_node

    def visit_Lambda(self, node: cst.Lambda) -> None:
        self._inside.append(False)

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.Lambda:
        self._inside.pop()
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        awaited = self._inside[-1] and self._file.called(original_node) in self._waiting | {_IO}
        return cst.Await(updated_node) if awaited else updated_node

    def leave_Await(self, original_node: cst.Await, updated_node: cst.Await) -> cst.Await:
        inner = updated_node.expression
        return (
            updated_node.with_changes(expression=inner.expression)
            if isinstance(inner, cst.Await)
            else updated_node
        )

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        return updated_node.with_changes(value=_bracketed(updated_node.value))

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        return updated_node.with_changes(value=_bracketed(updated_node.value))

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:
        opens = m.WithItem(item=m.Call(func=m.Name("SessionFactory")))
        if self._inside[-1] and any(m.matches(item, opens) for item in original_node.items):
            return updated_node.with_changes(asynchronous=cst.Asynchronous())
        return updated_node

    def leave_Annotation(self, original_node: cst.Annotation, updated_node: cst.Annotation) -> cst.Annotation:
        if self._inside[-1] and m.matches(original_node.annotation, m.Name("Session")):
            return updated_node.with_changes(annotation=cst.Name("AsyncSession"))
        return updated_node


def _bracketed(value: Any) -> Any:
    if isinstance(value, cst.Await) and not value.lpar:
        return value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return value


def _converted(file: _File, waiting: set[str]) -> str | None:
    """The file's new text; None when nothing waits there."""
    text = file.tree.visit(_Awaits(file, waiting)).code
    if text == file.text:
        return None
    wrapped = "\n".join(_wrapped(text.split("\n"), set(file.text.split("\n"))))
    same = ast.dump(ast.parse(wrapped)) == ast.dump(ast.parse(text))  # not so where a text has several lines
    return _imported(wrapped if same else text)


def _imported(text: str) -> str:
    """The imports that annotations need now."""
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    found = _IMPORT.search(text)
    if not found or "AsyncSession" not in used:
        return text
    names = [each for each in found[1].split(", ") if each != "Session" or "Session" in used]
    left = f"from sqlalchemy.orm import {', '.join(names)}" if names else ""
    new = _ASYNC + left if left else _ASYNC.rstrip()
    return text[: found.start()] + new + text[found.end() :]


def _wrapped(lines: list[str], old: set[str]) -> Iterator[str]:
    """The lines, those that are new and too long broken as ruff breaks them."""
    above, deeper = "", None
    for line in lines:
        if head := _OPEN_AWAIT.fullmatch(line):
            deeper = head["indent"]
            yield from (f"{deeper}{head['before']}(", f"{deeper}    await {head['call']}")
        elif deeper is not None and line.startswith(f"{deeper})"):
            yield from (f"{deeper}    )", deeper + line[len(deeper) + 1 :])
            deeper = None
        elif deeper is not None:
            yield f"    {line}" if line else line
        else:
            yield from [line] if line in old or len(line) <= _WIDTH else _broken(line, above)
        above = line


def _broken(line: str, above: str) -> list[str]:
    """A long line of code, with what stands in its first brackets on lines of its own."""
    indent = line[: len(line) - len(line.lstrip())]
    if above.endswith(("(", "[", "{")):
        return [f"{indent}{each}," for each in _parts(line.strip())]
    start, end = next(iter(_brackets(line)), (0, 0))
    inner, deeper = line[start + 1 : end], indent + "    "
    parts = _parts(inner)
    if not end or len(deeper + inner) > _WIDTH and len(parts) == 1:
        return [line]  # a comprehension, for example
    middle = [deeper + inner] if len(deeper + inner) <= _WIDTH else [f"{deeper}{each}," for each in parts]
    return [line[: start + 1], *middle, indent + line[end:]]


def _parts(inner: str) -> list[str]:
    """What stands between the commas that are in no brackets of their own."""
    held = {at for start, end in _brackets(inner) for at in range(start, end)}
    commas = [at for at, sign in enumerate(inner) if sign == "," and at not in held]
    edges = [-1, *commas, len(inner)]
    return [inner[one + 1 : two].strip() for one, two in pairwise(edges) if inner[one + 1 : two].strip()]


def _brackets(line: str) -> list[tuple[int, int]]:
    """Where the outermost brackets of a piece of code begin and end."""
    found, opened = [], []
    with suppress(tokenize.TokenError):  # a piece of a statement is enough
        for token in tokenize.generate_tokens(StringIO(line.strip()).readline):
            if token.type == tokenize.OP and token.string in "([{":
                opened.append(token.start[1])
            elif token.type == tokenize.OP and token.string in ")]}" and opened:
                start = opened.pop()
                found += [] if opened else [(start, token.start[1])]
    shift = len(line) - len(line.lstrip())
    return [(start + shift, end + shift) for start, end in found]
