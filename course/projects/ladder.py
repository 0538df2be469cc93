"""A server climbs the ladder: stage by stage, and no further than the first stage that is not done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from course.projects.base_world import BaseWorld
from course.projects.outcome import NotTried, NotYet, Outcome, Silent
from course.projects.requirement import Requirement, Stage
from course.projects.wire import Reply

Progress = Callable[[int, int], None]


W = TypeVar("W", bound=BaseWorld)


@dataclass(frozen=True)
class Line:
    """One requirement and how it ended; where it is not met, the sentence, the request and the response."""

    id: str
    name: str
    says: str
    outcome: Outcome
    why: str = ""
    got: str = ""
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True)
class Rung:
    """A stage with its lines."""

    number: int
    title: str
    lines: tuple[Line, ...]

    @property
    def done(self) -> bool:
        """Whether nothing in it is open that could be tried."""
        return all(each.outcome in (Outcome.DONE, Outcome.NOT_TRIED) for each in self.lines)


def climb(
    stages: Sequence[Stage[W]],
    world: Callable[[str], W],
    only: Callable[[str], bool] = lambda name: True,
    on_progress: Progress | None = None,
) -> tuple[Rung, ...]:
    """Try all requirements of each stage; after a stage that is not done, the rest is not reached.

    `world` makes what a requirement gets, by its name; `only` picks requirements by their names.
    """
    total = sum(only(each.name) for stage in stages for each in stage.requirements)
    rungs: list[Rung] = []
    done, open_ = 0, False
    for stage in stages:
        lines = []
        for each in stage.requirements:
            if not only(each.name):
                continue
            lines.append(_line(each, Outcome.NOT_REACHED) if open_ else _tried(each, world))
            done += 1
            if on_progress:
                on_progress(done, total)
        rungs.append(Rung(stage.number, stage.title, tuple(lines)))
        open_ = open_ or not rungs[-1].done
    return tuple(rungs)


def _tried(requirement: Requirement[W], world: Callable[[str], W]) -> Line:
    """One requirement. Whatever a server does, it ends with a line."""
    made = world(requirement.name)
    made.wire.renew()
    try:
        if made.host is not None and requirement.name != "migrates":
            made.host.start()
        requirement.deed(made)
    except NotTried as reason:
        return _line(requirement, Outcome.NOT_TRIED, str(reason))
    except NotYet as open_:
        return _open(requirement, open_, made)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return _open(requirement, _odd(made.wire.last), made)
    return _line(requirement, Outcome.DONE)


def _open(requirement: Requirement[Any], open_: NotYet, world: BaseWorld) -> Line:
    got = open_.got
    if isinstance(open_, Silent) and world.host is not None:
        got = world.host.died or got
    return _line(
        requirement, Outcome.NOT_YET, open_.why or requirement.says, got, open_.asked, open_.answered
    )


def _odd(last: Reply | None) -> NotYet:
    """What a requirement is told of a body that it cannot read."""
    why = "The response has another form than the contract says."
    return last.not_yet(why) if last else NotYet(why)


def _line(requirement: Requirement[Any], outcome: Outcome, *more: str) -> Line:
    return Line(requirement.id, requirement.name, requirement.says, outcome, *more)
