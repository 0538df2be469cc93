"""Clients that go on reading while something is done to the servers, and what they saw in which step.

A load generator (locust, wrk) was considered: it counts per second, and here only order and overlap count.
"""

import threading
from collections import Counter

import httpx

from course.serving.server import Server, key_of

CLIENTS = 4
ENOUGH = 5  # responses for each client to requests that were sent after a step
PATIENCE = 60.0  # seconds
UPSTREAM = "x-upstream"  # the header by which a proxy tells who has responded
PROXY = "the proxy"


class Traffic:
    """Clients that read one path through a proxy; begins and ends with a `with` block."""

    def __init__(self, proxy: Server, path: str) -> None:
        self._url, self._step, self._open = f"{proxy.url}{path}", "", True
        self._seen: list[tuple[int, str, str, int]] = []  # client, step, who, status
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=self._read, args=(n,), daemon=True) for n in range(CLIENTS)]
        self.steps: list[tuple[str, str]] = []

    def at(self, step: str) -> Counter[tuple[str, int]]:
        """Begin a step; return when each client has five responses to requests that it has sent after this.

        The result counts them by who responded and the status. `steps`, for `draw.turns`, gets the step and
        who responded in it. Raises TimeoutError when nothing comes back for a minute.
        """
        self._step = step
        self.steps.append(("deploy", step))
        with self._news:
            if not self._news.wait_for(lambda: self._enough(step), PATIENCE):
                raise TimeoutError(f"The proxy has been silent since: {step}")
            found = self.during(step)
        self.steps += [(who, f"responds {status}") for who, status in sorted(found)]
        return found

    def note(self, response: httpx.Response, what: str) -> None:
        """Add to `steps` who has made a response, and `what` is to be said about it."""
        self.steps.append((served_by(response), what))

    def during(self, step: str) -> Counter[tuple[str, int]]:
        """Who responded to the requests that were sent in a step, and with which status."""
        return Counter((who, status) for _, sent, who, status in self._seen if sent == step)

    @property
    def lost(self) -> int:
        """How many requests have got no response, or one with a status from 500 on; status 0 is none."""
        return sum(not 0 < status < 500 for *_, status in self._seen)

    def _enough(self, step: str) -> bool:
        clients = Counter(client for client, sent, *_ in self._seen if sent == step)
        return all(clients[number] >= ENOUGH for number in range(CLIENTS))

    def _read(self, number: int) -> None:
        # No connection is used twice: each request is that of another client.
        once = httpx.Limits(max_keepalive_connections=0)
        with httpx.Client(limits=once, timeout=PATIENCE) as client:
            while self._open:
                step = self._step
                who, status = _asked(client, self._url)
                with self._news:
                    self._seen.append((number, step, who, status))
                    self._news.notify_all()

    def __enter__(self) -> "Traffic":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        for thread in self._threads:
            thread.join()


def traffic(proxy: Server, path: str) -> Traffic:
    """Four clients who read `path` through a proxy, without a pause: `with traffic(proxy, "/feed") as …`.

    Who has responded is the `key` of the server that the proxy's header `X-Upstream` names.
    """
    return Traffic(proxy, path)


def _asked(client: httpx.Client, url: str) -> tuple[str, int]:
    try:
        response = client.get(url)
    except httpx.TransportError:
        return PROXY, 0
    return served_by(response), response.status_code


def served_by(response: httpx.Response) -> str:
    """The key of the server that has made this response, or "the proxy"."""
    return key_of(response.headers.get(UPSTREAM, "")) or PROXY
