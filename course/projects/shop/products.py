"""Stage 2: tokens, products, prices and stock."""

from functools import partial
from typing import Any

from course.projects.shop.world import FAR, Person, World, holds, variants_of
from course.projects.wire import Reply, at_once, one_of

AT_ONCE = 8
ODD_MONEY: tuple[Any, ...] = (
    "12.5", "12", "12.345", "1e3", "-1.00", "0.00", "", "NaN", "1,50", " 1.50", "12345678901.00",
    12.5, 12, None,
)  # fmt: skip


def gives_tokens(world: World) -> None:
    """`POST /tokens` gives the admin a token for an address; other callers get a 401 or, customers, a 403."""
    token = world.customer().token
    for path, body in (("/tokens", {"email": world.email()}), ("/products", _product(world))):
        Person(world.wire, token).post(path, body).problem(403, why="Only the admin may do this.")
        for wrong in ("", world.word(30), _changed(token, len(token) // 2), _changed(token, -5)):
            reply = Person(world.wire, wrong).post(path, body).problem(401, why="An unknown token is a 401.")
            if not reply.header("www-authenticate").lower().startswith("bearer"):
                raise reply.not_yet("A 401 says WWW-Authenticate: Bearer.")
    for body in ({}, {"email": world.word()}, {"email": None}, {"email": world.email(), "role": "admin"}):
        world.admin.post("/tokens", body).problem(422)


def creates_products(world: World) -> None:
    """`POST /products` is a 201 with the whole product and its address; all may read it there."""
    variants = [world.variant(), {k: v for k, v in world.variant(stock=0).items() if k != "size"}]
    name = world.word()
    reply = world.admin.post("/products", {"name": f" {name} ", "currency": "USD", "variants": variants})
    reply.must(201).is_("name", name, why="Spaces around a name are removed.").is_("currency", "USD")
    path = f"/products/{reply['id']}"
    if not reply.header("location").endswith(path):
        raise reply.not_yet(
            "Location is the address of the product.", f"Location: {reply.header('location')}"
        )
    read = world.wire.send("GET", path).must(200)
    for each in (reply, read):
        found = variants_of(each)
        if found.keys() != {variant["sku"] for variant in variants}:
            raise each.not_yet("The product has its variants.")
        for variant in variants:
            holds(each, found[variant["sku"]], {"size": "", **variant})
    world.wire.send("GET", f"/products/{FAR}").problem(404)
    world.wire.send("GET", f"/products/{world.word()}").problem(404, 422)


def refuses_odd_products(world: World) -> None:
    """A product outside of its limits or with an unknown field is a 422, and none is stored."""
    good = _product(world)
    odd: list[dict[str, Any]] = [{"name": " "}, {"name": "x" * 201}, {"currency": "XYZ"}, {"currency": None}]
    odd += [{"variants": []}, {"variants": [world.variant() for _ in range(51)]}, {"colour": "red"}]
    variants: list[dict[str, Any]] = [{"sku": "a b"}, {"sku": "x-1"}, {"sku": ""}, {"sku": "X" * 41}]
    variants += [{"stock": -1}, {"stock": 1_000_001}, {"stock": 1.5}, {"size": "x" * 41}, {"colour": "red"}]
    odd += [{"variants": [world.variant(**each)]} for each in variants]
    for each in odd:
        world.admin.post("/products", {**good, **each}).problem(422)
    for name in good:
        body = {key: value for key, value in good.items() if key != name}
        world.admin.post("/products", body).problem(422)
    world.admin.post("/products", good).must(201, why="What was refused has taken no sku.")


def reads_money_as_text(world: World) -> None:
    """Money is a text with two decimals, more than zero: a number, one decimal or an exponent is a 422."""
    goods, name = world.goods(), world.word()
    for price in ODD_MONEY:
        body = {"name": name, "currency": "EUR", "variants": [world.variant(price=price)]}
        world.admin.post("/products", body).problem(422)
        if price is not None:
            _patch(world, goods.sku, price=price).problem(422)
    for exact in ("0.01", "9999999999.99"):
        reply = _patch(world, goods.sku, price=exact).must(200).is_("price", exact)
        read = world.wire.send("GET", f"/products/{goods.id}").must(200)
        holds(reply, variants_of(read)[goods.sku], {"price": exact}, "Money is exact.")


def takes_a_sku_once(world: World) -> None:
    """A sku is taken once in the shop: again it is a 409, also at the same moment, and nothing is stored."""
    taken, free = world.variant(), world.variant()
    world.admin.post("/products", _product(world, taken)).must(201)
    world.admin.post("/products", _product(world, free, taken)).problem(409)
    world.admin.post("/products", _product(world, free)).must(
        201, why="The product that was refused has taken no other sku."
    )
    twice = world.variant()
    world.admin.post("/products", _product(world, twice, twice)).problem(409, 422)
    body = _product(world, world.variant())
    one_of(at_once([partial(world.admin.post, "/products", body)] * AT_ONCE), 201, 409)


def lists_products(world: World) -> None:
    """`GET /products` has pages by `limit` and `after`, in rising order of ids; an odd parameter is a 422."""
    ids = [world.goods().id for _ in range(7)]
    found: list[int] = []
    after: Any = ids[0] - 1
    for _ in range(8):
        page = world.wire.send("GET", f"/products?limit=3&after={after}").must(200)
        found += [each["id"] for each in page.items]
        after = page["next"]
        if after is None:
            break
    if [each for each in found if each in ids] != ids or found != sorted(set(found)):
        raise page.not_yet("The pages have each product once, in order, and an end.", f"ids: {found}")
    whole = world.wire.send("GET", f"/products?after={ids[0] - 1}").must(200)
    holds(whole, whole.items[0], {"id": ids[0]})
    variants_of(world.wire.send("GET", f"/products/{whole.items[0]['id']}"))
    for query in ("limit=0", "limit=101", "limit=x", "after=-1", "after=x", "sort=name"):
        world.wire.send("GET", f"/products?{query}").problem(422)


def changes_prices_and_stock(world: World) -> None:
    """`PATCH /variants/{sku}` sets the price and adds to the stock, which is never below zero: a 409."""
    goods, price = world.goods(stock=7), f"{world.price():.2f}"
    reply = _patch(world, goods.sku, price=price, stock_change=-3).must(200)
    holds(reply, reply.json, {"sku": goods.sku, "size": goods.size, "price": price, "stock": 4})
    _patch(world, goods.sku, stock_change=2).must(200).is_("stock", 6).is_("price", price)
    for change in (-7, 1_000_000):
        _patch(world, goods.sku, price="1.00", stock_change=change).problem(409)
    read = world.wire.send("GET", f"/products/{goods.id}").must(200)
    holds(read, variants_of(read)[goods.sku], {"price": price, "stock": 6}, "A 409 changes nothing.")
    _patch(world, world.sku(), stock_change=1).problem(404)
    for body in ({"stock_change": 1.5}, {"stock_change": 1_000_001}, {"stock": 5}, {"sku": world.sku()}):
        _patch(world, goods.sku, **body).problem(422)
    stranger = world.customer().send("PATCH", f"/variants/{goods.sku}", json={"stock_change": 1})
    stranger.problem(403, why="Only the admin may do this.")


def loses_no_piece(world: World) -> None:
    """Changes of the stock and of the price at the same moment are all kept."""
    for _ in range(3):
        goods, price = world.goods(stock=100), f"{world.price():.2f}"
        changes = [world.random.randrange(-9, 10) for _ in range(AT_ONCE)]
        calls = [partial(_patch, world, goods.sku, stock_change=each) for each in changes]
        for reply in at_once([*calls, partial(_patch, world, goods.sku, price=price)]):
            reply.must(200, why="Each change is a 200, however many come at once.")
        world.has_stock(goods, 100 + sum(changes), "No change is lost.")
        read = world.wire.send("GET", f"/products/{goods.id}").must(200)
        holds(read, variants_of(read)[goods.sku], {"price": price}, "No change is lost.")


def _product(world: World, *variants: dict[str, Any]) -> dict[str, Any]:
    return {"name": world.word(), "currency": "EUR", "variants": [*variants] or [world.variant()]}


def _patch(world: World, sku: str, /, **fields: Any) -> Reply:
    return world.admin.send("PATCH", f"/variants/{sku}", json=fields)


def _changed(token: str, at: int) -> str:
    """A token with another character in one place."""
    letters = list(token)
    letters[at] = "x" if letters[at] != "x" else "y"
    return "".join(letters)
