"""Small slips in statements: one left out, two swapped, a branch turned, an error raised or not."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst

from course.authoring.mutate.expressions import negated
from course.authoring.mutate.order import is_text, only, order_matters

_NARROWER = {
    "Exception": "ValueError", "BaseException": "Exception", "LookupError": "KeyError",
    "OSError": "FileNotFoundError", "ValueError": "UnicodeError", "DBAPIError": "IntegrityError",
}  # fmt: skip
_NOT_LEFT_OUT = (cst.Pass, cst.Import, cst.ImportFrom)
_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)


def slips(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What may stand in the place of this statement, or of the block around it, after one slip."""
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)


def _block(node: cst.Module | cst.IndentedBlock) -> Iterator[cst.CSTNode]:
    body = list(node.body)
    for place, statement in enumerate(body):
        if not is_text(statement) and not isinstance(only(statement), _NOT_LEFT_OUT):
            rest = [*body[:place], *body[place + 1 :]]
            yield node.with_changes(body=rest or [cst.parse_statement("pass")])
        if isinstance(statement, cst.With) and not any(item.asname for item in statement.items):
            yield node.with_changes(body=[*body[:place], *statement.body.body, *body[place + 1 :]])
        if place + 1 < len(body) and order_matters(statement, body[place + 1]):
            swapped = [*body[:place], body[place + 1], statement, *body[place + 2 :]]
            yield node.with_changes(body=swapped)


def _branch(node: cst.If) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=negated(node.test))
    if node.orelse is not None:
        yield node.with_changes(orelse=None)


def _loop(node: cst.While) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=negated(node.test))


def _leave_loop(node: cst.Break | cst.Continue) -> Iterator[cst.CSTNode]:
    yield cst.Continue() if isinstance(node, cst.Break) else cst.Break()


def _return(node: cst.Return) -> Iterator[cst.CSTNode]:
    if node.value is not None and not _is_none(node.value):
        yield node.with_changes(value=cst.Name("None"))


def _assign(node: cst.Assign | cst.AnnAssign) -> Iterator[cst.CSTNode]:
    if node.value is not None and not _is_none(node.value):
        yield node.with_changes(value=cst.Name("None"))
    if isinstance(node, cst.AnnAssign) and node.value is not None:
        yield node.with_changes(value=None, equal=cst.MaybeSentinel.DEFAULT)


def _is_none(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _raise(node: cst.Raise) -> Iterator[cst.CSTNode]:
    if node.cause is not None and not _is_none(node.cause.item):
        yield node.with_changes(cause=None)
    if node.exc is not None:
        yield cst.Return(node.exc)


def _try(node: cst.Try) -> Iterator[cst.CSTNode]:
    if node.handlers and (len(node.handlers) > 1 or node.finalbody):
        for place in range(len(node.handlers)):
            rest = [*node.handlers[:place], *node.handlers[place + 1 :]]
            if rest or not node.orelse:
                yield node.with_changes(handlers=rest)
    if node.finalbody is not None and node.handlers:
        yield node.with_changes(finalbody=None)
    if node.orelse is not None:
        yield node.with_changes(orelse=None)


def _handler(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    if isinstance(node.type, cst.Tuple):
        for element in node.type.elements:
            yield node.with_changes(type=element.value)
    name = node.type.value if isinstance(node.type, cst.Name) else ""
    if node.type is not None:
        if name not in ("Exception", "BaseException"):
            yield node.with_changes(type=cst.Name("Exception"))
        yield node.with_changes(type=cst.Name(_NARROWER.get(name, "ZeroDivisionError")))


def _decorated(node: cst.FunctionDef | cst.ClassDef) -> Iterator[cst.CSTNode]:
    for place, decorator in enumerate(node.decorators):
        name = decorator.decorator
        if len(node.decorators) > 1 and isinstance(name, cst.Name) and name.value == "classmethod":
            continue  # below a validator, which makes one of it anyway
        yield node.with_changes(decorators=[*node.decorators[:place], *node.decorators[place + 1 :]])


def _class(node: cst.ClassDef) -> Iterator[cst.CSTNode]:
    for sequence in ("bases", "keywords"):
        found: Sequence[Any] = getattr(node, sequence)
        for place in range(len(found)):
            yield node.with_changes(**{sequence: [*found[:place], *found[place + 1 :]]})


_Operator = tuple[type | tuple[type, ...], Callable[..., Iterator[cst.CSTNode]]]
_OPERATORS: list[_Operator] = [
    ((cst.Module, cst.IndentedBlock), _block),
    (cst.If, _branch),
    (cst.While, _loop),
    ((cst.Break, cst.Continue), _leave_loop),
    (cst.Return, _return),
    ((cst.Assign, cst.AnnAssign), _assign),
    (cst.Raise, _raise),
    (cst.Try, _try),
    (cst.ExceptHandler, _handler),
    (_DEFINITIONS, _decorated),
    (cst.ClassDef, _class),
]
