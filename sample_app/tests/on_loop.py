"""Async objects for tests that do not wait: each call runs on the app's event loop."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, cast

from anyio import Lock
from anyio.from_thread import BlockingPortal
from sqlalchemy.ext.asyncio import AsyncSession, AsyncTransaction


class OnLoop:
    """A session or a connection of the event loop, called without `await`."""

    def __init__(self, portal: BlockingPortal, inner: Any) -> None:
        self.portal, self.inner = portal, inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        return partial(self.wait, found) if callable(found) else found

    def wait(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """What a function gives that runs on the loop; what can be awaited is awaited."""
        result = self.portal.call(partial(function, *args, **kwargs))
        begun = isinstance(result, AsyncTransaction)  # it will be rolled back
        return OnLoop(self.portal, result) if begun else result

    def __enter__(self) -> "OnLoop":
        return self

    def __exit__(self, *error: Any) -> None:
        self.wait(self.inner.__aexit__, *error)


def inner(fixture: Any) -> Any:
    """The session or connection itself, for code that awaits."""
    return cast(OnLoop, fixture).inner


def session_on(connection: Any) -> AsyncSession:
    """A session whose commits end savepoints."""
    return AsyncSession(
        inner(connection),
        join_transaction_mode="create_savepoint",
        expire_on_commit=False,
    )


def in_turns(connection: Any) -> Callable[[], AsyncIterator[AsyncSession]]:
    """What opens sessions on one connection: one waits until another is closed."""
    turns = Lock()

    async def session() -> AsyncIterator[AsyncSession]:
        async with turns, session_on(connection) as session:
            yield session

    return session


def wait(session: Any, function: Callable[..., Any], **values: Any) -> Any:
    """What a function of the app gives with this session."""
    return session.wait(function, session=inner(session), **values)
