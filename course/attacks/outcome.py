"""What an attack ends with, and how a response is judged."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from course.attacks.reply import Reply


class Outcome(StrEnum):
    """The four ways in which an attack ends."""

    REFUSED = "refused"
    THROUGH = "let through"
    FAILED = "server failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Finding:
    """How an attack ended, and what came back, in a few words."""

    outcome: Outcome
    back: str


class NotTried(Exception):
    """An attack cannot be tried on this app; the text says why."""


class ServerFailed(Exception):
    """The server did not answer as a server does; the text says what it did."""


def refused(back: object) -> Finding:
    """The app held."""
    return Finding(Outcome.REFUSED, str(back))


def through(back: object) -> Finding:
    """The app has a hole; `back` says what an attacker has now."""
    return Finding(Outcome.THROUGH, str(back))


def judged(reply: Reply, meaning: str) -> Finding:
    """A response that must be a refusal, 4xx; `meaning`: what it means when it is a success instead.

    Raises ServerFailed for 5xx, and for a success that is no JSON and so says nothing of the contract.
    Raises NotTried for a redirect, which is never followed.
    """
    checked(reply)
    if 300 <= reply.status < 400:
        raise NotTried(f"{reply}: a redirect is not followed.")
    return refused(reply) if reply.status >= 400 else through(f"{reply}: {meaning}")


def all_judged(replies: Sequence[Reply], meaning: str) -> Finding:
    """The worst of several responses that must each be a refusal; see `judged`."""
    holes = [reply for reply in replies if judged(reply, "").outcome is Outcome.THROUGH]
    return through(f"{counted(holes)}: {meaning}") if holes else refused(counted(replies))


def checked(reply: Reply) -> Reply:
    """The response, if a client can use it. Raises ServerFailed for 5xx and for a success that is no JSON."""
    if reply.status >= 500:
        raise ServerFailed(f"{reply}: the server failed, it did not refuse.")
    if reply.status < 300 and reply.media == "text/html":
        raise ServerFailed(f"{reply}: a page of HTML, where an API answers JSON.")
    if reply.ok and reply.text.strip() not in ("", "null") and reply.json is None:
        raise ServerFailed(f"{reply}: a body that is no JSON.")
    return reply


def counted(replies: Sequence[Reply]) -> str:
    """Several responses in a few words, by status: "401 Unauthorized × 10, 429 Too Many Requests"."""
    numbers = Counter(
        map(str, sorted(replies, key=lambda each: each.status))
    )  # sent at once, any may be first
    return ", ".join(f"{what} × {n}" if n > 1 else what for what, n in numbers.items())
