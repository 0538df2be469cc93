"""Stage 6: versions, and what several writers do at the same moment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from course.projects.todo.tasks import FAR
from course.projects.todo.world import User, World, moment_of, path_of
from course.projects.wire import Reply, at_once, one_of

WRITERS = 8
ROUNDS = 3


def names_versions(world: World) -> None:
    """A task has a strong `ETag`, the same until it changes; with it in `If-None-Match` it is a 304."""
    user = world.user()
    made = user.task(title=world.word())
    path, seen = path_of(made), _etag(made)
    read = user.send("GET", path).must(200)
    if _etag(read) != seen:
        raise read.not_yet("Without a change the ETag stays.", f"{seen}, then {_etag(read)}")
    user.send("GET", path, headers={"If-None-Match": seen}).must(304)
    changed = user.send("PATCH", path, json={"tags": [world.word()]}).must(200)
    if _etag(changed) == seen or _etag(user.send("GET", path).must(200)) != _etag(changed):
        raise changed.not_yet("A change, also of the tags, gives the task another ETag.", f"{seen} before")
    user.send("GET", path, headers={"If-None-Match": seen}).must(200)


def asks_for_the_version(world: World) -> None:
    """With an old version in `If-Match`, `PATCH` and `DELETE` are a 412 and change nothing; `*` fits all."""
    user, (title, other) = world.user(), world.words(2)
    made = user.task(title=title)
    path, old = path_of(made), _etag(made)
    now = _etag(user.send("PATCH", path, json={"notes": "new"}, headers={"If-Match": old}).must(200))
    for wrong in (old, f"W/{now}", f'"{world.word()}"'):
        user.send("PATCH", path, json={"title": other}, headers={"If-Match": wrong}).problem(412)
        user.send("DELETE", path, headers={"If-Match": wrong}).problem(412)
    user.send("GET", path).must(200).is_("title", title, why="A 412 changes nothing.")
    user.send("PATCH", path, json={"title": other}, headers={"If-Match": f"{old}, {now}"}).must(200)
    user.send("PATCH", path, json={"title": title}, headers={"If-Match": "*"}).must(200)
    last = _etag(user.send("GET", path).must(200))
    user.send("DELETE", path, headers={"If-Match": last}).must(204)


def lets_one_writer_win(world: World) -> None:
    """Of eight changes at the same moment that name the same version, one is a 200 and the others are 412."""
    user = world.user()
    for _ in range(ROUNDS):
        made = user.task(title=world.word())
        headers = {"If-Match": _etag(made)}
        titles = world.words(WRITERS)
        changes = [partial(_change, user, path_of(made), headers, title=title) for title in titles]
        won = one_of(at_once(changes), 200, 412)
        read = user.send("GET", path_of(made)).must(200)
        read.is_("title", won["title"], why="The task has the title of the change that was a 200.")


def loses_no_field(world: World) -> None:
    """Changes of different fields at the same moment, without `If-Match`, are all kept."""
    user = world.user()
    for _ in range(ROUNDS):
        made, moment = user.task(title=world.word()), world.moment()
        wanted: dict[str, Any] = {
            "title": world.word(),
            "notes": world.word(),
            "tags": [world.word()],
            "done": True,
        }
        fields = [*({name: value} for name, value in wanted.items()), {"due_at": moment.isoformat()}]
        for reply in at_once([partial(_change, user, path_of(made), {}, **each) for each in fields]):
            reply.must(200, why="Each change is a 200, however many come at once.")
        read = user.send("GET", path_of(made)).must(200)
        for name, value in wanted.items():
            read.is_(name, value, why="No change is lost.")
        if moment_of(read, "due_at") != moment:
            raise read.not_yet("No change is lost.", f"due_at: expected {moment.isoformat()}")


def loses_no_task(world: World) -> None:
    """Tasks that are created at the same moment, with the same new tags, are all stored."""
    user, tags, titles = world.user(), world.words(2), world.words(2 * WRITERS)
    calls: list[Callable[[], Reply]] = [
        partial(user.send, "POST", "/tasks", json={"title": title, "tags": tags}) for title in titles
    ]
    for reply in at_once(calls):
        reply.must(201, why="Each task is a 201, however many come at once.").is_("tags", tags)
    found = user.send("GET", "/tasks?limit=100").must(200)
    if sorted(str(each["title"]) for each in found.items) != titles:
        raise found.not_yet("Each task is stored once.", f"{len(found.items)} of {len(titles)}")
    counted = user.send("GET", "/tags").must(200)
    if counted.items != [{"name": tag, "tasks": len(titles)} for tag in tags]:
        raise counted.not_yet("Each tag has all tasks.", f"got {counted.items}")


def completes_many(world: World) -> None:
    """`POST /tasks/complete` takes up to 100 ids; `completed` are those that were open before, in order."""
    user = world.user()
    ids = [user.task(title=title)["id"] for title in world.words(4)]
    before = user.send("PATCH", f"/tasks/{ids[1]}", json={"done": True}).must(200)
    reply = _complete(user, [ids[2], ids[0], ids[1], ids[2]]).must(200)
    reply.is_("completed", sorted([ids[0], ids[2]]))
    for number, done in enumerate((True, True, True, False)):
        user.send("GET", f"/tasks/{ids[number]}").must(200).is_("done", done)
    after = user.send("GET", f"/tasks/{ids[1]}").must(200)
    after.is_("completed_at", before["completed_at"], why="A task that was done before is not touched.")
    if _etag(after) != _etag(before):
        raise after.not_yet("A task that was done before keeps its version.")
    _complete(user, ids[:3]).must(200).is_("completed", [])


def completes_all_or_none(world: World) -> None:
    """If one id is not the caller's, it is a 404 and none is completed; no ids, or over 100, are a 422."""
    user, other = world.user(), world.user()
    own, foreign = user.task(title=world.word())["id"], other.task(title=world.word())["id"]
    for wrong in (foreign, FAR):
        _complete(user, [own, wrong]).problem(404)
    user.send("GET", f"/tasks/{own}").must(200).is_("done", False, why="None is completed.")
    other.send("GET", f"/tasks/{foreign}").must(200).is_("done", False)
    wrong_bodies: list[Any] = [
        {},
        {"ids": []},
        {"ids": ["x"]},
        {"ids": [own] * 101},
        {"ids": [own], "done": 0},
    ]
    for body in wrong_bodies:
        user.send("POST", "/tasks/complete", json=body).problem(422)


def completes_once(world: World) -> None:
    """Sent eight times at the same moment, each id is in `completed` of one response."""
    user = world.user()
    for _ in range(ROUNDS):
        ids = [user.task(title=title)["id"] for title in world.words(5)]
        replies = at_once([partial(_complete, user, world.random.sample(ids, 5)) for _ in range(WRITERS)])
        found = [each for reply in replies for each in reply.must(200)["completed"]]
        if sorted(found) != sorted(ids):
            raise replies[0].not_yet("Each id is completed once.", f"{sorted(found)} of {sorted(ids)}")


def _change(user: User, path: str, headers: dict[str, str], **fields: Any) -> Reply:
    return user.send("PATCH", path, json=fields, headers=headers)


def _complete(user: User, ids: list[Any]) -> Reply:
    return user.send("POST", "/tasks/complete", json={"ids": ids})


def _etag(reply: Reply) -> str:
    found = reply.header("etag")
    if found.startswith("W/") or not (len(found) > 2 and found[0] == found[-1] == '"'):
        raise reply.not_yet("An ETag is strong: a text between double quotes.", f"ETag: {found}")
    return found
