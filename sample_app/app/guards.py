"""What lets a caller through to a path operation. Each operation names one of these."""

import re
from collections.abc import Iterator
from hmac import compare_digest
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from app.callers import CurrentCaller, current_caller, key_holder
from app.dependencies import DbSession, PostId
from app.errors import Forbidden, NotFound, Outdated
from app.roles import Caller
from app.services import access
from app.settings import settings


async def open_to_anyone() -> None:
    """No guard, and on purpose."""


async def scraper(authorization: Annotated[str, Header()] = "") -> None:
    """Let Prometheus through: it sends the token of our settings."""
    token = settings.metrics_token
    wanted = f"Bearer {token.get_secret_value()}" if token else ""
    right = compare_digest(authorization.encode(), wanted.encode())
    if not token or not right:
        raise NotFound("There is no such page.")


class Requires:
    """A dependency that lets through whoever has a permission."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    async def __call__(self, caller: CurrentCaller) -> Caller:
        if self.permission not in caller.permissions:
            raise Forbidden(f"{caller.name} may not do this: {self.permission}.")
        return caller


anyone = Depends(open_to_anyone)
may_manage = Depends(Requires("users:manage"))
may_scrape = Depends(scraper)
Writer = Annotated[Caller, Depends(Requires("posts:write"))]


async def if_unchanged(
    post_id: PostId,
    caller: Writer,
    session: DbSession,
    if_match: Annotated[str | None, Header()] = None,
) -> None:
    """Let a change through if the post is still one that the client names."""
    if if_match is None or if_match.strip() == "*":
        return
    seen = re.findall(r'(?<!W/)"([^"]*)"', if_match)
    post = await access.own_post(session=session, post_id=post_id, caller=caller)
    if str(post.version) not in seen:
        raise Outdated(f"Post {post_id} has changed. Read it again.")


unless_changed = Depends(if_unchanged)
NAMES = {
    current_caller: "logged in",
    key_holder: "an old key",
    scraper: "the metrics token",
    open_to_anyone: "anyone",
}


def guards(app: FastAPI) -> dict[str, str]:
    """The guard of each path operation, such as "GET /posts": "anyone"."""
    return {
        f"{method} {route.path}": guard_of(route)
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        for method in route.methods or ()
    }


def guard_of(route: RouteContext) -> str:
    """What a route asks of its caller: a permission, or a name; "" where none is named."""
    calls = list(_calls(route.dependant))
    asked = [each.permission for each in calls if isinstance(each, Requires)]
    named = [name for call, name in NAMES.items() if call in calls]
    return next(iter(asked + named), "")


def _calls(dependant: Dependant) -> Iterator[Any]:
    """What is called before a path operation runs, and what is called before that."""
    for each in dependant.dependencies:
        yield each.call
        yield from _calls(each)
