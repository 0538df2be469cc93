"""Start PostgreSQL on the data folder of a home (only the keeper does that), and stop it."""

import itertools
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

from course.errors import CourseError
from course.postgres import account, binaries, datafolder, process, settings
from course.postgres.home import Home


def start(home: Home) -> psutil.Process:
    """Return the server of this home, started now unless it runs already.

    Raises CourseError with the end of PostgreSQL's own log when it does not start.
    """
    running = process.postmaster(home.data)
    if running is not None:
        return running.process
    programs = binaries.find()
    if programs is None:
        raise CourseError("PostgreSQL's programs are gone. Run `course doctor`.")
    who = account.choose(home, programs)
    if not home.data.exists():
        datafolder.make(home, programs, who)
    process.disown_pid_file(home.data)
    if not home.passwords():
        datafolder.renew_password(home, programs, who)
    if home.log_size() > 2**20:
        home.log.unlink()
    return _insist(home, programs, who)


def _insist(home: Home, programs: Path, who: account.Account) -> psutil.Process:
    deadline = time.monotonic() + settings.START_SECONDS
    since = home.log_size()
    for attempt in itertools.count():
        server = _launch(home, programs, who)
        if server is not None:
            return server
        # Another program may take a free port before the server does: then try the next. And processes of a
        # server that was killed may still be at work: PostgreSQL refuses until the learner's limits end them.
        patient = "is still in use" in home.log_end(since) and time.monotonic() < deadline
        if attempt >= 2 and not patient:
            break
        time.sleep(0.2)
    raise CourseError(
        f"PostgreSQL does not start. The end of its log says: {home.log_end(since)} {home.log} says more. "
        f"If nothing there helps, rename {home.data}: a new one is made, and lessons make their tables "
        "again. What you stored yourself stays in the renamed folder."
    )


def _launch(home: Home, programs: Path, who: account.Account) -> psutil.Process | None:
    """Start the server; return None when it ended before it could own its data folder."""
    port = _free_port(home)
    command = _command(home.data, programs, port)
    with home.log.open("ab") as log:  # never a pipe: the server would keep it open, and its reader waiting
        child = who.popen(command, stdout=log, stderr=log)
    deadline = time.monotonic() + settings.START_SECONDS
    while time.monotonic() < deadline:
        running = process.postmaster(home.data)
        if running is not None and running.port == port and running.ready:
            home.port.write_text(str(port), "ascii")
            return running.process
        if child.poll() not in (None, 0):
            return None
        time.sleep(0.01)
    # It still reads what a crash left: then it runs, and who needs it says that it does not answer yet.
    running = process.postmaster(home.data)
    return running.process if running is not None else None


def _command(data: Path, programs: Path, port: int) -> list[str | Path]:
    options = _options(data, port)
    if os.name == "nt":  # pg_ctl gives up an administrator's rights; the server refuses to run with them
        quoted = " ".join(f'-c "{name}={value}"' for name, value in options.items())
        return [binaries.program(programs, "pg_ctl"), "-D", data, "-W", "-s", "-o", quoted, "start"]
    pairs = [item for name, value in options.items() for item in ("-c", f"{name}={value}")]
    return [binaries.program(programs, "postgres"), "-D", data, *pairs]


def _options(data: Path, port: int) -> dict[str, str | int]:
    options: dict[str, str | int] = {
        "port": port,
        "listen_addresses": settings.HOST,
        "unix_socket_directories": "",
        "shared_buffers": "32MB",
        "max_connections": settings.MAX_CONNECTIONS,
        "min_wal_size": "32MB",
        "max_wal_size": "64MB",
        "max_logical_replication_workers": 0,
        "timezone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        "log_checkpoints": "off",
    }
    if int((data / "PG_VERSION").read_text("ascii").split(".")[0]) >= 18:
        options["io_method"] = "sync"  # three processes fewer
    if settings.fast():
        options |= dict.fromkeys(("fsync", "full_page_writes"), "off")
    return options


def _free_port(home: Home) -> int:
    """Return the fixed port, or the last one if it is free (addresses stay valid), or any free one."""
    fixed = settings.fixed_port()
    if fixed is not None:
        return fixed
    for wanted in (home.recorded_port() or 0, 0):
        with socket.socket() as probe:
            if os.name == "posix":  # as the server does: a connection that lingers does not occupy the port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.HOST, wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CourseError("This machine has no free port on 127.0.0.1. Close some programs and try again.")


def stop(server: psutil.Process, data: Path) -> None:
    """Stop a server that was proved to be ours, cleanly if it can; return when it is gone."""
    ways = [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL] if os.name == "posix" else [None]
    for way in ways:
        try:
            if way is None:
                _stop_on_windows(data)
            else:
                server.send_signal(way)  # psutil makes sure that the number still means the same process
            server.wait(settings.STOP_SECONDS)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            continue
        return


def _stop_on_windows(data: Path) -> None:
    programs = binaries.find()
    if programs is not None:
        command: list[str | Path] = [
            binaries.program(programs, "pg_ctl"),
            "-D",
            data,
            "-m",
            "fast",
            "-w",
            "-s",
            "stop",
        ]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
