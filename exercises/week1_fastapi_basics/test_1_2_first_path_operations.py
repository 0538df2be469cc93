"""Checks of the exercises of lesson 1.2."""

import json
import re
from itertools import permutations

from fastapi import FastAPI
from fastapi.exceptions import ResponseValidationError
from fastapi.testclient import TestClient

from course.checks import exercise, expect, require

SLASH = "This path is registered with a slash at its end, and that is another path."
METHOD = "The path fits and the method does not: under which method is it registered?"
USUAL = {307: SLASH, 405: METHOD, 204: "A response without a body: which function took this request?"}


def ask(app, method, path):
    """The response to one request; a redirect is a response too."""
    require(isinstance(app, FastAPI), tried="the app object", expected="a FastAPI app", got=app)
    try:
        return TestClient(app).request(method, path, follow_redirects=False)
    except ResponseValidationError as problem:
        require(
            False,
            tried=f"{method} {path}",
            expected="a response",
            got=problem.errors()[0]["msg"],
            means="The function returned something else than its return annotation promises.",
        )


def body_of(answer):
    """The data in a response, or its text where it is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def expect_answer(app, method, path, body, *, status=200, means=None, about=None):
    """One request: its status first, then its body."""
    answer = ask(app, method, path)
    expect(answer.status_code, status, tried=f"the status of {method} {path}", means=USUAL | (means or {}))
    expect(body_of(answer), body, tried=f"the body of {method} {path}", means=about)


def expect_list(app, path, items, *, about=None):
    """GET of a list, in whatever order."""
    answer = ask(app, "GET", path)
    means = USUAL | {404: f"No path {path} is registered."}
    expect(answer.status_code, 200, tried=f"the status of GET {path}", means=means)
    body, wanted = body_of(answer), list(items)
    if isinstance(body, dict):
        about = "An object came, and a list was wanted: the values of a dictionary can make one."
    if not isinstance(body, list) or sorted(body, key=_key) != sorted(wanted, key=_key):
        expect(body, wanted, tried=f"the body of GET {path}", means=about)


def _key(item):
    return json.dumps(item, sort_keys=True)


def expect_status(app, method, path, status, means=None):
    """One request of which only the status is looked at."""
    got = ask(app, method, path).status_code
    expect(got, status, tried=f"{method} {path}", means=USUAL | (means or {}))


def expect_empty(app, method, path):
    """A 204 with nothing in it."""
    answer = ask(app, method, path)
    means = {307: SLASH, 405: METHOD, 200: "200 is the status of a path operation that names no other."}
    expect(answer.status_code, 204, tried=f"the status of {method} {path}", means=means)
    expect(answer.content, b"", tried=f"the body of {method} {path}")


def documented(app, operation):
    """What the OpenAPI document says of one path operation, and the document itself."""
    require(isinstance(app, FastAPI), tried="the app object", expected="a FastAPI app", got=app)
    document, found = app.openapi(), {}
    for path, methods in document["paths"].items():
        found |= {f"{method.upper()} {path}": about for method, about in methods.items()}
    require(
        operation in found, tried="the path operations in the document", expected=operation, got=list(found)
    )
    return found[operation], document


@exercise(
    "1.2a",
    hints=[
        "Which two functions of Postboard in the lesson do the same for posts?",
        "The part of a path that changes stands in braces, and an annotation says what it has to be.",
        "`@library.get(...)` above each function; the second one has a parameter and raises HTTPException.",
    ],
)
class TestTwoPathOperations:
    def test_all_books_are_listed(self, library, books):
        expect_list(library, "/books", books.values())

    def test_a_book_that_was_added_later_is_listed_too(self, library, books):
        for title in ["Beloved", *(f"Volume {number}" for number in range(20))]:
            number = max(books) + 5
            books[number] = {"id": number, "title": title}
        about = "Is the list made when the request comes, or when the cell ran?"
        expect_list(library, "/books", books.values(), about=about)

    def test_a_book_is_found_by_its_number(self, library, books):
        number = max(books) + 3
        books[number] = {"id": number, "title": "Pnin"}
        means = {
            404: "Text from the path is no key of `books`, a number is: what does the annotation say?",
            422: "Which function took this request, and what did it ask for?",
        }
        for known in list(books):
            if known == number:
                means = means | {404: "This book was added later. Is `books` read when the request comes?"}
            expect_answer(library, "GET", f"/books/{known}", books[known], means=means)

    def test_an_unknown_book_is_404(self, library, books):
        means = {200: "200 says that it worked. Raise HTTPException to say that there is no such book."}
        for number in [max(books) + 1000, max(books) + 1, 0, -7]:
            expect_status(library, "GET", f"/books/{number}", 404, means)

    def test_a_book_that_was_removed_is_gone(self, library, books):
        removed = min(books)
        del books[removed]
        expect_list(library, "/books", books.values())
        means = {200: "This book was removed from `books`. Is `books` read when the request comes?"}
        expect_status(library, "GET", f"/books/{removed}", 404, means)
        books.clear()
        expect_list(library, "/books", [])

    def test_text_in_place_of_a_number_is_422(self, library):
        means = {404: "The annotation `int` lets FastAPI refuse it before your function runs."}
        for text in ["seven", "7a", "7.5"]:
            expect_status(library, "GET", f"/books/{text}", 422, means)


def posts_app(**settings):
    """An app of three path operations, two of them on one path, which OpenAPI would put together."""
    app = FastAPI(**settings)

    def list_posts(): ...
    def read_post(post_id: int): ...
    def create_post(): ...

    app.get("/posts")(list_posts)
    app.get("/posts/{post_id}")(read_post)
    app.post("/posts")(create_post)
    return app


NAMES = ["list_posts", "read_post", "create_post"]


def rows_of(table):
    """The rows as tuples, so that a list of lists is as good."""
    require(
        isinstance(table, (list, tuple)),
        tried="what routing_table gives back",
        expected="a list",
        got=table,
        means="Without `return` a function gives None." if table is None else None,
    )
    return [tuple(row) if isinstance(row, list) else row for row in table]


def names_of(table):
    """The functions in the table, whatever else is wrong with a row."""
    last = [row[-1] if isinstance(row, tuple) and row else row for row in rows_of(table)]
    return [getattr(each, "__name__", each) for each in last]


@exercise(
    "1.2b",
    hints=[
        "In the lesson a cell printed all routes: by what could you tell yours from FastAPI's?",
        "`type(route).__name__` was Route for some and APIRoute for others; `fastapi.routing` has the class.",
        "Keep the routes that are an APIRoute; of each take its method, `path` and `endpoint.__name__`.",
    ],
)
class TestRoutingTable:
    def test_each_path_operation_is_one_row(self, routing_table):
        app = posts_app()

        def put_vote(): ...
        def remove_vote(): ...

        app.put("/votes/{vote_id}")(put_vote)
        app.delete("/votes/{vote_id}")(remove_vote)
        mine = [row for row in rows_of(routing_table(app)) if "/votes/{vote_id}" in row]
        a_set = bool(mine) and not isinstance(mine[0][0], str)
        means = (
            "The methods of a route are a set; it has one member here, and that one is wanted."
            if a_set
            else None
        )
        wanted = [("PUT", "/votes/{vote_id}", "put_vote"), ("DELETE", "/votes/{vote_id}", "remove_vote")]
        expect(mine, wanted, tried="the rows for /votes/{vote_id}, with PUT and DELETE", means=means)

    def test_the_order_is_that_of_registration(self, routing_table):
        names = [name for name in names_of(routing_table(posts_app())) if name in NAMES]
        means = {"create_post": "What shares a path stands together here; the app tries it in another order."}
        about = means.get(names[1]) if len(names) == 3 else None
        expect(names, NAMES, tried="the functions, from the first row to the last", means=about)

    def test_the_built_in_routes_are_left_out(self, routing_table):
        expect(rows_of(routing_table(FastAPI())), [], tried="an app without path operations")
        app = posts_app()
        app.get("/docs/{page}")(posts_app)
        app.get("/internal", include_in_schema=False)(posts_app)
        wanted = [
            ("GET", "/posts", "list_posts"),
            ("GET", "/posts/{post_id}", "read_post"),
            ("POST", "/posts", "create_post"),
            ("GET", "/docs/{page}", "posts_app"),
            ("GET", "/internal", "posts_app"),
        ]
        tried = "an app with five path operations, one at /docs/{page}, one that is not in the document"
        expect(rows_of(routing_table(app)), wanted, tried=tried)

    def test_also_when_they_were_moved_or_switched_off(self, routing_table):
        moved = {"docs_url": "/help", "redoc_url": "/manual", "openapi_url": "/api.json"}
        for settings in [moved, {"openapi_url": None}, {"docs_url": None}]:
            shown = ", ".join(f"{name}={value!r}" for name, value in settings.items())
            names = sorted(map(str, names_of(routing_table(posts_app(**settings)))))
            expect(names, sorted(NAMES), tried=f"the functions of three path operations in FastAPI({shown})")

    def test_a_route_that_is_added_later_is_seen(self, routing_table):
        app = posts_app()
        routing_table(app)

        def update_author(): ...

        app.patch("/authors")(update_author)
        names = names_of(routing_table(app))
        require("update_author" in names, tried="PATCH /authors added", expected="update_author", got=names)


@exercise(
    "1.2c",
    hints=[
        "Which row of the table takes GET /tags/popular, and which takes DELETE /tags/python?",
        'Run `from course import draw` and `draw.routes(tags_api, match="GET /tags/popular")`; then with DELETE.',
        "One function has to stand higher, and one decorator was copied without being changed.",
    ],
)
class TestTags:
    def test_the_most_used_tag_is_popular(self, tags_api, uses):
        for name, posts in [("http", 100), ("tests", 200)]:
            uses[name] = posts
            wanted = {"name": name, "posts": posts}
            body = body_of(ask(tags_api, "GET", "/tags/popular"))
            read = isinstance(body, dict) and body.get("name") == "popular"
            about = (
                "This is still read_tag's response: the first row that fits takes the request."
                if read
                else None
            )
            expect_answer(tags_api, "GET", "/tags/popular", wanted, about=about)

    def test_the_first_tag_can_be_popular_too(self, tags_api, uses):
        uses.clear()
        uses.update(zeta=9, alpha=2, middle=5)
        expect_answer(tags_api, "GET", "/tags/popular", {"name": "zeta", "posts": 9})

    def test_every_other_tag_is_read_as_before(self, tags_api, uses):
        uses["popularity"] = 2
        for name in [*uses, "pop"]:
            wanted = {"name": name, "posts": uses.get(name, 0)}
            expect_answer(tags_api, "GET", f"/tags/{name}", wanted)

    def test_delete_responds_204_without_a_body(self, tags_api, uses):
        uses["old"] = 1
        for _ in range(2):  # it is not there any more the second time
            expect_empty(tags_api, "DELETE", "/tags/old")

    def test_a_deleted_tag_is_gone_and_no_other(self, tags_api, uses):
        uses.update(old=7, new=8, OLD=9)
        for name in ["nobody-has-this", "OLD"]:
            ask(tags_api, "DELETE", f"/tags/{name}")
            expect(
                uses.get("OLD", 0), 0 if name == "OLD" else 9, tried=f'uses["OLD"] after DELETE /tags/{name}'
            )
            wanted = {"old": 7, "new": 8}
            got = {each: uses.get(each) for each in wanted}
            expect(got, wanted, tried=f"two other tags in `uses` after DELETE /tags/{name}")
        ask(tags_api, "DELETE", "/tags/old")
        expect_answer(tags_api, "GET", "/tags/old", {"name": "old", "posts": 0})
        expect_answer(tags_api, "GET", "/tags/new", {"name": "new", "posts": 8})
        expect(uses.get("new"), 8, tried='uses["new"] after DELETE /tags/old')
        require("old" not in uses, tried="`uses` after DELETE /tags/old", expected="no old in it", got=uses)


AUTHOR = "GET /authors/{author_id}"


@exercise(
    "1.2d",
    hints=[
        "Which four things did the document gain from the typed function in the lesson?",
        "The summary is the function's name in other letters; the description is its docstring.",
        'def read_author(author_id: int) -> dict: with """One author, by number.""" as its first line.',
    ],
)
class TestDocumentedBySignature:
    def test_an_author_is_returned(self, authors_api):
        for number in [7, 31, 1, 1000000]:
            wanted = {"id": number, "name": f"Author {number}"}
            means = {
                404: "No such path is registered.",
                422: "Is the part in braces called like the parameter?",
            }
            expect_answer(authors_api, "GET", f"/authors/{number}", wanted, means=means)

    def test_it_is_one_path_operation(self, authors_api):
        _, document = documented(authors_api, AUTHOR)
        found = [f"{method.upper()} {path}" for path, about in document["paths"].items() for method in about]
        expect(found, [AUTHOR], tried="the path operations in the document")

    def test_the_document_has_the_summary(self, authors_api):
        found, _ = documented(authors_api, AUTHOR)
        means = "Without another word the summary is made from the function's name."
        expect(found.get("summary"), "Read Author", tried="the summary", means=means)

    def test_the_document_has_the_description(self, authors_api):
        found, _ = documented(authors_api, AUTHOR)
        text = (found.get("description") or "").strip()
        means = {"": "There is none: a docstring is the first thing in a function, before any other line."}
        expect(text, "One author, by number.", tried="the description", means=means)

    def test_the_document_has_an_integer_in_the_path(self, authors_api):
        found, _ = documented(authors_api, AUTHOR)
        kinds = {one["name"]: one["schema"].get("type") for one in found.get("parameters", [])}
        means = "A parameter without annotation may be anything." if None in kinds.values() else None
        expect(kinds, {"author_id": "integer"}, tried="the parameters and their types", means=means)

    def test_the_document_has_an_object_as_response(self, authors_api):
        found, document = documented(authors_api, AUTHOR)
        content = found["responses"].get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        means = {None: "The response's schema is empty: it is made from the return annotation."}
        expect(schema.get("type"), "object", tried="the type of the response in the document", means=means)


def good_statuses(app, method):
    """The statuses below 300 that the document names for one of the two, whatever its parameter is called."""
    require(isinstance(app, FastAPI), tried="the app object", expected="a FastAPI app", got=app)
    for path, methods in app.openapi()["paths"].items():
        if re.fullmatch(r"/bookmarks/\{\w+\}", path) and method in methods:
            named = [int(status) for status in methods[method]["responses"] if status.isdigit()]
            return sorted(status for status in named if status < 300)
    return []


@exercise(
    "1.2e",
    hints=[
        "For which of the two can you say the status before a request has come?",
        "The lesson's put_tag and delete_tag: what did the document know of each, and how is it told more?",
        "DELETE: status_code= in the decorator. PUT: a `Response` parameter, and responses= for the other status.",
    ],
)
class TestBookmarks:
    def test_a_new_bookmark_is_201(self, bookmarks_api, bookmarks):
        bookmarks.clear()
        for name in ["news", "weather", "new"]:
            answer, tried = ask(bookmarks_api, "PUT", f"/bookmarks/{name}"), f"PUT /bookmarks/{name}"
            late = "`response.status_code` sets another status while the function runs. Is that line reached?"
            if isinstance(body_of(answer), list):
                late = "A status in what is returned stands in the body. Set it on the response."
            means = USUAL | {200: late}
            expect(answer.status_code, 201, tried=f"the status of {tried}", means=means)
            expect(body_of(answer), {"name": name}, tried=f"the body of {tried}")

    def test_put_adds_the_name_to_bookmarks(self, bookmarks_api, bookmarks):
        bookmarks.clear()
        bookmarks.add("docs")
        for name, wanted in [("news", {"docs", "news"}), ("docs", {"docs", "news"})]:
            ask(bookmarks_api, "PUT", f"/bookmarks/{name}")
            expect(set(bookmarks), wanted, tried=f"`bookmarks` after PUT /bookmarks/{name}")

    def test_a_bookmark_that_is_there_is_200(self, bookmarks_api, bookmarks):
        bookmarks.clear()
        bookmarks.add("docs")
        means = {201: "This one was there before. Which line should only run for a new one?"}
        for name in ["news", "weather"]:
            ask(bookmarks_api, "PUT", f"/bookmarks/{name}")
        for name in ["weather", "news", "docs"]:
            expect_answer(bookmarks_api, "PUT", f"/bookmarks/{name}", {"name": name}, means=means)

    def test_delete_responds_204_without_a_body(self, bookmarks_api, bookmarks):
        bookmarks.add("news")
        expect_empty(bookmarks_api, "DELETE", "/bookmarks/news")
        expect_empty(bookmarks_api, "DELETE", "/bookmarks/news")

    def test_delete_removes_the_bookmark_and_no_other(self, bookmarks_api, bookmarks):
        bookmarks.clear()
        bookmarks.update(["news", "weather", "docs"])
        left = {"news", "weather", "docs"}
        for name in ["news", "nowhere", "doc", "docs"]:
            ask(bookmarks_api, "DELETE", f"/bookmarks/{name}")
            left.discard(name)
            expect(set(bookmarks), left, tried=f"`bookmarks` after DELETE /bookmarks/{name}")

    def test_the_document_says_204_for_delete(self, bookmarks_api):
        means = "What is set late is not in the document; what is always the same belongs in the decorator."
        expect(
            good_statuses(bookmarks_api, "delete"), [204], tried="statuses of DELETE below 300", means=means
        )

    def test_the_document_says_200_and_201_for_put(self, bookmarks_api):
        means = (
            "The document knows the decorator's status; `responses=` in the decorator tells it of another."
        )
        expect(
            good_statuses(bookmarks_api, "put"), [200, 201], tried="statuses of PUT below 300", means=means
        )


def posts_of(stored, *numbers, drafts=()):
    """Put these posts, in this order, in the place of what is stored."""
    stored.clear()
    for number in numbers:
        stored[number] = {"id": number, "title": f"Post {number}", "published": number not in drafts}


@exercise(
    "1.2f",
    hints=[
        "Which row of the table would take GET /posts/drafts if you added it as the last one?",
        "Can /posts/{post_id} take a path with one part more? For the next post: which ids come into question?",
        "Of all ids that are larger, the smallest. Two cases are 404: no such post, and nothing after it.",
    ],
)
class TestPostboard:
    def test_what_was_there_stays_as_it_is(self, postboard, stored):
        posts_of(stored, 4, 9, 2, drafts=[9])
        expect_answer(postboard, "GET", "/posts/latest", stored[9])
        for number in [2, 4, 9]:
            expect_answer(postboard, "GET", f"/posts/{number}", stored[number])
        for number in [3, 0]:
            wanted = {"detail": "No such post"}
            expect_answer(postboard, "GET", f"/posts/{number}", wanted, status=404)
        expect_status(postboard, "GET", "/posts/newest", 422)

    def test_drafts_are_listed(self, postboard, stored):
        posts_of(stored, 1, 5, 6, 7, drafts=[5, 7])
        means = {422: "Another row took the request first: /posts/{post_id} fits this path too."}
        expect_status(postboard, "GET", "/posts/drafts", 200, means)
        expect_list(postboard, "/posts/drafts", [stored[5], stored[7]])

    def test_without_drafts_the_list_is_empty(self, postboard, stored):
        for numbers in [(1, 2), ()]:
            posts_of(stored, *numbers)
            expect_list(postboard, "/posts/drafts", [])

    def test_the_next_post_is_found_across_a_gap(self, postboard, stored):
        posts_of(stored, 1, 3, 8, 20, drafts=[3])
        means = {404: "The next id is not always one more."}
        for number, following in [(1, 3), (3, 8), (8, 20)]:
            expect_answer(postboard, "GET", f"/posts/{number}/next", stored[following], means=means)

    def test_the_next_post_is_found_in_any_order(self, postboard, stored):
        posts_of(stored, 8, 30, 1, 20, 3)
        about = (
            "A dictionary keeps the order in which its keys came, and that need not be the order of the ids."
        )
        for number, following in [(1, 3), (3, 8), (8, 20), (20, 30)]:
            expect_answer(postboard, "GET", f"/posts/{number}/next", stored[following], about=about)
        for order in permutations([2, 5, 11]):
            posts_of(stored, *order, drafts=[5, 11])
            for number, following in [(2, 5), (5, 11)]:
                path = f"/posts/{number}/next"
                expect_answer(
                    postboard, "GET", path, stored[following], about=f"The posts are {order}. {about}"
                )

    def test_the_last_post_has_no_next_one(self, postboard, stored):
        posts_of(stored, 2, 5)
        means = {200: "No post has a larger id, so there is nothing to respond with."}
        expect_status(postboard, "GET", "/posts/5/next", 404, means)
        posts_of(stored, 5, 2)
        expect_status(postboard, "GET", "/posts/5/next", 404, means)

    def test_a_post_that_is_not_there_has_no_next_one(self, postboard, stored):
        posts_of(stored, 2, 5)
        for number in [3, 0, 9]:
            means = {200: f"There is no post {number}, so nothing comes after it."}
            expect_status(postboard, "GET", f"/posts/{number}/next", 404, means)
