"""Stage 5: messages: numbered, stored once, limited, and their history."""

import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from course.projects.chat.rooms import last
from course.projects.chat.seat import Seat
from course.projects.chat.world import User, World
from course.projects.wire import at_once

MOST_SENT, SPAN = 100, 10.0  # of one member in a room, in seconds
BURST = 130
ROUNDS = 4


def stores_messages(world: World) -> None:
    """A `send` is answered with `stored` and its number, and comes to all as `message`."""
    room, (ann, ben) = world.room(1)
    seats = [world.seat(ann, room), world.seat(ben, room)]
    texts = world.words(2)
    for number, (seat, text) in enumerate(zip(seats, texts, strict=True), start=1):
        if (got := seat.send(text, world.word())) != number:
            raise seat.talk.not_yet("The first message has the number 1, the next one 2.", f"got {got}")
    for seat in seats:
        frame = seat.message(1)
        wanted = {"author": ann.name, "text": texts[0], "deleted": False}
        if any(frame.get(name) != value for name, value in wanted.items()):
            raise seat.talk.not_yet("A message has author, text and deleted.", f"got {frame}")
        _is_moment(seat, frame.get("sent_at"))
        seat.message(2)
    ann.send("GET", f"/rooms/{room}").must(200).is_("latest", 2)


def keeps_texts(world: World) -> None:
    """A text of up to 4,000 characters comes back as it was sent, whatever is in it."""
    room, (ann, _) = world.room(1)
    seat = world.seat(ann, room)
    texts = ["😀" * 4000, f' {world.word()}\n\t"\\ ', "<b>'; DROP TABLE x; --", "\u202eé\x7f", "null"]
    for number, text in enumerate(texts, start=1):
        seat.send(text, world.word())
        if seat.message(number)["text"] != text:
            raise seat.talk.not_yet("The text is as it was sent.")
    page = ann.send("GET", f"/rooms/{room}/messages").must(200)
    if [each["text"] for each in page.items] != texts[::-1]:
        raise page.not_yet("The text is as it was sent, in the history, too.")


def refuses_odd_texts(world: World) -> None:
    """A text or `client_id` that is empty, too long, or has U+0000 is `invalid`, and takes no number."""
    room, (ann, _) = world.room(1)
    seat, client_id = world.seat(ann, room), world.word()
    send = {"type": "send", "client_id": client_id, "text": world.word()}
    why = "What is outside of the limits is the error invalid."
    for text in ("", "x" * 4001, f"{world.word()}\x00", None):
        error = seat.refused({**send, "text": text}, "invalid", why)
        if error.get("client_id") != client_id:
            raise seat.talk.not_yet("An error for a send has its client_id.", f"got {error}")
    for wrong in ("", "x" * 65, f"{world.word()}\x00", 7):
        seat.refused({**send, "client_id": wrong}, "invalid", why)
    if seat.send(world.word(), "x" * 64) != 1:
        raise seat.talk.not_yet("What was refused takes no number.")


def stores_once(world: World) -> None:
    """The same `client_id` again is answered with the number of the first message, whose text stays."""
    room, (ann, ben) = world.room(1)
    seat, other = world.seat(ann, room), world.seat(ben, room)
    client_id, (first, second) = world.word(), world.words(2)
    numbers = [seat.send(first, client_id), seat.send(second, client_id)]
    seat.talk.cut()
    numbers.append(world.seat(ann, room, after=1).send(second, client_id))
    if numbers != [1, 1, 1]:
        raise seat.talk.not_yet("Each is answered with the same number.", f"got {numbers}")
    stores_both_once(world, [world.seat(ann, room, after=1), world.seat(ann, room, after=1)], 2)
    if other.send(second, client_id) != ROUNDS + 2:
        raise other.talk.not_yet("The client_id of somebody else is another one.")
    elsewhere = int(ann.room()["id"])
    if world.seat(ann, elsewhere).send(second, client_id) != 1:
        raise seat.talk.not_yet("The client_id in another room is another one.")
    page = ann.send("GET", f"/rooms/{room}/messages").must(200)
    if (page.items[0]["text"], page.items[-1]["text"], len(page.items)) != (second, first, ROUNDS + 2):
        raise page.not_yet("Each message is stored once, with the text of the first.")


def stores_both_once(world: World, seats: list[Seat], first: int) -> None:
    """Hold two connections of somebody, who sends the same at the same moment, to one number."""
    for number in range(first, first + ROUNDS):
        client_id = world.word()
        got = at_once([partial(each.send, client_id, client_id) for each in seats])
        if got != [number, number]:
            raise seats[0].talk.not_yet("Both are answered with the same number, the next one.", f"got {got}")


def numbers_without_gaps(world: World) -> None:
    """Members who send at the same moment get numbers without a gap, and all see the same order."""
    room, people = world.room(4)
    numbers_evenly(world, [world.seat(each, room) for each in people])


def numbers_evenly(world: World, seats: list[Seat], each: int = 6) -> None:
    """Hold people who talk at the same moment to numbers without gaps, each once, in one order."""
    words = [world.words(each) for _ in seats]
    got = at_once([partial(_say_all, seat, own) for seat, own in zip(seats, words, strict=True)])
    numbers = sorted(number for own in got for number in own)
    total = each * len(seats)
    if numbers != [*range(1, total + 1)]:
        raise seats[0].talk.not_yet("Each number is given once, without a gap.", f"got {numbers}")
    orders = [seat.texts(total) for seat in seats]
    said = {
        number: word
        for own, all_ in zip(words, got, strict=True)
        for word, number in zip(own, all_, strict=True)
    }
    for seat, order in zip(seats, orders, strict=True):
        if order != [said[number] for number in range(1, total + 1)]:
            raise seat.talk.not_yet("All see each message under the number that its sender was told.")


def limits_rates(world: World) -> None:
    """Of more than 100 messages of a member in 10 seconds, 100 are stored, the others are `too_many`."""
    room, (ann, ben) = world.room(1)
    limits_bursts(world, [world.seat(ann, room)], BURST)
    other = world.seat(ben, room)
    other.send(world.word(), world.word())


def limits_bursts(world: World, seats: list[Seat], burst: int) -> None:
    """Hold one member, who sends so much on each of these connections at once, to the limit."""
    began = time.monotonic()
    stored = sum(at_once([partial(_burst, seat, world.words(burst)) for seat in seats]))
    spans = int((time.monotonic() - began) / SPAN) + 1
    most = min(MOST_SENT * spans, burst * len(seats))
    if not MOST_SENT <= stored <= most:
        got = f"{stored} of {burst * len(seats)} were stored"
        raise seats[0].talk.not_yet(f"In any {SPAN:g} seconds, the first {MOST_SENT} are stored.", got)


def has_a_history(world: World) -> None:
    """`GET …/messages` has the newest first; `next` is the `before` of the following page, or null."""
    room, (ann, ben) = world.room(1)
    for query in ("limit=0", "limit=101", "limit=ten", "before=0", f"before={world.word()}", "after=1"):
        ann.send("GET", f"/rooms/{room}/messages?{query}").problem(422)
    texts = say_many(world.seat(ann, room), world.words(53))
    whole = ben.send("GET", f"/rooms/{room}/messages?limit=100").must(200).is_("next", None)
    if [each["text"] for each in whole.items] != texts[::-1]:
        raise whole.not_yet("The history has each message once, the newest first.")
    if [each["number"] for each in whole.items] != [*range(53, 0, -1)] or whole.items[0][
        "author"
    ] != ann.name:
        raise whole.not_yet("A message of the history has number and author.")
    if (many := len(ben.send("GET", f"/rooms/{room}/messages").must(200).items)) != 50:
        raise last(ben, "A page has 50 messages where no limit is said.", f"got {many}")
    if (walked := _walk(ben, room)) != [*range(53, 0, -1)]:
        raise last(ben, "The pages have each message once, and an end.", f"got {walked}")


def _walk(user: User, room: int) -> list[int]:
    """The numbers on all pages of nine."""
    walked: list[int] = []
    before = ""
    for _ in range(8):
        page = user.send("GET", f"/rooms/{room}/messages?limit=9{before}").must(200)
        walked += [each["number"] for each in page.items]
        before = f"&before={page['next']}"
        if page["next"] is None:
            break
    return walked


def say_many(seat: Seat, texts: list[str]) -> list[str]:
    """Send texts, and wait until all are stored; the same texts."""
    for answer in seat.send_all({each: each for each in texts}):
        if answer["type"] != "stored":
            raise seat.talk.not_yet("A send is answered with stored and its number.", f"got {answer}")
    return texts


def _say_all(seat: Seat, texts: list[str]) -> list[int]:
    return [seat.send(text, text) for text in texts]


def _burst(seat: Seat, ids: list[str]) -> int:
    """How many of these messages are stored."""
    answers = seat.send_all({each: each for each in ids}, window=50)
    stored = [each for each in answers if each["type"] == "stored"]
    for each in answers:
        if each["type"] != "stored" and each.get("code") != "too_many":
            raise seat.talk.not_yet("A send beyond the limit is the error too_many.", f"got {each}")
    return len(stored)


def _is_moment(seat: Seat, found: Any) -> None:
    try:
        offset = datetime.fromisoformat(str(found)).utcoffset()
    except ValueError:
        offset = None
    if offset != timedelta(0):
        raise seat.talk.not_yet("sent_at is a moment in UTC, with Z or +00:00.", f"got {found!r}")
