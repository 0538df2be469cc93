"""The feed over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, WantedFeed
from app.schemas import Feed
from app.services import feed

router = APIRouter(prefix="/feed", tags=["feed"])


@router.get("")
def read_feed(page: WantedFeed, session: DbSession) -> Feed:
    return feed.read(session=session, **page.model_dump())
