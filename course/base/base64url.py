"""base64url, in which a JWT travels: base64 with - and _ in place of + and /, without = at its end."""

from base64 import urlsafe_b64decode, urlsafe_b64encode


def encoded(data: bytes) -> str:
    """Bytes as base64url text."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of a base64url text. Raises ValueError for a text that cannot be one."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
