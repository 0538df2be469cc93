"""Users, as admins see them."""

from typing import Any

from pydantic import BaseModel, StrictBool

from app.roles import Role


class ManagedUser(BaseModel):
    """A user, with what an admin decides about them."""

    id: int
    name: str
    email: str | None
    role: Role
    active: bool


class UserList(BaseModel):
    """Oldest first; `next` is the `after` of the following page, null at the end."""

    items: list[ManagedUser]
    next: int | None


class FailedJob(BaseModel):
    """A job that was given up. The worker's log says why."""

    id: int
    task: str
    args: dict[str, Any]
    attempts: int


class RoleChange(BaseModel):
    role: Role


class ActiveChange(BaseModel):
    active: StrictBool
