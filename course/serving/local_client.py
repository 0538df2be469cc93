"""Requests to one server of this machine, and to no other, whatever the server answers.

httpx alone would wait for each part of a body anew, keep cookies, and read a body without an end.
"""

import json
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from course.serving.loopback import Place

MOST_BYTES = 2_000_000  # of a response; nothing that we ask for needs more
GONE_AFTER = 3  # requests without a response, one after the other


class NoResponse(Exception):
    """No whole response came: the text says how, without capital and period. `late`: not in time."""

    def __init__(self, text: str, *, late: bool) -> None:
        super().__init__(text)
        self.late = late


@dataclass(frozen=True)
class Response:
    """Status, headers, and the body as text. `asked`: the request, in a line."""

    status: int
    headers: httpx.Headers
    text: str
    asked: str
    seconds: float = field(default=0.0, compare=False)

    @cached_property
    def json(self) -> Any:
        """The body as data; None for what is no JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def media(self) -> str:
        """The media type without its parameters, as in "application/json"."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class LocalClient:
    """A client of one server. It follows no redirect, uses no proxy, and keeps no cookie.

    `agent`: its name; `patience`: seconds for one whole response.
    """

    def __init__(self, place: Place, agent: str, patience: float) -> None:
        self.place, self.patience, self._agent = place, patience, agent
        self._client = self._new()

    def renew(self) -> None:
        """Close the connections; the next request opens one of its own."""
        self._client.close()
        self._client = self._new()

    def _new(self) -> httpx.Client:
        # The certificate of a server on one's own machine is nobody's to vouch for.
        return httpx.Client(
            timeout=self.patience,
            trust_env=False,
            follow_redirects=False,
            verify=False,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            headers={"Host": self.place.named, "Accept-Encoding": "identity", "User-Agent": self._agent},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def request(self, method: str, path: str, **given: Any) -> httpx.Request:
        """A request as it will be sent. `given`: httpx's headers, json, data, content, params.

        Raises NoResponse for a path of which httpx makes no request.
        """
        try:
            return self._client.build_request(
                method, f"{self.place.origin}{self.place.prefix}{path}", **given
            )
        except httpx.InvalidURL as problem:
            raise NoResponse(self._in_words(problem), late=False) from None

    def exchange(self, request: httpx.Request) -> tuple[httpx.Response, str, float]:
        """Send a request: its response, the body as text, and the seconds. Raises NoResponse."""
        try:
            return self._exchange(request)
        except (httpx.HTTPError, httpx.StreamError, OSError) as problem:
            late = isinstance(problem, httpx.TimeoutException)
            raise NoResponse(self._in_words(problem), late=late) from None
        finally:
            self._client.cookies.clear()

    def _exchange(self, request: httpx.Request) -> tuple[httpx.Response, str, float]:
        began, body = time.monotonic(), bytearray()
        response = self._client.send(request, stream=True)
        try:
            for part in response.iter_raw():
                body += part
                if time.monotonic() - began > self.patience:  # one byte at a time is no response either
                    raise httpx.ReadTimeout("not done")
                if len(body) > MOST_BYTES:
                    break
        finally:
            response.close()
        return response, body.decode("utf-8", "replace"), time.monotonic() - began

    def _in_words(self, problem: Exception) -> str:
        if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout):
            return "there is no connection: the server is gone"
        if isinstance(problem, httpx.TimeoutException):
            return f"no whole response came within {self.patience:g} seconds"
        if isinstance(problem, httpx.WriteError | httpx.ReadError | httpx.RemoteProtocolError):
            return "the connection was closed without a whole response"
        return f"no response came that can be read ({type(problem).__name__})"
