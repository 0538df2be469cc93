"""Posts over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.callers import LOGIN_OPTIONAL, OptionalCaller
from app.dependencies import MOST, DbSession, PostId, WantedPage
from app.guards import Writer, anyone, unless_changed
from app.hub import POSTS, Messages, hub
from app.models import Post
from app.problems import documented
from app.schemas.posts import PostCreate, PostList, PostResponse, PostUpdate
from app.services import posts, reading
from app.services.missed import missed_posts

router = APIRouter(tags=["posts"])


# scope="request": until the last byte was sent.
async def new_posts() -> AsyncIterator[Messages]:
    with hub.subscribe(POSTS) as messages:
        yield messages


NewPosts = Annotated[Messages, Depends(new_posts, scope="request")]
LastId = Annotated[int | None, Header(alias="Last-Event-ID", ge=0, le=MOST)]


# We listen before we look, so that nothing falls between the two.
async def missed(
    _: NewPosts, session: DbSession, last: LastId = None
) -> list[int] | None:
    """What was published while a client was away; None: too much."""
    return [] if last is None else await missed_posts(session=session, last=last)


@router.get("/events", dependencies=[anyone], response_class=EventSourceResponse)
async def stream_events(
    messages: NewPosts, missed: Annotated[list[int] | None, Depends(missed)]
) -> AsyncIterator[ServerSentEvent]:
    """An event `post` for each new post; `reset`: too much was missed, read the list."""
    if missed is None:
        yield ServerSentEvent(event="reset", data={})
    for post_id in missed or ():
        yield ServerSentEvent(event="post", id=str(post_id), data={})
    async for message in messages:
        yield ServerSentEvent(event="post", id=str(message["post"]), data={})


@router.post(
    "/posts",
    status_code=201,
    response_model=PostResponse,
    responses=documented(403, 409),
)
async def create_post(
    post: PostCreate,
    caller: Writer,
    session: DbSession,
    request: Request,
    response: Response,
) -> Post:
    created = await posts.create_post(session=session, post=post, author=caller.name)
    where = request.app.url_path_for("read_post", post_id=created.id)
    response.headers["Location"] = where
    return created


@router.get(
    "/posts",
    response_model=PostList,
    dependencies=[anyone],
    openapi_extra=LOGIN_OPTIONAL,
)
async def list_posts(
    page: WantedPage, session: DbSession, caller: OptionalCaller
) -> posts.FoundPosts:
    return await posts.find_posts(session=session, **page.model_dump(), caller=caller)


@router.get(
    "/posts/{post_id}",
    response_model=PostResponse,
    dependencies=[anyone],
    responses=documented(404),
    openapi_extra=LOGIN_OPTIONAL,
)
async def read_post(
    post_id: PostId, caller: OptionalCaller, session: DbSession, response: Response
) -> reading.PostRow:
    found = await reading.read_post(session=session, post_id=post_id, caller=caller)
    response.headers["ETag"] = f'"{found.version}"'
    return found


@router.put(
    "/posts/{post_id}",
    response_model=PostResponse,
    dependencies=[unless_changed],
    responses=documented(403, 404, 409, 412),
)
async def replace_post(
    post_id: PostId, post: PostCreate, caller: Writer, session: DbSession
) -> Post:
    return await posts.replace_post(
        session=session, post_id=post_id, post=post, caller=caller
    )


@router.patch(
    "/posts/{post_id}",
    response_model=PostResponse,
    dependencies=[unless_changed],
    responses=documented(403, 404, 409, 412),
)
async def update_post(
    post_id: PostId, changes: PostUpdate, caller: Writer, session: DbSession
) -> Post:
    return await posts.update_post(
        session=session, post_id=post_id, changes=changes, caller=caller
    )


@router.delete(
    "/posts/{post_id}",
    status_code=204,
    dependencies=[unless_changed],
    responses=documented(403, 404, 412),
)
async def delete_post(post_id: PostId, caller: Writer, session: DbSession) -> None:
    await posts.delete_post(session=session, post_id=post_id, caller=caller)
