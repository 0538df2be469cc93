"""Text for people: on one line, cut, in columns."""

import re
from collections.abc import Sequence
from html import escape

LONGEST = 300  # characters of each part of a verdict; what follows says nothing more


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text as it can be shown: cut when it is longer, without halves of characters (surrogates)."""
    if len(text) > longest:
        text = text[:longest] + " …"
    return text.encode("utf-8", errors="backslashreplace").decode("utf-8")


def short(text: object, limit: int = 60) -> str:
    """The text on one line, cut after `limit` characters with an ellipsis."""
    line = " ".join(str(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def as_html(sentence: str) -> str:
    """A sentence of the course as HTML: what stands between backticks is set as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(sentence))


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows as plain text with aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
