"""Checks of the exercises of lesson 3.4."""

from contextlib import contextmanager
from importlib import import_module

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from course import sql_tape
from course.checks import (
    at_work,
    engine_for,
    exercise,
    expect,
    is_collection,
    require,
    rows_of,
    said_to,
    tables_of,
)

TRACKS = 30
LINES = 20
PSYCOPG2 = "A relationship works in Python alone; other programs meet only what the table says."

BOOK = "INSERT INTO books (title, shelf_id) VALUES (:title, :shelf)"


@exercise(
    "3.4a",
    hints=[
        "Of shelf and book, which one can hold the number of the other in a single column?",
        "Look at User and Post in the laboratory: the key on one side, a relationship on both. Which type allows NULL?",
        "shelf_id: Mapped[int | None] with a ForeignKey; relationship(back_populates=…) on both sides, a list on "
        "the shelf.",
    ],
)
class TestShelf:
    def test_a_shelf_has_many_books(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            with Session(engine) as session:
                poems = session.get(Shelf, 1)
                session.add_all([Book(title="Odes", shelf=poems), Book(title="Haiku", shelf=poems)])
                session.commit()
            with Session(engine) as session:
                found = [self.books(session, Shelf, number) for number in (1, 2)]
        expect(
            found,
            [["Haiku", "Odes"], []],
            tried="two books are stored with shelf=poems; the titles in poems.books, and in the books of another shelf",
        )

    def test_a_book_knows_its_shelf(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            with Session(engine) as session:
                novels = session.get(Shelf, 2)
                novels.books.append(Book(title="Odes"))
                session.add(Book(title="Lent"))
                session.commit()
            with Session(engine) as session:
                books = session.scalars(select(Book).order_by(Book.title))
                got = {book.title: book.shelf and book.shelf.label for book in books}
        expect(
            got,
            {"Lent": None, "Odes": "novels"},
            tried="novels.books.append(odes), and a book without a shelf, both stored; book.shelf of each, by label",
        )

    def test_setting_one_side_sets_the_other(self, LibraryBase, Shelf, Book):
        with at_work():
            shelf, book, other = Shelf(label="poems"), Book(title="Odes"), Book(title="Haiku")
            book.shelf = shelf
            require(
                book in shelf.books,
                tried="book.shelf = shelf, then shelf.books, before anything is sent",
                expected="a list with this book",
                got=[each.title for each in shelf.books],
                means="The two relationships do not know of each other.",
            )
            shelf.books.append(other)
            require(
                other.shelf is shelf,
                tried="shelf.books.append(book), then book.shelf, before anything is sent",
                expected="this shelf",
                got=other.shelf,
                means="The two relationships do not know of each other.",
            )

    def test_a_book_may_stand_on_no_shelf(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            got = said_to(engine, BOOK, title="Odes", shelf=None)
        expect(got, "accepted", tried="INSERT INTO books with shelf_id NULL")

    def test_a_book_on_an_unknown_shelf_is_refused(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            got = [said_to(engine, BOOK, title="Odes", shelf=shelf) for shelf in (2, 3, 0)]
        expect(
            got,
            ["accepted", "refused", "refused"],
            tried="there are the shelves 1 and 2; INSERT INTO books with the shelf_id 2, 3 and 0",
            means=PSYCOPG2,
        )

    def test_a_shelf_with_books_cannot_be_deleted(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            rows_of(engine, BOOK, title="Odes", shelf=1)
            got = [said_to(engine, "DELETE FROM shelves WHERE id = :id", id=number) for number in (1, 2)]
            left = rows_of(engine, "SELECT title, shelf_id FROM books")
        expect(
            got,
            ["refused", "accepted"],
            tried="a book stands on shelf 1, none on shelf 2; DELETE of each shelf",
        )
        expect(left, [("Odes", 1)], tried="then the books")

    def test_a_book_taken_off_its_shelf_stays(self, LibraryBase, Shelf, Book, database_url):
        with self.library(LibraryBase, database_url) as engine:
            for title in ("Odes", "Haiku"):
                rows_of(engine, BOOK, title=title, shelf=1)
            with Session(engine) as session:
                poems = session.get(Shelf, 1)
                poems.books.remove(next(book for book in poems.books if book.title == "Odes"))
                session.commit()
            got = rows_of(engine, "SELECT title, shelf_id FROM books ORDER BY title")
        expect(
            got,
            [("Haiku", 1), ("Odes", None)],
            tried="poems.books.remove(odes) and commit, one of two books; the books and their shelf_id",
            means={(("Haiku", 1),): "The book is lent, not gone: what takes it along?"},
        )

    @contextmanager
    def library(self, base, url):
        with tables_of(base, url, "shelves", "books") as engine:
            rows_of(engine, "INSERT INTO shelves (label) VALUES ('poems'), ('novels')")
            yield engine

    def books(self, session, Shelf, number):
        found = session.get(Shelf, number).books
        require(
            is_collection(found),
            tried="shelf.books",
            expected="a list of Book",
            got=found,
            means="One object, or None: the annotation has to say that there may be many.",
        )
        return sorted(book.title for book in found)


@exercise(
    "3.4b",
    hints=[
        "What does the session do with the tracks before it deletes the album, and what could the key do?",
        "Two words are missing, one for the database and one for the session: see the three attempts in "
        "the lesson.",
        "ForeignKey(…, ondelete='CASCADE') and relationship(…, cascade='all, delete-orphan', "
        "passive_deletes=True).",
    ],
)
class TestAlbum:
    def test_deleting_an_album_deletes_its_tracks(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            self.delete(engine, Album)
            got = rows_of(engine, "SELECT count(*) FROM tracks WHERE album_id = 1 OR album_id IS NULL")
        expect(
            got,
            [(0,)],
            tried="session.delete(album), then the number of its tracks, or of tracks without album",
        )

    def test_tracks_of_other_albums_stay(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            self.delete(engine, Album)
            got = rows_of(engine, "SELECT count(*) FROM tracks WHERE album_id = 2")
        expect(got, [(2,)], tried="album 1 is deleted; the tracks of album 2, which has two")

    def test_fetching_and_deleting_are_two_statements(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine, sql_tape() as tape:
            self.delete(engine, Album)
        tape.at_most(2, f"session.get(Album, 1), session.delete(album) and commit, for {TRACKS} tracks")

    def test_deleting_in_SQL_does_the_same(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            expect(
                said_to(engine, "DELETE FROM albums WHERE id = 1"),
                "accepted",
                tried="DELETE FROM albums WHERE id = 1, typed into psql",
                means="The session's cascade does not hold there: the key has to say what happens.",
            )
            got = rows_of(engine, "SELECT album_id, count(*) FROM tracks GROUP BY album_id")
        expect(got, [(2, 2)], tried="DELETE FROM albums WHERE id = 1, then the tracks by album")

    def test_a_track_taken_off_its_album_is_deleted(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine, Session(engine) as session:
            album = session.get(Album, 2)
            album.tracks.remove(next(each for each in album.tracks if each.title == "Fog"))
            try:
                session.commit()
            except IntegrityError as error:
                got = f"{type(error.orig).__name__}: the session wanted to keep it, without an album"
            else:
                got = rows_of(engine, "SELECT title FROM tracks WHERE album_id = 2 OR album_id IS NULL")
        expect(got, [("Rain",)], tried="album.tracks.remove(fog) and commit, then the titles that are left")

    def test_a_track_without_an_album_is_refused(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            for album in (None, 99):
                got = said_to(
                    engine, "INSERT INTO tracks (title, album_id) VALUES ('Hail', :album)", album=album
                )
                shown = "NULL" if album is None else "99, which does not exist"
                expect(got, "refused", tried=f"INSERT INTO tracks with the album_id {shown}")

    def test_both_sides_know_each_other(self, MusicBase, Album, Track):
        with at_work():
            album = Album(title="Weather")
            track = Track(title="Snow", album=album)
            require(
                track in album.tracks,
                tried='Track(title="Snow", album=album), then album.tracks',
                expected="a list with this track",
                got=list(album.tracks),
            )

    def test_what_worked_before_works_still(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            with Session(engine) as session:
                album = Album(title="Storms")
                for title in ("Gale", "Calm"):
                    Track(title=title, album=album)
                session.add(album)
                session.commit()
            got = rows_of(engine, "SELECT title FROM tracks WHERE album_id = 3 ORDER BY title")
            expect(
                got,
                [("Calm",), ("Gale",)],
                tried="session.add(album), a new album with two tracks, and commit; the titles of its tracks",
                means='What is left out of the cascades goes as well: "save-update" adds the tracks.',
            )
            with Session(engine) as session:
                session.delete(session.scalars(select(Track).where(Track.title == "Fog")).one())
                session.commit()
            expect(
                rows_of(
                    engine,
                    "SELECT a.title, t.title FROM albums a JOIN tracks t ON a.id = album_id WHERE a.id = 2",
                ),
                [("Clouds", "Rain")],
                tried="session.delete(track), one of two, and commit; its album, and the tracks that are left",
                means="Deleting goes from the album to its tracks, and not back.",
            )

    @contextmanager
    def shelf(self, base, url):
        with tables_of(base, url, "albums", "tracks") as engine:
            rows_of(engine, "INSERT INTO albums (title) VALUES ('Weather'), ('Clouds')")
            many = f"SELECT 'Track ' || n, 1 FROM generate_series(1, {TRACKS}) AS n"
            rows_of(engine, f"INSERT INTO tracks (title, album_id) {many}")
            rows_of(engine, "INSERT INTO tracks (title, album_id) VALUES ('Rain', 2), ('Fog', 2)")
            yield engine

    def delete(self, engine, Album):
        with Session(engine) as session:
            session.delete(session.get(Album, 1))
            try:
                session.commit()
            except IntegrityError as error:
                expect(
                    type(error.orig).__name__,
                    "nothing raised",
                    tried="session.delete(album) and commit",
                    means={
                        "NotNullViolation": "The session took the tracks their album away, to keep them.",
                        "ForeignKeyViolation": "The key still refuses to let go of the album.",
                    },
                )


@exercise(
    "3.4c",
    hints=[
        "There are three foreign keys and three answers. Which of them is: no deletion while a row refers to it?",
        "Look at the three attempts of the lesson. What does the session do with rows that no `passive_deletes` "
        "leaves to the key?",
        'ondelete="SET NULL" for the customer and "CASCADE" for the order, nothing for the product; '
        "passive_deletes=True on both lists, and cascade on the one whose rows go.",
    ],
)
class TestShop:
    def test_the_orders_of_a_deleted_customer_stay(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        for loaded in (False, True):
            with self.shop(ShopBase, database_url) as engine:
                how = self.delete(engine, Customer, 1, "orders" if loaded else None)
                got = rows_of(engine, "SELECT id, customer_id FROM orders ORDER BY id")
            expect(
                got,
                [(1, None), (2, None), (3, 2)],
                tried=f"orders 1 and 2 are ada's, 3 is ben's; {how('customer')} for ada, then the orders and their customer",
            )

    def test_the_lines_of_a_deleted_order_are_deleted(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        for loaded in (False, True):
            with self.shop(ShopBase, database_url) as engine:
                how = self.delete(engine, Order, 1, "lines" if loaded else None)
                got = rows_of(
                    engine, "SELECT order_id, count(*) FROM lines GROUP BY order_id ORDER BY order_id"
                )
            expect(
                got,
                [(2, 1), (3, 1)],
                tried=f"order 1 has {LINES} lines, 2 and 3 have one; {how('order')} for order 1, then the lines by order",
            )

    def test_a_product_in_a_line_cannot_be_deleted(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        with self.shop(ShopBase, database_url) as engine:
            by_sql = said_to(engine, "DELETE FROM products WHERE id = 1")
            expect(by_sql, "refused", tried="DELETE FROM products, for one that stands in a line")
            with Session(engine) as session:
                session.delete(session.get(Product, 1))
                try:
                    session.commit()
                    by_session = "accepted"
                except IntegrityError:
                    by_session = "refused"
            expect(
                by_session,
                "refused",
                tried="session.delete(product) and commit, for one that stands in a line",
            )
            left = rows_of(engine, "SELECT count(*) FROM lines WHERE product_id = 1")
        expect(left, [(LINES,)], tried="then the number of its lines")

    def test_a_product_in_no_line_can_be_deleted(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        with self.shop(ShopBase, database_url) as engine:
            rows_of(engine, "INSERT INTO products (name) VALUES ('jar')")
            got = said_to(engine, "DELETE FROM products WHERE id = 3")
            expect(got, "accepted", tried="DELETE FROM products, for one that stands in no line")
            with Session(engine) as session:
                session.delete(session.get(Product, 4))
                session.commit()
            left = rows_of(engine, "SELECT name FROM products ORDER BY id")
        tried = "session.delete(product) and commit, for another one that stands in no line; the products that are left"
        expect(left, [("tea",), ("pot",)], tried=tried)

    def test_deleting_in_SQL_does_the_same(self, ShopBase, Customer, Order, Product, Line, database_url):
        with self.shop(ShopBase, database_url) as engine:
            for table in ("customers", "orders"):
                expect(
                    said_to(engine, f"DELETE FROM {table} WHERE id = 1"),
                    "accepted",
                    tried=f"DELETE FROM {table} WHERE id = 1, typed into psql",
                    means="What the relationship says does not hold there: the key has to say what happens.",
                )
            orders = rows_of(engine, "SELECT id, customer_id FROM orders ORDER BY id")
            lines = rows_of(
                engine, "SELECT order_id, count(*) FROM lines GROUP BY order_id ORDER BY order_id"
            )
        tried = "DELETE of customer 1, who has orders 1 and 2, and of order 1, in SQL; then"
        expect(orders, [(2, None), (3, 2)], tried=f"{tried} the orders and their customer")
        expect(lines, [(2, 1), (3, 1)], tried=f"{tried} the lines by order")

    def test_fetching_and_deleting_are_two_statements(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        for kind, what in ((Customer, "a customer with 2 orders"), (Order, f"an order with {LINES} lines")):
            with self.shop(ShopBase, database_url) as engine, sql_tape() as tape:
                self.delete(engine, kind, 1, None)
            tape.at_most(2, f"session.get and session.delete for {what}, and commit")

    def test_a_line_without_an_order_or_a_product_is_refused(
        self, ShopBase, Customer, Order, Product, Line, database_url
    ):
        with self.shop(ShopBase, database_url) as engine:
            pairs = [(None, 1), (1, None), (99, 1), (1, 99), (1, 1)]
            sql = "INSERT INTO lines (quantity, order_id, product_id) VALUES (1, :order, :product)"
            got = [said_to(engine, sql, order=order, product=product) for order, product in pairs]
        expect(
            got,
            ["refused"] * 4 + ["accepted"],
            tried="INSERT INTO lines with the order NULL, the product NULL, order 99, product 99, and with both",
        )

    def test_what_worked_before_works_still(self, ShopBase, Customer, Order, Product, Line, database_url):
        with self.shop(ShopBase, database_url) as engine:
            with Session(engine) as session:
                cy = Customer(name="cy")
                line = Line(quantity=2, product=session.get(Product, 3))
                cy.orders.append(Order(lines=[line]))
                session.add(cy)
                session.commit()
                same = [line.order.customer is cy, line.order in cy.orders, line in line.order.lines]
            got = rows_of(
                engine,
                "SELECT c.name, product_id, quantity FROM customers c JOIN orders o ON c.id = customer_id "
                "JOIN lines ON o.id = order_id WHERE c.id = 3",
            )
        expect(
            got,
            [("cy", 3, 2)],
            tried="session.add(customer), a new customer with a new order and line, and commit; what is stored",
            means='What is left out of the cascades goes as well: "save-update" adds what hangs on an object.',
        )
        expect(
            same,
            [True] * 3,
            tried="then line.order.customer, customer.orders and order.lines: all in each other",
        )

    @contextmanager
    def shop(self, base, url):
        with tables_of(base, url, "customers", "orders", "products", "lines") as engine:
            rows_of(engine, "INSERT INTO customers (name) VALUES ('ada'), ('ben')")
            rows_of(engine, "INSERT INTO products (name) VALUES ('tea'), ('pot'), ('cup')")
            rows_of(engine, "INSERT INTO orders (customer_id) VALUES (1), (1), (2)")
            many = f"SELECT n, 1, 1 FROM generate_series(1, {LINES}) AS n"
            rows_of(engine, f"INSERT INTO lines (quantity, order_id, product_id) {many}")
            rows_of(engine, "INSERT INTO lines (quantity, order_id, product_id) VALUES (1, 2, 2), (1, 3, 2)")
            yield engine
            with engine.begin() as connection:
                base.metadata.drop_all(connection)

    def delete(self, engine, kind, number, loaded):
        """Delete by the session, with the list of this name loaded or not; how to say what was done."""

        def said(name):
            first = f"list({name}.{loaded}), then " if loaded else ""
            return f"{first}session.delete({name}) and commit"

        with Session(engine) as session:
            parent = session.get(kind, number)
            if loaded:
                list(getattr(parent, loaded))
            session.delete(parent)
            try:
                session.commit()
            except IntegrityError as error:
                expect(
                    type(error.orig).__name__,
                    "nothing raised",
                    tried=said(kind.__name__.lower()),
                    means={
                        "NotNullViolation": "The session took the rows their parent away, to keep them.",
                        "ForeignKeyViolation": "The key refuses to let the parent go.",
                    },
                )
        return said


@contextmanager
def postboard(url):
    """Postboard's tables and classes: ada wrote posts 1 and 2, bob 3 to 5, a draft; both commented."""
    models = import_module("app.models")
    with engine_for(url) as engine:
        models.Base.metadata.create_all(engine)
        rows_of(engine, "INSERT INTO users (name) VALUES ('ada'), ('bob'), ('cy')")
        authors = {"Hello": 1, "Joins": 1, "Pools": 2, "Locks": 2, "Keys": 2}
        for title, author in authors.items():
            sql = (
                "INSERT INTO posts (title, content, author_id, published) "
                "VALUES (:title, 'Some text.', :author, :published)"
            )
            rows_of(engine, sql, title=title, author=author, published=title != "Keys")
        pairs = "SELECT p, u FROM generate_series(1, 5) AS p, generate_series(1, 2) AS u"
        rows_of(
            engine,
            f"INSERT INTO comments (post_id, author_id, content) SELECT p, u, 'Good.' FROM ({pairs}) AS x",
        )
        yield engine


def by_user(engine, table, column):
    """How many rows of a table each user has, seen from another session."""
    sql = f"SELECT {column}, count(*) FROM {table} GROUP BY {column} ORDER BY {column}"
    return rows_of(engine, sql)


def not_found(call):
    """How a call ended that has to raise Postboard's NotFound."""
    errors = import_module("app.errors")
    try:
        return f"it returned {call()!r}"
    except errors.NotFound:
        return "NotFound"


@exercise(
    "3.4d",
    hints=[
        "What must your function do itself, and what do the foreign keys do?",
        "Look at `ondelete` of each key that points to users.id, and at the end of the lesson.",
        "Fetch the user or raise NotFound; count the posts with select(func.count()); session.delete; commit.",
    ],
)
class TestCloseAccount:
    def test_the_user_is_gone(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = rows_of(engine, "SELECT name FROM users ORDER BY name")
        expect(
            got,
            [("ada",), ("cy",)],
            tried='close_account(session=session, name="bob"), then all users, from another session',
            means="Without a commit nobody else sees it.",
        )

    def test_comments_go_too(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = rows_of(engine, "SELECT count(*) FROM comments WHERE author_id = 2 OR author_id IS NULL")
        expect(
            got, [(0,)], tried="bob is user 2; his comments, or those of nobody, after his account is closed"
        )

    def test_comments_of_others_stay(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = by_user(engine, "comments", "author_id")
        expect(
            got,
            [(1, 5)],
            tried="ada is user 1 and wrote five comments, three of them on bob's posts; the comments by author, after "
            "bob's account is closed",
        )

    def test_the_posts_stay_without_an_author(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = by_user(engine, "posts", "author_id")
        expect(
            got,
            [(1, 2), (None, 3)],
            tried="bob is user 2 and wrote three posts, ada two; the posts by author, after his account is closed",
        )

    def test_it_returns_how_many_posts_have_lost_their_author(self, close_account, database_url):
        with postboard(database_url) as engine:
            for name, posts in [("bob", 3), ("cy", 0), ("ada", 2)]:
                got = self.close(engine, close_account, name)
                expect(
                    got,
                    posts,
                    tried=f'{name} wrote {posts} posts; close_account(session=session, name="{name}")',
                    means="One of Bob's posts is a draft. It loses its author, too."
                    if name == "bob"
                    else None,
                )

    def test_it_sends_at_most_three_statements(self, close_account, database_url):
        with postboard(database_url) as engine:
            many = "SELECT 'Post ' || n, 'x', 2 FROM generate_series(1, 30) AS n"
            rows_of(engine, f"INSERT INTO posts (title, content, author_id) {many}")
            with sql_tape() as tape:
                self.close(engine, close_account, "bob")
        tape.at_most(3, "close_account of bob, who wrote 33 posts and 5 comments")

    def test_an_unknown_name_is_NotFound(self, close_account, database_url):
        with postboard(database_url) as engine:
            for name in ["nobody", "", "BOB", "b_b", "O'Neil", "' OR name = 'bob"]:
                got = not_found(lambda name=name: self.close(engine, close_account, name))
                expect(got, "NotFound", tried=f'close_account(session=session, name="{name}")')
            got = rows_of(engine, "SELECT count(*) FROM users")
        expect(got, [(3,)], tried="then the number of users")

    def close(self, engine, close_account, name):
        with Session(engine, expire_on_commit=False) as session:
            return close_account(session=session, name=name)


TITLES = {"ada": ["Hello", "Joins"], "bob": ["Keys", "Locks", "Pools"], "cy": []}


@exercise(
    "3.4e",
    hints=[
        "Which column of which table says who wrote a post, and how many statements does it take to change it in all?",
        "Look at update() in lesson 3.3, and at what it does to objects that the session holds. `user_named` makes "
        "the taker; when may it be called?",
        "Fetch the giver or raise NotFound; user_named for the taker; update(Post).where(…).values(…).returning(Post.id);"
        " commit; session.expire_all().",
    ],
)
class TestHandOver:
    def test_the_posts_have_the_new_author(self, hand_over, database_url):
        with postboard(database_url) as engine:
            self.hand(engine, hand_over, "bob", "cy")
            got = self.titles(engine)["cy"]
        expect(
            got,
            ["Keys", "Locks", "Pools"],
            tried=f"{self.tried('bob', 'cy')}, then the posts of cy, from another session",
            means={(): "Without a commit nobody else sees it."},
        )

    def test_drafts_change_hands_too(self, hand_over, database_url):
        with postboard(database_url) as engine:
            self.hand(engine, hand_over, "bob", "cy")
            got = "Keys" in self.titles(engine)["cy"]
        expect(got, True, tried=f"'Keys' is a draft; {self.tried('bob', 'cy')}, then whether 'Keys' is by cy")

    def test_posts_of_others_keep_their_author(self, hand_over, database_url):
        with postboard(database_url) as engine:
            rows_of(engine, "INSERT INTO posts (title, content) VALUES ('Nobody''s', 'Some text.')")
            self.hand(engine, hand_over, "bob", "cy")
            got = self.titles(engine)["ada"]
            alone = rows_of(engine, "SELECT author_id FROM posts WHERE title = 'Nobody''s'")
        expect(got, TITLES["ada"], tried=f"{self.tried('bob', 'cy')}, then the posts of ada")
        expect(alone, [(None,)], tried=f"{self.tried('bob', 'cy')}, then the author of a post without one")

    def test_it_returns_how_many_posts_have_changed_hands(self, hand_over, database_url):
        with postboard(database_url) as engine:
            for giver, taker, posts in [("bob", "ada", 3), ("cy", "bob", 0), ("ada", "cy", 5)]:
                got = self.hand(engine, hand_over, giver, taker)
                expect(got, posts, tried=f"{giver} has {posts} posts; {self.tried(giver, taker)}")

    def test_comments_keep_their_author(self, hand_over, database_url):
        with postboard(database_url) as engine:
            self.hand(engine, hand_over, "bob", "cy")
            got = by_user(engine, "comments", "author_id")
        expect(got, [(1, 5), (2, 5)], tried=f"{self.tried('bob', 'cy')}, then the comments by author")

    def test_a_new_taker_is_made(self, hand_over, database_url):
        with postboard(database_url) as engine:
            got = not_found(lambda: self.hand(engine, hand_over, "bob", "Dan O'Neil"))
            expect(got, "it returned 3", tried=self.tried("bob", "Dan O'Neil"))
            titles = self.titles(engine)
        expect(
            titles.get("Dan O'Neil"),
            TITLES["bob"],
            tried=f"there is no user of that name; {self.tried('bob', 'Dan O' + chr(39) + 'Neil')}, then his posts",
        )

    def test_an_unknown_giver_is_NotFound_and_no_user_is_made(self, hand_over, database_url):
        with postboard(database_url) as engine:
            for giver, taker in [
                ("nobody", "dan"),
                ("BOB", "eve"),
                ("b_b", "cy"),
                ("", "dan"),
                ("O'Neil", "dan"),
            ]:
                got = not_found(lambda giver=giver, taker=taker: self.hand(engine, hand_over, giver, taker))
                expect(got, "NotFound", tried=self.tried(giver, taker))
            tried = "after five calls with a giver who does not exist: all users"
            expect(self.users(engine), ["ada", "bob", "cy"], tried=tried)
            with Session(engine, expire_on_commit=False) as session:
                not_found(lambda: hand_over(session=session, giver="nobody", taker="dan"))
                session.commit()
            got = self.users(engine)
        expect(
            got,
            ["ada", "bob", "cy"],
            tried=f"{self.tried('nobody', 'dan')}; the caller catches NotFound, goes on and commits: all users",
            means="The taker was made before it was clear that there is a giver.",
        )

    def test_a_giver_without_posts_and_a_giver_who_is_the_taker(self, hand_over, database_url):
        with postboard(database_url) as engine:
            self.hand(engine, hand_over, "cy", "ada")
            self.hand(engine, hand_over, "bob", "bob")
            got = self.titles(engine)
        expect(
            got,
            TITLES,
            tried=f"{self.tried('cy', 'ada')}, {self.tried('bob', 'bob')}; then the posts of each",
        )

    def test_a_post_that_the_session_holds_shows_its_new_author(self, hand_over, database_url):
        models = import_module("app.models")
        with postboard(database_url) as engine, Session(engine, expire_on_commit=False) as session:
            held = session.get(models.Post, 3)
            before = held.author.name
            hand_over(session=session, giver="bob", taker="cy")
            got = (before, held.author.name, held.author_id)
        expect(
            got,
            ("bob", "cy", 3),
            tried="post = session.get(Post, 3), by bob; hand_over in the same session; then post.author.name before "
            "and after, and post.author_id",
            means="An UPDATE changes rows. What an object has loaded stays until it is expired or refreshed.",
        )

    def test_it_sends_at_most_six_statements(self, hand_over, database_url):
        with postboard(database_url) as engine:
            many = "SELECT 'Post ' || n, 'x', 2 FROM generate_series(1, 30) AS n"
            rows_of(engine, f"INSERT INTO posts (title, content, author_id) {many}")
            with sql_tape() as tape:
                self.hand(engine, hand_over, "bob", "cy")
            got = by_user(engine, "posts", "author_id")
        tape.at_most(6, f"{self.tried('bob', 'cy')}, for 33 posts")
        expect(
            got, [(1, 2), (3, 33)], tried=f"{self.tried('bob', 'cy')}, for 33 posts; then the posts by author"
        )

    def hand(self, engine, hand_over, giver, taker):
        with Session(engine, expire_on_commit=False) as session:
            return hand_over(session=session, giver=giver, taker=taker)

    def users(self, engine):
        return [name for (name,) in rows_of(engine, "SELECT name FROM users ORDER BY name")]

    def titles(self, engine):
        """The titles of each user's posts, in order."""
        sql = """
            SELECT name, array_remove(array_agg(title ORDER BY title), NULL)
            FROM users LEFT JOIN posts ON users.id = author_id GROUP BY name
        """
        return dict(rows_of(engine, sql))

    def tried(self, giver, taker):
        """The call in the learner's words."""
        return f'hand_over(session=session, giver="{giver}", taker="{taker}")'
