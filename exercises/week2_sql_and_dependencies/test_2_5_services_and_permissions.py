"""Checks of the exercises of lesson 2.5."""

from importlib import import_module
from typing import Annotated, Any
from unittest.mock import patch

import psycopg2
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from fastapi.responses import RedirectResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel

from course.checks import ask as look
from course.checks import exercise, expect, learners_line, require


def said(answer) -> object:
    """What an answer holds: its data, or its text where that is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def ended(call) -> tuple[str, object]:
    """How a call ended: the type of what it raised, or "returned"; a slip in the learner's code is raised."""
    try:
        return "returned", call()
    except (NameError, TypeError, AttributeError):
        raise
    except Exception as error:
        return type(error).__name__, error


def ask(client, method, path, **request):
    """An answer as a real client gets it; a slip in the learner's own code is raised, to show its line."""
    try:
        return TestClient(client.app).request(method, path, **request)
    except Exception as error:
        if learners_line(error) and isinstance(error, (NameError, TypeError)):
            raise
        return client.request(method, path, **request)


def kind_of(call, refusal) -> str:
    """What a call returned, as text, or what it raised; every kind of `refusal` is called by its name."""
    kind, found = ended(call)
    return repr(found) if kind == "returned" else refusal.__name__ if isinstance(found, refusal) else kind


def magazine(AtLeast, add_error_handlers):
    """One endpoint for each role: it needs that role, and says which one came through."""
    api = FastAPI()
    add_error_handlers(api)
    for role in ["reader", "writer", "editor"]:

        def show(found: Annotated[str, Depends(AtLeast(role))]) -> Any:
            return found

        api.get(f"/{role}")(show)
    return TestClient(api, raise_server_exceptions=False)


def visit(client, role, place):
    """The answer to somebody with this role at the endpoint for another one."""
    return ask(client, "GET", f"/{place}", headers={"x-role": role})


NOT_ASKED = {
    422: "FastAPI reads a parameter that is no dependency from the query. Where does the role come from?"
}


@exercise(
    "2.5a",
    hints=[
        "What is known when the permission is made, and what only when a request comes?",
        "`Requires` in app/dependencies.py has the same two moments. What does its __call__ depend on?",
        "__init__ keeps the roles from the given one upwards; __call__ takes the role by Depends(current_role), "
        "and raises Forbidden unless it is among them.",
    ],
)
class TestAtLeast:
    def test_this_role_and_those_above_it_may(self, AtLeast, add_error_handlers):
        client = magazine(AtLeast, add_error_handlers)
        for role, place in [
            ("writer", "writer"),
            ("editor", "writer"),
            ("editor", "editor"),
            ("editor", "reader"),
        ]:
            answer = visit(client, role, place)
            expect(
                answer.status_code,
                200,
                tried=f'AtLeast("{place}"), called by: {role}',
                means=NOT_ASKED
                | {403: "The order is that of ROLES: who stands further back in it may do more."},
            )

    def test_a_role_below_is_403(self, AtLeast, add_error_handlers):
        client = magazine(AtLeast, add_error_handlers)
        for role, place in [("reader", "writer"), ("writer", "editor"), ("reader", "editor")]:
            answer = visit(client, role, place)
            expect(
                answer.status_code,
                403,
                tried=f'AtLeast("{place}"), called by: {role}',
                means=NOT_ASKED | {200: "What a dependency returns stops nobody. It has to raise."},
            )

    def test_two_permissions_do_not_disturb_each_other(self, AtLeast, Forbidden):
        one, other = AtLeast("reader"), AtLeast("editor")
        got = (kind_of(lambda: one("writer"), Forbidden), kind_of(lambda: other("writer"), Forbidden))
        expect(
            got,
            ("'writer'", "Forbidden"),
            tried='AtLeast("reader") and AtLeast("editor") are made, then both are called with "writer"',
            means="Where is the role kept: in the object, or in something that both objects share?",
        )

    def test_it_holds_for_any_role(self, AtLeast, ROLES, Forbidden):
        for number, least in enumerate(ROLES):
            for role in [
                *ROLES,
                "",
                "guest",
                "Writer",
                "EDITOR",
                "edit",
                "er",
                "writer ",
                "writer, editor",
                "ö",
            ]:
                wanted = repr(role) if role in ROLES[number:] else "Forbidden"
                got = kind_of(lambda least=least, role=role: AtLeast(least)(role), Forbidden)
                expect(got, wanted, tried=f'AtLeast("{least}")({role!r})')

    def test_a_role_that_nobody_knows_is_403(self, AtLeast, add_error_handlers):
        client = magazine(AtLeast, add_error_handlers)
        for role, place in [("guest", "reader"), ("guest", "editor"), ("", "reader"), ("Editor", "writer")]:
            answer = visit(client, role, place)
            expect(
                answer.status_code,
                403,
                tried=f'AtLeast("{place}"), called by the role {role!r}',
                means=NOT_ASKED
                | {500: "Your code crashed: `ROLES.index` raises for a role that is not in ROLES."},
            )

    def test_the_role_is_handed_on(self, AtLeast, add_error_handlers):
        client = magazine(AtLeast, add_error_handlers)
        for role in ["writer", "editor"]:
            expect(
                said(visit(client, role, "writer")),
                role,
                tried=f'an endpoint shows what AtLeast("writer") gives it; called by: {role}',
                means={None: "A dependency hands on what it returns."},
            )

    def test_it_can_be_called_without_http(self, AtLeast, Forbidden):
        editor = kind_of(lambda: AtLeast("writer")("editor"), Forbidden)
        expect(editor, "'editor'", tried='AtLeast("writer")("editor")')
        expect(
            kind_of(lambda: AtLeast("writer")("reader"), Forbidden),
            "Forbidden",
            tried='AtLeast("writer")("reader")',
            means={"HTTPException": "Say it in the app's own words; a handler translates."},
        )

    def test_a_slip_is_an_error_at_once(self, AtLeast, Forbidden):
        for slip in ["wirter", "", "Writer", "reader, writer", "edit"]:
            kind, found = ended(lambda slip=slip: AtLeast(slip))
            expect(
                "ValueError" if isinstance(found, ValueError) else kind,
                "ValueError",
                tried=f"AtLeast({slip!r})",
                means={"returned": "Nothing looks at the role before a request comes."},
            )

    def test_another_way_to_find_the_role_can_be_put_in(self, AtLeast, add_error_handlers, current_role):
        client = magazine(AtLeast, add_error_handlers)
        with patch.dict(client.app.dependency_overrides, {current_role: lambda: "editor"}):
            expect(
                said(ask(client, "GET", "/editor")),
                "editor",
                tried='AtLeast("editor"), while a test overrides current_role with an editor',
                means="Depend on current_role, so that FastAPI makes the call.",
            )


def library(add_error_handlers, **readers):
    """An app that says which reader was found, one endpoint for each dependency."""
    api = FastAPI()
    add_error_handlers(api)
    for name, dependency in readers.items():

        def show(found: Annotated[Any, Depends(dependency)]) -> Any:
            return found

        api.get(f"/{name}")(show)
    return TestClient(api, raise_server_exceptions=False)


ADAS = {"key": "not-a-real-key-ada"}
CALLED = "A plain call does not fill in what a dependency needs. Let FastAPI make the call."


@exercise(
    "2.5b",
    hints=[
        "Who fills in `readers` when FastAPI calls the function, and who when your code does?",
        "In app/dependencies.py, which of optional_caller and current_caller depends on the other?",
        "optional_reader does the work; current_reader takes its result by Depends(optional_reader) and raises "
        "Unknown for None.",
    ],
)
class TestOptionalReader:
    @staticmethod
    def client(add_error_handlers, current_reader, optional_reader):
        return library(add_error_handlers, current=current_reader, optional=optional_reader)

    def test_without_a_key_the_optional_reader_is_none(
        self, add_error_handlers, current_reader, optional_reader
    ):
        answer = ask(self.client(add_error_handlers, current_reader, optional_reader), "GET", "/optional")
        expect(
            (answer.status_code, said(answer)),
            (200, None),
            tried="optional_reader, without a key",
            means="Whoever depends on the strict one is refused with it.",
        )

    def test_a_known_key_is_a_name_for_both(self, add_error_handlers, current_reader, optional_reader):
        client = self.client(add_error_handlers, current_reader, optional_reader)
        for name in ["current", "optional"]:
            answer = client.get(f"/{name}", headers=ADAS)
            expect(
                answer.status_code,
                200,
                tried=f"{name}_reader, with Ada's key",
                means={500: CALLED},
            )
            expect(said(answer), "ada", tried=f"{name}_reader, with Ada's key")

    def test_a_wrong_key_is_401_for_both(self, add_error_handlers, current_reader, optional_reader):
        client = self.client(add_error_handlers, current_reader, optional_reader)
        for name in ["current", "optional"]:
            for key in ["guessed", "", "ada", "NOT-A-REAL-KEY-ADA", "schlüssel"]:
                answer = client.get(f"/{name}", headers={"key": key.encode("latin-1")})
                expect(
                    answer.status_code,
                    401,
                    tried=f"{name}_reader, with the key {key!r}, which nobody has",
                    means={
                        200: "An empty key is not the same as none."
                        if not key
                        else "A wrong key is not the same as none.",
                        500: CALLED if key == "guessed" else "",
                    },
                )

    def test_without_a_key_the_current_reader_is_401(
        self, add_error_handlers, current_reader, optional_reader
    ):
        answer = self.client(add_error_handlers, current_reader, optional_reader).get("/current")
        expect(
            answer.status_code,
            401,
            tried="current_reader, without a key",
            means={
                200: "None is for the optional reader only.",
                422: "A missing key is for you to judge.",
            },
        )

    def test_other_readers_can_be_put_in_for_both(
        self, add_error_handlers, current_reader, optional_reader, get_readers
    ):
        client = self.client(add_error_handlers, current_reader, optional_reader)
        with patch.dict(
            client.app.dependency_overrides, {get_readers: lambda: {"k-bob": "bob", "k-cy": "cy"}}
        ):
            for name in ["current", "optional"]:
                for reader in ["bob", "cy"]:
                    answer = client.get(f"/{name}", headers={"key": f"k-{reader}"})
                    expect(
                        (answer.status_code, said(answer)),
                        (200, reader),
                        tried=f"{name}_reader with the key of {reader}, while a test overrides get_readers",
                        means="An override replaces what FastAPI calls. What you call yourself stays as it is.",
                    )
                answer = client.get(f"/{name}", headers=ADAS)
                expect(
                    answer.status_code,
                    401,
                    tried=f"{name}_reader with Ada's key, while only Bob and Cy are known",
                )


class Bookmarks:
    """A database with the bookmarks of some readers, and the learner's service on one connection."""

    def __init__(self, url, service, table, **owned) -> None:
        self.url, self.connection = url, psycopg2.connect(url)
        look(url, table)
        for reader, titles in owned.items():
            look(url, "INSERT INTO bookmarks SELECT %s, unnest(%s::text[])", (reader, titles.split()))
        self.service = service(self.connection)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def of(self, reader: str) -> list[str]:
        """What another connection sees: only what was committed."""
        return sorted(
            title for of, title in look(self.url, "SELECT reader, title FROM bookmarks") if of == reader
        )

    def all(self) -> dict[str, list[str]]:
        """The same for all readers who have a bookmark."""
        found: dict[str, list[str]] = {}
        for reader, title in sorted(look(self.url, "SELECT reader, title FROM bookmarks")):
            found.setdefault(reader, []).append(title)
        return found


# Calls one after the other, and whether each is refused; a text is a statement of another session.
CALLS: list[tuple[Any, bool]] = [
    (("add", "ada", "Snow"), False),
    (("add", "ada", "Ice"), True),
    (("add_all", "bob", ["Sun", "Ice", "O'Neil"]), False),
    (("add_all", "bob", []), False),
    (("give", "Snow", "ada", "bob"), True),
    ("DELETE FROM bookmarks WHERE reader = 'bob' AND title = 'Sun'", False),
    (("give", "Snow", "ada", "bob"), False),
    (("add_all", "ada", ["100 %"]), False),
    (("add_all", "ada", ["Fog"]), True),
    (("give", "100 %", "ada", "Eve"), False),
    ("INSERT INTO bookmarks VALUES ('Eve', 'Mist'), ('Eve', 'Wind')", False),
    (("add", "Eve", "Rain"), True),
    (("give", "Rain", "ada", "Eve"), True),
    (("add_all", "it's me", ["A", "B", "C", "D"]), True),
    (("add_all", "it's me", ["A", "B", "C"]), False),
]


def after(before: dict[str, list[str]], method: str, *values: Any) -> dict[str, list[str]]:
    """What everybody has after a call that is allowed."""
    pairs = {(reader, title) for reader, titles in before.items() for title in titles}
    if method == "give":
        title, giver, taker = values
        pairs = pairs - {(giver, title)} | {(taker, title)}
    else:
        reader, titles = values
        pairs |= {(reader, title) for title in (titles if isinstance(titles, list) else [titles])}
    return {each: sorted(t for r, t in pairs if r == each) for each in sorted({r for r, _ in pairs})}


def expect_conflict(call, tried, conflict):
    """The call is refused in the app's own words."""
    kind, error = ended(call)
    require(
        isinstance(error, conflict),
        tried=tried,
        expected="Conflict",
        got=kind if kind != "returned" else "nothing raised",
        means="A script that calls this service has no use for a status. Say it in the app's own words."
        if kind == "HTTPException"
        else "",
    )


@exercise(
    "2.5c",
    hints=[
        "Where do all three methods meet? What does the reader own when the method is done?",
        "Look at `_write` in app/services.py: when does the rule count, and when comes the commit? "
        "Then think of somebody who catches the Conflict and calls the next method.",
        "One private method that counts, then commits; or rolls back and raises Conflict. Each method writes and "
        "ends with it.",
    ],
)
class TestBookmarks:
    def test_a_fourth_bookmark_is_a_conflict(self, database_url, BookmarkService, TABLE, Conflict):
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain Tea") as shelf:
            expect_conflict(lambda: shelf.service.add("ada", "Snow"), "Ada has three; add one more", Conflict)
            expect(shelf.of("ada"), ["Hello", "Rain", "Tea"], tried="Ada's bookmarks after that")

    def test_adding_several_keeps_the_rule(self, database_url, BookmarkService, TABLE, Conflict):
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain") as shelf:
            expect_conflict(
                lambda: shelf.service.add_all("ada", ["Snow", "Tea"]), "Ada has two; add_all of two", Conflict
            )
            expect_conflict(
                lambda: shelf.service.add_all("bob", ["Hello", "Rain", "Snow", "Tea"]),
                "Bob has none; add_all of four",
                Conflict,
            )

    def test_giving_keeps_the_rule(self, database_url, BookmarkService, TABLE, Conflict):
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain Tea", bob="Snow") as shelf:
            expect_conflict(
                lambda: shelf.service.give("Snow", "bob", "ada"),
                "Ada has three, and Bob gives her one",
                Conflict,
            )

    def test_a_refused_call_changes_nothing(self, database_url, BookmarkService, TABLE, Conflict):
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain", bob="Ice Snow Tea") as shelf:
            ended(lambda: shelf.service.add_all("ada", ["Mist", "Wind"]))
            expect(
                shelf.of("ada"),
                ["Hello", "Rain"],
                tried="Ada has two; what another connection sees after add_all of two",
                means="Part of the call was committed before the rule spoke.",
            )
            ended(lambda: shelf.service.give("Hello", "ada", "bob"))
            expect(
                (shelf.of("ada"), shelf.of("bob")),
                (["Hello", "Rain"], ["Ice", "Snow", "Tea"]),
                tried="what Ada and Bob have after she offers one to Bob, who has three",
            )

    def test_who_catches_the_conflict_can_go_on(self, database_url, BookmarkService, TABLE, Conflict):
        left_over = "What was refused is still waiting in the transaction, and the next commit keeps it."
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain Tea", eve="Ice") as shelf:
            for attempt in [
                lambda: shelf.service.add("ada", "Snow"),
                lambda: shelf.service.add_all("ada", ["Snow", "Mist"]),
                lambda: shelf.service.give("Ice", "eve", "ada"),
            ]:
                ended(attempt)
                before = (shelf.of("ada"), shelf.of("eve"))
                shelf.service.add("bob", f"Wind {len(shelf.of('bob'))}")
                expect(
                    (shelf.of("ada"), shelf.of("eve")),
                    (["Hello", "Rain", "Tea"], ["Ice"]),
                    tried="what Ada and Eve have after a refused call for Ada, and then one for Bob that is allowed",
                    means=left_over if before == (["Hello", "Rain", "Tea"], ["Ice"]) else None,
                )

    def test_it_holds_for_any_calls(self, database_url, BookmarkService, TABLE, Conflict):
        with Bookmarks(database_url, BookmarkService, TABLE, ada="Hello Rain") as shelf:
            done: list[str] = []
            for call, refused in CALLS:
                shown = call if isinstance(call, str) else f"{call[0]}{call[1:]}"
                before = shelf.all()
                if isinstance(call, str):
                    look(database_url, call)
                    done = [*done, f"another session: {shown}"]
                    continue
                tried = f"Ada has Hello and Rain; {'; '.join([*done, shown])}"
                kind, error = ended(lambda call=call: getattr(shelf.service, call[0])(*call[1:]))
                got = "Conflict" if isinstance(error, Conflict) else kind
                expect(got, "Conflict" if refused else "returned", tried=tried)
                wanted = before if refused else after(before, *call)
                expect(shelf.all(), wanted, tried=f"{tried}; what everybody has then")
                if not refused:
                    done = [*done, shown]

    def test_what_is_allowed_is_committed(self, database_url, BookmarkService, TABLE, Conflict):
        not_kept = "Another connection sees only what was committed."
        with Bookmarks(database_url, BookmarkService, TABLE, bob="Hello Rain Tea") as shelf:
            shelf.service.add("ada", "Snow")
            expect(shelf.of("ada"), ["Snow"], tried='add("ada", "Snow")', means=not_kept)
            shelf.service.add_all("ada", ["Ice", "Mist"])
            expect(
                shelf.of("ada"), ["Ice", "Mist", "Snow"], tried="Ada has one; add_all of two", means=not_kept
            )
            shelf.service.give("Ice", "ada", "eve")
            expect(
                (shelf.of("ada"), shelf.of("eve")),
                (["Mist", "Snow"], ["Ice"]),
                tried="Ada gives one to Eve, who has none",
                means=not_kept,
            )


class Shelf:
    """Stands in for PostService: it remembers what it was asked, and has no posts; no database is needed."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.drafts: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        def method(*_: object, drafts: Any = None, **__: object) -> Any:
            self.asked.append(name)
            self.drafts.append(drafts)
            raise import_module("app.errors").NotFound("There are no posts.")

        return method


POST = {"title": "Ideas", "content": "For later."}


def see(client, shelf, path="/posts") -> Any:
    """Whether this client's requests may see drafts, by what the service was told."""
    before = len(shelf.drafts)
    answer = client.get(path)
    return (
        shelf.drafts[-1]
        if len(shelf.drafts) > before
        else f"the service was not asked ({answer.status_code})"
    )


def write(client, shelf, method, path) -> str:
    """Whether a request came as far as the service."""
    before = len(shelf.asked)
    answer = client.request(method, path, json=POST)
    return "let through" if len(shelf.asked) > before else f"refused with {answer.status_code}"


@exercise(
    "2.5d",
    hints=[
        "From where do the permissions get the caller, and from where does reading?",
        "draw.dependencies(trace(postboard, …)) for a GET and a DELETE: which box do both have?",
        "A generator with @contextmanager: with patch.dict(…): yield TestClient(api).",
    ],
)
class TestAsCaller:
    def test_a_permission_lets_the_caller_through(self, as_caller, postboard, Caller, get_posts):
        shelf = Shelf()
        with patch.dict(postboard.dependency_overrides, {get_posts: lambda: shelf}):
            for who, permission, requests in [
                ("Eve, who may write", "posts:write", [("POST", "/posts"), ("PUT", "/posts/7")]),
                ("Max, who may delete", "posts:delete", [("DELETE", "/posts/7")]),
            ]:
                with as_caller(postboard, Caller(who[:3].lower(), frozenset({permission}))) as client:
                    require(
                        isinstance(client, TestClient),
                        tried="with as_caller(…) as client",
                        expected="a TestClient",
                        got=client,
                    )
                    for method, path in requests:
                        got = write(client, shelf, method, path)
                        expect(got, "let through", tried=f"{method} {path} as {who}")

    def test_a_missing_permission_is_403(self, as_caller, postboard, Caller, get_posts):
        shelf = Shelf()
        for name, permissions, method in [
            ("Eve, who may write", {"posts:write"}, "DELETE"),
            ("Max, who may delete", {"posts:delete"}, "PUT"),
            ("Kim, who may nothing", set(), "PATCH"),
        ]:
            with (
                patch.dict(postboard.dependency_overrides, {get_posts: lambda: shelf}),
                as_caller(postboard, Caller(name[:3].lower(), frozenset(permissions))) as client,
            ):
                got = write(client, shelf, method, "/posts/7")
            expect(
                got,
                "refused with 403",
                tried=f"{method} /posts/7 as {name}",
                means={"let through": "The permission itself was replaced, so it no longer judges."},
            )

    def test_reading_sees_the_caller_too(self, as_caller, postboard, Caller, get_posts):
        shelf = Shelf()
        with (
            patch.dict(postboard.dependency_overrides, {get_posts: lambda: shelf}),
            as_caller(postboard, Caller("eve", frozenset())) as client,
        ):
            for path in ["/posts", "/posts/7"]:
                expect(
                    see(client, shelf, path),
                    True,
                    tried=f"whether Eve sees drafts in GET {path}",
                    means={False: "Reading never asks for current_caller: it takes the optional one."},
                )

    def test_none_is_a_stranger(self, as_caller, postboard, Caller, get_posts):
        shelf = Shelf()
        with (
            patch.dict(postboard.dependency_overrides, {get_posts: lambda: shelf}),
            as_caller(postboard, None) as client,
        ):
            expect(see(client, shelf), False, tried="whether a stranger sees drafts in GET /posts")
            tolerant = TestClient(client.app, headers=client.headers, raise_server_exceptions=False)
            for method, path in [("DELETE", "/posts/7"), ("POST", "/posts")]:
                expect(
                    tolerant.request(method, path, json=POST).status_code,
                    401,
                    tried=f"{method} {path} as a stranger",
                    means={500: "Here nobody expects None: current_caller would have refused the stranger."},
                )

    def test_it_works_for_the_app_that_is_given(self, as_caller, Caller, optional_caller, current_caller):
        api = FastAPI()

        @api.get("/me")
        def me(caller: Annotated[Any, Depends(current_caller)]) -> str:
            return caller.name

        with as_caller(api, Caller("eve", frozenset())) as client:
            expect(
                said(client.get("/me")),
                "eve",
                tried="another app, whose GET /me tells the name of current_caller; as_caller(that app, Eve)",
            )

    def test_after_the_block_the_app_asks_for_a_key_again(self, as_caller, postboard, Caller, get_posts):
        everything = Caller("eve", frozenset({"posts:write", "posts:delete"}))
        with patch.dict(postboard.dependency_overrides, {get_posts: Shelf}):
            before = dict(postboard.dependency_overrides)
            with as_caller(postboard, everything):
                pass
            self.same(postboard, before, "after the block")
            try:
                with as_caller(postboard, everything):
                    raise KeyError("a test that fails")
            except KeyError:
                pass
            self.same(postboard, before, "after a block that raised")

    def same(self, postboard, before, when):
        cleanup = "What stands after a yield is skipped when the block raises, unless it is in a finally."
        answer = TestClient(postboard, raise_server_exceptions=False).delete("/posts/7")
        means = cleanup if when.endswith("raised") else None
        expect(answer.status_code, 401, tried=f"DELETE /posts/7 without a key, {when}", means=means)
        require(
            postboard.dependency_overrides == before,
            tried=f"the app's dependency_overrides, {when}",
            expected="what they were before",
            got="something else",
        )

    def test_the_error_of_a_failed_block_goes_on(self, as_caller, postboard, Caller):
        got = "no error"
        try:
            with as_caller(postboard, Caller("eve", frozenset())):
                raise KeyError("a test that fails")
        except KeyError:
            got = "KeyError"
        expect(got, "KeyError", tried="a block raises KeyError: what the test sees of it")

    def test_what_a_test_had_put_in_place_stays(self, as_caller, postboard, Caller, get_posts):
        shelf, eve = Shelf(), Caller("eve", frozenset())
        with (
            patch.dict(postboard.dependency_overrides, {get_posts: lambda: shelf}),
            as_caller(postboard, eve) as client,
        ):
            with as_caller(postboard, None) as stranger:
                expect(
                    see(stranger, shelf),
                    False,
                    tried="as_caller for a stranger, inside as_caller for Eve: whether the stranger sees drafts",
                    means={True: "The inner block has to put its caller in the place of the outer one's."},
                )
            require(
                get_posts in postboard.dependency_overrides,
                tried="a test overrides get_posts, then uses as_caller",
                expected="get_posts still overridden after the block",
                got="no longer overridden",
                means="`clear()` takes out everybody's overrides, not only yours.",
            )
            expect(
                see(client, shelf),
                True,
                tried="as_caller for a stranger, inside as_caller for Eve; then Eve reads again: does she see drafts",
                means={False: "Removing an entry is not the same as putting back what was there."},
            )


class Note(BaseModel):
    text: str


def known(key: Annotated[str, Header()] = "") -> None:
    if not key:
        raise HTTPException(401, "Who are you?")


def careful() -> FastAPI:
    """An app whose writing endpoints are guarded, each in another way; a wrong key opens nothing at all."""
    api = FastAPI()
    guarded = APIRouter(prefix="/notes", dependencies=[Depends(known)])

    @guarded.put("/{note_id}/lines/{line}")
    def replace(note_id: int, line: int, note: Note) -> None: ...

    @guarded.get("/{note_id:int}/lines/{line:int}")
    def read_line(note_id: int, line: int) -> None: ...

    api.include_router(guarded)

    @api.get("/notes/{note_id}")
    def read(note_id: int, x_api_key: Annotated[str | None, Header()] = None) -> None:
        if x_api_key is not None:
            raise HTTPException(401, "This key is not valid.")

    @api.post("/notes", dependencies=[Depends(known)])
    def create(note: Note) -> None: ...

    @api.delete("/notes/{note_id}")
    def delete(note_id: int, key: Annotated[str, Header()] = "") -> None:
        known(key)

    @api.get("/health", include_in_schema=False)
    def health() -> None: ...

    return api


def forgetful() -> FastAPI:
    """The same, and six endpoints that let strangers in: each answers another status."""
    api = careful()

    @api.post("/imports")
    def import_notes(notes: list[Note]) -> None: ...

    @api.delete("/everything")
    def delete_everything() -> None:
        raise RuntimeError("no database here")

    @api.patch("/notes/{note_id}")
    def change(note_id: int) -> None:
        raise HTTPException(404, "No such note")

    @api.put("/zoo", status_code=204)
    def replace_zoo() -> None: ...

    @api.post("/old-notes")
    def moved() -> RedirectResponse:
        return RedirectResponse("/notes", 307)

    @api.get("/zoo")
    def closed() -> None:
        raise HTTPException(403, "Closed")

    return api


def found_in(open_to_strangers, api) -> list[str]:
    """What the learner's function says, in order."""
    found = open_to_strangers(api)
    require(
        isinstance(found, list) and all(isinstance(each, str) for each in found),
        tried="open_to_strangers(an app)",
        expected="a list of texts",
        got=found,
    )
    return sorted(found)


@exercise(
    "2.5e",
    hints=[
        "Where did the lesson take the rows of its table from?",
        "`app.openapi()` and `TestClient(…, raise_server_exceptions=False)`. What goes into `{post_id}`?",
        "Two loops over api.openapi()['paths']; each {…} in the path becomes 1; keep what is not a 401.",
    ],
)
class TestOpenToStrangers:
    def test_postboard_lets_strangers_read(self, open_to_strangers, postboard, get_posts):
        def no_posts() -> None:
            raise import_module("app.errors").NotFound("There are no posts.")

        with patch.dict(postboard.dependency_overrides, {get_posts: no_posts}):
            found = found_in(open_to_strangers, postboard)
        expect(found, ["GET /posts", "GET /posts/{post_id}"], tried="open_to_strangers(postboard)")

    def test_guarded_endpoints_are_left_out_however_they_are_guarded(self, open_to_strangers):
        found = found_in(open_to_strangers, careful())
        expect(
            found,
            ["GET /notes/{note_id}"],
            tried="an app with four guarded endpoints (two by a router, by a decorator, in the function), an "
            "open one, which refuses a wrong key, and GET /health, which its documentation leaves out",
            means="A guard in the function is reached when all values are valid: is there a 1 in the path?"
            if found == ["DELETE /notes/{note_id}", "GET /notes/{note_id}"]
            else None,
        )

    def test_a_forgotten_endpoint_is_found_whatever_its_response(self, open_to_strangers):
        found = found_in(open_to_strangers, forgetful())
        for endpoint, status in [
            ("PUT /zoo", "204"),
            ("POST /imports", "422, because nothing was sent"),
            ("PATCH /notes/{note_id}", "404"),
            ("DELETE /everything", "500"),
            ("GET /zoo", "403"),
            ("POST /old-notes", "307, a redirect to an endpoint that is guarded"),
        ]:
            require(
                endpoint in found,
                tried=f"an app where {endpoint} asks for no key; its response: {status}",
                expected=f"{endpoint} in the list",
                got=found,
                means="Was the redirect followed? TestClient does that unless follow_redirects is False."
                if "redirect" in status
                else "Whatever is not a 401 comes from behind the door.",
            )
        open_ones = ["DELETE /everything", "GET /notes/{note_id}", "GET /zoo", "PATCH /notes/{note_id}"]
        open_ones += ["POST /imports", "POST /old-notes", "PUT /zoo"]
        expect(found, open_ones, tried="the whole list for an app with seven open endpoints, sorted")

    def test_an_app_without_holes_gives_an_empty_list(self, open_to_strangers):
        api = FastAPI(dependencies=[Depends(known)])
        api.get("/posts")(lambda: [])
        expect(found_in(open_to_strangers, api), [], tried="an app where every endpoint is guarded")
