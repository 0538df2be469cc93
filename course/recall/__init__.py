"""What was taught, as lists and as a quiz: `recall.card()`. Each module is loaded at its first use."""

from typing import Any

import lazy_loader

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"there is nothing {name!r} to recall; there are {', '.join(__all__)}")
    return _load(name)
