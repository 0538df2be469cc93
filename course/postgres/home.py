"""Which file is where in the folder of one learner's PostgreSQL."""

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from course.base import files, paths
from course.postgres import settings

MARKER = "made-by-the-backend-course"
_ERROR = "FATAL|PANIC|[Ee]rror:|[Cc]ould not|unrecognized"


@dataclass(frozen=True)
class Home:
    """The layout of `paths.postgres_home()`; it owns names, and the few files that are plain values."""

    folder: Path

    @classmethod
    def here(cls) -> "Home":
        """Return the home that the environment names now."""
        return cls(paths.postgres_home())

    @property
    def leases(self) -> Path:
        """One locked file for each process that uses the server."""
        return self.folder / "leases"

    @property
    def start_lock(self) -> Path:
        """Held while a server is being started or stopped."""
        return self.folder / "start.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor for its life."""
        return self.folder / "supervisor.lock"

    @property
    def supervisor_pid(self) -> Path:
        """The supervisor's process number; true only while `supervisor_lock` is held."""
        return self.folder / "supervisor.pid"

    @property
    def stopping(self) -> Path:
        """Exists while the supervisor decides whether it is still needed, and stops the server."""
        return self.folder / "stopping"

    @property
    def failure(self) -> Path:
        """The sentence that says why the last start failed; absent after a good one."""
        return self.folder / "failure.txt"

    @property
    def ready(self) -> Path:
        """Which set-up of roles and templates the data folder has had."""
        return self.folder / "ready"

    @property
    def log(self) -> Path:
        """What PostgreSQL and the supervisor say."""
        return self.folder / "server.log"

    @property
    def port(self) -> Path:
        """The last port, so that the next start can take the same one."""
        return self.folder / "port"

    @property
    def passwords_file(self) -> Path:
        """The two random passwords, readable by their owner alone."""
        return self.folder / "passwords.json"

    @property
    def elsewhere(self) -> Path:
        """Names the data folder when it cannot be in this folder (see account.py)."""
        return self.folder / "data-is-elsewhere"

    @property
    def data(self) -> Path:
        """The data folder (PGDATA)."""
        try:
            return Path(self.elsewhere.read_text("utf-8"))
        except OSError:
            return self.folder / "data"

    def create(self) -> None:
        """Make the folder, closed to other users, when it is missing."""
        if not self.leases.is_dir():
            if self.folder.is_relative_to(paths.work()):
                files.make_work()
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.leases.mkdir(mode=0o700, exist_ok=True)

    def recorded_port(self) -> int | None:
        """Return the port of the last server, if there was one."""
        try:
            return int(self.port.read_text("ascii"))
        except (OSError, ValueError):
            return None

    def passwords(self) -> dict[str, str]:
        """Return the passwords by role; empty when they are missing or damaged.

        The checker's is made from the administrator's: a file of an earlier edition has only the other two.
        """
        try:
            found = json.loads(self.passwords_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        roles = (settings.ADMIN, settings.LEARNER)
        if not isinstance(found, dict) or not all(found.get(role) for role in roles):
            return {}
        checker = hashlib.sha256(f"{settings.CHECKER} {found[settings.ADMIN]}".encode()).hexdigest()[:32]
        return found | {settings.CHECKER: checker}

    def make_passwords(self) -> dict[str, str]:
        """Make and store new random passwords, for a new data folder."""
        made = {role: secrets.token_hex(16) for role in (settings.ADMIN, settings.LEARNER)}
        fresh = self.passwords_file.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(made, file)
        fresh.replace(self.passwords_file)
        return made

    def log_size(self) -> int:
        """Return the length of the log in bytes: where what is logged next begins."""
        return self.log.stat().st_size if self.log.exists() else 0

    def log_end(self, since: int | None = None) -> str:
        """Return the last three lines of the log as one text, of those that name an error if any does.

        Lines before the byte `since` are of older days and do not count.
        """
        try:
            lines = self.log.read_bytes()[since:][-4000:].decode("utf-8", "replace").splitlines()
        except OSError:
            return "(there is no log)"
        said = [re.sub(r"^\S+ \S+ UTC \[\d+\] ", "", line.strip()) for line in lines if line.strip()]
        telling = [line for line in said if since is not None and re.search(_ERROR, line)]
        return " / ".join((telling or said)[-3:])[-600:] or "(the log is empty)"
