"""What stands in each lesson, counted from its files."""

from collections import Counter

from rich.table import Table

from course.authoring import judge, minutes
from course.content import catalog, notebook_file, questions


def pictures(cells: list[dict]) -> int:
    """How many stored outputs of a notebook are pictures: Mermaid text or a Vega-Lite chart."""
    kinds = [kind for cell in cells for out in cell.get("outputs", []) for kind in out.get("data", {})]
    return sum(kind == "text/vnd.mermaid" or kind.startswith("application/vnd.vega") for kind in kinds)


def table() -> Table:
    """One row a lesson: the minutes it says and those its page counts, cells, exercises, answers, topics."""
    shown = Table(title="Lessons")
    shown.add_column("lesson", no_wrap=True, overflow="ellipsis")
    for heading in ("says", "counted", "cells", "pictures", "tasks", "right", "wrong", "topics"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for lesson in catalog.lessons():
        cells = notebook_file.read_cells(lesson.notebook)
        found = list(judge.answers(lesson.answers_file)) if lesson.answers_file.exists() else []
        accepted = sum(answer.kind == "accept" for answer in found)
        counts = [lesson.minutes, round(minutes.counted(lesson))]
        counts += [sum(cell["cell_type"] == "code" for cell in cells), pictures(cells)]
        counts += [len(lesson.exercises), accepted, len(found) - accepted, len(lesson.topics)]
        shown.add_row(f"{lesson.id} {lesson.title}", *map(str, counts))
    return shown


def questions_by_topic() -> Table:
    """One row a topic: the lessons that teach it, and how many questions a review can ask of it."""
    asked = Counter(topic for each in questions.questions() for topic in each.topics)
    shown = Table(title="Questions")
    for heading in ("topic", "lessons", "questions"):
        shown.add_column(heading, no_wrap=True)
    for topic, lessons in catalog.by_topic().items():
        shown.add_row(topic, " ".join(each.id for each in lessons), str(asked[topic]))
    return shown
