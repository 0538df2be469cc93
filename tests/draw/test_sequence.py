"""The picture of traced requests as a sequence."""

from typing import Annotated

from fastapi import Depends, FastAPI, Form, HTTPException

from course import draw
from course.tracing.trace import trace


class Desk:
    """What the app calls, as a service."""

    @staticmethod
    def greet(name: str) -> str:
        return Desk.spelled(name)

    @staticmethod
    def spelled(name: str) -> str:
        return name.title()

    @staticmethod
    def refuse() -> None:
        raise HTTPException(403)


def known() -> str:
    return Desk.spelled("ana")


def unused() -> None: ...


def made_app() -> FastAPI:
    app = FastAPI()

    @app.post("/login")
    def log_in(username: Annotated[str, Form()], password: Annotated[str, Form()]) -> dict[str, str]:
        return {"token": Desk.greet(username)}

    @app.get("/me", dependencies=[Depends(unused)])
    def read_me(name: Annotated[str, Depends(known)]) -> str:
        Desk.refuse()
        return name

    return app


def test_calls_go_from_lane_to_lane_and_back() -> None:
    sent = {"username": "ana", "password": "not-a-real-secret"}
    picture = draw.sequence(trace(made_app(), "POST", "/login", data=sent, watch=[Desk]))
    assert str(picture).splitlines() == [
        "client →   FastAPI  POST /login; username, password",
        "FastAPI →  router   log_in",
        "router →   Desk     greet",  # and what it calls in its own lane is left out
        "Desk →     router   str",
        "FastAPI →  client   200 OK; token",
    ]


def test_no_secret_is_shown() -> None:
    token = "eyJ" + "x" * 80
    sent = {"username": "ana", "password": "not-a-real-secret"}
    headers = {"Authorization": f"Bearer {token}"}
    app = made_app()
    traces = [
        trace(app, "POST", "/login", data=sent, watch=[Desk]),
        trace(app, "GET", "/me", headers=headers),
    ]
    picture = draw.sequence(*traces)
    shown = (
        str(picture)
        + picture._repr_mimebundle_()["text/plain"]
        + "".join(picture._repr_mimebundle_().values())
    )
    assert "not-a-real-secret" not in shown and token[:20] not in shown
    assert "Authorization: Bearer eyJ" in shown


def test_only_the_dependencies_that_are_named_and_a_cross_where_it_raised() -> None:
    seen = trace(made_app(), "GET", "/me", watch=[Desk])
    lines = str(draw.sequence(seen, only=["known"])).splitlines()
    assert lines == [
        "client →        FastAPI       GET /me",
        "FastAPI →       dependencies  known",
        "dependencies →  Desk          spelled",
        "Desk →          dependencies  str",
        "FastAPI →       router        read_me",
        "router →        Desk          refuse",
        lines[6],
        "FastAPI →       client        403 Forbidden; detail",
    ]
    assert "✗ " in lines[6] and "403" in lines[6]
    assert any("unused" in line for line in str(draw.sequence(seen)).splitlines())
