"""Tags over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, PostId, Writer
from app.errors import documented
from app.schemas import Tags
from app.services import tags

router = APIRouter(
    prefix="/posts/{post_id}/tags",
    tags=["tags"],
    responses=documented(401, 403, 404),
)


@router.put("")
def replace_tags(
    post_id: PostId, wanted: Tags, session: DbSession, caller: Writer
) -> list[str]:
    return tags.replace(session=session, post_id=post_id, names=wanted.names)
