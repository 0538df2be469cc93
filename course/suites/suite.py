"""A suite of tests, run on an app: which test passed, which failed, and at which line."""

import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from course import postgres
from course.content import app_history
from course.postboard import database, secret
from course.postgres.settings import DATABASE_VARIABLE
from course.suites import reach
from course.suites.process import CI_VARIABLES, Job, run_pytest

_PLUGINS = {
    "anyio": "anyio",
    "hypothesis": "_hypothesis_pytestplugin",
    "schemathesis": "schemathesis.pytest.plugin",
}
# What starts warm has its plugins imported: pytest warns that it cannot rewrite their asserts, and need not.
_IMPORTED = "ignore:Module already imported so cannot be rewritten:pytest.PytestAssertRewriteWarning"
_OPTIONS = (
    "-W",
    _IMPORTED,
    "-p",
    "no:cacheprovider",
    "-p",
    "no:faulthandler",
    "--tb=no",
    "-q",
    "-q",
    "--color=no",
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_numbers = count(1)


@dataclass(frozen=True)
class TestResult:
    """One test: file, name, and how it ended: "passed", "failed", "error" (in a fixture) or "skipped".

    `line` is the statement of the tests that failed, `says` the first line of what it said, `notes` what a
    library added to the error: Hypothesis' smallest example is there.
    """

    __test__ = False  # pytest takes a class of this name for one of tests

    file: str
    name: str
    outcome: str
    line: str = ""
    says: str = ""
    notes: str = ""


_COLOURS = {
    "passed": "var(--jp-success-color1, #388e3c)",
    "failed": "var(--jp-error-color1, #d32f2f)",
    "error": "var(--jp-error-color1, #d32f2f)",
    "skipped": "var(--jp-warn-color1, #f57c00)",
}
_MARKS = {"passed": "✓", "failed": "✗", "error": "✗", "skipped": "–"}


def _line(result: TestResult) -> str:
    """A test as text, with the statement at which it failed and what that said."""
    why = [f"\n      {each}" for each in (result.line, result.says) if each]
    return f"  {_MARKS[result.outcome]} {result.name}{''.join(why)}"


def _row(result: TestResult) -> str:
    """The same as HTML."""
    mark = (
        f'<span style="color: {_COLOURS[result.outcome]}; font-weight: bold">{_MARKS[result.outcome]}</span>'
    )
    said = [result.says] if result.says else []
    why = [f"<code>{escape(result.line)}</code>"] * bool(result.line) + [escape(each) for each in said]
    below = "".join(f'<div style="margin-left: 3.2em">{each}</div>' for each in why)
    return f'<div style="margin-left: 1.6em">{mark} {escape(result.name)}</div>{below}'


@dataclass(frozen=True)
class SuiteRun:
    """What a run of a suite gave. `problem`: why it is not to be trusted, in a sentence; "" when it is.

    `lines`: which tests ran which lines of the app, where that was wanted.
    """

    results: tuple[TestResult, ...]
    problem: str = ""
    events: tuple[dict[str, Any], ...] = ()
    lines: reach.Lines = field(default_factory=dict)

    @property
    def failed(self) -> tuple[TestResult, ...]:
        """The tests that did not pass, in the order in which they ran."""
        return tuple(each for each in self.results if each.outcome in ("failed", "error"))

    @property
    def passed(self) -> tuple[TestResult, ...]:
        """The tests that passed, in the order in which they ran."""
        return tuple(each for each in self.results if each.outcome == "passed")

    def kept(self, name: str) -> dict[str, Any]:
        """What tests have kept by pytest's `record_property` under a name, by the names of the tests.

        A dict, a list, a number and a text come back as they were, anything else as its text.
        """
        found = [each for each in self.events if name in each.get("kept", {})]
        return {each["test"].partition("::")[2]: each["kept"][name] for each in found}

    def __repr__(self) -> str:
        lines = [each for file, results in self._files() for each in (file, *map(_line, results)) if each]
        return "\n".join([*lines, self._end()])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        parts = [
            f"<div><code>{escape(file)}</code></div>" + "".join(map(_row, results))
            for file, results in self._files()
        ]
        end = "".join(f"<div>{escape(line)}</div>" for line in self._end().splitlines())
        html = f'<div style="line-height: 1.5">{"".join(parts)}{end}</div>'
        return {"text/plain": repr(self), "text/html": html}

    def _files(self) -> Iterator[tuple[str, list[TestResult]]]:
        for file in dict.fromkeys(each.file for each in self.results):
            yield file, [each for each in self.results if each.file == file]

    def _end(self) -> str:
        counted = Counter(each.outcome for each in self.results)
        numbers = [f"{counted[each]} {each}" for each in _COLOURS if counted[each]]
        said = [f"A warning: {each}" for each in self.warnings]
        return "\n".join(filter(None, [", ".join(numbers), *said, self.problem]))

    @property
    def seconds(self) -> dict[str, float]:
        """How long each test took, without its fixtures, by its name as pytest writes it."""
        return {each["test"]: each["seconds"] for each in self.events if each["kind"] == "result"}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What Python, pytest or a library warned of, once each."""
        return tuple(dict.fromkeys(each["says"] for each in self.events if each["kind"] == "warning"))


def run_suite(
    folder: Path,
    address: str,
    *,
    which: Sequence[str] = (),
    options: Sequence[str] = (),
    seconds: float = 60,
    lines: bool = False,
) -> SuiteRun:
    """Run pytest in a folder that holds an app and its tests/.

    `address`: the database that the tests may use, which ends in `_test`. `which`: files or tests, all unless
    given. `options`: more for pytest. After `seconds` the run is stopped, and `problem` says so.
    `lines`: find out which tests run which lines of the app; that takes longer.
    """
    with tempfile.TemporaryDirectory(prefix="course-suite-") as name:
        kept = Path(name)
        (kept / "events").touch()
        tests = _tests(folder)
        arguments = [*_OPTIONS, *_plugins(tests), *options, *which]
        ended = run_pytest(Job(folder, tests, arguments, _environment(address), kept, lines), seconds)
        told = (kept / "events").read_text("utf-8").splitlines()
        output = (kept / "output").read_text("utf-8", "replace") if (kept / "output").exists() else ""
        ran = reach.read(kept / "lines", folder) if (kept / "lines").exists() else {}
    events = tuple(json.loads(line) for line in told)
    return SuiteRun(tuple(_results(events)), _problem(events, output, ended, seconds), events, ran)


@contextmanager
def app_in_a_folder(tree: app_history.Tree) -> Iterator[tuple[Path, str]]:
    """A folder with this app and its tests, and the address of a database of its own that has the tables."""
    name = f"suite_{os.getpid()}_{next(_numbers)}{database.TESTS}"
    with tempfile.TemporaryDirectory(prefix="course-app-") as folder:
        app_history.build(Path(folder), tree)
        address = database.fresh(name, tree)
        try:
            yield Path(folder).resolve(), address
        finally:
            postgres.drop(name)


def name_of(address: str) -> str:
    """What the database at an address is called, and with it the sessions of the tests that may use it."""
    return address.rpartition("/")[2].partition("?")[0]


def _environment(address: str) -> dict[str, str]:
    """What the tests find in their environment: one database, whichever variable they read."""
    secret.ensure()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_") and name not in CI_VARIABLES
    }
    here = {DATABASE_VARIABLE: address, database.TEST_VARIABLE: address, "PGAPPNAME": name_of(address)}
    return kept | here | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def _tests(folder: Path) -> Path:
    """Where the tests of a folder lie: an app has a folder of them, a toy has them beside its code."""
    return folder / app_history.TESTS if (folder / app_history.TESTS).is_dir() else folder


def plugins(texts: Sequence[str]) -> list[str]:
    """The plugins of pytest that these tests use, as modules: to look for all takes half a second."""
    return [plugin for word, plugin in _PLUGINS.items() if any(word in text for text in texts)]


def _plugins(tests: Path) -> list[str]:
    found = plugins([file.read_text("utf-8", "replace") for file in tests.rglob("*.py")])
    return [part for plugin in found for part in ("-p", plugin)]


def _results(events: Sequence[dict[str, Any]]) -> Iterator[TestResult]:
    """One result for each test: the first phase of it that did not pass, or its call."""
    found: dict[str, dict[str, Any]] = {}
    for each in events:
        if each["kind"] == "result" and found.get(each["test"], {}).get("outcome", "passed") == "passed":
            found[each["test"]] = each
    for test, each in found.items():
        file, _, name = test.partition("::")
        outcome = "error" if each["outcome"] == "failed" and each["phase"] != "call" else each["outcome"]
        said = (each.get(word, "") for word in ("line", "says", "notes"))
        yield TestResult(file, name, outcome, *said)


def _problem(events: Sequence[dict[str, Any]], output: str, ended: bool, seconds: float) -> str:
    """Why a run says nothing about the app: it did not end, could not begin, or tested nothing."""
    kinds = {each["kind"]: each for each in events}  # the last of each kind
    if not ended:
        test = kinds["start"]["test"] if "start" in kinds else "the collection of the tests"
        return f"It had not ended after {seconds:.0f} seconds, and was stopped. At that moment, {test} ran."
    if broken := kinds.get("broken"):
        return f"{broken['file']} cannot be imported: {broken['says']}"
    if said := kinds.get("ended"):
        return f"pytest ended early: {said['says']}"
    if "finished" not in kinds:
        lines = [_COLOUR.sub("", line).strip() for line in output.splitlines()]
        last = next(filter(None, reversed(lines)), "nothing")
        if "outcomes.Exit: " in last:  # pytest.exit in a conftest.py
            return f"pytest ended early: {last.partition('outcomes.Exit: ')[2]}"
        return f"Its process ended before pytest did. The last thing it printed: {last}"
    if not kinds.get("collected", {}).get("tests"):
        return "pytest found no test. One is a function whose name begins with test_, in a file test_….py."
    return ""
