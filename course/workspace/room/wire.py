"""Requests to a board, with an end to everything: the wait, the answer's size, where they may go.

httpx was considered: a kernel would pay a tenth of a second of its processor for the import alone.
"""

import http.client
import ipaddress
import json
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from course.base.errors import CourseError

SECONDS, WHOLE_SECONDS = 5.0, 10.0  # for one step of a request, and for all of it
MOST_BYTES = 64 * 1024  # of an answer


@dataclass(frozen=True)
class Reply:
    """What a board answered; `data` is {} where it was no JSON object."""

    status: int
    data: dict[str, Any]
    retry_after: float = 0.0  # seconds

    @property
    def sentence(self) -> str:
        """The board's own words for a refusal; "" when it gave none."""
        said = self.data.get("detail")
        return said[:300] if isinstance(said, str) else ""


class TooFar(CourseError):
    """Plain http would leave the private network."""


def checked(address: str) -> str:
    """An address as it is kept, "http://192.168.1.5:8700". Raises CourseError if it cannot be a board's."""
    parts = _split(address if "://" in address else f"http://{address}")
    if parts is None:
        raise CourseError(
            f"{address!r} is no address of a board. It looks like http://192.168.1.5:8700; your instructor "
            "has it."
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address.strip())
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    if (
        not good
        or parts.username
        or parts.query
        or parts.fragment
        or not address.isprintable()
        or " " in address
    ):
        return None
    return parts


def send(address: str, method: str, path: str, body: object = None, token: str = "") -> Reply:
    """One request, and what came back. Redirects are not followed, proxies not used.

    Raises OSError when there was no answer in time, and TooFar (a CourseError).
    """
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    try:
        link.connect()
        _near_enough(parts, link.sock)
        with _an_end(link.sock):
            link.request(method, parts.path + path, content, headers)
            return _reply(link.getresponse())
    except (http.client.HTTPException, ValueError) as problem:
        raise OSError(f"no answer that could be read ({type(problem).__name__})") from problem
    finally:
        link.close()


def _reply(response: http.client.HTTPResponse) -> Reply:
    content = response.read(MOST_BYTES)
    try:
        data = json.loads(content)
    except ValueError:
        data = {}
    wait = response.headers.get("Retry-After", "")
    return Reply(
        response.status, data if isinstance(data, dict) else {}, float(wait) if wait.isdecimal() else 0.0
    )


class _an_end:
    """Ends a connection that is still busy when WHOLE_SECONDS have passed: each byte may come in time."""

    def __init__(self, link: socket.socket) -> None:
        self._timer = threading.Timer(WHOLE_SECONDS, self._end, [link])
        self._timer.daemon = True

    @staticmethod
    def _end(link: socket.socket) -> None:
        with suppress(OSError):
            link.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _near_enough(parts: SplitResult, link: socket.socket) -> None:
    """Before anything is sent: plain http goes to this machine or a private network, and no further."""
    if parts.scheme == "http" and not private(str(link.getpeername()[0])):
        raise TooFar(
            f"{parts.hostname} is not on your own network, and http:// would send your events there "
            "unencrypted. Ask your instructor for an address that begins with https://."
        )


def private(ip: str) -> bool:
    """Whether an IP address is of this machine, of a private network, or link-local."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_private or address.is_link_local
