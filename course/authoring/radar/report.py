"""What the radar found, for a person (Markdown) and for a program (JSON)."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import groupby

from course.authoring.radar.packages import Move
from course.authoring.radar.sentence import changed_lines
from course.authoring.radar.survey import Find

_LINES = 8  # of what was shown, and of what is shown now
_WIDTH = 160  # characters of a line
_SHOWN = 12  # failures of one package; the JSON has all of them


@dataclass(frozen=True)
class Survey:
    """One look.

    `tried` and `share` say which packages and which tests ("The newest packages", "lesson 3.4"); `moves` is
    what differs from the locks.
    """

    python: str
    system: str
    tried: str
    share: str
    moves: list[Move]
    finds: list[Find]


def as_json(survey: Survey) -> str:
    """All of it. Each find names its packages with both versions; `along` are those that had to move too."""
    moved = {each.name: asdict(each) for each in survey.moves}

    def found(find: Find) -> dict[str, object]:
        named = {key: [moved[name] for name in getattr(find, key)] for key in ("packages", "along")}
        return asdict(find.failure) | named | {"remark": find.remark}

    head = {key: getattr(survey, key) for key in ("python", "system", "tried", "share")}
    whole = head | {"moves": list(moved.values()), "finds": [found(each) for each in survey.finds]}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def as_markdown(survey: Survey) -> str:
    """The same to read: grouped by what is to blame, with the lines that changed."""
    moved = {each.name: str(each) for each in survey.moves}
    parts = [f"## Radar: {_count(survey.finds)}", f"{survey.tried}, {survey.share}, on {_place(survey)}."]
    parts.append(_differ(survey.moves))
    for (packages, along, remark), group in groupby(
        sorted(survey.finds, key=_blamed), key=lambda each: (each.packages, each.along, each.remark)
    ):
        parts.append(f"### {' and '.join(moved[name] for name in packages) or 'No package is named'}")
        parts += [f"Has to move along: {', '.join(moved[name] for name in along)}."] if along else []
        parts += [remark] if remark else []
        own, others = _split(sorted(group, key=_as_read))
        parts += [_one(find) for find in own[:_SHOWN]]
        parts += [_others([*own[_SHOWN:], *others])] if len(own) > _SHOWN or others else []
    return "\n\n".join(parts) + "\n"


def _blamed(find: Find) -> tuple[bool, tuple[str, ...], tuple[str, ...], str]:
    return (not find.packages, find.packages, find.along, find.remark)


def _count(finds: list[Find]) -> str:
    return "nothing fails" if not finds else f"{len(finds)} failed" if len(finds) > 1 else "1 failure"


def _place(survey: Survey) -> str:
    return f"Python {survey.python}, {survey.system}"


def _differ(moves: Iterable[Move]) -> str:
    lines = [f"- {each}" for each in moves]
    if not lines:
        return "No package differs from the locks."
    # GitHub folds this; a terminal shows it as it is.
    head = f"<details><summary>{len(lines)} packages differ from the locks</summary>"
    return "\n".join([head, "", *lines, "", "</details>"])


def _as_read(find: Find) -> tuple[int, str, int]:
    """Pages first, then solutions, then the other tests; each notebook from top to bottom."""
    places = ("notebooks/", "solutions/")
    place = next((i for i, each in enumerate(places) if find.failure.path.startswith(each)), len(places))
    return (place, find.failure.path, find.failure.cell)


def _split(finds: list[Find]) -> tuple[list[Find], list[Find]]:
    """Failures that say something new, and those that say what another of their file has said.

    A name that is not there follows from a cell that failed before.
    """
    own: dict[tuple[str, str], Find] = {}
    for find in finds:
        key = (find.failure.path, find.failure.now)
        if not find.failure.now.startswith("NameError:") and key not in own:
            own[key] = find
    kept = list(own.values()) or finds[:1]
    return kept, [each for each in finds if each not in kept]


def _others(finds: list[Find]) -> str:
    """One line a file: how many more failed there, and which cells."""
    lines = ["Also, with nothing new to say or too many to show (the JSON has all of it):", ""]
    for path in dict.fromkeys(each.failure.path for each in finds):
        there = [each.failure for each in finds if each.failure.path == path]
        cells = " ".join(f"[{each.cell}]" for each in there if each.cell)
        lines.append(f"- {len(there)} in `{path}`" + f": cells {cells}" * bool(cells))
    return "\n".join(lines)


def _one(find: Find) -> str:
    failure = find.failure
    cell = f", cell [{failure.cell}] `{failure.line}`" if failure.cell else ""
    lines = [
        f"**{f'Lesson {failure.lesson}' if failure.lesson else 'The course'}**{cell}, in `{failure.test}`"
    ]
    lines += ["", f"> {failure.sentence}"] if failure.sentence else []
    before, after = changed_lines(failure.shown, failure.now)
    diff = [*_marked("-", before), *_marked("+", after)]
    return "\n".join([*lines, "", "~~~diff", *diff, "~~~"])


def _marked(sign: str, lines: list[str]) -> list[str]:
    shown = [f"{sign} {line[:_WIDTH]}" for line in lines[:_LINES]]
    return shown + ([f"{sign} … ({len(lines) - _LINES} lines more)"] if len(lines) > _LINES else [])
