"""What a requirement ends with, and what is raised where it is not met."""

from enum import StrEnum


class Outcome(StrEnum):
    """The four ways in which a requirement ends."""

    DONE = "done"
    NOT_YET = "not yet"
    NOT_REACHED = "not reached"
    NOT_TRIED = "not tried"


class NotYet(Exception):
    """A requirement is not met: a sentence, what came instead, the request that shows it, its response."""

    def __init__(self, why: str, got: str = "", asked: str = "", answered: str = "") -> None:
        super().__init__(why)
        self.why, self.got, self.asked, self.answered = why, got, asked, answered


class Silent(NotYet):
    """No response came at all."""

    def __init__(self, why: str, asked: str = "") -> None:
        super().__init__(why, "", asked)


class NotTried(Exception):
    """A requirement that cannot be tried on this server; the text says why."""
