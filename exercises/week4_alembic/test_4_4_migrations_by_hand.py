"""Checks of the exercises of lesson 4.4."""

import itertools
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from decimal import Decimal

import psycopg2
from sqlalchemy import Engine, event

from course.checks import (
    ExpectationFailed,
    ask,
    catalog,
    counted_statements,
    exercise,
    expect,
    lock_budget,
    migrate,
    offline_sql,
    outcome_of,
    require,
    round_trip,
)


def columns_of(url, table):
    """The columns of a table in their order: name, type, whether it is NOT NULL."""
    sql = """
        SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
        WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
    """
    return ask(url, sql, (table,))


def most(count, url, function, tried):
    """Run a migration, which may send so many statements of its own."""
    with counted_statements() as usual:
        migrate(url, lambda: None)
    with counted_statements() as sent:
        migrate(url, function)
    got = max(0, len(sent) - len(usual))
    means = "A loop over rows sends at least one statement for each row."
    require(got <= count, tried=tried, expected=f"at most {count} statements", got=got, means=means)


# 4.4a ----------------------------------------------------------------------------------------

REVIEWS = """
    CREATE TABLE reviews (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        stars text NOT NULL DEFAULT '3'
    );
    INSERT INTO reviews (stars) VALUES ('5'), (' 4 '), ('none'), ('1'), ('2 '), (' none'), ('3')
"""


@exercise(
    "4.4a",
    hints=[
        "The column has a default, a text. What becomes of it when the column's type changes?",
        "In the lesson the enum's column had the same problem: look at what its downgrade does with the default.",
        "Default away; alter_column with new_column_name, type_ and postgresql_using; default back; a CHECK. "
        "The downgrade does these steps backwards.",
    ],
)
class TestRating:
    def test_each_text_becomes_its_number(self, stars_to_rating, database_url):
        ask(database_url, REVIEWS)
        migrate(database_url, stars_to_rating)
        found = [each for (each,) in ask(database_url, "SELECT rating FROM reviews ORDER BY id")]
        tried = "the stars '5', ' 4 ', 'none', '1', '2 ', ' none', '3'; then the ratings"
        expect(found, [5, 4, 3, 1, 2, 3, 3], tried=tried)

    def test_the_column_is_a_required_smallint(self, stars_to_rating, database_url):
        ask(database_url, REVIEWS)
        migrate(database_url, stars_to_rating)
        wanted = [("id", "integer", True), ("rating", "smallint", True)]
        tried = "stars_to_rating(), then each column, its type, and whether it is NOT NULL"
        expect(sorted(columns_of(database_url, "reviews")), wanted, tried=tried)

    def test_a_review_without_a_rating_gets_three(self, stars_to_rating, database_url):
        ask(database_url, REVIEWS)
        migrate(database_url, stars_to_rating)
        found = ask(database_url, "INSERT INTO reviews DEFAULT VALUES RETURNING rating")
        expect(found, [(3,)], tried="INSERT INTO reviews DEFAULT VALUES, then its rating")

    def test_ratings_from_one_to_five_are_accepted(self, stars_to_rating, database_url):
        ask(database_url, REVIEWS)
        migrate(database_url, stars_to_rating)
        wanted = {"0": "CheckViolation", "-1": "CheckViolation", "6": "CheckViolation"}
        wanted |= dict.fromkeys("15", "accepted") | {"NULL": "NotNullViolation"}
        for value, said in wanted.items():
            got = outcome_of(database_url, f"INSERT INTO reviews (rating) VALUES ({value})")
            expect(got, said, tried=f"INSERT INTO reviews (rating) VALUES ({value})")

    def test_the_downgrade_leaves_the_table_as_it_was(self, stars_to_rating, rating_to_stars, database_url):
        ask(database_url, REVIEWS)
        round_trip(database_url, stars_to_rating, rating_to_stars, rows=False)

    def test_after_the_downgrade_each_review_has_its_number_as_text(
        self, stars_to_rating, rating_to_stars, database_url
    ):
        ask(database_url, REVIEWS)
        migrate(database_url, stars_to_rating)
        migrate(database_url, rating_to_stars)
        ask(database_url, "INSERT INTO reviews DEFAULT VALUES")
        found = [each for (each,) in ask(database_url, "SELECT stars FROM reviews ORDER BY id")]
        expect(
            found, ["5", "4", "3", "1", "2", "3", "3", "3"], tried="up, down, one more review; then the stars"
        )


# 4.4b ----------------------------------------------------------------------------------------

ORDERS = """
    CREATE TYPE order_state AS ENUM ('new', 'sent');
    CREATE TABLE orders (id integer PRIMARY KEY, paid_at date, state order_state NOT NULL DEFAULT 'new');
    CREATE TABLE order_log (order_id integer NOT NULL, state order_state NOT NULL);
    INSERT INTO orders VALUES (1, NULL, 'new'), (2, '2026-01-01', 'new'), (3, '2026-01-01', 'sent'),
                              (4, NULL, 'sent');
    INSERT INTO order_log VALUES (1, 'new'), (3, 'new'), (3, 'sent')
"""
STATES = "SELECT id, state::text FROM orders ORDER BY id"


@exercise(
    "4.4b",
    hints=[
        "The error of the upgrade says when a new value may be used. And what is still of the old type when the "
        "downgrade ends?",
        "autocommit_block, IF NOT EXISTS and BEFORE for the upgrade. The downgrade in the lesson handles one column; "
        "here there are two, and one has a default.",
        "Rename the type, make it anew, drop the default, for each table UPDATE and ALTER … USING, the default "
        "again, drop the old type.",
    ],
)
class TestPaid:
    def test_new_orders_that_were_paid_become_paid(self, add_paid, database_url):
        ask(database_url, ORDERS)
        migrate(database_url, add_paid)
        wanted = [(1, "new"), (2, "paid"), (3, "sent"), (4, "sent")]
        means = "Orders that were sent stay sent."
        expect(ask(database_url, STATES), wanted, tried="add_paid(), then the orders", means=means)

    def test_the_value_stands_between_the_two(self, add_paid, database_url):
        ask(database_url, ORDERS)
        migrate(database_url, add_paid)
        found = [each for (each,) in ask(database_url, "SELECT unnest(enum_range(NULL::order_state))::text")]
        expect(found, ["new", "paid", "sent"], tried="add_paid(), then the values in their order")

    def test_it_can_run_again_after_a_crash(self, add_paid, database_url):
        ask(database_url, ORDERS)
        ask(database_url, "ALTER TYPE order_state ADD VALUE 'paid' BEFORE 'sent'")
        migrate(database_url, add_paid)
        wanted = [(1, "new"), (2, "paid"), (3, "sent"), (4, "sent")]
        tried = "a first run crashed after the value was added; add_paid() again, then the orders"
        expect(ask(database_url, STATES), wanted, tried=tried)

    def test_the_downgrade_leaves_everything_as_it_was(self, add_paid, remove_paid, database_url):
        ask(database_url, ORDERS)
        round_trip(database_url, add_paid, remove_paid)

    def test_paid_becomes_new_in_both_tables(self, add_paid, remove_paid, database_url):
        ask(database_url, ORDERS)
        migrate(database_url, add_paid)
        ask(database_url, "INSERT INTO order_log VALUES (2, 'paid')")
        ask(database_url, "UPDATE orders SET state = 'paid' WHERE id = 1")
        migrate(database_url, remove_paid)
        tried = "order 1 becomes paid and the log says so of order 2; remove_paid(), then the rows"
        expect(ask(database_url, STATES), [(1, "new"), (2, "new"), (3, "sent"), (4, "sent")], tried=tried)
        log = ask(database_url, "SELECT order_id, state::text FROM order_log ORDER BY order_id, state")
        expect(log, [(1, "new"), (2, "new"), (3, "new"), (3, "sent")], tried=tried)

    def test_a_new_order_is_new_after_the_downgrade(self, add_paid, remove_paid, database_url):
        ask(database_url, ORDERS)
        migrate(database_url, add_paid)
        migrate(database_url, remove_paid)
        found = ask(database_url, "INSERT INTO orders (id) VALUES (9) RETURNING state::text")
        expect(found, [("new",)], tried="up, down, INSERT INTO orders (id) VALUES (9); then its state")


# 4.4c ----------------------------------------------------------------------------------------

PRODUCTS = """
    CREATE TABLE products (id integer PRIMARY KEY, price numeric(10, 2) NOT NULL);
    INSERT INTO products SELECT n * 3, n * 0.25 FROM generate_series(0, 349) n;
    CREATE TABLE changes (id integer, step text);
    CREATE SEQUENCE counted
"""
# How many rows were changed is counted across transactions: a sequence forgets nothing.
WATCH = """
    CREATE OR REPLACE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('counted') = {number} THEN
            RAISE EXCEPTION 'the process was killed';
        END IF;
        INSERT INTO changes VALUES (NEW.id, txid_current()::text);
        RETURN NEW;
    END $$;
    CREATE OR REPLACE TRIGGER note BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION note()
"""
WRONG = "SELECT count(*) FROM products WHERE cents IS DISTINCT FROM (price * 100)::integer"


def products(url, bomb=-1):
    """350 products, and a log of each change; `bomb`: the number of the change that fails."""
    ask(url, PRODUCTS)
    ask(url, WATCH.format(number=bomb))


@exercise(
    "4.4c",
    hints=[
        "How does the second run know which products are done?",
        "In revision 0004 an empty slug says that a post is still to do. What happens there between two batches, and "
        "what makes the first line safe to repeat?",
        "A nullable column with if_not_exists=True; in an autocommit_block, UPDATE … WHERE id IN (SELECT … WHERE "
        "cents IS NULL LIMIT 100) until it changes no row; then nullable=False.",
    ],
)
class TestCents:
    def test_every_product_has_its_price_in_cents(self, add_cents, database_url):
        products(database_url)
        migrate(database_url, add_cents)
        tried = "350 products, one of them free; add_cents(), then how many have wrong cents"
        expect(ask(database_url, WRONG), [(0,)], tried=tried)

    def test_the_column_is_a_required_integer(self, add_cents, database_url):
        products(database_url)
        before = catalog(database_url)
        migrate(database_url, add_cents)
        found = [str(each) for each in before.to(catalog(database_url))]
        expect(found, ["+ products.cents  integer not null"], tried="add_cents(), then what is new")

    def test_a_batch_has_at_most_100_rows(self, add_cents, database_url):
        products(database_url)
        migrate(database_url, add_cents)
        (found,) = ask(
            database_url,
            "SELECT coalesce(max(count), 0) FROM (SELECT count(*) FROM changes GROUP BY step) AS steps",
        )
        tried = "350 products whose ids have gaps; add_cents(); the most rows changed in one transaction"
        require(0 < found[0] <= 100, tried=tried, expected="1 to 100", got=found[0])

    def test_what_was_done_before_the_kill_stays(self, add_cents, database_url):
        self.killed(add_cents, database_url)
        (done,) = ask(database_url, "SELECT count(cents) FROM products")[0]
        tried = "add_cents() is killed when it changes row 251 of 350; then how many products have cents"
        require(done >= 150, tried=tried, expected="at least 150", got=done)

    def test_the_next_run_does_the_rest(self, add_cents, database_url):
        self.killed(add_cents, database_url)
        ask(database_url, "INSERT INTO products (id, price) VALUES (1, 9.99), (5000, 1.25)")
        migrate(database_url, add_cents)
        tried = "killed at row 251, two products inserted, add_cents() again; how many have wrong cents"
        expect(ask(database_url, WRONG), [(0,)], tried=tried)

    def test_no_row_is_changed_twice(self, add_cents, database_url):
        self.killed(add_cents, database_url)
        migrate(database_url, add_cents)
        twice = ask(database_url, "SELECT id FROM changes GROUP BY id HAVING count(*) > 1")
        tried = "killed at row 251, add_cents() again; how many products were changed twice"
        expect(len(twice), 0, tried=tried)

    def test_the_price_stays(self, add_cents, database_url):
        products(database_url)
        before = ask(database_url, "SELECT id, price FROM products ORDER BY id")
        migrate(database_url, add_cents)
        after = ask(database_url, "SELECT id, price FROM products ORDER BY id")
        require(before == after, tried="the products' prices", expected="as before", got="others")

    def killed(self, add_cents, url):
        products(url, bomb=251)
        try:
            migrate(url, add_cents)
        except ExpectationFailed as failed:
            if "the process was killed" not in str(failed):
                raise
        ask(url, WATCH.format(number=-1))
        names = [name for name, *_ in columns_of(url, "products")]
        require(
            "cents" in names,
            tried="add_cents() is killed in the third batch; then the columns of products",
            expected="cents is there, with what was done",
            got="no column cents",
            means="Nothing had been committed: the batches have to stand in an autocommit_block.",
        )


# 4.4d ----------------------------------------------------------------------------------------

PEOPLE = {
    1: "Ada Lovelace",
    2: "grace brewster hopper",
    3: "Bob",
    4: "  eve   von Elm ",
    5: "x y",
    6: "McAdam O",
    7: "q",
}
MANY = {number: f"name{'abcdefgh'[number % 8]} b{'xyz'[number % 3]} c" for number in range(1, 41)}


def users(url, people):
    ask(url, "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL)")
    for number, name in people.items():
        ask(url, "INSERT INTO users VALUES (%s, %s)", (number, name))


def initials(name):
    return "".join(word[0] for word in name.upper().split())


FOUND = "SELECT id, initials FROM users ORDER BY id"


@exercise(
    "4.4d",
    hints=[
        "What does the loop need that nobody has while the file is written?",
        "PostgreSQL can do to a text what Python does: look at regexp_replace and upper, and what a group in a "
        "pattern keeps.",
        "UPDATE users SET initials = upper(regexp_replace(name, a word with its blanks, its first letter, 'g'))",
    ],
)
class TestInitials:
    def test_every_user_has_the_same_initials(self, add_initials, database_url):
        users(database_url, PEOPLE)
        migrate(database_url, add_initials)
        wanted = [(number, initials(name)) for number, name in PEOPLE.items()]
        expect(
            ask(database_url, FOUND),
            wanted,
            tried=f"users {list(PEOPLE.values())}; add_initials(), then initials",
        )

    def test_somebody_else_can_run_what_is_written_offline(self, add_initials, database_url):
        users(database_url, PEOPLE)
        written = offline_sql(add_initials)
        ask(database_url, "INSERT INTO users VALUES (8, 'late comer')")
        for line in ["BEGIN;", "COMMIT;"]:
            written = written.replace(line, "")
        tried = "add_initials() with --sql, one more user, then what was written; then the initials"
        try:
            ask(database_url, written)
            found = ask(database_url, FOUND)
        except psycopg2.Error as error:
            found = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        wanted = [(number, initials(name)) for number, name in PEOPLE.items()]
        expect(found, [*wanted, (8, "LC")], tried=tried)

    def test_many_users_take_few_statements(self, add_initials, database_url):
        users(database_url, MANY)
        most(5, database_url, add_initials, "add_initials() with 40 users")
        wanted = [(number, initials(name)) for number, name in MANY.items()]
        expect(ask(database_url, FOUND), wanted, tried="add_initials() with 40 users; then their initials")

    def test_no_user_at_all_is_no_error(self, add_initials, database_url):
        users(database_url, {})
        migrate(database_url, add_initials)
        expect(ask(database_url, FOUND), [], tried="add_initials() on an empty table")


# 4.4e ----------------------------------------------------------------------------------------

LONG = "L" * 150
BOOKS = f"""
    CREATE TABLE books (id integer PRIMARY KEY, title text NOT NULL, pages integer NOT NULL);
    CREATE VIEW long_books AS SELECT id, title FROM books WHERE pages > 300;
    CREATE VIEW long_titles AS SELECT title FROM long_books;
    INSERT INTO books VALUES (1, 'Tea', 90), (2, 'War and Peace', 1200), (3, '{LONG}', 301), (4, 'Soup', 300)
"""


@exercise(
    "4.4e",
    hints=[
        "What depends on `title`? And what depends on that?",
        "The lesson drops its view before the column changes and makes it anew afterwards. Here there are two: in "
        "which order do they go, and in which do they come back?",
        "DROP VIEW long_titles, then long_books; alter_column with type_ and postgresql_using; CREATE VIEW "
        "long_books, then long_titles. The downgrade has the earlier text of long_books.",
    ],
)
class TestViews:
    def test_the_title_is_a_required_varchar(self, limit_titles, database_url):
        ask(database_url, BOOKS)
        migrate(database_url, limit_titles)
        wanted = [
            ("id", "integer", True),
            ("title", "character varying(100)", True),
            ("pages", "integer", True),
        ]
        tried = "limit_titles(), then each column of books, its type, and whether it is NOT NULL"
        expect(columns_of(database_url, "books"), wanted, tried=tried)

    def test_long_titles_keep_their_first_letters(self, limit_titles, database_url):
        ask(database_url, BOOKS)
        migrate(database_url, limit_titles)
        wanted = [(1, "Tea", 90), (2, "War and Peace", 1200), (3, LONG[:100], 301), (4, "Soup", 300)]
        tried = "four books, one title of 150 letters; limit_titles(), then the books"
        expect(ask(database_url, "SELECT * FROM books ORDER BY id"), wanted, tried=tried)

    def test_long_books_shows_the_pages(self, limit_titles, database_url):
        ask(database_url, BOOKS)
        migrate(database_url, limit_titles)
        names = [name for name, *_ in columns_of(database_url, "long_books")]
        expect(names, ["id", "title", "pages"], tried="limit_titles(), then the columns of long_books")
        found = ask(database_url, "SELECT * FROM long_books ORDER BY id")
        expect(found, [(2, "War and Peace", 1200), (3, LONG[:100], 301)], tried="then its rows")

    def test_long_titles_is_there_as_before(self, limit_titles, database_url):
        ask(database_url, BOOKS)
        migrate(database_url, limit_titles)
        names = [name for name, *_ in columns_of(database_url, "long_titles")]
        expect(names, ["title"], tried="limit_titles(), then the columns of long_titles")
        ask(
            database_url, "UPDATE books SET pages = 500 WHERE id = 4; UPDATE books SET pages = 9 WHERE id = 3"
        )
        found = ask(database_url, "SELECT title FROM long_titles ORDER BY title")
        expect(found, [("Soup",), ("War and Peace",)], tried="book 4 becomes long and 3 short; long_titles")

    def test_the_downgrade_leaves_all_as_it_was(self, limit_titles, unlimit_titles, database_url):
        ask(database_url, BOOKS)
        round_trip(database_url, limit_titles, unlimit_titles, rows=False)

    def test_no_book_is_lost(self, limit_titles, unlimit_titles, database_url):
        ask(database_url, BOOKS)
        migrate(database_url, limit_titles)
        migrate(database_url, unlimit_titles)
        wanted = [(1, "Tea", 90), (2, "War and Peace", 1200), (3, LONG[:100], 301), (4, "Soup", 300)]
        expect(
            ask(database_url, "SELECT * FROM books ORDER BY id"), wanted, tried="up and down; then the books"
        )


# 4.4f ----------------------------------------------------------------------------------------

PLAIN = ("Ada", "ada@example.com", "2020-02-24", "12.50")


def dump(url, rows):
    """The table `dump` of these (name, email, joined, balance), with the ids 10, 20, …; what it holds."""
    ask(url, "CREATE TABLE dump (id integer, name text, email text, joined text, balance text)")
    held = [(10 * number, *row) for number, row in enumerate(rows, 1)]
    # Stored last first: the order in a table says nothing.
    for row in reversed(held):
        ask(url, "INSERT INTO dump VALUES (%s, %s, %s, %s, %s)", row)
    return held


def live():
    """A hundred members as ugly as those of the text, each kind of ugliness more than once."""
    names = ["Ada", " Ada  Lovelace ", "Bob   B   Bo", "x"]
    emails = [
        "a{}@example.com",
        " B{}@Example.com ",
        "C{}@EXAMPLE.COM",
        "d{}@example.com  ",
        "twice@example.com",
        "TWICE@example.com ",
        None,
        "  ",
        "",
    ]
    joined = ["2020-02-24", "24.12.2019", "", "0000-00-00", "01.02.2003"]
    balance = ["12.50", "1,234,567.80", "", "n/a", "0.50", "-3.00"]
    return [
        (names[n % 4], (email := emails[n % 9]) and email.format(n), joined[n % 5], balance[n % 6])
        for n in range(100)
    ]


def day(text):
    if text in ("", "0000-00-00"):
        return None
    return datetime.strptime(text, "%d.%m.%Y" if "." in text else "%Y-%m-%d").date()


def sorted_out(held):
    """What the two tables should hold: members, rejected."""
    members, rejected, seen = [], [], set()
    for row in held:
        number, name, email, joined, balance = row
        email = (email or "").strip().lower()
        if not email or email in seen:
            rejected.append((*row, "email twice" if email else "no email"))
            continue
        seen.add(email)
        amount = None if balance in ("", "n/a") else Decimal(balance.replace(",", ""))
        members.append((number, " ".join(name.split()), email, day(joined), amount))
    return members, rejected


# What the other forum's requests do after each statement of the migration, the number {n} of its kind: a row
# with a new email, one without any, one with the email of row 10; and a row that was there loses its email.
MEANWHILE = """
    WITH change AS (UPDATE dump SET email = NULL WHERE id = 90 * {n} + 20)
    INSERT INTO dump VALUES ({n}001, 'New', 'new{n}@x.org', '', ''), ({n}002, 'None', ' ', '', ''),
                            ({n}003, 'Twice', ' A0@Example.com', '', '')
"""
PLACES = """
    SELECT id, dump.name, members.id IS NOT NULL, reason
    FROM dump LEFT JOIN members USING (id) LEFT JOIN rejected USING (id) ORDER BY id
"""
NEW = {"New": "its email is new", "None": "it has no email", "Twice": "its email is there already"}
RIGHT = {"New": (True, None), "None": (False, "no email"), "Twice": (False, "email twice")}


@contextmanager
def an_open_forum(url):
    """After each statement that SQLAlchemy sends, another session adds rows to `dump` and changes one."""
    with closing(psycopg2.connect(url, options="-c lock_timeout=100ms")) as link, link.cursor() as cursor:
        link.autocommit = True
        numbers = itertools.count(1)

        def request(*_):
            with suppress(psycopg2.Error):  # kept waiting: that is for another expectation
                cursor.execute(MEANWHILE.format(n=next(numbers)))

        event.listen(Engine, "after_cursor_execute", request)
        try:
            yield
        finally:
            event.remove(Engine, "after_cursor_execute", request)


def misplaced(rows):
    """What is wrong with the place of each row of `dump`: sentences. New rows may be in neither table."""
    found = []
    for number, name, member, reason in rows:
        place = f"is a member{' and ' if reason else ''}" * member + f"is rejected ({reason})" * bool(reason)
        said = place or "is in neither table"
        if number <= 1000 and member == bool(reason):
            found.append(f"row {number} {said}")
        elif number > 1000 and place and (member, reason) != RIGHT[name]:
            found.append(f"a new row ({NEW[name]}) {said}")
    return sorted(set(found))


MEMBERS = "SELECT id, name, email, joined, balance FROM members ORDER BY id"
REJECTED = "SELECT id, name, email, joined, balance, reason FROM rejected ORDER BY id"


@exercise(
    "4.4f",
    hints=[
        "The rehearsal names the first ugly value. Which others are there? A SELECT on a copy with few rows shows "
        "the kinds: `make_dump(url, 100)`.",
        "nullif turns one value into NULL, regexp_replace does blanks, CASE chooses between two forms of dates. "
        "Which function numbers the rows of one email?",
        "Clean everything into a temporary table, with row_number() OVER (PARTITION BY the clean email ORDER BY "
        "id), so that dump is read once. Then one INSERT for members and one for rejected, whose conditions exclude "
        "each other.",
    ],
)
class TestDump:
    def test_a_clean_row_becomes_a_member(self, import_members, database_url):
        self.members(import_members, database_url, [PLAIN])

    def test_blanks_and_capitals_are_cleaned(self, import_members, database_url):
        rows = [
            ("  Ada   King  Lovelace ", " Ada@Example.COM ", *PLAIN[2:]),
            ("Bob", "BOB@x.org", *PLAIN[2:]),
        ]
        self.members(import_members, database_url, rows)

    def test_dates_in_both_forms_and_unknown_ones(self, import_members, database_url):
        texts = ["2020-02-29", "24.12.2019", "03.02.2001", "", "0000-00-00"]
        self.members(
            import_members, database_url, [("A", f"{n}@x.org", text, "1") for n, text in enumerate(texts)]
        )

    def test_balances_with_commas_and_unknown_ones(self, import_members, database_url):
        texts = ["12.5", "1,234.50", "1,234,567.80", "", "n/a", "-3", "0"]
        rows = [("A", f"{n}@x.org", "2020-01-01", text) for n, text in enumerate(texts)]
        self.members(import_members, database_url, rows)

    def test_rows_without_an_email_are_rejected(self, import_members, database_url):
        rows = [("A", None, *PLAIN[2:]), PLAIN, (" B  b", "   ", "0000-00-00", "n/a"), ("C", "", "", "")]
        self.rejected(import_members, database_url, rows)

    def test_of_rows_with_one_email_the_smallest_id_stays(self, import_members, database_url):
        rows = [
            ("A", " ADA@example.com", "", "1,000"),
            PLAIN,
            ("B", "b@x.org", "", ""),
            ("C", "Ada@Example.com", "x", "y"),
        ]
        self.rejected(import_members, database_url, rows[:3])
        self.members_of(database_url, rows[:3])

    def test_a_rejected_row_may_hold_anything(self, import_members, database_url):
        rows = [PLAIN, ("C", "Ada@Example.com ", "soon", "much"), ("D", None, "never", "-")]
        self.rejected(import_members, database_url, rows)

    def test_the_live_dump_is_sorted_out_and_nothing_is_lost(self, import_members, database_url):
        held = dump(database_url, live())
        migrate(database_url, import_members)
        members, rejected = sorted_out(held)
        tried = "the live dump of 100 rows; "
        expect(ask(database_url, MEMBERS), members, tried=tried + "the members")
        expect(ask(database_url, REJECTED), rejected, tried=tried + "the rejected rows")
        found = ask(database_url, "SELECT * FROM dump ORDER BY id")
        require(found == held, tried=tried + "dump itself", expected="as it was", got="other rows")

    def test_no_request_waits_for_the_migration(self, import_members, database_url):
        dump(database_url, live())
        found = lock_budget(database_url, import_members, "UPDATE dump SET name = 'New name'")
        expect(
            found,
            [],
            tried="import_members() while the other forum sends the statement UPDATE dump SET name = …",
            means="LOCK TABLE, ALTER TABLE, CREATE INDEX, UPDATE and FOR UPDATE lock dump or its rows until the "
            "migration commits, and others wait. Work on a copy of dump, such as a temporary table: nobody else uses it.",
        )

    def test_rows_that_come_in_or_change_meanwhile_do_no_harm(self, import_members, database_url):
        dump(database_url, live())
        tried = "import_members(), and after each of its statements the other forum adds rows and changes one"
        means = (
            "Each statement sees what was committed before it began, so the second one that reads dump sees other "
            "rows than the first. Read dump in one statement, for example into a temporary table."
        )
        try:
            with an_open_forum(database_url):
                migrate(database_url, import_members)
        except ExpectationFailed as failed:
            if "Violation" not in failed.got:  # not what other rows lead to
                raise
            raise ExpectationFailed(tried, failed.expected, failed.got, means) from None
        expect(misplaced(ask(database_url, PLACES)), [], tried=f"{tried}; rows in a wrong place", means=means)

    def test_the_table_has_its_types_and_rules(self, import_members, database_url):
        dump(database_url, [PLAIN])
        migrate(database_url, import_members)
        types = [(name, kind) for name, kind, _ in columns_of(database_url, "members")]
        wanted = [
            ("id", "integer"),
            ("name", "text"),
            ("email", "text"),
            ("joined", "date"),
            ("balance", "numeric(12,2)"),
        ]
        expect(types, wanted, tried="the columns of members")
        rules = {
            "(10, 'B', 'b@x.org')": "UniqueViolation",
            "(11, 'B', 'ada@example.com')": "UniqueViolation",
            "(NULL, 'B', 'b@x.org')": "NotNullViolation",
            "(12, NULL, 'c@x.org')": "NotNullViolation",
            "(13, 'B', NULL)": "NotNullViolation",
            "(14, 'B', 'd@x.org')": "accepted",
        }
        for values, said in rules.items():
            got = outcome_of(database_url, f"INSERT INTO members (id, name, email) VALUES {values}")
            expect(got, said, tried=f"one member, 10; INSERT INTO members (id, name, email) VALUES {values}")

    def test_few_statements_are_sent(self, import_members, database_url):
        dump(database_url, live())
        most(20, database_url, import_members, "import_members() with 100 rows")

    def test_the_downgrade_leaves_everything_as_it_was(self, import_members, drop_members, database_url):
        dump(database_url, live())
        round_trip(database_url, import_members, drop_members)

    def members(self, import_members, url, rows):
        dump(url, rows)
        migrate(url, import_members)
        self.members_of(url, rows)

    def members_of(self, url, rows):
        held = [(10 * number, *row) for number, row in enumerate(rows, 1)]
        expect(ask(url, MEMBERS), sorted_out(held)[0], tried=f"a dump of {held}; the members")

    def rejected(self, import_members, url, rows):
        held = dump(url, rows)
        migrate(url, import_members)
        expect(ask(url, REJECTED), sorted_out(held)[1], tried=f"a dump of {held}; the rejected rows")
