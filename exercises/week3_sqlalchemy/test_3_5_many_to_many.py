"""Checks of the exercises of lesson 3.5."""

from contextlib import contextmanager, suppress
from importlib import import_module

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

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

PSYCOPG2 = "A relationship works in Python alone; other programs meet only what the table says."

PAIR = "INSERT INTO film_actors (film_id, actor_id) VALUES (:film, :actor)"


@exercise(
    "3.5a",
    hints=[
        "Where can it stand that an actor plays in a film, if both may have many?",
        "Look at `post_tags` in the lesson: its two keys, and where each of the two lists names it. Which rows "
        "should a deleted film take along?",
        'Table("film_actors", …) with two ForeignKey(…, ondelete="CASCADE"), both primary_key=True; '
        "relationship(secondary=film_actors, back_populates=…) on both sides.",
    ],
)
class TestFilms:
    def test_films_and_actors_have_many_of_each_other(self, FilmBase, Film, Actor, database_url):
        with self.cinema(FilmBase, database_url) as engine:
            with Session(engine) as session:
                heat, rain = session.get(Film, 1), session.get(Film, 2)
                ada, ben = session.get(Actor, 1), session.get(Actor, 2)
                heat.actors.append(ada)
                heat.actors.append(ben)
                ada.films.append(rain)
                session.commit()
            with Session(engine) as session:
                actors = {
                    film.title: sorted(each.name for each in film.actors)
                    for film in session.scalars(select(Film))
                }
                films = {
                    actor.name: sorted(each.title for each in actor.films)
                    for actor in session.scalars(select(Actor))
                }
        tried = "heat.actors gets ada and ben, ada.films gets rain, commit; from another session"
        expect(
            actors,
            {"Heat": ["ada", "ben"], "Rain": ["ada"], "Snow": []},
            tried=f"{tried}: film.actors of each",
        )
        expect(
            films, {"ada": ["Heat", "Rain"], "ben": ["Heat"], "cy": []}, tried=f"{tried}: actor.films of each"
        )

    def test_a_change_of_one_list_shows_in_the_other(self, FilmBase, Film, Actor):
        with at_work():
            film, ada, ben = Film(title="Heat"), Actor(name="ada"), Actor(name="ben")
            film.actors.append(ada)
            ben.films.append(film)
            got = ([each.title for each in ada.films], [each.name for each in film.actors])
            expect(
                got,
                (["Heat"], ["ada", "ben"]),
                tried="film.actors.append(ada), ben.films.append(film); ada.films and film.actors, before anything is sent",
                means="The two relationships do not know of each other.",
            )
            film.actors.remove(ada)
            expect(list(ada.films), [], tried="then film.actors.remove(ada); ada.films")

    def test_the_same_pair_twice_is_refused(self, FilmBase, Film, Actor, database_url):
        with self.cinema(FilmBase, database_url) as engine:
            pairs = [(1, 1), (1, 2), (2, 1), (1, 1)]
            got = [said_to(engine, PAIR, film=film, actor=actor) for film, actor in pairs]
        expect(
            got,
            ["accepted", "accepted", "accepted", "refused"],
            tried="INSERT INTO film_actors: film 1 with actors 1 and 2, film 2 with actor 1, then film 1 with actor 1 again",
            means="What says that there is one row for a pair?",
        )

    def test_a_pair_with_nothing_on_one_side_is_refused(self, FilmBase, Film, Actor, database_url):
        with self.cinema(FilmBase, database_url) as engine:
            pairs = [(99, 1), (1, 99), (None, 1), (1, None)]
            got = [said_to(engine, PAIR, film=film, actor=actor) for film, actor in pairs]
        expect(
            got,
            ["refused"] * 4,
            tried="INSERT INTO film_actors with the film or the actor 99, or NULL",
            means=PSYCOPG2,
        )

    def test_deleting_in_the_session_deletes_the_pairs_and_nothing_else(
        self, FilmBase, Film, Actor, database_url
    ):
        for kind, name in ((Film, "film"), (Actor, "actor")):
            with self.played(FilmBase, database_url) as engine:
                with Session(engine) as session:
                    session.delete(session.get(kind, 1))
                    session.commit()
                self.judge(engine, name, f"session.delete({name}) and commit")

    def test_deleting_in_SQL_deletes_the_pairs(self, FilmBase, Film, Actor, database_url):
        for name in ("film", "actor"):
            with self.played(FilmBase, database_url) as engine:
                sql = f"DELETE FROM {name}s WHERE id = 1"
                expect(
                    said_to(engine, sql),
                    "accepted",
                    tried=f"{sql}, typed into psql; the {name} has pairs",
                    means="The session's own deleting does not hold there: the key has to say what happens.",
                )
                self.judge(engine, name, sql)

    @contextmanager
    def cinema(self, base, url):
        with tables_of(base, url, "films", "actors", "film_actors") as engine:
            rows_of(engine, "INSERT INTO films (title) VALUES ('Heat'), ('Rain'), ('Snow')")
            rows_of(engine, "INSERT INTO actors (name) VALUES ('ada'), ('ben'), ('cy')")
            yield engine

    @contextmanager
    def played(self, base, url):
        with self.cinema(base, url) as engine:
            for film, actor in [(1, 1), (1, 2), (2, 1), (2, 2)]:
                rows_of(engine, PAIR, film=film, actor=actor)
            yield engine
            base.metadata.drop_all(engine)

    def judge(self, engine, name, how):
        pairs = rows_of(engine, f"SELECT film_id, actor_id FROM film_actors WHERE {name}_id = 1")
        others = rows_of(engine, "SELECT count(*) FROM film_actors")
        left = [rows_of(engine, f"SELECT count(*) FROM {table}")[0][0] for table in ("films", "actors")]
        expect(pairs, [], tried=f"{how}, then the pairs of this {name}")
        expect(others, [(2,)], tried=f"{how}, then the number of all pairs; the other {name} has two")
        wanted = [2, 3] if name == "film" else [3, 2]
        expect(left, wanted, tried=f"{how}, then the number of films and of actors; there were three of each")


LOCKER = "INSERT INTO lockers (code, pupil_id) VALUES (:code, :pupil)"


@exercise(
    "3.5b",
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
            rows_of(engine, LOCKER, code="B7", pupil=2)
            with Session(engine) as session:
                ben, cy = session.get(Pupil, 2), session.get(Pupil, 3)
                got = ben.locker
                require(
                    not is_collection(got),
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
            rows_of(engine, LOCKER, code="B7", pupil=1)
            expect(
                said_to(engine, LOCKER, code="C3", pupil=1),
                "refused",
                tried="pupil 1 has a locker; another INSERT INTO lockers for pupil 1",
                means=PSYCOPG2,
            )

    def test_each_pupil_may_have_one(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = [said_to(engine, LOCKER, code=f"B{pupil}", pupil=pupil) for pupil in (1, 2, 3)]
        expect(got, ["accepted"] * 3, tried="INSERT INTO lockers for the pupils 1, 2 and 3")

    def test_a_locker_of_an_unknown_pupil_is_refused(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = said_to(engine, LOCKER, code="B7", pupil=99)
        expect(got, "refused", tried="INSERT INTO lockers for pupil 99, who does not exist", means=PSYCOPG2)

    def test_a_locker_of_nobody_is_refused(self, SchoolBase, Pupil, Locker, database_url):
        with self.school(SchoolBase, database_url) as engine:
            got = said_to(engine, LOCKER, code="B7", pupil=None)
        expect(got, "refused", tried="INSERT INTO lockers with pupil_id NULL")

    @contextmanager
    def school(self, base, url):
        with tables_of(base, url, "pupils", "lockers") as engine:
            rows_of(engine, "INSERT INTO pupils (name) VALUES ('ada'), ('ben'), ('cy')")
            yield engine


ENROL = "INSERT INTO enrolments (course_id, student_id, grade) VALUES (:course, :student, :grade)"


@exercise(
    "3.5c",
    hints=[
        "Which of the two lists knows a grade? What may the other one still do?",
        "Look at the end of the section about pairs with data: two ways to have a list that only reads.",
        'relationship(secondary="enrolments", viewonly=True), or association_proxy("enrolments", "student").',
    ],
)
class TestEnrolments:
    def test_enrolments_are_stored_with_their_grade(
        self, CourseBase, Student, Enrolment, Course, database_url
    ):
        with self.school(CourseBase, database_url) as engine:
            with Session(engine) as session:
                course, ada, ben = session.get(Course, 1), session.get(Student, 1), session.get(Student, 2)
                course.enrolments.append(Enrolment(student=ada, grade=1))
                course.enrolments.append(Enrolment(student=ben))
                session.commit()
            got = self.pairs(engine)
        expect(
            got,
            [(1, 1, 1), (1, 2, None)],
            tried="course.enrolments.append(Enrolment(student=ada, grade=1)), then one of ben without a grade; the rows",
        )

    def test_the_students_are_those_of_the_enrolments(
        self, CourseBase, Student, Enrolment, Course, database_url
    ):
        with self.school(CourseBase, database_url) as engine:
            for pair in [(1, 1, 1), (1, 2, None), (2, 2, 3)]:
                rows_of(engine, ENROL, course=pair[0], student=pair[1], grade=pair[2])
            with Session(engine) as session:
                courses = session.scalars(select(Course).order_by(Course.id)).all()
                got = [
                    sorted(getattr(each, "name", repr(each)) for each in course.students)
                    for course in courses
                ]
                expect(
                    got,
                    [["ada", "ben"], ["ben"]],
                    tried="ada and ben are enrolled in course 1, ben in course 2; the names in course.students",
                )
                require(
                    all(isinstance(each, Student) for each in courses[0].students),
                    tried="the elements of course.students",
                    expected="Student objects",
                    got=[type(each).__name__ for each in courses[0].students],
                )
                courses[1].enrolments.append(Enrolment(student=session.get(Student, 1), grade=2))
                session.commit()
                got = sorted(each.name for each in courses[1].students)
                expect(
                    got,
                    ["ada", "ben"],
                    tried="ada is enrolled in course 2, and commit; the names in its students",
                )

    def test_what_is_appended_to_students_is_not_stored(
        self, CourseBase, Student, Enrolment, Course, database_url
    ):
        with self.school(CourseBase, database_url) as engine:
            rows_of(engine, ENROL, course=1, student=1, grade=1)
            with Session(engine) as session:
                course = session.get(Course, 1)
                try:
                    course.students.append(session.get(Student, 2))
                    session.commit()
                except (SQLAlchemyError, TypeError, AttributeError):
                    pass
            got = self.pairs(engine)
        expect(
            got,
            [(1, 1, 1)],
            tried="ada is enrolled with the grade 1; course.students.append(ben) and commit; the rows",
            means="This list still writes, and it knows nothing of a grade.",
        )

    def test_a_new_course_with_an_enrolment_is_stored_once(
        self, CourseBase, Student, Enrolment, Course, database_url
    ):
        with self.school(CourseBase, database_url) as engine:
            with Session(engine) as session:
                ada = session.get(Student, 1)
                course = Course(title="Drawing", enrolments=[Enrolment(student=ada, grade=2)])
                with suppress(TypeError, AttributeError):
                    course.students.append(ada)
                session.add(course)
                try:
                    session.commit()
                    said = "stored"
                except SQLAlchemyError as error:
                    said = type(getattr(error, "orig", error)).__name__
            got = self.pairs(engine)
        if said == "stored":
            expect(
                got,
                [(3, 1, 2)],
                tried="a new course with an enrolment of ada, and ada on its students; the rows",
            )
        else:
            expect(
                said,
                "stored, or refused when ada was appended",
                tried="a new course with an enrolment of ada, and ada on its students; commit",
                means={"UniqueViolation": "Both lists have written the pair."},
            )

    def test_removing_an_enrolment_deletes_the_pair(
        self, CourseBase, Student, Enrolment, Course, database_url
    ):
        for loaded in (False, True):
            with self.enrolled(CourseBase, database_url) as engine:
                with Session(engine) as session, self.storing("course.enrolments.remove(enrolment)"):
                    course = session.get(Course, 1)
                    if loaded:
                        list(course.students)
                    first = next(each for each in course.enrolments if each.student_id == 1)
                    course.enrolments.remove(first)
                    session.commit()
                    left = [each.name for each in course.students]
                got = self.pairs(engine)
            tried = "list(course.students), then " if loaded else ""
            tried += "course.enrolments.remove(the one of ada) and commit"
            expect(got, [(1, 2, 2), (2, 1, 3)], tried=f"{tried}; the rows")
            expect(left, ["ben"], tried=f"{tried}; course.students")

    def test_deleting_a_course_deletes_its_pairs(self, CourseBase, Student, Enrolment, Course, database_url):
        for loaded in ((), ("students",), ("enrolments", "students")):
            with self.enrolled(CourseBase, database_url) as engine:
                with Session(engine) as session, self.storing("session.delete(course)"):
                    course = session.get(Course, 1)
                    for name in loaded:
                        list(getattr(course, name))
                    session.delete(course)
                    session.commit()
                got = self.pairs(engine)
            first = f"with {' and '.join(loaded)} loaded, " if loaded else ""
            expect(got, [(2, 1, 3)], tried=f"{first}session.delete(course) and commit; the rows")

    def test_the_students_stay(self, CourseBase, Student, Enrolment, Course, database_url):
        with self.enrolled(CourseBase, database_url) as engine:
            with Session(engine) as session, self.storing("session.delete(course)"):
                course = session.get(Course, 1)
                course.enrolments.pop()
                session.commit()
                session.delete(course)
                session.commit()
            got = rows_of(engine, "SELECT name FROM students ORDER BY name")
        expect(
            got,
            [("ada",), ("ben",)],
            tried="course.enrolments.pop(), then session.delete(course); all students",
        )

    @contextmanager
    def school(self, base, url):
        with tables_of(base, url, "students", "courses", "enrolments") as engine:
            rows_of(engine, "INSERT INTO students (name) VALUES ('ada'), ('ben')")
            rows_of(engine, "INSERT INTO courses (title) VALUES ('Maths'), ('Music')")
            yield engine

    @contextmanager
    def enrolled(self, base, url):
        with self.school(base, url) as engine:
            for course, student, grade in [(1, 1, 1), (1, 2, 2), (2, 1, 3)]:
                rows_of(engine, ENROL, course=course, student=student, grade=grade)
            yield engine
            base.metadata.drop_all(engine)

    @contextmanager
    def storing(self, tried):
        """An error of the database, or of the session's own counting, as an unmet expectation."""
        try:
            yield
        except (IntegrityError, StaleDataError) as error:
            got = type(getattr(error, "orig", error)).__name__
            means = {"StaleDataError": "Both lists have deleted the same row."}
            expect(got, "nothing raised", tried=f"{tried} and commit", means=means)

    def pairs(self, engine):
        sql = "SELECT course_id, student_id, grade FROM enrolments ORDER BY course_id, student_id"
        return rows_of(engine, sql)


INVITE = "INSERT INTO invitations (guest_id, event_id) VALUES (:guest, :event)"
ANSWER = "UPDATE invitations SET answer = :answer"


@exercise(
    "3.5d",
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
            rows_of(engine, INVITE, guest=1, event=1)
            got = rows_of(engine, "SELECT answer FROM invitations")
        expect(got, [(None,)], tried="INSERT INTO invitations (guest_id, event_id), then its answer")

    def test_an_answer_may_be_yes_or_no(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            rows_of(engine, INVITE, guest=1, event=1)
            got = [said_to(engine, ANSWER, answer=answer) for answer in ("yes", "no", None)]
        expect(got, ["accepted"] * 3, tried="UPDATE invitations SET answer to 'yes', to 'no', to NULL")

    def test_another_answer_is_refused(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            rows_of(engine, INVITE, guest=1, event=1)
            for answer in ("maybe", "", "YES", "yes or no", "no way"):
                got = said_to(engine, ANSWER, answer=answer)
                expect(got, "refused", tried=f"UPDATE invitations SET answer = '{answer}'", means=PSYCOPG2)

    def test_a_second_invitation_to_the_same_event_is_refused(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        with self.party(PartyBase, database_url) as engine:
            rows_of(engine, INVITE, guest=1, event=1)
            got = said_to(engine, INVITE, guest=1, event=1)
        expect(
            got,
            "refused",
            tried="INSERT INTO invitations for guest 1 and event 1, twice",
            means="The guest would count twice. What says that there is one row for a pair?",
        )

    def test_many_guests_at_many_events_are_accepted(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            pairs = [(1, 1), (2, 1), (1, 2), (2, 2)]
            got = [said_to(engine, INVITE, guest=guest, event=event) for guest, event in pairs]
        expect(
            got, ["accepted"] * 4, tried="INSERT INTO invitations for guests 1 and 2, each to events 1 and 2"
        )

    def test_an_invitation_of_nobody_or_to_nothing_is_refused(
        self, PartyBase, Guest, Event, Invitation, database_url
    ):
        with self.party(PartyBase, database_url) as engine:
            pairs = [(99, 1), (1, 99), (None, 1), (1, None)]
            got = [said_to(engine, INVITE, guest=guest, event=event) for guest, event in pairs]
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
        self.judge_deleting(sql, lambda engine: rows_of(engine, sql), PartyBase, database_url)

    def test_the_guests_stay(self, PartyBase, Guest, Event, Invitation, database_url):
        with self.party(PartyBase, database_url) as engine:
            for guest in (1, 2):
                rows_of(engine, INVITE, guest=guest, event=1)
            with Session(engine) as session:
                event = session.get(Event, 1)
                for invitation in event.invitations:
                    require(
                        invitation.guest is not None, tried="invitation.guest", expected="a Guest", got=None
                    )
                session.delete(event)
                session.commit()
            got = rows_of(engine, "SELECT name FROM guests ORDER BY name")
        expect(got, [("ada",), ("ben",)], tried="session.delete(event), then all guests")

    @contextmanager
    def party(self, base, url):
        with tables_of(base, url, "guests", "events", "invitations") as engine:
            rows_of(engine, "INSERT INTO guests (name) VALUES ('ada'), ('ben')")
            rows_of(engine, "INSERT INTO events (title) VALUES ('Tea'), ('Rain')")
            yield engine

    def judge_deleting(self, how, go, base, url):
        with self.party(base, url) as engine:
            for guest, event in [(1, 1), (2, 1), (1, 2)]:
                rows_of(engine, INVITE, guest=guest, event=event)
            try:
                go(engine)
                got = rows_of(engine, "SELECT guest_id, event_id FROM invitations")
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


@contextmanager
def postboard(url):
    """Postboard's tables and classes: ada wrote posts 1 and 2, bob 3 to 5, a draft; both commented and voted."""
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
        rows_of(engine, f"INSERT INTO votes (post_id, user_id, value) SELECT p, u, 1 FROM ({pairs}) AS x")
        yield engine


def not_found(call):
    """How a call ended that has to raise Postboard's NotFound."""
    errors = import_module("app.errors")
    try:
        return f"it returned {call()!r}"
    except errors.NotFound:
        return "NotFound"


START = {
    1: ["orm", "tea"],
    2: ["orm", "sqlalchemy"],
    3: ["sqlalchemy"],
    4: ["tea"],
    5: ["orm"],
}  # 5 is a draft


@exercise(
    "3.5e",
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
        self.judge(merge_tags, database_url, {1: ["sqlalchemy", "tea"], 5: ["sqlalchemy"]})

    def test_a_post_that_had_both_has_the_new_one_once(self, merge_tags, database_url):
        self.judge(merge_tags, database_url, {2: ["sqlalchemy"]})

    def test_other_posts_keep_their_tags(self, merge_tags, database_url):
        self.judge(merge_tags, database_url, {3: ["sqlalchemy"], 4: ["tea"]})

    def test_the_old_tag_is_gone(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            self.merge(engine, merge_tags, "orm", "sqlalchemy")
            got = rows_of(engine, "SELECT name FROM tags ORDER BY name")
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
        wanted = {
            1: ["mapping", "tea"],
            2: ["mapping", "sqlalchemy"],
            3: ["sqlalchemy"],
            4: ["tea"],
            5: ["mapping"],
        }
        expect(got, wanted, tried=f"{self.tried('orm', 'mapping')}, then the tags of the posts 1 to 5")

    def test_an_old_tag_that_does_not_exist_is_NotFound(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            for old in ("o_m", "ORM", "nothing"):
                got = not_found(lambda old=old: self.merge(engine, merge_tags, old, "mapping"))
                expect(got, "NotFound", tried=self.tried(old, "mapping"))
            names = [name for (name,) in rows_of(engine, "SELECT name FROM tags ORDER BY name")]
            expect(
                names,
                ["orm", "sqlalchemy", "tea"],
                tried=f"{self.tried('nothing', 'mapping')}, then all tags",
            )
            expect(self.tags(engine), START, tried="then the tags of the posts 1 to 5")
            with Session(engine, expire_on_commit=False) as session:
                not_found(lambda: merge_tags(session=session, old="nothing", new="mapping"))
                session.commit()
            names = [name for (name,) in rows_of(engine, "SELECT name FROM tags ORDER BY name")]
            expect(
                names,
                ["orm", "sqlalchemy", "tea"],
                tried=f"{self.tried('nothing', 'mapping')}; the caller catches NotFound, goes on and commits: all tags",
                means="The new tag was made before it was clear that there is an old one.",
            )
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
                rows_of(engine, "INSERT INTO tags (name) VALUES ('idle')")
                for post in posts:
                    rows_of(engine, "INSERT INTO post_tags (post_id, tag_id) VALUES (:post, 4)", post=post)
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
                expect(self.tags(engine), START, tried=f"{tried}, then the tags of the posts 1 to 5")
                names = rows_of(engine, "SELECT name FROM tags ORDER BY name")
                expect(names, [("orm",), ("sqlalchemy",), ("tea",)], tried=f"{tried}, then all tags")
                import_module("app.models").Base.metadata.drop_all(engine)

    def test_the_same_name_twice_changes_nothing(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            self.merge(engine, merge_tags, "orm", "orm")
            got = self.tags(engine)
        expect(got, START, tried=f"{self.tried('orm', 'orm')}, then the tags of the posts 1 to 5")

    def test_it_sends_as_few_statements_for_thirty_posts(self, merge_tags, database_url):
        with self.tagged(database_url) as engine:
            many = "SELECT 'Post ' || n, 'x' FROM generate_series(1, 30) AS n"
            rows_of(engine, f"INSERT INTO posts (title, content) {many}")
            rows_of(engine, "INSERT INTO post_tags (post_id, tag_id) SELECT id, 1 FROM posts WHERE id > 5")
            with sql_tape() as tape:
                self.merge(engine, merge_tags, "orm", "sqlalchemy")
            left = rows_of(engine, "SELECT count(*) FROM post_tags WHERE tag_id = 2")
        tape.at_most(8, f"{self.tried('orm', 'sqlalchemy')} for 33 posts")
        expect(left, [(34,)], tried=f"{self.tried('orm', 'sqlalchemy')}: the posts with the tag sqlalchemy")

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
            rows_of(engine, "INSERT INTO tags (name) VALUES ('orm'), ('sqlalchemy'), ('tea')")
            for post, names in START.items():
                for name in names:
                    pair = "SELECT :post, id FROM tags WHERE name = :name"
                    rows_of(engine, f"INSERT INTO post_tags (post_id, tag_id) {pair}", post=post, name=name)
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
        return dict(rows_of(engine, sql))

    def tried(self, old, new):
        """The call in the learner's words."""
        return f'merge_tags(session=session, old="{old}", new="{new}")'
