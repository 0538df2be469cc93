"""Orders as requirements need them: placed, with a payment asked for, paid."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from course.projects.outcome import NotYet
from course.projects.shop.provider import Payment
from course.projects.shop.world import Goods, Person, World
from course.projects.wire import Reply

HOUR = 3600
_MONEY = re.compile(r"[0-9]+\.[0-9]{2}")


@dataclass(frozen=True)
class Deal:
    """An order that was placed. `goods`: what was bought."""

    customer: Person
    goods: Goods
    id: int
    total: str
    currency: str

    @property
    def path(self) -> str:
        """Where the order is."""
        return f"/orders/{self.id}"

    def read(self) -> Reply:
        """The order as its customer sees it. Raises NotYet."""
        return self.customer.send("GET", self.path).must(200)

    def has(self, status: str, why: str = "") -> Reply:
        """The same, if it has this status. Raises NotYet."""
        return self.read().is_("status", status, why)

    def pay(self) -> Reply:
        """The response to the wish to pay."""
        return self.customer.post(f"{self.path}/payment")

    def cancel(self) -> Reply:
        """The response to the wish to cancel."""
        return self.customer.post(f"{self.path}/cancel")


def checkout(world: World, customer: Person, key: str = "", address: str = "") -> Reply:
    """The response to a checkout."""
    body = {"address": address or f"{world.word()} street 1"}
    return customer.post("/orders", body, key=key or world.key())


def placed(world: World, quantity: int = 2, stock: int = 5, goods: Goods | None = None) -> Deal:
    """A new order of a new customer. Raises NotYet."""
    customer, goods = world.customer(), goods or world.goods(stock)
    customer.put(goods.sku, quantity)
    reply = checkout(world, customer).must(201, why="An order is placed.")
    if not _MONEY.fullmatch(str(reply["total"])):
        raise reply.not_yet("Money is a text with two decimals.", f"total: {reply['total']!r}")
    return Deal(customer, goods, int(reply["id"]), str(reply["total"]), str(reply["currency"]))


def asked(world: World, deal: Deal) -> Payment:
    """The payment of an order, which the shop has asked the provider for. Raises NotYet."""
    world.provider.odd.clear()
    reply = deal.pay()
    if reply.status == 503 and world.provider.odd:
        raise reply.not_yet("The provider takes what the contract says.", f"it got {world.provider.odd[-1]}")
    reply.must(202, why="A payment is asked for.")
    return payment_of(world, deal)


def payment_of(world: World, deal: Deal) -> Payment:
    """The one payment of an order. Raises NotYet."""
    found = world.provider.payments(str(deal.id))
    if len(found) != 1:
        keys = ", ".join(each.key for each in found)
        got = f"it has {len(found)} with the reference {deal.id}" + (f", by the keys {keys}" if keys else "")
        raise NotYet("The provider has one payment of this order.", got, f"POST {deal.path}/payment")
    return found[0]


def paid(world: World, quantity: int = 2) -> tuple[Deal, Payment]:
    """A new order that is paid, and its payment. Raises NotYet."""
    deal = placed(world, quantity)
    payment = asked(world, deal)
    tell(world, deal, payment.id).must(200, why="The provider tells that an order is paid.")
    deal.has("paid", "The order is paid.")
    return deal, payment


def fact(
    world: World, deal: Deal, payment: str, kind: str = "payment.succeeded", **more: Any
) -> dict[str, Any]:
    """What the provider tells of a payment."""
    body = {"id": f"evt_{world.word(12)}", "type": kind, "payment": payment, "reference": str(deal.id)}
    return {**body, "amount": deal.total, "currency": deal.currency, **more}


def tell(world: World, deal: Deal, payment: str, kind: str = "payment.succeeded", **more: Any) -> Reply:
    """The response to a webhook about a payment."""
    return told(world, json.dumps(fact(world, deal, payment, kind, **more)).encode())


def told(world: World, body: bytes, *, late: float = 0) -> Reply:
    """The response to a signed webhook with this body, which was sent `late` seconds ago."""
    timestamp = str(int(time.time() - late))
    signature = world.provider.signature(timestamp, body)
    return raw(world, body, {"Webhook-Timestamp": timestamp, "Webhook-Signature": signature})


def raw(world: World, body: bytes, headers: dict[str, str]) -> Reply:
    """The response to a webhook with these headers, signed or not."""
    headers = {"Content-Type": "application/json", **headers}
    return world.wire.send("POST", "/webhooks/payments", content=body, headers=headers)
