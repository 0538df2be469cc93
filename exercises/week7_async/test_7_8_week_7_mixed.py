"""Checks of the exercises of lesson 7.8."""

import asyncio
import threading

import httpx

from course.checks import exercise, expect, on_a_loop, require


def kinds(error):
    """ "raised …" with the type of an error, or with the types of those in a group."""
    return f"raised {' and '.join(sorted({type(each).__name__ for each in alone(error)}))}"


def alone(error):
    """The errors in a group, however deep."""
    if isinstance(error, ExceptionGroup):
        return [one for each in error.exceptions for one in alone(each)]
    return [error]


# 7.8a ----------------------------------------------------------------------------------------


ROUNDS = 10  # of the loop: a note has ended by then


class Users:
    """ana and ben have hashes; each method takes some rounds of the loop."""

    def __init__(self, broken=False):
        self.hashes = {"ana": "<tea>", "ben": "<soup>"}
        self.noted, self.broken = [], broken

    async def hash_of(self, name):
        await asyncio.sleep(0)
        return self.hashes.get(name)

    async def note(self, name):
        for _ in range(3):
            await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError("The log is full.")
        self.noted.append(name)


class Hasher:
    """A hash is the password in brackets; the one of nobody fits "of nobody".

    Each `verify` lasts until the loop has gone on for some rounds, at most for `patient` seconds.
    """

    def __init__(self, dummy, patient):
        self.loop, self.thread, self.patient = asyncio.get_running_loop(), threading.get_ident(), patient
        self.dummy, self.verified, self.went_on = dummy, [], True

    def verify(self, password, hash):
        self.verified.append((password, hash))
        if self.patient:
            ran = threading.Event()
            self.loop.call_soon_threadsafe(self._go_on, ran, ROUNDS)
            self.went_on &= threading.get_ident() != self.thread and ran.wait(self.patient)
        return hash == f"<{password}>" or (hash, password) == (self.dummy, "of nobody")

    def _go_on(self, ran, rounds):
        ran.set() if rounds == 0 else self.loop.call_soon(self._go_on, ran, rounds - 1)


class Login:
    """How one call ended: `got`, the text of a refusal in `said`, and what users and hasher had noted by then."""

    def __init__(self, given, name, password, broken=False, patient=0):
        log_in, refused, dummy = given
        self.tried = f"await log_in(users, hasher, {name!r}, {password!r})"

        async def one():
            users, hasher = Users(broken), Hasher(dummy, patient)
            self.said = None
            try:
                self.got = await log_in(users, hasher, name, password)
            except refused as error:
                self.got, self.said = "raised Refused", str(error)
            except Exception as error:
                self.got = kinds(error)
            self.noted, self.verified, self.went_on = list(users.noted), hasher.verified, hasher.went_on

        on_a_loop(one, tried=self.tried, most=8)


STRANGERS = [("ana", "soup"), ("ben", "tea"), ("zoe", "tea"), ("ANA", "tea"), ("", ""), ("ana", "of nobody")]


@exercise(
    "7.8a",
    hints=[
        "What differs between a login with an unknown name and one with a wrong password: the text, and what else?",
        "Which of the three calls in the starter waits for something, and which one computes? Lesson 5.1 has a hash "
        "for names that nobody has, and lesson 7.4 a place for what computes.",
        "read the hash; right = await asyncio.to_thread(…, password, the hash or DUMMY); one if with one raise; "
        "await the note; return",
    ],
)
class TestLogIn:
    def test_the_right_password_gives_the_name_and_is_noted(self, log_in, Refused, DUMMY):
        for name, password in [("ana", "tea"), ("ben", "soup")]:
            login = Login((log_in, Refused, DUMMY), name, password)
            expect(login.got, name, tried=login.tried)
            expect(
                login.noted,
                [name],
                tried=f"{login.tried}; the logins that were noted when it returned",
                means=None
                if login.noted
                else "A task that nobody awaits has not run when the function returns.",
            )

    def test_everything_else_is_refused(self, log_in, Refused, DUMMY):
        for name, password in STRANGERS:
            login = Login((log_in, Refused, DUMMY), name, password)
            means = {
                name: "The result of to_thread is there after an `await`; before, it is a coroutine, which is true."
            }
            expect(login.got, "raised Refused", tried=login.tried, means=means)

    def test_no_password_lets_in_a_name_that_nobody_has(self, log_in, Refused, DUMMY):
        login = Login((log_in, Refused, DUMMY), "zoe", "of nobody")
        expect(
            login.got,
            "raised Refused",
            tried=f"{login.tried}, where nobody has this name, and verify returns True",
            means={"zoe": "A password that fits DUMMY is still nobody's password."},
        )

    def test_each_refusal_has_the_same_text(self, log_in, Refused, DUMMY):
        first = Login((log_in, Refused, DUMMY), *STRANGERS[0])
        for name, password in STRANGERS[1:]:
            login = Login((log_in, Refused, DUMMY), name, password)
            tried = f"{login.tried}; its text, and the one for {STRANGERS[0]}"
            expect(
                login.said, first.said, tried=tried, means="The text tells a stranger which names are taken."
            )

    def test_a_refused_login_is_not_noted(self, log_in, Refused, DUMMY):
        patient = 5
        for name, password in [*STRANGERS, ("zoe", "of nobody")]:
            login = Login((log_in, Refused, DUMMY), name, password, patient=patient)
            patient = (
                patient if login.went_on else 0
            )  # a loop that stands still is told by another expectation
            expect(login.noted, [], tried=f"{login.tried}; the logins that were noted")

    def test_each_call_verifies_one_hash(self, log_in, Refused, DUMMY):
        own = {"ana": "<tea>", "ben": "<soup>"}
        for name, password in [("ana", "tea"), *STRANGERS, ("zoe", "of nobody")]:
            login = Login((log_in, Refused, DUMMY), name, password)
            quick = "Without a hash to verify, the response is quick, and a clock tells who has an account."
            expect(
                login.verified,
                [(password, own.get(name, DUMMY))],
                tried=f"{login.tried}; the passwords and hashes that were verified",
                means=None if login.verified else quick,
            )

    def test_the_loop_goes_on_meanwhile(self, log_in, Refused, DUMMY):
        for name, password in [("ana", "tea"), ("ana", "soup"), ("zoe", "tea")]:
            login = Login((log_in, Refused, DUMMY), name, password, patient=5)
            require(
                login.went_on,
                tried=f"{login.tried}; another task of the loop, while hasher.verify runs",
                expected="it runs",
                got="it waits",
                means="The loop's thread does not get on until verify has ended.",
            )

    def test_an_error_of_note_is_raised(self, log_in, Refused, DUMMY):
        login = Login((log_in, Refused, DUMMY), "ana", "tea", broken=True)
        expect(
            login.got,
            "raised ConnectionError",
            tried=f"{login.tried}, where note raises a ConnectionError",
            means={"ana": "No error comes out of a task that nobody awaits."},
        )


# 7.8b ----------------------------------------------------------------------------------------


class Api:
    """Pages of authors behind an `httpx.AsyncClient`. `then(author, cursor)` runs before each response.

    `pages` has for each author a dict from the cursor ("" for the first page) to titles and the next cursor.
    """

    def __init__(self, pages, then=None):
        self.pages, self.then, self.on_the_way, self.unknown = pages, then, 0, []

    def client(self):
        return httpx.AsyncClient(
            transport=httpx.MockTransport(self._respond), base_url="http://postboard.test"
        )

    async def _respond(self, request):
        self.on_the_way += 1
        try:
            return await self._response(request)
        finally:
            self.on_the_way -= 1

    async def _response(self, request):
        asked = dict(request.url.params.multi_items())
        author, cursor = asked.pop("author", None), asked.pop("after", "")
        if (request.method, request.url.path) != ("GET", "/posts") or asked:
            self.unknown.append(f"{request.method} {request.url.path} {asked}")
            return httpx.Response(400)
        if self.then and (response := await self.then(author, cursor)):
            return response
        if author not in self.pages:
            self.unknown.append(f"the author {author!r}")
            return httpx.Response(404, json={"detail": "No such author"})
        if cursor not in self.pages[author]:
            self.unknown.append(f"the cursor {cursor!r}")
            return httpx.Response(400, json={"detail": "No such cursor"})
        titles, following = self.pages[author][cursor]
        items = [{"title": title, "id": number} for number, title in enumerate(titles, 1)]
        return httpx.Response(200, json={"items": items, "next": following})


BOARD = {
    "ana": {"": (["Tea", "Rain"], "c7"), "c7": (["Art"], "c8"), "c8": (["Maps", "Ice"], None)},
    "ben": {"": (["Wind"], None)},
    "cy": {"": ([], None)},
}


@exercise(
    "7.8b",
    hints=[
        "What has to wait for what: one page of an author for another, or one author for another?",
        "Look at how lesson 7.4 runs several calls at once and ends them together, and at `params` of httpx.",
        "A coroutine function for one author: a loop that asks, adds the titles and takes the next cursor; a TaskGroup "
        "with a task for each author; a dict of the results.",
    ],
)
class TestTitlesOf:
    def test_each_author_has_the_titles_of_all_pages(self, titles_of):
        got = self.run(titles_of, Api(BOARD), ["ana", "ben", "cy"])
        wanted = {"ana": ["Tea", "Rain", "Art", "Maps", "Ice"], "ben": ["Wind"], "cy": []}
        expect(got, wanted, tried="await titles_of(client, ['ana', 'ben', 'cy']), where ana has three pages")
        got = self.run(titles_of, Api(BOARD), ["ben"])
        expect(got, {"ben": ["Wind"]}, tried="await titles_of(client, ['ben'])")

    def test_names_and_cursors_arrive_unchanged(self, titles_of):
        names, cursors = ["tea & co", "a+b", "50%41", "é#1?=x"], ["c+7/==", "a&author=ben", "%2B", "x y#"]
        for name, cursor in zip(names, cursors, strict=True):
            api = Api({name: {"": (["Tea"], cursor), cursor: (["Rain"], None)}})
            got = self.run(titles_of, api, [name])
            means = "A client that builds the URL itself has to escape what it puts in; `params` does so."
            said = f"await titles_of(client, [{name!r}]), where the first page has the next cursor {cursor!r}"
            tried = f"{said}; what came to the server and is unknown there" if api.unknown else said
            expect(api.unknown, [], tried=tried, means=means)
            expect(got, {name: ["Tea", "Rain"]}, tried=said)

    def test_a_page_without_items_may_have_a_next_one(self, titles_of):
        api = Api({"dan": {"": ([], "c1"), "c1": (["Tea"], "c2"), "c2": ([], "c3"), "c3": (["Rain"], None)}})
        got = self.run(titles_of, api, ["dan"])
        tried = "await titles_of(client, ['dan']), whose first and third page have no items"
        expect(got, {"dan": ["Tea", "Rain"]}, tried=tried, means="Only `next` says whether there are more.")

    def test_all_authors_are_read_at_the_same_time(self, titles_of):
        async def run():
            meeting = asyncio.Barrier(3)

            async def meet(author, cursor):
                if not cursor:
                    await meeting.wait()

            async with Api(BOARD, meet).client() as client:
                return list(await titles_of(client, ["ana", "ben", "cy"]))

        tried = "await titles_of(client, ['ana', 'ben', 'cy']), where the API waits until it has heard all three names"
        expect(
            sorted(on_a_loop(run, tried=tried)), ["ana", "ben", "cy"], tried=f"{tried}; the names in the dict"
        )

    def test_an_author_with_a_404_has_none(self, titles_of):
        got = self.run(titles_of, Api(BOARD), ["zoe", "ana", "yan", "ben"])
        wanted = {"zoe": None, "ana": ["Tea", "Rain", "Art", "Maps", "Ice"], "yan": None, "ben": ["Wind"]}
        tried = "await titles_of(client, ['zoe', 'ana', 'yan', 'ben']), where zoe and yan get a 404"
        expect(got, wanted, tried=tried)

    def test_any_other_status_that_is_not_2xx_is_an_error(self, titles_of):
        for status in [500, 503, 401, 422, 304]:
            for where in ["", "c7", "c8"]:
                self.is_an_error(titles_of, status, where)

    def test_a_404_on_a_later_page_is_an_error(self, titles_of):
        for where in ["c7", "c8"]:
            self.is_an_error(titles_of, 404, where, "There is such an author: the first page was a 200.")

    def is_an_error(self, titles_of, status, where, means=None):
        got, _ = self.fails(titles_of, status, where)
        tried = f"await titles_of(client, ['ben', 'ana']), where ana's {page(where)} page is a {status}"
        expect(got, "raised HTTPStatusError", tried=tried, means=means)

    def test_after_an_error_no_request_is_still_running(self, titles_of):
        for where in ["", "c8"]:
            _, on_the_way = self.fails(titles_of, 500, where, others_wait=True)
            tried = f"await titles_of(client, ['ben', 'ana']), where ana's {page(where)} page is a 500 and ben's takes long"
            means = "gather raises the first error at once, and lets the others go on."
            expect(on_the_way, 0, tried=f"{tried}; then the requests that are still running", means=means)

    def run(self, titles_of, api, authors):
        async def one():
            async with api.client() as client:
                return await self.outcome(titles_of(client, authors))

        return on_a_loop(one, tried=f"await titles_of(client, {authors})")

    async def outcome(self, waits):
        try:
            return await waits
        except httpx.HTTPStatusError as error:
            return kinds(error)
        except ExceptionGroup as group:
            return kinds(group)

    def fails(self, titles_of, status, where, others_wait=False):
        """How it ended when ana's page at this cursor has the status, and how many requests were left."""

        async def run():
            begun = asyncio.Event()

            async def then(author, cursor):
                if author == "ben" and others_wait:
                    begun.set()
                    for _ in range(300):  # long, but whoever waits for all of them ends
                        await asyncio.sleep(0)
                if (author, cursor) == ("ana", where):
                    if others_wait:
                        await begun.wait()
                    return httpx.Response(status, json={"items": [], "next": None})
                return None

            api = Api(BOARD, then)
            async with api.client() as client:
                got = await self.outcome(titles_of(client, ["ben", "ana"]))
                return got, api.on_the_way

        return on_a_loop(run, tried=f"await titles_of(client, ['ben', 'ana']), where a page is a {status}")


def page(cursor):
    return {"": "first", "c7": "second", "c8": "third"}[cursor]
