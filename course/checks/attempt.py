"""What the learner ran for an exercise, read from the notebook's history of run cells."""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from course.base import syntax

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COURSE_CALL = re.compile(r"^\s*(check|hint|solution|reset|progress|lesson)\(", re.MULTILINE)


@dataclass
class History:
    """The cells that were run in this kernel, oldest first, and the errors they ended with."""

    cells: list[str] = field(default_factory=list)
    errors: dict[int, BaseException] = field(default_factory=dict)

    def add(self, text: str, error: BaseException | None = None) -> None:
        """Note one run cell; `error` is what it ended with."""
        if error is not None:
            self.errors[len(self.cells)] = error
        self.cells.append(text)

    def note(self, result: Any) -> None:
        """Note one run cell from IPython's `post_run_cell` event."""
        self.add(result.info.raw_cell or "", result.error_before_exec or result.error_in_exec)


@dataclass(frozen=True)
class Attempt:
    """The cell that stands for the learner's answer; `changed` when it is not the starter's code."""

    changed: bool
    error: BaseException | None = None


def find(history: History, starter: str) -> Attempt:
    """The learner's newest cell that makes one of these names, compared with the starter.

    Comments and spacing do not count: a starter with a comment added is not attempted.
    """
    wanted = defined(starter)
    for number in range(len(history.cells) - 1, -1, -1):
        text, error = history.cells[number], history.errors.get(number)
        if not text.strip() or COURSE_CALL.match(text):
            continue
        same = _shape(text) == _shape(starter)
        if same or isinstance(error, SyntaxError) or defined(text) & wanted:
            return Attempt(changed=not same, error=error)
    return Attempt(changed=False)


def newest(history: History, starter: str) -> str:
    """The text of the newest cell that makes one of the starter's names; "" when none was run."""
    made = (text for text in reversed(history.cells) if same_names(text, starter))
    return next((text for text in made if not COURSE_CALL.match(text)), "")


def misspelt(history: History, starter: str) -> dict[str, str]:
    """Names made since the answer's names were made last that look like one of them, and which one."""
    wanted, found = defined(starter), dict[str, str]()
    for text in reversed(history.cells):
        names = set() if COURSE_CALL.match(text) else defined(text)
        if names & wanted:
            break
        found |= {name: near[0] for name in names if (near := get_close_matches(name, wanted, 1, 0.8))}
    return found


def same_names(text: str, starter: str) -> bool:
    """True when a cell makes one of the names that the starter makes."""
    return bool(defined(text) & defined(starter))


def changed(text: str, starter: str) -> bool:
    """True when a cell holds other code than the starter; comments and spacing do not count."""
    return _shape(text) != _shape(starter)


def _shape(text: str) -> str:
    """The code without comments and spacing; the text itself where it does not parse."""
    try:
        return ast.dump(syntax.tree(text))
    except SyntaxError:
        return text.strip()


def to_call(text: str) -> dict[str, str]:
    """The names that a cell defines at its top level, each with "function" or "class"."""
    try:
        body = syntax.tree(text).body
    except SyntaxError:
        return {}
    functions = {each.name: "function" for each in body if isinstance(each, _FUNCTIONS)}
    return functions | {each.name: "class" for each in body if isinstance(each, ast.ClassDef)}


def defined(text: str) -> set[str]:
    """The names that a cell assigns or defines at its top level; imports are nobody's answer."""
    try:
        body: Sequence[ast.stmt] = syntax.tree(text).body
    except SyntaxError:
        return set()
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            found.add(statement.name)
        else:
            stored = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
            found.update(n.id for n in stored if isinstance(n.ctx, ast.Store))
    return found
