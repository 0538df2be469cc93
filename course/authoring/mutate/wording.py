"""Words that an exercise leaves to the learner: messages and titles that its text does not name."""

from collections.abc import Sequence

import libcst as cst
from libcst import matchers as m

from course.content import catalog, notebook_file

_TEXT = m.SimpleString() | m.ConcatenatedString() | m.FormattedString()
_ERROR = m.Call(func=m.Name("HTTPException") | m.Attribute(attr=m.Name("HTTPException")))
_TOLD = m.Arg(keyword=m.OneOf(*(m.Name(name) for name in ("title", "description", "summary", "detail"))))


def prose(exercise_id: str) -> str:
    """The text of an exercise: what stands between its heading and its check."""
    lesson = catalog.lesson(catalog.exercise(exercise_id).lesson)
    words: list[str] = []
    for cell in notebook_file.read_cells(lesson.exercise_notebook):
        text = notebook_file.source(cell)
        heading = notebook_file.HEADING.search(text)
        if cell["cell_type"] == "markdown" and (words or heading and heading[1] == exercise_id):
            if words and heading:
                break
            words.append(text)
    return "\n\n".join(words)


class Free(cst.CSTVisitor):
    """Collects in `found` the arguments and dictionary entries whose words the text leaves free."""

    def __init__(self, prose: str) -> None:
        super().__init__()
        self.found: set[cst.CSTNode] = set()
        self._prose = " ".join(prose.split())

    def visit_Raise(self, node: cst.Raise) -> None:
        """The message of an error, whatever its class."""
        if isinstance(node.exc, cst.Call):
            self._look_at(node.exc.args)

    def visit_Call(self, node: cst.Call) -> None:
        """The detail of an HTTPException, the title of an app."""
        chosen = [each for each in node.args if m.matches(node, _ERROR) or m.matches(each, _TOLD)]
        self._look_at(chosen)

    def visit_DictElement(self, node: cst.DictElement) -> None:
        """`{"description": …}` of a documented response."""
        if m.matches(node.key, m.SimpleString(value='"description"')) and self._is_free(node.value):
            self.found.add(node)

    def _look_at(self, arguments: Sequence[cst.Arg]) -> None:
        self.found.update(each for each in arguments if self._is_free(each.value))

    def _is_free(self, value: cst.BaseExpression) -> bool:
        """Whether this is text of which no part stands in the prose; one word of several does not count."""
        parts: list[str] = [str(part.value) for part in m.findall(value, m.FormattedStringText())]  # type: ignore[attr-defined]
        parts += [str(part.evaluated_value) for part in m.findall(value, m.SimpleString())]  # type: ignore[attr-defined]
        texts = [part.strip() for part in parts if " " in part.strip() or len(parts) == 1]
        return m.matches(value, _TEXT) and not any(each in self._prose for each in texts if each)
