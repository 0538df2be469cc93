"""Checks of the exercises of lesson 3.4."""

from contextlib import contextmanager
from importlib import import_module

from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from course import sql_tape
from course.checks import ExpectationFailed, engine_for, exercise, expect, learners_line, require

TRACKS = 30
PSYCOPG2 = "A relationship works in Python alone; other programs meet only what the table says."
USUAL = {
    "no foreign keys linking": "A relationship goes along a ForeignKey between the two tables. If there is one: a "
    "class that stands further down is named in quotes; without them it is the one of an earlier run.",
    "could not find table": "ForeignKey names a table and its column, not a class.",
    "has no property": "back_populates names the attribute on the other class.",
    "has no attribute": "The relationship on this side is missing.",
    "invalid keyword argument": "The relationship on this side is missing.",
    'null value in column "id"': "The base gives each of its classes an `id`. Beside another primary key "
    "nothing fills it.",
    "blank-out": "The session wanted to keep these rows, without the one that they belong to.",
}


@contextmanager
def at_work():
    """What SQLAlchemy says of the learner's classes, while a check uses them, as an unmet expectation."""
    try:
        yield
    except ExpectationFailed:
        raise
    except (SQLAlchemyError, AttributeError, TypeError, AssertionError) as error:
        if learners_line(error):
            raise
        # SQLAlchemy repeats the first error inside others; and its first sentence is enough.
        cause = getattr(error, "orig", error)
        said = str(cause).rpartition("Original exception was: ")[2].split("  ")[0].partition("\n")[0]
        require(
            False,
            tried="your classes at work: tables made, objects stored, read and deleted",
            expected="no error",
            got=f"{type(cause).__name__}: {said}",
            means=next((means for words, means in USUAL.items() if words in said), None),
        )


@contextmanager
def tables_of(base, url, *needed):
    """An engine on a database with the tables of the learner's classes."""
    with engine_for(url) as engine, at_work():
        base.metadata.create_all(engine)
        there = set(inspect(engine).get_table_names())
        for name in needed:
            require(
                name in there,
                tried="the tables that your classes make",
                expected=f"a table {name}",
                got=sorted(there),
            )
        yield engine


def send(engine, sql, **values):
    """Run one statement as any other program would, committed at once; its rows."""
    with engine.begin() as connection:
        result = connection.execute(text(sql), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def outcome(engine, sql, **values):
    """ "accepted" or "refused": what the table says to a statement."""
    try:
        send(engine, sql, **values)
    except DBAPIError as error:
        if isinstance(error, (IntegrityError, DataError)):
            return "refused"
        raise  # a missing column or table is no answer
    return "accepted"


def is_list(value):
    """Whether it is a collection, however it was mapped."""
    return hasattr(value, "append") or hasattr(value, "add")


LOCKER = "INSERT INTO lockers (code, pupil_id) VALUES (:code, :pupil)"


@exercise(
    "3.4a",
    hints=[
        "How many rows of `lockers` may hold the same pupil_id? Who can make sure of that?",
        "Look at Account and Profile in the lesson: the key, what makes it unique, and both annotations.",
        "ForeignKey and unique=True on pupil_id; relationship(back_populates=…) on both sides, one of them "
        "Mapped['Locker | None'].",
    ],
)
class TestLocker:
    def test_a_pupil_has_a_locker_or_none(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            send(engine, LOCKER, code="B7", pupil=2)
            with Session(engine) as session:
                ben, cy = session.get(Pupil, 2), session.get(Pupil, 3)
                got = ben.locker
                require(
                    not is_list(got),
                    tried="pupil 2 has a locker; pupil.locker",
                    expected="a Locker",
                    got=got,
                    means="A list: the annotation has to say that there is one at most.",
                )
                expect(getattr(got, "code", None), "B7", tried="pupil 2 has the locker B7; pupil.locker.code")
                expect(cy.locker, None, tried="pupil 3 has none; pupil.locker")

    def test_a_locker_knows_its_pupil(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            with Session(engine) as session:
                session.add(Locker(code="C3", pupil=session.get(Pupil, 3)))
                session.commit()
            with Session(engine) as session:
                locker = session.scalars(select(Locker)).one()
                expect(
                    locker.pupil.name, "cy", tried='Locker(code="C3", pupil=cy), stored; locker.pupil.name'
                )

    def test_the_other_side_is_set_before_anything_is_sent(self, SchoolBase, Pupil, Locker):
        with at_work():
            pupil, locker = Pupil(name="ada"), Locker(code="B7")
            pupil.locker = locker
            require(
                locker.pupil is pupil,
                tried='pupil.locker = Locker(code="B7"), then locker.pupil',
                expected="this pupil",
                got=locker.pupil,
                means="The two relationships do not know of each other.",
            )
            other = Locker(code="C3", pupil=(other_pupil := Pupil(name="ben")))
            require(
                other_pupil.locker is other,
                tried='Locker(code="C3", pupil=pupil), then pupil.locker',
                expected="this locker",
                got=other_pupil.locker,
            )

    def test_a_second_locker_for_a_pupil_is_refused(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            send(engine, LOCKER, code="B7", pupil=1)
            expect(
                outcome(engine, LOCKER, code="C3", pupil=1),
                "refused",
                tried="pupil 1 has a locker; another INSERT INTO lockers for pupil 1",
                means=PSYCOPG2,
            )

    def test_each_pupil_may_have_one(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = [outcome(engine, LOCKER, code=f"B{pupil}", pupil=pupil) for pupil in (1, 2, 3)]
        expect(got, ["accepted"] * 3, tried="INSERT INTO lockers for the pupils 1, 2 and 3")

    def test_a_locker_of_an_unknown_pupil_is_refused(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = outcome(engine, LOCKER, code="B7", pupil=99)
        expect(got, "refused", tried="INSERT INTO lockers for pupil 99, who does not exist", means=PSYCOPG2)

    def test_a_locker_of_nobody_is_refused(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = outcome(engine, LOCKER, code="B7", pupil=None)
        expect(got, "refused", tried="INSERT INTO lockers with pupil_id NULL")

    @contextmanager
    def school(self, base, url):
        with tables_of(base, url, "pupils", "lockers") as engine:
            send(engine, "INSERT INTO pupils (name) VALUES ('ada'), ('ben'), ('cy')")
            yield engine


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
            got = send(engine, "SELECT count(*) FROM tracks WHERE album_id = 1 OR album_id IS NULL")
        expect(
            got,
            [(0,)],
            tried="session.delete(album), then the number of its tracks, or of tracks without album",
        )

    def test_tracks_of_other_albums_stay(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            self.delete(engine, Album)
            got = send(engine, "SELECT count(*) FROM tracks WHERE album_id = 2")
        expect(got, [(2,)], tried="album 1 is deleted; the tracks of album 2, which has two")

    def test_fetching_and_deleting_are_two_statements(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine, sql_tape() as tape:
            self.delete(engine, Album)
        tape.at_most(2, f"session.get(Album, 1), session.delete(album) and commit, for {TRACKS} tracks")

    def test_deleting_in_SQL_does_the_same(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            expect(
                outcome(engine, "DELETE FROM albums WHERE id = 1"),
                "accepted",
                tried="DELETE FROM albums WHERE id = 1, typed into psql",
                means="The session's cascade does not hold there: the key has to say what happens.",
            )
            got = send(engine, "SELECT album_id, count(*) FROM tracks GROUP BY album_id")
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
                got = send(engine, "SELECT title FROM tracks WHERE album_id = 2 OR album_id IS NULL")
        expect(got, [("Rain",)], tried="album.tracks.remove(fog) and commit, then the titles that are left")

    def test_a_track_without_an_album_is_refused(self, MusicBase, Album, Track, database_url):
        with self.shelf(MusicBase, database_url) as engine:
            for album in (None, 99):
                got = outcome(
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
            got = send(engine, "SELECT title FROM tracks WHERE album_id = 3 ORDER BY title")
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
                send(
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
            send(engine, "INSERT INTO albums (title) VALUES ('Weather'), ('Clouds')")
            many = f"SELECT 'Track ' || n, 1 FROM generate_series(1, {TRACKS}) AS n"
            send(engine, f"INSERT INTO tracks (title, album_id) {many}")
            send(engine, "INSERT INTO tracks (title, album_id) VALUES ('Rain', 2), ('Fog', 2)")
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


@contextmanager
def postboard(url):
    """Postboard's tables and classes: ada wrote posts 1 and 2, bob 3 to 5, a draft; both commented and voted."""
    models = import_module("app.models")
    with engine_for(url) as engine:
        models.Base.metadata.create_all(engine)
        send(engine, "INSERT INTO users (name) VALUES ('ada'), ('bob'), ('cy')")
        authors = {"Hello": 1, "Joins": 1, "Pools": 2, "Locks": 2, "Keys": 2}
        for title, author in authors.items():
            sql = (
                "INSERT INTO posts (title, content, author_id, published) "
                "VALUES (:title, 'Some text.', :author, :published)"
            )
            send(engine, sql, title=title, author=author, published=title != "Keys")
        pairs = "SELECT p, u FROM generate_series(1, 5) AS p, generate_series(1, 2) AS u"
        send(
            engine,
            f"INSERT INTO comments (post_id, author_id, content) SELECT p, u, 'Good.' FROM ({pairs}) AS x",
        )
        send(engine, f"INSERT INTO votes (post_id, user_id, value) SELECT p, u, 1 FROM ({pairs}) AS x")
        yield engine


def by_user(engine, table, column):
    """How many rows of a table each user has, seen from another session."""
    sql = f"SELECT {column}, count(*) FROM {table} GROUP BY {column} ORDER BY {column}"
    return send(engine, sql)


def not_found(call):
    """How a call ended that has to raise Postboard's NotFound."""
    errors = import_module("app.errors")
    try:
        return f"it returned {call()!r}"
    except errors.NotFound:
        return "NotFound"


@exercise(
    "3.4c",
    hints=[
        "Which of the three tables does your function have to touch itself, and which do the keys see to?",
        "Look at `ondelete` of each key that points to users.id, and at the end of the lesson.",
        "Fetch the user or raise NotFound; count the posts with select(func.count()); session.delete; commit.",
    ],
)
class TestCloseAccount:
    def test_the_user_is_gone(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = send(engine, "SELECT name FROM users ORDER BY name")
        expect(
            got,
            [("ada",), ("cy",)],
            tried='close_account(session=session, name="bob"), then all users, from another session',
            means="Without a commit nobody else sees it.",
        )

    def test_comments_and_votes_go_too(self, close_account, database_url):
        with postboard(database_url) as engine:
            self.close(engine, close_account, "bob")
            got = {table: by_user(engine, table, column) for table, column in self.OTHERS.items()}
        wanted = {"comments": [(1, 5)], "votes": [(1, 5)]}
        expect(got, wanted, tried="bob is user 2; comments and votes by user, after his account is closed")

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
            send(engine, f"INSERT INTO posts (title, content, author_id) {many}")
            with sql_tape() as tape:
                self.close(engine, close_account, "bob")
        tape.at_most(3, "close_account of bob, who wrote 33 posts and 5 comments")

    def test_an_unknown_name_is_NotFound(self, close_account, database_url):
        with postboard(database_url) as engine:
            for name in ["nobody", "", "BOB", "b_b"]:
                got = not_found(lambda name=name: self.close(engine, close_account, name))
                expect(got, "NotFound", tried=f'close_account(session=session, name="{name}")')
            got = send(engine, "SELECT count(*) FROM users")
        expect(got, [(3,)], tried="then the number of users")

    OTHERS = {"comments": "author_id", "votes": "user_id"}

    def close(self, engine, close_account, name):
        with Session(engine, expire_on_commit=False) as session:
            return close_account(session=session, name=name)


INVITE = "INSERT INTO invitations (guest_id, event_id) VALUES (:guest, :event)"
ANSWER = "UPDATE invitations SET answer = :answer"


@exercise(
    "3.4d",
    hints=[
        "Where can the answer of one guest to one event be stored? What can `secondary` write there?",
        "Look at Vote in app/models.py: its two keys, its value, its constraint, and `Post.votes`.",
        "class Invitation with both keys as primary key, answer: Mapped[str | None] and a CheckConstraint, "
        "guest: relationship(); Event.invitations with cascade and passive_deletes; ondelete on event_id.",
    ],
)
class TestGuestList:
    def test_an_invitation_has_a_guest_and_an_answer(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            with Session(engine) as session:
                ada, ben = session.get(Guest, 1), session.get(Guest, 2)
                event = session.get(Event, 1)
                event.invitations.append(Invitation(guest=ada, answer="yes"))
                event.invitations.append(Invitation(guest=ben))
                session.commit()
            with Session(engine) as session:
                found = session.get(Event, 1).invitations
                got = sorted((each.guest.name, each.answer) for each in found)
        expect(
            got,
            [("ada", "yes"), ("ben", None)],
            tried='event.invitations.append(Invitation(guest=ada, answer="yes")), then Invitation(guest=ben); '
            "guest.name and answer of each, read again",
        )

    def test_the_answer_is_null_until_it_is_given(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            send(engine, INVITE, guest=1, event=1)
            got = send(engine, "SELECT answer FROM invitations")
        expect(got, [(None,)], tried="INSERT INTO invitations (guest_id, event_id), then its answer")

    def test_an_answer_may_be_yes_or_no(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            send(engine, INVITE, guest=1, event=1)
            got = [outcome(engine, ANSWER, answer=answer) for answer in ("yes", "no", None)]
        expect(got, ["accepted"] * 3, tried="UPDATE invitations SET answer to 'yes', to 'no', to NULL")

    def test_another_answer_is_refused(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            send(engine, INVITE, guest=1, event=1)
            for answer in ("maybe", "", "YES"):
                got = outcome(engine, ANSWER, answer=answer)
                expect(got, "refused", tried=f"UPDATE invitations SET answer = '{answer}'", means=PSYCOPG2)

    def test_a_second_invitation_to_the_same_event_is_refused(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        with self.party(PartyBase, database_url) as engine:
            send(engine, INVITE, guest=1, event=1)
            got = outcome(engine, INVITE, guest=1, event=1)
        expect(
            got,
            "refused",
            tried="INSERT INTO invitations for guest 1 and event 1, twice",
            means="The guest would count twice. What says that there is one row for a pair?",
        )

    def test_many_guests_at_many_events_are_accepted(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            pairs = [(1, 1), (2, 1), (1, 2), (2, 2)]
            got = [outcome(engine, INVITE, guest=guest, event=event) for guest, event in pairs]
        expect(
            got, ["accepted"] * 4, tried="INSERT INTO invitations for guests 1 and 2, each to events 1 and 2"
        )

    def test_an_invitation_of_nobody_or_to_nothing_is_refused(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        with self.party(PartyBase, database_url) as engine:
            pairs = [(99, 1), (1, 99), (None, 1), (1, None)]
            got = [outcome(engine, INVITE, guest=guest, event=event) for guest, event in pairs]
        expect(got, ["refused"] * 4, tried="INSERT INTO invitations with the guest or the event 99, or NULL")

    def test_deleting_an_event_in_the_session_deletes_its_invitations(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        def by_session(engine):
            with Session(engine) as session:
                session.delete(session.get(Event, 1))
                session.commit()

        def when_they_are_loaded(engine):
            with Session(engine) as session:
                event = session.get(Event, 1)
                list(event.invitations)
                session.delete(event)
                session.commit()

        self.judge_deleting("session.delete(event)", by_session, PartyBase, database_url)
        how = "list(event.invitations), then session.delete(event)"
        self.judge_deleting(how, when_they_are_loaded, PartyBase, database_url)

    def test_deleting_an_event_in_SQL_deletes_its_invitations(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        sql = "DELETE FROM events WHERE id = 1"
        self.judge_deleting(sql, lambda engine: send(engine, sql), PartyBase, database_url)

    def test_the_guests_stay(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            for guest in (1, 2):
                send(engine, INVITE, guest=guest, event=1)
            with Session(engine) as session:
                event = session.get(Event, 1)
                for invitation in event.invitations:
                    require(
                        invitation.guest is not None, tried="invitation.guest", expected="a Guest", got=None
                    )
                session.delete(event)
                session.commit()
            got = send(engine, "SELECT name FROM guests ORDER BY name")
        expect(got, [("ada",), ("ben",)], tried="session.delete(event), then all guests")

    @contextmanager
    def party(self, base, url):
        with tables_of(base, url, "guests", "events", "invitations") as engine:
            send(engine, "INSERT INTO guests (name) VALUES ('ada'), ('ben')")
            send(engine, "INSERT INTO events (title) VALUES ('Tea'), ('Rain')")
            yield engine

    def judge_deleting(self, how, go, base, url):
        with self.party(base, url) as engine:
            for guest, event in [(1, 1), (2, 1), (1, 2)]:
                send(engine, INVITE, guest=guest, event=event)
            try:
                go(engine)
                got = send(engine, "SELECT guest_id, event_id FROM invitations")
            except IntegrityError as error:
                got = type(error.orig).__name__
            base.metadata.drop_all(engine)
        expect(
            got,
            [(1, 2)],
            tried=f"{how}, an event to which two guests are invited, then all invitations",
            means={
                "ForeignKeyViolation": "The key refuses to let the event go.",
                "NotNullViolation": "The session wanted to keep the invitations, without their event.",
            },
        )


START = {1: ["orm", "tea"], 2: ["orm", "sqlalchemy"], 3: ["sqlalchemy"], 4: ["tea"]}


@exercise(
    "3.4e",
    hints=[
        "In which table does it stand that a post has a tag? What must change there, and what is in the way?",
        "`post_tags` is a table like any other: select(post_tags.c.post_id), insert(post_tags). Its key is "
        "the pair; what can an INSERT do about a pair that is there already?",
        "Fetch old or raise NotFound; insert new on_conflict_do_nothing, fetch it; insert(post_tags)"
        ".from_select([…], select(…)).on_conflict_do_nothing(); delete old; commit.",
    ],
)
class TestMergeTags:
    def test_posts_with_the_old_tag_have_the_new_one(self, merge_tags, database_url):
        self.judge(merge_tags, database_url, {1: ["sqlalchemy", "tea"]})

    def test_a_post_that_had_both_has_the_new_one_once(self, merge_tags, database_url):
        self.judge(merge_tags, database_url, {2: ["sqlalchemy"]})

    def test_other_posts_keep_their_tags(self, merge_tags, database_url):
        self.judge(merge_tags, database_url, {3: ["sqlalchemy"], 4: ["tea"]})

    def test_the_old_tag_is_gone(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            self.merge(engine, merge_tags, "orm", "sqlalchemy")
            got = send(engine, "SELECT name FROM tags ORDER BY name")
        expect(
            got,
            [("sqlalchemy",), ("tea",)],
            tried=f"{self.tried('orm', 'sqlalchemy')}, then all tags, from another session",
            means="Without a commit nobody else sees it.",
        )

    def test_the_new_tag_is_made_if_there_is_none(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            self.merge(engine, merge_tags, "orm", "mapping")
            got = self.tags(engine)
        wanted = {1: ["mapping", "tea"], 2: ["mapping", "sqlalchemy"], 3: ["sqlalchemy"], 4: ["tea"]}
        expect(got, wanted, tried=f"{self.tried('orm', 'mapping')}, then the tags of the posts 1 to 4")

    def test_an_old_tag_that_does_not_exist_is_NotFound(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            got = not_found(lambda: self.merge(engine, merge_tags, "nothing", "mapping"))
            expect(got, "NotFound", tried=self.tried("nothing", "mapping"))
            names = [name for (name,) in send(engine, "SELECT name FROM tags ORDER BY name")]
            expect(
                names,
                ["orm", "sqlalchemy", "tea"],
                tried=f"{self.tried('nothing', 'mapping')}, then all tags",
            )
            expect(self.tags(engine), START, tried="then the tags of the posts 1 to 4")
            got = not_found(lambda: self.merge(engine, merge_tags, "nothing", "nothing"))
            expect(
                got,
                "NotFound",
                tried=self.tried("nothing", "nothing"),
                means="The same name twice, and there is no such tag: which question comes first?",
            )

    def test_a_tag_that_adds_no_pair_goes_too(self, merge_tags, database_url):
        for has, posts in [("no post has", ()), ("only posts with both tags have", (2, 3))]:
            with self.tagged(database_url) as engine:
                send(engine, "INSERT INTO tags (name) VALUES ('idle')")
                for post in posts:
                    send(engine, "INSERT INTO post_tags (post_id, tag_id) VALUES (:post, 4)", post=post)
                tried = f'a tag "idle", which {has}; {self.tried("idle", "sqlalchemy")}'
                try:
                    got = not_found(lambda: self.merge(engine, merge_tags, "idle", "sqlalchemy"))
                except IntegrityError as error:
                    got = type(error.orig).__name__
                expect(
                    got,
                    "it returned None",
                    tried=tried,
                    means={
                        "NotFound": "The tag exists. That no post has it is another matter.",
                        "NotNullViolation": "An insert with an empty list is an INSERT of one row of defaults.",
                    },
                )
                expect(self.tags(engine), START, tried=f"{tried}, then the tags of the posts 1 to 4")
                names = send(engine, "SELECT name FROM tags ORDER BY name")
                expect(names, [("orm",), ("sqlalchemy",), ("tea",)], tried=f"{tried}, then all tags")
                import_module("app.models").Base.metadata.drop_all(engine)

    def test_the_same_name_twice_changes_nothing(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            self.merge(engine, merge_tags, "orm", "orm")
            got = self.tags(engine)
        expect(got, START, tried=f"{self.tried('orm', 'orm')}, then the tags of the posts 1 to 4")

    def test_it_sends_as_few_statements_for_thirty_posts(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            many = "SELECT 'Post ' || n, 'x' FROM generate_series(1, 30) AS n"
            send(engine, f"INSERT INTO posts (title, content) {many}")
            send(engine, "INSERT INTO post_tags (post_id, tag_id) SELECT id, 1 FROM posts WHERE id > 5")
            with sql_tape() as tape:
                self.merge(engine, merge_tags, "orm", "sqlalchemy")
            left = send(engine, "SELECT count(*) FROM post_tags WHERE tag_id = 2")
        tape.at_most(8, f"{self.tried('orm', 'sqlalchemy')} for 32 posts")
        expect(left, [(33,)], tried=f"{self.tried('orm', 'sqlalchemy')}: the posts with the tag sqlalchemy")

    def judge(self, merge_tags, url, wanted):
        with self.tagged(url) as engine:
            self.merge(engine, merge_tags, "orm", "sqlalchemy")
            tags = self.tags(engine)
        for post, names in wanted.items():
            expect(
                tags.get(post, []),
                names,
                tried=f"post {post} is tagged {START[post]}; {self.tried('orm', 'sqlalchemy')}, then its tags",
            )

    @contextmanager
    def tagged(self, url):
        with postboard(url) as engine:
            send(engine, "INSERT INTO tags (name) VALUES ('orm'), ('sqlalchemy'), ('tea')")
            for post, names in START.items():
                for name in names:
                    pair = "SELECT :post, id FROM tags WHERE name = :name"
                    send(engine, f"INSERT INTO post_tags (post_id, tag_id) {pair}", post=post, name=name)
            yield engine

    def merge(self, engine, merge_tags, old, new):
        with Session(engine, expire_on_commit=False) as session:
            return merge_tags(session=session, old=old, new=new)

    def tags(self, engine):
        """The tags of each post that has some."""
        sql = """
            SELECT post_id, array_agg(name ORDER BY name)
            FROM post_tags JOIN tags ON tags.id = tag_id GROUP BY post_id ORDER BY post_id
        """
        return dict(send(engine, sql))

    def tried(self, old, new):
        """The call in the learner's words."""
        return f'merge_tags(session=session, old="{old}", new="{new}")'
