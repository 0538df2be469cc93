"""Stage 8: the rows of the program before."""

import json
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from course.projects.host import Host
from course.projects.outcome import NotYet
from course.projects.services import PostgresDatabase
from course.projects.shop.deals import placed
from course.projects.shop.world import World, holds, lines_of, services, variants_of
from course.projects.wire import Reply

OLD = """
CREATE TABLE old_products (
    id integer PRIMARY KEY, name text NOT NULL, price double precision NOT NULL,
    sizes text, stock text NOT NULL
);
CREATE TABLE old_orders (
    id integer PRIMARY KEY, email text NOT NULL, address text NOT NULL, state text NOT NULL,
    payment text, placed timestamptz NOT NULL, body text NOT NULL
);
"""
SIZES = ("S", "M", "L", "XL", "xs", "42", "43")


def takes_old_products_over(world: World) -> None:
    """`migrate` makes variants of old products: exact prices of floats, sizes and stock of lists in texts."""
    sizes = world.random.sample(SIZES, 3)
    stock = [str(world.random.randrange(100)) for _ in sizes]
    prices = [world.price(1000) for _ in range(3)]
    first = world.random.randrange(1, 500)
    rows: list[tuple[Any, ...]] = [
        (first, world.word(), float(prices[0]), _listed(sizes), _listed(stock)),
        (first + 7, world.word(), float(prices[1]) + 4e-13, None, "12"),
        (first + 9, world.word(), 0.1 + 0.2, "", "0"),
    ]
    wanted: list[dict[str, tuple[str, str, int]]] = [
        {
            f"OLD-{first}-{size.upper()}": (size, f"{prices[0]:.2f}", int(number))
            for size, number in zip(sizes, stock, strict=True)
        },
        {f"OLD-{first + 7}": ("", f"{prices[1]:.2f}", 12)},
        {f"OLD-{first + 9}": ("", "0.30", 0)},
    ]
    with _after(world, rows, []) as new:
        for row, variants in zip(rows, wanted, strict=True):
            reply = new.wire.send("GET", f"/products/{row[0]}").must(200, why="Old products keep their ids.")
            reply.is_("name", row[1]).is_("currency", "EUR")
            _has_variants(reply, variants)
        if (id := new.goods().id) <= first + 9:
            raise NotYet("New products get larger ids.", f"got {id} after {first + 9}", "POST /products")
        new.customer().put(next(iter(wanted[1])), 2).is_("total", f"{2 * prices[1]:.2f}")


def takes_old_orders_over(world: World) -> None:
    """`migrate` makes orders of old ones: lines in JSON, prices with commas, products that are gone."""
    first, email = world.random.randrange(1, 500), world.email()
    rows = _old_orders(world, first, email)
    product = (first, world.word(), 25.0, "m", "5")
    with _after(world, [product], rows) as new:
        customer = new.customer(email)
        reply = customer.send("GET", f"/orders/{first}").must(200, why="An old order belongs to its address.")
        _is_old_order(reply, rows[0], first)
        customer.send("GET", f"/orders/{first + 3}").problem(404)
        new.admin.send("GET", f"/orders/{first + 3}").must(200).is_("status", "cancelled").is_(
            "total", "21.00"
        )
        customer.send("GET", f"/orders/{first + 8}").must(200).is_("status", "shipped").is_("total", "0.05")
        read = new.wire.send("GET", f"/products/{first}").must(200)
        wanted = {"stock": 5}
        holds(
            read, variants_of(read)[f"OLD-{first}-M"], wanted, "Old orders have taken their pieces already."
        )
        _goes_on(new, first, rows[0].payment)


@dataclass(frozen=True)
class OldOrder:
    """A row of old_orders."""

    id: int
    email: str
    address: str
    state: str
    payment: str | None
    placed: datetime
    body: str


def _old_orders(world: World, first: int, email: str) -> list[OldOrder]:
    """Three old orders, two of them of the same customer."""
    lines = [
        {"product": first, "name": world.word(), "size": "m", "count": 2, "price": "19,9"},
        {"product": first + 50, "name": world.word(), "count": 3, "price": "7"},
        {"product": first + 51, "name": world.word(), "size": "XL", "count": 1, "price": "0.05"},
    ]
    whole, one, last = (json.dumps({"lines": each}) for each in (lines, lines[1:2], lines[2:]))
    moment = datetime(2029, 3, 5, 9, 30, tzinfo=UTC) + timedelta(minutes=world.random.randrange(10**5))
    pay = [f"pay_{world.word(10)}" for _ in range(2)]
    return [
        OldOrder(first, email.upper(), world.word(20), "paid", pay[0], moment, whole),
        OldOrder(first + 3, world.email(), world.word(), "cancelled", None, moment, one),
        OldOrder(first + 8, email, world.word(), "sent", pay[1], moment, last),
    ]


def _listed(parts: list[str]) -> str:
    """Three parts in one text, as somebody has typed them."""
    return f"{parts[0]}, {parts[1]},{parts[2]}"


def _has_variants(reply: Reply, wanted: dict[str, tuple[str, str, int]]) -> None:
    found = variants_of(reply)
    if found.keys() != wanted.keys():
        got = f"expected {', '.join(sorted(wanted))}, got {', '.join(sorted(found))}"
        raise reply.not_yet("Each old size is a variant.", got)
    for sku, (size, price, stock) in wanted.items():
        holds(reply, found[sku], {"size": size, "price": price, "stock": stock}, f"The variant {sku}.")


def _is_old_order(reply: Reply, old: OldOrder, first: int) -> None:
    """Hold the first of the old orders to what its row says."""
    reply.is_("status", "paid").is_("total", "60.85").is_("refunded", "0.00").is_("currency", "EUR")
    reply.is_("address", old.address)
    if datetime.fromisoformat(str(reply["created_at"])) != old.placed:
        raise reply.not_yet("created_at is when it was placed.", f"expected {old.placed.isoformat()}")
    lines = lines_of(reply)
    for sku, size, quantity, price, total in (
        (f"OLD-{first}-M", "m", 2, "19.90", "39.80"),
        (f"OLD-{first + 50}", "", 3, "7.00", "21.00"),
        (f"OLD-{first + 51}-XL", "XL", 1, "0.05", "0.05"),
    ):
        wanted = {"size": size, "quantity": quantity, "price": price, "total": total}
        holds(reply, lines.get(sku, {}), wanted, f"The line {sku}.")


def _goes_on(world: World, first: int, payment: str | None) -> None:
    """Old orders are shipped and refunded like others, and new ones come after them."""
    world.admin.post(f"/orders/{first}/ship").must(200).is_("status", "shipped")
    world.admin.post(f"/orders/{first}/refunds", {"amount": "60.85"}, key=world.key()).must(201)
    given = [each.amount for each in world.provider.refunds(str(payment))]
    if given != [Decimal("60.85")]:
        raise NotYet(
            "A refund goes to the payment of the old order.", f"got {given}", f"POST /orders/{first}/refunds"
        )
    deal = placed(world)
    if deal.id <= first + 8:
        raise deal.read().not_yet("New orders get larger ids.", f"old ones go up to {first + 8}")


def _after(world: World, products: list[Any], orders: list[OldOrder]) -> AbstractContextManager[World]:
    """A server on a database of its own, which had the old tables before `migrate`."""

    def fill(host: Host) -> None:
        with host.service(PostgresDatabase).connection() as database, database.cursor() as cursor:
            cursor.execute(OLD)
            cursor.executemany("INSERT INTO old_products VALUES (%s, %s, %s, %s, %s)", products)
            cursor.executemany(
                "INSERT INTO old_orders VALUES (%s, %s, %s, %s, %s, %s, %s)", map(astuple, orders)
            )

    return world.after(services(), fill)
