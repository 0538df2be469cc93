"""One statement on the page's database, run on a short connection of our own."""

import re
import time
from inspect import cleandoc
from typing import Any

from course.look.result import Look
from course.postgres.page_link import linked

_VACUUM = re.compile(r"VACUUM\b(?!.*\bFULL\b)", re.IGNORECASE | re.DOTALL)
TIMES, PAUSE = 40, 0.05  # tries, seconds between them: a session may hold a snapshot for as long as it likes
# Tables that the statement names, and of which it could not mark all pages as visible to everybody.
_LEFT = r"""
SELECT EXISTS (
    SELECT FROM pg_class
    WHERE relkind = 'r' AND relnamespace <> 'pg_catalog'::regnamespace
      AND %s ~ ('\m' || relname || '\M') AND relallvisible < relpages
)
"""


def run(sql: str, params: Any = None, url: str | None = None) -> Look:
    """Run one statement and keep what came back. Raises psycopg2's own errors."""
    with linked(url) as link, link.cursor() as cursor:
        text = cleandoc(sql)  # as it is shown: without the indentation that the cell gave it
        if params is not None:
            text = cursor.mogrify(text, params).decode("utf-8")
        cursor.execute(text)
        if cursor.description is None:
            said = str(cursor.statusmessage)
            if _VACUUM.match(text):
                _finish(cursor, text)
            return Look(text, (), (), said)
        columns = tuple(str(column.name) for column in cursor.description)
        return Look(text, columns, tuple(cursor.fetchall()))


def _finish(cursor: Any, vacuum: str) -> None:
    """Run VACUUM again while it leaves pages unmarked, so that plans do not depend on what autovacuum does.

    It cannot mark rows that are newer than some transaction's snapshot, and autovacuum's ANALYZE takes one
    when it likes. An index-only scan of such pages reads the table as well; another plan may be chosen.
    """
    for _ in range(TIMES):
        cursor.execute(_LEFT, (vacuum,))
        if not cursor.fetchone()[0]:
            return
        time.sleep(PAUSE)
        cursor.execute(vacuum)
