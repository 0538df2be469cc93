"""One request followed through a live app: what happened, in which order, and nothing left behind."""

import threading
from collections.abc import Iterator
from typing import Annotated, Any

import fastapi.dependencies.utils as dependencies
import fastapi.routing as routing
import pytest
from fastapi import (
    APIRouter,
    BackgroundTasks,
    Cookie,
    Depends,
    FastAPI,
    Form,
    HTTPException,
    Request,
    Response,
)
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.background import BackgroundTask
from starlette.middleware.gzip import GZipMiddleware

from course.base.errors import CourseError
from course.tracing.steps import Step, Trace
from course.tracing.trace import trace


class PostIn(BaseModel):
    title: str


class Post(PostIn):
    id: int


class OutOfPosts(Exception):
    pass


def steps(found: Trace, *stages: str) -> list[tuple[str, str, str]]:
    return [(step.stage, step.name, step.note) for step in found.stages(*stages)]


def failed(found: Trace) -> list[tuple[str, str]]:
    return [(step.stage, step.name) for step in found.steps if step.failed]


def stages(found: Trace) -> list[str]:
    return [step.stage for step in found.steps]


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()

    @app.get("/posts/{post_id}")
    def read_post(post_id: int) -> Post:
        if post_id == 404:
            raise HTTPException(404, "no such post")
        if post_id == 500:
            raise KeyError(post_id)
        if post_id == 503:
            raise OutOfPosts
        return Post(id=post_id, title="Hi")

    @app.post("/posts", status_code=201)
    async def create_post(post: PostIn) -> dict:
        return post.model_dump()

    return app


def test_the_stages_are_in_the_order_in_which_they_happen(app: FastAPI) -> None:
    app.add_middleware(GZipMiddleware)
    found = trace(app, "POST", "/posts", json={"title": "Hi"})
    assert stages(found) == [
        "middleware in",
        "routing",
        "body",
        "validation",
        "function",
        "response",
        "middleware out",
        "sent",
    ]
    assert not failed(found)
    assert found.status == 201 and found.response.json() == {"title": "Hi"}


def test_middleware_is_named_outermost_first(app: FastAPI) -> None:
    app.add_middleware(GZipMiddleware)

    @app.middleware("http")
    async def add_timing(request: Request, call_next: Any) -> Response:
        return await call_next(request)

    found = trace(app, "GET", "/posts/1")
    assert [step.name for step in found.stages("middleware in")] == ["add_timing", "GZipMiddleware"]
    assert [step.name for step in found.stages("middleware out")] == [
        "GZipMiddleware",
        "add_timing",
    ]


def test_middleware_that_answers_itself_lets_nothing_further_in(app: FastAPI) -> None:
    @app.middleware("http")
    async def refuse(request: Request, call_next: Any) -> Response:
        return JSONResponse({}, 403)

    assert stages(trace(app, "GET", "/posts/1")) == ["middleware in", "middleware out", "sent"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_exception_in_middleware_leaves_past_every_handler(app: FastAPI, when: str) -> None:
    @app.middleware("http")
    async def breaks(request: Request, call_next: Any) -> Response:
        if when == "after":
            await call_next(request)
        raise HTTPException(400)

    found = trace(app, "GET", "/posts/1")
    assert failed(found) == [("middleware out", "breaks")]
    handler = found.stages("exception handler")[0]
    assert handler.name == "ServerErrorMiddleware"
    assert handler.note == "HTTPException 400 from middleware out breaks; no handler for it"
    assert found.status == 500


def test_routing_names_the_template_and_the_function(app: FastAPI) -> None:
    assert steps(trace(app, "GET", "/posts/1"), "routing") == [
        ("routing", "GET /posts/{post_id}", "to read_post")
    ]


def test_routing_into_an_included_router_names_the_whole_template(app: FastAPI) -> None:
    router = APIRouter(prefix="/users")
    router.add_api_route("/{user_id}", lambda user_id: user_id, name="read_user")
    app.include_router(router, prefix="/v1")
    assert trace(app, "GET", "/v1/users/3").stages("routing")[0].name == "GET /v1/users/{user_id}"


@pytest.mark.parametrize(
    ("method", "path", "name", "note", "status"),
    [
        ("GET", "/nothing", "no route", "no path fits", 404),
        ("PUT", "/posts/1", "/posts/{post_id}", "the path fits, PUT does not", 405),
    ],
)
def test_a_request_without_a_route_fails_in_routing(
    app: FastAPI, method: str, path: str, name: str, note: str, status: int
) -> None:
    found = trace(app, method, path)
    assert steps(found, "routing") == [("routing", name, note)]
    assert failed(found) == [("routing", name)]
    handler = (
        "exception handler",
        "http_exception_handler",
        f"HTTPException {status} from routing",
    )
    assert steps(found, "exception handler") == [handler]


def test_a_slash_too_many_is_a_redirect_and_one_request(app: FastAPI) -> None:
    found = trace(app, "GET", "/posts/1/")
    assert (found.status, stages(found)) == (307, ["routing", "sent"])


def test_a_mounted_app_is_routed_to_as_a_whole(app: FastAPI) -> None:
    app.mount("/static", lambda scope, receive, send: Response("x")(scope, receive, send))
    assert trace(app, "GET", "/static/x").stages("routing")[0].note == "a mounted app"


@pytest.mark.parametrize(
    ("sent", "name", "note"),
    [
        ({"json": {"title": "Hi"}}, "JSON", "read"),
        ({}, "no body", ""),
        ({"content": b"title"}, "bytes", "not read as JSON: the Content-Type does not say so"),
    ],
)
def test_the_body_is_read_before_anything_is_checked(app: FastAPI, sent: dict, name: str, note: str) -> None:
    found = trace(app, "POST", "/posts", **sent)
    assert steps(found, "body") == [("body", name, note)]
    assert stages(found)[:3] == ["routing", "body", "validation"]


def test_a_body_that_is_no_json_fails_there(app: FastAPI) -> None:
    found = trace(app, "POST", "/posts", content="{", headers={"content-type": "application/json"})
    assert failed(found) == [("body", "JSON")]
    assert found.stages("exception handler")[0].note == "RequestValidationError from body"
    assert found.status == 422


def test_a_form_is_a_body_too(app: FastAPI) -> None:
    @app.post("/login")
    def login(name: Annotated[str, Form()]) -> None: ...

    assert steps(trace(app, "POST", "/login", data={"name": "Ada"}), "body") == [("body", "form", "read")]


@pytest.mark.parametrize(
    ("sent", "note"),
    [
        ({"json": {"title": "Hi"}}, "ok: post"),
        ({"json": {"title": 1}}, "1 error: body.title; raised RequestValidationError"),
        ({}, "1 error: body; raised RequestValidationError"),
    ],
)
def test_validation_says_what_was_checked_or_what_is_wrong(app: FastAPI, sent: dict, note: str) -> None:
    found = trace(app, "POST", "/posts", **sent)
    assert steps(found, "validation") == [("validation", "input", note)]
    assert ("function" in stages(found)) is note.startswith("ok")


@pytest.mark.parametrize(
    ("method", "path", "name", "where"),
    [
        ("GET", "/posts/1", "read_post", "in a worker thread"),
        ("POST", "/posts", "create_post", "on the event loop"),
    ],
)
def test_a_function_says_where_it_runs(app: FastAPI, method: str, path: str, name: str, where: str) -> None:
    sent = {"json": {"title": "Hi"}} if method == "POST" else {}
    assert steps(trace(app, method, path, **sent), "function") == [("function", name, where)]


def test_a_response_model_is_named_and_one_that_does_not_fit_fails_there(app: FastAPI) -> None:
    @app.get("/wrong", response_model=list[Post])
    def wrong() -> list:
        return [{"title": "Hi"}]

    right = trace(app, "GET", "/posts/1").stages("response")[0]
    assert (right.name, right.note) == ("Post", "checked and turned into JSON")
    found = trace(app, "GET", "/wrong")
    assert found.stages("response")[0].name.startswith("list[")
    assert found.stages("response")[0].note == "1 error; raised ResponseValidationError"
    assert found.status == 500


def test_a_ready_made_response_is_not_checked(app: FastAPI) -> None:
    app.add_api_route("/raw", lambda: JSONResponse({}), name="raw")
    assert steps(trace(app, "GET", "/raw"), "response") == [
        ("response", "JSONResponse", "made by the function, sent as it is")
    ]


def test_an_exception_is_followed_from_where_it_began_to_its_handler(app: FastAPI) -> None:
    @app.exception_handler(OutOfPosts)
    def out_of_posts(request: Request, error: OutOfPosts) -> JSONResponse:
        return JSONResponse({}, 503)

    for post_id, name, note in (
        (404, "http_exception_handler", "HTTPException 404 from function read_post"),
        (503, "out_of_posts", "OutOfPosts from function read_post"),
    ):
        found = trace(app, "GET", f"/posts/{post_id}")
        assert failed(found) == [("function", "read_post")]
        assert steps(found, "exception handler") == [("exception handler", name, note)]
        assert found.status == post_id


def test_an_exception_without_a_handler_leaves_through_all_middleware(app: FastAPI) -> None:
    app.add_middleware(GZipMiddleware)
    found = trace(app, "GET", "/posts/500")
    assert stages(found)[-4:] == ["function", "middleware out", "exception handler", "sent"]
    assert found.stages("middleware out")[0].note == "KeyError passes through"
    assert found.stages("exception handler")[0].note == (
        "KeyError from function read_post; no handler for it"
    )


def test_a_handler_for_every_exception_stands_outside_the_middleware(app: FastAPI) -> None:
    app.add_middleware(GZipMiddleware)

    @app.exception_handler(Exception)
    async def last_resort(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": "sorry"}, 500)

    found = trace(app, "GET", "/posts/500")
    assert stages(found)[-3:] == ["middleware out", "exception handler", "sent"]
    assert found.stages("exception handler")[0].name == "last_resort"
    assert found.response.json() == {"detail": "sorry"}


def test_a_handler_that_fails_is_where_the_second_exception_began(app: FastAPI) -> None:
    @app.exception_handler(OutOfPosts)
    async def broken(request: Request, error: OutOfPosts) -> None:
        raise ZeroDivisionError

    found = trace(app, "GET", "/posts/503")
    assert ("exception handler", "broken") in failed(found)
    assert found.stages("exception handler")[-1].note == (
        "ZeroDivisionError from exception handler broken; no handler for it"
    )


def settings() -> str:
    return "settings"


def database(chosen: Annotated[str, Depends(settings)]) -> Iterator[str]:
    yield "database"


async def user(db: Annotated[str, Depends(database)], session: Annotated[int | None, Cookie()] = None) -> str:
    if session == 0:
        raise HTTPException(401)
    return "Ada"


@pytest.fixture
def depending() -> FastAPI:
    app = FastAPI()

    @app.get("/me")
    def me(
        name: Annotated[str, Depends(user)],
        db: Annotated[str, Depends(database)],
        background: BackgroundTasks,
        size: int = 1,
    ) -> str:
        background.add_task(settings)
        if size == 0:
            raise KeyError
        return name

    return app


def test_dependencies_start_in_order_and_are_reused(depending: FastAPI) -> None:
    found = trace(depending, "GET", "/me")
    thread = "in a worker thread"
    assert [(step.name, step.note, step.parent) for step in found.stages("dependency")] == [
        ("settings", thread, "database"),
        ("database", thread, "user"),
        ("user", "on the event loop", "me"),
        ("database", "not called again: its value is reused", "me"),
    ]


def test_teardown_comes_after_the_answer_and_the_background_tasks(depending: FastAPI) -> None:
    found = trace(depending, "GET", "/me")
    assert stages(found)[-3:] == ["sent", "background task", "teardown"]
    assert steps(found, "teardown") == [("teardown", "database", "after the response")]


def test_teardown_sees_an_exception_before_the_answer(depending: FastAPI) -> None:
    found = trace(depending, "GET", "/me?size=0")
    assert steps(found, "teardown") == [("teardown", "database", "before the response; sees KeyError")]
    assert failed(found) == [("function", "me")]


def test_a_dependency_that_raises_is_where_it_began(depending: FastAPI) -> None:
    found = trace(depending, "GET", "/me", headers={"cookie": "session=0"})
    assert failed(found) == [("dependency", "user")]
    assert found.stages("exception handler")[0].note == "HTTPException 401 from dependency user"


def test_a_dependency_with_wrong_input_is_not_called(depending: FastAPI) -> None:
    found = trace(depending, "GET", "/me", headers={"cookie": "session=x"})
    assert failed(found) == [("dependency", "user"), ("validation", "input")]
    assert found.stages("dependency")[2].note == "not called: its own input is wrong"


def test_an_overridden_dependency_says_whom_it_replaces(depending: FastAPI) -> None:
    depending.dependency_overrides[user] = lambda: "Bob"
    first = trace(depending, "GET", "/me").stages("dependency")[0]
    assert (first.name, first.note) == ("<lambda>", "in a worker thread, instead of user")


def test_a_teardown_that_fails_after_the_answer_reaches_nobody() -> None:
    def late() -> Iterator[None]:
        yield
        raise RuntimeError

    app = FastAPI()
    app.add_api_route("/late", lambda: 1, dependencies=[Depends(late)])
    found = trace(app, "GET", "/late")
    assert found.status == 200
    assert steps(found, "escaped") == [
        ("escaped", "RuntimeError", "from teardown late; the response had already left")
    ]


def test_tracing_leaves_nothing_behind(app: FastAPI) -> None:
    seams = [
        (routing, "solve_dependencies"),
        (routing, "run_endpoint_function"),
        (routing, "serialize_response"),
        (routing, "RedirectResponse"),
        (routing, "_route_selected"),
        (routing, "_validation_failed"),
        (dependencies, "solve_dependencies"),
        (dependencies, "_solve_generator"),
        (BackgroundTask, "__call__"),
    ]
    app.add_middleware(GZipMiddleware)
    client = TestClient(app)
    before = client.get("/posts/1")
    held = [getattr(*seam) for seam in seams]
    mine = (app.middleware_stack, list(app.user_middleware), dict(app.exception_handlers))
    default = app.router.default
    for path in ("/posts/1", "/posts/500", "/nothing"):
        trace(app, "GET", path)
    assert [getattr(*seam) for seam in seams] == held
    assert (app.middleware_stack, app.user_middleware, app.exception_handlers) == mine
    assert app.router.default == default
    after = client.get("/posts/1")
    assert (after.content, after.headers) == (before.content, before.headers)


def test_an_app_that_was_traced_first_still_takes_middleware(app: FastAPI) -> None:
    trace(app, "GET", "/posts/1")
    app.add_middleware(GZipMiddleware)
    assert trace(app, "GET", "/posts/1").stages("middleware in")[0].name == "GZipMiddleware"


def test_only_the_one_request_is_recorded(app: FastAPI) -> None:
    @app.get("/outer")
    def outer() -> int:
        answers: list[int] = []

        def ask() -> None:
            answers.append(TestClient(app).get("/posts/1").status_code)

        other = threading.Thread(target=ask)
        other.start()
        other.join()
        return answers[0]

    found = trace(app, "GET", "/outer")
    assert found.response.json() == 200
    assert [step.name for step in found.stages("function")] == ["outer"]


def test_the_text_of_a_trace_is_the_same_each_time(app: FastAPI) -> None:
    first, second = (str(trace(app, "GET", "/posts/500?x=1")) for _ in range(2))
    assert first == second == repr(trace(app, "GET", "/posts/500?x=1"))
    assert first.splitlines()[0] == "GET /posts/500?x=1 → 500 Internal Server Error"
    assert "✗ function" in first and "0x" not in first


def test_only_a_fastapi_app_can_be_traced() -> None:
    with pytest.raises(CourseError, match="this is a str"):
        trace("app.main:app", "GET", "/")


def test_a_long_note_goes_on_in_the_next_line_between_two_words() -> None:
    note = "ok: " + ", ".join(f"client_secret_{at}" for at in range(8))
    said = str(Trace("GET /", (Step("validation", "input", note),), JSONResponse({})))
    first, second = said.splitlines()[1:]
    assert max(len(first), len(second)) <= 100
    assert second.startswith(" " * first.index("ok:") + "client_secret")
    assert " ".join(f"{first} {second}".split()).endswith(note)
