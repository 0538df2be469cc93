"""The connections. Each `async with pool.connection()` is one transaction."""

import os
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[DictRow]

pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
    lambda: os.environ["DATABASE_URL"], min_size=2, max_size=16, open=False, kwargs={"row_factory": dict_row}
)


async def one(connection: Connection, query: str, **values: Any) -> DictRow | None:
    """The first row that the query finds."""
    cursor = await connection.execute(query.encode(), values)
    return await cursor.fetchone()


async def rows(connection: Connection, query: str, **values: Any) -> list[DictRow]:
    """All rows that it finds."""
    cursor = await connection.execute(query.encode(), values)
    return await cursor.fetchall()


async def hold(connection: Connection) -> None:
    """All queries of this transaction see the same moment; for those that only read."""
    await connection.execute("set transaction isolation level repeatable read, read only")
