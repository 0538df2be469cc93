"""A notebook as myst-nb reads it: the published cells and stored outputs, and what a page adds to them."""

import json
import re
from typing import Any

from course.content import catalog, notebook_file
from course.content.notebook_file import source
from course.site import concepts, opening, outputs, places, predictions, toys

Cell = dict[str, Any]
_FINISH = re.compile(r"^finish\(\)\s*\Z", re.MULTILINE)
# What finish() and lesson() say of the reader's own progress, which a page that is only read does not know.
_OF_A_LEARNER = re.compile(r"<div>(?:Guesses|Exercises): .*?</div>", re.DOTALL)


def lesson(of: catalog.Lesson) -> str:
    """The notebook of a lesson's page, as JSON."""
    cells = notebook_file.read_cells(of.notebook)
    hidden = predictions.folded(cells)
    title, *rest = cells
    made = [title, _prose(opening.of_lesson(of))]
    for place, cell in enumerate(rest, start=1):
        if cell["cell_type"] == "markdown":
            made.append(_anchored(cell, concepts.named(source(cell))))
        else:
            made += _code(cell, fold=place in hidden)
    return _notebook([*made, _prose(opening.contents(places.exercise_page(of)))])


def exercises(of: catalog.Lesson) -> str:
    """The notebook of a page of exercises, as JSON: the starters, never an answer."""
    title, *rest = notebook_file.read_cells(of.exercise_notebook)
    made = [title, _prose(opening.of_exercises(of))]
    for cell in rest:
        made += [_anchored(cell)] if cell["cell_type"] == "markdown" else [_plain_code(cell, [])]
    return _notebook(made)


def _code(cell: Cell, fold: bool) -> list[Cell]:
    shown = [outputs.for_page(each) for each in cell["outputs"]]
    asked = [each for each in shown if outputs.is_question(each)]
    if _FINISH.search(source(cell)):
        html = _OF_A_LEARNER.sub("", "".join(each["data"]["text/html"] for each in shown))
        return [_prose(html)]
    made = []
    if asked:
        shown = [each for each in shown if not outputs.is_question(each)]
    made.append(_plain_code(cell, shown, fold and bool(shown)))
    question = [_prose(f'<div class="predict">{each["data"]["text/html"]}</div>') for each in asked]
    # A cell that asks and compares: the question stands above it, its answer is folded.
    made = [*question, *made] if fold else [*made, *question]
    return made + [_prose(each) for each in toys.figures(source(cell))]


def _plain_code(cell: Cell, shown: list[dict[str, Any]], fold: bool = False) -> Cell:
    metadata: dict[str, Any] = {"course_id": cell["id"]}
    if fold:
        metadata |= {"tags": ["hide-output"], "mystnb": {"code_prompt_show": predictions.PROMPT}}
        metadata["mystnb"]["code_prompt_hide"] = "Close"
    return {
        "cell_type": "code",
        "id": cell["id"],
        "metadata": metadata,
        "execution_count": cell["execution_count"],
        "source": source(cell),
        "outputs": shown,
    }


def _anchored(cell: Cell, before: str = "") -> Cell:
    anchor = f'<span id="{cell["id"]}" class="place"></span>'
    return _prose(f"{before}{anchor}\n\n{source(cell)}")


def _prose(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _notebook(cells: list[Cell]) -> str:
    about = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python", "pygments_lexer": "course-cell"},
    }
    for number, cell in enumerate(cells):
        cell.setdefault("id", f"made-{number}")
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": about, "cells": cells}
    return json.dumps(whole, ensure_ascii=False)
