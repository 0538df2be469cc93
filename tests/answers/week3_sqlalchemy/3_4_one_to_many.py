"""Right and wrong answers to the exercises of lesson 3.4; see docs/authors.md for the form."""

# %% 3.4a accept: the pupil's id is the locker's own key; one relationship, the other made by backref
from sqlalchemy import String
from sqlalchemy.orm import backref


class SchoolBase(DeclarativeBase):
    pass


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Locker(SchoolBase):
    __tablename__ = "lockers"
    pupil_id = mapped_column(ForeignKey(Pupil.id), primary_key=True, autoincrement=False)
    code = mapped_column(String, nullable=False)
    pupil = relationship(Pupil, backref=backref("locker", uselist=False))


# %% 3.4a accept: Table and UniqueConstraint, mapped by hand
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Table, Text, UniqueConstraint


class SchoolBase(DeclarativeBase):
    pass


class Pupil(SchoolBase):
    __table__ = Table(
        "pupils", SchoolBase.metadata, Column("id", BigInteger, primary_key=True), Column("name", Text)
    )
    locker = relationship(lambda: Locker, uselist=False, back_populates="pupil", cascade="all")


class Locker(SchoolBase):
    __table__ = Table(
        "lockers",
        SchoolBase.metadata,
        Column("number", BigInteger, primary_key=True),
        Column("code", Text),
        Column("pupil_id", BigInteger, nullable=False),
        ForeignKeyConstraint(["pupil_id"], ["pupils.id"]),
        UniqueConstraint("pupil_id"),
    )
    pupil = relationship(Pupil, back_populates="locker")


# %% 3.4a accept: codes are unique as well
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str] = mapped_column(unique=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a accept: dataclasses
from typing import Optional
from sqlalchemy.orm import MappedAsDataclass


class SchoolBase(MappedAsDataclass, DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1, init=False)


class Pupil(SchoolBase, kw_only=True):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped[Optional["Locker"]] = relationship(back_populates="pupil", default=None, repr=False)


class Locker(SchoolBase, kw_only=True):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(
        ForeignKey("pupils.id", ondelete="CASCADE"), unique=True, init=False
    )
    pupil: Mapped[Optional["Pupil"]] = relationship(back_populates="locker", default=None)


# %% 3.4a reject: unique in Python only -> A second locker for a pupil is refused
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"))
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a reject: a list of lockers -> A pupil has a locker or None
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped[list["Locker"]] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a reject: two relationships that do not know each other -> The other side is set before anything is sent
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship()


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil] = relationship()


# %% 3.4a reject: NULL is allowed -> A locker of nobody is refused
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int | None] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil | None] = relationship(back_populates="locker")


# %% 3.4a reject: a relationship without a foreign key -> A locker of an unknown pupil is refused
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(
        back_populates="pupil", primaryjoin="Pupil.id == foreign(Locker.pupil_id)"
    )


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(unique=True)
    pupil: Mapped[Pupil] = relationship(
        back_populates="locker", primaryjoin="Pupil.id == foreign(Locker.pupil_id)"
    )


# %% 3.4a reject: unique on the code, not on the pupil -> A second locker for a pupil is refused
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str] = mapped_column(unique=True)
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"))
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a reject: relationships, and no key along which they go -> A pupil has a locker or none
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped["Locker | None"] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(unique=True)
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a reject: without quotes: the class of an earlier run -> A pupil has a locker or none
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]
    locker: Mapped[Locker | None] = relationship(back_populates="pupil")


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil] = relationship(back_populates="locker")


# %% 3.4a reject: one side only -> A pupil has a locker or none
class SchoolBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Pupil(SchoolBase):
    __tablename__ = "pupils"
    name: Mapped[str]


class Locker(SchoolBase):
    __tablename__ = "lockers"
    code: Mapped[str]
    pupil_id: Mapped[int] = mapped_column(ForeignKey("pupils.id"), unique=True)
    pupil: Mapped[Pupil] = relationship()


# %% 3.4b accept: backref, the cascades by name, the key in __table_args__
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import backref


class MusicBase(DeclarativeBase):
    pass


class Album(MusicBase):
    __tablename__ = "albums"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Track(MusicBase):
    __tablename__ = "tracks"
    __table_args__ = (ForeignKeyConstraint(["album_id"], ["albums.id"], ondelete="CASCADE"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    album_id: Mapped[int]
    album = relationship(
        Album,
        backref=backref(
            "tracks", cascade="save-update, merge, delete, delete-orphan, expunge", passive_deletes=True
        ),
    )


# %% 3.4b accept: a set of tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="cascade"))
    album: Mapped["Album"] = relationship(back_populates="tracks")


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[set[Track]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


# %% 3.4b reject: the session's cascade alone -> Deleting in SQL does the same
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", cascade="all, delete-orphan")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: both cascades, and all tracks are loaded -> Fetching and deleting are two statements
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", cascade="all, delete-orphan")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: the key's cascade alone -> Deleting an album deletes its tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: no delete-orphan -> A track taken off its album is deleted
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: allows NULL, so that nothing is raised -> Deleting an album deletes its tracks
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album | None] = relationship(back_populates="tracks")


# %% 3.4b reject: SET NULL -> A track without an album is refused
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int | None] = mapped_column(ForeignKey("albums.id", ondelete="SET NULL"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: the cascade on the wrong side -> Tracks of other albums stay
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album")


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id"))
    album: Mapped[Album] = relationship(back_populates="tracks", cascade="all")


# %% 3.4b reject: names two cascades, and so loses save-update -> What worked before works still
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="delete, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4b reject: cascades on both sides -> What worked before works still
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(
        back_populates="album", cascade="all, delete-orphan", passive_deletes=True
    )


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks", cascade="all")


# %% 3.4b reject: passive_deletes without a cascade -> A track taken off its album is deleted
class MusicBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Album(MusicBase):
    __tablename__ = "albums"
    title: Mapped[str]
    tracks: Mapped[list["Track"]] = relationship(back_populates="album", passive_deletes=True)


class Track(MusicBase):
    __tablename__ = "tracks"
    title: Mapped[str]
    album_id: Mapped[int] = mapped_column(ForeignKey("albums.id", ondelete="CASCADE"))
    album: Mapped[Album] = relationship(back_populates="tracks")


# %% 3.4c accept: UPDATE and DELETE, the database counts
from sqlalchemy import delete, update


def close_account(*, session, name):
    user_id = session.scalar(select(User.id).where(User.name == name))
    if user_id is None:
        raise NotFound(name)
    left = session.execute(update(Post).where(Post.author_id == user_id).values(author_id=None))
    session.execute(delete(User).where(User.id == user_id))
    session.commit()
    return left.rowcount


# %% 3.4c accept: one SELECT for both, with a scalar subquery
def close_account(*, session: Session, name: str) -> int:
    posts = select(func.count(Post.id)).where(Post.author_id == User.id).scalar_subquery()
    row = session.execute(select(User, posts).where(User.name == name)).first()
    if not row:
        raise NotFound("no such user")
    user, count = row
    with session.begin_nested():
        session.delete(user)
    session.commit()
    return count


# %% 3.4c accept: plain SQL
from sqlalchemy import text


def close_account(*, session, name):
    posts = session.scalar(
        text("SELECT count(*) FROM posts JOIN users ON users.id = author_id WHERE name = :name"),
        {"name": name},
    )
    gone = session.execute(text("DELETE FROM users WHERE name = :name RETURNING id"), {"name": name}).all()
    if not gone:
        raise NotFound(name)
    session.commit()
    return posts


# %% 3.4c accept: one statement in plain SQL
from sqlalchemy import text


def close_account(*, session, name):
    row = session.execute(
        text(
            "WITH gone AS (DELETE FROM users WHERE name = :n RETURNING id) SELECT (SELECT count(*) FROM posts WHERE author_id = gone.id) AS left FROM gone"
        ),
        {"n": name},
    ).one_or_none()
    if row is None:
        raise NotFound(name)
    session.commit()
    return row[0]


# %% 3.4c accept: a list of ids, the transaction as a block
def close_account(*, session, name):
    with session.begin():
        if (user := session.query(User).filter_by(name=name).first()) is None:
            raise NotFound(name)
        mine = session.scalars(select(Post.id).filter_by(author=user)).all()
        session.delete(user)
    return len(mine)


# %% 3.4c reject: len(user.posts) loads them all, and each is written -> It sends at most three statements
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = len(user.posts)
    session.delete(user)
    session.commit()
    return posts


# %% 3.4c reject: forgets the commit -> The user is gone
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.flush()
    return posts


# %% 3.4c reject: deletes the posts as well -> The posts stay without an author
from sqlalchemy import delete


def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.execute(delete(Post).where(Post.author_id == user.id)).rowcount
    session.delete(user)
    session.commit()
    return posts


# %% 3.4c reject: counts after the deletion -> It returns how many posts have lost their author
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    number = user.id
    session.delete(user)
    session.commit()
    return session.scalar(select(func.count()).where(Post.author_id == number))


# %% 3.4c reject: nobody is nothing to do -> An unknown name is NotFound
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        return 0
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4c reject: deletes what they wrote one by one -> It sends at most three statements
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    for kind, column in [(Comment, Comment.author_id), (Vote, Vote.user_id)]:
        for row in session.scalars(select(kind).where(column == user.id)):
            session.delete(row)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4c reject: keeps the row, without a name that anybody knows -> The user is gone
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    user.name = f"deleted {user.id}"
    session.commit()
    return posts


# %% 3.4c reject: counts published posts alone -> It returns how many posts have lost their author
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name == name)).one_or_none()
    if user is None:
        raise NotFound(name)

    posts = session.scalar(select(func.count()).where(Post.author_id == user.id, Post.published))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4c reject: LIKE, for which _ is any letter -> An unknown name is NotFound
def close_account(*, session, name):
    user = session.scalars(select(User).where(User.name.like(name))).first()
    if user is None:
        raise NotFound(name)
    posts = session.scalar(select(func.count()).where(Post.author_id == user.id))
    session.delete(user)
    session.commit()
    return posts


# %% 3.4d accept: a number of its own and a unique pair, an ENUM for the answer
from sqlalchemy import Enum, UniqueConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(back_populates="guest")


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(
        back_populates="event", cascade="all, delete", passive_deletes=True
    )


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("guest_id", "event_id"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    answer: Mapped[str | None] = mapped_column(Enum("yes", "no", name="answer"))
    guest: Mapped[Guest] = relationship(back_populates="invitations")
    event: Mapped[Event] = relationship(back_populates="invitations")


# %% 3.4d accept: the session leaves everything to the keys
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(passive_deletes="all")


class Invitation(PartyBase):
    __tablename__ = "invitations"
    event_id = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True)
    guest_id = mapped_column(ForeignKey(Guest.id, ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None] = mapped_column(CheckConstraint("answer = 'yes' OR answer = 'no'"))
    guest = relationship(Guest, lazy="joined")


# %% 3.4d accept: a StrEnum
from enum import StrEnum


class Answer(StrEnum):
    yes = "yes"
    no = "no"


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[Answer | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: Literal, of which the table knows nothing -> Another answer is refused
from typing import Literal


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(passive_deletes="all")


class Invitation(PartyBase):
    __tablename__ = "invitations"
    event_id = mapped_column(ForeignKey(Event.id, ondelete="CASCADE"), primary_key=True)
    guest_id = mapped_column(ForeignKey(Guest.id, ondelete="CASCADE"), primary_key=True)
    answer: Mapped[Literal["yes", "no"] | None]
    guest = relationship(Guest, lazy="joined")


# %% 3.4d reject: no key for the pair -> A second invitation to the same event is refused
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: each column unique by itself -> Many guests at many events are accepted
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), unique=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: keeps `secondary` beside the class, and no answer in the pair -> Another answer is refused
class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    guests: Mapped[list[Guest]] = relationship(secondary="invitations")
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: "no" until something else is said -> The answer is null until it is given
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None] = mapped_column(server_default="no")
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: the cascade goes on to the guests -> The guests stay
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship(cascade="all")


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan")


# %% 3.4d reject: the session's cascade alone -> Deleting an event in SQL deletes its invitations
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan")


# %% 3.4d reject: the key's cascade alone -> Deleting an event in the session deletes its invitations
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship()


# %% 3.4d reject: passive_deletes without a cascade: well until they are loaded -> Deleting an event in the session deletes its invitations
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(passive_deletes=True)


# %% 3.4d reject: two keys beside the id of the base -> An invitation has a guest and an answer
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no')"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4d reject: NULL in the list, so that nothing is ever refused -> Another answer is refused
from sqlalchemy import CheckConstraint


class PartyBase(DeclarativeBase):
    pass


class Guest(PartyBase):
    __tablename__ = "guests"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("answer IN ('yes', 'no', NULL)"),)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), primary_key=True)
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


class Event(PartyBase):
    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    invitations: Mapped[list[Invitation]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


# %% 3.4e accept: DELETE the pairs that would clash, UPDATE the others
from sqlalchemy import delete, update


def merge_tags(*, session, old, new):
    names = {tag.name: tag for tag in session.scalars(select(Tag).where(Tag.name.in_([old, new])))}
    if old not in names:
        raise NotFound(f"There is no tag {old}")
    if old == new:
        return
    source = names[old]
    target = names.get(new) or Tag(name=new)
    session.add(target)
    session.flush()
    both = select(post_tags.c.post_id).where(post_tags.c.tag_id == target.id)
    mine = post_tags.c.tag_id == source.id
    session.execute(delete(post_tags).where(mine, post_tags.c.post_id.in_(both)))
    session.execute(update(post_tags).where(mine).values(tag_id=target.id))
    session.delete(source)
    session.commit()


# %% 3.4e accept: the difference in Python, three lists of ids
from sqlalchemy import delete


def merge_tags(*, session: Session, old: str, new: str) -> None:
    if session.scalar(select(Tag.id).where(Tag.name == old)) is None:
        raise NotFound(old)
    if old != new:
        session.execute(insert(Tag).on_conflict_do_nothing(), [{"name": new}])
        ids = dict(session.execute(select(Tag.name, Tag.id)).all())
        pairs = session.execute(select(post_tags)).all()
        have = {post for post, tag in pairs if tag == ids[new]}
        rows = [
            {"post_id": post, "tag_id": ids[new]}
            for post, tag in pairs
            if tag == ids[old] and post not in have
        ]
        if rows:
            session.execute(post_tags.insert(), rows)
        session.execute(delete(post_tags).where(post_tags.c.tag_id == ids[old]))
        session.execute(delete(Tag).where(Tag.id == ids[old]))
    session.commit()


# %% 3.4e accept: over the lists of tags, loaded all at once
from sqlalchemy.orm import selectinload


def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    target = session.scalars(select(Tag).where(Tag.name == new)).one_or_none() or Tag(name=new)
    session.add(target)
    posts = session.scalars(
        select(Post).where(Post.tags.any(Tag.name == old)).options(selectinload(Post.tags))
    ).all()
    for post in posts:
        post.tags = [tag for tag in post.tags if tag not in (source, target)] + [target]
    session.flush()
    session.delete(source)
    session.commit()


# %% 3.4e accept: renames the old tag when there is no new one
from sqlalchemy import text


def merge_tags(*, session, old, new):
    ids = dict(session.execute(select(Tag.name, Tag.id).where(Tag.name.in_([old, new]))).tuples().all())
    if old not in ids:
        raise NotFound(old)
    if new not in ids:
        session.get(Tag, ids[old]).name = new
    elif old != new:
        session.execute(
            text(
                "INSERT INTO post_tags (post_id, tag_id) SELECT post_id, :n FROM post_tags WHERE tag_id = :o ON CONFLICT DO NOTHING"
            ),
            {"n": ids[new], "o": ids[old]},
        )
        session.execute(text("DELETE FROM tags WHERE id = :o"), {"o": ids[old]})
    session.commit()


# %% 3.4e accept: EXCEPT, the transaction as a block
from sqlalchemy import delete


def merge_tags(*, session, old, new):
    with session.begin():
        source = session.query(Tag).filter(Tag.name == old).with_for_update().one_or_none()
        if not source:
            raise NotFound(old)
        if old == new:
            return
        target_id = session.scalar(select(Tag.id).where(Tag.name == new)) or session.scalar(
            insert(Tag).values(name=new).returning(Tag.id)
        )

        def posts(tag):
            return select(post_tags.c.post_id, literal(target_id)).where(post_tags.c.tag_id == tag)

        session.execute(
            post_tags.insert().from_select(["post_id", "tag_id"], posts(source.id).except_(posts(target_id)))
        )
        session.execute(delete(Tag).where(Tag.name == old))


# %% 3.4e reject: one UPDATE, and the composite key refuses it -> A post that had both has the new one once
from sqlalchemy import update


def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    mine = post_tags.c.tag_id == source.id
    session.execute(update(post_tags).where(mine).values(tag_id=target.id))
    session.delete(source)
    session.commit()


# %% 3.4e reject: renames the tag -> Posts with the old tag have the new one
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    source.name = new
    session.commit()


# %% 3.4e reject: walks over the posts, a SELECT for each -> It sends as few statements for thirty posts
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    target = session.scalars(select(Tag).where(Tag.name == new)).one_or_none() or Tag(name=new)
    session.add(target)
    for post in session.scalars(select(Post)).all():
        if source in post.tags:
            post.tags.remove(source)
            if target not in post.tags:
                post.tags.append(target)
    session.flush()
    session.delete(source)
    session.commit()


# %% 3.4e reject: expects the new tag to be there -> The new tag is made if there is none
def merge_tags(*, session, old, new):
    found = {tag.name: tag for tag in session.scalars(select(Tag).where(Tag.name.in_([old, new])))}
    if old not in found or new not in found:
        raise NotFound(old)
    if old == new:
        return
    pairs = select(post_tags.c.post_id, literal(found[new].id)).where(post_tags.c.tag_id == found[old].id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(found[old])
    session.commit()


# %% 3.4e reject: the same name deletes the tag -> The same name twice changes nothing
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.commit()


# %% 3.4e reject: makes the new tag and commits before it looks -> An old tag that does not exist is NotFound
def merge_tags(*, session, old, new):
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    session.commit()
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if source is target:
        return
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.commit()


# %% 3.4e reject: forgets the commit -> The old tag is gone
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.flush()


# %% 3.4e reject: clears all tags of the posts first -> Posts with the old tag have the new one
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    posts = set(session.scalars(select(post_tags.c.post_id).where(post_tags.c.tag_id == source.id)))
    session.execute(post_tags.delete().where(post_tags.c.post_id.in_(posts)))
    session.execute(insert(post_tags), [{"post_id": post, "tag_id": target.id} for post in posts])
    session.execute(post_tags.delete().where(post_tags.c.tag_id == source.id))
    session.delete(source)
    session.commit()


# %% 3.4e reject: compares the names before it looks -> An old tag that does not exist is NotFound
def merge_tags(*, session, old, new):
    if old == new:
        return
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)

    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.commit()


# %% 3.4e reject: a list of pairs that may be empty -> A tag that adds no pair goes too
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()

    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    posts = session.scalars(select(post_tags.c.post_id).where(post_tags.c.tag_id == source.id)).all()
    session.execute(
        insert(post_tags).on_conflict_do_nothing(), [{"post_id": p, "tag_id": target.id} for p in posts]
    )
    session.delete(source)
    session.commit()


# %% 3.4e reject: takes a tag without posts for none -> A tag that adds no pair goes too
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()

    if source is None:
        raise NotFound(old)
    if old == new:
        return
    posts = session.scalars(select(post_tags.c.post_id).where(post_tags.c.tag_id == source.id)).all()
    if not posts:
        raise NotFound(old)

    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.commit()
