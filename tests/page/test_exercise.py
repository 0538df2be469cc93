"""check, hint and solution: four outcomes told apart, nothing of the learner's changed, nothing hangs."""

import itertools
import json
import os
import signal
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
import tiny_course
from learner import Learner, learner

from course import postgres
from course.base import paths
from course.base.errors import CourseError
from course.checks import database, runner
from course.content import catalog
from course.page import exercise, history, lesson
from course.workspace import progress

__all__ = ["learner"]

CHECKS = """
from course.checks import exercise, expect, require
import pytest

@exercise("1.2a", hints=["What?", "Where?", "How."], limit_seconds=1)
class TestAnswer:
    def test_it_gives_42(self, answer):
        expect(answer(), 42, tried="answer()", means={41: "One too few.", None: "Did you return it?"})

    def test_it_counts_calls(self, answer, calls):
        calls.append("check")
        answer()
        expect(len(calls), 1, tried="len(calls)")

@exercise("1.2b", hints=["Only one."])
class TestStore:
    @pytest.fixture
    def stored(self, store):
        store("from the check")
        return store

    def test_storing_works(self, stored):
        require(stored("again") >= 2, tried="store twice", expected="2 or more", got=stored("again"))

    def test_it_starts_from_where_the_learner_left_it(self, store, box):
        before = len(box.things)
        expect(store("mine"), before + 1, tried="store once")
"""
STARTER_B = "def store(thing):\n    ...\n"


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_course.make(tmp_path, monkeypatch)
    lesson = catalog.lesson("1.2")
    tiny_course.write_notebook(
        lesson.exercise_notebook,
        [*tiny_course.exercise_cells("1.2a"), *b_cells()],
    )
    lesson.check_file.write_text(CHECKS, encoding="utf-8")
    solved = tiny_course.cell(
        "code",
        "### BEGIN SOLUTION\n# Because.\ndef answer():\n    return 42\n### END SOLUTION",
        nbgrader={"grade_id": "answer-1-2a"},
    )
    tiny_course.write_notebook(lesson.solution_notebook, [solved])


def b_cells() -> list[dict]:
    cells = tiny_course.exercise_cells("1.2b")
    cells[1]["source"] = STARTER_B
    return cells


@pytest.fixture
def opened(learner: Learner) -> Learner:
    history.watch(learner)
    learner.run("calls = []")
    learner.run(tiny_course.STARTER)
    return learner


def outcome(exercise_id: str) -> str:
    return exercise.check(exercise_id).outcome


def test_an_unchanged_starter_is_not_attempted(opened):
    assert outcome("1.2a") == "not attempted"


def test_a_starter_with_only_a_comment_added_is_not_attempted(opened):
    opened.run("# let me think\n" + tiny_course.STARTER)
    assert outcome("1.2a") == "not attempted"


def test_nothing_run_at_all_is_not_attempted(learner):
    history.watch(learner)
    assert outcome("1.2a") == "not attempted"


def test_a_right_answer_is_done_and_logged(opened):
    opened.run("def answer():\n    return 42")
    assert outcome("1.2a") == "done"
    assert progress.standings()["1.2a"].done


def test_an_answer_by_nearly_the_right_name_is_told_from_the_one_that_is_checked(opened):
    opened.run("def anwser():\n    return 41")
    assert "makes `anwser`, and this exercise asks for `answer`" in repr(exercise.check("1.2a"))
    opened.run("def answer():\n    return 42")
    assert "anwser" not in repr(exercise.check("1.2a"))
    opened.run("def answr():\n    return 41")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "done" and "makes `answr`" in verdict.note


def test_names_that_the_page_gives_are_not_misspelt(opened):
    page = catalog.lesson("1.2").exercise_notebook
    given = tiny_course.cell("code", "answers = []")
    tiny_course.write_notebook(page, [*tiny_course.exercise_cells("1.2a"), *b_cells(), given])
    opened.run("def answer():\n    return 42")
    opened.run("answers = []")
    assert "asks for" not in repr(exercise.check("1.2a"))
    opened.run("answerz = []")
    assert "makes `answerz`" in repr(exercise.check("1.2a"))


def test_a_wrong_answer_says_what_was_tried_expected_got_and_meant(opened):
    opened.run("def answer():\n    return 41")
    shown = repr(exercise.check("1.2a"))
    assert "not yet, 1 of 2" in shown
    assert "✗ It gives 42\n    answer()\n    expected 42\n    got 41\n    One too few." in shown
    assert 'hint("1.2a")' in shown


def test_the_picture_of_a_verdict_is_safe_html(opened):
    opened.run("def answer():\n    return '<script>'")
    html = exercise.check("1.2a")._repr_mimebundle_()["text/html"]
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_code_that_raises_in_a_check_shows_the_learners_line_and_no_traceback(opened):
    opened.run("def answer():\n    return {}['x']")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "raised"
    assert "KeyError: 'x'" in repr(verdict)
    assert "Traceback" not in repr(verdict) and "pytest" not in repr(verdict)


@pytest.mark.parametrize(
    ("answer", "found"), [("answer = None", "None"), ("answer = 42", "a value of the type int")]
)
def test_what_is_no_function_is_told_as_that(opened, answer, found):
    opened.run(answer)
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "not yet" and not verdict.expectations
    assert f"The check needs the function `answer`, and in this notebook `answer` is {found}." in repr(
        verdict
    )


def test_a_cell_that_raised_is_told_before_anything_is_checked(opened):
    opened.run("answer = 1 / 0")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "raised"
    assert "ZeroDivisionError" in repr(verdict)


def test_a_cell_that_does_not_parse_is_told_too(opened):
    opened.run("def answer(:\n    return 42")
    shown = repr(exercise.check("1.2a"))
    assert "SyntaxError: invalid syntax, line 1 of the cell" in shown and ".py" not in shown


def test_a_name_the_check_needs_and_does_not_find_is_named(learner):
    history.watch(learner)
    learner.run("def answer():\n    return 42")
    shown = repr(exercise.check("1.2a"))
    assert "`calls`" in shown and "renamed" in shown


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time\n    time.sleep(1000)",
        "try:\n        while True: pass\n    except Exception: return 42",
        "import threading\n    threading.Event().wait()",
    ],
    ids=["a loop", "a long sleep", "a loop that catches Exception", "a wait for nothing"],
)
def test_nothing_hangs(opened, body):
    opened.run(f"def answer():\n    {body}")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "not yet"
    assert "took too long" in repr(verdict)


def test_an_endless_loop_in_an_endpoint_is_stopped_too(opened):
    opened.run(
        "from fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        "@app.get('/')\ndef spin():\n    while True: pass\n"
        "def answer():\n    return TestClient(app).get('/').json()"
    )
    assert "took too long" in repr(exercise.check("1.2a"))


@pytest.mark.parametrize("how", ["def", "async def"])
def test_an_endless_loop_in_an_endpoint_is_told_by_its_line_and_ends_the_check(opened, how):
    opened.run(
        "from fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        f"@app.get('/')\n{how} loop():\n    while True: pass\n"
        "def answer():\n    return TestClient(app).get('/')"
    )
    verdict = exercise.check("1.2a")
    assert "in the line: while True: pass" in repr(verdict)
    assert "0 of 2" in repr(verdict) and "was not tried" in verdict.note


def test_time_that_is_up_just_after_an_expectation_was_met_is_no_success(opened, monkeypatch):
    noted = runner.Plugin.pytest_runtest_logreport

    def late(self, report):
        noted(self, report)
        if report.when == "call":
            signal.raise_signal(signal.SIGALRM)

    monkeypatch.setattr(runner.Plugin, "pytest_runtest_logreport", late)
    opened.run("def answer():\n    return 42")
    verdict = exercise.check("1.2a")
    assert verdict.outcome == "not yet" and "0 of 2" in repr(verdict)


def test_a_check_that_is_interrupted_leaves_nothing_of_pytest_in_the_environment(opened, monkeypatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    opened.run("def answer():\n    raise KeyboardInterrupt")
    with pytest.raises(CourseError, match="was interrupted"):
        exercise.check("1.2a")
    assert "PYTEST_CURRENT_TEST" not in os.environ


def test_an_error_in_an_endpoint_is_shown_where_a_check_sees_its_status_alone(opened):
    opened.run(
        "from fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        "@app.get('/')\ndef read():\n    return mising\n"
        "def answer():\n    return TestClient(app, raise_server_exceptions=False).get('/').status_code"
    )
    shown = repr(exercise.check("1.2a"))
    assert "expected 42\n    got 500" in shown
    assert "in the app, your code raised NameError: name 'mising' is not defined" in shown
    assert "in the line: return mising" in shown


MAKERS = {
    "a list": ("things = []", "things.append(thing); return len(things)", "things"),
    "a dict in a dict": ("d = {'a': {}}", "d['a'][len(d['a'])] = thing; return len(d['a'])", "d"),
    "a Counter": (
        "import collections; c = collections.Counter('aab')",
        "c[thing] += 1; return c.total()",
        "sorted(c.items())",
    ),
    "a number": ("n = 0", "global n; n += 1; return n", "n"),
    "a counter": ("import itertools; ids = itertools.count(1)", "return next(ids)", "ids"),
    "an object of a class of theirs": (
        "class Box:\n    def __init__(self): self.things = []\nbox = Box()",
        "box.things.append(thing); return len(box.things)",
        "box.things",
    ),
    "a closure": (
        "def make():\n    kept = []\n    def add(thing):\n        kept.append(thing)\n        return len(kept)\n"
        "    return add\nadd = make()",
        "return add(thing)",
        "add.__closure__[0].cell_contents",
    ),
    "the state of an app": (
        "from fastapi import FastAPI\napp = FastAPI()\napp.state.things = []",
        "app.state.things.append(thing); return len(app.state.things)",
        "app.state.things",
    ),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_check_changes_nothing_of_the_learners(learner, kind):
    make, use, look = MAKERS[kind]
    history.watch(learner)
    learner.run(make)
    learner.run("class Empty: things = []\nbox = globals().get('box', Empty())")
    learner.run(f"def store(thing):\n    {use}")
    learner.run("first = store('by hand')")
    before = repr(eval(look, learner.user_ns))
    names = set(learner.user_ns)
    exercise.check("1.2b")
    assert repr(eval(look, learner.user_ns)) == before
    assert set(learner.user_ns) == names


def test_each_expectation_starts_from_what_the_learner_has(learner):
    """The second test compares with the box as it is before its own call, whatever the first one stored."""
    history.watch(learner)
    learner.run("class Box: things = []\nbox = Box()")
    learner.run("def store(thing):\n    box.things.append(thing); return len(box.things)")
    learner.run("store('by hand')")
    assert outcome("1.2b") == "done"
    assert learner.user_ns["box"].things == ["by hand"]


def test_a_counter_is_copied_on_every_python(learner):
    learner.user_ns["ids"] = itertools.count(5, 2)
    from course.checks.snapshot import restored

    with restored(learner.user_ns):
        next(learner.user_ns["ids"])
    assert next(learner.user_ns["ids"]) == 5


MAPPED = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase): ...
class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(backref="posts")
"""


def test_what_sqlalchemy_keeps_of_a_class_is_its_own(learner):
    """A backref is made when the classes are first used; taken back, it would never be made again."""
    from course.checks.snapshot import restored

    exec(MAPPED, learner.user_ns)
    with restored(learner.user_ns):
        exec("Post()", learner.user_ns)
    assert eval("User(posts=[Post()]).posts[0].user", learner.user_ns) is not None


def test_hints_come_one_by_one_and_the_last_stays(opened):
    said = [repr(exercise.hint("1.2a")) for _ in range(4)]
    assert [text.split(": ")[1].split(" ")[0] for text in said] == ["What?", "Where?", "How.", "How."]
    assert said[0].startswith("Hint 1 of 3") and "last one" in said[3]


def test_the_solution_waits_for_an_attempt(opened):
    assert "Try 1.2a first" in repr(exercise.solution("1.2a"))
    exercise.check("1.2a")
    assert "Try 1.2a first" in repr(exercise.solution("1.2a"))
    opened.run("def answer():\n    return 41")
    exercise.check("1.2a")
    shown = repr(exercise.solution("1.2a"))
    assert "return 42" in shown and "BEGIN SOLUTION" not in shown and "Because." in shown


def test_an_unknown_exercise_names_those_there_are(opened):
    with pytest.raises(CourseError, match=r"1\.2a, 1\.2b"):
        exercise.check("1.2z")


def test_a_check_works_though_the_first_cell_was_not_run(learner):
    learner.run("calls = []")
    learner.run("def answer():\n    return 42")
    learner.run('check("1.2a")') and learner.history_manager.input_hist_raw
    assert outcome("1.2a") == "done"


def test_a_damaged_check_file_is_said_to_be_the_courses_fault(opened):
    catalog.lesson("1.2").check_file.write_text("def broken(:\n", encoding="utf-8")
    opened.run("def answer():\n    return 42")
    with pytest.raises(CourseError, match="fault of the course"):
        exercise.check("1.2a")


def test_what_the_machine_has_configured_for_pytest_changes_nothing(opened, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only -p no:such_plugin")
    opened.run("def answer():\n    return 42")
    assert outcome("1.2a") == "done"
    import os

    assert os.environ["PYTEST_ADDOPTS"].startswith("--collect-only")


def test_where_nbgrader_runs_a_wrong_answer_is_an_error(opened, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    with pytest.raises(exercise.CheckFailed):
        exercise.check("1.2a")
    opened.run("def answer():\n    return 42")
    assert outcome("1.2a") == "done"


def test_a_damaged_line_in_the_log_is_skipped_and_the_rest_counts(opened):
    opened.run("def answer():\n    return 42")
    exercise.check("1.2a")
    log = paths.progress_log()
    log.write_text('{"at": "2026\n[1]\n' + log.read_text(encoding="utf-8") + '{"torn', encoding="utf-8")
    assert progress.standings()["1.2a"].done
    assert "line 1, 2, 4 of work/progress.jsonl" in progress.trouble()
    exercise.check("1.2b")
    whole = [line for line in log.read_text(encoding="utf-8").splitlines() if line.endswith("}")]
    assert json.loads(whole[-1])["id"] == "1.2b"


@pytest.mark.parametrize("value", ["[]", "{}", "null", "5"])
def test_a_line_whose_id_is_no_text_is_a_damaged_line(opened, value):
    paths.progress_log().parent.mkdir(parents=True, exist_ok=True)
    paths.progress_log().write_text(f'{{"at": "2026", "event": "check", "id": {value}}}\n', encoding="utf-8")
    assert progress.standings() == {} and progress.visited() == []
    assert "line 1 of work/progress.jsonl" in progress.trouble()


def test_progress_that_is_not_saved_is_said_each_time_and_saved_as_soon_as_that_works(opened):
    log = paths.progress_log()
    log.unlink(missing_ok=True)
    log.mkdir(parents=True)
    opened.run("def answer():\n    return 42")
    for _ in range(2):
        verdict = exercise.check("1.2a")
        assert verdict.outcome == "done" and verdict.note.startswith(
            "Your progress was not saved (Is a directory"
        )
    assert "not saved" in lesson.lesson("1.1").message
    assert progress.standings()["1.2a"].attempts == 2  # so that hints and the solution go on
    assert "cannot be read" in progress.trouble()
    log.rmdir()
    assert exercise.check("1.2a").note == ""
    assert [event["id"] for event in map(json.loads, log.read_text("utf-8").splitlines())].count("1.2a") == 3
    assert progress.standings()["1.2a"].attempts == 3 and progress.trouble() == ""


def test_an_expectation_gets_an_empty_database_and_dead_processes_leave_none(monkeypatch):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    postgres.reset(f"check_{gone.pid}")
    monkeypatch.setattr(database, "_cleared", False)
    monkeypatch.setattr(database, "_kept", {})
    for _ in range(2):
        with database.fresh() as url, closing(psycopg2.connect(url)) as link, link:
            link.cursor().execute("CREATE TABLE left_over (id int)")  # fails where one is there already
    assert f"check_{gone.pid}" not in postgres.names()


DATABASE_CHECKS = """
from course.checks import exercise, expect
from course.checks import ask

@exercise("1.2a", hints=["What?", "Where?", "How."])
class TestAnswer:
    def test_it_has_a_database(self, answer, database_url):
        expect(ask(database_url, "SELECT 1"), [(1,)], tried="SELECT 1")
"""


def test_the_time_to_make_a_database_is_not_the_learners(opened, monkeypatch):
    running = []

    @contextmanager
    def watched():
        running.append(signal.getitimer(signal.ITIMER_REAL)[0])
        with real() as url:
            yield url
        running.append(signal.getitimer(signal.ITIMER_REAL)[0])

    real = database.fresh
    monkeypatch.setattr(database, "fresh", watched)
    catalog.lesson("1.2").check_file.write_text(DATABASE_CHECKS, encoding="utf-8")
    opened.run("def answer():\n    return 42")
    assert exercise.check("1.2a").outcome == "done"
    assert running == [0, 0], "the learner's clock ran while the course made or cleared the database"


def test_a_database_that_cannot_be_made_is_said(opened, monkeypatch):
    monkeypatch.setenv("COURSE_DATABASE_URL", "mysql://somewhere")
    catalog.lesson("1.2").check_file.write_text(DATABASE_CHECKS, encoding="utf-8")
    opened.run("def answer():\n    return 42")
    with pytest.raises(CourseError, match="COURSE_DATABASE_URL is not a PostgreSQL address"):
        exercise.check("1.2a")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(41, ["It gives 42"]), (42, ["It gives 42", "It counts calls"])],
    ids=["not met", "met"],
)
def test_the_expectation_asked_for_is_run_first_and_alone_when_it_is_not_met(value, wanted):
    namespace = {"answer": lambda: value, "calls": []}
    checks = CHECKS.replace("class TestAnswer:", "class TestAnswer:\n    def test_last(self, answer): pass\n")
    catalog.lesson("1.2").check_file.write_text(checks, encoding="utf-8")
    outcome = runner.run(catalog.lesson("1.2").check_file, "1.2a", namespace, "it gives 42")
    said = [each.sentence for each in outcome.expectations]
    assert said == [wanted[0], *(["Last", *wanted[1:]] if wanted[1:] else [])]


@pytest.mark.parametrize("call", [exercise.check, exercise.hint, exercise.solution, lesson.reset])
@pytest.mark.parametrize("wrong", ["", 1.2, 12, ["1.2a"]])
def test_a_call_without_a_proper_id_is_a_sentence(opened, call, wrong):
    with pytest.raises(CourseError, match=r'in quotes and with its letter, as in \w+\("1.2a"\)'):
        call(wrong)


def test_capital_letters_in_an_id_are_taken_too(opened):
    assert repr(exercise.hint("1.2A ")) == "Hint 1 of 3: What?"
    with pytest.raises(CourseError, match=r'no exercise "1.2". Lesson 1.2 has: 1.2a, 1.2b'):
        exercise.solution("1.2")


def test_a_lesson_without_quotes_is_a_sentence(opened):
    with pytest.raises(CourseError, match=r'in quotes, as in lesson\("1.2"\)'):
        lesson.lesson(1.2)


def test_backticks_in_what_explains_are_shown_as_code_and_those_of_a_value_stay(opened):
    opened.run("def answer():\n    return '`x`'")
    shown = exercise.check("1.2a")._repr_mimebundle_()["text/html"]
    assert "got &#x27;`x`&#x27;" in shown
    opened.run("def answer():\n    raise ValueError(f'`{1}`')")
    shown = exercise.check("1.2a")._repr_mimebundle_()["text/html"]
    assert "in the line: <code>raise ValueError(f&#x27;`{1}`&#x27;)</code>" in shown
