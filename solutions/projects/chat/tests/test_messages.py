"""Messages: numbered, stored once, acknowledged, deleted, and their history."""

import pytest

from app.services import messages
from conftest import Person, hello, say, told


def test_each_member_gets_each_message(ann: Person, ben: Person) -> None:
    path = ann.room(ben)
    with ann.live(path) as one, ben.live(path) as two:
        hello(ann, one), hello(ben, two)
        assert say(one, "Hi 😀")["number"] == 1
        assert told(two, "message")["text"] == "Hi 😀"
        assert say(two, "Ho")["number"] == 2
    newest = ann.get(f"{path}/messages").json()["items"][0]
    with ben.live(path) as late:
        assert hello(ben, late)["latest"] == 2
        frames = [told(late, "message") for _ in "ab"]
        assert frames[1] == {**newest, "type": "message"}


def test_a_repeated_send_is_stored_once(ann: Person) -> None:
    path = ann.room()
    with ann.live(path) as socket:
        hello(ann, socket)
        assert say(socket, "One", "id")["number"] == 1
        assert say(socket, "Two", "id")["number"] == 1
    items = ann.get(f"{path}/messages").json()["items"]
    assert [each["text"] for each in items] == ["One"]


def test_who_comes_again_gets_the_rest(ann: Person) -> None:
    path = ann.room()
    with ann.live(path) as socket:
        hello(ann, socket)
        for text in "abc":
            say(socket, text)
        for sent, stored in ((2, 2), (1, 2)):
            socket.send_json({"type": "ack", "number": sent})
            assert told(socket, "acked")["number"] == stored
        socket.send_json({"type": "ack", "number": 4})
        assert told(socket, "error")["code"] == "invalid"
    for more, number in (({}, 3), ({"after": 1}, 2), ({"after": 0}, 1)):
        with ann.live(path) as again:
            assert hello(ann, again, **more)["latest"] == 3
            assert told(again, "message")["number"] == number


@pytest.mark.parametrize("text", ["", "x" * 4001, "a\0b", None, 7])
def test_what_is_no_message_is_refused(ann: Person, text: object) -> None:
    path = ann.room()
    with ann.live(path) as socket:
        hello(ann, socket)
        socket.send_json({"type": "send", "client_id": "id", "text": text})
        error = told(socket, "error", "stored")
        assert (error["code"], error["client_id"]) == ("invalid", "id")
        assert say(socket, "Right")["number"] == 1


def test_too_many_at_once(ann: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MOST_SENT", 2)
    path = ann.room()
    with ann.live(path) as socket:
        hello(ann, socket)
        codes = [say(socket, text).get("code") for text in "abc"]
    assert codes == [None, None, "too_many"]


def test_a_deleted_message_keeps_its_number(ann: Person, ben: Person) -> None:
    path = ann.room(ben)
    with ann.live(path) as socket:
        hello(ann, socket)
        for text in "ab":
            say(socket, text)
        assert ben.delete(f"{path}/messages/1").status_code == 403
        assert ann.delete(f"{path}/messages/1").status_code == 204
        assert told(socket, "deleted")["number"] == 1
    first = ann.get(f"{path}/messages").json()["items"][1]
    assert (first["number"], first["text"], first["deleted"]) == (1, None, True)


def test_pages_have_each_message_once(ann: Person) -> None:
    path, walked, before = ann.room(), [], ""
    with ann.live(path) as socket:
        hello(ann, socket)
        for number in range(7):
            say(socket, str(number))
    while before is not None:
        page = ann.get(f"{path}/messages?limit=3{before}").json()
        walked += [each["number"] for each in page["items"]]
        before = page["next"] and f"&before={page['next']}"
    assert walked == [7, 6, 5, 4, 3, 2, 1]
    assert ann.get(f"{path}/messages?limit=101").status_code == 422
