"""The steps of the migration, by number. A step that has run somewhere is never changed: add another one."""

from typing import NamedTuple


class Step(NamedTuple):
    """Statements, and the table without which there is nothing to do."""

    statements: tuple[str, ...]
    needs: str | None = None


TABLES = Step(
    (
        # AUTOINCREMENT: an id is never given again, so that no token and no ETag fits a later row.
        """CREATE TABLE users (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            email TEXT NOT NULL UNIQUE,
            password_hash TEXT NOT NULL
        )""",
        """CREATE TABLE tasks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            title TEXT NOT NULL,
            notes TEXT NOT NULL,
            due_at TEXT,
            created_at TEXT NOT NULL,
            completed_at TEXT,
            version INTEGER NOT NULL DEFAULT 1
        )""",
        "CREATE INDEX tasks_created ON tasks (user_id, created_at)",
        "CREATE INDEX tasks_due ON tasks (user_id, due_at)",
        """CREATE TABLE task_tags (
            task_id INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            PRIMARY KEY (task_id, name)
        ) WITHOUT ROWID""",
    )
)

# strip, address, local_to_utc and now are functions of Python; migrate.py adds them to SQLite. Rows are
# moved, not copied: who deletes their account leaves nothing behind. Tasks without a user stay.
OLD_ROWS = Step(
    (
        """INSERT OR IGNORE INTO users (email, password_hash)
            SELECT address(email), password_hash FROM old_users
            ORDER BY email = address(email) DESC, email""",
        """INSERT INTO tasks (user_id, title, notes, due_at, created_at, completed_at)
            SELECT
                users.id,
                CASE strip(title) WHEN '' THEN 'Untitled' ELSE strip(substr(strip(title), 1, 200)) END,
                CASE WHEN length(strip(title)) > 200 THEN substr(strip(title), 1, 5000) ELSE '' END,
                local_to_utc(due, zone),
                now(),
                CASE WHEN done THEN now() END
            FROM old_tasks JOIN users ON users.email = address(old_tasks.email)
            ORDER BY old_tasks.id""",
        "DELETE FROM old_tasks WHERE address(email) IN (SELECT email FROM users)",
        "DELETE FROM old_users",
    ),
    needs="old_users",
)

STEPS = (TABLES, OLD_ROWS)
