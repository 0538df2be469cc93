"""python -m blog.migrate: runs those files of migrations/ that this database has not seen, in order."""

import os
from pathlib import Path

import psycopg

FILES = Path(__file__).parent / "migrations"
LOCK = 20_310_330  # any number: one migration runs at a time


def migrate(url: str) -> list[str]:
    """All of them or none; the names of those that ran."""
    with psycopg.connect(url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute("create table if not exists migrations (name text primary key)")
        done = {name for (name,) in connection.execute("select name from migrations")}
        new = [file for file in sorted(FILES.glob("*.sql")) if file.name not in done]
        for file in new:
            connection.execute(file.read_bytes())
            connection.execute("insert into migrations values (%s)", [file.name])
    return [file.name for file in new]


if __name__ == "__main__":
    print("migrated:", ", ".join(migrate(os.environ["DATABASE_URL"])) or "nothing to do")
