"""`run_mutants`: a toy's module and its tests under mutmut, and which mutants no test noticed.

mutmut makes the mutants and runs the tests. It prints times and a spinner, so its files are read.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.base.errors import CourseError
from course.content import app_history
from course.suites.page_run import toys

_ALIVE = (0, 33)  # mutmut's codes: all tests passed; no test runs this code
_NO_FORK = (
    "mutmut copies its own process, which Windows cannot do, so nothing was run here. The page on the web "
    "shows what this cell prints; under WSL it runs."
)
_SECONDS = 120


@dataclass(frozen=True)
class Mutant:
    """One small change that mutmut made: the number of the line, what stood there, what stands there now."""

    line: int
    old: str
    new: str
    alive: bool


@dataclass(frozen=True)
class MutantRun:
    """What became of all mutants of one module. `problem`: why there are none, in a sentence, or ""."""

    source: str
    mutants: tuple[Mutant, ...]
    problem: str = ""

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no test noticed, in the order of their lines."""
        return tuple(each for each in self.mutants if each.alive)

    def __repr__(self) -> str:
        wide = max((len(each.old) for each in self.survivors), default=0)
        lines = [f"  {each.line:>3}  {each.old:<{wide}}  →  {each.new}" for each in self.survivors]
        verb = "survives" if len(self.survivors) == 1 else "survive"
        counted = f"{len(self.survivors)} of {len(self.mutants)} mutants {verb}"
        return "\n".join([self.problem or counted, *lines])


def run_mutants(module: str, tests: str) -> MutantRun:
    """Run mutmut on a module of a toy, with the tests of one file; both as `%%toy` names them.

    Raises CourseError for a file that is not there, and when the tests fail on the module as it is.
    """
    for each in (module, tests):
        if not (toys() / each).is_file():
            raise CourseError(f"There is no {each} here, so nothing was run. Run the cell that writes it.")
    source = (toys() / module).read_text("utf-8")
    if not hasattr(os, "fork"):
        return MutantRun(source, (), _NO_FORK)
    with tempfile.TemporaryDirectory(prefix="course-mutants-") as name:
        made = _made(Path(name).resolve(), module, tests)
    return MutantRun(source, tuple(sorted((_mutant(*each) for each in made), key=lambda each: each.line)))


def _made(folder: Path, module: str, tests: str) -> list[tuple[int, str]]:
    """The exit code and the diff of each mutant, made and judged in this empty folder."""
    below = toys() / module.partition("/")[0]
    texts = {file.relative_to(toys()).as_posix(): file.read_text("utf-8") for file in below.rglob("*.py")}
    app_history.build(folder, texts)
    plain: dict[str, Any] = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    found = folder / "found.json"
    command = [sys.executable, "-m", "course.suites.mutmut_child", module, tests, str(found)]
    run = subprocess.run(
        command, cwd=folder, env=os.environ | plain, capture_output=True, timeout=_SECONDS, check=False
    )
    if not found.exists():
        said = run.stdout.decode("utf-8", "replace") + run.stderr.decode("utf-8", "replace")
        raise CourseError(
            f"mutmut made no mutants of {module}. Do its tests pass? run_tests({tests!r}) shows them. "
            f"The last thing that mutmut printed: {(said.strip().splitlines() or ['nothing'])[-1]}"
        )
    return [(code, diff) for code, diff in json.loads(found.read_text("utf-8"))]


def _mutant(code: int, diff: str) -> Mutant:
    """A mutant from mutmut's diff, which has one changed line and the context before it."""
    lines = diff.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("@@"))
    first = int(lines[start].split()[1].removeprefix("-").partition(",")[0])
    below = lines[start + 1 :]
    at = next(number for number, line in enumerate(below) if line.startswith("-"))
    new = [line[1:].strip() for line in below if line.startswith("+")]
    return Mutant(first + at, below[at][1:].strip(), " ".join(new), code in _ALIVE)
