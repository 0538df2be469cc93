"""Right and wrong answers to the exercises of lesson 3.2; see docs/authors.md for the form."""

# %% 3.2a accept: the types once, in the base's map, and a CHECK in the place of a type of the database
from sqlalchemy import BigInteger


class Club(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        Decimal: Numeric(10, 2),
        int: BigInteger,
        datetime: DateTime(timezone=True),
        Status: OneOf(
            Status,
            native_enum=False,
            create_constraint=True,
            values_callable=lambda kind: [e.value for e in kind],
        ),
    }


class Event(Club):
    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("name"), CheckConstraint("fee < 1000000"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    place: Mapped[str | None]
    fee: Mapped[Decimal]
    starts_at: Mapped[datetime]
    status: Mapped[Status]


# %% 3.2a accept: a Table by hand, and a class on it
from sqlalchemy import TIMESTAMP, BigInteger, Column, String, Table


class Club(DeclarativeBase):
    pass


class Event(Club):
    __table__ = Table(
        "events",
        Club.metadata,
        Column("id", BigInteger, Identity(True), primary_key=True),
        Column("name", String, nullable=False, index=True, unique=True),
        Column("place", String),
        Column("fee", Numeric(8, 2), nullable=False),
        Column("starts_at", TIMESTAMP(timezone=True), nullable=False),
        Column(
            "status",
            OneOf(Status, name="event_status", values_callable=lambda kind: ["draft", "open", "sold out"]),
            nullable=False,
        ),
    )


# %% 3.2a accept: a type of one's own over text, a CHECK, ids from 100
from sqlalchemy import TypeDecorator


class Word(TypeDecorator):
    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return value.value if value else None

    def process_result_value(self, value, dialect):
        return Status(value)


class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    __table_args__ = (CheckConstraint("status IN ('draft', 'open', 'sold out')"),)
    id: Mapped[int] = mapped_column(Identity(always=True, start=100), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(precision=8, scale=2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(Word)


# %% 3.2a reject: place without None -> An event without a place is stored
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: money as a float -> Money is exact and has two decimals
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[float]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: Decimal without its two decimals -> Money is exact and has two decimals
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal]
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: numeric in the table, float in Python -> Money is exact and has two decimals
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[float] = mapped_column(Numeric(8, 2, asdecimal=False))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: a datetime as it comes -> An instant is the same instant when it is read
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime]
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: the enum as it comes -> The table holds the words of status
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status]


# %% 3.2a reject: the words as text, checked by Python alone -> Another word is refused whoever writes it
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, native_enum=False, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: forgets that names are unique -> A name that exists is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: everything may be missing -> Whatever else is missing is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str | None] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal | None] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status | None] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: names are unique on one day only -> A name that exists is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("name", "starts_at"),)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str]
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: the id is counted in Python -> The database gives the ids
from itertools import count


class Club(DeclarativeBase):
    pass


numbers = count(1)


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True, default=lambda: next(numbers))
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: forgets draft in the rule -> The table holds the words of status
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    __table_args__ = (CheckConstraint("status IN ('open', 'sold out')"),)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, native_enum=False, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: an id for those who bring none -> An id that somebody brings along is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: Identity by default -> An id that somebody brings along is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: a draft when nothing is said -> Whatever else is missing is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind]), default=Status.DRAFT
    )


# %% 3.2a reject: free when nothing is said, in the table -> Whatever else is missing is refused
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2), server_default="0")
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: one digit too few -> A fee goes up to the one that is named
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: one digit too many -> A fee goes up to the one that is named
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(9, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: a name of 80 characters -> A text may hold any sign
from sqlalchemy import String


class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    place: Mapped[str | None]
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: each place once -> A text may hold any sign
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    place: Mapped[str | None] = mapped_column(unique=True)
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda kind: [e.value for e in kind])
    )


# %% 3.2a reject: an instant to the second -> An instant is the same instant when it is read
class Club(DeclarativeBase):
    pass


class Event(Club):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    place: Mapped[str | None] = mapped_column(Text)
    fee: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    starts_at: Mapped[datetime] = mapped_column(
        __import__("sqlalchemy").dialects.postgresql.TIMESTAMP(timezone=True, precision=0)
    )
    status: Mapped[Status] = mapped_column(
        OneOf(Status, values_callable=lambda e: [m.value for m in e], name="status")
    )


# %% 3.2b accept: all in the table, the token too
class Desk(DeclarativeBase):
    pass


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(Text, server_default=text("left(md5(gen_random_uuid()::text), 16)"))
    urgent: Mapped[bool] = mapped_column(server_default="f")
    opened_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("CURRENT_TIMESTAMP")
    )
    changed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("CURRENT_TIMESTAMP"), onupdate=lambda: datetime.now(UTC)
    )


# %% 3.2b accept: Python for itself, the table for the others, and a mixin
class Times:
    opened_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default=func.now(), server_default=func.now()
    )
    changed_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True),
        default=func.now(),
        server_default=func.now(),
        onupdate=func.clock_timestamp(),
    )


class Desk(DeclarativeBase):
    pass


def new_token():
    return token_hex(8)


class Ticket(Times, Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=new_token)
    urgent: Mapped[bool] = mapped_column(default=False, server_default=text("false"))


# %% 3.2b accept: the token in __init__, the change by an event
from sqlalchemy import event


class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str]
    urgent: Mapped[bool] = mapped_column(server_default="false")
    opened_at: Mapped[datetime] = mapped_column(server_default=func.current_timestamp())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.current_timestamp())

    def __init__(self, **given):
        super().__init__(**{"token": token_hex(8)} | given)


@event.listens_for(Ticket, "before_update")
def touch(mapper, connection, ticket):
    ticket.changed_at = func.now()


# %% 3.2b reject: callables, and nothing in the table -> The script is not refused
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC))
    changed_at: Mapped[datetime] = mapped_column(
        default=lambda: datetime.now(UTC), onupdate=lambda: datetime.now(UTC)
    )


# %% 3.2b reject: default=func.now() is taken for the table's -> The script is not refused
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(default=func.now())
    changed_at: Mapped[datetime] = mapped_column(default=func.now(), onupdate=func.now())


# %% 3.2b reject: a time of the class as the table's default -> The times are those of the writing
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=str(datetime.now(UTC)))
    changed_at: Mapped[datetime] = mapped_column(server_default=str(datetime.now(UTC)), onupdate=func.now())


# %% 3.2b reject: 'now()' in quotes is a text, read once by CREATE TABLE -> The script has times of its own too
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default="now()")
    changed_at: Mapped[datetime] = mapped_column(server_default="now()", onupdate=func.now())


# %% 3.2b reject: the token in the table, made once -> Each ticket has a token of its own
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(server_default=token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


# %% 3.2b reject: server_onupdate is taken for a trigger -> A change moves the time of the change alone
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), server_onupdate=func.now())


# %% 3.2b reject: onupdate on both -> A change moves the time of the change alone
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


# %% 3.2b reject: urgent for everybody -> A ticket is not urgent unless somebody says so
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=text("true"))
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


# %% 3.2b reject: two clocks of Python, read one after the other -> A new ticket was changed when it was opened
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(default=lambda: datetime.now(UTC), server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(
        default=lambda: datetime.now(UTC), server_default=func.now(), onupdate=lambda: datetime.now(UTC)
    )


# %% 3.2b reject: a number for a truth value -> The script is not refused
class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=text("0"))
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


# %% 3.2b reject: times without a zone -> The times are read with their time zone
class Desk(DeclarativeBase):
    pass


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())


# %% 3.2b reject: an event that touches them all -> A change moves the time of the change alone
from sqlalchemy import event


class Desk(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True)}


class Ticket(Desk):
    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str]
    token: Mapped[str] = mapped_column(default=lambda: token_hex(8))
    urgent: Mapped[bool] = mapped_column(server_default=false())
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


@event.listens_for(Ticket, "after_update")
def touch(mapper, connection, ticket):
    connection.execute(text("UPDATE tickets SET changed_at = now()"))


# %% 3.2c accept: every name written out, types by mapped_column
from sqlalchemy import PrimaryKeyConstraint, text


class House(DeclarativeBase):
    pass


class Booking(House):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(Identity(always=True))
    room: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    seats: Mapped[int] = mapped_column(server_default=text("1"))
    note: Mapped[str | None] = mapped_column(Text)
    booked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    __table_args__ = (
        PrimaryKeyConstraint("id", name="bookings_pkey"),
        UniqueConstraint("room", "day", name="bookings_room_day_key"),
        CheckConstraint("seats > 0", name="bookings_seats_check"),
        Index("bookings_day_idx", "day"),
    )


# %% 3.2c accept: Postboard's mixin idea, and the CHECK beside its column
class Times:
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(Times, House):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date]
    seats: Mapped[int] = mapped_column(CheckConstraint("seats > 0", name="seats"), server_default="1")
    note: Mapped[str | None]
    __table_args__ = (UniqueConstraint("room", "day"), Index(None, "day"))


# %% 3.2c accept: a CHECK over the attribute, names after the class
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=dict(NAMES))


class Booking(House):
    __tablename__ = "bookings"
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    seats: Mapped[int] = mapped_column(default=1, server_default="1")
    note: Mapped[str | None] = mapped_column(Text)
    booked_at: Mapped[datetime] = mapped_column(DateTime(True), server_default=func.now())


table = Booking.__table__
table.append_constraint(UniqueConstraint(table.c.room, table.c.day))
table.append_constraint(CheckConstraint(table.c.seats > 0, name="seats"))
Index(None, table.c.day)


# %% 3.2c reject: no convention -> The class knows the names of its rules
class House(DeclarativeBase):
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (
        UniqueConstraint("room", "day"),
        CheckConstraint("seats > 0"),
        Index("bookings_day_idx", "day"),
    )
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date]
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: the popular convention -> The rules are the same and so are their names
class House(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "seats"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: the defaults in the class -> The defaults are in the table
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "seats"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(default=1)
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(default=func.now())


# %% 3.2c reject: types as they come -> The columns and their types are the same
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "seats"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: an index on the primary key too -> The indexes are the same and so are their names
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "seats"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True, index=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: each room and each day once -> The rules are the same and so are their names
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (CheckConstraint("seats > 0", "seats"),)
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str] = mapped_column(unique=True)
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: the convention, and a CHECK without its word -> your code raised
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: the whole name of the CHECK beside the convention -> The rules are the same and so are their names
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "bookings_seats_check"))
    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: an id that SQLAlchemy makes -> The defaults are in the table
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (UniqueConstraint("room", "day"), CheckConstraint("seats > 0", "seats"))
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default="1")
    note: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(server_default=func.now())


# %% 3.2c reject: room at the end -> The columns come in the same order
class House(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


class Booking(House):
    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("seats > 0", "seats"),
        UniqueConstraint("room", "day"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    day: Mapped[date] = mapped_column(index=True)
    seats: Mapped[int] = mapped_column(server_default=text("1"))
    note: Mapped[str | None] = mapped_column(Text)
    booked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    room: Mapped[str] = mapped_column(Text)


# %% 3.2d accept: the key of the state, and the table's own columns
class Shown:
    def __repr__(self):
        name, key = self.__class__.__name__, self._sa_instance_state.key
        if not key:
            return name + "(new)"
        columns = self.__table__.primary_key.columns.keys()
        return "%s(%s)" % (name, ", ".join("%s=%r" % pair for pair in zip(columns, key[1], strict=True)))


# %% 3.2d accept: a function for all, attached as __repr__
from sqlalchemy.orm import object_mapper


def by_key(thing):
    known = inspect(thing)
    if not known.has_identity:
        return f"{type(thing).__name__}(new)"
    mapper = object_mapper(thing)
    named = {mapper.get_property_by_column(c).key: v for c, v in zip(mapper.primary_key, known.identity)}
    return f"{type(thing).__name__}({', '.join(f'{k}={v}' for k, v in named.items())})"


class Shown:
    __repr__ = by_key


# %% 3.2d accept: a generator, a walrus and the identity key
class Shown:
    def _parts(self):
        if (found := inspect(self).identity_key) is None:
            yield "new"
            return
        kind, values, *_ = found
        for column, value in zip(inspect(kind).primary_key, values, strict=True):
            yield f"{column.name}={value}"

    def __repr__(self):
        return f"{self.__class__.__qualname__.rpartition('.')[2]}({', '.join(self._parts())})"


# %% 3.2d reject: reads the attribute -> No statement is sent
class Shown:
    def __repr__(self):
        return f"{type(self).__name__}(id={self.id})" if self.id else f"{type(self).__name__}(new)"


# %% 3.2d reject: what was new stays known after a rollback -> What was taken back is new again
class Shown:
    def __repr__(self):
        state = inspect(self)
        if state.identity:
            names = [column.key for column in state.mapper.primary_key]
            pairs = ", ".join(f"{n}={v}" for n, v in zip(names, state.identity))
            self.__dict__["_shown"] = f"{type(self).__name__}({pairs})"
        if not state.identity and state.dict.get("id"):
            return f"{type(self).__name__}(id={state.dict['id']})"
        return self.__dict__.get("_shown") or f"{type(self).__name__}(new)"


# %% 3.2d reject: flushes what is new, to know its key -> What is not stored yet is new
from sqlalchemy.orm import object_session


class Shown:
    def __repr__(self):
        if session := object_session(self):
            session.flush()
        state = inspect(self)
        if not state.identity:
            return f"{type(self).__name__}(new)"
        names = [column.key for column in state.mapper.primary_key]
        return f"{type(self).__name__}({', '.join(f'{n}={v}' for n, v in zip(names, state.identity))})"


# %% 3.2d reject: reads all key attributes -> It works after the session was closed
class Shown:
    def __repr__(self):
        names = [column.key for column in inspect(type(self)).primary_key]
        if not inspect(self).identity:
            return f"{type(self).__name__}(new)"
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)}' for name in names)})"


# %% 3.2d reject: reads the object's own dictionary -> No statement is sent
class Shown:
    def __repr__(self):
        names = [column.key for column in inspect(type(self)).primary_key]
        if not inspect(self).identity:
            return f"{type(self).__name__}(new)"
        return f"{type(self).__name__}({', '.join(f'{name}={self.__dict__.get(name)}' for name in names)})"


# %% 3.2d reject: the first column of the key -> A key of two columns is shown whole
class Shown:
    def __repr__(self):
        identity = inspect(self).identity
        first = inspect(type(self)).primary_key[0].key
        return f"{type(self).__name__}({f'{first}={identity[0]}' if identity else 'new'})"


# %% 3.2d reject: forgets what is new -> What is not stored yet is new
class Shown:
    def __repr__(self):
        names = [column.key for column in inspect(type(self)).primary_key]
        values = inspect(self).identity or [None] * len(names)
        return f"{type(self).__name__}({', '.join(f'{n}={v}' for n, v in zip(names, values))})"


# %% 3.2d reject: swallows the error -> It works after the session was closed
class Shown:
    def __repr__(self):
        try:
            return f"{type(self).__name__}(id={self.id})" if self.id else f"{type(self).__name__}(new)"
        except Exception:
            return f"{type(self).__name__}(?)"


# %% 3.2d reject: the class's name from the table's -> A stored object shows its class and key
class Shown:
    def __repr__(self):
        state = inspect(self)
        name = self.__tablename__[:-1].capitalize()
        if not state.identity:
            return f"{name}(new)"
        keys = [column.key for column in state.mapper.primary_key]
        return f"{name}({', '.join(f'{k}={v}' for k, v in zip(keys, state.identity))})"


# %% 3.2d reject: the names of the first columns -> A key of two columns is shown whole
class Shown:
    def __repr__(self):
        identity = inspect(self).identity
        if identity is None:
            return f"{type(self).__name__}(new)"
        named = zip(self.__table__.columns.keys(), identity)
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in named)})"


# %% 3.2d reject: a key that is nought is no key -> A key of two columns is shown whole
class Shown:
    def __repr__(self):
        state = inspect(self)
        if not all(state.identity or [None]):
            return f"{type(self).__name__}(new)"
        keys = [column.key for column in state.mapper.primary_key]
        return f"{type(self).__name__}({', '.join(f'{k}={v}' for k, v in zip(keys, state.identity))})"


# %% 3.2d reject: the names of the key sorted -> A key is shown in the order of its columns
class Shown:
    def __repr__(self):
        s = inspect(self)
        if s.identity is None:
            return f"{type(self).__name__}(new)"
        pairs = sorted(zip([c.key for c in s.mapper.primary_key], s.identity))
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in pairs)})"


# %% 3.2d reject: remembers what it was -> What was taken back is new again
class Shown:
    def __repr__(self):
        if "_shown" not in self.__dict__:
            s = inspect(self)
            if s.identity is None:
                return f"{type(self).__name__}(new)"
            self.__dict__["_shown"] = (
                f"{type(self).__name__}({', '.join(f'{c.key}={v!r}' for c, v in zip(s.mapper.primary_key, s.identity))})"
            )
        return self.__dict__["_shown"]


# %% 3.2e accept: the condition as an expression, declared below the class
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


Index("one_open_loan", Loan.book, unique=True, postgresql_where=Loan.returned_on.is_(None))


# %% 3.2e accept: an exclusion constraint
from sqlalchemy.dialects.postgresql import ExcludeConstraint


class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (ExcludeConstraint(("book", "="), where=text("returned_on IS NULL"), using="btree"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e accept: unique over an expression that is NULL for what has ended
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (Index("one_open", text("(CASE WHEN returned_on IS NULL THEN book END)"), unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e accept: a computed column that is unique
from sqlalchemy import Computed


class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]
    out: Mapped[str | None] = mapped_column(
        Computed("CASE WHEN returned_on IS NULL THEN book END", persisted=True), unique=True
    )


# %% 3.2e reject: NULLs count as equal, and so do days -> A book may come back twice on one day
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (UniqueConstraint("book", "returned_on", postgresql_nulls_not_distinct=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: each book once for ever -> The book can be taken back and lent again
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str] = mapped_column(unique=True)
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: a partial index that is not unique -> A second open loan of a book is refused
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (Index("open_loans", "book", postgresql_where=text("returned_on IS NULL")),)
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: one open loan for each book and reader -> A second open loan of a book is refused
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index("open_loans", "book", "reader", unique=True, postgresql_where=text("returned_on IS NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: the condition the wrong way round -> A book may come back twice on one day
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index("open_loans", "book", unique=True, postgresql_where=text("returned_on IS NOT NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: capitals do not count -> Different books can be out at once
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index("one_open", text("lower(book)"), unique=True, postgresql_where=text("returned_on IS NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: a trigger that looks at inserts alone -> An update is refused as well
from sqlalchemy import DDL, event


class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


event.listen(
    Loan.__table__,
    "after_create",
    DDL("""
        CREATE FUNCTION is_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF new.returned_on IS NULL AND EXISTS (
                SELECT FROM loans WHERE book = new.book AND returned_on IS NULL
            ) THEN RAISE 'this book is out'; END IF;
            RETURN new;
        END $$;
        CREATE TRIGGER is_out BEFORE INSERT ON loans FOR EACH ROW EXECUTE FUNCTION is_out();
    """),
)


# %% 3.2e reject: no rule at all -> Raw SQL is refused as well
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: one open loan in the whole library -> Different books can be out at once
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index(
            "one", text("(returned_on IS NULL)"), unique=True, postgresql_where=text("returned_on IS NULL")
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: the old rule stays beside the new one -> A book may come back twice on one day
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        UniqueConstraint("book", "returned_on"),
        Index("open_loans", "book", unique=True, postgresql_where=text("returned_on IS NULL")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: a condition that Python works out -> A second open loan of a book is refused
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


Index("open_loans", Loan.book, unique=True, postgresql_where=Loan.returned_on is None)


# %% 3.2e reject: books without the space around them -> Different books can be out at once
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index("x", text("btrim(book)"), unique=True, postgresql_where=text("returned_on IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2e reject: the first letters of a book -> Different books can be out at once
class Library(DeclarativeBase):
    pass


class Loan(Library):
    __tablename__ = "loans"
    __table_args__ = (
        Index("x", text("left(book, 20)"), unique=True, postgresql_where=text("returned_on IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    book: Mapped[str]
    reader: Mapped[str]
    returned_on: Mapped[date | None]


# %% 3.2f accept: indexes below the class, newest first, lower() by func
class Stats(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s"})


class Visit(Stats):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


Index(None, Visit.page_id, Visit.at.desc())
Index("failures", Visit.at.desc(), postgresql_where=Visit.failed)
Index("readers", func.lower(Visit.reader))


# %% 3.2f accept: the failures' index is not sorted, there are few of them
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "failed", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader) text_pattern_ops")),
    )


# %% 3.2f reject: an index on everything, but for the key -> The visits of a reader touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(index=True)
    reader: Mapped[str] = mapped_column(index=True)
    mobile: Mapped[bool] = mapped_column(index=True)
    failed: Mapped[bool] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


# %% 3.2f reject: one column each -> The newest visits of a page touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: the composite the wrong way round -> The newest visits of a page touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "at", "page_id"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: all visits in the failures' index -> The indexes take no more room than they may
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "failed", "at"),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: keeps the old ones beside the new ones -> The indexes take no more room than they may
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True, index=True)
    page_id: Mapped[int] = mapped_column(index=True)
    reader: Mapped[str] = mapped_column(index=True)
    mobile: Mapped[bool] = mapped_column(index=True)
    failed: Mapped[bool] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)


# %% 3.2f reject: an index on reader -> The visits of a reader touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", "reader"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: a partial index on what nobody sorts by -> The newest failures touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "failed", postgresql_where=text("NOT failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: drops a column that no question uses -> The columns are as they were
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: readers may be missing -> The columns are as they were
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("a", "page_id", "at"),
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int]
    reader: Mapped[str | None]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


# %% 3.2f reject: the key becomes another -> The columns are as they were
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    __table_args__ = (
        Index("b", "at", postgresql_where=text("failed")),
        Index("c", text("lower(reader)")),
    )
    id: Mapped[int] = mapped_column(Identity(), primary_key=True, sort_order=9)
    page_id: Mapped[int] = mapped_column(primary_key=True)
    reader: Mapped[str]
    mobile: Mapped[bool]
    failed: Mapped[bool]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)


# %% 3.2f reject: IS true, where the question says failed -> The newest failures touch few pages
class Stats(DeclarativeBase):
    pass


class Visit(Stats):
    __tablename__ = "visits"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column()
    reader: Mapped[str] = mapped_column()
    mobile: Mapped[bool]
    failed: Mapped[bool] = mapped_column()
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        Index("a", page_id, at.desc()),
        Index("b", at.desc(), postgresql_where=failed.is_(True)),
        Index("c", func.lower(reader)),
    )
