"""Users over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, UserName
from app.guards import anyone
from app.problems import documented
from app.schemas.users import Profile
from app.services import users

router = APIRouter(tags=["users"])


@router.get("/users/{name}", dependencies=[anyone], responses=documented(404))
async def read_profile(name: UserName, session: DbSession) -> Profile:
    return await users.read_profile(session=session, name=name)
