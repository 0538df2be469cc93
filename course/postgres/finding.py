"""What an examination found."""

from collections.abc import Iterable
from dataclasses import dataclass

from course.base.errors import CourseError
from course.postgres import settings

NOT_USED = f"Not used: {settings.URL_VARIABLE} names another server."


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what was found and, when it is not well, why, and what to do about it."""

    name: str
    ok: bool
    what: str
    cause: str = ""
    cure: str = ""

    @property
    def sentence(self) -> str:
        """What, cause and cure in one text."""
        return " ".join(part for part in (self.what, self.cause, self.cure) if part)


def raise_first(findings: Iterable[Finding]) -> None:
    """Raise CourseError with the sentence of the first finding that is not well."""
    for finding in findings:
        if not finding.ok:
            raise CourseError(finding.sentence)
