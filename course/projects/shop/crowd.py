"""Stage 4, under load: many customers at the same moment, few pieces, few connections."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial

import psycopg

from course.projects.outcome import NotYet
from course.projects.services import PostgresDatabase
from course.projects.shop.deals import checkout
from course.projects.shop.world import Goods, Person, World
from course.projects.wire import Reply, Wire, at_once

CROWD = 200
PATIENCE = 120.0  # seconds for one response; the contract says 60
MOST_CONNECTIONS = 20
TRIES = 60
COUNTED = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def waits_in_no_ring(world: World) -> None:
    """Orders of the same variants, in carts that were filled in different orders, are all placed at once."""
    for _ in range(3):
        goods = [world.goods(stock=100) for _ in range(4)]
        customers = [world.customer() for _ in range(8)]
        for customer in customers:
            for each in world.random.sample(goods, len(goods)):
                customer.put(each.sku)
        calls = [partial(checkout, world, each, world.key(), "1 street") for each in customers]
        for reply in at_once(calls):
            reply.must(201, why="There is enough for each of them.")
        for each in goods:
            world.has_stock(each, 92, "Each order has taken its piece.")


def sells_nothing_twice(world: World) -> None:
    """Of 200 checkouts at the same moment as many are a 201 as there is stock for; the others are a 409."""
    world.own  # noqa: B018  # at an address, nobody has asked for so much
    stock = world.random.randrange(60, 90)
    goods = world.goods(stock)
    with _crowd(world) as crowd:
        customers = _customers(world, crowd, goods)
        replies = at_once([_patient(world, each) for each in customers])
    got = Counter(each.status for each in replies)
    for each in replies:
        if each.status not in (201, 409):
            raise each.not_yet("Each is a 201 or a 409.", f"{CROWD} at once: {dict(got)}")
    if got[201] != stock:
        won = next(each for each in replies if each.status == 201) if got[201] else replies[0]
        raise won.not_yet(f"{stock} pieces are {stock} orders.", f"{CROWD} at once: {dict(got)}")
    world.has_stock(goods, 0, "Stock is never negative, and all is sold.")
    ids = {each["id"] for each in replies if each.status == 201}
    if len(ids) != stock:
        raise replies[0].not_yet("Each 201 is an order of its own.", f"{len(ids)} ids in {stock} responses")


def uses_few_connections(world: World) -> None:
    """While it answers 100 requests at the same moment, it has at most 20 connections to PostgreSQL."""
    url = world.own.service(PostgresDatabase).url
    goods = [world.goods() for _ in range(10)]
    customers = [world.customer() for _ in range(10)]
    with _crowd(world) as crowd, _counted(url) as seen:
        calls = [
            partial(Person(crowd, each.token).send, "PUT", f"/cart/{one.sku}", json={"quantity": 1})
            for each in customers
            for one in goods
        ]
        for reply in at_once([_again(call) for call in calls]):
            reply.must(200, why="Each request is answered.")
    if not seen or max(seen) > MOST_CONNECTIONS:
        got = f"{max(seen, default=0)} connections at a time"
        raise NotYet(f"The server has at most {MOST_CONNECTIONS} connections.", got, "100 × PUT /cart/{sku}")


@contextmanager
def _crowd(world: World) -> Iterator[Wire]:
    """A client with more patience."""
    wire = Wire(world.wire.place, PATIENCE)
    try:
        yield wire
    finally:
        wire.close()


def _customers(world: World, wire: Wire, goods: Goods) -> list[Person]:
    """Customers with one piece each in their carts, made by a few clients at a time."""
    admin = Person(wire, world.admin.token)
    emails = [world.email() for _ in range(CROWD)]
    made: list[Reply] = []
    for calls in _by_eight([partial(admin.post, "/tokens", {"email": each}) for each in emails]):
        made += [each.must(201, why="A customer gets a token.") for each in at_once(calls)]
    found = [Person(wire, str(each["token"])) for each in made]
    for calls in _by_eight([partial(each.put, goods.sku) for each in found]):
        at_once(calls)
    return found


def _by_eight(calls: Sequence[Callable[[], Reply]]) -> Iterator[Sequence[Callable[[], Reply]]]:
    yield from (calls[at : at + 8] for at in range(0, len(calls), 8))


def _patient(world: World, customer: Person) -> Callable[[], Reply]:
    return _again(partial(checkout, world, customer, world.key(), "1 street"))


def _again(send: Callable[[], Reply]) -> Callable[[], Reply]:
    """The same request, sent again while it is a 503 with Retry-After."""

    def call() -> Reply:
        for _ in range(TRIES):
            reply = send()
            if reply.status != 503 or "retry-after" not in reply.headers:
                break
            time.sleep(0.5)
        return reply

    return call


@contextmanager
def _counted(url: str) -> Iterator[list[int]]:
    """How many connections to a database there are, looked at all the time."""
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        with suppress(psycopg.Error), psycopg.connect(url, autocommit=True, connect_timeout=30) as link:
            while not done.wait(0.01):
                seen.append(int((link.execute(COUNTED).fetchone() or (0,))[0]))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join(60)
