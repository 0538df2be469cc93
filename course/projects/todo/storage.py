"""Stage 7: the database in its file, restarts, and the rows of the program before."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from course.projects.host import Host
from course.projects.outcome import NotYet
from course.projects.services import SqliteFile
from course.projects.todo.world import User, World, moment_of, path_of, services
from course.projects.wire import at_once

OLD = """
CREATE TABLE old_users (email TEXT PRIMARY KEY, password_hash TEXT NOT NULL);
CREATE TABLE old_tasks (
    id INTEGER PRIMARY KEY, email TEXT NOT NULL, title TEXT NOT NULL,
    due TEXT, zone TEXT, done INTEGER NOT NULL
);
"""
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
AT_ONCE = 6


def writes_ahead(world: World) -> None:
    """The database is the file in DATABASE_URL, in WAL mode: readers do not wait for a writer."""
    world.user().task(title=world.word())
    with world.database() as database:
        mode = database.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        raise _of_the_file("The journal mode is wal.", f"PRAGMA journal_mode: {mode}")


def leaves_nothing_of_a_user(world: World) -> None:
    """`DELETE /me` is a 204; the token is no longer valid, and no row of the user's is left in any table."""
    user, (title, tag) = world.user(), world.words(2)
    user.task(title=title, tags=[tag])
    user.send("DELETE", "/me").must(204)
    user.send("GET", "/me").problem(401)
    world.user()
    user.send("GET", "/me").problem(401, why="The token of a deleted user never works again.")
    if world.host is None:
        return
    with world.database() as database:
        for word in (title, user.email):
            if table := _holding(database, word):
                raise _of_the_file("No row of the user's is left.", f"{word} stands in the table {table}")


def has_foreign_keys(world: World) -> None:
    """Tables refer to one another by foreign keys, and SQLite holds them, also when all happens at once."""
    with world.database() as database:
        tables = _tables(database)
        if not any(database.execute(f'PRAGMA foreign_key_list("{each}")').fetchall() for each in tables):
            raise _of_the_file("Tables refer to one another by foreign keys.", f"tables: {', '.join(tables)}")
    for _ in range(3):
        user = world.user()
        calls = [
            partial(user.send, "POST", "/tasks", json={"title": t, "tags": [t]}) for t in world.words(AT_ONCE)
        ]
        for reply in at_once([*calls, partial(user.send, "DELETE", "/me")]):
            reply.must(201, 204, 401, 404, 409, why="A task is stored, or its user is gone.")
    with world.database() as database:
        if found := database.execute("PRAGMA foreign_key_check").fetchall():
            raise _of_the_file(
                "No row refers to one that is gone.", f"{len(found)} rows do, in {found[0][0]}"
            )


def survives_a_restart(world: World) -> None:
    """After a restart all tasks are there, and tokens of before are still valid."""
    host, user, title = world.own, world.user(), world.word()
    made = user.task(title=title, tags=[world.word()], due_at=world.moment().isoformat())
    host.stop()
    host.start()
    read = user.send("GET", path_of(made)).must(200)
    if read.json != made.json:
        raise read.not_yet("The task is as it was.", f"before: {made.text}")


def survives_a_power_cut(world: World) -> None:
    """What was answered with a 201 is there after the process was killed, and the file is whole."""
    host, user, titles = world.own, world.user(), world.words(2 * AT_ONCE)
    for reply in at_once([partial(user.send, "POST", "/tasks", json={"title": each}) for each in titles]):
        reply.must(201)
    host.kill()
    host.start()
    if sorted(user.titles("?limit=100")) != titles:
        assert world.wire.last is not None
        raise world.wire.last.not_yet("Each task that was a 201 is there.")
    with world.database() as database:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise _of_the_file("The file is whole.", f"PRAGMA integrity_check: {found}")


def migrates_with_rows(world: World) -> None:
    """`migrate` on a database that is up to date changes no row."""
    host, user = world.own, world.user()
    made = user.task(title=world.word(), tags=world.words(2), due_at=world.moment().isoformat())
    host.stop()
    host.migrate()
    host.start()
    read = user.send("GET", path_of(made)).must(200)
    if read.json != made.json:
        raise read.not_yet("The task is as it was.", f"before: {made.text}")


def takes_old_rows_over(world: World) -> None:
    """`migrate` takes over the users and tasks of the program before, from old_users and old_tasks."""
    from pwdlib import PasswordHash

    form, (open_, done) = world.form(), world.words(2)
    zone, local = world.random.choice(ZONES), (world.moment() + timedelta(days=3)).replace(tzinfo=None)
    due = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    local = due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)  # not an hour that a clock leaves out
    hashed = PasswordHash.recommended().hash(form["password"])
    rows = [
        (1, form["email"], open_, f"{local:%Y-%m-%d %H:%M}", zone, 0),
        (2, form["email"], done, None, None, 1),
    ]

    def fill(host: Host) -> None:
        with closing(sqlite3.connect(host.service(SqliteFile).path)) as database, database:
            database.executescript(OLD)
            database.execute("INSERT INTO old_users VALUES (?, ?)", (form["email"], hashed))
            database.executemany("INSERT INTO old_tasks VALUES (?, ?, ?, ?, ?, ?)", rows)

    with world.after(services(), fill) as new:
        _has_old_rows(new, form, (open_, done), due)


def _has_old_rows(world: World, form: dict[str, str], titles: tuple[str, str], due: datetime) -> None:
    user = world.logged_in(form)
    if (found := sorted(user.titles())) != sorted(titles):
        assert world.wire.last is not None
        raise world.wire.last.not_yet("All old tasks are there.", f"titles: {', '.join(found) or 'none'}")
    _is_as_before(user, titles, due)


def _is_as_before(user: User, titles: tuple[str, str], due: datetime) -> None:
    tasks = {each["title"]: each["id"] for each in user.send("GET", "/tasks").must(200).items}
    undone = user.send("GET", f"/tasks/{tasks[titles[0]]}").must(200).is_("done", False)
    if moment_of(undone, "due_at") != due:
        raise undone.not_yet(
            "due is a local time in its zone; due_at is that moment.", f"expected {due.isoformat()}"
        )
    user.send("GET", f"/tasks/{tasks[titles[1]]}").must(200).is_("done", True).is_("due_at", None)


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [str(row[0]) for row in found if not str(row[0]).startswith("sqlite_")]


def _holding(database: sqlite3.Connection, word: str) -> str:
    """The table that has this text somewhere; "" for none."""
    for table in _tables(database):
        for row in database.execute(f'SELECT * FROM "{table}"'):
            if any(word in str(value) for value in row):
                return table
    return ""


def _of_the_file(why: str, got: str) -> NotYet:
    return NotYet(why, got, "the file in DATABASE_URL")
