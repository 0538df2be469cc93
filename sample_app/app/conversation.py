"""A conversation about the comments of one post, over a WebSocket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal

from anyio import (
    CancelScope,
    create_task_group,
    current_time,
    fail_after,
    move_on_after,
)
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.bus import publish
from app.callers import current_caller, optional_caller
from app.database import Sessions
from app.dependencies import MOST
from app.errors import BadToken, Busy
from app.hub import Messages, comments_of, hub
from app.roles import Caller
from app.schemas.comments import CommentResponse
from app.services.access import visible_post
from app.services.missed import MOST_MISSED, missed_comments
from app.tokens import InvalidToken, read_token

PATIENCE = 10.0  # seconds that a client has, to say who it is and to take a message
PAUSE = 1.0  # seconds between two "is writing" of one client that are passed on


class Hello(BaseModel):
    """What a client says first: its token, and the last comment that it has."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    token: str
    after: Annotated[int, Field(ge=0, le=MOST)] = 0


class Writing(BaseModel):
    """What a client says while somebody types."""

    model_config = ConfigDict(extra="forbid")

    writing: Literal[True]


class Conversation:
    """One client and one post. Each look asks anew whether the client may look."""

    def __init__(self, socket: WebSocket, post_id: int, sessions: Sessions) -> None:
        self.socket, self.post_id, self.sessions = socket, post_id, sessions
        self.topic = comments_of(post_id)
        self.told: set[int] = set()

    async def hold(self) -> None:
        """Until the client leaves. Raises why it cannot go on."""
        with fail_after(PATIENCE):
            self.hello = Hello.model_validate_json(await self.heard())
        try:
            expires = read_token(self.hello.token).expires
        except InvalidToken as error:
            raise BadToken(str(error)) from error
        with hub.subscribe(self.topic) as messages:
            caller = await self.look()
            tell = partial(self.tell, messages, caller.name)
            left = (expires - datetime.now(UTC)).total_seconds()
            if not await first_of(self.listen, tell, seconds=left):
                raise BadToken("This token has expired.")

    async def listen(self) -> None:
        """What the client says, to the others; until it leaves."""
        latest = float("-inf")
        while True:
            Writing.model_validate_json(await self.heard())
            if current_time() - latest >= PAUSE:
                latest = current_time()
                async with self.session() as session:
                    caller = await self.caller(session)
                await publish(self.topic, {"writing": caller.name})

    async def tell(self, messages: Messages, name: str) -> None:
        """What the others do, to the client; until it is too slow."""
        async for message in messages:
            await self.look()
            if message.get("writing", name) != name:
                await self.say(message)
        raise Busy("Too many messages waited to be read.")

    async def look(self) -> Caller:
        """Send the comments that are new, if the client may still see them."""
        while True:
            async with self.session() as session:
                caller = await self.caller(session)
                new = await missed_comments(
                    session=session,
                    post_id=self.post_id,
                    after=self.hello.after,
                    told=self.told,
                )
            for comment in new:  # the connection is back in the pool
                row = CommentResponse.model_validate(comment, from_attributes=True)
                await self.say({"comment": row.model_dump(mode="json")})
                self.told.add(comment.id)
            if len(new) < MOST_MISSED:
                return caller

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """For one look. It is never broken off: that would cost the connection."""
        with CancelScope(shield=True):
            async with self.sessions() as session:
                yield session

    async def caller(self, session: AsyncSession) -> Caller:
        """Who the client is. Raises Unknown, and NotFound for a post that they do not see."""
        caller = await current_caller(await optional_caller(self.hello.token, session))
        await visible_post(session=session, post_id=self.post_id, caller=caller)
        return caller

    async def heard(self) -> str:
        """The next text of the client. Raises WebSocketDisconnect."""
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        return message.get("text") or ""  # none of our messages is binary

    async def say(self, message: dict[str, Any]) -> None:
        with fail_after(PATIENCE):
            await self.socket.send_json(message)


async def first_of(*both: Callable[[], Awaitable[None]], seconds: float) -> bool:
    """Let two things go on until one of them ends; False when the time is over first."""
    failed: Exception | None = None

    async def run(one: Callable[[], Awaitable[None]]) -> None:
        nonlocal failed
        try:
            await one()
        except Exception as error:
            failed = failed or error
        tasks.cancel_scope.cancel()

    with move_on_after(seconds) as limit:
        async with create_task_group() as tasks:
            for one in both:
                tasks.start_soon(run, one)
    if failed:
        raise failed
    return not limit.cancelled_caught
