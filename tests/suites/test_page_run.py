"""`run_tests` on a page: the page's app, a copy of it with a mistake, or a toy."""

from pathlib import Path

import pytest

from course.base.errors import CourseError
from course.content import app_history, variants
from course.postboard import page_app
from course.suites import page_run
from course.suites.page_run import run_tests, toy

APP = {
    "app/__init__.py": "",
    "app/sums.py": "def add(a, b):\n    return a + b\n",
    "tests/test_sums.py": "from app.sums import add\n\n\ndef test_two():\n    assert add(1, 2) == 3\n",
    "pyproject.toml": '[tool.pytest.ini_options]\npythonpath = ["."]\n',
}


@pytest.fixture
def app(tmp_path: Path) -> Path:
    app_history.build(tmp_path, APP)
    page_app.use(tmp_path)
    return tmp_path


def test_the_tests_of_the_pages_app_are_run(app: Path) -> None:
    assert [(each.name, each.outcome) for each in run_tests().results] == [("test_two", "passed")]
    assert run_tests("tests/test_sums.py::test_two").passed


def test_a_mistake_is_made_in_a_copy(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change = variants.Change("app/sums.py", "add", "a + b", "a - b")
    wrong = variants.Variant("minus", "sums", "A sum is a difference.", (change,))
    monkeypatch.setattr(variants, "variants", lambda: (wrong,))
    assert [each.says for each in run_tests(mistake="minus").failed] == ["assert -1 == 3"]
    assert run_tests().passed and "a + b" in (app / "app/sums.py").read_text()


def test_an_unknown_mistake_is_a_sentence(app: Path) -> None:
    with pytest.raises(
        CourseError, match='There is no mistake called "comit-left-out". There are: commit-left-out'
    ):
        run_tests(mistake="comit-left-out")


def test_a_file_that_is_not_there_is_a_sentence(app: Path) -> None:
    with pytest.raises(CourseError, match="There is no tests/test_none.py here, so nothing was run."):
        run_tests("tests/test_none.py")


def test_a_toy_stands_beside_the_app(app: Path) -> None:
    assert toy("shop/test_shop.py", "def test_a(): assert 1 == 1\n").kind == "new"
    assert run_tests("shop/test_shop.py").passed
    assert not (app / "shop").exists()
    assert toy("shop/test_shop.py", "def test_a(): assert 1 == 2\n").kind == "changed"
    assert run_tests("shop/test_shop.py").failed
    with pytest.raises(CourseError):
        toy("../test_shop.py", "")


def test_warnings_are_told_once(app: Path) -> None:
    toy("warns/test_warns.py", 'def test_a():\n    assert (1 == 2, "no")\n')
    found = run_tests("warns/test_warns.py")
    assert len(found.warnings) == 1 and "assertion is always true" in found.warnings[0]
    assert repr(found).endswith(f"1 passed\nA warning: {found.warnings[0]}")


def test_the_plugin_of_async_tests_is_there_when_they_name_it(app: Path) -> None:
    text = "import pytest\n@pytest.fixture\ndef anyio_backend(): return 'asyncio'\n"
    toy("waits/test_waits.py", text + "@pytest.mark.anyio\nasync def test_a(): assert 1 == 1\n")
    assert run_tests("waits/test_waits.py").passed
    assert page_run._is_toy("waits/test_waits.py")
