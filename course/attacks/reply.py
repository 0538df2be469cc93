"""One response, as an attack sees it."""

from typing import Any

import httpx

from course.serving.local_client import Response


class Reply(Response):
    """A response. `asked`: method and path of the request."""

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
