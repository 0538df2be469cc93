"""The line to one client: frames in both directions, and no wait without an end."""

from typing import Any

from anyio import fail_after
from fastapi import WebSocket, WebSocketDisconnect

from app.errors import Busy
from app.frames import named_by

PATIENCE = 10.0  # seconds to say who one is, and to take a frame


class Line:
    """A WebSocket that was accepted."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket

    async def heard(self) -> str:
        """The next text of the client. Raises WebSocketDisconnect."""
        message = await self.socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        return message.get("text") or ""  # none of our frames is binary

    async def say(self, frame: dict[str, Any]) -> None:
        """Raises Busy where the client takes nothing."""
        try:
            with fail_after(PATIENCE):
                await self.socket.send_json(frame)
        except TimeoutError:
            raise Busy("The client does not read.") from None

    async def refuse(self, code: str, detail: str, text: str) -> None:
        """Say why a frame is refused."""
        error = {"type": "error", "code": code, "detail": detail}
        await self.say(error | named_by(text))
