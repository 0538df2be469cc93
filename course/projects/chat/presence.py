"""Stage 7: who is there, and who types."""

from course.projects.chat.rooms import last, members
from course.projects.chat.seat import Seat
from course.projects.chat.world import World
from course.projects.host import Host


def tells_who_is_there(world: World) -> None:
    """When somebody comes or goes, the others get `presence`; lists of members say who is online."""
    room, (ann, ben) = world.room(1)
    seat = world.seat(ann, room)
    came = world.seat(ben, room)
    if came.welcome.get("online") != sorted([ann.name, ben.name]):
        raise came.talk.not_yet("A welcome names all who are online, in the order of the alphabet.")
    seat.sees(ben.name, True)
    _is_online(world, room, {ann.name: True, ben.name: True})
    came.talk.close()
    seat.sees(ben.name, False)
    _is_online(world, room, {ann.name: True, ben.name: False})
    world.seat(ben, room)
    seat.sees(ben.name, True)


def counts_connections(world: World) -> None:
    """Somebody with two connections is online until both have ended, by a close, or by a cut without one."""
    room, (ann, ben) = world.room(1)
    seat, two = world.seat(ann, room), [world.seat(ben, room), world.seat(ben, room)]
    stays_online(world, seat, two, ben.name)
    cut = world.seat(ben, room)
    seat.sees(ben.name, True)
    cut.talk.cut()
    seat.sees(ben.name, False)


def stays_online(world: World, seat: Seat, two: list[Seat], name: str) -> None:
    """Hold the presence of somebody to both of their connections."""
    seat.sees(name, True)
    two[0].talk.close()
    for _ in range(3):  # what would be said of the first connection, is said before these
        seat.message(two[1].send(world.word(), world.word()))
    why = "Nobody is said to be offline who has a connection that lives."
    seat.never(why, type="presence", name=name, online=False)
    two[1].talk.close()
    seat.sees(name, False)


def passes_typing_on(world: World) -> None:
    """`typing` comes to the others in the room, to no connection of the sender, and to no other room."""
    room, (ann, ben, carl) = world.room(2)
    own, seats = (
        [world.seat(ann, room), world.seat(ann, room)],
        [world.seat(each, room) for each in (ben, carl)],
    )
    elsewhere = int(ann.room()["id"])
    ann.send("PUT", f"/rooms/{elsewhere}/members/{ben.name}").must(200)
    there = world.seat(ben, elsewhere)
    typing_stays_away(world, own, seats[0])
    seats[1].hears("The others are told who types.", type="typing", name=ann.name)
    there.message(there.send(world.word(), world.word()))
    there.never("Typing stays in its room.", type="typing")


def stores_no_typing(world: World) -> None:
    """A client that connects later hears nothing of it: typing is stored nowhere and takes no number."""
    room, (ann, ben, carl) = world.room(2)
    seat, other = world.seat(ann, room), world.seat(ben, room)
    seat.talk.say({"type": "typing"})
    other.hears("The others are told who types.", type="typing", name=ann.name)
    if (number := seat.send(world.word(), world.word())) != 1:
        raise seat.talk.not_yet("Typing takes no number.", f"the first message has {number}")
    late = world.seat(carl, room, after=0)
    late.message(other.send(world.word(), world.word()))
    late.never("Typing is of the moment.", type="typing")


def typing_stays_away(world: World, own: list[Seat], other: Seat) -> None:
    """Hold somebody's typing to the connections of others alone."""
    own[0].talk.say({"type": "typing"})
    other.hears("The others are told who types.", type="typing", name=own[0].name)
    number = other.send(world.word(), world.word())
    for seat in own:
        seat.message(number)
        seat.never("Typing comes to no connection of the one who types.", type="typing", name=seat.name)


def _is_online(world: World, room: int, wanted: dict[str, bool], at: Host | None = None) -> None:
    user = world.guests(1)[0]
    found = {name: each[2] for name, each in members(user, room).items()}
    if found != wanted:
        raise last(user, "The list of members says who is online.", f"expected {wanted}, got {found}")
