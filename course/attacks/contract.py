"""Which operations an app offers, read from its own OpenAPI description."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from course.attacks.outcome import NotTried, ServerFailed
from course.attacks.wire import Wire

PLACES = ("/openapi.json", "/api/openapi.json", "/api/v1/openapi.json", "/v1/openapi.json")
METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 6  # levels of a schema that refers to itself


@dataclass(frozen=True)
class Operation:
    """One method of one path. `guarded`: the description says that it needs somebody who has logged in."""

    method: str
    path: str
    guarded: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    form: bool = False
    parameters: frozenset[str] | None = None

    def takes(self, name: str) -> bool:
        """Whether it has this parameter; for one that is not described, yes."""
        return self.parameters is None or name in self.parameters

    def at(self, *values: object) -> str:
        """The path with these values in place of its parameters, in order."""
        rest = iter(values)
        return re.sub(r"\{[^}]*\}", lambda _: str(next(rest, "1")), self.path)

    @property
    def safe(self) -> bool:
        """Whether it only reads."""
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Contract:
    """All operations of an app. Where it has no description (`described`), those of Postboard are tried."""

    operations: tuple[Operation, ...] = ()
    described: bool = False
    login: str = ""
    schemas: dict[str, Any] = field(default_factory=dict)

    def find(self, method: str, ending: str) -> Operation | None:
        """The operation whose path ends so, however its parameters are called; the shortest of several."""
        if not self.described:
            return Operation(method, ending)
        wanted = _bare(ending)
        found = [o for o in self.operations if o.method == method and _bare(o.path).endswith(wanted)]
        return min(found, key=lambda each: len(each.path), default=None)

    def fields(self, operation: Operation) -> dict[str, Any]:
        """The properties of an operation's body: name to schema."""
        return dict(self._resolved(operation.body).get("properties") or {})

    def example(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value that such a schema may accept, the smallest one."""
        schema = self._resolved(schema)
        for key in ("anyOf", "oneOf", "allOf"):
            if schema.get(key):
                return self.example(schema[key][0], depth + 1)
        if "const" in schema or schema.get("enum"):
            return schema["const"] if "const" in schema else schema["enum"][0]
        kind = schema.get("type", "object")
        if kind == "object" and depth < _DEEPEST:
            needed = schema.get("required") or []
            return {
                n: self.example(s, depth + 1)
                for n, s in (schema.get("properties") or {}).items()
                if n in needed
            }
        text = "someone@example.com" if schema.get("format") == "email" else "x" * schema.get("minLength", 4)
        plain = {"string": text, "integer": schema.get("minimum", 1), "number": 1.0, "boolean": True}
        return plain.get(kind, [] if kind == "array" else {} if kind == "object" else None)

    def _resolved(self, schema: Any) -> dict[str, Any]:
        for _ in range(_DEEPEST):
            if not isinstance(schema, dict) or "$ref" not in schema:
                break
            schema = self.schemas.get(str(schema["$ref"]).rpartition("/")[2], {})
        return schema if isinstance(schema, dict) else {}


def read(wire: Wire) -> Contract:
    """The contract of the server. Without a description that can be read, it assumes Postboard's paths."""
    for place in PLACES:
        try:
            found = wire.send("GET", place)
        except (ServerFailed, NotTried):
            return Contract()
        if found.ok and isinstance(found["paths"], dict):
            try:
                return _contract(found.json)
            except (AttributeError, TypeError, ValueError):
                return Contract()
    return Contract()


def _contract(described: dict[str, Any]) -> Contract:
    parts = described.get("components") or {}
    everywhere = bool(described.get("security"))
    operations = tuple(
        _operation(method, path, {"shared": item.get("parameters"), **about}, everywhere)
        for path, item in described["paths"].items()
        for method, about in item.items()
        if method in METHODS and path.startswith("/")
    )
    return Contract(operations, True, _token_path(parts), dict(parts.get("schemas") or {}))


def _operation(method: str, path: str, about: dict[str, Any], everywhere: bool) -> Operation:
    content = (about.get("requestBody") or {}).get("content") or {}
    form = "application/x-www-form-urlencoded" in content
    media = "application/x-www-form-urlencoded" if form else "application/json"
    security = about.get("security")
    guarded = everywhere if security is None else bool(security) and {} not in security
    named = [*(about.get("parameters") or []), *(about.get("shared") or [])]
    parameters = frozenset(str(each.get("name")) for each in named)
    schema = dict((content.get(media) or {}).get("schema") or {})
    return Operation(method.upper(), path, guarded, schema, form, parameters)


def _token_path(parts: dict[str, Any]) -> str:
    """The path of the login, from the password flow of OAuth2; "" where none is described."""
    for scheme in (parts.get("securitySchemes") or {}).values():
        url = ((scheme.get("flows") or {}).get("password") or {}).get("tokenUrl")
        if url:
            return "/" + urlsplit(str(url)).path.lstrip("/")
    return ""


def _bare(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)
