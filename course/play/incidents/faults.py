"""The faults: how each is put into a system, and how it is seen that it is gone."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from course.play.incidents.service import DISK, PLACES, Service


class System(Protocol):
    """What a fault needs of the system that it is put into."""

    draw: random.Random
    service: Service
    mail: Path
    spam_check_answers: bool

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]: ...

    def open(self, name: str, statement: str) -> int: ...

    def configure(self, **settings: Any) -> None: ...


NOTHING = "nothing"
CAUSES: dict[str, Callable[[System], None]] = {}


def fault(name: str) -> Callable[[Callable[[System], None]], Callable[[System], None]]:
    """Make a function that puts a fault into a system known by the name of its cause."""

    def known(put_in: Callable[[System], None]) -> Callable[[System], None]:
        CAUSES[name] = put_in
        return put_in

    return known


@fault("leaked connections")
def leak(system: System) -> None:
    """Code that takes connections from the pool, and never gives them back."""
    for _ in range(PLACES):
        connection = system.service.engine.connect()
        connection.exec_driver_sql("SELECT 1")
        connection.rollback()
        system.service.held.append(connection)


@fault("a held lock")
def hold(system: System) -> None:
    """A session changes a row, and neither commits nor ends."""
    name = system.draw.choice(["report", "export", "billing"])
    system.open(name, "UPDATE posts SET title = title WHERE id <= 3")


@fault("a lost index")
def lose(system: System) -> None:
    """Someone dropped the index by which a post's comments are found."""
    system.sql("DROP INDEX comments_post_id_idx")


@fault("an expired key")
def expire(system: System) -> None:
    """The key that signs tokens has a last day, and that was yesterday."""
    system.sql("UPDATE signing_keys SET expires_at = now() - interval '1 day'")


@fault("a full disk")
def fill(system: System) -> None:
    """Mail that was sent long ago is still there."""
    number, one = 0, "x" * 1023 + "\n"
    used = sum(each.stat().st_size for each in system.mail.rglob("*.txt"))
    while used + len(one) <= DISK:
        (system.mail / "sent" / f"old-{number:04}.txt").write_text(one)
        number, used = number + 1, used + len(one)
    (system.mail / "sent" / "old-last.txt").write_text("x" * (DISK - used))


@fault("a slow dependency")
def stall(system: System) -> None:
    """The spam check of another team takes a request, and does not respond."""
    system.spam_check_answers = False
    system.service.spam_check_answers.clear()


@fault("a cache without hits")
def stampede(system: System) -> None:
    """Nothing stays in the cache, so each request does the work again."""
    system.configure(cache_seconds=0)


@fault(NOTHING)
def nothing(system: System) -> None:
    """A false alarm."""
