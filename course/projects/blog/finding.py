"""Stage 6: pages by key, and full-text search."""

from collections.abc import Callable
from itertools import count
from urllib.parse import quote

from course.projects.blog.lists import last, lists, named
from course.projects.blog.parts import listed, refused
from course.projects.blog.tables import search_indexes
from course.projects.blog.world import Reader, World, at
from course.projects.outcome import NotYet
from course.projects.services import DATABASE
from course.projects.wire import Reply

_MOST_PAGES = 40
_SIGNS = (
    *("'", '"', "&", "!", "(", ":*", "a & | b", "\\", "-", "''", "<->", "%", "*", "日本"),
    "a" * 200,
    "-" * 50 + "a",
)


def turns_pages_by_key(world: World) -> None:
    """`cursor` is the `nextCursor` of the page before, which is null where no article follows."""
    user = world.user()
    titles = [f"number {number}" for number in range(12)]
    for title in titles:
        user.article(title=title)
    for size in (4, 5, 12, 100):
        walked = walk(user, f"author={user.name}&limit={size}")
        if walked != titles[::-1]:
            raise last(user, "The pages have each article once, newest first.", named(walked))
    reply = user.page(f"?author={user.name}&limit=12")
    if reply["nextCursor"] is not None:
        raise reply.not_yet("nextCursor is null where no article follows.", f"got {reply['nextCursor']!r}")
    first = user.page(f"?author={user.name}&limit=5")
    second = user.page(f"?author={user.name}&limit=5&cursor={quote(str(first['nextCursor']), safe='')}")
    second.is_("articlesCount", 12, why="articlesCount is the number of all that fit, whatever the page.")
    for path in ("/articles", "/articles/feed"):
        refused(user.send("GET", f"{path}?cursor={world.word()}"), 422)


def keeps_pages_while_people_write(world: World) -> None:
    """While somebody turns pages by cursor, articles are published, changed and deleted; none of the others
    is left out or comes twice.
    """
    user = world.user()
    slugs = {title: user.article(title=title)["slug"] for title in (f"number {n}" for n in range(9))}
    seen: list[str] = []
    pages: list[Reply] = []
    turns = count(world.random.randrange(2))

    def meanwhile(page: Reply) -> None:
        pages.append(page)
        seen.extend(titles := [str(each["title"]) for each in listed(page, "articles")])
        turn = next(turns)
        if turn % 2:  # never both: one more and one less would leave the offset right
            user.article(title=f"news {turn}")
        elif titles:  # the last one of the page, to which a cursor may point
            user.send("DELETE", f"/articles/{slugs.pop(titles[-1])}").must(204)
        unseen = [title for title in slugs if title not in seen]
        if unseen:
            at(user.change(slugs[unseen[0]], description=world.word()))
        if len(unseen) > 2:
            user.send("DELETE", f"/articles/{slugs.pop(unseen[1])}").must(204)

    walk(user, f"author={user.name}&limit=2", meanwhile)
    if [title for title in seen if title in slugs] != [*slugs][::-1]:
        raise pages[-1].not_yet("Each article that stays is seen once, newest first.", f"seen: {named(seen)}")
    if any(title.startswith("news") for title in seen) or len({*seen}) != len(seen):
        raise pages[-1].not_yet("No page goes back to what came before.", f"seen: {named(seen)}")


def keeps_filters_on_pages(world: World) -> None:
    """Filters hold on each page by cursor, and the feed has such pages, too."""
    ann, ben, tag = world.user(), world.user(), world.word()
    ben.follow(ann).must(200)
    for number in range(5):
        slug = ann.article(title=f"in {number}", tagList=[tag])["slug"]
        ben.favorite(slug).must(200)
        ann.article(title=f"out {number}")
    wanted = [f"in {number}" for number in reversed(range(5))]
    for query in (f"tag={tag}", f"favorited={ben.name}", f"tag={tag}&favorited={ben.name}&author={ann.name}"):
        walked = walk(world.nobody, f"{query}&limit=2")
        if walked != wanted:
            raise last(ann, "The pages have the five articles that fit.", named(walked))
    whole = ben.titles("?limit=100", feed=True)
    walked = walk(ben, "limit=3", feed=True)
    if len(whole) != 10 or walked != whole:
        raise last(ben, "The pages of the feed have its ten articles, each once.", named(walked))


def finds_words(world: World) -> None:
    """`search` finds words in title, description and body, whatever the case; several must all be there."""
    user, (a, b, c, d) = world.user(), world.words(4)
    user.article(title=f"The {a.title()} book", description=f"About {b}.", body=f"Long ago, {c}.")
    user.article(title=f"More {b}", description="None.", body=f"({a}), and more.")
    user.article(title="Another", description="None.", body=f"{a}{b} {d}")
    titles = {"one": f"The {a.title()} book", "two": f"More {b}"}
    nobody = world.nobody
    lists(nobody, f"?search={a}", [titles["two"], titles["one"]])
    lists(nobody, f"?search={c.upper()}", [titles["one"]])
    lists(nobody, f"?search={a}%20{b}", [titles["two"], titles["one"]])
    lists(nobody, f"?search={c}+{a}+{b}", [titles["one"]])
    lists(nobody, f"?search={a}+{d}", [])
    lists(nobody, f"?search={a[:5]}", [], why="A part of a word finds nothing.")
    lists(nobody, f"?search={world.word()}", [])
    lists(nobody, f"?author={user.name}&search=", ["Another", titles["two"], titles["one"]])


def knows_forms_of_words(world: World) -> None:
    """A search knows English: `running` finds "runs", `story` finds "stories"."""
    user, (a, b) = world.user(), world.words(2)
    user.article(title=f"{a} runs", description="Stories of dragons.", body="They walked.")
    user.article(title=f"{a} {b}", description="A short one.", body="Nothing more.")
    for words in ("running", "story", "dragon", "walks", "walking story"):
        lists(world.nobody, f"?search={quote(f'{a} {words}')}", [f"{a} runs"])


def reads_signs_in_searches(world: World) -> None:
    """Words between double quotes follow one another; a word after a hyphen must not be there; no sign is an
    error.
    """
    user, (a, b, c) = world.user(), world.words(3)
    user.article(title="together", body=f"So {a} {b}, {c}.")
    user.article(title="apart", body=f"So {b} and {a}.")
    lists(world.nobody, f"?search={a}+{b}", ["apart", "together"])
    phrase = quote(f'"{a} {b}"')
    lists(world.nobody, f"?search={phrase}", ["together"])
    lists(world.nobody, f"?search={a}+-{c}", ["apart"])
    for text in (*_SIGNS, f"{a}:", f"{a}');"):
        user.send("GET", f"/articles?limit=1&search={quote(text, safe='')}").must(
            200, why="Any text is a search."
        )
    user.send("GET", "/articles?search=%00").must(200, 422)


def searches_what_is_there_now(world: World) -> None:
    """A search sees an article as it is now, and holds together with filters and pages."""
    user, (old, new, tag) = world.user(), world.words(3)
    for number in range(4):
        user.article(title=f"number {number}", body=old, tagList=[tag] if number % 2 else [])
    slug = user.article(title="changed", body=old)["slug"]
    at(user.change(slug, body=new))
    lists(user, f"?search={new}", ["changed"])
    lists(user, f"?search={old}&tag={tag}", ["number 3", "number 1"])
    lists(user, f"?search={old}&limit=2&offset=1", ["number 2", "number 1"], count=4)
    walked = walk(user, f"search={old}&limit=3")
    if walked != [f"number {number}" for number in (3, 2, 1, 0)]:
        raise last(user, "The pages have the four articles with the word.", named(walked))
    user.send("DELETE", f"/articles/{slug}").must(204)
    lists(user, f"?search={new}", [])


def has_an_index_for_searches(world: World) -> None:
    """The database has a GIN or GiST index, so that a search does not read each article."""
    with world.database() as database:
        if not search_indexes(database):
            why = "A full-text search has a GIN or GiST index."
            raise NotYet(why, "no index of these kinds", DATABASE)


def walk(
    reader: Reader, query: str, meanwhile: Callable[[Reply], None] | None = None, *, feed: bool = False
) -> list[str]:
    """The titles of all pages by cursor; `meanwhile` runs after each. Raises NotYet for pages without end."""
    titles: list[str] = []
    at = ""
    for _ in range(_MOST_PAGES):
        page = reader.page(f"?{query}{at}", feed=feed)
        titles += [str(each["title"]) for each in listed(page, "articles")]
        if meanwhile:
            meanwhile(page)
        if page["nextCursor"] is None:
            return titles
        at = f"&cursor={quote(str(page['nextCursor']), safe='')}"
    raise last(reader, "The pages have an end.", f"{_MOST_PAGES} pages, and the last one has a nextCursor")
