"""Classes of SQLAlchemy's ORM, and what each adds to its bases and mixins."""

import typing
from typing import Any, get_args, get_origin

from course.pictures.hierarchy import annotation, drawn
from course.pictures.picture import Picture


def mapped(*classes: type[Any]) -> Picture:
    """The hierarchy of these classes: which attributes each adds, by its `Mapped[…]` annotations."""
    found: list[type[Any]] = []
    for one in classes:
        # A base without attributes of its own, such as the usual Base, tells nothing.
        line = [base for base in reversed(one.__mro__) if base is one or attributes(base)]
        found += [each for each in line if each not in found]
    bases = {one: [base for base in one.__bases__ if base in found] for one in found}
    return drawn([(one, attributes(one), bases[one]) for one in found])


def attributes(one: type[Any]) -> list[str]:
    """The class's own mapped attributes, as "title: str"; those of its bases are left out."""
    from sqlalchemy.orm import Mapped
    from typing_extensions import Format, get_annotations

    try:
        hints = typing.get_type_hints(one)
    except (NameError, TypeError):  # it names a class that does not exist yet
        hints = {}
    # From Python 3.14 on a class makes its annotations when somebody asks; FORWARDREF takes what is there.
    own = get_annotations(one, format=Format.FORWARDREF)
    known = {name: hints.get(name, hint) for name, hint in own.items()}
    return [
        f"{name}: {annotation(get_args(hint)[0])}"
        for name, hint in known.items()
        if get_origin(hint) is Mapped
    ]
