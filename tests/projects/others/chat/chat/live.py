"""The WebSocket of one user in one room: reads frames, writes frames, ends."""

import asyncio
import contextlib
import time
from typing import Any

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat import settings
from chat.access import whole
from chat.answers import answer
from chat.auth import Unknown, read_token
from chat.errors import AWAY
from chat.hub import End, Hub
from chat.room import Connection
from chat.schemas import Hello


async def live(websocket: WebSocket) -> None:
    code: int | None = None
    try:
        await websocket.accept()
        await _serve(websocket)
    except End as end:
        code = end.code
    except WebSocketDisconnect:
        pass
    except AWAY:
        code = 1013
    if code is not None:
        with contextlib.suppress(TimeoutError, RuntimeError, WebSocketDisconnect):
            async with asyncio.timeout(settings.CLOSE_SECONDS):
                await websocket.close(code)


async def _serve(websocket: WebSocket) -> None:
    hub: Hub = websocket.app.state.hub
    hello = await _hello(websocket)
    try:
        user, until = await read_token(hub.pool, hello.token)
    except Unknown:
        raise End(3000) from None
    connection = await hub.join(whole(websocket.path_params["id"]), user, hello.after)
    work: list[asyncio.Future[Any]] = [
        connection.ended,
        asyncio.create_task(_write(websocket, connection)),
        asyncio.create_task(_read(websocket, connection, hub)),
    ]
    try:
        left = max(0.0, until - time.time())
        done, _ = await asyncio.wait(work, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        if connection.ended in done or not done:  # nothing done: the token has expired
            raise End(connection.ended.result() if done else 3000)
        for task in done:
            task.result()
    finally:
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        hub.leave(connection)


async def _hello(websocket: WebSocket) -> Hello:
    try:
        async with asyncio.timeout(settings.HELLO_SECONDS):
            return Hello.model_validate_json(await _receive(websocket))
    except TimeoutError:
        raise End(3008) from None
    except ValidationError:
        raise End(1008) from None


async def _receive(websocket: WebSocket) -> str:
    """The text of a frame; that of a binary one is empty, and so never valid."""
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise End
    text: str = message.get("text") or ""
    if len(text.encode()) > settings.FRAME_BYTES or len(message.get("bytes") or b"") > settings.FRAME_BYTES:
        raise End(1009)
    return text


async def _write(websocket: WebSocket, connection: Connection) -> None:
    """Never ahead of the client: messages are taken from the room when the earlier ones are written."""
    while True:
        await connection.wake.wait()
        connection.wake.clear()
        await _write_events(websocket, connection)
        while connection.cursor < connection.room.latest:
            for number, text in await connection.room.after(connection.cursor):
                await _put(websocket, text)
                connection.cursor = number
            await _write_events(websocket, connection)


async def _write_events(websocket: WebSocket, connection: Connection) -> None:
    while connection.events:
        await _put(websocket, connection.events.popleft())


async def _put(websocket: WebSocket, text: str) -> None:
    try:
        async with asyncio.timeout(settings.WRITE_SECONDS):
            await websocket.send_text(text)
    except TimeoutError:
        raise End(1013) from None
    except (WebSocketDisconnect, RuntimeError):
        raise End from None


async def _read(websocket: WebSocket, connection: Connection, hub: Hub) -> None:
    while True:
        text = await _receive(websocket)
        while len(connection.events) > settings.BATCH:  # read your answers first
            await asyncio.sleep(0.05)
        await answer(connection, hub, text)
