"""Checks of the exercises of lesson 3.3."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from unittest.mock import patch

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from course import sql_tape
from course.checks import (
    ask,
    engine_for,
    exercise,
    expect,
    learners_line,
    make_tables,
    postboard_client,
    require,
)

TEXT = "Some text."
ADA = {"X-API-Key": "not-a-real-key-ada"}
BOB = {"X-API-Key": "not-a-real-key-bob"}  # may write, and not delete
EVE = {"X-API-Key": "not-a-real-key-eve"}  # may delete, and not write; the check alone knows her


def add(url, *titles, published=True):
    """Store a post for each title."""
    for title in titles:
        values = (title, TEXT, published)
        ask(url, "INSERT INTO posts (title, content, published) VALUES (%s, %s, %s)", values)


def titles_in(url):
    """The titles that are stored, in the order of their ids."""
    return [title for (title,) in ask(url, "SELECT title FROM posts ORDER BY id")]


def published_in(url):
    """The ids of the published posts."""
    return [post_id for (post_id,) in ask(url, "SELECT id FROM posts WHERE published ORDER BY id")]


@contextmanager
def opened(url, *titles, published=True, **options) -> Iterator[Session]:
    """A session like Postboard's on the app's tables, with a post for each title, numbered from 1."""
    with engine_for(url) as engine:
        make_tables(engine, import_module("app.models").Base.metadata)
        add(url, *titles, published=published)
        with Session(engine, **({"expire_on_commit": False} | options)) as session:
            yield session


def post_class():
    """The page's `Post`."""
    return import_module("app.models").Post


def told(post):
    """What an object says of itself, as far as it is a post."""
    return tuple(getattr(post, name, None) for name in ("id", "title", "published"))


MEANWHILE = [  # are the posts published; what another session does; what publish(session, 2) returns
    (False, "UPDATE posts SET content = 'New.' WHERE id = 3", (2, "Sockets", True)),
    (True, "UPDATE posts SET published = false WHERE id = 2", (2, "Sockets", True)),
    (False, "UPDATE posts SET published = true WHERE id = 2", (2, "Sockets", True)),
    (False, "UPDATE posts SET title = 'It''s 100%' WHERE id = 2", (2, "It's 100%", True)),
    (False, "DELETE FROM posts WHERE id = 2", None),
]


@exercise(
    "3.3a",
    hints=[
        "What does the function have to do after it has changed the post, so that others see the change?",
        "The session holds post 2 already. Does `session.get(Post, 2)` read the row again? Look at the table "
        "in the lesson that has a column `populate_existing`.",
        "post = session.get(Post, post_id, populate_existing=True); unless it is None: assign and commit. "
        "Return post.",
    ],
)
class TestPublish:
    def test_the_post_is_returned_published(self, publish, database_url):
        with opened(database_url, "Hello", "Sockets", "Ideas", published=False) as session:
            for post_id, title in [(2, "Sockets"), (3, "Ideas")]:
                got = publish(session, post_id)
                expect(
                    told(got),
                    (post_id, title, True),
                    tried=f"publish(session, {post_id}): id, title, published",
                )
                require(
                    got in session,
                    tried=f"publish(session, {post_id})",
                    expected="the session's own object for this row",
                    got="an object that the session does not know",
                )

    def test_other_sessions_see_it(self, publish, database_url):
        with opened(database_url, "Hello", "Sockets", published=False) as session:
            publish(session, 2)
            expect(
                published_in(database_url),
                [2],
                tried="two drafts; publish(session, 2), then the published posts, seen from another session",
                means="Nothing there: no commit. Too much there: look at the condition.",
            )

    def test_a_post_that_does_not_exist_is_none(self, publish, database_url):
        with opened(database_url, "Hello", published=False) as session:
            expect(publish(session, 7), None, tried="one post; publish(session, 7)")
        expect(published_in(database_url), [], tried="publish(session, 7), then the published posts")

    def test_the_row_counts_whatever_the_session_holds(self, publish, database_url):
        with opened(database_url) as session:
            for published, meanwhile, wanted in MEANWHILE:
                session.rollback()  # a session that has read would keep TRUNCATE waiting
                session.expunge_all()
                ask(database_url, "TRUNCATE posts RESTART IDENTITY")
                add(database_url, "Hello", "Sockets", "Ideas", published=published)
                held = session.scalars(select(post_class())).all()
                session.commit()  # these sessions keep what they have read
                ask(database_url, meanwhile)
                rows = "SELECT id, xmin::text FROM posts WHERE published ORDER BY id"
                before = ask(database_url, rows)
                got = publish(session, 2)
                word = "published posts" if published else "drafts"
                tried = (
                    f"the session holds {len(held)} {word}; another session: {meanwhile}; publish(session, 2)"
                )
                expect(
                    None if got is None else told(got),
                    wanted,
                    tried=f"{tried}: what is returned (id, title, published)",
                    means="An object that the session holds is handed out as it is: its row is not read again.",
                )
                others = [row for row in before if row[0] != 2]
                stored = ask(database_url, rows)
                expect(
                    sorted(row[0] for row in stored),
                    sorted({*(row[0] for row in others), *([2] if wanted else [])}),
                    tried=f"{tried}, then the published posts",
                    means="The session sends an UPDATE only when the value differs from the one that it holds.",
                )
                if before and before[0][0] == 2 or len(before) == 3:
                    require(
                        stored == before,
                        tried=tried,
                        expected="the same version of the row as before",
                        got="a new version of it",
                        means="The row was published already, and the object did not know it.",
                    )

    def test_nothing_else_changes(self, publish, database_url):
        with opened(database_url, " Hello ", "Sockets", published=False) as session:
            ask(database_url, "UPDATE posts SET content = ' It''s. ' WHERE id = 1")
            publish(session, 1)
        rows = ask(database_url, "SELECT title, content FROM posts ORDER BY id")
        wanted = [(" Hello ", " It's. "), ("Sockets", TEXT)]
        expect(rows, wanted, tried="publish(session, 1), then title and content of all posts")

    def test_a_published_post_is_not_written_anew(self, publish, database_url):
        with opened(database_url, "Hello", "Sockets") as session:
            version = "SELECT id, xmin::text FROM posts ORDER BY id"
            before = ask(database_url, version)
            got = publish(session, 2)
            require(
                ask(database_url, version) == before,
                tried="publish(session, 2) of a post that is published",
                expected="the same version of the row as before",
                got="a new version of it",
                means="An UPDATE writes the row even when no value differs.",
            )
            expect(told(got), (2, "Sockets", True), tried="then what is returned: id, title, published")


ALIKE = ["Tea", "tea", "100%", "a_b", "It's", "Tea "]  # stored, numbered from 1
NEAR = ["TEA", "%", "100", "axb", "Its", "T_a", " Tea"]  # none of these


@exercise(
    "3.3b",
    hints=[
        "A query of this session: which posts can it see, and which not yet?",
        "What does autoflush do before each query, and which method does the same by hand?",
        "session.flush() before the select, and once more after the loop for the ids.",
    ],
)
class TestPostsFor:
    def test_a_title_twice_is_one_post(self, posts_for, database_url):
        for titles in [["Tea", "Hello", "Tea"], ["Rain", "Rain", "Snow"]]:
            with opened(database_url, "Hello", autoflush=False) as session:
                got = posts_for(session, list(titles))
                self.require_posts(got, titles)
                first, last = (0, 2) if titles[2] == titles[0] else (0, 1)
                require(
                    got[first] is got[last],
                    tried=f"autoflush=False; posts_for(session, {titles})",
                    expected=f'one object for both "{titles[first]}"',
                    got="two",
                    means="The query did not see the first one: it was pending, and not sent.",
                )
                session.rollback()
            ask(database_url, "DROP TABLE posts")

    def test_a_stored_post_is_found(self, posts_for, database_url):
        with opened(database_url, "Hello", "Sockets", autoflush=False) as session:
            ask(database_url, "UPDATE posts SET published = false WHERE id = 2")
            got = posts_for(session, ["Sockets", "Tea", "Hello"])
            self.require_posts(got, ["Sockets", "Tea", "Hello"])
            expect([got[0].id, got[2].id], [2, 1], tried='the ids of "Sockets" and "Hello", which are stored')
            session.commit()
        stored = ask(database_url, "SELECT content, published FROM posts WHERE id <= 2 ORDER BY id")
        expect(
            stored,
            [(TEXT, True), (TEXT, False)],
            tried="then a commit; content and published of the two posts that were stored before, 2 as a draft",
            means="What is found stays as it is.",
        )

    def test_a_post_that_the_caller_has_added_is_found(self, posts_for, database_url):
        for autoflush in [False, True]:
            with opened(database_url, autoflush=autoflush) as session:
                mine = post_class()(title="Rain", content=TEXT)
                session.add(mine)
                got = posts_for(session, ["Rain", "Tea"])
                self.require_posts(got, ["Rain", "Tea"])
                require(
                    got[0] is mine,
                    tried='session.add(mine), a post "Rain"; posts_for(session, ["Rain", "Tea"])[0]',
                    expected="mine",
                    got="another post",
                    means="What is pending when the function is called has to be sent before the first query.",
                )
                session.rollback()
            ask(database_url, "DROP TABLE posts")

    def test_each_post_has_its_id(self, posts_for, database_url):
        for autoflush in [True, False]:
            with opened(database_url, autoflush=autoflush) as session:
                got = posts_for(session, ["Tea", "Rain"])
                self.require_posts(got, ["Tea", "Rain"])
                known = [post.__dict__.get("id") is not None for post in got]
                expect(
                    known,
                    [True, True],
                    tried=f"autoflush={autoflush}; posts_for(session, ['Tea', 'Rain']): has each post an id?",
                    means="An id comes with the INSERT, and that is sent by a flush.",
                )
                session.rollback()

    def test_only_the_very_same_title_is_the_same_post(self, posts_for, database_url):
        with opened(database_url, *ALIKE) as session:
            ask(database_url, "UPDATE posts SET published = false WHERE id IN (2, 5)")
            for autoflush in [True, False]:
                session.autoflush = autoflush
                for titles in [ALIKE, ALIKE[::-1], NEAR + ALIKE, ["Rain", *NEAR, "rain", *NEAR, "Rain"]]:
                    got = posts_for(session, list(titles))
                    self.require_posts(got, titles)
                    numbers = {title: number for number, title in enumerate(ALIKE, start=1)}
                    wrong = [
                        f"{title!r} is post {post.id}"
                        for title, post in zip(titles, got, strict=True)
                        if post.id != numbers.get(title, post.id) or (title not in numbers and post.id <= 6)
                    ]
                    shared = len({id(post) for post in got})
                    expect(
                        (wrong[:1], shared),
                        ([], len(set(titles))),
                        tried=f"{ALIKE} are stored, 2 and 5 are drafts; autoflush={autoflush}; "
                        f"posts_for(session, {titles}): a post that is another one, and how many objects",
                    )
                    session.rollback()

    def test_what_is_made_has_its_content(self, posts_for, database_url):
        with opened(database_url, "Hello") as session:
            posts_for(session, ["Tea", "Hello", "Rain"])
            session.commit()
        expect(
            ask(database_url, "SELECT title, content, published FROM posts ORDER BY title"),
            [("Hello", TEXT, True), ("Rain", "To be written.", True), ("Tea", "To be written.", True)],
            tried='"Hello" is stored; posts_for(session, ["Tea", "Hello", "Rain"]), a commit; '
            "title, content and published",
        )

    def test_the_caller_decides_on_the_commit(self, posts_for, database_url):
        with opened(database_url, "Hello", autoflush=False) as session:
            session.add(post_class()(title="Mine", content=TEXT))
            posts_for(session, ["Tea", "Hello"])
            tried = (
                'session.add(a post "Mine"); posts_for(session, ["Tea", "Hello"]), '
                "then the titles, seen from another session"
            )
            expect(titles_in(database_url), ["Hello"], tried=f"{tried}, before the caller's commit")
            session.rollback()
            expect(titles_in(database_url), ["Hello"], tried=f"{tried}, after the caller's rollback")
            posts_for(session, ["Tea", "Rain"])
            session.commit()
        wanted = ["Hello", "Tea", "Rain"]
        expect(
            titles_in(database_url), wanted, tried="once more with Tea and Rain, and a commit by the caller"
        )

    def test_an_import_without_surprises_works_too(self, posts_for, database_url):
        with opened(database_url, "Hello") as session:
            expect(posts_for(session, []), [], tried="posts_for(session, [])")
            titles = ["Tea", "Hello"]
            self.require_posts(posts_for(session, titles), ["Tea", "Hello"])
            expect(titles, ["Tea", "Hello"], tried="posts_for(session, titles), then the caller's own list")
            session.commit()
        expect(titles_in(database_url), ["Hello", "Tea"], tried="then a commit, and all titles")

    def test_the_session_keeps_its_settings(self, posts_for, database_url):
        for autoflush in [False, True]:
            with opened(database_url, "Hello", autoflush=autoflush) as session:
                posts_for(session, ["Tea", "Hello"])
                tried = f"autoflush={autoflush}; posts_for(session, ['Tea', 'Hello']), then session.autoflush"
                means = "The session is the caller's. Without autoflush, flush by hand."
                expect(session.autoflush, autoflush, tried=tried, means=means)
                session.rollback()
            ask(database_url, "DROP TABLE posts")

    def require_posts(self, got, titles):
        require(
            isinstance(got, list) and [getattr(post, "title", None) for post in got] == titles,
            tried=f"posts_for(session, {titles})",
            expected="a list of posts with these titles, in this order",
            got=got,
        )


def made(count):
    """Rows for an import, in an order of their own."""
    return [{"title": f"Post {(number * 7) % count}", "content": TEXT} for number in range(count)]


def empty():
    """A row that the table refuses; a new one each time, since an answer may take it apart."""
    return {"title": "", "content": "x"}


@exercise(
    "3.3c",
    hints=[
        "Which of the three ways of the lesson knows the ids, and how many statements does it send?",
        "What has to happen to a transaction in which a statement has failed, before the session is used again?",
        "session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows), then commit; "
        "on an error rollback and raise; and no rows are a case of their own.",
    ],
)
class TestImport:
    def test_the_ids_come_in_the_order_of_the_rows(self, import_posts, database_url):
        with opened(database_url, "Hello", "Sockets", "Gone") as session:
            ask(database_url, "DELETE FROM posts WHERE title = 'Gone'")
            rows = made(10)
            ids = import_posts(session, rows)
        self.require_ids(ids, 10)
        named = dict(ask(database_url, "SELECT id, title FROM posts"))
        require(
            all(each in named for each in ids),
            tried="posts 1 and 2 are there, 3 has been deleted; import_posts(session, ten rows)",
            expected="ids of posts that are stored",
            got=ids,
            means="The next id is the table's to say: rows that were deleted or refused leave gaps.",
        )
        got = [named[each] for each in ids]
        expect(
            got,
            [row["title"] for row in made(10)],
            tried="import_posts(session, ten rows): the titles of these ids",
        )
        expect(rows, made(10), tried="import_posts(session, rows), then the caller's own rows")

    def test_other_sessions_see_them(self, import_posts, database_url):
        with opened(database_url, "Hello") as session:
            import_posts(session, [{"title": "Tea", "content": "x"}, {"title": "Rain", "content": "y"}])
            expect(
                ask(database_url, "SELECT title, content, published FROM posts ORDER BY title"),
                [("Hello", TEXT, True), ("Rain", "y", True), ("Tea", "x", True)],
                tried="import_posts(session, two rows), then a look from another session",
                means="What is missing was not committed.",
            )

    def test_a_field_that_a_row_does_not_name_gets_its_default(self, import_posts, database_url):
        rows = [
            {"title": "Tea", "content": "x"},
            {"title": "Rain", "content": "y", "published": False},
            {"title": "Snow", "content": "z", "published": True},
            {"content": "w", "title": "Wind"},
        ]
        with opened(database_url) as session:
            ids = import_posts(session, [dict(row) for row in rows])
            self.require_ids(ids, 4)
        stored = {row[0]: row[1:] for row in ask(database_url, "SELECT id, title, published FROM posts")}
        expect(
            [stored.get(each) for each in ids],
            [("Tea", True), ("Rain", False), ("Snow", True), ("Wind", True)],
            tried=f"import_posts(session, {rows}): title and published of these ids",
            means="Rows may name different fields: here the second and the third name `published`.",
        )

    def test_a_text_may_hold_any_sign(self, import_posts, database_url):
        signs = ["It's", "100%", "%(a)s", ":x", "a_b", "é\n;--", "Tea", "tea", "x" * 200]
        with opened(database_url) as session:
            ids = import_posts(session, [{"title": each, "content": f"{each}!"} for each in signs])
            self.require_ids(ids, len(signs))
        stored = {row[0]: row[1:] for row in ask(database_url, "SELECT id, title, content FROM posts")}
        expect(
            [stored.get(each) for each in ids],
            [(each, f"{each}!") for each in signs],
            tried=f"import_posts(session, a row for each of {signs}): title and content of these ids",
        )

    def test_a_thousand_rows_take_two_statements_at_most(self, import_posts, database_url):
        with opened(database_url) as session, sql_tape() as tape:
            ids = import_posts(session, made(1000))
        self.require_ids(ids, 1000)
        tape.at_most(2, "import_posts(session, a thousand rows)")
        titles = dict(ask(database_url, "SELECT id, title FROM posts"))
        require(
            [titles.get(each) for each in ids] == [row["title"] for row in made(1000)],
            tried="import_posts(session, a thousand rows): the titles of these ids",
            expected="those of the rows, in their order",
            got="others, or another order",
        )

    def test_one_refused_row_stores_none(self, import_posts, database_url):
        for bad, why in [
            ({"title": "Hello", "content": "x"}, "a title that exists"),
            (empty(), "an empty title"),
            ({"title": "x" * 201, "content": "x"}, "a title of 201 characters"),
            ({"title": "Rain", "content": None}, "no content"),
            ({"title": "Post 1", "content": "x"}, "a title that stands in these rows twice"),
        ]:
            with opened(database_url, "Hello") as session:
                for place in [0, 3, 6]:
                    rows = [*made(5), {"title": "Tea", "content": "x"}]
                    rows.insert(place, dict(bad))
                    tried = f"import_posts(session, seven rows, row {place + 1} with {why})"
                    self.expect_refused(import_posts, session, rows, tried)
                    session.commit()  # a caller who goes on
                    expect(titles_in(database_url), ["Hello"], tried=f"{tried}, then all titles")
            ask(database_url, "DROP TABLE posts")

    def test_the_session_can_be_used_again(self, import_posts, database_url):
        with opened(database_url, "Hello") as session:
            tried = "import_posts(session, rows with an empty title)"
            self.expect_refused(import_posts, session, [*made(2), empty()], tried)
            try:
                import_posts(session, [{"title": "Tea", "content": "x"}])
                got = titles_in(database_url)
            except SQLAlchemyError as error:
                got = type(error).__name__
        expect(
            got,
            ["Hello", "Tea"],
            tried=f"{tried}, then a good import with the same session",
            means="After an error the transaction is over, and somebody has to roll back.",
        )

    def test_no_rows_are_an_empty_list(self, import_posts, database_url):
        with opened(database_url, "Hello") as session:
            try:
                got = import_posts(session, [])
            except IntegrityError:
                got = "IntegrityError"
            expect(
                got,
                [],
                tried="import_posts(session, [])",
                means={"IntegrityError": "An insert without rows is an INSERT of one row of defaults."},
            )
        expect(titles_in(database_url), ["Hello"], tried="import_posts(session, []), then all titles")

    def expect_refused(self, import_posts, session, rows, tried):
        try:
            got = f"it returned {import_posts(session, rows)}"
        except IntegrityError:
            got = "IntegrityError"
        expect(got, "IntegrityError", tried=tried)

    def require_ids(self, ids, count):
        require(
            isinstance(ids, list) and len(ids) == count and all(isinstance(each, int) for each in ids),
            tried=f"import_posts(session, {count} rows)",
            expected=f"a list of {count} ids",
            got=ids,
            means="bulk_save_objects leaves the ids of its objects at None."
            if isinstance(ids, list) and None in ids
            else None,
        )


@exercise(
    "3.3d",
    hints=[
        "What does the session believe of `post` after the UPDATE, and what does it send for the assignment?",
        "Which value of `synchronize_session` keeps the objects as they are, and which is the default?",
        "Take the option out: then every object is told, and the assignment makes a difference again.",
    ],
)
class TestShowOnly:
    def test_a_published_post_stays_published(self, show_only, database_url):
        for chosen in [1, 3]:
            with opened(database_url, "Hello", "Sockets", "Ideas") as session:
                show_only(session, session.get(post_class(), chosen))
            expect(
                published_in(database_url),
                [chosen],
                tried=f"three published posts; show_only(session, post {chosen}), then the published posts",
                means="The session sends what differs from what it believes to be stored.",
            )
            ask(database_url, "DROP TABLE posts")

    def test_posts_with_a_similar_title_become_drafts(self, show_only, database_url):
        titles = ["Socket_", "Sockets", "socket_", "%"]
        with opened(database_url, *titles) as session:
            for chosen in [1, 4]:
                show_only(session, session.get(post_class(), chosen))
                tried = f"posts {titles}; show_only(session, post {chosen}), then the published posts"
                expect(published_in(database_url), [chosen], tried=tried)

    def test_a_draft_becomes_the_one_that_is_shown(self, show_only, database_url):
        with opened(database_url, "Hello", "Sockets", "Ideas") as session:
            ask(database_url, "UPDATE posts SET published = false WHERE id = 2")
            show_only(session, session.get(post_class(), 2))
            tried = "post 2 is a draft; show_only(session, post 2), then the published posts"
            expect(published_in(database_url), [2], tried=tried)

    def test_the_rows_count_whatever_the_session_holds(self, show_only, database_url):
        with opened(database_url) as session:
            for meanwhile in [
                "UPDATE posts SET published = false WHERE id = 2",
                "UPDATE posts SET published = true WHERE id = 3",
                "UPDATE posts SET published = NOT published",
                "INSERT INTO posts (title, content) VALUES ('New', 'x')",
            ]:
                session.rollback()  # a session that has read would keep TRUNCATE waiting
                session.expunge_all()
                ask(database_url, "TRUNCATE posts RESTART IDENTITY")
                add(database_url, "Hello", "Sockets")
                add(database_url, "Draft", "Ideas", published=False)
                held = session.scalars(select(post_class()).order_by("id")).all()
                session.commit()  # these sessions keep what they have read
                ask(database_url, meanwhile)
                show_only(session, held[1])
                tried = (
                    f"posts 1 and 2 are published, 3 and 4 drafts, and the session holds them; "
                    f"another session: {meanwhile}; show_only(session, post 2)"
                )
                expect(
                    published_in(database_url),
                    [2],
                    tried=f"{tried}, then the published posts",
                    means="The session sends nothing for a value that is equal to the one that it holds.",
                )
                expect(
                    [post.published for post in held],
                    [False, True, False, False],
                    tried=f"{tried}: `published` of the four objects",
                )

    def test_changes_that_wait_in_the_session_count_too(self, show_only, database_url):
        with opened(database_url, "Hello", "Sockets", published=False) as session:
            posts = [session.get(post_class(), each) for each in (1, 2)]
            posts[0].published = True
            posts[1].content = "New."
            posts.append(post_class()(title="Ideas", content=TEXT, published=True))
            session.add(posts[2])
            show_only(session, posts[1])
            tried = (
                "two drafts; post_1.published = True, post_2.content = 'New.', session.add(a new post), "
                "no flush; show_only(session, post_2)"
            )
            got = [post.published for post in posts]
        rows = ask(database_url, "SELECT id, content, published FROM posts ORDER BY id")
        wanted = [(1, TEXT, False), (2, "New.", True), (3, TEXT, False)]
        expect(rows, wanted, tried=f"{tried}, then all rows (id, content, published)")
        expect(got, [False, True, False], tried=f"{tried}: `published` of the objects")

    def test_every_object_says_what_its_row_says(self, show_only, database_url):
        with opened(database_url, "Hello", "Sockets", "Ideas") as session:
            posts = [session.get(post_class(), each) for each in (1, 2, 3)]
            show_only(session, posts[1])
            got = [post.published for post in posts]
            rows = [found for (found,) in ask(database_url, "SELECT published FROM posts ORDER BY id")]
        expect(
            got,
            rows,
            tried="show_only(session, post 2) with all three posts loaded: `published` of the objects",
            means="Stale: nobody told these objects what the bulk update did.",
        )

    def test_other_sessions_see_the_change(self, show_only, database_url):
        with opened(database_url, "Hello", "Sockets") as session:
            show_only(session, session.get(post_class(), 2))
            tried = "show_only(session, post 2), then the published posts, seen from another session"
            expect(published_in(database_url), [2], tried=tried)

    def test_no_other_column_changes(self, show_only, database_url):
        columns = "SELECT id, title, content, created_at FROM posts ORDER BY id"
        with opened(database_url, "Hello", "Sockets") as session:
            before = ask(database_url, columns)
            show_only(session, session.get(post_class(), 1))
        same = ask(database_url, columns) == before
        require(same, tried="show_only(session, post 1)", expected="only `published` to change", got="more")


@contextmanager
def copying(add_copy, url) -> Iterator[TestClient]:
    """Postboard's handlers and the learner's route, over three posts."""
    api = FastAPI()
    import_module("app.errors").add_error_handlers(api)
    add_copy(api)
    with postboard_client(api, url, raise_server_exceptions=False) as client:
        add(url, "Hello", "Sockets", "Ideas")
        yield client


def send(client, post_id, key=ADA):
    """POST …/copy; a slip in the learner's own code is raised, to show its line."""
    path = f"/posts/{post_id}/copy"
    try:
        return TestClient(client.app, follow_redirects=False).post(path, headers=key)
    except Exception as error:
        if learners_line(error) and not isinstance(error, (SQLAlchemyError, ValueError)):
            raise
        return client.post(path, headers=key)


def body_of(answer):
    """The JSON object in an answer; an empty one when there is none."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


@exercise(
    "3.3e",
    hints=[
        "Which of Postboard's services do already what is needed here: find a post, store one, keep the rule?",
        "`services.create_post` takes a PostCreate. Which of its fields come from the original?",
        "read_post(…, drafts=True), a PostCreate with the cut title and published=False, create_post; "
        "the route has status_code=201, a response model and may_write.",
    ],
)
class TestCopy:
    def test_the_copy_is_a_draft_with_a_title_of_its_own(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            ask(database_url, "UPDATE posts SET content = 'Welcome.' WHERE id = 1")
            for post_id, title, content, number in [(2, "Sockets", TEXT, 4), (1, "Hello", "Welcome.", 5)]:
                answer = send(client, post_id)
                expect(
                    answer.status_code,
                    201,
                    tried=f"POST /posts/{post_id}/copy",
                    means={
                        500: "An error that nobody turned into an answer.",
                        307: "An address with a slash at its end is another one.",
                    },
                )
                wanted = {"id": number, "title": f"Copy of {title}", "content": content, "published": False}
                expect(body_of(answer), wanted, tried=f"POST /posts/{post_id}/copy")

    def test_the_copy_is_stored_beside_the_original(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            send(client, 2)
        expect(
            ask(
                database_url, "SELECT id, title, content, published FROM posts WHERE id IN (2, 4) ORDER BY id"
            ),
            [(2, "Sockets", TEXT, True), (4, "Copy of Sockets", TEXT, False)],
            tried="POST /posts/2/copy, then both posts, seen from another session",
        )

    def test_a_post_that_does_not_exist_is_404(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            for shown, post_id in [("99", 99), ("4", 4), ("2**31 - 1", 2**31 - 1)]:
                expect(
                    send(client, post_id).status_code,
                    404,
                    tried=f"there are three posts; POST /posts/{shown}/copy",
                    means={500: "session.get gives None for a row that is not there."},
                )
        expect(titles_in(database_url), ["Hello", "Sockets", "Ideas"], tried="then the titles of all posts")

    def test_an_id_that_no_post_can_have_is_422(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            for shown, post_id in [("0", 0), ("-1", -1), ("2**31", 2**31), ("tea", "tea")]:
                expect(send(client, post_id).status_code, 422, tried=f"POST /posts/{shown}/copy")

    def test_a_second_copy_is_409(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            statuses = [send(client, post_id).status_code for post_id in (2, 2, 3)]
        expect(statuses, [201, 409, 201], tried="POST /posts/2/copy twice, then POST /posts/3/copy")
        wanted = ["Copy of Ideas", "Copy of Sockets", "Hello", "Ideas", "Sockets"]
        expect(sorted(titles_in(database_url)), wanted, tried="then the titles of all posts")

    def test_a_fourth_draft_is_409(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            add(database_url, "Tea", "Rain", published=False)
            statuses = [send(client, post_id).status_code for post_id in (1, 2)]
        expect(
            statuses,
            [201, 409],
            tried="two drafts exist; POST /posts/1/copy, POST /posts/2/copy",
            means="A way to store a post that goes past the rule of three drafts.",
        )
        drafts = ask(database_url, "SELECT count(*) FROM posts WHERE NOT published")[0][0]
        expect(drafts, 3, tried="then the number of drafts")

    def test_a_draft_can_be_copied_too(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            add(database_url, "Tea", published=False)
            answer = send(client, 4)
            expect(answer.status_code, 201, tried="post 4 is a draft; POST /posts/4/copy")
            wanted = {"id": 5, "title": "Copy of Tea", "content": TEXT, "published": False}
            expect(body_of(answer), wanted, tried="post 4 is a draft; POST /posts/4/copy")
        expect(published_in(database_url), [1, 2, 3], tried="then the published posts")

    def test_a_text_may_hold_any_sign(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            texts = ["It's 100% _ :x", "é" * 200, "Copy of Tea", "x" * 19_997]
            for number, (title, text) in enumerate((each[:150], f" {each}\n ") for each in texts):
                values = "(id, title, content) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s)"
                ask(database_url, f"INSERT INTO posts {values}", (50 + number, title, text))
                ask(database_url, "DELETE FROM posts WHERE NOT published")  # three drafts are the most
                got = body_of(send(client, 50 + number))
                expect(
                    (got.get("title"), got.get("content") == text),
                    (f"Copy of {title}", True),
                    tried=f"POST …/copy of a post with the title {title[:20]!r} … and a content of "
                    f"{len(text)} characters: the title, and whether the content is the same",
                )

    def test_without_a_key_it_is_401(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            statuses = [send(client, 2, key).status_code for key in ({}, {"X-API-Key": "no"})]
        expect(statuses, [401, 401], tried="POST /posts/2/copy without a key, and with a wrong one")
        expect(len(titles_in(database_url)), 3, tried="then the number of posts")

    def test_who_may_write_may_copy(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            expect(
                send(client, 2, BOB).status_code,
                201,
                tried="POST /posts/2/copy with Bob's key, who may write posts, and not delete them",
                means={403: "The route asks for another permission than the other writing routes."},
            )

    def test_who_may_not_write_may_not_copy(self, add_copy, database_url):
        dependencies = import_module("app.dependencies")
        eve = dependencies.Caller("eve", frozenset({"posts:delete"}))
        with (
            patch.dict(dependencies.CALLERS, {EVE["X-API-Key"]: eve}),
            copying(add_copy, database_url) as client,
        ):
            expect(
                send(client, 2, EVE).status_code,
                403,
                tried="POST /posts/2/copy with the key of Eve, who may delete posts, and not write them",
                means={201: "The route asks who is calling, and not what they may do."},
            )
        expect(len(titles_in(database_url)), 3, tried="then the number of posts")

    def test_a_long_title_is_cut(self, add_copy, database_url):
        with copying(add_copy, database_url) as client:
            for length in (191, 192, 193, 200):
                ask(database_url, "DELETE FROM posts WHERE NOT published")
                title = f"{length}{'x' * length}"[:length]
                add(database_url, title)
                post_id = ask(database_url, "SELECT max(id) FROM posts")[0][0]
                answer = send(client, post_id)
                tried = f"POST …/copy of a post whose title has {length} characters"
                expect(answer.status_code, 201, tried=tried)
                expect(body_of(answer).get("title"), f"Copy of {title}"[:200], tried=f"{tried}: the title")
