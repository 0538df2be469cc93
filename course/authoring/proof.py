"""The proof: runs of pytest over the tests, the lessons and the solutions."""

import os
import subprocess
import sys
import time
from pathlib import Path

from course.authoring import changed, proof_plugin
from course.base import paths
from course.content import kernel

_RECORD = paths.ROOT / ".pytest_cache" / "course-proof-minutes"
# Seconds. A test that hangs shows where, long before CI would end everything without a word; a cell is ended.
# pytest-timeout was considered: it uses the timer that the checks use.
_LIMITS = [
    "--override-ini=faulthandler_timeout=600",
    f"--nbval-cell-timeout={kernel.CELL_LIMIT_SECONDS}",
    f"--nbval-kernel-startup-timeout={kernel.CELL_LIMIT_SECONDS}",  # a busy machine once took over a minute
]
# A group of tests stays on one worker, in order. Much of a group's time is waiting for servers, kernels and
# time limits: on two cores four workers took 6.8 minutes where two took 7.9.
_WORKERS = ["-p", "course.authoring.proof_plugin", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
ORDINARY = ["--nbval", *_WORKERS, *_LIMITS]
# The projects' references have suites of their own, which tests/projects runs as anybody would.
EVERYTHING = [*ORDINARY, "--ignore=solutions/projects", "tests", "notebooks", "solutions"]
# What is skipped says what this machine has not. One test may run all lessons, on another Python.
DEEP = [*_WORKERS, "--override-ini=faulthandler_timeout=3600", "-rs", "-m", "deep", "tests"]
_NOTHING_COLLECTED = 5


def run(args: list[str]) -> int:
    """Run everything, or pytest with exactly the options given, from the course's own folder.

    With `--changed` only what belongs to the files that git says were changed, with `--deep` only the tests
    that take long; pytest's options may follow. Returns pytest's exit status: 0 when all is proved.
    """
    rest = [each for each in args if each not in ("--changed", "--deep")]
    if "--deep" in args:
        return _pytest([*DEEP, *rest])
    if "--changed" in args:
        return _changed(rest)
    start = time.monotonic()
    status = _pytest(args or EVERYTHING, whole=not args)
    if not args:
        _RECORD.parent.mkdir(exist_ok=True)
        _RECORD.write_text(f"{(time.monotonic() - start) / 60:.1f}\n", encoding="utf-8")
    return status


def last_minutes() -> float | None:
    """How long the last whole proof took here, in minutes; None when there was none."""
    return float(_RECORD.read_text(encoding="utf-8")) if _RECORD.exists() else None


def _changed(rest: list[str]) -> int:
    files = changed.files()
    chosen = changed.tests(files)
    print(f"{len(files)} files differ from {changed.base()[:12]}.")
    if not chosen:
        print("No test belongs to them. The whole proof: course test")
        return 0
    if chosen == changed.ALL:
        print("One of them is about everything, so everything is proved.")
        return _pytest([*EVERYTHING, *rest])
    print("What belongs to them:", *chosen, sep="\n  ")
    status = _pytest([*ORDINARY, *chosen, *rest])
    return 0 if status == _NOTHING_COLLECTED else status


def by(python: Path, options: list[str], log: Path) -> int:
    """Run pytest with these options by the Python of another environment; its exit status.

    What it prints goes into the file `log`.
    """
    command = [str(python), "-m", "pytest", *options]
    with log.open("wb") as said:
        done = subprocess.run(
            command,
            cwd=paths.ROOT,
            env=_environment(python),
            stdout=said,
            stderr=subprocess.STDOUT,
            check=False,
        )
    return done.returncode


def _pytest(options: list[str], whole: bool = False) -> int:
    command = [sys.executable, "-m", "pytest", *options]
    environment = _environment(Path(sys.executable))
    environment |= {proof_plugin.WHOLE_VARIABLE: "1"} if whole else {}
    return subprocess.run(command, cwd=paths.ROOT, env=environment, check=False).returncode


def _environment(python: Path) -> dict[str, str]:
    """This environment, with the programs beside this Python found first and no foreign pytest options."""
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    there = {"VIRTUAL_ENV": str(python.parent.parent)} if "VIRTUAL_ENV" in env else {}
    first = str(python.parent) + os.pathsep + env.get("PATH", "")
    return env | there | {"PATH": first, "PYTHONDONTWRITEBYTECODE": "1"}
