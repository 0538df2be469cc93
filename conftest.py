"""For `pytest --nbval`: each notebook runs in an empty learner's folder of its own.

So a notebook prints the same whatever the learner has done, alone or in any order.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.authoring.quick_place import quick_place
from course.base import paths
from course.postgres import settings

_KEPT = (paths.WORK_VARIABLE, paths.POSTGRES_VARIABLE, settings.FAST_VARIABLE)
_before: dict[str, str | None] = {}
_folder: Path | None = None


def pytest_configure(config: pytest.Config) -> None:
    """One folder for this run. What notebooks share, the PostgreSQL server, is shared by all workers."""
    global _folder
    _before.update({name: os.environ.get(name) for name in _KEPT})
    _folder = Path(tempfile.mkdtemp(prefix="course-proof-", dir=quick_place()))
    if not hasattr(config, "workerinput"):
        os.environ[paths.POSTGRES_VARIABLE] = str(_folder / "postgres")
        os.environ[settings.FAST_VARIABLE] = "1"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the first cell of a notebook its kernel is started: by then its folder must be named."""
    if type(item.parent).__name__ == "IPyNbFile":
        os.environ[paths.WORK_VARIABLE] = str(_own_folder(item.path))


@pytest.fixture(autouse=True)
def no_app_left_behind() -> Iterator[None]:
    """A test that opens a page puts its app on the import path; the next test must not find it there."""
    yield
    if postboard := sys.modules.get("course.postboard.page_app"):
        postboard.leave()


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty learner's folder for one test, in a path with a space."""
    folder = tmp_path / "a learner's work"
    monkeypatch.setenv(paths.WORK_VARIABLE, str(folder))
    yield folder


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind: no server, no folder, no changed environment."""
    if not hasattr(config, "workerinput") and (_folder / "postgres").exists():
        from course import postgres

        postgres.stop()
    for name, value in _before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    shutil.rmtree(_folder, ignore_errors=True)


def _own_folder(notebook: Path) -> Path:
    return _folder / "-".join(notebook.relative_to(paths.ROOT).with_suffix("").parts)
