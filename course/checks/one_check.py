"""What the expectations of one check share, and no other check finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

shared: dict[str, Any] = {}


@contextmanager
def one_check() -> Iterator[None]:
    """A check begins and ends: what its expectations share is nothing before, and nothing afterwards."""
    shared.clear()
    try:
        yield
    finally:
        shared.clear()
