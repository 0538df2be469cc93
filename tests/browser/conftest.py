"""One JupyterLab for the whole of the browser's tests: to start one takes longer than most of what is done in it."""

from collections.abc import Iterator
from pathlib import Path

import browser_driver as browser
import pytest

from course.base import paths


@pytest.fixture(scope="session")
def running_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of `course lab`, and the learner's folder that it shows."""
    work = tmp_path_factory.mktemp("browser") / "a learner's work"
    with browser.lab(work) as address:
        yield address, work


@pytest.fixture
def one_lab(running_lab: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[str, Path]:
    """The same, as a new learner has it."""
    _, work = running_lab
    monkeypatch.setenv(paths.WORK_VARIABLE, str(work))
    browser.begin_again(work)
    return running_lab
