"""A whole suite is graded: which mistakes it notices, what keeps it from being graded, and which tests run at all."""

import os

import pytest

from course import postgres
from course.content.variants import Change, Variant
from course.suites import reach
from course.suites.fitness import fitness
from course.suites.grades import grade

APP = '''"""A shop."""

LEAST = 1


def price(grams: int) -> int:
    if grams < LEAST:
        raise ValueError("Nothing weighs nothing.")
    return 300 if grams <= 500 else 500


def name(text: str) -> str:
    return text.strip()
'''
TESTS = """from app.shop import name, price


def test_price() -> None:
    assert [price(500), price(501)] == [300, 500]


def test_name() -> None:
    assert name(" ana ") == "ana"
"""


def tree(tests: str) -> dict[str, str]:
    return {"app/__init__.py": "", "app/shop.py": APP, "tests/test_shop.py": tests}


def mistake(name: str, definition: str, old: str, new: str) -> Variant:
    return Variant(name, "shop", f"The {name} is wrong.", (Change("app/shop.py", definition, old, new),))


LIMIT = mistake("limit", "price", "<= 500", "< 500")
SPACES = mistake("spaces", "name", ".strip()", "")
ZERO = mistake("zero", "price", "< LEAST", "< 0")
CONSTANT = mistake("constant", "LEAST", "1", "501")
GONE = mistake("gone", "price", "no such text", "")


def test_mistakes_are_noticed_by_a_test_or_survive_and_what_does_not_apply_is_named() -> None:
    told: list[tuple[int, int]] = []
    grades = grade(tree(TESTS), [LIMIT, SPACES, ZERO, CONSTANT, GONE], lambda *done: told.append(done))
    by = {each.variant.name: each.by for each in grades.fates}
    assert by == {"limit": "test_price", "spaces": "test_name", "zero": "", "constant": "test_price"}
    assert [each.variant.name for each in grades.survivors] == ["zero"]
    assert (grades.tests, grades.problem, grades.left_out) == (2, "", ("gone",))
    assert list(grades.areas) == ["shop"] and told[-1] == (4, 4)


def test_only_tests_that_reach_a_change_run_the_nearest_first_and_all_where_it_runs_at_import() -> None:
    right = tree(TESTS)
    run = fitness(right).run

    def chosen(old: str, new: str) -> list[str]:
        broken = right | {"app/shop.py": APP.replace(old, new)}
        return [each.rpartition("::")[2] for each in reach.likeliest(run.lines, run.seconds, right, broken)]

    assert chosen("<= 500", "< 500") == ["test_price"]
    assert chosen("    return text", "    text = text.lower()\n    return text") == ["test_name"]
    assert sorted(chosen("LEAST = 1", "LEAST = 2")) == ["test_name", "test_price"]
    assert sorted(chosen("grams: int", "grams: float")) == ["test_name", "test_price"]


@pytest.mark.parametrize(
    ("tests", "problem"),
    [
        (
            TESTS + "\n\ndef test_more() -> None:\n    assert name('x') == 'y'\n",
            "test_more fails on the right app",
        ),
        ("def check_price() -> None: ...\n", "pytest found no test."),
        ("import no_such_package\n", "cannot be imported: ModuleNotFoundError"),
        (
            "here = []\n\n\ndef test_first() -> None:\n    here.append(1)\n\n\ndef test_second() -> None:\n    assert here\n",
            "test_second does not end the same way when the tests run backwards",
        ),
    ],
)
def test_a_suite_that_cannot_be_trusted_is_not_graded_and_a_sentence_says_why(
    tests: str, problem: str
) -> None:
    grades = grade(tree(tests), [LIMIT])
    assert problem in grades.problem and not grades.fates


def test_a_suite_that_ends_otherwise_on_the_same_app_is_flaky() -> None:
    # Only the first of the runs is watched by Coverage.py: luck that comes in the same order every time.
    tests = "import sys\n\n\ndef test_luck() -> None:\n    assert 'coverage' in sys.modules\n"
    assert "test_luck is flaky" in grade(tree(tests), [LIMIT]).problem


def test_a_suite_that_reaches_for_another_database_is_told_which() -> None:
    name = f"not_a_test_{os.getpid()}"
    url = postgres.reset(name)
    tests = f"import psycopg2\n\n\ndef test_rows() -> None:\n    psycopg2.connect({url!r}).cursor().execute('SELECT 1')\n"
    try:
        assert f"The tests reached for {name}" in fitness(tree(tests)).problem
    finally:
        postgres.drop(name)
