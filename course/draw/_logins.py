"""The logins of an app and the refresh tokens of each, from its rows."""

from itertools import groupby
from typing import NamedTuple

from course.base.errors import CourseError
from course.draw.mermaid import BOLD, DASHED, Flowchart, Picture, box, limited
from course.postgres.page_link import linked

_MOST = 8  # tokens of one login
# A token carries no number; each new one of a login expires later than the one before, or at the login's end.
_ROWS = """
    SELECT users.name, logins.id::text, logins.ended_at IS NOT NULL, logins.why,
           refresh_tokens.used_at IS NOT NULL, refresh_tokens.expires_at <= now()
    FROM logins
    JOIN users ON users.id = logins.user_id
    JOIN refresh_tokens ON refresh_tokens.login_id = logins.id
    ORDER BY logins.created_at, logins.id, refresh_tokens.used_at NULLS LAST, refresh_tokens.expires_at
"""


class _Row(NamedTuple):
    user: str
    login: str
    ended: bool
    why: str | None
    used: bool
    expired: bool


def logins(url: str | None = None) -> Picture:
    """Each login with its refresh tokens, oldest first, from the tables `logins` and `refresh_tokens`.

    Bold: a token that still works. Dashed: one that ended unused. `url`: the database, the page's own unless
    given. Raises CourseError when the database has no such tables.
    """
    room = {"nodeSpacing": 24, "rankSpacing": 30, "padding": 8}
    margin = {"top": 2, "bottom": 12}  # else the title of a frame touches its boxes
    chart = Flowchart("TB", "Logins and their refresh tokens", **room, subGraphTitleMargin=margin)
    plain = []
    for number, (_, found) in enumerate(groupby(_read(url), key=lambda row: row.login), start=1):
        rows = list(found)
        title = f"login {number} of {rows[0].user}: {_state(rows[0])}"
        plain.append(f"{title}: {_family(chart, f'l{number}', title, rows)}")
    for number in range(1, len(plain)):  # invisible: below each other, the oldest on top
        chart.add(f"l{number} ~~~ l{number + 1}")
    chart.styles(works=BOLD, ended=DASHED)
    return Picture(str(chart), "\n".join(plain) or "no logins")


def _family(chart: Flowchart, name: str, title: str, rows: list[_Row]) -> str:
    """One frame with a login's tokens in a row, and the same as plain text."""
    shown, others = limited(rows, _MOST)
    said = []
    with chart.group(name, title, "LR"):
        for at, row in enumerate(shown, start=1):
            word, style = _fate(row)
            chart.add(box(f"{name}t{at}", f"token {at}", word, style=style))
            said.append(f"token {at} ({word})")
        for at in range(1, len(shown)):
            chart.add(f"{name}t{at} --> {name}t{at + 1}")
        if others:
            chart.add(box(f"{name}more", others))
            said.append(others)
    return " → ".join(said)


def _state(row: _Row) -> str:
    return "open" if not row.ended else f"ended ({row.why})" if row.why else "ended"


def _fate(row: _Row) -> tuple[str, str]:
    """What became of a token, and its style."""
    if row.used:
        return "used", ""
    if row.ended or row.expired:
        return "ended" if row.ended else "expired", "ended"
    return "works", "works"


def _read(url: str | None) -> list[_Row]:
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('logins') IS NOT NULL AND to_regclass('refresh_tokens') IS NOT NULL"
        )
        if cursor.fetchone() != (True,):
            raise CourseError(
                "This database has no tables `logins` and `refresh_tokens`, so there are no logins to draw. "
                "Run the page's cells from the top: the revision 0014 makes them."
            )
        cursor.execute(_ROWS)
        return [_Row(*row) for row in cursor.fetchall()]
