"""What a traced request leaves behind while it runs: its steps, and where each exception began."""

from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from course.tracing.steps import Step, error_in_words


class TraceRecorder:
    """Collects the steps of one request, in the order in which they happen."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.answered = False
        self.solving: list[Any] = []  # the dependencies being solved now, the outermost first
        self._began: list[tuple[BaseException, str]] = []

    def add(self, stage: str, name: str, note: str = "", failed: bool = False, parent: str = "") -> int:
        """Record a step and return its number."""
        self.steps.append(Step(stage, name, note, failed, parent))
        return len(self.steps) - 1

    def note(self, at: int, note: str) -> None:
        """Say more about step number `at`."""
        self.steps[at] = replace(self.steps[at], note=_joined(self.steps[at].note, note))

    def fail(self, at: int, error: BaseException) -> None:
        """Mark step number `at` as the place where `error` began; places it passes later do not count."""
        if not self.knows(error):
            step = self.steps[at]
            self._began.append((error, _place(step)))
            note = _joined(step.note, f"raised {error_in_words(error)}")
            self.steps[at] = replace(step, note=note, failed=True)

    def knows(self, error: BaseException) -> bool:
        """Whether it is known where this exception began."""
        return any(one is error for one, _ in self._began)

    def came_from(self, error: BaseException) -> str:
        """Where an exception began; if nothing saw it begin, it was in the last step."""
        if not self.knows(error) and self.steps:
            step = self.steps[-1]
            self._began.append((error, _place(step)))
            self.steps[-1] = replace(step, failed=True)
        return next((place for one, place in self._began if one is error), "the server")


current: ContextVar[TraceRecorder | None] = ContextVar("course_trace", default=None)


def _place(step: Step) -> str:
    of_its_own = step.stage in ("routing", "body", "validation")
    return step.stage if of_its_own else f"{step.stage} {step.name}"


def _joined(first: str, second: str) -> str:
    return f"{first}; {second}" if first else second
