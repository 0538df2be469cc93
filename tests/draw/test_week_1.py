"""Pictures drawn from live objects: what they show, and that any text is safe in them."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Generic, TypeVar

import pytest
from fastapi import APIRouter, Cookie, Depends, FastAPI, Form, Header, HTTPException, UploadFile
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field

from course import draw
from course.base.errors import CourseError
from course.base.text import short
from course.draw.mermaid import (
    BOLD,
    ROUND,
    Flowchart,
    Picture,
    SequenceDiagram,
    box,
    escaped,
    limited,
    wrapped,
)
from course.serving.messages import Exchange
from course.tracing.trace import trace

Item = TypeVar("Item")
NASTY = 'say "hi"; <b>#1</b> {x} & `y` 100% end'


class PostBase(BaseModel):
    title: str
    content: str = ""
    published: bool = False


class PostCreate(PostBase):
    tags: list[str] = Field(default_factory=list)


class PostUpdate(PostBase):
    title: str | None = None  # type: ignore[assignment]


def made_app() -> FastAPI:
    app = FastAPI()
    posts: dict[int, dict] = {}

    def found(post_id: int) -> dict:
        if post_id not in posts:
            raise HTTPException(404)
        return posts[post_id]

    @app.post("/posts", status_code=201)
    def create_post(post: PostCreate) -> dict:
        posts[len(posts) + 1] = {"id": len(posts) + 1, **post.model_dump()}
        return posts[len(posts)]

    @app.get("/posts/{post_id}")
    def read_post(post: Annotated[dict, Depends(found)]) -> dict:
        return post

    @app.get("/posts/latest")
    def latest_post() -> None: ...

    @app.patch("/posts/{post_id}")
    def change_post(post: Annotated[dict, Depends(found)], new: PostUpdate) -> dict:
        post.update(new.model_dump(exclude_unset=True))
        return post

    @app.delete("/posts/{post_id}", status_code=204)
    def delete_post(post: Annotated[dict, Depends(found)]) -> None:
        del posts[post["id"]]

    return app


@pytest.fixture
def app() -> FastAPI:
    return made_app()


def made_exchange(body: str = '{"title":"Hi"}', status: int = 201) -> Exchange:
    return Exchange(
        request=b"POST /posts HTTP/1.1\r\nHost: postboard.local\r\n\r\n" + body.encode(),
        response=b"HTTP/1.1 %d Created\r\n\r\n{}" % status,
        method="POST",
        path="/posts",
        status=status,
        reason="Created",
        request_headers={"host": "postboard.local", "user-agent": "python-httpx"},
        response_headers={"content-type": "application/json", "server": "uvicorn"},
        request_body=body.encode(),
        body=b"{}",
    )


def life(app: FastAPI) -> list[Any]:
    client = TestClient(app)
    return [
        client.post("/posts", json={"title": "Hi"}),
        client.get("/posts/1"),
        client.patch("/posts/1", json={"title": 1}),
        client.patch("/posts/1", json={"title": "Hey"}),
        client.delete("/posts/1"),
        client.get("/posts/1"),
    ]


PICTURES: dict[str, Callable[[FastAPI], Picture]] = {
    "exchange": lambda app: draw.exchange(made_exchange()),
    "routes": lambda app: draw.routes(app, match="GET /posts/latest"),
    "ways_in": lambda app: draw.ways_in(app),
    "models": lambda app: draw.models(PostCreate, PostUpdate),
    "crud_life": lambda app: draw.crud_life(life(app)),
    "lifecycle": lambda app: draw.lifecycle(trace(app, "GET", "/posts/7")),
}


IN_WEEK_2 = {"schema", "statements", "sessions", "dependencies", "path"}  # tried in test_pictures_week2.py
# tried in test_pictures_week3.py, test_sql_tape.py and test_timeline.py
IN_WEEK_3 = {"join", "plan", "curve", "imports", "life", "states", "pool", "timeline"}
IN_WEEK_4 = {"changes", "loop", "revisions"}
IN_WEEK_5 = {"token", "sequence", "logins", "access_matrix", "precedence"}
IN_WEEK_6 = {
    "suite_matrix",
    "suite_run",
    "savepoints",
    "bars",
    "mutants",
    "survivors",
    "fixtures",
    "fixture_scopes",
}
IN_WEEK_7 = {"decision", "job", "lanes", "measured", "tasks", "turns"}
IN_WEEK_8 = {"ladder", "news", "pipeline", "services", "signals", "spans"}


def test_every_picture_is_tried() -> None:
    weeks = IN_WEEK_2 | IN_WEEK_3 | IN_WEEK_4 | IN_WEEK_5 | IN_WEEK_6 | IN_WEEK_7 | IN_WEEK_8
    assert set(PICTURES) | weeks == set(draw.__all__) == set(dir(draw))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_mermaid_and_a_plain_twin(app: FastAPI, name: str) -> None:
    bundle = PICTURES[name](app)._repr_mimebundle_()
    assert set(bundle) == {"text/vnd.mermaid", "text/plain"}
    assert "accTitle: " in bundle["text/vnd.mermaid"]
    assert "<br/>" not in bundle["text/plain"] and "\n" in bundle["text/plain"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_same_each_time(name: str) -> None:
    assert PICTURES[name](made_app()) == PICTURES[name](made_app())


def test_importing_the_pictures_loads_no_framework() -> None:
    code = "import sys, course.draw; print([m for m in ('fastapi', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_picture_that_does_not_exist_is_told() -> None:
    with pytest.raises(AttributeError, match="there are access_matrix, bars, changes"):
        draw.rutes  # noqa: B018


def test_any_text_is_safe_in_a_label() -> None:
    safe = escaped(NASTY)
    codes = [part.split(";")[0] for part in safe.split("#")[1:]]
    assert all(code.isdigit() for code in codes)
    assert not set('"<>`&%') & set(safe)
    assert "".join(chr(int(code)) for code in codes) == '"";<>##<>&``%'.replace("##", "#")


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert short("a" * 100, 10) == "aaaaaaaaa…"
    assert short("two\nlines", 20) == "two lines"
    assert wrapped("one two three four", 8, 2) == ["one two", "three f…"]
    assert wrapped(" ", 8, 2) == ["(empty)"]


def test_what_is_left_out_is_counted() -> None:
    assert limited("abc", 3) == (["a", "b", "c"], "") and limited("abc", 1) == (["a"], "and 2 more")


def test_a_flowchart_owns_its_settings_indentation_and_styles() -> None:
    chart = Flowchart("LR", "A & B", padding=8)
    with chart.group("g", "inside", "TB"):
        chart.add(box("a", "say", "", NASTY[:8], shape=ROUND, style="failed"))
    chart.add("g", "-->", box("b", "B"))
    chart.styles(failed=BOLD, around="fill:none")
    chart.give("around", "g", "b")
    assert str(chart).splitlines() == [
        '%%{init: {"flowchart": {"padding": 8}}}%%',
        "flowchart LR",
        "    accTitle: A #38; B",
        '    subgraph g["inside"]',
        "        direction TB",
        '        a(["say<br/>say #34;hi#34;"]):::failed',
        "    end",
        '    g --> b["B"]',
        "    classDef failed stroke-width:4px",
        "    classDef around fill:none",
        "    class g,b around",
    ]


def test_a_sequence_draws_each_bar_once_and_ends_it() -> None:
    chart = SequenceDiagram("Talk", {"A": "ana", "P": "<P>"}, width=110)
    for _ in range(2):
        chart.bar("A", True)
    chart.failure("P", "A", ["no", "really"])
    chart.note("over P", "")
    chart.note("over P", "and 2 more")
    assert str(chart) == str(chart)
    assert str(chart).splitlines() == [
        '%%{init: {"sequence": {"messageAlign": "left", "mirrorActors": false, "width": 110}}}%%',
        "sequenceDiagram",
        "    accTitle: Talk",
        "    participant A as ana",
        "    participant P as #60;P#62;",
        "    activate A",
        "    P--xA: ✗ no<br/>really",
        "    Note over P: and 2 more",
        "    deactivate A",
    ]


class TestExchange:
    def test_it_shows_the_first_lines_the_headers_that_matter_and_the_bodies(self) -> None:
        lines = draw.exchange(made_exchange()).text.splitlines()
        assert lines == [
            "client → server  POST /posts HTTP/1.1",
            "    host: postboard.local",
            '    {"title":"Hi"}',
            "server → client  HTTP/1.1 201 Created",
            "    content-type: application/json",
            "    {}",
        ]

    def test_a_body_cannot_break_the_picture(self) -> None:
        drawn = draw.exchange(made_exchange(NASTY)).mermaid
        assert len(drawn.splitlines()) == len(draw.exchange(made_exchange("x")).mermaid.splitlines())
        assert "<b>" not in drawn

    def test_a_long_body_is_cut(self) -> None:
        assert len(draw.exchange(made_exchange("x" * 5000)).mermaid) < 1000

    def test_a_list_of_names_goes_on_in_the_next_line(self) -> None:
        allowed = "Accept, Accept-Language, Content-Language, Content-Type"
        headers = {"access-control-allow-headers": allowed, "location": "/" + "x" * 100}
        drawn = draw.exchange(replace(made_exchange(), response_headers=headers)).mermaid
        assert "Content-Type" in drawn and "x" * 60 not in drawn

    def test_more_than_six_are_counted(self) -> None:
        drawn = draw.exchange(*[made_exchange()] * 8)
        assert drawn.mermaid.count("C->>S") == 6 and "and 2 more" in drawn.text


class TestRoutes:
    def test_the_table_is_in_matching_order_with_the_built_in_routes_as_one(self, app: FastAPI) -> None:
        rows = [line.split() for line in draw.routes(app).text.splitlines()]
        assert rows[0] == ["1", "GET", "/openapi.json,", "/docs,", "/redoc", "built", "in"]
        assert [row[-1] for row in rows[1:4]] == ["create_post", "read_post", "latest_post"]

    def test_the_first_route_that_fits_is_bold_and_the_rest_is_not_asked(self, app: FastAPI) -> None:
        drawn = draw.routes(app, match="GET /posts/latest")
        assert 'r2["GET /posts/{post_id} · read_post"]:::hit' in drawn.mermaid
        assert 'r3["GET /posts/latest · latest_post"]:::never' in drawn.mermaid
        assert "→  3  GET" in drawn.text and drawn.text.count("not asked: a row above fits") == 3

    def test_changing_the_order_changes_the_picture(self, app: FastAPI) -> None:
        app.router.routes.insert(0, app.router.routes.pop(6))
        drawn = draw.routes(app, match="get /posts/latest?x=1").mermaid
        assert '"GET /posts/latest · latest_post"]:::hit' in drawn

    @pytest.mark.parametrize(
        ("match", "answer"),
        [("PUT /posts/1", "405 Method Not Allowed"), ("GET /users", "404 Not Found")],
    )
    def test_a_request_that_no_route_takes_ends_in_its_status(
        self, app: FastAPI, match: str, answer: str
    ) -> None:
        drawn = draw.routes(app, match=match).mermaid
        assert f'none(["{answer}"]):::hit' in drawn and ":::never" not in drawn
        assert TestClient(app).request(*match.split()).status_code == int(answer[:3])

    def test_routes_of_an_included_router_are_listed_with_their_prefix(self, app: FastAPI) -> None:
        router = APIRouter(prefix="/users")
        inner = APIRouter(prefix="/{user_id}")
        inner.add_api_route("/posts", lambda user_id: 1, name="posts_of")
        router.include_router(inner)
        app.include_router(router, prefix="/v1")
        drawn = draw.routes(app, match="GET /v1/users/1/posts")
        assert "GET     /v1/users/{user_id}/posts" in drawn.text
        assert "first that fits" in drawn.text.splitlines()[-1]

    def test_many_routes_stay_readable(self, app: FastAPI) -> None:
        for number in range(40):
            app.add_api_route(f"/extra/{number}", lambda: 1)
        for drawn in (draw.routes(app), draw.routes(app, match="GET /posts/1")):
            assert drawn.mermaid.count('["') <= 14 and " more" in drawn.mermaid
            assert "/extra/39" in drawn.text

    def test_a_request_needs_method_and_path(self, app: FastAPI) -> None:
        with pytest.raises(CourseError, match="GET /posts/latest"):
            draw.routes(app, match="/posts")


class TestWaysIn:
    def test_all_six_ways_are_told_apart(self) -> None:
        app = FastAPI()

        @app.put("/posts/{post_id}")
        def change(
            post_id: int,
            post: PostCreate,
            if_match: Annotated[str, Header()],
            notify: bool = False,
            session: Annotated[str | None, Cookie()] = None,
        ) -> None: ...

        @app.post("/pictures")
        def upload(picture: UploadFile, alt: Annotated[str, Form()] = "") -> None: ...

        drawn = draw.ways_in(app)
        rows = [line.split("  ") for line in drawn.text.splitlines()]
        seen = {tuple(cell.strip() for cell in row if cell.strip())[1:] for row in rows}
        assert seen == {
            ("path", "post_id: integer", "required"),
            ("query", "notify: boolean", "optional"),
            ("header", "if-match: string", "required"),
            ("cookie", "session: string", "optional"),
            ("JSON body", "body: PostCreate", "required"),
            ("form or file", "picture: file", "required"),
            ("form or file", "alt: string", "optional"),
        }
        assert '(["PATH<br/>post_id: integer"]) ==> o0' in drawn.mermaid
        assert '(["COOKIE<br/>session: string"]) -.-> o0' in drawn.mermaid

    def test_one_path_can_be_picked(self, app: FastAPI) -> None:
        text = draw.ways_in(app, path="/posts").text
        assert text == "POST /posts  JSON body  body: PostCreate  required"

    def test_an_unknown_path_is_told_with_the_known_ones(self, app: FastAPI) -> None:
        with pytest.raises(CourseError, match="/posts/latest"):
            draw.ways_in(app, path="/users")


class TestModels:
    def test_each_class_shows_only_what_it_adds_or_changes(self) -> None:
        assert draw.models(PostCreate, PostUpdate).text.splitlines() == [
            "PostBase",
            "    title: str · required",
            "    content: str = ''",
            "    published: bool = False",
            "PostCreate builds on PostBase",
            "    tags: list[str] = list()",
            "PostUpdate builds on PostBase",
            "    title: str | None = None · changed",
        ]

    def test_a_base_is_drawn_once_above_its_children(self) -> None:
        drawn = draw.models(PostCreate, PostUpdate, PostBase).mermaid
        assert drawn.count("class PostBase {") == 1
        assert "PostBase <|-- PostCreate" in drawn and "PostBase <|-- PostUpdate" in drawn

    def test_types_are_named_as_they_are_written(self) -> None:
        class Page(BaseModel, Generic[Item]):
            items: list[Item]
            corner: tuple[int, ...] | None = None

        drawn = draw.models(Page[PostBase])
        assert drawn.text.startswith("Page[PostBase]\n    items: list[PostBase] · required\n")
        assert "    corner: tuple[int, ...] | None = None" in drawn.text
        assert 'class Page_PostBase_["Page[PostBase]"] {' in drawn.mermaid


class TestCrudLife:
    def test_states_follow_the_answers_and_refusals_change_nothing(self, app: FastAPI) -> None:
        lines = draw.crud_life(*life(app)).text.splitlines()
        assert lines[0] == "not there yet" and lines[-2] == "gone"
        assert lines[1] == "  POST /posts → 201"
        assert "  PATCH /posts/1 → 422  (nothing changes)" in lines
        assert 'title: "Hey"' in lines[lines.index("  PATCH /posts/1 → 200") + 1]

    def test_the_path_through_the_states_is_bold(self, app: FastAPI) -> None:
        drawn = draw.crud_life(life(app)).mermaid
        assert drawn.count("==>") == 3 and drawn.count("-.->") == 2
        assert "GET /posts/1 → 200<br/>✗ PATCH /posts/1 → 422" in drawn

    def test_captured_exchanges_do_as_well_as_responses(self) -> None:
        assert "POST /posts → 201" in draw.crud_life(made_exchange()).text


class TestLifecycle:
    def test_the_failed_stage_is_marked_and_the_function_never_reached(self, app: FastAPI) -> None:
        drawn = draw.lifecycle(trace(app, "GET", "/posts/7")).mermaid
        assert '["✗ dependency: found<br/>in a worker thread<br/>raised HTTPException 404"]:::failed' in drawn
        assert '["function: read_post<br/>never reached"]:::never' in drawn
        assert '(["sent: 404 Not Found"])' in drawn

    def test_a_good_request_has_no_mark(self, app: FastAPI) -> None:
        drawn = draw.lifecycle(trace(app, "GET", "/openapi.json")).mermaid
        assert ":::" not in drawn and "✗" not in drawn

    def test_many_stages_are_gathered(self, app: FastAPI) -> None:
        for number in range(6):

            async def passing(request: Any, call_next: Any) -> Any:
                return await call_next(request)

            passing.__name__ = f"m{number}"
            app.middleware("http")(passing)
        drawn = draw.lifecycle(trace(app, "POST", "/posts", json={"title": "Hi"})).mermaid
        assert drawn.count("way_in_") + drawn.count("way_out_") < 40
        assert "middleware: m5 → m4 → m3 → m2 → m1 → m0" in drawn
