"""Colours for the course's code cells: Python, and below `%%app PATH` the language of that file."""

import re
from collections.abc import Iterator
from typing import Any

from pygments.lexer import Lexer
from pygments.lexers import PythonLexer, get_lexer_for_filename
from pygments.token import Comment, Error, Text, _TokenType
from pygments.util import ClassNotFound

_Tokens = Iterator[tuple[int, _TokenType, str]]
_APP = re.compile(r"%%app[ \t]+(\S+)")
_MAGIC = re.compile(r"^[ \t]*[%!].*\n?", re.MULTILINE)


class CellLexer(Lexer):
    """A code cell of a notebook.

    IPython's own lexer was considered: it leaves what follows `%%app` uncoloured.
    """

    name = "Course cell"
    aliases = ["course-cell"]

    def get_tokens_unprocessed(self, text: str, *_: Any) -> _Tokens:
        """The tokens of a cell: its magic lines are comments, the rest is code."""
        inner = language(found[1]) if (found := _APP.match(text)) else PythonLexer()
        place = 0
        for magic in _MAGIC.finditer(text):
            if found and place:  # in a file of the app a line with % or ! is not IPython's
                break
            yield from _shifted(inner, text[place : magic.start()], place)
            yield magic.start(), Comment.Special, magic[0]
            place = magic.end()
        yield from _shifted(inner, text[place:], place)


class FileLexer(Lexer):
    """A file of the app by its name; `%%app` of a part of a file makes errors no reason to warn."""

    def __init__(self, **options: Any) -> None:
        self.inner = options.pop("inner")
        super().__init__(**options)

    def get_tokens_unprocessed(self, text: str, *_: Any) -> _Tokens:
        """The inner lexer's tokens."""
        return _shifted(self.inner, text, 0)


def language(path: str) -> Lexer:
    """The lexer of a file with this name; plain text when nothing is known of it."""
    try:
        return get_lexer_for_filename(path)
    except ClassNotFound:
        return get_lexer_for_filename("plain.txt")


def _shifted(lexer: Lexer, text: str, by: int) -> _Tokens:
    for place, kind, value in lexer.get_tokens_unprocessed(text) if text else ():
        yield place + by, Text if kind is Error else kind, value
