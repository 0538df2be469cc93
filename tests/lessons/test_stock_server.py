"""Every lesson and every solution runs to its end on a PostgreSQL with default settings, and prints the same there.

As a superuser, and as a login that may only make databases. What legitimately differs stands in DIFFERS.
`COURSE_PG_BIN` takes the programs of another version, from 15 on.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import nbformat
import pytest
import stock
from stock import LOGGING, Stock

from course.authoring import execute, judge
from course.content import catalog, kernel
from course.postgres import settings

LESSONS = [lesson for lesson in catalog.lessons() if lesson.database]
LOGINS = (stock.SUPERUSER, "maker")
_LOG = "it shows the server's log, and a server with default settings keeps none that SQL could read"
_OWN = "the name of the database or of its owner is another one there"

# Lesson: words of one code cell: why its output is another one than stored. A cell keeps its words when it moves.
Cells = dict[str, dict[str, str]]
DIFFERS: Cells = {
    "2.1": {
        "current_user AS role": _OWN,
        "running = look.processes()": "a server has processes that ours does without, and a login that may only make "
        "databases sees its own",
        "RIGHT = ": "the login may make databases, so it is not refused; and the owners are others",
    },
    "2.2": dict.fromkeys(
        [
            "with look.log() as seen:\n    ana = psycopg2.connect",
            "UPDATE posts SET published = false",
            "draw.statements(seen + ending)",
            "DELETE FROM posts WHERE title = 'Ideas'",
            "rename(psycopg2, hostile)",
            'rename(driver, "x\'; DROP TABLE posts; --")',
            '("O\'Neil",)',
            "def prepared_at",
            "import execute_values",
            "import StringIO",
        ],
        _LOG,
    ),
    "2.5": {"class NoPosts": _LOG},
    "3.7": {"def most_at_once": _LOG},
    "3.9": {"for ping in [False, True]": _LOG, "large = create_engine(": _OWN},
}
# The same for a login that is no superuser,
MAKERS: Cells = {"2.1": {"import psutil": "it does not see which process is the checkpointer"}}
# and before PostgreSQL 18: some of these only before an earlier version, all of them on OLDEST.
OLDEST = 15
OLDER: Cells = {
    "2.1": {
        "import psutil": "it names the version",
        "RETURNING title, {both": "RETURNING old and new came with 18",
    },
    "3.2": {"order = Order(price=": "before 18 the statement was no syntax at all"},
    "3.5": {'votes = "UPDATE posts SET voter_ids': "the words of an error became longer"},
    "3.6": {"skipped = {depth": "other pages were touched"},
    "3.7": {
        "for sql in [SCORE, LATE]": "rows had no decimal places in a plan",
        "CREATE TABLE ballots": "the skip scan came with 18",
        "queries = {": "SERIALIZE came with 17",
    },
}


@dataclass(frozen=True)
class Given:
    """The server under test, its version, and the login that uses it."""

    server: Stock
    version: int
    login: str = stock.SUPERUSER


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    with stock.running(tmp_path_factory.mktemp("stock")) as server:
        number = server.ask("SHOW server_version_num")[0][0]
        yield Given(server, int(number) // 10_000)


@pytest.fixture
def on_it(given: Given, login: str, monkeypatch: pytest.MonkeyPatch) -> Given:
    """The course uses that server, as this login."""
    monkeypatch.setenv(settings.URL_VARIABLE, given.server.url(login))
    monkeypatch.setenv("COURSE_LEARNER", login)
    return replace(given, login=login)


def printed(cell: nbformat.NotebookNode) -> list[Any]:
    """What a cell showed, as a reader sees it."""
    shown: list[Any] = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            shown.append(re.sub(r"\x1b\[[0-9;]*m", "", output.text))
        elif output.output_type == "error":
            shown.append((output.ename, output.evalue))
        else:
            shown.append({kind: value for kind, value in output.data.items() if "widget-view" not in kind})
    return shown


def differing(stored: nbformat.NotebookNode, ran: nbformat.NotebookNode) -> dict[int, tuple[Any, Any]]:
    pairs = ((printed(a), printed(b)) for a, b in zip(stored.cells, ran.cells, strict=True))
    return {number: pair for number, pair in enumerate(pairs) if pair[0] != pair[1]}


def numbers(lesson: catalog.Lesson, words: Iterable[str]) -> set[int]:
    """The code cells that these words name, each of them one."""
    cells = nbformat.read(lesson.notebook, as_version=4).cells
    named = {
        each: [at for at, cell in enumerate(cells) if cell.cell_type == "code" and each in cell.source]
        for each in words
    }
    assert not (vague := {each: found for each, found in named.items() if len(found) != 1}), vague
    return {number for found in named.values() for number in found}


def run_lesson(given: Given, lesson: catalog.Lesson, *, log: bool = False) -> None:
    known = {words: why for words, why in DIFFERS.get(lesson.id, {}).items() if not (log and why == _LOG)}
    if given.login != stock.SUPERUSER:
        known |= MAKERS.get(lesson.id, {})
    older = OLDER.get(lesson.id, {}) if given.version < 18 else {}
    with kernel.empty_work():
        ran = execute.run(lesson.notebook)  # raises at the first cell that does
    found = differing(nbformat.read(lesson.notebook, as_version=4), ran)
    allowed = numbers(lesson, known | older)
    assert {number: pair for number, pair in found.items() if number not in allowed} == {}
    surely = numbers(lesson, known | older if given.version == OLDEST else known)
    assert surely - set(found) == set(), "these cells show what is stored: take them out of the table"


@pytest.mark.parametrize("cells", [DIFFERS, MAKERS, OLDER], ids=["differs", "makers", "older"])
def test_each_entry_names_one_code_cell_that_shows_something(cells: Cells) -> None:
    for lesson_id, words in cells.items():
        lesson = catalog.lesson(lesson_id)
        stored = nbformat.read(lesson.notebook, as_version=4).cells
        assert all(stored[number].outputs for number in numbers(lesson, words))


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    """A server that keeps a log as docker-compose.yml sets it up."""
    with stock.running(tmp_path_factory.mktemp("composed"), *LOGGING) as server:
        yield Given(server, int(server.ask("SHOW server_version_num")[0][0]) // 10_000)


@pytest.mark.deep
@pytest.mark.parametrize(
    "lesson",
    [each for each in LESSONS if _LOG in DIFFERS.get(each.id, {}).values()],
    ids=lambda each: each.id,
)
def test_the_log_is_shown_where_sql_can_read_it(composed: Given, lesson: catalog.Lesson, monkeypatch) -> None:
    monkeypatch.setenv(settings.URL_VARIABLE, composed.server.url())
    monkeypatch.setenv("COURSE_LEARNER", "learner")
    run_lesson(composed, lesson, log=True)


def names(values: list[Any]) -> Any:
    return pytest.mark.parametrize("lesson", values, ids=lambda each: each.id)


each_login = pytest.mark.parametrize("login", LOGINS)
THE_QUICK_ONE = next(lesson for lesson in LESSONS if lesson.id == "2.2")


@pytest.mark.parametrize("login", ["maker"])
def test_lesson_2_2_runs_to_its_end(on_it: Given) -> None:
    run_lesson(on_it, THE_QUICK_ONE)


@pytest.mark.deep
@each_login
@names(LESSONS)
def test_a_lesson_runs_to_its_end(on_it: Given, lesson: catalog.Lesson, login: str) -> None:
    run_lesson(on_it, lesson)


@pytest.mark.deep
@each_login
@names(LESSONS)
def test_solutions_run_and_pass_their_checks(on_it: Given, lesson: catalog.Lesson, login: str) -> None:
    with kernel.empty_work():
        ran = execute.run(lesson.solution_notebook)
    assert differing(nbformat.read(lesson.solution_notebook, as_version=4), ran) == {}


@pytest.mark.deep
@each_login
@names(LESSONS)
def test_checks_judge_there_as_here(on_it: Given, lesson: catalog.Lesson, login: str) -> None:
    """Of each exercise the official answer, one other that is right, and one that is wrong."""
    assert {each.id: _official(each.id) for each in lesson.exercises} == {
        each.id: "done" for each in lesson.exercises
    }
    taken: set[tuple[str, str]] = set()
    for answer in judge.answers(lesson.answers_file):
        if (answer.exercise_id, answer.kind) not in taken:
            taken.add((answer.exercise_id, answer.kind))
            assert judge.problem(answer) == "", answer


def _official(exercise_id: str) -> str:
    return str(judge.verdict(exercise_id, catalog.official(exercise_id)).outcome)
