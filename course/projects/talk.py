"""A WebSocket to the server that is checked: the frames of both sides, which a report can show."""

import contextlib
import json
import os
import socket
import ssl
import struct
import time
from collections import deque
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI, WebSocketException
from websockets.sync.client import ClientConnection, connect

from course.base.text import short
from course.projects.outcome import NotYet, Silent
from course.projects.wire import PATIENCE
from course.serving.loopback import Place

CUT = 1006  # the code of a connection that ended without a close
_SHOWN = 4  # frames of each side
_SMALL = 4096  # bytes
_LARGEST, _WAITING = 2**17, 2000  # bytes of a frame, frames that wait to be heard


class Talk:
    """One connection. `slow`: it takes what the server sends only when it is asked to, and little of it."""

    def __init__(self, place: Place, path: str, *, patience: float = PATIENCE, slow: bool = False) -> None:
        self.path, self.patience = path, patience
        self.said: deque[str] = deque(maxlen=_SHOWN)
        self.heard: deque[str] = deque(maxlen=_SHOWN)
        self.end: int | None = None
        try:
            self._connection = _connected(place, path, patience, slow)
        except (OSError, InvalidHandshake, InvalidURI, WebSocketException, ValueError, EOFError) as problem:
            why = "The server accepts a WebSocket."
            raise NotYet(why, short(str(problem) or type(problem).__name__, 200), self.asked) from None

    @property
    def asked(self) -> str:
        """The path and the latest frames of the client, on a line."""
        return " ".join([f"WebSocket {self.path}", *self.said])

    @property
    def answered(self) -> str:
        """The latest frames of the server, and how it ended."""
        end = [] if self.end is None else [f"(closed: {self.end})"]
        return " ".join([*self.heard, *end]) or "no frame"

    def say(self, frame: object) -> None:
        """Send a frame: a text as it is, anything else as JSON. What a closed connection takes is gone."""
        text = frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False)
        self.said.append(_told(frame, text))
        with contextlib.suppress(ConnectionClosed, OSError):
            self._connection.send(text)

    def hear(self, seconds: float | None = None) -> dict[str, Any] | None:
        """The next frame; None where the connection has ended. Raises NotYet for no frame, and an odd one."""
        limit = self.patience if seconds is None else seconds
        try:
            text = self._connection.recv(timeout=max(limit, 0), decode=None)
        except TimeoutError:
            raise Silent(f"No frame came within {limit:g} seconds.", self.asked) from None
        except (ConnectionClosed, OSError, EOFError):
            self.end = self._connection.close_code or CUT
            return None
        self.heard.append(short(text if isinstance(text, str) else text.decode("utf-8", "replace"), 160))
        frame = _parsed(text)
        if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
            raise self.not_yet("Each frame is a text with a JSON object that has a type.")
        return frame

    def closed(self, *codes: int, why: str = "") -> int:
        """The code with which the server closes it, after whatever frames. Raises NotYet for another one."""
        deadline = time.monotonic() + self.patience
        try:
            while self.hear(deadline - time.monotonic()) is not None:
                pass
        except Silent:
            raise self.not_yet(why, f"the connection is not closed after {self.patience:g} seconds") from None
        if self.end not in codes:
            wanted = " or ".join(map(str, codes))
            raise self.not_yet(why, f"expected the close code {wanted}, got {_named(self.end)}")
        return self.end or CUT

    def close(self) -> None:
        """Close it, as a page does that somebody leaves."""
        with contextlib.suppress(Exception):
            self._connection.close()

    def cut(self) -> None:
        """End it without a word, as a network does."""
        with contextlib.suppress(OSError):
            self._connection.socket.shutdown(socket.SHUT_RDWR)

    def not_yet(self, why: str, got: str = "") -> NotYet:
        """What to raise where the frames are not what the contract says."""
        return NotYet(why, got, short(self.asked, 600), short(self.answered, 700))


def _connected(place: Place, path: str, patience: float, slow: bool) -> ClientConnection:
    scheme = "wss" if place.scheme == "https" else "ws"
    number = f"[{place.address}]" if ":" in place.address else place.address
    options: dict[str, Any] = {"sock": _socket(place, patience, slow)}  # with it, no redirect is followed
    if scheme == "wss":  # the certificate of a server on one's own machine is nobody's to vouch for
        options["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        options["ssl"].check_hostname, options["ssl"].verify_mode = False, ssl.CERT_NONE
    return connect(
        f"{scheme}://{number}:{place.port}{place.prefix}{path}",
        **options,
        max_queue=1 if slow else _WAITING,
        open_timeout=patience,
        close_timeout=5,
        ping_interval=None,
        compression=None,
        max_size=_LARGEST,
        proxy=None,
        legacy=True,  # the connection itself, and not a block around it
        user_agent_header="course-project",
    )


def _socket(place: Place, patience: float, slow: bool) -> socket.socket:
    """A connection in which nothing is sent for ever; where it is slow, the system keeps little for it."""
    made = socket.socket(socket.AF_INET6 if ":" in place.address else socket.AF_INET)
    if slow:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
    posix = struct.pack("ll", int(patience) + 1, 0)
    limit: Any = int(patience * 1000) if os.name == "nt" else posix
    made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
    try:
        made.settimeout(patience)
        made.connect((place.address, place.port))
    except OSError:
        made.close()
        raise
    made.settimeout(None)
    return made


def _parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _told(frame: object, text: str) -> str:
    """A frame of ours as a report shows it: of a token only that there is one."""
    if isinstance(frame, dict) and "token" in frame:
        text = json.dumps({**frame, "token": "…"}, ensure_ascii=False)
    return short(text, 160)


def _named(code: int | None) -> str:
    return f"{code}, a cut without a code" if code == CUT else str(code)
