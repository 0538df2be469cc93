"""Checks of the exercises of lesson 5.5."""

from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Security
from psycopg2.errors import LockNotAvailable
from sqlalchemy import event
from sqlalchemy.orm import Session

from course import play
from course.checks import (
    ask,
    client_of,
    engine_for,
    exercise,
    expect,
    finished,
    in_thread,
    require,
    wait_until_blocked,
)

# 5.5a ----------------------------------------------------------------------------------------

STAFF = ["moderator", "admin"]
ACTIONS = ["read", "change", "delete"]


@exercise(
    "5.5a",
    hints=[
        "Which question comes first: who is calling, what is there, or what the table allows?",
        "Name the facts once: is the caller the author, are they staff? Then each line of the table is one expression.",
        "401 for guests and disabled users; 404 for no post or a draft that is neither theirs nor theirs to watch; "
        "{'read': True, 'change': owner, 'delete': owner or staff}.get(action, False)",
    ],
)
class TestDecide:
    def test_everybody_reads_what_is_published(self, decide, User, Post):
        self.says(200, decide, None, "read", Post("ana", True), "a guest")
        for user in self.users(User):
            self.says(200, decide, user, "read", Post("ana", True))

    def test_an_author_may_do_all_with_their_posts(self, decide, User, Post):
        for role in ["member", *STAFF]:
            for published in [True, False]:
                for action in ACTIONS:
                    self.says(200, decide, User("ana", role), action, Post("ana", published))

    def test_members_are_refused_at_published_posts_of_others(self, decide, User, Post):
        for name in ["ben", "Ana", "an", "mia"]:
            for action in ["change", "delete"]:
                self.says(403, decide, User(name), action, Post("ana", True))

    def test_staff_deletes_and_does_not_change(self, decide, User, Post):
        for role in STAFF:
            for published in [True, False]:
                self.says(200, decide, User("zoe", role), "delete", Post("ana", published))
                self.says(403, decide, User("zoe", role), "change", Post("ana", published))

    def test_staff_reads_drafts(self, decide, User, Post):
        for role in STAFF:
            self.says(200, decide, User("mia", role), "read", Post("ana", False))

    def test_a_draft_of_others_is_not_there(self, decide, User, Post):
        means = {403: "A 403 says that the draft is there."}
        self.says(404, decide, None, "read", Post("ana", False), "a guest", means)
        for user in [User("ben"), User("Ana"), User("an"), User("zoe", "writer"), User("zoe", "mod")]:
            for action in [*ACTIONS, "pin"]:
                self.says(404, decide, user, action, Post("ana", False), means=means)

    def test_what_is_not_there_is_404(self, decide, User, Post):
        self.says(404, decide, None, "read", None, "a guest")
        for user in [User("ana"), User("mia", "moderator"), User("adam", "admin")]:
            for action in [*ACTIONS, "pin"]:
                self.says(404, decide, user, action, None)

    def test_a_guest_who_wants_more_than_to_read_is_asked_to_log_in(self, decide, User, Post):
        for post in [Post("ana", True), Post("ana", False), None]:
            for action in ["change", "delete", "pin"]:
                self.says(401, decide, None, action, post, "a guest")

    def test_a_disabled_user_is_refused_everywhere(self, decide, User, Post):
        for name, role in [("ana", "member"), ("ben", "member"), ("mia", "moderator"), ("adam", "admin")]:
            for post in [Post("ana", True), Post("ana", False), None]:
                for action in [*ACTIONS, "pin"]:
                    self.says(401, decide, User(name, role, active=False), action, post)

    def test_an_action_that_no_line_names_is_allowed_to_nobody(self, decide, User, Post):
        for user in self.users(User):
            for action in ["pin", "", "Read"]:
                self.says(403, decide, user, action, Post("ana", True))
        for user in [User("ana"), User("mia", "moderator"), User("adam", "admin")]:
            self.says(403, decide, user, "pin", Post("ana", False))

    def users(self, User):
        return [User("ana"), User("ben"), User("mia", "moderator"), User("adam", "admin")]

    def says(self, wanted, decide, user, action, post, who=None, means=None):
        who = who or f"{user.name} ({user.role}{'' if user.active else ', disabled'})"
        what = "no post" if post is None else f"{'a published post' if post.published else 'a draft'} of ana"
        expect(decide(user, action, post), wanted, tried=f"{who}, {action!r}, {what}", means=means)


# 5.5b ----------------------------------------------------------------------------------------

ROLES = {"member": ["posts:write"], "moderator": ["posts:write", "posts:delete"]}
ROLES["admin"] = [*ROLES["moderator"], "users:manage"]
EVERY = ROLES["admin"]


@contextmanager
def guarded(requires, current_call, permission, call):
    """A client of an app with one path operation, called as `call`, or as nobody."""
    app = FastAPI()
    seen = []

    @app.get("/")
    def run(value: Annotated[object, Depends(requires(permission))]) -> str:
        seen.append(value)
        return "done"

    if call is not None:
        app.dependency_overrides[current_call] = lambda: call
    yield client_of(app), seen


@exercise(
    "5.5b",
    hints=[
        "Two things have to allow a call. Which of them can a new token change?",
        "A function inside `requires` is the dependency. It asks for the call with "
        "`Annotated[Call, Depends(current_call)]`, and HTTPException takes `headers`.",
        "ValueError unless any role has it; then 403 if not in PERMISSIONS.get(call.role, set()); then 403 with the "
        "header if not in call.scopes; then return call",
    ],
)
class TestRequires:
    def test_it_lets_through_whom_role_and_scopes_allow(self, requires, current_call, Call):
        for role, held in ROLES.items():
            for permission in held:
                call = Call("ana", role, frozenset(EVERY))
                self.status(200, requires, current_call, permission, call)
                self.status(
                    200, requires, current_call, permission, Call("ana", role, frozenset([permission]))
                )

    def test_its_value_is_the_call(self, requires, current_call, Call):
        call = Call("mia", "moderator", frozenset(EVERY))
        with guarded(requires, current_call, "posts:delete", call) as (client, seen):
            client.get("/")
        expect(seen, [call], tried="a path operation that takes the value of the dependency")

    def test_a_role_without_it_is_refused(self, requires, current_call, Call):
        for role, held in ROLES.items():
            for permission in set(EVERY) - set(held):
                self.status(403, requires, current_call, permission, Call("ben", role, frozenset(EVERY)))
                self.status(403, requires, current_call, permission, Call("ben", role, frozenset()))

    def test_a_role_that_was_lost_counts_at_once(self, requires, current_call, Call):
        app, got = FastAPI(), []
        app.get("/", dependencies=[Depends(requires("posts:delete"))])(lambda: "done")
        for role in ["moderator", "member"]:
            call = Call("ana", role, frozenset(EVERY))
            app.dependency_overrides[current_call] = lambda call=call: call
            got.append(client_of(app).get("/").status_code)
        tried = "requires('posts:delete'), called as ana, a moderator; then as ana, a member"
        expect(got, [200, 403], tried=tried)

    def test_a_token_without_the_scope_is_refused(self, requires, current_call, Call):
        for permission in EVERY:
            others = frozenset(EVERY) - {permission}
            self.status(403, requires, current_call, permission, Call("adam", "admin", others))
            near = frozenset([f"{permission}:own", permission.upper(), permission[:-1]])
            self.status(403, requires, current_call, permission, Call("adam", "admin", near))
            self.status(403, requires, current_call, permission, Call("adam", "admin", frozenset()))

    def test_only_a_missing_scope_has_the_header(self, requires, current_call, Call):
        for permission in EVERY:
            wanted = f'Bearer error="insufficient_scope", scope="{permission}"'
            got = self.header(requires, current_call, permission, Call("adam", "admin", frozenset()))
            expect(got, wanted, tried=f"{permission} without the scope: the header WWW-Authenticate")
        for scopes in [frozenset(EVERY), frozenset()]:
            got = self.header(requires, current_call, "users:manage", Call("ben", "member", scopes))
            means = "No token helps when the role does not have the permission." if got else None
            tried = f"a member calls users:manage, with {len(scopes)} scopes: the header WWW-Authenticate"
            expect(got, None, tried=tried, means=means)

    def test_a_role_that_nobody_knows_has_nothing(self, requires, current_call, Call):
        for permission in EVERY:
            self.status(403, requires, current_call, permission, Call("zoe", "owner", frozenset(EVERY)))

    def test_without_a_call_the_response_is_401(self, requires, current_call, Call):
        self.status(401, requires, current_call, "posts:write", None)

    def test_two_guards_do_not_share_anything(self, requires, current_call, Call):
        write, delete = requires("posts:write"), requires("posts:delete")
        app = FastAPI()
        for path, guard in {"/write": write, "/delete": delete}.items():
            app.get(path, dependencies=[Depends(guard)])(lambda: "done")
        app.dependency_overrides[current_call] = lambda: Call("ben", "member", frozenset(EVERY))
        got = [client_of(app).get(path).status_code for path in ["/write", "/delete"]]
        expect(
            got, [200, 403], tried="an app with a route for posts:write and one for posts:delete, as a member"
        )

    def test_a_typing_mistake_shows_at_once(self, requires):
        for permission in ["post:delete", "", "posts:*", "member", "posts:writ", "posts:write "]:
            try:
                requires(permission)
                got = "nothing"
            except Exception as error:
                got = type(error).__name__
            expect(got, "ValueError", tried=f"requires({permission!r}): what it raises")

    def status(self, wanted, requires, current_call, permission, call):
        with guarded(requires, current_call, permission, call) as (client, _):
            got = client.get("/").status_code
        who = "nobody" if call is None else f"{call.name} ({call.role}; scopes {sorted(call.scopes)})"
        expect(got, wanted, tried=f"requires({permission!r}), called as {who}")

    def header(self, requires, current_call, permission, call):
        with guarded(requires, current_call, permission, call) as (client, _):
            return client.get("/").headers.get("WWW-Authenticate")


# 5.5c ----------------------------------------------------------------------------------------


def known() -> None: ...


def through(_: Annotated[None, Depends(known)]) -> None: ...


def deeper(_: Annotated[None, Depends(through)]) -> None: ...


def other() -> None: ...


class Needs:
    def __init__(self, what: str) -> None:
        self.what = what

    def __call__(self) -> None: ...


GUARDS = {known, Needs}


def run() -> None: ...


@exercise(
    "5.5c",
    hints=[
        "What does a route know about what it depends on, and what do these depend on?",
        "`iter_route_contexts(app.routes)` gives each route with `path`, `methods` and `dependant`; "
        "`dependant.dependencies` have a `call` and `dependencies` of their own. A Mount has a `path` and an `app`.",
        "A recursive guarded(dependant); find_unguarded(mount.app, guards) with mount.path in front; sorted()",
    ],
)
class TestUnguarded:
    def test_routes_without_a_guard_are_found(self, find_unguarded):
        app = FastAPI()
        app.get("/posts/{post_id}")(run)
        app.delete("/posts/{post_id}", dependencies=[Depends(other)])(run)
        app.post("/posts", dependencies=[Depends(known)])(run)
        self.finds(
            ["DELETE /posts/{post_id}", "GET /posts/{post_id}"],
            find_unguarded,
            app,
            "three routes; one has a guard",
        )

    def test_an_app_where_all_are_guarded_gives_nothing(self, find_unguarded):
        app = FastAPI()
        app.get("/", dependencies=[Depends(known)])(run)
        self.finds([], find_unguarded, app, "one route, with a guard")
        self.finds([], find_unguarded, FastAPI(), "an app without routes")

    def test_a_guard_may_be_a_parameter(self, find_unguarded):
        app = FastAPI()

        @app.get("/as-parameter")
        def one(who: Annotated[None, Depends(known)]) -> None: ...

        @app.get("/as-security")
        def two(who: Annotated[None, Security(known)]) -> None: ...

        self.finds([], find_unguarded, app, "two routes with the guard as a parameter")

    def test_a_guard_may_be_a_dependency_of_a_dependency(self, find_unguarded):
        app = FastAPI()
        app.get("/one", dependencies=[Depends(through)])(run)
        app.get("/two", dependencies=[Depends(other), Depends(deeper)])(run)
        self.finds([], find_unguarded, app, "guards two and three steps down")

    def test_a_guard_may_be_an_object_of_a_class(self, find_unguarded):
        app = FastAPI()
        app.get("/object", dependencies=[Depends(Needs("posts:write"))])(run)
        app.get("/class", dependencies=[Depends(Needs)])(run)
        app.get("/neither", dependencies=[Depends(other)])(run)
        self.finds(["GET /neither"], find_unguarded, app, "a guard that is an object of a class in guards")

    def test_guards_of_routers_and_of_the_app_count(self, find_unguarded):
        inside = APIRouter(prefix="/inside", dependencies=[Depends(known)])
        inside.get("/one")(run)
        later = APIRouter(prefix="/later")
        later.get("/two")(run)
        app = FastAPI()
        app.include_router(inside)
        app.include_router(later, prefix="/v1", dependencies=[Depends(Needs("x"))])
        self.finds([], find_unguarded, app, "a router with a guard, and one that gets it when it is included")
        whole = FastAPI(dependencies=[Depends(known)])
        whole.get("/three")(run)
        whole.include_router(later)
        self.finds([], find_unguarded, whole, "an app with dependencies=[Depends(known)]")

    def test_included_routers_are_walked(self, find_unguarded):
        inner, outer = APIRouter(prefix="/inner"), APIRouter(prefix="/outer")
        inner.put("/{name}")(run)
        inner.get("/{name}", dependencies=[Depends(known)])(run)
        outer.include_router(inner)
        app = FastAPI()
        app.include_router(outer, prefix="/v1")
        self.finds(
            ["PUT /v1/outer/inner/{name}"], find_unguarded, app, "a router in a router, included at /v1"
        )

    def test_mounted_apps_are_walked(self, find_unguarded):
        deep = FastAPI()
        deep.get("/c")(run)
        middle = FastAPI()
        middle.get("/b")(run)
        middle.get("/guarded", dependencies=[Depends(known)])(run)
        middle.mount("/deep", deep)
        app = FastAPI()
        app.mount("/middle", middle)
        wanted = ["GET /middle/b", "GET /middle/deep/c"]
        self.finds(wanted, find_unguarded, app, "an app mounted at /middle, and in it one at /deep")

    def test_a_mount_begins_where_its_router_is_included(self, find_unguarded):
        inner, router, app = FastAPI(), APIRouter(), FastAPI()
        inner.get("/b")(run)
        router.mount("/inner", inner)
        app.include_router(router, prefix="/v1")
        self.finds(["GET /v1/inner/b"], find_unguarded, app, "an app mounted in a router, included at /v1")

    def test_the_outer_app_does_not_guard_a_mounted_one(self, find_unguarded):
        inner = FastAPI()
        inner.get("/b")(run)
        app = FastAPI(dependencies=[Depends(known)])
        app.get("/a")(run)
        app.mount("/inner", inner)
        means = "Requests to a mounted app do not run the outer app's dependencies."
        self.finds(["GET /inner/b"], find_unguarded, app, "an app mounted in one with a guard", means)

    def test_each_method_is_a_text(self, find_unguarded):
        app = FastAPI()
        app.api_route("/both", methods=["PUT", "GET"])(run)
        self.finds(["GET /both", "PUT /both"], find_unguarded, app, "a route for GET and PUT")

    def test_the_list_is_sorted(self, find_unguarded):
        app, inner = FastAPI(), FastAPI()
        inner.get("/z")(run)
        app.mount("/a", inner)
        for path in ["/c", "/b", "/d"]:
            app.put(path)(run)
            app.get(path)(run)
        wanted = ["GET /a/z", "GET /b", "GET /c", "GET /d", "PUT /b", "PUT /c", "PUT /d"]
        self.finds(wanted, find_unguarded, app, "seven routes in another order")

    def test_documentation_and_files_are_left_out(self, find_unguarded):
        from starlette.staticfiles import StaticFiles

        app = FastAPI(docs_url="/help")
        app.mount("/files", StaticFiles(directory=".", check_dir=False))
        app.mount("/inner", FastAPI())
        self.finds([], find_unguarded, app, "documentation, files, and an app without routes")

    def test_what_the_documentation_leaves_out_is_found(self, find_unguarded):
        app = FastAPI()
        app.get("/hidden", include_in_schema=False)(run)
        app.get("/docs/Ideas")(run)
        tried = "a route with include_in_schema=False, and one whose path begins like the documentation"
        self.finds(["GET /docs/Ideas", "GET /hidden"], find_unguarded, app, tried)

    def test_a_guard_is_known_by_itself_and_not_by_its_name(self, find_unguarded):
        def twin() -> None: ...

        twin.__name__ = "known"
        Other = type("Needs", (), {"__call__": lambda self: None})
        app = FastAPI()
        app.get("/a", dependencies=[Depends(twin)])(run)
        app.get("/b", dependencies=[Depends(Other())])(run)
        tried = "a function and a class that have the names of guards and are others"
        self.finds(["GET /a", "GET /b"], find_unguarded, app, tried)

    def test_the_guards_are_those_it_is_given(self, find_unguarded):
        app = FastAPI()
        app.get("/a", dependencies=[Depends(other)])(run)
        app.get("/b", dependencies=[Depends(known)])(run)
        expect(find_unguarded(app, {other}), ["GET /b"], tried="find_unguarded(app, {other})")
        expect(find_unguarded(app, set()), ["GET /a", "GET /b"], tried="find_unguarded(app, set())")

    def finds(self, wanted, find_unguarded, app, tried, means=None):
        got = find_unguarded(app, GUARDS)
        expect(got, wanted, tried=tried, means=None if got else means)


# 5.5d ----------------------------------------------------------------------------------------

POSTS = [
    (1, "Tea", "ana", True),
    (2, "Soup", "ana", False),
    (3, "Cake", "ben", True),
    (4, "Rice", "ben", False),
    (5, "Plum", "O'Neil", True),
]


def fill(url, rows=POSTS):
    ask(url, "CREATE TABLE posts (id int PRIMARY KEY, title text, author text, published bool)")
    for row in rows:
        ask(url, "INSERT INTO posts VALUES (%s, %s, %s, %s)", row)


def titles(url):
    return dict(ask(url, "SELECT id, title FROM posts"))


def table(url):
    return sorted(ask(url, "SELECT * FROM posts"))


class Given:
    """Before the first UPDATE of an engine, another session gives post 1 to ben, or deletes it."""

    def __init__(self, engine, url, sql):
        self.url, self.sql, self.tried, self.blocked = url, sql, False, False
        event.listen(engine, "before_cursor_execute", self.before)

    def before(self, link, cursor, statement, values, context, many):
        if statement.lstrip().upper().startswith("UPDATE") and not self.tried:
            self.tried = True
            try:
                ask(self.url, f"SET lock_timeout = '40ms'; {self.sql}")
            except LockNotAvailable:
                self.blocked = True  # the answer has locked the row, so the other session comes after it


@exercise(
    "5.5d",
    hints=[
        "What can happen between the line that reads the author and the line that writes?",
        "A condition of the UPDATE is checked at the moment of the change. How do you see that it found no row, and "
        "where do you look up why?",
        "update(Row).where(id and author).returning(Row.id); commit if there is one; else "
        "select(Row.published): Forbidden if it is true, NotFound if not",
    ],
)
class TestRename:
    def test_an_author_renames_a_post(self, rename, database_url):
        fill(database_url)
        for post_id, caller in [(1, "ana"), (2, "ana"), (4, "ben")]:
            self.says("nothing", rename, database_url, caller, post_id)
        wanted = [(at, "Ice" if at in (1, 2, 4) else title, *rest) for at, title, *rest in POSTS]
        expect(table(database_url), wanted, tried="three renames by the authors; then the table")

    def test_a_title_and_a_name_may_be_any_text(self, rename, database_url):
        fill(database_url)
        for post_id, caller, title in [
            (1, "ana", "Ana's ice"),
            (2, "ana", " 5 % :off "),
            (5, "O'Neil", "Ice"),
        ]:
            self.call(rename, database_url, caller, post_id, title)
            tried = f"{caller} renames post {post_id} to {title!r}; its title"
            expect(titles(database_url)[post_id], title, tried=tried)

    def test_published_posts_of_others_are_forbidden(self, rename, database_url):
        fill(database_url)
        self.says("Forbidden", rename, database_url, "ben", 1)
        self.says("Forbidden", rename, database_url, "ana", 3)
        for caller in ["zoe", "Ben", "be_", "%"]:
            self.says("Forbidden", rename, database_url, caller, 3)

    def test_drafts_of_others_are_not_found(self, rename, database_url):
        fill(database_url)
        means = {"Forbidden": "It says that the draft is there."}
        self.says("NotFound", rename, database_url, "ben", 2, means)
        self.says("NotFound", rename, database_url, "ana", 4, means)

    def test_what_is_not_there_is_not_found(self, rename, database_url):
        fill(database_url)
        self.says("NotFound", rename, database_url, "ana", 9)

    def test_what_is_refused_stays(self, rename, database_url):
        fill(database_url)
        for caller, post_id in [("ben", 1), ("ben", 2), ("zoe", 3), ("zoe", 9)]:
            with engine_for(database_url) as engine, Session(engine) as session:
                self.outcome(rename, session, caller, post_id)
                session.commit()
        tried = "four renames that are refused, and a commit of the caller after each; then the table"
        expect(table(database_url), POSTS, tried=tried)

    def test_a_post_that_was_given_away_stays(self, rename, database_url):
        self.given(rename, database_url, "UPDATE posts SET author = 'ben' WHERE id = 1", "Forbidden", "Tea")

    def test_a_draft_that_was_given_away_is_not_found(self, rename, database_url):
        sql = "UPDATE posts SET author = 'ben', published = false WHERE id = 1"
        self.given(rename, database_url, sql, "NotFound", "Tea")

    def test_a_post_that_was_deleted_is_not_found(self, rename, database_url):
        self.given(rename, database_url, "DELETE FROM posts WHERE id = 1", "NotFound", None)

    def test_a_change_that_is_not_committed_yet_counts(self, rename, database_url):
        fill(database_url)
        with engine_for(database_url) as engine, engine.connect() as other:
            other.exec_driver_sql("UPDATE posts SET author = 'ben' WHERE id = 1")
            renaming = in_thread(self.call, rename, database_url, "ana", 1)
            wait_until_blocked(database_url, renaming)
            other.commit()
        tried = "another session gives post 1 to ben; ana renames it; the other session commits"
        require(finished(renaming), tried=tried, expected="an end", got="rename still waits")
        means = {
            "nothing": "The post was looked at before the other session was done.",
            "NotFound": "The post is there. The other session holds it until its commit.",
        }
        expect(renaming.result(), "Forbidden", tried=f"{tried}: what is raised", means=means)
        expect(titles(database_url)[1], "Tea", tried=f"{tried}: its title")

    def test_what_the_session_read_before_does_not_count(self, rename, database_url, Row):
        for sql, wanted, title in [
            ("UPDATE posts SET author = 'ben' WHERE id = 1", "Forbidden", "Tea"),
            ("UPDATE posts SET author = 'ben', published = false WHERE id = 1", "NotFound", "Tea"),
            ("DELETE FROM posts WHERE id = 1", "NotFound", None),
        ]:
            ask(database_url, "DROP TABLE IF EXISTS posts")
            fill(database_url)
            with engine_for(database_url) as engine, Session(engine) as session:
                held = session.get(Row, 1)  # kept, so that the session keeps it
                ask(database_url, sql)
                got = self.outcome(rename, session, "ana", 1)
                del held
            tried = f"the session has read post 1; {sql}; then ana renames it"
            expect(got, wanted, tried=tried)
            expect(titles(database_url).get(1), title, tried=f"{tried}: its title")

    def given(self, rename, url, sql, wanted, title):
        fill(url)
        with engine_for(url) as engine, Session(engine) as session:
            other = Given(engine, url, sql)
            got = self.outcome(rename, session, "ana", 1)
        tried = f"ana renames post 1; before her UPDATE another session does: {sql}"
        if other.blocked:
            expect(got, "nothing", tried=f"{tried}, and waits")
            return
        means = "The author had changed when the title was written." if got == "nothing" else None
        expect(got, wanted, tried=tried, means=means)
        expect(titles(url).get(1), title, tried=f"{tried}: its title")

    def call(self, rename, url, caller, post_id, title="Ice"):
        with engine_for(url) as engine, Session(engine) as session:
            return self.outcome(rename, session, caller, post_id, title)

    def outcome(self, rename, session, caller, post_id, title="Ice"):
        try:
            rename(session, caller, post_id, title)
        except Exception as error:
            if type(error).__name__ in ("NotFound", "Forbidden"):
                return type(error).__name__
            raise
        return "nothing"

    def says(self, wanted, rename, url, caller, post_id, means=None):
        got = self.call(rename, url, caller, post_id)
        expect(got, wanted, tried=f"{caller} renames post {post_id}: what is raised", means=means)


# 5.5e ----------------------------------------------------------------------------------------

DRAFTS = [
    (1, "Tea", "ana", True),
    (2, "Soup", "ana", False),
    (3, "Cake", "ben", True),
    (4, "Rice", "ben", False),
    (5, "Corn", "ana", False),
    (6, "Mint", "ben", True),
    (7, "Tea", "ben", True),  # a second one of this title
]
INVITED = [
    (2, "ben"),
    (2, "cleo"),
    (2, "ben"),
    (4, "cleo"),
    (4, "cleo"),
    (4, "cleo"),
    (3, "cleo"),
    (1, "ana"),
]
SEEN = {
    None: ["Tea", "Cake", "Mint", "Tea"],
    "ana": ["Tea", "Soup", "Cake", "Corn", "Mint", "Tea"],
    "ben": ["Tea", "Soup", "Cake", "Rice", "Mint", "Tea"],
    "cleo": ["Tea", "Soup", "Cake", "Rice", "Mint", "Tea"],
    "zoe": ["Tea", "Cake", "Mint", "Tea"],
}


def fill_board(url):
    fill(url, DRAFTS)
    ask(url, "CREATE TABLE invitations (id serial PRIMARY KEY, post_id int, name text)")
    for row in INVITED:
        ask(url, "INSERT INTO invitations (post_id, name) VALUES (%s, %s)", row)


class Read:
    """What an engine sends, and how many rows come back."""

    def __init__(self, engine):
        self.statements = self.rows = 0
        event.listen(engine, "after_cursor_execute", self.after)

    def after(self, link, cursor, statement, values, context, many):
        self.statements += 1
        self.rows += max(cursor.rowcount, 0)


@exercise(
    "5.5e",
    hints=[
        "Who decides which posts fill the page: the query, or Python after it?",
        "One condition serves page and total. A join gives a row for each invitation; what gives true or false?",
        "Row.published | (Row.author == caller) | select(…).where(…).exists(); true() for moderators; only "
        "Row.published for guests",
    ],
)
class TestVisible:
    def test_published_posts_are_for_everybody(self, visible_page, database_url):
        fill_board(database_url)
        for who in [None, "zoe", "Ana", "Cleo", "%", "O'Neil"]:
            self.sees(SEEN[who and "zoe"], visible_page, database_url, who)

    def test_an_author_sees_their_drafts(self, visible_page, database_url):
        fill_board(database_url)
        self.sees(SEEN["ana"], visible_page, database_url, "ana")

    def test_people_who_are_invited_see_a_draft_once(self, visible_page, database_url):
        fill_board(database_url)
        for who in ["ben", "cleo"]:
            self.sees(SEEN[who], visible_page, database_url, who)

    def test_a_moderator_sees_all(self, visible_page, database_url):
        fill_board(database_url)
        self.sees([row[1] for row in DRAFTS], visible_page, database_url, "mia", "moderator")
        self.sees([row[1] for row in DRAFTS], visible_page, database_url, "ana", "moderator")

    def test_a_guest_sees_no_draft_whatever_is_in_the_table(self, visible_page, database_url):
        fill_board(database_url)
        ask(database_url, "INSERT INTO posts VALUES (8, 'Name', 'None', false)")
        ask(database_url, "INSERT INTO invitations (post_id, name) VALUES (2, NULL), (4, 'None')")
        tried = "one invitation has no name, one is for somebody called None, who has a draft"
        self.sees(SEEN[None], visible_page, database_url, None, tried=tried)

    def test_pages_follow_one_another(self, visible_page, database_url):
        fill_board(database_url)
        ask(database_url, "DELETE FROM posts WHERE id = 1")
        ask(database_url, "INSERT INTO posts VALUES (1, 'Zest', 'ana', true)")  # first id, last in the table
        for who, pages in {
            None: [(0, ["Zest", "Cake"]), (1, ["Cake", "Mint"]), (6, ["Tea"]), (7, [])],
            "ben": [(0, ["Zest", "Soup"]), (2, ["Cake", "Rice"]), (4, ["Mint", "Tea"])],
        }.items():
            for after, wanted in pages:
                got = self.call(visible_page, database_url, who, None if who is None else "member", after, 2)
                tried = f"visible_page(…, {who!r}, …, after={after}, limit=2): the titles"
                means = (
                    "The page was cut before the drafts were left out." if len(got[0]) < len(wanted) else None
                )
                expect(got[0], wanted, tried=tried, means=means)
        got = self.call(visible_page, database_url, "ben", "member", 0, 0)
        expect(got[0], [], tried="visible_page(…, 'ben', 'member', after=0, limit=0): the titles")

    def test_the_total_counts_what_the_caller_may_see(self, visible_page, database_url):
        fill_board(database_url)
        for who, seen in [*SEEN.items(), ("mia", DRAFTS)]:
            role = None if who is None else "moderator" if who == "mia" else "member"
            for after, limit in [(0, 1), (3, 2), (99, 5)]:
                got = self.call(visible_page, database_url, who, role, after, limit)
                tried = f"visible_page(…, {who!r}, {role!r}, {after}, {limit}): the total"
                expect(got[1], len(seen), tried=tried)

    def test_the_database_decides(self, visible_page, database_url):
        fill_board(database_url)
        sql = "INSERT INTO posts SELECT n, 'Post ' || n, 'ben', n % 2 = 0 FROM generate_series(10, 80) AS n"
        ask(database_url, sql)
        for who, role in [(None, None), ("cleo", "member"), ("mia", "moderator")]:
            with engine_for(database_url) as engine, Session(engine) as session:
                read = Read(engine)
                visible_page(session, who, role, 3, 5)
            tried = f"visible_page(…, {who!r}, {role!r}, 3, 5) on 78 posts"
            expected = "at most 2 statements and 6 rows"
            got = f"{read.statements} statements and {read.rows} rows"
            require(read.statements <= 2 and read.rows <= 6, tried=tried, expected=expected, got=got)

    def call(self, visible_page, url, who, role, after, limit):
        with engine_for(url) as engine, Session(engine) as session:
            got = visible_page(session, who, role, after, limit)
        titles, total = got
        tried = f"visible_page(session, {who!r}, {role!r}, {after}, {limit}): the first value"
        require(isinstance(titles, list), tried=tried, expected="a list", got=type(titles).__name__)
        return titles, total

    def sees(self, wanted, visible_page, url, who, role="member", tried=""):
        got = self.call(visible_page, url, who, None if who is None else role, 0, 50)[0]
        more = tried and f"; {tried}"
        expect(
            got,
            wanted,
            tried=f"all titles that {repr(who) if who else 'a guest'} ({role if who else 'no role'}) sees{more}",
        )


# 5.5f ----------------------------------------------------------------------------------------

MOST_REQUESTS = 500


class Closed(Exception):
    """What an attack meets that never ends."""


def client_with_an_end(api):
    """A client of an instance that answers so many requests, and no more."""
    client, left = client_of(api.app()), iter(range(MOST_REQUESTS))

    def count(request):
        if next(left, None) is None:
            raise Closed(f"This API answers {MOST_REQUESTS} requests.")

    client.event_hooks = {"request": [count], "response": []}
    return client


def fresh(kind, place, owner_before=""):
    """An instance whose flag belongs to the person at this place, who is another one than before.

    The ids of notes are low where the flag is in the first one and high elsewhere, so that luck decides nothing.
    """
    first_id = 5 if place == 0 else 30
    while True:
        api = kind()
        if (
            api.people.index(api.owner) == place
            and api.owner != owner_before
            and getattr(api, "first_id", first_id) == first_id
        ):
            return api


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def returned(capture, api, also=Closed):
    """What an attack on an instance returns, or in words what it ended with."""
    try:
        return capture(client_with_an_end(api))
    except also as error:
        return f"no end after {MOST_REQUESTS} requests" if isinstance(error, Closed) else "an error"


@exercise(
    "5.5f",
    hints=[
        "Which ids, fields and tokens do you see in responses, and what happens when you send them? In "
        "`serve(Notes().app())`, from course, you can try it at /docs.",
        "Notes: send each request with the id of somebody else's note. Club: read who may see the report, and what a "
        "registration says of you. Calendar: decode both kinds of tokens as in 5.2.",
        "The holes: POST /notes/{id}/copy of a foreign id; 'role' sent to POST /users; an invitation for the owner, "
        "sent to GET /events. The patches: `copy` calls `read`; `register` passes on the name alone; `caller` looks "
        "at claims['type'].",
    ],
)
class TestCapture:
    def test_the_flag_of_notes_is_captured(self, capture_notes):
        self.captures(capture_notes, "notes")

    def test_the_patched_notes_keep_their_flag(self, capture_notes, SafeNotes):
        self.keeps(capture_notes, SafeNotes, "notes")

    def test_the_hole_of_notes_is_closed(self, capture_notes, SafeNotes):
        self.after_the_attack(capture_notes, SafeNotes, "notes")
        api = fresh(SafeNotes, 0)
        client, theirs = client_of(api.app()), list(api.notes.values())
        stranger = bearer(client.post("/users", json={"name": "zoe"}).json()["token"])
        member = bearer(api.token(api.people[1]))
        for note in theirs:
            self.refused(client, f"POST /notes/{note.id}/copy, by a stranger", stranger)
            if note.owner != api.people[1]:
                self.refused(client, f"POST /notes/{note.id}/copy, by another person", member)
        got = client.get("/notes", headers=stranger).json()
        expect(got, [], tried="GET /notes, by the stranger whose copies were refused")

    def test_the_patched_notes_work_as_before(self, SafeNotes):
        api, client = self.patched(SafeNotes, "notes")
        zoe = self.registered(client, "/notes", {"name": "zoe"})
        note = self.says(client, 201, "POST /notes", zoe, {"text": "Tea"})
        expect(
            note, {"id": note.get("id"), "owner": "zoe", "text": "Tea"}, tried="POST /notes {'text': 'Tea'}"
        )
        self.says(client, 200, f"GET /notes/{note['id']}", zoe, wanted=note)
        copied = self.says(client, 201, f"POST /notes/{note['id']}/copy", zoe)
        expect(copied, {**note, "id": copied.get("id")}, tried="the copy of a note of one's own")
        self.says(client, 200, "GET /notes", zoe, wanted=[note, copied])
        for request in ["GET /notes/0", "POST /notes/0/copy"]:
            self.says(client, 404, request, zoe)
        for place, name in enumerate(api.people[:4]):
            theirs = list(api.notes.values())[place]
            self.says(client, 404, f"GET /notes/{theirs.id}", zoe)
            for request, status in [("GET /notes/{}", 200), ("POST /notes/{}/copy", 201)]:
                got = self.says(client, status, request.format(theirs.id), bearer(api.token(name)))
                text = api.flag if name == api.owner else f"{name} buys tea"
                expect(got.get("text"), text, tried=f"{request.format(theirs.id)}, by its owner: the text")

    def test_the_flag_of_club_is_captured(self, capture_club):
        self.captures(capture_club, "club")

    def test_the_patched_club_keeps_its_flag(self, capture_club, SafeClub):
        self.keeps(capture_club, SafeClub, "club")

    def test_the_hole_of_club_is_closed(self, capture_club, SafeClub):
        self.after_the_attack(capture_club, SafeClub, "club")
        client = client_of(fresh(SafeClub, 0).app())
        for number, more in enumerate(
            [{"role": "staff"}, {"role": "owner"}, {"credit": 100}, {"role": "staff", "credit": 1}]
        ):
            sent = {"name": f"zoe-{number}", **more}
            response = client.post("/users", json=sent)
            require(
                response.status_code < 500, tried=f"POST /users {sent}", expected="no server error", got=500
            )
            if response.status_code == 201:  # what was sent may be ignored
                got = client.get("/users/me", headers=bearer(response.json()["token"])).json()
                wanted = {"name": sent["name"], "role": "guest", "credit": 0}
                expect(got, wanted, tried=f"POST /users {sent}; then GET /users/me")

    def test_the_patched_club_works_as_before(self, SafeClub):
        api, client = self.patched(SafeClub, "club")
        guest = {"role": "guest", "credit": 0}
        zoe = self.registered(client, "/users/me", {"name": "zoe", **guest})
        self.says(client, 409, "POST /users", body={"name": api.owner})
        self.says(client, 200, "GET /users/me", zoe, wanted={"name": "zoe", **guest})
        roles = {name: "staff" if name == api.owner else "guest" for name in api.people}
        got = self.says(client, 200, "GET /users", zoe)
        expect({each["name"]: each["role"] for each in got}, roles, tried="GET /users: the roles")
        self.says(client, 403, "GET /report", zoe)
        self.says(client, 403, "GET /report", bearer(api.token(api.people[0])))
        got = self.says(client, 200, "GET /report", bearer(api.token(api.owner)))
        require(api.flag in got["text"], tried="GET /report, by staff", expected="the report", got=got)

    def test_the_flag_of_calendar_is_captured(self, capture_calendar):
        self.captures(capture_calendar, "calendar")

    def test_the_patched_calendar_keeps_its_flag(self, capture_calendar, SafeCalendar):
        self.keeps(capture_calendar, SafeCalendar, "calendar")

    def test_the_hole_of_calendar_is_closed(self, capture_calendar, SafeCalendar):
        self.after_the_attack(capture_calendar, SafeCalendar, "calendar")
        api = fresh(SafeCalendar, 3)
        client = client_of(api.app())
        zoe = bearer(client.post("/users", json={"name": "zoe"}).json()["token"])
        for kind, name in [("view", api.owner), ("edit", api.people[0])]:
            sent = {"name": name, "type": kind}
            token = client.post("/invitations", json=sent, headers=zoe).json()["token"]
            said = f"with an invitation ({kind}) as the token"
            self.refused(client, f"GET /events, {said}", bearer(token))
            self.refused(client, f"POST /events, {said}", bearer(token), {"text": "Tea"})
            self.refused(client, f"POST /invitations, {said}", bearer(token), sent)

    def test_the_patched_calendar_works_as_before(self, SafeCalendar):
        api, client = self.patched(SafeCalendar, "calendar")
        zoe = self.registered(client, "/events", {"name": "zoe"})
        owner = bearer(api.token(api.owner))
        self.says(client, 200, "GET /users", zoe, wanted=api.people)
        self.says(client, 201, "POST /events", zoe, {"text": "Tea"}, wanted=["Tea"])
        self.says(client, 200, "GET /events", zoe, wanted=["Tea"])
        self.says(client, 200, "GET /events", owner, wanted=[f"{api.owner} buys tea", api.flag])
        for kind, status in [("view", 403), ("edit", 201)]:
            sent = {"name": "zoe", "type": kind}
            got = self.says(client, 201, "POST /invitations", owner, sent)
            invited = bearer(got["token"])
            self.says(client, 200, "GET /shared", invited, wanted=api.events[api.owner])
            self.says(client, status, "POST /shared", invited, {"text": "Soup"})
        require("Soup" in api.events[api.owner], tried="POST /shared", expected="a new event", got="none")
        self.says(client, 403, "GET /shared", zoe)

    def captures(self, capture, name):
        owner = ""
        for place in [0, 3]:
            api = fresh(play.unknown(name), place, owner)
            owner, got = api.owner, returned(capture, api)
            means = "Each instance has people, ids and a flag of its own." if place else None
            expect(got, api.flag, tried=f"capture_{name}(client), on a new instance", means=means)

    def keeps(self, capture, safe, name):
        self.after_the_attack(capture, safe, name)
        api = fresh(safe, 0)
        got = returned(capture, api, Exception)
        tried = f"capture_{name}(client), on an instance of Safe{name.title()}"
        require(api.flag not in repr(got), tried=tried, expected="no flag", got=got)

    def after_the_attack(self, capture, safe, name):
        """An attack that finds nothing proves no patch, and what ours find would say where the hole is."""
        self.patched(safe, name)
        api = fresh(play.unknown(name), 0)
        got = returned(capture, api, Exception)
        tried = f"capture_{name}(client), on an instance that is not patched"
        expect(
            got, api.flag, tried=tried, means="Attack first: the patch is tried when the flag is captured."
        )

    def patched(self, safe, name):
        """An instance of the learner's class, and its client."""
        kind = play.unknown(name)
        require(
            isinstance(safe, type) and issubclass(safe, kind),
            tried=f"Safe{name.title()}",
            expected=f"a class that inherits from {name.title()}",
            got=safe,
        )
        api = fresh(safe, 3)
        return api, client_of(api.app())

    def registered(self, client, inside, wanted):
        """The headers of zoe, who is new; what a name, a missing one and tokens are answered with."""
        got = self.says(client, 201, "POST /users", body={"name": "zoe"})
        expect(got, {**wanted, "token": got.get("token")}, tried="POST /users {'name': 'zoe'}")
        self.says(client, 409, "POST /users", body={"name": "zoe"})
        self.says(client, 422, "POST /users", body={})
        self.says(client, 401, f"GET {inside}")
        self.says(client, 401, f"GET {inside}", bearer("no-token-of-ours"))
        return bearer(got["token"])

    def says(self, client, status, request, headers=None, body=None, wanted=None):
        response = client.request(*request.split(), headers=headers, json=body)
        tried = f"{request}{'' if body is None else f' {body}'}, which is no attack"
        expect(response.status_code, status, tried=f"{tried}: the status")
        got = response.json()
        if wanted is not None:
            expect(got, wanted, tried=tried)
        return got

    def refused(self, client, said, headers, body=None):
        request = said.partition(",")[0]
        got = client.request(*request.split(), headers=headers, json=body).status_code
        require(400 <= got < 500, tried=said, expected="a refusal: a status from 400 to 499", got=got)
