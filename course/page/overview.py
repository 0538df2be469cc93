"""progress(): how far the learner is, as a picture in a notebook."""

from html import escape

from course.content import catalog
from course.workspace import progress as progress_log

_FILL = {
    "done, survives a restart": "var(--jp-success-color1, #388e3c)",
    "done": "var(--jp-success-color2, #66bb6a)",
    "tried": "var(--jp-warn-color2, #ffb74d)",
    "open": "transparent",
}
SIGNS = {"done, survives a restart": "■", "done": "■", "tried": "▣", "open": "□"}


class Overview:
    """All lessons with a square for each exercise: filled when it is done, half when it was tried."""

    def __init__(self) -> None:
        standing = progress_log.standings()
        empty = progress_log.Standing()
        self.rows = [
            (lesson, [(each, standing.get(each.id, empty).word) for each in lesson.exercises])
            for lesson in catalog.lessons()
        ]

    def __repr__(self) -> str:
        lines = [
            f"{lesson.id} {lesson.title:<34} {''.join(SIGNS[word] for _, word in exercises)}"
            for lesson, exercises in self.rows
        ]
        return "\n".join([*lines, self._summary()])

    def _summary(self) -> str:
        words = [word for _, exercises in self.rows for _, word in exercises]
        done = sum(word.startswith("done") for word in words)
        return f"{done} of {len(words)} exercises done."

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align: left">{lesson.id} {escape(lesson.title)}</td>'
            f'<td style="text-align: left">{"".join(_square(*each) for each in exercises)}</td></tr>'
            for lesson, exercises in self.rows
        )
        return f"<table>{rows}</table><div>{self._summary()}</div>"


def progress() -> Overview:
    """How far you are: every lesson, and a square for each of its exercises."""
    return Overview()


def _square(exercise: catalog.Exercise, word: str) -> str:
    title = escape(f"{exercise.id} {exercise.title}: {word}", quote=True)
    style = (
        f"display: inline-block; width: 14px; height: 14px; margin-right: 4px; background: {_FILL[word]}; "
        "border: 1px solid var(--jp-border-color0, #9e9e9e)"
    )
    return f'<span title="{title}" style="{style}"></span>'
