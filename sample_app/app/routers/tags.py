"""Tags over HTTP."""

from typing import Any

from fastapi import APIRouter

from app.dependencies import DbSession, PostId, WantedTags
from app.guards import Writer, anyone
from app.problems import documented
from app.schemas.tags import TagList, Tags
from app.services import tags

router = APIRouter(tags=["tags"])


@router.get("/tags", response_model=TagList, dependencies=[anyone])
async def list_tags(page: WantedTags, session: DbSession) -> dict[str, Any]:
    return {"items": await tags.top_tags(session=session, limit=page.limit)}


@router.put("/posts/{post_id}/tags", responses=documented(403, 404))
async def replace_tags(
    post_id: PostId, wanted: Tags, caller: Writer, session: DbSession
) -> list[str]:
    names = set(wanted.names)  # a name may come twice
    return await tags.replace_tags(
        session=session, post_id=post_id, names=names, caller=caller
    )
