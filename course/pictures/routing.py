"""The routing table of an app in the order in which it is searched."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from course.errors import CourseError
from course.pictures.picture import Picture, columns, label, setting

HIT, AFTER, PAST = "first that fits", "never reached", "does not fit"
HALF = "path fits, method does not"
MARKS = {HIT: "→", AFTER: "·"}
MOST = 12  # routes in one picture
COMPACT = setting("flowchart", rankSpacing=22, padding=8, wrappingWidth=600)


@dataclass
class _Row:
    method: str
    path: str
    function: str
    routes: list[Any]
    fate: str = ""


def routes(app: Any, match: str | None = None) -> Picture:
    """Every route, first to last, as Starlette tries them.

    `match`: a request such as "GET /posts/latest"; the route that takes it is drawn bold, the ones that are
    never reached dashed. The app's own routes decide, by their `matches`.
    """
    rows = _rows(app)
    if match is not None:
        _decide(rows, match)
    shown = _shortened(rows)
    lines = [
        COMPACT,
        "flowchart TB",
        "    accTitle: The routes of the app, in the order they are tried",
    ]
    before = ""
    if match is not None:
        lines.append(f"    request([{label(match)}])")
        before = "request"
    for number, row in enumerate(shown):
        lines += _drawn(f"r{number}", row, before)
        before = f"r{number}"
    lines += _ending(rows, match, before)
    lines += ["    classDef hit stroke-width:4px", "    classDef never stroke-dasharray:4 4"]
    table = [
        (MARKS.get(row.fate, " "), str(at), row.method, row.path, row.function, row.fate)
        for at, row in enumerate(rows, start=1)
    ]
    plain = columns(table) if match else columns([row[1:5] for row in table])
    return Picture("\n".join(lines), f"{match}\n{plain}" if match else plain)


def _shortened(rows: list[_Row]) -> list[_Row]:
    """At most about MOST rows: of neighbours with the same fate, the first ones and how many more."""
    if len(rows) <= MOST:
        return rows
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row.fate)]
    keep = max(2, MOST // len(runs) - 1)
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


def _drawn(node: str, row: _Row, before: str) -> list[str]:
    style = {HIT: ":::hit", AFTER: ":::never"}.get(row.fate, "")
    named = f"{row.method} {row.path} · {row.function}".removesuffix(" · ")
    lines = [f"    {node}[{label(named, HALF if row.fate == HALF else '')}]{style}"]
    if before:
        arrow = {HIT: "==>|first that fits|", AFTER: "-.->"}.get(row.fate, "-->")
        lines.append(f"    {before} {arrow} {node}")
    return lines


def _ending(rows: list[_Row], match: str | None, last: str) -> list[str]:
    if match is None or any(row.fate == HIT for row in rows):
        return []
    half = any(row.fate == HALF for row in rows)
    answer = "405 Method Not Allowed" if half else "404 Not Found"
    return [f"    {last} ==>|no route left| none([{label(answer)}]):::hit"]
