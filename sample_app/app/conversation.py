"""A conversation about the comments of one post, over a WebSocket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from anyio import CancelScope, create_task_group, current_time, fail_after
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field
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
from app.tokens import read_token

PATIENCE = 10.0  # seconds to say who one is, and to take a message
PAUSE = 1.0  # seconds between two "is writing" of one client that are passed on


class Hello(BaseModel):
    """What a client says first: its token, and the last comment that it has."""

    token: str
    after: Annotated[int, Field(ge=0, le=MOST)] = 0


class Writing(BaseModel):
    writing: Literal[True]


class Conversation:
    """One client and one post."""

    def __init__(self, socket: WebSocket, post_id: int, sessions: Sessions) -> None:
        self.socket, self.post_id, self.sessions = socket, post_id, sessions
        self.topic = comments_of(post_id)
        self.told: set[int] = set()

    async def hold(self) -> None:
        """Go on until one of the two ends it. Raises why."""
        with fail_after(PATIENCE):
            self.hello = Hello.model_validate_json(await self.heard())
        with hub.subscribe(self.topic) as messages:
            caller = await self.look()
            left = read_token(self.hello.token).expires - datetime.now(UTC)
            try:
                with fail_after(left.total_seconds()):
                    async with create_task_group() as both:
                        both.start_soon(self.tell, messages, caller.name)
                        await self.listen()
            except TimeoutError:
                raise BadToken("This token has expired.") from None
            except ExceptionGroup as ended:
                raise ended.exceptions[0] from None

    async def listen(self) -> None:
        """Pass on what the client says."""
        latest = float("-inf")
        while True:
            Writing.model_validate_json(await self.heard())
            if current_time() - latest >= PAUSE:
                latest = current_time()
                async with self.caller() as (_, caller):
                    name = caller.name
                await publish(self.topic, {"writing": name})

    async def tell(self, messages: Messages, name: str) -> None:
        """Tell the client what the others do."""
        async for message in messages:
            await self.look()
            if message.get("writing", name) != name:
                await self.say(message)
        raise Busy("Too many messages waited to be read.")

    async def look(self) -> Caller:
        """Send the comments that are new."""
        while True:
            async with self.caller() as (session, caller):
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
    async def caller(self) -> AsyncIterator[tuple[AsyncSession, Caller]]:
        """A session for one look, and who looks. Raises Unknown, NotFound, Busy."""
        with CancelScope(shield=True):  # to break off a statement costs a connection
            async with self.sessions() as session:
                found = await optional_caller(self.hello.token, session)
                caller = await current_caller(found)
                await visible_post(session=session, post_id=self.post_id, caller=caller)
                yield session, caller

    async def heard(self) -> str:
        """The next text of the client. Raises WebSocketDisconnect."""
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        return message.get("text") or ""  # none of our messages is binary

    async def say(self, message: dict[str, Any]) -> None:
        with fail_after(PATIENCE):
            await self.socket.send_json(message)
