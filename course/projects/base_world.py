"""What the requirements of every project get: a client, a server, and values that differ each time."""

import random
import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from course.projects.host import Host
from course.projects.outcome import NotTried
from course.projects.services import Service
from course.projects.wire import Wire


@dataclass
class BaseWorld:
    """A server, its client, and a source of values. `host`: None for a server at an address."""

    letters: ClassVar[str] = string.ascii_lowercase

    wire: Wire
    random: random.Random
    host: Host | None = None

    @property
    def own(self) -> Host:
        """The server that the check has started. Raises NotTried at an address."""
        if self.host is None:
            raise NotTried("This needs a server that the check starts itself: leave --url out.")
        return self.host

    def word(self, letters: int = 8) -> str:
        """A word that no other requirement uses."""
        return "".join(self.random.choices(self.letters, k=letters))

    def words(self, number: int) -> list[str]:
        """Different words in the order of the alphabet."""
        found: set[str] = set()
        while len(found) < number:
            found.add(self.word())
        return sorted(found)

    @contextmanager
    def after(self, services: Sequence[Service], fill: Callable[[Host], None]) -> Iterator[Self]:
        """The same with another server of the project, which `migrate` has seen only after `fill`."""
        host = Host(self.own.project, services)
        wire = Wire(host.place)
        try:
            fill(host)
            host.migrate()
            host.start()
            yield replace(self, wire=wire, host=host)
        finally:
            wire.close()
            host.close()
