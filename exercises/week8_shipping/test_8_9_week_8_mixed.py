"""Checks of the exercises of lesson 8.9."""

import asyncio
import hmac
import json

from sqlalchemy.exc import SQLAlchemyError

from course.checks import Meeting, ask, engine_for, exercise, expect, finished, in_thread, on_a_loop, require

# 8.9a ----------------------------------------------------------------------------------------

POSTS = {
    7: {"title": "Tea", "author": "ana", "published": True},
    8: {"title": "Rain", "author": "ben", "published": True},
    9: {"title": "Plan", "author": "ana", "published": False},
}


class Posts:
    """A database of posts that counts what is read; `broken` is the error that it raises."""

    def __init__(self, broken=None):
        self.rows, self.reads, self.broken = {key: dict(row) for key, row in POSTS.items()}, [], broken

    async def read(self, post_id):
        await asyncio.sleep(0)
        self.reads.append(post_id)
        if self.broken:
            raise self.broken
        row = self.rows.get(post_id)
        return dict(row) if row else None


class Cache:
    """A cache that notes what it kept at any time, and for how long."""

    def __init__(self, down=()):
        self.values, self.kept, self.seconds, self.down = {}, [], [], down

    async def get(self, key):
        await asyncio.sleep(0)
        if "get" in self.down:
            raise ConnectionError("The cache is down.")
        return self.values.get(key)

    async def set(self, key, text, seconds):
        await asyncio.sleep(0)
        if "set" in self.down:
            raise ConnectionError("The cache is down.")
        require(
            isinstance(text, str),
            tried="await cache.set(key, text, seconds)",
            expected="a text",
            got=text,
            means="A cache for all workers keeps text: json.dumps makes one of a dict.",
        )
        self.values[key] = text
        self.kept.append(text)
        self.seconds.append(seconds)


@exercise(
    "8.9a",
    hints=[
        "Who put a post into the cache, and who takes it out?",
        "Lesson 5.5 asks who may see a post each time; lesson 8.6 says what a cache may keep. Which posts are the same "
        "for everybody? What does the starter do when the cache raises an error?",
        "a kept text is returned; read; if there is no post or it is not for this caller, raise; keep it if it is "
        "published; each call of the cache by itself may fail",
    ],
)
class TestReadPost:
    def test_a_published_post_is_for_everybody(self, read_post, NotFound):
        for callers in [["ana", "eve", None], [None, "ana"], ["eve"]]:
            for post_id in [7, 8]:
                got, *_ = self.run(read_post, NotFound, *[(each, post_id) for each in callers])
                tried = f"read_post of the published post {post_id} by {said(callers)}, one after the other"
                expect(got, [POSTS[post_id]] * len(callers), tried=tried)

    def test_posts_are_not_mixed_up(self, read_post, NotFound):
        got, *_ = self.run(read_post, NotFound, ("eve", 7), ("eve", 8), ("eve", 7), ("eve", 8))
        tried = "read_post(posts, cache, 'eve', …) of the posts 7, 8, 7, 8"
        expect(got, [POSTS[7], POSTS[8]] * 2, tried=tried, means="Two posts need two keys.")

    def test_a_draft_is_for_its_author_alone(self, read_post, NotFound):
        for callers in [["ana"], ["ben", "ana"], ["ana", "ben"], ["ana", None, "ana", "eve"]]:
            got, *_ = self.run(read_post, NotFound, *[(each, 9) for each in callers])
            wanted = [POSTS[9] if each == "ana" else "raised NotFound" for each in callers]
            tried = f"read_post of ana's draft by {said(callers)}, one after the other"
            expect(got, wanted, tried=tried, means="What one caller may see has been given to another one.")

    def test_a_post_that_does_not_exist_is_not_found(self, read_post, NotFound):
        for caller in ["ana", None]:
            got, *_ = self.run(read_post, NotFound, (caller, 4), (caller, 4))
            tried = f"read_post(posts, cache, {caller!r}, 4), twice, and there is no post 4"
            expect(got, ["raised NotFound"] * 2, tried=tried)

    def test_a_published_post_is_read_once_in_a_minute(self, read_post, NotFound):
        for first, second in [("ana", "eve"), ("eve", None), (None, "ana")]:
            _, posts, cache = self.run(read_post, NotFound, (first, 7), (second, 7), (first, 7))
            tried = f"read_post of the published post 7 by {said([first, second, first])}"
            expect(posts.reads, [7], tried=f"{tried}; the posts that were read from the database")
            expect(cache.seconds, [60], tried=f"{tried}; the seconds for which it was kept")

    def test_nothing_else_is_in_the_cache(self, read_post, NotFound):
        calls = [("ana", 9), ("eve", 9), (None, 9), ("ana", 4), ("ana", 9)]
        _, _, cache = self.run(read_post, NotFound, *calls)
        tried = "read_post of ana's draft and of a post that does not exist; what the cache was told to keep"
        expect(
            cache.kept,
            [],
            tried=tried,
            means="All workers see it, and no question is asked when it comes out.",
        )

    def test_without_the_cache_the_rules_stay(self, read_post, NotFound):
        calls = [("eve", 7), ("ana", 9), ("eve", 9), ("eve", 4)]
        for down in [("get", "set"), ("get",), ("set",)]:
            got, posts, _ = self.run(read_post, NotFound, *calls, cache=Cache(down))
            wanted = [POSTS[7], POSTS[9], "raised NotFound", "raised NotFound"]
            tried = f"read_post of 7 by eve, 9 by ana, 9 by eve, 4 by eve, while cache.{' and cache.'.join(down)} fails"
            expect(got, wanted, tried=tried, means="A cache makes things quicker. Without it, they work.")
            expect(posts.reads, [7, 9, 9, 4], tried=f"{tried}; the posts that were read from the database")

    def test_an_error_of_the_database_is_raised(self, read_post, NotFound):
        for error in [ConnectionError("no database"), TimeoutError("too slow"), KeyError("title")]:
            for down in [(), ("get", "set")]:
                given = Posts(error), Cache(down)
                got, posts, _ = self.run(read_post, NotFound, ("eve", 7), posts=given[0], cache=given[1])
                name = type(error).__name__
                tried = f"read_post(posts, cache, 'eve', 7), where posts.read raises a {name}"
                means = "Only what the cache raises may be left out."
                expect(got, [f"raised {name}"], tried=tried, means=means)
                expect(posts.reads, [7], tried=f"{tried}; the calls of posts.read")

    def run(self, read_post, not_found, *calls, posts=None, cache=None):
        """What each of these calls (caller, post_id) gives, on the same posts and cache; and those two."""

        async def outcome(posts, cache, caller, post_id):
            try:
                return await read_post(posts, cache, caller, post_id)
            except not_found:
                return "raised NotFound"
            except (ConnectionError, TimeoutError, KeyError) as error:
                return f"raised {type(error).__name__}"

        async def all_of_them():
            given = posts or Posts(), cache or Cache()
            return [await outcome(*given, *call) for call in calls], *given

        return on_a_loop(all_of_them, tried=f"await read_post(posts, cache, {calls[0][0]!r}, {calls[0][1]})")


def said(callers):
    return ", ".join(each or "a guest" for each in callers)


# 8.9b ----------------------------------------------------------------------------------------

SECRET = b"not-a-real-secret"
TABLES = """
    CREATE TABLE received (event text PRIMARY KEY);
    CREATE TABLE orders (id integer PRIMARY KEY, paid integer NOT NULL);
    INSERT INTO orders VALUES (3, 0), (5, 100)
"""
E7 = b'{"event": "e7", "order": 3, "cents": 1200}'
E8 = b'{"order":3,  "cents":50, "event":"e8", "note": "caf\xc3\xa9"}'
E9 = b'{"event": "e9", "order": 5, "cents": 7}'
LOST = b'{"event": "e4", "order": 4, "cents": 9}'
BEFORE = {"received": [], "paid": {3: 0, 5: 100}}


def signed(body, secret=SECRET):
    return hmac.new(secret, body, "sha256").hexdigest()


def stored(url):
    return {
        "received": [event for (event,) in ask(url, "SELECT event FROM received ORDER BY event")],
        "paid": dict(ask(url, "SELECT id, paid FROM orders ORDER BY id")),
    }


@exercise(
    "8.9b",
    hints=[
        "Two workers have the same event in hand. Who can tell both of them, in one step, which one is the first?",
        "Lesson 5.2 signs by hand, lesson 8.8 asks about a webhook that comes twice. Which bytes are signed? What is "
        "committed when the order does not exist?",
        "compare two texts with hmac.compare_digest; engine.begin(); INSERT … ON CONFLICT DO NOTHING, whose rowcount "
        "is 0 for a known event; UPDATE … SET paid = paid + …, whose rowcount is 0 for an unknown order",
    ],
)
class TestReceive:
    def test_a_new_event_is_stored_and_booked(self, receive, database_url):
        ask(database_url, TABLES)
        for body, paid in [(E7, {3: 1200, 5: 100}), (E8, {3: 1250, 5: 100}), (E9, {3: 1250, 5: 107})]:
            got = self.call(receive, database_url, body)
            expect(got, True, tried=f"receive of {body!r} with its signature")
            expect(stored(database_url)["paid"], paid, tried=f"{body!r} was received; `paid` of each order")
        received = stored(database_url)["received"]
        expect(received, ["e7", "e8", "e9"], tried="three events were received; the rows of `received`")

    def test_another_signature_is_refused(self, receive, Refused, database_url):
        ask(database_url, TABLES)
        wrong = {
            "the signature with another secret": signed(E7, b"another"),
            "the signature of another body": signed(E9),
            "the signature of the same JSON with other blanks": signed(
                b'{"event":"e7","order":3,"cents":1200}'
            ),
            "the signature in capitals": signed(E7).upper(),
            "an empty text": "",
            "the first half of the signature": signed(E7)[:32],
            "the signature and a blank": signed(E7) + " ",
            "a text with an é": "é" * 64,
        }
        for what, signature in wrong.items():
            got = self.call(receive, database_url, E7, signature, Refused)
            means = {"raised TypeError": "compare_digest takes texts with ASCII letters only, or any bytes."}
            expect(
                got, "raised Refused", tried=f"receive(engine, secret, {E7!r}, …) with {what}", means=means
            )
        got = self.call(receive, database_url, b"not JSON", signed(E7), Refused)
        means = "Nothing of a body is read before its signature is known to be right."
        expect(
            got, "raised Refused", tried="receive of the body b'not JSON' with a wrong signature", means=means
        )
        got = self.call(receive, database_url, E9, signed(E9), Refused, b"another")
        expect(got, "raised Refused", tried="receive with another secret than the one that has signed")

    def test_then_nothing_is_stored(self, receive, Refused, database_url):
        ask(database_url, TABLES)
        for signature in [signed(E7, b"another"), ""]:
            self.call(receive, database_url, E7, signature, Refused)
            expect(stored(database_url), BEFORE, tried="receive with a wrong signature; what is stored")

    def test_a_known_event_changes_nothing(self, receive, database_url):
        ask(database_url, TABLES)
        got = [self.call(receive, database_url, body) for body in (E7, E7, E9, E7, E9)]
        tried = "receive of the events e7, e7, e9, e7, e9"
        expect(got, [True, False, True, False, False], tried=tried)
        wanted = {"received": ["e7", "e9"], "paid": {3: 1200, 5: 107}}
        expect(stored(database_url), wanted, tried=f"{tried}; what is stored")

    def test_an_unknown_order_leaves_nothing(self, receive, UnknownOrder, database_url):
        ask(database_url, TABLES)
        tried = f"receive of {LOST!r}, and there is no order 4"
        for _ in range(2):
            got = self.call(receive, database_url, LOST, error=UnknownOrder)
            expect(got, "raised UnknownOrder", tried=tried)
            means = "The event is committed, so it counts as received when it comes again."
            expect(stored(database_url), BEFORE, tried=f"{tried}; what is stored", means=means)
        ask(database_url, "INSERT INTO orders VALUES (4, 0)")
        got = self.call(receive, database_url, LOST, error=UnknownOrder)
        expect(got, True, tried=f"{tried}; then the order is there, and the event comes again")
        expect(stored(database_url)["paid"], {3: 0, 4: 9, 5: 100}, tried="the same; `paid` of each order")

    def test_at_the_same_moment_an_event_is_booked_once(self, receive, database_url):
        ask(database_url, TABLES)
        tried = "receive of e7 by two workers at the same moment"
        for got in self.both(receive, database_url, E7, E7, tried):
            means = "Both asked before either had stored the event."
            expect(sorted(map(str, got)), ["False", "True"], tried=tried, means=means)
            wanted = {"received": ["e7"], "paid": {3: 1200, 5: 100}}
            expect(stored(database_url), wanted, tried=f"{tried}; what is stored", means=means)

    def test_at_the_same_moment_no_cents_are_lost(self, receive, database_url):
        ask(database_url, TABLES)
        tried = "receive of e7 and e8, both for order 3, at the same moment"
        for got in self.both(receive, database_url, E7, E8, tried):
            expect(got, [True, True], tried=tried)
            means = "Both read what was paid before either of them wrote it."
            wanted = {"received": ["e7", "e8"], "paid": {3: 1250, 5: 100}}
            expect(stored(database_url), wanted, tried=f"{tried}; what is stored", means=means)

    def both(self, receive, url, first, second, tried):
        """What two calls give, the second one begun before each step of the first one in turn."""
        for number in range(1, 9):
            ask(url, "DELETE FROM received; UPDATE orders SET paid = CASE id WHEN 3 THEN 0 ELSE 100 END")
            met = Meeting(url, number, lambda: self.call(receive, url, second))
            call = in_thread(self.call, receive, url, first, None, None, SECRET, met.listen)
            ended = finished(call) and (not met.second or finished(met.second))
            require(ended, tried=tried, expected="both end", got="one waits for ever")
            if not met.second:
                return
            where = "in this process" if met.waits_here else "in the database"
            means = "A lock of this process keeps no other worker out."
            expect(where, "in the database", tried=f"{tried}: where the second one waits", means=means)
            yield [call.result(), met.second.result()]

    def call(self, receive, url, body, signature=None, error=None, secret=SECRET, listen=None):
        """What a call gives; "raised …" for this error and for errors that are not the learner's to let out."""
        signature = signed(body) if signature is None else signature
        with engine_for(url) as engine:
            if listen:
                listen(engine)
            try:
                return receive(engine, secret, body, signature)
            except Exception as got:
                if error and isinstance(got, error):
                    return f"raised {error.__name__}"
                if isinstance(got, (SQLAlchemyError, TypeError, json.JSONDecodeError)):
                    return f"raised {type(got).__name__}"
                raise
