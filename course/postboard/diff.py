"""What a `%%app` cell shows after it has written a file: one line, and what changed.

nbdime was considered for the diff: it compares notebooks, and difflib is enough for one text.
"""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

_TINTS = {"+": "rgba(46, 160, 67, 0.22)", "-": "rgba(248, 81, 73, 0.22)"}
_HUNK = re.compile(r"@@ -\S+ \+(\d+)")
_CONTEXT_LINES = 2
_LONGEST_DIFF = 40  # lines, about a screen: a longer one is folded, so that what comes after it is seen
_CODE = "font-family: var(--jp-code-font-family, monospace); line-height: 1.4; overflow-x: auto"


@dataclass(frozen=True)
class Change:
    """One file: `kind` is "new", "changed", "unchanged", "removed" or "absent"; `diff` is unified, undated.

    `added` and `removed` count lines; `kept` names the file that holds the learner's own edit, `about` says
    what became of it where there is more to say. `whole` is the text of a patched file, shown folded.
    """

    path: str
    kind: str
    added: int
    removed: int
    diff: str
    kept: str = ""
    about: str = ""
    whole: str = ""

    @property
    def headline(self) -> str:
        """The change in one line."""
        if self.kind == "unchanged":
            return f"{self.path}: unchanged"
        if self.kind == "absent":
            return f"{self.path}: was not there"
        if self.kind == "removed":
            return f"{self.path}: removed, it had {_lines(self.removed)}"
        if self.kind == "new":
            return f"{self.path}: new, {_lines(self.added)}"
        said = f"{_lines(self.added)} added" if self.added else ""
        if self.removed:
            said += f", {self.removed} removed" if said else f"{_lines(self.removed)} removed"
        return f"{self.path}: {said or 'only line ends changed'}"

    @property
    def body(self) -> list[str]:
        """The lines of the diff as shown: none for a new file, since its cell shows it whole."""
        return self.diff.splitlines()[2:] if self.kind == "changed" else []

    @property
    def note(self) -> str:
        """What became of the learner's own edit of the file; empty when there was none."""
        edited = f"You had edited this file outside the lesson: your text is in {self.kept}."
        return self.about or edited * bool(self.kept)

    def __str__(self) -> str:
        lines = [self.headline, *([self.note] if self.note else []), *self.body]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._html()}

    def _html(self) -> str:
        rows = _rows((line[:1], line) for line in self.body)
        if len(self.body) > _LONGEST_DIFF:
            rows = _folded(f"the change, {_lines(len(self.body))}", rows)
        title = f"the whole file, {_lines(len(self.whole.splitlines()))}"
        folded = _folded(title, _rows(self._marked())) if self.whole else ""
        return f"{self._said()}{rows}{folded}"

    def folded(self) -> str:
        """The change as HTML in one line, with the file folded beneath it."""
        if not self.whole:
            return self._said()
        return _folded(self._line(), _rows(self._marked())) + self._noted()

    def _said(self) -> str:
        return f"<div>{self._line()}</div>{self._noted()}"

    def _line(self) -> str:
        """The headline without a block around it: in a summary, one would stand below its triangle."""
        name, said = self.headline.split(": ", 1)
        return f"<code>{escape(name)}</code>: {escape(said)}"

    def _noted(self) -> str:
        return f"<div>{escape(self.note)}</div>" if self.note else ""

    def _marked(self) -> Iterator[tuple[str, str]]:
        """The lines of the whole file, each with "+" when the diff adds it."""
        new: set[int] = set()
        at = 0
        for line in self.body:
            if hunk := _HUNK.match(line):
                at = int(hunk[1]) - 1
            else:
                new |= {at} if line.startswith("+") else set()
                at += not line.startswith("-")
        for number, line in enumerate(self.whole.splitlines()):
            yield "+" if number in new else " ", line


@dataclass(frozen=True)
class Changes:
    """Several files at once: a line each, and each file folded beneath its line."""

    files: tuple[Change, ...]

    def __str__(self) -> str:
        lines = [[each.headline, *([each.note] if each.note else [])] for each in self.files]
        return "\n".join(line for each in lines for line in each)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": "".join(each.folded() for each in self.files)}


def compare(
    path: str, old: str | None, new: str, kept: str = "", *, patched: bool = False, about: str = ""
) -> Change:
    """The change from one text of a file to the next; `old` is None when there was no file.

    `patched`: the cell does not show the whole file, so the output does, folded.
    """
    before, now = (old or "").splitlines(), new.splitlines()
    lines = list(difflib.unified_diff(before, now, path, path, n=_CONTEXT_LINES, lineterm=""))
    kind = "new" if old is None else "unchanged" if old == new else "changed"
    added = sum(line.startswith("+") for line in lines[2:])
    removed = sum(line.startswith("-") for line in lines[2:])
    return Change(path, kind, added, removed, "\n".join(lines), kept, about, new * patched)


def removal(path: str, old: str | None, kept: str = "") -> Change:
    """The change that removes a file; `old` is None when there was no file."""
    return Change(path, "absent" if old is None else "removed", 0, len((old or "").splitlines()), "", kept)


def _lines(count: int) -> str:
    return f"{count} line" if count == 1 else f"{count} lines"


def _folded(title: str, rows: str) -> str:
    style = "cursor: pointer; color: var(--jp-content-font-color2, gray)"
    return f'<details><summary style="{style}">{title}</summary>{rows}</details>'


def _rows(lines: Iterable[tuple[str, str]]) -> str:
    """Lines of code, each tinted as its sign says; "" for none."""
    rows = "".join(_row(sign, line) for sign, line in lines)
    # As wide as the longest line, so that a tint goes on where a narrow page scrolls.
    wide = f'<span style="display: block; width: max-content; min-width: 100%">{rows}</span>'
    return f'<pre style="margin: 4px 0; {_CODE}">{wide}</pre>' if rows else ""


def _row(sign: str, line: str) -> str:
    style = f"display: block; white-space: pre; background: {_TINTS.get(sign, 'none')}"
    if sign == "@":
        style += "; color: var(--jp-content-font-color2, gray)"
    return f'<span style="{style}">{escape(line) or " "}</span>'
