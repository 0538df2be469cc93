"""A token whose header, payload and signature are edited live, while verifiers say what they make of it."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from course.base.base64url import decoded, encoded
from course.base.errors import CourseError
from course.base.text import columns, short

_LONGEST = 90  # characters of what a verifier says


@dataclass(frozen=True)
class Verdict:
    """What one verifier says of the token as it is now."""

    verifier: str
    accepted: bool
    said: str

    def __str__(self) -> str:
        return f"✓ accepted: {self.said}" if self.accepted else f"✗ {self.said}"


class Tampering:
    """A token in three texts that can be edited, and the verifiers that read it after every change."""

    def __init__(self, token: str, verifiers: Mapping[str, Callable[[str], object]]) -> None:
        self._issued, self._verifiers = token, dict(verifiers)
        self.header = self.payload = self.signature = ""
        self._panel: Any = None
        self.restart()

    def restart(self) -> None:
        """Bring back the token as it was issued."""
        header, payload, self.signature = self._issued.split(".")
        self.header, self.payload = _text(header), _text(payload)
        self._refresh()

    def edit(
        self,
        *,
        header: str | Mapping[str, object] | None = None,
        payload: str | Mapping[str, object] | None = None,
        signature: str | None = None,
    ) -> None:
        """Change parts: header and payload as a dict or as JSON text, the signature as base64url text."""
        self.header = self.header if header is None else _as_text(header)
        self.payload = self.payload if payload is None else _as_text(payload)
        self.signature = self.signature if signature is None else signature.strip()
        self._refresh()

    def sign(self, key: str | bytes) -> None:
        """Sign header and payload as they are now, with HMAC-SHA256 and a key of your choice."""
        secret = key.encode() if isinstance(key, str) else key
        self.signature = encoded(hmac.digest(secret, self._signed().encode(), "sha256"))
        self._refresh()

    @property
    def token(self) -> str:
        """The token as it is now."""
        return f"{self._signed()}.{self.signature}"

    def verdicts(self) -> list[Verdict]:
        """What each verifier says; any error counts as a refusal, as it would for a client."""
        return [self._asked(name, verify) for name, verify in self._verifiers.items()]

    def _asked(self, name: str, verify: Callable[[str], object]) -> Verdict:
        try:
            return Verdict(name, True, short(verify(self.token), _LONGEST))
        except Exception as problem:
            return Verdict(name, False, short(f"{type(problem).__name__}: {problem}", _LONGEST))

    def _signed(self) -> str:
        return f"{encoded(self.header.encode())}.{encoded(self.payload.encode())}"

    def _refresh(self) -> None:
        if self._panel is not None:
            self._panel.refresh()

    def __repr__(self) -> str:
        parts = [("header", self.header), ("payload", self.payload), ("signature", self.signature)]
        return columns([*parts, *((each.verifier, str(each)) for each in self.verdicts())])

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        from course.play._token_panel import Panel

        if self._panel is None:
            self._panel = Panel(self)
        return self._panel.bundle()


def _text(part: str) -> str:
    # The very text that was signed: another blank in it would be another token.
    return decoded(part).decode()


def _as_text(part: str | Mapping[str, object]) -> str:
    return part if isinstance(part, str) else json.dumps(dict(part), separators=(",", ":"))


def token(text: str, /, **verifiers: Callable[[str], object]) -> Tampering:
    """Fields in which a JWT is edited, and what each verifier says: `play.token(text, naive=…, right=…)`.

    A verifier gets the token; it returns what it read, or raises an exception to refuse it. From Python:
    `.edit(payload={…})`, `.sign("key")`, `.restart()`, `.token`, `.verdicts()`. Raises CourseError.
    """
    if not verifiers:
        raise CourseError("Name the verifiers that read the token: play.token(text, naive=…, right=…).")
    try:
        return Tampering(text, verifiers)
    except ValueError:
        raise CourseError(
            "This is not a JWT: three parts in base64url with a dot between two of them."
        ) from None
