"""Checks of the exercises of lesson 8.6."""

import asyncio
import json

from course.checks import exercise, expect, on_a_loop, require

# 8.6a ----------------------------------------------------------------------------------------

PLACES = {
    "engine": "process",
    "open sockets": "process",
    "posts of users": "database",
    "top tags": "shared",
    "comments per minute": "shared",
    "failed logins": "database",
    "settings": "process",
}
WHY = {
    "engine": "A connection is a socket of one process: another process cannot use it.",
    "open sockets": "A connection belongs to the process that accepted it.",
    "posts of users": "Nobody can make them again.",
    "top tags": "It can be made again, and each worker would make it for itself.",
    "comments per minute": "Two counts let twice as many through; a lost one only lets a few more through.",
    "failed logins": "The text says that a lost count must not help anybody.",
    "settings": "Each process reads the same ones at its start, and they do not change.",
}


@exercise(
    "8.6a",
    hints=[
        "What happens when each worker has its own? And what happens when it is suddenly gone?",
        "A connection cannot leave its process. What can be made again may be lost.",
        'PLACES = {"engine": …, "open sockets": …, …}, each of them one of "process", "shared", "database".',
    ],
)
class TestPlaces:
    def test_each_name_has_its_place(self, PLACES):
        expect(sorted(PLACES), sorted(WHY), tried="the names in PLACES")
        for name, place in globals()["PLACES"].items():
            expect(PLACES[name], place, tried=f"PLACES[{name!r}]", means=WHY[name])


# 8.6b ----------------------------------------------------------------------------------------


class Store:
    """A store that writes down what it is asked."""

    def __init__(self, **values):
        self.values = {key.replace("_", ":"): text for key, text in values.items()}
        self.lives, self.asked = {}, []

    async def get(self, key):
        return self.values.get(key)

    async def set(self, key, text, seconds):
        self.values[key], self.lives[key] = text, seconds

    async def delete(self, key):
        self.asked.append("delete")
        self.values.pop(key, None)


class Table:
    def __init__(self, store, **tags):
        self.tags, self.store, self.reads, self.fails = tags, store, [], False

    async def read(self, post):
        self.reads.append(post)
        if self.fails:
            raise ConnectionError("no database")
        return list(self.tags.get(f"post{post}", []))

    async def write(self, post, tags):
        self.store.asked.append("write")
        if self.fails:
            raise ConnectionError("no database")
        self.tags[f"post{post}"] = list(tags)


def wait(function, *values, tried):
    """What an async function gives, or the name of its error."""

    async def outcome():
        try:
            return await function(*values)
        except ConnectionError as error:
            return type(error).__name__

    return on_a_loop(outcome, tried=tried)


@exercise(
    "8.6b",
    hints=[
        "Which two posts share a key? Which value is taken for no value?",
        "Look at the order in `put`, and at what the `except` hides.",
        'kept = await self.store.get(f"tags:{post}"); if kept is not None: …',
    ],
)
class TestTags:
    def test_what_is_kept_is_not_read_again(self, Tags):
        store = Store(tags_7='["green"]')
        table = Table(store, post7=["black"])
        tags = Tags(store, table.read, table.write)
        expect(wait(tags.get, 7, tried="get(7)"), ["green"], tried='"tags:7" is in the store: get(7)')
        expect(table.reads, [], tried="the same: calls of read")

    def test_what_was_read_is_kept_for_a_minute(self, Tags):
        for found in (["green", "tea"], []):
            store = Store()
            table = Table(store, post7=found)
            tags = Tags(store, table.read, table.write)
            both = [wait(tags.get, 7, tried="get(7)") for _ in range(2)]
            expect(both, [found, found], tried=f"get(7) twice, the table has {found}")
            expect(table.reads, [7], tried="the same: calls of read", means="An empty list is a value, too.")
            expect(
                json.loads(store.values.get("tags:7", "null")), found, tried='the same: "tags:7" in the store'
            )
            expect(store.lives, {"tags:7": 60}, tried="the same: seconds of each key")

    def test_posts_do_not_share_a_key(self, Tags):
        store = Store()
        table = Table(store, post7=["green"], post8=["black"])
        tags = Tags(store, table.read, table.write)
        found = [wait(tags.get, post, tried=f"get({post})") for post in (7, 8, 7)]
        expect(found, [["green"], ["black"], ["green"]], tried="get(7), get(8), get(7)")

    def test_a_write_is_seen(self, Tags):
        store = Store(tags_8='["kept"]')
        table = Table(store, post7=["green"])
        tags = Tags(store, table.read, table.write)
        wait(tags.get, 7, tried="get(7)")
        wait(tags.put, 7, ["black"], tried="put(7)")
        expect(wait(tags.get, 7, tried="get(7)"), ["black"], tried='get(7), put(7, ["black"]), get(7)')
        expect(table.tags["post7"], ["black"], tried="the same: the table")
        expect(store.values.get("tags:8"), '["kept"]', tried="the same: another post in the store")

    def test_the_store_is_told_after_the_database(self, Tags):
        store = Store()
        table = Table(store, post7=["green"])
        seen = []

        class Watched(Store):
            async def set(self, key, text, seconds):
                seen.append(table.tags["post7"])
                await super().set(key, text, seconds)

            async def delete(self, key):
                seen.append(table.tags["post7"])
                await super().delete(key)

        store = Watched()
        table.store = store
        wait(Tags(store, table.read, table.write).put, 7, ["black"], tried="put(7)")
        means = "Between the two, another worker can read the old row and keep it."
        require(
            bool(seen) and all(each == ["black"] for each in seen),
            tried='put(7, ["black"]): the row when the store is told',
            expected="['black']",
            got=seen,
            means=means,
        )

    def test_a_write_that_fails_leaves_the_store(self, Tags):
        store = Store(tags_7='["green"]')
        table = Table(store, post7=["green"])
        table.fails = True
        got = wait(Tags(store, table.read, table.write).put, 7, ["black"], tried="put(7)")
        expect(got, "ConnectionError", tried="put(7), and write fails")
        expect(store.values, {"tags:7": '["green"]'}, tried="the same: the store")

    def test_an_error_is_not_kept(self, Tags):
        store = Store()
        table = Table(store, post7=["green"])
        tags = Tags(store, table.read, table.write)
        table.fails = True
        expect(wait(tags.get, 7, tried="get(7)"), "ConnectionError", tried="get(7), and read fails")
        expect(store.values, {}, tried="the same: the store")


# 8.6c ----------------------------------------------------------------------------------------


def asked(bucket, times, caller="ada"):
    return [bucket.allow(caller, now) for now in times]


@exercise(
    "8.6c",
    hints=[
        "How many tokens have come back since the last call?",
        "Keep two numbers for each caller: the tokens, and the time of the last call.",
        "tokens = min(most, tokens + (now - then) * most / seconds)",
    ],
)
class TestBucket:
    def test_a_full_bucket_is_used_up(self, Bucket):
        for start in (0.0, 1000.0):
            got = asked(Bucket(3, 60.0), [start] * 5)
            expect(got, [True] * 3 + [False] * 2, tried=f"Bucket(3, 60): five calls at {start}")

    def test_tokens_come_back_evenly(self, Bucket):
        got = asked(Bucket(4, 64.0), [0.0] * 4 + [15.0, 16.0, 16.0, 32.0, 33.0])
        wanted = [True] * 4 + [False, True, False, True, False]
        expect(got, wanted, tried="Bucket(4, 64): four calls at 0, then at 15, 16, 16, 32, 33")

    def test_parts_of_a_token_add_up(self, Bucket):
        got = asked(Bucket(1, 16.0), [0.0, 4.0, 8.0, 12.0, 16.0, 24.0, 32.0])
        wanted = [True, False, False, False, True, False, True]
        means = "A call that is refused takes nothing, and it loses no part of a token."
        expect(got, wanted, tried="Bucket(1, 16): calls at 0, 4, 8, 12, 16, 24, 32", means=means)

    def test_it_never_holds_more(self, Bucket):
        got = asked(Bucket(2, 32.0), [0.0] + [1000.0] * 3)
        expect(got, [True, True, True, False], tried="Bucket(2, 32): a call at 0, three at 1000")

    def test_there_is_no_edge(self, Bucket):
        passed = sum(asked(Bucket(10, 64.0), [0.0] + [63.0] * 12 + [65.0] * 12))
        expect(passed, 11, tried="Bucket(10, 64): a call at 0, 12 at 63, 12 at 65: how many pass")

    def test_callers_do_not_share(self, Bucket):
        bucket = Bucket(1, 60.0)
        got = [bucket.allow(who, 5.0) for who in ("ada", "bob", "ada", "bob")]
        expect(got, [True, True, False, False], tried="Bucket(1, 60): ada, bob, ada, bob at 5")
        expect(Bucket(1, 60.0).allow("ada", 5.0), True, tried="another Bucket(1, 60): ada at 5")


# 8.6d ----------------------------------------------------------------------------------------


class Flights:
    """Values that are made when `go_on` is set."""

    def __init__(self):
        self.made, self.go_on, self.error = 0, asyncio.Event(), None

    async def make(self):
        self.made += 1
        number = self.made
        await self.go_on.wait()
        if self.error:
            raise self.error
        return [number]


async def spin():
    for _ in range(50):
        await asyncio.sleep(0)


@exercise(
    "8.6d",
    hints=[
        "What can a second call wait for, while the first one is on its way?",
        "A task can be awaited by many. When must it be forgotten?",
        "self.flights[key] = asyncio.ensure_future(make()), and a callback that removes it.",
    ],
)
class TestSingleFlight:
    def test_calls_at_once_share_a_flight(self, SingleFlight):
        async def run():
            flight, one = SingleFlight(), Flights()
            calls = [asyncio.ensure_future(flight.do("tea", one.make)) for _ in range(5)]
            await spin()
            one.go_on.set()
            return one.made, await asyncio.gather(*calls)

        got = on_a_loop(run, tried='do("tea", make), five times at once')
        expect(got, (1, [[1]] * 5), tried='do("tea", make), five times at once: calls of make, and results')

    def test_an_error_is_shared_too(self, SingleFlight):
        async def run():
            flight, one = SingleFlight(), Flights()
            one.error = ConnectionError("no database")
            calls = [asyncio.ensure_future(flight.do("tea", one.make)) for _ in range(3)]
            await spin()
            one.go_on.set()
            results = await asyncio.gather(*calls, return_exceptions=True)
            return one.made, [type(each).__name__ for each in results]

        got = on_a_loop(run, tried="three calls at once, and make fails")
        expect(got, (1, ["ConnectionError"] * 3), tried="three calls at once, and make fails")

    def test_other_keys_do_not_wait(self, SingleFlight):
        async def run():
            flight, slow, quick = SingleFlight(), Flights(), Flights()
            quick.go_on.set()
            waiting = asyncio.ensure_future(flight.do("tea", slow.make))
            await spin()
            other = asyncio.ensure_future(flight.do("cup", quick.make))
            await spin()
            done = other.done()
            slow.go_on.set()
            return done, await asyncio.gather(waiting, other)

        got = on_a_loop(run, tried='do("cup", …) while do("tea", …) is on its way')
        expect(got, (True, [[1], [1]]), tried='do("cup", …) while do("tea", …) is on its way: done, results')

    def test_the_next_call_makes_it_anew(self, SingleFlight):
        for fails in (False, True):

            async def run(fails=fails):
                flight, one = SingleFlight(), Flights()
                one.go_on.set()
                one.error = ConnectionError("no database") if fails else None
                await asyncio.gather(flight.do("tea", one.make), return_exceptions=True)
                await spin()
                one.error = None
                return await flight.do("tea", one.make)

            tried = f"do, and again after its end ({'an error' if fails else 'a result'})"
            expect(on_a_loop(run, tried=tried), [2], tried=tried)


# 8.6e ----------------------------------------------------------------------------------------


class Bus:
    def __init__(self):
        self.queues = []

    def subscribe(self):
        self.queues.append(asyncio.Queue())
        return self.queues[-1]

    def say(self, *ids):
        for queue in self.queues:
            for each in ids:
                queue.put_nowait(each)


async def followed(follow, there, during, later, count):
    """The first ids of `follow`; `during` come while the rows are read, before and after the look."""
    bus = Bus()

    async def rows():
        await asyncio.sleep(0)
        found = [*there, *during[:1]]
        bus.say(*during)
        await asyncio.sleep(0)
        return found

    found, ids = [], follow(rows, bus)
    async with asyncio.timeout(5):
        for number in range(count):
            following = asyncio.ensure_future(anext(ids))
            if number == len(there) + len(during[:1]):
                await spin()  # it listens, if it ever does
                bus.say(*later)
            found.append(await following)
    await ids.aclose()
    return found


@exercise(
    "8.6e",
    hints=[
        "Where is a message that comes after the look and before `subscribe()`?",
        "If you listen first, what comes twice?",
        "Subscribe, then read; remember which ids you have yielded.",
    ],
)
class TestFollow:
    def test_what_comes_while_it_reads_is_not_lost(self, follow):
        async def run():
            try:
                return await followed(follow, [1, 2], [3, 4], [5], 5)
            except TimeoutError:
                return "nothing more comes"

        tried = "rows 1 and 2; 3 and 4 come while they are read, 3 just before the look; then 5"
        expect(on_a_loop(run, tried=tried), [1, 2, 3, 4, 5], tried=tried)

    def test_no_id_comes_twice(self, follow):
        async def run():
            try:
                return await followed(follow, [4, 2], [7], [2, 9, 9, 8], 5)
            except TimeoutError:
                return "nothing more comes"

        tried = "rows 4 and 2; 7 comes while they are read; then 2, 9, 9, 8"
        expect(on_a_loop(run, tried=tried), [4, 2, 7, 9, 8], tried=tried)

    def test_an_empty_table_is_followed(self, follow):
        async def run():
            try:
                return await followed(follow, [], [], [6, 5], 2)
            except TimeoutError:
                return "nothing more comes"

        expect(on_a_loop(run, tried="no rows; then 6, 5"), [6, 5], tried="no rows; then 6, 5")
