"""Lists of tasks: filters, order and pages. A page begins behind the last task of the page before."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from sqlite3 import Connection, Row
from typing import Any

from pydantic import ValidationError

from todo.models import Cursor, ListQuery, Sort
from todo.problems import Problem
from todo.store import as_tasks

# By what each is sorted; "~" comes behind each moment, "" before: undated tasks come last in both directions.
KEYS: dict[Sort, str] = {
    "created_at": "created_at",
    "-created_at": "created_at",
    "due_at": "coalesce(due_at, '~')",
    "-due_at": "coalesce(due_at, '')",
}
HAS_TAG = "EXISTS (SELECT 1 FROM task_tags WHERE task_id = tasks.id AND name = ?)"

Condition = tuple[str, list[object]]


def _filters(query: ListQuery) -> list[Condition]:
    found: list[Condition] = [(HAS_TAG, [tag]) for tag in sorted(set(query.tag))]
    if query.done is not None:
        found.append(("(completed_at IS NOT NULL) = ?", [query.done == "true"]))
    if query.search is not None:
        # SQLite's lower() knows the letters a to z alone, as CONTRACT.md says.
        found.append(("instr(lower(title), lower(?)) > 0", [query.search]))
    if query.due_from is not None:
        found.append(("due_at >= ?", [query.due_from]))
    if query.due_before is not None:
        found.append(("due_at < ?", [query.due_before]))
    if (day := query.day()) is not None:
        found.append(("due_at >= ? AND due_at < ?", [*day]))
    return found


def _encode(cursor: Cursor) -> str:
    return urlsafe_b64encode(cursor.model_dump_json().encode()).decode()


def _decode(text: str, sort: Sort) -> Cursor:
    try:
        cursor = Cursor.model_validate_json(urlsafe_b64decode(text))
    except (ValueError, ValidationError):
        raise Problem(422, "cursor: not one of this list") from None
    if cursor.sort != sort:
        raise Problem(422, "cursor: of a list in another order")
    return cursor


def _page(conn: Connection, user_id: int, query: ListQuery) -> list[Row]:
    key, down = KEYS[query.sort], query.sort.startswith("-")
    conditions: list[Condition] = [("user_id = ?", [user_id]), *_filters(query)]
    if query.cursor is not None:
        cursor = _decode(query.cursor, query.sort)
        conditions.append((f"({key}, id) {'<' if down else '>'} (?, ?)", [cursor.key, cursor.id]))
    where = " AND ".join(text for text, _ in conditions)
    order = f"{key} DESC, id DESC" if down else f"{key}, id"
    values = [value for _, each in conditions for value in each]
    return conn.execute(
        f"SELECT *, {key} AS sort_key FROM tasks WHERE {where} ORDER BY {order} LIMIT ?",
        [*values, query.limit + 1],
    ).fetchall()


def list_tasks(conn: Connection, user_id: int, query: ListQuery) -> dict[str, Any]:
    """One page, and what leads to the next."""
    rows = _page(conn, user_id, query)
    following = None
    if len(rows) > query.limit:
        last = rows[query.limit - 1]
        following = _encode(Cursor(sort=query.sort, key=last["sort_key"], id=last["id"]))
    return {"items": as_tasks(conn, rows[: query.limit]), "next": following}
