"""progress(): how far the learner is, in words and signs, a line a lesson and a fold a week."""

from html import escape
from itertools import groupby

from course.content import catalog
from course.page import links
from course.workspace import progress as progress_log
from course.workspace import start_page

# A sign and a colour for each word of a standing: the sign alone is enough to tell them apart.
_SIGNS = {
    "done, survives a restart": ("✔", "var(--jp-success-color1, #388e3c)"),
    "done": ("■", "var(--jp-success-color1, #388e3c)"),
    "tried": ("▣", "var(--jp-warn-color0, #e65100)"),
    "open": ("□", "inherit"),
}
_LEGEND = [f"{sign} {word}" for word, (sign, _) in _SIGNS.items()]

_Row = tuple[catalog.Lesson, list[tuple[catalog.Exercise, str]]]


class Overview:
    """All lessons with a sign for each exercise, what the signs mean, and what is next."""

    def __init__(self) -> None:
        standing = progress_log.standings()
        empty = progress_log.Standing()
        self.rows: list[_Row] = [
            (lesson, [(each, standing.get(each.id, empty).word) for each in lesson.exercises])
            for lesson in catalog.lessons()
        ]
        self.next = progress_log.next_step()

    def __repr__(self) -> str:
        lines = [
            f"{lesson.id} {lesson.title:<34} {''.join(_SIGNS[word][0] for _, word in exercises)}"
            for lesson, exercises in self.rows
        ]
        return "\n".join([*lines, "   ".join(_LEGEND), *self._summary()])

    def _summary(self) -> list[str]:
        words = [word for _, exercises in self.rows for _, word in exercises]
        return [f"{_done(words)} of {len(words)} exercises done.", f"Next: {self._next()}"]

    def _next(self) -> str:
        return start_page.next_in_words(self.next)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html()}

    def _html(self) -> str:
        weeks = "".join(
            self._week(week, list(rows)) for week, rows in groupby(self.rows, lambda r: r[0].week)
        )
        legend = "".join(f'<span style="margin-right: 1.5em">{_sign(word)} {word}</span>' for word in _SIGNS)
        summary, _ = self._summary()
        return f"{weeks}<div>{legend}</div><div>{summary} Next: {self._way_on()}</div>"

    def _way_on(self) -> str:
        match self.next:
            case None:
                return escape(self._next())
            case catalog.Lesson():
                address = links.to_lesson(self.next)
            case _:
                address = links.to_exercise(self.next)
        return links.anchor(address, self._next())

    def _week(self, week: int, rows: list[_Row]) -> str:
        """A week as a fold, open where the learner goes on."""
        words = [word for _, exercises in rows for _, word in exercises]
        here = progress_log.lesson_of(self.next) in {lesson.id for lesson, _ in rows}
        lines = "".join(_line(*row) for row in rows)
        return (
            f'<details{" open" * here}><summary style="cursor: pointer">Week {week}: '
            f"{_done(words)} of {len(words)} done</summary>"
            f'<table style="margin: 0 0 0 1em">{lines}</table></details>'
        )


def progress() -> Overview:
    """How far you are: every lesson, a sign for each of its exercises, and what is next."""
    return Overview()


def _done(words: list[str]) -> int:
    return sum(word.startswith("done") for word in words)


def _line(lesson: catalog.Lesson, exercises: list[tuple[catalog.Exercise, str]]) -> str:
    signs = " ".join(_sign(word, f"{each.id} {each.title}: ") for each, word in exercises)
    return (
        f'<tr><td style="text-align: left">{lesson.id} {escape(lesson.title)}</td>'
        f'<td style="text-align: left">{signs}</td></tr>'
    )


def _sign(word: str, about: str = "") -> str:
    """The sign of a standing; a screen reader and a pointer get it in words."""
    sign, colour = _SIGNS[word]
    said = escape(about + word, quote=True)
    return f'<span role="img" aria-label="{said}" title="{said}" style="color: {colour}">{sign}</span>'
