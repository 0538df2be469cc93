"""A learner's async code on a loop of its own: its results, errors and endless waits; nothing is left."""

import asyncio
import linecache
import threading
import time
from typing import Any

import pytest

from course.base.errors import ExpectationFailed
from course.checks import on_a_loop
from course.checks.learners_code import learners_line
from course.checks.time_limit import TookTooLong, limited


def answer(text: str) -> dict[str, Any]:
    """The names that a learner's cell makes."""
    name = "<answer on a loop>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {}
    exec(compile(text, name, "exec"), names)
    return names


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = alive()
    yield
    until = time.monotonic() + 10
    while (new := alive() - before) and time.monotonic() < until:
        time.sleep(0.01)  # a worker without work ends a moment later
    assert not new


def alive() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.is_alive()}


def test_a_function_and_a_coroutine_give_their_result():
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return 2 * number

    assert on_a_loop(double, 21) == on_a_loop(double(21)) == on_a_loop(lambda: double(21)) == 42


def test_a_loop_of_the_checks_own_kind_is_used_and_closed():
    made = []

    def another_time() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop()
        loop.time = lambda: 42.0  # type: ignore[method-assign]
        made.append(loop)
        return loop

    async def time_there() -> float:
        return asyncio.get_running_loop().time()

    assert on_a_loop(time_there, loop=another_time) == 42.0
    assert [loop.is_closed() for loop in made] == [True]


def test_it_works_while_the_loop_of_a_kernel_runs():
    async def cell() -> int:
        return on_a_loop(asyncio.sleep, 0, 42)

    assert asyncio.run(cell()) == 42


def test_an_error_stays_the_learners_with_its_line():
    names = answer("async def fail():\n    await __import__('asyncio').sleep(0)\n    return 1 / 0\n")
    with pytest.raises(ZeroDivisionError) as caught:
        on_a_loop(names["fail"])
    assert learners_line(caught.value) == "return 1 / 0"


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), asyncio.CancelledError()])
def test_what_is_no_exception_comes_out_too(error):
    async def leave() -> None:
        raise error

    with pytest.raises(type(error)):
        on_a_loop(leave)


def test_an_unmet_expectation_within_comes_out():
    async def unmet() -> None:
        raise ExpectationFailed("ask()", "1", "2")

    with pytest.raises(ExpectationFailed, match="expected 1, got 2"):
        on_a_loop(unmet)


def test_a_function_without_async_is_told():
    with pytest.raises(ExpectationFailed) as caught:
        on_a_loop(answer("def plain(n): return n + 1")["plain"], 1)
    assert (caught.value.tried, caught.value.got) == ("await plain(1)", "2")
    assert "`async def`" in caught.value.meaning


def test_a_wait_that_never_ends_names_its_line():
    names = answer(
        "import asyncio\nasync def inner():\n    await asyncio.Event().wait()\n"
        "async def hang():\n    await inner()\n"
    )
    with pytest.raises(ExpectationFailed) as caught:
        on_a_loop(names["hang"], tried="hang()", most=0.2)
    assert (caught.value.tried, caught.value.got) == ("hang()", "it never ends")
    assert "never comes, in the line: await" in caught.value.meaning


def test_a_blocked_loop_names_its_line():
    names = answer("import time\nasync def block(seconds):\n    time.sleep(seconds)\n")
    with pytest.raises(ExpectationFailed) as caught:
        on_a_loop(names["block"], 3, most=0.2)
    assert "blocked" in caught.value.meaning and "in the line: time.sleep(seconds)" in caught.value.meaning


def test_an_endless_loop_is_stopped():
    with pytest.raises(ExpectationFailed, match="it never ends"):
        on_a_loop(answer("async def spin():\n    while True: pass\n")["spin"], most=0.1)


def test_code_that_catches_its_own_end_is_stopped():
    text = (
        "import asyncio\nasync def stubborn():\n    while True:\n        try:\n"
        "            await asyncio.sleep(0.01)\n        except BaseException:\n            pass\n"
    )
    with pytest.raises(ExpectationFailed, match="it never ends"):
        on_a_loop(answer(text)["stubborn"], most=0.1)


def test_the_time_limit_of_a_check_reaches_it():
    names = answer("import asyncio\nasync def hang():\n    await asyncio.Event().wait()\n")
    with pytest.raises(TookTooLong) as caught, limited(0.3):
        on_a_loop(names["hang"], most=60)
    assert caught.value.line == "await asyncio.Event().wait()"


def test_tasks_that_are_left_are_cancelled():
    ended = []

    async def background() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def work() -> str:
        asyncio.create_task(background())
        await asyncio.sleep(0)
        return "done"

    assert (on_a_loop(work), ended) == ("done", ["cancelled"])


def test_an_async_generator_that_is_left_is_closed():
    ended = []

    async def numbers():
        try:
            yield 1
        finally:
            await asyncio.sleep(0)
            ended.append("closed")

    left = numbers()

    async def work() -> int:
        return await anext(left)

    assert (on_a_loop(work), ended) == (1, ["closed"])


def test_work_in_threads_of_the_loop_is_done_and_they_end():
    assert on_a_loop(asyncio.to_thread, sum, [1, 2]) == 3


def test_an_error_that_nobody_reads_is_not_printed(capfd):
    async def fail() -> None:
        raise ValueError("unread")

    async def work() -> None:
        asyncio.create_task(fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    on_a_loop(work)
    assert capfd.readouterr().err == ""
