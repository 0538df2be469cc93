"""The service of an incident: a blog in small, with a pool, tokens, mail, a cache and a spam check."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic, perf_counter
from typing import Any
from uuid import uuid4

import jwt
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from course.play.incidents.signals import Signals

SCHEMA = "incident"
PLACES = 3  # connections of the pool
DISK = 64 * 1024  # bytes: the size of the disk for mail
OPTIONS = f"-c search_path={SCHEMA} -c lock_timeout=500ms -c statement_timeout=5s"
STATUSES: dict[type[Exception], int] = {
    PermissionError: 401,
    LookupError: 404,
    NoConnection: 503,
    OperationalError: 503,
    TimeoutError: 504,
}


class Service:
    """One process of the blog. A new one has an empty cache, and connections of its own."""

    def __init__(self, url: str, folder: Path, signals: Signals, settings: dict[str, Any]) -> None:
        self.signals, self.folder, self.settings = signals, folder, settings
        self.spam_check_answers = Event()
        self.held: list[Connection] = []
        self._cache: tuple[float, list[str]] | None = None
        address = make_url(url).set(drivername="postgresql+psycopg2")
        connect = {"application_name": "blog", "options": OPTIONS}
        self.engine: Engine = create_engine(
            address, pool_size=PLACES, max_overflow=0, pool_timeout=0.05, connect_args=connect
        )
        self.app = self._app()

    def stop(self) -> None:
        """The process ends, and its connections with it."""
        for each in self.held:
            each.invalidate()
            each.close()
        self.held.clear()
        self.engine.dispose()

    def count(self) -> None:
        """Bring the gauges up to date."""
        pool: Any = self.engine.pool
        self.signals.pool.labels("in use").set(pool.checkedout())
        self.signals.pool.labels("most").set(PLACES)
        self.signals.mail.labels("used").set(self._used())
        self.signals.mail.labels("size").set(DISK)

    @contextmanager
    def _query(self, sql: str, **values: Any) -> Iterator[Any]:
        with self.signals.span("connect"):
            connection = self.engine.connect()
        with connection, connection.begin():
            with self.signals.span(sql.split()[0], **{"db.query.text": sql}):
                found = connection.execute(text(sql), values)
            yield found

    def _used(self) -> int:
        return sum(each.stat().st_size for each in self.folder.rglob("*") if each.is_file())

    def _login(self, _: Request) -> Any:
        key = "SELECT id, secret, expires_at FROM signing_keys ORDER BY id DESC LIMIT 1"
        with self._query(key) as found:
            number, secret, expires = found.one()
        if expires < datetime.now(UTC):
            raise PermissionError(f"Signing key {number} expired.")
        claims = {"sub": "ada", "kid": number, "exp": datetime.now(UTC) + timedelta(minutes=5)}
        return {"token": jwt.encode(claims, secret, "HS256")}

    def _caller(self, request: Request) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self._query("SELECT secret FROM signing_keys WHERE expires_at > now()") as found:
            secrets = found.scalars().all()
        for secret in secrets:
            try:
                return str(jwt.decode(token, secret, ["HS256"])["sub"])
            except jwt.InvalidTokenError:
                continue
        raise PermissionError("No valid token.")

    def _post(self, request: Request) -> Any:
        sql = "SELECT id, title, votes FROM posts WHERE id = :post"
        with self._query(sql, post=int(request.path_params["post"])) as found:
            return dict(found.mappings().one())

    def _comments(self, request: Request) -> Any:
        sql = "SELECT body FROM comments WHERE post_id = :post ORDER BY id LIMIT 5"
        with self._query(sql, post=int(request.path_params["post"])) as found:
            return found.scalars().all()

    def _vote(self, request: Request) -> Any:
        self._caller(request)
        sql = "UPDATE posts SET votes = votes + 1 WHERE id = :post"
        with self._query(sql, post=int(request.path_params["post"])):
            return "counted"

    def _comment(self, request: Request) -> Any:
        self._caller(request)
        if self.settings["spam_check"]:
            with self.signals.span("spam check"):
                if not self.spam_check_answers.wait(0.02):
                    raise TimeoutError("The spam check does not respond.")
        post = int(request.path_params["post"])
        mail = f"To: the author of post {post}\nThere is a new comment.\n"
        sql = "INSERT INTO comments (post_id, body) VALUES (:post, 'Tea?')"
        with self._query(sql, post=post), self.signals.span("mail"):
            if self._used() + len(mail) > DISK:
                raise OSError(errno.ENOSPC, "No space left on device", "mail/waiting")
            (self.folder / "waiting" / f"{uuid4().hex}.txt").write_text(mail)
        return "written"

    def _tags(self, _: Request) -> Any:
        now = monotonic()
        hit = self._cache is not None and now < self._cache[0] + self.settings["cache_seconds"]
        self.signals.cache.labels("hit" if hit else "miss").inc()
        if self._cache is None or not hit:
            sql = "SELECT tag FROM tags GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 3"
            with self._query(sql) as found:
                self._cache = now, found.scalars().all()
        return self._cache[1]

    def _app(self) -> FastAPI:
        app = FastAPI()
        for method, route, does in (
            ("POST", "/login", self._login),
            ("GET", "/posts/{post}", self._post),
            ("GET", "/posts/{post}/comments", self._comments),
            ("POST", "/posts/{post}/vote", self._vote),
            ("POST", "/posts/{post}/comments", self._comment),
            ("GET", "/tags", self._tags),
        ):
            app.add_api_route(route, self._seen(method, route, does), methods=[method])
        return app

    def _seen(self, method: str, route: str, does: Callable[[Request], Any]) -> Any:
        """The path operation, with its span, its line and its count."""

        async def operation(request: Request) -> Response:
            began, known = perf_counter(), request.headers["X-Request-ID"]
            try:
                with self.signals.span(f"{method} {route}", **{"request.id": known}):
                    status, body = 200, does(request)
            except Exception as error:
                status = next((STATUSES[kind] for kind in STATUSES if isinstance(error, kind)), 500)
                kind, said = type(getattr(error, "orig", error)).__name__, str(error).splitlines()[0]
                body = {"detail": kind}
                line = {"event": "error", "request_id": known, "error": kind, "detail": said}
                self.signals.lines.append(line)
            self.signals.note(known, method, route, status, began)
            return JSONResponse(body, status)

        return operation
