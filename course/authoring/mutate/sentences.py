"""Which expectation holds which sentence of an exercise's text: a guess, by the words that both have.

rapidfuzz was considered: it compares spellings, and a sentence shares few words with the name of a test.
"""

import re
from collections.abc import Sequence

_LEAST_SHARED = 2
_LEAST_LETTERS = 3
_EMPTY = {
    "the", "and", "that", "this", "with", "for", "its", "are", "was", "has", "have", "not", "your", "you",
    "one", "all", "from", "into", "when", "which", "what",
}  # fmt: skip


def pairs(prose: str, expectations: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Each sentence of a text with the expectations that look like it; [] for one that none looks like."""
    return [(each, [name for name in expectations if _alike(each, name)]) for each in split(prose)]


def split(prose: str) -> list[str]:
    """The sentences of a text, without its heading and its code."""
    text = re.sub(r"^## \S+ · .*$", "", prose, flags=re.MULTILINE)
    text = re.sub(r"```.*?```", " ", text, flags=re.DOTALL)
    lines = re.split(r"(?<=[.?!:])\s+(?=[`*A-Z])|\n\s*\n|\n\s*[-*|]\s", text)
    return [" ".join(each.split()) for each in lines if _words(each)]


def _alike(sentence: str, name: str) -> bool:
    shared = _words(sentence) & _words(name)
    return len(shared) >= min(_LEAST_SHARED, len(_words(name)))


def _words(text: str) -> set[str]:
    """The words of a text that say something, without their endings."""
    found = (word for word in re.findall(r"\w+", text.lower().replace("_", " ")) if word not in _EMPTY)
    return {re.sub(r"(?:ing|ed|es|s)$", "", word) for word in found if len(word) >= _LEAST_LETTERS}
