"""Users over HTTP."""

from fastapi import APIRouter

from app.callers import Caller
from app.database import DbSession
from app.schemas.users import Login, Registration, UserResponse, UserUpdate
from app.services import users

router = APIRouter(tags=["users"])


@router.post("/users", status_code=201)
def register(sent: Registration, session: DbSession) -> UserResponse:
    return UserResponse.of(users.register(session, **sent.user.model_dump()))


@router.post("/users/login")
def log_in(sent: Login, session: DbSession) -> UserResponse:
    email, password = sent.user.email, sent.user.password.get_secret_value()
    return UserResponse.of(users.log_in(session, email, password))


@router.get("/user")
def me(caller: Caller) -> UserResponse:
    return UserResponse.of(caller)


@router.put("/user")
def change_me(sent: UserUpdate, caller: Caller, session: DbSession) -> UserResponse:
    changes = sent.user.model_dump(exclude_unset=True)
    return UserResponse.of(users.change_user(session, caller, changes))
