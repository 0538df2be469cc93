"""Checks of the exercises of lesson 2.1: the learner's SQL is run in a clean database, never read."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any

import psycopg2

from course.checks import exercise, expect, require

POSTS = """
CREATE TABLE posts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL UNIQUE CHECK (length(title) BETWEEN 1 AND 200),
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
    published boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
)
"""
NO_DEFAULT = {None: "It is NULL: nothing filled it in. That takes a DEFAULT."}
ADD_POST = "INSERT INTO posts (id, title, content, published) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, %s)"


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A cursor whose statements are committed one by one; its clock is neither UTC nor the tests' own."""
    link = psycopg2.connect(url)
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SET TimeZone TO 'America/New_York'")
            yield cursor
    finally:
        link.close()


def run(cursor: Any, name: str, sql: Any) -> None:
    """Run the learner's text; what PostgreSQL says against it becomes part of the verdict."""
    require(isinstance(sql, str), tried=name, expected="SQL as text, in a Python string", got=sql)
    try:
        cursor.execute(sql)
    except psycopg2.Error as problem:
        said = (str(problem).strip() or type(problem).__name__).splitlines()[0]
        require(False, tried=f"{name} is sent to PostgreSQL", expected="that it runs", got=said)


def rows(cursor: Any, name: str, sql: Any) -> list[dict[str, Any]]:
    """The rows that the learner's text gives back, by column name."""
    run(cursor, name, sql)
    require(
        cursor.description is not None,
        tried=f"{name} is sent to PostgreSQL",
        expected="rows back",
        got=cursor.statusmessage,
        means="It ran and gave back no rows. SELECT gives rows; so does RETURNING after a change.",
    )
    columns = [column.name for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


TITLES = ["sql", "SQL", "sQl", "SQLite", "NoSQL", "s_l", "S Q L", "Ideas", "O'Neil", "100 %", "Größe", ""]


def tables_of_posts(seed: int) -> list[list[tuple[int, str, str, bool]]]:
    """Tables of none to nine posts (id, title, content, published), the small ones first; always the same."""
    draw, tables = Random(seed), []
    for size in [0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9]:
        numbers = draw.sample(range(1, 120), size)
        titles = [f"{draw.choice(TITLES)} {number}" for number in numbers]
        contents = [draw.choice("xé %") * draw.choice([18, 19, 20, 21]) for _ in numbers]
        published = [draw.random() < 0.6 for _ in numbers]
        tables.append(list(zip(numbers, titles, contents, published, strict=True)))
    return tables


def refill(cursor: Any, posts: list[tuple[int, str, str, bool]]) -> None:
    """Put these posts in the place of those that are stored, in one message to the server."""
    cursor.execute(
        "; ".join(["DELETE FROM posts"] + [cursor.mogrify(ADD_POST, post).decode() for post in posts])
    )


def shown(posts: list[tuple[int, str, str, bool]], length: bool = False) -> str:
    """A table of posts in words."""
    words = [
        f"{number} {title!r}"
        + (f" with {len(content)} characters" if length else "")
        + ("" if published else ", a draft")
        for number, title, content, published in posts
    ]
    return f"the posts {'; '.join(words)}" if words else "a table without posts"


def values(found: list[dict[str, Any]], column: str, name: str) -> list[Any]:
    """One column of the rows. Raises ExpectationFailed when it is not there."""
    require(
        all(column in row for row in found),
        tried=f"the columns that {name} gives back",
        expected=f"{column!r} among them",
        got=list(found[0]) if found else [],
    )
    return [row[column] for row in found]


def accepted(cursor: Any, sql: str, *, because: str) -> None:
    """Require that PostgreSQL takes a row that is right."""
    try:
        cursor.execute(sql)
    except psycopg2.Error as problem:
        require(False, tried=sql, expected=because, got=str(problem).splitlines()[0])


def refused(cursor: Any, sql: str, *, means: str) -> None:
    """Require that PostgreSQL refuses a row that is wrong."""
    try:
        cursor.execute(sql)
    except psycopg2.Error:
        return
    require(False, tried=sql, expected="an error", got=cursor.statusmessage, means=means)


@exercise(
    "2.1a",
    hints=[
        "Which of the four wishes concern the choice of rows, which their order, which their number?",
        "The lesson's table of conditions has one that takes capitals and small letters alike.",
        "SELECT … FROM posts WHERE … AND … ORDER BY … LIMIT …",
    ],
)
class TestFindSqlPosts:
    def found(self, url, sql, posts):
        with connected(url) as cursor:
            cursor.execute(POSTS)
            for number, title, published in posts:
                cursor.execute(ADD_POST, [number, title, f"sql, or not: {title}", published])
            return rows(cursor, "find_sql_posts", sql)

    def titles(self, url, sql, posts):
        return values(self.found(url, sql, posts), "title", "find_sql_posts")

    def test_it_finds_the_word_wherever_it_stands(self, database_url, find_sql_posts):
        posts = [(1, "sql first", True), (2, "Let us sql", True), (3, "my-sql-notes", True)]
        got = self.titles(database_url, find_sql_posts, posts)
        expect(
            sorted(got), ["Let us sql", "my-sql-notes", "sql first"], tried="three titles with sql in them"
        )

    def test_capitals_do_not_matter(self, database_url, find_sql_posts):
        posts = [(1, "PostgreSQL", True), (2, "Sql", True), (3, "sql", True)]
        expect(
            sorted(self.titles(database_url, find_sql_posts, posts)),
            ["PostgreSQL", "Sql", "sql"],
            tried='the titles "PostgreSQL", "Sql" and "sql"',
            means="LIKE tells capitals from small letters.",
        )

    def test_other_titles_are_left_out(self, database_url, find_sql_posts):
        posts = [(1, "SQL", True), (2, "Sequel", True), (3, "S Q L", True)]
        expect(
            self.titles(database_url, find_sql_posts, posts),
            ["SQL"],
            tried='the titles "SQL", "Sequel" and "S Q L"; all three have sql in their content',
        )

    def test_drafts_are_left_out(self, database_url, find_sql_posts):
        posts = [(1, "SQL, a draft", False), (2, "SQL, published", True), (3, "sql, a draft", False)]
        expect(
            self.titles(database_url, find_sql_posts, posts),
            ["SQL, published"],
            tried="one published post and two drafts",
            means="The drafts have published = false. AND binds stronger than OR: use brackets.",
        )

    def test_the_highest_id_comes_first(self, database_url, find_sql_posts):
        posts = [(20, "b sql", True), (9, "c sql", True), (101, "a sql", True)]
        got = self.found(database_url, find_sql_posts, posts)
        expect(values(got, "id", "find_sql_posts"), [101, 20, 9], tried="the posts 9, 20 and 101")

    def test_there_are_at_most_three(self, database_url, find_sql_posts):
        posts = [(number, f"SQL, part {number}", True) for number in (3, 1, 6, 2, 5, 4)]
        got = self.found(database_url, find_sql_posts, posts)
        expect(values(got, "id", "find_sql_posts"), [6, 5, 4], tried="six posts, 1 to 6")

    def test_it_gives_id_and_title_only(self, database_url, find_sql_posts):
        got = self.found(database_url, find_sql_posts, [(4, "SQL", True)])
        expect(got, [{"id": 4, "title": "SQL"}], tried="one post, number 4")

    def test_drafts_and_other_titles_take_no_place_among_the_three(self, database_url, find_sql_posts):
        posts = [(1, "sql first", True), (2, "SQL", True), (4, "sql, a draft", False), (6, "Ideas", True)]
        posts += [(7, "Notes", True), (8, "Sql, a draft", False)]
        expect(
            self.titles(database_url, find_sql_posts, posts),
            ["SQL", "sql first"],
            tried="six posts; of the newest four, two are drafts, and two have no sql in their title",
            means="The rows are counted before the drafts and the other titles are left out.",
        )

    def test_it_holds_for_any_posts(self, database_url, find_sql_posts):
        with connected(database_url) as cursor:
            cursor.execute(POSTS)
            for posts in tables_of_posts(21):
                refill(cursor, posts)
                chosen = [(n, title) for n, title, _, out in posts if out and "sql" in title.lower()]
                wanted = [{"id": n, "title": title} for n, title in sorted(chosen, reverse=True)[:3]]
                expect(rows(cursor, "find_sql_posts", find_sql_posts), wanted, tried=shown(posts))


@exercise(
    "2.1b",
    hints=[
        "Which rows are to change, and which of those does your statement give back?",
        "In the lesson, an UPDATE gave back what it had done.",
        "UPDATE … SET … WHERE … AND … RETURNING …",
    ],
)
class TestPublishDrafts:
    STORED = {
        1: ("Out already", "x" * 40, True),
        2: ("Long draft ", "y" * 33, False),
        3: ("Short draft", "z" * 19, False),
        4: ("Exactly twenty", "w" * 20, False),
        5: ("Out and short", "v" * 3, True),
        6: ("Nineteen accents", "é" * 19, False),
        7: ("Ten lines", "a\n" * 10, False),
    }

    def published(self, url, sql, times=1):
        """What came back the last time, and the table afterwards."""
        with connected(url) as cursor:
            cursor.execute(POSTS)
            for number, post in self.STORED.items():
                cursor.execute(ADD_POST, [number, *post])
            cursor.execute("UPDATE posts SET created_at = '2026-01-01 00:00+00'")
            for _ in range(times):
                back = rows(cursor, "publish_drafts", sql)
            cursor.execute("SELECT id, title, content, published, created_at, xmin::text FROM posts")
            return back, {number: tuple(post) for number, *post in cursor.fetchall()}

    def test_long_drafts_become_published(self, database_url, publish_drafts):
        _, after = self.published(database_url, publish_drafts)
        for number, length in {
            2: "33 characters",
            4: "20 characters",
            7: "20 characters in ten lines",
        }.items():
            expect(
                after.get(number, (None,) * 4)[2],
                True,
                tried=f"published of a draft with {length}, afterwards",
                means="At least 20 means that 20 is enough."
                if number == 4
                else "SELECT only looks; UPDATE changes rows.",
            )

    def test_short_drafts_stay_drafts(self, database_url, publish_drafts):
        _, after = self.published(database_url, publish_drafts)
        for number in (3, 6):
            expect(
                after.get(number, (None,) * 4)[2],
                False,
                tried=f"published of a draft with 19 characters ({self.STORED[number][1][0]}…), afterwards",
                means="length counts characters; octet_length counts bytes." if number == 6 else None,
            )

    def test_nothing_else_is_changed(self, database_url, publish_drafts):
        _, after = self.published(database_url, publish_drafts)
        before = {number: post[:2] for number, post in self.STORED.items()}
        got = {number: post[:2] for number, post in after.items()}
        expect(got, before, tried="titles and contents, afterwards")
        expect([after[1][2], after[5][2]], [True, True], tried="published of the published posts, afterwards")
        days = {post[3].astimezone(UTC).date().isoformat() for post in after.values()}
        expect(
            days, {"2026-01-01"}, tried="created_at of posts that were all created on 2026-01-01, afterwards"
        )
        expect(
            len({after[number][4] for number in (1, 3, 5, 6)}),
            1,
            tried="two posts that were published before and two short drafts: how many statements wrote them last",
            means="Setting true to true writes the row anew: let WHERE choose the drafts only.",
        )

    def test_it_is_one_statement(self, database_url, publish_drafts):
        with connected(database_url) as cursor:
            cursor.execute(POSTS)
            run(cursor, "publish_drafts", publish_drafts)
            # PREPARE takes the first statement; what follows it is run, and tells its own status.
            run(cursor, "publish_drafts", f"PREPARE only_one AS {publish_drafts}")
            expect(
                cursor.statusmessage,
                "PREPARE",
                tried="PREPARE only_one AS, followed by publish_drafts: what PostgreSQL has done last",
                means="There is a second statement behind the first. One UPDATE can change rows and give them back.",
            )

    def test_it_holds_for_any_posts(self, database_url, publish_drafts):
        with connected(database_url) as cursor:
            cursor.execute(POSTS)
            for posts in tables_of_posts(22):
                refill(cursor, posts)
                changed = {n: title for n, title, content, out in posts if not out and len(content) >= 20}
                back = rows(cursor, "publish_drafts", publish_drafts)
                wanted = [{"id": n, "title": title} for n, title in sorted(changed.items())]
                tried = shown(posts, length=True)
                expect(sorted(back, key=lambda row: str(row.get("id")).rjust(9)), wanted, tried=tried)
                cursor.execute("SELECT id, title, content, published FROM posts ORDER BY id")
                wanted = sorted((n, title, content, out or n in changed) for n, title, content, out in posts)
                expect(cursor.fetchall(), wanted, tried=f"{tried}; all posts afterwards")

    def test_it_gives_back_the_posts_that_it_changed(self, database_url, publish_drafts):
        back, _ = self.published(database_url, publish_drafts)
        expect(
            sorted(back, key=lambda row: str(row.get("id"))),
            [
                {"id": 2, "title": "Long draft "},
                {"id": 4, "title": "Exactly twenty"},
                {"id": 7, "title": "Ten lines"},
            ],
            tried="what comes back",
            means="Setting true to true is a change too: let WHERE choose the drafts only.",
        )

    def test_doing_it_again_changes_nothing(self, database_url, publish_drafts):
        back, _ = self.published(database_url, publish_drafts, times=2)
        expect(back, [], tried="what comes back the second time")


AUTHORS = "CREATE TABLE authors (name text PRIMARY KEY, team text, fee numeric(8, 2) CHECK (fee >= 0))"
TEAMS = ["staff", "staff", "guests", "staffing", "Staff room", "", None, None]


def groups_of_authors() -> list[list[tuple[str, str | None, int | None]]]:
    """Groups of none to seven authors (name, team, fee), the small ones first; always the same."""
    draw, groups = Random(23), []
    for size in [0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7]:
        names = draw.sample(["Ada", "Bob", "Cy", "Dan", "Eve", "Fay", "Gus", "Hal"], size)
        groups.append(
            [(name, draw.choice(TEAMS), draw.choice([None, None, 0, 5, 20, 100])) for name in names]
        )
    return groups


def by_fee(author: tuple[str, str | None, int | None]) -> tuple[bool, int, str]:
    """What the list is sorted by: unknown fees last, high ones first, equal ones by name."""
    name, _, fee = author
    return fee is None, -(fee or 0), name


@exercise(
    "2.1c",
    hints=[
        "What is NULL <> 'staff', and what does WHERE do with that?",
        "The lesson had two words for NULL: one compares with it, one says where it is sorted to.",
        "Keep the three lines SELECT, FROM and LIMIT; change WHERE and ORDER BY.",
    ],
)
class TestHighestFees:
    def listed(self, url, sql, authors):
        with connected(url) as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS authors; {AUTHORS}")
            for author in authors:
                cursor.execute("INSERT INTO authors VALUES (%s, %s, %s)", author)
            return rows(cursor, "highest_fees", sql)

    def names(self, url, sql, *authors):
        return values(self.listed(url, sql, authors), "name", "highest_fees")

    def test_the_staff_is_left_out(self, database_url, highest_fees):
        authors = ("Ada", "staff", 90), ("Bob", "guests", 10), ("Cy", "Staff", 5), ("Dan", "", 1)
        got = self.names(database_url, highest_fees, *authors)
        tried = "Ada of the team 'staff', and Bob, Cy and Dan of the teams 'guests', 'Staff' and ''"
        expect(got, ["Bob", "Cy", "Dan"], tried=tried)

    def test_authors_without_a_team_are_listed(self, database_url, highest_fees):
        authors = ("Ada", None, 90), ("Bob", "guests", 80), ("Cy", None, 70)
        expect(
            self.names(database_url, highest_fees, *authors),
            ["Ada", "Bob", "Cy"],
            tried="Ada and Cy without a team, and Bob, a guest",
            means="NULL <> 'staff' is NULL, and WHERE keeps only what is true.",
        )

    def test_the_highest_fee_comes_first(self, database_url, highest_fees):
        authors = ("Ada", "a", 9), ("Bob", "b", 100), ("Cy", "c", 20)
        expect(
            self.names(database_url, highest_fees, *authors), ["Bob", "Cy", "Ada"], tried="fees of 9, 100, 20"
        )

    def test_unknown_fees_come_last(self, database_url, highest_fees):
        got = self.names(database_url, highest_fees, ("Ada", "a", None), ("Bob", "b", 5), ("Cy", "c", 0))
        first = bool(got) and got[0] == "Ada"
        expect(
            got,
            ["Bob", "Cy", "Ada"],
            tried="Ada without a fee, Bob with 5, Cy with 0",
            means="Sorted downwards, NULL stands before every number."
            if first
            else "0 is a fee; NULL is none.",
        )

    def test_unknown_fees_stay_unknown(self, database_url, highest_fees):
        got = self.listed(database_url, highest_fees, [("Ada", "a", None), ("Bob", "b", "5.50")])
        expect(
            {row.get("name"): row.get("fee") for row in got},
            {"Bob": Decimal("5.50"), "Ada": None},
            tried="Ada without a fee, and Bob with 5.50",
            means="Whoever reads this list cannot tell an unknown fee from a fee any more, or misses somebody.",
        )

    def test_equal_fees_are_sorted_by_name(self, database_url, highest_fees):
        for fee, shown in [(7, "with a fee of 7"), (None, "whose fee is unknown")]:
            authors = ("Cy", "a", fee), ("Ada", None, fee), ("Bob", "b", fee)
            got = self.names(database_url, highest_fees, *authors)
            expect(got, ["Ada", "Bob", "Cy"], tried=f"three authors {shown}")

    def test_there_are_at_most_three(self, database_url, highest_fees):
        authors = [(name, None, fee) for fee, name in enumerate(["Ada", "Bob", "Cy", "Dan", "Eve"], start=1)]
        got = self.names(database_url, highest_fees, *authors)
        expect(got, ["Eve", "Dan", "Cy"], tried="five authors")

    def test_it_holds_for_any_authors(self, database_url, highest_fees):
        with connected(database_url) as cursor:
            cursor.execute(AUTHORS)
            for authors in groups_of_authors():
                add = [
                    cursor.mogrify("INSERT INTO authors VALUES (%s, %s, %s)", each).decode()
                    for each in authors
                ]
                cursor.execute("; ".join(["DELETE FROM authors", *add]))
                listed = sorted((each for each in authors if each[1] != "staff"), key=by_fee)[:3]
                expect(
                    rows(cursor, "highest_fees", highest_fees),
                    [{"name": name, "fee": None if fee is None else Decimal(fee)} for name, _, fee in listed],
                    tried=f"the authors (name, team, fee) {authors or 'of an empty table'}",
                )


@exercise(
    "2.1d",
    hints=[
        "For each promise: which row breaks it, and which word of the two designs would refuse that row?",
        "The lesson put three kinds of id, two kinds of sum and two kinds of timestamp side by side.",
        "Four columns, each with a type, and most with NOT NULL and one more word. Mind that CHECK lets NULL in.",
    ],
)
class TestPlans:
    GOOD = "INSERT INTO plans (name, price) VALUES ('Basic', 9.99)"

    @contextmanager
    def plans(self, url, sql):
        with connected(url) as cursor:
            run(cursor, "create_plans", sql)
            cursor.execute("SELECT to_regclass('plans') IS NOT NULL")
            require(
                cursor.fetchone()[0],
                tried="create_plans",
                expected="a table named plans",
                got="no such table",
            )
            yield cursor

    @contextmanager
    def one_plan(self, url, sql):
        with self.plans(url, sql) as cursor:
            accepted(cursor, self.GOOD, because="that a plan with name and price is enough")
            yield cursor

    def test_the_database_gives_out_the_ids(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            accepted(
                cursor, self.GOOD.replace("Basic", "Pro"), because="that a plan with name and price is enough"
            )
            cursor.execute("SELECT count(DISTINCT id) FROM plans")
            expect(cursor.fetchone()[0], 2, tried="the ids of two plans that were stored without one")

    def test_no_two_plans_have_the_same_id(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            means = "Giving out ids is one thing, keeping them apart another: that takes a PRIMARY KEY."
            sql = "OVERRIDING SYSTEM VALUE SELECT id, 'Pro', 19.99 FROM plans"
            refused(cursor, f"INSERT INTO plans (id, name, price) {sql}", means=means)

    def test_an_id_that_somebody_brings_along_is_refused(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            means = "serial and GENERATED BY DEFAULT take it, and stumble over it later."
            refused(cursor, "INSERT INTO plans (id, name, price) VALUES (7, 'Pro', 19.99)", means=means)
            cursor.execute("DELETE FROM plans RETURNING id")
            (number,) = cursor.fetchone()  # whatever the type of the ids
            sql = f"INSERT INTO plans (id, name, price) VALUES ('{number}', 'Pro', 19.99)"
            refused(cursor, sql, means="A DEFAULT is for those who bring no id.")

    def test_a_plan_without_a_name_is_refused(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            means = "UNIQUE allows any number of NULLs: they are not equal to each other."
            refused(cursor, "INSERT INTO plans (price) VALUES (19.99)", means=means)
            refused(cursor, "INSERT INTO plans (name, price) VALUES (NULL, 19.99)", means=means)

    def test_a_second_plan_of_the_same_name_is_refused(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            for sql in (self.GOOD, self.GOOD.replace("9.99", "19.99")):
                refused(cursor, sql, means="The name has to be UNIQUE by itself, whatever the price is.")
            for name in ("basic", "Basic plus", "O''Neil"):
                sql = f"INSERT INTO plans (name, price) VALUES ('{name}', 9.99)"
                accepted(cursor, sql, because="that another name is taken, with the same price")

    def test_a_plan_without_a_price_is_refused(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            means = "A CHECK refuses only what is false, and NULL > 0 is not false."
            refused(cursor, "INSERT INTO plans (name) VALUES ('Pro')", means=means)
            refused(cursor, "INSERT INTO plans (name, price) VALUES ('Pro', NULL)", means=means)

    def test_a_price_of_zero_or_less_is_refused(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            for price in ("0", "0.00", "-0.01", "-3.50"):
                means = "A price must be above zero; that takes a CHECK."
                refused(cursor, f"INSERT INTO plans (name, price) VALUES ('Pro', {price})", means=means)

    def test_prices_are_summed_to_the_cent(self, database_url, create_plans):
        with self.plans(database_url, create_plans) as cursor:
            for number in range(10):
                accepted(
                    cursor,
                    f"INSERT INTO plans (name, price) VALUES ('Plan {number}', 0.10)",
                    because="that a price may be ten cents",
                )
            try:
                cursor.execute("SELECT sum(price)::text FROM plans")
                got = cursor.fetchone()[0]
            except psycopg2.Error as problem:
                got = str(problem).splitlines()[0]
            require(
                got.lstrip("$").rstrip("0") in ("1.", "1"),
                tried="the sum of ten plans at 0.10",
                expected="1.00",
                got=got,
                means="A float counts in binary, and text does not count at all.",
            )

    def test_a_price_is_stored_to_the_cent(self, database_url, create_plans):
        with self.plans(database_url, create_plans) as cursor:
            for price in ("0.01", "9.99", "10.50", "123456.78", "999999.99"):
                sql = f"INSERT INTO plans (name, price) VALUES ('Plan at {price}', {price})"
                accepted(cursor, sql, because="that this price fits")
                got = self.price_of(cursor, f"Plan at {price}")
                means = (
                    "The first number of numeric(p, s) counts all digits, the second those after the point."
                )
                require(
                    got == Decimal(price), tried=sql, expected=f"{price} stored", got=str(got), means=means
                )

    def test_no_price_has_more_than_whole_cents(self, database_url, create_plans):
        with self.plans(database_url, create_plans) as cursor:
            sql = "INSERT INTO plans (name, price) VALUES ('Odd', 4.999)"
            with suppress(psycopg2.Error):
                cursor.execute(sql)
            got = self.price_of(cursor, "Odd")
            means = "A numeric without a scale, the second number in numeric(p, s), keeps every digit."
            require(
                got in (None, Decimal("5.00")),
                tried=sql,
                expected="5.00 stored, or an error",
                got=str(got),
                means=means,
            )

    def price_of(self, cursor, name):
        """The price of a plan as a number, whatever its type is; None without such a plan."""
        cursor.execute("SELECT price::text FROM plans WHERE name = %s", [name])
        found = cursor.fetchone()
        try:
            return found and Decimal(found[0].replace(",", "").lstrip("$"))
        except InvalidOperation:
            return found[0]

    def test_starts_at_is_an_instant(self, database_url, create_plans):
        with self.plans(database_url, create_plans) as cursor:
            for name, at in {"one": "12:00+09", "same": "03:00+00", "other": "13:00+09"}.items():
                accepted(
                    cursor,
                    f"INSERT INTO plans (name, price, starts_at) VALUES ('{name}', 5, '2026-03-01 {at}')",
                    because="that starts_at takes an instant",
                )
            cursor.execute("SELECT count(DISTINCT starts_at) FROM plans")
            expect(
                cursor.fetchone()[0],
                2,
                tried="how many instants are 12:00+09, 03:00+00 and 13:00+09 of one day",
                means={3: "12:00+09 and 03:00+00 are the same instant.", 1: "The time of day is lost."},
            )

    def test_a_plan_that_does_not_say_starts_at_once(self, database_url, create_plans):
        with self.one_plan(database_url, create_plans) as cursor:
            got = at_once(cursor, "plans", "starts_at")
            expect(got, True, tried=f"{self.GOOD}: is starts_at about now", means=NO_DEFAULT)
            later(cursor, "plans", "starts_at", self.GOOD.replace("Basic", "Pro"))

    def test_every_plan_has_a_start(self, database_url, create_plans):
        with self.plans(database_url, create_plans) as cursor:
            sql = "INSERT INTO plans (name, price, starts_at) VALUES ('Pro', 19.99, NULL)"
            refused(
                cursor, sql, means="A DEFAULT is for a column that is left out. NULL is refused by NOT NULL."
            )


def at_once(cursor: Any, table: str, column: str) -> Any:
    """Whether a column of the only row holds an instant within a minute of now."""
    try:
        cursor.execute(f"SELECT abs(extract(epoch FROM now() - {column}::timestamptz)) < 60 FROM {table}")
    except psycopg2.Error as problem:
        return str(problem).splitlines()[0]
    row = cursor.fetchone()
    return row[0] if row else None


def later(cursor: Any, table: str, column: str, sql: str) -> None:
    """Require that the default is computed for each row, and not once, when the table was made."""
    cursor.execute("SELECT clock_timestamp()")
    moment = cursor.fetchone()[0]
    accepted(cursor, sql, because="one more row")
    cursor.execute(f"SELECT max({column}::timestamptz) FROM {table}")
    got = cursor.fetchone()[0]
    require(
        got >= moment or got.microsecond == 0,  # a column of whole seconds tells no more than this
        tried=f"{sql}, some time after the table was made: {column}",
        expected="the moment of this INSERT",
        got="a moment before it",
        means="The default is a constant, computed once. A function such as now() is called for each row.",
    )


@exercise(
    "2.1e",
    hints=[
        "Which rows must not be there, and which must go when a post goes?",
        "The lesson made such a table twice; the second time it said what a deleted post does to its comments.",
        "id … IDENTITY, post_id … REFERENCES … ON DELETE …, body … CHECK …, created_at … DEFAULT …",
    ],
)
class TestComments:
    GOOD = "INSERT INTO comments (post_id, body) VALUES (1, 'Welcome.')"

    @contextmanager
    def comments(self, url, sql):
        """Two posts, and on the first one comment."""
        with connected(url) as cursor:
            cursor.execute(POSTS)
            for number in (1, 2):
                cursor.execute(ADD_POST, [number, f"Post {number}", "Text.", True])
            run(cursor, "create_comments", sql)
            cursor.execute("SELECT to_regclass('comments') IS NOT NULL")
            require(
                cursor.fetchone()[0],
                tried="create_comments",
                expected="a table named comments",
                got="no such table",
            )
            accepted(cursor, self.GOOD, because="that post_id and body are enough")
            yield cursor

    def test_post_id_and_body_are_enough(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            accepted(cursor, self.GOOD, because="that a post may have the same comment twice")
            cursor.execute("SELECT count(DISTINCT id) FROM comments")
            expect(cursor.fetchone()[0], 2, tried="the ids of two comments that were stored without one")

    def test_no_two_comments_have_the_same_id(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            sql = "OVERRIDING SYSTEM VALUE SELECT id, post_id, 'Again.' FROM comments"
            means = "Giving out ids is one thing, keeping them apart another: that takes a PRIMARY KEY."
            refused(cursor, f"INSERT INTO comments (id, post_id, body) {sql}", means=means)
            sql = (
                "INSERT INTO comments (id, post_id, body) OVERRIDING SYSTEM VALUE VALUES (NULL, 1, 'No id.')"
            )
            refused(cursor, sql, means="The id can be NULL.")

    def test_a_comment_needs_a_post_that_exists(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            sql = "INSERT INTO comments (post_id, body) VALUES (99, 'To nobody.')"
            refused(cursor, sql, means="There is no post 99. That takes a foreign key.")
            sql = "INSERT INTO comments (body) VALUES ('To nobody.')"
            refused(cursor, sql, means="REFERENCES lets NULL pass, as CHECK does.")
            refused(cursor, "UPDATE comments SET post_id = 99", means="There is no post 99.")
            cursor.execute(ADD_POST, [2_147_483_647, "The last one", "Text.", True])
            sql = "INSERT INTO comments (post_id, body) VALUES (2147483647, 'To the last post.')"
            accepted(cursor, sql, because="that post_id holds whatever id a post has")

    def test_a_body_has_1_to_2000_characters(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            for letter in ("x", "é"):
                sql = f"INSERT INTO comments (post_id, body) VALUES (1, repeat('{letter}', 2000))"
                accepted(cursor, sql, because="that a body may have 2000 characters")
            for body in ("x", " ", "é", "O''Neil, 100 %"):
                sql = f"INSERT INTO comments (post_id, body) VALUES (1, '{body}')"
                accepted(cursor, sql, because="that a body may be short: one character is enough")
            for body in ("NULL", "''", "repeat('x', 2001)"):
                sql = f"INSERT INTO comments (post_id, body) VALUES (1, {body})"
                refused(cursor, sql, means="Mind that a CHECK lets NULL pass." if body == "NULL" else "")

    def test_the_database_fills_in_when_it_was_written(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            got = at_once(cursor, "comments", "created_at")
            expect(got, True, tried=f"{self.GOOD}: is created_at about now", means=NO_DEFAULT)
            later(cursor, "comments", "created_at", self.GOOD)
            sql = "INSERT INTO comments (post_id, body, created_at) VALUES (1, 'Old.', NULL)"
            refused(
                cursor, sql, means="A DEFAULT is for a column that is left out. NULL is refused by NOT NULL."
            )

    def test_created_at_is_an_instant(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            cursor.execute("DELETE FROM comments")
            for at in ("12:00+09", "03:00+00", "13:00+09"):
                accepted(
                    cursor,
                    f"INSERT INTO comments (post_id, body, created_at) VALUES (1, 'Old.', '2026-03-01 {at}')",
                    because="that created_at takes an instant",
                )
            cursor.execute("SELECT count(DISTINCT created_at) FROM comments")
            expect(
                cursor.fetchone()[0],
                2,
                tried="how many instants are 12:00+09, 03:00+00 and 13:00+09 of one day",
                means={3: "12:00+09 and 03:00+00 are the same instant.", 1: "The time of day is lost."},
            )

    def test_a_deleted_post_takes_its_comments_with_it(self, database_url, create_comments):
        with self.comments(database_url, create_comments) as cursor:
            accepted(cursor, "INSERT INTO comments (post_id, body) VALUES (2, 'Kept.')", because="a comment")
            accepted(cursor, "DELETE FROM posts WHERE id = 1", because="that a post with comments can go")
            cursor.execute("SELECT post_id, body FROM comments")
            expect(
                cursor.fetchall(), [(2, "Kept.")], tried="the comments of posts 1 and 2 when post 1 is gone"
            )
