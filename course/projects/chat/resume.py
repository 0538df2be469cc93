"""Stage 6: connections break, servers restart, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from course.projects.chat.messages import say_many
from course.projects.chat.seat import Seat
from course.projects.chat.world import World, hello
from course.projects.talk import CUT
from course.projects.wire import at_once

ENDS = (1000, 1001, 1005, CUT, 1011, 1012, 1013)  # of a server that ends
BREAKS = 6


def resumes_after(world: World) -> None:
    """A client that comes again with `after` gets what it missed, in order, then what is new."""
    room, (ann, ben) = world.room(1)
    seat, away = world.seat(ann, room), world.seat(ben, room)
    texts = world.words(7)
    say_many(seat, texts[:3])
    away.texts(3)
    away.talk.cut()
    say_many(seat, texts[3:6])
    again = world.seat(ben, room, after=3)
    if again.welcome.get("latest") != 6:
        raise again.talk.not_yet("A welcome says the number of the latest message.")
    seat.send(texts[6], world.word())
    has_texts(again, texts[3:])


def remembers_acknowledgements(world: World) -> None:
    """`ack` is stored for the member: a `hello` without `after` goes on behind it, on any connection."""
    room, (ann, ben) = world.room(1)
    texts = say_many(world.seat(ann, room), world.words(6))
    seat, other = world.seat(ben, room), world.seat(ben, room)
    seat.texts(6)
    for place, sent, stored in ((seat, 2, 2), (other, 4, 4), (seat, 3, 4), (seat, 0, 4)):
        if (got := place.ack(sent)) != stored:
            why = "An ack is answered with the highest number that the member has acknowledged."
            raise place.talk.not_yet(why, f"expected {stored}, got {got}")
    for number in (7, -1, 10**30, 2.5, True, None):
        seat.refused({"type": "ack", "number": number}, "invalid", "There is no message with this number.")
    for place in (seat, other):
        place.talk.cut()
    has_texts(world.seat(ben, room, last=4), texts[4:])
    has_texts(world.seat(ann, room), texts)


def begins_at_the_beginning(world: World) -> None:
    """A client without `after`, whose user acknowledged nothing, gets all from the first on."""
    room, (ann, ben) = world.room(1)
    texts = world.words(130)
    for user, first in ((ann, 0), (ben, 65)):
        say_many(world.seat(user, room), texts[first : first + 65])
    late = world.stranger()
    ann.send("PUT", f"/rooms/{room}/members/{late.name}").must(200)
    has_texts(world.seat(late, room), texts)


def resumes_while_others_talk(world: World) -> None:
    """Somebody whose connection breaks again and again, while others talk, misses nothing."""
    room, (ann, ben, *others) = world.room(4)
    talkers = [world.seat(each, room) for each in others]
    words = [world.words(20) for _ in talkers]
    total, has = 20 * len(talkers), list[str | None]()
    with ThreadPoolExecutor(len(talkers)) as pool:
        talking = [pool.submit(_talk_on, seat, own) for seat, own in zip(talkers, words, strict=True)]
        for each in range(BREAKS):
            seat = world.seat(ben, room, after=len(has))
            upto = min(len(has) + world.random.randrange(1, 11), total) if each < BREAKS - 1 else total
            has += seat.texts(upto)
            seat.talk.cut()
        for one in talking:
            one.result(300)
    if has != world.seat(ann, room, after=0).texts(total):
        raise seat.talk.not_yet("What came on all connections together is what was sent, in order.")


def takes_a_send_again(world: World) -> None:
    """A client that does not know whether its message was stored sends it again: it is stored once."""
    room, (ann, ben) = world.room(1)
    other, ids = world.seat(ben, room), world.words(6)
    for number, client_id in enumerate(ids, start=1):
        talk = world.talk(room)
        talk.say(hello(ann.token))
        talk.say({"type": "send", "client_id": client_id, "text": client_id})
        if number % 2:  # it was stored, and the sender was never told; else nobody knows
            other.message(number)
        talk.cut()
        if (got := world.seat(ann, room).send(client_id, client_id)) != number:
            raise talk.not_yet("Sent again, it has the number of the first time.", f"stored: {got}")
    has_texts(world.seat(ben, room), ids)


def survives_a_restart(world: World) -> None:
    """On SIGTERM connections end; after the restart tokens are valid, and clients go on where they were."""
    host, (room, (ann, ben)) = world.own, world.room(1)
    seats = [world.seat(ann, room), world.seat(ben, room)]
    texts = say_many(seats[0], world.words(3))
    seats[1].texts(2)
    host.stop()
    for seat in seats:
        seat.talk.closed(*ENDS, why="A server that ends closes its connections, or cuts them.")
    host.start()
    texts += say_many(world.seat(ann, room, after=3), world.words(2))
    has_texts(world.seat(ben, room, after=2), texts[2:])


def survives_a_power_cut(world: World) -> None:
    """What was answered with `stored` is there after the process was killed, with its number."""
    host, (room, people) = world.own, world.room(3)
    seats = [world.seat(each, room) for each in people]
    words = [world.words(6) for _ in seats]
    at_once([partial(say_many, seat, own) for seat, own in zip(seats, words, strict=True)])
    host.kill()
    host.start()
    texts = world.seat(people[0], room, after=0).texts(24)
    if sorted(map(str, texts)) != sorted(word for own in words for word in own):
        raise seats[0].talk.not_yet("Each message that was stored is there, once.")


def has_texts(seat: Seat, wanted: list[str]) -> None:
    """Hold a connection to the texts that come after what it had."""
    if (got := seat.texts(seat.last + len(wanted) - _come(seat))) != wanted:
        why = "What was missed comes in order, beginning behind what the client has."
        raise seat.talk.not_yet(why, f"expected {', '.join(wanted)}; got {', '.join(map(str, got))}")


def _come(seat: Seat) -> int:
    """How many messages have come on this connection."""
    return sum(each["type"] == "message" for each in seat.told)


def _talk_on(seat: Seat, texts: list[str]) -> None:
    for text in texts:
        seat.send(text, text)
