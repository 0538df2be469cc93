"""The requests of the attacks: each response is kept, and what is none is told."""

from typing import Any

from course.attacks.outcome import NotTried, ServerFailed
from course.attacks.reply import Reply
from course.serving.local_client import GONE_AFTER, LocalClient, NoResponse
from course.serving.loopback import Place

PATIENCE = 10.0  # seconds for one whole response; a login hashes a password, and a machine may be busy


class Wire:
    """A client of one server. `replies`: all responses so far."""

    def __init__(self, place: Place, patience: float = PATIENCE) -> None:
        self.place = place
        self.replies: list[Reply] = []
        self._silent = 0
        self._client = LocalClient(place, "course-attack", patience)

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
            made = self._client.request(method, path, **request)
            response, text, seconds = self._client.exchange(made)
        except NoResponse as problem:
            self._silent += 1
            raise ServerFailed(str(problem)) from None
        self._silent = 0
        reply = Reply(response.status_code, response.headers, text, f"{method} {path}", seconds)
        self.replies.append(reply)
        return reply
