"""Which neighbouring statements are worth swapping: most do not depend on each other, or fail at once."""

import libcst as cst
from libcst import matchers

_LEAVES = (cst.Return, cst.Raise, cst.Break, cst.Continue)
_DEFINITIONS = (cst.FunctionDef, cst.ClassDef)
_METHOD = matchers.SaveMatchedNode(matchers.Name(), "method")
_PATH = matchers.SaveMatchedNode(matchers.SimpleString(), "path")
_ENDPOINT = matchers.Call(
    func=matchers.Attribute(attr=_METHOD), args=[matchers.Arg(_PATH), matchers.ZeroOrMore()]
)


def is_text(statement: cst.CSTNode) -> bool:
    """A docstring, or any other string that stands alone."""
    found = only(statement)
    return isinstance(found, cst.Expr) and isinstance(
        found.value, (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)
    )


def only(statement: cst.CSTNode) -> cst.CSTNode | None:
    """The one small statement of a line; None for a block, and for a line with more of them."""
    line = isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1
    return statement.body[0] if line else None  # type: ignore[attr-defined]


def order_matters(one: cst.CSTNode, two: cst.CSTNode) -> bool:
    """Whether two neighbours may do something else when they are swapped, other than fail at once."""
    simple = [only(one), only(two)]
    if any(isinstance(each, (*_LEAVES, cst.Import, cst.ImportFrom, cst.Pass)) for each in simple):
        return False
    if any(map(is_text, (one, two))) or all(isinstance(each, cst.AnnAssign) for each in simple):
        return False
    if isinstance(one, cst.FunctionDef) and isinstance(two, cst.FunctionDef):
        return _clash(one, two)
    if any(isinstance(each, _DEFINITIONS) for each in (one, two)) or _makes_a_name_for(one, two):
        return False
    waits = [isinstance(each, cst.Expr) and isinstance(each.value, (cst.Yield, cst.Await)) for each in simple]
    return any(waits) or bool(_changed(one) & _names(two) or _changed(two) & _names(one))


def _clash(one: cst.FunctionDef, two: cst.FunctionDef) -> bool:
    """Whether a request would reach both endpoints: the upper one gets it. Middleware has an order too."""
    routes = [_route(each) for each in (one, two)]
    if not all(routes):
        return any("middleware" in _names(each) for each in (one, two))
    (first_method, *first), (second_method, *second) = routes
    parts = zip(first, second, strict=False)
    same = all(a == b or "{" in a + b for a, b in parts) and len(first) == len(second)
    return first_method == second_method and same


def _route(node: cst.FunctionDef) -> list[str]:
    """The method and the parts of the path that a function answers; empty when it is no endpoint."""
    for decorator in node.decorators:
        if found := matchers.extract(decorator.decorator, _ENDPOINT):
            return [found["method"].value, *found["path"].evaluated_value.split("/")]  # type: ignore[union-attr]
    return []


def _makes_a_name_for(one: cst.CSTNode, two: cst.CSTNode) -> bool:
    """Whether the second needs a name that the first makes: swapped, it would not find it."""
    made = only(one)
    if isinstance(made, (cst.Assign, cst.AnnAssign)):
        targets = [each.target for each in made.targets] if isinstance(made, cst.Assign) else [made.target]
        new = {each.value for each in targets if isinstance(each, cst.Name)}
        return bool(new & _names(two)) and not (made.value and new & _names(made.value))
    return False


def _changed(node: cst.CSTNode) -> set[str]:
    """The names of what a statement may change: its targets, and what a call that stands alone is given."""
    found: set[str] = set()

    class Changed(cst.CSTVisitor):
        def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
            found.update(_names(node.target))

        def visit_AugAssign(self, node: cst.AugAssign) -> None:
            found.update(_names(node.target))

        def visit_Del(self, node: cst.Del) -> None:
            found.update(_names(node))

        def visit_Expr(self, node: cst.Expr) -> None:
            found.update(_names(node))

    node.visit(Changed())
    return found


def _names(node: cst.CSTNode) -> set[str]:
    found: set[str] = set()

    class Names(cst.CSTVisitor):
        def visit_Name(self, node: cst.Name) -> None:
            found.add(node.value)

        def visit_Annotation(self, node: cst.Annotation) -> bool:
            return False

    node.visit(Names())
    return found
