"""A room's hand-ins for tests of grading: right, wrong, broken and hostile notebooks of one lesson."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat

from course.classroom.grading.folder import CourseFolder
from course.content import catalog, notebook_file


class Room:
    """Learners' folders below `place`, and the notebook that each got."""

    def __init__(self, place: Path, folder: CourseFolder, lesson: catalog.Lesson) -> None:
        self.place, self.folder, self.lesson = place, folder, lesson
        self._released = folder.at("release", lesson).read_text("utf-8")

    def notebook(self, answers: dict[str, str] | None = None):
        """The released notebook with answers by the id of their exercise."""
        made = nbformat.reads(self._released, as_version=4)
        for exercise_id, text in (answers or {}).items():
            made.cells[notebook_file.answer_index(made.cells, exercise_id)].source = text
        return made

    def right(self, **others: str):
        """A notebook of the course's own answers, but for the letters named: a="…" is the answer to 1.4a."""
        answers = {each.id: catalog.official(each.id) for each in self.lesson.exercises}
        return self.notebook(answers | {self.lesson.id + letter: text for letter, text in others.items()})

    def hands_in(self, learner: str, notebook) -> Path:
        """Lay a notebook, or any text, into the learner's folder."""
        path = self.place / learner / self.lesson.exercise_notebook.name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        path.write_text(text, encoding="utf-8")
        return path

    def after(self, learner: str, code: str, change: Callable | None = None) -> None:
        """Hand in right answers to all but the second exercise, whose answer ends with some code."""
        second = self.lesson.exercises[1].id
        made = self.right(**{second[-1]: catalog.official(second) + "\n" + code})
        if change:
            change(made)
        self.hands_in(learner, made)
