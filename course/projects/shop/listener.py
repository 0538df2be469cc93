"""A small HTTP server of the check itself: what the shop sends to others comes here."""

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_BYTES = 1_000_000

# The path, the headers in small letters, the body as data (None for no JSON) → the status, the body.
# None: no answer at all; the connection is closed.
Answer = Callable[[str, Mapping[str, str], Any], tuple[int, Any] | None]


class Listener:
    """Answers each POST by a function, each in a thread of its own, until it is closed."""

    def __init__(self, answer: Answer) -> None:
        self._server = _Server(("127.0.0.1", 0), _handler(answer))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Take no more requests; a second call does nothing."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone is no news."""


def _handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 300  # seconds that a connection may be idle

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = answer(self.path, headers, _data(self._body(headers)))
            if found is None:
                self.close_connection = True
                return
            status, body = found
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(text)

        def _body(self, headers: Mapping[str, str]) -> bytes:
            if headers.get("transfer-encoding", "").lower() == "chunked":
                return _chunks(self.rfile)
            length = headers.get("content-length", "0")
            return self.rfile.read(min(int(length), MOST_BYTES)) if length.isdigit() else b""

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    return Handler


def _chunks(stream: Any) -> bytes:
    """A body that comes in chunks."""
    body = b""
    while len(body) < MOST_BYTES:
        size = int(stream.readline(20).split(b";")[0].strip() or b"0", 16)
        body += stream.read(size)
        stream.readline(4)
        if not size:
            break
    return body


def _data(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
