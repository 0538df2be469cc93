"""What each requirement of Shop gets: clients, products, and values that differ each time."""

import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg

from course.projects.base_world import BaseWorld
from course.projects.outcome import NotTried, NotYet
from course.projects.services import PostgresDatabase, Service
from course.projects.shop.provider import PaymentProvider
from course.projects.shop.receiver import EventsReceiver
from course.projects.wire import Reply, Wire

FAR = 2**31 - 1  # an id that nothing has
SOON = 60.0  # seconds to wait for what happens in the background; generous
_NEEDS_TOKEN = "This needs the ADMIN_TOKEN of your server: set it in the environment of the check, too."


class AdminToken:
    """The token of the storefront and of those who run the shop."""

    def __init__(self) -> None:
        self.token = f"not-a-real-token-{secrets.token_urlsafe(24)}"

    @property
    def variables(self) -> Mapping[str, str]:
        """ADMIN_TOKEN."""
        return {"ADMIN_TOKEN": self.token}

    def close(self) -> None:
        """Nothing is to be ended."""


@dataclass(frozen=True)
class Person:
    """Somebody with a token: a customer, or the admin."""

    wire: Wire
    token: str

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """A request in their name."""
        return self.wire.send(method, path, token=self.token, **request)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Reply:
        """A POST in their name, with an Idempotency-Key where one is given."""
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.send("POST", path, headers={"Idempotency-Key": key} if key else {}, **more)

    def put(self, sku: str, quantity: int = 1) -> Reply:
        """The cart after so many pieces of a variant are in it. Raises NotYet."""
        sent = self.send("PUT", f"/cart/{sku}", json={"quantity": quantity})
        return sent.must(200, why="A variant is put into the cart.")


@dataclass(frozen=True)
class Goods:
    """A product with one variant, which is on sale."""

    id: int
    sku: str
    name: str
    size: str
    price: Decimal
    currency: str


@dataclass
class World(BaseWorld):
    """A server, its client, and what is on sale there."""

    @property
    def provider(self) -> PaymentProvider:
        """The payment provider. Raises NotTried at an address."""
        return self.own.service(PaymentProvider)

    @property
    def warehouse(self) -> EventsReceiver:
        """Where events go. Raises NotTried at an address."""
        return self.own.service(EventsReceiver)

    @property
    def admin(self) -> Person:
        """Who runs the shop. Raises NotTried where nobody says the token."""
        token = self.host.service(AdminToken).token if self.host else os.environ.get("ADMIN_TOKEN", "")
        if not token:
            raise NotTried(_NEEDS_TOKEN)
        return Person(self.wire, token)

    def key(self) -> str:
        """A new Idempotency-Key."""
        return f"{self.word()}-{self.word()}"

    def sku(self) -> str:
        """A new sku."""
        return f"{self.word(6).upper()}-{self.random.randrange(10_000)}"

    def price(self, most: int = 10_000) -> Decimal:
        """Some price with two decimals."""
        return Decimal(self.random.randrange(1, most * 100)) / 100

    def email(self) -> str:
        """An address that nobody has yet."""
        return f"{self.word()}@{self.word()}.example"

    def customer(self, email: str = "") -> Person:
        """A customer, new unless an address is given. Raises NotYet."""
        made = self.admin.post("/tokens", {"email": email or self.email()})
        return Person(self.wire, str(made.must(201, why="A customer gets a token.")["token"]))

    def variant(self, **fields: Any) -> dict[str, Any]:
        """A new variant as the admin sends it."""
        new = {"sku": self.sku(), "size": self.word(3), "price": f"{self.price():.2f}", "stock": 5}
        return {**new, **fields}

    def goods(self, stock: int = 5, price: Decimal | None = None, currency: str = "EUR") -> Goods:
        """A new product with one variant. Raises NotYet."""
        price = price or self.price()
        variant = self.variant(stock=stock, price=f"{price:.2f}")
        name = self.word()
        body = {"name": name, "currency": currency, "variants": [variant]}
        made = self.admin.post("/products", body).must(201, why="A product is created.")
        return Goods(made["id"], variant["sku"], name, variant["size"], price, currency)

    def stock(self, goods: Goods) -> int:
        """How many pieces can be sold now. Raises NotYet."""
        reply = self.wire.send("GET", f"/products/{goods.id}").must(200)
        return int(variants_of(reply)[goods.sku]["stock"])

    def has_stock(self, goods: Goods, wanted: int, why: str) -> None:
        """Hold the stock to a number. Raises NotYet."""
        found = self.stock(goods)
        if found != wanted:
            assert self.wire.last is not None
            raise self.wire.last.not_yet(why, f"stock: expected {wanted}, got {found}")

    def database(self) -> AbstractContextManager[psycopg.Connection]:
        """The server's database. Raises NotTried at an address, NotYet where it cannot be asked."""
        return self.own.service(PostgresDatabase).connection()


def services() -> list[Service]:
    """What the project is given."""
    return [PostgresDatabase(), AdminToken(), PaymentProvider(), EventsReceiver()]


def variants_of(reply: Reply) -> dict[str, dict[str, Any]]:
    """The variants of a product by their skus. Raises NotYet."""
    return by_sku(reply, reply["variants"])


def lines_of(reply: Reply) -> dict[str, dict[str, Any]]:
    """The lines of a cart or an order by their skus. Raises NotYet."""
    return by_sku(reply, reply["lines"])


def by_sku(reply: Reply, items: Any) -> dict[str, dict[str, Any]]:
    """Parts of a response by their skus, each of which is there once. Raises NotYet."""
    found = {str(each["sku"]): each for each in items}
    if len(found) != len(items):
        raise reply.not_yet("Each sku is there once.")
    return found


def holds(reply: Reply, part: Mapping[str, Any], wanted: Mapping[str, Any], why: str = "") -> None:
    """Hold a part of a response to these fields. Raises NotYet."""
    for name, value in wanted.items():
        if name not in part:
            raise reply.not_yet(f"It has the field {name}.")
        if part[name] != value or type(part[name]) is not type(value):
            raise reply.not_yet(why, f"{name}: expected {value!r}, got {part[name]!r}")


def until(met: Callable[[], bool], why: str, got: Callable[[], str], asked: str = "") -> None:
    """Wait for what happens in the background. Raises NotYet when it does not."""
    deadline = time.monotonic() + SOON
    while not met():
        if time.monotonic() > deadline:
            raise NotYet(why, got(), asked)
        time.sleep(0.05)
