"""Stage 5: payments, and the webhooks that tell how they end."""

import hashlib
import hmac
import json
import time
from functools import partial
from typing import Any

from course.projects.outcome import NotYet
from course.projects.shop.deals import HOUR, Deal, asked, fact, paid, payment_of, placed, raw, tell, told
from course.projects.shop.provider import Payment
from course.projects.shop.world import FAR, World
from course.projects.wire import at_once

AT_ONCE = 8


def asks_for_a_payment(world: World) -> None:
    """`POST /orders/{id}/payment` asks the provider for the total and is a 202; again, it is one payment."""
    deal = placed(world)
    payment = asked(world, deal)
    sent = (payment.amount, payment.currency)
    if sent != (deal.total, deal.currency):
        raise NotYet(
            "The provider is asked for the order's total.", f"it got {sent}", f"POST {deal.path}/payment"
        )
    for _ in range(2):
        deal.pay().must(202).is_("status", "pending")
    for reply in at_once([deal.pay] * AT_ONCE):
        reply.must(202, why="Asking again is a 202.")
    payment_of(world, deal)
    asked(world, placed(world))  # another order has a payment of its own


def is_paid_by_a_webhook(world: World) -> None:
    """After a signed `payment.succeeded` the order is `paid`; it cannot be paid or cancelled any more."""
    deal = placed(world)
    payment = asked(world, deal)
    deal.has("pending", "Before the webhook nothing is paid.")
    tell(world, deal, payment.id).must(200)
    deal.has("paid", "When the 200 is sent, the order is paid.")
    for reply in (deal.pay(), deal.cancel()):
        reply.problem(409)
    deal.has("paid")
    world.has_stock(deal.goods, 3, "A paid order keeps its pieces.")


def reads_what_was_signed(world: World) -> None:
    """The signature is over the bytes as they were sent, whatever spaces and other fields they have."""
    deal = placed(world)
    body = {
        "note": "Grüße ☕",
        **fact(world, deal, asked(world, deal).id),
        "sent": {"at": 1.50, "live": False},
    }
    items = list(body.items())
    world.random.shuffle(items)
    text = json.dumps(dict(items), indent=world.random.choice([1, 3]), ensure_ascii=False)
    told(world, f" {text}\n".encode()).must(200)
    deal.has("paid")


def refuses_forged_webhooks(world: World) -> None:
    """Without a right signature over body and time, or sent over 300 seconds ago or ahead, it is a 403."""
    deal = placed(world)
    body = json.dumps(fact(world, deal, asked(world, deal).id)).encode()
    now, later = str(int(time.time())), str(int(time.time()) + 1)
    right = world.provider.signature(now, body)
    forged = {
        "one by another secret": (body, now, world.provider.signature(now, body, world.word(40))),
        "one of another body": (body.replace(b"evt_", b"evt-"), now, right),
        "one of another time": (body, later, right),
        "one over the body alone": (body, now, _over_body(world, body)),
        "none": (body, now, None),
        "a right one without a timestamp": (body, None, right),
        "one that is no text of it": (body, now, right[:-2]),
        "one of what is no JSON": (b"{", now, right),
    }
    for what, (sent, timestamp, signature) in forged.items():
        found = {"Webhook-Timestamp": timestamp, "Webhook-Signature": signature}
        headers = {name: value for name, value in found.items() if value is not None}
        raw(world, sent, headers).problem(403, why=f"A signature is refused: {what}.")
    for late in (HOUR, -HOUR, 30 * 24 * HOUR):
        told(world, body, late=late).problem(403, why="A webhook of another time is a 403.")
    deal.has("pending", "What is refused changes nothing.")
    told(world, body, late=60).must(200, why="A minute is not too late.")
    deal.has("paid")


def releases_what_was_not_paid(world: World) -> None:
    """After `payment.failed`, however often it comes, the order is `failed`, and its pieces are back once."""
    for _ in range(2):
        deal = placed(world, quantity=4)
        payment = asked(world, deal)
        world.has_stock(deal.goods, 1, "An order reserves its pieces.")
        failed = partial(tell, world, deal, payment.id, "payment.failed")
        for reply in at_once([failed] * AT_ONCE):
            reply.must(200, why="Each webhook is a 200.")
        failed().must(200)
        deal.has("failed")
        world.has_stock(deal.goods, 5, "The pieces are back in stock, once.")
        for reply in (deal.pay(), deal.cancel()):
            reply.problem(409)


def ignores_what_is_over(world: World) -> None:
    """What comes again, other types, and a failure of an order that is over are a 200 and change nothing."""
    deal, payment = paid(world)
    for kind in ("payment.processing", "payment.failed", f"payment.{world.word()}"):
        tell(world, deal, payment.id, kind).must(200)
        deal.has("paid", f"After the success, {kind} changes nothing.")
    world.has_stock(deal.goods, 3, "A paid order keeps its pieces.")
    _hears_it_again(world, deal, payment)
    other = placed(world)
    begun = asked(world, other)
    tell(world, other, begun.id, "payment.processing").must(200)
    other.has("pending")
    other.cancel().must(200)
    tell(world, other, begun.id, "payment.failed").must(200)
    other.has("cancelled")
    world.has_stock(other.goods, 5, "The pieces are back in stock, once.")


def hears_before_the_answer(world: World) -> None:
    """A webhook may come before the provider's answer to `POST /payments`: the order is paid all the same."""
    deal, heard = placed(world), []

    def early(payment: Payment) -> None:
        if payment.reference == str(deal.id):
            heard.append(tell(world, deal, payment.id))

    with world.provider.telling(early):
        asked(world, deal)
    for reply in heard:
        reply.must(200, why="A webhook may be faster than the answer.")
    deal.has("paid")


def compares_the_amount(world: World) -> None:
    """A success with another amount or currency is a 409, one of no order a 404, an odd body a 422."""
    deal = placed(world)
    payment = asked(world, deal)
    odd: list[dict[str, Any]] = [{"amount": "0.01"}, {"currency": "USD"}, {"amount": f"9{deal.total}"}]
    for more in odd:
        tell(world, deal, payment.id, **more).problem(409)
    tell(world, deal, payment.id, reference=str(FAR)).problem(404)
    for body in (b"{", b"[]", b'{"type": "payment.succeeded"}'):
        told(world, body).problem(422)
    deal.has("pending", "What is refused changes nothing.")
    tell(world, deal, payment.id).must(200)
    deal.has("paid")


def _hears_it_again(world: World, deal: Deal, payment: Payment) -> None:
    """The same success again, also with another id, is a 200 and changes nothing."""
    body = json.dumps(fact(world, deal, payment.id)).encode()
    before = deal.read()
    for reply in (told(world, body), told(world, body), tell(world, deal, payment.id)):
        reply.must(200, why="A success that comes again is a 200.")
    if deal.read().json != before.json:
        raise deal.read().not_yet("The order is as it was.", f"before: {before.text}")
    _keeps_money(world, payment)


def _over_body(world: World, body: bytes) -> str:
    """A signature that leaves the timestamp out."""
    return hmac.new(world.provider.secret.encode(), body, hashlib.sha256).hexdigest()


def _keeps_money(world: World, payment: Payment) -> None:
    if found := world.provider.refunds(payment.id):
        raise NotYet(
            "Money that paid an order is kept.", f"refunded: {found[0].amount}", "POST /webhooks/payments"
        )
