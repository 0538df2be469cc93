"""Stage 4: a cart becomes an order, once for each key."""

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from course.projects.shop.deals import checkout, placed
from course.projects.shop.world import FAR, World, holds, lines_of
from course.projects.wire import Reply, at_once, one_of

AT_ONCE = 8
ROUNDS = 3


def places_orders(world: World) -> None:
    """`POST /orders` makes a `pending` order of the whole cart, takes its pieces, and empties the cart."""
    customer, goods, address = world.customer(), [world.goods(), world.goods(stock=3)], world.word(30)
    for each in goods:
        customer.put(each.sku, 3)
    total = sum((3 * each.price for each in goods), Decimal(0))
    reply = checkout(world, customer, address=f" {address} ").must(201)
    reply.is_("status", "pending").is_("currency", "EUR").is_("refunded", "0.00").is_("address", address)
    reply.is_("total", f"{total:.2f}")
    if not reply.header("location").endswith(f"/orders/{reply['id']}"):
        raise reply.not_yet("Location is the address of the order.", f"Location: {reply.header('location')}")
    if _moment(reply).utcoffset() is None:
        raise reply.not_yet("created_at has an offset.", f"got {reply['created_at']!r}")
    for each in goods:
        wanted: dict[str, Any] = {"name": each.name, "size": each.size, "quantity": 3}
        wanted |= {"price": f"{each.price:.2f}", "total": f"{3 * each.price:.2f}"}
        holds(reply, lines_of(reply).get(each.sku, {}), wanted)
    read = customer.send("GET", f"/orders/{reply['id']}").must(200)
    if read.json != reply.json:
        raise read.not_yet("What is read is what the 201 has said.", f"created: {reply.text}")
    customer.send("GET", "/cart").must(200).is_("lines", [], why="The cart is empty now.")
    world.has_stock(goods[0], 2, "The pieces are out of stock.")
    world.has_stock(goods[1], 0, "The pieces are out of stock.")


def keeps_what_was_bought(world: World) -> None:
    """A cart has the prices of now; an order keeps those of its checkout when the admin changes one."""
    deal, price = placed(world), world.price()
    before = deal.read()
    deal.customer.put(deal.goods.sku, 2)
    body = {"price": f"{price:.2f}"}
    world.admin.send("PATCH", f"/variants/{deal.goods.sku}", json=body).must(200)
    cart = deal.customer.send("GET", "/cart").must(200).is_("total", f"{2 * price:.2f}")
    holds(cart, lines_of(cart)[deal.goods.sku], body, "A cart has the price of now.")
    after = deal.read()
    if after.json != before.json:
        raise after.not_yet("The order is as it was.", f"before: {before.text}")


def refuses_odd_checkouts(world: World) -> None:
    """An empty cart is a 409; without a key of 1 to 100 characters, or with an odd address, it is a 422."""
    customer, goods = world.customer(), world.goods()
    checkout(world, customer).problem(409, why="An empty cart is no order.")
    customer.put(goods.sku)
    customer.post("/orders", {"address": world.word()}).problem(422, why="A key is needed.")
    for key in ("x" * 101, "two words"):
        checkout(world, customer, key=key).problem(422)
    odd: list[Any] = [{}, {"address": " "}, {"address": "x" * 501}, {"address": None}, {"address": 7}]
    for body in (*odd, {"address": world.word(), "total": "0.01"}):
        customer.post("/orders", body, key=world.key()).problem(422)
    world.has_stock(goods, 5, "What is refused takes no piece.")
    checkout(world, customer, address="ü" * 500).must(201, why="The cart is still there.")


def sells_only_what_is_there(world: World) -> None:
    """With too few pieces of one variant it is a 409: no stock changes, the cart stays, the key is free."""
    customer, key = world.customer(), world.key()
    first, few, last = world.goods(stock=9), world.goods(stock=2), world.goods(stock=9)
    for each in (last, few, first):
        customer.put(each.sku, 3)
    before = customer.send("GET", "/cart").must(200)
    checkout(world, customer, key, "1 street").problem(409)
    for each, stock in ((first, 9), (few, 2), (last, 9)):
        world.has_stock(each, stock, "A 409 takes no piece.")
    if customer.send("GET", "/cart").must(200).json != before.json:
        raise customer.send("GET", "/cart").not_yet("The cart is as it was.", f"before: {before.text}")
    world.admin.send("PATCH", f"/variants/{few.sku}", json={"stock_change": 1}).must(200)
    checkout(world, customer, key, "1 street").must(201, why="A 409 does not use the key up.")
    world.has_stock(few, 0, "The pieces are out of stock.")


def answers_a_key_once(world: World) -> None:
    """The same key is the same 201 again, with another body a 422; a key belongs to its customer."""
    customer, other, goods, key = world.customer(), world.customer(), world.goods(stock=9), world.key()
    customer.put(goods.sku, 2)
    first = checkout(world, customer, key, "1 street").must(201)
    customer.put(goods.sku, 1)
    customer.post(f"/orders/{first['id']}/cancel").must(200)
    again = checkout(world, customer, key, "1 street").must(201, why="The same key is the same response.")
    if again.json != first.json:
        raise again.not_yet("The body is that of the first time.", f"first: {first.text}")
    checkout(world, customer, key, "2 street").problem(422, why="Another body under the same key is a 422.")
    world.has_stock(goods, 9, "A repeated request takes no piece.")
    other.put(goods.sku, 1)
    second = checkout(world, other, key, "1 street").must(201, why="A key belongs to its customer.")
    if second["id"] == first["id"]:
        raise second.not_yet("A key belongs to its customer.", f"order {first['id']} is somebody else's")


def keeps_orders_apart(world: World) -> None:
    """For another customer an order does not exist: a 404; the admin sees it; without a token it is a 401."""
    deal, other = placed(world), world.customer()
    for method, path in (("GET", ""), ("POST", "/payment"), ("POST", "/cancel")):
        for person, end in ((other, deal.path), (deal.customer, f"/orders/{FAR}")):
            person.send(method, end + path).problem(404)
        world.wire.send(method, deal.path + path).problem(401)
    world.admin.send("GET", deal.path).must(200).is_("total", deal.total)
    deal.has("pending", "What was refused changes nothing.")


def cancels(world: World) -> None:
    """A pending order can be cancelled, its pieces are back in stock, once; again, also at once, is a 409."""
    deal = placed(world, quantity=3)
    world.has_stock(deal.goods, 2, "An order reserves its pieces.")
    deal.cancel().must(200).is_("status", "cancelled")
    deal.cancel().problem(409)
    deal.pay().problem(409, why="A cancelled order is not paid any more.")
    deal.has("cancelled")
    world.has_stock(deal.goods, 5, "The pieces are back in stock, once.")
    world.admin.post(f"{placed(world).path}/cancel").must(200, why="The admin cancels, too.")
    for _ in range(ROUNDS):
        deal = placed(world, quantity=3)
        one_of(at_once([deal.cancel] * AT_ONCE), 200, 409)
        world.has_stock(deal.goods, 5, "The pieces are back in stock, once.")


def answers_one_key_at_once(world: World) -> None:
    """Eight requests with one key at once are one order; each gets the same 201, or a 409 for now."""
    for _ in range(ROUNDS):
        customer, goods, key = world.customer(), world.goods(stock=99), world.key()
        customer.put(goods.sku, 2)
        send = partial(checkout, world, customer, key, "1 street")
        replies = at_once([send] * AT_ONCE)
        last = send().must(201, why="A repeated request gets the 201.")
        for each in replies:
            if each.must(201, 409, why="Each is the 201 or a 409.").status == 201 and each.json != last.json:
                raise each.not_yet("One key is one order.", f"another got {last.text}")
        if all(each.status == 409 for each in replies):
            raise replies[0].not_yet("One of them is a 201.")
        world.has_stock(goods, 97, "The pieces are taken once.")


def makes_one_order_of_a_cart(world: World) -> None:
    """Of eight checkouts of one cart by different keys at once, one is a 201, the others are 409."""
    for _ in range(ROUNDS):
        customer, goods = world.customer(), world.goods(stock=99)
        customer.put(goods.sku, 2)
        keys = [world.key() for _ in range(AT_ONCE)]
        one_of(at_once([partial(checkout, world, customer, key, "1 street") for key in keys]), 201, 409)
        world.has_stock(goods, 97, "The pieces are taken once.")


def _moment(reply: Reply) -> datetime:
    try:
        return datetime.fromisoformat(str(reply["created_at"]))
    except ValueError:
        raise reply.not_yet("created_at is a moment in ISO 8601.", f"got {reply['created_at']!r}") from None
