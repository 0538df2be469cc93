"""Requests to one server of this machine, and to no other, whatever the server answers."""

import time
from typing import Any

import httpx

from course.attacks.outcome import NotTried, ServerFailed
from course.attacks.reply import Reply
from course.serving.loopback import Place

PATIENCE = 10.0  # seconds for one whole response; a login hashes a password, and a machine may be busy
MOST_BYTES = 2_000_000  # of a response; no attack needs more
GONE_AFTER = 3  # requests without a response, one after the other


class Wire:
    """A client of one server. It follows no redirect and uses no proxy. `replies`: all responses so far."""

    def __init__(self, place: Place, patience: float = PATIENCE) -> None:
        self.place, self.patience = place, patience
        self.replies: list[Reply] = []
        self._silent = 0
        # The certificate of a server on one's own machine is nobody's to vouch for.
        self._client = httpx.Client(
            timeout=patience,
            trust_env=False,
            follow_redirects=False,
            verify=False,
            headers={"Host": place.named, "Accept-Encoding": "identity", "User-Agent": "course-attack"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """Send one request and read one response. `request`: httpx's headers, json, data, content, params.

        Raises ServerFailed when no whole response comes in time, and NotTried when that was so several times.
        """
        if self._silent >= GONE_AFTER:
            raise NotTried("The server no longer answers.")
        if not path.startswith("/"):
            raise NotTried(f"{path} is not a path of this server.")
        try:
            reply = self._exchange(method, path, request)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as problem:
            self._silent += 1
            raise ServerFailed(self._in_words(problem)) from None
        self._silent = 0
        self._client.cookies.clear()  # a request holds what its attack put there, and nothing else
        self.replies.append(reply)
        return reply

    def _exchange(self, method: str, path: str, request: dict[str, Any]) -> Reply:
        began, body = time.monotonic(), bytearray()
        url = f"{self.place.origin}{self.place.prefix}{path}"
        with self._client.stream(method, url, **request) as response:
            for part in response.iter_raw():
                body += part
                if time.monotonic() - began > self.patience:  # one byte at a time is no response either
                    raise httpx.ReadTimeout("not done")
                if len(body) > MOST_BYTES:
                    break
        text = body.decode("utf-8", "replace")
        seconds = time.monotonic() - began
        return Reply(response.status_code, response.headers, text, f"{method} {path}", seconds)

    def _in_words(self, problem: Exception) -> str:
        if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout):
            return "no connection: the server is gone"
        if isinstance(problem, httpx.TimeoutException):
            return f"no whole response within {self.patience:g} seconds"
        if isinstance(problem, httpx.WriteError | httpx.ReadError | httpx.RemoteProtocolError):
            return "the connection was closed without a whole response"
        return f"no response that can be read ({type(problem).__name__})"
