"""Checks of the exercises of lesson 8.7."""

import asyncio
import time
from contextlib import closing, contextmanager
from textwrap import dedent

import psycopg2
import pytest
from sqlalchemy import event

from course.checks import (
    GradedTests,
    ask,
    blocked,
    client_of,
    engine_for,
    exercise,
    expect,
    finished,
    in_thread,
    migrate,
    require,
    round_trip,
    wait_until_blocked,
)

# 8.7a ----------------------------------------------------------------------------------------

NOTES = """
    CREATE TABLE notes (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        title text NOT NULL, owner text NOT NULL, public boolean NOT NULL
    );
    CREATE TABLE tags (note_id integer NOT NULL REFERENCES notes, name text NOT NULL);
"""


def on_loop():
    """Whether this thread runs an event loop right now."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@contextmanager
def notes_of(notes_api, url, *notes):
    """A client of the answer's app, with these notes (title, owner, public, tags), and where each statement ran."""
    ask(url, NOTES)
    for title, owner, public, *tags in notes:
        add = "INSERT INTO notes (title, owner, public) VALUES (%s, %s, %s) RETURNING id"
        ((number,),) = ask(url, add, (title, owner, public))
        for tag in tags:
            ask(url, "INSERT INTO tags VALUES (%s, %s)", (number, tag))
    with engine_for(url) as engine:
        ran = []
        event.listen(engine, "before_cursor_execute", lambda *_: ran.append(on_loop()))
        client = client_of(notes_api(engine))

        def found(word, user):
            ran.clear()
            response = client.get("/notes", params={"word": word}, headers={"X-User": user})
            if response.status_code != 200:
                return response.status_code
            return [(each["title"], *each["tags"]) for each in response.json()]

        yield found, ran


@exercise(
    "8.7a",
    hints=[
        "Four sentences, four weeks: which line of the code does each of them concern?",
        "Wildcards: 3.6. One statement for all tags: 3.7. Whose rows: 5.5. Where a function runs: 7.1.",
        "A plain `def`; `strpos(title, :word) > 0` or `LIKE` with an escaped word; `AND (public OR owner = :user)`; "
        "the tags of all notes with one SELECT, or an ARRAY in the first one.",
    ],
)
class TestNotes:
    def test_it_lists_titles_with_the_word_by_id(self, notes_api, database_url):
        notes = [("Tea", "ada", True), ("Green tea", "ada", True, "green", "cold"), ("teapot", "ada", True)]
        with notes_of(notes_api, database_url, *notes, ("Rain", "ada", True)) as (found, _):
            wanted = [("Green tea", "cold", "green"), ("teapot",)]
            expect(found("tea", "ada"), wanted, tried="the titles, with their tags, for the word tea")
            ask(database_url, "UPDATE notes SET title = title WHERE id = 2")  # it is last in the file now
            expect(found("tea", "ada"), wanted, tried="the same, after the first of them was stored anew")

    def test_private_notes_are_their_owners(self, notes_api, database_url):
        notes = [("tea 1", "ada", False), ("tea 2", "bob", False, "hot"), ("tea 3", "bob", True)]
        with notes_of(notes_api, database_url, *notes) as (found, _):
            means = "Whoever asks sees notes that are not for them."
            wanted = {
                "ada": [("tea 1",), ("tea 3",)],
                "bob": [("tea 2", "hot"), ("tea 3",)],
                "cy": [("tea 3",)],
            }
            for user, titles in wanted.items():
                tried = f"what {user} finds: tea 1 is ada's, tea 2 is bob's, tea 3 is bob's and public"
                expect(found("tea", user), titles, tried=tried, means=means)

    def test_the_word_is_only_text(self, notes_api, database_url):
        titles = ["100% tea", "1000 teas", "a_b", "acb", "O'Neil", "C:\\tea", "x' OR true --", "50 %%", "a/b"]
        with notes_of(notes_api, database_url, *((title, "ada", True) for title in titles)) as (found, _):
            for word in ["100%", "a_b", "O'Neil", "\\", "' OR true --", "%%", "/", "%' OR '1'='1", ":word"]:
                wanted = [(title,) for title in titles if word in title]
                expect(found(word, "ada"), wanted, tried=f"the titles for the word {word}, of {titles}")

    def test_a_request_sends_at_most_two_statements(self, notes_api, database_url):
        notes = [(f"tea {number}", "ada", True, "hot", "green") for number in range(5)]
        with notes_of(notes_api, database_url, *notes) as (found, ran):
            expect(len(found("tea", "ada")), 5, tried="how many of five notes are found")
            means = "One statement for each note is N+1."
            require(
                len(ran) <= 2,
                tried="a request that finds five notes",
                expected="at most 2 statements",
                got=len(ran),
                means=means,
            )

    def test_the_loop_is_free(self, notes_api, database_url):
        with notes_of(notes_api, database_url, ("tea", "ada", True)) as (found, ran):
            expect(found("tea", "ada"), [("tea",)], tried="the titles for the word tea")
            require(
                not any(ran),
                tried="where a statement waits for PostgreSQL",
                expected="in a thread of its own",
                got="on the event loop",
                means="An `async def` runs on the loop, and this engine does not give it back while it waits.",
            )


# 8.7b ----------------------------------------------------------------------------------------

POSTS = """
    CREATE TABLE posts (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL, author text NOT NULL
    );
    INSERT INTO posts (title, author) VALUES ('Tea', 'ada'), ('Rain', 'bob'), ('Ice', 'ada'), ('Fog', 'cy')
"""
AUTHORS = "SELECT title, name FROM posts JOIN users ON users.id = author_id ORDER BY posts.id"
WRITTEN = [("Tea", "ada"), ("Rain", "bob"), ("Ice", "ada"), ("Fog", "cy")]


def refused(url, statement):
    """The name of the error with which PostgreSQL refuses a statement; "" when it does not."""
    with closing(psycopg2.connect(url)) as link, link.cursor() as cursor:
        try:
            cursor.execute(statement)
        except psycopg2.Error as error:
            return type(error).__name__
    return ""


def upgraded(url, add_users):
    ask(url, POSTS)
    migrate(url, add_users)


@exercise(
    "8.7b",
    hints=[
        "Which step needs what another one makes, and which one destroys what another one reads?",
        "A new column of a table with rows is NULL at first. When can it be NOT NULL? How often may a name come?",
        "Up: table, SELECT DISTINCT, column, UPDATE, NOT NULL, DROP. Down: column, UPDATE, NOT NULL, DROP, DROP TABLE.",
    ],
)
class TestUsers:
    def test_each_name_is_one_user(self, add_users, database_url):
        upgraded(database_url, add_users)
        names = ask(database_url, "SELECT name FROM users ORDER BY name")
        expect(names, [("ada",), ("bob",), ("cy",)], tried="the names in users; ada has two posts")
        ask(database_url, "INSERT INTO users (name) VALUES ('dan')")  # PostgreSQL gives the id
        twice = refused(database_url, "INSERT INTO users (name) VALUES ('ada')")
        expect(twice, "UniqueViolation", tried="a second user of the name ada: PostgreSQL says")

    def test_each_post_leads_to_its_user(self, add_users, database_url):
        upgraded(database_url, add_users)
        expect(ask(database_url, AUTHORS), WRITTEN, tried="posts with the names of their users")

    def test_the_rules_of_author_id_hold(self, add_users, database_url):
        upgraded(database_url, add_users)
        without = refused(database_url, "UPDATE posts SET author_id = NULL")
        expect(without, "NotNullViolation", tried="author_id is set to NULL: PostgreSQL says")
        nobody = refused(database_url, "UPDATE posts SET author_id = 99")
        expect(
            nobody, "ForeignKeyViolation", tried="author_id is set to 99, which is no user: PostgreSQL says"
        )

    def test_the_column_author_is_gone(self, add_users, database_url):
        upgraded(database_url, add_users)
        said = refused(database_url, "SELECT author FROM posts")
        expect(said, "UndefinedColumn", tried="SELECT author FROM posts: PostgreSQL says")

    def test_the_way_back_leaves_nothing(self, add_users, drop_users, database_url):
        ask(database_url, POSTS)
        round_trip(database_url, add_users, drop_users)

    def test_the_way_back_has_the_names_of_then(self, add_users, drop_users, database_url):
        upgraded(database_url, add_users)
        ask(database_url, "UPDATE users SET name = 'ada l.' WHERE name = 'ada'")
        migrate(database_url, drop_users)
        wanted = [(title, "ada l." if name == "ada" else name) for title, name in WRITTEN]
        found = ask(database_url, "SELECT title, author FROM posts ORDER BY id")
        expect(found, wanted, tried="ada is renamed, then drop_users(): posts with their authors")


# 8.7c ----------------------------------------------------------------------------------------

SHOP = """
    CREATE TABLE products (id integer PRIMARY KEY, stock integer NOT NULL);
    CREATE TABLE orders (
        id integer GENERATED ALWAYS AS IDENTITY (START WITH 7) PRIMARY KEY,
        product_id integer NOT NULL, buyer text NOT NULL
    );
    CREATE TABLE jobs (kind text NOT NULL, order_id integer NOT NULL);
    INSERT INTO products VALUES (1, {}), (2, 5)
"""


def stored(url):
    """What is in the shop: the stocks, the orders, the jobs."""
    return {
        "stock": [number for (number,) in ask(url, "SELECT stock FROM products ORDER BY id")],
        "orders": ask(url, "SELECT product_id, buyer FROM orders ORDER BY id"),
        "jobs": ask(url, "SELECT kind, order_id FROM jobs ORDER BY order_id"),
    }


def error_of(function, *arguments):
    """The name of the error with which a call ends."""
    try:
        return f"{function(*arguments)!r}, and no error"
    except Exception as error:
        return type(error).__name__


def untouched(stock):
    return {"stock": [stock, 5], "orders": [], "jobs": []}


def wait_for_two(url, second, most=10.0):
    """Return when two sessions wait for a lock, or the second call has ended."""
    end = time.monotonic() + most
    while blocked(url) < 2 and not second.done() and time.monotonic() < end:
        time.sleep(0.01)


@exercise(
    "8.7c",
    hints=[
        "After which lines of the code would a crash leave half of a sale?",
        "Both buyers read the stock before either writes it. Which statement could check and change at once?",
        "engine.begin(); UPDATE … SET stock = stock - 1 WHERE id = :id AND stock > 0; rowcount 0 means SoldOut.",
    ],
)
class TestSell:
    def test_a_sale_stores_all_three(self, sell, database_url):
        ask(database_url, SHOP.format(3))
        with engine_for(database_url) as engine:
            expect([sell(engine, 1, "ada"), sell(engine, 1, "bob")], [7, 8], tried="the ids of two orders")
        orders = [(1, "ada"), (1, "bob")]
        wanted = {"stock": [1, 5], "orders": orders, "jobs": [("mail", 7), ("mail", 8)]}
        expect(stored(database_url), wanted, tried="two sales of product 1, of which 3 were there")

    def test_a_job_that_fails_leaves_nothing(self, sell, database_url):
        self.fails(
            sell, database_url, "ALTER TABLE jobs ADD CHECK (kind <> 'mail')", "a job cannot be stored"
        )

    def test_an_order_that_fails_leaves_nothing(self, sell, database_url):
        rule = "ALTER TABLE orders ADD CHECK (buyer <> 'eve')"
        self.fails(sell, database_url, rule, "an order cannot be stored")

    def fails(self, sell, url, rule, what):
        ask(url, SHOP.format(3))
        ask(url, rule)
        with engine_for(url) as engine:
            said = error_of(sell, engine, 1, "eve")
        means = "A part of the sale was committed before the rest was known to work."
        expect(stored(url), untouched(3), tried=f"a sale while {what}: what is stored", means=means)
        expect(said, "IntegrityError", tried=f"a sale while {what}: the caller gets")

    def test_without_stock_it_is_sold_out(self, sell, SoldOut, database_url):
        ask(database_url, SHOP.format(0))
        with engine_for(database_url) as engine, pytest.raises(SoldOut):
            sell(engine, 1, "ada")
        expect(
            stored(database_url), untouched(0), tried="a sale of product 1, whose stock is 0: what is stored"
        )

    def test_the_last_piece_is_sold_once(self, sell, SoldOut, database_url):
        ask(database_url, SHOP.format(1))

        def buy(buyer):
            try:
                return sell(engine, 1, buyer)
            except SoldOut:
                return "SoldOut"

        with engine_for(database_url) as engine, closing(psycopg2.connect(database_url)) as holder:
            holder.cursor().execute("SELECT FROM products WHERE id = 1 FOR UPDATE")
            first = in_thread(buy, "ada")
            wait_until_blocked(database_url, first)
            second = in_thread(buy, "bob")
            wait_for_two(database_url, second)
            holder.rollback()
            ended = [finished(each) for each in (first, second)]
            require(all(ended), tried="two sales at once", expected="both end", got="one waits for ever")
            said = [each.result() for each in (first, second)]
        means = "Both read the stock before either of them wrote it."
        found = stored(database_url)
        tried = "ada and bob buy the last piece at the same moment"
        expect(
            (found["stock"][0], len(found["orders"])), (0, 1), tried=f"{tried}: stock, orders", means=means
        )
        expect(said.count("SoldOut"), 1, tried=f"{tried}: how often it is SoldOut", means=means)


# 8.7d ----------------------------------------------------------------------------------------

SHARES = '''"""Amounts that are split."""


def shares(cents: int, people: int) -> list[int]:
    """The share of each person, the larger ones first."""
    each, left = divmod(cents, people)
    return [each + 1] * left + [each] * (people - left)
'''
LARGER_FIRST = "    return [each + 1] * left + [each] * (people - left)\n"
SHARES_MISTAKES = {
    "lost": ("Cents are lost.", "shares", LARGER_FIRST, "    return [each] * people\n"),
    "gone": (
        "A person who would get nothing has no share.",
        "shares",
        LARGER_FIRST,
        "    return [one for one in [each + 1] * left + [each] * (people - left) if one] or [0]\n",
    ),
    "one": (
        "One person gets all that is left.",
        "shares",
        LARGER_FIRST,
        "    return [each + left] + [each] * (people - 1)\n",
    ),
    "two": (
        "Some get two cents more than others.",
        "shares",
        LARGER_FIRST,
        "    return [each + 2] * (left // 2) + [each + 1] * (left % 2) + [each] * (people - (left + 1) // 2)\n",
    ),
    "last": (
        "The smaller shares come first.",
        "shares",
        LARGER_FIRST,
        "    return [each] * (people - left) + [each + 1] * left\n",
    ),
    "float": (
        "Large amounts are rounded.",
        "shares",
        "    each, left = divmod(cents, people)\n",
        "    each, left = int(cents / people), cents % people\n",
    ),
}
PROFILE = """
from hypothesis import settings

settings.register_profile("check", database=None, derandomize=True, deadline=None, max_examples=200)
settings.load_profile("check")
"""


@exercise(
    "8.7d",
    hints=[
        "What must be true of the result, whatever the right numbers are?",
        "Four short assertions are enough: how many, together, how far apart, in which order. Let none compute a share.",
        "given(st.integers(0, 10**20), st.integers(1, 50)); len, sum, max - min, sorted(…, reverse=True).",
    ],
    limit_seconds=60,
)
class TestOfShares:
    @pytest.fixture
    def graded(self, TestShares):
        return GradedTests.of_text(TestShares, "shares.py", SHARES, SHARES_MISTAKES, conftest=PROFILE)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_missing_share_is_noticed(self, graded):
        graded.notice("gone", "Are there as many shares as people, also for 1 cent and 2 people?")

    def test_a_lost_cent_is_noticed(self, graded):
        graded.notice("lost", "Are the shares together the amount, when it cannot be divided?")

    def test_an_unfair_share_is_noticed(self, graded):
        graded.notice("one", "May one person get all that is left?")
        graded.notice("two", "May a share be larger by two cents?")

    def test_a_wrong_order_is_noticed(self, graded):
        graded.notice("last", "Which share comes first when they differ?")

    def test_a_mistake_of_large_amounts_is_noticed(self, graded):
        graded.notice("float", "A float holds about 16 digits. How large are your amounts?")


# 8.7e ----------------------------------------------------------------------------------------


def reviewed(review, broken, clean):
    """Each of these pull requests breaks exactly the rules beside it; the clean ones break none."""
    for code, *rules in [*broken, *((each,) for each in clean)]:
        expect(review(dedent(code)), set(rules), tried=f"review of: {dedent(code).strip()}")


@exercise(
    "8.7e",
    hints=[
        "What is the difference between code, and a comment that mentions it? Which module of Python knows it?",
        "`print(ast.dump(ast.parse(code), indent=2))` shows the tree of each row of the table. `ast.walk` forgets where "
        "a node stands; your own recursion can take that along.",
        "match node: case ast.Assert(test=ast.Tuple(elts=[_, *_])): …; ast.unparse(call.func) == 'datetime.now'; visit "
        "the children with on_the_loop, which each function sets anew.",
    ],
)
class TestReview:
    def test_defaults_are_found(self, review):
        broken = [
            ("def add(tag, tags=[]): ...", "default"),
            ("def add(*, tags={}): ...", "default"),
            ("async def add(tags: set = {1}): ...", "default"),
            ("def add(a=1, *, b=2, c=['x']): ...", "default"),
            ("def outer():\n    def inner(found=[]):\n        return found\n", "default"),
            ("class Post:\n    def tag(self, names=[]): ...", "default"),
        ]
        clean = ["def add(tag, tags=None): ...", "def add(tags=()): ...", "tags = []", "add(tags=[])"]
        reviewed(review, broken, clean)

    def test_sql_from_text_is_found(self, review):
        broken = [
            ("db.execute(text(f'SELECT {name}'))", "sql"),
            ("query = text(f'''SELECT *\n    FROM posts WHERE id = {post_id}''')", "sql"),
        ]
        clean = [
            "db.execute(text('SELECT :name'), {'name': f'{first} {last}'})",
            "text(f'SELECT 1')",
            "print(f'{text}')",
            "log(f'{name}')",
            "context(f'{name}')",
            "text('SELECT {name}')",
            "text('SELECT 1', f'{name}')",
        ]
        reviewed(review, broken, clean)

    def test_times_without_a_zone_are_found(self, review):
        broken = [
            ("now = datetime.now()", "time"),
            ("if datetime.utcnow() > end: ...", "time"),
            ("ends = datetime.now() + timedelta(minutes=15)", "time"),
        ]
        clean = [
            "now = datetime.now(UTC)",
            "now = datetime.now(tz=UTC)",
            "clock.now()",
            "make(default=datetime.now)",
        ]
        reviewed(review, broken, clean)

    def test_asserted_tuples_are_found(self, review):
        broken = [
            ("assert (status == 201, 'not created')", "assert"),
            ("def test_it():\n    assert (a == 1,)\n", "assert"),
        ]
        clean = [
            "assert status == 201, 'not created'",
            "assert (status == 201)",
            "assert ()",
            "found = (1, 2)",
        ]
        reviewed(review, broken, clean)

    def test_a_sleep_on_the_loop_is_found(self, review):
        broken = [
            ("async def wait():\n    time.sleep(1)\n", "blocks"),
            ("async def wait():\n    for _ in range(3):\n        time.sleep(1)\n", "blocks"),
            ("def make():\n    async def wait():\n        time.sleep(1)\n    return wait\n", "blocks"),
            ("async def a():\n    def b(): ...\n    time.sleep(1)\n", "blocks"),
        ]
        clean = [
            "def wait():\n    time.sleep(1)\n",
            "async def wait():\n    await asyncio.sleep(1)\n",
            "async def wait():\n    def slow():\n        time.sleep(1)\n    await to_thread(slow)\n",
            "async def wait():\n    await to_thread(time.sleep, 1)\n",
            "async def wait(): ...\n\n\ntime.sleep(1)\n",
        ]
        reviewed(review, broken, clean)

    def test_several_rules_are_found_at_once(self, review):
        code = """
            async def find(word, found=[]):
                time.sleep(1)
                assert (word, "no word")
                return db.execute(text(f"SELECT '{word}'")), datetime.now()
        """
        reviewed(review, [(code, "default", "blocks", "assert", "sql", "time")], [])

    def test_what_is_only_mentioned_breaks_no_rule(self, review):
        clean = [
            "# def add(tags=[]): datetime.now()",
            "'''assert (a, b) is always true, and datetime.utcnow() has no zone'''",
            "note = \"text(f'SELECT {name}')\"",
            "async def wait():\n    print('time.sleep(1)')  # time.sleep(1)\n",
            "",
        ]
        reviewed(review, [], clean)
