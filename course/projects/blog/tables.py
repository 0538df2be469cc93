"""A look into the database of a project, whose tables may have any names."""

from psycopg import Connection, sql


def tables(database: Connection) -> list[str]:
    """The tables of the project, without those of the program before."""
    found = database.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
        "AND n.nspname NOT LIKE 'pg_%' AND c.relname NOT LIKE 'old\\_%' ORDER BY 1"
    )
    return [str(row[0]) for row in found]


def table_with(database: Connection, word: str) -> str:
    """The table that has this text somewhere; "" for none."""
    for table in tables(database):
        # The name comes from regclass, which has quoted it.
        holding = sql.SQL("SELECT 1 FROM {} AS each WHERE each::text LIKE %s LIMIT 1").format(sql.SQL(table))
        if database.execute(holding, [f"%{word}%"]).fetchone():
            return table
    return ""


def search_indexes(database: Connection) -> list[str]:
    """The GIN and GiST indexes of the project's tables."""
    found = database.execute(
        "SELECT i.relname FROM pg_class i JOIN pg_am a ON a.oid = i.relam "
        "JOIN pg_namespace n ON n.oid = i.relnamespace "
        "WHERE i.relkind IN ('i', 'I') AND a.amname IN ('gin', 'gist') AND n.nspname NOT LIKE 'pg_%'"
    )
    return [str(row[0]) for row in found]
