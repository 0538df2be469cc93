"""The check of a graduation project: a running server is held to each requirement of its contract."""

import importlib
import random
import secrets
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from course.base import files
from course.base.errors import CourseError
from course.projects import project_file, registry
from course.projects.base_world import BaseWorld
from course.projects.host import START_LIMIT, Host
from course.projects.ladder import Progress, climb
from course.projects.outcome import NotYet
from course.projects.report import Report
from course.projects.requirement import Stage
from course.projects.wire import Wire
from course.serving.loopback import Deed, Place, loopback

_CHECKED = Deed(
    "checked",
    elsewhere="Start your project on this machine, and give its address.",
    silent="Start your project in another terminal, or leave the address out: then the check starts it, by "
    "its project.toml.",
)


def check(
    name: str,
    folder: Path | None = None,
    *,
    url: str = "",
    stage: int | None = None,
    seed: int | None = None,
    only: Collection[str] = (),
    on_progress: Progress | None = None,
    start_limit: float = START_LIMIT,
    patience: float | None = None,
) -> Report:
    """Hold the project `name` to its contract, and return the ladder.

    Without `url`, the project in `folder` (else work/projects/NAME) is started by its project.toml, on a
    database of its own that is gone afterwards. `url`: a server of this machine that runs already; what
    needs a restart or the database is not tried then. `stage`: that stage alone; `only`: requirements by
    name. `seed`: the values of an earlier run. Raises CourseError for an unknown project or stage, for an
    address of another machine, and where no project.toml says how to start.
    """
    registry.known(name)
    wanted = _stages(name, stage)
    place = folder or registry.home(name)
    seed = secrets.randbelow(10**6) if seed is None else seed
    host = None if url else _host(name, place, start_limit)
    where, what = (host.place, files.shown(place)) if host else _at(url)
    wire = Wire(where, patience)

    try:
        if host and not (wanted[0].number == 1 and _picked(only)("migrates")):
            _migrate(host)
        return Report(
            name, what, seed, climb(wanted, _worlds(name, wire, host, seed), _picked(only), on_progress)
        )
    finally:
        wire.close()
        if host:
            host.close()


def _worlds(name: str, wire: Wire, host: Host | None, seed: int) -> Callable[[str], BaseWorld]:
    """What a requirement gets: its values do not depend on which others run."""
    world = _part(name, "world").World
    return lambda requirement: world(wire, random.Random(f"{seed} {requirement}"), host)


def _host(name: str, folder: Path, start_limit: float) -> Host:
    project = project_file.read(folder)
    return Host(project, _part(name, "world").services(), start_limit=start_limit)


def stages(name: str) -> Sequence[Stage[Any]]:
    """The ladder of a graduation project."""
    return tuple(_part(name, "stages").STAGES)


def _part(name: str, module: str) -> Any:
    """A module of a project's own folder: `stages` has STAGES, `world` has World and services()."""
    return importlib.import_module(f"course.projects.{name}.{module}")


def _stages(name: str, number: int | None) -> list[Stage[Any]]:
    every = stages(name)
    found = [each for each in every if number in (None, each.number)]
    if not found:
        raise CourseError(f"{name} has no stage {number}. It has the stages 1 to {len(every)}.")
    return found


def _migrate(host: Host) -> None:
    try:
        host.migrate()
    except NotYet as problem:
        raise CourseError(
            f"Nothing was checked: {problem.why} {problem.got} ({problem.asked or 'migrate'}). Stage 1 asks "
            "for it."
        ) from None


def _picked(only: Collection[str]) -> Callable[[str], bool]:
    return lambda name: not only or name in only


def _at(url: str) -> tuple[Place, str]:
    place = loopback(url, _CHECKED)
    return place, str(place)
