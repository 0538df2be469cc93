"""Checks of the exercises of lesson 3.7."""

import gc
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from psycopg2.extensions import cursor
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from course import draw, look, sql_tape
from course.checks import engine_for, exercise, expect, make_tables, require


@contextmanager
def filled(url, *statements) -> Iterator[Engine]:
    """An engine on a database with Postboard's tables, in which these statements have run."""
    with engine_for(url) as engine:
        make_tables(engine, import_module("app.models").Base.metadata)
        with engine.begin() as connection:
            for each in statements:
                connection.execute(text(each))
        yield engine


def listed(result, tried):
    """What was returned, as a list; a generator is read."""
    require(
        result is not None and not isinstance(result, (str, int)),
        tried=tried,
        expected="a list",
        got=result,
        means="Does the function return anything?",
    )
    return list(result)


def pairs(result, tried):
    """A list of pairs, whatever kind of sequence each of them is."""
    found = listed(result, tried)
    return [
        tuple(each) if isinstance(each, Sequence) and not isinstance(each, str) else each for each in found
    ]


SMALL = """
    INSERT INTO users (name) VALUES ('ada'), ('bob'), ('cy');
    INSERT INTO tags (name) VALUES ('sql, plain'), ('http'), ('python');
    INSERT INTO posts (title, content, author_id, published) VALUES
        ('Hello', 'One.', 1, true), ('Sockets', 'Two.', 2, true), ('Ideas', 'Three.', NULL, false),
        ('Rain', 'Four.', 1, true);
    INSERT INTO post_tags (post_id, tag_id) VALUES (2, 3), (2, 2), (3, 1), (4, 1), (4, 2), (4, 3)
"""
MANY_TAGS = """
    INSERT INTO users (name) SELECT 'user ' || n FROM generate_series(1, 50) AS n;
    INSERT INTO tags (name) SELECT 'tag-' || n FROM generate_series(1, 6) AS n;
    INSERT INTO posts (title, content, author_id, published)
        SELECT 'Post ' || n, 'Some text.', n, n % 4 > 0 FROM generate_series(1, 30) AS n;
    INSERT INTO post_tags (post_id, tag_id) SELECT posts.id, tags.id FROM posts, tags
"""
MORE = "INSERT INTO posts (title, content) SELECT 'More ' || n, 'x' FROM generate_series(1, 480) AS n"


def _why_not_tagged(got) -> str | None:
    if "'sql'" in repr(got):
        return (
            "The comma belongs to the tag 'sql, plain': names joined with commas cannot be taken apart again."
        )
    return None if "Ideas" in repr(got) else "'Ideas' is a draft, and a draft is a post, too."


@exercise(
    "3.7a",
    hints=[
        "Which rows are wanted beside the posts: one for each post, or many?",
        "Section 'When the join is the wrong one': what does the table say about collections?",
        "select(Post) with order_by, limit and options(selectinload(Post.tags)); then a list of pairs.",
    ],
)
class TestTagged:
    def run(self, tagged, url, limit):
        with filled(url, SMALL) as engine, Session(engine) as session:
            return pairs(tagged(session, limit), f"tagged(session, {limit})")

    def test_the_newest_come_first_each_with_its_tags(self, tagged, database_url):
        got = self.run(tagged, database_url, 2)
        expect(
            got,
            [("Rain", ["http", "python", "sql, plain"]), ("Ideas", ["sql, plain"])],
            tried="four posts, the newest are 'Ideas' and 'Rain'; tagged(session, 2)",
            means=_why_not_tagged(got),
        )

    def test_the_limit_counts_posts(self, tagged, database_url):
        got = self.run(tagged, database_url, 3)
        titles = [each[0] if isinstance(each, tuple) and each else each for each in got]
        joined = len(titles) < 3 or any(titles.count(each) > 1 for each in titles)
        expect(
            titles,
            ["Rain", "Ideas", "Sockets"],
            tried="tagged(session, 3): the titles",
            means="In a joined result a post is there once for each tag, and the limit counts rows."
            if joined
            else None,
        )

    def test_a_post_without_tags_is_there_too(self, tagged, database_url):
        got = self.run(tagged, database_url, 10)
        lost = "Hello" not in repr(got) or "None" in repr(got)
        expect(
            got[-1:],
            [("Hello", [])],
            tried="'Hello', the oldest post, has no tags; tagged(session, 10): the last entry",
            means="An inner join keeps only what has a partner; NULL is not a tag." if lost else None,
        )

    def test_two_statements_are_enough(self, tagged, database_url):
        with filled(database_url, MANY_TAGS) as engine:
            for limit in [5, 30]:
                with Session(engine) as session, sql_tape() as tape:
                    got = pairs(tagged(session, limit), f"tagged(session, {limit})")
                expect(len(got), limit, tried=f"30 posts; tagged(session, {limit}): the number of entries")
                tape.at_most(2, f"30 posts with six tags each; tagged(session, {limit})")

    def test_five_hundred_posts_take_no_more(self, tagged, database_url):
        with filled(database_url, MANY_TAGS, MORE) as engine, Session(engine) as session, sql_tape() as tape:
            got = pairs(tagged(session, 500), "tagged(session, 500)")
        expect(len(got), 500, tried="510 posts; tagged(session, 500): the number of entries")
        tape.at_most(2, "510 posts; tagged(session, 500)")

    def test_other_posts_stay_in_the_database(self, tagged, database_url):
        with filled(database_url, MANY_TAGS) as engine, Session(engine) as session, sql_tape() as tape:
            pairs(tagged(session, 5), "tagged(session, 5)")
        rows = sum(sent.rows or 0 for sent in tape)
        require(
            rows <= 40,
            tried="30 posts with six tags each; tagged(session, 5): the rows of all statements",
            expected="at most 40 (there are 5 posts with 30 tags)",
            got=rows,
            means="What Python cuts off afterwards was fetched all the same: LIMIT belongs in the statement.",
        )


COMMENTED = """
    INSERT INTO comments (post_id, author_id, content) VALUES
        (1, 2, 'Welcome.'), (4, 3, 'Wet.'), (1, 1, 'Hi.'), (1, 3, 'Good.'), (1, 1, 'Hi.');
    UPDATE comments SET content = 'Welcome!' WHERE id = 1
"""
# Whoever comments here wrote none of the posts; there are more of them than a few times 500.
MANY_COMMENTS = """
    INSERT INTO users (name) SELECT 'reader ' || n FROM generate_series(1, 1600) AS n;
    INSERT INTO comments (post_id, author_id, content)
        SELECT 1 + id % 30, id, 'Well said.' FROM users WHERE name LIKE 'reader%'
"""
TOLD = "30 posts with 6 tags each and 1,600 comments by as many users; digest(session, 30)"


@exercise(
    "3.7b",
    hints=[
        "Which relationships does the code walk along, and which of them lead to many rows?",
        "Options can go on from what they load: selectinload(A.b).joinedload(B.c). What is the way to the author "
        "of a comment?",
        "joinedload(Post.author), selectinload(Post.tags), selectinload(Post.comments).joinedload(Comment.author); "
        "sort both lists, and think of a post without an author.",
    ],
)
class TestDigest:
    def run(self, digest, url):
        with filled(url, SMALL, COMMENTED) as engine, Session(engine) as session:
            got = listed(digest(session, 10), "digest(session, 10)")
        require(
            len(got) == 4 and all(isinstance(each, dict) and "title" in each for each in got),
            tried="four posts; digest(session, 10)",
            expected="a list of four dicts, each with a title",
            got=got,
            means="A draft is a post, too, and so is one without an author, without tags or without comments.",
        )
        return {each["title"]: each for each in got}

    def test_a_post_with_all_that_belongs_to_it(self, digest, database_url):
        expect(
            self.run(digest, database_url)["Rain"],
            {
                "title": "Rain",
                "author": "ada",
                "tags": ["http", "python", "sql, plain"],
                "comments": ["cy: Wet."],
            },
            tried="digest(session, 10): the entry of 'Rain'",
        )

    def test_comments_come_in_the_order_of_writing(self, digest, database_url):
        expect(
            self.run(digest, database_url)["Hello"].get("comments"),
            ["bob: Welcome!", "ada: Hi.", "cy: Good.", "ada: Hi."],
            tried="four comments on 'Hello', of which the first was edited later and two are equal; its comments",
            means="A collection comes in no certain order. Sort by id, and leave none out.",
        )

    def test_a_post_without_an_author_is_there_too(self, digest, database_url):
        expect(
            self.run(digest, database_url)["Ideas"].get("author", "no such key"),
            None,
            tried="'Ideas' has no author; its entry's author",
        )

    def test_the_newest_come_first(self, digest, database_url):
        with filled(database_url, SMALL) as engine, Session(engine) as session:
            found = listed(digest(session, 2), "digest(session, 2)")
        got = [each.get("title") if isinstance(each, dict) else each for each in found]
        expect(got, ["Rain", "Ideas"], tried="digest(session, 2): the titles")

    def test_five_statements_are_enough(self, digest, database_url):
        self.many(digest, database_url).at_most(5, TOLD)

    def test_five_hundred_posts_take_no_more(self, digest, database_url):
        with filled(database_url, MANY_TAGS, MORE) as engine, Session(engine) as session, sql_tape() as tape:
            got = listed(digest(session, 500), "digest(session, 500)")
        expect(len(got), 500, tried="510 posts; digest(session, 500): the number of entries")
        tape.at_most(5, "510 posts; digest(session, 500)")

    def test_no_row_for_each_pair_of_tag_and_comment(self, digest, database_url):
        tape = self.many(digest, database_url)
        rows = sum(sent.rows or 0 for sent in tape)
        require(
            rows <= 3700,
            tried=f"{TOLD}: the rows of all statements",
            expected="at most 3,700 (there are 30 posts, 180 tags of posts, 1,600 comments and 1,650 users)",
            got=rows,
            means="Two collections joined in one statement multiply: each tag comes with each comment.",
        )

    def many(self, digest, url):
        with filled(url, MANY_TAGS, MANY_COMMENTS) as engine, Session(engine) as session, sql_tape() as tape:
            got = listed(digest(session, 30), "digest(session, 30)")
        expect(len(got), 30, tried="30 posts; digest(session, 30): the number of entries")
        said = sum(len(each["comments"]) for each in got)
        expect(said, 1600, tried=f"{TOLD}: the number of comments in it")
        return tape


# Looking up author and post of each comment would take most of the time that these many take.
UNTIED = """
    DO $$ DECLARE tie text; BEGIN
        FOR tie IN SELECT conname FROM pg_constraint WHERE conrelid = 'comments'::regclass AND contype = 'f' LOOP
            EXECUTE format('ALTER TABLE comments DROP CONSTRAINT %I', tie);
        END LOOP;
    END $$;
"""
# Author 1 wrote most, long ago; author 2 some hundred, before everybody else; author 3 three; author 4 nothing.
WRITTEN = f"""{UNTIED}
    INSERT INTO users (name) SELECT 'user ' || n FROM generate_series(1, 104) AS n;
    INSERT INTO posts (title, content) VALUES ('Hello', 'One.');
    INSERT INTO comments (post_id, author_id, content)
        SELECT 1, CASE WHEN n <= 600 THEN 2 WHEN n <= 603 THEN 3 WHEN n <= 20000 THEN 1 ELSE 5 + n % 100 END,
               'Well said.'
        FROM generate_series(1, 50000) AS n
"""
AUTHORS = {
    1: (10, "19,397 old comments"),
    2: (10, "600 very old ones"),
    3: (3, "three"),
    4: (0, "none"),
    104: (10, "300 of the newest"),
}


@exercise(
    "3.7c",
    hints=[
        "If the comments of one author lay side by side, in which order should they lie, so that ten are enough?",
        "An index on several columns is sorted by the first, and within it by the second.",
        "CREATE INDEX ON comments (the column compared with =, then the column of ORDER BY)",
    ],
    limit_seconds=20.0,
)
class TestIndex:
    def test_ten_of_thousands_are_ten_rows(self, INDEX, newest_comments, database_url):
        self.few(INDEX, newest_comments, database_url, 1, 104)

    def test_old_comments_are_found_as_quickly(self, INDEX, newest_comments, database_url):
        self.few(INDEX, newest_comments, database_url, 2)

    def test_who_wrote_little_or_nothing_costs_nothing(self, INDEX, newest_comments, database_url):
        self.few(INDEX, newest_comments, database_url, 3, 4)

    def test_it_is_one_index_more(self, INDEX, database_url):
        names = text("SELECT count(*) FROM pg_indexes WHERE tablename = 'comments'")
        with filled(database_url) as engine, alone(engine) as connection:
            before = connection.execute(names).scalar_one()
            make(INDEX, connection)
            after = connection.execute(names).scalar_one()
        expect(after - before, 1, tried=f"{INDEX}: how many indexes more the table comments has")

    def few(self, INDEX, newest_comments, url, *authors):
        with filled(url, WRITTEN) as engine:
            with alone(engine) as connection:
                make(INDEX, connection)
            look.query("VACUUM ANALYZE comments", url=url)
            for author in authors:
                self.judge(draw.plan(newest_comments(author), url), author)

    def judge(self, plan, author):
        rows, words = AUTHORS[author]
        require(
            plan.rows_read <= rows and plan.pages <= 20,
            tried=f"50,000 comments, of which author {author} wrote {words}; newest_comments({author})",
            expected=f"{rows} rows and at most 20 pages read",
            got=f"{plan.rows_read} rows, {plan.pages} pages: {', then '.join(reversed(plan.kinds))}",
            means="Which rows were read in vain? They could be left out if the index had another column, or "
            "its columns another order.",
        )


@contextmanager
def alone(engine) -> Iterator[Connection]:
    """A connection on which each statement is a transaction of its own."""
    with engine.connect() as connection:
        yield connection.execution_options(isolation_level="AUTOCOMMIT")


def make(index, connection) -> None:
    """Run the learner's CREATE INDEX."""
    try:
        connection.exec_driver_sql(str(index))
    except DBAPIError as error:
        require(
            False,
            tried=str(index),
            expected="a statement that PostgreSQL accepts",
            got=str(error.orig).splitlines()[0],
        )


def long_posts(url):
    """An engine on a database with long posts: 60 characters of a beginning of their own, then only #."""
    return filled(
        url,
        """
        INSERT INTO posts (title, published, content)
            SELECT 'Post ' || n, n % 3 > 0,
                   rpad(n || ' ' || repeat('abcdefgh ijklmnopq ', 3), 60, '.') || repeat('#', 15000)
            FROM generate_series(1, 12) AS n
        """,
    )


def sent_by(engine) -> list[tuple[str, Any]]:
    """A list into which goes each statement as it is sent, with its values."""
    sent: list[tuple[str, Any]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection, _cursor, sql, values, *_):
        sent.append((sql, values))

    return sent


def characters_beyond(engine, sent):
    """How many characters from beyond the beginnings come, counted by sending all statements once more."""
    total = 0
    with engine.connect() as connection:
        for sql, values in list(sent):
            rows = connection.exec_driver_sql(sql, values or None)
            if rows.returns_rows:
                total += sum(str(value).count("#") for row in rows for value in row)
    return total


@exercise(
    "3.7d",
    hints=[
        "Where can the content be cut before it travels?",
        "`func` gives you every function of PostgreSQL. Which one takes the beginning of a text?",
        "select(Post.id, Post.title, func.left(Post.content, 60).label('teaser')), ordered and limited; "
        ".mappings() gives each row like a dict.",
    ],
)
class TestTeasers:
    def test_the_newest_come_first_each_with_its_beginning(self, teasers, database_url):
        with long_posts(database_url) as engine, Session(engine) as session:
            got = listed(teasers(session, 2), "teasers(session, 2)")
        wanted = [
            {"id": n, "title": f"Post {n}", "teaser": f"{n} " + "abcdefgh ijklmnopq " * 3} for n in [12, 11]
        ]
        expect(
            [dict(each) if hasattr(each, "keys") else each for each in got],
            wanted,
            tried="12 posts; teasers(session, 2)",
            means="Compare the ids (post 12 is a draft), the titles and the teasers: 60 characters, of which the "
            "last is a space here. (In PostgreSQL's substring() the first character has the number 1.)",
        )

    def test_a_short_content_is_its_own_teaser(self, teasers, database_url):
        with filled(database_url, SMALL) as engine, Session(engine) as session:
            got = listed(teasers(session, 1), "teasers(session, 1)")
        expect(
            [each.get("teaser") if hasattr(each, "get") else each for each in got],
            ["Four."],
            tried="the newest post's content is 'Four.'; teasers(session, 1): the teaser",
        )

    def test_60_characters_are_60_whatever_they_are(self, teasers, database_url):
        lines = "UPDATE posts SET content = E'Größe\\n\\n' || repeat('ж', 100)"
        with filled(database_url, SMALL, lines) as engine, Session(engine) as session:
            got = listed(teasers(session, 1), "teasers(session, 1)")
        expect(
            [each.get("teaser") if hasattr(each, "get") else each for each in got],
            ["Größe\n\n" + "ж" * 53],
            tried="a content of several lines, in letters that take two bytes each; teasers(session, 1): the teaser",
        )

    def test_other_posts_stay_in_the_database(self, teasers, database_url):
        with long_posts(database_url) as engine, Session(engine) as session, sql_tape() as tape:
            listed(teasers(session, 2), "teasers(session, 2)")
        rows = sum(sent.rows or 0 for sent in tape)
        means = "What Python cuts off afterwards was sent all the same: LIMIT belongs in the statement."
        require(
            rows <= 2, tried="12 posts; teasers(session, 2): the rows", expected="2", got=rows, means=means
        )

    def test_the_contents_stay_in_the_database(self, teasers, database_url):
        with long_posts(database_url) as engine:
            sent = sent_by(engine)
            with Session(engine) as session:
                listed(teasers(session, 10), "teasers(session, 10)")
            total = characters_beyond(engine, sent)
        expect(
            total,
            0,
            tried="posts of 15,060 characters; teasers(session, 10): how many characters the database sent "
            "from beyond the first 60",
            means="Whatever is selected travels, also what Python cuts off afterwards.",
        )

    def test_one_statement_is_enough(self, teasers, database_url):
        with long_posts(database_url) as engine, Session(engine) as session, sql_tape() as tape:
            listed(teasers(session, 10), "teasers(session, 10)")
        tape.at_most(1, "12 posts; teasers(session, 10)")


TOGETHER = 10_000  # comments of an export
LONG = f"""{UNTIED}
    INSERT INTO users (name) SELECT 'user ' || n FROM generate_series(1, 100) AS n;
    INSERT INTO posts (title, content) VALUES ('Hello', 'One.');
    INSERT INTO comments (post_id, author_id, content)
        SELECT 1, 1 + n % 100, n || repeat(' well said', 80) FROM generate_series(1, {TOGETHER}) AS n
"""


def kept_by_the_driver(engine) -> list[int]:
    """A list into which goes how many rows the driver holds after each statement, and after each fetch."""
    kept: list[int] = []
    engine.dispose()  # connections that are open already have cursors of another kind

    class Noting(cursor):
        def fetchmany(self, *size):
            rows = super().fetchmany(*size)
            kept.append(len(rows))
            return rows

        def fetchall(self):
            rows = super().fetchall()
            kept.append(len(rows))
            return rows

    @event.listens_for(engine, "do_connect")
    def connect(_dialect, _record, _arguments, options):
        options["cursor_factory"] = Noting

    @event.listens_for(engine, "after_cursor_execute")
    def note(_connection, used, *_):
        kept.append(used.rowcount if not getattr(used, "name", None) else 0)

    return kept


@exercise(
    "3.7e",
    hints=[
        "How many rows does psycopg2 take from the server before it gives out the first, and how many objects "
        "does the session make?",
        "Section 'A whole table': which execution option did it need, and which columns does a line need?",
        "select(three columns).join(Comment.author).order_by(…).execution_options(yield_per=500); a for loop "
        "over session.execute(…) that yields.",
    ],
    limit_seconds=30.0,
)
class TestExport:
    def test_each_comment_is_a_line_in_order(self, export, database_url):
        later = """
            UPDATE comments SET content = 'Welcome; edited' WHERE id = 1;
            ALTER TABLE comments ALTER id RESTART WITH 5001;
            INSERT INTO comments (post_id, author_id, content) VALUES (3, 1, 'New.')
        """
        with filled(database_url, SMALL, COMMENTED, later) as engine, Session(engine) as session:
            got = list(listed_lazily(export(session)))
        expect(
            got,
            ["1;bob;Welcome; edited", "2;cy;Wet.", "3;ada;Hi.", "4;cy;Good.", "5;ada;Hi.", "5001;ada;New."],
            tried="six comments: the first was edited later, the last is on a draft; list(export(session))",
            means="Ids have gaps: comments are deleted, and numbers are left out.",
        )

    def test_no_comments_are_no_lines(self, export, database_url):
        with filled(database_url, SMALL) as engine, Session(engine) as session:
            expect(list(listed_lazily(export(session))), [], tried="no comments; list(export(session))")

    def test_the_driver_keeps_few_rows(self, export, database_url):
        with filled(database_url, LONG) as engine, Session(engine) as session:
            kept = kept_by_the_driver(engine)
            lines = sum(1 for _ in listed_lazily(export(session)))
        expect(lines, TOGETHER, tried="10,000 comments; the number of lines")
        require(
            max(kept, default=0) <= 1100,
            tried="10,000 comments; the rows that psycopg2 holds at once, at most",
            expected="at most about 1,000",
            got=max(kept, default=0),
            means="psycopg2 fetches a whole result at once, unless the result stays on the server. From "
            "there it takes as many at a time as yield_per says.",
        )

    def test_few_comments_are_in_memory(self, export, database_url):
        with filled(database_url, LONG) as engine:
            with Session(engine) as session:
                next(iter(listed_lazily(export(session))), None)  # what is made once is made now
            gc.collect()
            with Session(engine) as session:
                peak = peak_of(lambda: listed_lazily(export(session)))
        require(
            peak <= 6_000_000,
            tried="10,000 comments of 800 characters; the most memory that Python held meanwhile",
            expected="that of about 1,000 comments, at most 6 MB",
            got=f"{round(peak / 1_000_000)} MB",
            means="Something collects: a list, .all(), or the session, which makes every object of a result "
            "at once unless it is told how many to take at a time (yield_per).",
        )

    def test_few_statements_are_sent(self, export, database_url):
        with filled(database_url, LONG) as engine, Session(engine) as session, sql_tape() as tape:
            for _ in listed_lazily(export(session)):
                if len(tape) > TOGETHER // 100:  # one more is enough to know
                    break
        tape.at_most(TOGETHER // 100, "10,000 comments; all of export(session)")


def listed_lazily(result):
    """The lines one by one; what is no iterable is refused."""
    require(
        hasattr(result, "__iter__") and not isinstance(result, str),
        tried="export(session)",
        expected="a generator",
        got=result,
        means="A function with `yield` in it is one." if result is None else None,
    )
    for number, line in enumerate(result):
        require(
            number < TOGETHER,
            tried="export(session)",
            expected=f"a line for each comment, never more than {TOGETHER:,}",
            got="more",
            means="A loop in it goes on after the last comment.",
        )
        yield line


def peak_of(make_lines) -> int:
    """The most memory that Python held at a time while lines were made and taken."""
    tracemalloc.start()
    try:
        for _ in make_lines():
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
