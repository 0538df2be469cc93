"""One response, as an attack sees it."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx


@dataclass(frozen=True)
class Reply:
    """A response: status, headers, and the body as text. `asked`: method and path of the request."""

    status: int
    headers: httpx.Headers
    text: str
    asked: str
    seconds: float = field(default=0.0, compare=False)

    @cached_property
    def json(self) -> Any:
        """The body as data; None for what is no JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None

    @property
    def media(self) -> str:
        """The media type without its parameters, as in "application/json"."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def ok(self) -> bool:
        """Whether the request was granted: 2xx."""
        return 200 <= self.status < 300

    def __getitem__(self, name: str) -> Any:
        """A field of a body that is an object; None where there is no such field."""
        return self.json.get(name) if isinstance(self.json, dict) else None

    @property
    def items(self) -> list[dict[str, Any]]:
        """The objects of a list, whether the body is the list or holds it as `items`."""
        found = self.json if isinstance(self.json, list) else self["items"]
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []

    def __str__(self) -> str:
        # httpx's words: Python's own differ from version to version.
        return f"{self.status} {httpx.codes.get_reason_phrase(self.status)}".strip()
