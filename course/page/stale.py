"""What a check judged and what stands in the page are not always the same: what to say when they differ."""

from course.checks import attempt
from course.checks.verdict import Outcome, Verdict
from course.content import catalog
from course.page import front, history
from course.workspace import progress

_RUN_IT = "Run that cell, then run this one again."


def remark(verdict: Verdict) -> None:
    """Put into a verdict what its reader must know: that the answer has changed since, or was not run yet."""
    exercise_id = verdict.exercise.id
    starter, ran = catalog.starter(exercise_id), history.seen().cells
    newest, now = attempt.newest(history.seen(), starter), front.answer(exercise_id)
    if now is not None and not now.strip():
        _empty(verdict, newest)
    elif not newest and not _raised(verdict):
        _not_run(verdict, now, starter)
    elif now is not None and attempt.changed(now, starter) and not _was_run(now, ran):
        _changed(verdict)


def _changed(verdict: Verdict) -> None:
    said = "The cell with your answer has changed since it was run"
    if verdict.outcome == Outcome.NOT_ATTEMPTED:
        verdict.note = f"{said}. {_RUN_IT}"
    else:
        verdict.first = f"{said}: this is about what ran. {_RUN_IT}"


def _empty(verdict: Verdict, newest: str) -> None:
    back = f'reset("{verdict.exercise.id}") puts the starter back.'
    if newest and verdict.outcome != Outcome.NOT_ATTEMPTED and not _raised(verdict):
        verdict.first = f"The cell with your answer is empty now: this is about what ran before. {back}"
        return
    verdict.outcome, verdict.expectations, verdict.note = Outcome.NOT_ATTEMPTED, [], ""
    verdict.first = f"The cell with your answer is empty. {back}"


def _not_run(verdict: Verdict, now: str | None, starter: str) -> None:
    """Nothing in this kernel makes the names of the answer: it was restarted, or the cell was never run."""
    tried = progress.standings().get(verdict.exercise.id, progress.Standing())
    before = " It was done before, and that is remembered." if tried.done else ""
    if tried.attempts or (now is not None and attempt.changed(now, starter)):
        verdict.note = (
            f"The cell with your answer has not been run since the kernel started.{before} {_RUN_IT} "
            "For all cells at once: Run > Run All Above Selected Cell."
        )


def _raised(verdict: Verdict) -> bool:
    """Whether the verdict is about a cell that ended with an error, such as one that does not parse."""
    return verdict.outcome == Outcome.RAISED and not verdict.expectations


def _was_run(text: str, ran: list[str]) -> bool:
    return text.strip() in {each.strip() for each in ran}
