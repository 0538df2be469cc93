"""The finished app on its own: it runs by uvicorn on tables it made itself, and keeps its promises."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import psycopg2
import pytest
from postboard_support import COMMENTS, MANY
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from course import postgres
from course.base import paths
from course.content import catalog
from course.look import _log
from course.postboard import people, secret
from course.postboard.contract import CONTRACT
from course.postboard.stages import compare, stage, tokens_for_keys
from course.serving.server import serve

# test_variants.py runs these tests on broken copies of the app.
APP = Path(os.environ.get("POSTBOARD_FOLDER", paths.SAMPLE_APP))
DATABASE = f"sample_app_{os.getpid()}"
PROBLEM = "application/problem+json"
ADA: dict[str, str] = {}  # the header of a moderator, and below of a member: `api` fills them in
BOB: dict[str, str] = {}
LOGGED_IN = {"until": 0.0}  # a token lives for 15 minutes


@pytest.fixture(scope="module", autouse=True)
def database_url():
    """A database for this module alone, with tables by the README's own command."""
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = postgres.reset(DATABASE)
    os.environ[COMMENTS] = MANY
    secret.ensure()
    for _ in range(2):  # a second time changes nothing
        subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=APP, check=True)
    yield os.environ["DATABASE_URL"]
    os.environ.pop("DATABASE_URL")
    os.environ.pop(COMMENTS, None)
    if before is not None:
        os.environ["DATABASE_URL"] = before
    postgres.drop(DATABASE)


@pytest.fixture(scope="module")
def started(database_url):
    with serve("app.main:app", folder=APP) as running:
        yield running


@pytest.fixture
def server(started, database_url):
    if time.monotonic() > LOGGED_IN["until"]:
        LOGGED_IN["until"] = time.monotonic() + 300
        with httpx.Client(base_url=started.url, timeout=60) as client:
            headers = people.logged_in(client, database_url)
        ADA.update(headers["ada"])
        BOB.update(headers["bob"])
    return started


@pytest.fixture
def api(server):
    with httpx.Client(base_url=server.url, headers=ADA, timeout=30) as client:
        yield client


def test_plain_uvicorn_starts_it():
    """The README's own command, with a port that the system chooses."""
    command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", "0"]
    with subprocess.Popen(command, cwd=APP, stderr=subprocess.PIPE, text=True) as process:
        said, deadline = "", time.monotonic() + 60
        while "Uvicorn running on" not in said and time.monotonic() < deadline:
            said += process.stderr.readline()
        process.terminate()
    assert "Uvicorn running on" in said
    assert "Application startup complete" in said


def test_a_post_lives_through_all_five_methods(api):
    made = api.post("/posts", json={"title": "  Hello ", "content": "There"})
    assert made.status_code == 201
    where = made.headers["location"]
    assert api.get(where).json() == made.json() | {"title": "Hello", "published": True}
    assert api.patch(where, json={"published": False}).json()["published"] is False
    assert api.put(where, json={"title": "New", "content": "Text"}).json()["published"] is True
    assert api.delete(where).status_code == 204
    assert api.get(where).status_code == 404


def test_a_page_of_posts_says_how_many_there_are(api):
    for number in range(3):
        api.post("/posts", json={"title": f"Findable {number}", "content": "x"})
    page = api.get("/posts", params={"search": "findable", "limit": 2, "skip": 1}).json()
    assert page["total"] == 3
    assert [post["title"] for post in page["items"]] == ["Findable 1", "Findable 2"]
    first = api.get("/posts", params={"search": "findable", "limit": 2}).json()
    assert [post["title"] for post in first["items"]] == ["Findable 0", "Findable 1"]


def test_a_list_is_sorted_as_asked(api):
    made = [api.post("/posts", json={"title": f"Sorted {n}", "content": "x"}) for n in "bac"]

    def titles(order: str) -> str:
        found = api.get("/posts", params={"search": "Sorted", "sort_by": order}).json()["items"]
        return "".join(each["title"][-1] for each in found)

    assert [titles(each) for each in ("id", "title", "newest")] == ["bac", "abc", "cab"]
    assert api.get("/posts", params={"sort_by": "content"}).status_code == 422
    for each in made:
        api.delete(each.headers["location"])


def test_what_looks_like_sql_is_text(api):
    title = "'); DROP TABLE posts; --"
    assert api.post("/posts", json={"title": title, "content": "%s %(title)s"}).status_code == 201
    found = api.get("/posts", params={"search": title}).json()
    assert [post["title"] for post in found["items"]] == [title]
    assert api.get("/posts", params={"search": "%"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (("GET", "/posts/999", None), 404),
        (("GET", "/posts/0", None), 422),
        (("GET", "/posts/99999999999", None), 422),
        (("GET", "/posts?limit=-1", None), 422),
        (("GET", "/posts?skip=99999999999", None), 422),
        (("GET", "/posts?search=%00", None), 422),
        (("GET", "/posts?serach=tea", None), 422),
        (("GET", "/feed?serach=tea", None), 422),
        (("POST", "/posts", {"title": ""}), 422),
        (("POST", "/posts", {"title": "a", "content": "x", "published": 0}), 422),
        (("POST", "/posts", {"title": "a\0b", "content": "x"}), 422),
        (("PATCH", "/posts/1", {"title": None}), 422),
        (("PATCH", "/posts/1", {"titel": "A slip"}), 422),
        (("PATCH", "/posts/1", {"published": 0}), 422),
        (("DELETE", "/posts/999", None), 404),
        (("GET", "/nowhere", None), 404),
        (("TRACE", "/posts", None), 405),
    ],
)
def test_whatever_goes_wrong_has_one_form(api, request_, status):
    method, path, body = request_
    answer = api.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    assert {"type", "title", "status", "detail"} <= answer.json().keys()
    assert answer.json()["status"] == status


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"{", b"\xff\xfe", b"[" * 100_000, b'{"title":' + b"9" * 5000 + b"}", b'{"title":NaN}'],
    ids=["empty", "null", "half", "no text", "deep", "long number", "NaN"],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/posts"), ("PUT", "/posts/1/tags")])
def test_a_body_that_is_not_json_has_one_status_however_it_fails(api, method, path, body):
    """The framework answers 400 when it cannot decode a body, which no operation documents."""
    answer = api.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/invalid-request")


def test_of_many_wrong_values_twenty_are_told(api, post):
    answer = api.patch(post, json={f"field{n}": n for n in range(100)})
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 20)


REFUSED, TAKEN = ["a\0b", "\0", "", "  ", "\u2003\n"], [" a ", "\u2615"]


@pytest.mark.parametrize(
    ("text", "valid"), [*((each, False) for each in REFUSED), *((each, True) for each in TAKEN)]
)
@pytest.mark.parametrize(
    ("method", "path", "schema", "field"),
    [
        ("PATCH", "", "PostUpdate", "title"),
        ("PUT", "", "PostCreate", "title"),
        ("POST", "/comments", "CommentCreate", "content"),
    ],
)
def test_a_text_is_refused_exactly_if_it_does_not_fit_its_description(
    api, post, method, path, schema, field, text, valid
):
    """Clients that are made from the description know what NUL and only spaces come to."""
    described = api.get("/openapi.json").json()["components"]["schemas"][schema]["properties"][field]
    fits = len(text) >= described["minLength"] and re.search(described["pattern"], text) is not None
    body = {"title": "A question", "content": "x"} if method == "PUT" else {}
    answer = api.request(method, f"{post}{path}", json=body | {field: text})
    assert (fits, answer.status_code < 300) == (valid, valid)


@pytest.mark.parametrize(
    "path", ["/posts?search", "/feed?search", "/feed?tag", "/feed?author", "/users/{name}"]
)
def test_nul_is_refused_and_described_wherever_a_text_is_looked_for(api, path):
    path, _, name = path.partition("?")
    operation = api.get("/openapi.json").json()["paths"][path]["get"]
    schema = next(each["schema"] for each in operation["parameters"] if each["name"] == (name or "name"))
    pattern = schema.get("pattern") or schema["anyOf"][0]["pattern"]
    assert not re.search(pattern, "a\0b") and re.search(pattern, " ")
    asked = {name: "a\0b"} if name else None
    assert api.get(path.format(name="a%00b"), params=asked).status_code == 422


def test_a_content_may_be_spaces_but_holds_no_nul(api, post):
    assert api.patch(post, json={"content": "  "}).status_code == 200
    assert api.patch(post, json={"content": "a\0"}).status_code == 422
    schemas = api.get("/openapi.json").json()["components"]["schemas"]
    for schema in ("PostCreate", "PostUpdate"):
        pattern = schemas[schema]["properties"]["content"]["pattern"]
        assert re.search(pattern, "  ") and not re.search(pattern, "a\0")


LIMIT = 2**18


@pytest.fixture
def longest():
    """The longest post that the schemas allow, in the longest JSON: 12 bytes a character."""
    return json.dumps({"title": "\U0001f375" * 200, "content": "\U0001f375" * 20_000}).encode()


@pytest.mark.parametrize("parts", [1, 50], ids=["with Content-Length", "chunked"])
@pytest.mark.parametrize("headers", [ADA, {}], ids=["ada", "a stranger"])
def test_a_body_over_the_limit_is_413_however_it_is_sent(server, headers, parts):
    def sent(size: int) -> httpx.Response:
        body = b'{"title": "' + b"a" * (size - 13) + b'"}'
        step = len(body) // parts + 1
        content = body if parts == 1 else (body[at : at + step] for at in range(0, size, step))
        to = {"Content-Type": "application/json", **headers}
        return httpx.post(f"{server.url}/posts", content=content, headers=to, timeout=30)

    assert sent(LIMIT).status_code in (401, 422)
    for size in (LIMIT + 1, 20 * LIMIT):
        answer = sent(size)
        assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)
        assert (answer.json()["status"], answer.json()["detail"]) == (
            413,
            "A body has at most 262,144 bytes.",
        )


def test_a_body_that_is_announced_as_too_large_is_not_waited_for(server):
    """Only the headers are sent; the response comes all the same."""
    with closing(
        http.client.HTTPConnection("127.0.0.1", httpx.URL(server.url).port, timeout=60)
    ) as connection:
        connection.putrequest("POST", "/posts")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(LIMIT + 1))
        connection.endheaders()
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("content-type")) == (413, PROBLEM)


def test_the_longest_post_is_under_the_limit_and_every_body_names_it(api, post, longest):
    assert len(longest) < LIMIT
    content_type = {"Content-Type": "application/json"}
    assert api.put(post, content=longest, headers=content_type).status_code == 200
    assert api.put(post, content=iter([longest]), headers=content_type).status_code == 200
    paths = api.get("/openapi.json").json()["paths"].values()
    taking = [each for path in paths for each in path.values() if "requestBody" in each]
    assert len(taking) >= 11
    assert all({PROBLEM} == each["responses"]["413"]["content"].keys() for each in taking)


def test_the_limit_of_the_library_is_plain_text_which_is_why_the_app_has_its_own():
    """The day this fails, `app/limits.py` has had its time."""

    async def read(request: Request) -> Response:
        return Response(await request.body())

    limited = Starlette(routes=[Route("/", read, methods=["POST"])], max_body_size=2)
    for exception in (413, HTTPException):
        limited.add_exception_handler(
            exception, lambda request, error: Response("{}", 413, media_type=PROBLEM)
        )
    client = TestClient(limited)
    assert client.post("/", content=iter([b"abc"])).headers["content-type"] == PROBLEM
    assert client.post("/", content=b"abc").headers["content-type"].startswith("text/plain")


def test_the_description_says_where_a_token_is_optional(api):
    """FastAPI describes every token that is read as required; {} is OpenAPI's word for none."""
    paths = api.get("/openapi.json").json()["paths"]
    said = {
        each["operationId"]: {} in each["security"]
        for path in paths.values()
        for each in path.values()
        if "security" in each
    }
    assert {name for name, optional in said.items() if optional} == {
        "list_posts",
        "read_post",
        "list_comments",
    }
    assert len(said) >= 16
    with httpx.Client(base_url=str(api.base_url)) as stranger:
        for path, methods in paths.items():
            for method, each in methods.items():
                where = path.format(post_id=1, comment_id=1, name="ada")
                with stranger.stream(method, where) as response:  # the stream of events has no end
                    status = response.status_code
                needed = "security" in each and {} not in each["security"]
                assert status in (401, 422) if needed else status != 401, each["operationId"]


def test_each_kind_of_problem_has_a_type_of_its_own(api, post):
    """A program tells problems apart by `type`; what the framework refuses has only its status."""
    asked = {
        "not-found": api.get("/posts/999"),
        "invalid-request": api.get("/posts/0"),
        "unknown-caller": api.get("/posts", headers={"Authorization": "Bearer wrong"}),
        "forbidden": api.delete(post, headers=BOB),
    }
    for kind, answer in asked.items():
        assert answer.json()["type"] == f"https://postboard.example/problems/{kind}"
        assert answer.json()["title"] == kind.replace("-", " ").capitalize()
    nowhere = api.get("/nowhere").json()
    assert (nowhere["type"], nowhere["title"]) == ("about:blank", "Not Found")


def test_the_description_names_every_error_in_its_one_form(api):
    document = api.get("/openapi.json").json()
    assert "HTTPValidationError" not in json.dumps(document)
    operations = [each for path in document["paths"].values() for each in path.values()]
    assert {each["operationId"] for each in operations} >= {"create_post", "read_feed", "cast_vote"}
    for each in operations:
        errors = {status: text for status, text in each["responses"].items() if status >= "400"}
        assert {"422", "503"} <= errors.keys(), each["operationId"]
        assert all(text["content"].keys() == {PROBLEM} for text in errors.values()), each["operationId"]
    by_id = {each["operationId"]: each["responses"].keys() for each in operations}
    assert by_id["create_post"] >= {"201", "401", "403", "409"}
    assert by_id["read_post"] >= {"200", "401", "404"}


def test_a_patch_promises_no_default(api):
    """A generated client that fills in defaults would otherwise publish drafts."""
    schema = api.get("/openapi.json").json()["components"]["schemas"]["PostUpdate"]
    assert "required" not in schema
    assert not any("default" in field for field in schema["properties"].values())


def test_a_title_that_is_taken_is_409_however_it_comes_about(api):
    for title in ("Taken", "Free"):
        assert api.post("/posts", json={"title": title, "content": "x"}).status_code == 201
    free = api.get("/posts", params={"search": "Free"}).json()["items"][0]["id"]
    again = api.post("/posts", json={"title": "Taken", "content": "x"})
    renamed = api.patch(f"/posts/{free}", json={"title": "Taken"})
    replaced = api.put(f"/posts/{free}", json={"title": "Taken", "content": "y"})
    assert [each.status_code for each in (again, renamed, replaced)] == [409, 409, 409]
    assert api.get(f"/posts/{free}").json()["title"] == "Free"


def test_ids_are_never_given_twice(api):
    first = api.post("/posts", json={"title": "a", "content": "b"}).json()["id"]
    api.delete(f"/posts/{first}")
    assert api.post("/posts", json={"title": "a", "content": "b"}).json()["id"] > first


def test_which_caller_may_do_what(server):
    seen = {}
    for name, headers in {"nobody": {}, "bob": BOB, "ada": ADA}.items():
        with httpx.Client(base_url=server.url, headers=headers) as client:
            made = client.post("/posts", json={"title": f"By {name}", "content": "x"})
            where = made.headers.get("location", "/posts/1")
            seen[name] = [
                client.get("/posts").status_code,
                made.status_code,
                client.delete(where).status_code,
            ]
    assert seen == {"nobody": [200, 401, 401], "bob": [200, 201, 204], "ada": [200, 201, 204]}
    assert httpx.get(f"{server.url}/posts", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_draft_is_not_there_for_strangers_and_the_fourth_is_refused(api, server):
    drafts = [
        api.post("/posts", json={"title": f"Draft {n}", "content": "x", "published": False}) for n in range(4)
    ]
    assert [each.status_code for each in drafts] == [201, 201, 201, 409]
    where = drafts[0].headers["location"]
    assert httpx.get(f"{server.url}{where}").status_code == 404
    assert httpx.get(f"{server.url}/posts", params={"search": "Draft"}).json()["total"] == 0
    assert api.get("/posts", params={"search": "Draft"}).json()["total"] == 3
    for each in drafts[:3]:
        assert api.delete(each.headers["location"]).status_code == 204


def test_ten_drafts_of_one_author_at_once_are_three_and_those_of_others_do_not_count(api):
    other = api.post("/posts", headers=BOB, json={"title": "Bob's", "content": "x", "published": False})
    made = [api.post("/posts", json={"title": f"Idea {n}", "content": "x"}) for n in range(10)]
    places = [each.headers["location"] for each in made]

    def unpublish(where: str) -> int:
        return api.patch(where, json={"published": False}).status_code

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(unpublish, places)) == [200] * 3 + [409] * 7
    for where in [*places, other.headers["location"]]:
        assert api.delete(where).status_code == 204


def test_a_draft_may_be_edited_however_many_there_are(api, database_url):
    made = [api.post("/posts", json={"title": f"Old {n}", "content": "x"}) for n in range(5)]
    with closing(psycopg2.connect(database_url)) as beside, beside, beside.cursor() as cursor:
        cursor.execute("UPDATE posts SET published = false WHERE title LIKE 'Old %'")
    where = made[0].headers["location"]
    assert api.patch(where, json={"content": "A typo less"}).status_code == 200
    for each in made:
        api.delete(each.headers["location"])


@pytest.fixture
def post(api):
    """The address of a fresh post of ada's, gone after the test."""
    where = api.post("/posts", json={"title": "A question", "content": "Who answers?"}).headers["location"]
    yield where
    api.delete(where)


def test_what_the_app_decides_is_not_taken_from_the_body(api, post, database_url):
    """Whoever sends more fields than the description names changes nothing with them."""
    bobs = api.post("/posts", headers=BOB, json={"title": "Not of ada", "content": "x"})
    with closing(psycopg2.connect(database_url)) as beside, beside.cursor() as cursor:
        cursor.execute("SELECT id FROM users WHERE name = 'bob'")
        (bob,) = cursor.fetchone()
    more = {"id": 999, "author": "bob", "author_id": bob, "version": 7, "score": 9, "tags": ["x"]}
    more |= {"created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z"}
    made = api.post("/posts", json=more | {"title": "More", "content": "x"})
    where = made.headers["location"]
    changed = api.put(where, json=more | {"title": "Still more", "content": "y"})
    for answer in (made, changed):
        shown = answer.json()
        assert where == f"/posts/{shown['id']}" and shown["id"] != 999
        assert (shown["author"], shown["score"], shown["tags"]) == ("ada", 0, [])
        assert not shown["created_at"].startswith("2001") and not shown["updated_at"].startswith("2001")
    assert api.get(where).headers["etag"] == '"2"'
    assert api.patch(where, json={"author_id": bob}).status_code == 422
    for each in (where, bobs.headers["location"]):
        api.delete(each)


def test_a_change_that_names_an_older_version_is_refused(api, post):
    tag = api.get(post).headers["etag"]
    seen = {"If-Match": tag}
    assert api.patch(post, headers=seen, json={"content": "First"}).status_code == 200
    body = {"title": "Mine", "content": "Second"}
    late = [api.put(post, headers=seen, json=body), api.patch(post, headers=seen, json=body)]
    late.append(api.delete(post, headers=seen))
    assert [each.status_code for each in late] == [412] * 3
    assert late[0].headers["content-type"] == PROBLEM
    assert api.get(post).json()["content"] == "First"
    now = api.get(post).headers["etag"]
    assert now != tag and httpx.patch(f"{api.base_url}{post}", headers=seen, json={}).status_code == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("*", 200),
        ('"0", {}', 200),
        ("W/{}", 412),
        ("{}x", 200),
        ("nonsense", 412),
        ("", 412),
        ('"9999"', 412),
    ],
)
def test_the_versions_of_if_match_are_read_as_a_list_of_strong_tags(api, post, header, status):
    seen = {"If-Match": header.format(api.get(post).headers["etag"])}
    assert api.patch(post, headers=seen, json={"content": "x"}).status_code == status


def test_of_two_changes_of_the_same_version_at_once_one_is_refused(api, post):
    seen = {"If-Match": api.get(post).headers["etag"]}

    def change(number: int) -> int:
        return api.patch(post, headers=seen, json={"content": f"By {number}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(change, range(8))) == [200] + [412] * 7


def test_users_who_comment_vote_and_edit_at_once_never_deadlock(api, post):
    def ask(number: int) -> int:
        headers = BOB if number % 2 else ADA
        if number % 3 == 0:
            return api.post(f"{post}/comments", headers=headers, json={"content": "x"}).status_code
        if number % 3 == 1:
            return api.post(f"{post}/votes", headers=headers, json={"value": 1}).status_code
        return api.patch(post, json={"title": "A question"}).status_code

    for _ in range(5):
        with ThreadPoolExecutor(12) as pool:
            assert set(pool.map(ask, range(12))) <= {200, 201, 409}


def test_one_held_row_stops_nobody_else(post, database_url, monkeypatch):
    """Writers give the lock up, so readers come to a place; how long a reader waits at most is the next test's."""
    monkeypatch.setenv("POOL_WAIT", "90")  # on a busy machine a round of writers takes what it takes
    with (
        serve("app.main:app", folder=APP, key="patient") as patient,
        httpx.Client(base_url=patient.url, headers=ADA, timeout=120) as api,
        closing(psycopg2.connect(database_url)) as beside,
        beside.cursor() as cursor,
    ):
        cursor.execute("SELECT FROM posts FOR UPDATE")
        with ThreadPoolExecutor(50) as pool:  # twice as many writers as there are places
            changes = [pool.submit(api.patch, post, json={"content": f"{n}"}) for n in range(30)]
            reads = [pool.submit(api.get, post) for _ in range(20)]
            assert {each.result().status_code for each in reads} == {200}
            assert {each.result().status_code for each in changes} == {503}  # lock_timeout
        beside.rollback()


def test_two_rounds_of_writers_give_up_before_a_reader_does(database_url):
    told = "from app.database import TIMEOUTS, POOL_WAIT; print(TIMEOUTS, POOL_WAIT)"
    command = [sys.executable, "-c", told]
    done = subprocess.run(command, cwd=APP, capture_output=True, text=True, check=True)
    lock = int(re.search(r"lock_timeout=(\d+)s", done.stdout)[1])
    assert 2 * lock < float(done.stdout.split()[-1])


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("comments", lambda api, post, comment: api.put(f"/comments/{comment}", json={"content": "New"})),
        ("posts", lambda api, post, comment: api.put(f"{post}/vote", json={"value": 1})),
        ("posts", lambda api, post, comment: api.post(f"{post}/votes", json={"value": 1})),
        ("posts", lambda api, post, comment: api.post(f"{post}/comments", json={"content": "New"})),
        ("posts", lambda api, post, comment: api.patch(post, json={"content": "New"})),
    ],
    ids=["edit a comment", "set a vote", "cast a vote", "comment", "edit a post"],
)
def test_what_is_deleted_while_it_is_changed_is_not_found(api, post, database_url, table, change):
    comment = api.post(f"{post}/comments", json={"content": "Old"}).json()["id"]
    answer = waiting(database_url, f"DELETE FROM {table}", lambda: change(api, post, comment))
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


def test_a_change_waits_for_another_one_and_is_made_after_it(api, post, database_url):
    before = api.get(post)
    other = f"UPDATE posts SET title = 'Theirs', version = version + 1 WHERE id = {before.json()['id']}"
    answer = waiting(database_url, other, lambda: api.patch(post, json={"content": "Mine"}))
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["content"]) == ("Theirs", "Mine")
    seen = {"If-Match": api.get(post).headers["etag"]}
    late = waiting(database_url, other, lambda: api.patch(post, headers=seen, json={"content": "Lost"}))
    assert (late.status_code, api.get(post).json()["content"]) == (412, "Mine")


def test_a_draft_waits_for_the_drafts_that_another_request_makes(api, post, database_url):
    made = [api.post("/posts", json={"title": f"Rival {n}", "content": "x"}) for n in range(3)]
    other = (
        "SELECT FROM users WHERE name = 'ada' FOR NO KEY UPDATE;"
        "UPDATE posts SET published = false WHERE title LIKE 'Rival %'"
    )
    answer = waiting(database_url, other, lambda: api.patch(post, json={"published": False}))
    assert answer.status_code == 409
    for each in made:
        api.delete(each.headers["location"])


def waiting(database_url, other, request):
    """The response to a request that waits until another transaction, which has done `other`, commits."""
    with closing(psycopg2.connect(database_url)) as beside, beside.cursor() as cursor:
        cursor.execute(other)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(request)
            blocked = False
            while not (blocked or sent.done()):
                cursor.execute(  # pg_stat_activity stays as it is until our transaction ends
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted "
                    "AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
                )
                (blocked,) = cursor.fetchone()
            beside.commit()
            assert blocked, f"it did not wait: {sent.result().status_code}"
            return sent.result()


def test_connections_cut_while_they_wait_cost_no_place(api, post, database_url):
    """More of them than there are places; afterwards everybody is served."""
    for _ in range(2):
        with closing(psycopg2.connect(database_url)) as beside, beside.cursor() as cursor:
            cursor.execute("SELECT FROM posts FOR UPDATE")
            with ThreadPoolExecutor(10) as pool:
                changes = [pool.submit(api.patch, post, json={"content": f"{n}"}) for n in range(10)]
                while not all(each.done() for each in changes):
                    # Within a transaction pg_stat_activity would stay as it was when it was first read.
                    cursor.execute(
                        "SELECT pg_stat_clear_snapshot();"
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                        "datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
                    )
                assert {each.result().status_code for each in changes} == {503}
    assert api.get(post).status_code == 200


def test_comments_say_who_wrote_them_and_go_with_their_post(api, server, post):
    made = api.post(f"{post}/comments", headers=BOB, json={"content": " I do "})
    assert (made.status_code, made.json()["content"], made.json()["author"]) == (201, "I do", "bob")
    assert httpx.get(f"{server.url}{post}/comments").json() == {"items": [made.json()], "next": None}
    assert api.delete(post).status_code == 204
    assert api.get(f"{post}/comments").status_code == 404


def test_comments_stand_under_their_own_post_and_with_a_draft_they_are_hidden(api, server, post):
    other = api.post("/posts", json={"title": "Another", "content": "x"}).headers["location"]
    api.post(f"{other}/comments", json={"content": "Elsewhere"})
    made = api.post(f"{post}/comments", json={"content": "Here"}).json()
    assert httpx.get(f"{server.url}{post}/comments").json()["items"] == [made]
    api.patch(post, json={"published": False})
    assert httpx.get(f"{server.url}{post}/comments").status_code == 404
    assert api.get(f"{post}/comments").json()["items"] == [made]
    api.delete(other)


def test_comments_come_in_pages(api, post):
    made = [api.post(f"{post}/comments", json={"content": text}).json()["id"] for text in "abc"]

    def page(**asked):
        found = api.get(f"{post}/comments", params=asked).json()
        return [each["id"] for each in found["items"]], found["next"]

    assert page(limit=2) == (made[:2], made[1])
    assert page(limit=2, after=made[1]) == (made[2:], None)
    assert page(limit=3) == (made, None)
    assert page(after=made[2]) == ([], None)
    for wrong in ({"limit": 0}, {"limit": 101}, {"after": -1}, {"skip": 1}):
        assert api.get(f"{post}/comments", params=wrong).status_code == 422


def test_a_comment_is_changed_by_its_author_and_deleted_by_its_author_or_a_moderator(api, post):
    bobs, adas = (
        f"/comments/{api.post(f'{post}/comments', headers=who, json={'content': 'x'}).json()['id']}"
        for who in (BOB, ADA)
    )
    assert api.put(bobs, headers=BOB, json={"content": " y "}).json()["content"] == "y"
    assert api.get(f"{post}/comments").json()["items"][0]["content"] == "y"
    assert api.put(bobs, json={"content": "z"}).status_code == 403  # ada is a moderator; the words are bob's
    assert api.delete(adas, headers=BOB).status_code == 403
    assert api.delete(bobs).status_code == 204  # ada may: she has posts:delete
    assert api.delete(adas).status_code == 204
    assert api.put(bobs, headers=BOB, json={"content": "y"}).status_code == 404
    assert api.get(f"{post}/comments").json()["items"] == []


def test_a_post_shows_its_author_times_tags_and_score(api, post):
    before = api.get(post).json()
    assert (before["author"], before["tags"], before["score"]) == ("ada", [], 0)
    assert before["created_at"] == before["updated_at"]
    api.put(f"{post}/tags", json={"names": ["sql", "orm"]})
    api.put(f"{post}/vote", json={"value": -1})
    unchanged = api.get(post).json()
    assert (unchanged["tags"], unchanged["score"]) == (["orm", "sql"], -1)
    assert unchanged["updated_at"] == before["updated_at"]  # its words are the same
    changed = api.patch(post, json={"content": "Who else?"}).json()
    assert changed == unchanged | {"content": "Who else?", "updated_at": changed["updated_at"]}
    assert changed["updated_at"] > before["updated_at"]
    listed = api.get("/posts", params={"search": "A question"}).json()["items"]
    assert listed == [changed] and api.get(post).json() == changed


def test_tags_are_listed_with_the_number_of_published_posts(api, post):
    api.put(f"{post}/tags", json={"names": ["rare", "common"]})
    more = [{"title": f"Tagged {n}", "content": "x", "published": n == 1} for n in (1, 2)]
    made = [api.post("/posts", json=each).headers["location"] for each in more]
    for each in made:
        api.put(f"{each}/tags", json={"names": ["common", "hidden"]})
    api.patch(made[0], json={"published": False})
    assert [each for each in api.get("/tags").json()["items"] if each["name"] == "hidden"] == []
    api.patch(made[0], json={"published": True})
    found = {each["name"]: each["posts"] for each in api.get("/tags").json()["items"]}
    assert (found["common"], found["rare"], found["hidden"]) == (2, 1, 1)
    assert [each["name"] for each in api.get("/tags?limit=1").json()["items"]] == ["common"]
    for each in made:
        api.delete(each)


def test_a_vote_is_changed_in_one_request_and_counts_once_whoever_sends_it_how_often(server, api, post):
    def vote(number: int) -> int:
        value = 1 if number % 2 else -1
        sent = httpx.put(f"{server.url}{post}/vote", headers=BOB, json={"value": value}, timeout=30)
        return sent.status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(vote, range(16))) == {200}
    assert abs(api.get(post).json()["score"]) == 1
    assert api.put(f"{post}/vote", headers=BOB, json={"value": 1}).json()["score"] == 1
    assert api.put(f"{post}/vote", json={"value": 1}).json()["score"] == 2
    assert api.put(f"{post}/vote", json={"value": -1}).json()["score"] == 0
    assert api.put(f"{post}/vote", json={"value": 2}).status_code == 422
    assert api.put("/posts/999999/vote", json={"value": 1}).status_code == 404


@pytest.mark.parametrize("value", [True, False, 1.0, -1.0, 0, 2, "1", None, [1]])
@pytest.mark.parametrize(("method", "path"), [("PUT", "vote"), ("POST", "votes")])
def test_a_vote_is_one_of_two_integers(api, post, method, path, value):
    answer = api.request(method, f"{post}/{path}", json={"value": value})
    assert (answer.status_code, api.get(post).json()["score"]) == (422, 0)


def test_a_score_costs_no_row_for_each_vote(api, post, database_url):
    for who in (ADA, BOB):
        api.put(f"{post}/vote", headers=who, json={"value": 1})
    for path in (post, "/posts?limit=100"):
        with _log.log(database_url) as seen:
            shown = api.get(path).json()
        assert shown.get("items", [shown])[-1]["score"] == 2
        assert [each.text for each in seen if re.search(r"SELECT votes\.", each.text)] == []


def test_tags_are_replaced_and_shared(api, post):
    assert api.put(f"{post}/tags", json={"names": ["SQL", "orm"]}).json() == ["orm", "sql"]
    assert api.put(f"{post}/tags", json={"names": ["sql", "api"]}).json() == ["api", "sql"]
    assert api.put(f"{post}/tags", json={"names": ["no spaces"]}).status_code == 422
    assert api.put(f"{post}/tags", json={"names": []}).json() == []


def test_a_tag_may_be_named_twice_and_the_description_does_not_deny_it(api, post):
    assert api.put(f"{post}/tags", json={"names": ["sql", "SQL", "sql"]}).json() == ["sql"]
    assert api.put(f"{post}/tags", json={"names": ["sql"] * 11}).status_code == 422
    described = api.get("/openapi.json").json()["components"]["schemas"]["Tags"]["properties"]["names"]
    assert (described["maxItems"], described.get("uniqueItems", False)) == (10, False)


def test_a_body_full_of_wrong_tags_is_refused_at_the_first(api, post):
    wrong = [f"no {n}" for n in range(10_000)]
    answer = api.put(f"{post}/tags", json={"names": wrong})
    assert (answer.status_code, len(answer.json()["errors"])) == (422, 1)


def test_of_many_votes_of_one_user_at_once_one_counts_and_the_others_are_409(server, api, post):
    def vote(_: int) -> int:
        sent = httpx.post(f"{server.url}{post}/votes", headers=BOB, json={"value": 1}, timeout=30)
        return sent.status_code

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(vote, range(32))) == [201] + [409] * 31
    assert api.get("/feed").json()["items"][0]["score"] == 1
    assert api.delete(f"{post}/vote", headers=BOB).status_code == 204
    assert api.delete(f"{post}/vote", headers=BOB).status_code == 404


def test_nobody_takes_back_the_vote_of_somebody_else(api, post):
    assert api.put(f"{post}/vote", json={"value": 1}).json()["score"] == 1
    assert api.delete(f"{post}/vote", headers=BOB).status_code == 404
    assert api.get(post).json()["score"] == 1
    assert api.delete(f"{post}/vote").status_code == 204
    assert api.get(post).json()["score"] == 0


def test_a_vote_on_what_is_not_there_is_404_and_on_nothing_in_particular_422(api, post):
    assert api.post("/posts/999999/votes", json={"value": 1}).status_code == 404
    assert api.post(f"{post}/votes", json={"value": 2}).status_code == 422


def test_the_feed_is_newest_first_by_key_and_finds_words_in_other_forms(api, post):
    second = api.post("/posts", json={"title": "Newer", "content": "It was answered."}).headers["location"]
    page = api.get("/feed", params={"limit": 1}).json()
    assert [item["title"] for item in page["items"]] == ["Newer"]
    following = api.get("/feed", params={"limit": 1, "before": page["next"]}).json()
    assert [item["title"] for item in following["items"]] == ["A question"]
    found = api.get("/feed", params={"search": "answers"}).json()["items"]
    assert [(item["title"], item["author"]) for item in found] == [("Newer", "ada"), ("A question", "ada")]
    api.delete(second)


@pytest.mark.parametrize("field", ["title", "excerpt", "content"])
def test_the_feed_finds_a_word_in_title_excerpt_or_content(api, field):
    body = {"title": "Plain", "content": "Text", field: "Oolong first."}
    where = api.post("/posts", json=body).headers["location"]
    found = api.get("/feed", params={"search": "oolong"}).json()["items"]
    assert [item["title"] for item in found] == [body["title"]]
    api.delete(where)


def test_the_feed_counts_each_vote_and_each_comment_once(api, post):
    for who in (ADA, BOB):
        api.put(f"{post}/vote", headers=who, json={"value": 1})
    for text in "abc":
        api.post(f"{post}/comments", json={"content": text})
    api.put(f"{post}/tags", json={"names": ["sql", "api"]})
    shown = api.get("/feed", params={"limit": 1}).json()["items"][0]
    assert (shown["score"], shown["comments"], shown["tags"]) == (2, 3, ["api", "sql"])


def test_the_feed_is_of_one_tag_or_of_one_author_and_shows_no_drafts(api, post, database_url):
    bodies = [{"title": f"Of bob {n}", "content": "x", "published": n < 2} for n in range(3)]
    bobs = [api.post("/posts", headers=BOB, json=each).headers["location"] for each in bodies]
    api.put(f"{bobs[0]}/tags", json={"names": ["only-here"]})

    def titles(**asked):
        return [each["title"] for each in api.get("/feed", params={"limit": 100} | asked).json()["items"]]

    assert titles(tag="only-here") == ["Of bob 0"] and titles(tag="nowhere") == []
    assert titles(author="bob", tag="only-here") == ["Of bob 0"]
    assert titles(author="ada", tag="only-here") == []
    assert "A question" in titles(author="ada") and "A question" not in titles(author="bob")
    assert titles()[:3] == ["Of bob 1", "Of bob 0", "A question"]  # the draft is not among them
    for each in bobs:
        api.delete(each)


def test_the_profile_of_a_user_counts_what_is_published_and_the_votes_that_it_got(api, server, post):
    api.put(f"{post}/vote", headers=BOB, json={"value": -1})
    before = {name: httpx.get(f"{server.url}/users/{name}").json() for name in ("ada", "bob")}
    draft = api.post("/posts", json={"title": "Hidden", "content": "x", "published": False})
    api.put(f"{draft.headers['location']}/vote", headers=BOB, json={"value": 1})
    api.post(f"{post}/comments", headers=BOB, json={"content": "x"})
    assert httpx.get(f"{server.url}/users/ada").json() == before["ada"]
    bob = before["bob"]
    assert httpx.get(f"{server.url}/users/bob").json() == bob | {"comments": bob["comments"] + 1}
    assert (before["ada"]["score"], bob["score"]) == (-1, 0)
    api.delete(draft.headers["location"])


def test_a_user_is_shown_in_numbers(api, server, post):
    api.post(f"{post}/votes", headers=BOB, json={"value": -1})
    shown = httpx.get(f"{server.url}/users/ada").json()
    assert (shown["name"], shown["score"]) == ("ada", -1) and shown["posts"] >= 1
    assert httpx.get(f"{server.url}/users/nobody").status_code == 404


def test_no_answer_costs_more_statements_for_more_rows(api, database_url):
    """Lists are read in a fixed number of statements, however long they are (no N+1)."""
    made = [
        api.post("/posts", json={"title": f"Counted {n}", "content": "x"}).headers["location"]
        for n in range(8)
    ]
    for where in made:
        api.put(f"{where}/tags", json={"names": ["counted"]})
        api.post(f"{made[0]}/comments", json={"content": "x"})
    for path in ("/feed?limit={}", "/posts?limit={}"):
        counts = []
        for limit in (1, 8):
            with _log.log(database_url) as seen:
                assert len(api.get(path.format(limit)).json()["items"]) == limit
            counts.append(len(seen))
        assert counts[0] == counts[1] > 0, path
    for where in made:
        api.delete(where)


def test_sixty_four_clients_at_once_are_all_answered(api, server):
    """More clients than connections (15) and threads (40): none of them waits where it holds up another."""
    api.post("/posts", json={"title": "Busy", "content": "x"})

    def ask(_: int) -> int:
        return httpx.get(f"{server.url}/posts", timeout=60).status_code

    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(ask, range(256))) == [200] * 256


def test_every_response_that_the_contract_meets_is_documented():
    """A status that the description does not name surprises every client that was made from it."""
    with stage(catalog.lessons()[-1].id) as fresh, httpx.Client(base_url=fresh.url, timeout=30) as client:
        operations = client.get("/openapi.json").json()["paths"]
        patterns = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in operations}
        tokens = tokens_for_keys(fresh, client)
        seen = set()
        for each in CONTRACT:
            body = {} if each.body is None else {"json": each.body}
            headers = tokens.get(each.headers.get("X-API-Key", ""), each.headers)
            response = client.request(each.method, each.path, headers=headers, **body)
            path = next(
                (known for known in patterns if patterns[known].fullmatch(response.request.url.path)), ""
            )
            operation = operations.get(path, {}).get(each.method.lower())
            if operation:  # what no operation takes is the framework's 404, 405 or redirect
                assert str(response.status_code) in operation["responses"], str(each)
                seen.add(response.status_code)
    assert seen == {200, 201, 204, 401, 404, 409, 422}


def test_the_finished_app_answers_the_contract_as_the_app_with_keys_did_but_for_two_rules():
    """How a caller says who they are (5.3), and that whoever wrote a post may delete it (5.5)."""
    with stage("2.5") as before, stage(catalog.lessons()[-1].id) as after:
        different = compare(before, after).differences
    assert different
    deletes = [str(each.asked) for each in different if each.before.status != 401]
    assert deletes == ["DELETE /posts/1 as bob", "DELETE /posts/1 as ada"]
    for each in (one for one in different if one.before.status == 401):
        assert (each.after.status, dict(each.after.headers)["www-authenticate"][:6]) == (401, "Bearer")
