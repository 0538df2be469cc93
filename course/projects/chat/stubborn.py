"""A client that comes again when the server says so, and sends again what was not answered."""

import time

from course.projects.chat.seat import Gap, Seat
from course.projects.chat.world import User, World, hello
from course.projects.host import Host
from course.projects.outcome import NotYet

AGAIN = (1012, 1013)
PATIENCE = 90.0  # seconds for one thing; a server has 30
ANSWER = 10.0  # seconds after which a send is repeated
PAUSE = 0.2


class Stubborn:
    """Somebody in a room who does not give up. Raises NotYet where that does not help."""

    def __init__(self, world: World, user: User, room: int, at: Host | None = None) -> None:
        self._world, self._user, self._room, self._at = world, user, room, at
        self._before: list[str | None] = []
        self.seat = self._come()

    @property
    def texts(self) -> list[str | None]:
        """All messages that it has, in order."""
        return self._before + [each["text"] for each in self.seat.told if each["type"] == "message"]

    def send(self, text: str) -> None:
        """Send it, and again, until it is stored."""
        deadline = time.monotonic() + PATIENCE
        frame = {"type": "send", "client_id": text, "text": text}
        while True:
            self.seat.talk.say(frame)
            try:
                answer = self.seat.until(
                    lambda each: each.get("client_id") == text, "A send is stored, sooner or later.", ANSWER
                )
            except Gap:
                raise
            except NotYet:
                if time.monotonic() > deadline:
                    raise
                self._again()
                continue
            if answer["type"] == "stored":
                return
            if answer.get("code") != "busy" or time.monotonic() > deadline:
                raise self.seat.talk.not_yet(
                    "While Valkey is away, a send is stored, or busy.", f"got {answer}"
                )
            time.sleep(PAUSE)

    def reads(self, number: int) -> None:
        """Wait until it has so many messages; on a connection that stays open, without coming again."""
        deadline = time.monotonic() + PATIENCE
        while len(self.texts) < number:
            try:
                why = "Each connection that stayed open gets what it has missed."
                self.seat.hears(why, within=deadline - time.monotonic(), type="message")
            except Gap:
                raise
            except NotYet:
                if self.seat.talk.end not in AGAIN or time.monotonic() > deadline:
                    raise
                self._again()

    def _again(self) -> None:
        self._before = self.texts
        self.seat.talk.cut()
        self.seat = self._come()

    def _come(self) -> Seat:
        deadline = time.monotonic() + PATIENCE
        while True:
            talk = self._world.talk(self._room, self._at)
            talk.say(hello(self._user.token, len(self._before)))
            try:
                return Seat(talk, self._user.name, len(self._before))
            except NotYet:
                if talk.end not in AGAIN or time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE)
