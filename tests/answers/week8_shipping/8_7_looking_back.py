"""Right and wrong answers to the exercises of lesson 8.7."""

# %% 8.7a accept: an async function with a thread, LIKE with an escape, two SELECTs
import asyncio

from fastapi import Request

NOTES = text("SELECT id, title FROM notes WHERE title LIKE :like ESCAPE '!' AND (owner = :user OR public) ORDER BY id")
TAGS = text("SELECT note_id, name FROM tags WHERE note_id = ANY(:ids) ORDER BY name")


def notes_api(engine):
    app = FastAPI()

    def read(word, user):
        for sign in "!%_":
            word = word.replace(sign, "!" + sign)
        with engine.connect() as db:
            notes = db.execute(NOTES, {"like": f"%{word}%", "user": user}).all()
            tags = db.execute(TAGS, {"ids": [note.id for note in notes]}).all()
        return [{"title": n.title, "tags": [t.name for t in tags if t.note_id == n.id]} for n in notes]

    @app.get("/notes")
    async def find(request: Request, word: str):
        return await asyncio.to_thread(read, word, request.headers["x-user"])

    return app


# %% 8.7a reject: the word is SQL -> The word is only text
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = f"""SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE title LIKE '%{word}%' AND (public OR owner = :user) ORDER BY id"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"user": x_user}).mappings()]

    return app


# %% 8.7a reject: a parameter with wildcards -> The word is only text
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = """SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE title LIKE '%' || :word || '%' AND (public OR owner = :user) ORDER BY id"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"word": word, "user": x_user}).mappings()]

    return app


# %% 8.7a reject: only the caller's own -> Private notes are their owners
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = """SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE strpos(title, :word) > 0 AND owner = :user ORDER BY id"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"word": word, "user": x_user}).mappings()]

    return app


# %% 8.7a reject: everybody's notes -> Private notes are their owners
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = """SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE strpos(title, :word) > 0 ORDER BY id"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"word": word}).mappings()]

    return app


# %% 8.7a reject: a statement for each note -> A request sends at most two statements
def notes_api(engine):
    app = FastAPI()
    tags = text("SELECT name FROM tags WHERE note_id = :id ORDER BY name")

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = "SELECT id, title FROM notes WHERE strpos(title, :word) > 0 AND (public OR owner = :user) ORDER BY id"
        with engine.connect() as db:
            return [
                {"title": title, "tags": list(db.scalars(tags, {"id": number}))}
                for number, title in db.execute(text(query), {"word": word, "user": x_user}).all()
            ]

    return app


# %% 8.7a reject: on the loop -> The loop is free
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    async def find(word: str, x_user: Annotated[str, Header()]):
        query = """SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE strpos(title, :word) > 0 AND (public OR owner = :user) ORDER BY id"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"word": word, "user": x_user}).mappings()]

    return app


# %% 8.7a reject: in any order -> It lists titles with the word by id
def notes_api(engine):
    app = FastAPI()

    @app.get("/notes")
    def find(word: str, x_user: Annotated[str, Header()]):
        query = """SELECT title, ARRAY(SELECT name FROM tags WHERE note_id = notes.id ORDER BY name) AS tags
            FROM notes WHERE strpos(title, :word) > 0 AND (public OR owner = :user)"""
        with engine.connect() as db:
            return [dict(row) for row in db.execute(text(query), {"word": word, "user": x_user}).mappings()]

    return app


# %% 8.7b accept: operations of Alembic, and a subquery
import sqlalchemy as sa
from alembic import op


def add_users():
    op.create_table(
        "users",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
    )
    op.execute("INSERT INTO users (name) SELECT author FROM posts GROUP BY author ORDER BY 1")
    op.add_column("posts", sa.Column("author_id", sa.Integer))
    op.execute("UPDATE posts SET author_id = (SELECT id FROM users WHERE name = author)")
    op.alter_column("posts", "author_id", nullable=False)
    op.create_foreign_key("posts_author_id_fkey", "posts", "users", ["author_id"], ["id"])
    op.drop_column("posts", "author")


def drop_users():
    op.add_column("posts", sa.Column("author", sa.Text))
    op.execute("UPDATE posts SET author = (SELECT name FROM users WHERE id = author_id)")
    op.alter_column("posts", "author", nullable=False)
    op.drop_column("posts", "author_id")
    op.drop_table("users")


# %% 8.7b reject: a name that comes twice -> Each name is one user
def add_users():
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer REFERENCES users")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts ALTER author_id SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author")


def drop_users():
    op.execute("DROP TABLE users CASCADE")


# %% 8.7b reject: NULL is allowed -> The rules of author id hold
def add_users():
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT DISTINCT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer REFERENCES users")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts DROP author")


def drop_users():
    op.execute("ALTER TABLE posts ADD author text")
    op.execute("UPDATE posts SET author = name FROM users WHERE users.id = author_id")
    op.execute("ALTER TABLE posts ALTER author SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author_id")
    op.execute("DROP TABLE users")


# %% 8.7b reject: no foreign key -> The rules of author id hold
def add_users():
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT DISTINCT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts ALTER author_id SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author")


def drop_users():
    op.execute("ALTER TABLE posts ADD author text")
    op.execute("UPDATE posts SET author = name FROM users WHERE users.id = author_id")
    op.execute("ALTER TABLE posts ALTER author SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author_id")
    op.execute("DROP TABLE users")


# %% 8.7b reject: the old column stays -> The column author is gone
def add_users():
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT DISTINCT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer REFERENCES users")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts ALTER author_id SET NOT NULL")


def drop_users():
    op.execute("ALTER TABLE posts DROP author_id")
    op.execute("DROP TABLE users")


# %% 8.7b reject: the table is dropped before its names are read -> The way back leaves nothing
def add_users():
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT DISTINCT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer REFERENCES users")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts ALTER author_id SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author")


def drop_users():
    op.execute("ALTER TABLE posts ADD author text NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE posts DROP author_id")
    op.execute("DROP TABLE users")


# %% 8.7b reject: the names as they were -> The way back has the names of then
def add_users():
    op.execute("CREATE TABLE old_names AS SELECT id, author FROM posts")
    op.execute("CREATE TABLE users (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE)")
    op.execute("INSERT INTO users (name) SELECT DISTINCT author FROM posts")
    op.execute("ALTER TABLE posts ADD author_id integer REFERENCES users")
    op.execute("UPDATE posts SET author_id = users.id FROM users WHERE users.name = author")
    op.execute("ALTER TABLE posts ALTER author_id SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author")


def drop_users():
    op.execute("ALTER TABLE posts ADD author text")
    op.execute("UPDATE posts SET author = old_names.author FROM old_names WHERE old_names.id = posts.id")
    op.execute("ALTER TABLE posts ALTER author SET NOT NULL")
    op.execute("ALTER TABLE posts DROP author_id")
    op.execute("DROP TABLE users, old_names")


# %% 8.7c accept: a lock, and a Session
from sqlalchemy.orm import Session


def sell(engine, product, buyer):
    with Session(engine) as session, session.begin():
        stock = session.scalar(text("SELECT stock FROM products WHERE id = :id FOR UPDATE"), {"id": product})
        if not stock or stock < 1:
            raise SoldOut("no piece left")
        session.execute(text("UPDATE products SET stock = :n WHERE id = :id"), {"n": stock - 1, "id": product})
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = session.scalar(add, {"p": product, "b": buyer})
        session.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
    return order


# %% 8.7c accept: one statement
def sell(engine, product, buyer):
    everything = text("""
        WITH taken AS (UPDATE products SET stock = stock - 1 WHERE id = :id AND stock > 0 RETURNING id),
        sold AS (INSERT INTO orders (product_id, buyer) SELECT id, :who FROM taken RETURNING id),
        told AS (INSERT INTO jobs SELECT 'mail', id FROM sold)
        SELECT id FROM sold
    """)
    with engine.begin() as db:
        order = db.scalar(everything, {"id": product, "who": buyer})
        if order is None:
            raise SoldOut
        return order


# %% 8.7c reject: three transactions -> A job that fails leaves nothing
def sell(engine, product, buyer):
    with engine.connect() as db:
        taken = db.execute(
            text("UPDATE products SET stock = stock - 1 WHERE id = :id AND stock > 0"), {"id": product}
        )
        db.commit()
        if not taken.rowcount:
            raise SoldOut
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = db.scalar(add, {"p": product, "b": buyer})
        db.commit()
        db.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
        db.commit()
    return order


# %% 8.7c reject: the stock is taken before -> An order that fails leaves nothing
def sell(engine, product, buyer):
    with engine.begin() as db:
        taken = db.execute(
            text("UPDATE products SET stock = stock - 1 WHERE id = :id AND stock > 0"), {"id": product}
        )
        if not taken.rowcount:
            raise SoldOut
    with engine.begin() as db:
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = db.scalar(add, {"p": product, "b": buyer})
        db.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
    return order


# %% 8.7c reject: the error is caught -> A job that fails leaves nothing
from contextlib import suppress


def sell(engine, product, buyer):
    with engine.begin() as db:
        taken = db.execute(
            text("UPDATE products SET stock = stock - 1 WHERE id = :id AND stock > 0"), {"id": product}
        )
        if not taken.rowcount:
            raise SoldOut
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = db.scalar(add, {"p": product, "b": buyer})
    with suppress(Exception), engine.begin() as db:
        db.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
    return order


# %% 8.7c reject: read first, then write -> The last piece is sold once
def sell(engine, product, buyer):
    with engine.begin() as db:
        if db.scalar(text("SELECT stock FROM products WHERE id = :id"), {"id": product}) < 1:
            raise SoldOut
        db.execute(text("UPDATE products SET stock = stock - 1 WHERE id = :id"), {"id": product})
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = db.scalar(add, {"p": product, "b": buyer})
        db.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
    return order


# %% 8.7c reject: it sells what is not there -> Without stock it is sold out
def sell(engine, product, buyer):
    with engine.begin() as db:
        db.execute(text("UPDATE products SET stock = stock - 1 WHERE id = :id"), {"id": product})
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        order = db.scalar(add, {"p": product, "b": buyer})
        db.execute(text("INSERT INTO jobs VALUES ('mail', :o)"), {"o": order})
    return order


# %% 8.7c reject: no job -> A sale stores all three
def sell(engine, product, buyer):
    with engine.begin() as db:
        taken = db.execute(
            text("UPDATE products SET stock = stock - 1 WHERE id = :id AND stock > 0"), {"id": product}
        )
        if not taken.rowcount:
            raise SoldOut
        add = text("INSERT INTO orders (product_id, buyer) VALUES (:p, :b) RETURNING id")
        return db.scalar(add, {"p": product, "b": buyer})


# %% 8.7d accept: a property each, and examples beside them
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st


class TestShares:
    many = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    cents, people = st.integers(0, 1000) | st.integers(0, 10**20), st.integers(min_value=1, max_value=50)

    @many
    @given(cents, people)
    @example(10**20 - 1, 7)
    def test_nothing_is_lost(self, shares, cents, people):
        assert sum(shares(cents, people)) == cents

    @many
    @given(cents, people)
    @example(1, 2)
    def test_each_has_one(self, shares, cents, people):
        assert len(shares(cents, people)) == people

    @many
    @given(cents, people)
    def test_it_is_fair_and_in_order(self, shares, cents, people):
        found = shares(cents, people)
        assert all(0 <= one - next_one <= 1 for one, next_one in zip(found, found[1:]))
        assert found[0] - found[-1] <= 1


# %% 8.7d reject: only the sum -> An unfair share is noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestShares:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 10**20), st.integers(1, 50))
    def test_nothing_is_lost(self, shares, cents, people):
        assert sum(shares(cents, people)) == cents
        assert len(shares(cents, people)) == people


# %% 8.7d reject: only small amounts -> A mistake of large amounts is noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestShares:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 10_000), st.integers(1, 50))
    def test_all(self, shares, cents, people):
        found = shares(cents, people)
        assert len(found) == people and sum(found) == cents
        assert found[0] - found[-1] <= 1 and found == sorted(found)[::-1]


# %% 8.7d reject: too strict -> The tests pass on the right function
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestShares:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 10**20), st.integers(1, 50))
    def test_all(self, shares, cents, people):
        found = shares(cents, people)
        assert len(set(found)) == 1


# %% 8.7d reject: no order -> A wrong order is noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestShares:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 10**20), st.integers(1, 50))
    def test_all(self, shares, cents, people):
        found = shares(cents, people)
        assert len(found) == people and sum(found) == cents
        assert max(found) - min(found) <= 1


# %% 8.7d reject: amounts that are large enough for all -> A missing share is noticed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


class TestShares:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(100, 10**20), st.integers(1, 50))
    def test_all(self, shares, cents, people):
        found = shares(cents, people)
        assert len(found) == people and sum(found) == cents
        assert max(found) - min(found) <= 1
        assert found == sorted(found, reverse=True)


# %% 8.7e accept: a visitor with a stack
class Reader(ast.NodeVisitor):
    def __init__(self):
        self.found, self.inside = set(), [False]

    def enter(self, node, on_loop):
        for default in node.args.defaults + [each for each in node.args.kw_defaults if each is not None]:
            if isinstance(default, (ast.List, ast.Dict, ast.Set)):
                self.found.add("default")
        self.inside.append(on_loop)
        self.generic_visit(node)
        self.inside.pop()

    def visit_FunctionDef(self, node):
        self.enter(node, False)

    def visit_Lambda(self, node):
        self.enter(node, False)

    def visit_AsyncFunctionDef(self, node):
        self.enter(node, True)

    def visit_Assert(self, node):
        if isinstance(node.test, ast.Tuple) and node.test.elts:
            self.found.add("assert")
        self.generic_visit(node)

    def visit_Call(self, node):
        name = ast.unparse(node.func)
        first = node.args[0] if node.args else None
        if name == "text" and isinstance(first, ast.JoinedStr):
            if any(isinstance(part, ast.FormattedValue) for part in first.values):
                self.found.add("sql")
        if name == "datetime.utcnow" or name == "datetime.now" and not node.args and not node.keywords:
            self.found.add("time")
        if name == "time.sleep" and self.inside[-1]:
            self.found.add("blocks")
        self.generic_visit(node)


def review(code):
    reader = Reader()
    reader.visit(ast.parse(code))
    return reader.found


# %% 8.7e reject: a search in the text -> What is only mentioned breaks no rule
import re


def review(code):
    rules = {
        "default": r"def .*=\s*[\[{]",
        "sql": r"\btext\(f['\"]+.*\{",
        "time": r"datetime\.(utcnow\(|now\(\))",
        "assert": r"assert \(.*,.*\)$",
        "blocks": r"async def(.|\n)*time\.sleep\(",
    }
    return {rule for rule, pattern in rules.items() if re.search(pattern, code)}


# %% 8.7e reject: each sleep -> A sleep on the loop is found
def review(code):
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
                if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in args.defaults + args.kw_defaults):
                    found.add("default")
            case ast.Assert(test=ast.Tuple(elts=[_, *_])):
                found.add("assert")
            case ast.Call(func=f, args=a, keywords=k):
                name = ast.unparse(f)
                if name == "text" and a and isinstance(a[0], ast.JoinedStr):
                    if any(isinstance(v, ast.FormattedValue) for v in a[0].values):
                        found.add("sql")
                if name == "datetime.utcnow" or (name == "datetime.now" and not a and not k):
                    found.add("time")
                if name == "time.sleep":
                    found.add("blocks")
    return found


# %% 8.7e reject: any call of now -> Times without a zone are found
def review(code):
    found = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.FunctionDef(args=args) | ast.AsyncFunctionDef(args=args):
                if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in args.defaults + args.kw_defaults):
                    found.add("default")
            case ast.Call(func=ast.Attribute(attr="now" | "utcnow")):
                found.add("time")
    return found


# %% 8.7e reject: positional defaults only -> Defaults are found
def review(code):
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in node.args.defaults):
                found.add("default")
    return found


# %% 8.7e reject: each f-string -> SQL from text is found
def review(code):
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr):
            found.add("sql")
    return found


# %% 8.7e reject: each tuple -> Asserted tuples are found
def review(code):
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple):
            found.add("assert")
    return found


# %% 8.7e reject: only the first rule -> Several rules are found at once
def review(code):
    found = set()

    def visit(node, on_loop):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            on_loop = isinstance(node, ast.AsyncFunctionDef)
            if any(isinstance(d, (ast.List, ast.Dict, ast.Set)) for d in node.args.defaults + node.args.kw_defaults):
                found.add("default")
                return
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Tuple) and node.test.elts:
            found.add("assert")
        if isinstance(node, ast.Call):
            name, args = ast.unparse(node.func), node.args
            if name == "text" and args and isinstance(args[0], ast.JoinedStr):
                if any(isinstance(v, ast.FormattedValue) for v in args[0].values):
                    found.add("sql")
            if name == "datetime.utcnow" or (name == "datetime.now" and not args and not node.keywords):
                found.add("time")
            if name == "time.sleep" and on_loop:
                found.add("blocks")
        for child in ast.iter_child_nodes(node):
            visit(child, on_loop)

    visit(ast.parse(code), False)
    return found
