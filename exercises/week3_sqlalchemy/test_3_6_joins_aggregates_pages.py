"""Checks of the exercises of lesson 3.6."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from itertools import count

from fastapi import FastAPI
from sqlalchemy.orm import Session

from course import sql_tape
from course.checks import engine_for, exercise, expect, make_tables, postboard_client, require

TEXT = "Some text."
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EARLIER = count()


def models():
    """The app's tables, of the page's app: it is not there when this file is read."""
    return import_module("app.models")


@contextmanager
def board(url, *people) -> Iterator[Session]:
    """A session on Postboard's tables, with these users numbered from 1."""
    with engine_for(url) as engine:
        make_tables(engine, models().Base.metadata)
        with Session(engine) as session:
            for name in people:
                add(session, models().User(name=name))
            yield session


def add(session, thing):
    """Store one thing, committed at once, so that ids come in the order of the calls."""
    session.add(thing)
    session.commit()
    return thing


def post(session, title, author_id=None, **more):
    """Store a post; each says that it is older than the one before, so that no time is an id in disguise.

    Every second one is a draft, unless it is told: where nothing is said of drafts they belong there.
    """
    number = next(EARLIER)
    created_at = NOON - timedelta(days=1 + number)
    given = {"content": TEXT, "author_id": author_id, "created_at": created_at, "published": number % 2 == 0}
    given |= more
    return add(session, models().Post(title=title, **given))


def edit_first(session):
    """Edit the first post: its row is stored anew, behind the others, which ORDER BY alone puts right."""
    session.get_one(models().Post, 1).content = "Edited."
    session.commit()


def rows_of(got, tried):
    """The learner's rows as tuples, whether they are tuples, lists or SQLAlchemy's rows."""
    try:
        rows = list(got)
        if not any(isinstance(row, str) for row in rows):
            return [tuple(row) for row in rows]
        got = rows
    except TypeError:
        pass
    require(False, tried=tried, expected="a list of tuples", got=got)


@exercise(
    "3.6a",
    hints=[
        "Which of the two tables keeps all its rows, even those without a partner?",
        "Look at the LEFT and RIGHT joins of the lesson, and at which table each begins with.",
        "select(title, name), .outerjoin(Post.author), ordered by the post's id.",
    ],
)
class TestAuthors:
    def test_each_post_comes_with_its_author(self, authors_of, database_url):
        with board(database_url, "ada", "bob") as session:
            for title, author_id in [("Hello", 2), ("Sockets", 1), ("Ideas", 2)]:
                post(session, title, author_id)
            wanted = [("Hello", "bob"), ("Sockets", "ada"), ("Ideas", "bob")]
            self.judge(authors_of, session, wanted, "three posts, each with an author")

    def test_a_post_without_an_author_is_there_too(self, authors_of, database_url):
        with board(database_url, "ada") as session:
            for title, author_id in [("Farewell", None), ("Hello", 1), ("Leaving", None)]:
                post(session, title, author_id)
            wanted = [("Farewell", None), ("Hello", "ada"), ("Leaving", None)]
            means = "An inner join keeps only rows that found a partner."
            self.judge(authors_of, session, wanted, "two of three posts have no author", means)

    def test_a_user_without_posts_is_not_in_it(self, authors_of, database_url):
        with board(database_url, "ada", "cy") as session:
            post(session, "Hello", 1)
            means = "The users are not asked for: their rows need not stay when nothing fits."
            self.judge(authors_of, session, [("Hello", "ada")], "cy has no posts", means)

    def test_posts_come_in_the_order_of_their_ids(self, authors_of, database_url):
        with board(database_url, "ada", "bob") as session:
            for title, author_id in [("Zebras", 2), ("Apes", 1), ("Mice", 2), ("Bees", 1)]:
                post(session, title, author_id)
            add(session, models().Comment(post_id=1, author_id=1, content="So many."))
            edit_first(session)
            wanted = [("Zebras", "bob"), ("Apes", "ada"), ("Mice", "bob"), ("Bees", "ada")]
            means = "An edited row may come last, and a later id may have an earlier time: ORDER BY the id."
            self.judge(authors_of, session, wanted, "four posts, the first one edited", means)

    def test_one_statement_is_enough(self, authors_of, database_url):
        names = [f"author {number}" for number in range(5)]
        with board(database_url, *names) as session:
            for number in range(5):
                post(session, f"Post {number}", number + 1)
            more = [models().Post(title=f"More {number}", content=TEXT) for number in range(120)]
            session.add_all(more)
            session.commit()
            session.expunge_all()
            tried = "authors_of(session) with five posts of five authors, and 120 of nobody"
            with sql_tape() as tape:
                got = rows_of(authors_of(session), tried)
            tape.at_most(1, tried)
            expect(len(got), 125, tried=f"{tried}: how many rows")

    def judge(self, authors_of, session, wanted, told, means=""):
        session.expunge_all()
        tried = f"authors_of(session): {told}"
        expect(rows_of(authors_of(session), tried), wanted, tried=tried, means=means)


@exercise(
    "3.6b",
    hints=[
        "What are the post's columns in the row of a user without posts, and what does WHERE do with it?",
        "Where does a condition on the right table belong? And what does count() count?",
        ".outerjoin(Post, and_(…, Post.published)), and count the posts' ids.",
    ],
)
class TestPublished:
    def test_published_posts_are_counted(self, published_posts, database_url):
        wanted = [("ada", 2), ("bob", 3)]
        posts = [("ada", True), ("bob", True), ("ada", True), ("bob", True), ("bob", True)]
        self.judge(published_posts, database_url, ["ada", "bob"], posts, wanted)

    def test_drafts_do_not_count(self, published_posts, database_url):
        wanted = [("ada", 1), ("bob", 2)]
        posts = [("ada", True), ("ada", False), ("bob", True), ("bob", True)]
        self.judge(published_posts, database_url, ["ada", "bob"], posts, wanted)

    def test_a_user_without_posts_has_0(self, published_posts, database_url):
        means = "Nobody may vanish, and count(*) counts the row that the outer join keeps for cy."
        wanted = [("ada", 1), ("cy", 0)]
        self.judge(published_posts, database_url, ["ada", "cy"], [("ada", True)], wanted, means)

    def test_a_user_with_drafts_only_has_0(self, published_posts, database_url):
        means = "A draft is not counted, and its author stays in the list all the same."
        posts = [("bob", False), ("ada", True), ("bob", False)]
        wanted = [("ada", 1), ("bob", 0)]
        self.judge(published_posts, database_url, ["ada", "bob"], posts, wanted, means)

    def test_users_come_in_the_order_of_their_names(self, published_posts, database_url):
        wanted = [("ada", 0), ("bob", 1), ("eve", 1)]
        posts = [("bob", True), ("eve", True)]
        self.judge(published_posts, database_url, ["eve", "bob", "ada"], posts, wanted)

    def judge(self, published_posts, url, people, posts, wanted, means=""):
        with board(url, *people) as session:
            for at, (name, published) in enumerate(posts):
                post(session, f"Post {at}", people.index(name) + 1, published=published)
            tried = ", ".join(f"{'post' if published else 'draft'} of {name}" for name, published in posts)
            tried = f"users {', '.join(people)}; {tried}; published_posts(session)"
            expect(rows_of(published_posts(session), tried), wanted, tried=tried, means=means)


@exercise(
    "3.6c",
    hints=[
        "A post has two comments and three votes. How many rows does a join of all three tables have?",
        "Look at what the lesson does for the feed: two numbers, each counted apart.",
        "Two scalar subqueries: one is selected and compared with `least`, the other selected and sorted by.",
    ],
)
class TestStandings:
    def test_comments_and_votes_do_not_multiply(self, standings, database_url):
        posts = {"Hello": (2, [1, 1, -1, 1]), "Ideas": (3, [1])}
        self.judge(standings, database_url, posts, 1, [("Hello", 2, 2), ("Ideas", 3, 1)])

    def test_a_post_without_votes_has_the_score_0(self, standings, database_url):
        posts = {"Hello": (1, []), "Ideas": (2, [-1])}
        means = "The sum of no rows is NULL, and an inner join drops the post."
        self.judge(standings, database_url, posts, 1, [("Hello", 1, 0), ("Ideas", 2, -1)], means)

    def test_only_posts_with_enough_comments_are_in_it(self, standings, database_url):
        posts = {"Hello": (1, [1, 1]), "Ideas": (2, [1]), "Locks": (3, []), "Pools": (0, [1])}
        self.judge(standings, database_url, posts, 2, [("Ideas", 2, 1), ("Locks", 3, 0)])
        clear(database_url)
        means = "count(*) counts the row that an outer join keeps for a post without comments."
        wanted = [("Hello", 1, 2), ("Ideas", 2, 1), ("Locks", 3, 0)]
        self.judge(standings, database_url, posts, 1, wanted, means)

    def test_none_is_enough_when_0_is_asked_for(self, standings, database_url):
        posts = {"Hello": (1, [1, 1]), "Ideas": (0, []), "Pools": (0, [1])}
        wanted = [("Hello", 1, 2), ("Pools", 0, 1), ("Ideas", 0, 0)]
        self.judge(standings, database_url, posts, 0, wanted, "A post without comments must be found, too.")

    def test_the_highest_score_comes_first_then_the_lower_id(self, standings, database_url):
        posts = {"Zebras": (1, [1]), "Mice": (1, [-1]), "Apes": (2, [1]), "Bees": (1, [1, 1])}
        wanted = [("Bees", 1, 2), ("Zebras", 1, 1), ("Apes", 2, 1), ("Mice", 1, -1)]
        means = "Of equal scores the lower id comes first, whatever its time and the number of its comments."
        self.judge(standings, database_url, posts, 1, wanted, means)

    def judge(self, standings, url, posts, least, wanted, means=""):
        means = means or "Each comment that meets each vote is counted once for each of them."
        with board(url, "ada", "bob", "cy", "dan") as session:
            for at, (title, (comments, votes)) in enumerate(posts.items(), start=1):
                post(session, title, 1)
                for number in range(comments):  # the first two are of one author
                    add(session, models().Comment(post_id=at, author_id=1 + number // 2, content="Hm."))
                for number, value in enumerate(votes):
                    add(session, models().Vote(post_id=at, user_id=number + 1, value=value))
            edit_first(session)
            told = "; ".join(
                f"{title}: {comments} comments, votes {votes}" for title, (comments, votes) in posts.items()
            )
            tried = f"{told}. standings(session, {least})"
            expect(rows_of(standings(session, least), tried), wanted, tried=tried, means=means)


ESCAPES = "!#$^~|@&"  # what people take for an escape of their own, and then forget to escape


@exercise(
    "3.6d",
    hints=[
        "Which characters mean something in a LIKE pattern? There are three of them.",
        "The lesson's section on search has a method that needs no pattern of yours.",
        "icontains, with autoescape.",
    ],
)
class TestTitles:
    def test_a_title_that_holds_the_text_is_found(self, find_titles, database_url):
        titles = ["Zebras and mice", "Apes", "Of mice"]
        self.judge(find_titles, database_url, titles, "mice", ["Zebras and mice", "Of mice"])

    def test_capitals_and_small_letters_are_equal(self, find_titles, database_url):
        titles = ["SQL in an hour", "Why sql stays", "Sequels"]
        for typed in ["sql", "SQL"]:
            wanted = ["SQL in an hour", "Why sql stays"]
            self.judge(find_titles, database_url, titles, typed, wanted)

    def test_a_percent_sign_is_a_character_like_others(self, find_titles, database_url):
        titles = ["1000 ideas", "100% tested", "All of it"]
        for typed in ["100%", "%"]:
            self.judge(find_titles, database_url, titles, typed, ["100% tested"])

    def test_an_underscore_is_a_character_like_others(self, find_titles, database_url):
        titles = ["author_id", "author id", "Hello"]
        for typed in ["_", "r_i"]:
            self.judge(find_titles, database_url, titles, typed, ["author_id"])

    def test_a_backslash_is_a_character_like_others(self, find_titles, database_url):
        titles = ["C:\\temp", "100%", "Hello"]
        for typed in ["\\", "C:\\"]:
            self.judge(find_titles, database_url, titles, typed, ["C:\\temp"])

    def test_a_space_is_a_character_like_others(self, find_titles, database_url):
        titles = ["The art of SQL", "SQLite and the arts", "Parts of it"]
        for typed, wanted in [("art ", titles[:1]), ("the art", titles[:2]), ("SQL of", [])]:
            self.judge(find_titles, database_url, titles, typed, wanted)

    def test_other_signs_have_no_meaning_either(self, find_titles, database_url):
        titles = ["What? (part 1)", "What is a join", "a/b", "It's"]
        for typed, wanted in [("?", titles[:1]), ("(", titles[:1]), ("/", titles[2:3]), ("'", titles[3:])]:
            self.judge(find_titles, database_url, titles, typed, wanted)

    def test_no_sign_is_an_escape(self, find_titles, database_url):
        titles = ["Hello", *(f"a{sign}b" for sign in ESCAPES)]
        for typed, wanted in zip(ESCAPES, titles[1:], strict=True):
            self.judge(find_titles, database_url, titles, typed, [wanted])

    def judge(self, find_titles, url, titles, typed, wanted):
        with board(url) as session:
            if not session.query(models().Post).count():
                for title in titles:
                    post(session, title)
                edit_first(session)
            session.rollback()  # what has been asked here should not be in a transaction of the learner's
            got = find_titles(session, typed)
            got = list(got) if isinstance(got, tuple) else got
            expect(got, wanted, tried=f"the titles are {titles}; find_titles(session, {typed!r})")


def moment(hours):
    """A time, so many hours after noon, and a part of a second, as a clock gives it."""
    return NOON + timedelta(hours=hours, microseconds=123_456)


@exercise(
    "3.6e",
    hints=[
        "Which columns, together, say exactly where the reader stopped?",
        "Two posts of one moment: when does one come after the other? Write that as a condition on both columns.",
        "created_at is earlier, or it is equal and the id is lower; tuple_(…) < after says both at once.",
    ],
)
class TestOlder:
    def test_the_newest_come_first(self, older_posts, database_url):
        with board(database_url) as session:
            for title, hours in [("noon", 0), ("three", 3), ("one", 1), ("two", 2)]:
                post(session, title, created_at=moment(hours))
            self.judge(older_posts, session, 3, [["three", "two", "one"], ["noon"]])

    def test_posts_of_one_moment_come_once_each(self, older_posts, database_url):
        with board(database_url) as session:
            for number in range(1, 6):
                post(session, f"import {number}", created_at=moment(0))
            wanted = [["import 5", "import 4"], ["import 3", "import 2"], ["import 1"]]
            self.judge(older_posts, session, 2, wanted)

    def test_a_higher_id_can_be_an_older_post(self, older_posts, database_url):
        with board(database_url) as session:
            for title, hours in [("new", 5), ("noon a", 0), ("noon b", 0), ("old", -5), ("late", 4)]:
                post(session, title, created_at=moment(hours))
            self.judge(older_posts, session, 2, [["new", "late"], ["noon b", "noon a"], ["old"]])

    def test_a_new_post_moves_nothing(self, older_posts, database_url):
        with board(database_url) as session:
            for number in range(4):
                post(session, f"post {number}", created_at=moment(number))
            first = self.page(older_posts, session, 2)
            post(session, "new", created_at=moment(9))
            second = self.page(older_posts, session, 2, first[-1])
            tried = "page 1 of four posts, then a new post, then page 2"
            expect([row[2] for row in second], ["post 1", "post 0"], tried=tried, means=MOVED)

    def test_a_post_that_goes_moves_nothing(self, older_posts, database_url):
        with board(database_url) as session:
            for number in range(6):
                post(session, f"post {number}", created_at=moment(number // 4))
            first = self.page(older_posts, session, 3)
            session.delete(session.get(models().Post, first[-1][1]))
            session.delete(session.get(models().Post, first[0][1]))
            session.commit()
            second = self.page(older_posts, session, 2, first[-1])
            tried = "page 1 of six posts, two of them are deleted, the last one of the page too; then page 2"
            expect([row[2] for row in second], ["post 2", "post 1"], tried=tried, means=MOVED)

    def test_only_the_page_is_fetched(self, older_posts, database_url):
        with board(database_url) as session:
            for number in range(12):
                post(session, f"post {number}", created_at=moment(number // 2))
            session.expunge_all()
            tried = "twelve posts; older_posts(session, 2, after=…)"
            with sql_tape() as tape:
                got = self.posts(older_posts(session, 2, (moment(3), 8)), tried)
            expect([each.title for each in got], ["post 6", "post 5"], tried=tried)
            fetched = sum(each.rows or 0 for each in tape.statements)
            require(
                fetched <= 3,
                tried=f"{tried}: the rows that were fetched",
                expected="2, or one more",
                got=fetched,
                means="What is not on the page should not leave the database.",
            )

    def test_the_moment_may_be_told_in_another_time_zone(self, older_posts, database_url):
        with board(database_url) as session:
            for number in range(6):
                post(session, f"post {number}", created_at=moment(number // 2))
            after = (moment(2).astimezone(timezone(timedelta(hours=2))), 5)
            got = [title for _, _, title in self.page(older_posts, session, 2, after)]
        tried = f"six posts; older_posts(session, 2, after=({after[0]}, 5))"
        means = "A time with its zone is one moment. Without the zone it is another."
        expect(got, ["post 3", "post 2"], tried=tried, means=means)

    def page(self, older_posts, session, limit, after=None):
        """One page as (created_at, id, title) of each post."""
        session.rollback()  # each page is asked for in a transaction of its own
        session.expunge_all()
        got = older_posts(session, limit, after[:2]) if after else older_posts(session, limit, None)
        told = f"older_posts(session, {limit}, {'after=…' if after else None})"
        return [(each.created_at, each.id, each.title) for each in self.posts(got, told)]

    def posts(self, got, tried):
        """What the learner returned, which must be a list of posts."""
        right = isinstance(got, list) and all(isinstance(each, models().Post) for each in got)
        means = "" if got is None else "scalars() gives posts and execute() rows; all() makes a list of them."
        require(right, tried=tried, expected="a list of posts", got=got, means=means)
        return got

    def judge(self, older_posts, session, limit, wanted):
        got, after = [], None
        while len(got) <= len(wanted):
            rows = self.page(older_posts, session, limit, after)
            if not rows:
                break
            got.append([title for _, _, title in rows])
            after = rows[-1]
        told = [title for page in wanted for title in page]
        expect(got, wanted, tried=f"all pages of {limit}: of {told}", means=TIES)


MOVED = "OFFSET counts from the top, and the top has changed. The key says where the reader stopped."
TIES = "The whole order must be in the condition: an earlier moment, or the same one and a lower id."


@contextmanager
def searching(add_search, url, *posts):
    """A client of an app with the learner's route, over these posts: (title, content, published)."""
    api = FastAPI()
    import_module("app.errors").add_error_handlers(api)
    add_search(api)
    with postboard_client(api, url) as client:
        with board(url) as session:
            for title, content, published in posts:
                post(session, title, content=content, published=published)
        yield lambda words, **more: client.get("/search", params={"words": words, **more})


@exercise(
    "3.6f",
    hints=[
        "Which column holds a post as lexemes, and which function reads what people type?",
        "read_feed in app/services.py has the condition; Words in app/dependencies.py has most of the bounds.",
        "One tsquery, used twice: in where(Post.published, search @@ query), and in order_by(ts_rank(…).desc()).",
    ],
)
class TestSearch:
    def test_words_are_found_in_title_and_content(self, add_search, database_url):
        posts = [("Sockets", "Bytes.", True), ("Bytes", "Of a socket.", True), ("Locks", "Wait.", True)]
        self.judge(add_search, database_url, posts, "sockets bytes", {1, 2})
        self.judge(add_search, database_url, posts, "locks", {3})

    def test_other_forms_of_a_word_are_found(self, add_search, database_url):
        posts = [("Databases", "They remember.", True), ("Memory", "A database.", True)]
        self.judge(add_search, database_url, posts, "remembering the database", {1})

    def test_a_word_after_a_minus_must_not_be_in_it(self, add_search, database_url):
        posts = [("Locks", "Deadlocks and locks.", True), ("Locks and pools", "Wait.", True)]
        self.judge(add_search, database_url, posts, "locks -pool", {1})

    def test_drafts_stay_unseen(self, add_search, database_url):
        posts = [("Locks", "Wait.", False), ("More locks", "Wait.", True)]
        self.judge(add_search, database_url, posts, "locks", {2})

    def test_the_best_comes_first(self, add_search, database_url):
        often = ("Often", "Locks, locks and locks again.", True)
        once = ("Once", "There are no locks here, or hardly any.", True)
        for posts, newer in [((once, often), "former"), ((often, once), "latter")]:
            clear(database_url)
            with searching(add_search, database_url, *posts) as ask:
                items = self.items(ask("locks"), "GET /search?words=locks")
            got = [item.get("title") for item in items]
            tried = f"a post that says it three times, and one that says it once; the {newer} is newer"
            expect(got, ["Often", "Once"], tried=tried)

    def test_ten_are_the_most(self, add_search, database_url):
        often = "Locks, locks and locks again."
        drafts = [(f"Draft {number}", often, False) for number in range(5)]
        posts = [(f"Locks {number}", "Wait.", True) for number in range(11)]
        posts = [("First", often, True), *drafts, *posts, ("Last", often, True)]
        with searching(add_search, database_url, *posts) as ask:
            items = self.items(ask("locks"), "GET /search?words=locks")
        tried = "thirteen posts about locks, and five drafts"
        means = "What is sorted out after LIMIT is missing on the page."
        expect(len(items), 10, tried=f"{tried}: how many are in the answer", means=means)
        expect(
            sorted(str(item.get("title")) for item in items[:2]),
            ["First", "Last"],
            tried=f"{tried}; the first and the last say it most often: the best two",
            means="LIMIT comes after ORDER BY: the ten best, not any ten in their order.",
        )

    def test_whatever_somebody_types_is_answered(self, add_search, database_url):
        with searching(add_search, database_url, ("Locks", "Wait.", True)) as ask:
            for words in ['"', "locks & (", "the", "%", "!!", ":*", "it's", "-", " ", "locks :a", "%(a)s"]:
                answer = ask(words)
                means = {500: "to_tsquery refuses what is not written in its own language."}
                expect(answer.status_code, 200, tried=f"GET /search?words={words}", means=means)

    def test_what_cannot_be_a_search_is_422(self, add_search, database_url):
        with searching(add_search, database_url) as ask:
            for words, told in [(None, "no words"), ("", "an empty text"), ("a" * 101, "101 characters")]:
                answer = ask(words) if words is not None else ask([])
                expect(answer.status_code, 422, tried=f"GET /search with {told}")
            expect(ask("a\0b").status_code, 422, tried="GET /search with a NUL in it")
            expect(ask("a" * 100).status_code, 200, tried="GET /search with 100 characters")

    def judge(self, add_search, url, posts, words, wanted):
        clear(url)
        with searching(add_search, url, *posts) as ask:
            tried = f"posts {[each[:2] for each in posts]}; GET /search?words={words}"
            items = self.items(ask(words), tried)
        got = sorted(items, key=lambda item: str(item.get("id")))
        more = any(item.keys() - {"id", "title"} for item in items)
        means = "Each item has an id and a title, and nothing else." if more else None
        wanted = [{"id": number, "title": posts[number - 1][0]} for number in sorted(wanted)]
        expect(got, wanted, tried=tried, means=means)

    def items(self, answer, tried):
        """The items of an answer, which must be a list of objects."""
        expect(answer.status_code, 200, tried=tried)
        items = answer.json()
        right = isinstance(items, list) and all(isinstance(each, dict) for each in items)
        require(right, tried=tried, expected="a list of objects", got=items)
        return items


def clear(url):
    """Empty the tables, when they are there."""
    with engine_for(url) as engine:
        models().Base.metadata.drop_all(engine)
