"""The feed over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, WantedFeed
from app.guards import anyone
from app.schemas.feed import Feed
from app.services import feed

router = APIRouter(tags=["feed"])


@router.get("/feed", dependencies=[anyone])
async def read_feed(page: WantedFeed, session: DbSession) -> Feed:
    return await feed.read_feed(session=session, **page.model_dump())
