"""The revisions of a migration environment, from the scripts themselves."""

import os
from typing import TYPE_CHECKING

from course.base.errors import CourseError
from course.draw.mermaid import BOLD, DASHED, ROUND, Flowchart, Picture, box
from course.postgres.page_link import linked

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script, ScriptDirectory


def revisions(config: "Config | None" = None, url: str | None = None) -> Picture:
    """The chain of revisions, oldest first; bold: where the database is; dashed: what it has not run yet.

    `config`: Alembic's, of the page's app unless given; `url`: the database, the page's own unless given.
    Raises CourseError when there is no configuration, or when the scripts cannot be read.
    """
    scripts = _scripts(config)
    known = {each.revision: each for each in scripts.walk_revisions()}
    here = _current(url)
    run = {each.revision for each in scripts.iterate_revisions(tuple(here & known.keys()), "base")}
    heads = set(scripts.get_heads())
    chart = Flowchart("TB", "The revisions, oldest first", rankSpacing=24, padding=8, wrappingWidth=600)
    plain = []
    for revision, script in reversed(list(known.items())):
        notes = [name for name, true in (("database", revision in here), ("head", revision in heads)) if true]
        said = f"{revision} · {script.doc}" + (f" ({', '.join(notes)})" if notes else "")
        style = "here" if revision in here else "" if revision in run else "waiting"
        chart.add(box(f"r{revision}", said, shape=ROUND if revision in heads else ("[", "]"), style=style))
        for before in _before(script):
            chart.add(f"r{before} --> r{revision}")
        plain.append(f"{', '.join(_before(script)) or 'nothing'} → {said}")
    chart.styles(here=BOLD, waiting=DASHED)
    return Picture(str(chart), "\n".join(plain) or "no revisions")


def _scripts(config: "Config | None") -> "ScriptDirectory":
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        return ScriptDirectory.from_config(config or Config(os.environ.get("ALEMBIC_CONFIG", "alembic.ini")))
    except (CommandError, SyntaxError, ImportError) as problem:
        raise CourseError(f"The revisions cannot be drawn: {problem}") from None


def _before(script: "Script") -> tuple[str, ...]:
    down = script.down_revision
    return (down,) if isinstance(down, str) else tuple(down or ())


def _current(url: str | None) -> set[str]:
    """The revisions that a database says it is at; none where Alembic has never been."""
    with linked(url) as link, link.cursor() as cursor:
        cursor.execute("SELECT to_regclass('alembic_version') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return set()
        cursor.execute("SELECT version_num FROM alembic_version")
        return {number for (number,) in cursor.fetchall()}
