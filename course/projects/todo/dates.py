"""Stage 4: tags, and due dates with time zones."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote

from course.projects.todo.world import World, moment_of, path_of

# A day on which the clocks change: 23 or 25 hours long. A zone, the day, its first moment and the next day's.
DAYS = (
    ("Europe/Berlin", "2031-03-30", "2031-03-29T23:00:00+00:00", "2031-03-30T22:00:00+00:00"),
    ("Europe/Berlin", "2031-10-26", "2031-10-25T22:00:00+00:00", "2031-10-26T23:00:00+00:00"),
    ("America/New_York", "2031-03-09", "2031-03-09T05:00:00+00:00", "2031-03-10T04:00:00+00:00"),
    ("America/New_York", "2031-11-02", "2031-11-02T04:00:00+00:00", "2031-11-03T05:00:00+00:00"),
    ("Asia/Kolkata", "2031-05-01", "2031-04-30T18:30:00+00:00", "2031-05-01T18:30:00+00:00"),
)


def has_tags(world: World) -> None:
    """Tags are trimmed, in small letters, each once, in the order of the alphabet; `PATCH` replaces them."""
    user, (a, b, c) = world.user(), world.words(3)
    made = user.task(title=world.word(), tags=[f" {b.upper()}", a, b])
    made.is_("tags", [a, b])
    user.send("GET", path_of(made)).must(200).is_("tags", [a, b])
    user.send("PATCH", path_of(made), json={"tags": [c, a]}).must(200).is_("tags", [a, c])
    user.send("PATCH", path_of(made), json={"tags": []}).must(200).is_("tags", [])


def refuses_odd_tags(world: World) -> None:
    """A task has at most 10 tags, a tag 1 to 30 characters; anything else is a 422."""
    user, title = world.user(), world.word()
    wrong: list[Any] = [[" "], ["x" * 31], [None], "home", world.words(11)]
    for tags in wrong:
        user.send("POST", "/tasks", json={"title": title, "tags": tags}).problem(422)
    ten = world.words(10)
    user.task(title=title, tags=ten).is_("tags", ten)


def lists_tags(world: World) -> None:
    """`GET /tags` has one's own tags by name, with their numbers of tasks; one without a task is gone."""
    ann, ben, (a, b, c) = world.user(), world.user(), world.words(3)
    ann.task(title=world.word(), tags=[b, a])
    ann.task(title=world.word(), tags=[b])
    gone = ann.task(title=world.word(), tags=[c])
    ben.task(title=world.word(), tags=[b, world.word()])
    ann.send("DELETE", path_of(gone)).must(204)
    reply = ann.send("GET", "/tags").must(200)
    wanted = [{"name": a, "tasks": 1}, {"name": b, "tasks": 2}]
    if reply.items != wanted:
        raise reply.not_yet("", f"items: expected {wanted}, got {reply.items}")


def stores_moments(world: World) -> None:
    """`due_at` has an offset and is answered as the same moment in UTC; `null` removes it."""
    user, wanted = world.user(), world.moment()
    hours = world.random.choice([-9.5, -3, 2, 5.75, 12])
    sent = wanted.astimezone(timezone(timedelta(hours=hours))).isoformat()
    made = user.task(title=world.word(), due_at=sent)
    for reply in (made, user.send("GET", path_of(made)).must(200)):
        if moment_of(reply, "due_at") != wanted:
            raise reply.not_yet("It is the same moment.", f"sent {sent}, got {reply['due_at']}")
    z = wanted + timedelta(days=1)
    changed = user.send("PATCH", path_of(made), json={"due_at": f"{z:%Y-%m-%dT%H:%M:%S}Z"}).must(200)
    if moment_of(changed, "due_at") != z:
        raise changed.not_yet("It is the same moment.")
    user.send("PATCH", path_of(made), json={"due_at": None}).must(200).is_("due_at", None)


def refuses_odd_moments(world: World) -> None:
    """A `due_at` without an offset, without a time, or that is no moment is a 422."""
    user, moment = world.user(), world.moment()
    for wrong in (
        f"{moment:%Y-%m-%dT%H:%M:%S}",
        f"{moment:%Y-%m-%d}",
        world.word(),
        "2031-02-30T12:00:00Z",
        True,
    ):
        user.send("POST", "/tasks", json={"title": world.word(), "due_at": wrong}).problem(422)


def knows_days(world: World) -> None:
    """`GET /tasks?due_on=2031-03-30&zone=Europe/Berlin` has the tasks of that day there, also when
    clocks change.
    """
    for zone, day, first, following in world.random.sample(DAYS, 3):
        user = world.user()
        begin, end = (datetime.fromisoformat(each) for each in (first, following))
        second = timedelta(seconds=1)
        for title, moment in (
            ("before", begin - second),
            ("first", begin),
            ("last", end - second),
            ("after", end),
        ):
            user.task(title=title, due_at=moment.astimezone(UTC).isoformat())
        query = f"?due_on={day}&zone={quote(zone, safe='')}&sort=due_at"
        titles = user.titles(query)
        if titles != ["first", "last"]:
            assert world.wire.last is not None
            raise world.wire.last.not_yet(
                f"The day {day} in {zone} begins at {first} and ends before {following}.",
                f"expected the tasks first and last, got {', '.join(titles) or 'none'}",
            )


def refuses_odd_days(world: World) -> None:
    """An unknown zone, a day that is none, and one of the two without the other are a 422."""
    user = world.user()
    for query in (
        "due_on=2031-02-30&zone=Europe/Berlin",
        f"due_on=2031-03-30&zone={world.word()}/{world.word()}",
        "due_on=2031-03-30&zone=../../etc/passwd",
        "due_on=2031-03-30",
        "zone=Europe/Berlin",
    ):
        user.send("GET", f"/tasks?{query}").problem(422)
