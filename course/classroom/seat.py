"""Is a seat of the room ready? What the doctor finds, and what only a try shows: a server, a kernel, a port.

psutil and nbclient do the looking; nothing of the learner's is read or changed.
"""

import getpass
import json
import os
import platform
import shutil
import socket
import sys
import tempfile
import time
import tomllib
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from course import postgres
from course.base import files, paths
from course.base.errors import CourseError
from course.content import kernel
from course.postgres import settings
from course.postgres.diagnosis import Finding

DISK_MB = 1000  # .venv is there already: a server's data, eight weeks of pages and databases
MEMORY_MB = 500  # JupyterLab, two kernels and a server take 200 to 300
KERNEL_SECONDS = 120  # a stick or a share is slow at the first start
PORTS = range(8888, 8939)  # JupyterLab takes the first of these that is free
_CHECKED = "seat_check"  # the database that is made and dropped


@dataclass(frozen=True)
class Seat:
    """What was found at one seat. `machine` tells two seats of one name apart, also those made of
    one image; sizes are in MB."""

    name: str
    machine: str
    ready: bool
    course: str
    python: str
    system: str
    disk: int
    memory: int
    seconds: float
    checked: str
    findings: tuple[Finding, ...]

    @property
    def wrong(self) -> list[Finding]:
        """The findings that are not well."""
        return [each for each in self.findings if not each.ok]

    @property
    def line(self) -> str:
        """Whether the seat is ready, in one line."""
        known = f"{self.name}: Python {self.python}, {self.system}, {self.disk:,} MB of disk and "
        known += f"{self.memory:,} MB of memory free, {len(self.findings)} checks in {self.seconds:.0f} s"
        if self.ready:
            return f"READY {known}"
        more = f" and {len(self.wrong) - 1} more" * (len(self.wrong) > 1)
        return f"NOT READY {known}. {self.wrong[0].what.rstrip('.')}{more}."


def check(
    doctor: Callable[[], Sequence[Finding]],
    name: str = "",
    on_progress: Callable[[str], None] = lambda _: None,
) -> Seat:
    """Look at this seat: what `doctor` finds, then room, PostgreSQL, a kernel, JupyterLab's port.

    `on_progress` is told what comes next. Ends within a few minutes, whatever hangs.
    """
    began = time.monotonic()
    on_progress("The set-up")
    found = list(doctor())
    for what, look in (
        ("Disk and memory", _room),
        ("PostgreSQL", _server),
        ("A kernel", _kernel),
        ("JupyterLab's port", _port),
    ):
        on_progress(what)
        found += look()
    return Seat(
        name=name.strip() or own_name(),
        machine=files.digest(f"{_user()}@{socket.gethostname()} {uuid.getnode()} {paths.ROOT}")[:16],
        ready=all(each.ok for each in found),
        course=_version(),
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        disk=_free_disk(),
        memory=_free_memory(),
        seconds=round(time.monotonic() - began, 1),
        checked=datetime.now(UTC).isoformat(timespec="seconds"),
        findings=tuple(found),
    )


def own_name() -> str:
    """The learner's name where one is set, else user and computer."""
    named = (os.environ.get(variable, "").strip() for variable in settings.LEARNER_VARIABLES)
    return next(filter(None, named), f"{_user()}@{socket.gethostname()}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in containers
        return str(os.getuid()) if hasattr(os, "getuid") else "somebody"


def _version() -> str:
    return str(tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def _free_disk() -> int:
    place = next(path for path in (paths.work(), *paths.work().parents) if path.exists())
    return shutil.disk_usage(place).free // 2**20


def _free_memory() -> int:
    import psutil

    return int(psutil.virtual_memory().available) // 2**20


def _room() -> Iterator[Finding]:
    disk, memory = _free_disk(), _free_memory()
    yield Finding(
        "Disk for eight weeks",
        disk >= DISK_MB,
        f"{disk:,} MB are free." if disk >= DISK_MB else f"Only {disk:,} MB are free.",
        f"The learner's work and databases grow to about {DISK_MB:,} MB.",
        f"Make room, or set {paths.WORK_VARIABLE} to a folder on another disk.",
    )
    yield Finding(
        "Memory",
        memory >= MEMORY_MB,
        f"{memory:,} MB are free." if memory >= MEMORY_MB else f"Only {memory:,} MB of memory are free.",
        f"JupyterLab, two kernels and PostgreSQL take up to {MEMORY_MB} MB.",
        "Close other programs.",
    )


def _server() -> Iterator[Finding]:
    """Start PostgreSQL, make a database, ask it something, and drop it."""
    name = "PostgreSQL starts and answers"
    began = time.monotonic()
    try:
        with postgres.ensure().admin():
            pass
        own = f"{_CHECKED}_{os.getpid()}"
        postgres.create(own)
        try:
            answer = _asked(postgres.url(own))
        finally:
            postgres.drop(own)
    except Exception as problem:  # whatever a driver or a system raises, this seat is not ready
        what, _, cure = _said(problem).partition(". ")
        yield Finding(name, False, f"PostgreSQL did not answer: {what}.", "It was started.", cure or _DOCTOR)
        return
    took = time.monotonic() - began
    yield Finding(name, answer == 42, f"A new database answered in {took:.1f} s.", "It was asked.", _DOCTOR)


_DOCTOR = "`course doctor` looks for the cause; `python3 start.py` repairs what is installed."


def _asked(url: str) -> int:
    import psycopg2

    link = psycopg2.connect(url, connect_timeout=10)
    try:
        with link.cursor() as cursor:
            cursor.execute("SELECT 6 * 7")
            row = cursor.fetchone()
            return int(row[0]) if row else 0
    finally:
        link.close()


def _said(problem: BaseException) -> str:
    text = " ".join(str(problem).split())
    return text if isinstance(problem, CourseError) else f"{type(problem).__name__}: {text}"


def _kernel() -> Iterator[Finding]:
    """Run a notebook of one cell, as a page does it."""
    import nbformat

    name, began = "A kernel starts", time.monotonic()
    cell = nbformat.v4.new_code_cell("from course import lesson\nprint(6 * 7)")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel.KERNEL})
    try:
        with tempfile.TemporaryDirectory(prefix="course-seat-") as folder:
            limits = {"timeout": KERNEL_SECONDS, "startup_timeout": KERNEL_SECONDS}
            kernel.client(notebook, Path(folder), **limits).execute()
        printed = "".join(out.get("text", "") for out in notebook.cells[0].outputs)
    except Exception as problem:  # nbclient's, jupyter_client's, zmq's, the system's
        yield Finding(
            name, False, "No notebook runs here.", f"The start said: {_said(problem)[:300]}", _DOCTOR
        )
        return
    took = time.monotonic() - began
    well = printed.strip() == "42"
    yield Finding(
        name, well, f"A notebook ran in {took:.1f} s." if well else "A notebook printed nothing.", "", _DOCTOR
    )


def _port() -> Iterator[Finding]:
    """Is one of JupyterLab's ports free, and does a program on this computer reach it?"""
    name = "JupyterLab's port"
    for number in PORTS:
        with socket.socket() as listener:
            if sys.platform != "win32":  # a port is free again at once, as JupyterLab takes it
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((settings.HOST, number))
                listener.listen(1)
            except OSError:
                continue
            try:
                socket.create_connection((settings.HOST, number), timeout=5).close()
            except OSError as problem:
                cause = f"A program here does not reach {settings.HOST}:{number}: {problem}."
                cure = "Let programs on this computer reach each other: a firewall may forbid it."
                yield Finding(name, False, "No browser would reach JupyterLab.", cause, cure)
            else:
                yield Finding(name, True, f"Port {number} is free for it.")
            return
    cause = f"All ports from {PORTS[0]} to {PORTS[-1]} are taken."
    yield Finding(name, False, "JupyterLab finds no port.", cause, "End programs of earlier sessions.")


def as_json(seat: Seat) -> str:
    """A seat as a text of JSON, for `room.read`."""
    return json.dumps(asdict(seat), indent=1, ensure_ascii=False) + "\n"
