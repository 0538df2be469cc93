"""Stage 4: a WebSocket, who may have one, and for how long."""

from course.projects.chat.rooms import FAR
from course.projects.chat.world import World, hello
from course.projects.common import forged
from course.projects.talk import CUT

LARGE = 70_000  # bytes; the limit is 65,536
SMALLER = 60_000


def welcomes(world: World) -> None:
    """A `hello` with the token of a member is answered with `welcome`: room, name, latest, online."""
    room, (ann, _) = world.room(1)
    seat = world.seat(ann, room)
    wanted = {"room": room, "name": ann.name, "latest": 0, "online": [ann.name]}
    for name, value in wanted.items():
        if seat.welcome.get(name) != value:
            got = f"{name}: expected {value}, got {seat.welcome.get(name)}"
            raise seat.talk.not_yet("A welcome has room, name, latest and online.", got)


def refuses_bad_tokens(world: World) -> None:
    """A token that is forged or has expired closes the connection with 3000."""
    room, (ann, _) = world.room(1)
    for what, token in forged(world, ann.token).items():
        talk = world.talk(room)
        talk.say(hello(token))
        talk.closed(3000, why=f"A token is refused: {what}.")


def refuses_strangers(world: World) -> None:
    """A user who is no member is closed with 3003, in any room, and also where no room is."""
    (open_, people), eve = world.room(1), world.stranger()
    hidden = int(people[0].room(private=True)["id"])
    for room in (open_, hidden, FAR):
        talk = world.talk(room)
        talk.say(hello(eve.token))
        talk.closed(3003)


def wants_a_hello(world: World) -> None:
    """A first frame that is no `hello` closes the connection with 1008."""
    room, (ann, _) = world.room(1)
    right = hello(ann.token)
    for wrong in (
        world.word(),
        [right],
        {"type": "typing"},
        {"type": "hello"},
        {**right, "type": world.word()},
        {**right, "after": -1},
        {**right, "after": world.word()},
    ):
        talk = world.talk(room)
        talk.say(wrong)
        talk.closed(1008)


def waits_ten_seconds(world: World) -> None:
    """A client that says no `hello` within 10 seconds is closed with 3008."""
    room, _ = world.room(0)
    world.talk(room).closed(3008)


def ends_with_the_token(world: World) -> None:
    """A connection is closed with 3000 when its token expires, however much it is used."""
    room, (ann, _) = world.room(1)
    talk = world.talk(room)
    talk.say(hello(world.token_until(ann, 4)))
    talk.say({"type": "ack", "number": 0})
    talk.closed(3000, why="When the token expires, the connection is closed.")


def refuses_odd_frames(world: World) -> None:
    """A frame that is not one of the contract is the error `invalid`, and the connection goes on."""
    room, (ann, _) = world.room(1)
    seat = world.seat(ann, room)
    send = {"type": "send", "client_id": world.word(), "text": world.word()}
    for wrong in (
        world.word(),
        "{",
        [send],
        {"type": world.word()},
        {"text": "no type"},
        {"type": "send", "client_id": world.word()},
        {**send, "text": 7},
        {**send, "room": room},
        {"type": "ack", "number": "1"},
        {"type": "ack"},
    ):
        seat.refused(wrong, "invalid", "What is no frame of the contract is the error invalid.")
    if seat.send(world.word(), world.word()) != 1:
        raise seat.talk.not_yet("What was refused is not stored.")


def refuses_large_frames(world: World) -> None:
    """A frame of more than 65,536 bytes closes the connection with 1009; others go on."""
    room, (ann, ben) = world.room(1)
    other, seat = world.seat(ben, room), world.seat(ann, room)
    frame = {"type": "send", "client_id": world.word(), "text": "x" * SMALLER}
    seat.refused(frame, "invalid", "A frame of 60,000 bytes is read, and its text is too long.")
    seat.talk.say({**frame, "text": "x" * LARGE})
    seat.talk.closed(1009, CUT)  # what is not read of a frame may turn the end into a cut
    other.send(world.word(), world.word())
