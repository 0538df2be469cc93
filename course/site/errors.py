"""The index of error messages: which lesson provokes which, read from the stored outputs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from course.content import catalog, notebook_file
from course.content.notebook_file import source
from course.site import outputs, places

_KINDS = (
    r"(?:[a-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Violation|Warning|Timeout|Found|Required|Expired|Mismatch"
    r"|Disconnect|Interrupt|Failure|Refused|Busy|Transaction)"
)
_MESSAGE = re.compile(
    rf"(?P<kind>\b{_KINDS}):? (?P<said>\S.{{5,}})|(?P<server>\b(?:ERROR|FATAL|FAILED|PANIC)): +(?P<what>\S.*)"
    r"|(?P<pydantic>[A-Z][^\[\]]{8,}) \[type=\w+.*"
)
_RESPONSE = re.compile(r"\b(?P<status>[45]\d\d)\b.*?[\"']detail[\"']: ?[\"'](?P<detail>[^\"']{6,})")
_LONGEST = 240  # characters: what follows names one row, one statement, one address


@dataclass(frozen=True)
class Message:
    """An error message as a cell's output has it, and the cell."""

    kind: str
    said: str
    lesson: catalog.Lesson
    cell: str

    @property
    def text(self) -> str:
        """The message in one line, as somebody copies it."""
        return f"{self.kind}: {self.said}" if self.kind else self.said


def every() -> list[Message]:
    """All messages by their text; one that several cells show stands at the first of each lesson."""
    found: dict[tuple[str, str], Message] = {}
    for lesson in catalog.lessons():
        for message in _of(lesson):
            found.setdefault((message.text, lesson.id), message)
    return sorted(found.values(), key=lambda each: (each.text.casefold(), each.lesson.week, each.lesson.name))


def page() -> str:
    """The page as MyST Markdown; its script ranks the rows by what is pasted into the field."""
    rows = "\n".join(_row(text, held) for text, held in _by_text().items())
    return (
        "# Error messages\n\nEach of these messages is provoked by a cell of the course, on purpose. Paste "
        "yours, a whole traceback too: the messages that are nearest to it come first.\n\n"
        '<form class="errors" role="search"><label for="pasted">Your error message</label>'
        '<textarea id="pasted" rows="4" spellcheck="false"></textarea>'
        '<p id="nearest" role="status"></p></form>\n\n'
        f'<ul class="errors">\n{rows}\n</ul>\n'
    )


def _by_text() -> dict[str, list[Message]]:
    grouped: dict[str, list[Message]] = {}
    for each in every():
        grouped.setdefault(each.text, []).append(each)
    return grouped


def _row(text: str, held: list[Message]) -> str:
    links = " ".join(
        f'<a href="{places.address(places.lesson_page(each.lesson), each.cell)}">{each.lesson.id} '
        f"{escape(each.lesson.title)}</a>"
        for each in held
    )
    return f"<li><code>{escape(text)}</code> {links}</li>"


def _of(lesson: catalog.Lesson) -> Iterator[Message]:
    for cell in notebook_file.read_cells(lesson.notebook):
        # The output of a cell that writes a file is a diff: code that handles errors, no errors.
        if cell["cell_type"] != "code" or source(cell).lstrip().startswith(("%%app", "%app")):
            continue
        for output in cell["outputs"]:
            for line in outputs.text(output).splitlines():
                if message := _read(line):
                    yield Message(*message, lesson, cell["id"])


def _read(line: str) -> tuple[str, str] | None:
    if line.lstrip().startswith(("class ", "except ", "raise ", "import ", "from ", "+", "-  ")):
        return None
    if found := _MESSAGE.search(line):
        kind = found["kind"] or found["server"] or ""
        said = found["said"] or found["what"] or found["pydantic"]
        return kind, said.strip()[:_LONGEST]
    if found := _RESPONSE.search(line):
        return found["status"], found["detail"]
    return None
