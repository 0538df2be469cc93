"""The routing table of an app in the order in which it is searched."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from course.base.errors import CourseError
from course.base.text import columns
from course.draw.mermaid import BOLD, DASHED, ROUND, Flowchart, Picture, box

HIT, AFTER, PAST = "first that fits", "not asked: a row above fits", "does not fit"
HALF = "path fits, method does not"
MARKS = {HIT: "→", AFTER: "·"}
MOST_ROUTES = 12  # routes in one picture


@dataclass
class _Row:
    method: str
    path: str
    function: str
    routes: list[Any]
    fate: str = ""


def routes(app: Any, match: str | None = None) -> Picture:
    """Every route, first to last, as Starlette tries them.

    `match`: a request such as "GET /posts/latest"; the route that takes it is drawn bold, the ones that
    are not asked dashed. The app's own routes decide, by their `matches`.
    """
    rows = _rows(app)
    if match is not None:
        _decide(rows, match)
    shown = _shortened(rows)
    title = "The routes of the app, in the order they are tried"
    chart = Flowchart("TB", title, rankSpacing=22, padding=8, wrappingWidth=600)
    before = ""
    if match is not None:
        chart.add(box("request", match, shape=ROUND))
        before = "request"
    for number, row in enumerate(shown):
        _draw(chart, f"r{number}", row, before)
        before = f"r{number}"
    if match is not None and all(row.fate != HIT for row in rows):
        half = any(row.fate == HALF for row in rows)
        refusal = "405 Method Not Allowed" if half else "404 Not Found"
        chart.add(before, "==>|no route left|", box("none", refusal, shape=ROUND, style="hit"))
    chart.styles(hit=BOLD, never=DASHED)
    table = [
        (MARKS.get(row.fate, " "), str(at), row.method, row.path, row.function, row.fate)
        for at, row in enumerate(rows, start=1)
    ]
    plain = columns(table) if match else columns([row[1:5] for row in table])
    return Picture(str(chart), f"{match}\n{plain}" if match else plain)


def _shortened(rows: list[_Row]) -> list[_Row]:
    """At most about MOST_ROUTES rows: of neighbours with the same fate, the first ones and how many more."""
    if len(rows) <= MOST_ROUTES:
        return rows
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row.fate)]
    keep = max(2, MOST_ROUTES // len(runs) - 1)
    shown = []
    for run in runs:
        left = len(run) - keep
        shown += run if left <= 1 else [*run[:keep], _Row("and", f"{left} more", "", [], run[0].fate)]
    return shown


def _rows(app: Any) -> list[_Row]:
    from fastapi.routing import iter_route_contexts

    own = {app.openapi_url, app.docs_url, app.redoc_url, app.swagger_ui_oauth2_redirect_url}
    rows: list[_Row] = []
    built_in = [one for one in iter_route_contexts(app.routes) if one.path in own and one.path]
    if built_in:
        shown = [url for url in (app.openapi_url, app.docs_url, app.redoc_url) if url]
        rows.append(_Row("GET", ", ".join(shown), "built in", built_in))
    for one in iter_route_contexts(app.routes):
        if not (one.path in own and one.path):
            methods = " ".join(sorted((one.methods or set()) - {"HEAD"})) or "any"
            name = getattr(one.endpoint, "__name__", None) or one.name or "mounted app"
            rows.append(_Row(methods, one.path or "/", name, [one]))
    return rows


def _decide(rows: list[_Row], match: str) -> None:
    from starlette.routing import Match

    scope = _scope(match)
    for at, row in enumerate(rows):
        fits = [route.matches(dict(scope))[0] for route in row.routes]
        row.fate = PAST
        if Match.FULL in fits:
            row.fate = HIT
            for later in rows[at + 1 :]:
                later.fate = AFTER
            return
        if Match.PARTIAL in fits:
            row.fate = HALF


def _scope(match: str) -> dict[str, Any]:
    method, _, path = match.strip().partition(" ")
    if not path.startswith("/"):
        raise CourseError('Write the request as method and path, for example "GET /posts/latest".')
    return {
        "type": "http",
        "method": method.upper(),
        "path": path.strip().partition("?")[0],
        "root_path": "",
        "headers": [],
        "query_string": b"",
        "path_params": {},
    }


def _draw(chart: Flowchart, here: str, row: _Row, before: str) -> None:
    style = {HIT: "hit", AFTER: "never"}.get(row.fate, "")
    named = f"{row.method} {row.path} · {row.function}".removesuffix(" · ")
    chart.add(box(here, named, HALF if row.fate == HALF else "", style=style))
    if before:
        arrow = {HIT: "==>|first that fits|", AFTER: "-.->"}.get(row.fate, "-->")
        chart.add(before, arrow, here)
