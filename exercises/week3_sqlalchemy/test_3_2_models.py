"""Checks of the exercises of lesson 3.2."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import psycopg2
from sqlalchemy import Engine, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from course import draw, look, sql_tape
from course.checks import engine_for, exercise, expect, learners_line, require


@contextmanager
def made(model, url) -> Iterator[Engine]:
    """An engine on a clean database with the tables of the learner's class."""
    with engine_for(url) as engine:
        try:
            model.metadata.create_all(engine)
        except DBAPIError as error:
            require(
                False,
                tried=f"to create the tables of {model.__name__}",
                expected="that PostgreSQL takes the CREATE",
                got=first_line(error),
            )
        yield engine


def first_line(error):
    """What a database said, without what SQLAlchemy adds."""
    original = getattr(error, "orig", error)
    return f"{type(original).__name__}: {str(original).splitlines()[0]}"


def ask(url, sql):
    """Run one statement as any other program would, committed at once; its rows."""
    try:
        return look.query(sql, url=url).rows
    except psycopg2.Error as error:
        shown = " ".join(sql.split())
        tried = f"raw SQL: {shown if len(shown) < 120 else shown[:120] + ' …'}"
        require(False, tried=tried, expected="that the table takes it", got=first_line(error))


def refusal(url, sql):
    """The name of the error with which the database refuses a statement; "nothing" when it does not."""
    try:
        look.query(sql, url=url)
    except psycopg2.Error as error:
        return type(error).__name__
    return "nothing"


def store(engine, *things):
    """Store objects of the learner's class in one transaction."""
    kinds = " and ".join(sorted({type(thing).__name__ for thing in things}))
    got = can_store(engine, *things)
    require(got == "stored", tried=f"to store {len(things)} × {kinds}", expected="stored", got=got)


def can_store(engine, *things):
    """Whether the database takes these objects; a slip in the learner's own code is raised."""
    try:
        with Session(engine, expire_on_commit=False) as session:
            session.add_all(things)
            session.commit()
    except SQLAlchemyError as error:
        if learners_line(error):
            raise
        return f"{type(error).__name__}: {str(getattr(error, 'orig', error)).splitlines()[0]}"
    return "stored"


TOKYO = timezone(timedelta(hours=9))


@exercise(
    "3.2a",
    hints=[
        "Which of the six columns has a type that the Python type alone does not decide?",
        "Look at `TYPES` in the lesson: money, instants and the enum each have a line there.",
        "Identity(always=True); Mapped[str | None]; Numeric(8, 2); DateTime(timezone=True); "
        "OneOf(Status, values_callable=…).",
    ],
)
class TestCalendar:
    def test_an_event_without_a_place_is_stored(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            got = can_store(engine, self.event(Event, Status, "Chess"))
        expect(
            got,
            "stored",
            tried="an Event without a place",
            means="A column may be NULL when its type says so: Mapped[… | None].",
        )
        expect(ask(database_url, "SELECT place FROM events"), ((None,),), tried="SELECT place FROM events")

    def test_whatever_else_is_missing_is_refused(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            for missing in ["name", "fee", "starts_at", "status"]:
                event = self.event(Event, Status, "Chess", **{missing: None})
                require(
                    can_store(engine, event) != "stored",
                    tried=f"an Event whose {missing} is None",
                    expected="refused",
                    got="stored",
                )
                given = {name: value for name, value in self.given(Status, "Go").items() if name != missing}
                require(
                    can_store(engine, Event(**given)) != "stored",
                    tried=f"an Event without a {missing}",
                    expected="refused",
                    got="stored",
                    means="A default fills in what is missing.",
                )
                words = {"name": "'Go'", "fee": "1", "starts_at": "now()", "status": "'open'"}
                del words[missing]
                sql = f"INSERT INTO events ({', '.join(words)}) VALUES ({', '.join(words.values())})"
                got = refusal(database_url, sql)
                require(got != "nothing", tried=f"raw SQL: {sql}", expected="refused", got="accepted")

    def test_a_name_that_exists_is_refused(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            store(engine, self.event(Event, Status, "Chess"), self.event(Event, Status, "Go"))
            for changed in [
                {},
                {
                    "place": "Hall",
                    "fee": Decimal("5"),
                    "starts_at": datetime(2026, 6, 1, tzinfo=UTC),
                    "status": Status.DRAFT,
                },
            ]:
                got = can_store(engine, self.event(Event, Status, "Go", **changed))
                all_else = "all else different" if changed else "all else the same"
                require(
                    got != "stored",
                    tried=f'a second Event named "Go", {all_else}',
                    expected="refused",
                    got=got,
                )

    def test_a_text_may_hold_any_sign(self, Event, Status, database_url):
        names = ["Go", "go", "It's", "100%", "a_b", "é" * 300]
        with made(Event, database_url) as engine:
            for name in names:
                shown = name if len(name) < 20 else "300 × é"
                got = can_store(engine, self.event(Event, Status, name, place=name))
                expect(got, "stored", tried=f"an Event with {shown!r} as its name and its place")
            got = can_store(engine, self.event(Event, Status, "Chess", place="Go"))
            expect(got, "stored", tried="a second event at the same place and the same time")
        rows = ask(database_url, "SELECT name, place FROM events WHERE name <> 'Chess'")
        got = [name for name in names if (name, name) not in rows]
        expect(got, [], tried="the names that are not in their rows (name and place), by raw SQL")

    def test_a_fee_goes_up_to_the_one_that_is_named(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            for fee, fits in [("0", True), ("999999.98", True), ("999999.99", True), ("1000000", False)]:
                got = can_store(engine, self.event(Event, Status, f"fee {fee}", fee=Decimal(fee)))
                require(
                    (got == "stored") == fits,
                    tried=f'an Event with the fee Decimal("{fee}")',
                    expected="stored" if fits else "refused",
                    got=got,
                    means="Numeric(8, 2) has eight digits in all, two of them after the point.",
                )
            got = refusal(
                database_url,
                "INSERT INTO events (name, fee, starts_at, status) VALUES ('Go', 1000000, now(), 'open')",
            )
            require(got != "nothing", tried="the fee 1000000 by raw SQL", expected="refused", got="accepted")

    def test_money_is_exact_and_has_two_decimals(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            for name in ["Chess", "Go", "Bridge"]:
                store(engine, self.event(Event, Status, name, fee=Decimal("0.1")))
            rows = ask(database_url, "SELECT min(fee)::text, sum(fee)::text FROM events")
            tried = 'three events with the fee Decimal("0.1"): one fee, and their sum'
            expect(
                rows, (("0.10", "0.30"),), tried=tried, means="A float counts in binary: use Numeric(8, 2)."
            )
            with Session(engine) as session:
                fee = session.scalars(select(Event.fee)).first()
        require(
            isinstance(fee, Decimal),
            tried="the type of event.fee",
            expected="Decimal",
            got=type(fee).__name__,
        )

    def test_an_instant_is_the_same_instant_when_it_is_read(self, Event, Status, database_url):
        noon = datetime(2026, 5, 1, 12, tzinfo=TOKYO)
        later = noon + timedelta(seconds=7, microseconds=123456)
        with made(Event, database_url) as engine:
            store(engine, self.event(Event, Status, "Chess", starts_at=noon))
            store(engine, self.event(Event, Status, "Go", starts_at=later))
            with Session(engine) as session:
                got, exact = session.scalars(select(Event.starts_at).order_by(Event.name)).all()
        require(
            got == noon,
            tried="an Event that starts at noon in Tokyo, read back",
            expected="2026-05-01 03:00:00+00:00, or the same in another zone",
            got=str(got),
            means="A TIMESTAMP drops the offset: DateTime(timezone=True) keeps the instant.",
        )
        require(
            exact == later,
            tried="an Event that starts 7.123456 seconds later, read back",
            expected="2026-05-01 03:00:07.123456+00:00, or the same in another zone",
            got=str(exact),
        )

    def test_the_table_holds_the_words_of_status(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            for name, status in [("Chess", Status.OPEN), ("Go", Status.SOLD_OUT), ("Whist", Status.DRAFT)]:
                store(engine, self.event(Event, Status, name, status=status))
            rows = ask(database_url, "SELECT status::text FROM events ORDER BY name")
            expect(
                [word for (word,) in rows],
                ["open", "sold out", "draft"],
                tried="Events with Status.OPEN, Status.SOLD_OUT and Status.DRAFT, then SELECT status",
                means="An enum's names are stored unless `values_callable` says otherwise.",
            )
            with Session(engine) as session:
                got = session.scalars(select(Event.status).order_by(Event.name)).all()
        expect(
            list(got), [Status.OPEN, Status.SOLD_OUT, Status.DRAFT], tried="the status of these, read back"
        )

    def test_another_word_is_refused_whoever_writes_it(self, Event, Status, database_url):
        with made(Event, database_url) as engine:
            store(engine, self.event(Event, Status, "Chess"))
        for word in ["lost", "OPEN", "Open", "SOLD_OUT", "sold_out", "open ", "sold", ""]:
            sql = f"UPDATE events SET status = '{word}'"
            got = refusal(database_url, sql)
            require(got != "nothing", tried=f"raw SQL: {sql}", expected="refused", got="accepted")

    def test_the_database_gives_the_ids(self, Event, Status, database_url):
        with made(Event, database_url):
            sql = "INSERT INTO events (name, fee, starts_at, status) VALUES ('Go', 1, now(), 'open')"
            for name in ["Go", "Chess"]:
                ask(database_url, sql.replace("Go", name))
        expect(
            len(set(ask(database_url, "SELECT id FROM events"))),
            2,
            tried="two INSERTs by raw SQL, without an id, then the different ids",
        )

    def test_an_id_that_somebody_brings_along_is_refused(self, Event, Status, database_url):
        means = "Without Identity(always=True) the database gives an id only to those who bring none."
        with made(Event, database_url) as engine:
            sql = "INSERT INTO events (id, name, fee, starts_at, status) VALUES (7, 'Go', 1, now(), 'open')"
            got = refusal(database_url, sql)
            require(
                got != "nothing", tried=f"raw SQL: {sql}", expected="refused", got="accepted", means=means
            )
            got = can_store(engine, self.event(Event, Status, "Chess", id=7))
            require(got != "stored", tried="Event(id=7, …)", expected="refused", got=got, means=means)

    def given(self, Status, called):
        return {
            "name": called,
            "fee": Decimal("9.9"),
            "starts_at": datetime(2026, 5, 1, tzinfo=UTC),
            "status": Status.OPEN,
        }

    def event(self, Event, Status, called, **changed):
        return Event(**self.given(Status, called) | changed)


def times(url):
    """opened_at and changed_at of all tickets, in the order of their ids."""
    rows = ask(url, "SELECT opened_at::timestamptz, changed_at::timestamptz FROM tickets ORDER BY id")
    for row in rows:
        require(None not in row, tried="opened_at and changed_at of a new ticket", expected="times", got=row)
    return rows


SCRIPT = "INSERT INTO tickets (subject, token) VALUES ('Lamp', 'from-the-script')"


@exercise(
    "3.2b",
    hints=[
        "When does the call in `default=token_hex(8)` run, and how often?",
        "What does the night script know of a `default` in your class? Look at the lesson's table of four.",
        "A function without brackets (or a lambda) for the token; server_default=… for the rest; onupdate=….",
    ],
)
class TestTickets:
    def test_each_ticket_has_a_token_of_its_own(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            store(engine, Ticket(subject="Lamp"), Ticket(subject="Door"))
            store(engine, Ticket(subject="Roof"))
        tokens = [token for (token,) in ask(database_url, "SELECT token FROM tickets")]
        tried = "three tickets made through the class: how many different tokens"
        expect(
            len(set(tokens)), 3, tried=tried, means="A call in the class's body runs once, for all tickets."
        )
        expect({len(token) for token in tokens}, {16}, tried="three tickets: the lengths of their tokens")

    def test_the_script_is_not_refused(self, Ticket, database_url):
        with made(Ticket, database_url):
            expect(
                refusal(database_url, SCRIPT),
                "nothing",
                tried=f"raw SQL: {SCRIPT}, and what refuses it",
                means={"NotNullViolation": "A `default` is in your class; the script never meets it."},
            )
        expect(
            ask(database_url, "SELECT token, urgent, opened_at = changed_at FROM tickets"),
            (("from-the-script", False, True),),
            tried="the script's ticket: token, urgent, and whether opened_at = changed_at",
        )

    def test_a_ticket_is_not_urgent_unless_somebody_says_so(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            store(engine, Ticket(subject="Lamp"), Ticket(subject="Fire", urgent=True))
        rows = ask(database_url, "SELECT subject, urgent FROM tickets ORDER BY subject")
        expect(
            rows, (("Fire", True), ("Lamp", False)), tried='Ticket(subject="Fire", urgent=True) and a "Lamp"'
        )

    def test_the_times_are_read_with_their_time_zone(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            store(engine, Ticket(subject="Lamp"))
            ask(database_url, SCRIPT)
            with Session(engine) as session:
                found = session.execute(select(Ticket.opened_at, Ticket.changed_at)).all()
        zones = [None not in (opened.tzinfo, changed.tzinfo) for opened, changed in found]
        expect(
            zones,
            [True, True],
            tried="a ticket of the class and one of the script, read through the class: have both times a zone?",
            means="TIMESTAMP drops the time zone; DateTime(timezone=True) keeps the instant.",
        )

    def test_the_times_are_those_of_the_writing(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            before = ask(database_url, "SELECT clock_timestamp()")[0][0]
            store(engine, Ticket(subject="Lamp"))
            between = ask(database_url, "SELECT clock_timestamp()")[0][0]
            store(engine, Ticket(subject="Door"))
        rows = times(database_url)
        require(
            all(before <= time <= between for time in rows[0]),
            tried="a Ticket made through the class: opened_at and changed_at",
            expected="the time at which the row was written",
            got="another time",
            means="A time in the class's body, or in the CREATE TABLE, is the time at which that was made.",
        )
        require(
            all(time >= between for time in rows[1]),
            tried="a second Ticket, a moment later",
            expected="its own, later times",
            got="earlier ones",
            means="A time in the class's body, or in the CREATE TABLE, is the same for all tickets.",
        )

    def test_the_script_has_times_of_its_own_too(self, Ticket, database_url):
        with made(Ticket, database_url):
            ask(database_url, SCRIPT)
            between = ask(database_url, "SELECT clock_timestamp()")[0][0]
            ask(database_url, SCRIPT)
            second = times(database_url)[-1]
        require(
            all(time >= between for time in second),
            tried="the script's INSERT twice",
            expected="the second one's times are later",
            got="the same or earlier ones",
            means="A time that is worked out when the table is made is the same for all rows.",
        )

    def test_a_new_ticket_was_changed_when_it_was_opened(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            for number in range(20):
                store(engine, Ticket(subject=f"Lamp {number}"))
        differ = [row for row in times(database_url) if row[0] != row[1]]
        expect(
            len(differ),
            0,
            tried="20 tickets made through the class: how many have a changed_at that is not their opened_at",
            means="Two readings of a clock are two times. now() is one time for a whole transaction.",
        )

    def test_a_change_moves_the_time_of_the_change_alone(self, Ticket, database_url):
        with made(Ticket, database_url) as engine:
            store(engine, Ticket(subject="Lamp"))
            store(engine, Ticket(subject="Door"))
            before, other = times(database_url)
            for name, value in [("subject", "Bulb"), ("subject", "Tube"), ("urgent", True)]:
                with Session(engine) as session:
                    setattr(session.scalars(select(Ticket).order_by(Ticket.id)).first(), name, value)
                    session.commit()
                after, untouched = times(database_url)
                tried = f"two tickets; first.{name} = {value!r} and a commit"
                expect(untouched == other, True, tried=f"{tried}: are the times of the second as they were?")
                expect(after[0] == before[0], True, tried=f"{tried}: is opened_at as it was?")
                expect(
                    after[1] > before[1],
                    True,
                    tried=f"{tried}: has changed_at moved?",
                    means="Nothing sets it: SQLAlchemy's UPDATE has to be told, with `onupdate`.",
                )
                before = after


BY_HAND = """
    CREATE TABLE bookings (
        id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        room text NOT NULL,
        day date NOT NULL,
        seats integer NOT NULL DEFAULT 1 CHECK (seats > 0),
        note text,
        booked_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (room, day)
    );
    CREATE INDEX ON bookings (day)
"""


@exercise(
    "3.2c",
    hints=[
        "Which lines of the CREATE TABLE does the type of an attribute say, and which does it not?",
        "Look at app/models.py: its base has two lines, and `posts` has a CHECK in `__table_args__`.",
        "metadata = MetaData(naming_convention=NAMES); server_default=…; index=True; CheckConstraint(…, 'seats').",
    ],
)
class TestBookings:
    def test_the_columns_and_their_types_are_the_same(self, Booking, database_url):
        wanted, got = self.both(Booking, database_url, look.columns)
        self.judge([row[:3] for row in got], [row[:3] for row in wanted], "column, type, null")

    def test_the_columns_come_in_the_same_order(self, Booking, database_url):
        names = """
            SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = 'bookings'::regclass AND attnum > 0
        """
        wanted, got = self.both(Booking, database_url, lambda _, url: look.query(names, url=url))
        means = "INSERT INTO bookings VALUES (…) gives the columns their values in this order."
        expect(got[0][0], wanted[0][0], tried="the columns of the table", means=means)

    def test_the_defaults_are_in_the_table(self, Booking, database_url):
        wanted, got = self.both(Booking, database_url, look.columns)
        self.judge([(r[0], r[3]) for r in got], [(r[0], r[3]) for r in wanted], "column, default")

    def test_the_rules_are_the_same_and_so_are_their_names(self, Booking, database_url):
        wanted, got = self.both(Booking, database_url, look.constraints)
        self.judge([row[1:] for row in got], [row[1:] for row in wanted], "constraint, definition")

    def test_the_indexes_are_the_same_and_so_are_their_names(self, Booking, database_url):
        wanted, got = self.both(Booking, database_url, look.indexes)
        self.judge(
            [row[2].replace("public.", "") for row in got],
            [row[2].replace("public.", "") for row in wanted],
            "index",
        )

    def test_the_class_knows_the_names_of_its_rules(self, Booking):
        table = Booking.__table__
        found = {*table.constraints, *(each for column in table.columns for each in column.constraints)}
        expect(
            sorted(str(each.name) for each in found),
            ["bookings_pkey", "bookings_room_day_key", "bookings_seats_check"],
            tried="the names in Booking.__table__.constraints",
            means="None means that PostgreSQL makes up a name, and the class does not hear of it."
            if any(each.name is None for each in found)
            else None,
        )

    def both(self, Booking, url, see):
        """What a look shows of the table made by hand, and of the one that the class makes."""
        ask(url, BY_HAND)
        wanted = see("bookings", url).rows
        ask(url, "DROP TABLE bookings")
        with made(Booking, url):
            return wanted, see("bookings", url).rows

    def judge(self, got, wanted, what):
        got, wanted = sorted(got, key=str), sorted(wanted, key=str)
        require(
            got == wanted,
            tried=f"the table of the class beside the one made by hand ({what})",
            expected=f"{[row for row in wanted if row not in got] or 'nothing more'}",
            got=[row for row in got if row not in wanted],
        )


@exercise(
    "3.2d",
    hints=[
        "Which values does an object still have when all its attributes have expired?",
        "Print `inspect(customer).identity` before and after a commit, and `inspect(customer).mapper.primary_key`.",
        "No identity: new. Else zip the names of the key's columns with the identity.",
    ],
)
class TestShown:
    def test_a_stored_object_shows_its_class_and_key(self, Shown, database_url):
        customer, _ = models(Shown)
        with made(customer, database_url) as engine, Session(engine) as session:
            people = [customer(name="Ada"), customer(name="Bob")]
            session.add_all(people)
            session.flush()
            for each, wanted in zip(people, ["Customer(id=1)", "Customer(id=2)"], strict=True):
                expect(repr(each), wanted, tried=f"customer {each.name}, stored: repr(customer)")

    def test_a_key_of_two_columns_is_shown_whole(self, Shown, database_url):
        _, seat = models(Shown)
        with made(seat, database_url) as engine, Session(engine) as session:
            for hall in [2, 0]:
                here = seat(number=5, hall=hall)
                session.add(here)
                session.flush()
                expect(
                    repr(here),
                    f"Seat(hall={hall}, number=5)",
                    tried="a seat with the key (hall, number), stored",
                )

    def test_a_key_is_shown_in_the_order_of_its_columns(self, Shown, database_url):
        class Base(DeclarativeBase):
            pass

        class Shelf(Shown, Base):
            __tablename__ = "shelves"
            room: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
            bay: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

        with made(Shelf, database_url) as engine, Session(engine) as session:
            shelf = Shelf(bay=7, room=1)
            session.add(shelf)
            session.flush()
            expect(repr(shelf), "Shelf(room=1, bay=7)", tried="a shelf with the key (room, bay), stored")

    def test_what_is_not_stored_yet_is_new(self, Shown, database_url):
        customer, seat = models(Shown)
        expect(repr(customer(name="Ada")), "Customer(new)", tried='repr(Customer(name="Ada"))')
        expect(repr(seat(hall=2, number=5)), "Seat(new)", tried="repr(Seat(hall=2, number=5)), not stored")
        with engine_for(database_url) as engine, Session(engine) as session:
            pending = customer(name="Ada")
            session.add(pending)
            with sql_tape() as tape:
                expect(repr(pending), "Customer(new)", tried="after session.add(customer), before the flush")
            tape.at_most(0, "repr(customer) after session.add(customer)")

    def test_what_was_taken_back_is_new_again(self, Shown, database_url):
        customer, seat = models(Shown)
        with made(customer, database_url) as engine, Session(engine) as session:
            one, place = customer(name="Ada"), seat(hall=2, number=5)
            session.add_all([one, place])
            session.flush()
            stored = [repr(one), repr(place)]
            session.rollback()
            tried = "a customer and a seat: add_all and a flush"
            expect(stored, ["Customer(id=1)", "Seat(hall=2, number=5)"], tried=f"{tried}; then their repr")
            expect(
                [repr(one), repr(place)],
                ["Customer(new)", "Seat(new)"],
                tried=f"{tried}, their repr, a rollback; then their repr again",
                means="The object may still carry the id that the INSERT gave it; there is no row.",
            )

    def test_no_statement_is_sent(self, Shown, database_url):
        customer, seat = models(Shown)
        with made(customer, database_url) as engine, Session(engine) as session:
            one, place = customer(name="Ada"), seat(hall=2, number=5)
            session.add_all([one, place])
            session.commit()  # everything has expired
            with sql_tape() as tape:
                shown = [repr(one), repr(place)]
            tape.at_most(0, "repr(customer) and repr(seat) after a commit")
            expect(shown, ["Customer(id=1)", "Seat(hall=2, number=5)"], tried="both repr after a commit")

    def test_it_works_after_the_session_was_closed(self, Shown, database_url):
        customer, seat = models(Shown)
        with made(customer, database_url) as engine:
            with Session(engine) as session:
                one, place = customer(name="Ada"), seat(hall=1, number=9)
                session.add_all([one, place])
                session.commit()
            shown = [shown_or_error(one), shown_or_error(place)]
        expect(
            shown,
            ["Customer(id=1)", "Seat(hall=1, number=9)"],
            tried="a customer and a seat, committed, and the session closed",
            means="An expired attribute can be read by an open session only.",
        )


def shown_or_error(thing):
    try:
        return repr(thing)
    except SQLAlchemyError as error:
        return type(error).__name__


def models(Shown):
    """Two models of our own with the learner's mixin, on a base of their own."""

    class Base(DeclarativeBase):
        pass

    class Customer(Shown, Base):
        __tablename__ = "people"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Seat(Shown, Base):
        __tablename__ = "places"
        free: Mapped[bool] = mapped_column(default=True)
        hall: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
        number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    return Customer, Seat


@exercise(
    "3.2e",
    hints=[
        "Is NULL equal to NULL, as UNIQUE sees it?",
        "The rule is about some of the rows only. Which kind of index holds only some of the rows?",
        "Index(…, 'book', unique=True, postgresql_where=…).",
    ],
)
class TestLoans:
    def test_a_second_open_loan_of_a_book_is_refused(self, Loan, database_url):
        with made(Loan, database_url) as engine:
            store(engine, Loan(book="Emma", reader="ada"), Loan(book="Dune", reader="ada"))
            for reader in ["bob", "ada", ""]:
                got = can_store(engine, Loan(book="Emma", reader=reader))
                require(
                    got != "stored",
                    tried=f'"Emma" is with ada; Loan(book="Emma", reader={reader!r})',
                    expected="refused",
                    got=got,
                    means="Two NULLs are not equal, so UNIQUE lets them pass. Does your rule compare some?",
                )

    def test_raw_SQL_is_refused_as_well(self, Loan, database_url):
        with made(Loan, database_url):
            sql = "INSERT INTO loans (book, reader) VALUES ('Emma', 'ada')"
            ask(database_url, sql)
            got = refusal(database_url, sql.replace("ada", "bob"))
            require(
                got != "nothing",
                tried="the same book, lent twice by raw SQL",
                expected="refused",
                got="accepted",
            )

    def test_an_update_is_refused_as_well(self, Loan, database_url):
        with made(Loan, database_url):
            values = "('Emma', 'ada', NULL), ('Dune', 'ada', NULL), ('Emma', 'bob', date '2026-05-01')"
            ask(database_url, f"INSERT INTO loans (book, reader, returned_on) VALUES {values}")
            for sql in [
                "UPDATE loans SET book = 'Emma' WHERE book = 'Dune'",
                "UPDATE loans SET returned_on = NULL WHERE reader = 'bob'",
            ]:
                require(
                    refusal(database_url, sql) != "nothing",
                    tried=f'"Emma" is with ada, as "Dune" is, and bob has brought "Emma" back; raw SQL: {sql}',
                    expected="refused: it makes a second open loan",
                    got="accepted",
                )

    def test_the_book_can_be_taken_back_and_lent_again(self, Loan, database_url):
        with made(Loan, database_url) as engine:
            for reader in ["ada", "bob", "ada"]:
                got = can_store(engine, Loan(book="Emma", reader=reader))
                expect(got, "stored", tried=f'"Emma" is back; Loan(book="Emma", reader={reader!r})')
                ask(
                    database_url,
                    "UPDATE loans SET returned_on = date '2026-05-01' + id WHERE returned_on IS NULL",
                )

    def test_a_book_may_come_back_twice_on_one_day(self, Loan, database_url):
        day = date(2026, 5, 1)
        with made(Loan, database_url) as engine:
            for reader in ["ada", "bob", "ada"]:
                got = can_store(engine, Loan(book="Emma", reader=reader, returned_on=day))
                expect(got, "stored", tried='a loan of "Emma" that ended on 2026-05-01, another of that day')
            got = can_store(engine, Loan(book="Emma", reader="bob"))
            expect(got, "stored", tried="and an open one")

    def test_different_books_can_be_out_at_once(self, Loan, database_url):
        with made(Loan, database_url) as engine:
            long = "x" * 300
            for book in ["Emma", "Dune", "Ulysses", "emma", "Emma ", "It's", "100%", long, f"{long}y"]:
                got = can_store(engine, Loan(book=book, reader="ada"))
                expect(got, "stored", tried=f'Loan(book={book!r}, reader="ada")')


FILL = """
    INSERT INTO visits (page_id, reader, mobile, failed, at)
    SELECT CASE WHEN n <= 5 THEN 7 WHEN n % 2 = 0 THEN 1 ELSE n * 7919 % 199 + 100 END,
           'Reader' || n * 31 % 3001, n % 2 = 0, n % 200 = 0,
           timestamptz '2026-01-01' + n * interval '1 minute'
    FROM generate_series(1, 30000) AS n
"""
NEWEST = "SELECT * FROM visits WHERE page_id = {} ORDER BY at DESC LIMIT 10"


@contextmanager
def visited(Visit, url) -> Iterator[None]:
    """The table of the learner's class with 30,000 visits, its indexes as compact as they can be."""
    with made(Visit, url):
        ask(url, FILL)
        ask(url, "REINDEX TABLE visits")
        look.query("VACUUM (ANALYZE) visits", url=url)
        yield


def within(url, sql, limit, means=None):
    plan = draw.plan(sql, url)
    require(
        plan.pages <= limit,
        tried=sql,
        expected=f"at most {limit} pages touched",
        got=f"{plan.pages} pages: {plan.rows_read} rows read ({', '.join(plan.kinds)})",
        means=means,
    )


@exercise(
    "3.2f",
    hints=[
        "For each question: what does its WHERE look for, and in which order does it want the rows?",
        "Three of the lesson's indexes fit, one each: composite, partial, on an expression. What is left over?",
        "Index('…', 'page_id', 'at'), Index('…', 'at', postgresql_where=…), Index('…', text('lower(reader)')).",
    ],
)
class TestVisits:
    def test_the_newest_visits_of_a_page_touch_few_pages(self, Visit, database_url):
        with visited(Visit, database_url):
            for page in [1, 7, 140]:
                within(database_url, NEWEST.format(page), 20)

    def test_the_newest_failures_touch_few_pages(self, Visit, database_url):
        with visited(Visit, database_url):
            definitions = " ".join(row[2] for row in look.indexes("visits", database_url).rows)
            within(
                database_url,
                "SELECT * FROM visits WHERE failed ORDER BY at DESC LIMIT 20",
                30,
                means="`failed IS TRUE` is another condition than `failed`: PostgreSQL does not compare what they mean."
                if "IS TRUE" in definitions
                else None,
            )

    def test_the_visits_of_a_reader_touch_few_pages(self, Visit, database_url):
        with visited(Visit, database_url):
            for reader in ["reader77", "reader0", "nobody", "Reader77"]:
                within(database_url, f"SELECT * FROM visits WHERE lower(reader) = '{reader}'", 30)

    def test_the_indexes_take_no_more_room_than_they_may(self, Visit, database_url):
        with visited(Visit, database_url):
            table, indexes = ask(
                database_url,
                "SELECT pg_relation_size('visits') / 8192, pg_indexes_size('visits') / 8192",
            )[0]
            found = [row[1] for row in look.indexes("visits", database_url)]
        require(
            indexes <= table * 1.25,
            tried=f"the size of {', '.join(found)}",
            expected=f"at most {int(table * 1.25)} pages",
            got=f"{indexes} pages",
            means="Which of them does no question use? Which holds rows that nobody asks for?",
        )

    def test_the_columns_are_as_they_were(self, Visit, database_url):
        with made(Visit, database_url):
            columns = [(row[0], row[1]) for row in look.columns("visits", database_url)]
            optional = "SELECT column_name FROM information_schema.columns WHERE table_name = 'visits' AND is_nullable = 'YES'"
            expect(ask(database_url, optional), (), tried="the columns that may be NULL")
            rules = [row[2] for row in look.constraints("visits", database_url).rows]
        wanted = [
            ("at", "timestamp with time zone"),
            ("failed", "boolean"),
            ("id", "integer"),
            ("mobile", "boolean"),
            ("page_id", "integer"),
        ]
        expect(
            sorted(each for each in columns if each[0] != "reader"),
            wanted,
            tried="the columns and their types",
        )
        require(
            "PRIMARY KEY (id)" in rules, tried="the table's rules", expected="the key is still id", got=rules
        )
