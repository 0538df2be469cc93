"""Checks of the exercises of lesson 8.8: each answer is a check, and runs against servers that are right or not.

A server here is a function from a request to a response, behind httpx's own transport for that: the client is a
real one, no port is opened, and two threads may send at once.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import httpx

from course.checks import Quiet, exercise, learners_line, require

Server = Callable[[httpx.Request], httpx.Response]
ANA, BEN = (
    {"Authorization": "Bearer not-a-real-token-of-ana"},
    {"Authorization": "Bearer not-a-real-token-of-ben"},
)


def said_of(answer, server: Server, *more) -> Exception | None:
    """What an answer raises on a server; None when it returns."""
    with httpx.Client(transport=httpx.MockTransport(server), base_url="http://127.0.0.1") as client:
        try:
            answer(client, *more)
        except Exception as error:
            return error
    return None


def told(error: Exception | None) -> str:
    """How a run ended, in words."""
    if error is None:
        return "it returned"
    line = learners_line(error)
    return f"{type(error).__name__}{f': {error}' if str(error) else ''}{f', at: {line}' if line else ''}"


def passes(answer, servers: Mapping[str, Server], *more, means: str = "") -> None:
    """Hold an answer to servers that keep the contract."""
    for what, server in servers.items():
        error = said_of(answer, server, *more)
        require(
            error is None,
            tried=f"your function with a right server: {what}",
            expected="it returns",
            got=told(error),
            means=means,
        )


def notices(answer, servers: Mapping[str, Server], *more, means: str = "") -> None:
    """Hold an answer to servers that break the contract."""
    for what, server in servers.items():
        error = said_of(answer, server, *more)
        require(
            isinstance(error, AssertionError),
            tried=f"your function with a wrong server: {what}",
            expected="AssertionError",
            got=told(error),
            means=means,
        )


def body_of(request: httpx.Request) -> dict:
    """The JSON object of a request; {} where there is none."""
    try:
        found = json.loads(request.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def reply(status: int, body: object = None) -> httpx.Response:
    """A response with JSON, or with nothing."""
    return httpx.Response(status) if body is None else httpx.Response(status, json=body)


NOT_FOUND = {"title": "Not Found", "status": 404}


def texts(least=1, most=20, good=201, bad=422, empty=None, without=422, body=None) -> Server:
    """A server for notes with limits, and the statuses that it gives."""

    def server(request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) != ("POST", "/notes"):
            return reply(404, NOT_FOUND)
        text = body_of(request).get("text")
        if not isinstance(text, str):
            return reply(without, body)
        if not text and empty:
            return reply(empty, body)
        return reply(good if least <= len(text) <= most else bad, body)

    return server


@exercise(
    "8.8a",
    hints=[
        "What would a server get from your function that refuses everything? And one that takes everything?",
        "At each limit there are two texts that differ by one character, and only one of them is taken.",
        "A loop over four lengths and their statuses, with one assert in it.",
    ],
)
class TestText:
    def test_right_servers_pass(self, check_text):
        rich = {"id": "n-1", "error": "too short, too long", "status": 0}
        servers = {
            "its responses have no body": texts(),
            "its responses have fields of their own": texts(body=rich),
            "it answers 400 where there is no text": texts(without=400, body={}),
        }
        passes(check_text, servers, means="The contract says statuses, and nothing of what a response holds.")

    def test_limits_that_are_off_by_one_are_noticed(self, check_text):
        servers = {
            "it takes 21 characters": texts(most=21),
            "it refuses 20 characters": texts(most=19),
            "it takes 0 characters": texts(least=0),
            "it refuses 1 character": texts(least=2),
        }
        notices(check_text, servers, means="Nobody has sent the text at the edge of this limit.")

    def test_a_server_that_takes_or_refuses_everything_is_noticed(self, check_text):
        servers = {"it takes every text": texts(bad=201), "it refuses every text": texts(good=422)}
        notices(check_text, servers, means="One half of the sentence is tried, its counterpart is not.")

    def test_another_status_is_noticed(self, check_text):
        servers = {
            "what it takes is a 200": texts(good=200),
            "what it refuses is a 400": texts(bad=400),
            "an empty text is a 500": texts(empty=500),
        }
        notices(check_text, servers, means="A status in the same hundred is another status.")


class Links:
    """A server for links; subclasses break it. `code` makes a code from the number of links."""

    def __init__(
        self, code: Callable[[int], str] = str, stored=201, read=200, again=False, more=None
    ) -> None:
        self.links: dict[str, str] = {}
        self.code, self.stored, self.read, self.again, self.more = code, stored, read, again, more or {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        method, (_, folder, *rest) = request.method, request.url.path.split("/")
        if folder != "links":
            return reply(404, NOT_FOUND)
        if method == "POST" and not rest:
            return reply(self.stored, {**self.more, "code": self.store(str(body_of(request).get("url")))})
        url = self.find(rest[0]) if method == "GET" and rest else None
        return reply(404, NOT_FOUND) if url is None else reply(self.read, {**self.more, "url": url})

    def store(self, url: str) -> str:
        known = [code for code, stored in self.links.items() if stored == url and self.again]
        code = known[0] if known else self.code(len(self.links) + 1)
        self.links[code] = url
        return code

    def find(self, code: str) -> str | None:
        return self.links.get(code)


class OnlyTheLast(Links):
    """Each link takes the place of the one before."""

    def find(self, code):
        return list(self.links.values())[-1] if code in self.links else None


class ForgetsTheOthers(Links):
    """What was stored earlier is a 404."""

    def store(self, url):
        self.links = dict(list(self.links.items())[-1:])
        return super().store(url)

    def find(self, code):
        return self.links[code] if code in list(self.links)[-1:] else None


class OnlyTheFirst(Links):
    """Whatever is read, it is what was stored first."""

    def find(self, code):
        return next(iter(self.links.values()), None) if code in self.links else None


class Replay:
    """A server that has heard an answer once, and repeats its responses: by method and path, in their order."""

    def __init__(self, answer) -> None:
        self.heard: dict[tuple[str, str], list[httpx.Response]] = {}
        right = Links()

        def record(request: httpx.Request) -> httpx.Response:
            response = right(request)
            self.heard.setdefault(self.key(request), []).append(response)
            return response

        said_of(answer, record)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        heard = self.heard.get(self.key(request))
        if not heard:
            return reply(404, NOT_FOUND)
        found = heard.pop(0) if len(heard) > 1 else heard[0]
        return httpx.Response(found.status_code, content=found.content, headers=found.headers)

    @staticmethod
    def key(request: httpx.Request) -> tuple[str, str]:
        return request.method, request.url.path


def full() -> Links:
    """A right server that holds links already."""
    server = Links(lambda number: f"l{number}", more={"visits": 0})
    for word in ("tea", "milk", "docs"):
        server.store(f"https://{word}.example/")
    return server


@exercise(
    "8.8b",
    hints=[
        "Which of your values could a server know that heard them yesterday?",
        "`uuid4().hex` is another word each time. How many links does it take until one can be mixed up?",
        "Store two new links, keep their codes, and only then read both.",
    ],
)
class TestLinks:
    def test_right_servers_pass(self, check_links):
        servers = {
            "codes are numbers, as texts": Links(),
            "codes are long and random": Links(lambda number: f"{uuid4().hex}-{number}"),
            "one address has one code": Links(lambda number: f"c{number}", again=True),
            "it holds links already, and has more fields": full(),
        }
        passes(check_links, servers, means="What a code looks like, and what else is there, is open.")

    def test_responses_that_are_repeated_are_noticed(self, check_links):
        servers = {f"it repeats what it said in run {number}": Replay(check_links) for number in (1, 2, 3)}
        notices(check_links, servers, means="The addresses that you send are the same in each run.")

    def test_a_server_that_knows_one_link_is_noticed(self, check_links):
        servers = {
            "the last link is read for each code": OnlyTheLast(),
            "a new link ends the ones before": ForgetsTheOthers(),
            "there is one code for all links": Links(lambda _: "c"),
            "the first link is read for each code": OnlyTheFirst(),
        }
        notices(check_links, servers, means="It has to hold several links at a time.")

    def test_another_status_is_noticed(self, check_links):
        notices(check_links, {"a new link is a 200": Links(stored=200), "a link is a 203": Links(read=203)})


class Notes:
    """A server for the notes of two users, who are known by their tokens. `flaw` names what is wrong with it.

    A flaw such as "read 203" is a status that a deed has in place of its own.
    """

    def __init__(self, flaw: str = "", make_id: Callable[[int], object] = lambda number: number) -> None:
        self.flaw, self.make_id = flaw, make_id
        self.notes: list[dict] = []

    def add(self, owner: str, text: str) -> dict:
        self.notes.append({"id": self.make_id(len(self.notes) + 1), "text": text, "owner": owner})
        return self.shown(self.notes[-1])

    @staticmethod
    def shown(note: dict) -> dict:
        return {"id": note["id"], "text": note["text"]}

    def status(self, deed: str, usual: int) -> int:
        what, _, other = self.flaw.rpartition(" ")
        return int(other) if what == deed else usual

    def __call__(self, request: httpx.Request) -> httpx.Response:
        caller = request.headers.get("Authorization", "")
        if caller not in (ANA["Authorization"], BEN["Authorization"]):
            return reply(401, {"title": "Unauthorized", "status": 401})
        parts = request.url.path.strip("/").split("/")
        if parts == ["notes"] and request.method == "POST":
            return reply(self.status("store", 201), self.add(caller, str(body_of(request).get("text"))))
        if parts == ["notes"] and request.method == "GET":
            return reply(self.status("list", 200), {"items": self.listed(caller)})
        found = [each for each in self.notes if len(parts) == 2 and str(each["id"]) == parts[1]]
        if not found or request.method not in ("GET", "DELETE"):
            return reply(404, NOT_FOUND)
        return self.one(request.method, found[0], found[0]["owner"] == caller)

    def listed(self, caller: str) -> list[dict]:
        own = [each for each in self.notes if each["owner"] == caller]
        others = [each for each in self.notes if each["owner"] != caller]
        shown = {"lists-all": own + others, "lists-nothing": [], "lists-the-others": others}.get(
            self.flaw, own
        )
        return [self.shown(each) for each in shown]

    def one(self, method: str, note: dict, own: bool) -> httpx.Response:
        refused = reply(self.status(f"{method} of another", 404), NOT_FOUND)
        if own and self.flaw == f"{method}-of-nobody":
            return refused
        if method == "GET":
            shown = {**self.shown(note), **({"text": ""} if own and self.flaw == "reads-no-text" else {})}
            return reply(self.status("read", 200), shown) if own or self.flaw == "reads-all" else refused
        if own or self.flaw in ("deletes-all", "deletes-in-secret"):
            self.notes.remove(note)
        return reply(self.status("delete", 204)) if own or self.flaw == "deletes-all" else refused


class NewestFirst(Notes):
    """Right: newest first, more fields, and both have notes already."""

    def __init__(self) -> None:
        super().__init__(make_id=lambda number: f"n-{number:03}")
        for owner in (BEN, ANA, BEN):
            for text in ("tea", "milk", "secret", "a note"):
                self.add(owner["Authorization"], text)

    @staticmethod
    def shown(note):
        return {"stars": 0, **Notes.shown(note), "author": {"name": "somebody"}}

    def listed(self, caller):
        return super().listed(caller)[::-1]


def wrong_notes(flaws: Mapping[str, str]) -> dict[str, Server]:
    """Servers with one flaw each; both users have a note already, so that no list is empty by chance."""
    made: dict[str, Server] = {}
    for what, flaw in flaws.items():
        made[what] = server = Notes(flaw, lambda number: 40 + number)
        for owner in (ANA, BEN):
            server.add(owner["Authorization"], "milk")
    return made


@exercise(
    "8.8c",
    hints=[
        "Ben gets a 404 for a DELETE. What do you know about the note now?",
        "Two texts may be the same; ids are not. Who has to see the note at the end?",
        "Ana stores a note; ben tries GET, DELETE and his list; then ana reads, lists and deletes it.",
    ],
)
class TestApart:
    def test_right_servers_pass(self, check_apart):
        servers = {
            "ids are numbers, and there are no notes yet": Notes(),
            "ids are texts, lists begin with the newest, both have notes": NewestFirst(),
        }
        passes(check_apart, servers, ANA, BEN, means="Ids, order, further fields and older notes are open.")

    def test_what_another_user_can_do_is_noticed(self, check_apart):
        flaws = {
            "the other user reads a note": "reads-all",
            "the other user deletes a note": "deletes-all",
            "lists have the notes of both": "lists-all",
        }
        notices(check_apart, wrong_notes(flaws), ANA, BEN)

    def test_another_status_is_noticed(self, check_apart):
        flaws = {
            "the other user's GET is a 403": "GET of another 403",
            "the other user's DELETE is a 403": "DELETE of another 403",
            "a new note is a 200": "store 200",
            "an author's GET is a 203": "read 203",
            "an author's list is a 203": "list 203",
            "an author's DELETE is a 200": "delete 200",
        }
        notices(
            check_apart, wrong_notes(flaws), ANA, BEN, means="A 403 for a 404 tells that the note exists."
        )

    def test_a_note_that_is_gone_after_the_404_is_noticed(self, check_apart):
        flaws = {"the other user gets a 404, and the note is gone": "deletes-in-secret"}
        notices(check_apart, wrong_notes(flaws), ANA, BEN, means="Nobody has looked after the 404.")

    def test_an_author_who_has_no_access_is_noticed(self, check_apart):
        flaws = {
            "authors cannot read their notes": "GET-of-nobody",
            "authors read an empty text": "reads-no-text",
            "authors cannot delete their notes": "DELETE-of-nobody",
            "lists are empty": "lists-nothing",
            "lists have the notes of the others": "lists-the-others",
        }
        notices(
            check_apart,
            wrong_notes(flaws),
            ANA,
            BEN,
            means="A server that refuses all keeps users apart, too.",
        )


class Crossing:
    """Holds the first request for a seat until a second one is inside, or nobody else does anything."""

    def __init__(self) -> None:
        self.lock, self.waiting, self.met = threading.Lock(), {}, set()
        self.alone = False

    def meet(self, seat: int) -> str:
        """Which of two requests for this seat it is, "first" or "second"; "" where no other one comes."""
        with self.lock:
            if other := self.waiting.pop(seat, None):
                self.met.add(seat)
                other.set()
                return "second"
            if self.alone or seat in self.met:  # nobody came before, so nobody is waited for again
                return ""
            mine = self.waiting[seat] = threading.Event()
        quiet = Quiet(0.5, 3.0)
        while not mine.wait(0.005) and not quiet.is_over():
            pass
        with self.lock:
            if not mine.is_set():
                self.waiting.pop(seat, None)
                self.alone = True
        return "first" if mine.is_set() else ""


class Seats:
    """A server for seats. `flaw`: what two at once get, in each round or in one; `way`: who wins, and when."""

    def __init__(
        self, flaw: str = "", in_round: int = 0, lost: int = 409, more: object = None, way: str = ""
    ) -> None:
        self.flaw, self.in_round, self.lost, self.more, self.way = flaw, in_round, lost, more, way
        self.crossing, self.lock = Crossing(), threading.Condition()
        self.seen: list[int] = []
        self.taken: set[int] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        _, folder, *rest = request.url.path.split("/")
        if request.method != "POST" or folder != "seats" or len(rest) != 1 or not rest[0].isdigit():
            return reply(404, NOT_FOUND)
        seat = int(rest[0])
        if not 1 <= seat <= 200:
            return reply(404, NOT_FOUND)
        with self.lock:
            self.seen += [seat] * (seat not in self.seen)
            before = seat in self.taken
        met, place = self.crossing.meet(seat), self.seen.index(seat) + 1
        with self.lock:
            if met == "first" and self.way == "the second wins":
                self.lock.wait_for(lambda: seat in self.taken, 10)
            won = seat not in self.taken
            self.taken.add(seat)
            self.lock.notify_all()
        if met and not before and self.in_round in (0, place):
            won = {"both": True, "nobody": False}.get(self.flaw, won)
        if won and self.way == "the winner is late" and place <= 3:
            time.sleep(
                0.05
            )  # only a wrong answer is found out by this, so no right one needs it to be enough
        return reply(201 if won else self.lost, self.more)


@exercise(
    "8.8d",
    hints=[
        "Where does an AssertionError go that is raised in a thread of yours?",
        "A `threading.Barrier(2)` lets two threads go on together; join both before you look.",
        "For each of ten seats: two threads that store their status, then one assert on both.",
    ],
)
class TestSeats:
    def test_right_servers_pass(self, check_seats):
        servers = {
            "responses have no body": Seats(),
            "responses have a body": Seats(more={"seat": "yes"}),
            "the second request wins": Seats(way="the second wins"),
            "the loser has its response first": Seats(way="the winner is late"),
        }
        passes(
            check_seats, servers, means="One of the two gets a 201; which one, and in which order, is open."
        )

    def test_ten_rounds_have_two_requests_at_the_same_moment(self, check_seats):
        server = Seats()
        said_of(check_seats, server)
        found = len(server.crossing.met)
        require(
            found >= 10,
            tried="your function with a right server, which counts seats that two clients ask for at once",
            expected="10 or more",
            got=found,
            means="The second request is sent when the first one has its response, or seats are used again.",
        )

    def test_two_winners_are_noticed(self, check_seats):
        notices(
            check_seats,
            {"two at once both get a 201": Seats("both")},
            means="An assert in a thread reaches nobody: store the statuses, and look at them after join().",
        )

    def test_a_mistake_in_one_round_is_noticed(self, check_seats):
        servers = {
            f"both get a 201, only in round {each}": Seats("both", in_round=each) for each in (1, 4, 10)
        }
        notices(check_seats, servers, means="Each round counts, also the first and the last one.")

    def test_a_seat_that_nobody_gets_is_noticed(self, check_seats):
        notices(check_seats, {"two at once both get a 409": Seats("nobody")})

    def test_another_status_for_the_loser_is_noticed(self, check_seats):
        servers = {f"who comes second gets a {status}": Seats(lost=status) for status in (500, 400)}
        notices(check_seats, servers)


class Tags:
    """A server for tags; what is given differs from server to server, and subclasses break it."""

    statuses: Mapping[str, int] = {"made": 201, "again": 409, "list": 200}

    def __init__(self, names=(), zone=UTC, spelled=str, more=None, words="taken", **statuses: int) -> None:
        self.names, self.zone, self.spelled, self.words = list(names), zone, spelled, words
        self.more, self.status = more or {}, {**self.statuses, **statuses}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/tags" or request.method not in ("GET", "POST"):
            return reply(404, NOT_FOUND)
        if request.method == "GET":
            return reply(self.status["list"], {**self.more, "items": self.listed()})
        name = str(body_of(request).get("name"))
        if name in self.names:
            return reply(self.status["again"], {"title": "Conflict", "detail": self.words})
        self.names.append(name)
        return reply(self.status["made"], {**self.more, **self.made(name)})

    def made(self, name: str) -> dict:
        return {
            "name": name,
            "created_at": self.spelled(datetime(2031, 3, 30, 23, 5, 7, tzinfo=self.zone).isoformat()),
        }

    def listed(self) -> list[str]:
        return self.names


class Newest(Tags):
    """Right: the newest name comes first."""

    def listed(self):
        return self.names[::-1]


class OtherName(Tags):
    """The response has another name than the request."""

    def made(self, name):
        return {**super().made(name), "name": "tea"}


class Twice(Tags):
    """A list has each name twice."""

    def listed(self):
        return [each for each in self.names for _ in range(2)]


class WithoutTheLast(Tags):
    """A list has not heard of the newest name yet."""

    def listed(self):
        return self.names[:-1]


class Nothing(Tags):
    """A list is always empty."""

    def listed(self):
        return []


def zulu(moment: str) -> str:
    return moment.replace("+00:00", "Z")


@exercise(
    "8.8e",
    hints=[
        "Which of the asserts judges something that the contract leaves open? Which promise has no assert?",
        "Does an assert say anything about a status? What does `set` do to a name that stands twice?",
        "New names, an assert for each status, `fromisoformat` and `utcoffset`, and `count` for each name.",
    ],
)
class TestTags:
    def test_right_servers_pass(self, check_tags):
        servers = {
            "UTC as +00:00, by a clock of 2031": Tags(),
            "UTC as Z, by a clock of 2031": Tags(spelled=zulu),
            "the newest tag comes first": Newest(),
            "its own words of errors, more fields": Tags(words="Schon vergeben", more={"id": 7}),
            "it has tags already": Tags(names=["tea", "milk", "rain"]),
        }
        passes(check_tags, servers, means="Words, order, further fields and the server's clock are open.")

    def test_a_wrong_status_is_noticed(self, check_tags):
        words = "There is a tag of this name."
        servers = {
            "a new tag is a 200": Tags(made=200, words=words, spelled=zulu),
            "a tag that is there is a 200": Tags(again=200, words=words, spelled=zulu),
            "a tag that is there is a 400": Tags(again=400, words=words, spelled=zulu),
            "a list is a 203": Tags(list=203, words=words, spelled=zulu),
        }
        notices(check_tags, servers, means="A body can be right where its status is not.")

    def test_a_wrong_name_is_noticed(self, check_tags):
        notices(check_tags, {"each new tag is called tea in the response": OtherName()})

    def test_a_moment_in_another_zone_is_noticed(self, check_tags):
        berlin = timezone(timedelta(hours=2))
        servers = {
            "created_at has no offset": Tags(zone=None),
            "created_at is two hours from UTC": Tags(zone=berlin),
        }
        notices(
            check_tags,
            servers,
            means="`fromisoformat` gives a datetime; its `utcoffset()` is None without an offset.",
        )

    def test_a_wrong_list_is_noticed(self, check_tags):
        servers = {
            "names stand twice in the list": Twice(),
            "the newest name is missing": WithoutTheLast(),
            "the list is empty": Nothing(),
        }
        notices(check_tags, servers, means="Count how often each new name stands there.")
