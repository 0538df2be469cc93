"""Pages that lead to a cell from elsewhere: topics, errata, the quick-reference card, the first page."""

import csv
import re
from html import escape

from course.base import paths
from course.base.text import as_html
from course.content import catalog, notebook_file
from course.content.notebook_file import source
from course.recall import _card as card
from course.recall import _path as path
from course.site import opening, places

_BELIEF = re.compile(r"You may have read|[Mm]any texts (?:say|write|show)|[Aa] popular |popular notes")


def first() -> str:
    """The first page, as MyST Markdown."""
    parts = [
        "# Backend Python, one API in eight weeks",
        "You build one real API, a blog called Postboard, lesson by lesson. This is the course to read: each "
        "page shows what its cells printed when they were run. To run them yourself, and to have your "
        "answers checked, open the course in JupyterLab with `python3 start.py`.",
        "A question is asked before its answer is shown. Guess first, then open what is folded.",
        _ways_in(),
    ]
    for head, lessons in _weeks():
        rows = [f"- {{doc}}`{each.id} {each.title} </{places.lesson_page(each)}>`" for each in lessons]
        parts.append("\n".join([f"## {head}", "", *rows]))
    return "\n\n".join([*parts, *_sidebar()]) + "\n"


def _ways_in() -> str:
    return "\n".join(
        [
            f"- {{doc}}`An error message? Find the lesson that provokes it </{places.ERRORS}>`",
            f"- {{doc}}`What popular notes get wrong </{places.ERRATA}>`",
            f"- {{doc}}`The quick-reference card </{places.CARD}>`",
            "- {doc}`The app, lesson by lesson </app/index>`",
            f"- {{doc}}`Topics </{places.TOPICS}>` and {{ref}}`concepts <genindex>`",
            *([f"- [Open in Binder]({opening.binder()})"] if opening.binder() else []),
        ]
    )


def _weeks() -> list[tuple[str, list[catalog.Lesson]]]:
    """The weeks by their names, "Week 1: FastAPI basics", as the learning path has them."""
    heads = {int(head[5:6]): head for head in path.every()}
    by_week = {week: [each for each in catalog.lessons() if each.week == week] for week in heads}
    return [(heads[week], lessons) for week, lessons in by_week.items() if lessons]


def _sidebar() -> list[str]:
    parts = [
        _toctree(head, [f"/{places.lesson_page(each)}" for each in lessons]) for head, lessons in _weeks()
    ]
    found = [
        "/app/index",
        *(f"/{page}" for page in (places.ERRORS, places.ERRATA, places.CARD, places.TOPICS)),
    ]
    return [*parts, _toctree("To look up", [*found, "Concepts <genindex>"])]


def _toctree(caption: str, listed: list[str]) -> str:
    return "\n".join(["```{toctree}", f":caption: '{caption}'", ":hidden:", "", *listed, "```"])


def topics() -> str:
    """All topics by their area, each with the lesson that teaches it."""
    by_id = {each.id: each for each in catalog.lessons()}
    areas: dict[str, list[str]] = {}
    with (paths.ROOT / "docs" / "topics.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["lesson"] in by_id:
                area, _, name = row["topic"].partition(".")
                link = _to_lesson(by_id[row["lesson"]])
                areas.setdefault(area, []).append(f"- {name.replace('_', ' ')}: {link}")
    parts = ["# Topics", "What the course teaches, and where."]
    for area, rows in areas.items():
        parts.append("\n".join([f"## {area.replace('_', ' ')}", "", *rows]))
    return "\n\n".join(parts) + "\n"


def errata() -> str:
    """Beliefs that a lesson puts to the test: each in the lesson's words, with the cell that settles it."""
    parts = [
        "# What popular notes get wrong",
        "Some of it turns out right. Each belief has a cell that settles it.",
    ]
    for lesson in catalog.lessons():
        rows = [_belief(lesson, *each) for each in _beliefs(lesson)]
        if rows:
            parts.append("\n".join([f"## {lesson.id} {lesson.title}", "", *rows]))
    return "\n\n".join(parts) + "\n"


def _belief(lesson: catalog.Lesson, paragraph: str, cell: str) -> str:
    said = " ".join(paragraph.split())
    link = places.address(places.lesson_page(lesson), cell)
    return f'- {said} <a href="{link}">The cell that settles it</a>'


def _beliefs(lesson: catalog.Lesson) -> list[tuple[str, str]]:
    """Each paragraph that names a belief, and the id of the cell that settles it."""
    cells = notebook_file.read_cells(lesson.notebook)
    code = [place for place, cell in enumerate(cells) if cell["cell_type"] == "code" and cell["outputs"]]
    found = []
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            paragraphs = source(cell).split("\n\n")
            for number, paragraph in enumerate(paragraphs):
                if _BELIEF.search(paragraph) and not paragraph.startswith(("#", "|")):
                    last = number == len(paragraphs) - 1
                    found.append((paragraph, cells[_settling(code, place, paragraph, last)]["id"]))
    return found


def _settling(code: list[int], place: int, paragraph: str, last: bool) -> int:
    """A belief that ends with a colon or a question is settled by the next cell, another by the one above."""
    below = [each for each in code if each > place]
    above = [each for each in code if each < place]
    asks = last and paragraph.rstrip(")* ").endswith((":", "?"))
    return below[0] if below and (asks or not above) else above[-1]


def quick_reference() -> str:
    """The quick-reference card, each line with the cell that proves it."""
    parts = [
        "# The quick-reference card",
        "One line for what is looked up at work. Each number is its proof.",
    ]
    areas: dict[str, list[str]] = {}
    for line in card.lines():
        lesson = catalog.lesson(line.proof.lesson)
        link = places.address(places.lesson_page(lesson), line.proof.cell()["id"])
        areas.setdefault(line.area, []).append(
            f'<li>{as_html(line.said)} <a href="{link}">{lesson.id}</a></li>'
        )
    for area, rows in areas.items():
        parts.append(f"## {area}\n\n<ul>\n" + "\n".join(rows) + "\n</ul>")
    return "\n\n".join(parts) + "\n"


def _to_lesson(lesson: catalog.Lesson) -> str:
    address = places.address(places.lesson_page(lesson))
    return f'<a href="{address}">{lesson.id} {escape(lesson.title)}</a>'
