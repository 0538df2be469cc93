"""A program of the learner's: it may hang, print without end, die, and start others. It ends with us."""

import contextlib
import os
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import psutil

from course.base.text import short

_KEPT = 40  # pieces of what it printed
_PIECE = 4096  # bytes
_GRACE = 10.0  # seconds from SIGTERM to SIGKILL


class Program:
    """A running program, and the last of what it printed. Raises OSError when it cannot be started."""

    def __init__(self, words: list[str], folder: Path, variables: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            words,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",  # an interrupt is for us, and we end it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        assert self._process.stdout is not None
        self._pieces: deque[bytes] = deque(maxlen=_KEPT)
        self._reader = threading.Thread(target=self._drain, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    @property
    def status(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> int | None:
        """How it ended; None when it still runs after so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self.status

    def listens(self) -> set[int]:
        """The ports that it, or a program that it started, listens on."""
        found: set[int] = set()
        for each in self._family():
            with contextlib.suppress(psutil.Error, AttributeError):
                links = each.net_connections(kind="tcp")
                found |= {link.laddr.port for link in links if link.status == psutil.CONN_LISTEN}
        return found

    def last_words(self) -> str:
        """The end of what it printed, on one line; for a traceback that is the error."""
        if self.status is not None:
            self._reader.join(2)
        text = b"".join(list(self._pieces)).decode("utf-8", "replace").strip()
        lines = [line for line in text.splitlines()[-30:] if line.strip()]
        return short(lines[-1], 300) if lines else ""

    def end(self) -> None:
        """Ask it to end as a service manager does, wait, and kill what is left of it."""
        family = self._family()
        if self.status is None:
            self._process.terminate()
            self.wait(_GRACE)
        self._kill(family)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self._kill(self._family())

    def _kill(self, family: list[psutil.Process]) -> None:
        for each in family:
            with contextlib.suppress(psutil.Error):
                each.kill()
        deadline = time.monotonic() + _GRACE
        while (self.status is None or any(map(_alive, family))) and time.monotonic() < deadline:
            time.sleep(0.01)

    def _family(self) -> list[psutil.Process]:
        try:
            own = psutil.Process(self._process.pid)
            return [own, *own.children(recursive=True)]
        except psutil.Error:
            return []

    def _drain(self, stream: IO[bytes]) -> None:
        """Read all that it prints, so that it never waits for us, and keep the end."""
        with stream, contextlib.suppress(OSError, ValueError):
            while piece := os.read(stream.fileno(), _PIECE):
                self._pieces.append(piece)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
