"""Stage 7: events for the warehouse, each at least once, those of one order in order."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from course.projects.outcome import NotYet
from course.projects.shop.deals import Deal, asked, paid, placed, tell
from course.projects.shop.receiver import Delivery
from course.projects.shop.world import World, until
from course.projects.wire import at_once

SENT = "POST $EVENTS_URL"


def tells_of_each_change(world: World) -> None:
    """Each change of the status is an event, in order: id, type, the order's id, and when it happened."""
    deal, _ = paid(world)
    world.admin.post(f"{deal.path}/ship").must(200)
    body = {"amount": f"{Decimal(deal.total):.2f}"}
    world.admin.post(f"{deal.path}/refunds", body, key=world.key()).must(201)
    _are_taken(world, deal, ["order.paid", "order.shipped", "order.refunded"])
    for each in world.warehouse.taken(deal.id):
        _is_whole(each)
    over, failed = placed(world), placed(world)
    over.cancel().must(200)
    tell(world, failed, asked(world, failed).id, "payment.failed").must(200)
    _are_taken(world, over, ["order.cancelled"])
    _are_taken(world, failed, ["order.failed"])


def tells_it_once(world: World) -> None:
    """What comes twice changes nothing a second time, and is no second event."""
    deal = placed(world)
    payment = asked(world, deal)
    for reply in at_once([lambda: tell(world, deal, payment.id)] * 8):
        reply.must(200, why="Each webhook is a 200.")
    tell(world, deal, payment.id, "payment.failed").must(200)
    deal.cancel().problem(409)
    world.admin.post(f"{deal.path}/ship").must(200)
    world.admin.post(f"{deal.path}/ship").problem(409)
    _are_taken(world, deal, ["order.paid", "order.shipped"])


def sends_it_again(world: World) -> None:
    """An event that is not taken is sent again with the same id; a later one of the order waits for it."""
    deal = placed(world)
    payment = asked(world, deal)
    with world.warehouse.away():
        tell(world, deal, payment.id).must(200, why="Orders are paid while the warehouse is away.")
        world.admin.post(f"{deal.path}/ship").must(200)
        _is_tried(world, deal, 2)
        tried = world.warehouse.tried(deal.id)
        if {(each.type, each.id) for each in tried} != {("order.paid", tried[0].id)}:
            got = ", ".join(f"{each.type} {each.id}" for each in tried)
            raise NotYet("While order.paid is not taken, it is what is sent, with the same id.", got, SENT)
    _are_taken(world, deal, ["order.paid", "order.shipped"])


def holds_up_no_other_order(world: World) -> None:
    """Events of one order that are not taken hold up no other order."""
    stuck = [paid(world)[0] for _ in range(3)]
    for each in stuck:
        _are_taken(world, each, ["order.paid"])
    with world.warehouse.away(*(each.id for each in stuck)):
        for each in stuck:
            world.admin.post(f"{each.path}/ship").must(200)
        _is_tried(world, stuck[-1], 2)
        for _ in range(3):
            _are_taken(world, paid(world)[0], ["order.paid"])
        for each in stuck:
            _are_taken(world, each, ["order.paid"])
    for each in stuck:
        _are_taken(world, each, ["order.paid", "order.shipped"])


def forgets_no_event(world: World) -> None:
    """An event outlives the server: after a kill while the warehouse was away, it is sent."""
    host, deals = world.own, [placed(world) for _ in range(3)]
    with world.warehouse.away():
        for each in deals:
            tell(world, each, asked(world, each).id).must(200)
        host.kill()
        host.start()
        world.admin.post(f"{deals[0].path}/ship").must(200)
    _are_taken(world, deals[0], ["order.paid", "order.shipped"])
    for each in deals[1:]:
        _are_taken(world, each, ["order.paid"])


def _are_taken(world: World, deal: Deal, types: Sequence[str]) -> None:
    """Wait until the warehouse has these events of an order, in this order. Raises NotYet."""

    def found() -> list[str]:
        return [each.type for each in world.warehouse.taken(deal.id)]

    def shown() -> str:
        tried = len(world.warehouse.tried(deal.id))
        what = f"expected {', '.join(types)}; taken: {', '.join(found()) or 'none'}"
        return f"order {deal.id}: {what}; {tried} tries"

    until(lambda: len(found()) >= len(types), "Each change of the status is an event.", shown, SENT)
    if found() != [*types]:
        raise NotYet("The events of an order come in order, each change is one.", shown(), SENT)


def _is_tried(world: World, deal: Deal, times: int) -> None:
    """Wait until the warehouse was told of an order so many times in vain. Raises NotYet."""

    def refused() -> int:
        return sum(not each.taken for each in world.warehouse.tried(deal.id))

    until(
        lambda: refused() >= times,
        "An event that is not taken is sent again.",
        lambda: f"order {deal.id}: {refused()} tries while the warehouse answers 500",
        SENT,
    )


def _is_whole(sent: Delivery) -> None:
    """Hold an event to its form. Raises NotYet."""
    if not isinstance(sent.body.get("id"), str) or not sent.id:
        raise NotYet("The id of an event is a text.", f"got {sent.body}", SENT)
    try:
        moment = datetime.fromisoformat(str(sent.body.get("created_at")))
    except ValueError:
        moment = datetime.min
    if moment.utcoffset() is None:
        raise NotYet("created_at is a moment in ISO 8601 with an offset.", f"got {sent.body}", SENT)
