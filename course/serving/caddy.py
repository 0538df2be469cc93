"""Caddy, a real reverse proxy, in front of servers of this machine; ours where it has no binary."""

import atexit
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import IO

from course.base.errors import CourseError
from course.serving.balancer import load_balancer
from course.serving.server import Server

START_LIMIT, STOP_LIMIT = 30.0, 5.0  # seconds; generous, for a slow and busy machine
TRIES = 3  # a free port may be taken by somebody else before Caddy opens it
_running: dict[str, Server] = {}


def program() -> str | None:
    """The path of Caddy's program in this environment; None where there is none, as on Windows."""
    return shutil.which("caddy", path=sysconfig.get_path("scripts")) or shutil.which("caddy")


def caddy(caddyfile: str, *servers: Server, key: str = "caddy", **environment: str) -> Server:
    """Run Caddy with this configuration on a free port, and return once it listens.

    In the Caddyfile, `{$LISTEN}` stands for the address to listen on and `{$APPS}` for the addresses of
    `servers`, with spaces between them; each name of `environment` is a variable as well. One proxy per
    `key`, so that running a cell again replaces it; it ends with its `with` block, by `stop()` or with the
    kernel. Where Caddy has no binary (Windows), `load_balancer` takes its place, and the Caddyfile is not
    read; a name CURRENT is then the file with the port of the one server. (`caddy reload` was considered for
    other servers: under load, a request was lost in some of the reloads.)
    Raises CourseError with Caddy's own words when the configuration is wrong.
    """
    if earlier := _running.pop(key, None):
        earlier.stop()
    found = program()
    file = environment.get("CURRENT")
    proxy: Server
    if found:
        proxy = Caddy(found, caddyfile, servers, environment)
    else:
        proxy = load_balancer(*servers, current=Path(file) if file else None)
    _running[key] = proxy
    return proxy


class Caddy(Server):
    """A running Caddy."""

    def __init__(
        self, program: str, caddyfile: str, servers: tuple[Server, ...], environment: dict[str, str]
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="caddy-")
        self._program, self._text, self._environment = program, caddyfile, environment
        self._log = open(Path(self._folder.name) / "log", "a+b")  # noqa: SIM115
        super().__init__("caddy", 0, self._end, lambda: _read(self._log))
        self._process: subprocess.Popen[bytes] | None = None
        for _ in range(TRIES):
            self.port = _free_port()
            self._write(servers)
            if wrong := self._wrong():
                break
            self._process = self._start()
            if self._listens():
                return
            wrong = "it did not listen in time"
        self.stop()
        raise CourseError(f"Caddy did not start:\n  {wrong}")

    def _wrong(self) -> str:
        """What Caddy finds wrong in the configuration, "" when it is content."""
        command = [self._program, "validate", "--config", self._config, "--adapter", "caddyfile"]
        done = subprocess.run(command, env=self._variables, capture_output=True, text=True, check=False)
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        with contextlib.suppress(ValueError, KeyError):  # a line of its log, or plain text
            last = json.loads(last)["msg"]
        return last.replace(f"{self._folder.name}{os.sep}", "") if done.returncode else ""

    def _write(self, servers: tuple[Server, ...]) -> None:
        folder = Path(self._folder.name)
        self._config = str(folder / "Caddyfile")
        Path(self._config).write_text(self._text, encoding="utf-8")
        self._variables = os.environ | {
            "XDG_CONFIG_HOME": str(folder),  # nothing of it is written to the learner's home
            "XDG_DATA_HOME": str(folder),
            "CADDY_ADMIN": f"unix/{folder / 'admin'}",  # no port that others on this machine could use
            "LISTEN": f"http://{self.host}:{self.port}",
            "APPS": " ".join(f"{each.host}:{each.port}" for each in servers),
            **self._environment,
        }

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [self._program, "run", "--config", self._config, "--adapter", "caddyfile"]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "course.serving.beside", *command],
            env=self._variables,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # interrupting a cell does not mean the proxy
        )

    def _listens(self) -> bool:
        assert self._process is not None
        end = time.monotonic() + START_LIMIT
        while self._process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection((self.host, self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return True
        return False

    def _end(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                self._process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()
        self._folder.cleanup()


def _free_port() -> int:
    with socket.create_server((Server.host, 0)) as sock:
        return int(sock.getsockname()[1])


def _read(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode("utf-8", "replace")


def stop_all() -> None:
    """Stop every proxy that this kernel has started."""
    while _running:
        _running.popitem()[1].stop()


atexit.register(stop_all)
