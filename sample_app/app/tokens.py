"""Access tokens: JWTs that we sign. Everybody can read one; nobody else can make or change one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt

from app.settings import settings

SECRET = settings.token_secret.get_secret_value()  # here alone it is unwrapped
ALGORITHM = "HS256"
ISSUER, AUDIENCE = "postboard", "postboard-api"
KIND = "at+jwt"  # in the header: no other token of ours passes for an access token
ACCESS_TIME = timedelta(minutes=settings.access_minutes)
REQUIRED = ["iss", "aud", "sub", "iat", "exp", "jti", "scope"]


class InvalidToken(Exception):
    """A token that is not accepted. The text tells a stranger nothing more."""


@dataclass(frozen=True)
class Claims:
    """What a valid token says: who, what they may do at most, by which login, until when."""

    user_id: int
    scopes: frozenset[str]
    login: str | None
    expires: datetime


def new_token(
    *,
    user_id: int,
    scopes: Iterable[str],
    login: str | None = None,
    now: datetime | None = None,
) -> str:
    """A token for a user, valid for ACCESS_TIME."""
    issued = now or datetime.now(UTC)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),  # the standard wants text
        "iat": issued,
        "exp": issued + ACCESS_TIME,
        "jti": uuid4().hex,
        "scope": " ".join(sorted(scopes)),
    }
    if login is not None:
        claims["sid"] = login
    return jwt.encode(claims, SECRET, ALGORITHM, headers={"typ": KIND})


def read_token(token: str) -> Claims:
    """What a token says. Raises InvalidToken."""
    try:
        read = jwt.decode_complete(
            token,
            SECRET,
            algorithms=[ALGORITHM],  # ours, whatever the token's header says
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": REQUIRED},
        )
        claims = read["payload"]
        login = str(UUID(claims["sid"])) if "sid" in claims else None
        scopes = frozenset(claims["scope"].split())
        expires = datetime.fromtimestamp(claims["exp"], UTC)
        said = Claims(int(claims["sub"]), scopes, login, expires)
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("This token has expired.") from error
    except (jwt.InvalidTokenError, AttributeError, ValueError) as error:
        # The last two: our signature, and a claim that new_token never writes.
        raise InvalidToken("This token is not valid.") from error
    if read["header"].get("typ") != KIND:
        raise InvalidToken("This token is not valid.")
    return said
