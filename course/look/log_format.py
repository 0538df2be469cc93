"""PostgreSQL's log taken apart: lines that begin with settings.LOG_LINE_PREFIX, and what belongs to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from course.base.sql import parameter_literal
from course.look.result import session_names

OURS = "course"  # what our own connections are called: they are never shown
_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \S+ \S+ \[(?P<pid>\d+)\] (?:\[(?P<database>.*?)\] <(?P<application>.*?)> )?"
    r"(?P<kind>[A-Z]+):  (?P<text>.*)",
    re.DOTALL,
)
_RECEIVED = re.compile(r"(?:statement|execute (?P<name>[^:]+)): (?P<sql>.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$\d+ = (NULL|'(?:[^']|'')*')")
_BELONGS = ("DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION")


@dataclass(frozen=True)
class Statement:
    """One statement as the server received it.

    `parameters`: values that travelled beside the text, as the server prints them (None is NULL).
    `protocol`: "simple" (text alone) or "extended" (text and values apart). `prepared_name`: under which the
    server keeps it prepared, or "". `error`: the server's message when it failed, or "". `session`: whose.
    """

    text: str
    parameters: tuple[str | None, ...] = ()
    protocol: str = "simple"
    prepared_name: str = ""
    error: str = ""
    session: str = ""

    def notes(self) -> list[str]:
        """What there is to say below the text."""
        values = [f"${at} = {parameter_literal(value)}" for at, value in enumerate(self.parameters, start=1)]
        found = [f"parameters, sent apart: {', '.join(values)}"] if values else []
        found += [f"prepared on the server as {self.prepared_name}"] if self.prepared_name else []
        return found + ([f"✗ {self.error}"] if self.error else [])


@dataclass
class _Entry:
    pid: int
    application: str
    kind: str
    text: str
    more: dict[str, str]


def read(text: str, database: str) -> list[Statement]:
    """The statements of one database's sessions in a piece of the log, in order."""
    found: list[tuple[int, str, Statement]] = []
    for entry in _entries(text, database):
        received = _RECEIVED.fullmatch(entry.text) if entry.kind == "LOG" else None
        if received:
            found.append((entry.pid, entry.application, _statement(received, entry)))
        elif entry.kind in ("ERROR", "FATAL") and "STATEMENT" in entry.more:
            _add_error(found, entry)
    names = session_names((pid, name) for pid, name, _ in found)
    return [replace(one, session=names[pid]) for pid, _, one in found]


def databases(text: str, session: str) -> set[str]:
    """The databases that sessions of this name sent something to, by a piece of the log."""
    lines = filter(None, map(_LINE.fullmatch, _joined(text)))
    return {found["database"] for found in lines if found["application"] == session}


def _statement(received: re.Match[str], entry: _Entry) -> Statement:
    detail = entry.more.get("DETAIL", "")
    given = _PARAMETER.findall(detail) if detail.lower().startswith("parameters:") else []
    values = tuple(None if one == "NULL" else one[1:-1].replace("''", "'") for one in given)
    name = received["name"]
    prepared = "" if name in (None, "<unnamed>") else name
    return Statement(received["sql"], values, "simple" if name is None else "extended", prepared)


def _add_error(found: list[tuple[int, str, Statement]], entry: _Entry) -> None:
    """A statement that fails while it runs is in the log already; one that cannot be read is not."""
    sql, error = entry.more["STATEMENT"], re.sub(r" at character \d+$", "", entry.text)
    for at in range(len(found) - 1, -1, -1):
        pid, name, one = found[at]
        if pid == entry.pid:
            if one.text == sql and not one.error:
                found[at] = (pid, name, replace(one, error=error))
                return
            break
    protocol = "extended" if re.search(r"\$\d", sql) else "simple"
    found.append((entry.pid, entry.application, Statement(sql, protocol=protocol, error=error)))


def _entries(text: str, database: str) -> Iterator[_Entry]:
    """What sessions of one database logged; the server writes an entry and what belongs to it at once."""
    entry: _Entry | None = None
    for line in _joined(text):
        match = _LINE.fullmatch(line)
        if match is None or match["database"] != database or match["application"] == OURS:
            continue
        if entry and match["kind"] in _BELONGS:
            entry.more[match["kind"]] = match["text"]
            continue
        if entry:
            yield entry
        name = match["application"].replace("[unknown]", "")  # how PostgreSQL logs a session without one
        entry = _Entry(int(match["pid"]), name, match["kind"], match["text"], {})
    if entry:
        yield entry


def _joined(text: str) -> Iterator[str]:
    """Whole messages: the lines of one after its first begin with a tab."""
    lines = text.replace("\r\n", "\n").replace("\n\t", "\0").split("\n")
    return (line.replace("\0", "\n") for line in lines)
