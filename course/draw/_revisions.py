"""The revisions of a migration environment, from the scripts themselves."""

import os
import warnings
from typing import TYPE_CHECKING

from course.base.errors import CourseError
from course.base.text import short
from course.draw.mermaid import BOLD, DASHED, ROUND, SQUARE, Flowchart, Picture, box
from course.postgres.page_link import linked
from course.suites.suite import SuiteRun

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory

_WIDTH = 60  # characters of what a revision says of itself


def revisions(
    config: "Config | None" = None, url: str | None = None, tested: SuiteRun | None = None
) -> Picture:
    """The chain of revisions, oldest first; bold: where the database is; dashed: what it has not run yet.

    A dotted arrow is a `depends_on`. `config`: Alembic's, of the page's app unless given; `url`: the
    database, the page's own unless given. `tested`: a run of tests, among them some for one revision each,
    such as `test_up[0001]`; it is the picture's subject then, and the database is not: ✓ all of a revision's
    tests passed, ✗ and bold: these failed. Raises CourseError when the revisions cannot be read.
    """
    here = set() if tested else _current(url)
    scripts, before = _read(config)
    run = _built_on(here, before)
    known = {script.revision: f"r{number}" for number, script in enumerate(scripts)}
    chart = Flowchart("TB", "The revisions, oldest first", rankSpacing=24, padding=8, wrappingWidth=600)
    plain = []
    for script in scripts:
        mark = _mark(tested, script.revision) if tested else ""
        said = _said(script, here) + mark
        style = "here" if script.revision in here or "✗" in mark else ""
        style = style if tested or script.revision in run else "waiting"
        chart.add(box(known[script.revision], said, shape=ROUND if script.is_head else SQUARE, style=style))
        for each, arrow in before[script.revision].items():
            chart.add(f"{known[each]} {arrow} {known[script.revision]}")
        plain.append(f"{', '.join(before[script.revision]) or 'nothing'} → {said}")
    for number, revision in enumerate(sorted(here - known.keys())):
        plain.append(f"{revision} (database, and no file has it)")
        chart.add(box(f"x{number}", plain[-1], style="here"))
    chart.styles(here=BOLD, waiting=DASHED)
    return Picture(str(chart), "\n".join(plain) or "no revisions")


def _mark(tested: SuiteRun, revision: str) -> str:
    """What became of the tests whose parameter is this revision."""
    mine = [each for each in tested.results if each.name.endswith(f"[{revision}]")]
    failed = [each.name.partition("[")[0] for each in mine if each in tested.failed]
    return f" ✗ {', '.join(failed)}" if failed else " ✓" if mine else ""


def _said(script: "Script", here: set[str]) -> str:
    labels = getattr(script.module, "branch_labels", None) or ()
    notes = [f"branch {name}" for name in ([labels] if isinstance(labels, str) else labels)]
    notes += ["database"] if script.revision in here else []
    notes += ["head"] if script.is_head else []
    said = f"{script.revision} · {short(script.doc, _WIDTH)}".removesuffix(" · ")
    return said + (f" ({', '.join(notes)})" if notes else "")


def _read(config: "Config | None") -> tuple[list["Script"], dict[str, dict[str, str]]]:
    """All revisions, oldest first, and for each those that it builds on, with an arrow."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    file = os.environ.get("ALEMBIC_CONFIG", "alembic.ini")
    if config is None and not os.path.isfile(file):
        raise CourseError(
            f"There is no {file}, so there are no revisions to draw. Run the page's cells from the top."
        )
    found = config or Config(file)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Revision .* is (not present|present more than once)")
            directory = ScriptDirectory.from_config(found)
            scripts = list(directory.walk_revisions())[::-1]
            before = {script.revision: _arrows(script, directory) for script in scripts}
            return _in_rows(scripts, before), before
    except Exception as problem:  # whatever the learner's own files raise
        said = f"{type(problem).__name__}: {short(problem, 200)}"
        raise CourseError(f"The revisions cannot be drawn. {said}") from None


def _in_rows(scripts: list["Script"], before: dict[str, dict[str, str]]) -> list["Script"]:
    """Row by row from the top, each row by its ids: Alembic's walk may take the younger branch first."""
    row: dict[str, int] = {}
    for script in scripts:
        row[script.revision] = 1 + max((row.get(each, 0) for each in before[script.revision]), default=0)
    return sorted(scripts, key=lambda script: (row[script.revision], script.revision))


def _arrows(script: "Script", directory: "ScriptDirectory") -> dict[str, str]:
    """What a revision builds on, each with Mermaid's arrow: dotted where it only has to run later."""
    found = {}
    for names, arrow in [(script.dependencies, "-.->"), (script.down_revision, "-->")]:
        for name in [names] if isinstance(names, str) else names or ():
            if earlier := directory.get_revision(name):
                found[earlier.revision] = arrow
    return found


def _built_on(here: set[str], before: dict[str, dict[str, str]]) -> set[str]:
    """What a database has run that is at these revisions: they, and all that they build on."""
    found: set[str] = set()
    todo = list(here)
    while todo:
        revision = todo.pop()
        if revision not in found:
            found.add(revision)
            todo += before.get(revision, {})
    return found


def _current(url: str | None) -> set[str]:
    """The revisions that a database says it is at; none where Alembic has never been."""
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute("SELECT to_regclass('alembic_version') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return set()
        cursor.execute("SELECT version_num FROM alembic_version")
        return {number for (number,) in cursor.fetchall()}
