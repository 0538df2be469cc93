"""Checks of the exercises of lesson 1.1."""

import json
import re
from itertools import product
from urllib.parse import urlsplit

import h11

from course.checks import exercise, expect, require


def received(raw: bytes) -> list:
    """What a real HTTP parser on the server's side makes of some bytes."""
    server = h11.Connection(h11.SERVER)
    server.receive_data(raw)
    events = []
    try:
        while (event := server.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            events.append(event)
            if isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):  # nothing comes after these
                break
    except h11.RemoteProtocolError as problem:
        events.append(problem)
    return events


def after_it(raw: bytes) -> bytes:
    """What stands behind the head of a request: a body, and what is left over. Nothing when it has no end."""
    return re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[-1] if re.search(rb"\r?\n\r?\n", raw) else b""


NOT_BYTES = {
    "str": "A connection carries bytes. Text becomes bytes with .encode().",
    "NoneType": "Without `return` a function gives None.",
}


def request_bytes(request_for, path: str) -> bytes:
    """What the learner's function gives for a path; text is taken, for one expectation alone is about that."""
    raw = request_for(path)
    means = NOT_BYTES.get(type(raw).__name__)
    kinds = (bytes, bytearray, str)
    require(isinstance(raw, kinds), tried=f'request_for("{path}")', expected="bytes", got=raw, means=means)
    return raw.encode() if isinstance(raw, str) else bytes(raw)


@exercise(
    "1.1a",
    hints=[
        "Which three parts did the request in the lesson have before its body?",
        "Look at the bytes that were sent to `exchange`: how does each line end, and how do the headers end?",
        "A request line, a `Host` header, an empty line; `.encode()` turns text into bytes.",
    ],
)
class TestRequest:
    def test_it_is_bytes_not_text(self, request_for):
        raw = request_for("/posts")
        means = NOT_BYTES.get(type(raw).__name__)
        require(
            isinstance(raw, (bytes, bytearray)),
            tried='request_for("/posts")',
            expected="bytes",
            got=raw,
            means=means,
        )

    def test_a_server_can_read_it(self, request_for):
        raw = request_bytes(request_for, "/posts")
        problem = next((each for each in received(raw) if isinstance(each, Exception)), None)
        whole = any(isinstance(each, h11.EndOfMessage) for each in received(raw))
        means = (
            "The server is still waiting: an empty line ends the headers. The bytes end with \\r\\n\\r\\n."
        )
        if problem is not None:
            means = "HTTP/1.1 demands a Host header." if "Host" in str(problem) else ""
        require(
            problem is None and whole,
            tried=f"a server reads {raw!r}",
            expected="a complete request",
            got=str(problem) if problem else "a request that never ends" if raw else "not a single byte",
            means=means,
        )

    def test_each_line_ends_with_CR_LF(self, request_for):
        raw = request_bytes(request_for, "/posts")
        require(
            not re.search(rb"(?<!\r)\n|\r(?!\n)", raw),
            tried='the line ends of request_for("/posts")',
            expected="\\r\\n at the end of each line",
            got=raw,
            means="`\\n` alone ends a line in a text file. In HTTP/1.1 a line ends with `\\r\\n`.",
        )

    def test_it_is_one_request_and_nothing_more(self, request_for):
        raw = request_bytes(request_for, "/posts")
        require(
            not after_it(raw),
            tried='what stands after the empty line of request_for("/posts")',
            expected="nothing",
            got=after_it(raw),
            means="This request has no body: the empty line is its end.",
        )

    def test_it_asks_for_the_path_that_was_given(self, request_for):
        for path in ["/posts", "/posts/7", "/posts/12/comments", "/"]:
            raw = request_bytes(request_for, path)
            line = re.split(r"\r?\n", raw.decode(errors="replace"))[0]
            expect(line, f"GET {path} HTTP/1.1", tried=f'the request line of request_for("{path}")')

    def test_it_names_the_host(self, request_for):
        for path in ["/posts", "/posts/7"]:
            # The head alone, with an end: whether that is there is another expectation's affair.
            head = re.split(rb"\r?\n\r?\n", request_bytes(request_for, path), maxsplit=1)[0]
            events = received(head.rstrip() + b"\r\n\r\n")
            sent = dict(events[0].headers) if events and isinstance(events[0], h11.Request) else {}
            expect(sent.get(b"host"), b"postboard.local", tried=f'the Host header of request_for("{path}")')


EXAMPLE = (
    b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nLocation: http://a/Posts/3\r\n\r\n{"id": 3}'
)
EMPTY = b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"


def read(read_response, raw: bytes, key: str):
    """One entry of what the learner's function gives for some bytes."""
    found = read_response(raw)
    require(
        isinstance(found, dict),
        tried="what read_response gives back",
        expected="a dictionary",
        got=found,
        means="Without `return` a function gives None." if found is None else None,
    )
    require(key in found, tried=f"read_response({raw!r})", expected=f"an entry {key!r}", got=found)
    return found[key]


def with_body(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + body


def same_json(got, wanted, *, tried, means=None):
    """Require the same JSON value: 0, false and null are three values."""
    try:
        same = json.dumps(got, sort_keys=True) == json.dumps(wanted, sort_keys=True)
    except (TypeError, ValueError):
        same = False
    require(same, tried=tried, expected=repr(wanted), got=got, means=means)


@exercise(
    "1.1b",
    hints=[
        "What stands between the headers and the body, and nowhere before it?",
        '`bytes.decode()` gives text; `text.partition("\\r\\n\\r\\n")` splits it in two.',
        "status: the second word of the first line. headers: the other lines, each split at its first colon.",
    ],
)
class TestResponse:
    def test_the_status_is_a_number(self, read_response):
        for line, status in [("201 Created", 201), ("404 Not Found", 404), ("200", 200), ("503 ", 503)]:
            got = read(read_response, f"HTTP/1.1 {line}\r\nServer: x\r\n\r\n[]".encode(), "status")
            require(
                isinstance(got, int) and got == status,
                tried=f"the status in a response that begins with 'HTTP/1.1 {line}'",
                expected=f"the number {status}",
                got=got,
            )

    def test_header_names_are_in_lower_case(self, read_response):
        for raw, names in [(EXAMPLE, ["content-type", "location"]), (b"HTTP/1.1 200 OK\r\n\r\n[]", [])]:
            headers = self.headers(read_response, raw)
            expect(sorted(headers), names, tried=f"the header names in {raw!r}")

    def test_header_values_are_whole(self, read_response):
        lines = {
            "Location: http://a/Posts/3": "http://a/Posts/3",
            "Content-Type:application/json": "application/json",
            "Server:  Uvicorn 1 (x: y)  ": "Uvicorn 1 (x: y)",
            "X-Tab:\tone\ttwo\t": "one\ttwo",
            "ETag: ": "",
        }
        for line, wanted in lines.items():
            headers = self.headers(read_response, f"HTTP/1.1 200 OK\r\nX-A: b\r\n{line}\r\n\r\n[]".encode())
            name = line.partition(":")[0].lower()
            got = next((value for key, value in headers.items() if key.lower() == name), None)
            expect(got, wanted, tried=f"the value of the header {line!r}", means=self.slip(got, wanted))

    def test_the_body_is_the_data_not_its_text(self, read_response):
        for body, wanted in [(b'{"id": 3}', {"id": 3}), (b'["a", 1.5]', ["a", 1.5]), (b'"text"', "text")]:
            got = read(read_response, with_body(body), "body")
            still = got == body.decode()
            means = "This is still text: json.loads reads it." if still else None
            same_json(got, wanted, tried=f"the body {body.decode()}", means=means)
        got = read(read_response, with_body('{"name": "Zoë"}'.encode()), "body")
        same_json(got, {"name": "Zoë"}, tried='the body {"name": "Zoë"}')

    def test_an_empty_value_is_a_body_too(self, read_response):
        means = (
            "The body is there: `[]` is JSON of two characters. Is it the text that is tested, or its value?"
        )
        for body, wanted in [(b"[]", []), (b"{}", {}), (b"0", 0), (b"false", False), (b'""', "")]:
            got = read(read_response, with_body(body), "body")
            same_json(got, wanted, tried=f"the body {body.decode()}", means=means if got is None else None)

    def test_a_body_may_hold_an_empty_line(self, read_response):
        got = read(read_response, with_body(b'{"text":\r\n\r\n"two"}'), "body")
        same_json(got, {"text": "two"}, tried="a body with an empty line inside")

    def test_without_a_body_it_is_none(self, read_response):
        for raw in [EMPTY, b"HTTP/1.1 304 Not Modified\r\n\r\n"]:
            expect(read(read_response, raw, "body"), None, tried=f"the body of {raw!r}")

    def headers(self, read_response, raw):
        headers = read(read_response, raw, "headers")
        require(isinstance(headers, dict), tried="the headers", expected="a dictionary", got=headers)
        return headers

    def slip(self, got, wanted):
        if not isinstance(got, str):
            return (
                "This header is missing. Is there always a space behind the colon?" if got is None else None
            )
        if got.strip() == wanted:
            return "White space around the value is not part of it: strip it."
        if got.lower() == wanted.lower():
            return "Only names are put in lower case. A value keeps its capitals."
        return "A value may hold colons: split each line at its first colon only." if ":" in wanted else None


RIGHT_STATUS = {
    "a list of posts was asked for, and there are none yet": (
        200,
        {
            404: "The list exists and is empty: that is a response like any other.",
            204: "An empty list is something to say: [].",
        },
    ),
    "a comment was created": (
        201,
        {200: "200 says that it worked; 201 also says that something new exists."},
    ),
    "a post was deleted, and there is nothing to say": (204, {200: "200 promises something in the body."}),
    "nobody is logged in, and the page is for members": (
        401,
        {403: "403 says: I know you, and you may not. Here nobody is known yet."},
    ),
    "a reader tries to delete somebody else's post": (
        403,
        {401: "401 says: I do not know who you are. Here the reader is known."},
    ),
    "the post that a comment is for does not exist": (
        404,
        {422: "The values are fine; the thing is not there."},
    ),
    "somebody signs up with an e-mail address that is taken": (
        409,
        {
            422: "The address is a valid one; it clashes with what is already stored.",
            400: "The request makes sense.",
        },
    ),
    "the JSON is readable, but the age in it is -3": (
        422,
        {
            400: "FastAPI responds 422 to values that are wrong; 400 is for requests that make no sense at all."
        },
    ),
}


@exercise(
    "1.1c",
    hints=[
        "Did it work? If not, is it an error of the client or of the server?",
        "The table in the lesson has one row for each of these.",
        "Three start with 2, five with 4, and no two are the same.",
    ],
)
class TestStatus:
    def test_what_worked_starts_with_2(self, status_of):
        self.judge(status_of, 2)

    def test_what_the_client_must_change_starts_with_4(self, status_of):
        self.judge(status_of, 4)

    def judge(self, status_of, first_digit):
        for situation, (right, means) in RIGHT_STATUS.items():
            if right // 100 == first_digit:
                expect(status_of.get(situation), right, tried=situation, means=means)


METHODS = {
    "getAllPosts": "GET",
    "createPost": "POST",
    "showPost": "GET",
    "removePost": "DELETE",
    "commentsOfPost": "GET",
    "removeCommentOfPost": "DELETE",
}
VERBS = "get|create|show|remove|delete|list|add|fetch|read|new|make|find|update|edit|drop"
VERB = re.compile(rf"(?:{VERBS}|all)(?:(?:all|one|the|by|id|posts?|articles?|comments?|of|for).*)?")


def endpoint(endpoints, action: str) -> tuple[str, str]:
    """The method and the path that were written for an action."""
    expected = f"an entry {action!r}, as in the dictionary that you got"
    known = isinstance(endpoints, dict) and action in endpoints
    require(known, tried="the keys of endpoints", expected=expected, got=endpoints)
    pair = endpoints[action]
    fits = isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(each, str) for each in pair)
    require(fits, tried=f"endpoints[{action!r}]", expected="a method and a path, both text", got=pair)
    return pair[0], pair[1]


@exercise(
    "1.1d",
    hints=[
        "Which things are there? How many kinds of path do you need for them?",
        "The lesson had a collection, an item and a sub-resource.",
        "showPost and removePost differ only in their method.",
    ],
)
class TestResources:
    def test_the_methods_say_what_is_done(self, endpoints):
        for action, wanted in METHODS.items():
            method, path = endpoint(endpoints, action)
            means = {"GET": "GET promises to change nothing, so programs send it whenever they like."}
            if wanted == "GET":
                means = {"POST": "This action only reads: GET promises that nothing changes."}
            expect(method.upper(), wanted, tried=f"the method of {action}, with {path}", means=means)

    def test_the_paths_name_things_not_actions(self, endpoints):
        for action in METHODS:
            path = endpoint(endpoints, action)[1]
            parts = re.split(r"[/_-]", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", urlsplit(path).path))
            found = [each for each in parts if VERB.fullmatch(each.lower())]
            require(not found, tried=f"the path of {action}", expected="things only", got=path)

    def test_each_path_begins_with_a_slash_and_a_name(self, endpoints):
        for action in METHODS:
            path = endpoint(endpoints, action)[1]
            named = re.match(r"/[A-Za-z]", path)
            require(named, tried=f"the path of {action}", expected="a path such as /authors/4", got=path)

    def test_what_is_one_thing_has_one_path(self, endpoints):
        self.same(endpoints, "getAllPosts", "createPost")
        self.same(endpoints, "showPost", "removePost")

    def test_one_post_is_an_item_of_all_posts(self, endpoints):
        everything = self.path(endpoints, "getAllPosts")
        expect(self.path(endpoints, "showPost"), f"{everything}/7", tried="the path of showPost")

    def test_comments_belong_to_their_post(self, endpoints):
        post, comment = self.path(endpoints, "showPost"), self.path(endpoints, "removeCommentOfPost")
        listed = self.path(endpoints, "commentsOfPost")
        filtered = urlsplit(listed).query.endswith("=7") and urlsplit(listed).path == "/comments"
        require(
            listed == f"{post}/comments" or filtered,
            tried="the path of commentsOfPost",
            expected="the comments below post 7",
            got=listed,
        )
        base = "/comments" if filtered else listed
        require(
            comment in (f"{base}/3", "/comments/3"),
            tried="the path of removeCommentOfPost",
            expected="comment 3, one item of the comments",
            got=comment,
        )

    def path(self, endpoints, action):
        return endpoint(endpoints, action)[1].rstrip("/")

    def same(self, endpoints, one, other):
        expect(
            self.path(endpoints, other), self.path(endpoints, one), tried=f"the paths of {one} and {other}"
        )


def page_of(next_page, request, memory) -> tuple[list, object]:
    """The posts and the `next` in one response of the learner's function."""
    response = next_page(dict(request), memory)
    require(
        isinstance(response, dict) and {"posts", "next"} <= response.keys(),
        tried=f"next_page({request}, memory)",
        expected="a dictionary with `posts` and `next`",
        got=response,
        means="Without `return` a function gives None." if response is None else None,
    )
    return list(response["posts"]), response["next"]


def read_through(next_page, memories, reader="ada"):
    """All pages that a client sees which sends back what it found in `next`."""
    pages, request = [], {"reader": reader}
    for turn in range(12):
        posts, following = page_of(next_page, request, memories[turn % len(memories)])
        pages.append(posts)
        if following is None:
            break
        request = {"reader": reader, "next": following}
    return pages


def pages_of(posts, size):
    """The pages that are right: also of no posts there is one."""
    return [posts[start : start + size] for start in range(0, len(posts), size)] or [[]]


@exercise(
    "1.1e",
    hints=[
        "What does the server remember, and who else could carry it?",
        "The response holds `next`. What may the client send with its following request?",
        "Take the start from the request, 0 when it is not there, and leave `memory` alone.",
    ],
)
class TestNextPage:
    def test_one_server_gives_all_pages_in_order(self, next_page, ALL_POSTS, PAGE):
        wanted = pages_of(ALL_POSTS, PAGE)
        expect(read_through(next_page, [{}]), wanted, tried="one server, page after page")

    def test_next_is_none_in_the_last_page_however_many_posts_there_are(self, next_page, ALL_POSTS, PAGE):
        for number in [4, 1, 0, 6, 2, 3]:
            ALL_POSTS[:] = [f"post {each}" for each in range(1, number + 1)]
            got, wanted = read_through(next_page, [{}]), pages_of(ALL_POSTS, PAGE)
            more = got[:-1] == wanted and got[-1] == []
            means = "An empty page came after the last one: its `next` promised more." if more else None
            expect(got, wanted, tried=f"ALL_POSTS = {ALL_POSTS}, all pages", means=means)

    def test_two_servers_taking_turns_give_the_same(self, next_page, ALL_POSTS, PAGE):
        means = "Each server still counts for itself. The place must travel with the request."
        for turns in product([0, 1], repeat=3):
            servers = [{}, {}]
            self.compare(
                next_page,
                [servers[each] for each in turns],
                pages_of(ALL_POSTS, PAGE),
                f"servers {', '.join('AB'[each] for each in turns)} respond in this order, page after page",
                means,
            )

    def test_a_server_that_was_restarted_gives_the_same(self, next_page, ALL_POSTS, PAGE):
        self.compare(
            next_page,
            [{} for _ in range(12)],
            pages_of(ALL_POSTS, PAGE),
            "a server that forgets everything between two requests",
            "It still needs what it kept in `memory`. The place must travel with the request.",
        )

    def test_two_readers_do_not_disturb_each_other(self, next_page, ALL_POSTS, PAGE):
        wanted, memory = pages_of(ALL_POSTS, PAGE), {}
        requests = {name: {"reader": name} for name in ("ada", "bob")}
        for number, page in enumerate(wanted, start=1):
            for name, request in requests.items():
                posts, following = page_of(next_page, request, memory)
                expect(posts, page, tried=f"{name}'s page {number}; ada and bob read on in turn")
                requests[name] = {"reader": name, "next": following}

    def test_asking_again_gives_the_same_page(self, next_page, ALL_POSTS, PAGE):
        wanted, memory = pages_of(ALL_POSTS, PAGE), {}
        means = "A GET may be repeated: it must not move anything on the server."
        request = {"reader": "ada"}
        for number, page in enumerate(wanted, start=1):
            for _ in range(2):
                posts, following = page_of(next_page, request, memory)
                expect(posts, page, tried=f"page {number}, each page asked for twice", means=means)
            request = {"reader": "ada", "next": following}
        again, _ = page_of(next_page, {"reader": "ada"}, memory)
        expect(again, wanted[0], tried="the first page, after all were read", means=means)

    def compare(self, next_page, memories, wanted, tried, means):
        alone = read_through(next_page, [{}])
        got = read_through(next_page, memories)
        expect(got, wanted, tried=tried, means=means if alone == wanted else None)
