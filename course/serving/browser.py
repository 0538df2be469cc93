"""What a browser does with `fetch(…)` in a page: the rules of the Fetch standard, over real HTTP.

A browser itself is not everywhere (CI, a hub); tests/browser compares these rules with Chromium's.
"""

import json as jsons
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from course.base.errors import CourseError
from course.serving.messages import Exchange
from course.serving.proxy import send

_PORTS = {"http": 80, "https": 443}  # ports that an origin does not name
_FORM = "application/x-www-form-urlencoded"
# What a page could always send with a form, so that a browser does not ask before it sends it.
_SIMPLE_METHODS = ("GET", "HEAD", "POST")
_SIMPLE_HEADERS = ("accept", "accept-language", "content-language", "content-type")
_SIMPLE_TYPES = (_FORM, "multipart/form-data", "text/plain")
_ALLOW = "access-control-allow-"


@dataclass(frozen=True)
class Fetched:
    """What became of one `fetch(…)`; `why`: why the page does not get the response, "" when it does.

    `preflight` and `response` are what travelled; None: nothing was sent.
    """

    page: str
    url: str
    method: str
    headers: dict[str, str]
    body: str
    credentials: bool
    preflight: Exchange | None = field(repr=False)
    response: Exchange | None = field(repr=False)
    why: str

    @property
    def said(self) -> str:
        """What the page gets: "reads 200", or "blocked"."""
        return f"reads {self.response.status}" if self.response and not self.why else "blocked"

    @property
    def exchanges(self) -> list[Exchange]:
        """What travelled, in order: `draw.exchange(*found.exchanges)`."""
        return [one for one in (self.preflight, self.response) if one is not None]

    def __repr__(self) -> str:
        lines = [f"{one.method} {one.path}: {one.status}" for one in self.exchanges]
        if self.response is None:
            lines.append(f"{self.method} {urlsplit(self.url).path}: not sent")
        return "\n".join([*lines, f"the page {self.said}" if not self.why else f"blocked: {self.why}"])


def fetch(
    url: str,
    *,
    page: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    json: Any = None,
    form: Mapping[str, str] | None = None,
    credentials: bool = False,
    cookies: str = "",
) -> Fetched:
    """Send what a browser would send for `fetch(url, …)` in a page of the origin `page`.

    `credentials`: as `credentials: "include"`; then `cookies` ("name=value") are sent, too, as if the browser
    had them for this address. Raises CourseError when the server does not answer.
    """
    given = {name.lower(): value for name, value in (headers or {}).items()}
    body = ""
    if json is not None:
        body, given = jsons.dumps(json), {"content-type": "application/json"} | given
    elif form is not None:
        body, given = urlencode(form), {"content-type": _FORM} | given
    foreign = origin(url) != page
    asked, why = None, ""
    special = sorted(name for name, value in given.items() if not _simple(name, value))
    if foreign and (special or method not in _SIMPLE_METHODS):
        asked = _send(url, "OPTIONS", _questions(page, method, special))
        why = _refused(asked, page, method, special, credentials)
    response = None
    if not why:
        carried = {"cookie": cookies} if cookies and (credentials or not foreign) else {}
        response = _send(url, method, {"origin": page} | given | carried, body)
        why = _unreadable(response, page, credentials) if foreign else ""
    return Fetched(page, url, method, given, body, credentials, asked, response, why)


def origin(url: str) -> str:
    """Scheme, host and port of an address; the port only where it is not the scheme's own."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, _PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}"


def _simple(name: str, value: str) -> bool:
    if name == "content-type":
        return value.partition(";")[0].strip().lower() in _SIMPLE_TYPES
    return name in _SIMPLE_HEADERS


def _questions(page: str, method: str, special: list[str]) -> dict[str, str]:
    asks = {"origin": page, "access-control-request-method": method}
    return asks | ({"access-control-request-headers": ",".join(special)} if special else {})


def _send(url: str, method: str, headers: Mapping[str, str], body: str = "") -> Exchange:
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"host": parts.netloc, **headers}
    if body or method in ("POST", "PUT", "PATCH"):
        sent["content-length"] = str(len(body.encode()))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name.title()}: {value}" for name, value in sent.items())]
    try:
        return send(url, ("\r\n".join(lines) + "\r\n\r\n" + body).encode())
    except OSError:
        text = f"There is no server at {origin(url)}. Run the cell that serves it, then this cell again."
        raise CourseError(text) from None


def _unreadable(found: Exchange, page: str, credentials: bool) -> str:
    """Why a page of this origin does not get this response; "" when it does."""
    allowed = found.response_headers.get(f"{_ALLOW}origin")
    if allowed is None:
        return "the response has no Access-Control-Allow-Origin"
    if allowed == "*" and credentials:
        return "Access-Control-Allow-Origin is *, and that does not count with credentials"
    if allowed not in ("*", page):
        return "Access-Control-Allow-Origin is another origin"
    if credentials and found.response_headers.get(f"{_ALLOW}credentials") != "true":
        return "the response has no Access-Control-Allow-Credentials: true"
    return ""


def _refused(asked: Exchange, page: str, method: str, special: list[str], credentials: bool) -> str:
    """Why the response to a preflight keeps the browser from sending the request; "" when it does not."""
    if why := _unreadable(asked, page, credentials):
        return f"{why} (to the preflight)"
    if not 200 <= asked.status <= 299:
        return f"the response to the preflight is {asked.status}"
    if not (method in _SIMPLE_METHODS or _named(asked, "methods", method, credentials)):
        return f"the response to the preflight does not allow {method}"
    for name in special:
        if not _named(asked, "headers", name, credentials):
            return f"the response to the preflight does not allow the header {name.title()}"
    return ""


def _named(asked: Exchange, what: str, name: str, credentials: bool) -> bool:
    allowed = [each.strip() for each in asked.response_headers.get(_ALLOW + what, "").split(",")]
    if "*" in allowed and not credentials and name != "authorization":
        return True
    # Methods are compared as they are written, header names in any case.
    return name in (allowed if what == "methods" else [each.lower() for each in allowed])
