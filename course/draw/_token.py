"""A JWT taken apart: its three parts as they travel, and what each of them is."""

import json
from typing import Any

from course.base.base64url import decoded
from course.base.errors import CourseError
from course.base.text import columns, short
from course.draw.mermaid import BOLD, Flowchart, Picture, box

_NAMES = ("header", "payload", "signature")
_WIDEST = 24  # characters of a value, or of a part


def token(text: str) -> Picture:
    """The three parts of a JWT, with their sizes, and what they hold. No key is needed for that.

    Raises CourseError for a text that is not a JWT.
    """
    parts = text.split(".")
    if len(parts) != len(_NAMES):
        raise CourseError(
            f"A JWT has three parts with a dot between two of them, and this text has {len(parts)}."
        )
    held = [_said(_object(name, part)) for name, part in zip(_NAMES[:2], parts, strict=False)]
    size = len(_bytes("signature", parts[2]))
    held.append([f"{size} bytes, made of", "header.payload", "and a secret, which is", "not in the token"])
    chart = Flowchart(
        "TB", "A token taken apart", nodeSpacing=16, rankSpacing=40, padding=8, wrappingWidth=400
    )
    with chart.group("token", f"the token, {len(text)} characters"):
        for name, part in zip(_NAMES, parts, strict=True):
            chart.add(box(name, name, short(part, _WIDEST), f"{len(part)} characters"))
    for name, lines in zip(_NAMES, held, strict=True):
        style = "sealed" if name == "signature" else ""
        chart.add(name, "-->|base64url|", box(f"{name}_holds", *lines, style=style))
    chart.styles(sealed=BOLD, around="fill:none")
    chart.give("around", "token")
    rows = [
        (name, f"{len(part)} characters", ", ".join(lines) if name != "signature" else " ".join(lines))
        for name, part, lines in zip(_NAMES, parts, held, strict=True)
    ]
    return Picture(str(chart), columns(rows))


def _bytes(name: str, part: str) -> bytes:
    try:
        return decoded(part)
    except ValueError:
        raise CourseError(f"The {name} of this token is not base64url: {short(part, _WIDEST)}") from None


def _object(name: str, part: str) -> dict[str, Any]:
    try:
        found = json.loads(_bytes(name, part))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CourseError(f"The {name} of this token is not a JSON object: {short(part, _WIDEST)}")
    return found


def _said(claims: dict[str, Any]) -> list[str]:
    return [f"{name}: {short(value, _WIDEST)}" for name, value in claims.items()]
