"""The life of one thing through POST, GET, PUT, PATCH and DELETE, from the answers that came back."""

import json
from dataclasses import dataclass
from typing import Any

from course.base.text import short
from course.draw.mermaid import ROUND, SQUARE, Flowchart, Picture, box, label

MOST_REQUESTS = 10  # requests in one picture
LONG = 3  # changes from which the picture goes downwards: beside each other they would be too small to read


@dataclass
class _Move:
    request: str
    status: int
    body: Any
    method: str

    @property
    def worked(self) -> bool:
        return 200 <= self.status < 300

    @property
    def said(self) -> str:
        return f"{self.request} → {self.status}"


def crud_life(*answers: Any) -> Picture:
    """What each request made of the thing: a new state, the same state, or nothing because it was refused.

    `answers`: responses of httpx or TestClient, or exchanges from `tap`, in order; one list of them too.
    """
    if len(answers) == 1 and isinstance(answers[0], (list, tuple)):
        answers = tuple(answers[0])
    moves = [_move(one) for one in answers[:MOST_REQUESTS]]
    title = "The life of one thing, request by request"
    states = sum(_state(move) is not None for move in moves)
    chart = Flowchart(
        "LR" if states < LONG else "TB", title, rankSpacing=36, nodeSpacing=30, padding=8, wrappingWidth=400
    )
    chart.add(box("s0", "not there yet", shape=ROUND))
    state, plain = 0, ["not there yet"]
    waiting: list[_Move] = []  # requests that left the state as it was
    for move in moves:
        shown = _state(move)
        if shown is None:
            waiting.append(move)
            plain.append(f"  {move.said}  (nothing changes)")
            continue
        _stay(chart, state, waiting)
        waiting = []
        said = [move.request, move.status] if states < LONG else [move.said]
        chart.add(box(f"s{state + 1}", *shown, shape=ROUND if move.method == "DELETE" else SQUARE))
        chart.add(f"s{state}", f"==>|{label(*said)}|", f"s{state + 1}")
        state += 1
        plain.append(f"  {move.said}")
        plain.append(", ".join(shown))
    _stay(chart, state, waiting)
    return Picture(str(chart), "\n".join(plain))


def _move(answer: Any) -> _Move:
    if hasattr(answer, "request_headers"):  # an Exchange
        method, path, status, raw = answer.method, answer.path, answer.status, answer.body
    else:
        method, path = answer.request.method, answer.request.url.raw_path.decode("ascii")
        status, raw = answer.status_code, answer.content
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw.decode("utf-8", "replace")
    return _Move(f"{method} {path}", status, body, method)


def _state(move: _Move) -> list[str] | None:
    """The state after this request as lines, or None when nothing changed."""
    if not move.worked or move.method in ("GET", "HEAD", "OPTIONS"):
        return None
    if move.method == "DELETE":
        return ["gone"]
    if isinstance(move.body, dict):
        return [short(f"{name}: {json.dumps(value)}", 28) for name, value in move.body.items()][:6]
    return [short(move.body, 28)] if move.body is not None else ["changed"]


def _stay(chart: Flowchart, state: int, moves: list[_Move]) -> None:
    """A loop at a state, for the requests that only looked and those that were refused."""
    # One loop for all: Mermaid draws a second loop at the same node over the first.
    said = [move.said if move.worked else f"✗ {move.said}" for move in moves]
    if said:
        chart.add(f"s{state}", f"-.->|{label(*dict.fromkeys(said))}|", f"s{state}")
