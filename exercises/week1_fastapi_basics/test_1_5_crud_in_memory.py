"""Checks of the exercises of lesson 1.5."""

import json
from collections.abc import Callable
from itertools import count

from fastapi import FastAPI
from fastapi.testclient import TestClient

from course.checks import exercise, expect, require

FORGOTTEN_STATUS = "Every method answers 200 unless its path operation says otherwise."
NOT_SAID = "Nothing becomes 404 by itself: finding nothing has to be noticed, and said."


def said(answer) -> object:
    """What an answer holds: its data, or its text where that is no JSON."""
    try:
        return answer.json()
    except ValueError:
        return answer.text


def part(body: object, name: str) -> object:
    """One field of a body, or None where there is no such thing."""
    return body.get(name) if isinstance(body, dict) else None


def new_comment(client: TestClient, text: str) -> int:
    """The id of a comment made now."""
    body = said(client.post("/comments", json={"text": text}))
    require(
        type(part(body, "id")) is int,
        tried=f'POST /comments {{"text": "{text}"}}',
        expected='the new comment, with its "id", a whole number',
        got=body,
    )
    return part(body, "id")


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
        answer = TestClient(comments_api).post("/comments", json={"text": "Well said."})
        expect(answer.status_code, 201, tried="POST /comments", means={200: FORGOTTEN_STATUS})

    def test_the_answer_is_the_comment_with_its_id(self, comments_api):
        client = TestClient(comments_api)
        for text in ["Well said.", "And the milk?"]:
            number = new_comment(client, text)
            body = said(client.get(f"/comments/{number}"))
            expect(body, {"id": number, "text": text}, tried=f"GET /comments/{number}, after it was made")

    def test_location_says_where_it_is(self, comments_api):
        client = TestClient(comments_api)
        answer = client.post("/comments", json={"text": "Where am I?"})
        place = answer.headers.get("location")
        require(place, tried="POST /comments", expected="a Location header", got=dict(answer.headers))
        expect(part(said(client.get(place)), "text"), "Where am I?", tried=f"GET {place}, as Location said")

    def test_an_unknown_comment_is_404(self, comments_api):
        client = TestClient(comments_api)
        for method in ["GET", "DELETE"]:
            answer = client.request(method, "/comments/987654")
            expect(
                answer.status_code,
                404,
                tried=f"{method} /comments/987654",
                means={200: NOT_SAID, 204: NOT_SAID},
            )

    def test_a_deleted_comment_is_gone(self, comments_api):
        client = TestClient(comments_api)
        stays, goes = new_comment(client, "I stay."), new_comment(client, "I go.")
        answer = client.delete(f"/comments/{goes}")
        expect(
            (answer.status_code, answer.content),
            (204, b""),
            tried=f"DELETE /comments/{goes}",
            means="204 says that there is nothing to say, so the body is empty.",
        )
        expect(
            client.get(f"/comments/{goes}").status_code, 404, tried=f"GET /comments/{goes}, deleted before"
        )
        expect(
            client.get(f"/comments/{stays}").status_code, 200, tried="GET of a comment that was not deleted"
        )

    def test_no_id_is_given_twice(self, comments_api):
        client = TestClient(comments_api)
        given = [new_comment(client, "one"), new_comment(client, "two"), new_comment(client, "three")]
        for place in [0, -1]:
            client.delete(f"/comments/{given[place]}")
            given.append(new_comment(client, "another"))
        require(
            len(set(given)) == len(given),
            tried="three comments made; the oldest deleted, one made; the newest deleted, one made",
            expected="five different ids",
            got=given,
            means="An id that is worked out from what is stored comes back when something is deleted.",
        )

    def test_a_comment_without_a_text_is_422(self, comments_api):
        answer = TestClient(comments_api).post("/comments", json={})
        expect(answer.status_code, 422, tried="POST /comments {}")


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
            tried="new_id() twice, and nothing stored in between, as in the race",
            expected="two different ids",
            got=(first, second),
            means="Both worked their id out from the same posts. A lock around that changes nothing.",
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


def listed(client: TestClient, number: int) -> object:
    """One author out of the list of all, or the whole answer where that is no list of authors."""
    body = said(client.get("/authors"))
    found = [each for each in body if part(each, "id") == number] if isinstance(body, list) else []
    return found[0] if found else body


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
        authors[71] = author(71)
        self.shown(said(TestClient(authors_api).get("/authors/71")), 71, "GET /authors/71")

    def test_the_list_is_shown_without_the_rest(self, authors_api, authors):
        authors[72] = author(72)
        self.shown(listed(TestClient(authors_api), 72), 72, "author 72 in GET /authors")

    def test_a_field_that_comes_later_stays_inside(self, authors_api, authors):
        authors[73] = author(73, phone="not-a-real-number")
        client = TestClient(authors_api)
        means = "Naming what to hide forgets what is added next year; name what may leave."
        one, many = said(client.get("/authors/73")), listed(client, 73)
        for body, tried in [(one, "GET /authors/73"), (many, "author 73 in GET /authors")]:
            require(
                isinstance(body, dict) and "phone" not in body,
                tried=f"{tried}, whose record has a phone now",
                expected="no phone in the answer",
                got=body,
                means=means,
            )

    def test_an_author_who_is_not_there_is_404(self, authors_api):
        answer = TestClient(authors_api, raise_server_exceptions=False).get("/authors/987654")
        expect(
            answer.status_code,
            404,
            tried="GET /authors/987654",
            means={200: NOT_SAID, 500: "Nothing was found, and None or a KeyError is no author: say 404."},
        )

    def test_half_an_author_is_500(self, authors_api, authors):
        authors[74] = {"id": 74, "bio": "Writes.", "email": "a74@example.org"}
        answer = TestClient(authors_api, raise_server_exceptions=False).get("/authors/74")
        expect(
            answer.status_code,
            500,
            tried="GET /authors/74, stored without a name",
            means={200: "Half an author went out. The response model has to demand a name."},
        )

    def test_the_store_is_left_as_it_is(self, authors_api, authors):
        authors[75] = author(75)
        client = TestClient(authors_api)
        client.get("/authors/75")
        client.get("/authors")
        expect(authors.get(75), author(75), tried="authors[75], after both endpoints were asked")

    def shown(self, body, number, tried):
        wanted = {"id": number, "name": f"Author {number}", "bio": "Writes."}
        means = "The e-mail address went out." if "email" in str(body) else ""
        expect(body, wanted, tried=tried, means=means)


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
        for sent in [{"newsletter": False}, {"newsletter": True, "name": "Eve"}, {"about": "Songs."}]:
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

    def test_about_can_be_taken_away(self, profiles_api):
        self.store(profiles_api, {"about": "Songs."})
        self.compare(
            profiles_api,
            {"about": None},
            {"about": None},
            "The null was taken for 'not sent'. `exclude_none` cannot tell the two apart.",
        )

    def test_a_null_for_name_or_newsletter_is_refused(self, profiles_api):
        client = TestClient(profiles_api)
        before = said(client.patch("/profiles/1", json={}))
        for name in ["name", "newsletter"]:
            answer = client.patch("/profiles/1", json={name: None})
            expect(
                answer.status_code,
                422,
                tried=f'PATCH /profiles/1 {{"{name}": null}}',
                means={200: "`| None` lets null in. To be left out, a field needs only a default."},
            )
        after = said(client.patch("/profiles/1", json={}))
        expect(after, before, tried="the profile after both refused requests")

    def test_an_unknown_profile_is_404(self, profiles_api):
        answer = TestClient(profiles_api).patch("/profiles/987654", json={"name": "Eve"})
        expect(answer.status_code, 404, tried="PATCH /profiles/987654")

    def store(self, api, fields):
        TestClient(api).patch("/profiles/1", json=fields)

    def compare(self, api, sent, wanted, means="", first=None):
        answer = TestClient(api).patch("/profiles/1", json=sent)
        tried = f"PATCH /profiles/1 {json.dumps(sent)}"
        tried += f", after {json.dumps(first)} was sent" if first else ""
        expect(answer.status_code, 200, tried=tried)
        body = said(answer)
        require(
            isinstance(body, dict) and {"name", "about", "newsletter"} <= body.keys(),
            tried=tried,
            expected="the whole profile",
            got=body,
        )
        expect({name: body[name] for name in wanted}, wanted, tried=tried, means=means)


class Practice:
    """A store, and what a server would do to it for requests of seven kinds; each gives its answer."""

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
        means = "The second answer is 404, and what is stored stays as it is."
        self.judge(repeatable, Practice.delete, "DELETE /posts/2", True, means)

    def test_the_answers_do_not_matter(self, repeatable):
        means = "The answers differ; what is stored does not. Compare what look() says."
        request = "PUT /posts/1, which answers with a new receipt each time"
        self.judge(repeatable, Practice.replace_with_receipt, request, True, means)

    def test_adding_to_a_value_may_not_be_sent_again(self, repeatable):
        self.judge(repeatable, Practice.lengthen, "PATCH that adds 1", False)

    def test_a_switch_may_not_be_sent_again(self, repeatable):
        means = "Twice is as before, and not as once: sent again by mistake, it undoes what was wanted."
        self.judge(repeatable, Practice.toggle, "PATCH that turns a switch on or off", False, means)

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
    """An API that counts the requests it gets."""

    def __init__(self, api: FastAPI) -> None:
        self.api, self.requests = api, 0

    async def __call__(self, scope, receive, send) -> None:
        self.requests += scope["type"] == "http"
        await self.api(scope, receive, send)


def likes_of(api: FastAPI, post_id: int) -> int:
    """How many likes the API counts for a post."""
    answer = TestClient(api).get(f"/posts/{post_id}/likes")
    require(
        type(part(said(answer), "likes")) is int,
        tried=f"GET /posts/{post_id}/likes",
        expected='{"likes": a whole number}',
        got=said(answer),
    )
    return part(said(answer), "likes")


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
            2: "The request adds 1 each time it comes. No method makes that safe to repeat: it must say who likes.",
            3: "The request adds 1 each time it comes. No method makes that safe to repeat: it must say who likes.",
        }
        self.compare(likes_api, like, ["ada", "ada", "ada"], 1, "the same like, sent three times", means)
        self.compare(likes_api, like, ["ada", "bob", "ada"], 2, "ada, bob, and ada again")

    def test_posts_are_counted_apart(self, likes_api, like):
        client = TestClient(likes_api)
        for post_id, reader in [(5041, "ada"), (5042, "ada"), (5042, "bob")]:
            like(client, post_id, reader)
        expect(
            likes_of(likes_api, 5042), 2, tried="ada likes 5041 and 5042, bob likes 5042: the likes of 5042"
        )
        expect(
            likes_of(likes_api, 5041), 1, tried="ada likes 5041 and 5042, bob likes 5042: the likes of 5041"
        )

    def test_every_call_sends_a_request(self, likes_api, like):
        counted = Counted(likes_api)
        for turn in ["first", "second"]:
            before = counted.requests
            like(TestClient(counted), 5043, "ada")
            require(
                counted.requests > before,
                tried=f"like(client, 5043, 'ada'), the {turn} time",
                expected="a request",
                got="no request",
                means="A program that restarts has forgotten what it sent; the server must notice.",
            )

    def compare(self, likes_api, like, readers, wanted, tried, means=None):
        post_id = 1000 + len(readers) * 10 + wanted
        for reader in readers:
            like(TestClient(likes_api), post_id, reader)
        expect(likes_of(likes_api, post_id), wanted, tried=tried, means=means)
