"""Stage 6: orders are shipped, and money goes back."""

from decimal import Decimal
from functools import partial
from typing import Any

from course.projects.outcome import NotYet
from course.projects.shop.deals import Deal, asked, paid, placed, tell
from course.projects.shop.provider import Payment
from course.projects.shop.world import FAR, World
from course.projects.wire import Reply, at_once

AT_ONCE = 8
CENT = Decimal("0.01")


def holds_to_the_table(world: World) -> None:
    """A paid order can be shipped; each change that is not in the table is a 409 and changes nothing."""
    deal, _ = paid(world)
    deal.customer.post(f"{deal.path}/ship").problem(403)
    world.admin.post(f"/orders/{FAR}/ship").problem(404)
    world.admin.post(f"{deal.path}/ship").must(200).is_("status", "shipped")
    for status in ("pending", "failed", "cancelled", "paid", "shipped", "refunded"):
        deal = _in(world, status)
        stock = world.stock(deal.goods)
        for name, may in (
            ("payment", {"pending"}),
            ("cancel", {"pending"}),
            ("ship", {"paid"}),
            ("refunds", {"paid", "shipped"}),
        ):
            if status not in may:
                _act(world, deal, name).problem(409, why=f"An order that is {status}: {name} is a 409.")
        deal.has(status, "A 409 changes nothing.")
        world.has_stock(deal.goods, stock, "A 409 changes no stock.")


def refunds_a_part_and_the_rest(world: World) -> None:
    """A refund goes to the provider and is a 201; when the whole total went back, the order is `refunded`."""
    deal, payment = paid(world)
    total, part = Decimal(deal.total), _part(world, deal)
    first = _refund(world, deal, part).must(201).is_("amount", f"{part:.2f}").is_("currency", deal.currency)
    deal.has("paid", "A part was refunded.").is_("refunded", f"{part:.2f}")
    _provider_gave(world, payment, part)
    _refund(world, deal, total - part + CENT).problem(409, why="More than is left is a 409.")
    world.admin.post(f"{deal.path}/ship").must(200, why="An order may be shipped after a part was refunded.")
    last = _refund(world, deal, total - part).must(201)
    if last["id"] == first["id"]:
        raise last.not_yet("Each refund has its own id.")
    deal.has("refunded", "The whole total was refunded.").is_("refunded", deal.total)
    tell(world, deal, payment.id).must(200, why="The success that paid the order may come again.")
    _provider_gave(world, payment, total)
    world.has_stock(deal.goods, 3, "Refunds put nothing back into stock.")


def refuses_odd_refunds(world: World) -> None:
    """More than was paid is a 409, an odd amount or no key a 422, no order a 404; a customer gets a 403."""
    deal, payment = paid(world)
    path = f"{deal.path}/refunds"
    odd: list[Any] = ["0.00", "-1.00", "1", 1, 1.5, None, "1.005"]
    for body in (*({"amount": each} for each in odd), {}, {"amount": "0.01", "currency": "USD"}):
        world.admin.post(path, body, key=world.key()).problem(422)
    world.admin.post(path, {"amount": "0.01"}).problem(422, why="A key is needed.")
    _refund(world, deal, Decimal(deal.total) + CENT).problem(409)
    world.admin.post(f"/orders/{FAR}/refunds", {"amount": "0.01"}, key=world.key()).problem(404)
    deal.customer.post(path, {"amount": "0.01"}, key=world.key()).problem(403)
    _provider_gave(world, payment, Decimal(0))
    deal.has("paid", "What is refused changes nothing.").is_("refunded", "0.00")


def answers_a_refund_once(world: World) -> None:
    """The same key is the same 201 and one refund, also at once; with another amount it is a 422."""
    deal, payment = paid(world)
    key, part = world.key(), _part(world, deal)
    send = partial(_refund, world, deal, part, key)
    replies = at_once([send] * AT_ONCE)
    last = send().must(201, why="A repeated request gets the 201.")
    for each in replies:
        if each.must(201, 409, why="Each is the 201 or a 409.").status == 201 and each.json != last.json:
            raise each.not_yet("One key is one refund.", f"another got {last.text}")
    _provider_gave(world, payment, part)
    _refund(world, deal, part + CENT, key).problem(422, why="Another amount under the same key is a 422.")
    other, its_payment = paid(world)
    _refund(world, other, CENT, key).must(201, why="A key belongs to one order.")
    _provider_gave(world, its_payment, CENT)
    _refund(world, deal, Decimal(deal.total) - part).must(201)
    if send().must(201, why="Also when the order has changed since.").json != last.json:
        raise send().not_yet("The body is that of the first time.", f"first: {last.text}")
    deal.has("refunded").is_("refunded", deal.total)


def refunds_no_more_than_was_paid(world: World) -> None:
    """Of refunds at the same moment that are more than the total together, only as many are made as fit."""
    for _ in range(3):
        deal, payment = paid(world)
        part = Decimal(int(Decimal(deal.total) * 30)) / 100  # three of them fit, four do not
        if not part:
            part = CENT
        fit = min(int(Decimal(deal.total) // part), AT_ONCE)
        replies = at_once([partial(_refund, world, deal, part, world.key()) for _ in range(AT_ONCE)])
        made = [each for each in replies if each.must(201, 409).status == 201]
        if len(made) != fit:
            got = f"{AT_ONCE} of {part:.2f} at once: {len(made)} were made"
            raise replies[0].not_yet(f"{fit} of them fit into {deal.total}.", got)
        _provider_gave(world, payment, part * fit)
        deal.read().is_("refunded", f"{part * fit:.2f}")


def refunds_when_the_provider_fails(world: World) -> None:
    """A refund without an answer is a 503 and counts as gone; its key tries the same refund again."""
    for fault in ("broken", "silent"):
        deal, payment = paid(world)
        total, part, key = Decimal(deal.total), _part(world, deal), world.key()
        with world.provider.faulty(fault, carries_out=world.random.choice([True, False])):
            _refund(world, deal, part, key).problem(503)
        _refund(world, deal, total).problem(409, why="A refund that was a 503 may have been made: it counts.")
        _refund(world, deal, part + CENT, key).problem(
            422, why="A refund that was a 503 has used its key up."
        )
        _refund(world, deal, part, key).must(201, why="The same key tries the same refund again.")
        _provider_gave(world, payment, part)
        _refund(world, deal, total - part).must(201)
        deal.has("refunded").is_("refunded", deal.total)
        _provider_gave(world, payment, total)


def _in(world: World, status: str) -> Deal:
    """An order in this status. Raises NotYet."""
    if status in ("pending", "failed", "cancelled"):
        deal = placed(world)
        if status == "failed":
            tell(world, deal, asked(world, deal).id, "payment.failed").must(200)
        elif status == "cancelled":
            deal.cancel().must(200)
    else:
        deal, _ = paid(world)
        if status == "shipped":
            world.admin.post(f"{deal.path}/ship").must(200)
        elif status == "refunded":
            _refund(world, deal, Decimal(deal.total)).must(201)
    deal.has(status)
    return deal


def _act(world: World, deal: Deal, name: str) -> Reply:
    path = f"{deal.path}/{name}"
    if name == "refunds":
        return world.admin.post(path, {"amount": "0.01"}, key=world.key())
    return (world.admin if name == "ship" else deal.customer).post(path)


def _refund(world: World, deal: Deal, amount: Decimal, key: str = "") -> Reply:
    return world.admin.post(f"{deal.path}/refunds", {"amount": f"{amount:.2f}"}, key=key or world.key())


def _part(world: World, deal: Deal) -> Decimal:
    """A part of the total, of at least a cent and not the whole."""
    return Decimal(world.random.randrange(1, int(Decimal(deal.total) * 100))) / 100


def _provider_gave(world: World, payment: Payment, wanted: Decimal) -> None:
    """Hold the refunds of a payment to their sum. Raises NotYet."""
    found = world.provider.refunds(payment.id)
    given = sum((each.amount for each in found), Decimal(0))
    if given != wanted or any(each.currency != payment.currency for each in found):
        got = f"expected {wanted:.2f} {payment.currency}, got " + (
            " + ".join(f"{each.amount} {each.currency}" for each in found) or "nothing"
        )
        raise NotYet("The provider gives back what was asked for, once.", got, "POST /orders/{id}/refunds")
