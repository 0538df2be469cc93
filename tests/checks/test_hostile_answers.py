"""Answers that hang, end the kernel, copy it, leave threads or fill the memory: the learner is told, nothing is left."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_course
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager
from learner import Learner, learner

from course.base import paths
from course.base.errors import CourseError
from course.checks import threads, watchdog
from course.checks.verdict import Verdict
from course.content import catalog
from course.content.kernel import QUIET
from course.page import exercise, history
from course.workspace import progress

__all__ = ["learner"]

LIMIT = "HOSTILE_LIMIT"  # seconds; a minute for what must end, so that a busy machine fails no test
CHECKS = """
import json
import os
from course.checks import exercise, expect, require

@exercise("1.2a", hints=["What?", "Where?", "How."], limit_seconds=float(os.environ.get("HOSTILE_LIMIT", "60")))
class TestAnswer:
    def test_it_gives_42(self, answer):
        expect(answer(), 42, tried="answer()")

    def test_it_gives_42_again(self, answer):
        expect(answer(), 42, tried="answer() again")

@exercise("1.2b", hints=["Only one."], limit_seconds=float(os.environ.get("HOSTILE_LIMIT", "60")))
class TestRead:
    def test_it_ends(self, answer_b):
        got = answer_b()
        while got == "endless":
            pass
        if isinstance(got, int):
            bytearray(got)
        require(got == 1, tried=f"answer_b() gives {got!r}", expected="1" * 1_000_000, got=got, means="x" * 1_000_000)
"""
STUBBORN = """
import time
def answer():
    while True:
        try:
            time.sleep(0.1)
        except BaseException:
            pass
"""
DEEPER = """
import time
def answer():
    while True:
        try:
            while True:
                try:
                    while True:
                        try:
                            time.sleep(0.1)
                        except BaseException: pass
                except BaseException: pass
        except BaseException: pass
"""
DEAF = "import itertools\ndef answer():\n    return sum(itertools.repeat(0))\n"  # runs no Python at all
CRASH = "def answer():\n    import ctypes\n    ctypes.string_at(0)\n"


def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_course.make(tmp_path, monkeypatch)
    tiny_course.write_notebook(
        catalog.lesson("1.2").exercise_notebook,
        [*tiny_course.exercise_cells("1.2a"), *starter_b()],
    )
    catalog.lesson("1.2").check_file.write_text(CHECKS, encoding="utf-8")


def starter_b() -> list[dict]:
    cells = tiny_course.exercise_cells("1.2b")
    cells[1]["source"] = "def answer_b():\n    ...\n"
    return cells


@pytest.fixture(autouse=True)
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, monkeypatch)


@pytest.fixture
def check(learner: Learner):
    """Run a cell with an answer to 1.2a, or 1.2b where it makes `answer_b`, and check it."""
    history.watch(learner)

    def run(text: str, limit: int = 60) -> Verdict:
        learner.run(text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(LIMIT, str(limit))
            return exercise.check("1.2b" if "answer_b" in text else "1.2a")

    return run


def logged() -> list[str]:
    return [entry["outcome"] for entry in progress.events() if entry["event"] == "check"]


# --- within one kernel ---------------------------------------------------------------------------------------


def test_a_loop_that_catches_everything_is_stopped(check):
    verdict = check(STUBBORN, limit=1)
    assert verdict.outcome == "not yet" and "took too long" in repr(verdict)
    assert check("def answer():\n    return 42").outcome == "done"


def test_a_time_out_names_the_line(check):
    assert "in the line: while 1 < 2: pass" in repr(check("def answer():\n    while 1 < 2: pass", limit=1))


def test_an_endless_wait_of_a_coroutine_names_the_line(check):
    endpoint = (
        "import asyncio\nfrom fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        "async def help_that_never_comes():\n    await asyncio.Event().wait()\n"
        "@app.get('/')\nasync def wait():\n    await help_that_never_comes()\n"
        "def answer():\n    return TestClient(app).get('/').json()"
    )
    shown = repr(check(endpoint, limit=1))
    assert "a long wait?" in shown and "in the line: await" in shown


def test_a_loop_of_the_check_itself_is_not_blamed_on_the_learner(check):
    shown = repr(check("def answer_b():\n    return 'endless'", limit=1))
    assert "took too long" in shown and "no line of your code was running" in shown
    assert "Is there a loop" not in shown


@pytest.mark.parametrize(
    "call",
    [
        "os._exit(3)",
        "os.abort()",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.killpg(os.getpgrp(), signal.SIGTERM)",
        "signal.raise_signal(signal.SIGTERM)",
        "os.execv(sys.executable, [sys.executable])",
        "os.execlp('true', 'true')",
    ],
)
def test_what_would_end_the_kernel_does_not(check, call):
    verdict = check(f"import os, signal, sys\ndef answer():\n    {call}")
    assert verdict.outcome == "raised"
    assert "ends the notebook's kernel" in repr(verdict) and f"in the line: {call}" in repr(verdict)
    assert logged() == ["raised"]


@pytest.mark.parametrize("call", ["sys.exit(3)", "raise SystemExit", "exit()"])
def test_an_exit_is_an_error_of_the_code(check, call):
    verdict = check(f"import sys\nfrom builtins import exit\ndef answer():\n    {call}")
    assert verdict.outcome == "raised" and "SystemExit" in repr(verdict)


@pytest.mark.parametrize("how", ["def", "async def"])
@pytest.mark.parametrize(
    ("call", "said"), [("sys.exit(3)", "SystemExit"), ("os._exit(3)", "ends the notebook's kernel")]
)
def test_an_end_in_an_endpoint_is_an_error_of_the_code(check, how, call, said):
    verdict = check(
        "import os, sys\nfrom fastapi import FastAPI\nfrom fastapi.testclient import TestClient\napp = FastAPI()\n"
        f"@app.get('/')\n{how} leave(): {call}\n"
        "def answer():\n    return TestClient(app).get('/').json()"
    )
    assert verdict.outcome == "raised"
    # A TestClient's own thread ends with SystemExit, and either of the two may be seen first.
    assert said in repr(verdict) or (said == "SystemExit" and "portal is not running" in repr(verdict))


@pytest.mark.parametrize("call", ["pytest.skip('no')", "pytest.exit('no')", "pytest.xfail('no')"])
def test_words_of_pytest_are_no_way_round_a_check(check, call):
    assert check(f"import pytest\ndef answer():\n    {call}").outcome == "raised"


def test_an_interruption_by_hand_is_no_verdict(check):
    with pytest.raises(CourseError, match="interrupted before it had a result"):
        check("def answer():\n    raise KeyboardInterrupt")
    assert logged() == []


def test_a_check_inside_a_check_is_refused(check):
    verdict = check("from course import check\ndef answer():\n    check('1.2a')")
    assert verdict.outcome == "raised" and "itself being checked" in repr(verdict)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("end", ["return 42", "raise ValueError", "while pid == 0: pass\n    return 42"])
def test_a_copy_of_the_kernel_ends_quietly(check, tmp_path, end):
    mark = tmp_path / "pids"
    verdict = check(
        f"import os\ndef answer():\n    pid = os.fork()\n"
        f"    if pid: open({str(mark)!r}, 'a').write(f'{{pid}} ')\n    {end}",
        limit=2 if "while" in end else 60,
    )
    assert "copy of the kernel's process" in repr(verdict)
    assert len(logged()) == 1
    for pid in map(int, mark.read_text().split()):
        os.waitpid(pid, 0)  # comes back, because the copy ends by itself


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_processes_of_multiprocessing_work_as_ever(check):
    verdict = check(
        "import multiprocessing\n"
        "def answer():\n"
        "    with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "        return sum(pool.map(abs, [-20, -22]))"
    )
    assert verdict.outcome == "done" and "os.fork" not in repr(verdict)


LEAVES_A_THREAD = """
import threading
go = threading.Event()
def work():
    while True:
        if go.wait(0.01):
            print("from an old answer")
def answer():
    threading.Thread(target=work, daemon=True).start()
    return 42
"""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_threads_that_an_answer_leaves_are_stopped_and_told(check):
    before = set(threading.enumerate())
    verdict = check(LEAVES_A_THREAD)
    assert verdict.outcome == "done" and "left 2 threads running" in repr(verdict)
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
    assert set(threading.enumerate()) <= before


ANSWERS_BACK = """
import threading
go, said = threading.Event(), threading.Event()
def work():
    while not said.is_set():
        try:
            go.wait()
            print("from an old answer")
            said.set()
        except BaseException:
            pass
def answer():
    if not go.is_set():
        threading.Thread(target=work, daemon=True).start()
    return 42
"""


def test_a_thread_that_cannot_be_stopped_prints_nothing_more(check, learner, capsys):
    assert "still running prints nothing more" in repr(check(ANSWERS_BACK))
    learner.user_ns["go"].set()
    assert learner.user_ns["said"].wait(20)
    print("of this cell")
    assert capsys.readouterr().out == "of this cell\n"
    for thread in list(threads._silenced):
        thread.join(20)
    check("def answer():\n    return 42")
    assert not isinstance(sys.stdout, threads._Without)


def test_a_timer_that_an_answer_leaves_is_cancelled(check):
    before = set(threading.enumerate())
    check("import threading\ndef answer():\n    threading.Timer(1000, print).start()\n    return 42")
    for thread in set(threading.enumerate()) - before:
        thread.join(20)
    assert set(threading.enumerate()) <= before


def test_an_idle_worker_of_an_executor_stays(check, learner):
    verdict = check(
        "from concurrent.futures import ThreadPoolExecutor\nworkers = ThreadPoolExecutor(1)\n"
        "def answer():\n    return workers.submit(lambda: 42).result()"
    )
    assert verdict.outcome == "done" and "thread" not in repr(verdict)
    assert learner.user_ns["workers"].submit(int, "7").result(timeout=20) == 7
    learner.user_ns["workers"].shutdown()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process's memory")
@pytest.mark.parametrize("body", ["bytearray(3 * 2**30)", "[0] * (2**30)"])
def test_memory_has_a_limit(check, body):
    verdict = check(f"def answer():\n    return len({body})")
    assert verdict.outcome == "raised"
    assert "more memory than a check gives, 1 GiB" in repr(verdict) and body in repr(verdict)
    assert len(bytearray(2**30 + 2**28)), "the limit is gone after the check"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a running process's memory")
def test_a_check_that_runs_out_of_memory_at_what_it_got_says_so(check):
    verdict = check("def answer_b():\n    return 3 * 2**30")
    assert "more memory than a check gives" in repr(verdict)


def test_every_part_of_a_verdict_is_short(check):
    verdict = check("def answer_b():\n    return ['x' * 1_000_000]")
    assert "answer_b() gives ['xxx" in repr(verdict)
    assert len(repr(verdict)) < 3000
    raised = check(f"def answer():\n    raise ValueError('y' * 1_000_000)  # {'z' * 1_000_000}")
    assert "ValueError: yyy" in repr(raised) and len(repr(raised)) < 3000


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("Odd()", "whose repr() raises ZeroDivisionError"),
        ("'\\ud800'", r"\ud800"),
        ("b'x' * 10**8", "b'xxx"),
        ("list(range(10**6))", "[0, 1, 2"),
        ("set(range(10**6))", "{0, 1, 2"),
        ("dict.fromkeys(range(10**6))", "{0: None, 1: None"),
    ],
)
def test_any_value_can_be_shown(check, value, said):
    verdict = check(f"class Odd:\n    def __repr__(self): return 1 / 0\ndef answer():\n    return {value}")
    assert verdict.outcome == "not yet" and said in repr(verdict) and len(repr(verdict)) < 3000
    repr(verdict).encode("utf-8")


def test_an_error_whose_message_cannot_be_made_is_named(check):
    verdict = check(
        "class Odd(Exception):\n    def __str__(self): return 1 / 0\ndef answer():\n    raise Odd"
    )
    assert verdict.outcome == "raised" and "your code raised Odd" in repr(verdict)


@pytest.mark.parametrize(
    ("base", "methods"),
    [
        ("list", "__iter__ = clear = extend = endless"),
        ("dict", "__iter__ = items = keys = values = update = endless"),
        ("set", "__iter__ = clear = update = endless"),
    ],
)
def test_a_container_of_the_learners_own_cannot_hold_up_a_check(check, learner, base, methods):
    learner.run(f"def endless(*_):\n    while True: yield 1\nclass Odd({base}):\n    {methods}\nodd = Odd()")
    assert check("def answer():\n    return 42").outcome == "done"


def test_a_check_leaves_no_file_behind(check):
    check("def answer():\n    return 42", limit=1)  # a check file is read once in a process
    check("def answer():\n    while True: pass", limit=1)
    assert list((paths.state() / "checks").iterdir()) == []


def test_a_check_works_where_its_file_cannot_be_written(check):
    (paths.state()).mkdir(parents=True)
    (paths.state() / "checks").write_text("in the way")
    assert check("def answer():\n    return 42", limit=1).outcome == "done"
    assert check("def answer():\n    while True: pass", limit=1).outcome == "not yet"


# --- when the kernel goes with it ----------------------------------------------------------------------------

OPENING = f"""
import sys
sys.path[:0] = {[str(Path(__file__).parent), str(Path(tiny_course.__file__).parent)]!r}
import os, pathlib, pytest, test_hostile_answers
os.environ["HOSTILE_LIMIT"] = "SECONDS"
test_hostile_answers.build(pathlib.Path(PLACE), pytest.MonkeyPatch())
from course import check, lesson
from course.checks import time_limit, watchdog
time_limit.RINGS, watchdog.GRACE_SECONDS = 2, MOST
lesson("1.2", exercises=True)
"""


class Kernel:
    """A kernel of its own, as Jupyter starts one."""

    def __init__(self, place: Path, grace: float, limit: int) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(extra_arguments=QUIET, stderr=subprocess.DEVNULL)
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=120)
        self.opened = self.run(
            OPENING.replace("PLACE", repr(str(place)))
            .replace("MOST", str(grace))
            .replace('SECONDS"', f'{limit}"')
        )

    def run(self, text: str) -> str:
        """What a cell prints and shows; what it had printed so far when the kernel dies."""
        request, shown = self.client.execute(text), []
        deadline = time.monotonic() + 240  # a guard against a test that hangs
        while time.monotonic() < deadline:
            try:
                message = self.client.get_iopub_msg(timeout=0.5)
            except Exception:
                if not self.manager.is_alive():
                    break
                continue
            content = message["content"]
            if message["parent_header"].get("msg_id") != request:
                continue
            shown.append(content.get("text") or content.get("data", {}).get("text/plain") or "")
            shown.append(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(content.get("traceback", []))))
            if content.get("execution_state") == "idle":
                break
        return "".join(shown)

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[object]:
    """Start a kernel on the tiny course."""
    started: list[Kernel] = []

    def start(grace: float = 60, limit: int = 60) -> Kernel:
        started.append(Kernel(tmp_path, grace, limit))
        return started[-1]

    yield start
    for each in started:
        each.stop()


@pytest.mark.parametrize(
    ("answer", "grace", "at_once", "later"),
    [
        (DEEPER, 60, "could not be interrupted", "of its cell, in `answer`, ran on"),
        (DEAF, 2, "", "line 3 of its cell, in `answer`, ran on"),
        (CRASH, 60, "", "The kernel ended while 1.2a was being checked"),
    ],
    ids=["a loop in a loop", "a computation without Python", "a crash"],
)
def test_a_kernel_that_ends_with_a_check_is_explained_once(kernel, answer, grace, at_once, later):
    first = kernel(grace, limit=1)
    first.run(answer)
    shown = first.run("check('1.2a')")
    assert not first.manager.is_alive()
    assert at_once in shown
    assert later in kernel().opened
    assert later not in kernel().opened
    assert logged() == ([] if answer == CRASH else ["not yet"])


def test_the_next_check_explains_it_too(kernel):
    first, second = kernel(), kernel()
    first.run(CRASH)
    first.run("check('1.2a')")
    second.run("def answer():\n    return 42")
    shown = second.run("check('1.2a')")
    assert "done" in shown and "The kernel ended while 1.2a was being checked" in shown


def test_a_thread_of_an_old_answer_prints_into_no_later_cell(kernel):
    first = kernel()
    first.run(ANSWERS_BACK)
    assert "still running prints nothing more" in first.run("check('1.2a')")
    assert first.run("go.set(); said.wait(20); print('of this cell')") == "of this cell\n"
    assert "thread" not in first.run("check('1.2a')")


def test_exit_of_the_notebook_does_not_end_the_kernel(kernel):
    first = kernel()
    first.run("def answer():\n    exit()")
    assert "ends the notebook's kernel" in first.run("check('1.2a')")
    assert "84" in first.run("42 * 2")


def test_what_another_check_of_now_leaves_is_not_taken_for_a_dead_one():
    with watchdog.Watch("1.2a"):
        assert watchdog.left_behind("1.2") == []
    assert watchdog.left_behind("1.2") == []


def test_a_check_that_did_not_come_back_is_of_one_lesson():
    with watchdog.Watch("3.10a") as watch:
        gone = {"exercise": "3.10a", "pid": os.getpid(), "born": 0.0}
        assert watch._path is not None
        watch._path.write_text(json.dumps(gone), encoding="utf-8")
        assert watchdog.left_behind("3.1") == []
        assert [each.exercise_id for each in watchdog.left_behind("3.10")] == ["3.10a"]
