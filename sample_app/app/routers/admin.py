"""What admins do, over HTTP."""

from fastapi import APIRouter

from app.accounts import User
from app.dependencies import DbSession, UserName, WantedUsers
from app.guards import may_manage
from app.problems import documented
from app.schemas.admin import ActiveChange, ManagedUser, RoleChange, UserList
from app.services import admin

# A guard of the router is one of each of its operations.
router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[may_manage])


@router.get("/users", response_model=UserList, responses=documented(403))
def list_users(page: WantedUsers, session: DbSession) -> admin.FoundUsers:
    return admin.find_users(session=session, **page.model_dump())


@router.put(
    "/users/{name}/role",
    response_model=ManagedUser,
    responses=documented(403, 404, 409),
)
def set_role(name: UserName, change: RoleChange, session: DbSession) -> User:
    return admin.set_role(session=session, name=name, role=change.role)


@router.put(
    "/users/{name}/active",
    response_model=ManagedUser,
    responses=documented(403, 404, 409),
)
def set_active(name: UserName, change: ActiveChange, session: DbSession) -> User:
    return admin.set_active(session=session, name=name, active=change.active)
