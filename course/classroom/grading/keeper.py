"""A process for each handed-in notebook, and a keeper that watches it and ends all that it has started.

The lane that grades forks a keeper, and the keeper forks the process in which the cells run: both begin with
everything loaded. What the cells start, and what their processes start, ends up below the keeper, also when a
parent in between has gone (PR_SET_CHILD_SUBREAPER); so nothing outlives a submission.
"""

import json
import os
import select
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course.base import paths
from course.checks.time_limit import patience
from course.classroom.grading import confinement
from course.classroom.grading.cells import Cell, Ran
from course.postgres.home import Home

_LOOK_SECONDS = 0.05
_LOOKS = 60  # at a cell before it may be too slow: after a machine stood still, its alarm gets a turn first
MOST_PROCESSES = 40
_MOST_BYTES_SENT = 30 * 2**20
_MOST_BYTES_KEPT = 2**30  # of files in the submission's own folder
_GRACE_SECONDS, _CHECK_SECONDS = 20.0, 180.0  # a cell and a check stop themselves long before
_ALL_SECONDS = 420.0


@dataclass
class Sitting:
    """One run of a notebook: what its cells gave, and at which cell its process ended, and why, if it did."""

    ran: dict[int, Ran] = field(default_factory=dict)
    stopped: int | None = None
    why: str = ""


def sit(cells: list[Cell], folder: Path) -> Sitting:
    """Run cells in a process of their own, which may write in `folder` alone."""
    reading, writing = os.pipe()
    lane = os.getpid()
    keeper = os.fork()
    if not keeper:
        try:
            os.close(reading)
            _keep(cells, folder, writing, lane)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        said = _all_of(reading, _ALL_SECONDS * patience() + 60)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(keeper, signal.SIGKILL)
        os.waitpid(keeper, 0)
    return _read(said)


def _read(said: bytes) -> Sitting:
    try:
        told = json.loads(said)
    except ValueError:  # the keeper itself was killed
        return Sitting(stopped=0, why="The process that ran this notebook was killed from outside.")
    ran = {int(index): Ran(**each) for index, each in told["ran"].items()}
    return Sitting(ran, told["stopped"], told["why"])


def _all_of(reading: int, seconds: float) -> bytes:
    deadline, parts = time.monotonic() + seconds, []
    while time.monotonic() < deadline:
        if not select.select([reading], [], [], 1.0)[0]:
            continue
        part = os.read(reading, 2**16)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def _keep(cells: list[Cell], folder: Path, answer: int, lane: int) -> None:
    """What the keeper does: start the notebook's process, watch it, end everything, tell the lane."""
    os.setsid()
    confinement.adopt_orphans()
    confinement.end_with_parent(lane)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    reading, writing = os.pipe()
    keeper = os.getpid()
    process = os.fork()
    if not process:
        try:
            os.close(reading)
            os.close(answer)
            _notebook(cells, folder, writing, keeper)
        finally:
            os._exit(0)
    os.close(writing)
    watch = _Watch(cells, folder, process)
    try:
        watch.until_the_end(reading)
    finally:
        _end_all()
    whole = {"ran": watch.ran, "stopped": watch.stopped, "why": watch.why}
    with os.fdopen(answer, "wb") as file:
        file.write(json.dumps(whole).encode())


class _Watch:
    """What the keeper knows of the process that it watches."""

    def __init__(self, cells: list[Cell], folder: Path, process: int) -> None:
        self.ran: dict[str, object] = {}
        self.stopped: int | None = None
        self.why = ""
        self._cells, self._folder, self._process = cells, folder, process
        self._at, self._since, self._begun = 0, time.monotonic(), time.monotonic()
        self._looks = 0
        self._sent, self._rest, self._measured, self._ended = 0, b"", time.monotonic(), _ENDED

    def until_the_end(self, reading: int) -> None:
        """Read what the process sends until it has run all cells, has ended, or must be ended."""
        while len(self.ran) < len(self._cells):
            if select.select([reading], [], [], _LOOK_SECONDS)[0]:
                part = os.read(reading, 2**16)
                if not part:
                    self._stop(self._ended)
                    return
                self._take(part)
            if why := self._must_end():
                self._stop(why)
                return

    def _stop(self, why: str) -> None:
        self.stopped, self.why = self._at, why

    def _take(self, part: bytes) -> None:
        self._sent += len(part)
        *lines, self._rest = (self._rest + part).split(b"\n")
        for line in lines:
            with suppress(ValueError, KeyError, TypeError):  # the learner's code wrote into our pipe
                told = json.loads(line)
                if "stuck" in told:
                    self._ended = _TOO_SLOW
                elif "ran" in told:
                    self.ran[str(int(told["at"]))] = told["ran"]
                else:
                    self._at, self._since, self._looks = int(told["at"]), time.monotonic(), 0

    def _must_end(self) -> str:
        now = time.monotonic()
        self._looks += 1
        cell = self._cells[min(self._at, len(self._cells) - 1)]
        longest = _CHECK_SECONDS if cell.check else cell.seconds + _GRACE_SECONDS
        if now - self._since > longest * patience() and self._looks > _LOOKS:
            return _TOO_SLOW
        if now - self._begun > _ALL_SECONDS * patience():
            return "The notebook as a whole took too long and was stopped here."
        if self._sent > _MOST_BYTES_SENT:
            return "The notebook gave so much output that it was stopped here."
        if sum(1 for _ in _below(os.getpid())) > MOST_PROCESSES:
            return f"This cell started more than {MOST_PROCESSES} processes. All were ended."
        if now - self._measured > 0.5:
            self._measured = now
            if _size(self._folder) > _MOST_BYTES_KEPT:
                return "This cell wrote more than 1 GiB of files. They were removed."
        return ""


_ENDED = (
    "This cell ended the notebook's process: it left it (`os._exit`, a signal), used too much memory, or a "
    "library crashed in it."
)
_TOO_SLOW = (
    "This cell could not be interrupted after its time was up, so its process was ended. A loop that catches "
    "every error or one huge computation does that."
)


def _size(folder: Path) -> int:
    total, places = 0, [str(folder)]
    while places:
        with suppress(OSError), os.scandir(places.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    places.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
    return total


def _below(process: int) -> Iterator[int]:
    """The processes below one, its children's children too."""
    found, threads = [], Path(f"/proc/{process}/task")
    with suppress(OSError):
        for thread in os.listdir(threads):
            with suppress(OSError):
                found += (threads / thread / "children").read_text("ascii").split()
    for each in found:
        yield int(each)
        yield from _below(int(each))


def _end_all() -> None:
    """End every process below this one; those that are started meanwhile too."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        there = list(_below(os.getpid()))
        for each in there:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not there:
            return
        time.sleep(0.005)


def _notebook(cells: list[Cell], folder: Path, writing: int, keeper: int) -> None:
    """What the notebook's own process does."""
    confinement.end_with_parent(keeper)
    os.setsid()
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(empty, descriptor)
    page = _settle(folder)
    _hold(folder)
    from course.checks.memory_limit import limited_memory
    from course.classroom.grading import cells as runner

    me = os.getpid()

    def send(told: dict[str, object]) -> None:
        if os.getpid() != me:  # a copy that the learner's code made by `os.fork`
            os._exit(0)
        data = json.dumps(told).encode() + b"\n"
        while data:
            data = data[os.write(writing, data) :]

    with limited_memory():
        runner.run(
            cells,
            runner.Listener(
                begins=_beginning(send, page),
                ended=lambda at, ran: send({"at": at, "ran": ran.as_dict()}),
                stuck=lambda: send({"stuck": True}),
            ),
        )


def _hold(folder: Path) -> None:
    """From here on this process may write in its folder alone, and take a lease on the database server."""
    home = Home.here()
    confinement.limit_files()
    confinement.confine([folder, home.leases], [Path(os.devnull), home.supervisor_lock, home.start_lock])


def _beginning(send: Callable[[dict[str, object]], None], page: Path) -> Callable[[int], None]:
    def begins(at: int) -> None:
        send({"at": at})
        with suppress(OSError):  # what a cell deleted is there again for the next
            page.mkdir(parents=True, exist_ok=True)
            os.chdir(page)

    return begins


def _settle(folder: Path) -> Path:
    """Point everything that a program keeps for itself into the submission's own folder; go to its page."""
    for name in ("page", "work", "tmp", "home"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    os.environ.update(
        {paths.POSTGRES_VARIABLE: str(paths.postgres_home()), paths.WORK_VARIABLE: str(folder / "work")}
    )
    os.environ.update(
        {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp"), "IPYTHONDIR": str(folder / "home")}
    )
    tempfile.tempdir = None
    os.chdir(folder / "page")
    return folder / "page"
