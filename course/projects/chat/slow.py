"""Stage 8, too: somebody who does not read."""

from functools import partial

from course.projects.chat.seat import Gap, Seat
from course.projects.chat.world import World
from course.projects.outcome import NotYet
from course.projects.talk import CUT
from course.projects.wire import at_once

WRITERS, EACH = 4, 96
TOTAL = WRITERS * EACH
LONG = "😀" * 3900  # 15,600 bytes of UTF-8; all together more than a system keeps for one connection
DROPPED = 120.0  # seconds to wait for what may take 60
CLOSED = (1011, 1013, CUT)


def keeps_a_slow_reader_from_others(world: World) -> None:
    """While some read nothing, all others get their messages; then those go offline."""
    room, (ann, *guests) = world.room(WRITERS + 2)
    second = world.second()
    slow = [world.seat(guests[0], room, slow=True), world.seat(guests[1], room, second, slow=True)]
    places = [None, second]
    seats = [world.seat(each, room, places[i % 2]) for i, each in enumerate(guests[2:])]
    at_once([partial(_write, seat, world.words(EACH)) for seat in seats])
    for seat in seats:
        seat.texts(TOTAL)
    for seat in seats[:2]:
        for each in slow:
            seat.sees(each.name, False, within=DROPPED)
    late = world.seat(ann, room, after=TOTAL)
    late.send(world.word(), world.word())
    for seat in seats:
        seat.message(TOTAL + 1)


def loses_nothing_for_a_slow_reader(world: World) -> None:
    """A client that did not read for a while, and reads on or comes again, gets all, without a gap."""
    room, (_, ben, *writers) = world.room(WRITERS + 1)
    seat = world.seat(ben, room, slow=True)
    for number, user in enumerate(writers):  # one after the other: it must not take long
        writer = world.seat(user, room, after=number * EACH)
        _write(writer, world.words(EACH))
        writer.talk.cut()
    try:
        seat.texts(TOTAL)
    except Gap:
        raise
    except NotYet:
        if seat.talk.end not in CLOSED:
            raise
        seat = world.seat(ben, room, after=seat.last)
        seat.texts(TOTAL)


def _write(seat: Seat, ids: list[str]) -> None:
    for answer in seat.send_all({each: f"{each}{LONG}" for each in ids}):
        if answer["type"] != "stored":
            why = "While others do not read, a send is stored as always."
            raise seat.talk.not_yet(why, f"got {answer}")
