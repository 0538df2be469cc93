"""The fixtures of one test, and their lives over several tests."""

from pathlib import Path

import pytest

from course import draw
from course.base.errors import CourseError
from course.suites.suite import SuiteRun, run_suite

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def engine(): yield 1
"""
TESTS = """
import pytest

@pytest.fixture(scope="module")
def shop(engine): yield 2

@pytest.fixture
def row(shop): yield 3

@pytest.fixture(autouse=True)
def clock(): yield

@pytest.fixture
def late(engine): yield 4

@pytest.mark.parametrize("number", [1, 2])
def test_a(row, number): ...

def test_b(request, shop, row): request.getfixturevalue("late")

def test_c(): ...
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    folder = tmp_path_factory.mktemp("suite")
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    for name in ("x", "y"):
        (folder / f"test_{name}.py").write_text(TESTS, "utf-8")
    return run_suite(folder, "postgresql://nowhere/a_test")


def test_each_fixture_leads_to_what_needs_it_also_one_of_an_earlier_test(run: SuiteRun) -> None:
    picture = draw.fixtures(run, "test_b")
    rows = [line.split(maxsplit=3) for line in picture.text.splitlines()]
    assert {(name, scope): users for name, scope, _, users in rows} == {
        ("engine", "session"): "shop, late",
        ("shop", "module"): "row, test_b",
        ("clock", "function"): "test_b",
        ("row", "function"): "test_b",
        ("late", "function"): "test_b",
    }
    assert picture.mermaid.count("-->") == 7
    assert picture.mermaid.count(":::shared") == 2 and "one for the module" in picture.mermaid


def test_a_value_of_parametrize_is_no_fixture(run: SuiteRun) -> None:
    assert "number" not in draw.fixtures(run, "test_a[1]").text
    assert "number" not in draw.fixture_scopes(run).text


def test_a_test_that_did_not_run_is_a_sentence(run: SuiteRun) -> None:
    with pytest.raises(CourseError, match=r"No test test_z has run here. These have: test_a\[1\], "):
        draw.fixtures(run, "test_z")


def test_each_scope_lasts_from_its_set_up_to_its_teardown(run: SuiteRun) -> None:
    lines = [line.split() for line in draw.fixture_scopes(run).text.splitlines()[1:]]
    assert sorted((line[0], "".join(line[2:])) for line in lines) == [
        *[("clock", "[---]" * 4)] * 2,
        ("engine", "[----" + "-----" * 6 + "----]"),
        *[("late", "[---]")] * 2,
        *[("row", "[---]" * 3)] * 2,
        *[("shop", "[----" + "-----" * 2 + "----]")] * 2,
    ]


def test_the_table_says_the_same_as_html(run: SuiteRun) -> None:
    drawn = draw.fixture_scopes(run)
    assert drawn.html.count('title="[---]"') == 16 and drawn.html.count('title="----]"') == 3
    assert drawn._repr_mimebundle_() == {"text/html": drawn.html, "text/plain": str(drawn)}


def test_of_many_tests_the_first_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "test_many.py").write_text(
        "\n".join(f"def test_{n}(tmp_path): ..." for n in range(11)), "utf-8"
    )
    found = run_suite(tmp_path, "postgresql://nowhere/a_test")
    assert "3 more tests" in draw.fixture_scopes(found).text
    assert draw.fixtures(found, "test_9").text.split() == [
        "tmp_path_factory",
        "session",
        "→",
        "tmp_path",
        "tmp_path",
        "function",
        "→",
        "test_9",
    ]


def test_a_test_without_fixtures_and_a_run_without_tests(tmp_path: Path) -> None:
    (tmp_path / "test_none.py").write_text("def test_alone(): ...", "utf-8")
    assert draw.fixtures(run_suite(tmp_path, ""), "test_alone").text == "test_alone has no fixture"
    with pytest.raises(CourseError, match="no test has run"):
        draw.fixture_scopes(SuiteRun((), "pytest found no test."))
