"""Stage 8: the database, restarts, and a migration that has nothing to do."""

from functools import partial

from course.projects.outcome import NotYet
from course.projects.shop.deals import checkout, paid, placed
from course.projects.shop.world import World
from course.projects.wire import at_once

FLOATS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name NOT LIKE 'old\\_%'
AND data_type IN ('real', 'double precision', 'money')
"""


def stores_money_exactly(world: World) -> None:
    """No column of the server's tables is `real`, `double precision` or `money`."""
    placed(world)
    with world.database() as database:
        if found := database.execute(FLOATS).fetchall():
            names = ", ".join(f"{table}.{column}" for table, column in found)
            raise NotYet("No column is a float or money.", names, "the database in DATABASE_URL")


def survives_a_restart(world: World) -> None:
    """After a restart orders, carts and tokens are as before, and a used key gets the same response."""
    host, goods, key = world.own, world.goods(), world.key()
    customer = world.customer()
    customer.put(goods.sku, 2)
    made = checkout(world, customer, key, "1 street").must(201)
    cart = customer.put(goods.sku, 1)
    host.stop()
    host.start()
    for path, before in ((f"/orders/{made['id']}", made), ("/cart", cart)):
        read = customer.send("GET", path).must(200)
        if read.json != before.json:
            raise read.not_yet("It is as it was.", f"before: {before.text}")
    again = checkout(world, customer, key, "1 street").must(201)
    if again.json != made.json:
        raise again.not_yet("The body is that of the first time.", f"first: {made.text}")
    world.has_stock(goods, 3, "A repeated request takes no piece.")


def survives_a_power_cut(world: World) -> None:
    """What was answered with a 201 is there after the process was killed, and the stock fits the orders."""
    goods = world.goods(stock=20)
    customers = [world.customer() for _ in range(8)]
    for each in customers:
        each.put(goods.sku, 2)
    made = at_once([partial(checkout, world, each, world.key(), "1 street") for each in customers])
    for reply in made:
        reply.must(201)
    world.own.kill()
    world.own.start()
    for customer, reply in zip(customers, made, strict=True):
        read = customer.send("GET", f"/orders/{reply['id']}").must(
            200, why="Each order that was a 201 is there."
        )
        if read.json != reply.json:
            raise read.not_yet("The order is as it was.", f"before: {reply.text}")
    world.has_stock(goods, 4, "The stock fits the orders.")


def migrates_with_rows(world: World) -> None:
    """`migrate` on a database that is up to date changes no row."""
    host = world.own
    deal, _ = paid(world)
    before = [deal.read(), world.wire.send("GET", f"/products/{deal.goods.id}").must(200)]
    host.stop()
    host.migrate()
    host.start()
    for reply in before:
        path = reply.asked.split()[1]
        read = world.admin.send("GET", path).must(200)
        if read.json != reply.json:
            raise read.not_yet("It is as it was.", f"before: {reply.text}")
