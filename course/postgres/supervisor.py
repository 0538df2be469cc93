"""The supervisor: a small process that starts PostgreSQL and stops it when nobody uses it any more.

Run as `python -m course.postgres.supervisor HOME`. It belongs to no terminal and no notebook: a kernel that
is killed neither takes the server from others nor leaves it behind. It imports as little as it can.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import psutil

from course.base import files
from course.base.errors import CourseError
from course.postgres import lease, postmaster, settings
from course.postgres.home import Home


def launch(home: Home) -> None:
    """Start a supervisor for `home`, detached from this process; it shows itself by its `supervisor_lock`."""
    # -P: the folder we happen to be in must not offer its own modules.
    command = [sys.executable, "-P", "-m", "course.postgres.supervisor", str(home.folder)]
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    with home.log.open("ab") as log:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=home.folder,
            start_new_session=True,
            creationflags=flags,
        ).wait()  # only the first of the two processes; see _detach


def _detach() -> None:
    """Go on in a second process whose parent ends at once.

    A notebook kernel ends its children when it ends, and its children's children as far as it can trace them.
    """
    if sys.platform != "win32":
        if os.fork():
            os._exit(0)
    elif "second" not in sys.argv:
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        subprocess.Popen(
            [sys.executable, "-P", "-m", "course.postgres.supervisor", sys.argv[1], "second"],
            creationflags=flags,
        )
        os._exit(0)


def main() -> None:
    """Keep the server of the home named on the command line."""
    _detach()
    home = Home(Path(sys.argv[1]))
    lock = lease.take_lock(home.supervisor_lock, seconds=3)
    if lock is None:
        return  # another supervisor was quicker
    home.supervisor_pid.write_text(str(os.getpid()), "ascii")
    told: list[int] = []  # to end now would leave behind a server that is half started
    signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
    server = _started(home)
    if server is None:
        return
    # From here on by relative names, where the system allows it: they stay right when the folder is moved.
    if os.name == "posix":
        os.chdir(home.folder)
        home = Home(Path())
    try:
        signal.signal(signal.SIGTERM, _leave)
        if not told:
            watch(home, server)
    finally:
        postmaster.stop(server, home.data)


def _started(home: Home) -> psutil.Process | None:
    """Start the server; when that fails, leave the reason where those who wait look."""
    try:
        server = postmaster.start(home)
        home.failure.unlink(missing_ok=True)
        return server
    except CourseError as problem:
        files.write_text(home.failure, str(problem))  # whole: somebody polls it
        return None
    except Exception as problem:  # else those who wait would wait for a minute and learn nothing
        said = f"PostgreSQL could not be started ({type(problem).__name__}: {problem})."
        files.write_text(home.failure, f"{said} Run `course doctor`; {home.log} says more.")
        raise


def _leave(*_: object) -> NoReturn:
    raise SystemExit


def watch(home: Home, server: psutil.Process) -> None:
    """Return when the server is gone, or when nobody has used it for the time of grace."""
    used = time.monotonic()
    while _runs(server):
        if lease.anyone(home):
            used = time.monotonic()
        elif time.monotonic() - used > settings.grace() and _give_up(home, server):
            return


def _runs(server: psutil.Process) -> bool:
    """Wait one turn for the server's end; say whether it still runs."""
    try:
        server.wait(settings.SUPERVISOR_POLL_SECONDS)
    except psutil.TimeoutExpired:
        return server.is_running() and server.status() != psutil.STATUS_ZOMBIE
    return False


def _give_up(home: Home, server: psutil.Process) -> bool:
    """Stop the server unless somebody came at this very moment; say whether it was stopped.

    A newcomer takes a lease and then looks for `stopping`; we make `stopping` and then look for leases. So at
    least one of the two sees the other, and a server is never stopped under a process that was told it is up.
    """
    if not home.leases.is_dir():  # the folder was deleted
        postmaster.stop(server, home.data)
        return True
    with lease.hold_lock(home.start_lock) as free:
        if not free:
            return False
        home.stopping.touch()
        try:
            if lease.anyone(home):
                return False
            postmaster.stop(server, home.data)
            return True
        finally:
            with contextlib.suppress(OSError):
                home.stopping.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
