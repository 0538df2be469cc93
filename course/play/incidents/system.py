"""A running system with a fault in it: its signals, what can be done to it, and the verdict at the end."""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from fastapi.testclient import TestClient

from course.base.errors import CourseError
from course.play.incidents.faults import CAUSES, NOTHING
from course.play.incidents.service import OPTIONS, SCHEMA, Service
from course.play.incidents.signals import Signals

TABLES = f"""
    DROP SCHEMA IF EXISTS {SCHEMA} CASCADE;
    CREATE SCHEMA {SCHEMA};
    CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL, votes int NOT NULL DEFAULT 0);
    CREATE TABLE comments (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                           post_id int NOT NULL REFERENCES posts, body text NOT NULL);
    CREATE TABLE tags (post_id int NOT NULL REFERENCES posts, tag text NOT NULL);
    CREATE TABLE signing_keys (id int PRIMARY KEY, secret text NOT NULL, expires_at timestamptz NOT NULL);
    INSERT INTO posts SELECT n, 'Post ' || n FROM generate_series(1, 500) n;
    INSERT INTO comments (post_id, body) SELECT 1 + n % 500, 'Tea?' FROM generate_series(1, 2000) n;
    INSERT INTO tags SELECT 1 + n % 500, 'tag-' || n % 7 FROM generate_series(1, 700) n;
    CREATE INDEX comments_post_id_idx ON comments (post_id);
    ANALYZE posts; ANALYZE comments;
"""
KEY = """
    INSERT INTO signing_keys
    SELECT coalesce(max(id), 0) + 1, %s, now() + interval '90 days' FROM signing_keys
"""
SEEK = "EXPLAIN SELECT body FROM comments WHERE post_id = 7"
WAITING = 5  # e-mails that wait when it starts


@dataclass(frozen=True)
class Verdict:
    """What stands after a repair. `harm` names what was well before, and is not any more."""

    cause: str
    named: str
    repaired: bool
    harm: tuple[str, ...]

    @property
    def solved(self) -> bool:
        """The cause was named, it is gone, and nothing else was damaged."""
        return self.named == self.cause and self.repaired and not self.harm

    def __repr__(self) -> str:
        right = "right" if self.named == self.cause else "wrong"
        lines = [
            f"cause      {right}: you said {self.named!r}",
            f"repair     {'the system works' if self.repaired else 'the fault is still there'}",
        ]
        return "\n".join([*lines, *(f"harm       {each}" for each in self.harm)])


class System:
    """A blog that runs on a database of its own. End it with `close()`, or use it in a `with` block."""

    def __init__(self, url: str, cause: str, seed: int) -> None:
        self._cause, self._url, self.draw = cause, url, random.Random(seed)
        self._folder = tempfile.TemporaryDirectory(prefix="course-incident-")
        self.mail = Path(self._folder.name)
        self._sessions: dict[str, Any] = {}
        self._link = self._connect("on call")
        self._link.autocommit = True
        self.spam_check_answers, self._settings = True, {"spam_check": True, "cache_seconds": 60}
        self._changes = 0
        self.sql(TABLES)
        self.new_key()
        for folder, count in (("waiting", WAITING), ("sent", self.draw.randint(3, 9))):
            (self.mail / folder).mkdir()
            for number in range(count):
                (self.mail / folder / f"{number:06}.txt").write_text("To: ada\nWelcome.\n")
        self._signals, self._number = Signals(), 0
        self.service = self._started()
        self._bystander = self.open("backup", "SELECT count(*) FROM posts")
        CAUSES[cause](self)
        self._changes = 0
        for _ in range(2):
            self.traffic()

    # The signals -----------------------------------------------------------------------------

    def metrics(self) -> str:
        """The metrics as Prometheus reads them."""
        self.service.count()
        return self._signals.metrics()

    def logs(self) -> list[dict[str, Any]]:
        """The lines of the log, the oldest first."""
        return [dict(line) for line in self._signals.lines]

    def spans(self) -> list[Any]:
        """The spans of OpenTelemetry, in the order in which they ended."""
        return list(self._signals.spans())

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement (%s stands for a value) in a session of your own, committed at once; its rows."""
        with self._link.cursor() as cursor:
            cursor.execute(statement, values or None)
            return [] if cursor.description is None else cursor.fetchall()

    def traffic(self) -> dict[str, int]:
        """Let one of each of the usual requests come: the status of each."""
        client = TestClient(self.service.app, raise_server_exceptions=False)
        token = self._ask(client, "POST /login").json().get("token", "")
        found = {}
        for asked in ("GET /posts/1", "GET /posts/2/comments", "GET /tags", "POST /posts/1/vote"):
            found[asked] = self._ask(client, asked, token).status_code
        found["POST /posts/3/comments"] = self._ask(client, "POST /posts/3/comments", token).status_code
        return found

    # What can be done ------------------------------------------------------------------------

    def restart(self) -> None:
        """End the service's process, and start it again."""
        self._changes += 1
        self.service.stop()
        self.service = self._started()

    def new_key(self) -> None:
        """Make a new key that signs tokens, for 90 days."""
        self._changes += 1
        self.sql(KEY, f"not-a-real-secret-{self.draw.getrandbits(128):032x}")

    def configure(self, **settings: Any) -> None:
        """Change settings of the service: spam_check (bool), cache_seconds (int). Raises CourseError."""
        if strange := settings.keys() - self._settings.keys():
            raise CourseError(f"There is no setting {', '.join(strange)}: spam_check, cache_seconds.")
        self._changes += 1
        self._settings.update(settings)

    # The end ---------------------------------------------------------------------------------

    def verdict(self, named: str) -> Verdict:
        """Whether `named` is the cause, whether it is gone, and what else was damaged."""
        well = all(status < 400 for _ in range(2) for status in self.traffic().values())
        gone = well and self._seeks() and self._cache_holds() and not self._disk_is_short()
        return Verdict(self._cause, named, gone, tuple(self._harm()))

    def close(self) -> None:
        """End the service and all its sessions; nothing of it stays. A second call does nothing."""
        if self._link.closed:
            return
        self.service.stop()
        for each in self._sessions.values():
            each.close()
        self.sql(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        self._link.close()
        self._signals.close()
        self._folder.cleanup()

    def __enter__(self) -> "System":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, name: str, statement: str) -> int:
        """Open a session that runs a statement and stays in its transaction; its process id."""
        session = self._sessions[name] = self._connect(name)
        with session.cursor() as cursor:
            cursor.execute(statement)
        return int(session.info.backend_pid)

    def _connect(self, name: str) -> Any:
        return psycopg2.connect(self._url, application_name=name, options=OPTIONS)

    def _started(self) -> Service:
        service = Service(self._url, self.mail, self._signals, self._settings)
        if self.spam_check_answers:
            service.spam_check_answers.set()
        return service

    def _ask(self, client: TestClient, asked: str, token: str = "") -> Any:
        method, path = asked.split()
        self._number += 1
        headers = {"X-Request-ID": f"request-{self._number}", "Authorization": f"Bearer {token}"}
        return client.request(method, path, headers=headers)

    def _seeks(self) -> bool:
        return not any("Seq Scan" in line for (line,) in self.sql(SEEK))

    def _cache_holds(self) -> bool:
        before = self._signals.value("blog_cache_reads_total", result="miss")
        self.traffic()
        return self._signals.value("blog_cache_reads_total", result="miss") == before

    def _disk_is_short(self) -> bool:
        self.service.count()
        used, size = (self._signals.value("blog_mail_bytes", what=what) for what in ("used", "size"))
        return used > size * 0.9

    def _harm(self) -> Iterator[str]:
        alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
        if self._cause == NOTHING and self._changes:
            yield "It was a false alarm, and something was changed."
        if not self.sql(alive, self._bystander)[0][0]:
            yield "The session of the backup was ended, and it blocked nobody."
        there = {each.name for each in (self.mail / "waiting").iterdir()}
        if lost := [number for number in range(WAITING) if f"{number:06}.txt" not in there]:
            yield f"{len(lost)} e-mails that had not been sent yet are lost."
        if not self._settings["spam_check"] and self._cause != "a slow dependency":
            yield "The spam check is off, and it worked."
        if self.sql("SELECT count(*) FROM posts")[0][0] != 500:
            yield "Posts are lost."
        if self.sql("SELECT count(*) FROM comments")[0][0] < 2000:
            yield "Comments are lost."
