"""Start pytest for a check in half the time: pytest looks through all that its own plugins hold for fixtures.

It does so at each start, name by name, and most of them hold none. A session of pytest that is kept for the
next check was considered: what it has collected stays in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from _pytest import fixtures

_CONFIGURATION = Path(__file__).with_name("checks.ini")
# Only what a check needs: each plugin left out is time that the learner does not wait.
_OFF = [
    "terminal", "cacheprovider", "warnings", "logging", "faulthandler", "junitxml", "pastebin", "doctest",
    "unittest", "stepwise", "setuponly", "setupplan", "debugging", "recwarn", "threadexception",
    "unraisableexception", "capture", "subtests", "legacypath", "skipping",
]  # fmt: skip
_OPTIONS = ["--noconftest", "--import-mode=importlib", "--assert=plain"]


def arguments(check_file: Path) -> list[str]:
    """What pytest is told for the check of one file."""
    off = [part for name in _OFF for part in ("-p", f"no:{name}")]
    return [str(check_file), "-c", str(_CONFIGURATION), *off, *_OPTIONS]


@contextmanager
def without_idle_looks() -> Iterator[None]:
    """Run a block in which pytest looks for fixtures only in those plugins of its own that hold some."""
    original = fixtures.FixtureManager.parsefactories

    def parsefactories(self: Any, *given: Any, holder: Any = fixtures.NOTSET, **named: Any) -> None:
        place = holder if isinstance(holder, (ModuleType, type)) else type(holder)
        if holder is fixtures.NOTSET or not _is_pytests(place) or _holds_fixtures(place):
            original(self, *given, holder=holder, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fixtures.FixtureManager, "parsefactories", parsefactories)
        yield


def _is_pytests(place: Any) -> bool:
    name = place.__name__ if isinstance(place, ModuleType) else place.__module__
    return str(name).startswith("_pytest.")


@cache
def _holds_fixtures(place: Any) -> bool:
    return any(
        isinstance(getattr(place, name, None), fixtures.FixtureFunctionDefinition) for name in dir(place)
    )
