"""What a driver is given, as a `Sent`: one statement, for one row of values or for many."""

import re
from typing import Any

from course.base.sql import one_line
from course.sql_tape_events import Sent


def of(sql: str, values: Any, context: Any, many: bool) -> Sent:
    """The statement; one for many rows in the form for one row, which is what somebody wrote."""
    if not many:
        return Sent(one_line(sql), values, done=False)
    style = getattr(getattr(context, "execute_style", None), "name", "")
    if style != "INSERTMANYVALUES":  # the driver's own executemany: a list of rows
        return Sent(one_line(sql), values[0] if values else None, many=len(values), done=False)
    written = _plain_insert(context.compiled.string)
    if isinstance(values, dict):
        numbered = [re.fullmatch(r"(.*)__(\d+)", name) for name in values]
        first = {found[1]: values[found[0]] for found in numbered if found and found[2] == "0"}
        count = max((int(found[2]) for found in numbered if found), default=0) + 1
        return Sent(written, {**values, **first}, many=count, done=False)
    each = len(context.compiled.positiontup or ()) or 1
    return Sent(written, tuple(values[:each]), many=len(values) // each, done=False)


def _plain_insert(sql: str) -> str:
    """INSERT … VALUES … RETURNING, without what SQLAlchemy adds to get the rows back in order."""
    plain = re.sub(
        r" SELECT p0::.* FROM \(VALUES (.*)\) AS imp_sen\([^)]*\) ORDER BY sen_counter",
        r" VALUES \1",
        one_line(sql),
    )
    return re.sub(r"(?:, | RETURNING )\S+ AS \w+__1$", "", plain)
