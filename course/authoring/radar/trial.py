"""A throw-away environment: the packages of the locks, moved to other versions and back.

start.py makes environments too. It runs before anything is installed, so it is no module of the course, and
it knows one environment, .venv. nox was considered: it makes an environment for each set of versions.
"""

import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Mapping
from pathlib import Path

from course.authoring.radar import packages
from course.base import paths
from course.base.errors import CourseError

LOCK = paths.ROOT / "requirements-dev.lock"
_SITE = "import sysconfig; print(sysconfig.get_path('purelib'))"
_SAID = 12  # lines of what an installer said before it failed
# What would send packages to another place than this environment.
_UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "UV_SYSTEM_PYTHON", "PIP_USER")


class Trial:
    """An environment in a folder, with uv where it is on the PATH, else with pip."""

    def __init__(self, folder: Path) -> None:
        self._uv = shutil.which("uv") or ""
        venv.EnvBuilder(symlinks=os.name != "nt", with_pip=not self._uv).create(folder)
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        self._site = Path(_run([str(self.python), "-c", _SITE]).strip())

    def installed(self) -> dict[str, packages.Package]:
        """What is installed here now."""
        return packages.installed(self._site)

    def take_locks(self) -> None:
        """Install what the authors' lock names, and link the course. Raises CourseError."""
        self._install("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(LOCK))
        self._install("--no-index", "--no-deps", "--no-build-isolation", "-e", str(paths.ROOT))

    def take_newest(self) -> None:
        """Upgrade everything that pyproject.toml names, and all that comes with it. Raises CourseError."""
        eager = [] if self._uv else ["--upgrade-strategy", "eager"]
        self._install("--upgrade", *eager, *requirements())

    def take_pins(self, pins: list[str]) -> None:
        """Move to versions such as "fastapi==0.160.0", and what has to fit them. Raises CourseError."""
        self._install(*requirements(), *pins)

    def become(self, wanted: Mapping[str, packages.Package]) -> None:
        """Install exactly these versions, and remove what is not among them. Raises CourseError."""
        there = self.installed()
        if gone := sorted(there.keys() - wanted.keys()):
            _run([*self._tool("uninstall"), *([] if self._uv else ["--yes"]), *gone])
        moved = [each for each in packages.moves(there, wanted) if each.after]
        if moved:
            self._install("--no-deps", *(f"{each.name}=={each.after}" for each in moved))

    def _install(self, *what: str) -> None:
        _run([*self._tool("install"), *what])

    def _tool(self, verb: str) -> list[str]:
        """The installer's command up to its own options."""
        if self._uv:
            return [self._uv, "pip", verb, "--python", str(self.python), "--no-progress", "--color", "never"]
        return [str(self.python), "-I", "-m", "pip", "--no-input", "--disable-pip-version-check", verb]


def requirements() -> list[str]:
    """What pyproject.toml asks for: learners' packages and authors'."""
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*project["dependencies"], *project["optional-dependencies"]["dev"]]


def _run(command: list[str]) -> str:
    """What a command prints. Raises CourseError with its last lines when it fails."""
    environment = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    done = subprocess.run(
        command,
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_SAID:])
        raise CourseError(f"The installer failed in a throw-away environment ({sys.platform}):\n{said}")
    return done.stdout
