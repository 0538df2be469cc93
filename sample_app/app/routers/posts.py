"""Posts over HTTP."""

from fastapi import APIRouter, Request, Response

from app.callers import LOGIN_OPTIONAL, OptionalCaller
from app.dependencies import DbSession, PostId, WantedPage
from app.guards import Writer, anyone, unless_changed
from app.models import Post
from app.problems import documented
from app.schemas.posts import PostCreate, PostList, PostResponse, PostUpdate
from app.services import posts, reading

router = APIRouter(tags=["posts"])


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
