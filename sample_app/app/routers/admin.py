"""What admins do, over HTTP."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Row

from app.accounts import User
from app.dependencies import DbSession, UserName, WantedUsers
from app.guards import may_manage
from app.problems import documented
from app.schemas.admin import ActiveChange, FailedJob, ManagedUser, RoleChange, UserList
from app.services import admin

# A guard of the router is one of each of its operations.
router = APIRouter(prefix="/admin", tags=["admin"], dependencies=[may_manage])


@router.get("/users", response_model=UserList, responses=documented(403))
async def list_users(page: WantedUsers, session: DbSession) -> admin.FoundUsers:
    return await admin.find_users(session=session, **page.model_dump())


@router.put(
    "/users/{name}/role",
    response_model=ManagedUser,
    responses=documented(403, 404, 409),
)
async def set_role(name: UserName, change: RoleChange, session: DbSession) -> User:
    return await admin.set_role(session=session, name=name, role=change.role)


@router.put(
    "/users/{name}/active",
    response_model=ManagedUser,
    responses=documented(403, 404, 409),
)
async def set_active(name: UserName, change: ActiveChange, session: DbSession) -> User:
    return await admin.set_active(session=session, name=name, active=change.active)


@router.get("/jobs", response_model=list[FailedJob], responses=documented(403))
async def list_failed_jobs(session: DbSession) -> Sequence[Row[Any]]:
    return await admin.failed_jobs(session=session)
