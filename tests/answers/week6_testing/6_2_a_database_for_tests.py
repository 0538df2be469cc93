# %% 6.2a accept: everything by hand, with try and finally
def session_for_a_test(engine):
    connection = engine.connect()
    around = connection.begin()
    session = Session(bind=connection, join_transaction_mode="create_savepoint")
    try:
        yield session
    finally:
        session.close()
        around.rollback()
        connection.close()


# %% 6.2a accept: the connection is closed, which rolls back
def session_for_a_test(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


# %% 6.2a accept: the savepoint that the default mode looks for
def session_for_a_test(engine):
    with engine.connect() as connection:
        around = connection.begin()
        connection.begin_nested()
        with Session(connection, join_transaction_mode="conditional_savepoint") as session:
            yield session
        around.rollback()


# %% 6.2a reject: the default mode -> A rollback undoes what came after the last commit
def session_for_a_test(engine):
    with engine.connect() as connection:
        around = connection.begin()
        with Session(connection) as session:
            yield session
        if around.is_active:
            around.rollback()


# %% 6.2a reject: a session that commits -> Others see nothing during the test
def session_for_a_test(engine):
    with Session(engine) as session:
        yield session
        session.rollback()


# %% 6.2a reject: the session controls the transaction -> Others see nothing during the test
def session_for_a_test(engine):
    with engine.connect() as connection:
        around = connection.begin()
        with Session(connection, join_transaction_mode="control_fully") as session:
            yield session
        if around.is_active:
            around.rollback()


# %% 6.2a reject: the table is emptied afterwards -> The next test finds the same
def session_for_a_test(engine):
    from sqlalchemy import text

    with Session(engine) as session:
        yield session
        session.rollback()
        session.execute(text("TRUNCATE guests"))
        session.commit()


# %% 6.2a reject: the connection stays out -> The connection goes back to the pool
def session_for_a_test(engine):
    connection = engine.connect()
    around = connection.begin()
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        yield session
    around.rollback()
    engine.kept = [*getattr(engine, "kept", []), connection]


# %% 6.2a reject: the end commits -> Others see nothing afterwards
def session_for_a_test(engine):
    with engine.begin() as connection:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


# %% 6.2a reject: a transaction that nobody joins -> A test sees what was there and what it stored
def session_for_a_test(engine):
    with Session(engine) as session, session.begin():
        yield session


# %% 6.2b accept: get and pop of one override, a class as the dependency
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        session = Session(connection, join_transaction_mode="create_savepoint")
        try:
            yield session
        finally:
            session.close()

    missing = object()
    old = app.dependency_overrides.get(get_session, missing)
    app.dependency_overrides[get_session] = own
    try:
        with TestClient(app) as client:
            yield client
    finally:
        if old is missing:
            del app.dependency_overrides[get_session]
        else:
            app.dependency_overrides[get_session] = old


# %% 6.2b accept: a patched dict
@contextmanager
def requests_on(app, get_session, connection):
    from unittest.mock import patch

    async def own():
        with Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as one:
            yield one

    with patch.dict(app.dependency_overrides, {get_session: own}):
        yield TestClient(app)


# %% 6.2b reject: one session for all requests -> Each request has a session of its own
@contextmanager
def requests_on(app, get_session, connection):
    before = dict(app.dependency_overrides)
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        app.dependency_overrides[get_session] = lambda: session
        try:
            yield TestClient(app)
        finally:
            app.dependency_overrides = before


# %% 6.2b reject: nobody closes the sessions -> What was not committed is gone
@contextmanager
def requests_on(app, get_session, connection):
    kept = []

    def own():
        kept.append(Session(connection, join_transaction_mode="create_savepoint"))
        return kept[-1]

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides = before


# %% 6.2b reject: the override commits what was forgotten -> What was not committed is gone
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
            session.commit()

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides = before


# %% 6.2b reject: the default mode -> A rollback undoes the request alone
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        with Session(connection) as session:
            yield session

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides = before


# %% 6.2b reject: a session on the engine -> The transaction of the caller goes on
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        with Session(connection, join_transaction_mode="control_fully") as session:
            yield session

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides = before


# %% 6.2b reject: all overrides are cleared -> The overrides are as they were
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    app.dependency_overrides[get_session] = own
    try:
        yield TestClient(app)
    finally:
        app.dependency_overrides.clear()


# %% 6.2b reject: no finally -> They are after an error too
@contextmanager
def requests_on(app, get_session, connection):
    def own():
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    before = dict(app.dependency_overrides)
    app.dependency_overrides[get_session] = own
    yield TestClient(app)
    app.dependency_overrides = before


# %% 6.2c accept: other ways to say the same
def named(session, start):
    found = select(Customer.name).where(func.lower(Customer.name).like(start.lower() + "%"))
    return list(session.scalars(found.order_by(Customer.id)))


def by_price(session):
    rows = session.execute(select(Order.price, Order.id)).all()
    return [number for _, number in sorted(rows, key=lambda row: (row[0] is not None, row[0] or 0, row[1]))]


def pieces_of_each(session):
    each = select(func.max(Customer.name), func.sum(Order.pieces)).join(Order, Order.customer_id == Customer.id)
    rows = session.execute(each.group_by(Order.customer_id).order_by(Order.customer_id))
    return [tuple(row) for row in rows]


def is_new(order, now):
    at = order.at
    if at.tzinfo is None:
        at = at.replace(tzinfo=now.tzinfo)
    return at > now - timedelta(days=1)


def register(session, name):
    savepoint = session.begin_nested()
    try:
        session.add(Customer(name=name))
        session.flush()
    except IntegrityError:
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


# %% 6.2c reject: capitals matter -> Names are found in capitals or not
def named(session, start):
    found = select(Customer.name).where(Customer.name.startswith(start.lower()))
    return list(session.scalars(found.order_by(Customer.id)))


# %% 6.2c reject: contains -> Names are found in capitals or not
def named(session, start):
    found = select(Customer.name).where(Customer.name.icontains(start))
    return list(session.scalars(found.order_by(Customer.id)))


# %% 6.2c reject: sorted by name -> Names are found in capitals or not
def named(session, start):
    found = select(Customer.name).where(Customer.name.istartswith(start))
    return list(session.scalars(found.order_by(Customer.name)))


# %% 6.2c reject: without a price at the end -> Orders without a price come first
def by_price(session):
    return list(session.scalars(select(Order.id).order_by(Order.price.nulls_last(), Order.id)))


# %% 6.2c reject: without a price for nothing -> Orders without a price come first
def by_price(session):
    return list(session.scalars(select(Order.id).order_by(func.coalesce(Order.price, 0), Order.id)))


# %% 6.2c reject: a group for each order -> Pieces are added for each customer
def pieces_of_each(session):
    each = select(Customer.name, func.sum(Order.pieces)).join(Order)
    each = each.group_by(Customer.name, Order.pieces).order_by(func.min(Customer.id))
    return [(name, pieces) for name, pieces in session.execute(each)]


# %% 6.2c reject: customers without orders too -> Pieces are added for each customer
def pieces_of_each(session):
    each = select(Customer.name, func.sum(Order.pieces)).outerjoin(Order)
    each = each.group_by(Customer.id, Customer.name).order_by(Customer.id)
    return [(name, pieces) for name, pieces in session.execute(each)]


# %% 6.2c reject: PostgreSQL alone -> An order is new for a day
def is_new(order, now):
    return now - order.at < timedelta(days=1)


# %% 6.2c reject: a day and no more -> An order is new for a day
def is_new(order, now):
    at = order.at if order.at.tzinfo else order.at.replace(tzinfo=UTC)
    return now - at <= timedelta(days=1)


# %% 6.2c reject: the whole transaction is rolled back -> A taken name costs the session nothing
def register(session, name):
    try:
        session.execute(insert(Customer).values(name=name))
    except IntegrityError:
        session.rollback()
        return False
    return True


# %% 6.2c reject: no savepoint -> A name is registered once
def register(session, name):
    try:
        session.execute(insert(Customer).values(name=name))
    except IntegrityError:
        return False
    return True


# %% 6.2d accept: with two numbers
def culprit(run, before, failing):
    def fails(tests):
        return failing in run(list(tests) + [failing])

    if fails([]) or not fails(before):
        return None
    low, high = 0, len(before)
    while high - low > 1:
        middle = (low + high) // 2
        if fails(before[low:middle]):
            high = middle
        else:
            low = middle
    return before[low]


# %% 6.2d accept: by calling itself
def culprit(run, before, failing):
    def search(suspects):
        if len(suspects) == 1:
            return suspects[0]
        first, second = suspects[: len(suspects) // 2], suspects[len(suspects) // 2 :]
        return search(first if failing in run(first + [failing]) else second)

    if failing not in run(before + [failing]) or failing in run([failing]):
        return None
    return search(before)


# %% 6.2d reject: one after another -> Few runs are enough
def culprit(run, before, failing):
    if failing in run([failing]):
        return None
    for each in before:
        if failing in run([each, failing]):
            return each
    return None


# %% 6.2d reject: never alone -> A test that fails alone has no culprit
def culprit(run, before, failing):
    suspects = list(before)
    if failing not in run([*suspects, failing]):
        return None
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        suspects = half if failing in run([*half, failing]) else suspects[len(half) :]
    return suspects[0] if suspects else None


# %% 6.2d reject: never all -> A test that passes has no culprit
def culprit(run, before, failing):
    suspects = list(before)
    if not suspects or failing in run([failing]):
        return None
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        suspects = half if failing in run([*half, failing]) else suspects[len(half) :]
    return suspects[0]


# %% 6.2d reject: any failure counts -> Other failures say nothing
def culprit(run, before, failing):
    suspects = list(before)
    if run([failing]) or not run([*suspects, failing]):
        return None
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        suspects = half if run([*half, failing]) else suspects[len(half) :]
    return suspects[0]


# %% 6.2d reject: sorted by name -> The order is kept
def culprit(run, before, failing):
    suspects = sorted(before)
    if failing in run([failing]) or failing not in run([*suspects, failing]):
        return None
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        suspects = half if failing in run([*half, failing]) else suspects[len(half) :]
    return suspects[0]


# %% 6.2d reject: before is used up -> The list stays as it is
def culprit(run, before, failing):
    if failing in run([failing]) or failing not in run([*before, failing]):
        return None
    while len(before) > 1:
        half = before[: len(before) // 2]
        if failing in run([*half, failing]):
            del before[len(half) :]
        else:
            del before[: len(half)]
    return before[0]


# %% 6.2d reject: the last half is forgotten -> It finds the test that leaks
def culprit(run, before, failing):
    suspects = list(before)
    if failing in run([failing]) or failing not in run([*suspects, failing]):
        return None
    while len(suspects) > 1:
        half = suspects[: len(suspects) // 2]
        suspects = half if failing in run([*half, failing]) else suspects[-len(half) :]
    return suspects[0]


# %% 6.2e accept: one test with several changes, and another fixture to look
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_what_was_answered_is_what_is_there(self, ada, client):
        made = ada.post("/posts", json=POST)
        post = made.headers["Location"]
        assert client.get(post).json() == made.json()
        ada.put(f"{post}/tags", json={"names": ["tea", "sql"]})
        ada.put(f"{post}/vote", json={"value": -1})
        ada.delete(f"{post}/vote")
        shown = client.get(post).json()
        assert (sorted(shown["tags"]), shown["score"]) == (["sql", "tea"], 0)
        comment = ada.post(f"{post}/comments", json={"content": "Old"}).json()["id"]
        assert ada.put(f"/comments/{comment}", json={"content": "New"}).status_code == 200
        assert [each["content"] for each in client.get(f"{post}/comments").json()["items"]] == ["New"]
        assert ada.delete(post).status_code == 204
        assert client.get("/posts").json()["total"] == 0


# %% 6.2e reject: the responses alone -> A new post that is lost is noticed
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_the_statuses(self, ada):
        post = ada.post("/posts", json=POST)
        assert post.status_code == 201
        assert post.json()["title"] == "Tests"


# %% 6.2e reject: a deletion is believed -> A deleted post that stays is noticed
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_a_post(self, ada):
        post = ada.post("/posts", json=POST).headers["Location"]
        assert ada.get(post).status_code == 200
        assert ada.delete(post).status_code == 204


# %% 6.2e reject: the tags of the response -> Tags that are lost are noticed
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_tags(self, ada):
        post = ada.post("/posts", json=POST).headers["Location"]
        assert ada.get(post).status_code == 200
        assert ada.put(f"{post}/tags", json={"names": ["sql"]}).json() == ["sql"]


# %% 6.2e reject: the comment of the response -> A comment that keeps its text is noticed
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_a_comment(self, ada):
        post = ada.post("/posts", json=POST).headers["Location"]
        assert ada.get(post).status_code == 200
        comment = ada.post(f"{post}/comments", json={"content": "Old"}).json()["id"]
        assert ada.put(f"/comments/{comment}", json={"content": "New"}).json()["content"] == "New"


# %% 6.2e reject: the status of a withdrawal -> A vote that stays is noticed
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_a_vote(self, ada):
        post = ada.post("/posts", json=POST).headers["Location"]
        ada.put(f"{post}/vote", json={"value": 1})
        assert ada.get(post).json()["score"] == 1
        assert ada.delete(f"{post}/vote").status_code == 204


# %% 6.2e reject: a test that fails on the right app -> All pass on the right app
POST = {"title": "Tests", "content": "They tell you first."}


class TestStored:
    def test_a_post_is_not_there(self, ada):
        post = ada.post("/posts", json=POST).headers["Location"]
        assert ada.get(post).status_code == 404


# %% 6.2f accept: by hand, and the connection's end rolls back
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f accept: the table is emptied behind each test
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE guests"))


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: a session for all -> No test finds the rows of another
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture(scope="session")
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: a session on the engine -> No test finds the rows of another
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: the default mode -> No test finds the rows of another
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection) as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: the table is made for each test -> The table is made once
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: the table stays -> The table is gone in the end
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.connect() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: one list for all -> Each test has an empty basket
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture(scope="module")
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]


# %% 6.2f reject: nobody ends the sale -> A sale ends with its test
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture
def sale():
    os.environ["DISCOUNT"] = "50"


# %% 6.2f reject: the sale begins with the file -> A sale ends with its test
import os

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session


def make_table(session):
    session.execute(text("CREATE TABLE guests (name text PRIMARY KEY)"))


@pytest.fixture(scope="session")
def engine():
    engine = create_engine(os.environ["TEST_DATABASE_URL"])
    with Session(engine) as session, session.begin():
        make_table(session)
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE guests"))
    engine.dispose()


@pytest.fixture
def session(engine):
    with engine.connect() as connection:
        connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session


@pytest.fixture
def basket():
    return list()


@pytest.fixture(scope="module", autouse=True)
def sale():
    os.environ["DISCOUNT"] = "50"
    yield
    del os.environ["DISCOUNT"]
