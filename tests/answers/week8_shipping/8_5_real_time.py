"""Right and wrong answers to the exercises of lesson 8.5."""

# %% 8.5a accept: events cut out of the text
def read_events(lines):
    found, latest = [], None
    blocks, block = [], []
    for line in lines:
        if line:
            block.append(line)
        else:
            blocks.append(block)
            block = []
    for block in blocks:
        pairs = [(line.split(":", 1) + [""])[:2] for line in block if line[0] != ":"]
        pairs = [(name, value[1:] if value[:1] == " " else value) for name, value in pairs]
        data = [value for name, value in pairs if name == "data"]
        latest = ([latest] + [value for name, value in pairs if name == "id"])[-1]
        if data:
            found.append((dict(pairs).get("event", "message"), latest, "\n".join(data)))
    return found


# %% 8.5a reject: the end of the stream ends an event -> What has not ended is no event
def read_events(lines):
    events, kind, latest, data = [], "message", None, []
    for line in [*lines, ""]:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                events.append((kind, latest, "\n".join(data)))
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            latest = value
    return events


# %% 8.5a reject: the id ends with its event -> An id counts until another comes
def read_events(lines):
    events, kind, latest, data = [], "message", None, []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if line == "":
            if data:
                events.append((kind, latest, "\n".join(data)))
            kind, latest, data = "message", None, []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            latest = value
    return events


# %% 8.5a reject: all spaces go -> One space after the colon is not part of the value
def read_events(lines):
    events, kind, latest, data = [], "message", None, []
    for line in lines:
        name, _, value = line.partition(":")
        value = value.strip()
        if line == "":
            if data:
                events.append((kind, latest, "\n".join(data)))
            kind, data = "message", []
        elif name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif name == "id":
            latest = value
    return events


# %% 8.5b accept: one list a listener, kept by the board
class Listener:
    def __init__(self):
        self.messages, self.closed = [], False

    def read(self):
        found, self.messages = self.messages, []
        return found


class Board:
    def __init__(self, most):
        self.most, self.all = most, set()

    def join(self):
        one = Listener()
        self.all |= {one}
        return one

    def tell(self, message):
        for one in self.all:
            one.closed = one.closed or len(one.messages) == self.most
            if not one.closed:
                one.messages.append(message)

    def leave(self, listener):
        listener.closed = True

    def count(self):
        return sum(not one.closed for one in self.all)


# %% 8.5b reject: the oldest message goes instead -> Who is too slow is closed
from collections import deque


class Listener:
    def __init__(self, most):
        self.messages, self.closed = deque(maxlen=most), False

    def read(self):
        found = list(self.messages)
        self.messages.clear()
        return found


class Board:
    def __init__(self, most):
        self.most, self.all = most, []

    def join(self):
        self.all.append(Listener(self.most))
        return self.all[-1]

    def tell(self, message):
        for one in self.all:
            if not one.closed:
                one.messages.append(message)

    def leave(self, listener):
        listener.closed = True

    def count(self):
        return sum(not one.closed for one in self.all)


# %% 8.5b reject: the list changes while it is walked -> The others get the message
class Listener:
    def __init__(self):
        self.messages, self.closed = [], False

    def read(self):
        found, self.messages = self.messages, []
        return found


class Board:
    def __init__(self, most):
        self.most, self.all = most, []

    def join(self):
        self.all.append(Listener())
        return self.all[-1]

    def tell(self, message):
        for one in self.all:
            if len(one.messages) >= self.most:
                self.leave(one)
            else:
                one.messages.append(message)

    def leave(self, listener):
        listener.closed = True
        if listener in self.all:
            self.all.remove(listener)

    def count(self):
        return len(self.all)


# %% 8.5b reject: a closed listener gives nothing -> A closed listener gives what waited and gets no more
class Listener:
    def __init__(self):
        self.messages, self.closed = [], False

    def read(self):
        found, self.messages = self.messages, []
        return [] if self.closed else found


class Board:
    def __init__(self, most):
        self.most, self.all = most, []

    def join(self):
        self.all.append(Listener())
        return self.all[-1]

    def tell(self, message):
        for one in self.all:
            one.closed = one.closed or len(one.messages) == self.most
            if not one.closed:
                one.messages.append(message)

    def leave(self, listener):
        listener.closed = True

    def count(self):
        return sum(not one.closed for one in self.all)


# %% 8.5c accept: a dict, which keeps the order
class Reader:
    def __init__(self):
        self.known, self.last = {}, None

    def hear(self, post_id):
        self.known.setdefault(post_id)
        self.last = post_id

    @property
    def shown(self):
        return list(self.known)


# %% 8.5c reject: as it was -> A smaller id can be new
class Reader:
    def __init__(self):
        self.shown, self.last = [], None

    def hear(self, post_id):
        if self.last is None or post_id > self.last:
            self.shown.append(post_id)
            self.last = post_id


# %% 8.5c reject: only the last one is known -> Each post is shown once
class Reader:
    def __init__(self):
        self.shown, self.last = [], None

    def hear(self, post_id):
        if post_id != self.last:
            self.shown.append(post_id)
        self.last = post_id


# %% 8.5c reject: last is the largest -> Last is what was heard last
class Reader:
    def __init__(self):
        self.shown, self.last = [], None

    def hear(self, post_id):
        if post_id not in self.shown:
            self.shown.append(post_id)
        self.last = max(self.shown)


# %% 8.5c reject: one list for all -> Readers do not share what they know
class Reader:
    shown = []

    def __init__(self):
        self.last = None

    def hear(self, post_id):
        if post_id not in self.shown:
            self.shown.append(post_id)
        self.last = post_id


# %% 8.5d accept: powers of two
from itertools import count


def pauses(draw, first, most):
    return (draw(0, min(most, first * 2**number)) for number in count())


# %% 8.5d reject: no most -> Limits double up to the most
def pauses(draw, first, most):
    limit = first
    while True:
        yield draw(0, limit)
        limit *= 2


# %% 8.5d reject: the first limit is not held -> The first limit is not above the most
def pauses(draw, first, most):
    limit = first
    while True:
        yield draw(0, limit)
        limit = min(most, 2 * limit)


# %% 8.5d reject: the limit, and a draw that nobody uses -> A pause is what was drawn
def pauses(draw, first, most):
    limit = min(first, most)
    while True:
        draw(0, limit)
        yield limit
        limit = min(most, 2 * limit)


# %% 8.5d reject: drawn ahead -> A number is drawn when a pause is asked for
def pauses(draw, first, most):
    limit = min(first, most)
    drawn = draw(0, limit)

    def later(limit, drawn):
        while True:
            yield drawn
            limit = min(most, 2 * limit)
            drawn = draw(0, limit)

    return later(limit, drawn)


# %% 8.5e accept: the question in a function of its own
async def talk(socket, caller_of):
    async def good():
        try:
            return await caller_of()
        except BadToken:
            await socket.close(3000)
            return None

    name = await good()
    while name is not None:
        try:
            text = await socket.receive()
        except Gone:
            break
        name = await good()
        if name is not None:
            await socket.say(name, text)


# %% 8.5e accept: it asks more often than it has to
async def talk(socket, caller_of):
    try:
        while await caller_of():
            text = await socket.receive()
            name = await caller_of()
            await socket.say(name, text)
    except Gone:
        pass
    except BadToken:
        await socket.close(3000)


# %% 8.5e reject: as it was -> A token that ends while nobody speaks ends the talk
async def talk(socket, caller_of):
    try:
        name = await caller_of()
        while True:
            await socket.say(name, await socket.receive())
    except BadToken:
        await socket.close(3000)
    except Gone:
        return


# %% 8.5e reject: it asks before it waits -> A token that ends while nobody speaks ends the talk
async def talk(socket, caller_of):
    try:
        while True:
            name = await caller_of()
            await socket.say(name, await socket.receive())
    except BadToken:
        await socket.close(3000)
    except Gone:
        return


# %% 8.5e reject: it looks at the token and keeps the first name -> A text has the name of when it came
async def talk(socket, caller_of):
    try:
        name = await caller_of()
        while True:
            text = await socket.receive()
            await caller_of()
            await socket.say(name, text)
    except BadToken:
        await socket.close(3000)
    except Gone:
        return


# %% 8.5e reject: nobody asks at the start -> A token that is bad at the start receives nothing
async def talk(socket, caller_of):
    try:
        while True:
            text = await socket.receive()
            await socket.say(await caller_of(), text)
    except BadToken:
        await socket.close(3000)
    except Gone:
        return


# %% 8.5e reject: who has left is closed -> Texts are handed on until the client has left
async def talk(socket, caller_of):
    try:
        await caller_of()
        while True:
            text = await socket.receive()
            await socket.say(await caller_of(), text)
    except (BadToken, Gone):
        await socket.close(3000)


# %% 8.5e reject: the error goes on to the server -> Texts are handed on until the client has left
async def talk(socket, caller_of):
    await caller_of()
    while True:
        text = await socket.receive()
        await socket.say(await caller_of(), text)


# %% 8.5e reject: the text is lost and the talk goes on -> A token that ends while nobody speaks ends the talk
async def talk(socket, caller_of):
    try:
        await caller_of()
        while True:
            text = await socket.receive()
            try:
                await socket.say(await caller_of(), text)
            except BadToken:
                continue
    except BadToken:
        await socket.close(3000)
    except Gone:
        return
