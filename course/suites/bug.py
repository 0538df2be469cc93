"""A bug that a learner writes into Postboard: one text of one file replaced, and what the app's tests say.

`content/variants.py` was considered: its bugs are known by a definition, and a learner gives only texts.
"""

import ast
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

from course.base import syntax
from course.base.errors import CourseError
from course.content import app_history
from course.suites.grading import ANSWER, AT_ONCE
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite

_SECONDS = 60.0  # for each run; a bug that makes the tests hang is noticed too


@dataclass
class Bug:
    """In this file of the app as a lesson leaves it, a new text takes the place of an old one.

    `proof`: the text of a test file that passes on the right app and fails on the broken one. Nothing runs
    before it is wanted.
    """

    lesson_id: str
    path: str
    old: str
    new: str
    proof: str
    seconds: float = _SECONDS
    right: app_history.Tree = field(init=False)

    def __post_init__(self) -> None:
        self.right = app_history.after(self.lesson_id)

    @cached_property
    def broken(self) -> app_history.Tree:
        """The app with the bug. Raises CourseError, with what is wrong with the place."""
        if not (self.path.startswith("app/") and self.path.endswith(".py") and self.path in self.right):
            raise CourseError(f"{self.path} is no Python file below app/.")
        times = self.right[self.path].count(self.old) if self.old else 0
        if times != 1:
            raise CourseError(f"the old text stands in {self.path} {times} times.")
        return self.right | {self.path: self.right[self.path].replace(self.old, self.new)}

    @property
    def line(self) -> int:
        """The number of the line that the bug is in."""
        return self.right[self.path].partition(self.old)[0].count("\n") + 1

    def syntax_error(self) -> str:
        """What Python says to the broken file; "" when it can be read."""
        try:
            syntax.tree(self.broken[self.path])
        except SyntaxError as error:
            return f"SyntaxError: {error.msg}, in line {error.lineno}"
        return ""

    def says_the_same(self) -> bool:
        """Whether the broken file is the same code: only spaces, comments or docstrings are different."""
        return _code(self.broken[self.path]) == _code(self.right[self.path])

    @cached_property
    def proofs(self) -> tuple[SuiteRun, SuiteRun]:
        """How the proof ran on the right app, and on the broken one."""
        trees = [tree | {ANSWER: self.proof} for tree in (self.right, self.broken)]
        right, broken = self._at_once([(tree, [ANSWER]) for tree in trees])
        return right, broken

    @cached_property
    def halves(self) -> list[SuiteRun]:
        """How the app's own tests ran on the broken app, up to the first failure: two halves, at once."""
        return self._at_once([(self.broken, half) for half in _halves(self.broken)])

    @property
    def noticed_by(self) -> str:
        """The test of the app that notices the bug; "" for a bug that all of them miss."""
        failed = [f"{each.file}::{each.name}" for run in self.halves for each in run.failed]
        return next(iter(failed + [run.problem for run in self.halves if run.problem]), "")

    def _at_once(self, runs: Sequence[tuple[app_history.Tree, list[str]]]) -> list[SuiteRun]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda run: self._run(*run), runs))

    def _run(self, tree: app_history.Tree, which: list[str]) -> SuiteRun:
        with app_in_a_folder(tree) as (folder, address):
            return run_suite(folder, address, which=which, options=["-x"], seconds=self.seconds)


def _code(text: str) -> str:
    """The code of a file, without what does nothing."""
    tree = syntax.tree(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.dump(tree)


def _halves(tree: app_history.Tree) -> list[list[str]]:
    """The files of tests in two lists that have about as much to do: the longest files first, one to each."""
    files = [path for path in tree if path.startswith(f"{app_history.TESTS}/test_") and path.endswith(".py")]
    halves: list[list[str]] = [[], []]
    for path in sorted(files, key=lambda each: (-len(tree[each]), each)):
        min(halves, key=lambda half: sum(len(tree[each]) for each in half)).append(path)
    return [half for half in halves if half]
