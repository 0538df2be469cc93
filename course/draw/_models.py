"""Models, Pydantic's or the ORM's, and what each adds to the one it is built on."""

import re
import types
import typing
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

from course.base.text import short
from course.draw.mermaid import Diagram, Picture, escaped

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


SHOWN = 12  # fields of one class


def models(*classes: type[Any]) -> Picture:
    """The hierarchy of these models and their bases: which fields each adds, required or with a default.

    Classes of SQLAlchemy's ORM may be given in place of Pydantic's; then it shows their mapped attributes.
    """
    if not any(hasattr(one, "model_fields") for one in classes):
        return _drawn(_mapped(classes))
    found = _with_bases(classes)
    return _drawn([(one, [_field(one, name) for name in _added(one)], _bases(one)) for one in found])


def _drawn(found: list[_Class]) -> Picture:
    chart = Diagram("classDiagram", "Models and what each adds to its base")
    plain = []
    for one, rows, bases in found:
        with chart.block(f"class {_named(one)} {{", "}"):
            for row in rows[:SHOWN]:
                chart.add(_member(row))
        for base in bases:
            chart.add(_id(base), "<|--", _id(one))
        built_on = f" builds on {', '.join(base.__name__ for base in bases)}" if bases else ""
        plain += [f"{one.__name__}{built_on}", *(f"    {row}" for row in rows)]
    return Picture(str(chart), "\n".join(plain))


def _id(model: type[Any]) -> str:
    return re.sub(r"\W", "_", model.__name__)


def _named(model: type[Any]) -> str:
    """Mermaid takes only letters and digits as a name; Page[Post] needs a label beside it."""
    same = _id(model) == model.__name__
    return _id(model) if same else f'{_id(model)}["{escaped(model.__name__)}"]'


def _member(row: str) -> str:
    # In a class diagram brackets and tildes are syntax too.
    codes = {ord(char): f"#{ord(char)};" for char in "()[]{}~$*|"}
    return escaped(row).translate(codes)


def _bases(model: type[Any]) -> list[type[Any]]:
    from pydantic import BaseModel

    # Page[Post] is built on Page for Python, but to the reader it is Page itself, filled in.
    origin = getattr(model, "__pydantic_generic_metadata__", {}).get("origin")
    bases = (origin or model).__bases__
    return [one for one in bases if issubclass(one, BaseModel) and one is not BaseModel]


def _with_bases(classes: tuple[type[Any], ...]) -> list[type[Any]]:
    """Every class after its bases, each once."""
    ordered: list[type[Any]] = []
    for one in classes:
        for model in (*_with_bases(tuple(_bases(one))), one):
            if model not in ordered:
                ordered.append(model)
    return ordered


def _added(model: type[Any]) -> list[str]:
    """The fields that the class has and no base has, or has otherwise."""
    inherited = {name: repr(field) for base in _bases(model) for name, field in base.model_fields.items()}
    return [name for name, field in model.model_fields.items() if inherited.get(name) != repr(field)]


def _field(model: type[Any], name: str) -> str:
    field = model.model_fields[name]
    changed = any(name in base.model_fields for base in _bases(model))
    text = f"{name}: {_annotation(field.annotation)}"
    text += " · required" if field.is_required() else f" = {_default(field)}"
    return short(text + (" · changed" if changed else ""), 48)


def _default(field: Any) -> str:
    if field.default_factory is not None:
        return f"{getattr(field.default_factory, '__name__', 'made anew')}()"
    return repr(field.default)
