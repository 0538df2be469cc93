"""Users over HTTP."""

from fastapi import APIRouter

from app.dependencies import DbSession, UserName
from app.errors import documented
from app.schemas import Profile
from app.services import users

router = APIRouter(prefix="/users", tags=["users"], responses=documented(404))


@router.get("/{name}")
def read_profile(name: UserName, session: DbSession) -> Profile:
    return users.profile(session=session, name=name)
