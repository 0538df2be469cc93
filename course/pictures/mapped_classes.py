"""Classes of SQLAlchemy's ORM, and what each adds to its bases and mixins."""

import re
import types
import typing
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

# A class, the rows that it adds, and the classes that it builds on.
_Class = tuple[type[Any], list[str], list[type[Any]]]


def _mapped(classes: tuple[type[Any], ...]) -> list[_Class]:
    """These classes and their bases: which attributes each adds, by its `Mapped[…]` annotations."""
    found: list[type[Any]] = []
    for one in classes:
        # A base without attributes of its own, such as the usual Base, tells nothing.
        line = [base for base in reversed(one.__mro__) if base is one or _attributes(base)]
        found += [each for each in line if each not in found]
    bases = {one: [base for base in one.__bases__ if base in found] for one in found}
    return [(one, _attributes(one), bases[one]) for one in found]


def _attributes(one: type[Any]) -> list[str]:
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
        f"{name}: {_annotation(get_args(hint)[0])}"
        for name, hint in known.items()
        if get_origin(hint) is Mapped
    ]


def _annotation(kind: Any) -> str:
    """A type as a reader writes it: constraints left out, unions with a bar."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotation(inner[0])
    if origin in (Union, types.UnionType):
        return " | ".join("None" if one is type(None) else _annotation(one) for one in inner)
    if isinstance(origin, type) and inner:
        return f"{origin.__name__}[{', '.join(map(_annotation, inner))}]"
    if isinstance(kind, type):
        return kind.__name__
    if isinstance(kind, ForwardRef):  # a class that does not exist yet
        return kind.__forward_arg__
    if kind is ...:
        return "..."
    text = str(kind).replace("typing.", "")
    # "app.schemas.Post" is "Post" to the reader
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", text)
