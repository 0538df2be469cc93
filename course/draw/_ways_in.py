"""The ways input gets into path operations, read from the app's OpenAPI."""

from dataclasses import dataclass
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw.mermaid import ROUND, Flowchart, Picture, box, limited

WAYS = {  # OpenAPI's name (or ours), and where the reader finds it
    "path": "PATH",
    "query": "QUERY, after the ?",
    "header": "HEADER",
    "cookie": "COOKIE",
    "JSON body": "JSON BODY",
    "form or file": "FORM OR FILE",
}
SHOWN = 4  # inputs of one kind in one operation
MOST_OPERATIONS = 8  # operations in one picture


@dataclass
class _Input:
    way: str
    name: str
    kind: str
    required: bool

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"


def ways_in(app: Any, path: str | None = None) -> Picture:
    """Which input reaches which path operation, and by which of the six ways.

    `path`: only the operations of this path template, for example "/posts/{post_id}". A bold arrow carries
    input that is required, a dotted one only optional input. Raises CourseError for an unknown path.
    """
    spec = app.openapi()
    if path is not None and path not in spec["paths"]:
        raise CourseError(f"The app has no path {path}. It has: {', '.join(spec['paths'])}.")
    found = {
        f"{method.upper()} {where}": _inputs(operation, spec)
        for where, item in spec["paths"].items()
        if path in (None, where)
        for method, operation in item.items()
    }
    taking = [(name, inputs) for name, inputs in found.items() if inputs][:MOST_OPERATIONS]
    title = "The ways input gets into a path operation"
    chart = Flowchart("LR", title, nodeSpacing=16, rankSpacing=60, padding=8, wrappingWidth=500)
    for number, (name, inputs) in enumerate(taking):
        _draw(chart, f"o{number}", name, inputs)
    rows = [
        (name, one.way, str(one), "required" if one.required else "optional")
        for name, inputs in taking
        for one in inputs
    ]
    return Picture(str(chart), columns(rows) if rows else "no operation takes input")


def _draw(chart: Flowchart, operation: str, name: str, inputs: list[_Input]) -> None:
    chart.add(box(operation, name))
    for at, (way, where) in enumerate(WAYS.items()):
        carried = [one for one in inputs if one.way == way]
        if carried:
            shown, more = limited([short(one, 40) for one in carried], SHOWN)
            arrow = "==>" if any(one.required for one in carried) else "-.->"
            chart.add(box(f"{operation}w{at}", where, *shown, more, shape=ROUND), arrow, operation)


def _inputs(operation: dict[str, Any], spec: dict[str, Any]) -> list[_Input]:
    found = [
        _Input(one["in"], one["name"], _kind(one.get("schema", {})), one.get("required", False))
        for one in operation.get("parameters", [])
    ]
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        whole = operation["requestBody"].get("required", False)
        if "json" in media:
            found.append(_Input("JSON body", "body", _kind(schema), whole))
        else:
            found += _fields(_resolved(schema, spec))
    return found


def _fields(schema: dict[str, Any]) -> list[_Input]:
    required = schema.get("required", [])
    return [
        _Input("form or file", name, _kind(one), name in required)
        for name, one in schema.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    target: Any = spec
    for part in schema["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return dict(target)


def _kind(schema: dict[str, Any]) -> str:
    """A JSON schema in one word a beginner knows."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if schema.get("format") == "binary" or "contentMediaType" in schema:
        return "file"
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(_kind(one) for one in options if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "anything")
