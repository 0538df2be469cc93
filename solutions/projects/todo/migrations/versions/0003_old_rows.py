"""The users and tasks of the program before, where its tables are.

Revision ID: 0003
Revises: 0002
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Not the app's classes: those may change, a revision may not.
users = sa.table("users", sa.column("email"), sa.column("password_hash"))
moments = [
    sa.column(name, sa.DateTime) for name in ("due_at", "completed_at", "created_at")
]
tasks = sa.table("tasks", sa.column("owner_id"), sa.column("title"), *moments)


def upgrade() -> None:
    connection = op.get_bind()
    if not {"old_users", "old_tasks"} <= {*sa.inspect(connection).get_table_names()}:
        return
    old = sa.text("SELECT lower(email), password_hash FROM old_users")
    rows = [
        {"email": each[0], "password_hash": each[1]} for each in connection.execute(old)
    ]
    if rows:
        op.bulk_insert(users, rows)
    old = sa.text(
        "SELECT users.id, title, due, zone, done FROM old_tasks "
        "JOIN users ON users.email = lower(old_tasks.email) ORDER BY old_tasks.id"
    )
    found = [taken(*row) for row in connection.execute(old)]
    if found:
        op.bulk_insert(tasks, found)


def taken(
    owner_id: int, title: str, due: str | None, zone: str | None, done: int
) -> dict[str, object]:
    """An old row as a task. When it was made and completed, nobody knows: now."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    return {
        "owner_id": owner_id,
        "title": title,
        "due_at": in_utc(due, zone) if due else None,
        "completed_at": moment if done else None,
        "created_at": moment,
    }


def in_utc(due: str, zone: str | None) -> datetime:
    """A local time of a zone as the moment in UTC."""
    local = datetime.fromisoformat(due).replace(tzinfo=ZoneInfo(zone or "UTC"))
    return local.astimezone(UTC).replace(tzinfo=None)


def downgrade() -> None:
    """The rows stay: the old tables were not touched, and tasks may have changed since."""
