"""Checks of the exercises of lesson 1.3."""

import json
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient

from course.checks import exercise, expect, require

ACCEPTED = "It was accepted: no rule refuses it."
REFUSED = {
    200: ACCEPTED,
    201: ACCEPTED,
    400: "Here, as in all of FastAPI, a value that breaks a rule is a 422.",
    404: "A 404 says that nothing is there. Here a value breaks a rule: 422.",
}


def ask(api, method, url, wanted=200, means=None, what="", **sent):
    """Send a request, expect a status (200 may be 201), and give the JSON of the response, else its text."""
    answer = TestClient(api).request(method, url, **sent)
    try:
        content = answer.json()
    except ValueError:
        content = answer.text
    status = 200 if (wanted, answer.status_code) == (200, 201) else answer.status_code
    means = means or (REFUSED if wanted >= 400 else None)
    expect(status, wanted, tried=tried(method, url, what, sent), means=usual(status, content, means))
    return content


def same(got: Any, wanted: Any, *, tried: str, means: str = "") -> None:
    """Require the same JSON: here 0 is not false, and 7.0 is not 7."""
    if json.dumps(got, sort_keys=True) != json.dumps(wanted, sort_keys=True):
        require(False, tried=tried, expected=repr(wanted), got=got, means=means)


def tried(method, url, what, sent):
    """A request as it is shown to the learner."""
    what = what or (repr(sent["json"]) if "json" in sent else "")
    return f"{method} {url} with {what}" if what else f"{method} {url}"


def usual(status, content, means):
    """What usually stands behind a status that was not the one expected."""
    if content in ({"detail": "Not Found"}, {"detail": "Method Not Allowed"}):
        return "No path operation with this method and path was found."
    if status != 422:
        return means
    try:
        places = [".".join(str(part) for part in error["loc"]) for error in content["detail"]]
        return f"Refused at {', '.join(places)}: {content['detail'][0]['msg']}"
    except (LookupError, TypeError):
        return means


@exercise(
    "1.3a",
    hints=[
        "Which of the three values are part of the path, and which one stands behind the `?`",
        "The lesson let only some numbers in with `Path(...)`, and only some words with an enum.",
        'Two parameters with the names in `"/seats/{row}/{seat}"`, and a third with a default.',
    ],
)
class TestSeats:
    def test_a_seat_is_shown(self, seats_api):
        for row, seat in [("B", 7), ("A", 1), ("C", 20), ("A", 20), ("B", 2), ("C", 1), ("B", 19)]:
            self.show(seats_api, f"/seats/{row}/{seat}", row, seat, False)

    def test_child_is_read_from_the_query(self, seats_api):
        for text, child in [("yes", True), ("no", False)]:
            for row, seat in [("C", 3), ("A", 20), ("B", 1)]:
                self.show(seats_api, f"/seats/{row}/{seat}?child={text}", row, seat, child)

    def test_a_row_that_is_not_there_is_422(self, seats_api):
        for row in ["D", "b", "a", "1", "A,B"]:
            ask(seats_api, "GET", f"/seats/{row}/7", 422)
        ends = "A pattern that may match in the middle lets longer text through: ^ and $ hold its ends."
        for row in ["AB", "XA", "BX"]:
            ask(seats_api, "GET", f"/seats/{row}/7", 422, {**REFUSED, 200: ends})

    def test_a_seat_that_is_not_there_is_422(self, seats_api):
        for row, seats in {
            "A": ["0", "21"],
            "B": ["0", "21", "-1", "7.5", "seven", "120"],
            "C": ["21"],
        }.items():
            for seat in seats:
                ask(seats_api, "GET", f"/seats/{row}/{seat}", 422)

    def test_a_child_that_is_neither_yes_nor_no_is_422(self, seats_api):
        for child in ["maybe", "2", "yess", "child"]:
            ask(seats_api, "GET", f"/seats/B/7?child={child}", 422)

    def show(self, seats_api, url, row, seat, child):
        wanted = {"row": row, "seat": seat, "child": child}
        same(ask(seats_api, "GET", url), wanted, tried=f"GET {url}")


@exercise(
    "1.3b",
    hints=[
        "Which of the parameters can come several times, and which one cannot have its name in Python?",
        "Look at `/filter` in the lesson, and at what `tag=` gave to `/search`.",
        "A list with `Query()`, an alias, `is None` for what was left out, and the limit last of all.",
    ],
)
class TestBooks:
    def test_without_a_query_all_books_come(self, books_api, shelf):
        for title in ("Pools", "Joins"):  # a second book of this name
            self.add(shelf, title, 2025)
        self.find(books_api, "", [book["title"] for book in shelf])

    def test_every_tag_must_be_there(self, books_api, shelf):
        self.add(shelf, "Plans", 2025, tags=["orm", "speed", "sql"])
        self.find(books_api, "?tag=orm", ["Joins", "Sessions", "Plans"])
        every = "A book must have all the tags that were asked for, not one of them."
        self.find(books_api, "?tag=sql&tag=orm", ["Joins", "Plans"], every)

    def test_a_tag_may_be_asked_for_twice(self, books_api, shelf):
        self.find(books_api, "?tag=orm&tag=orm", ["Joins", "Sessions"])
        self.find(books_api, "?tag=sq", [], "No book has the tag sq. A part of a tag is another tag.")

    def test_when_no_book_is_found_the_list_is_empty(self, books_api, shelf):
        for query in ["?tag=http", "?from=2030", "?subtitle=Nowhere", "?tag=speed&from=2020&subtitle="]:
            self.find(books_api, query, [])
        shelf.clear()
        self.find(books_api, "", [])

    def test_from_counts_its_own_year(self, books_api, shelf):
        self.add(shelf, "Pools", 2022)
        ignored = (
            "Every book came. Names that the function does not have are ignored: what is it called outside?"
        )
        own = "The year itself counts too."
        wanted = ["Sessions", "Indexes", "Pools"]
        self.find(books_api, "?from=2022", wanted, lambda got: ignored if len(got) == len(shelf) else own)

    def test_an_empty_subtitle_is_not_a_missing_one(self, books_api, shelf):
        self.add(shelf, "Pools", 2025, subtitle="Two at once")
        self.add(shelf, "Plans", 2025, subtitle="Two at once, or three")
        self.find(books_api, "?subtitle=Two%20at%20once", ["Joins", "Pools"])
        every = "Every book came. Empty text counts as false, and so does None: only None means left out."
        for subtitle in ["two at once", "Two", "Two at once ", "100 %", "Two_at once", "Zoë's"]:
            self.find(
                books_api, f"?{urlencode({'subtitle': subtitle})}", [], "Exactly this subtitle is wanted."
            )
        self.add(shelf, "Locks", 2025, subtitle="Zoë's 100 %")
        self.find(books_api, f"?{urlencode({'subtitle': shelf[-1]['subtitle']})}", ["Locks"])
        wanted = ["Tables", "Sessions"]
        self.find(books_api, "?subtitle=", wanted, lambda got: every if len(got) == len(shelf) else "")

    def test_the_limit_is_10_unless_given(self, books_api, shelf):
        for number in range(60):
            self.add(shelf, f"Volume {number}", 2025)
        titles = [book["title"] for book in shelf]
        self.find(books_api, "", titles[:10])
        for limit in [1, 2, 10, 49, 50]:
            self.find(books_api, f"?limit={limit}", titles[:limit])

    def test_a_limit_outside_1_to_50_is_422(self, books_api, shelf):
        for limit in ["0", "-1", "51", "1000", "ten", ""]:
            ask(books_api, "GET", f"/books?limit={limit}", 422)

    def test_the_limit_counts_what_was_found(self, books_api, shelf):
        self.add(shelf, "Plans", 2026, tags=["sql"])
        last = "Too few. The limit comes last: it counts the books that are left, not those on the shelf."
        wanted = ["Joins", "Indexes"]
        self.find(books_api, "?tag=sql&from=2020&limit=2", wanted, lambda got: last if len(got) < 2 else "")

    def test_all_parts_of_the_query_count_together(self, books_api, shelf):
        """Ever more of the query at once, on a shelf that grew in no order of years."""
        self.add(shelf, "Plans", 2019, tags=["speed", "sql"], subtitle="")
        self.add(shelf, "Locks", 2026, tags=["sql"], subtitle="")
        parts = {"tag": ["sql"], "from": 2018, "subtitle": "", "limit": 2}
        others = [{}, {"tag": ["sql", "speed"]}, {"from": 2020}, {"subtitle": "Why is it slow"}, {"limit": 1}]
        for names in [("tag", "subtitle"), ("subtitle", "limit"), tuple(parts)]:
            for other in [each for each in others if each.keys() <= set(names)]:
                query = {name: (parts | other)[name] for name in names}
                self.find(books_api, f"?{urlencode(query, doseq=True)}", self.right(shelf, query))

    def right(self, shelf, query):
        """The titles that a query asks for."""
        found = [book for book in shelf if set(query.get("tag", [])) <= set(book["tags"])]
        found = [book for book in found if book["year"] >= query.get("from", 0)]
        if "subtitle" in query:
            found = [book for book in found if book["subtitle"] == query["subtitle"]]
        return [book["title"] for book in found][: query.get("limit", 10)]

    def add(self, shelf, title, year, subtitle="More", tags=()):
        shelf.append({"title": title, "subtitle": subtitle, "year": year, "tags": list(tags)})

    def find(self, books_api, query, wanted, means=""):
        got = ask(books_api, "GET", f"/books{query}")
        if callable(means):
            means = means(got) if isinstance(got, list) else ""
        expect(got, wanted, tried=f"GET /books{query}", means=means)


@exercise(
    "1.3c",
    hints=[
        "Where does FastAPI look for a parameter of a plain type, on a POST too?",
        "The comment in the lesson had two fields in its JSON, each with rules of its own.",
        "`Body()` with rules for each field; a type that allows null, and a default, for `email`.",
    ],
)
class TestFeedback:
    def test_JSON_is_read(self, feedback_api):
        for text, stars in [("Good", 4), ("x" * 500, 1), ("!", 5), (" Zoë's 100 % ", 2), ("é" * 499, 3)]:
            self.send(feedback_api, {"text": text, "stars": stars, "email": "ada@example.com"})

    def test_email_may_be_left_out(self, feedback_api):
        self.send(feedback_api, {"text": "Good", "stars": 4}, email=None)
        url, sent = "/feedback?email=eve@example.com", {"text": "Good", "stars": 4}
        got, words = ask(feedback_api, "POST", url, json=sent), tried("POST", url, "", {"json": sent})
        same(got, sent | {"email": None}, tried=words, means="The email in the URL does not count.")

    def test_email_may_be_null(self, feedback_api):
        self.send(feedback_api, {"text": "Good", "stars": 3, "email": None})

    def test_the_URL_does_not_count(self, feedback_api):
        ask(feedback_api, "POST", "/feedback?text=Good&stars=4", 422)
        url, sent = "/feedback?text=Bad&stars=1", {"text": "Good", "stars": 4, "email": None}
        expect(ask(feedback_api, "POST", url, json=sent), sent, tried=tried("POST", url, "", {"json": sent}))

    def test_both_text_and_stars_are_required(self, feedback_api):
        ask(feedback_api, "POST", "/feedback", 422, json={"stars": 4})
        ask(feedback_api, "POST", "/feedback", 422, json={"text": "Good"})
        ask(feedback_api, "POST", "/feedback", 422, json={})
        ask(feedback_api, "POST", "/feedback", 422, what="an empty body", content=b"")

    def test_text_and_stars_are_never_null(self, feedback_api):
        ask(feedback_api, "POST", "/feedback", 422, json={"text": None, "stars": 4})
        ask(feedback_api, "POST", "/feedback", 422, json={"text": "Good", "stars": None})

    def test_text_has_1_to_500_characters(self, feedback_api):
        ask(feedback_api, "POST", "/feedback", 422, json={"text": "", "stars": 4})
        sent = {"text": "x" * 501, "stars": 4}
        ask(feedback_api, "POST", "/feedback", 422, what="a text of 501 characters", json=sent)

    def test_stars_are_1_to_5(self, feedback_api):
        for stars in [0, 6, 900, -1, 4.5, "many"]:
            ask(feedback_api, "POST", "/feedback", 422, json={"text": "Good", "stars": stars})

    def send(self, feedback_api, sent, **more):
        long = len(sent["text"]) > 100
        what = f"a text of {len(sent['text'])} characters" if long else repr(sent)
        got = ask(feedback_api, "POST", "/feedback", what=what, json=sent)
        same(got, {**sent, **more}, tried=f"POST /feedback with {what}")


@exercise(
    "1.3d",
    hints=[
        'Which two keys of an error does a line need, and what does `response["detail"]` hold?',
        "`loc` is a list that can hold numbers, and can be one word long.",
        "The first part, then a space and the others joined by dots if there are any, then a colon and `msg`.",
    ],
)
class TestRead422:
    def test_a_line_says_way_name_and_message(self, read_422):
        self.read(read_422, [(["query", "limit"], "Too big")], ["query limit: Too big"])
        self.read(read_422, [(["path", "post_id"], "Not a number")], ["path post_id: Not a number"])
        self.read(read_422, [(["query", "from"], "Year: no number.")], ["query from: Year: no number."])

    def test_every_error_has_its_line(self, read_422):
        errors = [(["path", "id"], "First"), (["body", "text"], "Second"), (["query", "skip"], "Third")]
        self.read(read_422, errors, ["path id: First", "body text: Second", "query skip: Third"])
        errors = [(["query", "skip"], "Same"), (["query", "limit"], "Same"), (["body"], "Same")]
        self.read(read_422, errors, ["query skip: Same", "query limit: Same", "body: Same"])
        self.read(read_422, [(["query", "tag"], "Twice")] * 2, ["query tag: Twice"] * 2)

    def test_the_way_to_a_value_inside_is_joined_by_dots(self, read_422):
        inside = (["body", "items", 0, "name"], "Field required")
        self.read(read_422, [inside], ["body items.0.name: Field required"])
        self.read(read_422, [(["body", "tags", 12], "Too long")], ["body tags.12: Too long"])
        self.read(read_422, [(["body", 0], "No text")], ["body 0: No text"])
        deep = ["body", "a", 0, "b", 1, "c"]
        self.read(
            read_422,
            [(deep, "Too deep"), (deep[:3], "No text")],
            ["body a.0.b.1.c: Too deep", "body a.0: No text"],
        )

    def test_the_whole_body_has_no_name(self, read_422):
        for way in ["body", "query"]:
            self.read(read_422, [([way], "Field required")], [f"{way}: Field required"])

    def test_a_detail_that_is_text_is_the_only_line(self, read_422):
        for text in ["Too late", "The shop is closed", "No"]:
            self.read(read_422, text, [text])

    def test_the_response_stays_as_it_is(self, read_422):
        inside = (["body", "items", 0, "name"], "Field required")
        for detail in [[inside, (["query", "limit"], "Too big"), (["body"], "No text")], "Too late"]:
            shown, response = self.response(detail)
            before = deepcopy(response)
            read_422(response)
            expect(response, before, tried=f"read_422 of {shown}: the response afterwards")

    def response(self, detail):
        """What an API responds with these errors, in words and as the data."""
        if isinstance(detail, str):
            return repr(detail), {"detail": detail}
        errors = [{"type": "value_error", "loc": [*loc], "msg": msg, "input": None} for loc, msg in detail]
        return " and ".join(f"{msg!r} at {loc}" for loc, msg in detail), {"detail": errors}

    def read(self, read_422, detail, wanted):
        shown, response = self.response(detail)
        got = read_422(response)
        got = got if got is None or isinstance(got, (str, dict)) else list(got)
        means = {None: "The function gave nothing back. Does it return, or does it print?"}
        expect(got, wanted, tried=f"read_422 of {shown}", means=means)


BEST = {
    "which post is to be shown": (
        "path",
        {"query": "It names one thing: /posts/7. If that is not there, it is a 404."},
    ),
    "the word that the listed posts must contain": (
        "query",
        {"path": "It selects from a collection; /posts stays the same thing, searched or not."},
    ),
    "the third page of all posts, 20 to a page": (
        "query",
        {"path": "A page is a part of the collection that changes with every new post, not a thing."},
    ),
    "a new comment, as JSON: a text and a number of stars": (
        "body",
        {
            "dict": "A dict lets every text and every number through; here you know the fields and their rules.",
            "form": "It comes as JSON, and Form() reads another format.",
            "rawrequest": "Then every check is yours to write.",
        },
    ),
    "what a plug-in wants to be kept for it, as JSON; each has its own keys": (
        "dict",
        {"body": "Body() wants the names of the fields, and each plug-in has its own."},
    ),
    "the password, from a login page without JavaScript": (
        "form",
        {
            "query": "The URL is kept in logs, and the password with it.",
            "body": "Body() expects JSON, and without JavaScript a page sends its fields as a form.",
        },
    ),
    "the picture for the top of a post": (
        "uploadfile",
        {"form": "A form carries it, but Form() reads text.", "body": "JSON has no bytes."},
    ),
    "a message from a bank that has signed its exact bytes": (
        "rawrequest",
        {"dict": "From a dict you cannot get the bytes back: a space more or less is the same dict."},
    ),
}


@exercise(
    "1.3e",
    hints=[
        "Does it say which thing, which part of a collection, or what to store?",
        "The table at the end of the lesson has one row for each way into a POST.",
        "One path, two queries, and each of the other five once.",
    ],
)
class TestWayIn:
    def test_what_identifies_is_in_the_path(self, way_in):
        self.judge(way_in, "path")

    def test_what_selects_is_in_the_query(self, way_in):
        self.judge(way_in, "query")

    def test_JSON_is_read_by_what_is_known_of_it(self, way_in):
        self.judge(way_in, "body", "dict")

    def test_what_is_not_JSON_has_a_way_of_its_own(self, way_in):
        self.judge(way_in, "form", "uploadfile", "rawrequest")

    def judge(self, way_in, *ways):
        for what, (best, means) in BEST.items():
            if best in ways:
                given = way_in.get(what)
                said = str(given).lower().replace(" ", "").replace("()", "")
                said = {"request": "rawrequest", "file": "uploadfile"}.get(said, said)
                require(
                    said == best,
                    tried=what,
                    expected="a way that fits better",
                    got=given,
                    means=means.get(said),
                )


@exercise(
    "1.3f",
    hints=[
        "A form with a file in it: which two ways in does your function need?",
        "An `UploadFile` has a `size`; `file.read()` gives bytes, and `decode()` makes text of them.",
        "Refuse by size, decode or refuse, then strip each line and keep what is left.",
    ],
)
class TestImport:
    def test_author_and_titles_come_back(self, imports_api):
        self.upload(imports_api, "ada", b"Hello\nSockets", ["Hello", "Sockets"])
        self.upload(imports_api, "grace", "Émile\nDrei Wünsche".encode(), ["Émile", "Drei Wünsche"])
        self.upload(imports_api, "ada", b"B\nA\nB", ["B", "A", "B"])
        self.upload(imports_api, "Zo\xeb", b"One, two: 100 %\n", ["One, two: 100 %"])

    def test_empty_lines_and_spaces_are_gone(self, imports_api):
        self.upload(imports_api, "ada", b"  Hello \r\n\r\n   \nTwo words\n\n", ["Hello", "Two words"])
        self.upload(imports_api, "ada", b"\tA  b\t\r\n", ["A  b"])

    def test_an_empty_file_has_no_titles(self, imports_api):
        for content in [b"", b"\n", b" \r\n "]:
            self.upload(imports_api, "ada", content, [])

    def test_1000_bytes_are_accepted(self, imports_api):
        self.upload(imports_api, "ada", b"x" * 1000, ["x" * 1000], "a file of 1000 bytes")
        self.upload(imports_api, "ada", "é".encode() * 500, ["é" * 500], "500 letters é, 1000 bytes")

    def test_more_than_1000_bytes_are_413(self, imports_api):
        self.refuse(imports_api, 413, "a file of 1001 bytes", b"x" * 1001)
        bytes_count = {200: "A character can take more than one byte; the limit is in bytes."}
        self.refuse(imports_api, 413, "501 letters é, 1002 bytes", "é".encode() * 501, means=bytes_count)

    def test_a_file_that_is_not_UTF_8_is_422(self, imports_api):
        silent = {200: "Bytes were dropped or replaced, and nobody was told."}
        self.refuse(imports_api, 422, "a file that is not UTF-8", b"Caf\xe9 \xff", means=silent)
        self.refuse(imports_api, 422, "a file that ends within a character", b"Hello\n\xc3", means=silent)

    def test_an_author_of_1_to_50_characters_is_needed(self, imports_api):
        for author in ["x", "é" * 50]:
            what = f"an author of {len(author)} characters"
            self.upload(imports_api, author, b"Hello", ["Hello"], what)
        for author in ["", "x" * 51]:
            self.refuse(imports_api, 422, f"an author of {len(author)} characters", b"Hello", author)
        files = {"titles": ("titles.txt", b"Hello")}
        ask(imports_api, "POST", "/imports", 422, what="no author", files=files)

    def test_a_file_is_needed(self, imports_api):
        ask(imports_api, "POST", "/imports", 422, what="no file", data={"author": "ada"})
        files = {"other": ("titles.txt", b"Hello")}
        what = "a file under another name"
        ask(imports_api, "POST", "/imports", 422, what=what, data={"author": "ada"}, files=files)

    def upload(self, imports_api, author, content, titles, what=""):
        what, files = what or f"the file {content!r}", {"titles": ("titles.txt", content)}
        got = ask(imports_api, "POST", "/imports", what=what, data={"author": author}, files=files)
        same(got, {"author": author, "titles": titles}, tried=f"POST /imports with {what}")

    def refuse(self, imports_api, status, what, content, author="ada", means=None):
        files = {"titles": ("titles.txt", content)}
        ask(imports_api, "POST", "/imports", status, means, what, data={"author": author}, files=files)
