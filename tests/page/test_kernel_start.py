"""A learner's file with the name of a module stops neither JupyterLab nor a kernel, and replaces no package."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from course.base import paths
from course.cli import lab
from course.page import kernel_start

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


def said(work: Path, code: str) -> str:
    """What a kernel prints that starts as `course lab` starts it."""
    shown: list[str] = []
    manager, client = start_new_kernel(cwd=str(work), env=os.environ | lab.environment(), startup_timeout=120)
    try:
        client.execute_interactive(
            code,
            timeout=120,
            output_hook=lambda message: shown.append(
                message["content"].get("text") or message["content"].get("evalue") or ""
            ),
        )
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
