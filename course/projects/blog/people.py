"""Stage 4: profiles and who follows whom, favourites, comments and tags."""

from typing import Any

from course.projects.blog.parts import COMMENT, PROFILE, Part, listed, part, refused
from course.projects.blog.world import Reader, User, World, at

FAR = 2**31 - 1  # an id that no comment has


def shows_profiles(world: World) -> None:
    """`GET /api/profiles/{username}` has username, bio, image and following, with a token or without one,
    also under a new name.
    """
    ann, bio = world.user(username=f"{world.word()} {world.word()} ü"), world.word()
    ann.send("PUT", "/user", json={"user": {"bio": bio}}).must(200)
    for reader in (world.nobody, world.user(), ann):
        reply = reader.send("GET", ann.path).must(200)
        part(reply, "profile").has(PROFILE).is_("username", ann.name).is_("bio", bio).is_("following", False)
    if ann.email in reply.text:
        raise reply.not_yet("A profile does not tell the address.")
    slug, name = ann.article()["slug"], world.word()
    ann.send("PUT", "/user", json={"user": {"username": name}}).must(200)
    world.nobody.read(slug).inner("author").is_("username", name)
    world.nobody.send("GET", f"/profiles/{name}").must(200)
    refused(world.nobody.send("GET", ann.path), 404, why="Nobody has the old name.")
    refused(world.nobody.send("GET", f"/profiles/{world.word()}"), 404)


def follows(world: World) -> None:
    """`POST` and `DELETE /api/profiles/{username}/follow` are a 200 with the profile, also a second time."""
    ann, ben = world.user(), world.user()
    for method, following in (("POST", True), ("POST", True), ("DELETE", False), ("DELETE", False)):
        for reply in (ann.follow(ben, method), ann.send("GET", ben.path)):
            found = part(reply.must(200), "profile").is_("username", ben.name)
            found.is_("following", following, why="following is what the caller has done last.")
        for reader, whom in ((ben, ann), (world.nobody, ben)):
            part(reader.send("GET", whom.path).must(200), "profile").is_(
                "following", False, why="following is the caller's, and goes one way."
            )
    for method in ("POST", "DELETE"):
        refused(ann.send(method, f"/profiles/{world.word()}/follow"), 404)


def keeps_favourites(world: World) -> None:
    """`POST` and `DELETE …/favorite` are a 200 with the article; one user counts once, and can undo it."""
    ann, ben, eve = world.users(3)
    made = ann.article()
    steps: list[tuple[User, str, bool, int]] = [
        (ben, "POST", True, 1),
        (ben, "POST", True, 1),
        (eve, "POST", True, 2),
        (ann, "DELETE", False, 2),
        (ben, "DELETE", False, 1),
        (ben, "DELETE", False, 1),
        (ann, "POST", True, 2),
    ]
    for user, method, favorited, count in steps:
        found = at(user.favorite(made["slug"], method)).is_("slug", made["slug"])
        found.is_("favorited", favorited).is_("favoritesCount", count, why="Each user counts once.")
    read = world.nobody.read(made["slug"]).is_("favoritesCount", 2).is_("favorited", False)
    read.is_("updatedAt", made["updatedAt"], why="A favourite leaves updatedAt as it is.")


def takes_comments(world: World) -> None:
    """`POST …/comments` answers with the comment, which the list has; a wrong body is a 422, a second article
    has its own.
    """
    ann, ben = world.users(2)
    slug, other = (ann.article()["slug"] for _ in range(2))
    texts = {ann.name: f"Ünï {world.word()}\n\n🙂", ben.name: world.word()}
    for user in (ann, ben):
        made = part(user.comment(slug, texts[user.name]).must(200, 201), "comment").has(COMMENT)
        made.is_("body", texts[user.name]).inner("author").is_("username", user.name).has(PROFILE)
        made.moment("createdAt")
        made.moment("updatedAt")
        if not isinstance(made["id"], int) or isinstance(made["id"], bool):
            raise made.not_yet("id is a whole number.", f"id: {made['id']!r}")
    wrong: list[Any] = ["", " \n", "x" * 5001, None, 7, "a\0b"]
    for body in wrong:
        refused(ben.comment(slug, body), 422, fields=["body"])
    refused(ben.send("POST", f"/articles/{slug}/comments", json={"body": "A"}), 422)
    found = {each.inner("author")["username"]: each["body"] for each in _comments(world.nobody, slug)}
    if found != texts or len(_comments(ann, slug)) != 2:
        raise _last(world, "The list has both comments.", f"got {found}")
    if _comments(ann, other):
        raise _last(world, "Each article has its own comments.", "")


def deletes_comments(world: World) -> None:
    """An author deletes their comment: 204. Somebody else's is a 403, one of another article a 404."""
    ann, ben = world.users(2)
    slug, other = (ann.article()["slug"] for _ in range(2))
    gone, kept = (part(ben.comment(slug, world.word()).must(200, 201), "comment")["id"] for _ in range(2))
    refused(ann.send("DELETE", f"/articles/{slug}/comments/{gone}"), 403)
    refused(ben.send("DELETE", f"/articles/{other}/comments/{gone}"), 404)
    ben.send("DELETE", f"/articles/{slug}/comments/{gone}").must(204)
    refused(ben.send("DELETE", f"/articles/{slug}/comments/{gone}"), 404)
    refused(ben.send("DELETE", f"/articles/{slug}/comments/{FAR}"), 404)
    for odd in (world.word(), "9" * 25, "-1"):
        refused(ben.send("DELETE", f"/articles/{slug}/comments/{odd}"), 404, 422)
    if (found := [each["id"] for each in _comments(ben, slug)]) != [kept]:
        raise _last(world, "The other comment stays.", f"ids: {found}")


def lists_tags(world: World) -> None:
    """`GET /api/tags` has the tags of all articles that are there, each once."""
    ann, ben, (a, b, c) = world.user(), world.user(), world.words(3)
    first = ann.article(tagList=[a, b, a]).tags([a, b], why="A tag stands there once.")
    ben.article(tagList=[b])
    changed = ben.article(tagList=[c])
    _has_tags(world, {a, b, c}, set())
    ann.send("DELETE", f"/articles/{first['slug']}").must(204)
    at(ben.change(changed["slug"], tagList=[b]))
    _has_tags(world, {b}, {a, c})


def _comments(reader: Reader, slug: str) -> list[Part]:
    return listed(reader.send("GET", f"/articles/{slug}/comments").must(200), "comments")


def _has_tags(world: World, there: set[str], gone: set[str]) -> None:
    reply = world.nobody.send("GET", "/tags").must(200)
    found = reply["tags"]
    if not isinstance(found, list) or len({*found}) != len(found):
        raise reply.not_yet("tags is a list with each tag once.")
    if not there <= {*found} or gone & {*found}:
        raise reply.not_yet(
            "tags has those of all articles that are there.",
            f"missing: {sorted(there - {*found})}, too many: {sorted(gone & {*found})}",
        )


def _last(world: World, why: str, got: str) -> Exception:
    assert world.wire.last is not None
    return world.wire.last.not_yet(why, got)
