"""Checks of the exercises of lesson 4.7."""

from unittest.mock import patch

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from course.checks import (
    ExpectationFailed,
    ask,
    catalog,
    counted_statements,
    exercise,
    expect,
    migrate,
    outcome_of,
    require,
    round_trip,
)

LIKES = """
    CREATE TABLE likes (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        post_id integer NOT NULL,
        reader text
    )
"""
STORED = "SELECT id, post_id, reader FROM likes ORDER BY id"
# The row with the lowest id comes last, so that "the first one that is found" is another one.
TWICE = """
    INSERT INTO likes (id, post_id, reader) OVERRIDING SYSTEM VALUE VALUES
        (5, 1, 'ada'), (2, 1, 'bob'), (3, 2, 'ada'), (4, 1, 'ada'), (6, 1, NULL), (7, 1, NULL),
        (8, 1, 'ada'), (9, 2, 'cy'), (10, 2, NULL), (11, 2, 'cy'), (12, 1, 'Ada'), (1, 1, 'ada')
"""
ONCE = """
    INSERT INTO likes (post_id, reader) VALUES (1, 'ada'), (1, 'bob'), (2, 'ada'), (1, NULL), (1, NULL)
"""
NAMED = [(1, 1, "ada"), (2, 1, "bob"), (3, 2, "ada"), (9, 2, "cy"), (12, 1, "Ada")]
NOBODY = [(6, 1, None), (7, 1, None), (10, 2, None)]


def likes(url, rows):
    """The table of likes with these rows; the next id is not taken."""
    ask(url, LIKES)
    ask(url, rows)
    ask(url, "ALTER TABLE likes ALTER id RESTART WITH 100")


@exercise(
    "4.7a",
    hints=[
        "What does PostgreSQL say to a new rule when rows are there that break it? And are two NULLs the same?",
        "Look at the rows of production in lesson 4.6, at NULL in 2.1, and at which key counts a vote once in 3.5.",
        "DELETE the likes for which there is one with the same post, the same reader and a lower id; then "
        "op.create_unique_constraint. The downgrade is op.drop_constraint.",
    ],
)
class TestCountOnce:
    def test_of_several_likes_the_one_with_the_lowest_id_stays(self, count_once, database_url):
        likes(database_url, TWICE)
        migrate(database_url, count_once)
        found = [row for row in ask(database_url, STORED) if row[2]]
        tried = "ada likes post 1 four times, Ada once, cy post 2 twice; count_once(), then the likes with a reader"
        expect(found, NAMED, tried=tried)

    def test_a_second_like_is_refused(self, count_once, database_url):
        likes(database_url, ONCE)
        migrate(database_url, count_once)
        sql = "INSERT INTO likes (post_id, reader) VALUES (1, 'ada')"
        expect(outcome_of(database_url, sql), "UniqueViolation", tried=f"count_once(), then {sql}")

    def test_a_like_for_another_post_or_of_another_reader_is_accepted(self, count_once, database_url):
        likes(database_url, ONCE)
        migrate(database_url, count_once)
        for values in ("(2, 'bob')", "(3, 'ada')", "(1, 'cy')", "(1, 'Ada')"):
            sql = f"INSERT INTO likes (post_id, reader) VALUES {values}"
            means = "The same like is one of the same reader for the same post: both columns count."
            expect(outcome_of(database_url, sql), "accepted", tried=f"count_once(), then {sql}", means=means)

    def test_likes_without_a_reader_all_stay(self, count_once, database_url):
        likes(database_url, TWICE)
        migrate(database_url, count_once)
        found = [row for row in ask(database_url, STORED) if not row[2]]
        tried = "two likes for post 1 and one for post 2 without a reader; count_once(), then these likes"
        means = "GROUP BY and IS NOT DISTINCT FROM take two NULLs for the same; = does not."
        expect(found, NOBODY, tried=tried, means=means)

    def test_more_likes_without_a_reader_are_accepted(self, count_once, database_url):
        likes(database_url, ONCE)
        migrate(database_url, count_once)
        sql = "INSERT INTO likes (post_id) VALUES (1), (1), (2)"
        expect(
            outcome_of(database_url, sql),
            "accepted",
            tried=f"count_once(), then {sql}",
            means={
                "UniqueViolation": "With NULLS NOT DISTINCT, or a value in place of NULL, two NULLs are the same.",
                "NotNullViolation": "The column allows NULL before the upgrade, and still has to.",
            },
        )

    def test_the_downgrade_leaves_the_table_as_it_was(self, count_once, count_again, database_url):
        likes(database_url, ONCE)
        round_trip(database_url, count_once, count_again)

    def test_the_downgrade_changes_no_row(self, count_once, count_again, database_url):
        likes(database_url, TWICE)
        migrate(database_url, count_once)
        before = ask(database_url, STORED)
        migrate(database_url, count_again)
        tried = "likes that were stored twice; count_once(), count_again(), then the likes"
        expect(ask(database_url, STORED), before, tried=tried, means="What was deleted cannot come back.")


# 4.7b ----------------------------------------------------------------------------------------

MEMBERS = """
    CREATE TABLE members (id integer PRIMARY KEY, first text NOT NULL, last text);
    INSERT INTO members VALUES (1, 'Ada', 'Lovelace'), (2, 'Bob', NULL), (3, 'Eve', 'van Dyke'), (4, 'cy', 'O''Brien')
"""
SHOWN = "SELECT id, shown FROM members ORDER BY id"
WANTED = [(1, "Ada Lovelace"), (2, "Bob"), (3, "Eve van Dyke"), (4, "cy O'Brien")]
NULL_LEFT = "With || one NULL makes the whole text NULL. concat_ws and coalesce do not."


class NextYear(DeclarativeBase):
    """The models of a release that has not been written yet."""


class Member(NextYear):
    __tablename__ = "members"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    shown_as: Mapped[str]


@exercise(
    "4.7b",
    hints=[
        "Which columns does `select(Member)` name, and which of them are there when this revision runs?",
        "Look at what a revision is in lesson 4.2, at filling a column in 4.4, and at NULL in 2.1.",
        "op.add_column; one UPDATE as text, with concat_ws or coalesce; op.alter_column(nullable=False).",
    ],
)
class TestAddShown:
    def test_each_member_is_shown_with_both_names(self, add_shown, database_url):
        ask(database_url, MEMBERS)
        ask(database_url, "DELETE FROM members WHERE last IS NULL")
        migrate(database_url, add_shown)
        wanted = [row for row in WANTED if row[0] != 2]
        expect(
            ask(database_url, SHOWN),
            wanted,
            tried="three members with a last name; add_shown(), then `shown`",
        )

    def test_the_first_name_is_enough(self, add_shown, database_url):
        ask(database_url, MEMBERS)
        ask(database_url, "INSERT INTO members VALUES (5, 'Dan', NULL)")
        try:
            migrate(database_url, add_shown)
        except ExpectationFailed as failed:
            left = "contains null values" in str(failed)
            tried = "Bob and Dan have no last name; add_shown()"
            require(not left, tried=tried, expected="no error", got="NotNullViolation", means=NULL_LEFT)
            raise
        found = ask(database_url, "SELECT id, shown FROM members WHERE last IS NULL ORDER BY id")
        tried = "Bob and Dan have no last name; add_shown(), then `shown` of both"
        expect(found, [(2, "Bob"), (5, "Dan")], tried=tried, means=NULL_LEFT)

    def test_only_a_required_text_is_added(self, add_shown, database_url):
        ask(database_url, MEMBERS)
        before, names = catalog(database_url), "SELECT id, first, last FROM members ORDER BY id"
        rows = ask(database_url, names)
        migrate(database_url, add_shown)
        found = [str(each) for each in before.to(catalog(database_url))]
        expect(
            found, ["+ members.shown  text not null"], tried="add_shown(), then what is new in the database"
        )
        expect(ask(database_url, names), rows, tried="add_shown(), then id, first and last of the members")

    def test_it_does_the_same_next_year(self, add_shown, database_url):
        ask(database_url, MEMBERS)
        with patch.dict(add_shown.__globals__, {"Member": Member, "Base": NextYear}):
            tried = "next year `Member` has id, name and shown_as; add_shown() on a database of May"
            self.run(database_url, add_shown, tried)
        expect(ask(database_url, SHOWN), WANTED, tried=f"{tried}, then `shown`")

    def test_thirty_statements_are_enough(self, add_shown, database_url):
        ask(database_url, MEMBERS)
        ask(database_url, "INSERT INTO members SELECT n, 'Ann', 'B' || n FROM generate_series(5, 60) n")
        wanted = WANTED + [(number, f"Ann B{number}") for number in range(5, 61)]
        with counted_statements() as sent:
            migrate(database_url, add_shown)
        require(
            len(sent) <= 30,  # to reflect the table takes 14 of them, however many members there are
            tried="add_shown() with 60 members",
            expected="at most 30 statements",
            got=len(sent),
            means="Each object that is changed, and each row of a list of values, is an UPDATE of its own.",
        )
        expect(ask(database_url, SHOWN), wanted, tried="add_shown() with 60 members, then `shown`")

    def run(self, url, add_shown, tried):
        """The models of next year lack attributes: an AttributeError is the learner's, and is told as what it is."""
        try:
            migrate(url, add_shown)
        except AttributeError as error:
            means = "A revision that reads the models changes whenever they do. It names its columns itself."
            require(False, tried=tried, expected="no error", got=f"AttributeError: {error}", means=means)
