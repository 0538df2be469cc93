"""What happens while pytest runs, written down event by event: a run that is killed leaves what it knew.

pytest-json-report and --junitxml were considered: neither tells of fixtures, and both write only at the end.
"""

import inspect
import json
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

_LONGEST = 300  # characters of what an error says
_LONGEST_NOTES = 3_000  # and of the notes that a library adds to it, such as Hypothesis' example


class Recorder:
    """A plugin of pytest. Each event is a line of JSON in a file: a kind, and what belongs to it."""

    def __init__(self, events: Path, tests: Path, on_test: Callable[[str], object]) -> None:
        self._file = events.open("a", encoding="utf-8")
        self._tests = str(tests)
        self._test = ""  # the one that runs
        self._on_test = on_test

    def _note(self, kind: str, **more: Any) -> None:
        self._file.write(json.dumps({"kind": kind, **more}, default=str) + "\n")
        self._file.flush()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be imported."""
        if report.failed:
            lines = [line.removeprefix("E").strip() for line in report.longreprtext.strip().splitlines()]
            self._note("broken", file=report.nodeid, says=lines[-1][:_LONGEST])

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._note("collected", tests=[item.nodeid for item in session.items])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid
        self._on_test(nodeid)
        self._note("start", test=nodeid)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """What the test has as parameters, and all that it gets, autouse fixtures too."""
        needs = list(inspect.signature(getattr(item, "function", lambda: None)).parameters)
        self._note("needs", test=item.nodeid, needs=needs, fixtures=list(getattr(item, "fixturenames", [])))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: pytest.FixtureRequest) -> Iterator[None]:
        if not _is_parameter(fixturedef):
            needs = [name for name in fixturedef.argnames if name != "request"]
            self._note("setup", scope=request.scope, needs=needs, **self._known(fixturedef))
        return (yield)

    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> None:
        if fixturedef.cached_result is not None and not _is_parameter(fixturedef):
            self._note("teardown", scope=fixturedef.scope, **self._known(fixturedef))

    def _known(self, fixturedef: Any) -> dict[str, str]:
        """The test that runs, the fixture's name, and where it stands: a name may come twice."""
        return {"test": self._test, "fixture": fixturedef.argname, "where": fixturedef.baseid}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "call" or not report.passed:
            said: dict[str, Any] = {} if call.excinfo is None else self._said(call)
            if report.user_properties:  # what the test has kept by `record_property`
                said["kept"] = dict(report.user_properties)
            said["seconds"] = report.duration
            self._note("result", test=item.nodeid, phase=report.when, outcome=report.outcome, **said)
        return report

    def _said(self, call: pytest.CallInfo[None]) -> dict[str, str]:
        notes = getattr(call.excinfo.value, "__notes__", ())  # type: ignore[union-attr]
        told = "\n".join(notes)[:_LONGEST_NOTES]
        return {"says": self._says(call), "line": self._line(call), "notes": told}

    def _says(self, call: pytest.CallInfo[None]) -> str:
        lines = call.excinfo.exconly().splitlines() or [""]  # type: ignore[union-attr]
        return re.sub(r"\AAssertionError: (?=assert )", "", lines[0])[:_LONGEST]

    def _line(self, call: pytest.CallInfo[None]) -> str:
        """The statement of the tests at which it failed."""
        theirs = [each for each in call.excinfo.traceback if str(each.path).startswith(self._tests)]  # type: ignore[union-attr]
        return str(theirs[-1].statement).strip() if theirs else ""

    def pytest_warning_recorded(self, warning_message: Any) -> None:
        """A warning that no setting made an error."""
        self._note("warning", says=str(warning_message.message).splitlines()[0][:_LONGEST])

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """`pytest.exit` in a conftest comes here too, with its reason."""
        self._note("ended", says=str(excinfo.value)[:_LONGEST])

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._note("ended", says=excinfo.exconly()[:_LONGEST])

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        self._note("finished", code=int(exitstatus))


def _is_parameter(fixturedef: Any) -> bool:
    """A value of `parametrize`, which pytest gives to the test as if a fixture had made it."""
    return getattr(fixturedef.func, "__name__", "") == "get_direct_param_fixture_func"
