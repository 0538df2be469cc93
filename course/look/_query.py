"""One statement on the page's database, run on a short connection of our own."""

from inspect import cleandoc
from typing import Any

from course.look.result import Look
from course.postgres.page_link import linked


def run(sql: str, params: Any = None, url: str | None = None) -> Look:
    """Run one statement and keep what came back. Raises psycopg2's own errors."""
    with linked(url) as link, link.cursor() as cursor:
        text = cleandoc(sql)  # as it is shown: without the indentation that the cell gave it
        if params is not None:
            text = cursor.mogrify(text, params).decode("utf-8")
        cursor.execute(text)
        if cursor.description is None:
            return Look(text, (), (), str(cursor.statusmessage))
        columns = tuple(str(column.name) for column in cursor.description)
        return Look(text, columns, tuple(cursor.fetchall()))
