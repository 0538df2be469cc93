"""Things to play with, buttons and all: `play.sessions(…)`. Each module is loaded at its first use."""

from importlib import import_module
from typing import Any

# No module is called like its function: importing it would put the module in the function's place.
_TOYS = {
    "sessions": "interleaving",
    "pool": "lending",
}
__all__ = list(_TOYS)


def __getattr__(name: str) -> Any:
    """The function that makes this toy (PEP 562)."""
    if name not in _TOYS:
        raise AttributeError(f"there is nothing {name!r} to play with; there are {', '.join(_TOYS)}")
    toy = getattr(import_module(f"{__name__}.{_TOYS[name]}"), name)
    globals()[name] = toy
    return toy


def __dir__() -> list[str]:
    return sorted(__all__)
