"""What a check says: one of four outcomes, each expectation as a sentence, as text and as HTML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape

from course.base.errors import ExpectationFailed
from course.base.text import as_html, shortened
from course.checks.expectations import is_unmet
from course.checks.guard import Refused
from course.checks.learners_code import learners_line
from course.checks.memory_limit import WORDS
from course.checks.time_limit import TookTooLong
from course.content.catalog import Exercise


class Outcome(StrEnum):
    """What a check comes to."""

    NOT_ATTEMPTED = "not attempted"
    RAISED = "raised"
    NOT_YET = "not yet"
    DONE = "done"


@dataclass
class Expectation:
    """One test of a check: the sentence the learner sees, and the error it ended with, if any.

    `in_app`: the last error that the learner's code raised in an app meanwhile, which answered with 500.
    `remark`: what the check says beside the sentence when it is met.
    """

    sentence: str
    error: BaseException | None = None
    in_app: Exception | None = None
    remark: str = ""

    @property
    def met(self) -> bool:
        """True when the test passed."""
        return self.error is None

    @property
    def line(self) -> str:
        """The sentence, and what there is to say beside it."""
        return f"{self.sentence} · {self.remark}" if self.met and self.remark else self.sentence


_COLOURS = {
    Outcome.DONE: "var(--jp-success-color1, #388e3c)",
    Outcome.NOT_YET: "var(--jp-warn-color1, #f57c00)",
    Outcome.RAISED: "var(--jp-error-color1, #d32f2f)",
    Outcome.NOT_ATTEMPTED: "var(--jp-border-color1, #bdbdbd)",
}
_MUTED = "color: var(--jp-content-font-color2, #616161)"
_GOT, _IN_THE_LINE = "got ", "in the line: "  # how lines begin that hold what is the learner's


@dataclass
class Verdict:
    """The outcome of one check; `note` says what to do where the expectations alone do not.

    `left_out`: how many expectations were not tried, because the check ended at one that took too long.
    """

    exercise: Exercise
    outcome: Outcome
    note: str = ""
    expectations: list[Expectation] = field(default_factory=list)
    left_out: int = 0
    first: str = ""  # what the reader must know before the rest, such as that the answer has changed since
    onwards: list[tuple[str, str]] = field(default_factory=list)  # where to go on: an address and its words

    @property
    def met(self) -> int:
        """How many expectations were met."""
        return sum(each.met for each in self.expectations)

    @property
    def total(self) -> int:
        """How many expectations the exercise has; 0 when none was looked at."""
        return len(self.expectations) + self.left_out

    @property
    def unmet(self) -> str:
        """The sentence of the first expectation that was not met, in the course's words; "" without one."""
        return next((each.sentence for each in self.expectations if not each.met), "")

    def heading(self) -> str:
        """One line: which exercise, and how it went."""
        score = f", {self.met} of {self.total}" if self.expectations else ""
        words = {Outcome.RAISED: "your code raised an error"}.get(self.outcome, self.outcome)
        return f"{self.exercise.id} · {self.exercise.title}: {words}{score}"

    def __repr__(self) -> str:
        lines = [self.heading(), *([self.first] if self.first else [])]
        for each, why in self.explained():
            lines.append(f"{'✓' if each.met else '✗'} {each.line}")
            lines += [f"    {line}" for line in why]
        return "\n".join(lines + ([self.note] if self.note else []))

    def explained(self) -> Iterator[tuple[Expectation, list[str]]]:
        """Each expectation with the lines that explain it; what stands right above is not said again."""
        said: list[list[str]] = [[]]
        for each in self.expectations:
            why = explain(each)
            meaning = why[3:]  # where there is one: after what was tried, and what came of it
            if why and why == said[-1]:
                yield each, ["the same as above"]
            elif meaning and any(meaning == other[3:] for other in said):
                yield each, why[:3]
            else:
                yield each, why
            said.append(why)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self) -> str:
        rows = "".join(_row(each, why) for each, why in self.explained())
        note = f'<div style="margin-top: 4px">{as_html(self.note)}</div>' if self.note else ""
        first = f"<div><em>{as_html(self.first)}</em></div>" if self.first else ""
        note += "".join(
            f'<div>Next: <a href="{escape(address)}">{escape(words)}</a></div>'
            for address, words in self.onwards
        )
        return (
            f'<div style="border-left: 4px solid {_COLOURS[self.outcome]}; padding: 2px 0 2px 12px">'
            f"<strong>{escape(self.heading())}</strong>{first}{rows}{note}</div>"
        )


def explain(expectation: Expectation) -> list[str]:
    """Why an expectation was not met, line by line: tried, expected and got, what it usually means."""
    error = expectation.error
    if error is None:
        return []
    if isinstance(error, ExpectationFailed):
        lines = [error.tried, f"expected {error.expected}", f"{_GOT}{error.got}", error.meaning]
        return [line for line in lines + _in_app(expectation.in_app) if line]
    line = (error.line if isinstance(error, TookTooLong) else "") or learners_line(error)
    where = [f"{_IN_THE_LINE}{line}"] if line else []
    if isinstance(error, TookTooLong):
        return [_slow(bool(line)), *where]
    if isinstance(error, Refused):
        return [str(error), *where]
    if is_unmet(error):
        return [_first_line(error)] if _first_line(error) else []
    if isinstance(error, MemoryError):
        return [_NO_MEMORY, *where]
    if type(error).__name__ == "CancelledError" and line:
        return [_CANCELLED, *where]
    if line:
        return [f"your code raised {describe(error)}", *where]
    return [f"what your code gave back could not be read: {describe(error)}"]


def _in_app(error: Exception | None) -> list[str]:
    if error is None:
        return []
    return [f"in the app, your code raised {describe(error)}", f"{_IN_THE_LINE}{learners_line(error)}"]


_NO_MEMORY = (
    f"This needed more memory than a check gives, {WORDS} on top of what the notebook uses, and was stopped "
    "(MemoryError). Does something grow without end?"
)

_CANCELLED = (
    "your code raised CancelledError: what it waited for was cancelled. In a request to an app, an endpoint "
    "that ends the program (`exit()`, SystemExit) does that."
)


def _slow(theirs: bool) -> str:
    if theirs:
        return "This took too long and was stopped. Is there a loop that never ends, or a long wait?"
    return (
        "This took too long and was stopped. At that moment no line of your code was running. What you wrote "
        "may wait for something that never comes: an `await`, a lock, a connection. Or the check was reading "
        "what your code gave back. If neither can be, please report it: it may be an error of the course."
    )


def describe(error: BaseException) -> str:
    """An error in one line: its type, and the first line of its message."""
    message = _first_line(error)
    if isinstance(error, SyntaxError):  # whose own text names a file that the learner has never seen
        message = shortened(error.msg or "") + f", line {error.lineno} of the cell" * bool(error.lineno)
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _first_line(error: BaseException) -> str:
    """The first line of an error's message; "" when it has none, or when making it raises."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        return ""
    return shortened(lines[0]) if lines else ""


def _row(expectation: Expectation, lines: list[str]) -> str:
    colour = _COLOURS[Outcome.DONE if expectation.met else Outcome.RAISED]
    mark = f'<span style="color: {colour}; font-weight: bold">{"✓" if expectation.met else "✗"}</span>'
    why = "".join(f'<div style="{_MUTED}; margin-left: 1.6em">{_line(line)}</div>' for line in lines)
    return f"<div>{mark} {as_html(expectation.line)}{why}</div>"


def _line(line: str) -> str:
    """A line that explains, as HTML. What is the learner's own keeps its backticks: they are part of it."""
    if line.startswith(_IN_THE_LINE):
        return f"{_IN_THE_LINE}<code>{escape(line.removeprefix(_IN_THE_LINE))}</code>"
    return escape(line) if line.startswith(_GOT) else as_html(line)


def joined_notes(*notes: str) -> str:
    """Notes beside a verdict as one text; empty ones are left out."""
    return " ".join(note.strip() for note in notes if note.strip())
