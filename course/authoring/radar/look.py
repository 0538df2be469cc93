"""One look at the course with other packages: what fails, and by which package."""

import platform
import re
import tempfile
from pathlib import Path

from course.authoring.radar import packages, proving
from course.authoring.radar.packages import Ties
from course.authoring.radar.report import Survey
from course.authoring.radar.survey import Say, explain
from course.authoring.radar.trial import Trial
from course.base.errors import CourseError
from course.content import catalog

_PIN = re.compile(r"[A-Za-z0-9][\w.-]*==[\w.!+-]+")


def look(lessons: list[str], pins: list[str], locks: bool, say: Say) -> Survey:
    """Prove these lessons (all of the course for []) in a throw-away environment, and look who is to blame.

    Its packages are the newest; or, with `pins` such as "fastapi==0.160.0", the locks' and these; or, with
    `locks`, the locks' alone. Raises CourseError for what is no pin and no lesson, and when nothing can be
    installed.
    """
    _understood(lessons, pins, locks)
    with tempfile.TemporaryDirectory(prefix="course-radar-") as folder:
        say("Making a throw-away environment from the locks")
        trial = Trial(Path(folder) / "environment")
        trial.take_locks()
        before = trial.installed()
        _move(trial, pins, locks, say)
        after = trial.installed()
        moves, ties = packages.moves(before, after), Ties(before, after)
        say(f"{len(moves)} packages differ from the locks. Running {_share(lessons)}")
        failures = proving.run(trial.python, proving.share(lessons))
        # All of them, in case somebody ends this before the search does.
        say("\n- ".join([f"{len(failures)} failed", *(each.test for each in failures)]))
        runner = proving.InTrial(trial, before, after)
        finds = explain(failures, ties.ordered(), runner, ties.closed, say) if failures else []
    system = f"{platform.system()} {platform.machine()}"
    return Survey(platform.python_version(), system, _tried(pins, locks), _share(lessons), moves, finds)


def _understood(lessons: list[str], pins: list[str], locks: bool) -> None:
    """Raise CourseError for what cannot be meant, before anything is installed."""
    for each in lessons:
        catalog.lesson(each)
    for pin in pins:
        if not _PIN.fullmatch(pin):
            raise CourseError(f'"{pin}" is no pin. Write a name and a version, as in fastapi==0.160.0.')
    if pins and locks:
        raise CourseError("--locks takes the packages as they are, and --pin moves some: choose one of them.")


def _move(trial: Trial, pins: list[str], locks: bool, say: Say) -> None:
    if pins:
        say(f"Moving to {', '.join(pins)}")
        trial.take_pins(pins)
    elif not locks:
        say("Moving everything to its newest version")
        trial.take_newest()


def _tried(pins: list[str], locks: bool) -> str:
    if pins:
        return f"The packages of the locks with {', '.join(pins)}"
    return "The packages of the locks" if locks else "The newest packages"


def _share(lessons: list[str]) -> str:
    return f"lesson{'s' * (len(lessons) > 1)} {', '.join(lessons)}" if lessons else "the whole proof"
