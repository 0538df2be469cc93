"""Stage 3: carts, and sums that are exact."""

from decimal import Decimal
from typing import Any

from course.projects.shop.world import World, holds, lines_of


def fills_a_cart(world: World) -> None:
    """`PUT /cart/{sku}` sets how many pieces are wanted, 0 takes the line out; the cart has a total."""
    customer, (a, b) = world.customer(), (world.goods(), world.goods())
    empty = (
        customer.send("GET", "/cart").must(200).is_("currency", None).is_("total", "0.00").is_("lines", [])
    )
    customer.put(a.sku, 3)
    reply = customer.put(b.sku, 900)
    for each in (reply, customer.send("GET", "/cart").must(200)):
        for goods, quantity in ((a, 3), (b, 900)):
            wanted: dict[str, Any] = {"name": goods.name, "size": goods.size, "quantity": quantity}
            wanted |= {"price": f"{goods.price:.2f}", "total": f"{goods.price * quantity:.2f}"}
            holds(each, lines_of(each).get(goods.sku, {}), wanted)
        each.is_("currency", "EUR").is_("total", f"{3 * a.price + 900 * b.price:.2f}")
    reply = customer.put(a.sku, 1)
    holds(reply, lines_of(reply)[a.sku], {"quantity": 1}, "The quantity is set, not added.")
    if a.sku in lines_of(customer.put(a.sku, 0)):
        raise customer.send("GET", "/cart").not_yet("With 0 the variant is out of the cart.")
    customer.put(a.sku, 0)
    if customer.put(b.sku, 0).json != empty.json:
        raise customer.send("GET", "/cart").not_yet("The cart is empty again.")


def knows_customers(world: World) -> None:
    """Each customer has one cart, whatever token of theirs is used; capitals in an address mean the same."""
    email, goods = world.email(), world.goods()
    customer, other = world.customer(email), world.customer()
    customer.put(goods.sku, 2)
    for again in (email, email.upper()):
        found = world.customer(again).send("GET", "/cart").must(200)
        if goods.sku not in lines_of(found):
            raise found.not_yet("A new token for the same address opens the same cart.")
    other.send("GET", "/cart").must(200).is_("lines", [], why="Each customer has a cart of their own.")
    for method, path, body in (("GET", "/cart", None), ("PUT", f"/cart/{goods.sku}", {"quantity": 1})):
        world.wire.send(method, path, json=body).problem(401)


def adds_up_exactly(world: World) -> None:
    """Totals are exact, to the last cent of the largest cart: no float takes part in them."""
    customer, total = world.customer(), Decimal(0)
    for _ in range(12):
        price = Decimal(world.random.randrange(9 * 10**11, 10**12)) / 100
        goods, quantity = world.goods(price=price), world.random.randrange(900, 1001)
        total += price * quantity
        reply = customer.put(goods.sku, quantity)
        holds(reply, lines_of(reply)[goods.sku], {"total": f"{price * quantity:.2f}"}, "A total is exact.")
    reply.is_("total", f"{total:.2f}", why="The total is the exact sum of all lines.")
    customer.send("GET", "/cart").must(200).is_("total", f"{total:.2f}")


def keeps_one_currency(world: World) -> None:
    """All in a cart has one currency: a variant in another one is a 409, and the cart is as it was."""
    customer, euros, dollars = world.customer(), world.goods(), world.goods(currency="USD")
    customer.put(euros.sku)
    before = customer.send("GET", "/cart").must(200)
    customer.send("PUT", f"/cart/{dollars.sku}", json={"quantity": 1}).problem(409)
    after = customer.send("GET", "/cart").must(200)
    if after.json != before.json:
        raise after.not_yet("The cart is as it was.", f"before: {before.text}")
    customer.put(euros.sku, 0)
    customer.put(dollars.sku).is_("currency", "USD", why="An empty cart takes any currency.")


def refuses_odd_quantities(world: World) -> None:
    """An odd quantity or field is a 422, an unknown sku a 404, a 51st line a 409; nothing changes."""
    customer, goods = world.customer(), world.goods()
    customer.put(goods.sku, 1000)
    bodies: list[Any] = [{"quantity": each} for each in (-1, 1001, 1.5, "many", None)]
    for body in (*bodies, {}, {"quantity": 1, "price": "0.01"}, [1]):
        customer.send("PUT", f"/cart/{goods.sku}", json=body).problem(422)
    customer.send("PUT", f"/cart/{world.sku()}", json={"quantity": 1}).problem(404)
    reply = customer.send("GET", "/cart").must(200)
    holds(reply, lines_of(reply)[goods.sku], {"quantity": 1000}, "What was refused changes nothing.")
    _ends_at_fifty_lines(world)


def _ends_at_fifty_lines(world: World) -> None:
    """A 51st line is a 409; another quantity of a variant that is in the cart is not."""
    customer = world.customer()
    variants = [world.variant() for _ in range(50)]
    body = {"name": world.word(), "currency": "EUR", "variants": variants}
    world.admin.post("/products", body).must(201, why="A product has up to 50 variants.")
    for each in variants:
        reply = customer.put(each["sku"])
    if len(lines_of(reply)) != 50:
        raise reply.not_yet("A cart has up to 50 lines.")
    customer.send("PUT", f"/cart/{world.goods().sku}", json={"quantity": 1}).problem(409)
    if len(lines_of(customer.put(variants[0]["sku"], 7))) != 50:
        raise customer.send("GET", "/cart").not_yet("The cart has its 50 lines.")
