"""Which process is our server: never trust a number in a file alone, it may be another program's by now."""

import contextlib
from pathlib import Path
from typing import NamedTuple

import psutil


class Postmaster(NamedTuple):
    """A server that was proved to run on a data folder of ours."""

    process: psutil.Process
    port: int
    ready: bool = False  # it accepts connections: it is neither starting nor recovering from a crash


def postmaster(data: Path) -> Postmaster | None:
    """Return the living server of the data folder `data`, or None."""
    try:
        lines = _pid_file(data).read_text("utf-8", errors="replace").splitlines()
        process = psutil.Process(int(lines[0]))
        port = int(lines[3]) if len(lines) > 3 else 0  # the lines come one by one while it starts
        ready = len(lines) > 7 and lines[7].strip() == "ready"
        return Postmaster(process, port, ready) if _serves(process, data) else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def disown_pid_file(data: Path) -> None:
    """Make a pid file harmless that names another program, which got a dead server's number.

    Only the number is replaced, by one that nobody has. The other lines stay: with them PostgreSQL makes sure
    that no process of the old server is still at work, and then it clears the file away itself.
    """
    path = _pid_file(data)
    try:
        number, *others = path.read_text("utf-8", errors="replace").splitlines(keepends=True) or [""]
        if _is_another(int(number), data):
            unused = next(n for n in range(30_000, 2, -1) if not psutil.pid_exists(n))
            path.write_text("".join([f"{unused}\n", *others]), "utf-8")
    except FileNotFoundError:
        return
    except ValueError:  # cut short by a crash; PostgreSQL would refuse it
        path.unlink()


def _pid_file(data: Path) -> Path:
    return data / "postmaster.pid"


def _is_another(number: int, data: Path) -> bool:
    try:
        return not _serves(psutil.Process(number), data)
    except psutil.Error:  # nobody, or somebody we may not look at: PostgreSQL decides by itself
        return False


def _serves(process: psutil.Process, data: Path) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE or not process.name().startswith("postgres"):
        return False
    # A server's working folder is its data folder, and stays so when that is moved. Where the system does not
    # show it (root without SYS_PTRACE in a container), the -D that we started it with must do.
    with contextlib.suppress(psutil.AccessDenied):
        return Path(process.cwd()).samefile(data)
    command = process.cmdline()
    return "-D" in command[:-1] and Path(command[command.index("-D") + 1]).samefile(data)
