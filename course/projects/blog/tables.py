"""A look into the database of a project, whose tables may have any names."""

from typing import Any

from psycopg2 import sql


def tables(cursor: Any) -> list[str]:
    """The tables of the project, without those of the program before."""
    cursor.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
        "AND n.nspname NOT LIKE 'pg_%' AND c.relname NOT LIKE 'old\\_%' ORDER BY 1"
    )
    return [str(row[0]) for row in cursor.fetchall()]


def table_with(cursor: Any, word: str) -> str:
    """The table that has this text somewhere; "" for none."""
    for table in tables(cursor):
        # The name comes from regclass, which has quoted it.
        cursor.execute(
            sql.SQL("SELECT 1 FROM {} AS each WHERE each::text LIKE %s LIMIT 1").format(sql.SQL(table)),
            [f"%{word}%"],
        )
        if cursor.fetchone():
            return table
    return ""


def search_indexes(cursor: Any) -> list[str]:
    """The GIN and GiST indexes of the project's tables."""
    cursor.execute(
        "SELECT i.relname FROM pg_class i JOIN pg_am a ON a.oid = i.relam "
        "JOIN pg_namespace n ON n.oid = i.relnamespace "
        "WHERE i.relkind IN ('i', 'I') AND a.amname IN ('gin', 'gist') AND n.nspname NOT LIKE 'pg_%'"
    )
    return [str(row[0]) for row in cursor.fetchall()]
