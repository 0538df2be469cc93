"""The learner's classes as tables: made, filled, and asked from outside as any other program would.

For lessons whose exercises are models. What SQLAlchemy says of such classes becomes an unmet expectation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from course.checks.expectations import ExpectationFailed, require
from course.checks.learners_code import learners_line
from course.checks.toolbox import engine_for, make_tables

if TYPE_CHECKING:
    from sqlalchemy import Engine

_USUAL = {
    "no foreign keys linking": "A relationship goes along a ForeignKey between the two tables. If there is "
    "one: a class that stands further down is named in quotes; without them it is the one of an earlier run.",
    "could not find table": "ForeignKey names a table and its column, not a class.",
    "has no property": "back_populates names the attribute on the other class.",
    "has no attribute": "The relationship on this side is missing.",
    "invalid keyword argument": "The relationship on this side is missing.",
    'null value in column "id"': "The base gives each of its classes an `id`. Beside another primary key "
    "nothing fills it.",
    "blank-out": "The session wanted to keep these rows, without the one that they belong to.",
}
_TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"


@contextmanager
def at_work() -> Iterator[None]:
    """What SQLAlchemy says of the learner's classes, while a check uses them, as an unmet expectation.

    An error in the learner's own lines is raised as it is.
    """
    from sqlalchemy.exc import SQLAlchemyError

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
            means=next((means for words, means in _USUAL.items() if words in said), None),
        )


@contextmanager
def tables_of(base: Any, url: str, *needed: str) -> Iterator["Engine"]:
    """An engine on the database at `url` with the tables of `base`, a learner's; `needed` are among them."""
    with engine_for(url) as engine, at_work():
        make_tables(engine, base.metadata)
        there = {name for (name,) in rows_of(engine, _TABLES)} if needed else set()
        for name in needed:
            require(
                name in there,
                tried="the tables that your classes make",
                expected=f"a table {name}",
                got=sorted(there),
            )
        yield engine


def rows_of(engine: "Engine", sql: str, **values: Any) -> list[tuple[Any, ...]]:
    """Run one statement as any other program would, committed at once; its rows."""
    from sqlalchemy import text

    with engine.begin() as connection:
        result = connection.execute(text(sql), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def said_to(engine: "Engine", sql: str, **values: Any) -> str:
    """What the table says to a statement: "accepted" or "refused". A missing column or table is raised."""
    from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

    try:
        rows_of(engine, sql, **values)
    except DBAPIError as error:
        if isinstance(error, (IntegrityError, DataError)):
            return "refused"
        raise
    return "accepted"


def is_collection(value: object) -> bool:
    """Whether an attribute is a collection, however it was mapped."""
    return hasattr(value, "append") or hasattr(value, "add")
