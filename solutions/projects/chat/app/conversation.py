"""One connection: what a client says, and what it is told."""

from typing import Any

from anyio import create_task_group, current_time, fail_after
from fastapi import WebSocket
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.bus import bus
from app.database import brief_session
from app.errors import (
    Busy,
    Forbidden,
    Invalid,
    Muted,
    Restart,
    TooMany,
    Unknown,
)
from app.frames import SAID, Ack, Hello, Send
from app.hub import Listener, Message, hub
from app.line import PATIENCE, Line
from app.models import Room, User
from app.schemas import MessageResponse
from app.security import Claims, read_token
from app.services import messages, presence

PAUSE = 1.0  # seconds between two "is typing" of one client that are passed on


class Conversation(Line):
    """One client in one room. `last`: the latest message that it was told."""

    def __init__(self, socket: WebSocket, room_id: int) -> None:
        super().__init__(socket)
        self.room_id = room_id
        self.last, self.online = 0, set[str]()
        self.typed = float("-inf")

    async def hold(self) -> None:
        """Go on until one of the two ends it. Raises why."""
        with fail_after(PATIENCE):
            hello = Hello.model_validate_json(await self.heard())
        claims = read_token(hello.token)
        try:
            with fail_after(claims.seconds_left), hub.listen(self.room_id) as listener:
                await self.begin(hello, claims, listener)
        except TimeoutError:
            raise Unknown("This token has expired.") from None
        except ExceptionGroup as ended:
            raise ended.exceptions[0] from None

    async def begin(self, hello: Hello, claims: Claims, listener: Listener) -> None:
        """We listen before we look, so that nothing falls between the two."""
        self.user_id = claims.user_id
        async with brief_session() as session:
            member = await messages.member_now(session, self.room_id, self.user_id)
            user = await session.get_one(User, self.user_id)
        self.name = user.name
        self.last = member.acknowledged if hello.after is None else hello.after
        async with presence.connected(self.room_id, self.user_id):
            await self.welcome()
            async with create_task_group() as both:
                both.start_soon(self.tell, listener)
                await self.listen()

    async def welcome(self) -> None:
        async with brief_session() as session:
            room = await session.get_one(Room, self.room_id)
            self.online = await presence.online(session, self.room_id)
        who = {"room": room.id, "name": self.name, "online": sorted(self.online)}
        await self.say({"type": "welcome", "latest": room.latest, **who})

    async def listen(self) -> None:
        """Do what the client says, one thing after the other."""
        while True:
            text = await self.heard()
            try:
                if answer := await self.answer(text):
                    await self.say(answer)
            except ValidationError as error:
                await self.refuse("invalid", error.errors()[0]["msg"], text)
            except (Invalid, Muted, TooMany) as error:
                await self.refuse(error.code, str(error), text)
            except OperationalError:
                await self.refuse(Busy.code, "Not now. Send it again.", text)

    async def answer(self, text: str) -> dict[str, Any] | None:
        said = SAID.validate_json(text)
        if isinstance(said, Send):
            async with brief_session() as session:
                number = await messages.store(
                    session, self.room_id, self.user_id, said.client_id, said.text
                )
            return {"type": "stored", "client_id": said.client_id, "number": number}
        if isinstance(said, Ack):
            async with brief_session() as session:
                number = await messages.acknowledge(
                    session, self.room_id, self.user_id, said.number
                )
            return {"type": "acked", "number": number}
        if current_time() - self.typed >= PAUSE:
            self.typed = current_time()
            await bus.publish(self.room_id, {"typing": self.name})
        return None

    async def tell(self, listener: Listener) -> None:
        """Tell the client what is new."""
        await self.look()
        while True:
            for message in await listener.take():
                await self.pass_on(message)

    async def pass_on(self, message: Message) -> None:
        if message.get("look") in ("messages", "all"):
            await self.look()
        if message.get("look") in ("presence", "all"):
            await self.look_who()
        if "restart" in message:
            raise Restart("Connect again.")
        if message.get("gone") == self.user_id:
            raise Forbidden("No longer a member.")
        if "deleted" in message:
            await self.say({"type": "deleted", "number": message["deleted"]})
        if message.get("typing", self.name) != self.name:
            await self.say({"type": "typing", "name": message["typing"]})

    async def look(self) -> None:
        """Send the messages that are new. The rows know them."""
        while True:
            async with brief_session() as session:
                new = await messages.after(
                    session, self.room_id, self.user_id, self.last
                )
            for each in new:  # the connection is back in the pool
                row = MessageResponse.model_validate(each).model_dump(mode="json")
                await self.say({"type": "message", **row})
                self.last = each.number
            if len(new) < messages.PAGE:
                return

    async def look_who(self) -> None:
        """Say who has come and who has gone."""
        async with brief_session() as session:
            now = await presence.online(session, self.room_id)
        changed, self.online = sorted((now ^ self.online) - {self.name}), now
        for name in changed:
            await self.say({"type": "presence", "name": name, "online": name in now})
