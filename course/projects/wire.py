"""Requests to the server that is checked: each becomes an exchange that a report can show."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import httpx

from course.base.text import short
from course.projects.outcome import NotYet, Silent
from course.serving.local_client import GONE_AFTER, LocalClient, NoResponse, Response
from course.serving.loopback import Place

PATIENCE = 30.0  # seconds for one response; a machine may be busy
PROBLEM = "application/problem+json"
_SHOWN = (
    "if-match",
    "if-none-match",
    "origin",
    "access-control-request-method",
    "idempotency-key",
    "webhook-timestamp",
    "webhook-signature",
)
_TOLD = ("etag", "location", "www-authenticate")
T = TypeVar("T")


class Reply(Response):
    """One response, and the request that it answers as a line of text."""

    def must(self, *statuses: int, why: str = "") -> "Reply":
        """The same response, if its status is one of these; raises NotYet with `why`, a whole sentence."""
        if self.status not in statuses:
            raise self.not_yet(why, f"expected {' or '.join(map(str, statuses))}, got {self.status}")
        return self

    def problem(self, *statuses: int, why: str = "") -> "Reply":
        """The same, if it is an error in the one form of errors; raises NotYet."""
        self.must(*statuses, why=why)
        body = self.json if isinstance(self.json, dict) else {}
        if self.media != PROBLEM:
            raise self.not_yet(f"An error has the media type {PROBLEM}.", f"got {self.media or 'none'}")
        if not all(isinstance(body.get(name), str) for name in ("type", "title", "detail")):
            raise self.not_yet("An error has the texts type, title and detail.")
        if body.get("status") != self.status:
            raise self.not_yet("An error's body says the status of its response.")
        return self

    def is_(self, name: str, wanted: object, why: str = "") -> "Reply":
        """The same, if a field of the body has this value; raises NotYet."""
        found = self[name]
        if found != wanted or isinstance(found, bool) is not isinstance(wanted, bool):
            raise self.not_yet(why, f"{name}: expected {_json(wanted)}, got {_json(found)}")
        return self

    def __getitem__(self, name: str) -> Any:
        """A field of the body. Raises NotYet where there is none."""
        if not isinstance(self.json, dict):
            raise self.not_yet("The body is a JSON object.", f"got {self.media or 'no media type'}")
        if name not in self.json:
            raise self.not_yet(f"The body has the field {name}.")
        return self.json[name]

    @property
    def items(self) -> list[Any]:
        """The list `items` of the body. Raises NotYet where it is none."""
        if not isinstance(self["items"], list):
            raise self.not_yet("The field items is a list.")
        return list(self["items"])

    def header(self, name: str) -> str:
        """A header. Raises NotYet where there is none."""
        if name not in self.headers:
            raise self.not_yet(f"The response has the header {name}.")
        return str(self.headers[name])

    def not_yet(self, why: str, got: str = "") -> NotYet:
        """What to raise where this response is not what the contract says."""
        return NotYet(why, got, self.asked, str(self))

    def __str__(self) -> str:
        told = [f"{name}: {self.headers[name]}" for name in _TOLD if name in self.headers]
        page = " (HTML)" if self.media == "text/html" else ""
        return short(" ".join([f"{self.status}{page}", *told, short(self.text, 300)]), 500)


class Wire:
    """A client of one server. `last`: the latest response."""

    def __init__(self, place: Place, patience: float | None = None) -> None:
        self.place = place
        self.last: Reply | None = None
        self._silent = 0
        self.patience = patience or PATIENCE
        self._client = LocalClient(place, "course-project", self.patience)

    def renew(self) -> None:
        """Begin with connections of one's own: after an error, a server may have closed the old ones."""
        self._client.renew()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, path: str, *, token: str = "", **request: Any) -> Reply:
        """Send one request: httpx's headers, json, data, content, params; `token` says who asks.

        Raises Silent when no whole response comes.
        """
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **request.pop("headers", {})}
        asked = f"{method} {path}"
        if self._silent >= GONE_AFTER:
            raise Silent("The server no longer answers.", asked)
        try:
            built = self._client.request(method, path, headers=headers, **request)
            asked = _told(built, self.place.prefix)
            response, text, seconds = self._client.exchange(built)
        except NoResponse as problem:
            self._silent += problem.late
            said = str(problem)
            raise Silent(f"{said[0].upper()}{said[1:]}.", asked) from None
        self._silent = 0
        self.last = Reply(response.status_code, response.headers, text, asked, seconds)
        return self.last


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What several clients get that send at the same moment, in the order of their calls."""
    start = Barrier(len(calls))

    def call(send: Callable[[], T]) -> T:
        start.wait(60)
        return send()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call, send) for send in calls]]


def one_of(replies: Sequence[Reply], won: int, *lost: int) -> Reply:
    """The response with the status `won`, which one has; the others have one of `lost`. Raises NotYet."""
    got = f"{len(replies)} at once: {', '.join(str(each.status) for each in replies)}"
    why = f"One is {won}, the others are {' or '.join(map(str, lost))}."
    for each in replies:
        if each.status not in (won, *lost):
            raise each.not_yet(why, got)
    winners = [each for each in replies if each.status == won]
    if len(winners) != 1:
        raise replies[0].not_yet(why, got)
    return winners[0]


def _told(request: httpx.Request, prefix: str) -> str:
    """A request as a line: method, path, the headers that matter, body; of a token only that there is one."""
    path = request.url.raw_path.decode("ascii").removeprefix(prefix)
    headers = [f"{name}: {request.headers[name]}" for name in _SHOWN if name in request.headers]
    scheme = request.headers.get("authorization", "").partition(" ")[0]
    who = [f"Authorization: {scheme} …"] if scheme else []
    body = request.content.decode("utf-8", "backslashreplace")
    return short(" ".join([request.method, path, *who, *headers, body]).strip(), 400)


def _json(value: object) -> str:
    return short(json.dumps(value, ensure_ascii=False, default=str), 120)
