"""Two stages of the app side by side: `stage("2.5")` serves one, `compare` asks both the same."""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

import httpx

from course import postgres
from course.base.text import columns, short
from course.content import app_history
from course.postboard import database, page_app, people, secret
from course.postboard import files as app_files
from course.postboard.contract import ADA, BOB, CONTRACT, WRONG, Request
from course.postgres import settings
from course.serving.server import Server, serve

# Headers that clients build on; the others (dates, lengths) say nothing of the contract.
HEADERS = ("content-type", "location", "www-authenticate", "allow")
_KEY = "X-API-Key"
_databases: WeakKeyDictionary[Server, str] = WeakKeyDictionary()  # the address of each stage's own
_SLUG = re.compile(r"(.*)-[0-9a-f]{8}")  # a slug's last part is made by chance
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@contextmanager
def stage(lesson_id: str | None = None) -> Iterator[Server]:
    """Serve the app as a lesson left it, or this page's app as it is now, on a clean database of its own.

    It runs in a process of its own, and all of it is gone after the block. Raises CourseError for an
    unknown lesson, or when the app does not start.
    """
    name = f"stage_{(lesson_id or 'now').replace('.', '_')}_{os.getpid()}"
    before = os.environ.get(settings.DATABASE_VARIABLE)
    with tempfile.TemporaryDirectory(prefix="course-stage-") as kept, ExitStack() as ending:
        tree = app_history.after(lesson_id) if lesson_id else app_files.tree(page_app.current())
        app_history.build(Path(kept), tree)
        # The lessons' tables never change, so there may be a template of them.
        make = database.open_for if lesson_id else database.open_alone
        try:
            secret.ensure()
            address = make(name, tree)
            os.environ[settings.DATABASE_VARIABLE] = address  # a server inherits it
            ending.callback(postgres.drop, name)
            server = ending.enter_context(serve("app.main:app", folder=Path(kept), key=name))
            _databases[server] = address
        finally:
            _restore(before)
        yield server


@dataclass(frozen=True)
class Response:
    """What a client sees of an answer."""

    status: int
    body: str
    headers: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return short(f"{self.status} {self.body}", 60)


@dataclass(frozen=True)
class Compared:
    """One request and what the two stages answered."""

    asked: Request
    before: Response
    after: Response

    @property
    def same(self) -> bool:
        """Whether a client that knows the first answer finds all of it in the second.

        Status and the headers in HEADERS are equal. In a body of JSON, objects may have gained fields;
        a field that is gone or has another value, and a list of another length or order, is a difference.
        Two moments are alike.
        """
        first, second = self.before, self.after
        if (first.status, first.headers) != (second.status, second.headers):
            return False
        return first.body == second.body or _holds(_json(second.body), _json(first.body))


class Comparison(list[Compared]):
    """All that was compared; shown as one sentence, and a table of what is not alike."""

    @property
    def differences(self) -> list[Compared]:
        """The requests that were answered differently."""
        return [each for each in self if not each.same]

    def __repr__(self) -> str:
        if not self.differences:
            return f"{len(self)} requests, all answered alike"
        head = ("request", "before", "after")
        rows = [(str(each.asked), *_shown(each)) for each in self.differences]
        return f"{len(self)} requests, {len(rows)} answered differently\n\n{columns([head, *rows])}"


def compare(before: Server, after: Server, requests: Sequence[Request] = CONTRACT) -> Comparison:
    """Send the same requests, in order, to two servers, and compare what they answer (see Compared.same).

    `requests` is Postboard's contract (contract.py) unless given. A stage that has accounts is sent
    tokens of ada and bob where a request has their keys. Raises httpx.HTTPError when one of the servers
    does not answer at all within 30 seconds.
    """
    pairs = zip(requests, responses(before, requests), responses(after, requests), strict=True)
    return Comparison(Compared(*each) for each in pairs)


def responses(server: Server, requests: Sequence[Request] = CONTRACT) -> list[Response]:
    """What a server answers to these requests, sent in order; see `compare`, of which this is one side."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        tokens = tokens_for_keys(server, client)
        return [_ask(client, each, tokens) for each in requests]


def tokens_for_keys(server: Server, client: httpx.Client) -> dict[str, dict[str, str]]:
    """For each key of the contract, the header that a stage with accounts wants instead.

    {} for a stage with keys, and for a server that is no stage. `client` has the server's address.
    Raises httpx.HTTPError when the server does not let ada and bob in.
    """
    address = _databases.get(server)
    if address is None or not people.has_accounts(client):
        return {}
    headers = people.logged_in(client, address)
    wrong = {"Authorization": "Bearer not-a-token"}
    return {ADA[_KEY]: headers["ada"], BOB[_KEY]: headers["bob"], WRONG[_KEY]: wrong}


def _ask(client: httpx.Client, asked: Request, tokens: dict[str, dict[str, str]]) -> Response:
    body = {} if asked.body is None else {"json": asked.body}
    caller = tokens.get(asked.headers.get(_KEY, ""), asked.headers)
    answer = client.request(asked.method, asked.path, headers=caller, **body)
    here = str(client.base_url).rstrip("/")  # in redirects; the port differs
    headers = ((name, answer.headers[name].replace(here, "")) for name in HEADERS if name in answer.headers)
    return Response(answer.status_code, answer.text, tuple(headers))


def _shown(each: Compared) -> tuple[str, str]:
    if (each.before.status, each.before.body) != (each.after.status, each.after.body):
        return str(each.before), str(each.after)
    return short(each.before.headers, 60), short(each.after.headers, 60)


def _json(body: str) -> object:
    """The body as data; what is no JSON stays text, of which every character counts."""
    try:
        return json.loads(body)
    except ValueError:
        return body


def _holds(now: object, before: object) -> bool:
    """Whether `now` has all that `before` had. deepdiff was considered: it reports, and we only ask."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(name in now and _holds(now[name], value) for name, value in before.items())
    if isinstance(before, list) and isinstance(now, list):
        return len(now) == len(before) and all(map(_holds, now, before))
    if isinstance(before, str) and _MOMENT.fullmatch(before) and isinstance(now, str):
        return bool(_MOMENT.fullmatch(now))  # two stages do the same at two moments
    if isinstance(before, str) and isinstance(now, str) and (ours := _SLUG.fullmatch(before)):
        theirs = _SLUG.fullmatch(now)
        return theirs is not None and theirs[1] == ours[1]
    return type(now) is type(before) and now == before  # True is no 1


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(settings.DATABASE_VARIABLE, None)
    else:
        os.environ[settings.DATABASE_VARIABLE] = before
