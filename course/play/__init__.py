"""Things to play with, buttons and all: `play.sessions(…)`. Each module is loaded at its first use."""

from course.lazy_names import lazily

_TOYS = {
    "sessions": "interleaving",
    "pool": "lending",
}
__all__ = list(_TOYS)
__getattr__, __dir__ = lazily(globals(), _TOYS, "there is nothing {name!r} to play with; there are {names}")
