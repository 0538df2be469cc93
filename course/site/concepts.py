"""The index of concepts: the terms that lessons set in bold where they first use them."""

import re

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
# Emphasis, not a term: these words stand in bold for other reasons.
_NO_TERM = """
    you may have read, not, id, waits, of its own, one look at a time, status, where it is used, prepares,
    patched, what is stored, attributes, places, live, ready, states, control, hole, total, exported, wraps,
    shrank, pages, prefix, arrays, naive, partial, normalized, through the door, see each new test red once,
    slow, sites, lock, after, after the commit
"""
_OTHER = frozenset(each.strip() for each in _NO_TERM.split(","))
_MOST_WORDS = 4


def terms(prose: str) -> list[str]:
    """The terms that a cell of prose sets in bold, as they are written there."""
    found = [each.strip() for each in _BOLD.findall(prose)]
    return list(dict.fromkeys(each for each in found if _is_term(each)))


def named(prose: str) -> str:
    """Entries for Sphinx's index, to stand above the prose; nothing when it has no term."""
    entries = [f"```{{index}} single: {each.replace('`', '')}\n```\n\n" for each in terms(prose)]
    return "".join(entries)


def _is_term(text: str) -> bool:
    if text.casefold() in _OTHER or text[-1] in ".?:!" or len(text) < 2:
        return False
    return len(text.split()) <= _MOST_WORDS and not set(";,") & set(text)
