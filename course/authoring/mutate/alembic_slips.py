"""Small slips in a migration: Alembic's operations, and what a foreign key does when its row goes."""

from collections.abc import Iterator, Sequence

import libcst as cst
from libcst import matchers as m

from course.authoring.mutate import sql_slips

_OPERATION = m.Call(func=m.Attribute(value=m.Name("op")))
_NAMED_IN_FULL = m.Call(func=m.Attribute(value=m.Name("op"), attr=m.Name("f")), args=[m.Arg()])
_ALTER = m.Call(func=m.Attribute(attr=m.Name("alter_column")))
_CHECK = m.Call(func=m.Attribute(attr=m.Name("create_check_constraint")))
_CONDITION = 2  # the place of the condition in create_check_constraint
_OTHER = {"CASCADE": "SET NULL", "SET NULL": "CASCADE", "RESTRICT": "CASCADE", "NO ACTION": "CASCADE"}


def slips(node: cst.Call) -> Iterator[cst.CSTNode]:
    """What may stand in the place of a call of `op`, or of a call with an `ondelete`, after one slip."""
    if m.matches(node, _NAMED_IN_FULL):
        yield node.args[0].value  # the naming convention makes another name of it
    if m.matches(node, _OPERATION):
        yield from _swapped_names(node)
    if m.matches(node, _CHECK):
        yield from _conditions(node)
    for place, argument in enumerate(node.args):
        if argument.keyword and argument.keyword.value == "ondelete":
            for text in filter(None, [_OTHER.get(_text(argument.value))]):
                yield _with(node, place, _string(argument.value, text))


def says_nothing(node: cst.Call, argument: cst.Arg) -> bool:
    """Whether an argument changes nothing on PostgreSQL: what was there before, said to `alter_column`."""
    return bool(
        m.matches(node, _ALTER) and argument.keyword and argument.keyword.value.startswith("existing_")
    )


def _swapped_names(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Two names in the wrong order: each operation has its own order of index, table and column."""
    plain = [each for each in node.args if not each.keyword and not each.star]
    for place in range(len(plain) - 1):
        one, two = plain[place].value, plain[place + 1].value
        if type(one) is type(two) and isinstance(one, (cst.SimpleString, cst.List)):
            yield _with(_with(node, place, two), place + 1, one)


def _conditions(node: cst.Call) -> Iterator[cst.CSTNode]:
    for place, argument in enumerate(node.args):
        asked = place == _CONDITION or argument.keyword and argument.keyword.value == "condition"
        if asked and isinstance(argument.value, cst.SimpleString):
            for text in sql_slips.slips(_text(argument.value)):
                yield _with(node, place, _string(argument.value, text))


def _text(value: cst.BaseExpression) -> str:
    found = value.evaluated_value if isinstance(value, cst.SimpleString) else ""
    return found if isinstance(found, str) else ""


def _string(value: cst.BaseExpression, text: str) -> cst.BaseExpression:
    assert isinstance(value, cst.SimpleString)
    return value.with_changes(value=f"{value.prefix}{value.quote}{text}{value.quote}")


def _with(node: cst.Call, place: int, value: cst.BaseExpression) -> cst.Call:
    changed: Sequence[cst.Arg] = [
        each.with_changes(value=value) if number == place else each for number, each in enumerate(node.args)
    ]
    return node.with_changes(args=changed)
