"""Judge mutants in a process of their own: one that hangs or ends its process takes nobody with it.

The time limit of a mutant is counted in processor seconds, which a busy machine does not change: a loop
ends by the work it does. What only waits ends by the exercise's own limit. pebble's pool was considered: it
limits a task by the clock, and a busy machine would then kill mutants that survive.
"""

import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from course.authoring import judge
from course.authoring.mutate.mutants import Mutant
from course.base.errors import CourseError
from course.checks.verdict import Outcome, Verdict
from course.content import catalog

_BATCH = (
    16  # after so many mutants the official answer is judged again: has one of them left something behind?
)
_LEAST_PROCESSOR_SECONDS = 2.0
_TIMES_THE_OFFICIAL = 20.0
_AGAIN_SECONDS = 0.5
_LOST_SECONDS = 150.0  # longer than all that ends a check from inside
RAISED, NOT_ATTEMPTED, ENDED = "the cell itself raised", "not attempted", "its process ended"
NOT_CHECKED = "the check could not be run"


@dataclass(frozen=True)
class Found:
    """How a mutant fared: the expectations that it failed, or another way in which it was found out."""

    by: tuple[str, ...]

    @property
    def survived(self) -> bool:
        """True when the check accepts it."""
        return not self.by


class Court:
    """A process that judges answers; a new one begins where the last one was lost."""

    def __init__(self, whole: bool = False) -> None:
        """`whole`: try each expectation, and do not stop at the first that fails."""
        self._whole = whole
        self._process: multiprocessing.process.BaseProcess | None = None
        self._line: Connection | None = None

    def __enter__(self) -> "Court":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def judge(self, mutants: Sequence[Mutant]) -> list[Found]:
        """How each mutant of one exercise fares. Raises CourseError when its official answer is refused."""
        found: list[Found] = []
        for start in range(0, len(mutants), _BATCH):
            batch = mutants[start : start + _BATCH]
            judged = [self._one(each) for each in batch]
            sound = self._is_sound(batch[0].exercise_id)
            found += judged if sound else [self._alone(each) for each in batch]
        return found

    def _alone(self, mutant: Mutant) -> Found:
        """Judge in a process in which no other mutant has left anything behind."""
        self._begin_anew(mutant.exercise_id)
        return self._one(mutant)

    def _one(self, mutant: Mutant) -> Found:
        for _ in range(2):
            if self._process is None:
                self._begin_anew(mutant.exercise_id)
            found = self._ask(mutant.exercise_id, mutant.text)
            if found.by != (NOT_CHECKED,):
                return found
            self._end()  # was it the machine? in a new process the official answer comes first and shows it
        return found

    def _is_sound(self, exercise_id: str) -> bool:
        if self._process is None:
            return True
        sound = self._ask(exercise_id, catalog.official(exercise_id)).survived
        if not sound:
            self._end()
        return sound

    def _begin_anew(self, exercise_id: str) -> None:
        self._end()
        spawned = multiprocessing.get_context("spawn")
        self._line, theirs = spawned.Pipe()
        # Not a daemon: where an answer is tests, it starts processes. It ends when its line is cut.
        self._process = spawned.Process(target=_serve, args=(theirs, self._whole))
        self._process.start()
        theirs.close()
        found = self._ask(exercise_id, catalog.official(exercise_id))
        if not found.survived:
            self._end()
            raise CourseError(
                f"The check of {exercise_id} refuses the official answer ({'; '.join(found.by)}), so its "
                "mutants say nothing. `course author judge` shows why."
            )

    def _ask(self, exercise_id: str, text: str) -> Found:
        assert self._line is not None
        try:
            self._line.send((exercise_id, text))
            if self._line.poll(_LOST_SECONDS):
                return Found(tuple(self._line.recv()))
        except (EOFError, OSError):
            pass
        self._end()
        return Found((ENDED,))

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._line is not None:
            self._line.close()
        self._process = self._line = None


def _serve(line: Any, whole: bool) -> None:
    """The process of a court: judges what it is sent until the line is cut."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked
    judging = _Judging(whole)
    while True:
        try:
            exercise_id, text = line.recv()
        except (EOFError, OSError):
            return
        line.send(judging.of(exercise_id, text))


class _Judging:
    """What a court's process keeps in mind: each exercise's limit, and what found the last mutant out."""

    def __init__(self, whole: bool) -> None:
        self._whole, self._limits = whole, dict[str, float]()
        self._first = ""  # tried first: neighbours are often found out by the same expectation

    def of(self, exercise_id: str, text: str) -> list[str]:
        """How an answer fares; before the first one of an exercise its official answer is judged."""
        if exercise_id not in self._limits:
            found = self._measure(exercise_id)
            if text == catalog.official(exercise_id):
                return found
        found = _judged(exercise_id, text, self._limits[exercise_id], None if self._whole else self._first)
        self._first = found[0] if found else self._first
        return found

    def _measure(self, exercise_id: str) -> list[str]:
        start = time.process_time()
        found = _judged(exercise_id, catalog.official(exercise_id), 0.0, "")  # 0: without a limit
        spent = time.process_time() - start
        self._limits[exercise_id] = max(_LEAST_PROCESSOR_SECONDS, _TIMES_THE_OFFICIAL * spent)
        return found


def _judged(exercise_id: str, text: str, seconds: float, first: str | None) -> list[str]:
    try:
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()), _processor_limit(seconds):
            return _by(judge.verdict(exercise_id, text, first))
    except CourseError:
        return [NOT_CHECKED]
    except BaseException as error:  # a mutant may raise anything: SystemExit, and what no program should
        return [f"{RAISED} {type(error).__name__}"]


def _by(verdict: Verdict) -> list[str]:
    if verdict.outcome == Outcome.DONE:
        return []
    if verdict.outcome == Outcome.NOT_ATTEMPTED:
        return [NOT_ATTEMPTED]
    return [each.sentence for each in verdict.expectations if not each.met] or [RAISED]


@contextmanager
def _processor_limit(seconds: float) -> Iterator[None]:
    """Let the time limit that holds just now ring when the block has used so much of the processor."""
    if not hasattr(signal, "setitimer"):  # Windows: the exercise's own limit holds alone
        yield
        return

    def ring(_signal: int, frame: FrameType | None) -> None:
        limit = signal.getsignal(signal.SIGALRM)
        if callable(limit):
            limit(signal.SIGALRM, frame)

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
