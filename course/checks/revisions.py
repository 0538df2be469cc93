"""The learner's migrations at work: functions run as Alembic runs `upgrade` and `downgrade` of a revision.

For lessons whose exercises are migrations. Running `alembic` for each was considered: importing it takes a
second, and here a whole check has a tenth of that.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from course.checks.expectations import ExpectationFailed, require
from course.checks.learners_code import learners_line
from course.checks.migration_slips import cause_of, said_by
from course.checks.toolbox import ask, engine_for
from course.postgres.catalog import Catalog, Differences, read
from course.postgres.settings import DATABASE_VARIABLE

if TYPE_CHECKING:
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import Connection, Engine, MetaData

Revision = Callable[[], Any]


class Trip(NamedTuple):
    """The catalogs that `round_trip` saw: before, after `up`, after `down`, and after `up` again."""

    before: Catalog
    up: Catalog
    down: Catalog
    again: Catalog


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """The statements that SQLAlchemy sends in the block; one with many rows counts once for each row."""
    from sqlalchemy import Engine, event

    sent: list[str] = []

    def note(_link: Any, _cursor: Any, statement: str, rows: Any, _context: Any, executemany: bool) -> None:
        sent.extend([statement] * (len(rows) if executemany else 1))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def migrating(tried: str) -> Iterator[None]:
    """What PostgreSQL, SQLAlchemy or Alembic says of a migration in the block becomes an unmet expectation.

    An error of the learner's own lines (a NameError, what they raise themselves) is raised as it is.
    """
    from alembic.util import CommandError
    from psycopg2 import Error
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except ExpectationFailed:
        raise
    except (SQLAlchemyError, CommandError, Error) as error:
        line = learners_line(error)
        require(
            False,
            tried=f"{tried}, at: {line}" if line else tried,
            expected="no error",
            got=said_by(error),
            means=cause_of(error),
        )


def migrate(url: str, function: Revision, metadata: "MetaData | None" = None) -> None:
    """Run a function as a revision's `upgrade` or `downgrade`, in a transaction of its own; commit.

    `metadata`: the models', whose naming convention Alembic applies to the names in `op` calls.
    Raises ExpectationFailed with what PostgreSQL or Alembic said, and the learner's own errors as they are.
    """
    with migrating(f"{name_of(function)}() as a revision"):
        _run(url, function, metadata)


def refusal(url: str, function: Revision, metadata: "MetaData | None" = None) -> str:
    """Run a function that has to refuse: "RuntimeError: its text", or "" when it ran to its end.

    Raises ExpectationFailed when it refused after it had changed something for good.
    """
    before, rows = read(url), rows_in(url)
    try:
        _run(url, function, metadata)
    except Exception as error:
        said = said_by(error)
    else:
        return ""
    changed = [str(each) for each in before.to(read(url))] or _lost(rows, rows_in(url))
    require(
        not changed,
        tried=f"{name_of(function)}(), which ended with {said}; then the database",
        expected="as it was before",
        got=changed,
        means="A migration that refuses does so before it commits anything.",
    )
    return said


def round_trip(
    url: str, up: Revision, down: Revision, metadata: "MetaData | None" = None, *, rows: bool = True
) -> Trip:
    """Run `up`, `down`, and `up` again. Raises ExpectationFailed with what `down` left or lost.

    `rows`: whether the rows of all tables have to be the same after `down` as before `up`.
    """
    before, held = read(url), rows_in(url) if rows else {}
    catalogs = [before]
    for number, function in enumerate([up, down, up]):
        migrate(url, function, metadata)
        catalogs.append(read(url))
        if number == 1:
            _same(before.to(catalogs[-1]), f"{name_of(up)}(), then {name_of(down)}()", "before them")
            _no_rows_lost(held, rows_in(url) if rows else {}, f"{name_of(up)}(), then {name_of(down)}()")
    _same(
        catalogs[1].to(catalogs[3]), f"{name_of(up)}() again after {name_of(down)}()", "after the first time"
    )
    return Trip(*catalogs)


def catalog(url: str) -> Catalog:
    """The structure of a database now; `before.to(after)` lists what differs."""
    return read(url)


def offline_sql(function: Revision, metadata: "MetaData | None" = None) -> str:
    """The statements that `alembic upgrade --sql` writes for a function run as a revision: nothing connects.

    Raises ExpectationFailed with what Alembic says, and the learner's own errors as they are.
    """
    from alembic.runtime.migration import MigrationContext

    written = StringIO()
    options = {
        "as_sql": True,
        "output_buffer": written,
        "literal_binds": True,
        "target_metadata": metadata,
    }
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with migrating(f"{name_of(function)}() as a revision, with --sql"):
        as_a_revision(context, function)
    return written.getvalue()


def still_to_do(url: str, metadata: "MetaData", **options: Any) -> list[str]:
    """What autogenerate would still write, short texts in order; [] when models and database agree.

    `options` are those of `context.configure`, such as `compare_server_default=True`.
    """
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with engine_for(url) as engine, engine.connect() as connection, migrating("alembic check"):
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    flat = [each for entry in found for each in (entry if isinstance(entry, list) else [entry])]
    return sorted(map(_short, flat))  # Alembic goes through sets


def name_of(function: Any) -> str:
    """How a function is called."""
    return getattr(function, "__name__", "the function")


def as_a_revision(context: "MigrationContext", function: Revision) -> None:
    """Run a function as a revision of this context: `op` is its, and it is one transaction."""
    from alembic.operations import Operations

    with context.begin_transaction(), Operations.context(context):
        function()


def configured(connection: "Connection", metadata: "MetaData | None") -> "MigrationContext":
    """Alembic's context of a migration over this connection."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection, opts={"target_metadata": metadata})


@contextmanager
def here(url: str) -> Iterator["Engine"]:
    """An engine on the database at `url`; `DATABASE_URL` names it for whatever reads that in the block."""
    before = os.environ.get(DATABASE_VARIABLE)
    os.environ[DATABASE_VARIABLE] = url
    try:
        with engine_for(url) as engine:
            yield engine
    finally:
        os.environ.pop(DATABASE_VARIABLE)
        if before is not None:
            os.environ[DATABASE_VARIABLE] = before


def _run(url: str, function: Revision, metadata: "MetaData | None") -> None:
    with here(url) as engine, engine.connect() as connection:
        as_a_revision(configured(connection, metadata), function)


def rows_in(url: str) -> dict[str, tuple[int, str]]:
    """Of each table how many rows it has, and a sum over what they hold, whatever the order of columns."""
    names = ask(
        url,
        "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p') AND relname <> 'alembic_version' ORDER BY 1",
    )
    if not names:
        return {}
    sums = (
        "SELECT '{0}', count(*), coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)), 0)::text FROM {0} AS t"
    )
    found = ask(url, " UNION ALL ".join(sums.format(name.replace("%", "%%")) for (name,) in names))
    return {name: (count, content) for name, count, content in found}


def _lost(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> list[str]:
    return [
        f"the rows of {name}: {before[name][0]} before, {after[name][0]} after"
        if before[name][0] != after[name][0]
        else f"the rows of {name} hold other values"
        for name in before.keys() & after.keys()
        if before[name] != after[name]
    ]


def _no_rows_lost(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]], tried: str) -> None:
    lost = _lost(before, after)
    require(not lost, tried=f"{tried}; then the rows", expected="the same rows as before them", got=lost)


def _same(differences: Differences, tried: str, when: str) -> None:
    require(
        not differences,
        tried=f"{tried}; then the catalogs",
        expected=f"the same tables, columns, constraints and indexes as {when}",
        got=[str(each) for each in differences],
        means="`+` is there and was not, `-` was there and is not, `~` is another now.",
    )


def _short(entry: tuple[Any, ...]) -> str:
    """One of autogenerate's findings as text: "add_column posts.slug"."""
    kind, *about = entry
    if kind.startswith("modify_"):
        _schema, table, column, _about, old, new = about
        return f"{kind} {table}.{column}: {_said(old)} to {_said(new)}"
    if kind.endswith("_column"):
        return f"{kind} {about[1]}.{about[2].name}"
    subject = about[0]
    if "table" in kind:
        return f"{kind} {subject.name}"
    columns = ", ".join(getattr(column, "name", str(column)) for column in subject.columns)
    rule = getattr(subject, "ondelete", None)
    rest = f", ON DELETE {rule}" if rule else ""
    return f"{kind} {subject.name or '(no name)'} on {subject.table.name} ({columns}){rest}"


def _said(value: Any) -> str:
    """A type, a default or a flag as it stands in a model."""
    default = getattr(value, "arg", value)
    return str(getattr(default, "text", default))
