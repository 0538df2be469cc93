"""What each requirement of Chat gets: users, rooms, connections, workers, and values that differ."""

import functools
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from course.projects.base_world import BaseWorld
from course.projects.chat.seat import Seat
from course.projects.host import Host
from course.projects.services import PostgresDatabase, Service, ValkeyServer
from course.projects.talk import Talk
from course.projects.wire import Reply, Wire

_SHARED = 8  # rooms of one owner; the limit is 20
_known: WeakKeyDictionary[Wire, "Known"] = WeakKeyDictionary()


@dataclass(frozen=True)
class User:
    """Somebody who is registered and logged in."""

    wire: Wire
    name: str
    password: str
    token: str

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """A request in their name."""
        return self.wire.send(method, path, token=self.token, **request)

    def room(self, name: str = "Tea", *, private: bool = False) -> Reply:
        """The response to a new room of theirs, which is a 201. Raises NotYet."""
        body = {"name": name, "private": private}
        return self.send("POST", "/rooms", json=body).must(201, why="A room is created.")


@dataclass
class Known:
    """People whom requirements share: a password costs its time. `rooms`: of the latest owner."""

    guests: list[User] = field(default_factory=list)
    stranger: User | None = None
    owner: User | None = None
    rooms: int = 0


@dataclass
class World(BaseWorld):
    """A server, its client, and the connections to it."""

    talks: list[Talk] = field(default_factory=list)

    def second(self) -> Host:
        """A second worker beside it, which runs. Raises NotTried at an address."""
        worker = self.own.worker("second")
        worker.start()
        return worker

    def form(self) -> dict[str, str]:
        """What somebody registers with."""
        return {"name": self.word(), "password": f"not-a-real-{self.word()}"}

    def register(self, form: object) -> Reply:
        """The response to a registration."""
        return self.wire.send("POST", "/auth/register", json=form)

    def login(self, name: str, password: str) -> Reply:
        """The response to a login."""
        return self.wire.send("POST", "/auth/token", data={"username": name, "password": password})

    def user(self) -> User:
        """Somebody new who is logged in. Raises NotYet where that fails."""
        form = self.form()
        self.register(form).must(201, why="Somebody registers.")
        reply = self.login(form["name"], form["password"]).must(200, why="Somebody logs in.")
        return User(self.wire, form["name"], form["password"], str(reply["access_token"]))

    def guests(self, number: int) -> list[User]:
        """People who are logged in; they may be members of rooms of other requirements."""
        known = _known.setdefault(self.wire, Known())
        while len(known.guests) < number:
            known.guests.append(self.user())
        return known.guests[:number]

    def owner(self) -> User:
        """Somebody who may make some rooms."""
        known = _known.setdefault(self.wire, Known())
        if known.owner is None or known.rooms >= _SHARED:
            known.owner, known.rooms = self.user(), 0
        known.rooms += 1
        return known.owner

    def room(self, guests: int = 0, *, private: bool = False) -> tuple[int, list[User]]:
        """The id of a new room, and its members: first its owner, then so many guests."""
        people = [self.owner(), *self.guests(guests)]
        made = people[0].room(self.word(), private=private)
        room = int(made["id"])
        for guest in people[1:]:
            join = f"/rooms/{room}/members/{guest.name}"
            people[0].send("PUT", join).must(200, why="The owner invites somebody.")
        return room, people

    def stranger(self) -> User:
        """Somebody who is no guest."""
        known = _known.setdefault(self.wire, Known())
        known.stranger = known.stranger or self.user()
        return known.stranger

    def talk(self, room: int, at: Host | None = None, *, slow: bool = False) -> Talk:
        """A connection to a room that has said nothing yet. `at`: another worker."""
        place = at.place if at else self.wire.place
        talk = Talk(place, f"/rooms/{room}/live", patience=self.wire.patience, slow=slow)
        self.talks.append(talk)
        return talk

    def seat(self, user: User, room: int, at: Host | None = None, **given: Any) -> Seat:
        """Somebody in a room who was welcomed; `after`: what they have, `last`: what they acknowledged.

        Raises NotYet.
        """
        talk = self.talk(room, at, slow=given.get("slow", False))
        after = given.get("after")
        talk.say(hello(user.token, after))
        return Seat(talk, user.name, given.get("last", 0) if after is None else after)

    def ask(self, at: Host, user: User, method: str, path: str, **request: Any) -> Reply:
        """A request to another worker."""
        with closing(Wire(at.place)) as wire:
            return wire.send(method, path, token=user.token, **request)

    def token_until(self, user: User, seconds: float) -> str:
        """Somebody's token, with another end, signed anew. Raises NotTried at an address."""
        import jwt

        claims = jwt.decode(user.token, options={"verify_signature": False})
        kind = jwt.get_unverified_header(user.token)
        end = int(datetime.now(UTC).timestamp() + seconds)
        return jwt.encode({**claims, "exp": end}, self.own.secret, "HS256", headers=kind)


def hello(token: str, after: object = None) -> dict[str, Any]:
    """The first frame of a client."""
    return {"type": "hello", "token": token, **({} if after is None else {"after": after})}


def services() -> list[Service]:
    """What the project is given."""
    return [PostgresDatabase(), ValkeyServer()]


def tidy(deeds: Sequence[Callable[[World], None]]) -> list[Callable[[World], None]]:
    """The same requirements; each cuts its connections when it ends, however it ends."""
    return [_tidied(each) for each in deeds]


def _tidied(deed: Callable[[World], None]) -> Callable[[World], None]:
    @functools.wraps(deed)
    def tidied(world: World) -> None:
        try:
            deed(world)
        finally:
            for talk in world.talks:
                talk.cut()

    return tidied
