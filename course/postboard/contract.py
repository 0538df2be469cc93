"""What Postboard promised before it moved to the ORM: the requests that every later stage answers alike.

One list, in this order, on an empty database: later requests build on what earlier ones stored.
"""

from dataclasses import dataclass, field
from typing import Any

# The app's own keys, visibly fake, as lessons 2.4 to 5.2 have them. Later stages are sent tokens (stages.py).
ADA = {"X-API-Key": "not-a-real-key-ada"}
BOB = {"X-API-Key": "not-a-real-key-bob"}
WRONG = {"X-API-Key": "not-a-key"}
NOBODY: dict[str, str] = {}


@dataclass(frozen=True)
class Request:
    """One request; `body` None sends none."""

    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def __str__(self) -> str:
        who = {ADA["X-API-Key"]: "ada", BOB["X-API-Key"]: "bob"}.get(self.headers.get("X-API-Key", ""), "")
        return f"{self.method} {self.path}" + (f" as {who}" if who else "")


def _post(title: str, content: str = "Text", **more: Any) -> dict[str, Any]:
    return {"title": title, "content": content, **more}


_LIFE = [
    Request("POST", "/posts", BOB, _post("  Hello ", "There")),
    Request("GET", "/posts/1"),
    Request("PATCH", "/posts/1", BOB, {"published": False}),
    Request("GET", "/posts/1"),
    Request("GET", "/posts/1", BOB),
    Request("PUT", "/posts/1", BOB, _post("New")),
    Request("PATCH", "/posts/1", BOB, {}),
    Request("PATCH", "/posts/1", BOB, {"title": None}),
    Request("PUT", "/posts/999", BOB, _post("Nowhere")),
    Request("PATCH", "/posts/999", BOB, {"title": "Nowhere"}),
]
_CONFLICTS = [
    Request("POST", "/posts", BOB, _post("New")),
    Request("POST", "/posts", BOB, _post("Second 100%")),
    Request("PATCH", "/posts/3", BOB, {"title": "New"}),
    Request("PUT", "/posts/3", BOB, _post("New")),
    Request("GET", "/posts/3"),
]
_LISTS = [
    Request("GET", "/posts?search=%25"),
    Request("GET", "/posts?search=_"),
    Request("GET", "/posts?search=SECOND"),
    Request("GET", "/posts?limit=1&skip=1"),
    Request("GET", "/posts?limit=-1"),
    Request("GET", "/posts?skip=99999999999"),
    Request("GET", "/posts?search=%00"),
    Request("GET", "/posts?serach=second"),
]
_REFUSED = [
    Request("GET", "/posts/0"),
    Request("GET", "/posts/99999999999"),
    Request("GET", "/posts/999"),
    Request("GET", "/nowhere"),
    Request("TRACE", "/posts"),
    Request("POST", "/posts/", ADA, _post("Slash")),
    Request("POST", "/posts", ADA, _post("a\0b")),
    Request("POST", "/posts", ADA, {"title": ""}),
    Request("PATCH", "/posts/1", BOB, {"published": "maybe"}),
    Request("PATCH", "/posts/1", BOB, {"published": 0}),
    Request("PATCH", "/posts/1", BOB, {"titel": "A slip"}),
    Request("POST", "/posts", NOBODY, _post("Stranger")),
    Request("POST", "/posts", WRONG, _post("Stranger")),
    Request("GET", "/posts", WRONG),
]
_DRAFTS = [
    Request("POST", "/posts", BOB, _post(f"Draft {number}", published=False)) for number in range(1, 5)
]
_RULES = [
    Request("PATCH", "/posts/1", BOB, {"published": False}),
    Request("GET", "/posts", BOB),
    Request("GET", "/posts"),
    Request("DELETE", "/posts/1", BOB),
    Request("DELETE", "/posts/1"),
    Request("DELETE", "/posts/1", ADA),
    Request("DELETE", "/posts/1", ADA),
    Request("GET", "/posts?limit=100", ADA),
]
CONTRACT = [*_LIFE, *_CONFLICTS, *_LISTS, *_REFUSED, *_DRAFTS, *_RULES]
