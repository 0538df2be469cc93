"""Stage 6: the provider is slow, broken or silent, and money comes too late."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from decimal import Decimal
from functools import partial

from course.projects.outcome import NotYet
from course.projects.shop.deals import Deal, asked, checkout, paid, payment_of, placed, tell
from course.projects.shop.provider import Payment
from course.projects.shop.world import World, until
from course.projects.wire import Reply, at_once

WAITING = 20
ROUNDS = 5
TRIES = 30


def survives_a_broken_provider(world: World) -> None:
    """A slow provider is waited for; its 500 is a 503, the order stays `pending`, and may be paid later."""
    with world.provider.faulty("slow", carries_out=True):
        asked(world, placed(world))
    deal = placed(world)
    with world.provider.faulty("broken", carries_out=world.random.choice([True, False])):
        for _ in range(2):
            deal.pay().problem(503)
    deal.has("pending")
    world.has_stock(deal.goods, 3, "The order still reserves its pieces.")
    tell(world, deal, asked(world, deal).id).must(200)
    deal.has("paid")


def survives_a_silent_provider(world: World) -> None:
    """A provider that does not answer is a 503; if it took the money, the webhook still counts."""
    deal = placed(world)
    with world.provider.faulty("silent", carries_out=True):
        deal.pay().problem(503)
    deal.has("pending")
    payment = payment_of(world, deal)
    if world.random.random() < 0.5:
        asked(world, deal)  # the same key is the same payment
    tell(world, deal, payment.id).must(200)
    deal.has("paid")


def serves_others_meanwhile(world: World) -> None:
    """While 20 payments wait for a silent provider, carts, orders and products are answered."""
    for _ in range(ROUNDS):
        deals = [placed(world, 1) for _ in range(WAITING)]
        buyer, other, goods = world.customer(), world.customer(), world.goods()
        buyer.put(goods.sku)
        calls: list[Callable[[], Reply]] = [
            partial(checkout, world, buyer),
            partial(other.put, goods.sku),
            partial(deals[0].has, "pending"),
        ]
        with _all_waiting(world, deals) as answered:
            reply, *_ = at_once(calls)
            done = answered()
        reply.must(201, why="Other requests are answered.")
        if not done:  # on a busy machine they may be later; those that wait for a connection always are
            return
    why = f"While {WAITING} requests wait for the provider, all others are answered."
    raise reply.not_yet(why, f"{done} of them had ended before these were answered")


def gives_late_money_back(world: World) -> None:
    """A success for a cancelled or failed order is refunded, whole and once, however often it comes."""
    for over in ("cancelled", "failed"):
        deal, payment = _over(world, over)
        tell(world, deal, payment.id, amount=f"9{deal.total}").problem(409, why="The amount is another one.")
        _until_heard(world, deal, payment.id)
        _is_given_back(world, payment.id, deal)
        for reply in at_once([partial(tell, world, deal, payment.id)] * 4):
            reply.must(200, 503, why="The same success once more is a 200.")
        _is_given_back(world, payment.id, deal)
        deal.has(over, "The order keeps its status.")
        world.has_stock(deal.goods, 5, "The pieces are back in stock, once.")


def gives_a_second_payment_back(world: World) -> None:
    """A success of a second payment for a paid order is refunded, whole and once; the first is kept."""
    deal, payment = paid(world)
    second = f"pay_{world.word(12)}"
    for _ in range(2):
        _until_heard(world, deal, second)
    _is_given_back(world, second, deal)
    deal.has("paid").is_("refunded", "0.00", why="The payment that paid the order is kept.")
    if found := world.provider.refunds(payment.id):
        raise NotYet("The first payment is kept.", f"refunded: {found[0].amount}", "POST /webhooks/payments")


def gives_back_in_the_end(world: World) -> None:
    """If the provider fails when late money is to go back, the refund is made later, and once."""
    deal, payment = _over(world, "cancelled")
    with world.provider.faulty("broken", carries_out=world.random.choice([True, False])):
        tell(world, deal, payment.id).must(200, 503, why="It is a 503, or a 200 and the shop tries again.")
    _until_heard(world, deal, payment.id)
    _is_given_back(world, payment.id, deal)
    deal.has("cancelled")


def cancels_or_takes_the_money(world: World) -> None:
    """Of a cancellation and a success at once, the order is paid, or cancelled and the money goes back."""
    for _ in range(6):
        deal = placed(world, 2)
        payment = asked(world, deal)
        calls: list[Callable[[], Reply]] = [deal.cancel, partial(tell, world, deal, payment.id)]
        cancelled, heard = at_once(calls)
        heard.must(200, 503)
        if cancelled.must(200, 409).status == 200:
            deal.has("cancelled", "The cancellation was a 200.")
            _until_heard(world, deal, payment.id)
            _is_given_back(world, payment.id, deal)
            world.has_stock(deal.goods, 5, "The pieces are back in stock.")
        else:
            deal.has("paid", "The cancellation was a 409.")
            world.has_stock(deal.goods, 3, "A paid order keeps its pieces.")


@contextlib.contextmanager
def _all_waiting(world: World, deals: list[Deal]) -> Iterator["_Count"]:
    """All these payments are asked for, and the provider is silent. Gives how many have been answered."""
    count = _Count()

    def pay(deal: Deal) -> Reply:
        count.begun()
        reply = deal.pay()
        count.ended()
        return reply

    with ThreadPoolExecutor(len(deals)) as pool, world.provider.faulty("silent", carries_out=True):
        sent = [pool.submit(pay, deal) for deal in deals]
        until(
            lambda: count.all_begun == len(deals) and (world.provider.waiting > 0 or count() > 0),
            "The provider is asked for a payment.",
            lambda: f"{world.provider.waiting} requests came",
            "POST /orders/{id}/payment",
        )
        yield count
        wait(sent)  # before the silence ends: a request that comes to the provider later is answered
    for each in sent:
        each.result().problem(503, why="When the provider does not answer, it is a 503.")


class _Count:
    """How many requests have begun, and how many have ended."""

    def __init__(self) -> None:
        self.all_begun = self._ended = 0
        self._lock = threading.Lock()

    def begun(self) -> None:
        with self._lock:
            self.all_begun += 1

    def ended(self) -> None:
        with self._lock:
            self._ended += 1

    def __call__(self) -> int:
        return self._ended


def _over(world: World, status: str) -> tuple[Deal, Payment]:
    """An order that no longer waits for its payment, which the provider has begun."""
    deal = placed(world)
    payment = asked(world, deal)
    if status == "cancelled":
        deal.cancel().must(200)
    else:
        tell(world, deal, payment.id, "payment.failed").must(200)
    deal.has(status)
    return deal, payment


def _until_heard(world: World, deal: Deal, payment: str) -> None:
    """Send a success as the provider does: again until it is a 200."""
    for _ in range(TRIES):
        reply = tell(world, deal, payment).must(200, 503)
        if reply.status == 200:
            return
    raise reply.not_yet("When the provider is there again, a success is a 200.")


def _is_given_back(world: World, payment: str, deal: Deal) -> None:
    """Wait until a payment is refunded, and hold it to once and whole. Raises NotYet."""
    asked = "POST /webhooks/payments"
    until(
        lambda: bool(world.provider.refunds(payment)),
        f"The provider is asked to refund {payment}.",
        lambda: f"it was asked for no refund{_odd(world)}",
        asked,
    )
    found = world.provider.refunds(payment)
    if len(found) != 1:
        keys = ", ".join(each.key for each in found)
        raise NotYet("Late money is refunded once.", f"{len(found)} refunds, by the keys {keys}", asked)
    if (found[0].amount, found[0].currency) != (Decimal(deal.total), deal.currency):
        got = f"expected {deal.total} {deal.currency}, got {found[0].amount} {found[0].currency}"
        raise NotYet("The whole payment is refunded.", got, asked)


def _odd(world: World) -> str:
    return f"; it got {world.provider.odd[-1]}" if world.provider.odd else ""
