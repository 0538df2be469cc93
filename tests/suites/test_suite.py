"""A suite is run on an app in a process of its own: what passed, what failed and where, and what kept it from running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course.suites.process import Job, run_pytest
from course.suites.suite import SuiteRun, app_in_a_folder, run_suite

PASSES = "def test_a():\n    assert True\n"


def run(folder: Path, text: str, conftest: str = "", **more) -> SuiteRun:
    (folder / "tests").mkdir()
    (folder / "tests" / "conftest.py").write_text(conftest)
    (folder / "tests" / "test_x.py").write_text(text)
    return run_suite(folder, "postgresql://127.0.0.1/x_test", **more)


def test_each_test_is_told_with_its_line_and_what_it_said(tmp_path):
    text = PASSES + "def test_b():\n    number = 1\n    assert number == 2\n\n"
    text += (
        "import pytest\n@pytest.fixture\ndef broken():\n    raise OSError('no')\ndef test_c(broken): ...\n"
    )
    text += "@pytest.mark.skip\ndef test_d(): ...\n"
    found = run(tmp_path, text)
    assert found.problem == ""
    assert [(each.name, each.outcome) for each in found.results] == [
        ("test_a", "passed"),
        ("test_b", "failed"),
        ("test_c", "error"),
        ("test_d", "skipped"),
    ]
    assert (found.results[1].line, found.results[1].says) == ("assert number == 2", "assert 1 == 2")
    assert found.results[2].says == "OSError: no"
    assert [each.name for each in found.failed] == ["test_b", "test_c"]


def test_what_a_library_adds_to_an_error_is_kept_and_is_the_same_in_ci(tmp_path, monkeypatch):
    monkeypatch.setenv("CI", "true")
    text = "from hypothesis import given, settings, strategies as st\n@settings(database=None, derandomize=True)\n"
    text += "@given(number=st.integers())\ndef test_a(number):\n    assert number < 7\n"
    (failed,) = run(tmp_path, text).failed
    assert (failed.says, failed.notes.split()[-2:]) == ("assert 7 < 7", ["number=7,", ")"])


def test_a_run_is_shown_test_by_test(tmp_path):
    found = run(tmp_path, PASSES + "def test_b():\n    assert 1 == 2\n")
    assert repr(found).splitlines() == [
        "tests/test_x.py",
        "  ✓ test_a",
        "  ✗ test_b",
        "      assert 1 == 2",
        "      assert 1 == 2",
        "1 passed, 1 failed",
    ]
    html = found._repr_mimebundle_()["text/html"]
    assert "test_b" in html and "1 passed, 1 failed" in html


@pytest.mark.parametrize(
    ("text", "conftest", "problem"),
    [
        ("x = 1\n", "", "pytest found no test. One is a function whose name begins with test_"),
        ("import nowhere\n", "", "tests/test_x.py cannot be imported: ModuleNotFoundError: No module named"),
        ("def test_(:\n", "", "tests/test_x.py cannot be imported: SyntaxError"),
        (
            PASSES,
            "import pytest\npytest.exit('Set the address first.', returncode=4)\n",
            "Set the address first.",
        ),
        (PASSES, "import os\nos._exit(3)\n", "Its process ended before pytest did."),
        ("import os\ndef test_a():\n    os._exit(0)\n", "", "Its process ended before pytest did."),
    ],
)
def test_a_run_that_says_nothing_of_the_app_says_why(tmp_path, text, conftest, problem):
    found = run(tmp_path, text, conftest)
    assert problem in found.problem
    assert not found.passed


def test_a_suite_that_hangs_is_stopped_with_what_it_started(tmp_path):
    text = (
        "import pathlib, subprocess, sys, time\n"
        "def test_a():\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "    pathlib.Path('child').write_text(str(child.pid))\n"
        "    time.sleep(600)\n"
    )
    found = run(tmp_path, text, seconds=15)
    assert (
        "It had not ended after 15 seconds, and was stopped. At that moment, tests/test_x.py::test_a ran."
        in (found.problem)
    )
    number = int((tmp_path / "child").read_text())
    status = Path(f"/proc/{number}/status")
    assert not status.exists() or "zombie" in status.read_text()


def test_the_tests_find_one_database_and_nothing_of_our_pytest(tmp_path):
    text = (
        "import os\n"
        "def test_a():\n"
        "    assert os.environ['TEST_DATABASE_URL'] == os.environ['DATABASE_URL'] == 'postgresql://127.0.0.1/x_test'\n"
        "    assert 'PYTEST_ADDOPTS' not in os.environ\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", "--no-such-option")
        assert run(tmp_path, text).passed


def test_threads_that_tests_leave_do_not_keep_the_process(tmp_path):
    text = "import threading, time\ndef test_a():\n    threading.Thread(target=time.sleep, args=(600,)).start()\n"
    found = run(tmp_path, text, seconds=30)
    assert (found.problem, len(found.passed)) == ("", 1)


def test_fixtures_are_told_in_the_order_in_which_they_were_made_and_ended(tmp_path):
    text = (
        "import pytest\n"
        "@pytest.fixture(scope='module')\ndef one(): yield\n"
        "@pytest.fixture\ndef two(one): yield\n"
        "def test_a(two): ...\ndef test_b(two): ...\n"
    )
    found = run(tmp_path, text)
    told = [(each["kind"], each["fixture"]) for each in found.events if each["kind"] in ("setup", "teardown")]
    two = [("setup", "two"), ("teardown", "two")]
    assert told == [("setup", "one"), *two, *two, ("teardown", "one")]
    assert next(each for each in found.events if each.get("fixture") == "two")["needs"] == ["one"]


def test_an_app_is_tested_in_a_folder_with_a_database_of_its_own():
    import psycopg2

    with app_in_a_folder({"tests/test_x.py": PASSES}) as (folder, address):
        assert (folder / "tests" / "test_x.py").read_text() == PASSES
        psycopg2.connect(address).close()
    assert not folder.exists()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(address)


def test_a_process_that_cannot_begin_leaves_no_child(tmp_path):
    assert run_pytest(Job(tmp_path, tmp_path, ["--no-such-option"], dict(os.environ), tmp_path), 60)
    assert "no-such-option" in (tmp_path / "output").read_text()


def test_a_toy_can_be_imported_by_the_page_and_is_read_afresh():
    import importlib

    from course.suites import page_run

    for number in (1, 2):
        page_run.toy("toy_of_a_test/numbers.py", f"NUMBER = {number}\n")
        assert number == importlib.import_module("toy_of_a_test.numbers").NUMBER


def test_a_script_that_runs_a_suite_is_not_run_again_in_its_process(tmp_path):
    (tmp_path / "test_one.py").write_text("def test_one() -> None: ...\n")
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from course.suites.suite import run_suite\n"
        "print('the script runs')\n"
        "print(run_suite(Path(__file__).parent, ''))\n"
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert (ran.stdout.count("the script runs"), "1 passed" in ran.stdout) == (1, True), (
        ran.stdout + ran.stderr
    )


def test_what_tests_keep_beside_their_results_comes_back(tmp_path):
    text = "def test_a(record_property):\n    record_property('found', {'x': 1})\n    assert False\n"
    text += "def test_b(record_property):\n    record_property('found', {1, 1})\n" + PASSES.replace(
        "_a", "_c"
    )
    assert run(tmp_path, text).kept("found") == {"test_a": {"x": 1}, "test_b": "{1}"}
