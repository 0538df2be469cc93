"""The tables that an app has at a stage: the database of a page, and `postboard` for the app itself."""

import os
from collections.abc import Callable
from functools import partial

from course.base.errors import CourseError
from course.content import app_history
from course.postboard import secret, tables
from course.postgres.settings import DATABASE_VARIABLE

APP = "postboard"
TESTS = "_test"  # how a database ends that tests may empty,
TEST_VARIABLE = "TEST_DATABASE_URL"  # and where they look for it


def open_for(name: str, tree: app_history.Tree) -> str:
    """Make the database `name` anew with an app's tables, and return its address.

    Without tables it is empty. `DATABASE_URL` then names it, in this process and in those that it
    starts. Raises CourseError when there can be no server, or when PostgreSQL refuses the statements.
    """
    address = fresh(name, tree)
    os.environ[DATABASE_VARIABLE] = address
    secret.ensure()
    return address


def fresh(name: str, tree: app_history.Tree) -> str:
    """Make the database `name` anew with an app's tables, and return its address; no process is told of it.

    Raises CourseError as `open_for` does.
    """
    from course import postgres

    return _from_template(postgres.reset, name, tree)


def open_for_tests(name: str, tree: app_history.Tree) -> str:
    """Make a second database, `name` with _test behind it, for the app's tests, and return its address.

    `TEST_DATABASE_URL` then names it. Raises CourseError as `open_for` does.
    """
    address = fresh(f"{name}{TESTS}", tree)
    os.environ[TEST_VARIABLE] = address
    return address


def begin_app(tree: app_history.Tree) -> str:
    """Make the database `postboard` for an app that has tables, and say so; "" for an app without.

    A former one is renamed, never dropped. When there can be no server, the sentence says why.
    """
    from course import postgres

    if not tables.home(tree):
        return ""
    try:
        kept = postgres.set_aside(APP)
        _from_template(postgres.create, APP, tree)
    except CourseError as problem:
        return f"Its database {APP} was not made. {problem}"
    said = f"The database {APP} is new, with the tables of {tables.source(tree)}."
    if kept:
        said += f" The former one is now {kept}; its address: course url {kept}."
    return " ".join(filter(None, [said, _begin_tests(tree), _reach()]))


def _begin_tests(tree: app_history.Tree) -> str:
    """Make the database that the app's own tests may empty, once there are tests, and say so."""
    from course import postgres

    name = f"{APP}{TESTS}"
    if not app_history.tests_in(tree) or name in postgres.names():
        return ""
    _from_template(postgres.create, name, tree)
    return f"Its tests may empty {name}; that address goes into {TEST_VARIABLE}: course url {name}."


def ensure_app(tree: app_history.Tree) -> str:
    """Make the database `postboard` if it is missing, and say so; "" when nothing was to be done."""
    from course import postgres

    if not tables.home(tree):
        return ""
    try:
        return "" if APP in postgres.names() else begin_app(tree)
    except CourseError as problem:
        return f"Its database {APP} was not made. {problem}"


def address(name: str) -> str:
    """The address of a database that exists. Raises CourseError with the names of those that do."""
    from course import postgres

    known = postgres.names()
    if name not in known:
        there = (
            f"There are: {', '.join(known)}." if known else "There is none yet: open a lesson that has one."
        )
        raise CourseError(f"There is no database {name!r} on the course's PostgreSQL. {there}")
    return postgres.url(name)


def _reach() -> str:
    how = "$env:DATABASE_URL = course url" if os.name == "nt" else 'export DATABASE_URL="$(course url)"'
    return f"Lessons set {DATABASE_VARIABLE} themselves; in a terminal: {how}"


def _from_template(make: Callable[..., str], name: str, tree: app_history.Tree) -> str:
    """Make a database from a template with the app's tables."""
    from course.postgres.templates import NoTemplate

    if not tables.home(tree):
        return make(name)
    template = f"course_schema_{tables.key(tree)}"
    try:
        return make(name, template=template)
    except NoTemplate:  # the first page with these tables
        _make_template(template, tree)
        return make(name, template=template)


def open_alone(name: str, tree: app_history.Tree) -> str:
    """Make the database `name` anew with the tables of an app that may change with its next run.

    So no template is kept of it, and no page is told of the address, which is returned. Raises CourseError
    when the app's tables cannot be made.
    """
    import psycopg2

    from course import postgres

    try:
        address = postgres.reset(name)
        tables.make(tree, address)
    except (CourseError, psycopg2.Error) as problem:
        raise CourseError(
            f"The tables of this page's app could not be made. {str(problem).strip()} "
            "Fix the file, or run the cell that writes it again."
        ) from None
    return address


def _make_template(name: str, tree: app_history.Tree) -> None:
    import psycopg2

    from course import postgres

    try:
        postgres.make_template(name, fill=partial(tables.make, tree))
    except (CourseError, psycopg2.Error) as problem:
        raise CourseError(
            f"The lessons' {tables.source(tree)} does not run, so this page has no tables. "
            f"{str(problem).strip()} This copy of the course may be damaged: run `course update`."
        ) from None
