"""`course class feedback`: a page for each learner with the sentences that `check` says, made by nbgrader.

The pages need no network and run no script: nbgrader's own template asks a CDN for MathJax.
"""

from html import escape
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import GetGrades
from pygments.formatters import HtmlFormatter
from traitlets.config import Config

from course.base.errors import CourseError
from course.base.text import as_html
from course.classroom.grading.folder import CourseFolder
from course.classroom.grading.restored import lesson_id
from course.content import catalog, notebook_file

_TEMPLATES = Path(__file__).with_name("templates")
_NAME = "course_feedback"


def write(folder: CourseFolder, lesson: catalog.Lesson) -> list[Path]:
    """Write the feedback of all who were graded in a lesson, anew; returns the pages.

    Raises CourseError when nobody was graded, or when nbgrader cannot write.
    """
    learners = folder.learners("autograded", lesson)
    if not learners:
        raise CourseError(
            f"Nobody is graded in {lesson.id} yet: `course class grade {lesson.id}` comes first."
        )
    try:
        folder.convert(GenerateFeedback, lesson, "*", _settings())
    except NbGraderException as problem:
        raise CourseError(
            f"nbgrader did not write the feedback of {lesson.id}: {problem} "
            f"{folder.root / 'nbgrader.log'} says more."
        ) from problem
    return [folder.at("feedback", lesson, each).with_suffix(".html") for each in learners]


def _settings() -> Config:
    config = Config()
    config.GenerateFeedback.preprocessors = [GetGrades]
    config.GenerateFeedback.exporter_class = HTMLExporter
    config.HTMLExporter.template_name = _NAME
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    config.HTMLExporter.filters = {
        "verdict_html": verdict_html,
        "points": points,
        "page_css": page_css,
        "exercise_of": exercise_of,
        "opens_page": opens_page,
        "lesson_title": lesson_title,
    }
    return config


def verdict_html(output: Any) -> str:
    """What a check said, from the output of its cell: the words of `check`, escaped, one below the other."""
    if output["output_type"] == "error":
        done, text = False, output["evalue"]
    else:
        done, text = True, output.get("data", {}).get("text/plain", "")
    heading, *lines = text.splitlines() or [""]
    rows = "".join(_row(line) for line in lines if line.strip())
    kind = "verdict done" if done else "verdict"
    return f'<div class="{kind}"><p><strong>{as_html(heading)}</strong></p>{rows}</div>'


def _row(line: str) -> str:
    for mark, kind in (("✓", "met"), ("✗", "unmet")):
        if line.startswith(mark):
            return f'<p class="{kind}"><b>{mark}</b> {as_html(line[1:].strip())}</p>'
    if line.startswith("    "):
        return f'<p class="why">{as_html(line.strip())}</p>'
    return f"<p>{as_html(line)}</p>"


def points(count: float) -> str:
    """Points without a needless .0."""
    return f"{count:g}"


def page_css(_: str) -> str:
    """The styles of the page, and of the code on it, light and dark."""
    own = (_TEMPLATES / _NAME / "page.css").read_text("utf-8")
    light = HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    plain = ".highlight, .highlight pre { background: var(--box) !important; }"
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n{own}\n{plain}"


def exercise_of(cell: Any) -> str:
    """The exercise that a check cell checks, by its id."""
    called = notebook_file.CHECK_CALL.search(cell["source"])
    return called[1] if called else escape(cell["metadata"]["nbgrader"]["grade_id"])


def opens_page(source: str) -> bool:
    """Whether a cell is the one with lesson(…), which tells a learner nothing."""
    return "lesson(" in source and "exercises=True" in source


def lesson_title(assignment: str) -> str:
    """The id and the title of an assignment's lesson."""
    lesson = catalog.lesson(lesson_id(assignment))
    return f"{lesson.id} {lesson.title}"
