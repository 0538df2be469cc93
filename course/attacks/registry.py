"""The list of all attacks, which each group adds its own to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.attacks.outcome import Finding

if TYPE_CHECKING:
    from course.attacks.target import Target

GROUPS = (
    "authentication",
    "tokens",
    "access",
    "injection",
    "mass assignment",
    "limits and resources",
    "information leaks",
    "browser",
)
Deed = Callable[["Target"], Finding]


@dataclass(frozen=True)
class Attack:
    """One attack. `sent`: what it sends, in words; `lesson`: the one that closes the hole; `last`: it comes
    after all others, because it locks its own address out or looks at what they all brought back."""

    group: str
    name: str
    sent: str
    lesson: str
    deed: Deed
    last: bool = False


_all: list[Attack] = []


def attack(group: str, lesson: str, *, last: bool = False) -> Callable[[Deed], Deed]:
    """A decorator: this function is an attack. The first line of its docstring says what it sends."""
    assert group in GROUPS, group

    def add(deed: Deed) -> Deed:
        sent = (deed.__doc__ or "").strip().splitlines()[0].rstrip(".")
        _all.append(Attack(group, deed.__name__.replace("_", "-"), sent, lesson, deed, last))
        return deed

    return add


def added() -> list[Attack]:
    """All attacks of the groups that are imported, group by group; in each as they stand in its file."""
    return sorted(_all, key=lambda each: GROUPS.index(each.group))
