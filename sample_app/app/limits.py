"""How large the body of a request may be."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 2**18  # a post has up to 20,200 characters, in JSON of up to 12 bytes each


# Starlette's own RequestBodyLimitMiddleware refuses a Content-Length in plain text.
class BodyLimit:
    """Refuses a larger body with a 413, at the latest when that much has come."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, read = dict(scope.get("headers", [])), 0
        refusal = HTTPException(413, f"A body has at most {MOST_BYTES:,} bytes.")

        async def limited() -> Message:
            nonlocal read
            if int(headers.get(b"content-length", 0)) > MOST_BYTES:
                raise refusal
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                raise refusal
            return message

        await self.app(scope, limited, send)
