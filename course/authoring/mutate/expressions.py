"""Small slips in an expression: each operator gets a node of LibCST and gives what may stand in its place."""

import re
from collections.abc import Callable, Iterator, Sequence

import libcst as cst

from course.authoring.mutate import alembic_slips, sql_slips

_COMPARED: dict[type[cst.BaseCompOp], list[type[cst.BaseCompOp]]] = {
    cst.Equal: [cst.NotEqual],
    cst.NotEqual: [cst.Equal],
    cst.LessThan: [cst.LessThanEqual, cst.GreaterThanEqual],
    cst.LessThanEqual: [cst.LessThan, cst.GreaterThan],
    cst.GreaterThan: [cst.GreaterThanEqual, cst.LessThanEqual],
    cst.GreaterThanEqual: [cst.GreaterThan, cst.LessThan],
    cst.In: [cst.NotIn],
    cst.NotIn: [cst.In],
    cst.Is: [cst.IsNot],
    cst.IsNot: [cst.Is],
}
_CALCULATED: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Modulo: cst.FloorDivide,
    cst.Power: cst.Multiply,
    cst.BitAnd: cst.BitOr,
    cst.BitOr: cst.BitAnd,
}
_ASSIGNED: dict[type[cst.BaseAugOp], type[cst.BaseAugOp]] = {
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.BitOrAssign: cst.BitAndAssign,
}
_NAMES = {"True": "False", "False": "True", "min": "max", "max": "min", "any": "all", "all": "any"}
_ATTRIBUTES = {
    "startswith": "endswith", "endswith": "startswith", "lower": "upper", "upper": "lower",
    "desc": "asc", "asc": "desc", "removeprefix": "removesuffix", "removesuffix": "removeprefix",
    "commit": "flush", "flush": "commit",
}  # fmt: skip
_UNWRAPPED = {"sorted", "set", "list", "dict", "tuple", "str", "int", "float", "reversed", "round", "abs"}
_GIVES_ITS_LIKE = {
    "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "copy", "encode", "decode",
    "replace", "removeprefix", "removesuffix", "desc", "asc", "label", "where", "filter", "order_by", "limit",
    "offset", "options", "distinct", "join", "group_by", "having", "with_for_update", "returning", "values",
    "model_dump", "scalars", "all", "unique", "nulls_last", "nulls_first", "is_", "astimezone", "rsplit",
}  # fmt: skip
_STATUS = re.compile(r"HTTP_\d{3}_\w+")
_STATUSES = ("HTTP_400_BAD_REQUEST", "HTTP_200_OK")


def slips(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What may stand in the place of this expression, or part of one, after one slip."""
    for kind, operator in _OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)


def negated(test: cst.BaseExpression) -> cst.BaseExpression:
    """`not` before a condition; a condition that begins with it loses it."""
    if isinstance(test, cst.UnaryOperation) and isinstance(test.operator, cst.Not):
        return test.expression
    bare = isinstance(test, (cst.Name, cst.Call, cst.Attribute, cst.Subscript)) or test.lpar
    inner = test if bare else test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    return cst.UnaryOperation(cst.Not(), inner)


def _comparison(node: cst.Comparison) -> Iterator[cst.CSTNode]:
    for place, target in enumerate(node.comparisons):
        for other in _COMPARED.get(type(target.operator), []):
            new = target.with_changes(operator=other())
            yield node.with_changes(comparisons=_put(node.comparisons, place, new))


def _binary(node: cst.BinaryOperation) -> Iterator[cst.CSTNode]:
    other = _CALCULATED.get(type(node.operator))
    if other:
        yield node.with_changes(operator=other())


def _augmented(node: cst.AugAssign) -> Iterator[cst.CSTNode]:
    other = _ASSIGNED.get(type(node.operator))
    if other:
        yield node.with_changes(operator=other())
    yield cst.Assign([cst.AssignTarget(node.target)], node.value)


def _unary(node: cst.UnaryOperation) -> Iterator[cst.CSTNode]:
    yield node.expression


def _boolean(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    other = cst.Or() if isinstance(node.operator, cst.And) else cst.And()
    yield node.with_changes(operator=other)
    for side in (node.left, node.right):
        yield side.with_changes(lpar=node.lpar, rpar=node.rpar) if node.lpar else side


def _number(node: cst.Integer | cst.Float) -> Iterator[cst.CSTNode]:
    for value in (node.evaluated_value + 1, node.evaluated_value - 1):
        yield cst.parse_expression(repr(value))


def _name(node: cst.Name) -> Iterator[cst.CSTNode]:
    if node.value in _NAMES:
        yield node.with_changes(value=_NAMES[node.value])


def _attribute(node: cst.Attribute) -> Iterator[cst.CSTNode]:
    name = node.attr.value
    if name in _ATTRIBUTES:
        yield node.with_changes(attr=cst.Name(_ATTRIBUTES[name]))
    if _STATUS.fullmatch(name):
        other = next(each for each in _STATUSES if each != name)
        yield node.with_changes(attr=cst.Name(other))


def _string(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    opening = node.prefix + node.quote
    inside = node.value[len(opening) : -len(node.quote)]
    texts = list(sql_slips.slips(inside)) if sql_slips.is_sql(inside) else []
    for text in texts or [f"{inside}x"]:
        yield node.with_changes(value=f"{opening}{text}{node.quote}")


def _string_part(node: cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    texts = list(sql_slips.slips(node.value)) if sql_slips.is_sql(node.value) else []
    for text in texts or [f"{node.value.rstrip()}x{node.value[len(node.value.rstrip()) :]}"]:
        yield node.with_changes(value=text)


def _call(node: cst.Call) -> Iterator[cst.CSTNode]:
    for place, argument in enumerate(node.args):
        last = place == len(node.args) - 1 and len(node.args) > 1
        if (argument.keyword or argument.star or last) and not alembic_slips.says_nothing(node, argument):
            yield node.with_changes(args=_without(node.args, place))
    if isinstance(node.func, cst.Name) and node.func.value in _UNWRAPPED and len(node.args) == 1:
        yield node.args[0].value
    if isinstance(node.func, cst.Attribute) and _is_link(node.func):
        yield node.func.value  # `.where(…)`, `.strip()` left out


def _is_link(function: cst.Attribute) -> bool:
    """Whether a method gives the like of what it is called on, so that its call can be forgotten."""
    chained = isinstance(function.value, cst.Call) and not isinstance(function.value.func, cst.Name)
    return chained or function.attr.value in _GIVES_ITS_LIKE


def _swapped_arguments(node: cst.Call) -> Iterator[cst.CSTNode]:
    plain = [each for each in node.args if not each.keyword and not each.star]
    for place in range(len(plain) - 1):
        one, two = node.args[place], node.args[place + 1]
        if all(isinstance(each.value, (cst.Name, cst.Attribute, cst.Subscript)) for each in (one, two)):
            swapped = [one.with_changes(value=two.value), two.with_changes(value=one.value)]
            yield node.with_changes(args=[*node.args[:place], *swapped, *node.args[place + 2 :]])


def _elements(node: cst.List | cst.Set | cst.Tuple | cst.Dict) -> Iterator[cst.CSTNode]:
    for place in range(len(node.elements)):
        if len(node.elements) > 1 or isinstance(node, (cst.List, cst.Dict)):
            yield node.with_changes(elements=_without(node.elements, place))


def _conditional(node: cst.IfExp) -> Iterator[cst.CSTNode]:
    yield node.with_changes(test=negated(node.test))


def _comprehension(node: cst.CompFor) -> Iterator[cst.CSTNode]:
    for place, condition in enumerate(node.ifs):
        yield node.with_changes(ifs=[*node.ifs[:place], *node.ifs[place + 1 :]])
        turned = condition.with_changes(test=negated(condition.test))
        yield node.with_changes(ifs=_put(node.ifs, place, turned))


def _slice(node: cst.Slice) -> Iterator[cst.CSTNode]:
    for side in ("lower", "upper", "step"):
        if getattr(node, side) is not None:
            yield node.with_changes(**{side: None})


def _subscript(node: cst.Subscript) -> Iterator[cst.CSTNode]:
    """`Annotated[int, Query(ge=1)]`: one thing that is said of the type left out, or all of it."""
    if not (isinstance(node.value, cst.Name) and node.value.value == "Annotated"):
        return
    if len(node.slice) > 2:
        for place in range(1, len(node.slice)):
            yield node.with_changes(slice=_without(node.slice, place))
    elif isinstance(node.slice[0].slice, cst.Index):
        yield node.slice[0].slice.value


def _await(node: cst.Await) -> Iterator[cst.CSTNode]:
    yield node.expression


def _yield(node: cst.Yield) -> Iterator[cst.CSTNode]:
    if isinstance(node.value, cst.BaseExpression):
        yield node.with_changes(value=None)


def _default(node: cst.Param) -> Iterator[cst.CSTNode]:
    if node.default is None:
        return
    yield node.with_changes(default=None, equal=cst.MaybeSentinel.DEFAULT)
    if not (isinstance(node.default, cst.Name) and node.default.value == "None"):
        yield node.with_changes(default=cst.Name("None"))


def _put(sequence: Sequence[cst.CSTNode], place: int, new: cst.CSTNode) -> list[cst.CSTNode]:
    return [*sequence[:place], new, *sequence[place + 1 :]]


def _without(sequence: Sequence[cst.CSTNode], place: int) -> list[cst.CSTNode]:
    kept = [*sequence[:place], *sequence[place + 1 :]]
    if kept and place == len(sequence) - 1:
        kept[-1] = kept[-1].with_changes(comma=sequence[-1].comma)  # type: ignore[attr-defined]
    return kept


_Operator = tuple[type | tuple[type, ...], Callable[..., Iterator[cst.CSTNode]]]
_OPERATORS: list[_Operator] = [
    (cst.Comparison, _comparison),
    (cst.BinaryOperation, _binary),
    (cst.AugAssign, _augmented),
    (cst.UnaryOperation, _unary),
    (cst.BooleanOperation, _boolean),
    ((cst.Integer, cst.Float), _number),
    (cst.Name, _name),
    (cst.Attribute, _attribute),
    (cst.SimpleString, _string),
    (cst.FormattedStringText, _string_part),
    (cst.Call, _call),
    (cst.Call, _swapped_arguments),
    (cst.Call, alembic_slips.slips),
    ((cst.List, cst.Set, cst.Tuple, cst.Dict), _elements),
    (cst.IfExp, _conditional),
    (cst.CompFor, _comprehension),
    (cst.Slice, _slice),
    (cst.Subscript, _subscript),
    (cst.Await, _await),
    (cst.Yield, _yield),
    (cst.Param, _default),
]
