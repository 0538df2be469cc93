"""The end of a review: how it went, and what comes due in the next days."""

from datetime import UTC, datetime

from course.page.note import Note
from course.workspace import reviews

DAYS = 7


def reviewed() -> Note:
    """How today's review went, and when there is something to ask again."""
    now = datetime.now(UTC)
    given = reviews.answered(now.date())
    if not given:
        return Note("Nothing was answered today. Choose an option of a question, then run the cell below it.")
    right = f"{sum(given)} of {len(given)} right today."
    left, *later = reviews.next_days(now, DAYS)
    parts = [f"in {days} days {n}" if days > 1 else f"tomorrow {n}" for days, n in enumerate(later, 1) if n]
    coming = (
        f" Coming due: {', '.join(parts)}." if parts else f" Nothing comes due in the next {DAYS - 1} days."
    )
    more = f" {left} more can be asked today: `course review` makes another page." if left else ""
    return Note(right + more + coming)
