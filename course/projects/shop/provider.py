"""The payment provider that the check runs: it may be slow, broken or silent, and counts what it has done."""

import contextlib
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from course.projects.shop.listener import Listener

_FIELDS = {"/payments": ("reference", "amount", "currency"), "/refunds": ("payment", "amount", "currency")}
HELD = 60.0  # seconds that a request without an answer is held


@dataclass(frozen=True)
class Payment:
    """A payment that a shop has asked for."""

    id: str
    key: str
    reference: str
    amount: str
    currency: str


@dataclass(frozen=True)
class Refund:
    """Money that a shop has given back."""

    id: str
    key: str
    payment: str
    amount: Decimal
    currency: str


class PaymentProvider:
    """Payments and refunds by their keys. `fault`: what happens to each request, see the functions below."""

    def __init__(self) -> None:
        self.secret = f"not-a-real-secret-{secrets.token_hex(16)}"
        self.waiting = 0
        self._payments: dict[str, Payment] = {}
        self._refunds: dict[str, Refund] = {}
        self._fault, self._carries_out = "", True
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._before: Callable[[Payment], None] | None = None
        self.odd: list[str] = []
        self._listener = Listener(self._answer)

    @property
    def variables(self) -> Mapping[str, str]:
        """PAYMENT_URL and PAYMENT_SECRET."""
        return {"PAYMENT_URL": self._listener.url, "PAYMENT_SECRET": self.secret}

    def close(self) -> None:
        """End it."""
        self._released.set()
        self._listener.close()

    def payments(self, reference: str) -> list[Payment]:
        """The payments of an order; one for each key."""
        with self._lock:
            return [each for each in self._payments.values() if each.reference == reference]

    def refunds(self, payment: str) -> list[Refund]:
        """The refunds of a payment; one for each key."""
        with self._lock:
            return [each for each in self._refunds.values() if each.payment == payment]

    @contextlib.contextmanager
    def faulty(self, fault: str, *, carries_out: bool) -> Iterator[None]:
        """For a while, each request is "slow", "broken" (a 500) or "silent"; done all the same, or not."""
        self._released.clear()
        self._fault, self._carries_out = fault, carries_out
        try:
            yield
        finally:
            self._fault, self._carries_out = "", True
            self._released.set()

    @contextlib.contextmanager
    def telling(self, tell: Callable[[Payment], None]) -> Iterator[None]:
        """For a while, `tell` is called with each payment before the shop gets its answer."""
        self._before = tell
        try:
            yield
        finally:
            self._before = None

    def signature(self, timestamp: str, body: bytes, secret: str = "") -> str:
        """What stands in the header Webhook-Signature."""
        key = (secret or self.secret).encode()
        return hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()

    def _answer(self, path: str, headers: Mapping[str, str], body: Any) -> tuple[int, Any] | None:
        fault, carries_out = self._fault, self._carries_out
        done = self._do(path, headers, body) if carries_out else (500, {})
        if fault == "broken":
            return 500, {"error": "not a real error"}
        if fault == "silent":
            self._hold()
            return None
        if fault == "slow":
            time.sleep(1)
        return done

    def _hold(self) -> None:
        with self._lock:
            self.waiting += 1
        self._released.wait(HELD)
        with self._lock:
            self.waiting -= 1

    def _do(self, path: str, headers: Mapping[str, str], body: Any) -> tuple[int, Any]:
        key = headers.get("idempotency-key", "")
        sent = body if isinstance(body, dict) else {}
        wanted = {name: sent.get(name) for name in _FIELDS.get(path, ())}
        if not wanted or not key or not all(isinstance(each, str) for each in wanted.values()):
            return self._refuse(path, key, body)
        return self._pay(key, wanted) if path == "/payments" else self._give_back(key, wanted)

    def _refuse(self, path: str, key: str, body: Any) -> tuple[int, Any]:
        self.odd.append(f"POST {path} Idempotency-Key: {key or 'none'} {body}"[:400])
        return 422, {"error": "this is not in the contract"}

    def _pay(self, key: str, body: dict[str, Any]) -> tuple[int, Any]:
        with self._lock:
            new = Payment(f"pay_{secrets.token_hex(6)}", key, **body)
            payment = self._payments.setdefault(key, new)
        if self._before is not None:
            self._before(payment)
        return 201, {"id": payment.id, "status": "processing"}

    def _give_back(self, key: str, body: dict[str, Any]) -> tuple[int, Any]:
        try:
            amount = Decimal(body["amount"])
        except InvalidOperation:
            return self._refuse("/refunds", key, body)
        with self._lock:
            new = Refund(f"ref_{secrets.token_hex(6)}", key, body["payment"], amount, body["currency"])
            refund = self._refunds.setdefault(key, new)
        return 201, {"id": refund.id, "status": "succeeded"}
