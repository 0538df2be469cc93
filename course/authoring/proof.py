"""The whole proof: one run of pytest over the tests, the lessons and the solutions."""

import os
import subprocess
import sys

from course import paths

# loadfile keeps a notebook's cells on one worker, in order; more workers than cores are slower.
EVERYTHING = ["--nbval", "-n", "2", "--dist", "loadfile", "tests", "notebooks", "solutions"]


def run(args: list[str]) -> int:
    """Run everything, or pytest with exactly the options given, from the course's own folder.

    Returns pytest's exit status: 0 when all is proved.
    """
    command = [sys.executable, "-m", "pytest", *(args or EVERYTHING)]
    return subprocess.run(command, cwd=paths.ROOT, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    """This environment, with the course's own programs found first and no foreign pytest options."""
    programs = os.path.dirname(sys.executable)
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    return env | {"PATH": programs + os.pathsep + env.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"}
