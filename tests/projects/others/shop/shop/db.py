"""The connections to PostgreSQL. Each `async with pool.connection()` is one transaction."""

from typing import Annotated

from fastapi import Depends, Request
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from shop.config import settings

Connection = AsyncConnection[DictRow]
ConnectionPool = AsyncConnectionPool[Connection]


def make_pool(size: int) -> ConnectionPool:
    return AsyncConnectionPool(
        settings().database_url,
        connection_class=Connection,
        kwargs={"row_factory": dict_row},
        min_size=size,
        max_size=size,
        timeout=30,
        open=False,
    )


def of_app(request: Request) -> ConnectionPool:
    pool: ConnectionPool = request.app.state.pool
    return pool


Pool = Annotated[ConnectionPool, Depends(of_app)]


async def one(conn: Connection, query: str, *values: object) -> DictRow | None:
    return await (await conn.execute(query, values)).fetchone()


async def rows(conn: Connection, query: str, *values: object) -> list[DictRow]:
    return await (await conn.execute(query, values)).fetchall()
