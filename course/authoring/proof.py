"""The whole proof: one run of pytest over the tests, the lessons and the solutions."""

import os
import subprocess
import sys
import time

from course.base import paths

_RECORD = paths.ROOT / ".pytest_cache" / "course-proof-minutes"
# loadfile keeps a notebook's cells on one worker, in order; more workers than cores are slower.
EVERYTHING = [
    "--nbval",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
    "tests",
    "notebooks",
    "solutions",
]


def run(args: list[str]) -> int:
    """Run everything, or pytest with exactly the options given, from the course's own folder.

    Returns pytest's exit status: 0 when all is proved.
    """
    command, start = [sys.executable, "-m", "pytest", *(args or EVERYTHING)], time.monotonic()
    status = subprocess.run(command, cwd=paths.ROOT, env=_environment(), check=False).returncode
    if not args:
        _RECORD.parent.mkdir(exist_ok=True)
        _RECORD.write_text(f"{(time.monotonic() - start) / 60:.1f}\n", encoding="utf-8")
    return status


def last_minutes() -> float | None:
    """How long the last whole proof took here, in minutes; None when there was none."""
    return float(_RECORD.read_text(encoding="utf-8")) if _RECORD.exists() else None


def _environment() -> dict[str, str]:
    """This environment, with the course's own programs found first and no foreign pytest options."""
    programs = os.path.dirname(sys.executable)
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return env | {"PATH": programs + os.pathsep + env.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
