"""Requirements that several projects have, and what tokens of theirs have in common."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from course.base.base64url import encoded
from course.projects.base_world import BaseWorld
from course.projects.wire import Reply

_ONLY_SIGNATURE: Any = {"verify_aud": False, "verify_iss": False, "verify_exp": False}


def is_healthy(world: BaseWorld) -> None:
    """`GET /health` is a 200 with JSON, without a token."""
    reply = world.wire.send("GET", "/health").must(200)
    if reply.json is None:
        raise reply.not_yet("The body is JSON.", f"got {reply.media or 'no media type'}")


def has_one_form_of_errors(world: BaseWorld) -> None:
    """An error is `application/problem+json` with type, title, status and detail, also where no path is."""
    world.wire.send("GET", f"/{world.word()}").problem(404)
    world.wire.send("DELETE", "/health").problem(404, 405)


def ask_for_tokens(world: BaseWorld, requests: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Hold requests without a token to a 401 with `WWW-Authenticate: Bearer`. Raises NotYet."""
    for method, path, body in requests:
        reply = world.wire.send(method, path, **body).problem(401)
        if not reply.header("www-authenticate").lower().startswith("bearer"):
            raise reply.not_yet("WWW-Authenticate says Bearer.")


def end_of(token: str, world: BaseWorld, reply: Reply) -> float:
    """The claim `exp` of a JWT that TOKEN_SECRET opens, in seconds from now.

    Raises NotYet, with `reply`, for anything else, and NotTried at an address.
    """
    import jwt

    try:
        claims = jwt.decode(token, world.own.secret, algorithms=["HS256"], options=_ONLY_SIGNATURE)
    except jwt.InvalidTokenError as problem:
        raise reply.not_yet("The token is a JWT that TOKEN_SECRET opens.", str(problem)) from None
    end = claims.get("exp")
    if not isinstance(end, int | float):
        raise reply.not_yet("The token has a claim exp.", f"exp: {end!r}")
    return end - datetime.now(UTC).timestamp()


def forged(world: BaseWorld, token: str) -> dict[str, str]:
    """Tokens that open nothing, by what is wrong with them. Raises NotTried at an address."""
    import jwt

    secret = world.own.secret
    claims = jwt.decode(token, options={"verify_signature": False})
    head, body, signature = token.split(".")
    kind = jwt.get_unverified_header(token)
    unsigned = encoded(json.dumps({"alg": "none", "typ": "JWT"}).encode())
    late = {**claims, "exp": int(datetime.now(UTC).timestamp()) - 3600}
    longer = encoded(json.dumps({**claims, "exp": claims["exp"] + 1}).encode())
    another = encoded(json.dumps({**claims, "sub": "1"}).encode())
    return {
        "one for another secret": jwt.encode(claims, world.word(40), "HS256", headers=kind),
        "one that has expired": jwt.encode(late, secret, "HS256", headers=kind),
        "one without a signature": f"{unsigned}.{body}.",
        "one that was made longer": f"{head}.{longer}.{signature}",
        "one of somebody else": f"{head}.{another}.{signature}",
        "no token at all": world.word(20),
    }
