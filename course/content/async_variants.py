"""A mistake that was written down for the sync app, found again in the async one.

Lesson 7.3 converts the app with `course.content.app_async`. A variant's old text then has `await` before what
waits, perhaps brackets around it, and other line breaks. Nothing else may differ.
"""

import re
from itertools import pairwise

# What a session of the event loop has to be awaited for.
SENDS = (
    *("execute", "scalars", "scalar", "get", "get_one", "refresh"),
    *("delete", "merge", "flush", "commit", "rollback", "close"),
)
_ASYNC_DEF = re.compile(r"\basync def (\w+)\(")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")


def replaced(found: str, old: str, new: str, app: str) -> str | None:
    """`found` with the async form of `new` in the place of that of `old`; None unless it is there once.

    `app`: all of the app's code, which tells what waits.
    """
    if "await " not in found and "async def " not in found:  # what is sync is broken as it was written down
        return None
    waiting = set(_ASYNC_DEF.findall(app))
    places = list(re.finditer(_pattern(awaited(old, waiting)), found))
    if len(places) != 1:
        return None
    start, end = places[0].span()
    return found[:start] + awaited(new, waiting) + found[end:]


def awaited(text: str, waiting: set[str]) -> str:
    """A piece of sync code as the async app has it: `waiting` are the names of functions that wait."""
    text = re.sub(r"(?<!async )\bdef (\w+)\(", lambda at: f"{'async ' * (at[1] in waiting)}{at[0]}", text)
    text = re.sub(r"\bsession: Session\b", "session: AsyncSession", text)
    sends, names = "|".join(SENDS), "|".join(sorted(map(re.escape, waiting)))
    call = re.compile(rf"(?<![\w.])(?<!def )(?<!await )(?:session\.(?:{sends})|(?:\w+\.)?(?:{names}))\(")
    at = 0
    while begin := call.search(text, at):
        end = _closing(text, begin.end())
        read = text[end : end + 1] in (".", "[")
        inner = f"await {text[begin.start() : end]}"
        text = text[: begin.start()] + (f"({inner})" if read else inner) + text[end:]
        at = begin.end() + len("await ") + read
    return _with_async(text)


def _with_async(text: str) -> str:
    """A function that the piece itself brings along is async when it awaits something."""
    lines, head = text.split("\n"), None
    for number, line in enumerate(lines):
        if re.match(r" *def \w+\(", line):
            head = number
        elif head is not None and "await " in line:
            lines[head] = lines[head].replace("def ", "async def ", 1)
            head = None
    return "\n".join(lines)


def _closing(text: str, start: int) -> int:
    """Where the bracket is closed that stands before `start`; the end of the piece when it is not."""
    depth = 1
    for at in range(start, len(text)):
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if not depth:
            return at + 1
    return len(text)


def _pattern(text: str) -> str:
    """What finds a piece of code, whatever its line breaks inside are."""
    body = text.strip()
    tokens = [each for each in _TOKEN.findall(body) if not each.isspace()]
    spaced = [re.escape(tokens[0])]
    for one, two in pairwise(tokens):
        words = one[-1].isalnum() and two[0].isalnum()
        comma = ",?" if two in ")]}" and one != "," else ""
        spaced.append((r"\s+" if words else rf"{comma}\s*") + re.escape(two))
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return re.escape(lead) + "".join(spaced) + re.escape(trail)
