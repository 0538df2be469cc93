"""Code, diffs and printed text as lines of their own, so that a slide can end between two of them."""

import re
from html import escape
from itertools import groupby

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer

from course.site.lexer import CellLexer, language

_SIGNS = {"+": "add", "-": "del", "@": "hunk"}


def code(text: str, name: str = "") -> str:
    """A cell's code in colour, as HTML; `name` of its file, when it has one."""
    return _pre("code", _coloured(_closer(text), CellLexer() if not name else language(name)), name)


def program(text: str, path: str) -> str:
    """A text in the colours of the language that the ending of `path` names, as HTML."""
    return _pre("code", _coloured(_closer(text), language(path)))


def printed(text: str) -> str:
    """What a cell printed, as HTML."""
    return _pre("printed", [escape(line) for line in text.strip("\n").splitlines()])


def diff(path: str, lines: list[str]) -> str:
    """The lines of a unified diff of a file, in colour, with its name."""
    made: list[tuple[str, str]] = []
    for is_hunk, some in groupby(lines, key=lambda line: line.startswith("@@")):
        here = list(some)
        if is_hunk:
            made += [("hunk", escape(line)) for line in here]
            continue
        coloured = _coloured("\n".join(line[1:] for line in here), language(path))
        kinds = [_SIGNS.get(line[:1], "same") for line in here]
        made += [
            (kind, f"{escape(line[:1]) or ' '}{text}")
            for kind, line, text in zip(kinds, here, coloured, strict=True)
        ]
    return _pre("code diff", [text for _, text in made], path, [kind for kind, _ in made])


def _closer(text: str) -> str:
    """A code with one empty line where it has two: a slide is low."""
    return re.sub(r"\n{3,}", "\n\n", text.strip("\n"))


def _pre(kind: str, lines: list[str], name: str = "", kinds: list[str] | None = None) -> str:
    classes = [f"line {each}" for each in kinds] if kinds else ["line"] * len(lines)
    spans = [f'<span class="{of}">{line}\n</span>' for of, line in zip(classes, lines, strict=True)]
    named = f' data-name="{escape(name)}"' if name else ""
    return f'<pre class="lines {kind}"{named}>{"".join(spans)}</pre>'


def _coloured(text: str, lexer: Lexer) -> list[str]:
    """Each line as HTML; Pygments closes its spans where a line ends."""
    lexer.stripnl = lexer.ensurenl = False
    lines = highlight(text, lexer, HtmlFormatter(nowrap=True)).split("\n")
    wanted = text.count("\n") + 1
    return (lines + [""] * wanted)[:wanted]


def style() -> str:
    """Pygments' colours for both themes, as CSS."""
    light = HtmlFormatter(style="default").get_style_defs("pre.code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(":root[data-theme=dark] pre.code")
    # Grounds and line heights are the deck's own.
    return re.sub(r"^.*(?:background|line-height|linenos).*$", "", f"{light}\n{dark}", flags=re.MULTILINE)
