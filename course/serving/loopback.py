"""Which servers a program of the course may send requests to: those of this machine, and no other."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from course.base.errors import CourseError

_LIMIT = 2.0  # seconds for a connection on one's own machine


@dataclass(frozen=True)
class Place:
    """A server of this machine. `address`: the number to connect to; `host`: the name that was given."""

    scheme: str
    host: str
    address: str
    port: int
    prefix: str = ""

    @property
    def origin(self) -> str:
        """The server by its number, as in "http://127.0.0.1:8000": a name may mean another machine later."""
        number = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{number}:{self.port}"

    @property
    def named(self) -> str:
        """What stands in the header Host."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.named}{self.prefix}"


@dataclass(frozen=True)
class Deed:
    """What is done to a server, for the sentences: "attacked", and what to do where it cannot be."""

    done: str
    elsewhere: str
    silent: str


def loopback(url: str, deed: Deed) -> Place:
    """The server at `url`, for example "http://127.0.0.1:8000", which must be a loopback address.

    A name is resolved, and every number that it has must be one of this machine (127.0.0.0/8 or ::1). Raises
    CourseError for any other address, for what is no address of a web server, and where nothing listens.
    """
    scheme, host, port, prefix = _parts(url)
    numbers = _numbers(host, port, deed)
    others = [each for each in numbers if not _is_loopback(each)]
    if others:
        raise CourseError(
            f"{url} was not {deed.done}: {host} is {others[0]}, which is not an address of this machine "
            f"alone. Only a server on 127.0.0.1, ::1 or localhost may be {deed.done}. {deed.elsewhere}"
        )
    for number in numbers:
        if _listens(number, port):
            return Place(scheme, host, number, port, prefix)
    raise CourseError(f"Nothing was {deed.done}: no server listens at {url}. {deed.silent}")


def _parts(url: str) -> tuple[str, str, int, str]:
    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise CourseError(f"{url!r} is not the address of a web server. Write it as in http://127.0.0.1:8000")
    return (
        parts.scheme,
        parts.hostname,
        port or (443 if parts.scheme == "https" else 80),
        parts.path.rstrip("/"),
    )


def _numbers(host: str, port: int, deed: Deed) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise CourseError(
            f"Nothing was {deed.done}: no machine has the name {host!r}. Only a server on this machine may "
            f"be {deed.done}, as in http://127.0.0.1:8000"
        ) from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _is_loopback(number: str) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback


def _listens(number: str, port: int) -> bool:
    try:
        socket.create_connection((number, port), timeout=_LIMIT).close()
    except OSError:
        return False
    return True
