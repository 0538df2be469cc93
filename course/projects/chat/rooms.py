"""Stage 3: rooms, and who belongs to them."""

from functools import partial
from typing import Any

from course.projects.chat.world import User, World
from course.projects.wire import Reply, at_once

FAR = 2_000_000_000  # no room has this id
MOST = 20
AT_ONCE = 6


def creates_rooms(world: World) -> None:
    """`POST /rooms` is a 201 with the room and `Location`; its name is trimmed, its owner a member."""
    user, name = world.owner(), world.word()
    made = user.send("POST", "/rooms", json={"name": f"  {name} "}).must(201)
    made.header("location")
    read = user.send("GET", f"/rooms/{made['id']}").must(200)
    for reply in (made, read):
        reply.is_("name", name).is_("private", False).is_("owner", user.name).is_("latest", 0)
    user.room("é" * 80, private=True).is_("private", True)
    owner = members(user, int(made["id"]))
    if owner != {user.name: ("owner", False, False)}:
        raise last(user, "Whoever makes a room is its owner.", f"got {owner}")


def refuses_odd_rooms(world: World) -> None:
    """A room without a name, with one of over 80 characters, or with an unknown field is a 422."""
    user, name = world.owner(), world.word()
    wrong: list[Any] = [{}, {"name": " "}, {"name": "x" * 81}, {"name": None}, {"name": name, "private": 7}]
    for body in [*wrong, {"name": name, "owner": user.name}, [name]]:
        user.send("POST", "/rooms", json=body).problem(422)
    user.send("GET", f"/rooms/{FAR}").problem(404)


def lets_people_join(world: World) -> None:
    """`PUT …/members/{own name}` joins a room that is not private; `GET /rooms` has one's own rooms by id."""
    ann, ben = world.owner(), world.user()
    ids = [int(ann.room(name)["id"]) for name in world.words(3)]
    ben.send("GET", f"/rooms/{ids[0]}").must(200, why="Everybody sees a room that is not private.")
    for room in (ids[2], ids[0]):
        replies = at_once([partial(ben.send, "PUT", f"/rooms/{room}/members/{ben.name}")] * AT_ONCE)
        for reply in replies:
            reply.must(200, why="Whoever is a member already is answered in the same way.")
            reply.is_("name", ben.name).is_("role", "member").is_("muted", False)
    own = ben.send("GET", "/rooms").must(200)
    if (found := [each["id"] for each in own.items]) != sorted([ids[0], ids[2]]):
        raise own.not_yet("", f"expected the rooms {sorted([ids[0], ids[2]])}, got {found}")
    if list(names := members(ann, ids[0])) != sorted([ann.name, ben.name]):
        raise last(ann, "Members are listed by name, each once.", f"got {', '.join(names)}")


def hides_private_rooms(world: World) -> None:
    """For others a private room is a 404, whatever they try; in one that is not private they are a 403."""
    (open_, people), eve = world.room(1), world.user()
    hidden = int(people[0].room(private=True)["id"])
    tries = [
        ("GET", "/members"),
        ("GET", "/messages"),
        ("PUT", f"/bans/{people[1].name}"),
        ("DELETE", f"/members/{people[1].name}"),
    ]
    for room, status in ((open_, 403), (hidden, 404), (FAR, 404)):
        for method, path in tries:
            eve.send(method, f"/rooms/{room}{path}").problem(status)
    for path in (f"/rooms/{hidden}", f"/rooms/{FAR}"):
        eve.send("GET", path).problem(404)
        eve.send("PUT", f"{path}/members/{eve.name}").problem(404, why="Nobody joins a private room.")
    if found := eve.send("GET", "/rooms").must(200).items:
        raise last(eve, "The list has one's own rooms alone.", f"got {len(found)}")


def invites(world: World) -> None:
    """The owner and moderators make somebody a member by `PUT`; a plain member who tries is a 403."""
    room, (ann, ben, carl) = world.room(2, private=True)
    dora, eve = world.guests(4)[2:]
    path = f"/rooms/{room}/members/"
    ben.send("PUT", path + dora.name).problem(403)
    ann.send("PUT", path + world.word()).problem(404, why="Nobody has this name.")
    ann.send("PUT", path + dora.name).must(200).is_("name", dora.name).is_("role", "member")
    dora.send("GET", f"/rooms/{room}").must(200, why="An invited user is a member at once.")
    ann.send("PATCH", path + carl.name, json={"role": "moderator"}).must(200)
    carl.send("PUT", path + eve.name).must(200, why="A moderator invites.")


def gives_roles(world: World) -> None:
    """The owner makes members moderators, and back; a moderator who tries is a 403."""
    room, (ann, ben, carl) = world.room(2)
    path = f"/rooms/{room}/members/"
    reply = ann.send("PATCH", path + ben.name, json={"role": "moderator"}).must(200)
    reply.is_("name", ben.name).is_("role", "moderator")
    ben.send("PATCH", path + carl.name, json={"role": "moderator"}).problem(403)
    ann.send("PATCH", path + ann.name, json={"role": "member"}).problem(403, why="The owner stays the owner.")
    ann.send("PATCH", path + world.stranger().name, json={"role": "moderator"}).problem(404)
    for body in ({"role": "owner"}, {"role": None}, {"muted": "perhaps"}, {"name": world.word()}):
        ann.send("PATCH", path + carl.name, json=body).problem(422)
    ann.send("PATCH", path + ben.name, json={"role": "member"}).must(200).is_("role", "member")
    roles = {name: each[0] for name, each in members(ann, room).items()}
    if roles != {ann.name: "owner", ben.name: "member", carl.name: "member"}:
        raise last(ann, "Each has the role that they were given.", f"got {roles}")


def lets_people_leave(world: World) -> None:
    """A member leaves by `DELETE` with their own name: 204; the owner cannot: 409."""
    room, (ann, ben) = world.room(1, private=True)
    ann.send("DELETE", f"/rooms/{room}/members/{ann.name}").problem(409)
    ben.send("DELETE", f"/rooms/{room}/members/{ben.name}").must(204)
    ben.send("GET", f"/rooms/{room}").problem(
        404, why="A user who has left a private room no longer sees it."
    )
    if list(found := members(ann, room)) != [ann.name]:
        raise last(ann, "A user who has left is no member.", f"got {', '.join(found)}")


def kicks(world: World) -> None:
    """The owner and moderators kick somebody of a lower rank: 204; everybody else is a 403."""
    room, (ann, ben, carl, dora) = world.room(3)
    path = f"/rooms/{room}/members/"
    for name in (ben.name, carl.name):
        ann.send("PATCH", path + name, json={"role": "moderator"}).must(200)
    dora.send("DELETE", path + ben.name).problem(403)
    for name in (ann.name, carl.name):
        ben.send("DELETE", path + name).problem(
            403, why="A moderator kicks nobody of the same rank, or above."
        )
    ben.send("DELETE", path + dora.name).must(204)
    ann.send("DELETE", path + dora.name).problem(404, why="A user who is no member cannot be kicked.")
    ann.send("DELETE", path + carl.name).must(204)
    if list(found := members(ann, room)) != sorted([ann.name, ben.name]):
        raise last(ann, "A user who was kicked is no member.", f"got {', '.join(found)}")


def limits_rooms(world: World) -> None:
    """Somebody owns at most 20 rooms, also when all are made at the same moment; one more is a 409."""
    user = world.user()
    for name in world.words(MOST - 4):
        user.room(name)
    calls = [partial(user.send, "POST", "/rooms", json={"name": name}) for name in world.words(8)]
    made = [reply.must(201, 409).status for reply in at_once(calls)].count(201)
    if made != 4:
        raise last(user, f"Of 8 rooms at once after {MOST - 4}, 4 are a 201.", f"got {made}")
    user.send("POST", "/rooms", json={"name": world.word()}).problem(409)


def members(user: User, room: int) -> dict[str, tuple[str, bool, bool]]:
    """The members of a room in the order of the list: role, muted, online. Raises NotYet."""
    reply = user.send("GET", f"/rooms/{room}/members").must(200)
    return {str(each["name"]): (each["role"], each["muted"], each["online"]) for each in reply.items}


def last(user: User, why: str, got: str) -> Exception:
    """What to raise where the latest response is not what the contract says."""
    reply: Reply | None = user.wire.last
    assert reply is not None
    return reply.not_yet(why, got)
