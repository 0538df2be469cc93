"""Which step of a plan touched how many pages itself: EXPLAIN counts those of the steps below as well."""

from collections.abc import Iterator
from typing import Any


def _own_pages(root: dict[str, Any]) -> dict[int, int]:
    """The pages that each node touched itself, by the node's id."""
    own: dict[int, int] = {}
    for node in _walk(root):
        own[id(node)] = own.get(id(node), 0) + _touched(node)
        for child in node.get("Plans", []):
            # An InitPlan runs when its value is first asked for, and is counted there.
            asking = _asking(node, child) if child.get("Parent Relationship") == "InitPlan" else node
            own[id(asking)] = own.get(id(asking), 0) - _touched(child)
    return {key: max(value, 0) for key, value in own.items()}


def _walk(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node and those below, from the top down."""
    yield node
    for child in node.get("Plans", []):
        yield from _walk(child)


def _asking(parent: dict[str, Any], plan: dict[str, Any]) -> dict[str, Any]:
    """The node at or below `parent` that uses the value of an InitPlan of its own, or reads a CTE."""
    name = str(plan.get("Subplan Name", ""))
    inside = {id(node) for node in _walk(plan)}
    for node in _walk(parent):
        said = " ".join(str(value) for key, value in node.items() if key != "Plans")
        asks = f"({name})" in said or f"CTE {node.get('CTE Name')}" == name
        if asks and id(node) not in inside and node is not plan:
            return node
    return parent


def _touched(node: dict[str, Any]) -> int:
    return sum(
        int(node.get(f"{where} {how} Blocks", 0)) for where in ("Shared", "Local") for how in ("Hit", "Read")
    )
