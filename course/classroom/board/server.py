"""The board as a program: where it listens, what it prints, and how it ends."""

import asyncio
import contextlib
import ipaddress
import logging
import socket
from collections.abc import Callable
from typing import Any

import psutil
import uvicorn
from sqlalchemy.ext.asyncio import AsyncSession

from course.base.errors import CourseError
from course.classroom.board import events, settings
from course.classroom.board.app import create_app
from course.classroom.board.database import engine_of, make_tables
from course.classroom.board.settings import Settings

_GRACE = 2  # seconds that open requests have when the board ends


class _Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for its requests."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it."""
        app: Any = self.config.app
        if hasattr(app.state, "board"):
            await app.state.board.feed.close()
        await super().shutdown(sockets)


def run(room: Settings, host: str, port: int, public: str, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C. `public`: the address that learners use, where a proxy with TLS stands in front.

    Raises CourseError when the port is taken or the board does not start.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    with contextlib.closing(_socket(host, port)) as listening:
        address = public.rstrip("/") or f"http://{_bracketed(reached_at(host))}:{listening.getsockname()[1]}"
        say(greeting(room, address, reachable=bool(public) or not _only_here(host)))
        server = of_room(room)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    if not server.started:
        raise CourseError(
            "The board did not start: what stands above says why. `course doctor` may know the cure."
        )


def of_room(room: Settings) -> uvicorn.Server:
    """The server of a room, for a socket that listens already."""
    return _Server(
        uvicorn.Config(
            create_app(room),
            loop="asyncio:SelectorEventLoop",  # psycopg refuses the proactor loop of Windows
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )


def greeting(room: Settings, address: str, *, reachable: bool) -> str:
    """What the instructor reads: the link of the page, and what learners type."""
    lines = [
        f"The board, for you alone:   {address}/#key={room.key}",
        f"What learners type:         course class join {address} {settings.spoken(room.code)}",
    ]
    if not reachable:
        lines.append(
            "Only this computer reaches it. For a room: --host 0.0.0.0, on a network that you trust; on any "
            "other, a proxy with TLS in front and --address https://…"
        )
    return "\n".join(
        [*lines, "Ctrl-C ends it. The room stays: the same code and link are good again next time."]
    )


def _socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as problem:
        listening.close()
        raise CourseError(
            f"The board cannot listen at {host}, port {port}: {problem.strerror or problem}. Another program "
            "may have that port, or this computer no such address. Choose with --port and --host."
        ) from problem
    return listening


def _only_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def reached_at(host: str) -> str:
    """The address by which others reach a board that listens at all addresses: the first private one here."""
    if host not in ("0.0.0.0", "::"):
        return host
    family = socket.AF_INET if host == "0.0.0.0" else socket.AF_INET6
    found = [
        each.address.partition("%")[0]
        for links in psutil.net_if_addrs().values()
        for each in links
        if each.family == family
    ]
    near = [
        each for each in found if not (here := ipaddress.ip_address(each)).is_loopback and here.is_private
    ]
    return next(iter([*near, *found]), host)


def logs(room: Settings) -> list[list[dict[str, Any]]]:
    """The events of all learners of a room, in the form of progress logs."""

    async def read() -> list[list[dict[str, Any]]]:
        engine = engine_of(room.url)
        try:
            await make_tables(engine)
            async with AsyncSession(engine) as session:
                return await events.logs(session)
        finally:
            await engine.dispose()

    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        return runner.run(read())
