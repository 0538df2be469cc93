"""Serve: `PORT=8000 python -m chat`."""

import os

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from chat import settings


class Protocol(WebSocketsSansIOProtocol):
    def keepalive_timeout(self) -> None:
        """No pong: cut. uvicorn alone would wait until the client has taken what is on its way."""
        super().keepalive_timeout()
        self.transport.abort()


def main() -> None:
    uvicorn.run(
        "chat.app:app",
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        ws=Protocol,
        ws_max_size=16 * settings.FRAME_BYTES,  # live.py says 1009 once such a frame is read
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=4,
        access_log=False,
    )


if __name__ == "__main__":
    main()
