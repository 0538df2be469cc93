"""What Postboard promised before it moved to the ORM: the requests that every later stage answers alike.

One list, in this order, on an empty database: later requests build on what earlier ones stored.
"""

from dataclasses import dataclass, field
from typing import Any

# The app's own keys, visibly fake, as app/dependencies.py has them until week 5.
ADA = {"X-API-Key": "not-a-real-key-ada"}
BOB = {"X-API-Key": "not-a-real-key-bob"}
WRONG = {"X-API-Key": "not-a-key"}
NOBODY: dict[str, str] = {}


@dataclass(frozen=True)
class Asked:
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
    Asked("POST", "/posts", ADA, _post("  Hello ", "There")),
    Asked("GET", "/posts/1"),
    Asked("PATCH", "/posts/1", BOB, {"published": False}),
    Asked("GET", "/posts/1"),
    Asked("GET", "/posts/1", BOB),
    Asked("PUT", "/posts/1", BOB, _post("New")),
    Asked("PATCH", "/posts/1", BOB, {}),
    Asked("PATCH", "/posts/1", BOB, {"title": None}),
    Asked("PUT", "/posts/999", BOB, _post("Nowhere")),
    Asked("PATCH", "/posts/999", BOB, {"title": "Nowhere"}),
]
_CONFLICTS = [
    Asked("POST", "/posts", BOB, _post("New")),
    Asked("POST", "/posts", BOB, _post("Second 100%")),
    Asked("PATCH", "/posts/3", BOB, {"title": "New"}),
    Asked("PUT", "/posts/3", BOB, _post("New")),
    Asked("GET", "/posts/3"),
]
_LISTS = [
    Asked("GET", "/posts?search=%25"),
    Asked("GET", "/posts?search=_"),
    Asked("GET", "/posts?search=SECOND"),
    Asked("GET", "/posts?limit=1&skip=1"),
    Asked("GET", "/posts?limit=-1"),
    Asked("GET", "/posts?skip=99999999999"),
    Asked("GET", "/posts?search=%00"),
]
_REFUSED = [
    Asked("GET", "/posts/0"),
    Asked("GET", "/posts/99999999999"),
    Asked("GET", "/posts/999"),
    Asked("GET", "/nowhere"),
    Asked("TRACE", "/posts"),
    Asked("POST", "/posts/", ADA, _post("Slash")),
    Asked("POST", "/posts", ADA, _post("a\0b")),
    Asked("POST", "/posts", ADA, {"title": ""}),
    Asked("PATCH", "/posts/1", BOB, {"published": "maybe"}),
    Asked("POST", "/posts", NOBODY, _post("Stranger")),
    Asked("POST", "/posts", WRONG, _post("Stranger")),
    Asked("GET", "/posts", WRONG),
]
_DRAFTS = [Asked("POST", "/posts", BOB, _post(f"Draft {number}", published=False)) for number in range(1, 5)]
_RULES = [
    Asked("PATCH", "/posts/1", BOB, {"published": False}),
    Asked("GET", "/posts", BOB),
    Asked("GET", "/posts"),
    Asked("DELETE", "/posts/1", BOB),
    Asked("DELETE", "/posts/1"),
    Asked("DELETE", "/posts/1", ADA),
    Asked("DELETE", "/posts/1", ADA),
    Asked("GET", "/posts?limit=100", ADA),
]
CONTRACT = [*_LIFE, *_CONFLICTS, *_LISTS, *_REFUSED, *_DRAFTS, *_RULES]
