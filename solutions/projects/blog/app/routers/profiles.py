"""Profiles over HTTP."""

from fastapi import APIRouter

from app.callers import Caller, Viewer
from app.database import DbSession
from app.models import User
from app.routers.names import Name
from app.schemas.users import ProfileResponse
from app.services import profiles

router = APIRouter(prefix="/profiles/{username}", tags=["profiles"])


@router.get("", response_model=ProfileResponse)
def read_profile(username: Name, viewer: Viewer, session: DbSession) -> dict[str, User]:
    return {"profile": profiles.read_profile(session, username, viewer)}


@router.post("/follow", response_model=ProfileResponse)
def follow(username: Name, caller: Caller, session: DbSession) -> dict[str, User]:
    return {"profile": profiles.follow(session, username, caller)}


@router.delete("/follow", response_model=ProfileResponse)
def unfollow(username: Name, caller: Caller, session: DbSession) -> dict[str, User]:
    return {"profile": profiles.unfollow(session, username, caller)}
