"""Connections: who may have one, for how long, who is there, and who types."""

import time

import jwt
import pytest

from app.security import SECRET
from conftest import Join, Person, hello, say, told


def test_who_may_come_in(ann: Person, ben: Person) -> None:
    path = ann.room(private=True)
    with ann.live(path) as socket:
        assert hello(ann, socket)["online"] == [ann.name]
    for place in (path, "/rooms/2000000000"):
        with ben.live(place) as socket:
            assert hello(ben, socket) == 3003
    with ben.live(path) as socket:
        socket.send_json({"type": "hello", "token": "none"})
        assert told(socket) == 3000


@pytest.mark.parametrize("first", ["Hi", {"type": "typing"}, {"type": "hello"}])
def test_a_hello_comes_first(ann: Person, first: object) -> None:
    with ann.live(ann.room()) as socket:
        socket.send_json(first)
        assert told(socket) == 1008


def test_a_token_that_expires_ends_it(ann: Person) -> None:
    claims = jwt.decode(ann.token, options={"verify_signature": False})
    soon = jwt.encode({**claims, "exp": time.time() + 2}, SECRET, "HS256")
    with ann.live(ann.room()) as socket:
        socket.send_json({"type": "hello", "token": soon})
        assert told(socket, "none") == 3000


def test_an_odd_frame_does_not_end_it(ann: Person) -> None:
    with ann.live(ann.room()) as socket:
        hello(ann, socket)
        for odd in ("Hi", {"type": "dance"}, {"type": "ack", "number": "1"}):
            socket.send_json(odd)
            assert told(socket)["code"] == "invalid"
        assert say(socket, "Right")["number"] == 1


def test_the_others_see_who_comes_and_goes(ann: Person, ben: Person) -> None:
    path = ann.room(ben)
    with ann.live(path) as socket:
        hello(ann, socket)
        with ben.live(path) as first:
            assert hello(ben, first)["online"] == [ann.name, ben.name]
            assert told(socket, "presence") == presence(ben, True)
            with ben.live(path) as second:
                hello(ben, second)
            assert say(first, "Still here")["number"] == 1
            assert told(socket)["type"] == "message"
        assert told(socket) == presence(ben, False)


def presence(person: Person, online: bool) -> dict[str, object]:
    return {"type": "presence", "name": person.name, "online": online}


def test_typing_is_for_the_others(ann: Person, ben: Person) -> None:
    path = ann.room(ben)
    with ann.live(path) as one, ben.live(path) as two:
        hello(ann, one), hello(ben, two)
        one.send_json({"type": "typing"})
        assert told(two, "typing") == {"type": "typing", "name": ann.name}
        say(two, "Well?")
        assert told(one, "typing", "message")["type"] == "message"


def test_moderators_mute_and_end(ann: Person, ben: Person, join: Join) -> None:
    carl = join()
    path = ann.room(ben, carl)
    with ben.live(path) as one, ben.live(path) as two, carl.live(path) as stays:
        hello(ben, one), hello(ben, two), hello(carl, stays)
        ann.patch(f"{path}/members/{ben.name}", json={"muted": True})
        assert say(one, "Hi")["code"] == "muted"
        ann.put(f"{path}/bans/{ben.name}").raise_for_status()
        assert told(one, "none") == told(two, "none") == 3003
        assert say(stays, "Hi")["number"] == 1
