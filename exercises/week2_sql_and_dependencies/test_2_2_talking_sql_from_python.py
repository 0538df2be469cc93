"""Checks of the exercises of lesson 2.2."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import product
from typing import Any

import psycopg
import psycopg2
from psycopg2.extensions import make_dsn

from course.checks import ask, exercise, expect, learners_line, require

TABLE = """
CREATE TABLE posts (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL UNIQUE CHECK (length(title) BETWEEN 1 AND 200),
    content text NOT NULL CHECK (length(content) BETWEEN 1 AND 20000),
    published boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
)
"""
ADD = """
INSERT INTO posts (title, content, published)
SELECT title, 'About ' || title || '.', %s
FROM unnest(%s::text[]) WITH ORDINALITY AS wanted (title, number) ORDER BY number
"""


def fill(url, *titles, published=True):
    """Make the table if it is missing, and put posts into it, committed."""
    table = TABLE.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS")
    ask(url, f"{table}; {ADD}", (published, list(titles)))


def stored(url, what="title", order="id"):
    """What another connection sees: committed values of one column."""
    return [value for (value,) in ask(url, f"SELECT {what} FROM posts ORDER BY {order}")]


@contextmanager
def opened(url, driver=psycopg2, **settings: Any) -> Iterator[Any]:
    """A connection that is closed at the end, whatever became of it."""
    with closing(driver.connect(url, **settings)) as link:
        yield link


HOSTILE = ["' OR published --", "x'; DROP TABLE posts; --", "' OR ''='", "\\' OR 1=1 --"]


@exercise(
    "2.2a",
    hints=[
        "Where does the title belong: into the text of the statement, or beside it?",
        "`query` in app/database.py takes the statement and a dictionary of values, and gives dictionaries back.",
        "found = query(link, 'SELECT … WHERE title = %(title)s', {'title': title}), then the first, or None.",
    ],
)
class TestFindPost:
    def test_a_post_is_found_by_its_title(self, find_post, database_url):
        fill(database_url, "Hello", "Ideas")
        with opened(database_url) as link:
            for number, title in enumerate(["Hello", "Ideas"], start=1):
                expect(
                    find_post(link, title),
                    {"id": number, "title": title, "content": f"About {title}."},
                    tried=f"find_post(link, {title!r})",
                    means="A plain cursor gives tuples; what is wanted is a dictionary of id, title and content."
                    if isinstance(find_post(link, title), tuple)
                    else None,
                )

    def test_a_draft_is_found_too(self, find_post, database_url):
        fill(database_url, "Hello")
        fill(database_url, "Ideas", published=False)
        with opened(database_url) as link:
            wanted = {"id": 2, "title": "Ideas", "content": "About Ideas."}
            expect(find_post(link, "Ideas"), wanted, tried='find_post(link, "Ideas"), which is not published')

    def test_no_post_is_none(self, find_post, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            for title in [
                "Nobody wrote this",
                "",
                "hello",
                "Hell",
                "Hell_",
                "%",
                "Hello ",
                " Hello",
                "Hello.",
            ]:
                expect(find_post(link, title), None, tried=f"find_post(link, {title!r})")

    def test_the_table_is_asked_each_time(self, find_post, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            find_post(link, "Hello")
            link.rollback()
            ask(database_url, "UPDATE posts SET content = 'New.'")
            wanted = {"id": 1, "title": "Hello", "content": "New."}
            tried = 'find_post(link, "Hello"), another session writes a new content, and find_post once more'
            expect(find_post(link, "Hello"), wanted, tried=tried)

    def test_any_character_may_be_in_a_title(self, find_post, database_url):
        titles = ["O'Neil", 'Say "hi"', "100 % sure", "%s and %(title)s", "{title}", "back\\slash", "--"]
        titles += ["Größe 日本", "it''s", "NULL", " ", *HOSTILE]
        fill(database_url, *titles)
        with opened(database_url) as link:
            for title in titles:
                found = find_post(link, title)
                got = found.get("title") if isinstance(found, dict) else found
                expect(got, title, tried=f"the title of find_post(link, {title!r})")

    def test_a_hostile_title_is_a_title_and_nothing_else(self, find_post, database_url):
        fill(database_url, "Hello", "Ideas")
        with opened(database_url) as link:
            for title in HOSTILE:
                expect(
                    find_post(link, title),
                    None,
                    tried=f"find_post(link, {title!r})",
                    means="The title became a part of the statement.",
                )
            link.commit()
        expect(stored(database_url), ["Hello", "Ideas"], tried="the titles in the table after hostile titles")


class Counted:
    """Part of a cursor: it notes on its connection how many statements were sent."""

    def execute(self, *given, **named):
        self.connection.count += 1
        return super().execute(*given, **named)

    def executemany(self, statement, values, *given, **named):
        values = list(values)
        self.connection.count += len(values)
        return super().executemany(statement, values, *given, **named)


class Counting(psycopg2.extensions.connection):
    """A connection of psycopg2 that counts the statements sent over cursors of any kind."""

    count = 0

    def cursor(self, *given, **named):
        kind = named.pop("cursor_factory", None) or psycopg2.extensions.cursor
        return super().cursor(*given, cursor_factory=type(kind.__name__, (Counted, kind), {}), **named)


Counting.__name__ = "connection"  # as an error of the learner's code should call it


class CountingCursor3(Counted, psycopg.Cursor):
    """The same for psycopg 3."""


NOT_BOUND = "psycopg 3 binds on the server: what works is one value, such as an array, in each place."
NO_BRACKETS = "Between the brackets of IN there has to be something; an empty list leaves nothing there."


def published_by(publish, link, ids):
    """What publish returns; an error of either driver, or of a name the driver does not have, as text."""
    try:
        return publish(link, ids)
    except (psycopg2.Error, psycopg.Error) as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0]}"


@exercise(
    "2.2b",
    hints=[
        "Which form of 'one of these' did the lesson see working in both drivers?",
        "Look at the table of the four tries, and at what `cursor.rowcount` says after an UPDATE.",
        "UPDATE … WHERE id = ANY(%s), with the list as the only value: (ids,); then cursor.rowcount.",
    ],
)
class TestPublish:
    def test_these_posts_are_published_and_no_others(self, publish, database_url):
        for wanted in [[2], [1, 3]]:
            self.fresh(database_url)
            with opened(database_url) as link:
                publish(link, wanted)
                link.commit()
            published = stored(database_url, "CASE WHEN published THEN id ELSE 0 END")
            expect([each for each in published if each], wanted, tried=f"the published ids after {wanted}")

    def test_it_returns_how_many_posts_there_were(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for ids, count in [([1, 3, 99], 2), ([2], 1), ([1, 2, 3], 3), ([77, 0, -1], 0)]:
                expect(publish(link, ids), count, tried=f"publish(link, {ids}) with posts 1, 2 and 3")
                link.rollback()
            fill(database_url, *(f"Post {number}" for number in range(150)), published=False)
            expect(publish(link, list(range(1, 160))), 153, tried="publish(link, 159 ids) with 153 posts")

    def test_an_id_that_stands_twice_counts_once(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for ids, count in [([1, 1], 1), ([3, 1, 3, 99, 99], 2)]:
                expect(publish(link, ids), count, tried=f"publish(link, {ids}) with posts 1, 2 and 3")

    def test_a_post_that_was_published_before_counts_too(self, publish, database_url):
        self.fresh(database_url)
        fill(database_url, "Out already")
        with opened(database_url) as link:
            expect(publish(link, [4, 1]), 2, tried="post 4 is published: publish(link, [4, 1])")
            expect(publish(link, [4, 1]), 2, tried="the same once more: publish(link, [4, 1])")

    def test_an_empty_list_publishes_nothing(self, publish, database_url):
        self.fresh(database_url)
        for driver in [psycopg2, psycopg]:
            with opened(database_url, driver) as link:
                got = published_by(publish, link, [])
                means = NO_BRACKETS if str(got).startswith("SyntaxError") else None
                expect(got, 0, tried=f"publish(link, []) with {driver.__name__}", means=means)
                link.commit()
        expect(stored(database_url, "published"), [False] * 3, tried="published, after publish(link, [])")

    def test_it_works_on_a_connection_of_psycopg_3(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url, psycopg) as link:
            for ids, count in [([1, 3, 99], 2), ([2], 1), ([1, 1, 3], 2)]:
                got = published_by(publish, link, ids)
                means = NOT_BOUND if isinstance(got, str) else None
                expect(got, count, tried=f"publish(link, {ids}) with psycopg 3", means=means)
            link.commit()
        expect(
            stored(database_url, "published"), [True] * 3, tried="published, after a commit with psycopg 3"
        )

    def test_the_caller_decides_whether_to_commit(self, publish, database_url):
        self.fresh(database_url)
        own = "The function has ended the transaction: a commit, a rollback, or the connection's `with`."
        cases = [([1, 2], 2), ([99], 0), ([], 0)]
        for driver, (ids, count) in product([psycopg2, psycopg], cases):
            with opened(database_url, driver) as link:
                with link.cursor() as cursor:
                    cursor.execute("UPDATE posts SET content = 'New.' WHERE id = 3")
                got = published_by(publish, link, ids)
                expect(got, count, tried=f"publish(link, {ids}) with {driver.__name__}, in a transaction")
                # 2: in a transaction, in which no statement has failed; both drivers use libpq's numbers.
                state = "closed" if link.closed else int(link.info.transaction_status)
                tried = f"publish(link, {ids}) with {driver.__name__}, in a transaction of the caller"
                require(
                    state == 2,
                    tried=tried,
                    expected="the same transaction, still open",
                    got=ENDED.get(state, state),
                )
                with link.cursor() as cursor:
                    cursor.execute("SELECT content FROM posts WHERE id = 3")
                    (content,) = cursor.fetchone()
                tried = "what the caller had written before, in the same transaction, to post 3"
                expect(content, "New.", tried=tried, means=own)
                link.rollback()
            tried = f"publish(link, {ids}) with {driver.__name__}, then link.rollback(): published"
            expect(stored(database_url, "published"), [False] * 3, tried=tried, means=own)

    def test_it_is_one_statement_for_all(self, publish, database_url):
        self.fresh(database_url)
        with opened(database_url, connection_factory=Counting) as link:
            publish(link, [1, 2, 3])
            self.judge_count(link, "psycopg2")
        with closing(psycopg.connect(database_url, cursor_factory=CountingCursor3)) as link:
            link.count = 0
            published_by(publish, link, [1, 2, 3])
            self.judge_count(link, "psycopg 3")

    def judge_count(self, link, driver):
        require(
            link.count <= 1,
            tried=f"publish(link, [1, 2, 3]) with {driver}",
            expected="one statement",
            got=link.count,
        )

    def fresh(self, url):
        ask(url, "DROP TABLE IF EXISTS posts")
        fill(url, "Hello", "Ideas", "Notes", published=False)


ENDED = {0: "it has ended", 3: "a transaction that has failed", "closed": "the connection was closed"}


FOUND = ["Say hello", "Hello", "An idea", "O'Neil", "100 % sure", "A_B", "back\\slash", "Größe"]
FOUND += ["1000 things", "AxB", "Zebra, or %s", "Yes", "%", "it''s"]
HIDDEN = ["Secret", "Secret hello", "Hidden 100 %", "x_y"]
WORDS = ["hello", "IDEA", "xyz", "", "o", " ", "%", "100%", "100 %", "_", "a_b", "\\", "back\\", "ö", "Größe"]
WORDS += ["O'NE", "it's", "''", "%s", "%(word)s", "{}", "--", "100", "X", "e", ".", ".*", "h.llo", "[a-z]"]


@exercise(
    "2.2c",
    hints=[
        "Which of the two is a value, and which is a name? What can be a parameter?",
        "The lesson says what to do where a client chooses a column: compare with a list of those you allow.",
        "Raise ValueError unless sort_by is one of two; then … WHERE strpos(lower(title), lower(%(word)s)) > 0.",
    ],
)
class TestSearch:
    def test_titles_with_the_word_are_found(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for word, wanted in [("hello", ["Hello", "Say hello"]), ("IDEA", ["An idea"]), ("xyz", [])]:
                self.judge(search, link, word, "title", wanted)

    def test_the_order_is_the_one_asked_for(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            self.judge(search, link, "hello", "id", ["Say hello", "Hello"])
            self.judge(search, link, "hello", "title", ["Hello", "Say hello"])
            # Posts 2, 10 and 11: as texts, these ids would come in another order.
            with_e = [title for title in FOUND if "e" in title.lower()]
            self.judge(search, link, "e", "id", with_e)
            self.judge(search, link, "e", "title", sorted(with_e))

    def test_a_word_may_hold_an_apostrophe(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            self.judge(search, link, "O'Ne", "title", ["O'Neil"])
            self.judge(search, link, "it's", "title", [])

    def test_a_percent_sign_or_an_underscore_is_a_character(self, search, database_url):
        self.fresh(database_url)
        pattern = "In a pattern of LIKE, % stands for anything, _ for one character, and \\ takes that away."
        cases = [("%", ["100 % sure", "Zebra, or %s", "%"]), ("_", ["A_B"]), ("a_b", ["A_B"]), ("100%", [])]
        with opened(database_url) as link:
            for word, wanted in [*cases, ("back\\s", ["back\\slash"])]:
                self.judge(search, link, word, "id", wanted, means=pattern)

    def test_no_word_shows_a_post_that_is_not_published(self, search, database_url):
        self.fresh(database_url)
        words = [
            "Secret",
            "' OR true --",
            "%' OR published = false --",
            "x%' UNION SELECT content FROM posts --",
            "') > 0 OR true --",
        ]
        with opened(database_url) as link:
            for word in words:
                self.judge(search, link, word, "title", [])

    def test_it_holds_for_any_word(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url) as link:
            for word in WORDS:
                wanted = [title for title in FOUND if word.lower() in title.lower()]
                self.judge(search, link, word, "id", wanted)

    def test_another_column_is_a_value_error(self, search, database_url):
        self.fresh(database_url)
        asked = ["content", "published", "id DESC", "title; DROP TABLE posts", "(SELECT 1)", "", "1", "TITLE"]
        with opened(database_url) as link:
            for sort_by in [*asked, "Id", " id", "title ", "created_at", "idtitle", "t", None]:
                self.refused(search, link, sort_by)

    def test_for_another_column_the_database_is_not_asked(self, search, database_url):
        self.fresh(database_url)
        with opened(database_url, connection_factory=Counting) as link:
            for sort_by in ["content", "id DESC"]:
                self.refused(search, link, sort_by)
                expect(
                    link.count, 0, tried=f"search(link, 'hello', {sort_by!r}): how many statements were sent"
                )

    def refused(self, search, link, sort_by):
        try:
            got = search(link, "hello", sort_by)
        except ValueError:
            got = "ValueError"
        except psycopg2.Error as error:
            link.rollback()
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        returned = got is ValueError or isinstance(got, ValueError)
        means = "The function returned it. `raise ValueError` raises it." if returned else None
        expect(got, "ValueError", tried=f"search(link, 'hello', {sort_by!r})", means=means)

    def judge(self, search, link, word, sort_by, wanted, means=None):
        tried = f"search(link, {word!r}, {sort_by!r})"
        try:
            got = search(link, word, sort_by)
        except (psycopg2.Error, IndexError, ValueError, TypeError) as error:
            if learners_line(error) and not isinstance(error, psycopg2.Error) and not is_format(error):
                raise
            got = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        expect(got, wanted, tried=tried, means=self.meaning(search, link, got, word) or means)

    def meaning(self, search, link, got, word):
        """What a wrong result most likely comes from; a word is suspected only when harmless ones work."""
        if isinstance(got, str) and "in ORDER BY" in got:
            return "A parameter is a value. The name of a column is none: ORDER BY sorts by a constant then."
        if isinstance(got, str) and "not all arguments converted" in got:
            return "There are more values than places. (word) is a text, (word,) is a tuple with one value."
        if isinstance(got, str) and is_format(got):
            return "In a statement with values, a % that is no place for one is written %%."
        if self.minds_the_case(search, link, got, word):
            return "The word counts in upper and lower case: Hello holds the word hello."
        if not isinstance(got, str) and not {*got} & {*HIDDEN} or "'" not in word:
            return None
        link.rollback()
        try:
            harmless = [title.lower() for title in search(link, "hello", "id")] == ["say hello", "hello"]
        except Exception:
            harmless = False
        return "The word has become a part of the statement." if harmless else None

    def minds_the_case(self, search, link, got, word):
        """Whether only the titles came that hold the word as it is written, here and for another word."""
        written = [title for title in FOUND if word in title]
        others = [title for title in FOUND if word.lower() in title.lower() and title not in written]
        if not others or not isinstance(got, list) or {*map(str, got)} != {*written}:
            return False
        try:
            return search(link, "hello", "id") == ["Say hello"]
        except Exception:
            return False

    def fresh(self, url):
        fill(url, *FOUND)
        fill(url, *HIDDEN, published=False)
        # A changed row is stored behind the others: without ORDER BY these come last.
        ask(url, "UPDATE posts SET content = content WHERE id IN (1, 5)")


def is_format(error):
    """Whether psycopg2 stumbled over a % in a statement, or over the number of values for it."""
    slips = (
        "tuple index out of range",
        "unsupported format",
        "incomplete format",
        "not all arguments converted",
    )
    return any(each in str(error) for each in slips)


@exercise(
    "2.2d",
    hints=[
        "What does PostgreSQL do with the rest of a transaction in which one statement has failed?",
        "Either let the taken title be no error (INSERT … ON CONFLICT), or undo one statement alone (SAVEPOINT).",
        "with link, link.cursor() as cursor: for each post an INSERT … ON CONFLICT (title) DO NOTHING; a "
        "cursor.rowcount of 0 says that it was skipped.",
    ],
)
class TestImport:
    def test_new_posts_are_stored_and_committed(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            new = [("Ideas", "Later."), ("O'Neil", "A name."), ("hello", " b "), (" Hello ", "c")]
            skipped = import_posts(link, new)
        tried = "Hello is taken; import_posts with Ideas, O'Neil, hello and ' Hello '"
        expect(self.listed(skipped), [], tried=f"{tried}: what was skipped")
        got = stored(database_url, "title || ':' || content || ':' || published")
        wanted = ["Hello:About Hello.:true", *(f"{title}:{content}:true" for title, content in new)]
        expect(got, wanted, tried=f"{tried}: title, content and published of all posts afterwards")

    def test_a_taken_title_is_skipped_and_returned(self, import_posts, database_url):
        fill(database_url, "Hello")
        fill(database_url, "Notes", published=False)
        whole = "SELECT title, published, created_at::text FROM posts WHERE title <> 'Ideas' ORDER BY title"
        before = ask(database_url, whole)
        with opened(database_url) as link:
            skipped = import_posts(link, [("Hello", "a"), ("Ideas", "b"), ("Notes", "c")])
        expect(
            self.listed(skipped),
            ["Hello", "Notes"],
            tried="Hello, Ideas, Notes with Hello and Notes taken: skipped",
        )
        expect(
            stored(database_url, "content", "title"),
            ["About Hello.", "b", "About Notes."],
            tried="the contents of Hello, Ideas and Notes afterwards",
            means="A skipped post leaves the stored one as it is.",
        )
        require(
            ask(database_url, whole) == before,
            tried="published and created_at of Hello and Notes afterwards",
            expected="what they were before",
            got="something else",
            means="A skipped post leaves the stored one as it is.",
        )

    def test_posts_before_and_after_a_taken_title_are_stored(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            import_posts(link, [("First", "a"), ("Hello", "b"), ("Last", "c")])
        expect(
            stored(database_url, order="title"),
            ["First", "Hello", "Last"],
            tried="First, Hello (taken), Last: the titles afterwards",
            means="After the failure the transaction was aborted, and with it went what was sent before and after.",
        )

    def test_a_title_twice_in_the_list_is_skipped_the_second_time(self, import_posts, database_url):
        fill(database_url)
        with opened(database_url) as link:
            skipped = import_posts(link, [("Twice", "a"), ("Twice", "b"), ("Once", "c")])
        expect(self.listed(skipped), ["Twice"], tried="Twice, Twice, Once: skipped")
        expect(stored(database_url, "content", "title"), ["c", "a"], tried="the contents of Once and Twice")

    def test_each_skipped_post_has_its_title_in_the_list(self, import_posts, database_url):
        fill(database_url, "Hello", "Notes")
        titles = ["Notes", "New", "Hello", "New", "Hello", "O'Neil", "New"]
        with opened(database_url) as link:
            skipped = import_posts(link, [(title, f"Text {number}.") for number, title in enumerate(titles)])
        tried = f"{', '.join(titles)}, with Hello and Notes taken"
        expect(self.listed(skipped), ["Notes", "Hello", "New", "Hello", "New"], tried=f"{tried}: skipped")
        contents = stored(database_url, "title || ': ' || content")
        wanted = ["Hello: About Hello.", "Notes: About Notes.", "New: Text 1.", "O'Neil: Text 5."]
        expect(contents, wanted, tried=f"{tried}: the posts afterwards")

    def test_nothing_to_import_is_fine(self, import_posts, database_url):
        fill(database_url, "Hello")
        with opened(database_url) as link:
            for posts in [[], [("Hello", "Again.")]]:
                skipped = self.listed(import_posts(link, posts))
                expect(skipped, [title for title, _ in posts], tried=f"import_posts(link, {posts}): skipped")
        expect(stored(database_url), ["Hello"], tried="the titles afterwards")

    def test_another_refusal_is_raised(self, import_posts, database_url):
        fill(database_url, "Hello")
        bad = [
            ("", "No title."),
            ("No content", ""),
            ("x" * 201, "A long title."),
            (None, "Not even a title."),
        ]
        shown = ["an empty title", "an empty content", "a title of 201 characters", "None for a title"]
        with opened(database_url) as link:
            for post, what in zip(bad, shown, strict=True):
                expect(
                    self.raised(import_posts, link, [("Fine", "a"), ("Hello", "b"), post]),
                    "NotNullViolation" if post[0] is None else "CheckViolation",
                    tried=f"Fine, Hello (taken), {what}",
                )

    def test_after_another_refusal_nothing_is_stored(self, import_posts, database_url):
        fill(database_url, "Hello")
        fine, taken, empty, late = ("Fine", "a"), ("Hello", "b"), ("", "c"), ("Late", "d")
        for posts in [[fine, taken, empty, late], [empty, fine], [fine, empty], [taken, empty, fine]]:
            with opened(database_url) as link:
                self.raised(import_posts, link, posts)
            expect(
                stored(database_url),
                ["Hello"],
                tried=f"import_posts(link, {posts}): the titles afterwards",
                means="Something was committed before the whole list was known to be fine.",
            )

    def test_after_another_refusal_the_connection_can_be_used(self, import_posts, database_url):
        fill(database_url)
        with opened(database_url) as link:
            self.raised(import_posts, link, [("Early", "a"), ("", "a")])
            try:
                with link.cursor() as cursor:
                    cursor.execute("SELECT 1")
                got = "works"
                link.rollback()
            except psycopg2.Error as error:
                got = type(error).__name__
            expect(got, "works", tried="SELECT 1 on the same connection, after an import that was refused")
            import_posts(link, [("Next", "a")])
        expect(stored(database_url), ["Next"], tried="one more import on the same connection: the titles")

    def listed(self, skipped):
        return list(skipped) if isinstance(skipped, (list, tuple)) else skipped

    def raised(self, import_posts, link, posts):
        try:
            return f"returned {import_posts(link, posts)!r}"
        except psycopg2.Error as error:
            return type(error).__name__


class Server:
    """Something to open that ends as the plan says, attempt by attempt; it notes attempts and pauses."""

    def __init__(self, *plan):
        self.plan, self.happened, self.link, self.error = plan, [], object(), None

    def open(self):
        self.happened.append("attempt")
        number = self.happened.count("attempt")
        if number > 60:
            raise SystemExit
        kind = self.plan[min(number, len(self.plan)) - 1]
        if kind is None:
            return self.link
        self.error = kind(f"attempt {number}")
        raise self.error

    def sleep(self, seconds):
        self.happened.append(round(float(seconds), 6))

    @property
    def pauses(self):
        return [each for each in self.happened if each != "attempt"]

    def wait(self, wait_for, attempts):
        """What came of it: "the connection", something else that was returned, or an error."""
        try:
            got = wait_for(self.open, attempts, self.sleep)
        except SystemExit:
            return "sixty attempts, and no end"
        except (psycopg2.Error, ZeroDivisionError, OSError) as error:
            mine = error is self.error or not str(error).startswith("attempt")
            return f"{type(error).__name__}: {error}" + ("" if mine else ", made anew")
        return "the connection" if got is self.link else got


DOWN = psycopg2.OperationalError
STARTING = psycopg2.errors.CannotConnectNow  # a kind of OperationalError
OTHERS = [psycopg2.ProgrammingError, ZeroDivisionError, psycopg2.InterfaceError, psycopg2.DatabaseError]
SAID = {None: "up", DOWN: "OperationalError", STARTING: "CannotConnectNow, a kind of OperationalError"}


def as_told(plan, attempts):
    """What the text of 2.2e says will happen: all attempts and pauses, and what comes of them."""
    happened, pause = [], 0.1
    for number in range(1, attempts + 1):
        happened.append("attempt")
        kind = plan[min(number, len(plan)) - 1]
        if kind is None:
            return happened, "the connection"
        if not issubclass(kind, DOWN) or number == attempts:
            return happened, f"{kind.__name__}: attempt {number}"
        happened.append(round(pause, 6))
        pause = min(2 * pause, 1.0)


@exercise(
    "2.2e",
    hints=[
        "How many pauses are there between five attempts, and which attempt's error must not be caught?",
        "Compare with `connect` in app/database.py: what is there already, and which limit is missing?",
        "A loop over attempts - 1 as in `connect`, with pause = min(pause * 2, 1); then one more open_link().",
    ],
    limit_seconds=5,
)
class TestWaitFor:
    def test_a_server_that_is_up_is_not_waited_for(self, wait_for):
        for attempts in [5, 1]:
            server, tried = Server(None), f"a server that is up, {attempts} attempts"
            expect(server.wait(wait_for, attempts), "the connection", tried=tried)
            expect(server.happened, ["attempt"], tried=f"{tried}: attempts and pauses")

    def test_it_waits_until_the_server_is_up(self, wait_for):
        for failures, pauses in [(2, [0.1, 0.2]), (1, [0.1])]:
            server, tried = Server(*[DOWN] * failures, None), f"up at attempt {failures + 1} of 5"
            expect(server.wait(wait_for, 5), "the connection", tried=tried)
            expect(server.pauses, pauses, tried=f"{tried}: pauses")

    def test_no_pause_is_longer_than_a_second(self, wait_for):
        server = Server(*[DOWN] * 7, None)
        server.wait(wait_for, 9)
        expect(server.pauses, [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0], tried="up at attempt 8 of 9: pauses")

    def test_the_error_of_the_last_attempt_comes_out(self, wait_for):
        for attempts in [4, 1]:
            got = Server(DOWN).wait(wait_for, attempts)
            expect(
                got,
                f"OperationalError: attempt {attempts}",
                tried=f"a server that is never up, {attempts} attempts",
                means={None: "The loop ended, and the function returned nothing."},
            )

    def test_there_is_no_pause_after_the_last_attempt(self, wait_for):
        server = Server(DOWN)
        server.wait(wait_for, 3)
        wanted = ["attempt", 0.1, "attempt", 0.2, "attempt"]
        expect(server.happened, wanted, tried="never up, 3 attempts: attempts and pauses")

    def test_any_other_error_comes_out_at_once(self, wait_for):
        for error in [*OTHERS, ConnectionRefusedError]:
            server, tried = Server(error), f"open_link raises {error.__name__}"
            expect(server.wait(wait_for, 5), f"{error.__name__}: attempt 1", tried=tried)
            expect(server.pauses, [], tried=f"{tried}: pauses")

    def test_it_holds_for_any_server(self, wait_for):
        for length in range(1, 4):
            for *first, last in product([DOWN, STARTING, OTHERS[0], None], repeat=length):
                if all(kind in (DOWN, STARTING) for kind in first):
                    for attempts in [1, 2, 3, 4, 7]:
                        self.judge(wait_for, (*first, last), attempts)

    def judge(self, wait_for, plan, attempts):
        server, (happened, came_of_it) = Server(*plan), as_told(plan, attempts)
        got = server.wait(wait_for, attempts)
        words = ", then ".join(SAID.get(kind, getattr(kind, "__name__", "")) for kind in plan)
        tried = f"{attempts} attempts at a server that says: {words}" + (", each time" if plan[-1] else "")
        expect(got, came_of_it, tried=tried)
        expect(server.happened, happened, tried=f"{tried}; attempts and pauses")

    def test_a_misspelt_database_is_told_in_the_end(self, wait_for, database_url):
        address, server = make_dsn(database_url, dbname="posbtoard"), Server(None)

        def open_link():
            server.open()
            return psycopg2.connect(address)

        try:
            wait_for(open_link, 3, server.sleep)
            got = "no error"
        except psycopg2.OperationalError as error:
            got = "OperationalError, naming posbtoard" if "posbtoard" in str(error) else str(error)
        except SystemExit:
            got = "sixty attempts, and no end"
        expect(got, "OperationalError, naming posbtoard", tried="a database that does not exist, 3 attempts")
