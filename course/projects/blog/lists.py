"""Stage 5: lists with filters and pages, and the feed."""

from collections.abc import Sequence
from typing import Any

from course.projects.blog.parts import LISTED, PROFILE, listed, refused
from course.projects.blog.world import Reader, World
from course.projects.outcome import NotYet


def shows_the_newest_first(world: World) -> None:
    """A list has the newest article first, each without `body`; a change does not move it, and one that was
    refused or deleted is not there.
    """
    user, titles = world.user(), [world.word() for _ in range(4)]
    slugs = [user.article(title=title, tagList=["tea"])["slug"] for title in titles]
    user.change(slugs[0], description=world.word()).must(200)
    user.favorite(slugs[1]).must(200)
    reply = world.nobody.page(f"?author={user.name}").is_("articlesCount", 4)
    for each in listed(reply, "articles"):
        each.has(LISTED).tags(["tea"]).inner("author").has(PROFILE).is_("username", user.name)
        each.moment("createdAt")
        each.moment("updatedAt")
        if "body" in each.fields:
            raise reply.not_yet("An article in a list has no body.")
    lists(world.nobody, f"?author={user.name}", titles[::-1])
    user.publish(title=world.word(), body="").must(422)
    user.send("DELETE", f"/articles/{slugs[2]}").must(204)
    lists(world.nobody, f"?author={user.name}", [titles[3], titles[1], titles[0]])
    first = listed(world.nobody.page("?limit=1"), "articles")
    if len(first) != 1:
        raise last(world.nobody, "The list of all articles has the newest one.", f"{len(first)} articles")


def filters(world: World) -> None:
    """`tag`, `author` and `favorited` choose articles, and hold together; an unknown name finds nothing."""
    ann, ben = world.users(2)
    tag, other = world.words(2)
    slugs = {}
    for user, title, tags in (
        (ann, "one", [tag, other]),
        (ann, "two", [other]),
        (ben, "three", [tag]),
        (ben, "four", []),
    ):
        slugs[title] = user.article(title=title, tagList=tags)["slug"]
    for title in ("four", "one", "three"):
        ann.favorite(slugs[title]).must(200)
    nobody = world.nobody
    lists(nobody, f"?tag={tag}", ["three", "one"])
    lists(nobody, f"?author={ann.name}", ["two", "one"])
    lists(nobody, f"?favorited={ann.name}", ["four", "three", "one"])
    lists(nobody, f"?favorited={ann.name}&tag={tag}", ["three", "one"])
    lists(nobody, f"?favorited={ann.name}&author={ben.name}&tag={tag}", ["three"])
    lists(nobody, f"?favorited={ben.name}", [])
    for name in ("tag", "author", "favorited"):
        lists(nobody, f"?{name}={world.word()}", [])
    lists(nobody, f"?author={ann.name}&favorited={world.word()}", [])
    ann.favorite(slugs["four"], "DELETE").must(200)
    lists(ben, f"?favorited={ann.name}", ["three", "one"])


def has_pages(world: World) -> None:
    """`limit` is 1 to 100, else 20; `offset` leaves articles out; `articlesCount` is the number of all."""
    user, titles = world.user(), [f"number {number}" for number in range(23)]
    for title in titles:
        user.article(title=title)
    query, newest = f"?author={user.name}", titles[::-1]
    lists(user, query, newest[:20], count=23, why="Where no limit is said, it is 20.")
    size = world.random.choice([4, 5, 7])
    for offset in range(0, 23, size):
        lists(user, f"{query}&limit={size}&offset={offset}", newest[offset : offset + size], count=23)
    lists(user, f"{query}&limit=100", newest, count=23)
    lists(user, f"{query}&offset=22", newest[22:], count=23)
    lists(user, f"{query}&offset=23", [], count=23)
    lists(user, f"{query}&offset=1000000", [], count=23)


def reads_the_feed(world: World) -> None:
    """`GET /api/articles/feed` has the articles of those whom the caller follows, newest first."""
    ann, ben, eve = world.users(3)
    lists(ann, "", [], feed=True)
    ben.article(title="early")
    ann.follow(ben).must(200)
    eve.article(title="of eve")
    ann.article(title="own")
    ben.article(title="late")
    lists(ann, "", ["late", "early"], feed=True)
    ann.follow(eve).must(200)
    lists(ann, "", ["late", "of eve", "early"], feed=True)
    lists(ann, "?limit=1&offset=1", ["of eve"], count=3, feed=True)
    lists(eve, "", [], feed=True)
    for each in listed(ann.page(feed=True), "articles"):
        each.has(LISTED).inner("author").is_("following", True)
    ann.follow(ben, "DELETE").must(200)
    lists(ann, "", ["of eve"], feed=True)


def keeps_the_feed_free(world: World) -> None:
    """An article with the title "Feed" can be read at its slug, and the feed is still the feed."""
    user, body = world.user(), world.word()
    made = user.article(title="Feed", body=body)
    world.nobody.read(made["slug"]).is_("title", "Feed").is_("body", body)
    user.page(feed=True)["articles"]


def knows_the_caller(world: World) -> None:
    """`following` of an author and `favorited` are the caller's: in articles, lists and comments."""
    ann, ben, eve = world.users(3)
    slug = ann.article()["slug"]
    ann.comment(slug, "First.").must(200, 201)
    ben.follow(ann).must(200)
    ben.favorite(slug).must(200)
    for reader, known in ((ben, True), (eve, False), (world.nobody, False)):
        (in_list,) = listed(reader.page(f"?author={ann.name}"), "articles")
        for found in (reader.read(slug), in_list):
            found.is_("favorited", known).is_("favoritesCount", 1)
            found.inner("author").is_("following", known)
        (comment,) = listed(reader.send("GET", f"/articles/{slug}/comments").must(200), "comments")
        comment.inner("author").is_("following", known)


def asks_who_calls(world: World) -> None:
    """Without a token, whatever needs one is a 401."""
    slug = world.user().article()["slug"]
    article = {"article": {"title": "A", "description": "B", "body": "C"}}
    requests: list[tuple[str, str, Any]] = [
        ("GET", "/user", None),
        ("PUT", "/user", {"user": {"bio": "A"}}),
        ("POST", f"/profiles/{world.word()}/follow", None),
        ("GET", "/articles/feed", None),
        ("POST", "/articles", article),
        ("PUT", f"/articles/{slug}", article),
        ("DELETE", f"/articles/{slug}", None),
        ("POST", f"/articles/{slug}/favorite", None),
        ("POST", f"/articles/{slug}/comments", {"comment": {"body": "A"}}),
    ]
    for method, path, body in requests:
        refused(world.nobody.send(method, path, json=body), 401)


def knows_what_is_missing(world: World) -> None:
    """A slug that no article has is a 404, for each request with a slug."""
    user, slug = world.user(), world.word()
    article, comment = {"article": {"title": "A"}}, {"comment": {"body": "A"}}
    requests: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PUT", "", article),
        ("DELETE", "", None),
        ("POST", "/favorite", None),
        ("DELETE", "/favorite", None),
        ("GET", "/comments", None),
        ("POST", "/comments", comment),
        ("DELETE", "/comments/1", None),
    ]
    for method, path, body in requests:
        refused(user.send(method, f"/articles/{slug}{path}", json=body), 404)
    refused(user.send("GET", f"/articles/{slug}%00"), 404, 422)


def refuses_odd_queries(world: World) -> None:
    """A limit outside 1 to 100, and an offset that is none, are a 422."""
    user = world.user()
    for path in ("/articles", "/articles/feed"):
        for query in ("limit=0", "limit=101", "limit=ten", "limit=-1", "offset=-1", "offset=two"):
            refused(user.send("GET", f"{path}?{query}"), 422)
        far = user.send("GET", f"{path}?offset={'9' * 30}").must(200, 422)
        if far.status == 422:
            refused(far, 422)
    for name in ("tag", "author", "favorited"):
        user.send("GET", f"/articles?{name}=%00").must(200, 422, why="No request is a 500.")


def lists(
    reader: Reader,
    query: str,
    wanted: Sequence[str],
    *,
    count: int | None = None,
    feed: bool = False,
    why: str = "",
) -> None:
    """Raise NotYet unless a list has these titles in this order, and says how many there are in all."""
    titles = reader.titles(query, feed=feed)
    if titles != [*wanted]:
        raise last(reader, why, f"expected {named(wanted)}; got {named(titles)}")
    assert reader.wire.last is not None
    total = len(wanted) if count is None else count
    reader.wire.last.is_("articlesCount", total, why="articlesCount is the number of all that fit.")


def named(titles: Sequence[str]) -> str:
    """Titles in a sentence."""
    return ", ".join(titles) or "no article"


def last(reader: Reader, why: str, got: str) -> NotYet:
    """What to raise of the latest response."""
    assert reader.wire.last is not None
    return reader.wire.last.not_yet(why, got)
