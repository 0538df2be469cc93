"""Stage 5: lists with filters, orders and pages."""

from datetime import timedelta
from urllib.parse import quote

from course.projects.outcome import NotYet
from course.projects.todo.world import User, World, path_of

SORTS = ("created_at", "-created_at", "due_at", "-due_at")


def filters_by_done_and_tags(world: World) -> None:
    """`done` and `tag` choose tasks; several tags mean tasks that have all of them; filters work together."""
    user, (a, b) = world.user(), world.words(2)
    both = user.task(title="both", tags=[a, b])
    user.task(title="one", tags=[a])
    user.task(title="none")
    user.send("PATCH", path_of(both), json={"done": True}).must(200)
    _lists(user, "?done=true", ["both"])
    _lists(user, "?done=false", ["one", "none"])
    _lists(user, f"?tag={a}", ["both", "one"])
    _lists(user, f"?tag={a}&tag={b}", ["both"])
    _lists(user, f"?tag={a.upper()}&done=false", ["one"])
    _lists(user, f"?tag={world.word()}", [])


def searches_titles(world: World) -> None:
    """`search` finds a part of the title, whatever the case; `%` and `_` mean themselves."""
    user, (a, b) = world.user(), world.words(2)
    titles = [f"{a} 100% sure", f"{a} 100 times", f"{b} snake_case", f"{b} snakeXcase"]
    for title in titles:
        user.task(title=title)
    _lists(user, f"?search={a.upper()}", titles[:2])
    _lists(user, f"?search={quote('100%')}", titles[:1])
    _lists(user, "?search=SNAKE_", titles[2:3])
    _lists(user, f"?search={world.word()}", [])


def filters_by_due_date(world: World) -> None:
    """`due_from` is the first moment that counts, `due_before` the first that no longer does."""
    user, moment = world.user(), world.moment()
    hour = timedelta(hours=1)
    for title, due in (("early", moment), ("late", moment + hour), ("none", None)):
        user.task(title=title, due_at=due and due.isoformat())
    at = {name: quote(when.isoformat()) for name, when in (("early", moment), ("late", moment + hour))}
    _lists(user, f"?due_from={at['early']}", ["early", "late"])
    _lists(user, f"?due_before={at['late']}", ["early"])
    _lists(user, f"?due_from={at['early']}&due_before={at['late']}", ["early"])
    _lists(user, f"?due_from={at['late']}", ["late"])
    user.send("GET", f"/tasks?due_from={moment:%Y-%m-%dT%H:%M:%S}").problem(
        422, why="A moment without an offset is a 422."
    )


def sorts(world: World) -> None:
    """`sort` is created_at (the default), due_at, or one of them after a `-`; undated tasks come last."""
    user, moment = world.user(), world.moment()
    days = world.random.sample(range(100), 4)
    due = {f"day {day}": (moment + timedelta(days=day)).isoformat() for day in days}
    order = list(due)
    for title in [*order[:2], "undated", *order[2:]]:
        user.task(title=title, due_at=due.get(title))
    made = [*order[:2], "undated", *order[2:]]
    dated = sorted(order, key=lambda title: due[title])
    _lists(user, "", made)
    _lists(user, "?sort=created_at", made)
    _lists(user, "?sort=-created_at", made[::-1])
    _lists(user, "?sort=due_at", [*dated, "undated"])
    _lists(user, "?sort=-due_at", [*dated[::-1], "undated"])


def has_pages(world: World) -> None:
    """`limit` is at most 100, else 20; `next` is the `cursor` of the following page, null on the last one."""
    user, moment = world.user(), world.moment()
    for number in range(23):
        user.task(title=f"task {number}", due_at=moment.isoformat() if number % 3 else None)
    if (many := len(user.titles())) != 20:
        raise _last(user, "A page has 20 tasks where no limit is said.", f"got {many}")
    for sort in SORTS:
        whole = user.titles(f"?sort={sort}&limit=100")
        if len(whole) != 23:
            raise _last(user, "A page of 100 has all 23 tasks.", f"got {len(whole)}")
        walked = _walk(user, f"sort={sort}&limit={world.random.choice([4, 5, 7])}")
        if walked != whole:
            raise _last(user, "The pages have each task once, in order.", f"sort={sort}: {', '.join(walked)}")


def has_pages_that_hold(world: World) -> None:
    """While somebody turns pages, tasks are deleted; none of the others is left out or comes twice."""
    for sort, size in (("created_at", 3), ("due_at", 4), ("-due_at", 3)):
        user, moment = world.user(), world.moment()
        made = [
            user.task(title=f"task {number}", due_at=(moment + timedelta(days=number)).isoformat())
            for number in range(9)
        ]
        first = user.send("GET", f"/tasks?sort={sort}&limit={size}").must(200)
        seen = [each["title"] for each in first.items]
        user.send("DELETE", f"/tasks/{first.items[0]['id']}").must(204)
        gone = next(each for each in reversed(made) if each["title"] not in seen)
        user.send("DELETE", path_of(gone)).must(204)
        walked = seen + _walk(user, f"sort={sort}&limit={size}", str(first["next"]))
        wanted = [f"task {number}" for number in range(9) if number != int(str(gone["title"]).split()[1])]
        if sorted(walked) != wanted:
            raise _last(user, "Each task that stays is seen once.", f"sort={sort}: {', '.join(walked)}")


def keeps_filters_on_pages(world: World) -> None:
    """Filters hold on each page, and tasks with the same due date do not get lost between two pages."""
    user, moment, tag = world.user(), world.moment(), world.word()
    for number in range(7):
        user.task(title=f"in {number}", tags=[tag], due_at=moment.isoformat())
        user.task(title=f"out {number}", due_at=moment.isoformat())
    whole = user.titles(f"?tag={tag}&sort=due_at&limit=100")
    walked = _walk(user, f"tag={tag}&sort=due_at&limit=2")
    if walked != whole or sorted(walked) != [f"in {number}" for number in range(7)]:
        raise _last(user, "The pages have the seven tasks with the tag, each once.", ", ".join(walked))


def refuses_odd_queries(world: World) -> None:
    """A limit outside 1 to 100, an unknown sort or parameter, and a cursor that is none are a 422."""
    user = world.user()
    user.task(title=world.word())
    for query in (
        "limit=0",
        "limit=101",
        "limit=ten",
        "sort=title",
        f"cursor={world.word()}",
        "done=perhaps",
        "tags=home",
    ):
        user.send("GET", f"/tasks?{query}").problem(422)


def _lists(user: User, query: str, wanted: list[str]) -> None:
    titles = user.titles(query)
    if titles != wanted:
        raise _last(user, "", f"expected {_named(wanted)}; got {_named(titles)}")


def _named(titles: list[str]) -> str:
    return ", ".join(titles) or "no task"


def _walk(user: User, query: str, cursor: str = "") -> list[str]:
    """The titles of all pages from a cursor on. Raises NotYet for pages without an end."""
    titles: list[str] = []
    for _ in range(40):
        at = f"&cursor={quote(cursor, safe='')}" if cursor else ""
        page = user.send("GET", f"/tasks?{query}{at}").must(200)
        titles += [str(each["title"]) for each in page.items]
        if page["next"] is None:
            return titles
        cursor = str(page["next"])
    raise _last(user, "The pages have an end.", "40 pages, and the last one has a next")


def _last(user: User, why: str, got: str) -> NotYet:
    assert user.wire.last is not None
    return user.wire.last.not_yet(why, got)
