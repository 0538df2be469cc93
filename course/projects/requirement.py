"""A requirement: a sentence of the contract, and the function that holds a running server to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

World = TypeVar("World")
Deed = Callable[[World], None]


@dataclass(frozen=True)
class Requirement(Generic[World]):
    """`id`: as in "3.2"; `name` for programs; `says`: what a server does that meets it."""

    id: str
    name: str
    says: str
    deed: Deed[World]


@dataclass(frozen=True)
class Stage(Generic[World]):
    """A step of the ladder."""

    number: int
    title: str
    requirements: tuple[Requirement[World], ...]


def stage(number: int, title: str, deeds: Sequence[Deed[World]]) -> Stage[World]:
    """A stage of these functions, in this order; the docstring of each is the sentence."""
    made = (
        Requirement(f"{number}.{place}", _name(deed), " ".join((deed.__doc__ or "").split()), deed)
        for place, deed in enumerate(deeds, start=1)
    )
    return Stage(number, title, tuple(made))


def _name(deed: Deed[World]) -> str:
    return deed.__name__.replace("_", "-")
