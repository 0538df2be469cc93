"""Tokens of customers, and signatures of the payment provider."""

import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta

import jwt

from app.errors import Forbidden, Unknown
from app.settings import settings

ALGORITHM = "HS256"
SECRET = settings.token_secret.get_secret_value()
MOST_SECONDS = 300  # between a webhook's timestamp and our clock


def new_token(customer_id: int) -> str:
    """A token that says who the customer is, until it expires."""
    ends = datetime.now(UTC) + timedelta(minutes=settings.access_minutes)
    return jwt.encode({"sub": str(customer_id), "exp": ends}, SECRET, ALGORITHM)


def read_token(token: str) -> int:
    """The customer whom a token names. Raises Unknown."""
    try:
        claims = jwt.decode(
            token, SECRET, [ALGORITHM], options={"require": ["sub", "exp"]}
        )
        return int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError):
        raise Unknown("This token is not valid.") from None


def is_admin(token: str) -> bool:
    wanted = settings.admin_token.get_secret_value()
    return hmac.compare_digest(token.encode(), wanted.encode())


def check_webhook(body: bytes, timestamp: str, signature: str) -> None:
    """Let through what the provider has signed a moment ago. Raises Forbidden."""
    key = settings.payment_secret.get_secret_value().encode()
    signed = timestamp.encode() + b"." + body
    wanted = hmac.new(key, signed, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(wanted.encode(), signature.encode()):
        raise Forbidden("The signature is missing or wrong.")
    if not timestamp.isascii() or not timestamp.isdigit():
        raise Forbidden("The timestamp is no number.")
    if abs(time.time() - int(timestamp)) > MOST_SECONDS:
        raise Forbidden("The timestamp is too far from now.")
