"""A learner's file with the name of a module stops neither JupyterLab nor a kernel, and replaces no package."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from course.base import paths
from course.cli import lab
from course.page import explained_errors, kernel_start, not_run_yet

TAKEN = [
    "token",
    "email",
    "json",
    "random",
    "queue",
    "socket",
    "types",
    "typing",
    "ast",
    "code",
    "select",
    "secrets",
    "signal",
    "copy",
    "enum",
    "psycopg2",
    "fastapi",
    "course",
    "comm",
]


@pytest.fixture
def spoilt(work: Path) -> Path:
    """A work folder in which each file that takes a module's place raises an error, and one is a module."""
    work.mkdir()
    for name in TAKEN:
        (work / f"{name}.py").write_text(f"raise RuntimeError('the learner has a {name}.py')\n")
    (work / "mine.py").write_text("VALUE = 5\n")
    return work


def _words(content: dict[str, Any]) -> str:
    """What a message shows as text: what was printed, an error's own words, or what was displayed."""
    return str(content.get("text") or content.get("evalue") or content.get("data", {}).get("text/plain", ""))


def said(work: Path, *codes: str) -> str:
    """What a kernel prints that starts as `course lab` starts it, a cell for each code."""
    shown: list[str] = []
    manager, client = start_new_kernel(cwd=str(work), env=os.environ | lab.environment(), startup_timeout=120)
    try:
        for code in codes:
            client.execute_interactive(
                code,
                timeout=120,
                output_hook=lambda message: shown.append(_words(message["content"])),
            )
            shown.append("\n" * (len(codes) > 1))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(shown)


IMPORTS = f"""
import importlib
from course import lesson, check
for name in {TAKEN}:
    importlib.import_module(name)
import mine
print(mine.VALUE)
"""


def test_a_kernel_starts_and_finds_the_real_modules_and_the_learners_own(
    spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", lab.environment()["JUPYTER_PATH"])
    assert said(spoilt, IMPORTS) == "5\n"


def test_a_kernel_that_is_not_ours_finds_them_once_the_lesson_is_open(spoilt: Path) -> None:
    (spoilt / "course.py").unlink()  # this one would come first: see the doctor
    assert said(spoilt, f"from course import lesson\nlesson('1.1'){IMPORTS}").endswith("5\n")


def test_jupyterlab_starts(spoilt: Path) -> None:
    command = [*lab.command([]), "--version"]
    done = subprocess.run(
        command, cwd=paths.work(), env=lab.environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not list(spoilt.glob("__pycache__"))


@pytest.fixture
def path() -> Iterator[list[str]]:
    before = list(sys.path)
    yield sys.path
    sys.path[:] = before


def test_the_folder_is_searched_once_and_last(path: list[str]) -> None:
    path.insert(0, "")
    for _ in range(2):
        kernel_start.load_ipython_extension(None)
        assert path[-1] == "" and path.count("") == 1


def test_a_kernel_that_searches_no_folder_is_left_as_it_is(path: list[str]) -> None:
    path[:] = [entry for entry in path if entry]
    before = list(path)
    kernel_start.here_last()
    assert path == before


def notebook(folder: Path, *texts: str) -> Path:
    cells = [{"cell_type": "code", "metadata": {}, "source": text} for text in texts]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "page.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


FIRST = "from course import check, lesson, predict\nlesson('1.1')"
CURE = "Run > Run All Above Selected Cell"


TOO_EARLY = {
    "predict('Which?', [1, 2])": "NameError: name 'predict' is not defined. A cell above makes it",
    "check('1.1a')": "name 'check' is not defined. A cell",
    "draw.routes": "name 'draw' is not defined. No cell above imports it. Put `from course import draw` into",
    "print(rows + 1)": "name 'rows' is not defined. A cell",
    "import app.main": "ModuleNotFoundError: No module named 'app'. A cell",
    "%%app app/x.py\nX = 1": "Nothing was written: the cell with lesson(…) has not been run. Choose",
    "%app_async app": "Nothing was written: the cell with lesson(…) has not been run. Choose",
    "%app_remove app/x.py": "Nothing was written: the cell with lesson(…) has not been run. Choose",
    "print(below)": "name 'below' is not defined",
    "print(my_own_slip)": "name 'my_own_slip' is not defined",
    "import nowhere_at_all": "No module named 'nowhere_at_all'",
}


def test_a_cell_run_before_those_above_it_says_what_to_do(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook(work, FIRST, "rows = 5", *TOO_EARLY, "below = 5")
    monkeypatch.setenv("JUPYTER_PATH", lab.environment()["JUPYTER_PATH"])
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    shown = [line for line in said(work, *TOO_EARLY).splitlines() if line]
    for line, explained in zip(shown, TOO_EARLY.values(), strict=True):
        assert explained in line
        assert (CURE in line) == ("A cell" in explained or "Nothing was" in explained), line


def test_an_app_whose_cell_was_not_run_is_missing_for_that_reason(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook(work, FIRST, "%%app app/services.py\nX = 1", "import app.services")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    raw = ["", FIRST, "import app.services"]
    shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=raw))
    assert CURE in not_run_yet.sentence(ModuleNotFoundError("none", name="app.services"), shell)
    assert not_run_yet.sentence(ModuleNotFoundError("none", name="app.models"), shell) == ""


def test_a_name_whose_cell_was_run_is_the_learners_own_matter(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook(work, "rows = 5", "del rows", "print(rows)")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    raw = ["", "rows = 5", "del rows", "print(rows)"]
    shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=raw))
    assert not_run_yet.sentence(NameError("no rows", name="rows"), shell) == ""
    raw[1] = "rows = 6  # edited, so it is not known to have run"
    assert CURE in not_run_yet.sentence(NameError("no rows", name="rows"), shell)


def test_a_name_of_the_course_that_was_imported_and_is_gone_is_the_learners_own_matter(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook(work, FIRST, "del check", "check('1.1a')")))
    raw = ["", FIRST, "del check", "check('1.1a')"]
    shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=raw))
    gone = NameError("no check", name="check")
    assert not_run_yet.sentence(gone, shell) == ""
    monkeypatch.delenv("JPY_SESSION_NAME")
    assert CURE in not_run_yet.sentence(gone, shell)  # nobody tells which cells there are


@pytest.mark.parametrize("content", ["{ torn", '{"cells": 5}', ""])
def test_a_damaged_notebook_leaves_the_error_as_it_is(
    work: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    shown: list[object] = []
    path = notebook(work)
    path.write_text(content, encoding="utf-8")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    shell = SimpleNamespace(
        history_manager=SimpleNamespace(input_hist_raw=["", "rows"]),
        showtraceback=lambda error, **_: shown.append(error[1]),
    )
    error = NameError("no rows", name="rows")
    explained_errors.show(shell, NameError, error, None)
    assert shown == [error]


REFUSED = """
import psycopg2
raise psycopg2.OperationalError("FATAL: sorry, too many clients already")
"""
WRAPPED = """
import psycopg2, sqlalchemy.exc
refusal = psycopg2.OperationalError("FATAL:  remaining connection slots are reserved")
raise sqlalchemy.exc.OperationalError("SELECT 1", {}, refusal)
"""


def test_a_connection_that_postgresql_refused_ends_with_what_to_do(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_PATH", lab.environment()["JUPYTER_PATH"])
    work.mkdir()
    other = 'raise type("OperationalError", (Exception,), {})("server closed the connection")'
    shown = said(work, REFUSED, WRAPPED, other)
    assert shown.count("PostgreSQL has no connection left") == 2
    assert shown.count("In a page that goes on, Kernel > Restart Kernel") == 2
    assert "server closed the connection" in shown
