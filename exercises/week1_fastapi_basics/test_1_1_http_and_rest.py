"""Checks of the exercises of lesson 1.1."""

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
        require(
            isinstance(request_for("/posts"), bytes),
            tried='request_for("/posts")',
            expected="bytes",
            got=request_for("/posts"),
            means="A connection carries bytes. Text becomes bytes with .encode().",
        )

    def test_a_server_can_read_it(self, request_for):
        raw = request_for("/posts")
        if isinstance(raw, str):
            raw = raw.encode()
        events = received(raw)
        problem = events[-1] if events and isinstance(events[-1], Exception) else None
        require(
            problem is None and events and isinstance(events[-1], h11.EndOfMessage),
            tried=f"a server reads {raw!r}",
            expected="a complete request",
            got=str(problem) if problem else "a request that never ends" if raw else "not a single byte",
            means=(
                "The server is still waiting: the headers end with an empty line, \\r\\n\\r\\n in all."
                if problem is None
                else "HTTP/1.1 demands a Host header, and each line ends with \\r\\n."
            ),
        )

    def test_it_asks_for_the_path_that_was_given(self, request_for):
        for path in ["/posts", "/posts/7"]:
            raw = request_for(path)
            line = (raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)).split("\r\n")[0]
            expect(
                line.split(), ["GET", path, "HTTP/1.1"], tried=f'the request line of request_for("{path}")'
            )

    def test_it_names_the_host(self, request_for):
        raw = request_for("/posts")
        events = received(raw.encode() if isinstance(raw, str) else raw)
        sent = dict(events[0].headers) if events and isinstance(events[0], h11.Request) else {}
        expect(sent.get(b"host"), b"postboard.local", tried="the Host header")


EXAMPLE = (
    b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nLocation: http://a/posts/3\r\n\r\n{"id": 3}'
)


@exercise(
    "1.1b",
    hints=[
        "What stands between the headers and the body, and nowhere before it?",
        '`bytes.decode()` gives text; `text.partition("\\r\\n\\r\\n")` parts it in two.',
        "status: the second word of the first line. headers: the other lines, each parted at its first colon.",
    ],
)
class TestResponse:
    def test_the_status_is_a_number(self, read_response):
        expect(read_response(EXAMPLE).get("status"), 201, tried="the status of a 201 response")

    def test_header_names_are_in_lower_case(self, read_response):
        names = sorted(read_response(EXAMPLE).get("headers", {}))
        expect(names, ["content-type", "location"], tried="the header names")

    def test_header_values_are_whole(self, read_response):
        headers = {name.lower(): value for name, value in read_response(EXAMPLE).get("headers", {}).items()}
        expect(
            headers.get("location"),
            "http://a/posts/3",
            tried="the Location header",
            means="A value may hold colons: part each line at its first colon only, and strip the space.",
        )

    def test_the_body_is_the_data_not_its_text(self, read_response):
        expect(
            read_response(EXAMPLE).get("body"),
            {"id": 3},
            tried="the body",
            means={'{"id": 3}': "This is still text: json.loads reads it."},
        )

    def test_a_body_may_hold_an_empty_line(self, read_response):
        raw = b'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n{"text":\r\n\r\n"two"}'
        expect(read_response(raw).get("body"), {"text": "two"}, tried="a body with an empty line inside")

    def test_without_a_body_it_is_none(self, read_response):
        raw = b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"
        expect(read_response(raw).get("body"), None, tried="the body of a 204")


RIGHT_STATUS = {
    "a list of posts was asked for, and there are none yet": (
        200,
        {
            404: "The list exists, it is empty: an answer like any other.",
            204: "An empty list is something to say: [].",
        },
    ),
    "a comment was created": (
        201,
        {200: "200 says that it worked; 201 also says that something new exists."},
    ),
    "a post was deleted, and there is nothing to say": (204, {200: "200 promises an answer in the body."}),
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
            400: "FastAPI answers 422 for values that are wrong; 400 is for requests that make no sense at all."
        },
    ),
}


@exercise(
    "1.1c",
    hints=[
        "Did it work, is the request at fault, or is the server?",
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
        wanted = ["GET", "POST", "GET", "DELETE", "GET", "DELETE"]
        for action, method in zip(endpoints, wanted, strict=True):
            expect(
                endpoints[action][0].upper(),
                method,
                tried=f"the method of {action}",
                means={"GET": "GET promises to change nothing, so programs send it whenever they like."},
            )

    def test_the_paths_name_things_not_actions(self, endpoints):
        verbs = ("get", "create", "show", "remove", "delete", "list", "add", "all", "fetch", "read", "new")
        for action, (_, path) in endpoints.items():
            words = urlsplit(path).path.lower().replace("-", "/").replace("_", "/").split("/")
            found = [word for word in words if word.startswith(verbs)]
            require(not found, tried=f"the path of {action}", expected="things only", got=path)

    def test_what_is_one_thing_has_one_path(self, endpoints):
        self.same(endpoints, "getAllPosts", "createPost")
        self.same(endpoints, "showPost", "removePost")

    def test_one_post_is_an_item_of_all_posts(self, endpoints):
        everything = self.path(endpoints, "getAllPosts")
        expect(self.path(endpoints, "showPost"), f"{everything}/7", tried="the path of showPost")

    def test_comments_belong_to_their_post(self, endpoints):
        post, comment = self.path(endpoints, "showPost"), self.path(endpoints, "removeCommentOfPost")
        listed = endpoints["commentsOfPost"][1].rstrip("/")
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
            expected="one item of the comments",
            got=comment,
        )

    def path(self, endpoints, action):
        return endpoints[action][1].rstrip("/")

    def same(self, endpoints, one, other):
        expect(
            self.path(endpoints, other), self.path(endpoints, one), tried=f"the paths of {one} and {other}"
        )


def read_through(next_page, memories, reader="ada"):
    """All pages that a client sees which sends back what it found in `next`."""
    pages, request = [], {"reader": reader}
    for turn in range(10):
        answer = next_page(dict(request), memories[turn % len(memories)])
        pages.append(list(answer["posts"]))
        if answer["next"] is None:
            break
        request = {"reader": reader, "next": answer["next"]}
    return pages


WANTED = [["one", "two"], ["three", "four"], ["five"]]


@exercise(
    "1.1e",
    hints=[
        "What does the server remember, and who else could carry it?",
        "The answer holds `next`. What may the client send with its following request?",
        "Take the start from the request, 0 when it is not there, and leave `memory` alone.",
    ],
)
class TestNextPage:
    def test_one_server_gives_all_pages_in_order(self, next_page):
        expect(read_through(next_page, [{}]), WANTED, tried="one server, page after page")

    def test_two_servers_taking_turns_give_the_same(self, next_page):
        expect(
            read_through(next_page, [{}, {}]),
            WANTED,
            tried="two servers taking turns, page after page",
            means="Each server still counts for itself. The place must travel with the request.",
        )

    def test_a_server_that_was_restarted_gives_the_same(self, next_page):
        expect(
            read_through(next_page, [{} for _ in range(10)]),
            WANTED,
            tried="a server that forgets everything between two requests",
        )

    def test_two_readers_do_not_disturb_each_other(self, next_page):
        memory = {}
        next_page({"reader": "ada"}, memory)
        first = next_page({"reader": "bob"}, memory)
        expect(list(first["posts"]), ["one", "two"], tried="bob's first page, after ada's")

    def test_asking_again_gives_the_same_page(self, next_page):
        memory = {}
        next_page({"reader": "ada"}, memory)
        again = next_page({"reader": "ada"}, memory)
        expect(
            list(again["posts"]),
            ["one", "two"],
            tried="the first page, asked for twice",
            means="A GET may be repeated: it must not move anything on the server.",
        )
