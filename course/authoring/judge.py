"""Judge the checks: right answers must pass, wrong ones must fail for the reason they were written for.

tests/answers/ holds percent scripts (as jupytext and editors know them), one cell an answer:
`# %% 1.5c accept: what is different` or `# %% 1.5c reject: the mistake -> the expectation that fails`.
"""

import ast
import asyncio
import atexit
import compileall
import inspect
import linecache
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from py_compile import PycInvalidationMode
from types import CodeType
from typing import Any

from course import postgres
from course.base.errors import CourseError
from course.checks import attempt, examine
from course.checks.time_limit import TookTooLong, limited, patience
from course.checks.verdict import Verdict
from course.content import app_history, catalog, notebook_file
from course.postboard import database, page_app
from course.postgres import settings
from course.postgres.home import Home

_HEADER = re.compile(r"^# %% (\d+\.\d+[a-z]) (accept|reject): (.+?)(?: -> (.+))?$")
RAISES = "your code raised"
_LONGEST_CELL_SECONDS = 10.0
_made: dict[str, tuple[str, str]] = {}  # for which server and lesson a page's database stands here


@dataclass(frozen=True)
class Answer:
    """One answer: `kind` is accept or reject; `failing` is the sentence that a wrong one must fail."""

    exercise_id: str
    kind: str
    label: str
    failing: str
    text: str

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.kind}: {self.label}"


def answers(path: Path) -> Iterator[Answer]:
    """The answers in a file; none where there is no file. Raises CourseError for a header it cannot read."""
    if not path.exists():
        return
    blocks = re.split(r"^(?=# %%)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for block in blocks[1:]:
        header, _, text = block.partition("\n")
        found = _HEADER.match(header)
        if found is None or (found[2] == "reject") != bool(found[4]):
            raise CourseError(
                f"{path.name}: this header cannot be read: {header}\nWrite `# %% 1.4a accept: what is "
                "different` or `# %% 1.4a reject: the mistake -> The expectation that fails`."
            )
        yield Answer(found[1], found[2], found[3], found[4] or "", text.strip() + "\n")


def official(exercise_id: str) -> Answer:
    """The official answer, which its check has to accept."""
    return Answer(exercise_id, "accept", "the official answer", "", catalog.official(exercise_id))


def verdict(exercise_id: str, text: str, first: str | None = None) -> Verdict:
    """What `check` says of an answer in a notebook where every other cell is as the course wrote it.

    The starter is run first, as a learner would have done who runs the page before changing it.
    `first`: as `runner.run` takes it.
    """
    with prepared(exercise_id) as namespace:
        seen = attempt.History()
        seen.add(catalog.starter(exercise_id))
        seen.add(text, _try(text, namespace, exercise_id))
        return examine.examine(exercise_id, namespace, seen, first)


def answer(exercise_id: str, namespace: dict[str, Any]) -> None:
    """Run the official answer among the names of a notebook that `prepared` gave."""
    _try(catalog.official(exercise_id), namespace, exercise_id)


def starter_verdict(exercise_id: str) -> Verdict:
    """What the first expectation that is not met says of an unchanged starter, were it "attempted"."""
    from course.checks.runner import run

    exercise = catalog.exercise(exercise_id)
    check_file = catalog.lesson(exercise.lesson).check_file
    with prepared(exercise_id) as namespace:
        return examine.judge(exercise, run(check_file, exercise_id, namespace, first=""))


@contextmanager
def prepared(exercise_id: str) -> Iterator[dict[str, Any]]:
    """The names of the notebook, and its app, when everything down to the starter has been run."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    if lesson.database:  # as the page itself has it, before the app is imported
        _open_database(lesson.id)
    page_app.use(_app(lesson.id))
    try:
        for given in _cells_before(exercise_id):
            _execute(given, namespace, "<given>")
        _try(catalog.starter(exercise_id), namespace, exercise_id)
        yield namespace
    finally:
        page_app.leave()


def problem(answer: Answer) -> str:
    """What is wrong with how the check judges this answer; "" when it is judged as it should be.

    Of a wrong answer the expectation that it must fail is run first, and the rest only if that is met.
    """
    named = answer.failing and answer.failing != RAISES
    found = verdict(answer.exercise_id, answer.text, answer.failing if named else None)
    if found.outcome == "not attempted":
        names = ", ".join(sorted(attempt.defined(catalog.starter(answer.exercise_id))))
        return f"It counts as not attempted, because it makes none of the starter's names: {names}"
    if answer.kind == "accept":
        return "" if found.outcome == "done" else f"A right answer was not accepted:\n{found}"
    if found.outcome == "done":
        return f"A wrong answer was accepted:\n{found}"
    if answer.failing == RAISES:
        return "" if found.outcome == "raised" else f"It did not raise:\n{found}"
    failing = [each.sentence.lower() for each in found.expectations if not each.met]
    if answer.failing.lower() not in failing:
        return f"It did not fail {answer.failing!r}, the reason it was written for:\n{found}"
    return ""


def _open_database(lesson_id: str) -> None:
    """The page's database; it is made anew only when somebody was in it since it was made for this lesson."""
    name, place = f"judge_{os.getpid()}", (str(Home.here().folder), lesson_id)
    access = postgres.ensure()
    if _made.get(name) == place and not _visited(access, name):
        os.environ[settings.DATABASE_VARIABLE] = access.url(name)
    else:
        database.open_for(name, app_history.after(lesson_id))
        _made[name] = place


def _visited(access: postgres.Access, name: str) -> bool:
    """Whether a session is or ever was in a database; a session is counted by the time it is gone."""
    asked = """
        SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = d.datname) + sessions
        FROM pg_stat_database AS d WHERE datname = %s
    """
    with access.admin() as link, link.cursor() as cursor:
        cursor.execute(asked, [name])
        return cursor.fetchone() != (0,)


@cache
def _app(lesson_id: str) -> Path:
    """The app as the lesson left it, where its exercises import it from; gone when this process ends."""
    folder = Path(tempfile.mkdtemp(prefix="course-judge-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app_history.build(folder, app_history.after(lesson_id))
    # Each answer imports it anew; the hash makes sure that a file is what was compiled.
    compileall.compile_dir(folder, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


@cache
def _cells_before(exercise_id: str) -> tuple[str, ...]:
    """The code that stands above an answer: what is given, and the course's own earlier answers."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    notebook = notebook_file.read_cells(lesson.solution_notebook)
    above = notebook[: notebook_file.answer_index(notebook, exercise_id)]
    texts = [notebook_file.source(cell) for cell in above if cell["cell_type"] == "code"]
    return tuple(notebook_file.without_marks(text) for text in texts if not attempt.COURSE_CALL.search(text))


def _try(text: str, namespace: dict[str, Any], exercise_id: str) -> BaseException | None:
    try:
        with limited(_LONGEST_CELL_SECONDS * patience()):
            _execute(text, namespace, f"<answer {exercise_id}>")
    except (Exception, TookTooLong) as error:
        return error
    return None


@lru_cache(maxsize=64)  # what is given is run for each answer
def _compiled(text: str, name: str) -> CodeType:
    return compile(text, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


def _execute(text: str, namespace: dict[str, Any], name: str) -> None:
    """Run a cell as a notebook would, `await` at its top level included."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    code = _compiled(text, name)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, namespace))
    else:
        exec(code, namespace)
