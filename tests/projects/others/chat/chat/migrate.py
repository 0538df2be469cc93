"""Run each numbered step of migrations/ that this database has not seen: `python -m chat.migrate`."""

import asyncio
from pathlib import Path

import asyncpg

from chat import settings

STEPS = Path(__file__).parent / "migrations"


async def migrate(url: str) -> None:
    """All steps or none; two that come at once take turns."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext('chat.migrate'))")
            await connection.execute("CREATE TABLE IF NOT EXISTS migrations (step text PRIMARY KEY)")
            done = {row["step"] for row in await connection.fetch("SELECT step FROM migrations")}
            for path in sorted(STEPS.glob("*.sql")):
                if path.name not in done:
                    await connection.execute(path.read_text(encoding="utf-8"))
                    await connection.execute("INSERT INTO migrations VALUES ($1)", path.name)
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(migrate(settings.database_url()))
