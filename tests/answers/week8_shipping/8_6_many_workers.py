"""Right and wrong answers to the exercises of lesson 8.6."""

# %% 8.6a accept: made from groups
PLACES = dict.fromkeys(["settings", "engine", "open sockets"], "process")
PLACES |= dict.fromkeys(["failed logins", "posts of users"], "database")
PLACES |= {"top tags": "shared", "comments per minute": "shared"}


# %% 8.6a reject: failed logins may be lost -> Each name has its place
PLACES = {
    "engine": "process",
    "open sockets": "process",
    "posts of users": "database",
    "top tags": "shared",
    "comments per minute": "shared",
    "failed logins": "shared",
    "settings": "process",
}


# %% 8.6a reject: a count per worker -> Each name has its place
PLACES = {
    "engine": "process",
    "open sockets": "process",
    "posts of users": "database",
    "top tags": "shared",
    "comments per minute": "process",
    "failed logins": "database",
    "settings": "process",
}


# %% 8.6a reject: sockets for all -> Each name has its place
PLACES = {
    "engine": "process",
    "open sockets": "shared",
    "posts of users": "database",
    "top tags": "shared",
    "comments per minute": "shared",
    "failed logins": "database",
    "settings": "process",
}


# %% 8.6b accept: write-through after the commit
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        if kept is None:
            kept = json.dumps(await self.read(post))
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        await self.write(post, tags)
        await self.store.set(f"tags:{post}", json.dumps(tags), 60)


# %% 8.6b reject: an empty list is no value -> What was read is kept for a minute
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        tags = json.loads(kept) if kept else []
        if not tags:
            tags = await self.read(post)
            await self.store.set(key, json.dumps(tags), 60)
        return tags

    async def put(self, post, tags):
        await self.write(post, tags)
        await self.store.delete(f"tags:{post}")


# %% 8.6b reject: deletes before it writes -> The store is told after the database
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        if kept is None:
            kept = json.dumps(await self.read(post))
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        await self.store.delete(f"tags:{post}")
        await self.write(post, tags)


# %% 8.6b reject: forgets also when the write fails -> A write that fails leaves the store
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        if kept is None:
            kept = json.dumps(await self.read(post))
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        try:
            await self.write(post, tags)
        finally:
            await self.store.delete(f"tags:{post}")


# %% 8.6b reject: an error is an empty list -> An error is not kept
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        if kept is None:
            try:
                kept = json.dumps(await self.read(post))
            except ConnectionError:
                kept = "[]"
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        await self.write(post, tags)
        await self.store.delete(f"tags:{post}")


# %% 8.6b reject: one key for all -> Posts do not share a key
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = "tags:7"
        kept = await self.store.get(key)
        if kept is None:
            kept = json.dumps(await self.read(post))
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        await self.write(post, tags)
        await self.store.delete("tags:7")


# %% 8.6b reject: a write forgets nothing -> A write is seen
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        if kept is None:
            kept = json.dumps(await self.read(post))
            await self.store.set(key, kept, 60)
        return json.loads(kept)

    async def put(self, post, tags):
        await self.write(post, tags)


# %% 8.6b reject: never looks -> What is kept is not read again
import json


class Tags:
    def __init__(self, store, read, write):
        self.store, self.read, self.write = store, read, write

    async def get(self, post):
        key = f"tags:{post}"
        kept = await self.store.get(key)
        found = await self.read(post)
        await self.store.set(key, json.dumps(found), 60)
        return found

    async def put(self, post, tags):
        await self.write(post, tags)
        await self.store.delete(f"tags:{post}")


# %% 8.6c accept: the time at which it is full again
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        step = self.seconds / self.most
        full = max(self.kept.get(caller, now), now)
        if full + step - now > self.seconds:
            return False
        self.kept[caller] = full + step
        return True


# %% 8.6c reject: a fixed window -> There is no edge
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        count, end = self.kept.get(caller, (0, now + self.seconds))
        if now >= end:
            count, end = 0, now + self.seconds
        self.kept[caller] = (count + 1, end)
        return count < self.most


# %% 8.6c reject: it holds more and more -> It never holds more
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        tokens, then = self.kept.get(caller, (self.most, now))
        tokens += (now - then) * self.most / self.seconds
        self.kept[caller] = (tokens - (tokens >= 1), now)
        return tokens >= 1


# %% 8.6c reject: parts of a token get lost -> Parts of a token add up
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        tokens, then = self.kept.get(caller, (self.most, now))
        tokens = min(self.most, tokens + int((now - then) * self.most / self.seconds))
        self.kept[caller] = (tokens - (tokens >= 1), now)
        return tokens >= 1


# %% 8.6c reject: one bucket for all -> Callers do not share
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        tokens, then = self.kept.get("all", (self.most, now))
        tokens = min(self.most, tokens + (now - then) * self.most / self.seconds)
        self.kept["all"] = (tokens - (tokens >= 1), now)
        return tokens >= 1


# %% 8.6c reject: nothing comes back -> Tokens come back evenly
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        left = self.kept.get(caller, self.most)
        self.kept[caller] = max(left - 1, 0)
        return left >= 1


# %% 8.6c reject: one token too many -> A full bucket is used up
class Bucket:
    def __init__(self, most, seconds):
        self.most, self.seconds, self.kept = most, seconds, {}

    def allow(self, caller, now):
        tokens, then = self.kept.get(caller, (self.most + 1, now))
        tokens = min(self.most + 1, tokens + (now - then) * self.most / self.seconds)
        self.kept[caller] = (tokens - (tokens >= 1), now)
        return tokens >= 1


# %% 8.6d accept: a future that the first call fills
import asyncio


class SingleFlight:
    def __init__(self):
        self.flights = {}

    async def do(self, key, make):
        if key in self.flights:
            return await asyncio.shield(self.flights[key])
        mine = self.flights[key] = asyncio.get_running_loop().create_future()
        try:
            result = await make()
        except BaseException as error:
            mine.set_exception(error)
            mine.exception()
            raise
        else:
            mine.set_result(result)
            return result
        finally:
            del self.flights[key]


# %% 8.6d reject: a result stays for ever -> The next call makes it anew
import asyncio


class SingleFlight:
    def __init__(self):
        self.flights = {}

    async def do(self, key, make):
        if key not in self.flights:
            self.flights[key] = asyncio.ensure_future(make())
        return await asyncio.shield(self.flights[key])


# %% 8.6d reject: one lock for all keys -> Calls at once share a flight
import asyncio


class SingleFlight:
    def __init__(self):
        self.lock = asyncio.Lock()

    async def do(self, key, make):
        async with self.lock:
            return await make()


# %% 8.6d reject: one flight for all keys -> Other keys do not wait
import asyncio


class SingleFlight:
    def __init__(self):
        self.flight = None

    async def do(self, key, make):
        if self.flight is None or self.flight.done():
            self.flight = asyncio.ensure_future(make())
        return await asyncio.shield(self.flight)


# %% 8.6d reject: after an error each makes it again -> An error is shared too
import asyncio


class SingleFlight:
    def __init__(self):
        self.flights = {}

    async def do(self, key, make):
        while key in self.flights:
            try:
                return await asyncio.shield(self.flights[key])
            except ConnectionError:
                await asyncio.sleep(0)
        self.flights[key] = asyncio.ensure_future(make())
        try:
            return await self.flights[key]
        finally:
            del self.flights[key]


# %% 8.6e accept: a dict of what was yielded
async def follow(rows, bus):
    new, told = bus.subscribe(), {}
    for number in await rows():
        told[number] = True
        yield number
    while True:
        if (number := await new.get()) not in told:
            told[number] = True
            yield number


# %% 8.6e reject: reads first -> What comes while it reads is not lost
async def follow(rows, bus):
    found = await rows()
    queue = bus.subscribe()
    seen = set(found)
    for row in found:
        yield row
    while True:
        row = await queue.get()
        if row not in seen:
            seen.add(row)
            yield row


# %% 8.6e reject: tells all that comes -> No id comes twice
async def follow(rows, bus):
    queue = bus.subscribe()
    for row in await rows():
        yield row
    while True:
        yield await queue.get()


# %% 8.6e reject: only larger ids -> No id comes twice
async def follow(rows, bus):
    queue, last = bus.subscribe(), 0
    for row in await rows():
        last = max(last, row)
        yield row
    while True:
        row = await queue.get()
        if row > last:
            last = row
            yield row


# %% 8.6e reject: ends where nothing is there -> An empty table is followed
async def follow(rows, bus):
    queue, seen = bus.subscribe(), set()
    for row in await rows():
        seen.add(row)
        yield row
    while seen:
        row = await queue.get()
        if row not in seen:
            seen.add(row)
            yield row
