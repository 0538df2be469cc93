"""Instructions that a server carries out in user space for a request, counted by Valgrind's Callgrind.

`perf stat` was considered: a virtual machine seldom lets it count. A server starts without being counted, and
the counter is switched on for warm requests only, so the import of its packages is in no figure.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Protocol

import psutil

WARM, REQUESTS = 30, 50
_CONTROL = "callgrind_control"
_TOTAL = re.compile(r"^totals: (\d+)", re.MULTILINE)


class Server(Protocol):
    """What is asked, in a process that `command` has begun."""

    process: psutil.Process

    def ask(self, path: str, times: int = 1) -> None: ...


def possible() -> bool:
    """Whether Valgrind is installed."""
    return shutil.which("valgrind") is not None and shutil.which(_CONTROL) is not None


def command(file: Path) -> tuple[str, ...]:
    """What stands before the command of a server that is to be counted; `file`: where the counts go."""
    return "valgrind", "--tool=callgrind", "--quiet", "--instr-atstart=no", f"--callgrind-out-file={file}"


def millions(server: Server, path: str, file: Path) -> float:
    """Millions of instructions for one GET of a path; `file` as in `command`.

    Raises subprocess.CalledProcessError when the server is not one that Callgrind runs.
    """
    server.ask(path, WARM)
    _control(server, "--instr=on")
    server.ask(path, 5)  # Callgrind translates what it has not seen yet
    _control(server, "--zero")
    server.ask(path, REQUESTS)
    known = set(file.parent.glob(f"{file.name}.*"))
    _control(server, "--dump")
    (made,) = set(file.parent.glob(f"{file.name}.*")) - known
    _control(server, "--instr=off")
    return sum(map(int, _TOTAL.findall(made.read_text(encoding="utf-8")))) / REQUESTS / 1_000_000


def _control(server: Server, what: str) -> None:
    subprocess.run(
        [_CONTROL, what, str(server.process.pid)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
