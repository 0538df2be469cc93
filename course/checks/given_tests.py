"""Tests that a check brings along, run with a learner's conftest.py: in their order, and backwards."""

from dataclasses import dataclass

from course.checks.toolbox import ask
from course.content import app_history
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite

_FILE = f"{app_history.TESTS}/test_given.py"
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


@dataclass(frozen=True)
class BothOrders:
    """The two runs by name, and the tables that are in the database after them."""

    runs: dict[str, SuiteRun]
    left: list[str]


def both_orders(conftest: str, tests: str, seconds: float = 30) -> BothOrders:
    """Run tests with this conftest.py on an empty database, then backwards; each run has so many seconds.

    What one test leaves behind for another shows in one of the two: each is before each other once.
    """
    with app_in_a_folder({f"{app_history.TESTS}/conftest.py": conftest, _FILE: tests}) as (folder, address):
        forwards = run_suite(folder, address, which=[_FILE], seconds=seconds)
        order = [f"{_FILE}::{each.name}" for each in reversed(forwards.results)]
        backwards = run_suite(folder, address, which=order or [_FILE], seconds=seconds)
        left = [name for (name,) in ask(address, _TABLES)]
    return BothOrders({"forwards": forwards, "backwards": backwards}, left)
