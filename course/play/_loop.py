"""An event loop to play with: how many clients, which endpoint, what it does, and the lanes of it."""

from collections.abc import Callable
from html import escape
from typing import Any

from course.base.errors import CourseError
from course.base.media_types import WIDGET_VIEW
from course.draw._lanes import lanes
from course.draw.table import Table
from course.tracing.at_once import AtOnce, at_once
from course.tracing.slow import slow

ENDPOINTS = ("async def", "def", "async def with run_in_threadpool")
KINDS = ("waits, awaited", "waits, blocking", "computes")
MOST_CLIENTS = 100


class Rush:
    """Clients that ask an endpoint at once, and one more that asks `/ping`."""

    endpoints, kinds = ENDPOINTS, KINDS

    def __init__(self, clients: int, endpoint: str, work: str) -> None:
        self.clients, self.endpoint, self.work = 0, "", ""
        self._panel: Any = None
        self.set(clients=clients, endpoint=endpoint, work=work)

    def set(self, clients: int | None = None, endpoint: str | None = None, work: str | None = None) -> None:
        """Change what is named, and let the clients ask anew. Raises CourseError for what there is not."""
        clients = self.clients if clients is None else clients
        endpoint, work = endpoint or self.endpoint, work or self.work
        if not 1 <= clients <= MOST_CLIENTS or endpoint not in ENDPOINTS or work not in KINDS:
            raise CourseError(
                f"There can be 1 to {MOST_CLIENTS} clients. Endpoints: {_named(ENDPOINTS)}. "
                f"Work: {_named(KINDS)}."
            )
        if work == KINDS[0] and endpoint != ENDPOINTS[0]:
            raise CourseError("Only an `async def` can await. A function in a thread blocks that thread.")
        self.clients, self.endpoint, self.work = clients, endpoint, work
        if self._panel is not None:
            self._panel.refresh()

    def ask(self) -> AtOnce:
        """Let all clients ask."""
        return at_once(_api(self.endpoint, self.work), ["/work"] * self.clients + ["/ping"])

    def picture(self) -> Table:
        """The lanes."""
        return lanes(self.ask())

    def __repr__(self) -> str:
        return f"{self.clients} clients · {self.endpoint} · {self.work}\n{self.picture().text}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from course.play._loop_panel import Panel

        if self._panel is None:
            self._panel = Panel(self)
        view = self._panel.box._repr_mimebundle_()[WIDGET_VIEW]
        text = repr(self)
        return {"text/plain": text, "text/html": f"<pre>{escape(text)}</pre>", WIDGET_VIEW: view}


def loop(clients: int = 3, endpoint: str = "async def", work: str = "waits, blocking") -> Rush:
    """Fields for clients, kind of endpoint and kind of work, and below them the lanes of such a rush.

    From Python: `.set(clients=41, endpoint="def")`, and `.picture()`. Raises CourseError.
    """
    return Rush(clients, endpoint, work)


def _named(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _api(endpoint: str, work: str) -> Any:
    from fastapi import FastAPI
    from fastapi.concurrency import run_in_threadpool

    api, do = FastAPI(), _blocking(work)

    async def awaits() -> None:
        await slow.wait_async()

    async def holds() -> None:
        do()

    async def in_a_thread() -> None:
        await run_in_threadpool(do)

    def plain() -> None:
        do()

    async def ping() -> None: ...

    on_the_loop: Callable[[], Any] = awaits if work == KINDS[0] else holds
    api.get("/work")({ENDPOINTS[0]: on_the_loop, ENDPOINTS[1]: plain}.get(endpoint, in_a_thread))
    api.get("/ping")(ping)
    return api


def _blocking(work: str) -> Callable[[], None]:
    return slow.compute if work == KINDS[2] else slow.wait
