"""Run a learner's async code on an event loop of its own: the kernel's own loop is running already.

anyio's blocking portal was considered: it waits for ever for a task that hangs, and for tasks left behind.
"""

import asyncio
import inspect
import sys
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from course.base.errors import ExpectationFailed
from course.checks.expectations import show
from course.checks.learners_code import running_line, waiting_line
from course.checks.time_limit import patience, raising_again, stop_thread
from course.checks.toolbox import Quiet

Result = TypeVar("Result")
_TIDY_SECONDS, _ROUNDS = 0.3, 3  # for tasks to end after they are cancelled; how often they are
_MOST_STOPS = 10  # for code that catches what stops it


def on_a_loop(
    work: Callable[..., Awaitable[Result]] | Awaitable[Result],
    *arguments: Any,
    tried: str = "",
    most: float = 2.0,
    loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.SelectorEventLoop,
) -> Result:
    """What an async function, called with these arguments, or a coroutine gives back on a new event loop.

    Tasks that it leaves are cancelled, and its loop is closed. `tried`: what was done, in the learner's
    words; without it, the call. `most`: it is stuck after so many seconds without any work in this process.
    `loop` makes the event loop, such as one whose clock jumps. It is a selector's, which psycopg needs.
    Raises what the code raises. Raises ExpectationFailed when it is stuck, with the line at which it stands,
    and when there is nothing to await.
    """
    name = getattr(work, "__name__", "the coroutine")
    given = f"({', '.join(map(show, arguments))})" if callable(work) else ""
    said = tried or f"await {name}{given}"
    run = _Loop(work, arguments, said, loop())
    try:
        if not run.done_within(most):
            raise ExpectationFailed(said, "it ends", "it never ends", run.stuck())
    finally:
        run.end()
    return run.result.result()


class _Loop:
    """A run on an event loop in a thread of its own."""

    def __init__(
        self, work: Any, arguments: tuple[Any, ...], said: str, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.result: Future[Any] = Future()
        self._work, self._arguments, self._said = work, arguments, said
        self._loop = loop
        self._loop.set_exception_handler(lambda *_: None)  # it would print into a later cell
        self._thread = threading.Thread(target=self._run, name="loop of a check", daemon=True)
        self._thread.start()

    def done_within(self, most: float) -> bool:
        """Wait for the end; False when nothing has worked for `most` seconds, or after four times as long."""
        quiet = Quiet(most, 4 * most)
        while self._thread.is_alive() and not quiet.is_over():
            self._thread.join(0.01)
        return self.result.done()

    def stuck(self) -> str:
        """Where it stands, as a sentence."""
        frame = sys._current_frames().get(self._thread.ident or 0)
        if line := running_line(frame):
            return f"The loop is blocked: no other task can run while it stands in the line: {line}"
        if line := waiting_line(frame):
            return f"It waits for something that never comes, in the line: {line}"
        return "It waits for something that never comes. Is there an `await` that nothing wakes?"

    def end(self) -> None:
        """Cancel what is left, and see to it that the thread ends, however stubborn the code is."""
        for seconds in (0.5, *[0.1] * _MOST_STOPS):
            with suppress(RuntimeError):  # it has closed meanwhile
                self._loop.call_soon_threadsafe(self._cancel)
            self._thread.join(seconds * patience())
            if not self._thread.is_alive():
                return
            stop_thread(self._thread, SystemExit)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        workers = ThreadPoolExecutor(thread_name_prefix="asyncio")
        self._loop.set_default_executor(workers)
        try:
            got = self._loop.run_until_complete(self._awaited())
        except BaseException as error:
            self.result.set_exception(error)
        else:
            self.result.set_result(got)
        finally:
            self._tidy()
            workers.shutdown(wait=False, cancel_futures=True)
            self._loop.close()

    async def _awaited(self) -> Any:
        waits = self._work(*self._arguments) if callable(self._work) else self._work
        if inspect.isawaitable(waits):
            return await waits
        why = "A function is awaited when it is written with `async def`, or returns something that is."
        raise ExpectationFailed(self._said, "something to await", show(waits), why)

    def _tidy(self) -> None:
        """Cancel the tasks that are left; one that catches even that is broken off."""
        for _ in range(_ROUNDS):
            if tasks := self._cancel():
                with suppress(BaseException):
                    self._loop.run_until_complete(asyncio.wait(tasks, timeout=_TIDY_SECONDS))
        for task in self._cancel():
            _break_off(task.get_coro())
        with suppress(BaseException):
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def _cancel(self) -> set[asyncio.Task[Any]]:
        tasks = {task for task in asyncio.all_tasks(self._loop) if not task.done()}
        for task in tasks:
            task.cancel()
        return tasks


def _break_off(coroutine: Any) -> None:
    """End a coroutine that catches everything: else it would loop for ever when Python throws it away.

    As in `time_limit`, a second error is pending while it handles the first one, and operators do it.
    """
    throw = type("Throw", (), {"__neg__": staticmethod(partial(coroutine.throw, SystemExit))})()
    again = raising_again()
    for _ in range(_MOST_STOPS):
        if coroutine.cr_frame is None:
            return
        try:
            _ = -again
            _ = -throw
            len(())  # what is still pending is raised after a call, thus here
        except BaseException:
            continue
