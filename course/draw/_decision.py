"""A tree of questions with what to do at its ends, and the path that some facts take through it."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from course.base.errors import CourseError
from course.draw.mermaid import BOLD, ROUND, SQUARE, Flowchart, Picture, box, label

MOST_BOXES = 12  # questions and ends in one picture
Tree: TypeAlias = Mapping[str, Mapping[str, "Branch"]]
Branch: TypeAlias = str | Tree


def decision(tree: Tree, facts: Mapping[str, str] | None = None) -> Picture:
    """Questions and where answers lead: `draw.decision({"Does it wait?": {"yes": "await", "no": "def"}})`.

    `tree`: one question, with what follows from each answer: an end as a text, or another tree. `facts`: an
    answer to each question that is met; the path they take is bold, and its end is marked in the text.
    Raises CourseError for a tree without one question at its top, for a question that the facts meet and do
    not answer, and for more than twelve boxes.
    """
    chart = _Chart(list(_path(tree, facts)) if facts else [])
    chart.add(tree, "q")
    if chart.boxes > MOST_BOXES:
        raise CourseError(
            f"A decision is drawn of at most {MOST_BOXES} boxes, and these are {chart.boxes}. "
            "Draw a part of it: one of the trees that its answers lead to."
        )
    return Picture(str(chart.mermaid), "\n".join(chart.lines))


def _only(tree: Tree) -> str:
    if len(tree) != 1:
        raise CourseError(
            f"A decision begins with one question, and this one with {len(tree)}. "
            'Give a dict of one question: {"Does it wait?": {"yes": …, "no": …}}.'
        )
    return next(iter(tree))


def _path(branch: Branch, facts: Mapping[str, str]) -> Iterator[str]:
    """The answer that the facts give to each question they meet."""
    while not isinstance(branch, str):
        question = _only(branch)
        answers, answer = branch[question], facts.get(question, "")
        if answer not in answers:
            raise CourseError(f"The facts do not answer {question!r} with one of: {', '.join(answers)}.")
        yield answer
        branch = answers[answer]


class _Chart:
    """The picture and its text, as far as they have been made."""

    def __init__(self, path: list[str]) -> None:
        self.lines: list[str] = []
        self.boxes = 0
        self.mermaid = Flowchart("TB", "Questions, and what to do", nodeSpacing=24, rankSpacing=36, padding=8)
        self.mermaid.styles(taken=BOLD)
        self._path = path

    def add(self, branch: Branch, name: str, answers: tuple[str, ...] = ()) -> None:
        """Add a branch that these answers lead to, with all that is below it."""
        end = isinstance(branch, str)
        said, taken = branch if isinstance(branch, str) else _only(branch), self._takes(answers)
        lead = f"{'  ' * len(answers)}{answers[-1]}: " if answers else ""
        self.lines.append(f"{lead}{said}{'  ← here' * (end and taken)}")
        self.mermaid.add(box(name, said, shape=SQUARE if end else ROUND, style="taken" if taken else ""))
        self.boxes += 1
        if isinstance(branch, str):
            return
        for number, (answer, then) in enumerate(branch[said].items()):
            below, way = f"{name}{number}", (*answers, answer)
            self.add(then, below, way)
            self.mermaid.add(name, f"{'==>' if self._takes(way) else '-->'}|{label(answer)}|", below)

    def _takes(self, answers: tuple[str, ...]) -> bool:
        return bool(self._path) and tuple(self._path[: len(answers)]) == answers
