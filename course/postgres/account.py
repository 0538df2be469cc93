"""As which user PostgreSQL's programs run: as ourselves, but they refuse root.

Two ways for root, neither of which changes a permission of a folder that is not the server's own: a user
namespace in which we have another number, or another user with a data folder in a place of its own.
"""

import hashlib
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.base import paths
from course.base.errors import CourseError
from course.postgres import binaries
from course.postgres.home import Home


@dataclass(frozen=True)
class Account:
    """How to start a program that must not be root."""

    prefix: tuple[str, ...] = ()
    ids: tuple[int, int] | None = None

    def popen(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[bytes]:
        """Start a program in `cwd`, else where every user can enter; no input unless `stdin` is given."""
        if self.ids is not None:
            options |= {"user": self.ids[0], "group": self.ids[1], "extra_groups": []}
        folder = options.pop("cwd", "/" if os.name == "posix" else None)
        stdin = options.pop("stdin", subprocess.DEVNULL)
        return subprocess.Popen([*self.prefix, *command], stdin=stdin, cwd=folder, **options)

    def can(self, command: Sequence[str | Path]) -> bool:
        """Say whether a short program succeeds."""
        try:
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            return self.popen(command, **quiet).wait(timeout=20) == 0
        except (OSError, subprocess.SubprocessError):
            return False

    def give(self, path: Path) -> None:
        """Make the account the owner of a file or folder that we made for it."""
        if self.ids is not None:
            os.chown(path, *self.ids)


def choose(home: Home, programs: Path) -> Account:
    """Return the account for this home; may settle that the data folder is elsewhere.

    Raises CourseError when we are root and both ways are barred.
    """
    if os.name != "posix" or os.geteuid() != 0:
        return Account()
    if home.data.exists() and (owner := home.data.stat()).st_uid != 0:
        return Account(ids=(owner.st_uid, owner.st_gid))
    apart = Account(prefix=_namespace())
    server = binaries.program(programs, "postgres")
    if apart.can(["sh", "-c", '"$0" --version && test -w "$1"', server, home.folder]):
        return apart
    other = Account(ids=_other_user())
    if home.data.exists() or not other.can([server, "--version"]):
        barred = home.data if home.data.exists() else programs
        raise CourseError(
            "PostgreSQL refuses to run as root, and both ways around that are barred here: the system "
            f"refuses `unshare --user`, and no other user may use {barred}. "
            "Run the course as an ordinary user, or set COURSE_DATABASE_URL to a PostgreSQL elsewhere."
        )
    _settle_elsewhere(home, other)
    return other


def _namespace() -> tuple[str, ...]:
    user, group = _users()[0]  # initdb wants a number that has a name
    return "unshare", "--user", f"--map-user={user}", f"--map-group={group}", "--"


def _other_user() -> tuple[int, int]:
    users = _users()
    work = paths.work()
    owner = work.stat() if work.exists() else None
    if owner and (owner.st_uid, owner.st_gid) in users:
        return owner.st_uid, owner.st_gid
    return users[-1]


def _users() -> list[tuple[int, int]]:
    """Return the ordinary users of this machine, "nobody" last."""
    import pwd

    known = [one for one in pwd.getpwall() if one.pw_uid != 0]
    return [(one.pw_uid, one.pw_gid) for one in sorted(known, key=lambda one: one.pw_name == "nobody")]


def _settle_elsewhere(home: Home, account: Account) -> None:
    base = Path("/var/tmp") if os.path.isdir("/var/tmp") else Path(tempfile.gettempdir())
    name = hashlib.sha256(os.fsencode(home.folder)).hexdigest()[:16]
    place = base / f"backend-course-{name}"
    assert account.ids is not None
    try:
        place.mkdir(mode=0o700)
        account.give(place)
    except FileExistsError:
        # Anybody may write in this base: take only a real folder of that account's, closed to the others.
        found = place.lstat()
        if not place.is_dir() or place.is_symlink() or found.st_uid != account.ids[0] or found.st_mode & 0o77:
            raise CourseError(
                f"The course's PostgreSQL needs the folder {place}, but somebody else made it. "
                "Have it removed, or set COURSE_POSTGRES_HOME to another folder."
            ) from None
    home.elsewhere.write_text(str(place / "data"), "utf-8")
