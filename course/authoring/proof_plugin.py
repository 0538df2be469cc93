"""The pytest plugin of the proof: groups of tests that stay together, and what the time goes to.

pytest-xdist's own order was considered: it balances by the number of tests, and tests differ a hundredfold.
"""

import inspect
import json
import os
import re
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from xdist.scheduler import LoadScopeScheduling

from course.base import paths

SECONDS = paths.ROOT / ".pytest_cache" / "course-proof-seconds.json"
WHOLE_VARIABLE = "COURSE_WHOLE_PROOF"  # set where everything is proved: only that is worth keeping
_MACHINERY = "machinery"
_JUDGED = ("answers", "mutants")  # what --lessons chooses from
# Within a file of these kinds, the tests of one lesson, or of one part of the app, are a group.
_LESSON, _AREA = re.compile(r"\[(\d+\.\d+)"), re.compile(r"\[(\w+): ")
_PARTS = {"answers": _LESSON, "mutants": _LESSON, "variants": _AREA}
PATIENCE = 60.0  # seconds that a test waits for an answer of a server
TOLD = "told"  # the name under which a test records (`record_property`) a line for the end of the run
# Files of tests/ that are not about the machinery, by their names.
_KINDS = {
    "test_answers": "answers",
    "test_mutants": "mutants",
    "test_variants": "variants",
    "test_sittings": "browser",
    "test_pictures": "browser",
    "test_sample_app": "sample app",
    "test_stages": "sample app",
    "test_bench_sample_app": "sample app",
    "test_start": "doors",
    "test_environments": "doors",
    "test_containers": "doors",
    "test_lab": "doors",
    "test_nbgrader": "doors",
}

# Seconds for one test of a kind, where no whole run has been measured yet.
_GUESS = defaultdict(
    lambda: 0.5,
    {"answers": 0.15, "mutants": 5.0, "variants": 5.0, "lessons": 0.15, "solutions": 0.25, "browser": 30.0},
)
_DEEP_GUESS = 30.0


def kind(path: Path) -> str:
    """What a file of tests proves: one of `_KINDS`, lessons, solutions or machinery."""
    top = path.relative_to(paths.ROOT).parts[0]
    if top in ("notebooks", "solutions"):
        return "lessons" if top == "notebooks" else top
    return _KINDS.get(path.stem, _MACHINERY)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--lessons`: which lessons' answers, and mutants of them, are judged."""
    parser.addoption("--lessons", help="judge the answers of these lessons only, such as 1.4,2.3")


def pytest_configure(config: pytest.Config) -> None:
    """Measure in each process that runs tests; the first one puts their figures together."""
    _wait_longer()
    config.pluginmanager.register(Measure(config), "course-measure")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FailedAtOnce(config), "course-failed-at-once")


def _wait_longer() -> None:
    """httpx gives an answer 5 seconds where a call says nothing: too few beside other work."""
    default = inspect.signature(httpx.get).parameters["timeout"].default  # all calls share it
    for part in ("connect", "read", "write", "pool"):
        setattr(default, part, PATIENCE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest group comes first, so that no worker is left with it at the end."""
    _choose(config, items)
    known = last()["groups"]
    weight: defaultdict[str, float] = defaultdict(float)
    for item in items:
        weight[group(item.nodeid)] += _guess(item)
    items.sort(key=lambda item: -known.get(group(item.nodeid), weight[group(item.nodeid)]))


def _guess(item: pytest.Item) -> float:
    """How many seconds a test takes: of the deep run's, most run lessons or all of them."""
    proved = kind(item.path)
    return _DEEP_GUESS if proved not in _PARTS and item.get_closest_marker("deep") else _GUESS[proved]


def _choose(config: pytest.Config, items: list[pytest.Item]) -> None:
    if wanted := config.getoption("--lessons"):
        groups = {f"{judged} {lesson}" for lesson in wanted.split(",") for judged in _JUDGED}
        kept: list[pytest.Item] = []
        left_out: list[pytest.Item] = []
        for item in items:
            wrong = kind(item.path) in _JUDGED and group(item.nodeid) not in groups
            (left_out if wrong else kept).append(item)
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def group(nodeid: str) -> str:
    """The group of tests that one belongs to: its file, or a part of it (see `_PARTS`)."""
    path, _, name = nodeid.partition("::")
    proved = _KINDS.get(Path(path).stem, "")
    part = _PARTS[proved].search(name) if proved in _PARTS else None
    return f"{proved} {part[1]}" if part else path


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what tests that passed have measured, also where a worker ran them."""
    passed = terminalreporter.getreports("passed")
    for line in [value for each in passed for name, value in each.user_properties if name == TOLD]:
        terminalreporter.write_line(line)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Call a test once more that Python's own parser stopped.

    Before 3.11.5, `ast.parse` fails where the garbage collector prints a traceback in the midst of it, which
    parses too (https://github.com/python/cpython/issues/106905): rare, and nothing about the test.
    """
    try:
        return (yield)
    except SystemError as problem:
        if "AST constructor recursion depth" not in str(problem):
            raise
    names = inspect.signature(pyfuncitem.obj).parameters
    pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    return True


class FailedAtOnce:
    """Tells what failed when it fails: a run that somebody stops has then said it.

    pytest-instafail was considered: it prints whole tracebacks into the dots, and they come again at the end.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One line for a test that failed, or whose setup or teardown did."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal:
            crash = getattr(report.longrepr, "reprcrash", None)
            said = (crash.message if crash else report.longreprtext).strip().splitlines() or [""]
            terminal.write_line(f"\nFailed: {report.nodeid} ({report.when}): {said[0]}")


class Groups(LoadScopeScheduling):
    """Gives whole groups to the workers, in order.

    `--dist loadgroup` does it by marks, but not with this pytest: it sets a name that is no longer used.
    """

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    """What xdist asks for: who hands out the tests."""
    return Groups(config, log)


class Measure:
    """Seconds on the clock and of the processor, by kind and by group of tests."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._in_worker = config, hasattr(config, "workerinput")
        self._found: dict[str, Any] = {"kinds": {}, "groups": {}}
        self._kind, self._before = "", 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """One test more. The processor is asked only where the kind changes: to ask takes a while."""
        now = kind(item.path)
        if now != self._kind:
            self._turn(now)
        start = time.monotonic()
        try:
            return (yield)
        finally:
            taken = time.monotonic() - start
            self._add(now, [1, taken, 0.0])
            groups = self._found["groups"]
            groups[group(item.nodeid)] = groups.get(group(item.nodeid), 0.0) + taken

    def pytest_sessionfinish(self) -> None:
        """Hand the figures to the first process; there, the server's own are added."""
        self._turn("")
        if self._in_worker:
            self._config.workeroutput["course_seconds"] = self._found  # type: ignore[attr-defined]
        else:
            self._add("PostgreSQL", [0, 0.0, _postgresql()])

    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended: add what it measured."""
        found = getattr(node, "workeroutput", {}).get("course_seconds", {"kinds": {}, "groups": {}})
        for name, figures in found["kinds"].items():
            self._add(name, figures)
        self._found["groups"] |= found["groups"]

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Keep the figures of a whole run."""
        if not self._in_worker and os.environ.get(WHOLE_VARIABLE):
            SECONDS.parent.mkdir(exist_ok=True)
            SECONDS.write_text(json.dumps(self._found, indent=1), encoding="utf-8")

    def _turn(self, now: str) -> None:
        spent = _spent()
        if self._kind:
            self._add(self._kind, [0, 0.0, spent - self._before])
        self._kind, self._before = now, spent

    def _add(self, name: str, figures: list[float]) -> None:
        old = self._found["kinds"].get(name, [0, 0.0, 0.0])
        self._found["kinds"][name] = [a + b for a, b in zip(old, figures, strict=True)]


def last() -> dict[str, Any]:
    """What the last whole run here measured.

    `kinds`: number of tests, seconds, processor seconds of each; `groups`: seconds of each.
    """
    try:
        return dict(json.loads(SECONDS.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {"kinds": {}, "groups": {}}


def _spent() -> float:
    """Processor seconds of this process and all that it started."""
    mine = psutil.Process()
    return sum(map(_of, [mine, *mine.children(recursive=True)]))


def _of(process: psutil.Process) -> float:
    try:
        return sum(process.cpu_times()[:4])  # its own, and that of the children it has waited for
    except psutil.Error:
        return 0.0


def _postgresql() -> float:
    """Processor seconds of the server that the tests shared."""
    from course.postgres import postmaster
    from course.postgres.home import Home

    running = postmaster.find(Home.here().data)
    if running is None:
        return 0.0
    return sum(map(_of, [running.process, *running.process.children()]))
