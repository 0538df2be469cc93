"""Two small things about this machine's network that authors' tools and tests share."""

import socket
import time
import urllib.request


def free_port() -> int:
    """A port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(url: str, limit_seconds: float = 60) -> None:
    """Return once something answers at an address. Raises TimeoutError when nothing does."""
    deadline = time.monotonic() + limit_seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answered at {url}")
