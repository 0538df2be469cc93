"""Checks of the exercises of lesson 2.6."""

import json
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from typing import Any
from unittest.mock import patch

import psycopg2
from fastapi.testclient import TestClient
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from course.checks import (
    ask,
    client_of,
    exercise,
    expect,
    finished,
    in_thread,
    learners_line,
    require,
    wait_until_blocked,
)

NOT_COMMITTED = "Only a commit makes a change visible to others; closing a connection rolls back."
FORGOTTEN_STATUS = "A function responds with 200 unless its decorator or the function says otherwise."


def send(api: Any, url: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Status and body of one request, with the database at `url`; a slip in the learner's own code is raised.

    Of an error of the database that nobody caught, the body is what it says.
    """
    sent = {} if body is None else {"json": body}
    with patch.dict("os.environ", DATABASE_URL=f"{url}"):
        try:
            answer = TestClient(api).request(method, path, **sent)
        except psycopg2.Error as error:
            return 500, f"psycopg2.errors.{type(error).__name__}: {error}".strip()
        except Exception as error:
            if learners_line(error):
                raise
            answer = client_of(api).request(method, path, **sent)
    try:
        return answer.status_code, answer.json()
    except ValueError:
        return answer.status_code, answer.text


def crashed(body: object, otherwise: str = "") -> dict[object, str]:
    """What a 500 means: the error that came out of the path operation."""
    return {500: f"{body}".splitlines()[0] if body else "An error came out of the path operation."} | (
        {200: otherwise} if otherwise else {}
    )


class Early:
    """An API that is looked at when a response of it begins, before the client has it."""

    def __init__(self, api: Any, look: Callable[[], Any]) -> None:
        self.api, self.look, self.seen = api, look, None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def watched(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.seen = self.look()
            await send(message)

        await self.api(scope, receive, watched)


STOCK = "CREATE TABLE stock (name text PRIMARY KEY, pieces integer NOT NULL CHECK (pieces >= 0))"


class Shop:
    """The learner's API over a table of stock, and what everybody else sees in that table."""

    def __init__(self, api: Any, url: str, **stock: int) -> None:
        self.api, self.url = api, url
        ask(url, STOCK)
        for name, pieces in stock.items():
            ask(url, "INSERT INTO stock VALUES (%s, %s)", (name, pieces))
        self.before = ", ".join(f"{pieces} of {name}" for name, pieces in stock.items())

    def sell(self, name: object, pieces: object) -> tuple[int, Any]:
        return send(self.api, self.url, "POST", "/sales", {"name": name, "pieces": pieces})

    def stock(self) -> dict[str, int]:
        return dict(ask(self.url, "SELECT name, pieces FROM stock ORDER BY name"))

    def tried(self, name: object, pieces: object) -> str:
        sent = json.dumps({"name": name, "pieces": pieces}, ensure_ascii=False)
        return f"{self.before}; POST /sales {sent}"

    def beside(self, statement: str, ending: str, name: str, pieces: int) -> tuple[int, Any]:
        """A sale while another session has run a statement, which then ends with a commit or a rollback."""
        with closing(psycopg2.connect(self.url)) as other, other.cursor() as cursor:
            cursor.execute(statement)
            call = in_thread(self.sell, name, pieces)
            wait_until_blocked(self.url, call)
            getattr(other, ending)()
            require(
                finished(call),
                tried=f"{self.tried(name, pieces)}, while another session sells, and then ends",
                expected="a response",
                got="none: it still waits",
            )
            return call.result()


class Between:
    """Another session's statement, sent before the step `number` (from 1) of a request's own connections.

    A step is a statement or a commit. The request goes on when the other session has ended, or waits for it.
    """

    def __init__(self, url: str, number: int, statement: str) -> None:
        self.other: Future[Any] | None = None  # None while the request has not come so far
        self.step = ""
        self._url, self._number, self._statement, self._steps = url, number, statement, 0
        self._connect, self._at_work = psycopg2.connect, False

    def connect(self, *given: Any, **options: Any) -> Any:
        """In place of psycopg2.connect: a connection whose steps are counted, but for the other session's."""
        between = self

        class Watched(Connection):
            def commit(self) -> None:
                between._come("commit")
                super().commit()

            def cursor(self, *given: Any, cursor_factory: Any = None, **options: Any) -> Any:
                usual = cursor_factory or self.cursor_factory or Cursor

                def execute(cursor: Any, sql: Any, values: Any = None) -> Any:
                    between._come(f"{sql}".split()[0])
                    return usual.execute(cursor, sql, values)

                kind = type(usual.__name__, (usual,), {"execute": execute})
                return super().cursor(*given, cursor_factory=kind, **options)

        if not self._at_work:
            options.setdefault("connection_factory", Watched)
        return self._connect(*given, **options)

    def _come(self, step: str) -> None:
        self._steps += 1
        if self._steps == self._number:
            self.step, self._at_work = step, True
            self.other = in_thread(ask, self._url, self._statement)
            wait_until_blocked(self._url, self.other)
            self._at_work = False


@exercise(
    "2.6a",
    hints=[
        "What can another session do between your look at the stock and your change of it?",
        "Lesson 2.1 has a WHERE that chooses the rows of an UPDATE, and RETURNING; lesson 2.3 has the commit.",
        "UPDATE … SET pieces = pieces - … WHERE name = … AND pieces >= … RETURNING …; then commit. No row: ask "
        "whether the name exists, and choose between 409 and 404.",
    ],
)
class TestSell:
    def test_a_sale_is_201_with_what_is_left(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5, Rice=200)
        for name, pieces, left in [("Tea", 2, 3), ("Rice", 100, 100), ("Tea", 1, 2), ("Rice", 1, 99)]:
            status, body = shop.sell(name, pieces)
            tried = shop.tried(name, pieces)
            expect(status, 201, tried=tried, means=crashed(body, FORGOTTEN_STATUS))
            expect(body, {"name": name, "left": left}, tried=f"{tried}: the body")
            shop.before = ", ".join(f"{count} of {each}" for each, count in shop.stock().items())

    def test_other_sessions_see_what_is_left(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5, Rice=7)
        shop.api = early = Early(sales_api, shop.stock)
        shop.sell("Tea", 2)
        wanted, tried = {"Rice": 7, "Tea": 3}, f"{shop.tried('Tea', 2)}; the stock as another session sees it"
        expect(shop.stock(), wanted, tried=tried, means=NOT_COMMITTED)
        late = "The commit came after the response. By default, what stands below a yield runs that late."
        expect(early.seen, wanted, tried=f"{tried} when the response begins", means=late)

    def test_the_last_pieces_are_sold(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5)
        status, body = shop.sell("Tea", 5)
        expect((status, body), (201, {"name": "Tea", "left": 0}), tried=shop.tried("Tea", 5))

    def test_more_than_there_are_is_409(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5, Salt=0)
        for name, pieces in [("Tea", 6), ("Tea", 100), ("Salt", 1)]:
            status, body = shop.sell(name, pieces)
            tried = shop.tried(name, pieces)
            expect(status, 409, tried=tried, means=crashed(body))
            expect(shop.stock(), {"Salt": 0, "Tea": 5}, tried=f"{tried}; the stock afterwards")
        expect(shop.sell("Tea", 5)[0], 201, tried="three sales that are refused, then one of all 5 pieces")

    def test_a_name_that_is_not_there_is_404(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5)
        for name in ["Coffee", "tea", "", "Tea' OR name = 'Tea"]:
            status, body = shop.sell(name, 1)
            tried = shop.tried(name, 1)
            expect(status, 404, tried=tried, means=crashed(body))
            expect(shop.stock(), {"Tea": 5}, tried=f"{tried}; the stock afterwards")

    def test_pieces_are_a_whole_number_from_1_to_100(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=500)
        for pieces in [0, -3, 101, 1.5, None, "many"]:
            status, body = shop.sell("Tea", pieces)
            tried = shop.tried("Tea", pieces)
            expect(status, 422, tried=tried, means=crashed(body))
            expect(shop.stock(), {"Tea": 500}, tried=f"{tried}; the stock afterwards")
        status, _ = send(sales_api, database_url, "POST", "/sales", {"name": "Tea"})
        expect(status, 422, tried='POST /sales {"name": "Tea"}')

    def test_a_name_is_a_value_and_nothing_else(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, **{"O'Neil's 100 %": 5, "Tea": 5})
        status, body = shop.sell("O'Neil's 100 %", 2)
        tried = shop.tried("O'Neil's 100 %", 2)
        expect((status, body), (201, {"name": "O'Neil's 100 %", "left": 3}), tried=tried)

    def test_no_piece_is_sold_twice(self, sales_api, database_url):
        other = "UPDATE stock SET pieces = pieces - 1 WHERE name = 'Tea'"
        shop = Shop(sales_api, database_url, Tea=5)
        while_one = "while another session has sold 1 and then commits"
        tried = f"{shop.tried('Tea', 5)}, {while_one}"
        status, body = shop.beside(other, "commit", "Tea", 5)
        late = "What you read is out of date when the other session commits. Let the UPDATE itself decide."
        expect(status, 409, tried=tried, means=crashed(body) | {201: late, 404: late})
        expect(shop.stock(), {"Tea": 4}, tried=f"{tried}; the stock afterwards")
        shop.before = "4 of Tea"
        tried = f"{shop.tried('Tea', 2)}, {while_one}"
        status, body = shop.beside(other, "commit", "Tea", 2)
        expect(status, 201, tried=tried, means=crashed(body))
        over = (
            "The sale of the other session was written over: subtract in the statement, from what is there."
        )
        expect(shop.stock(), {"Tea": 1}, tried=f"{tried}; the stock afterwards", means=over)
        expect(body, {"name": "Tea", "left": 1}, tried=f"{tried}: the body")

    def test_a_sale_between_two_steps_is_not_lost(self, sales_api, database_url):
        other = "UPDATE stock SET pieces = pieces - 1 WHERE name = 'Tea' AND pieces > 0"
        lock = "A lock ends with its transaction. What was read under it is old in the next one."
        shop = Shop(sales_api, database_url, Tea=5)
        for pieces in [2, 5]:
            for number in range(1, 20):
                ask(database_url, "UPDATE stock SET pieces = 5")
                between = Between(database_url, number, other)
                with patch("psycopg2.connect", between.connect):
                    status, body = shop.sell("Tea", pieces)
                if between.other is None:  # it takes fewer steps
                    break
                tried = f"{shop.tried('Tea', pieces)}; before your {between.step}, another session sells 1"
                require(finished(between.other), tried=tried, expected="both end", got="the other one waits")
                if pieces == 2:
                    expect(status, 201, tried=tried, means=crashed(body))
                else:  # who is first gets it
                    require(status in (201, 409), tried=tried, expected="201 or 409", got=f"{status} {body}")
                wanted = {2: 2, 5: 0 if status == 201 else 4}[pieces]
                expect(shop.stock(), {"Tea": wanted}, tried=f"{tried}; the stock afterwards", means=lock)

    def test_a_sale_that_the_other_takes_back_leaves_all_pieces(self, sales_api, database_url):
        shop = Shop(sales_api, database_url, Tea=5)
        other = "UPDATE stock SET pieces = pieces - 1 WHERE name = 'Tea'"
        got = shop.beside(other, "rollback", "Tea", 5)
        tried = f"{shop.tried('Tea', 5)}, while another session has sold 1 and then rolls back"
        expect(got, (201, {"name": "Tea", "left": 0}), tried=tried)


TASKS = "CREATE TABLE tasks (id integer PRIMARY KEY, title text NOT NULL, assignee text)"
FIRST = {
    1: ("Dishes", "ada"),
    2: ("Garden", None),
    3: ("Shopping", "ben"),
    4: ("Windows", None),
    5: ("Cooking", "ada"),
}


class Plan:
    """The learner's API over five tasks, and what everybody else sees of them."""

    def __init__(self, api: Any, url: str) -> None:
        self.api, self.url = api, url
        ask(url, TASKS)
        for number in [3, 1, 5, 2, 4]:
            ask(url, "INSERT INTO tasks VALUES (%s, %s, %s)", (number, *FIRST[number]))

    def change(self, number: int, sent: dict) -> tuple[int, Any]:
        return send(self.api, self.url, "PATCH", f"/tasks/{number}", sent)

    def stored(self) -> dict[int, tuple]:
        return {number: (title, who) for number, title, who in ask(self.url, "TABLE tasks ORDER BY id")}

    def tried(self, number: int, sent: dict) -> str:
        title, who = self.stored().get(number, ("no such task", None))
        stands = f"{title}, which {who} does" if who else f"{title}, which nobody does"
        return f"{stands}; PATCH /tasks/{number} {json.dumps(sent)}"


@exercise(
    "2.6b",
    hints=[
        "For which of two requests does the statement receive the same values, though they want something else?",
        "Lesson 1.5 tells what was left out from what was null; lesson 2.1 has the comparison with a NULL.",
        "exclude_unset=True; a title without | None; in the statement a CASE that is told whether an assignee was "
        "sent; IS DISTINCT FROM.",
    ],
)
class TestTasks:
    def test_what_was_sent_changes_and_the_rest_stays(self, tasks_api, database_url):
        plan = Plan(tasks_api, database_url)
        for number, sent in [
            (1, {"assignee": "ben"}),
            (2, {"assignee": "eve"}),
            (3, {"title": "Market"}),
            (4, {"title": "All windows"}),
            (5, {"title": "Lunch", "assignee": "eve"}),
            (5, {"title": "O'Neil's 100 %", "assignee": "O'Neil"}),
            (1, {}),
            (3, {"title": ""}),
            (4, {"assignee": ""}),
        ]:
            self.compare(plan, number, sent)

    def test_a_null_takes_the_task_from_its_assignee(self, tasks_api, database_url):
        plan = Plan(tasks_api, database_url)
        for number, sent in [
            (1, {"assignee": None}),
            (3, {"assignee": None, "title": "Market"}),
            (2, {"assignee": None}),
        ]:
            self.compare(plan, number, sent, "coalesce takes the old value for every NULL, sent or not.")

    def test_a_title_of_null_is_422_and_changes_nothing(self, tasks_api, database_url):
        plan = Plan(tasks_api, database_url)
        for sent in [{"title": None}, {"title": None, "assignee": "eve"}, {"assignee": None, "title": None}]:
            tried = plan.tried(1, sent)
            status, body = plan.change(1, sent)
            allowed = (
                "The model allows null for the title. A default allows it to be left out, and that is enough."
            )
            expect(status, 422, tried=tried, means=crashed(body, allowed))
            expect(plan.stored(), FIRST, tried=f"{tried}; all tasks afterwards")

    def test_the_list_has_the_tasks_of_others_and_of_nobody(self, tasks_api, database_url):
        plan = Plan(tasks_api, database_url)
        for name, wanted in [("ada", [2, 3, 4]), ("ben", [1, 2, 4, 5]), ("eve", [1, 2, 3, 4, 5])]:
            status, body = send(tasks_api, database_url, "GET", f"/tasks?without={name}")
            tried = f"tasks 1 and 5 are Ada's, 3 is Ben's, 2 and 4 nobody's; GET /tasks?without={name}"
            expect(status, 200, tried=tried, means=crashed(body))
            require(isinstance(body, list), tried=tried, expected="a list", got=body)
            found = [each.get("id") for each in body if isinstance(each, dict)]
            unknown = (
                "NULL <> 'ada' is neither true nor false but unknown, and WHERE keeps only what is true."
            )
            expect(
                found, wanted, tried=f"{tried}: the ids", means=unknown if set(found) < set(wanted) else None
            )
            whole = [
                dict(zip(("id", "title", "assignee"), (each, *FIRST[each]), strict=True)) for each in wanted
            ]
            expect(body, whole, tried=f"{tried}: the body")
        plan.change(1, {"assignee": "ben"})
        _, body = send(tasks_api, database_url, "GET", "/tasks?without=ben")
        expect(
            [each["id"] for each in body],
            [2, 4, 5],
            tried="task 1 goes to Ben; GET /tasks?without=ben: the ids",
        )

    def test_a_task_that_does_not_exist_is_404(self, tasks_api, database_url):
        plan = Plan(tasks_api, database_url)
        for number, sent in [
            (6, {"assignee": "eve"}),
            (0, {"assignee": None}),
            (6, {"title": "New"}),
            (7, {}),
        ]:
            tried = plan.tried(number, sent)
            status, body = plan.change(number, sent)
            expect(status, 404, tried=tried, means=crashed(body))
            expect(plan.stored(), FIRST, tried=f"{tried}; all tasks afterwards")

    def compare(self, plan: Plan, number: int, sent: dict, means: str = "") -> None:
        before, tried = plan.stored(), plan.tried(number, sent)
        title, who = before[number]
        wanted = {"id": number, "title": title, "assignee": who} | sent
        status, body = plan.change(number, sent)
        expect(status, 200, tried=tried, means=crashed(body))
        expect(body, wanted, tried=f"{tried}: the body", means=means)
        after = before | {number: (wanted["title"], wanted["assignee"])}
        expect(plan.stored(), after, tried=f"{tried}; all tasks, from another session", means=NOT_COMMITTED)
