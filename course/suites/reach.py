"""Which tests run which lines of an app: only they can notice a change there; the likeliest goes first."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from course.base import syntax
from course.content import app_history

Lines = Mapping[str, Mapping[int, frozenset[str]]]  # by file and line: the tests that ran it
AT_IMPORT = ""  # what ran before the first test
# What makes no test hopeless: a share of the lines that any test has, and seconds that any test takes.
_ANY, _START = 0.02, 0.03
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def read(kept: Path, folder: Path) -> Lines:
    """What Coverage.py has written about an app's files in `folder`."""
    from coverage import CoverageData

    data = CoverageData(str(kept))
    data.read()
    found = {}
    for name in data.measured_files():
        ran = data.contexts_by_lineno(name)
        found[Path(name).relative_to(folder).as_posix()] = {at: frozenset(tests) for at, tests in ran.items()}
    return found


def likeliest(
    lines: Lines,
    seconds: Mapping[str, float],
    right: app_history.Tree,
    broken: app_history.Tree,
    area: str = "",
) -> list[str]:
    """The tests that can notice what is broken, as pytest names them, the most promising first.

    Where code has changed that runs at import, all tests can. `seconds`: all tests, and what each took.
    Promising is a test that is quick, that runs little beside the broken file, and that has the broken part
    of the app, `area`, in its name.
    """
    changed = [path for path in broken if broken[path] != right.get(path)]
    can = frozenset[str]().union(*(_reaching(lines.get(at, {}), right[at], broken[at]) for at in changed))
    there = Counter(test for at in changed for tests in lines.get(at, {}).values() for test in tests)
    everywhere = Counter(test for ran in lines.values() for tests in ran.values() for test in tests)

    def promise(test: str) -> float:
        near = there[test] / everywhere[test] if everywhere[test] else 0.0
        named = bool(area) and area.removesuffix("s") in test
        return (_ANY + near + named) / (_START + seconds[test])

    chosen = [test for test in seconds if test in can or AT_IMPORT in can]
    return sorted(chosen, key=lambda test: -promise(test))


def _reaching(ran: Mapping[int, frozenset[str]], right: str, broken: str) -> frozenset[str]:
    """The tests that run a function which has changed; `AT_IMPORT` is one of them where more has."""
    functions = list(_bodies(right))
    found = frozenset[str]()
    for lines in _changed_lines(right, broken):
        inside = [each for each in functions for line in lines if line in each]
        if not inside:
            return frozenset({AT_IMPORT})
        smallest = min(inside, key=len)
        found = found.union(*(ran.get(line, frozenset()) for line in smallest))
    return found


def _bodies(text: str) -> Iterator[range]:
    """The lines of each function, without its decorators and its first line: these run when it is made."""
    for node in ast.walk(syntax.tree(text)):
        if isinstance(node, _FUNCTIONS):
            yield range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)


def _changed_lines(right: str, broken: str) -> Iterator[tuple[int, ...]]:
    """The number of each line that is another one; for what is new, those of its two neighbours."""
    before, after = right.splitlines(), broken.splitlines()
    for kind, first, last, *_ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "insert":
            yield first, first + 1
        elif kind != "equal":
            yield from ((line,) for line in range(first + 1, last + 1))
