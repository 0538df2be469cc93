"""What the web edition adds to Sphinx: ids and colours of cells, styles, and scripts where they are used."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from course.site.lexer import CellLexer

_MARK = 'class="picture mermaid-picture"'


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this; the names of its events stand here and nowhere else."""
    app.add_lexer("course-cell", CellLexer)
    app.add_css_file("site.css")
    app.add_js_file("site.js", loading_method="defer")
    app.connect("doctree-read", _name_cells)
    app.connect("html-page-context", _scripts)
    app.connect("html-page-context", _levels, priority=900)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _name_cells(_: Sphinx, tree: nodes.document) -> None:
    """Each code cell gets the id that it has in its notebook: links from elsewhere lead to it."""
    for cell in tree.findall(nodes.container):
        name = cell.get("cell_metadata", {}).get("course_id")
        if name:
            cell["ids"].append(name)


def _scripts(app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Mermaid weighs three megabytes, so it is loaded where a page has a picture of it."""
    if _MARK in context.get("body", ""):
        app.add_js_file("mermaid-parts.js", loading_method="defer")
        app.add_js_file("mermaid.js", loading_method="defer")
    if page.endswith("/errors"):
        app.add_js_file("errors.js", loading_method="defer")


def _levels(_: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Captions of the sidebar are headings without a level to Sphinx: axe calls that critical."""
    heading = 'role="heading"'
    sidebar = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = sidebar.replace(heading, f'{heading} aria-level="2"')
