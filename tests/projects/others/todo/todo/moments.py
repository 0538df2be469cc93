"""Moments: everywhere inside they are UTC texts of one width, so that their order is that of the texts."""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


def utc_text(moment: datetime) -> str:
    """Such as 2031-03-30T07:00:00.000000Z; OverflowError next to the years 1 and 9999."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def now() -> str:
    """This moment."""
    return utc_text(datetime.now(UTC))


def parse_moment(text: str) -> str:
    """ISO 8601 with an offset, as a UTC text; otherwise ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not re.search("[0-9][Tt ][0-9]", text):
        raise ValueError("a date and a time with an offset, such as 2031-03-30T09:00:00+02:00")
    try:
        return utc_text(moment)
    except OverflowError as error:
        raise ValueError("out of range") from error


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def day_bounds(day: str, zone: str) -> tuple[str, str]:
    """When this day begins in this zone, and when the next one does; otherwise ValueError."""
    if zone not in _zones():
        raise ValueError("no such time zone")
    first = date.fromisoformat(day)
    try:
        begins, ends = (
            utc_text(datetime.combine(each, time(), ZoneInfo(zone)))
            for each in (first, first + timedelta(days=1))
        )
    except OverflowError as error:
        raise ValueError("out of range") from error
    return begins, ends


def local_to_utc(due: str | None, zone: str | None) -> str | None:
    """A local time of the old program as a UTC text; without a zone, it was UTC."""
    if not due:
        return None
    return utc_text(datetime.fromisoformat(due).replace(tzinfo=ZoneInfo(zone or "UTC")))
