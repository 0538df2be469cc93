"""A payment provider and a warehouse that need no network."""

import hashlib
import hmac
import json
import time
from collections import defaultdict
from typing import Any

import httpx

ADMIN = "not-a-real-token-not-a-real-token"
SECRET = "not-a-real-secret-not-a-real-secret"


class FakeProvider:
    """Keeps what it was asked for, by key. `broken`: it does so, and answers 500."""

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, str]] = {}
        self.refunds: dict[str, dict[str, str]] = {}
        self.broken = False

    def handle(self, request: httpx.Request) -> httpx.Response:
        done = self.payments if request.url.path == "/payments" else self.refunds
        key = request.headers["Idempotency-Key"]
        done.setdefault(key, json.loads(request.content))
        return httpx.Response(500 if self.broken else 201, json={"id": "x"})

    def given_back(self, payment: str) -> list[str]:
        """The amounts of the refunds of a payment."""
        refunds = self.refunds.values()
        return [each["amount"] for each in refunds if each["payment"] == payment]


class FakeWarehouse:
    """Takes events, but not those of the orders in `refused`."""

    def __init__(self) -> None:
        self.taken: defaultdict[int, list[str]] = defaultdict(list)
        self.refused: set[int] = set()

    def handle(self, request: httpx.Request) -> httpx.Response:
        event = json.loads(request.content)
        if event["order"] in self.refused:
            return httpx.Response(500)
        self.taken[event["order"]].append(event["type"])
        return httpx.Response(204)


def signed(body: dict[str, Any], *, secret: str = SECRET, late: int = 0) -> Any:
    """The content and the headers of a webhook."""
    content, timestamp = json.dumps(body).encode(), str(int(time.time()) - late)
    text = timestamp.encode() + b"." + content
    signature = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    headers = {"Webhook-Timestamp": timestamp, "Webhook-Signature": signature}
    return {"content": content, "headers": headers}
