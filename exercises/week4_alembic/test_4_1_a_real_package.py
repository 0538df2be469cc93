"""Checks of the exercises of lesson 4.1."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session, selectinload

from course import look, sql_tape
from course.checks import engine_for, exercise, expect, learners_line, postboard_client, require
from course.types import Imports

ADA = {"X-API-Key": "not-a-real-key-ada"}
REDIRECTED = "Two addresses that differ by a slash are two paths. What is the path of the function, and what the prefix?"


def said_by(answer) -> object:
    """What an answer holds: its data, or its text where that is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def ask(client, method, path, **request):
    """An answer as a real client gets it; a slip in the learner's own code is raised, to show its line."""
    try:
        return TestClient(client.app, follow_redirects=False).request(method, path, **request)
    except Exception as error:
        if learners_line(error) and isinstance(error, (NameError, TypeError)):
            raise
        return TestClient(client.app, raise_server_exceptions=False).request(method, path, **request)


# 4.1a ----------------------------------------------------------------------------------------


EVE = {"X-API-Key": "not-a-real-key-eve"}


def known_eve():
    """Eve, who may delete and not write, has a key for as long as a block lasts."""
    dependencies = import_module("app.dependencies")
    eve = dependencies.Caller("eve", frozenset({"posts:delete"}))
    return patch.dict(dependencies.CALLERS, {EVE["X-API-Key"]: eve})


def including(router, **options):
    """A client of an app that includes the router."""
    api = FastAPI()
    import_module("app.errors").add_error_handlers(api)
    api.include_router(router, **options)
    return TestClient(api, follow_redirects=False)


@exercise(
    "4.1a",
    hints=[
        "Three things hold for every path operation of this router. Who should be told them: each function?",
        "Look at routers/comments.py of Postboard for the path, and at what `APIRouter` takes besides.",
        'APIRouter(prefix="/users/{name}/bookmarks", tags=[…], dependencies=[Depends(Requires(…))]), then '
        '@bookmarks.get("") and @bookmarks.post("", status_code=201).',
    ],
)
class TestBookmarks:
    def test_a_bookmark_is_kept_for_its_user(self, bookmarks):
        client, name = including(bookmarks, prefix="/v1"), f"u{uuid4().hex[:6]}"
        path = f"/v1/users/{name}/bookmarks"
        titles = ["Tea", "Rain", "Tea", " It's 100% ", *(f"Page {number}" for number in range(16))]
        for title in titles:
            answer = ask(client, "POST", path, headers=ADA, json={"title": title})
            expect(
                (answer.status_code, said_by(answer)),
                (201, {"title": title}),
                tried=f'POST /v1/users/ana/bookmarks with {{"title": "{title}"}}, as Ada',
                means=REDIRECTED if answer.status_code == 307 else None,
            )
        for times in ["once", "twice"]:
            answer = ask(client, "GET", path, headers=ADA)
            expect(
                (answer.status_code, said_by(answer)),
                (200, titles),
                tried=f"GET /v1/users/ana/bookmarks, {times}, after 20 titles, Tea among them twice",
            )
        for other in [f"x{name}", f"{name}x", name.upper()]:
            answer = ask(client, "GET", f"/v1/users/{other}/bookmarks", headers=ADA)
            expect(
                (answer.status_code, said_by(answer)),
                (200, []),
                tried="GET of the bookmarks of a user who has none and whose name is nearly that of another",
            )

    def test_no_request_is_redirected(self, bookmarks):
        for prefix in ["/v1", "/v2", ""]:
            client = including(bookmarks, prefix=prefix)
            for method, body in [("GET", None), ("POST", {"title": "Tea"})]:
                answer = ask(client, method, f"{prefix}/users/ben/bookmarks", headers=ADA, json=body)
                expect(
                    answer.status_code,
                    {"GET": 200, "POST": 201}[method],
                    tried=f"{method} {prefix}/users/ben/bookmarks; the prefix given to include_router is {prefix!r}",
                    means={
                        307: REDIRECTED,
                        404: "Is there such a path, whatever prefix the app gives the router besides?",
                    },
                )

    def test_both_have_the_tag(self, bookmarks):
        paths = including(bookmarks, prefix="/v1").app.openapi()["paths"]
        about = paths.get("/v1/users/{name}/bookmarks", {}) or next(iter(paths.values()), {})
        for method in ["get", "post"]:
            expect(
                about.get(method, {}).get("tags"),
                ["bookmarks"],
                tried=f"the documentation of {method.upper()} …/bookmarks: its tags",
                means={None: "This path operation has no tags."},
            )

    def test_a_stranger_is_401_and_a_caller_without_the_permission_403(self, bookmarks):
        client = including(bookmarks)
        for headers, wanted, who in [({}, 401, "without a key"), (EVE, 403, "as one who may only delete")]:
            for method, body in [("GET", None), ("POST", {"title": "Tea"})]:
                with known_eve():
                    answer = ask(client, method, "/users/cy/bookmarks", headers=headers, json=body)
                expect(answer.status_code, wanted, tried=f"{method} /users/cy/bookmarks, {who}")

    def test_a_path_operation_that_is_added_later_is_guarded_too(self, bookmarks):
        before = len(bookmarks.routes)
        try:
            bookmarks.get("/count")(lambda: 0)
            client = including(bookmarks)
            path = next(path for path in client.app.openapi()["paths"] if path.endswith("/count"))
            path = path.replace("{name}", "ana")
            with known_eve():
                got = [ask(client, "GET", path, headers=headers).status_code for headers in ({}, EVE, ADA)]
        finally:
            del bookmarks.routes[before:]
        expect(
            got,
            [401, 403, 200],
            tried="somebody adds GET …/count to the router; a stranger, one who may only delete, and Ada call it",
            means="A permission that each function asks for is forgotten by the next one."
            if got[1] == 200
            else None,
        )


# 4.1b ----------------------------------------------------------------------------------------


@contextmanager
def party(guests_api, Guest, url) -> Iterator[tuple]:
    """The learner's app on empty tables, and a way to store guests with their friends."""
    with engine_for(url) as engine:
        Guest.metadata.create_all(engine)

        def store(name, *friends, code="code-of-the-check"):
            friend_class = Guest.friends.property.mapper.class_
            with Session(engine) as session:
                guest = Guest(name=name, door_code=code, friends=[friend_class(name=f) for f in friends])
                session.add(guest)
                session.commit()
                return guest.id

        yield TestClient(guests_api(engine), raise_server_exceptions=False), store, engine


def stored(Guest, engine):
    """The stored guests: ids, names and codes."""
    columns = Guest.__table__.c
    with engine.connect() as connection:
        found = select(columns.id, columns.name, columns.door_code).order_by(columns.id)
        return [tuple(row) for row in connection.execute(found)]


@contextmanager
def other_codes(new_code) -> Iterator[None]:
    """While the block lasts new_code makes a code of its own at each call, whoever has a reference to it."""
    before = new_code.__code__
    new_code.__code__ = (lambda: "fresh-" + __import__("uuid").uuid4().hex).__code__
    try:
        yield
    finally:
        new_code.__code__ = before


@exercise(
    "4.1b",
    hints=[
        "How many different things does `GuestBody` describe, and which does nobody describe?",
        "Who reads `friends`, and when: before or after the session is closed?",
        "A model for what comes in (a name), one for what goes out (id, name, friends), made from the object "
        "inside the `with`; selectinload(Guest.friends) for the list; a 404 where there is no guest.",
    ],
)
class TestGuests:
    def test_a_new_guest_is_answered_in_full(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, _):
            store("zoe")
            answer = ask(client, "POST", "/guests", json={"name": "ana"})
            expect(
                (answer.status_code, said_by(answer)),
                (201, {"id": 2, "name": "ana", "friends": []}),
                tried='POST /guests with {"name": "ana"}',
                means="After a commit an object is expired: it holds nothing until it is read."
                if said_by(answer) == {}
                else None,
            )

    def test_no_answer_holds_a_code(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, _):
            store("ana", "ben", code="0451")
            for path in ["/guests/1", "/guests", "/guests/99"]:
                self.require_no_code(ask(client, "GET", path), "0451", f"GET {path}")

    def test_the_response_to_a_new_guest_holds_none_either(self, guests_api, Guest, new_code, database_url):
        with party(guests_api, Guest, database_url) as (client, _, _):
            for body in [{"name": "ana"}, {}]:
                answer = ask(client, "POST", "/guests", json=body)
                self.require_no_code(answer, new_code(), f"POST /guests with {json.dumps(body)}")

    def require_no_code(self, answer, code, tried):
        text = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text])
        require(
            code not in text and "door_code" not in text,
            tried=tried,
            expected="a response without the door code",
            got=text,
            means="Without a model for the response, all that the object holds goes out.",
        )

    def test_a_client_cannot_choose_a_code(self, guests_api, Guest, new_code, database_url):
        with party(guests_api, Guest, database_url) as (client, _, engine):
            answer = ask(client, "POST", "/guests", json={"name": "ana", "door_code": "0000", "id": 77})
            require(
                answer.status_code in (201, 422),
                tried='POST /guests with {"name": "ana", "door_code": "0000", "id": 77}',
                expected="201 (the rest is ignored) or 422 (it is refused)",
                got=answer.status_code,
            )
            expect(
                stored(Guest, engine),
                [(1, "ana", new_code())] if answer.status_code == 201 else [],
                tried='POST /guests with an "id" and a "door_code" of the client\'s; then the table was read',
                means="The model for what comes in decides what a client can set.",
            )

    def test_each_request_makes_a_guest_of_the_name_that_was_sent(self, guests_api, Guest, database_url):
        friend_class = Guest.friends.property.mapper.class_
        names = ["ana", "ana", " It's 100% "]
        with party(guests_api, Guest, database_url) as (client, _, engine):
            for number, name in enumerate(names, start=1):
                body = {"name": name, "friends": [{"name": "ben"}]}
                answer = ask(client, "POST", "/guests", json=body)
                if answer.status_code == 422:  # who refuses what is not the name may do so
                    answer = ask(client, "POST", "/guests", json={"name": name})
                expect(
                    (answer.status_code, said_by(answer)),
                    (201, {"id": number, "name": name, "friends": []}),
                    tried=f"POST /guests with {json.dumps(body)}; there are {number - 1} guests",
                    means="Nothing but the name is stored of what a client sends.",
                )
            with Session(engine) as session:
                friends = session.scalar(select(func.count()).select_from(friend_class))
            got = [name for _, name, _ in stored(Guest, engine)]
        expect(got, names, tried="three guests of these names; then the names in the table")
        expect(
            friends, 0, tried='three guests, each with "friends" of the client\'s; then the friends stored'
        )

    def test_a_guest_without_a_name_is_refused(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, _, engine):
            for body in [{}, {"name": None}]:
                answer = ask(client, "POST", "/guests", json=body)
                expect(
                    (answer.status_code, len(stored(Guest, engine))),
                    (422, 0),
                    tried=f"POST /guests with {json.dumps(body)}, and the number of guests in the table",
                )

    def test_each_guest_gets_a_code_from_new_code(self, guests_api, Guest, new_code, database_url):
        with party(guests_api, Guest, database_url) as (client, _, engine), other_codes(new_code):
            for name in ["ana", "ben"]:
                ask(client, "POST", "/guests", json={"name": name})
            found = [code for _, _, code in stored(Guest, engine)]
        require(
            len(set(found)) == 2 and all(code.startswith("fresh-") for code in found),
            tried="two guests, when new_code() gives another code at each call: their codes",
            expected="two codes of that moment",
            got=found,
            means="A call in a class's body, or outside the path operation, runs once.",
        )

    def test_one_guest_comes_with_its_friends(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, _):
            store("ana", "ben", "cy")
            store("dan")
            answer = ask(client, "GET", "/guests/1")
            expect(
                (answer.status_code, said_by(answer)),
                (200, {"id": 1, "name": "ana", "friends": [{"name": "ben"}, {"name": "cy"}]}),
                tried="GET /guests/1, whose friends are ben and cy",
                means={500: "The friends are read when the session is closed already."}.get(
                    answer.status_code
                ),
            )
            answer = ask(client, "GET", "/guests/2")
            expect(
                (answer.status_code, said_by(answer)),
                (200, {"id": 2, "name": "dan", "friends": []}),
                tried="GET /guests/2, who has no friends",
                means="A join leaves out who has no friends." if answer.status_code == 404 else None,
            )

    def test_the_list_has_all_of_them_in_order(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, engine):
            answer = ask(client, "GET", "/guests")
            expect((answer.status_code, said_by(answer)), (200, []), tried="GET /guests, when there are none")
            for name, friends in [("zoe", ["ben"]), ("ana", []), ("cy", ["dan", "eve"])]:
                store(name, *friends)
            with engine.begin() as connection:  # the changed row is now the last in the table's file
                connection.execute(Guest.__table__.update().where(Guest.id == 1).values(door_code="changed"))
            answer = ask(client, "GET", "/guests")
            wanted = [("zoe", ["ben"]), ("ana", []), ("cy", ["dan", "eve"])]
            full = [
                {"id": number, "name": name, "friends": [{"name": each} for each in friends]}
                for number, (name, friends) in enumerate(wanted, start=1)
            ]
            got = said_by(answer)
            ids = sorted(each.get("id", 0) for each in got) if answer.status_code == 200 else []
            expect(
                (answer.status_code, got),
                (200, full),
                tried="GET /guests, with three guests, of which the first was changed after the others came",
                means="Without ORDER BY the rows come as they lie in the table."
                if ids == [1, 2, 3]
                else None,
            )

    def test_the_list_takes_at_most_two_statements(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, engine):
            for number in range(12):
                store(f"guest {number}", "ben", "cy")
            with engine.begin() as connection:
                more = [{"name": f"guest {number}", "door_code": "x"} for number in range(12, 500)]
                connection.execute(Guest.__table__.insert(), more)
            with sql_tape() as tape:
                answer = ask(client, "GET", "/guests")
            expect(answer.status_code, 200, tried="GET /guests, with 500 guests")
            expect(len(said_by(answer)), 500, tried="GET /guests, with 500 guests: how many it shows")
            tape.at_most(2, "GET /guests, with 500 guests")

    def test_an_unknown_guest_is_404(self, guests_api, Guest, database_url):
        with party(guests_api, Guest, database_url) as (client, store, _):
            store("ana")
            expect(
                ask(client, "GET", "/guests/99").status_code,
                404,
                tried="GET /guests/99",
                means={200: "session.get gives None, and None is an answer too: null.", 500: "It is None."},
            )


# 4.1c ----------------------------------------------------------------------------------------


def new_post(title, author, *tags):
    """A post of Postboard's with its author and tags, not stored."""
    models = import_module("app.models")
    made = models.Post(title=title, content="Text.", published=True)
    made.author = models.User(name=author) if author else None
    made.tags = [models.Tag(name=tag) for tag in tags]
    return made


def card_of(PostCard, made):
    """The data of a card."""
    card = PostCard.model_validate(made)
    return card.model_dump(mode="json") if hasattr(card, "model_dump") else card


NOT_LOADED = "a card of a post from the database whose {} not loaded (None: it was refused)"
HIDES = "A card that hides the error says something that is not true."
NO_OBJECT = "A model reads a dictionary unless it is told to read attributes."


def made_card(PostCard, made, tried):
    """The data of a card; a model that cannot read the post says so in plain words."""
    try:
        return card_of(PostCard, made)
    except ValueError as error:
        kinds = [each["type"] for each in error.errors()] if hasattr(error, "errors") else []
        require(
            False,
            tried=tried,
            expected="a card",
            got=f"{type(error).__name__}: {', '.join(kinds) or error}",
            means=NO_OBJECT if "model_type" in kinds else "What does the field hold in the object?",
        )


def card_or_hint(PostCard, made, tried, wanted):
    """Make a card and compare it."""
    expect(made_card(PostCard, made, tried), wanted, tried=tried)


@contextmanager
def loaded(url, *options) -> Iterator:
    """A stored post, read again with these options."""
    models = import_module("app.models")
    with engine_for(url) as engine:
        models.Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(new_post("Sockets", "bob", "tea"))
            session.commit()
        with Session(engine) as session:
            yield session.get(models.Post, 1, options=[option(models) for option in options])


def with_author(models):
    """Load the author along."""
    return selectinload(models.Post.author)


def with_tags(models):
    """Load the tags along."""
    return selectinload(models.Post.tags)


def refused(PostCard, made) -> object:
    """None when making the card was refused because something was not loaded; else what came of it."""
    try:
        return card_of(PostCard, made)
    except Exception:  # whichever: Pydantic's, SQLAlchemy's, or one of the learner's own
        return None


@exercise(
    "4.1c",
    hints=[
        "What does the attribute `tags` of a post hold: texts? And what does `author` hold?",
        "ConfigDict(from_attributes=True) lets a model read objects; a validator can see a value before its type is judged.",
        '@field_validator("tags", mode="before") gets the list of Tag objects and returns their names in order; '
        "the same for the author, who may be None.",
    ],
)
class TestPostCard:
    def test_an_object_becomes_a_card(self, PostCard):
        for title, author, tag in [("Hello", "ada", "http"), (" It's 100% ", "Bob", "HTTP")]:
            card_or_hint(
                PostCard,
                new_post(title, author, tag),
                f"PostCard.model_validate of the post {title!r} by {author} with the tag {tag}",
                {"title": title, "author": author, "tags": [tag]},
            )

    def test_tags_are_in_alphabetical_order(self, PostCard):
        for tags in [["tea", "http"], ["c", "a", "b"], [], list("thequickbrownfx")]:
            tried = f"a post whose tags came in the order {tags}"
            got = made_card(PostCard, new_post("Hello", "ada", *tags), tried)
            expect(got.get("tags"), sorted(tags), tried=tried)

    def test_a_post_without_an_author_has_none(self, PostCard):
        card_or_hint(
            PostCard,
            new_post("Hello", None, "tea"),
            "a post without an author",
            {"title": "Hello", "author": None, "tags": ["tea"]},
        )

    def test_the_post_is_not_changed(self, PostCard):
        made = new_post("Hello", "ada", "tea", "http")
        made_card(PostCard, made, "a post with an author and two tags")
        got = ([tag.name for tag in made.tags], getattr(made.author, "name", made.author))
        expect(
            got, (["tea", "http"], "ada"), tried="the post's own tags and author, after a card was made of it"
        )

    def test_a_stored_post_with_all_that_is_needed_becomes_a_card(self, PostCard, database_url):
        with loaded(database_url, with_author, with_tags) as made:
            card_or_hint(
                PostCard,
                made,
                "a post from the database, its author and tags loaded",
                {"title": "Sockets", "author": "bob", "tags": ["tea"]},
            )

    def test_tags_that_were_not_loaded_are_an_error(self, PostCard, database_url):
        with loaded(database_url, with_author) as made:
            expect(refused(PostCard, made), None, tried=NOT_LOADED.format("tags were"), means=HIDES)

    def test_an_author_that_was_not_loaded_is_an_error(self, PostCard, database_url):
        with loaded(database_url, with_tags) as made:
            expect(refused(PostCard, made), None, tried=NOT_LOADED.format("author was"), means=HIDES)


# 4.1d ----------------------------------------------------------------------------------------

PROBE = """
import json, sys
if "buy" in sys.argv[1] or "discount" in sys.argv[1]:
    from shop.customers import buy, discount
if "total" in sys.argv[1]:
    from shop.orders import total
print(json.dumps(eval(sys.argv[1])))
"""


@contextmanager
def built(fixed) -> Iterator[Path]:
    """The learner's files as a package in a folder of their own."""
    require(
        isinstance(fixed, dict) and all(isinstance(part, str) for pair in fixed.items() for part in pair),
        tried="fixed",
        expected="a dictionary of file names and texts",
        got=type(fixed).__name__,
    )
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        (folder / "shop").mkdir()
        for name, text in fixed.items():
            path = folder / "shop" / Path(name).name
            path.write_text(text, encoding="utf-8")
        yield folder


def python(folder, *arguments):
    """A fresh process; the last line of what it said, and whether it went well."""
    command = [sys.executable, "-B", "-c", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30)
    except subprocess.TimeoutExpired:
        require(False, tried="your package, in a new process", expected="an end", got="none after 30 seconds")
    lines = (done.stdout if not done.returncode else done.stderr).strip().splitlines()
    return done.returncode == 0, (lines[-1] if lines else "").partition(" (/")[0]


def works_out(folder, expression):
    """The value of an expression in the learner's package."""
    fine, last = python(folder, PROBE, expression)
    return json.loads(last) if fine else last


LOADED_BY_CALLS = """
import json, sys
module = __import__(sys.argv[1], fromlist=["x"])
known = {name for name in sys.modules if name.startswith("shop")}
for name, values in {"total": ("ana", ["tea"]), "discount": ("ana",), "buy": ("ana", ["tea"])}.items():
    if hasattr(module, name):
        getattr(module, name)(*values)
print(json.dumps(sorted({name for name in sys.modules if name.startswith("shop")} - known)))
"""


def every_circle(folder) -> list:
    """Circles of imports, also those that only run in a function; imports for types only are nobody's need."""
    try:
        found = Imports.read("shop", folder)
    except SyntaxError as error:
        got = f"{type(error).__name__}: {error.msg} ({Path(error.filename or '').name}, line {error.lineno})"
        require(False, tried="the imports between the modules", expected="files of Python", got=got)
    arrows = {pair: "now" for pair, when in found.arrows.items() if when != "types"}
    for name in ["shop.orders", "shop.customers"]:
        fine, last = python(folder, LOADED_BY_CALLS, name)
        arrows |= {(name, other): "now" for other in (json.loads(last) if fine else [])}
    return Imports(found.modules, arrows).cycles


@exercise(
    "4.1d",
    hints=[
        "Write down who needs what: `buy` needs `total`, `total` needs `discount`, `discount` needs … Is there a circle?",
        "The functions stand in no circle, only the files do. What has to stand below both files?",
        "A module with PRICES, one with SPENT and discount; orders imports these two, customers imports discount and total.",
    ],
    limit_seconds=40,
)
class TestShop:
    def test_each_module_can_be_the_first(self, fixed):
        with built(fixed) as folder:
            modules = {Path(name).stem for name in fixed if name.endswith(".py")}
            names = sorted(modules - {"__init__"} | {"orders", "customers"})
            for name in names:
                fine, last = python(folder, f"import shop.{name}")
                require(
                    fine,
                    tried=f"import shop.{name}, in a new process",
                    expected="that it is imported",
                    got=last,
                    means="Follow the imports from this module on: which one asks for something that is not made yet?"
                    if "partially" in last
                    else "",
                )

    def test_total_costs_what_it_did(self, fixed):
        with built(fixed) as folder:
            for expression, wanted in [
                ("total('ana', ['tea', 'cake'])", 10),
                (
                    "[buy('ben', ['cake'] * 3), buy('ben', ['tea']), total('ben', ['tea', 'cake'])]",
                    [18, 4, 9],
                ),
                ("[buy('ben', ['tea'] * 5), total('ben', ['tea'])]", [20, 3]),
            ]:
                expect(works_out(folder, expression), wanted, tried=expression)

    def test_discount_counts_what_was_bought(self, fixed):
        with built(fixed) as folder:
            for expression, wanted in [
                ("[discount('ana'), buy('ana', ['tea'] * 4), discount('ana')]", [0, 16, 0]),
                ("[buy('ben', ['tea'] * 5), discount('ben'), discount('ana')]", [20, 10, 0]),
                ("[buy('cy', ['tea'] * 5), buy('cy', ['cake', 'tea']), buy('cy', ['tea'])]", [20, 9, 3]),
            ]:
                got = works_out(folder, expression)
                expect(
                    got,
                    wanted,
                    tried=expression,
                    means="Is there one SPENT, which is filled and read, or are there two?"
                    if isinstance(got, list)
                    else None,
                )

    def test_no_circle_is_left_not_even_a_hidden_one(self, fixed):
        with built(fixed) as folder:
            expect(
                every_circle(folder),
                [],
                tried="the imports between the modules, those inside functions too: circles",
                means="The circle is still there; it breaks later, or for somebody else.",
            )


# 4.1e ----------------------------------------------------------------------------------------


ON = {14: 13, 15: 3}  # the posts of these comments; all others stand on the post of their own number


@contextmanager
def board(url) -> Iterator[Session]:
    """A session on Postboard's tables: ada, bob and dan have said things, cy and bobby have said nothing.

    Comment n stands on "Post n", whose id is n + 1, and 14 on "Post 13"; posts 3 and 6 are drafts.
    Ada wrote 2, dan 15, on a draft, and bob all others.
    """
    models = import_module("app.models")
    with engine_for(url) as engine:
        models.Base.metadata.create_all(engine)
        with Session(engine) as session:
            ada, bob, cy, dan = (models.User(name=name) for name in ["ada", "bob", "cy", "dan"])
            session.add_all([ada, models.User(name="bobby"), bob, cy, dan])
            posts = [
                models.Post(title=f"Post {number}", content="Text.", published=number not in (3, 6))
                for number in range(15)
            ]
            for post in posts:
                session.add(post)
                session.flush()
            for number in range(1, 16):
                post, author = posts[ON.get(number, number)], {2: ada, 15: dan}.get(number, bob)
                said = models.Comment(post_id=post.id, content=f"Said {number}", author_id=author.id)
                session.add(said)
                session.flush()
            session.commit()
        with Session(engine) as session:
            yield session


SHOWN = [n for n in range(14, 0, -1) if n not in (2, 3, 6)]


def as_answer(numbers):
    """What clients get of these comments."""
    return [{"id": n, "content": f"Said {n}", "post": f"Post {ON.get(n, n)}"} for n in numbers]


@contextmanager
def clients(said, url) -> Iterator[TestClient]:
    """A client of an app with the learner's router, on the tables of `board`."""
    api = FastAPI()
    import_module("app.errors").add_error_handlers(api)
    api.include_router(said)
    with board(url), postboard_client(api, url) as client:
        yield client


def words_in(item) -> list[str]:
    """The contents of comments that can be read in what a service gave back, whatever it is made of."""
    if isinstance(item, str):
        return [item] if item.startswith("Said ") else []
    parts = item.values() if hasattr(item, "values") else item if isinstance(item, (list, tuple, Row)) else []
    return [*words_in(getattr(item, "content", "")), *(word for part in parts for word in words_in(part))][:1]


def items_of(found) -> list:
    """What a service gave back, as a list, whatever it is."""
    try:
        return list(found)
    except TypeError:
        return [found]


@exercise(
    "4.1e",
    hints=[
        "Which of these rules would a script need as well? Those are not the router's.",
        "Comment has no relationship to Post. How does a select bring columns of two tables at once?",
        "First the id of the user, or NotFound; then select(Comment.id, Comment.content, Post.title.label(…)) with a "
        "join, a where on author and published, an order and a limit. The router passes on and has a response_model.",
    ],
    limit_seconds=20,
)
class TestSaid:
    def test_comments_come_newest_first_with_the_title_of_their_post(self, said, database_url):
        with clients(said, database_url) as client:
            for name, limit, wanted in [
                ("bob", 2, SHOWN[:2]),
                ("bob", 100, SHOWN),
                ("bob", 1, SHOWN[:1]),
                ("ada", 5, [2]),
            ]:
                answer = ask(client, "GET", f"/users/{name}/comments?limit={limit}")
                expect(
                    (answer.status_code, said_by(answer)),
                    (200, as_answer(wanted)),
                    tried=f"GET /users/{name}/comments?limit={limit}",
                    means=REDIRECTED if answer.status_code == 307 else None,
                )

    def test_a_comment_comes_whole(self, said, database_url):
        with clients(said, database_url) as client:
            long = "It's 100% :x\n" + "é" * 1900
            look.query("UPDATE comments SET content = %s WHERE id = 2", (long,), url=database_url)
            answer = ask(client, "GET", "/users/ada/comments")
            wanted = [{"id": 2, "content": long, "post": "Post 2"}]
            expect(said_by(answer), wanted, tried="GET /users/ada/comments; her comment has 1,913 characters")

    def test_drafts_are_left_out_before_the_limit_counts(self, said, database_url):
        with clients(said, database_url) as client:
            answer = ask(client, "GET", "/users/bob/comments?limit=10")
            got = said_by(answer)
            expect(
                [each.get("id") for each in got] if isinstance(got, list) else got,
                SHOWN[:10],
                tried="GET /users/bob/comments?limit=10; his comments 3 and 6 are on drafts",
                means="First ten are taken, and then drafts are thrown away?"
                if isinstance(got, list) and len(got) < 10
                else None,
            )

    def test_ten_come_when_no_limit_is_sent(self, said, database_url):
        with clients(said, database_url) as client:
            got = said_by(ask(client, "GET", "/users/bob/comments"))
            expect(len(got) if isinstance(got, list) else got, 10, tried="GET /users/bob/comments: how many")

    def test_other_limits_are_422(self, said, database_url):
        with clients(said, database_url) as client:
            for limit in [0, 101, -1, "many"]:
                answer = ask(client, "GET", f"/users/bob/comments?limit={limit}")
                expect(answer.status_code, 422, tried=f"GET /users/bob/comments?limit={limit}")

    def test_nobody_is_404_and_silence_is_an_empty_list(self, said, database_url):
        with clients(said, database_url) as client:
            for name in ["nobody", "b_b", "BOB", "bo", "%20bob", "bob%20"]:
                answer = ask(client, "GET", f"/users/{name}/comments")
                expect(
                    answer.status_code,
                    404,
                    tried=f"GET /users/{name}/comments; the users are ada, bob, bobby, cy and dan",
                    means={
                        200: "An empty list says that there is such a user, who has said nothing."
                        if said_by(answer) == []
                        else "A name is compared, not searched for: no patterns, no other case."
                    },
                )
            answer = ask(client, "GET", "/users/cy/comments")
            expect(
                (answer.status_code, said_by(answer)),
                (200, []),
                tried="GET /users/cy/comments; cy said nothing",
            )
            answer = ask(client, "GET", "/users/dan/comments")
            expect(
                (answer.status_code, said_by(answer)),
                (200, []),
                tried="GET /users/dan/comments; dan said something on a draft only",
                means="There is such a user. What can be shown of him is nothing."
                if answer.status_code == 404
                else None,
            )

    def test_a_script_can_ask_without_http(self, comments_of, database_url):
        with board(database_url) as session:
            for name, limit, wanted in [("bob", 3, 3), ("bob", 100, 11), ("ada", 3, 1), ("cy", 3, 0)]:
                got = items_of(comments_of(session=session, name=name, limit=limit))
                tried = f'comments_of(session=…, name="{name}", limit={limit})'
                expect(len(got), wanted, tried=f"{tried}: how many")
                words = [word for item in got for word in words_in(item)]
                newest = [f"Said {n}" for n in SHOWN[:limit]] if name == "bob" else words
                expect(
                    sorted(words) if len(words) == len(got) else sorted(newest),
                    sorted(newest),
                    tried=f"{tried}: what was said",
                )

    def test_nobody_is_not_found_in_the_words_of_the_app(self, comments_of, database_url):
        not_found = import_module("app.errors").NotFound
        with board(database_url) as session:
            try:
                got = comments_of(session=session, name="nobody", limit=3)
                got = got and items_of(got)  # a generator raises when it is read
            except not_found:
                return
            except (NameError, TypeError, AttributeError):
                raise
            except Exception as error:
                got = type(error).__name__
            require(
                False,
                tried='comments_of(session=…, name="nobody", limit=3)',
                expected="NotFound",
                got=got,
                means="A script has no use for an answer of HTTP." if got == "HTTPException" else "",
            )

    def test_it_sends_at_most_two_statements(self, comments_of, database_url):
        with board(database_url) as session, sql_tape() as tape:
            got = items_of(comments_of(session=session, name="bob", limit=10))
        expect(len(got), 10, tried='comments_of(session=…, name="bob", limit=10): how many')
        tape.at_most(2, 'comments_of(session=…, name="bob", limit=10)')

    def test_the_transaction_stays_the_callers(self, comments_of, database_url):
        with board(database_url) as session:
            session.execute(text("UPDATE comments SET content = 'Mine.' WHERE id = 2"))
            items_of(comments_of(session=session, name="bob", limit=3))
            session.rollback()
            got = session.scalar(text("SELECT content FROM comments WHERE id = 2"))
            expect(
                got,
                "Said 2",
                tried="the session changes a comment, no commit; comments_of(…); a rollback; the comment",
                means="Who reads does not commit what somebody else has begun.",
            )
            session.execute(text("UPDATE comments SET content = 'Mine.' WHERE id = 2"))
            items_of(comments_of(session=session, name="bob", limit=3))
            got = session.scalar(text("SELECT content FROM comments WHERE id = 2"))
            tried = "the session changes a comment, no commit; comments_of(…); the comment"
            expect(got, "Mine.", tried=tried, means="Who reads does not end what somebody else has begun.")

    def test_a_request_sends_no_more_either(self, said, database_url):
        with clients(said, database_url) as client, sql_tape() as tape:
            answer = ask(client, "GET", "/users/bob/comments")
        expect(answer.status_code, 200, tried="GET /users/bob/comments")
        tape.at_most(2, "GET /users/bob/comments")
