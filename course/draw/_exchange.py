"""The bytes of captured exchanges as a sequence between client and server."""

import textwrap

from course.base.text import short
from course.draw.mermaid import EMPTY, Picture, SequenceDiagram, limited
from course.serving.messages import Exchange

REQUEST_HEADERS = (
    "host",
    "origin",
    "access-control-request-method",
    "access-control-request-headers",
    "accept",
    "content-type",
    "content-length",
    "authorization",
    "cookie",
)
RESPONSE_HEADERS = (
    "content-type",
    "content-length",
    "location",
    "allow",
    "set-cookie",
    "www-authenticate",
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
)
MOST_EXCHANGES = 6  # a seventh exchange would not fit on a screen
WIDE = 56  # characters in a line of the picture


def exchange(*exchanges: Exchange) -> Picture:
    """Who sent what, in order: request line, the headers that matter, body; then the answer likewise."""
    lanes = {"C": "client", "S": "server"}
    chart = SequenceDiagram("What travels between client and server", lanes)
    plain = []
    shown, more = limited(exchanges, MOST_EXCHANGES)
    for one in shown:
        request = [_first(one.request), *_chosen(one.request_headers, REQUEST_HEADERS)]
        answer = [_first(one.response), *_chosen(one.response_headers, RESPONSE_HEADERS)]
        chart.message("C", "->>", "S", *_message(request, one.request_body))
        chart.message("S", "-->>", "C", *_message(answer, one.body))
        plain += _plain("client → server", request, one.request_body)
        plain += _plain("server → client", answer, one.body)
    chart.note("over C,S", more)
    return Picture(str(chart), "\n".join([*plain, *([more] if more else [])]))


def _first(message: bytes) -> str:
    return message.split(b"\r\n", 1)[0].decode("latin-1")


def _chosen(headers: dict[str, str], names: tuple[str, ...]) -> list[str]:
    """The headers of these names, and those that somebody made up: they are there to be seen."""
    own = tuple(name for name in headers if name.startswith("x-"))
    return [f"{name}: {headers[name]}" for name in names + own if name in headers]


def _message(head: list[str], body: bytes) -> list[str]:
    """The lines as on the wire: an empty one stands between the headers and the body."""
    lines = [part for line in head for part in _fitted(line)]
    if body:
        text = short(body.decode("utf-8", "replace"), WIDE * 3)
        lines += [EMPTY, *textwrap.wrap(text, WIDE, drop_whitespace=False)]
    return lines


def _plain(direction: str, head: list[str], body: bytes) -> list[str]:
    details = [*head[1:], *([short(body.decode("utf-8", "replace"), 200)] if body else [])]
    return [f"{direction}  {head[0]}", *(f"    {line}" for line in details)]


def _fitted(line: str) -> list[str]:
    """A line as the picture has room for it: a list of names goes on below, anything else is cut."""
    return textwrap.wrap(short(line, 2 * WIDE), WIDE) if ", " in line else [short(line, WIDE)]
