"""The server process: which one is ours, how it starts (only the supervisor does that), how it stops.

Never trust a number in a file alone: it may be another program's by now.
"""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from course.base.errors import CourseError
from course.postgres import account, binaries, initdb, settings
from course.postgres.home import Home


class Postmaster(NamedTuple):
    """A server that was proved to run on a data folder of ours."""

    process: psutil.Process
    port: int
    ready: bool = False  # it accepts connections: it is neither starting nor recovering from a crash


def find(data: Path) -> Postmaster | None:
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


def start(home: Home) -> psutil.Process:
    """Return the server of this home, started now unless it runs already.

    Raises CourseError with the end of PostgreSQL's own log when it does not start.
    """
    running = find(home.data)
    if running is not None:
        return running.process
    programs = binaries.find()
    if programs is None:
        raise CourseError("PostgreSQL's programs are gone. Run `course doctor`.")
    who = account.choose(home, programs)
    if not home.data.exists():
        initdb.make(home, programs, who)
    disown_pid_file(home.data)
    if not home.passwords():
        initdb.renew_password(home, programs, who)
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
    """Start the server; return None when it ended before it could own its data folder.

    Somebody may use and stop it before we see that it is ready: then the result is its process, which ended.
    """
    port = _free_port(home)
    # Before the server is there: when this fails, no server is left that others see answering.
    home.port.write_text(str(port), "ascii")
    command = _command(home.data, programs, port)
    with home.log.open("ab") as log:  # never a pipe: the server would keep it open, and its reader waiting
        child = who.popen(command, stdout=log, stderr=log)
    process = psutil.Process(child.pid)
    deadline = time.monotonic() + settings.START_SECONDS
    while time.monotonic() < deadline:
        running = find(home.data)
        if running is not None and running.port == port and running.ready:
            return running.process
        ended = child.poll()
        if ended == 0 and os.name == "posix":  # on Windows it is pg_ctl that ends so
            return process
        if ended not in (None, 0):
            return None
        time.sleep(0.01)
    # It still reads what a crash left: then it runs, and who needs it says that it does not answer yet.
    running = find(home.data)
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
