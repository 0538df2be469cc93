"""A bug as an answer: where it may stand, what counts as other code, and who notices it."""

import pytest

from course.base.errors import CourseError
from course.suites import bug
from course.suites.bug import Bug

TREE = {
    "app/fees.py": '"""Fees."""\n\nFEE = 2  # cents\n\n\ndef fee(days):\n    """What it costs."""\n    return days * FEE\n',
    "tests/test_fees.py": "from app.fees import fee\n\n\ndef test_fee():\n    assert fee(2) == 4\n",
    "tests/test_more.py": "from app.fees import fee\n\n\ndef test_nothing():\n    assert fee(0) == 0\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
}
PROOF = "from app.fees import fee\n\n\ndef test_bug():\n    assert fee(-1) == -2\n"


@pytest.fixture(autouse=True)
def small_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bug.app_history, "after", lambda lesson_id: dict(TREE))


def written(old: str, new: str, path: str = "app/fees.py") -> Bug:
    return Bug("6.6", path, old, new, PROOF)


@pytest.mark.parametrize(
    ("old", "path", "says"),
    [
        ("days", "app/fees.py", "2 times"),
        ("price", "app/fees.py", "0 times"),
        ("", "app/fees.py", "0 times"),
        ("fee", "tests/test_fees.py", "no Python file below app/"),
        ("fee", "app/none.py", "no Python file below app/"),
        ("ini", "pyproject.toml", "no Python file below app/"),
    ],
)
def test_a_place_that_is_none_is_a_sentence(old: str, path: str, says: str) -> None:
    with pytest.raises(CourseError, match=says):
        _ = written(old, "x", path).broken


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [("# cents", "# euros", True), ("What it costs.", "Nothing.", True), ("days * FEE", "days * 2", False)],
)
def test_comments_and_docstrings_are_no_code(old: str, new: str, same: bool) -> None:
    assert written(old, new).says_the_same() is same


def test_a_file_that_python_cannot_read_is_told() -> None:
    assert written("days * FEE", "days *").syntax_error().startswith("SyntaxError")
    assert written("days * FEE", "days").syntax_error() == ""


def test_a_bug_is_noticed_by_a_test_of_the_app_or_missed() -> None:
    assert written("days * FEE", "days * 3").noticed_by == "tests/test_fees.py::test_fee"
    missed = written("days * FEE", "abs(days) * FEE")
    assert missed.noticed_by == "" and missed.line == 8
    right, broken = missed.proofs
    assert right.passed and not right.failed and [each.name for each in broken.failed] == ["test_bug"]


def test_the_files_of_tests_make_two_halves() -> None:
    assert bug._halves(TREE) == [["tests/test_more.py"], ["tests/test_fees.py"]]
