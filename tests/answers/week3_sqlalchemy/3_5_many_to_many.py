"""Right and wrong answers to the exercises of lesson 3.5; see docs/authors.md for the form."""

# %% 3.5a accept: a surrogate key and a unique pair; backref
from sqlalchemy import Integer, UniqueConstraint
from sqlalchemy.orm import backref


class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


pairs = Table(
    "film_actors",
    FilmBase.metadata,
    Column("id", Integer, primary_key=True),
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), nullable=False),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False),
    UniqueConstraint("film_id", "actor_id"),
)


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list[Actor]] = relationship(
        secondary=pairs, backref=backref("films", passive_deletes=True)
    )


# %% 3.5a accept: the keys delete
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(
        secondary=film_actors, back_populates="films", passive_deletes=True
    )


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(
        secondary=film_actors, back_populates="actors", passive_deletes=True
    )


# %% 3.5a reject: the two lists do not know each other -> A change of one list shows in the other
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors)


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, overlaps="actors")


# %% 3.5a reject: a number of its own, and no key for the pair -> The same pair twice is refused
from sqlalchemy import Integer


class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("id", Integer, primary_key=True),
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), nullable=False),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), nullable=False),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: a unique pair that may hold NULL -> A pair with nothing on one side is refused
from sqlalchemy import UniqueConstraint


class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE")),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE")),
    UniqueConstraint("film_id", "actor_id"),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: the session deletes the pairs, SQL may not -> Deleting in SQL deletes the pairs
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: one of the keys has no CASCADE -> Deleting in SQL deletes the pairs
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: the actors go with their film -> Deleting in the session deletes the pairs and nothing else
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films", cascade="all")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: an actor belongs to one film -> Films and actors have many of each other
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True, unique=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors, back_populates="films")


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]
    films: Mapped[list[Film]] = relationship(secondary=film_actors, back_populates="actors")


# %% 3.5a reject: one side only -> A change of one list shows in the other
class FilmBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


film_actors = Table(
    "film_actors",
    FilmBase.metadata,
    Column("film_id", ForeignKey("films.id", ondelete="CASCADE"), primary_key=True),
    Column("actor_id", ForeignKey("actors.id", ondelete="CASCADE"), primary_key=True),
)


class Film(FilmBase):
    __tablename__ = "films"
    title: Mapped[str]
    actors: Mapped[list["Actor"]] = relationship(secondary=film_actors)


class Actor(FilmBase):
    __tablename__ = "actors"
    name: Mapped[str]


# %% 3.5b accept: the pupil's id is the locker's own key; one relationship, the other made by backref
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


# %% 3.5b accept: Table and UniqueConstraint, mapped by hand
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


# %% 3.5b accept: codes are unique as well
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


# %% 3.5b accept: dataclasses
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


# %% 3.5b reject: unique in Python only -> A second locker for a pupil is refused
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


# %% 3.5b reject: a list of lockers -> A pupil has a locker or None
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


# %% 3.5b reject: two relationships that do not know each other -> The other side is set before anything is sent
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


# %% 3.5b reject: NULL is allowed -> A locker of nobody is refused
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


# %% 3.5b reject: a relationship without a foreign key -> A locker of an unknown pupil is refused
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


# %% 3.5b reject: unique on the code, not on the pupil -> A second locker for a pupil is refused
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


# %% 3.5b reject: relationships, and no key along which they go -> A pupil has a locker or none
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


# %% 3.5b reject: without quotes: the class of an earlier run -> A pupil has a locker or none
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


# %% 3.5b reject: one side only -> A pupil has a locker or none
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


# %% 3.5c accept: an association proxy
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy


class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")
    students: AssociationProxy[list[Student]] = association_proxy("enrolments", "student")


# %% 3.5c accept: a property
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")

    @property
    def students(self):
        return [enrolment.student for enrolment in self.enrolments]


# %% 3.5c accept: the keys delete too
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    students: Mapped[list[Student]] = relationship(secondary="enrolments", viewonly=True)


# %% 3.5c reject: silences the warning, and both still write -> What is appended to students is not stored
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")
    students: Mapped[list[Student]] = relationship(secondary="enrolments", overlaps="enrolments,student")


# %% 3.5c reject: a proxy that makes an enrolment without a grade -> What is appended to students is not stored
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy


class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")
    students: AssociationProxy[list[Student]] = association_proxy(
        "enrolments", "student", creator=lambda student: Enrolment(student=student)
    )


# %% 3.5c reject: the objects are for reading, the list writes -> Enrolments are stored with their grade
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(viewonly=True)
    students: Mapped[list[Student]] = relationship(secondary="enrolments")


# %% 3.5c reject: students is always empty -> The students are those of the enrolments
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")

    @property
    def students(self):
        return []


# %% 3.5c reject: no delete-orphan -> Removing an enrolment deletes the pair
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all")
    students: Mapped[list[Student]] = relationship(secondary="enrolments", viewonly=True)


# %% 3.5c reject: the student goes with the enrolment -> The students stay
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship(cascade="all")


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")
    students: Mapped[list[Student]] = relationship(secondary="enrolments", viewonly=True)


# %% 3.5c reject: ids instead of students -> The students are those of the enrolments
class CourseBase(DeclarativeBase):
    pass


class Student(CourseBase):
    __tablename__ = "students"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Enrolment(CourseBase):
    __tablename__ = "enrolments"
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    student_id: Mapped[int] = mapped_column(ForeignKey("students.id"), primary_key=True)
    grade: Mapped[int | None]
    student: Mapped[Student] = relationship()


class Course(CourseBase):
    __tablename__ = "courses"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    enrolments: Mapped[list[Enrolment]] = relationship(cascade="all, delete-orphan")

    @property
    def students(self):
        return [enrolment.student_id for enrolment in self.enrolments]


# %% 3.5d accept: a number of its own and a unique pair, an ENUM for the answer
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


# %% 3.5d accept: the session leaves everything to the keys
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


# %% 3.5d accept: a StrEnum
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


# %% 3.5d reject: Literal, of which the table knows nothing -> Another answer is refused
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


# %% 3.5d reject: no key for the pair -> A second invitation to the same event is refused
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


# %% 3.5d reject: each column unique by itself -> Many guests at many events are accepted
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


# %% 3.5d reject: keeps `secondary` beside the class, and no answer in the pair -> Another answer is refused
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


# %% 3.5d reject: "no" until something else is said -> The answer is null until it is given
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


# %% 3.5d reject: the cascade goes on to the guests -> The guests stay
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


# %% 3.5d reject: the session's cascade alone -> Deleting an event in SQL deletes its invitations
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


# %% 3.5d reject: the key's cascade alone -> Deleting an event in the session deletes its invitations
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


# %% 3.5d reject: passive_deletes without a cascade: well until they are loaded -> Deleting an event in the session deletes its invitations
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


# %% 3.5d reject: two keys beside the id of the base -> An invitation has a guest and an answer
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


# %% 3.5d reject: NULL in the list, so that nothing is ever refused -> Another answer is refused
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


# %% 3.5d reject: an answer that contains yes or no -> Another answer is refused
from sqlalchemy import CheckConstraint, UniqueConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("guest_id", "event_id"),
        CheckConstraint("answer ~ 'yes|no'"),
    )
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    answer: Mapped[str | None]
    guest: Mapped[Guest] = relationship()


# %% 3.5e accept: the pairs are copied inside the database
from sqlalchemy import literal


def merge_tags(*, session: Session, old: str, new: str) -> None:
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(f"There is no tag {old}")
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id))
    pairs = pairs.where(post_tags.c.tag_id == source.id)
    copy = insert(post_tags).from_select(["post_id", "tag_id"], pairs)
    session.execute(copy.on_conflict_do_nothing())
    session.delete(source)
    session.commit()


# %% 3.5e accept: the difference in Python, three lists of ids
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


# %% 3.5e accept: over the lists of tags, loaded all at once
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


# %% 3.5e accept: renames the old tag when there is no new one
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


# %% 3.5e accept: EXCEPT, the transaction as a block
from sqlalchemy import literal
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


# %% 3.5e reject: one UPDATE, and the composite key refuses it -> A post that had both has the new one once
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


# %% 3.5e reject: published posts alone, and then the tag is deleted -> Posts with the old tag have the new one
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    posts = session.scalars(select(Post.id).where(Post.published, Post.tags.any(Tag.id == source.id))).all()
    rows = [{"post_id": post, "tag_id": target.id} for post in posts]
    if rows:
        session.execute(insert(post_tags).on_conflict_do_nothing(), rows)
    session.execute(delete(Tag).where(Tag.id == source.id))
    session.commit()


# %% 3.5e reject: LIKE, for which _ is any letter -> An old tag that does not exist is NotFound
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name.like(old))).first()
    if source is None:
        raise NotFound(old)
    if source.name == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    both = select(post_tags.c.post_id).where(post_tags.c.tag_id == target.id)
    pairs = post_tags.c.tag_id == source.id
    session.execute(delete(post_tags).where(pairs, post_tags.c.post_id.in_(both)))
    session.execute(update(post_tags).where(pairs).values(tag_id=target.id))
    session.delete(source)
    session.commit()


# %% 3.5e reject: renames the tag -> Posts with the old tag have the new one
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    source.name = new
    session.commit()


# %% 3.5e reject: walks over the posts, a SELECT for each -> It sends as few statements for thirty posts
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


# %% 3.5e reject: expects the new tag to be there -> The new tag is made if there is none
from sqlalchemy import literal


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


# %% 3.5e reject: the same name deletes the tag -> The same name twice changes nothing
from sqlalchemy import literal


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


# %% 3.5e reject: makes the new tag and commits before it looks -> An old tag that does not exist is NotFound
from sqlalchemy import literal


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


# %% 3.5e reject: forgets the commit -> The old tag is gone
from sqlalchemy import literal


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


# %% 3.5e reject: clears all tags of the posts first -> Posts with the old tag have the new one
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


# %% 3.5e reject: compares the names before it looks -> An old tag that does not exist is NotFound
from sqlalchemy import literal


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


# %% 3.5e reject: a list of pairs that may be empty -> A tag that adds no pair goes too
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


# %% 3.5e reject: takes a tag without posts for none -> A tag that adds no pair goes too
from sqlalchemy import literal


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


# %% 3.5e reject: the new tag is made first, and left to the caller's commit -> An old tag that does not exist is NotFound
from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import insert

from app.errors import NotFound
from app.models import Post, Tag, post_tags


def merge_tags(*, session: Session, old: str, new: str) -> None:
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    if source is None:
        raise NotFound(f"No tag {old}")
    if old == new:
        return
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    pairs = select(post_tags.c.post_id, literal(target.id)).where(post_tags.c.tag_id == source.id)
    session.execute(insert(post_tags).from_select(["post_id", "tag_id"], pairs).on_conflict_do_nothing())
    session.delete(source)
    session.commit()


# %% 3.5d reject: a number of its own, and a guest who may be missing -> An invitation of nobody or to nothing is refused
from sqlalchemy import CheckConstraint, UniqueConstraint


class PartyBase(DeclarativeBase):
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)


class Guest(PartyBase):
    __tablename__ = "guests"
    name: Mapped[str]


class Event(PartyBase):
    __tablename__ = "events"
    title: Mapped[str]
    invitations: Mapped[list["Invitation"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)


class Invitation(PartyBase):
    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("guest_id", "event_id"), CheckConstraint("answer IN ('yes', 'no')"))
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    answer: Mapped[str | None]
    guest: Mapped[Guest | None] = relationship()


# %% 3.5e reject: makes room by deleting all pairs of the new tag -> Other posts keep their tags
def merge_tags(*, session, old, new):
    source = session.scalars(select(Tag).where(Tag.name == old)).one_or_none()
    if source is None:
        raise NotFound(old)
    if old == new:
        return
    session.execute(insert(Tag).values(name=new).on_conflict_do_nothing())
    target = session.scalars(select(Tag).where(Tag.name == new)).one()
    session.execute(delete(post_tags).where(post_tags.c.tag_id == target.id))
    session.execute(update(post_tags).where(post_tags.c.tag_id == source.id).values(tag_id=target.id))
    session.delete(source)
    session.commit()
