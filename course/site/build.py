"""Builds the web edition: writes what Sphinx reads into a folder of its own, lets Sphinx make the pages."""

import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from course.base import files, paths
from course.base.errors import CourseError
from course.content import catalog
from course.site import app_pages, errors, lists, mermaid, notebooks, places, toys

STATIC = Path(__file__).with_name("static")


def site(folder: Path, jobs: int = 2) -> None:
    """Write the web edition into `folder`, whose old pages go; `jobs` processes read and write pages.

    Nothing of the course is run. Raises CourseError when Sphinx is missing or says anything at all.
    """
    _refuse_other_things(folder)
    with tempfile.TemporaryDirectory(prefix="course-site-") as made:
        source = Path(made) / "source"
        _write(source, pages())
        # A file, since Sphinx takes no setting of a theme from elsewhere.
        (source / "conf.py").write_text(_settings(), encoding="utf-8")
        _copy_static(source)
        html = Path(made) / "html"
        _run_sphinx(source, html, Path(made) / "doctrees", jobs)
        with files.plainly(f"Writing the web edition to {files.shown(folder)}"):
            _replace(folder, html)


def pages() -> Iterator[tuple[str, str]]:
    """Every page's source: its path under the folder that Sphinx reads, and its text."""
    yield f"{places.INDEX}.md", lists.first()
    yield f"{places.TOPICS}.md", lists.topics()
    yield f"{places.ERRATA}.md", lists.errata()
    yield f"{places.CARD}.md", lists.quick_reference()
    yield f"{places.ERRORS}.md", errors.page()
    yield f"{places.APP}.md", app_pages.overview()
    for lesson, text in app_pages.pages():
        yield f"{places.app_page(lesson)}.md", text
    for lesson in catalog.lessons():
        yield f"{places.lesson_page(lesson)}.ipynb", notebooks.lesson(lesson)
        yield f"{places.exercise_page(lesson)}.ipynb", notebooks.exercises(lesson)


def _write(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for path, text in texts:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _copy_static(source: Path) -> None:
    target = source / "_static"
    shutil.copytree(STATIC, target)
    shutil.copytree(toys.STILLS, target / "stills")
    found = mermaid.bundle()
    (target / "mermaid").mkdir()
    for path in found.files.values():
        shutil.copy(path, target / "mermaid" / path.name)
    (target / "mermaid-parts.js").write_text(found.index(), encoding="utf-8")


def _settings() -> str:
    settings: dict[str, Any] = {
        "project": "Backend Python, one API in eight weeks",
        "html_title": "Backend Python",
        "language": "en",
        "extensions": ["myst_nb", "sphinx_copybutton", "course.site.extension"],
        "html_theme": "furo",
        "html_static_path": ["_static"],
        "html_copy_source": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
        "html_permalinks_icon": "#",
        "pygments_style": "a11y-high-contrast-light",
        "pygments_dark_style": "a11y-high-contrast-dark",
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "highlight_language": "python",
        "exclude_patterns": ["_static"],
    }
    return "".join(f"{name} = {value!r}\n" for name, value in settings.items())


def _run_sphinx(source: Path, html: Path, trees: Path, jobs: int) -> None:
    try:
        from sphinx.application import Sphinx
        from sphinx.util.console import strip_escape_sequences
        from sphinx.util.docutils import docutils_namespace, patch_docutils
    except ImportError as problem:
        raise CourseError(
            f"The web edition needs Sphinx, which is not installed ({problem}). "
            "Type `python3 start.py author site` in the course's folder: it installs what authors need."
        ) from problem
    said = io.StringIO()
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source, source, html, trees, "html", None, None, said, parallel=jobs, warningiserror=True
        )
        app.build()
    if warnings := strip_escape_sequences(said.getvalue()).strip():
        shown = warnings.replace(f"{source}/", "")
        raise CourseError(f"Sphinx warns, so there is no web edition:\n{shown}")


def _refuse_other_things(folder: Path) -> None:
    """Raise CourseError when a folder holds anything but an older web edition."""
    marks = [folder / "index.html", folder / "searchindex.js"]
    if folder.exists() and any(folder.iterdir()) and not all(mark.is_file() for mark in marks):
        raise CourseError(
            f"{files.shown(folder)} holds something else than a web edition, so nothing was written. "
            "Name an empty folder, or one that does not exist."
        )


def _replace(folder: Path, html: Path) -> None:
    """Put the new pages in place of the old ones."""
    shutil.rmtree(folder, ignore_errors=True)
    for rest in (".buildinfo", "objects.inv"):
        (html / rest).unlink(missing_ok=True)
    shutil.rmtree(html / "_sources", ignore_errors=True)
    shutil.move(html, folder)


DEFAULT = paths.ROOT / "site"
