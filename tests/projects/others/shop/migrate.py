"""Runs the steps in steps/ that this database has not seen yet, each once, all in one transaction."""

import os
from pathlib import Path

import psycopg

STEPS = Path(__file__).parent / "steps"


def main() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as conn:
        conn.execute("SELECT pg_advisory_xact_lock(7)")
        conn.execute("CREATE TABLE IF NOT EXISTS steps_done (name text PRIMARY KEY)")
        done = {name for (name,) in conn.execute("SELECT name FROM steps_done")}
        for step in sorted(STEPS.glob("*.sql")):
            if step.name not in done:
                conn.execute(step.read_bytes())
                conn.execute("INSERT INTO steps_done VALUES (%s)", [step.name])
                print(step.name)


if __name__ == "__main__":
    main()
