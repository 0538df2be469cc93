"""Stage 7, too: what is deleted, and who is mute, kicked or banned."""

from course.projects.chat.resume import has_texts
from course.projects.chat.seat import Seat
from course.projects.chat.world import User, World, hello

GONE = "A user who is no longer a member has no connection."


def deletes_messages(world: World) -> None:
    """Its author, a moderator or the owner deletes a message: all get `deleted`; its place stays."""
    room, (ann, ben, carl) = world.room(2)
    seat, other = world.seat(ben, room), world.seat(ann, room)
    path = f"/rooms/{room}/messages/"
    for _ in range(5):
        seat.send(world.word(), world.word())
    carl.send("DELETE", f"{path}2").problem(403, why="A plain member deletes no message of somebody else.")
    ann.send("PATCH", f"/rooms/{room}/members/{carl.name}", json={"role": "moderator"}).must(200)
    for number, user in ((2, ben), (2, ben), (3, carl), (4, ann)):  # the second time it is a 204, too
        user.send("DELETE", f"{path}{number}").must(204)
    for each in (seat, other):
        for number in (2, 3, 4):
            each.has_heard("All are told that a message is deleted.", type="deleted", number=number)
    page = ann.send("GET", path[:-1]).must(200)
    wanted = [(each, each in (2, 3, 4), each in (2, 3, 4)) for each in range(5, 0, -1)]
    if [(each["number"], each["deleted"], each["text"] is None) for each in page.items] != wanted:
        raise page.not_yet("A deleted message keeps its place: text is null, deleted is true.")
    late = world.seat(ann, room, after=1)
    if (frame := late.message(2)).get("deleted") is not True or frame.get("text") is not None:
        raise late.talk.not_yet("A deleted message that was missed comes without its text.")
    late.message(5)
    ben.send("DELETE", f"{path}6").problem(404)


def mutes(world: World) -> None:
    """A muted member reads on, but a `send` is the error `muted`; only a higher rank mutes, and unmutes."""
    room, (ann, ben, carl) = world.room(2)
    seat, other = world.seat(ben, room), world.seat(ann, room)
    path = f"/rooms/{room}/members/{ben.name}"
    carl.send("PATCH", path, json={"muted": True}).problem(403)
    ann.send("PATCH", path, json={"muted": True}).must(200).is_("muted", True)
    send = {"type": "send", "client_id": world.word(), "text": world.word()}
    seat.refused(send, "muted", "A muted member sends nothing.")
    ben.send("PATCH", path, json={"muted": False}).problem(403, why="Nobody unmutes themselves.")
    seat.message(other.send(world.word(), world.word()))
    ann.send("PATCH", path, json={"muted": False}).must(200).is_("muted", False)
    if seat.send(str(send["text"]), str(send["client_id"])) != 2:
        raise seat.talk.not_yet("What was refused was not stored.")


def closes_connections_of_the_kicked(world: World) -> None:
    """After a kick or a leave, all their connections to the room are closed with 3003, and no others."""
    room, (ann, ben, carl) = world.room(2)
    other = int(ann.room()["id"])
    ann.send("PUT", f"/rooms/{other}/members/{ben.name}").must(200)
    stays = [(ann, room, world.seat(ann, room)), (ben, other, world.seat(ben, other))]
    two = [world.seat(ben, room), world.seat(ben, room)]
    left = world.seat(carl, room)
    ann.send("DELETE", f"/rooms/{room}/members/{ben.name}").must(204)
    carl.send("DELETE", f"/rooms/{room}/members/{carl.name}").must(204)
    for seat in (*two, left):
        seat.talk.closed(3003, why=GONE)
    for _, _, seat in stays:
        seat.send(world.word(), world.word())


def bans(world: World) -> None:
    """A ban closes all connections with 3003; a banned user cannot join, be invited, read or connect."""
    room, (ann, ben) = world.room(1)
    other, seats = world.seat(ann, room), [world.seat(ben, room), world.seat(ben, room)]
    ann.send("PATCH", f"/rooms/{room}/members/{ben.name}", json={"role": "moderator"}).must(200)
    ban_ends(world, room, ann, ben, seats)
    other.sees(ben.name, False)
    for _ in range(2):
        ann.send("DELETE", f"/rooms/{room}/bans/{ben.name}").must(204, why="A ban is lifted if there is one.")
    ben.send("GET", f"/rooms/{room}/messages").problem(403, why="They are no member until they join.")
    ben.send("PUT", f"/rooms/{room}/members/{ben.name}").must(200).is_("role", "member")
    text = world.word()
    world.seat(ben, room).send(text, world.word())
    has_texts(other, [text])


def ban_ends(world: World, room: int, owner: User, user: User, seats: list[Seat]) -> None:
    """Ban somebody and hold the server to the end of their connections, and of their rights."""
    for _ in range(2):
        owner.send("PUT", f"/rooms/{room}/bans/{user.name}").must(204, why="A second ban is a 204, too.")
    for seat in seats:
        seat.talk.closed(3003, why=GONE)
    path = f"/rooms/{room}/members/{user.name}"
    user.send("PUT", path).problem(403, why="A banned user cannot join.")
    owner.send("PUT", path).problem(403, why="A banned user cannot be invited.")
    user.send("GET", f"/rooms/{room}/messages").problem(403)
    talk = world.talk(room)
    talk.say(hello(user.token))
    talk.closed(3003)


def bans_by_rank(world: World) -> None:
    """Only the owner and moderators ban and lift bans, and nobody of their own rank, or above."""
    room, (ann, ben, carl, dora) = world.room(3)
    path, stranger = f"/rooms/{room}/bans/", world.stranger()
    for name in (ben.name, carl.name):
        ann.send("PATCH", f"/rooms/{room}/members/{name}", json={"role": "moderator"}).must(200)
    for name in (stranger.name, ben.name, ann.name):
        dora.send("PUT", path + name).problem(403)
    for name in (ann.name, carl.name):
        ben.send("PUT", path + name).problem(403)
    ben.send("PUT", path + world.word()).problem(404, why="Nobody has this name.")
    ben.send("PUT", path + stranger.name).must(204, why="A user who is no member can be banned, too.")
    stranger.send("PUT", f"/rooms/{room}/members/{stranger.name}").problem(403)
    dora.send("DELETE", path + stranger.name).problem(403)
    ben.send("PUT", path + dora.name).must(204)
