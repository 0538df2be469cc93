"""Stage 7: what several clients do at the same moment."""

from collections.abc import Callable
from functools import partial
from typing import Any

from course.projects.blog.lists import lists
from course.projects.blog.parts import part
from course.projects.blog.users import one_wins
from course.projects.blog.world import User, World, at
from course.projects.wire import Reply, at_once

CLIENTS = 8
ROUNDS = 3


def publishes_equal_titles_at_once(world: World) -> None:
    """Articles that get the same title at the same moment, new ones and changed ones, have a slug each."""
    users = world.users(4)
    for _ in range(ROUNDS):
        title, tags = f"{world.word()} {world.word()}", world.words(2)
        calls = [
            partial(users[number % 4].publish, title=title, body=f"Number {number}.", tagList=tags)
            for number in range(CLIENTS)
        ]
        replies = at_once(calls)
        why = "Each article is a 201, however many have the same title."
        slugs = [part(reply.must(201, why=why), "article")["slug"] for reply in replies]
        if len({*slugs}) != len(slugs):
            raise replies[0].not_yet("Each has a slug of its own.", ", ".join(slugs))
        for number, slug in enumerate(slugs):
            world.nobody.read(slug).is_("body", f"Number {number}.").tags(tags)
        reply = world.nobody.send("GET", "/tags").must(200)
        if [reply["tags"].count(tag) for tag in tags] != [1, 1]:
            raise reply.not_yet("Each new tag stands there once.")
        _move_to_one_title(world, users[0])


def counts_a_favourite_once(world: World) -> None:
    """One user's favourite that comes eight times at the same moment counts once, and goes once."""
    ann, ben = world.users(2)
    for _ in range(ROUNDS):
        slug = ann.article()["slug"]
        for method, count in (("POST", 1), ("DELETE", 0)):
            for reply in at_once([partial(ben.favorite, slug, method)] * CLIENTS):
                at(reply).is_("favorited", count == 1)
            world.nobody.read(slug).is_("favoritesCount", count, why="One user counts once.")


def counts_all_favourites(world: World) -> None:
    """`favoritesCount` is right after favourites come and go at the same moment."""
    users = world.users(CLIENTS)
    for _ in range(ROUNDS):
        slug = users[0].article()["slug"]
        leaving = users[: CLIENTS // 2]
        for user in leaving:
            at(user.favorite(slug))
        calls = [partial(user.favorite, slug, "DELETE" if user in leaving else "POST") for user in users]
        for reply in at_once(calls):
            at(reply)
        for user in users:
            found = user.read(slug).is_("favorited", user not in leaving)
            found.is_("favoritesCount", CLIENTS // 2, why="It is the number of those who have it.")


def follows_once_at_once(world: World) -> None:
    """A follow that comes eight times at the same moment is one; people can follow each other at once."""
    for _ in range(ROUNDS):
        ann, ben = world.users(2)
        ben.article(title="once")
        for reply in at_once([partial(ann.follow, ben), partial(ben.follow, ann)] * (CLIENTS // 2)):
            part(reply.must(200), "profile").is_("following", True)
        lists(ann, "", ["once"], feed=True, why="The feed has the article once.")
        for reply in at_once([partial(ann.follow, ben, "DELETE")] * CLIENTS):
            part(reply.must(200), "profile").is_("following", False)
        lists(ann, "", [], feed=True)


def gives_a_name_once(world: World) -> None:
    """Of users who take the same new name at the same moment one gets it; the others keep theirs."""
    for field in ("username", "email"):
        users, wanted = world.users(5), world.form()[field]
        calls = [partial(_renamed, user, field, wanted) for user in users]
        one_wins(at_once(calls), 200, 409, 422)
        for user in users:
            found = str(part(user.send("GET", "/user").must(200), "user")[field])
            if found not in (wanted, user.name, user.email):
                assert world.wire.last is not None
                raise world.wire.last.not_yet("The others keep what they had.", f"{field}: {found}")


def loses_no_field(world: World) -> None:
    """Changes of different fields of an article at the same moment are all kept."""
    user = world.user()
    for _ in range(ROUNDS):
        slug, tags = user.article()["slug"], world.words(2)
        wanted = {"description": world.word(), "body": world.word()}
        fields: list[dict[str, Any]] = [*({name: value} for name, value in wanted.items()), {"tagList": tags}]
        for reply in at_once([partial(user.change, slug, **each) for each in fields]):
            at(reply)
        read = world.nobody.read(slug).tags(tags, why="No change is lost.")
        for name, value in wanted.items():
            read.is_(name, value, why="No change is lost.")


def deletes_once(world: World) -> None:
    """Of eight deletions at the same moment one is a 204; what comes for the article then succeeds or is a
    404.
    """
    ann, ben = world.users(2)
    for _ in range(ROUNDS):
        slug = ann.article()["slug"]
        gone = partial(ann.send, "DELETE", f"/articles/{slug}")
        one_wins(at_once([gone] * CLIENTS), 204, 404)
        slug = ann.article()["slug"]
        calls: list[Callable[[], Reply]] = [
            partial(ben.comment, slug, world.word()),
            partial(ben.favorite, slug),
            partial(ann.favorite, slug),
            partial(ann.send, "DELETE", f"/articles/{slug}"),
            partial(ann.comment, slug, world.word()),
            partial(ann.change, slug, body=world.word()),
        ]
        for reply in at_once(calls):
            reply.must(200, 201, 204, 404, why="A request succeeds, or the article is gone.")
        ann.send("GET", f"/articles/{slug}").must(404)


def _move_to_one_title(world: World, user: User) -> None:
    slugs, title = [user.article(title=each)["slug"] for each in world.words(CLIENTS)], world.word()
    replies = at_once([partial(user.change, slug, title=title) for slug in slugs])
    moved = [at(reply)["slug"] for reply in replies]
    if len({*moved}) != len(moved):
        raise replies[0].not_yet("Each has a slug of its own.", ", ".join(moved))
    for slug in moved:
        world.nobody.read(slug).is_("title", title)


def _renamed(user: User, field: str, wanted: str) -> Reply:
    return user.send("PUT", "/user", json={"user": {field: wanted}})
