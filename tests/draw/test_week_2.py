"""The pictures of week 2: tables, received statements, connections, dependencies, the path of a request."""

import sys
import types
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from postgres_support import own_home

from course import draw, postgres
from course.base.errors import CourseError
from course.look.log_format import Statement
from course.look.result import Look
from course.postboard import database
from course.tracing.steps import Trace
from course.tracing.trace import trace

NASTY = 'say "hi"; <b>#1</b> {x} & `y` 100% end'
SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, boss_id int REFERENCES users);
CREATE TABLE posts (
    id int PRIMARY KEY,
    title varchar(100) NOT NULL,
    price numeric(10, 2),
    at timestamptz NOT NULL,
    owner_id int NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE TABLE votes (post_id int REFERENCES posts, user_id int REFERENCES users, PRIMARY KEY (post_id, user_id));
CREATE TABLE profiles (user_id int PRIMARY KEY REFERENCES users);
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        patch.setenv("DATABASE_URL", "")
        database.open_for("drawn", {"sql/schema.sql": SCHEMA})
        yield patch


class TestSchema:
    def test_tables_have_their_columns_with_types_and_keys(self, server: Any) -> None:
        lines = [line.split() for line in draw.schema().text.splitlines()]
        assert lines[:6] == [
            ["posts"],
            ["id", "integer", "PK"],
            ["title", "varchar(100)"],
            ["price", "numeric(10,2)", "null", "allowed"],
            ["at", "timestamptz"],
            ["owner_id", "integer", "FK"],
        ]
        assert ["post_id", "integer", "PK", "FK"] in lines
        assert ["email", "text", "UK"] in lines

    def test_references_are_relations_that_say_how_many(self, server: Any) -> None:
        drawn = draw.schema().mermaid
        assert 'users ||--o{ posts : "owner_id<br/>on delete<br/>cascade"' in drawn
        assert 'users |o--o{ users : "boss_id"' in drawn  # may be null
        assert 'users ||--o{ votes : "user_id"' in drawn  # only both columns together are a key
        assert 'users ||--o| profiles : "user_id"' in drawn

    def test_mermaid_gets_only_words_for_types_and_columns(self, server: Any) -> None:
        url = postgres.reset("odd")
        from course import look

        look.query('CREATE TABLE "My table" ("a ""b""; {c}" int, d double precision[])', url=url)
        drawn = draw.schema(url)
        assert '"My table" {' in drawn.mermaid
        assert 'integer a_b___c_ "null allowed"' in drawn.mermaid and "float8[] d" in drawn.mermaid
        assert 'a "b"; {c}' in drawn.text

    def test_an_empty_database_has_no_tables(self, server: Any) -> None:
        assert draw.schema(postgres.reset("empty")).text == "no tables"


class TestStatements:
    def test_each_session_sends_to_postgresql_in_order(self) -> None:
        seen = [
            Statement("BEGIN", session="ana"),
            Statement("SELECT 1", session="ben"),
            Statement("COMMIT", session="ana"),
        ]
        drawn = draw.statements(seen)
        arrows = [line.strip() for line in drawn.mermaid.splitlines() if "->>" in line]
        assert arrows == ["S0->>P: BEGIN", "S1->>P: SELECT 1", "S0->>P: COMMIT"]
        assert drawn.text.splitlines()[1].split() == ["2", "ben", "SELECT", "1"]

    @pytest.mark.parametrize("end", ["COMMIT", "rollback;", "END"])
    def test_an_open_transaction_is_a_bar_until_it_ends(self, end: str) -> None:
        seen = [Statement(text, session="a") for text in ("BEGIN", "ROLLBACK TO here", end)]
        lines = [line.strip() for line in draw.statements(seen).mermaid.splitlines()]
        assert lines[-1] == "deactivate S0" and lines.index("activate S0") < lines.index(
            "S0->>P: ROLLBACK TO here"
        )
        assert lines.count("deactivate S0") == 1

    def test_a_transaction_that_stays_open_is_a_bar_to_the_end(self) -> None:
        drawn = draw.statements([Statement("BEGIN", session="a"), Statement("BEGIN", session="a")]).mermaid
        assert drawn.count("    activate S0") == 1 and drawn.endswith("    deactivate S0")

    def test_failures_and_parameters_are_shown(self) -> None:
        one = Statement("SELECT $1", ("5", None), "extended", error="no such thing", session="a")
        drawn = draw.statements([one])
        assert "S0->>P: SELECT $1<br/>$1 = '5', $2 = NULL" in drawn.mermaid
        assert "P--xS0: ✗ no such thing" in drawn.mermaid and "✗ no such thing" in drawn.text

    def test_any_text_is_safe_in_the_picture(self) -> None:
        drawn = draw.statements([Statement(NASTY, (NASTY,), error=NASTY, session=NASTY)])
        assert all(sign not in drawn.mermaid.replace("<br/>", "") for sign in ('"hi"', "<b>", "100%", "`"))

    def test_many_statements_are_counted(self) -> None:
        drawn = draw.statements([Statement(f"SELECT {n}", session="a") for n in range(30)])
        assert (
            drawn.mermaid.count("->>") == 20 and "and 10 more" in drawn.mermaid and "SELECT 29" in drawn.text
        )

    def test_nothing_received_is_a_picture_too(self) -> None:
        assert draw.statements([]).text == "nothing was received"


def sample(*rows: tuple[str, str, str, str]) -> Look:
    return Look("SELECT", ("session", "state", "waits for", "last query"), rows)


class TestSessions:
    def test_each_connection_has_its_state(self) -> None:
        drawn = draw.sessions(
            sample(
                ("ana", "idle in transaction", "", "UPDATE x"),
                ("ben", "active, waiting", "ana", "UPDATE y"),
                ("pool", "idle", "", "ROLLBACK"),
            )
        )
        assert drawn.text.splitlines() == ["ana   idle in transaction", "ben   waiting for ana", "pool  idle"]
        assert '["ben<br/>✗ waiting for ana<br/>UPDATE y"]:::active' in drawn.mermaid
        assert '["pool<br/>idle: free to be used"]:::idle' in drawn.mermaid

    def test_several_samples_are_states_in_order(self) -> None:
        one, two = ("a", "idle", "", ""), ("a", "active", "", "SELECT 1")
        drawn = draw.sessions(
            [sample(one), sample(one), sample(two, ("b", "idle", "", "")), sample(("b", "idle", "", ""))]
        )
        assert drawn.text.splitlines() == ["a  idle → active → closed", "b  not there yet → idle"]

    def test_without_a_connection_it_says_so(self) -> None:
        assert draw.sessions(sample()).text == "no connection is open"

    def test_any_query_is_safe_in_the_picture(self) -> None:
        drawn = draw.sessions(sample((NASTY, "active", "", NASTY))).mermaid
        assert '"hi"' not in drawn and "<b>" not in drawn and "`" not in drawn

    def test_something_else_is_told_in_a_sentence(self) -> None:
        with pytest.raises(CourseError, match=r"look\.sessions"):
            draw.sessions(Look("SELECT", ("id",), ()))


class PostNotFound(Exception):
    pass


class Base:
    def log(self) -> None: ...


class PostService(Base):
    limit = 5

    def create(self, title: str) -> dict:
        self.log()
        return {"title": self._clean(title)}

    def _clean(self, title: str) -> str:
        return title

    def read(self, post_id: int) -> dict:
        return self.find(post_id)

    def find(self, post_id: int) -> dict:
        if post_id > self.limit:
            raise PostNotFound
        return {}

    @classmethod
    async def latest(cls) -> list[int]:
        return [1, cls.count()]

    @staticmethod
    def count() -> int:
        return 2


def made_app(service: type[PostService] = PostService) -> FastAPI:
    app = FastAPI()

    def settings() -> dict:
        return {}

    def get_db(settings: Annotated[dict, Depends(settings)]) -> Iterator[str]:
        yield "db"

    def outbox() -> Iterator[str]:
        yield "outbox"
        raise RuntimeError("COMMIT failed")

    def user(
        db: Annotated[str, Depends(get_db)], settings: Annotated[dict, Depends(settings)], key: str = ""
    ) -> str:
        if key == "bad":
            raise HTTPException(401)
        return "ana"

    def posts(db: Annotated[str, Depends(get_db)]) -> PostService:
        service.count()
        return service()

    @app.exception_handler(PostNotFound)
    def not_found(request: Any, error: Any) -> JSONResponse:
        return JSONResponse({}, 404)

    @app.post("/posts", status_code=201)
    def create_post(
        title: str, user: Annotated[str, Depends(user)], posts: Annotated[Any, Depends(posts)]
    ) -> dict:
        return posts.create(title)

    @app.get("/posts/{post_id}")
    def read_post(post_id: int, posts: Annotated[Any, Depends(posts)]) -> dict:
        return posts.read(post_id)

    @app.get("/latest")
    async def latest(
        outbox: Annotated[str, Depends(outbox)], db: Annotated[str, Depends(get_db)]
    ) -> list[int]:
        return await service.latest()

    return app


def calls(found: Trace) -> list[tuple[str, str, str]]:
    return [(step.parent, step.name, step.note) for step in found.stages("call")]


class TestWatching:
    def test_calls_are_recorded_with_their_caller_and_outcome(self) -> None:
        found = trace(made_app(), "POST", "/posts?title=Hi", watch=[PostService])
        assert calls(found) == [
            ("posts", "PostService.count", "returned int"),
            ("create_post", "PostService.create", "returned dict"),
            ("PostService.create", "PostService.log", "returned None"),
        ]

    def test_a_failure_is_marked_where_it_began(self) -> None:
        found = trace(made_app(), "GET", "/posts/9", watch=[PostService])
        assert calls(found)[1:] == [
            ("read_post", "PostService.read", "PostNotFound passes through"),
            ("PostService.read", "PostService.find", "raised PostNotFound"),
        ]
        assert [step.name for step in found.steps if step.failed] == ["PostService.find"]
        assert found.stages("exception handler")[0].note == "PostNotFound from call PostService.find"

    def test_class_methods_static_methods_and_coroutines_are_watched_too(self) -> None:
        found = trace(made_app(), "GET", "/latest", watch=[PostService])
        assert calls(found) == [
            ("latest", "PostService.latest", "returned list of 2"),
            ("PostService.latest", "PostService.count", "returned int"),
        ]

    def test_afterwards_the_class_is_as_before(self) -> None:
        before = dict(vars(PostService))
        trace(made_app(), "GET", "/posts/9", watch=[PostService])
        assert dict(vars(PostService)) == before

    def test_functions_of_a_module_are_watched_wherever_they_were_imported(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        services, main = types.ModuleType("shop.services"), types.ModuleType("shop.main")
        exec("def price(): return _tax()\ndef _tax(): return 1", services.__dict__)
        monkeypatch.setitem(sys.modules, "shop.services", services)
        monkeypatch.setitem(sys.modules, "shop.main", main)
        main.price = original = services.price  # type: ignore[attr-defined]
        app = FastAPI()
        app.get("/price")(lambda: main.price())
        found = trace(app, "GET", "/price", watch=[services])
        assert [(step.name, step.note) for step in found.stages("call")] == [
            ("services.price", "returned int")
        ]
        assert main.price is services.price is original

    def test_without_watching_nothing_is_added(self) -> None:
        assert trace(made_app(), "GET", "/posts/1").stages("call") == []

    def test_an_object_is_refused_with_a_sentence(self) -> None:
        with pytest.raises(CourseError, match="this is a PostService"):
            trace(made_app(), "GET", "/posts/1", watch=[PostService()])

    def test_the_lifecycle_has_calls_on_the_way_in(self) -> None:
        drawn = draw.lifecycle(trace(made_app(), "GET", "/posts/9", watch=[PostService])).mermaid
        assert drawn.index("PostService.find") < drawn.index("subgraph way_out")


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in text.splitlines()]


class TestDependencies:
    def test_they_are_numbered_as_they_ran_and_reuse_is_told(self) -> None:
        found = rows(draw.dependencies(trace(made_app(), "POST", "/posts?title=Hi")).text)
        assert [row[:3] for row in found] == [
            ["1", "settings", "→ get_db, user (reused)"],
            ["2", "get_db", "→ user, posts (reused)"],
            ["3", "user", "→ create_post"],
            ["4", "posts", "→ create_post"],
            ["5", "create_post", "→ 201 Created"],
        ]

    def test_arrows_lead_to_who_asked_and_dotted_ones_reuse(self) -> None:
        drawn = draw.dependencies(trace(made_app(), "POST", "/posts?title=Hi")).mermaid
        arrows = [line.strip() for line in drawn.splitlines() if "> n" in line or "| n" in line]
        assert arrows == [
            "n0 ==> n1",
            "n0 -.->|reused| n2",
            "n1 ==> n2",
            "n1 -.->|reused| n3",
            "n2 ==> n4",
            "n3 ==> n4",
        ]

    def test_one_that_raises_is_marked_and_the_rest_never_reached(self) -> None:
        drawn = draw.dependencies(trace(made_app(), "POST", "/posts?title=Hi&key=bad"))
        assert '["✗ 3 · user<br/>in a worker thread<br/>raised HTTPException 401"]:::failed' in drawn.mermaid
        assert (
            '["create_post<br/>never reached<br/>the client got 401 Unauthorized"]:::never' in drawn.mermaid
        )
        assert "n2 -.-> n3" in drawn.mermaid

    def test_teardown_runs_in_reverse_and_its_failure_is_told_beside_what_the_client_got(self) -> None:
        text = draw.dependencies(trace(made_app(), "GET", "/latest")).text
        by_name = {row[1]: row[-1] for row in rows(text)}
        assert "teardown 1: after the response" in by_name["get_db"]
        assert "✗ teardown 2: after the response; raised RuntimeError" in by_name["outbox"]
        assert by_name["latest"].endswith("the client got 200 OK")

    def test_a_dependency_that_fails_leaves_who_asked_for_it_never_reached(self) -> None:
        def broken() -> None:
            raise KeyError

        def middle(one: Annotated[None, Depends(broken)]) -> None: ...

        app = FastAPI()

        @app.get("/")
        def read(two: Annotated[None, Depends(middle)]) -> None: ...

        found = rows(draw.dependencies(trace(app, "GET", "/")).text)
        assert [row[:2] for row in found] == [["1", "broken"], ["–", "middle"], ["–", "read"]]

    def test_the_same_function_called_twice_is_there_twice(self) -> None:
        def now() -> Iterator[int]:
            yield 1

        app = FastAPI()

        @app.get("/")
        def read(one: int = Depends(now), two: int = Depends(now, use_cache=False)) -> int:
            return one

        found = rows(draw.dependencies(trace(app, "GET", "/")).text)
        assert [row[:3] for row in found[:2]] == [["1", "now", "→ read"], ["2", "now", "→ read"]]
        assert "teardown 2" in found[0][3] and "teardown 1" in found[1][3]

    def test_a_request_that_no_route_takes_has_no_dependencies(self) -> None:
        assert "404 Not Found" in draw.dependencies(trace(made_app(), "GET", "/nope")).text


class TestPath:
    def test_it_goes_through_the_layers_to_the_status(self) -> None:
        drawn = draw.path(trace(made_app(), "GET", "/posts/1", watch=[PostService]))
        assert drawn.text.splitlines()[0] == "GET /posts/1" and drawn.text.splitlines()[-1] == "→ 200 OK"
        assert [row[1:3] for row in rows(drawn.text)[1:-1]] == [
            ["dependencies", "settings"],
            ["dependencies", "get_db"],
            ["dependencies", "posts"],
            ["services", "PostService.count"],
            ["router", "read_post"],
            ["services", "PostService.read"],
            ["services", "PostService.find"],
        ]
        assert drawn.mermaid.count("subgraph") == 4 and 'sent(["200 OK"])' in drawn.mermaid

    def test_the_failure_and_its_handler_are_on_the_path(self) -> None:
        drawn = draw.path(trace(made_app(), "GET", "/posts/9", watch=[PostService])).mermaid
        assert '["✗ 7 · PostService.find<br/>raised PostNotFound"]:::failed' in drawn
        assert '["8 · not_found<br/>PostNotFound"]' in drawn and '(["404 Not Found"])' in drawn

    def test_only_what_is_asked_for_is_shown_and_the_router_function(self) -> None:
        found = trace(made_app(), "GET", "/posts/1", watch=[PostService])
        for one in ("PostService.find", PostService.find):
            named = rows(draw.path(found, "posts", one).text)[1:-1]
            assert [row[2] for row in named] == ["posts", "read_post", "PostService.find"]
        whole = rows(draw.path(found, PostService).text)[1:-1]
        assert len(whole) == 4
        module = rows(draw.path(found, sys.modules[__name__]).text)[1:-1]
        assert len(module) == 4

    def test_input_that_is_refused_ends_the_path(self) -> None:
        drawn = draw.path(trace(made_app(), "GET", "/posts/x", watch=[PostService]))
        assert "✗ 5 · input" in drawn.mermaid and "422" in drawn.text.splitlines()[-1]

    def test_a_request_that_no_route_takes_goes_straight_to_its_status(self) -> None:
        drawn = draw.path(trace(made_app(), "GET", "/nope"))
        assert drawn.text.splitlines()[-1] == "→ 404 Not Found"
