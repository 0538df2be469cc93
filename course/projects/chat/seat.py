"""Somebody's place in a room: a connection that was welcomed, and what it has been told."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from course.projects.outcome import NotYet, Silent
from course.projects.talk import Talk

Frame = dict[str, Any]
_MOST = 20_000  # frames
_WINDOW = 12  # more would keep the answers to the server's pings waiting behind them


class Gap(NotYet):
    """A message was left out, or came again."""


class Seat:
    """`last`: the number of the latest message that it has; `told`: all other frames and messages, in order.

    Whatever is waited for, a message with a wrong number is noticed: each new one has the next number.
    """

    def __init__(self, talk: Talk, name: str, last: int) -> None:
        self.talk, self.name, self.last = talk, name, last
        self.told: list[Frame] = []
        first = talk.hear()
        if first is None or first.get("type") != "welcome":
            raise talk.not_yet("After a hello with a valid token of a member comes a welcome.")
        self.welcome = first

    def until(self, fits: Callable[[Frame], bool], why: str, seconds: float | None = None) -> Frame:
        """The next frame that fits. Raises NotYet with `why` where it ends, or none comes in time."""
        deadline = time.monotonic() + (seconds or self.talk.patience)
        while True:
            try:
                frame = self.talk.hear(deadline - time.monotonic())
            except Silent:
                limit = seconds or self.talk.patience
                raise self.talk.not_yet(why, f"it did not come within {limit:g} seconds") from None
            if frame is None:
                raise self.talk.not_yet(why, f"the connection was closed with {self.talk.end}")
            self._note(frame)
            if fits(frame):
                return frame

    def hears(self, why: str, *, within: float | None = None, **fields: object) -> Frame:
        """The next frame with these fields. Raises NotYet."""
        return self.until(lambda frame: _has(frame, fields), why, within)

    def has_heard(self, why: str, **fields: object) -> Frame:
        """A frame with these fields, which may have come already. Raises NotYet."""
        for frame in self.told:
            if _has(frame, fields):
                return frame
        return self.until(lambda frame: _has(frame, fields), why)

    def message(
        self, number: int, why: str = "The message comes to each connection of each member."
    ) -> Frame:
        """The message with this number, which may have come already. Raises NotYet."""
        return self.has_heard(why, type="message", number=number)

    def texts(self, number: int) -> list[str | None]:
        """The texts of all messages up to this number that came here, each once. Raises NotYet."""
        if self.last < number:
            self.message(number)
        found = {each["number"]: each["text"] for each in self.told if each["type"] == "message"}
        return [found[key] for key in sorted(found) if key <= number]

    def send(self, text: str, client_id: str) -> int:
        """Send a message, and give its number once it is stored. Raises NotYet."""
        self.talk.say({"type": "send", "client_id": client_id, "text": text})
        return self.stored(client_id)

    def stored(self, client_id: str, why: str = "A send is answered with stored and its number.") -> int:
        """The number of what was sent with this client_id. Raises NotYet."""
        frame = self.until(lambda each: _answers(each, client_id), why)
        if frame["type"] != "stored" or not _whole(frame.get("number")):
            raise self.talk.not_yet(why, f"got {frame['type']} {frame.get('code', '')}".strip())
        return int(frame["number"])

    def send_all(self, texts: Mapping[str, str], window: int = _WINDOW) -> list[Frame]:
        """What each message is answered with, by its client_id; not too many are on their way at once."""
        ids, open_, answers = list(texts), set[str](), list[Frame]()
        while ids or open_:
            while ids and len(open_) < window:
                open_.add(ids[0])
                self.talk.say({"type": "send", "client_id": ids[0], "text": texts[ids.pop(0)]})
            answers.append(self.until(lambda each: each.get("client_id") in open_, "Each send is answered."))
            open_.discard(str(answers[-1]["client_id"]))
        return answers

    def refused(self, frame: object, code: str, why: str) -> Frame:
        """The error that this frame is answered with. Raises NotYet for another code, and for `stored`."""
        self.talk.say(frame)
        found = self.until(lambda each: each["type"] in ("error", "stored", "acked"), why)
        if found.get("code") != code:
            raise self.talk.not_yet(why, f"expected the error {code}, got {found.get('code', found['type'])}")
        if not isinstance(found.get("detail"), str):
            raise self.talk.not_yet("An error has the texts code and detail.")
        return found

    def ack(self, number: int) -> int:
        """Acknowledge a number, and give what the server says is acknowledged. Raises NotYet."""
        self.talk.say({"type": "ack", "number": number})
        return int(self.hears("An ack is answered with acked.", type="acked")["number"])

    def sees(self, name: str, online: bool, *, within: float | None = None) -> None:
        """Wait until it is told that somebody is online or not, unless that was the last word on them."""
        said = [each for each in self.told if each["type"] == "presence" and each.get("name") == name]
        now = said[-1].get("online") if said else name in self.welcome.get("online", ())
        if now is not online:
            why = f"The others are told that a member is {'online' if online else 'offline'}."
            self.hears(why, within=within, type="presence", name=name, online=online)

    def never(self, why: str, **fields: object) -> None:
        """Raise NotYet if a frame with these fields has come."""
        for frame in self.told:
            if _has(frame, fields):
                raise self.talk.not_yet(why, f"got {frame}")

    def _note(self, frame: Frame) -> None:
        if frame["type"] == "message":
            number = frame.get("number")
            if number != self.last + 1 or not _whole(number):
                why, got = (
                    "Each message comes once, in order, without a gap.",
                    f"after {self.last} came {number}",
                )
                raise Gap(why, got, self.talk.asked, self.talk.answered)
            self.last = number
        self.told.append(frame)
        if len(self.told) > _MOST:
            raise self.talk.not_yet("The server says no more than it has to.", f"{_MOST} frames came")


def _has(frame: Frame, fields: dict[str, object]) -> bool:
    return all(name in frame and frame[name] == value for name, value in fields.items())


def _answers(frame: Frame, client_id: str) -> bool:
    return frame["type"] in ("stored", "error") and frame.get("client_id") == client_id


def _whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)
