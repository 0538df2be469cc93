"""The rows of tasks. Each function runs inside a transaction of its caller."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from sqlite3 import Connection, Row
from typing import Any

from todo.db import MAX_ID
from todo.models import NewTask, TaskChange
from todo.moments import now
from todo.problems import not_found

Task = dict[str, Any]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def as_tasks(conn: Connection, rows: Sequence[Row]) -> list[Task]:
    """Rows as they are answered."""
    found = conn.execute(
        f"SELECT task_id, name FROM task_tags WHERE task_id IN ({_marks(rows)}) ORDER BY name",
        [row["id"] for row in rows],
    )
    tags: dict[int, list[str]] = defaultdict(list)
    for task_id, name in found:
        tags[task_id].append(name)
    fields = ("id", "title", "notes", "due_at", "created_at", "completed_at")
    return [
        {field: row[field] for field in fields}
        | {"done": row["completed_at"] is not None, "tags": tags[row["id"]]}
        for row in rows
    ]


def etag(row: Row) -> str:
    """Of this version of this task."""
    return f'"{row["id"]}-{row["version"]}"'


def get(conn: Connection, user_id: int, task_id: int) -> Row:
    """A task of this user, otherwise a 404."""
    if not 0 < task_id <= MAX_ID:
        raise not_found()
    found = conn.execute("SELECT * FROM tasks WHERE id = ? AND user_id = ?", (task_id, user_id))
    row: Row | None = found.fetchone()
    if row is None:
        raise not_found()
    return row


def _set_tags(conn: Connection, task_id: int, tags: Iterable[str]) -> None:
    conn.execute("DELETE FROM task_tags WHERE task_id = ?", (task_id,))
    conn.executemany("INSERT INTO task_tags VALUES (?, ?)", [(task_id, tag) for tag in tags])


def add(conn: Connection, user_id: int, new: NewTask) -> int:
    """Its id."""
    task_id = conn.execute(
        "INSERT INTO tasks (user_id, title, notes, due_at, created_at) VALUES (?, ?, ?, ?, ?)",
        (user_id, new.title, new.notes, new.due_at, now()),
    ).lastrowid
    assert task_id is not None
    _set_tags(conn, task_id, new.tags)
    return task_id


def change(conn: Connection, row: Row, change: TaskChange) -> None:
    """Only the fields that were sent; a new version even if they had these values."""
    values = change.model_dump(exclude_unset=True)
    if not values:
        return
    if "tags" in values:
        _set_tags(conn, row["id"], values.pop("tags"))
    if "done" in values:
        values["completed_at"] = (row["completed_at"] or now()) if values.pop("done") else None
    columns = "".join(f"{name} = :{name}, " for name in values)
    conn.execute(
        f"UPDATE tasks SET {columns} version = version + 1 WHERE id = :id", values | {"id": row["id"]}
    )


def delete(conn: Connection, row: Row) -> None:
    """The task with its tags."""
    conn.execute("DELETE FROM tasks WHERE id = ?", (row["id"],))


def complete(conn: Connection, user_id: int, ids: Sequence[int]) -> list[int]:
    """The ids of those that were open; all of them must exist."""
    rows = [get(conn, user_id, task_id) for task_id in sorted(set(ids))]
    opened = [row["id"] for row in rows if row["completed_at"] is None]
    conn.execute(
        f"UPDATE tasks SET completed_at = ?, version = version + 1 WHERE id IN ({_marks(opened)})",
        (now(), *opened),
    )
    return opened


def tags(conn: Connection, user_id: int) -> list[dict[str, Any]]:
    """The tags of this user and how many tasks have each."""
    found = conn.execute(
        """SELECT name, count(*) AS tasks FROM task_tags JOIN tasks ON tasks.id = task_id
        WHERE user_id = ? GROUP BY name ORDER BY name""",
        (user_id,),
    )
    return [dict(row) for row in found]
