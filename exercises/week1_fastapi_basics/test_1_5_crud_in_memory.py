"""Checks of the exercises of lesson 1.5."""

import json
from collections.abc import Callable
from itertools import combinations, count, product
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.testclient import TestClient

from course.checks import client_of, exercise, expect, require

FORGOTTEN_STATUS = "Every method responds 200 unless its path operation says otherwise."
NOT_SAID = "Nothing becomes a 404 by itself: the code has to notice that nothing was found, and say so."


def said(answer) -> object:
    """What a response holds: its data, or its text where that is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def part(body: object, name: str) -> object:
    """One field of a body, or None where there is no such thing."""
    return body.get(name) if isinstance(body, dict) else None


def new_comment(client: TestClient, text: str) -> int:
    """The id of a comment made now."""
    tried = f"POST /comments {json.dumps({'text': text}, ensure_ascii=False)}"
    answer = client.post("/comments", json={"text": text})
    body = said(answer)
    if answer.status_code >= 400:
        expect(answer.status_code, 201, tried=tried)
    number = part(body, "id")
    require(
        type(number) is int,
        tried=f"{tried}: the body",
        expected='the new comment, with its "id", a whole number',
        got=body,
    )
    return number


@exercise(
    "1.5a",
    hints=[
        "Which of Postboard's functions in the lesson do the same for posts?",
        "Look at `create_post`, `find_post` and `delete_post`: where do the id, the 404, the 201 and 204 come from?",
        "A dictionary, a `count(1)`, a model with `text`, and three path operations; two of them look a comment up "
        "and raise `HTTPException(404)` when it is not there.",
    ],
)
class TestComments:
    def test_a_new_comment_is_201(self, comments_api):
        client = client_of(comments_api)
        for text in ["Well said.", "And the milk?"]:
            answer = client.post("/comments", json={"text": text})
            expect(answer.status_code, 201, tried="POST /comments", means={200: FORGOTTEN_STATUS})

    def test_the_response_is_the_comment_with_its_id(self, comments_api):
        client = client_of(comments_api)
        for text in ["Well said.", 'Zoë\'s "milk": 100 %?']:
            body = said(client.post("/comments", json={"text": text}))
            number = part(body, "id")
            require(type(number) is int, tried="POST /comments: the id", expected="a whole number", got=body)
            expect(body, {"id": number, "text": text}, tried="POST /comments: the body")

    def test_each_comment_can_be_read(self, comments_api):
        client = client_of(comments_api)
        texts = ["Well said.", "Zoë's milk?", "Well said.", " A space. ", "x" * 2000, *map(str, range(20))]
        made = {new_comment(client, text): text for text in texts}
        tried = f"{len(texts)} times POST /comments, two of them with the same text: how many ids"
        expect(len(made), len(texts), tried=tried)
        for number, text in made.items():
            answer = client.get(f"/comments/{number}")
            tried = f"GET /comments/{number}, one of {len(texts)} comments"
            expect(answer.status_code, 200, tried=tried)
            expect(said(answer), {"id": number, "text": text}, tried=tried)

    def test_location_says_where_it_is(self, comments_api):
        client = client_of(comments_api)
        for text in ["Where am I?", "And I?", "And where am I?"]:
            answer = client.post("/comments", json={"text": text})
            place, number = answer.headers.get("location"), part(said(answer), "id")
            tried = f"POST /comments, the header Location of the comment with the id {number}"
            if place is None or not place.startswith("http"):
                expect(place, f"/comments/{number}", tried=tried)
            expect(urlsplit(place).path, f"/comments/{number}", tried=f"{tried}, {place}: its path")

    def test_an_unknown_comment_is_404(self, comments_api):
        client = client_of(comments_api)
        for method, number in product(["GET", "DELETE"], [987654, 0]):
            answer = client.request(method, f"/comments/{number}")
            tried, means = f"{method} /comments/{number}", {200: NOT_SAID, 204: NOT_SAID}
            expect(answer.status_code, 404, tried=tried, means=means)

    def test_a_deleted_comment_is_gone(self, comments_api):
        client = client_of(comments_api)
        stays, goes = new_comment(client, "I stay."), new_comment(client, "I go.")
        answer = client.delete(f"/comments/{goes}")
        tried = f"DELETE /comments/{goes}"
        expect(answer.status_code, 204, tried=tried, means={200: FORGOTTEN_STATUS})
        means = "204 says that there is nothing to say, so the body is empty."
        expect(answer.content, b"", tried=f"{tried}: the body", means=means)
        for method in ["GET", "DELETE"]:
            answer = client.request(method, f"/comments/{goes}")
            expect(answer.status_code, 404, tried=f"{method} /comments/{goes}, deleted before")
        answer = client.get(f"/comments/{stays}")
        expect(answer.status_code, 200, tried="GET of a comment that was not deleted")
        expect(part(said(answer), "text"), "I stay.", tried="GET of a comment that was not deleted")

    def test_no_id_is_given_twice(self, comments_api):
        client = client_of(comments_api)
        given = [new_comment(client, "one"), new_comment(client, "two"), new_comment(client, "three")]
        for place in [0, -1]:
            client.delete(f"/comments/{given[place]}")
            given.append(new_comment(client, "another"))
        for number in given:
            client.delete(f"/comments/{number}")
        given.append(new_comment(client, "the only one"))
        require(
            len(set(given)) == len(given),
            tried="three comments made; the oldest deleted, one made; the newest deleted, one made; "
            "all deleted, one made",
            expected="six different ids",
            got=given,
            means="An id that is worked out from what is stored comes back when something is deleted.",
        )

    def test_a_comment_without_a_text_is_422(self, comments_api):
        client = client_of(comments_api)
        for sent in [{}, {"text": None}, {"text": 5}, {"words": "Well said."}]:
            answer = client.post("/comments", json=sent)
            expect(answer.status_code, 422, tried=f"POST /comments {json.dumps(sent)}")


@exercise(
    "1.5b",
    hints=[
        "What can change between two calls of `new_id`, and what must not?",
        "In the lesson two requests got one id, until something took the number and moved on in one step.",
        "A `count` that is made once, outside the function, and starts above the largest id there is.",
    ],
)
class TestNewId:
    def test_a_new_id_is_a_number_that_no_post_has(self, new_id, numbered):
        first = new_id()
        require(type(first) is int, tried="new_id()", expected="a whole number", got=first)
        require(first not in numbered, tried="new_id()", expected=f"none of {list(numbered)}", got=first)

    def test_two_who_ask_before_either_stores_get_two_ids(self, new_id):
        first, second = new_id(), new_id()
        require(
            first != second,
            tried="new_id() twice, and nothing stored in between",
            expected="two different ids",
            got=(first, second),
            means="Both ids were worked out from the same posts. A lock around that changes nothing.",
        )

    def test_the_id_of_a_deleted_post_does_not_come_back(self, new_id, numbered):
        first = new_id()
        numbered[first] = "Here today"
        numbered.pop(first)
        later = new_id()
        require(
            later > first,
            tried=f"new_id(), after post {first} was stored and deleted",
            expected=f"more than {first}",
            got=later,
            means="The largest id that is stored now says nothing about the ids that were given before.",
        )

    def test_ids_go_on_when_no_post_is_left(self, new_id, numbered):
        before = new_id()
        numbered.clear()
        after = new_id()
        require(
            after > before,
            tried=f"new_id() gave {before}; then all posts were deleted; new_id() again",
            expected=f"more than {before}",
            got=after,
        )

    def test_ids_grow_whatever_is_stored_and_deleted_in_between(self, new_id, numbered):
        """Every way to do one of three things after each of four calls."""
        for doings in product(["nothing", "store", "delete"], repeat=4):
            given = []
            for doing in doings:
                given.append(new_id())
                require(
                    given[-1] not in numbered,
                    tried=f"new_id(), while the posts {list(numbered)} are stored",
                    expected="the id of none of them",
                    got=given[-1],
                )
                if doing == "store":
                    numbered[given[-1]] = "New"
                elif doing == "delete" and numbered:
                    numbered.pop(max(numbered))
            expect(
                given,
                sorted(set(given)),
                tried=f"new_id() four times; after each: {', '.join(doings)} (the newest post)",
                means="Each id has to be larger than every id before it.",
            )

    def test_ids_grow(self, new_id):
        given = [new_id() for _ in range(20)]
        require(
            all(one < other for one, other in zip(given, given[1:], strict=False)),
            tried="new_id() twenty times",
            expected="each id larger than the one before",
            got=given,
        )


def author(number: int, **more: str) -> dict:
    """An author as the store holds one."""
    return {
        "id": number,
        "name": f"Author {number}",
        "bio": "Writes.",
        "email": f"a{number}@example.org",
        **more,
    }


def public(number: int) -> dict:
    """The same author as everybody may see it."""
    return {"id": number, "name": f"Author {number}", "bio": "Writes."}


@exercise(
    "1.5c",
    hints=[
        "Who decides what leaves: the store, or a promise about the answer?",
        "In the lesson the same object went out whole from one endpoint and filtered from another. What was the "
        "difference?",
        "A model with the three public fields, as `response_model` of one endpoint and in a list for the other; "
        "and a 404 raised when nothing is there.",
    ],
)
class TestAuthors:
    def test_one_author_is_shown_without_the_rest(self, authors_api, authors):
        for number in [71, 72]:
            authors[number] = author(number)
        for number in [71, 72]:
            self.shown(authors_api, f"/authors/{number}", public(number))

    def test_the_list_is_shown_without_the_rest(self, authors_api, authors):
        for numbers in [(72,), (73, 74, 72)]:
            authors.clear()
            authors.update({number: author(number) for number in numbers})
            self.shown(authors_api, "/authors", [public(number) for number in sorted(numbers)])

    def test_without_authors_the_list_is_empty(self, authors_api, authors):
        authors.clear()
        self.shown(authors_api, "/authors", [])

    def test_a_field_that_comes_later_stays_inside(self, authors_api, authors):
        authors.clear()
        authors[73] = author(73, phone="not-a-real-number")
        means = "Naming what to hide misses what is added next year. Name what may be sent."
        for path, wanted in [("/authors/73", public(73)), ("/authors", [public(73)])]:
            tried = f"GET {path}, where a phone is stored too"
            body = said(client_of(authors_api).get(path))
            require("phone" not in str(body), tried=tried, expected=repr(wanted), got=body, means=means)

    def test_an_author_who_is_not_there_is_404(self, authors_api):
        for number in [987654, 0]:
            answer = client_of(authors_api).get(f"/authors/{number}")
            expect(
                answer.status_code,
                404,
                tried=f"GET /authors/{number}",
                means={
                    200: NOT_SAID,
                    500: "Nothing was found, and None or a KeyError is no author: say 404.",
                },
            )

    def test_half_an_author_is_500(self, authors_api, authors):
        for name in ["name", "bio"]:
            half = author(74)
            del half[name]
            authors[74] = half
            for path in ["/authors/74", "/authors"]:
                answer = client_of(authors_api).get(path)
                expect(
                    answer.status_code,
                    500,
                    tried=f"GET {path}, where author 74 is stored without a {name}",
                    means={200: f"Half an author was sent. The response model has to require `{name}`."},
                )

    def test_the_store_is_left_as_it_is(self, authors_api, authors):
        authors[75] = author(75)
        for path in ["/authors/75", "/authors"]:
            client_of(authors_api).get(path)
            expect(authors.get(75), author(75), tried=f"authors[75], after GET {path}")

    def shown(self, authors_api, path, wanted):
        answer = client_of(authors_api).get(path)
        expect(answer.status_code, 200, tried=f"GET {path}")
        body = said(answer)
        if isinstance(body, list):
            body = sorted(body, key=lambda each: str(part(each, "id")))
        means = "The e-mail address was sent." if "example.org" in str(body) else ""
        expect(body, wanted, tried=f"GET {path}", means=means)


NEVER_NULL = {"name", "newsletter"}


@exercise(
    "1.5d",
    hints=[
        "Which facts does a PATCH need: what was stored, what was sent, what may be null?",
        "Look at what `model_dump` leaves out with `exclude_none`, and with `exclude_unset`, when null was sent.",
        "`exclude_unset=True`; `| None` on `about` alone, the others with a default that is never stored; and a 404.",
    ],
)
class TestProfile:
    def test_what_was_sent_changes(self, profiles_api):
        for sent in [{"newsletter": False}, {"newsletter": True, "name": "Eve"}, {"about": ""}, {"name": ""}]:
            self.compare(profiles_api, sent, sent)

    def test_what_was_not_sent_stays(self, profiles_api):
        stored = {"name": "Eve", "about": "Songs.", "newsletter": True}
        for sent in [{"name": "Zoe"}, {"about": "Maps."}, {}]:
            self.store(profiles_api, stored)
            self.compare(profiles_api, sent, stored | sent, first=stored)

    def test_the_change_is_stored(self, profiles_api):
        sent = {"name": "Zoe", "about": "Maps."}
        self.store(profiles_api, sent)
        self.compare(profiles_api, {}, sent, first=sent)

    def test_no_other_profile_changes(self, profiles_api):
        sent = {"name": "Zoe", "about": "Maps.", "newsletter": True}
        before = said(client_of(profiles_api).patch("/profiles/2", json={}))
        self.store(profiles_api, sent)
        after = said(client_of(profiles_api).patch("/profiles/2", json={}))
        expect(after, before, tried=f"profile 2, after PATCH /profiles/1 {json.dumps(sent)}")
        changed = client_of(profiles_api).patch("/profiles/2", json={"name": "Bea"})
        expect(part(said(changed), "name"), "Bea", tried='PATCH /profiles/2 {"name": "Bea"}')

    def test_about_can_be_taken_away(self, profiles_api):
        self.store(profiles_api, {"about": "Songs."})
        self.compare(
            profiles_api,
            {"about": None},
            {"about": None},
            "The null was taken for 'not sent'. `exclude_none` cannot tell the two apart.",
        )

    def test_a_null_for_name_or_newsletter_is_refused(self, profiles_api):
        client = client_of(profiles_api)
        before = said(client.patch("/profiles/1", json={}))
        for sent in [{"name": None}, {"newsletter": None}, {"about": "Maps.", "newsletter": None}]:
            answer = client.patch("/profiles/1", json=sent)
            tried = f"PATCH /profiles/1 {json.dumps(sent)}"
            means = {200: "`| None` lets null in. To be left out, a field needs only a default."}
            expect(answer.status_code, 422, tried=tried, means=means)
            after = said(client.patch("/profiles/1", json={}))
            expect(after, before, tried=f"the profile after {tried}, which was refused")

    def test_two_fields_in_one_request_are_treated_each_by_itself(self, profiles_api):
        """Each pair of fields, each of them new or null, one request after the other on one profile."""
        now = {"name": "Eve", "about": "Songs.", "newsletter": True}
        self.store(profiles_api, now)
        for pair, kinds in product(combinations(now, 2), product(["new", "null"], repeat=2)):
            new = {
                "name": now["name"] + "a",
                "about": " and ".join(pair),
                "newsletter": not now["newsletter"],
            }
            sent = {
                name: new[name] if kind == "new" else None for name, kind in zip(pair, kinds, strict=True)
            }
            refused = any(sent.get(name, "") is None for name in NEVER_NULL)
            answer = client_of(profiles_api).patch("/profiles/1", json=sent)
            tried = f"PATCH /profiles/1 {json.dumps(sent)}, when {json.dumps(now)} is stored"
            expect(answer.status_code, 422 if refused else 200, tried=f"{tried}: the status")
            now = now if refused else now | sent
            after = said(client_of(profiles_api).patch("/profiles/1", json={})) if refused else said(answer)
            expect(after, now, tried=f"{tried}: the profile afterwards")

    def test_an_unknown_profile_is_404(self, profiles_api):
        for sent in [{"name": "Eve"}, {}, {"name": "Eve", "about": "Songs.", "newsletter": True}, {}]:
            answer = client_of(profiles_api).patch("/profiles/987654", json=sent)
            expect(answer.status_code, 404, tried=f"PATCH /profiles/987654 {json.dumps(sent)}")

    def store(self, api, fields):
        client_of(api).patch("/profiles/1", json=fields)

    def compare(self, api, sent, wanted, means="", first=None):
        answer = client_of(api).patch("/profiles/1", json=sent)
        tried = f"PATCH /profiles/1 {json.dumps(sent)}"
        tried += f", after {json.dumps(first)} was sent" if first else ""
        expect(answer.status_code, 200, tried=tried)
        body = said(answer)
        require(
            isinstance(body, dict) and sorted(body) == ["about", "name", "newsletter"],
            tried=tried,
            expected="the whole profile: name, about and newsletter",
            got=body,
        )
        expect({name: body[name] for name in wanted}, wanted, tried=tried, means=means)


class Practice:
    """A store, and what a server would do to it for requests of nine kinds; each gives its response."""

    def __init__(self) -> None:
        self.posts, self.numbers, self.receipts = {1: "Hello", 2: "Sockets"}, count(3), count(1)
        self.on, self.length = False, 0

    def look(self) -> dict:
        return {"posts": dict(self.posts), "on": self.on, "length": self.length}

    def read(self) -> tuple:
        return 200, self.posts[1]

    def create(self) -> tuple:
        self.posts[next(self.numbers)] = "New"
        return 201, "created"

    def replace(self) -> tuple:
        self.posts[1] = "Replaced"
        return 200, "Replaced"

    def replace_with_receipt(self) -> tuple:
        self.posts[1] = "Replaced"
        return 200, f"receipt {next(self.receipts)}"

    def delete(self) -> tuple:
        return (204, "") if self.posts.pop(2, "") else (404, "No such post")

    def lengthen(self) -> tuple:
        self.length += 1
        return 200, "longer"

    def number(self) -> tuple:
        self.posts[1] = f"Version {next(self.numbers)}"
        return 200, "saved"

    def turn_round(self) -> tuple:
        self.posts = dict(zip(self.posts, reversed(self.posts.values()), strict=True))
        return 200, "turned"

    def toggle(self) -> tuple:
        self.on = not self.on
        return 200, "switched"


@exercise(
    "1.5e",
    hints=[
        "Which two moments have to be compared: before and once, before and twice, once and twice?",
        "Think of a switch: the second request brings back what was there before both.",
        "send, look, send, look; and the two looks are compared.",
    ],
)
class TestRepeatable:
    def test_reading_may_be_sent_again(self, repeatable):
        self.judge(repeatable, Practice.read, "GET /posts/1", True)

    def test_setting_a_value_may_be_sent_again(self, repeatable):
        means = "It changes something the first time, and nothing the second."
        self.judge(repeatable, Practice.replace, "PUT /posts/1", True, means)

    def test_creating_may_not_be_sent_again(self, repeatable):
        means = "Two posts are made. Is the request sent twice, with a look after each?"
        self.judge(repeatable, Practice.create, "POST /posts", False, means)

    def test_deleting_may_be_sent_again(self, repeatable):
        means = "The second response is a 404, and what is stored stays as it is."
        self.judge(repeatable, Practice.delete, "DELETE /posts/2", True, means)

    def test_the_responses_do_not_matter(self, repeatable):
        means = "The responses differ; what is stored does not. Compare what look() gives."
        request = "PUT /posts/1, which responds with a new receipt each time"
        self.judge(repeatable, Practice.replace_with_receipt, request, True, means)

    def test_adding_to_a_value_may_not_be_sent_again(self, repeatable):
        self.judge(repeatable, Practice.lengthen, "PATCH that adds 1", False)

    def test_a_switch_may_not_be_sent_again(self, repeatable):
        means = "Twice is as before, and not as once: sent again by mistake, it undoes what was wanted."
        self.judge(repeatable, Practice.toggle, "PATCH that turns a switch on or off", False, means)

    def test_a_content_that_changes_each_time_may_not_be_sent_again(self, repeatable):
        means = "There are as many posts as before, and the content of one is another one."
        self.judge(
            repeatable, Practice.number, "PUT /posts/1, which stores a new version number", False, means
        )
        self.judge(repeatable, Practice.turn_round, "a request that swaps two posts", False, means)

    def test_the_request_is_sent_exactly_twice(self, repeatable):
        for request in [Practice.read, Practice.create]:
            sent, practice = [], Practice()

            def send(request=request, sent=sent, practice=practice):
                sent.append(request(practice))

            repeatable(send, practice.look)
            expect(len(sent), 2, tried="how often `send` was called")

    def test_what_is_stored_may_be_of_any_kind(self, repeatable):
        for stored in [None, 0, [], "text"]:
            result = repeatable(lambda: None, lambda stored=stored: stored)
            expect(result, True, tried=f"repeatable where look() gives {stored!r} each time")

    def judge(
        self,
        repeatable: Callable[..., object],
        request: Callable[[Practice], tuple],
        words: str,
        wanted: bool,
        means: str = "",
    ) -> None:
        practice = Practice()
        result = repeatable(lambda: request(practice), practice.look)
        expect(result, wanted, tried=f"repeatable with {words}", means=means)


class Counted:
    """An API that counts the requests it gets, and notes their methods."""

    def __init__(self, api: FastAPI) -> None:
        self.api, self.requests, self.methods = api, 0, set()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            self.requests += 1
            self.methods.add(scope["method"])
        await self.api(scope, receive, send)


def likes_of(client: TestClient, post_id: int) -> int:
    """How many likes the API counts for a post."""
    body = said(client.get(f"/posts/{post_id}/likes"))
    require(
        isinstance(body, dict) and list(body) == ["likes"] and type(body["likes"]) is int,
        tried=f"GET /posts/{post_id}/likes",
        expected='{"likes": a whole number}',
        got=body,
    )
    return body["likes"]


@exercise(
    "1.5f",
    hints=[
        "What would the server have to know, to see that a like came a second time?",
        "PUT /posts/1 may be sent again because the request names what shall be there. What shall be there here?",
        "Keep the readers who like a post, not their number: a set for each post.",
    ],
)
class TestLikes:
    def test_likes_are_counted(self, likes_api, like):
        self.compare(likes_api, like, ["ada"], 1, "one like")

    def test_two_readers_count_two(self, likes_api, like):
        means = {1: "The second reader's like was taken for the first one, sent again."}
        self.compare(likes_api, like, ["ada", "bob"], 2, "one like each of two readers", means)

    def test_the_same_like_sent_again_counts_once(self, likes_api, like):
        means = {
            2: "The request adds 1 each time it comes, so it cannot be repeated. Let it say who likes.",
            3: "The request adds 1 each time it comes, so it cannot be repeated. Let it say who likes.",
        }
        self.compare(likes_api, like, ["ada", "ada", "ada"], 1, "the same like, sent three times", means)
        self.compare(likes_api, like, ["ada", "bob", "ada"], 2, "ada, bob, and ada again")

    def test_a_post_that_nobody_likes_has_0(self, likes_api):
        for _ in range(2):
            expect(
                likes_of(client_of(likes_api), 5040),
                0,
                tried="GET /posts/5040/likes, before any like",
            )

    def test_posts_are_counted_apart(self, likes_api, like):
        client = client_of(likes_api)
        for post_id, reader in [(5041, "ada"), (5042, "ada"), (5042, "bob")]:
            like(client, post_id, reader)
        for post_id, wanted in [(5042, 2), (5041, 1)]:
            tried = f"ada likes 5041 and 5042, bob likes 5042: the likes of {post_id}"
            expect(likes_of(client, post_id), wanted, tried=tried)

    def test_many_likes_in_any_order_are_counted(self, likes_api, like):
        client, liked = client_of(likes_api), set()
        for turn in range(18):  # readers and posts in a mixed order, many pairs more than once
            pair = 5050 + turn * turn % 3, ["ada", "an", "ann", "bob", "eve"][turn * 7 % 11 % 5]
            like(client, *pair)
            liked.add(pair)
        for post_id in (5050, 5051, 5052):
            wanted = len([1 for number, _ in liked if number == post_id])
            tried = f"18 likes of five readers for three posts, mixed: the likes of {post_id}"
            expect(likes_of(client, post_id), wanted, tried=tried)

    def test_every_call_sends_a_request(self, likes_api, like):
        counted = Counted(likes_api)
        for turn in ["first", "second"]:
            before = counted.requests
            like(client_of(counted), 5043, "ada")
            require(
                counted.requests > before,
                tried=f"like(client, 5043, 'ada'), the {turn} time",
                expected="a request",
                got="no request",
                means="A program that restarts has forgotten what it sent; the server must notice.",
            )

    def test_a_like_is_not_sent_by_GET_alone(self, likes_api, like):
        counted = Counted(likes_api)
        like(client_of(counted), 5044, "ada")
        require(
            counted.methods != {"GET"},
            tried="like(client, 5044, 'ada'): its method",
            expected="a method that may change something",
            got="GET",
            means="GET promises to change nothing: browsers and search engines send it without being asked.",
        )

    def compare(self, likes_api, like, readers, wanted, tried, means=None):
        post_id = 1000 + len(readers) * 10 + wanted
        for reader in readers:
            like(client_of(likes_api), post_id, reader)
        expect(
            likes_of(client_of(likes_api), post_id),
            wanted,
            tried=tried,
            means=means,
        )
