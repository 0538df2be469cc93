"""Whole PostgreSQL servers to spoil, beside the course's own: for backups, archives and recoveries.

A container for each was considered: learners have none for sure, and the programs are here already. Each
kernel has one folder for all of its servers, and a leash (leash.py) that ends them and removes it afterwards.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course.base.errors import CourseError
from course.postgres import account, binaries, initdb, postmaster, settings
from course.postgres.account import Account
from course.postgres.home import Home

_leashes: dict[Path, "subprocess.Popen[bytes]"] = {}
_servers: dict[str, "ScratchServer"] = {}


class ScratchServer:
    """A server of its own; use it in a `with` block, or call `stop()`, or let the kernel's end stop it."""

    def __init__(self, name: str, settings_text: str, backup: Path | None) -> None:
        self.name = name
        self._home, self._who, self._programs = _place(name)
        _make(self._home, self._who, self._programs, backup)
        with (self._home.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\n{settings_text}\n")
        if backup is not None:  # its roles have the passwords of the server that it was taken from
            shutil.copyfile(backup.parent / self._home.passwords_file.name, self._home.passwords_file)
            self._who.give(_written(self._home.data / "recovery.signal"))
        postmaster.start(self._home)

    @property
    def folder(self) -> Path:
        """Where `run` runs programs. It holds `data`, the data folder, and an empty `archive`."""
        return self._home.folder

    @property
    def url(self) -> str:
        """The address of its database `postgres`, as superuser. Raises CourseError when it does not run."""
        return f"postgresql://{settings.ADMIN}:{self._password}@{settings.HOST}:{self._port}/postgres"

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return postmaster.find(self._home.data) is not None

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs against this server; what it printed.

        It runs in `folder`, so short relative paths do. Raises CourseError with the last line that it has
        printed when it fails.
        """
        login = {"PGHOST": settings.HOST, "PGUSER": settings.ADMIN, "PGDATABASE": settings.MAINTENANCE}
        if self.running:
            login |= {"PGPASSWORD": self._password, "PGPORT": str(self._port)}
        rest = {name: value for name, value in os.environ.items() if name not in settings.LIBPQ_VARIABLES}
        child = self._who.popen(
            [binaries.program(self._programs, program), *arguments],
            cwd=self.folder,
            env=rest | login | {"LC_ALL": "C"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        output, errors = (each.decode("utf-8", "replace") for each in child.communicate())
        if child.returncode:
            raise CourseError(errors.strip().splitlines()[-1] if errors.strip() else f"{program} failed")
        return output

    def stop(self) -> None:
        """Stop the server; its files stay until the kernel ends. A second call does nothing."""
        if found := postmaster.find(self._home.data):
            postmaster.stop(found.process, self._home.data)

    def __enter__(self) -> "ScratchServer":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<ScratchServer {'running' if self.running else 'stopped'}: {self.name}>"

    @property
    def _password(self) -> str:
        return self._home.passwords()[settings.ADMIN]

    @property
    def _port(self) -> int:
        found = postmaster.find(self._home.data)
        if found is None:
            raise CourseError(f"The server {self.name!r} does not run.")
        return found.port


def scratch_server(name: str, settings_text: str = "", *, backup: Path | None = None) -> ScratchServer:
    """Start a PostgreSQL server of its own, anew each time: `scratch_server("shop", "wal_level = logical")`.

    `settings_text` are lines of postgresql.conf. `backup`: a base backup, in the `folder` of its server, that
    becomes the data folder; the server then recovers as its settings say, and this returns when it accepts
    changes.
    Raises CourseError with the end of PostgreSQL's own log when it does not start.
    """
    if earlier := _servers.pop(name, None):
        earlier.stop()
    server = _servers[name] = ScratchServer(name, settings_text, backup)
    return server


def _place(name: str) -> tuple[Home, Account, Path]:
    """Where this server is, as which account it runs, and PostgreSQL's programs."""
    programs = binaries.find()
    if programs is None:
        raise CourseError("PostgreSQL's programs are gone. Run `course doctor`.")
    own = Home.here()
    own.create()
    who = account.choose(own, programs)
    root = own.data.parent / f"scratch-{os.getpid()}"
    if root not in _leashes:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(mode=0o700)
        who.give(root)
        _leashes[root] = subprocess.Popen(
            [sys.executable, "-P", "-m", "course.postgres.leash", str(root)],
            stdin=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    shutil.rmtree(root / name, ignore_errors=True)
    home = Home(root / name)
    for each in (home.folder, home.folder / "archive"):
        each.mkdir(mode=0o700)
        who.give(each)
    return home, who, programs


def _make(home: Home, who: Account, programs: Path, backup: Path | None) -> None:
    if backup is None:
        return initdb.make(home, programs, who)
    shutil.copytree(backup, home.data)
    for each in (home.data, *home.data.rglob("*")):
        who.give(each)
    home.data.chmod(0o700)


def _written(path: Path) -> Path:
    path.touch()
    return path
