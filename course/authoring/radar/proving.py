"""Runs a share of the proof in the throw-away environment, with any of the moved packages in it."""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from course.authoring import proof
from course.authoring.radar import record, sentence
from course.authoring.radar.packages import Installed, Ties
from course.authoring.radar.trial import Trial
from course.base.errors import CourseError
from course.content import catalog

_PASSED, _FAILED = 0, 1  # pytest's exit statuses when it did run; the others mean that it could not
# A file that cannot be imported must not keep the others from running.
_OPTIONS = ["-p", "course.authoring.radar.record", "--continue-on-collection-errors", "-q"]
_OPTIONS += ["--override-ini=verbosity_assertions=2"]  # what a failed test says, uncut
_WORKERS = 4  # at most, as in the proof
_LAST = 2000  # characters of what pytest said when it could not run


@dataclass(frozen=True)
class Failure:
    """A test that failed: a cell of a notebook, or another one.

    `cell` is the number that JupyterLab shows before it, 0 outside notebooks; `line` is its first line;
    `lesson` is "" where it is about none; `shown` and `now` are what was stored and what came; `sentence` is
    what the page says about it.
    """

    test: str
    lesson: str = ""
    cell: int = 0
    line: str = ""
    sentence: str = ""
    shown: str = ""
    now: str = ""

    @property
    def path(self) -> str:
        """The file that it stands in."""
        return self.test.partition("::")[0]

    @property
    def target(self) -> str:
        """What pytest is asked to run for it: a notebook only runs as a whole."""
        return self.path if self.path.endswith(".ipynb") else self.test

    @property
    def symptom(self) -> tuple[str, str]:
        """What it has in common with others: tests of one file that say the same have one cause."""
        return (self.path, self.test if self.cell else self.now)


class Runner(Protocol):
    """Runs tests with some of the packages moved."""

    def failures(self, moved: frozenset[str], targets: Iterable[str]) -> list[Failure]:
        """What fails then; raises CourseError when these packages cannot be installed or nothing can run."""


class InTrial:
    """The runner that moves packages in a throw-away environment and asks pytest there."""

    def __init__(self, trial: Trial, before: Installed, after: Installed) -> None:
        self._trial, self._ties = trial, Ties(before, after)

    def failures(self, moved: frozenset[str], targets: Iterable[str]) -> list[Failure]:
        """What fails of these with these packages moved. Raises CourseError."""
        self._trial.become(self._ties.mixed(moved))
        return run(self._trial.python, [*proof.ORDINARY, *_few(list(targets))])


def share(lessons: list[str]) -> list[str]:
    """pytest's options: pages, solutions and judged answers of these lessons, or the whole proof for []."""
    if not lessons:
        return proof.EVERYTHING
    chosen = [catalog.lesson(each) for each in lessons]
    notebooks = [path for each in chosen for path in (each.notebook, each.solution_notebook) if path.exists()]
    judged = ["tests/lessons/test_answers.py", f"--lessons={','.join(lessons)}"]
    return [*proof.ORDINARY, *_few([*map(str, notebooks), *judged])]


def _few(targets: list[str]) -> list[str]:
    """These targets by as many workers as there are files: each worker collects all of them for itself."""
    files = {each.partition("::")[0] for each in targets if not each.startswith("-")}
    return [f"-n{min(_WORKERS, len(files)) if len(files) > 1 else 0}", *targets]


def run(python: Path, options: list[str]) -> list[Failure]:
    """What fails in one run of pytest. Raises CourseError when it cannot run."""
    with tempfile.TemporaryDirectory(prefix="course-radar-") as folder:
        found, log = Path(folder) / "failures.jsonl", Path(folder) / "pytest.log"
        status = proof.by(python, [*options, *_OPTIONS, f"{record.OPTION}={found}"], log)
        lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
        if status not in (_PASSED, _FAILED) and not lines:
            said = log.read_text(encoding="utf-8", errors="replace")[-_LAST:]
            raise CourseError(f"pytest could not run the tests (exit status {status}):\n{said}")
    return [_told(**json.loads(line)) for line in lines]


def _told(test: str, now: str, shown: str = "", cell: int = 0, source: str = "") -> Failure:
    line = next((each for each in source.splitlines() if each.strip()), "")
    failure = Failure(test, sentence.lesson_of(test), cell, line, "", shown, now)
    return replace(failure, sentence=sentence.about(test, cell, source, shown, now))
