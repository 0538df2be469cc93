"""Make a data folder: all of it or nothing."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psutil

from course.base.errors import CourseError
from course.postgres import binaries, settings
from course.postgres.account import Account
from course.postgres.home import MARKER, Home

_HALF_MADE = "data.making"


def make(home: Home, programs: Path, who: Account) -> None:
    """Make the data folder of `home`, with new passwords, and clear away what interrupted makings left.

    Raises CourseError with the end of initdb's own words when that fails.
    """
    for rest in home.data.parent.glob(f"{_HALF_MADE}*"):
        _end_makers(rest)
        shutil.rmtree(rest, ignore_errors=True)
    making = home.data.with_name(f"{_HALF_MADE}-{os.getpid()}")
    making.mkdir(mode=0o700)
    who.give(making)
    fresh = making / "data"
    _initdb(home, programs, who, fresh)
    mark = "The course made this data folder, and may drop its databases.\n"
    (fresh / MARKER).write_text(mark, "utf-8")
    home.ready.unlink(missing_ok=True)
    fresh.rename(home.data)
    shutil.rmtree(making)


def renew_password(home: Home, programs: Path, who: Account) -> None:
    """Give a data folder whose password file was lost new passwords; everything in it stays.

    Only the owner of the folder can do that, while no server runs: PostgreSQL's single-user mode asks nobody
    for a password. Raises CourseError when it does not work.
    """
    passwords = home.make_passwords()
    home.ready.unlink(missing_ok=True)  # then the learner's role gets its new password, too
    since = home.log_size()
    command: list[str | Path] = [binaries.program(programs, "postgres"), "--single", "-D", home.data]
    with home.log.open("ab") as log:
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": log, "stderr": log}
        child = who.popen([*command, settings.MAINTENANCE], **pipes)
        child.communicate(f"ALTER ROLE {settings.ADMIN} PASSWORD '{passwords[settings.ADMIN]}'\n".encode())
    said = home.log_end(since)
    if child.returncode != 0 or "ERROR" in said:
        home.passwords_file.unlink(missing_ok=True)
        raise CourseError(
            f"The file {home.passwords_file} is lost, and PostgreSQL took no new password. It says: {said} "
            f"Put the file back, or rename {home.data}: a new one is made, and lessons make their tables "
            "again. What you stored yourself stays in the renamed folder."
        )


def _end_makers(rest: Path) -> None:
    """End an initdb that outlived its supervisor: it would go on writing into the folder that is cleared."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name().startswith("initdb") and any(str(rest) in each for each in process.cmdline()):
                family = [process, *process.children(recursive=True)]
                for one in family:
                    one.kill()
                psutil.wait_procs(family, timeout=5)


def _initdb(home: Home, programs: Path, who: Account, fresh: Path) -> None:
    secret = fresh.with_name("secret")
    secret.touch(mode=0o600)
    secret.write_text(home.make_passwords()[settings.ADMIN], "ascii")
    who.give(secret)
    options = f"-A scram-sha-256 -U {settings.ADMIN} -E UTF8 --locale=C --no-instructions".split()
    if settings.fast():
        options.append("--no-sync")
    command: list[str | Path] = [
        binaries.program(programs, "initdb"),
        "-D",
        fresh,
        f"--pwfile={secret}",
        *options,
    ]
    since = home.log_size()
    with home.log.open("ab") as log:
        done = who.popen(command, stdout=log, stderr=log).wait()
    if done != 0:
        shutil.rmtree(fresh.parent, ignore_errors=True)
        raise CourseError(
            f"PostgreSQL could not make its data folder {home.data}. Its last words: {home.log_end(since)} "
            "The usual causes are a full disk and a folder closed to you. Fix that and try again."
        )
