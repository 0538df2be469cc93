"""Stage 8: two workers, Valkey that goes away, or is not there at all."""

from contextlib import closing

from course.projects.chat.messages import limits_bursts, numbers_evenly, say_many, stores_both_once
from course.projects.chat.moderation import ban_ends
from course.projects.chat.presence import stays_online, typing_stays_away
from course.projects.chat.resume import has_texts
from course.projects.chat.stubborn import Stubborn
from course.projects.chat.world import World
from course.projects.host import Host
from course.projects.services import ValkeyServer
from course.projects.wire import Wire

KILLED = 90.0  # seconds to wait for what may take 30


def carries_messages(world: World) -> None:
    """What is said at one worker comes to all at the other one; numbers have no gap, and one order."""
    room, people = world.room(5)
    places = [None, world.second()]
    seats = [world.seat(each, room, places[i % 2]) for i, each in enumerate(people)]
    numbers_evenly(world, seats)
    # Up to here a worker that began to listen late may have looked up what it had missed.
    for seat in seats[:2]:
        number = seat.send(world.word(), world.word())
        for each in seats:
            each.message(number)


def stores_once_across_workers(world: World) -> None:
    """The same `client_id` at both workers at the same moment is stored once."""
    room, (ann, _) = world.room(1)
    stores_both_once(world, [world.seat(ann, room), world.seat(ann, room, world.second())], 1)


def limits_rates_across_workers(world: World) -> None:
    """The limit of 100 messages in 10 seconds counts what is sent at both workers together."""
    room, (ann, _) = world.room(1)
    limits_bursts(world, [world.seat(ann, room), world.seat(ann, room, world.second())], 70)


def knows_who_is_there_across_workers(world: World) -> None:
    """Presence and typing hold across workers: a connection to any of them counts."""
    room, (ann, ben) = world.room(1)
    second = world.second()
    seat, two = world.seat(ann, room), [world.seat(ben, room), world.seat(ben, room, second)]
    typing_stays_away(world, two, seat)
    two[1].talk.say({"type": "typing"})
    seat.hears("What is typed at one worker is told at the other one.", type="typing", name=ben.name)
    stays_online(world, seat, two, ben.name)
    world.seat(ben, room, second)
    seat.sees(ben.name, True)


def bans_across_workers(world: World) -> None:
    """A ban closes the connections of the user at both workers."""
    room, (ann, ben) = world.room(1)
    ban_ends(world, room, ann, ben, [world.seat(ben, room), world.seat(ben, room, world.second())])


def notices_a_killed_worker(world: World) -> None:
    """Users of a killed worker go offline, unless they are at another one, too, and miss nothing."""
    room, (ann, ben, carl) = world.room(2)
    second = world.second()
    seat, stays = world.seat(ann, room), world.seat(carl, room)
    texts = say_many(seat, world.words(3))
    for user in (ben, carl):
        gone = world.seat(user, room, second, after=0)
        gone.texts(3)
        seat.sees(user.name, True)
    second.kill()
    texts += say_many(seat, world.words(3))
    seat.sees(ben.name, False, within=KILLED)
    stays.send(world.word(), world.word())
    seat.never(
        "A user who has another connection stays online.", type="presence", name=carl.name, online=False
    )
    has_texts(world.seat(ben, room, after=3), texts[3:])
    seat.sees(ben.name, True)


def survives_valkey(world: World) -> None:
    """Valkey goes away and comes back: what was stored is there, and all get it, in order."""
    valkey = world.own.service(ValkeyServer).valkey
    room, (ann, ben) = world.room(1)
    writer, reader = Stubborn(world, ann, room), Stubborn(world, ben, room, world.second())
    texts = world.words(12)
    writer.send(texts[0])
    reader.reads(1)
    try:
        valkey.stop()
        for text in texts[1:5]:
            writer.send(text)
        valkey.start()
        writer.send(texts[5])
        valkey.stop()
        writer.send(texts[6])
    finally:
        valkey.start()
    reader.reads(7)
    for text in texts[7:]:
        writer.send(text)
    reader.reads(12)
    if (got := reader.texts) != texts:
        raise reader.seat.talk.not_yet("All get what was stored, in order.", f"got {got}")


def works_without_valkey(world: World) -> None:
    """With an empty VALKEY_URL two workers do all this as well: messages, presence, typing, bans."""
    first, second = (world.own.worker(name, VALKEY_URL="") for name in ("first alone", "second alone"))
    try:
        for each in (first, second):
            each.start()
        with closing(Wire(first.place)) as wire:
            _without_valkey(World(wire, world.random, world.host, world.talks), second)
    finally:
        for each in (first, second):
            each.stop()


def _without_valkey(world: World, second: Host) -> None:
    room, (ann, ben, carl) = world.room(2)
    seat, two = world.seat(ann, room), [world.seat(ben, room, second), world.seat(ben, room)]
    seat.sees(ben.name, True)
    typing_stays_away(world, two, seat)
    both = [world.seat(carl, room, after=1), world.seat(carl, room, second, after=1)]
    for number in range(2, 8):
        text = world.word()
        both[number % 2].send(text, text)
        if both[1 - number % 2].message(number)["text"] != text:
            raise both[0].talk.not_yet("Both workers have the same messages.")
    ban_ends(world, room, ann, ben, two)
    seat.sees(ben.name, False)
