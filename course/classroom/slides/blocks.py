"""The cells of a lesson as blocks of a slide: prose, code, outputs, questions, pictures of toys."""

import ast
import base64
import re
from dataclasses import dataclass
from html import escape
from typing import Any

from markdown_it import MarkdownIt

from course.classroom.slides import code_lines
from course.content.notebook_file import source
from course.site import outputs, predictions, toys

Cell = dict[str, Any]
_FRAME = re.compile(r"^(?:lesson\(\"|finish\(\))", re.MULTILINE)  # of the page for a learner, not of a talk
_APP = re.compile(r"%%app[ \t]+(\S+)")
_ASKS = re.compile(r"\b(?:predict|again)\Z")
_QUESTION = re.compile(r"<strong>.*<ul>", re.DOTALL)
_OF_A_LEARNER = re.compile(r"<div>You had not chosen.*?</div>", re.DOTALL)
# What a lesson folds (whole files after a move) is a line on a slide.
_FOLDED = re.compile(r"<details\b[^>]*>\s*<summary\b[^>]*>(.*?)</summary>.*?</details>", re.DOTALL)
_LOCAL_LINK = re.compile(r"<a\b[^>]*href=\"(?!https?:)[^\"]*\"[^>]*>(.*?)</a>", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A piece of a slide: its HTML, and what it is: prose, code, output, question, toy.

    `step`: it gives a question away, so it comes with the next step.
    """

    kind: str
    html: str
    step: bool = False


def prose(text: str) -> str:
    """Markdown as HTML, without links that lead nowhere outside the course's folder."""
    return _unlinked(_MARKDOWN.render(text))


def of_cells(cells: list[Cell]) -> list[list[Block]]:
    """The blocks of each cell, in order; those of the cells that only a learner needs are empty."""
    hidden = predictions.folded(cells)
    found: list[list[Block]] = []
    for place, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            found.append([Block("prose", source(cell))])
        else:
            found.append([] if _FRAME.search(source(cell)) else _code(cell, place in hidden))
    return found


def _code(cell: Cell, step: bool) -> list[Block]:
    text = source(cell)
    if named := _APP.match(text):
        return [Block("code", html, step) for html in _of_app(named[1], text, cell["outputs"])]
    rest = without_question(text)
    asked = [each for each in cell["outputs"] if rest != text and _is_question(each)]
    shown = [each for each in cell["outputs"] if each not in asked]
    question = [Block("question", _output(each)) for each in asked]
    made = [Block("code", code_lines.code(rest), step)] if rest.strip() else []
    pictures = _toys(text)
    # A toy's own output says in words what its picture shows.
    shown = [each for each in shown if not pictures or each["output_type"] == "stream"]
    made += [Block("output", _output(each), step) for each in shown]
    made += [Block("toy", each, step) for each in pictures]
    # A cell that asks and compares: its question comes first, what it shows with the next step.
    return [*question, *made] if step else [*made, *question]


def _of_app(path: str, text: str, shown: list[Cell]) -> list[str]:
    """A file of the app: the diff that the cell showed, or the file itself where it is new."""
    said = "\n".join(outputs.text(each) for each in shown).strip()
    head, *lines = said.splitlines() or [path]
    notes = f'<p class="file">{escape(head)}</p>'
    if lines and any(line.startswith("@@") for line in lines):
        return [notes, code_lines.diff(path, lines)]
    body = text.split("\n", 1)[1] if "\n" in text else ""
    several = [code_lines.printed(said)] if lines else [notes]
    return [*several, code_lines.code(body, path)] if not lines else [code_lines.code(text), *several]


def without_question(text: str) -> str:
    """A cell's code without the statements that only ask: the question stands on the slide."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # a magic, or a line for the shell
        return text
    lines = text.splitlines()
    for node in reversed(body):
        call = node.value if isinstance(node, ast.Assign) else None
        if isinstance(call, ast.Call) and _ASKS.search(ast.unparse(call.func)):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)


def _is_question(output: Cell) -> bool:
    return bool(_QUESTION.match(_html_of(output)))


def _html_of(output: Cell) -> str:
    return "".join(output.get("data", {}).get("text/html", ""))


def _output(output: Cell) -> str:
    """A stored output as HTML that needs nothing from outside the file."""
    shown = outputs.for_page(output)
    data = shown.get("data", {})
    if "text/html" in data:
        html = _FOLDED.sub(r'<p class="file">\1</p>', "".join(data["text/html"]))
        return _unlinked(_OF_A_LEARNER.sub("", html))
    if "text/markdown" in data:
        return prose("".join(data["text/markdown"]))
    if shown["output_type"] == "error":
        return code_lines.printed(f"{shown['ename']}: {shown['evalue']}")
    return code_lines.printed(outputs.text(shown))


def _toys(text: str) -> list[str]:
    made = []
    for mark, toy in toys.every().items():
        if mark in text:
            picture = base64.b64encode((toys.STILLS / toy["still"]).read_bytes()).decode()
            made.append(
                f'<figure class="toy"><img src="data:image/png;base64,{picture}" '
                f'alt="{escape(toy["shows"])}">'
                f"<figcaption>In the course: {escape(toy['do'])}</figcaption></figure>"
            )
    return made


def _unlinked(html: str) -> str:
    return _LOCAL_LINK.sub(r"\1", html)


def _fence(_renderer: Any, tokens: Any, place: int, *_: Any) -> str:
    info = tokens[place].info.strip() or "text"
    known = {
        "python": "x.py",
        "sql": "x.sql",
        "bash": "x.sh",
        "sh": "x.sh",
        "json": "x.json",
        "toml": "x.toml",
    }
    return code_lines.program(tokens[place].content, known.get(info, f"x.{info}"))


_MARKDOWN = MarkdownIt("commonmark").enable("table")
_MARKDOWN.add_render_rule("fence", _fence)
_MARKDOWN.add_render_rule("code_block", _fence)
