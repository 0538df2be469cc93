# %% 6.5a accept: a method for each rule, and a savepoint around what is refused
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


def book(connection, room=1, guest="ana", day="2030-05-01", nights=2):
    row = {"room": room, "guest": guest, "day": day, "nights": nights}
    statement = "INSERT INTO bookings (room_id, guest, day, nights) VALUES (:room, :guest, :day, :nights)"
    with connection.begin_nested():
        connection.execute(text(statement), row)


class TestHotel:
    def refused(self, connection, **changed):
        with pytest.raises(IntegrityError):
            book(connection, **changed)

    def test_guests(self, connection):
        self.refused(connection, guest="")
        self.refused(connection, guest="x" * 51)
        book(connection, guest="x" * 50)

    def test_nights(self, connection):
        self.refused(connection, nights=0)
        book(connection, nights=1)

    def test_days(self, connection):
        book(connection)
        self.refused(connection, guest="zoe", nights=1)

    def test_rooms(self, connection):
        self.refused(connection, room=7)


# %% 6.5a reject: rows that break two rules -> An empty name is noticed
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    @pytest.mark.parametrize("values", ["1, ''", "1, repeat('x', 51)", "2, 'ana'"])
    def test_it_is_refused(self, connection, values):
        with pytest.raises(IntegrityError):
            connection.execute(text(f"INSERT INTO bookings (room_id, guest) VALUES ({values})"))


# %% 6.5a reject: a name of 60 characters is short enough -> A long name is noticed
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    def test_an_empty_name(self, connection):
        with pytest.raises(IntegrityError):
            connection.execute(
                text("INSERT INTO bookings (room_id, guest, day, nights) VALUES (1, '', '2030-01-01', 1)")
            )

    def test_a_name(self, connection):
        connection.execute(
            text("INSERT INTO bookings (room_id, guest, day, nights) VALUES (1, 'ana', '2030-01-01', 1)")
        )


# %% 6.5a reject: minus one night -> A stay of no night is noticed
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    @pytest.mark.parametrize(
        "values",
        ["1, '', '2030-01-01', 1", "1, repeat('x', 51), '2030-01-01', 1", "1, 'ana', '2030-01-01', -1"],
    )
    def test_it_is_refused(self, connection, values):
        with pytest.raises(IntegrityError):
            connection.execute(text(f"INSERT INTO bookings (room_id, guest, day, nights) VALUES ({values})"))


# %% 6.5a reject: only the rules of one row -> A second booking is noticed
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    @pytest.mark.parametrize(
        "values",
        ["1, '', '2030-01-01', 1", "1, repeat('x', 51), '2030-01-01', 1", "1, 'ana', '2030-01-01', 0"],
    )
    def test_it_is_refused(self, connection, values):
        with pytest.raises(IntegrityError):
            connection.execute(text(f"INSERT INTO bookings (room_id, guest, day, nights) VALUES ({values})"))


# %% 6.5a reject: the second booking is of another day -> All pass on the right tables
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    def test_it_is_refused(self, connection):
        for day in ["2030-01-01", "2030-01-02"]:
            row = f"INSERT INTO bookings (room_id, guest, day, nights) VALUES (1, 'ana', '{day}', 1)"
            if day == "2030-01-01":
                connection.execute(text(row))
            else:
                with pytest.raises(IntegrityError):
                    connection.execute(text(row))


# %% 6.5a reject: rooms are taken for granted -> An unknown room is noticed
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError


class TestHotel:
    @pytest.mark.parametrize(
        "values",
        [
            "1, '', '2030-01-01', 1",
            "1, repeat('x', 51), '2030-01-01', 1",
            "1, 'ana', '2030-01-01', 0",
            "1, 'ana', '2029-01-01', 1",
        ],
    )
    def test_it_is_refused(self, connection, values):
        insert = "INSERT INTO bookings (room_id, guest, day, nights) VALUES"
        connection.execute(text(f"{insert} (1, 'zoe', '2029-01-01', 1)"))
        with pytest.raises(IntegrityError):
            connection.execute(text(f"{insert} ({values})"))


# %% 6.5b accept: one connection, and a commit after each step
def first_broken(engine, revisions, catalog):
    with engine.connect() as connection:

        def look():
            found = catalog(connection)
            connection.commit()
            return found

        def run(sql):
            connection.exec_driver_sql(sql)
            connection.commit()

        for name, up, down in revisions:
            before = look()
            try:
                run(up)
                first = look()
                run(down)
                if look() != before:
                    return name
                run(up)
            except Exception:
                return name
            if look() != first:
                return name
    return None


# %% 6.5b reject: up and down only -> Right revisions are not broken
def first_broken(engine, revisions, catalog):
    for revision in revisions:
        try:
            with engine.begin() as connection:
                before = catalog(connection)
                connection.execute(text(revision.up))
                connection.execute(text(revision.down))
                if catalog(connection) != before:
                    return revision.name
        except DBAPIError:
            return revision.name
    return None


# %% 6.5b reject: the second upgrade is not looked at -> Another result of the second time is noticed
def first_broken(engine, revisions, catalog):
    for revision in revisions:
        try:
            with engine.begin() as connection:
                before = catalog(connection)
                connection.execute(text(revision.up))
                connection.execute(text(revision.down))
                if catalog(connection) != before:
                    return revision.name
                connection.execute(text(revision.up))
        except DBAPIError:
            return revision.name
    return None


# %% 6.5b reject: the catalog after the downgrade is not looked at -> What a downgrade leaves is noticed
def first_broken(engine, revisions, catalog):
    for revision in revisions:
        try:
            with engine.begin() as connection:
                connection.execute(text(revision.up))
                above = catalog(connection)
            with engine.begin() as connection:
                connection.execute(text(revision.down))
            with engine.begin() as connection:
                connection.execute(text(revision.up.replace("ADD", "ADD IF NOT EXISTS")))
                if catalog(connection) != above:
                    return revision.name
        except DBAPIError:
            return revision.name
    return None


# %% 6.5b reject: errors come out -> An upgrade that fails is noticed
def first_broken(engine, revisions, catalog):
    for revision in revisions:
        with engine.begin() as connection:
            before = catalog(connection)
            connection.execute(text(revision.up))
            above = catalog(connection)
            connection.execute(text(revision.down))
            if catalog(connection) != before:
                return revision.name
            connection.execute(text(revision.up))
            if catalog(connection) != above:
                return revision.name
    return None


# %% 6.5b reject: the errors of the first step only -> A downgrade that fails is noticed
def first_broken(engine, revisions, catalog):
    for revision in revisions:
        with engine.begin() as connection:
            before = catalog(connection)
        try:
            with engine.begin() as connection:
                connection.execute(text(revision.up))
        except DBAPIError:
            return revision.name
        with engine.begin() as connection:
            above = catalog(connection)
            connection.execute(text(revision.down))
            if catalog(connection) != before:
                return revision.name
            connection.execute(text(revision.up))
            if catalog(connection) != above:
                return revision.name
    return None


# %% 6.5b reject: all are walked, then the first is returned -> Nothing runs after a broken one
def first_broken(engine, revisions, catalog):
    broken = []
    for revision in revisions:
        with engine.begin() as connection:
            before = catalog(connection)
        try:
            with engine.begin() as connection:
                connection.execute(text(revision.up))
                above = catalog(connection)
            with engine.begin() as connection:
                connection.execute(text(revision.down))
                fine = catalog(connection) == before
            with engine.begin() as connection:
                connection.execute(text(revision.up))
                fine = fine and catalog(connection) == above
        except DBAPIError:
            fine = False
        if not fine:
            broken.append(revision.name)
    return broken[0] if broken else None


# %% 6.5b reject: nothing is committed -> Right revisions are not broken
def first_broken(engine, revisions, catalog):
    with engine.connect() as connection:
        for revision in revisions:
            before = catalog(connection)
            try:
                connection.execute(text(revision.up))
                above = catalog(connection)
                connection.execute(text(revision.down))
                below = catalog(connection)
                connection.execute(text(revision.up))
            except DBAPIError:
                return revision.name
            if (below, catalog(connection)) != (before, above):
                return revision.name
    return None


# %% 6.5b reject: the connection is not closed -> All connections go back
KEPT = []


def first_broken(engine, revisions, catalog):
    connection = engine.connect()
    KEPT.append(connection)
    for revision in revisions:
        before = catalog(connection)
        try:
            connection.execute(text(revision.up))
            above = catalog(connection)
            connection.execute(text(revision.down))
            below = catalog(connection)
            connection.execute(text(revision.up))
        except DBAPIError:
            return revision.name
        if (below, catalog(connection)) != (before, above):
            return revision.name
        connection.commit()
    return None


# %% 6.5c accept: a name a test, and parametrized
import pytest
from sqlalchemy import text

NAMES = {
    "Ada Lovelace": ("Ada", "Lovelace"),
    "Ludwig van Beethoven": ("Ludwig", "van Beethoven"),
    "Pele": ("Pele", ""),
}


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    def test_there_and_back(self, connection, upgrade, downgrade, name):
        connection.execute(text("INSERT INTO people (name) VALUES (:name), ('Aaron Aal')"), {"name": name})
        upgrade(connection)
        found = connection.execute(text("SELECT given, family FROM people WHERE given <> 'Aaron'")).all()
        assert found == [NAMES[name]]
        downgrade(connection)
        assert name in connection.scalars(text("SELECT name FROM people")).all()


# %% 6.5c reject: an empty table -> A third word that is lost is noticed
from sqlalchemy import text


class TestNames:
    def test_there_and_back(self, connection, upgrade, downgrade):
        upgrade(connection)
        connection.execute(text("SELECT given, family FROM people"))
        downgrade(connection)
        connection.execute(text("SELECT name FROM people"))


# %% 6.5c reject: names of two words -> A third word that is lost is noticed
from sqlalchemy import text


class TestNames:
    def test_there_and_back(self, connection, upgrade, downgrade):
        connection.execute(text("INSERT INTO people (name) VALUES ('Ada Lovelace'), ('Alan Turing')"))
        upgrade(connection)
        found = connection.execute(text("SELECT given, family FROM people ORDER BY id")).all()
        assert found == [("Ada", "Lovelace"), ("Alan", "Turing")]
        downgrade(connection)
        assert connection.scalars(text("SELECT name FROM people ORDER BY id")).all() == [
            "Ada Lovelace",
            "Alan Turing",
        ]


# %% 6.5c reject: everybody has a family name -> A name of one word is noticed
from sqlalchemy import text


class TestNames:
    def test_there_and_back(self, connection, upgrade, downgrade):
        connection.execute(
            text("INSERT INTO people (name) VALUES ('Ada Lovelace'), ('Ludwig van Beethoven')")
        )
        upgrade(connection)
        found = connection.execute(text("SELECT given, family FROM people ORDER BY id")).all()
        assert found == [("Ada", "Lovelace"), ("Ludwig", "van Beethoven")]
        downgrade(connection)


# %% 6.5c reject: there and back, and no look in between -> A split at the last space is noticed
from sqlalchemy import text


class TestNames:
    def test_there_and_back(self, connection, upgrade, downgrade):
        names = ["Pele", "Ada Lovelace", "Ludwig van Beethoven"]
        for name in names:
            connection.execute(text("INSERT INTO people (name) VALUES (:name)"), {"name": name})
        upgrade(connection)
        downgrade(connection)
        assert connection.scalars(text("SELECT name FROM people ORDER BY id")).all() == names


# %% 6.5c reject: only upwards -> A family name that is lost is noticed
from sqlalchemy import text


class TestNames:
    def test_up(self, connection, upgrade):
        connection.execute(
            text("INSERT INTO people (name) VALUES ('Pele'), ('Ada Lovelace'), ('Ludwig van Beethoven')")
        )
        upgrade(connection)
        found = connection.execute(text("SELECT given, family FROM people ORDER BY id")).all()
        assert found == [("Pele", ""), ("Ada", "Lovelace"), ("Ludwig", "van Beethoven")]


# %% 6.5c reject: spaces are removed before they are compared -> A space behind a name is noticed
from sqlalchemy import text


class TestNames:
    def test_there_and_back(self, connection, upgrade, downgrade):
        names = ["Pele", "Ada Lovelace", "Ludwig van Beethoven"]
        for name in names:
            connection.execute(text("INSERT INTO people (name) VALUES (:name)"), {"name": name})
        upgrade(connection)
        found = connection.execute(text("SELECT given, family FROM people ORDER BY id")).all()
        assert found == [("Pele", ""), ("Ada", "Lovelace"), ("Ludwig", "van Beethoven")]
        downgrade(connection)
        assert [
            name.strip() for name in connection.scalars(text("SELECT name FROM people ORDER BY id"))
        ] == names


# %% 6.5c reject: one word has no family name at all -> All pass on the right revision
from sqlalchemy import text


class TestNames:
    def test_up(self, connection, upgrade):
        connection.execute(text("INSERT INTO people (name) VALUES ('Pele')"))
        upgrade(connection)
        assert connection.scalar(text("SELECT family FROM people")) is None


# %% 6.5d accept: a loop
def drift(engine, metadata):
    kinds = []
    with engine.begin() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_server_default": True, "compare_type": True}
        )
        for change in compare_metadata(context, metadata):
            if isinstance(change, tuple):
                kinds.append(change[0])
            else:
                kinds.extend(each[0] for each in change)
    return sorted(kinds)


# %% 6.5d reject: the filter goes, create_all stays -> What only the models have is found
def drift(engine, metadata):
    metadata.create_all(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, metadata)
    return sorted(each[0] if isinstance(each, tuple) else each[0][0] for each in found)


# %% 6.5d reject: additions only -> What only the database has is found
def drift(engine, metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, metadata)
    return sorted(each[0] for each in found if str(each[0]).startswith("add"))


# %% 6.5d reject: defaults are not compared -> Another default is found
def drift(engine, metadata):
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    changes = [each if isinstance(each, list) else [each] for each in found]
    return sorted(change[0] for each in changes for change in each)


# %% 6.5d reject: types are not compared -> Another type is found
def drift(engine, metadata):
    with engine.connect() as connection:
        options = {"compare_server_default": True, "compare_type": False}
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    changes = [each if isinstance(each, list) else [each] for each in found]
    return sorted(change[0] for each in changes for change in each)


# %% 6.5d reject: of each column the first change -> Several changes are all there and sorted
def drift(engine, metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, metadata)
    return sorted(each[0] if isinstance(each, tuple) else each[0][0] for each in found)


# %% 6.5d reject: NULL does not matter -> A column that may be empty is found
def drift(engine, metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, metadata)
    changes = [each if isinstance(each, list) else [each] for each in found]
    return sorted(change[0] for each in changes for change in each if change[0] != "modify_nullable")


# %% 6.5d reject: whether there is a difference -> No difference is an empty list
def drift(engine, metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return bool(compare_metadata(context, metadata))


# %% 6.5d reject: the database is made like the models afterwards -> The database is not changed
def drift(engine, metadata):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        found = compare_metadata(context, metadata)
    metadata.create_all(engine)
    changes = [each if isinstance(each, list) else [each] for each in found]
    return sorted(change[0] for each in changes for change in each)


# %% 6.5e accept: a stronger lock, and the rows counted
from sqlalchemy import text


class TestSeats:
    def test_the_last_seat(self, book, engine, at_once):
        assert book(engine, "ana")
        names = ["ben", "zoe", "tom"]
        at_once("LOCK TABLE seats IN SHARE ROW EXCLUSIVE MODE", *[lambda name=name: book(engine, name) for name in names])
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM seats")) == 2

    def test_one_after_the_other(self, book, engine):
        assert [book(engine, guest) for guest in "abc"] == [True, True, False]


# %% 6.5e reject: one after the other -> A lock that is not there is noticed
class TestSeats:
    def test_two_seats(self, book, engine):
        assert [book(engine, guest) for guest in "abcd"] == [True, True, False, False]


# %% 6.5e reject: the lock that the function itself takes -> A lock that is not there is noticed
class TestSeats:
    def test_the_last_seat(self, book, engine, at_once):
        book(engine, "ana")
        both = [lambda: book(engine, "ben"), lambda: book(engine, "zoe")]
        assert at_once("SELECT FROM shows FOR UPDATE", *both) == [False, True]


# %% 6.5e reject: nothing is held -> A count before the lock is noticed
class TestSeats:
    def test_the_last_seat(self, book, engine, at_once):
        book(engine, "ana")
        both = [lambda: book(engine, "ben"), lambda: book(engine, "zoe")]
        assert at_once("SELECT 1", *both) == [False, True]


# %% 6.5e reject: one call waits, and there is no other -> A lock that is given up is noticed
class TestSeats:
    def test_a_seat(self, book, engine, at_once):
        assert at_once("LOCK TABLE seats IN SHARE MODE", lambda: book(engine, "ben")) == [True]
        assert book(engine, "zoe") and not book(engine, "tom")


# %% 6.5e reject: both get it -> All pass on the right function
class TestSeats:
    def test_the_last_seat(self, book, engine, at_once):
        book(engine, "ana")
        both = [lambda: book(engine, "ben"), lambda: book(engine, "zoe")]
        assert at_once("LOCK TABLE seats IN SHARE MODE", *both) == [True, True]
