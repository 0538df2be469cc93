"""The deck of a lesson: a section for each heading, its exercises at the end, all in one file."""

import re
from html import escape
from pathlib import Path

from course.base import files, paths
from course.base.errors import CourseError
from course.classroom.pacing import exercise_minutes
from course.classroom.slides import blocks, scripts
from course.classroom.slides.blocks import Block
from course.content import catalog, notebook_file

FOLDER = paths.ROOT / "slides"
_MARK = '<meta name="generator" content="course class slides">'
_HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
Section = tuple[str, list[Block]]


def write(lesson_id: str, out: Path | None = None) -> Path:
    """Write the slides of a lesson into a file, and return its path; without `out` into slides/.

    An older deck there is replaced. Raises CourseError when there is no such lesson, when the file is
    something else than a deck, or cannot be written.
    """
    lesson = catalog.lesson(lesson_id)
    path = out or FOLDER / f"{lesson.notebook.stem}.html"
    with files.plainly(f"Writing the slides to {files.shown(path)}"):
        _refuse_other_things(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_text(path, page(lesson))
    return path


def page(lesson: catalog.Lesson) -> str:
    """The whole deck of a lesson, as HTML."""
    shown = "".join(_section(title, held) for title, held in sections(lesson))
    name = escape(f"{lesson.id} {lesson.title}")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">{_MARK}'
        f'<meta name="viewport" content="width=device-width"><title>{name}, slides</title>'
        f"{scripts.style()}</head>\n<body>"
        f'<main id="source">{shown}</main><div class="reveal"><div class="slides"></div></div>\n'
        f"{scripts.scripts('data-mermaid=' in shown)}</body></html>\n"
    )


def sections(lesson: catalog.Lesson) -> list[Section]:
    """Each section's heading and blocks: the title first, the exercises last."""
    cells = notebook_file.read_cells(lesson.notebook)
    made: list[Section] = [("", [])]
    for held in blocks.of_cells(cells):
        for block in held:
            if block.kind != "prose":
                made[-1][1].append(block)
                continue
            for title, text in _parts(block.html):
                if title:
                    made.append((blocks.prose(title).strip()[3:-4], []))  # without its <p>
                if text.strip():
                    made[-1][1].append(Block("prose", blocks.prose(text)))
    made.append(("Exercises", [Block("exercises", _exercises(lesson))]))
    return [(title, held) for title, held in made if held or title]


def _parts(text: str) -> list[tuple[str, str]]:
    """A cell of prose, cut at its headings: each one and what follows; what comes before has none."""
    fenced = [found.span() for found in _FENCE.finditer(text)]
    cuts = [
        found
        for found in _HEADING.finditer(text)
        if not any(begin < found.start() < end for begin, end in fenced)
    ]
    ends = [*(cut.start() for cut in cuts[1:]), len(text)]
    made = [("", text[: cuts[0].start()] if cuts else text)]
    return made + [(cut[1], text[cut.end() : end]) for cut, end in zip(cuts, ends, strict=False)]


def _section(title: str, held: list[Block]) -> str:
    inner = "".join(
        f'<div class="block {block.kind}"{" data-step" * block.step}>{block.html}</div>\n' for block in held
    )
    if not title:
        return f'<section class="title">{inner}</section>\n'
    return f'<section><h2><span class="words">{title}</span></h2>\n{inner}</section>\n'


def _exercises(lesson: catalog.Lesson) -> str:
    long = {each.id: exercise_minutes(each) for each in lesson.exercises}
    rows = "".join(
        f"<tr><td>{each.id}</td><td>{blocks.prose(each.title).strip()[3:-4]}</td>"
        f"<td>{long[each.id]} minutes</td></tr>"
        for each in lesson.exercises
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _refuse_other_things(path: Path) -> None:
    """Raise CourseError when a file is there that is no deck."""
    if path.is_dir() or (path.exists() and _MARK.encode() not in path.read_bytes()[:1000]):
        raise CourseError(
            f"{files.shown(path)} is there and is no deck of slides, so nothing was written. "
            "Name another file with --out."
        )
