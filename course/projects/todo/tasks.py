"""Stage 3: tasks, which belong to one user."""

from typing import Any

from course.projects.todo.world import World, moment_of, path_of

FAR = 2**31  # an id that no task has


def creates(world: World) -> None:
    """`POST /tasks` is a 201 with the whole task and its address in `Location`."""
    user, title = world.user(), world.word()
    reply = user.send("POST", "/tasks", json={"title": f"  {title} "}).must(201)
    reply.is_("title", title, why="Spaces around a title are removed.")
    for name, value in (
        ("notes", ""),
        ("done", False),
        ("completed_at", None),
        ("due_at", None),
        ("tags", []),
    ):
        reply.is_(name, value, why="What was not sent has its default.")
    moment_of(reply, "created_at")
    where = reply.header("location")
    if not where.endswith(path_of(reply)):
        raise reply.not_yet("Location is the address of the task.", f"Location: {where}")
    read = user.send("GET", path_of(reply)).must(200, why="The task can be read at its address.")
    if read.json != reply.json:
        raise read.not_yet("What is read is what the 201 has said.", f"created: {reply.text}")


def refuses_odd_tasks(world: World) -> None:
    """A title has 1 to 200 characters, notes at most 5,000; what is wrong or unknown is a 422."""
    user = world.user()
    title = world.word()
    wrong: list[Any] = [{}, {"title": " "}, {"title": "x" * 201}, {"title": None}, {"title": 7}]
    wrong += [
        {"title": title, "notes": "x" * 5001},
        {"title": title, "done": "maybe"},
        {"title": title, "urgent": 1},
        [title],
    ]
    for body in wrong:
        user.send("POST", "/tasks", json=body).problem(422)
    user.send("POST", "/tasks", content=b'{"title": ', headers={"Content-Type": "application/json"}).problem(
        400, 422
    )
    if titles := user.titles():
        raise _last(world, "What is refused is not stored.", titles)
    user.task(title="ü" * 200, notes="x" * 5000)


def knows_what_is_missing(world: World) -> None:
    """A task that does not exist is a 404 for each method; an id that is no number is a 404 or 422."""
    user = world.user()
    for method, body in (("GET", None), ("PATCH", {"title": world.word()}), ("DELETE", None)):
        user.send(method, f"/tasks/{FAR}", json=body).problem(404)
        user.send(method, f"/tasks/{world.word()}", json=body).problem(404, 422)


def changes_what_was_sent(world: World) -> None:
    """`PATCH /tasks/{id}` changes the fields that were sent, keeps the others, and is a 200 with the task."""
    user, (notes, title, other) = world.user(), world.words(3)
    made = user.task(title=title, notes=notes, tags=["home"])
    changed = user.send("PATCH", path_of(made), json={"title": other}).must(200)
    changed.is_("title", other).is_("notes", notes, why="What was not sent stays.").is_("tags", ["home"])
    read = user.send("GET", path_of(made)).must(200)
    read.is_("title", other, why="The change is stored.").is_("created_at", made["created_at"])
    user.send("PATCH", path_of(made), json={"notes": ""}).must(200).is_("notes", "").is_("title", other)


def refuses_odd_changes(world: World) -> None:
    """A `PATCH` with a wrong value, a null title or an unknown field is a 422, and changes nothing."""
    user, (notes, title) = world.user(), world.words(2)
    made = user.task(title=title, notes=notes)
    wrong: list[Any] = [
        {"title": None},
        {"notes": world.word(), "title": " "},
        {"tittle": "x"},
        {"id": 1},
        {"done": None},
    ]
    for body in wrong:
        user.send("PATCH", path_of(made), json=body).problem(422)
    user.send("GET", path_of(made)).must(200).is_("title", title).is_(
        "notes", notes, why="Nothing is changed."
    )


def completes(world: World) -> None:
    """`done: true` sets completed_at, once: later it stays; `done: false` clears it."""
    user = world.user()
    made = user.task(title=world.word())
    done = user.send("PATCH", path_of(made), json={"done": True}).must(200).is_("done", True)
    moment_of(done, "completed_at")
    again = user.send("PATCH", path_of(made), json={"done": True, "notes": world.word()}).must(200)
    again.is_("completed_at", done["completed_at"], why="A task that is done keeps its completed_at.")
    user.send("PATCH", path_of(made), json={"done": False}).must(200).is_("completed_at", None).is_(
        "done", False
    )


def deletes(world: World) -> None:
    """`DELETE /tasks/{id}` is a 204 without a body; then the task is a 404, and no list has it."""
    user, (gone, kept) = world.user(), world.words(2)
    path = path_of(user.task(title=gone))
    user.task(title=kept)
    reply = user.send("DELETE", path).must(204)
    if reply.text:
        raise reply.not_yet("A 204 has no body.")
    user.send("GET", path).problem(404)
    user.send("DELETE", path).problem(404)
    if (titles := user.titles()) != [kept]:
        raise _last(world, "The list has the other task alone.", titles)


def keeps_users_apart(world: World) -> None:
    """Another user's task is a 404, whatever the method, and stands in no list of others."""
    ann, ben, title = world.user(), world.user(), world.word()
    path = path_of(ann.task(title=title, tags=["secret"]))
    for method, body in (("GET", None), ("PATCH", {"title": world.word()}), ("DELETE", None)):
        ben.send(method, path, json=body).problem(404)
    if titles := ben.titles():
        raise _last(world, "A list has one's own tasks alone.", titles)
    ann.send("GET", path).must(200).is_("title", title, why="Others change nothing.")


def _last(world: World, why: str, titles: list[str]) -> Exception:
    assert world.wire.last is not None
    return world.wire.last.not_yet(why, f"titles: {', '.join(titles) or 'none'}")
