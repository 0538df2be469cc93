"""Tests that a check brings along, run with a learner's conftest.py: in their order, and backwards."""

import linecache
from dataclasses import dataclass

from course.checks.expectations import require
from course.checks.toolbox import ask
from course.content import app_history
from course.suites.backwards import BACKWARDS
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite

_FILE, _MORE = (f"{app_history.TESTS}/{name}.py" for name in ("test_given", "test_given_more"))
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@dataclass(frozen=True)
class BothOrders:
    """The two runs by name, and the tables that are in the database after them."""

    runs: dict[str, SuiteRun]
    left: list[str]

    def all_pass(self, kind: str) -> None:
        """Require that both runs came to their end, and that tests whose names begin so passed in both."""
        for order, run in self.runs.items():
            tried = f"all tests, {order}"
            require(not run.problem, tried=tried, expected="a run to its end", got=run.problem)
            mine = [each for each in run.results if each.name.startswith(kind)]
            failed = [f"{each.name}: {each.says}" for each in mine if each.outcome != "passed"]
            expected = f"the tests {kind}… pass"
            require(mine and not failed, tried=tried, expected=expected, got="; ".join(failed))


def both_orders_of(defined: object, tests: str, *, more: str = "") -> BothOrders:
    """The same as `both_orders`, with the learner's cell as conftest.py: the one that defines a function."""
    code = getattr(defined, "__code__", None)
    cell = "".join(linecache.getlines(code.co_filename)) if code else ""
    return both_orders(cell, tests, more=more)


def both_orders(conftest: str, tests: str, seconds: float = 30, *, more: str = "") -> BothOrders:
    """Run tests with this conftest.py on an empty database, then backwards; each run has so many seconds.

    What one test leaves behind for another shows in one of the two: each is before each other once. `more`: a
    second file of tests, which may import from the first one, `test_given`.
    """
    files = {_FILE: tests} | ({_MORE: more} if more else {})
    with app_in_a_folder(files | {f"{app_history.TESTS}/conftest.py": conftest}) as (folder, address):
        forwards = run_suite(folder, address, which=list(files), seconds=seconds)
        backwards = run_suite(folder, address, which=list(files), options=BACKWARDS, seconds=seconds)
        left = [name for (name,) in ask(address, _TABLES)]
    return BothOrders({"forwards": forwards, "backwards": backwards}, left)
