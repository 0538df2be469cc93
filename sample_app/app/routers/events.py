"""New posts, as a stream of events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.dependencies import MOST, DbSession
from app.guards import anyone
from app.hub import POSTS, Messages, hub
from app.services.missed import missed_posts

router = APIRouter(tags=["events"])
LastId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=MOST)]


# scope="request": until the last byte was sent.
async def new_posts() -> AsyncIterator[Messages]:
    with hub.subscribe(POSTS) as messages:
        yield messages


NewPosts = Annotated[Messages, Depends(new_posts, scope="request")]


async def missed(
    _: NewPosts,  # we listen before we look, so that nothing falls between the two
    session: DbSession,
    last: LastId = None,
) -> list[int] | None:
    """What was published while a client was away; None: too much."""
    return [] if last is None else await missed_posts(session=session, last=last)


Missed = Annotated[list[int] | None, Depends(missed)]


@router.get("/events", dependencies=[anyone], response_class=EventSourceResponse)
async def stream_events(
    messages: NewPosts, missed: Missed
) -> AsyncIterator[ServerSentEvent]:
    """An event `post` for each new post; `reset`: too much was missed, read the list."""
    if missed is None:
        yield ServerSentEvent(event="reset", data={})
    for post_id in missed or ():
        yield event_of(post_id)
    async for message in messages:
        yield event_of(message["post"])


def event_of(post_id: int | str) -> ServerSentEvent:
    return ServerSentEvent(event="post", id=str(post_id), data={"id": post_id})
