"""Tokens that nobody should accept, made by hand.

PyJWT was considered: it refuses to make most of what an attacker makes.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from course.attacks.outcome import NotTried
from course.base.base64url import decoded, encoded

HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
# What stands in tutorials, documentation and starters, and in this course.
PUBLISHED = (
    "not-a-real-secret-and-in-the-code-until-lesson-5.7",
    "not-a-real-secret-for-postboard-on-the-pages-of-this-course",
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",  # FastAPI's own documentation
    *(
        "secret",
        "secretkey",
        "secret-key",
        "secret_key",
        "SECRET_KEY",
        "supersecret",
        "super-secret",
        "s3cr3t",
    ),
    *(
        "mysecret",
        "my-secret",
        "mysecretkey",
        "jwt-secret",
        "jwtsecret",
        "your-secret-key",
        "your-256-bit-secret",
    ),
    *(
        "changeme",
        "change-me",
        "changethis",
        "password",
        "postboard",
        "test",
        "dev",
        "admin",
        "key",
        "token",
        "",
    ),
    *("secret" * 6, "x" * 32, "0" * 32, "a" * 32, "changeme" * 4, "a-string-secret-at-least-256-bits-long"),
)
Parts = tuple[dict[str, Any], dict[str, Any]]


def taken_apart(token: str) -> Parts:
    """Header and claims of a JWT. Raises NotTried for what is none."""
    try:
        header, claims = (json.loads(decoded(part)) for part in token.split(".")[:2])
    except ValueError:
        header = claims = None
    if token.count(".") != 2 or not isinstance(header, dict) or not isinstance(claims, dict):
        raise NotTried("The access tokens of this app are no JWTs.")
    return header, claims


def signed(header: dict[str, Any], claims: dict[str, Any], secret: str, algorithm: str = "HS256") -> str:
    """A token with a right signature for this secret, whatever its header says."""
    text = f"{_part(header)}.{_part(claims)}"
    return f"{text}.{_signature(text, secret, algorithm)}"


def with_signature(header: dict[str, Any], claims: dict[str, Any], signature: str) -> str:
    """A token with any text as its signature."""
    return f"{_part(header)}.{_part(claims)}.{signature}"


def secret_of(token: str, guesses: Iterable[str]) -> str | None:
    """The one of these secrets that a token was signed with; None when none of them was."""
    header, _ = taken_apart(token)
    text, _, signature = token.rpartition(".")
    algorithm = str(header.get("alg"))
    if algorithm not in HASHES:
        return None
    return next((each for each in guesses if _signature(text, each, algorithm) == signature), None)


def _signature(text: str, secret: str, algorithm: str) -> str:
    return encoded(hmac.new(secret.encode(), text.encode(), HASHES[algorithm]).digest())


def _part(data: dict[str, Any]) -> str:
    return encoded(json.dumps(data, separators=(",", ":")).encode())
