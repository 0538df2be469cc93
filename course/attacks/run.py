"""All attacks on one server: a copy of the learner's app, or a server of this machine that already runs."""

import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from course.attacks import contract
from course.attacks.address import loopback
from course.attacks.groups import attacks
from course.attacks.outcome import Finding, NotTried, Outcome, ServerFailed
from course.attacks.registry import Attack
from course.attacks.report import Line, Report
from course.attacks.target import Target
from course.attacks.wire import PATIENCE, Wire
from course.postboard.secret import VARIABLE as SECRET_VARIABLE
from course.postboard.stages import stage
from course.serving.server import Server

COPY = "a copy of your app"
Progress = Callable[[int, int], None]


def attack(
    url: str | None = None, *, only: Collection[str] = (), on_progress: Progress | None = None
) -> Report:
    """Attack an API, and return a table of what it refused and what it let through.

    Without an address, this page's app runs as a copy with a database of its own, which are gone afterwards.
    `url`: a server on this machine, as in "http://127.0.0.1:8000"; the attacks use only users that they
    register there, and the report lists what they leave behind. `only`: the names of some attacks.
    `on_progress` is called with the number of attacks done and of all. Raises CourseError for an address of
    another machine, for one where nothing listens, and when the app does not start.
    """
    if url is None:
        with _copy() as (server, secret):
            return on_server(
                *(server.url, COPY), secret=secret, output=server.output, only=only, on_progress=on_progress
            )
    mark = secrets.token_hex(3)
    return on_server(url, str(loopback(url)), mark=mark, only=only, on_progress=on_progress)


def on_server(
    url: str,
    what: str,
    *,
    mark: str = "",
    secret: str | None = None,
    output: Callable[[], str] | None = None,
    on_progress: Progress | None = None,
    patience: float = PATIENCE,
    only: Collection[str] = (),
) -> Report:
    """All attacks, or `only` those of these names, on the server at `url`, which the report calls `what`.

    `mark`, `secret` and `output` as in Target, `patience` as in Wire, `on_progress` as in `attack`.
    """
    wire = Wire(loopback(url), patience)
    try:
        target = Target(wire, contract.read(wire), mark, secret, output)
        wanted = [each for each in attacks() if not only or each.name in only]
        lines = _lines(wanted, target, on_progress or (lambda done, total: None))
        left = target.tidy() if mark else []
    finally:
        wire.close()
    return Report(what, tuple(lines), tuple(left))


def _lines(wanted: list[Attack], target: Target, on_progress: Progress) -> list[Line]:
    found: dict[str, Line] = {}
    for each in sorted(wanted, key=lambda each: each.last):
        found[each.name] = _line(each, target)
        on_progress(len(found), len(wanted))
    return [found[each.name] for each in wanted]


def _line(each: Attack, target: Target) -> Line:
    """One attack. Whatever a server answers, it ends with a line."""
    try:
        finding = each.deed(target)
    except NotTried as reason:
        finding = Finding(Outcome.NOT_TRIED, str(reason))
    except ServerFailed as failure:
        finding = Finding(Outcome.FAILED, str(failure))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # An app of other structure may answer anything; an attack reads only what Postboard answers.
        finding = Finding(Outcome.NOT_TRIED, "The response has another form than this attack reads.")
    return Line(each, finding.outcome, finding.back)


@contextmanager
def _copy() -> Iterator[tuple[Server, str]]:
    """This page's app, served with a secret that nobody else has."""
    before, secret = os.environ.get(SECRET_VARIABLE), secrets.token_hex(32)
    os.environ[SECRET_VARIABLE] = secret  # the server inherits it
    try:
        with stage() as server:
            yield server, secret
    finally:
        if before is None:
            os.environ.pop(SECRET_VARIABLE, None)
        else:
            os.environ[SECRET_VARIABLE] = before
