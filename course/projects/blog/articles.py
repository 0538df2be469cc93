"""Stage 3: articles and their slugs, which belong to their authors."""

import re
import time
from typing import Any

from course.projects.blog.parts import ARTICLE, PROFILE, part, refused
from course.projects.blog.world import World, at

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEPT = 50  # characters of a long title that a slug has at least
_A_TICK = 0.05  # seconds: so that the next moment is another one in milliseconds


def publishes(world: World) -> None:
    """`POST /api/articles` is a 201 with the whole article, which `GET` at its slug has, too."""
    user, nobody, (title, body) = world.user(), world.nobody, world.words(2)
    reply = user.publish(
        title=f"  {title} ", body=f"Zeile 1\n\n# {body} 🙂", favoritesCount=7, slug=world.word()
    )
    made = part(reply.must(201), "article").has(ARTICLE)
    made.is_("title", title, why="Spaces around a title are removed.").is_("body", f"Zeile 1\n\n# {body} 🙂")
    made.is_("description", "In short.").is_("favorited", False).is_("favoritesCount", 0).is_("tagList", [])
    made.inner("author").has(PROFILE).is_("username", user.name).is_("following", False)
    made.moment("createdAt")
    made.moment("updatedAt")
    for reader in (nobody, user):
        read = reader.read(made["slug"])
        if read.fields != made.fields:
            raise read.not_yet("What is read is what the 201 has said.", f"created: {made.fields}")


def refuses_odd_articles(world: World) -> None:
    """An article with a wrong or missing field is a 422 that names each, and is not stored."""
    user, good = world.user(), {"title": world.word(), "description": "d", "body": "b"}
    wrong: list[tuple[Any, list[str]]] = [
        ({}, [*good]),
        ({"title": " ", "description": "", "body": "\n"}, [*good]),
        ({"title": "x" * 201, "description": "x" * 501, "body": "x" * 50_001}, [*good]),
        ({"title": None, "description": 7, "body": ["b"]}, [*good]),
        ({**good, "body": "a\0b"}, ["body"]),
        ({**good, "tagList": "tea"}, ["tagList"]),
        ({**good, "tagList": ["x" * 51]}, ["tagList"]),
        ({**good, "tagList": world.words(21)}, ["tagList"]),
        ({**good, "tagList": [7]}, ["tagList"]),
    ]
    for sent, fields in wrong:
        refused(user.send("POST", "/articles", json={"article": sent}), 422, fields=fields)
    refused(user.send("POST", "/articles", json=good), 422)
    longest = user.article(title="ü" * 200, description="x" * 500, body="x" * 50_000, tagList=world.words(20))
    world.nobody.read(longest["slug"])


def makes_slugs(world: World) -> None:
    """A slug is made of the words of the title: a to z, digits, hyphens; a title without any has one, too."""
    user, (a, b, c) = world.user(), world.words(3)
    titles = {
        f"{a.title()} & {b.upper()}: 42!": f"{a}-{b}-42",
        f"  {c}": c,
        f"{'word ' * 39}{a[:4]}": f"{'word-' * 39}{a[:4]}",
        "日本語 ✨": "",
        "?!": "",
    }
    for title, words in titles.items():
        slug = str((made := user.article(title=title))["slug"])
        if not _SLUG.fullmatch(slug) or len(slug) > 255:
            raise made.not_yet("A slug has a to z, digits and hyphens, at most 255.", f"slug: {slug}")
        begins = words[:_KEPT] if len(words) > _KEPT else f"{words}-" * bool(words)
        if not f"{slug}-".startswith(begins):
            raise made.not_yet(f"The slug begins with the words of the title: {words}.", f"slug: {slug}")
        world.nobody.read(slug).is_("title", title.strip())


def tells_equal_titles_apart(world: World) -> None:
    """Articles with the same title, also of one author, have different slugs, each its own article."""
    users, title = world.users(2), f"{world.word()} {world.word()}"
    made = [
        user.article(title=title if number != 2 else f"{title} 2", body=f"Number {number}.")
        for number, user in enumerate([*users, users[0], users[0]])
    ]
    if len({each["slug"] for each in made}) != len(made):
        raise made[-1].not_yet("Each has a slug of its own.", ", ".join(each["slug"] for each in made))
    for number, each in enumerate(made):
        world.nobody.read(each["slug"]).is_("body", f"Number {number}.")


def changes_what_was_sent(world: World) -> None:
    """`PUT /api/articles/{slug}` changes the fields that were sent and keeps the others."""
    user, (a, b, text) = world.user(), world.words(3)
    made = user.article(title=text, tagList=[a, b])
    time.sleep(_A_TICK)
    changed = at(user.change(made["slug"], description=text))
    changed.is_("description", text).is_("body", made["body"], why="What was not sent stays.").tags([a, b])
    changed.is_("createdAt", made["createdAt"], why="createdAt never changes.")
    if changed.moment("updatedAt") <= made.moment("updatedAt"):
        raise changed.not_yet("updatedAt is later after a change.", f"before: {made['updatedAt']}")
    changed.is_("slug", made["slug"], why="As long as the title stays, the slug stays.")
    sent_back = {**changed.fields, "tagList": [f" {b} ", b]}  # a front end sends the whole article
    at(user.change(made["slug"], **sent_back)).is_("slug", made["slug"]).tags(
        [b], why="tagList replaces the tags, each trimmed and once."
    )
    world.nobody.read(made["slug"]).is_("description", text).is_("title", text).tags([b])
    at(user.change(made["slug"], tagList=[])).tags([])


def moves_slugs(world: World) -> None:
    """With another title an article has another slug, and the old one is a 404."""
    user, (old, new) = world.user(), world.words(2)
    other = user.article(title=new)
    made = user.article(title=old)
    changed = at(user.change(made["slug"], title=new)).is_("title", new)
    if changed["slug"] in (made["slug"], other["slug"]) or not f"{changed['slug']}-".startswith(f"{new}-"):
        raise changed.not_yet("The slug follows the title.", f"slug: {changed['slug']}")
    refused(world.nobody.send("GET", f"/articles/{made['slug']}"), 404)
    world.nobody.read(changed["slug"]).is_("createdAt", made["createdAt"])


def refuses_odd_changes_of_articles(world: World) -> None:
    """A change to a wrong value is a 422 that names the field, and changes nothing."""
    user, title = world.user(), world.word()
    slug = user.article(title=title)["slug"]
    wrong = {"title": " ", "description": "x" * 501, "body": None, "tagList": ["x" * 51]}
    refused(user.change(slug, **wrong), 422, fields=wrong)
    refused(user.change(slug, title=None, body=world.word()), 422, fields=["title"])
    refused(user.send("PUT", f"/articles/{slug}", json={"title": world.word()}), 422)
    world.nobody.read(slug).is_("title", title).is_("body", "At length.", why="Nothing is changed.")


def lets_authors_alone_change(world: World) -> None:
    """To change or delete somebody else's article is a 403, and changes nothing."""
    ann, ben, title = world.user(), world.user(), world.word()
    slug = ann.article(title=title)["slug"]
    refused(ben.change(slug, title=world.word()), 403)
    refused(ben.send("DELETE", f"/articles/{slug}"), 403)
    world.nobody.read(slug).is_("title", title, why="Others change nothing.")


def deletes(world: World) -> None:
    """`DELETE /api/articles/{slug}` is a 204 without a body; then the article is a 404, and others stay."""
    user = world.user()
    slug, other = (user.article(title=title)["slug"] for title in world.words(2))
    reply = user.send("DELETE", f"/articles/{slug}").must(204)
    if reply.text:
        raise reply.not_yet("A 204 has no body.")
    refused(user.send("GET", f"/articles/{slug}"), 404)
    refused(user.send("DELETE", f"/articles/{slug}"), 404)
    user.read(other)
