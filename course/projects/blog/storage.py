"""Stage 8: the database, restarts, and the rows of the program before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from psycopg import Connection, sql

from course.projects.blog.finding import walk
from course.projects.blog.lists import last, lists, named
from course.projects.blog.parts import Part, listed, part
from course.projects.blog.tables import table_with
from course.projects.blog.world import World, services
from course.projects.host import Host
from course.projects.outcome import NotYet
from course.projects.services import DATABASE, PostgresDatabase
from course.projects.wire import at_once

OLD = """
CREATE TABLE old_users (name text PRIMARY KEY, email text NOT NULL, password_hash text NOT NULL);
CREATE TABLE old_articles (
    id integer PRIMARY KEY, author text NOT NULL, title text NOT NULL,
    body text NOT NULL, tags text, created timestamp NOT NULL
);
CREATE TABLE old_stars (article_id integer NOT NULL, name text NOT NULL);
"""
ZONES = ("Asia/Kolkata", "America/New_York", "Australia/Sydney")
AT_ONCE = 6


def leaves_nothing_of_an_article(world: World) -> None:
    """With an article its comments are deleted, in the database, too."""
    ann, ben = world.user(), world.user()
    slug, text = ann.article(tagList=world.words(2))["slug"], world.word()
    ben.favorite(slug).must(200)
    ben.comment(slug, f"Of {text}.").must(200, 201)
    ann.send("DELETE", f"/articles/{slug}").must(204)
    with world.database() as database:
        if table := table_with(database, text):
            why = "The comments of a deleted article are deleted."
            raise NotYet(why, f"{text} stands in the table {table}", DATABASE)


def survives_a_power_cut(world: World) -> None:
    """After the process was killed and started again, all is there, and tokens of before are still valid."""
    host, user, titles = world.own, world.user(), world.words(2 * AT_ONCE)
    made = user.article(title=world.word(), tagList=world.words(2))
    user.favorite(made["slug"]).must(200)
    for reply in at_once([partial(user.publish, title=each) for each in titles]):
        reply.must(201)
    host.kill()
    host.start()
    user.send("GET", "/user").must(200, why="A token of before is still valid.")
    _is_as_before(user.read(made["slug"]).is_("favoritesCount", 1).is_("favorited", True), made)
    if sorted(user.titles(f"?author={user.name}&limit=100")) != sorted([*titles, made["title"]]):
        raise last(user, "Each article that was a 201 is there.", "")


def migrates_with_rows(world: World) -> None:
    """`migrate` on a database that is up to date changes no row."""
    host, user = world.own, world.user()
    made = user.article(title=world.word(), tagList=world.words(2))
    user.comment(made["slug"], world.word()).must(200, 201)
    host.stop()
    host.migrate()
    host.start()
    _is_as_before(world.nobody.read(made["slug"]), made)


def takes_old_rows_over(world: World) -> None:
    """`migrate` takes over old_users, who log in as before, and old_articles: each has a slug, its text,
    tags, author and moment.
    """
    with _after(world) as (new, old):
        for form in old.forms:
            found = part(new.login(form["email"].lower(), form["password"]).must(200), "user")
            new.known(form, found.is_("username", form["username"]))
        _has_articles(new, old)


def keeps_old_favourites(world: World) -> None:
    """Old stars are favourites, each of them once, and searches and pages by key have the old articles."""
    with _after(world) as (new, old):
        (ann, ben), first = (form["username"] for form in old.forms), old.rows[0]
        (one,) = listed(new.nobody.page(f"?search={old.word}"), "articles")
        one.is_("title", first[2]).is_("favoritesCount", 2, why="A star that was written twice counts once.")
        lists(new.nobody, f"?favorited={ann}", [first[2]])
        if len(new.nobody.titles(f"?favorited={ben}")) != 2:
            raise last(new.nobody, f"{ben} has two favourites.", "")
        walked = walk(new.nobody, "limit=2")
        if sorted(walked) != sorted(row[2] for row in old.rows):
            raise last(new.nobody, "Pages by cursor have each old article once.", named(walked))


@dataclass(frozen=True)
class _Old:
    """What stands in the tables of the program before; `tags` by the body of an article."""

    forms: list[dict[str, str]]
    rows: list[tuple[int, str, str, str, str | None, datetime]]
    tags: dict[str, list[str]]
    stars: list[tuple[int, str]]
    word: str

    def store(self, database: Connection, zone: str) -> None:
        """Make the tables, in a database whose sessions have another time zone."""
        from pwdlib import PasswordHash

        database.execute(OLD)
        name = sql.Identifier(database.info.dbname)
        database.execute(sql.SQL("ALTER DATABASE {} SET timezone = {}").format(name, sql.Literal(zone)))
        hasher = PasswordHash.recommended()
        for form in self.forms:
            row = [form["username"], form["email"], hasher.hash(form["password"])]
            database.execute("INSERT INTO old_users VALUES (%s, %s, %s)", row)
        with database.cursor() as cursor:
            cursor.executemany("INSERT INTO old_articles VALUES (%s, %s, %s, %s, %s, %s)", self.rows)
            cursor.executemany("INSERT INTO old_stars VALUES (%s, %s)", self.stars)


def _old(world: World) -> _Old:
    forms = [world.form(), world.form()]
    forms[0]["email"] = forms[0]["email"].title()
    ann, ben = (form["username"] for form in forms)
    same, alone, word, tag, other = (world.word() for _ in range(5))
    minutes = world.random.randrange(500_000)
    moment = datetime(2021, 1, 1) + timedelta(minutes=minutes)
    texts = [f"{word} one\nMore.", *(f"{world.word()} {number}\n\nMore." for number in range(5))]
    titles = [f"{same} {alone}", same.title(), same.title(), same.title(), "日本語", f"{same} 2"]
    tags = [f"{tag}, {other}", f"{tag},{tag} , {other}", None, "", tag, None]
    rows = [
        (7 * number + 1, (ann, ben)[number % 2], titles[number], texts[number], tags[number], moment)
        for number in range(6)
    ]
    rows[5] = (*rows[5][:5], moment + timedelta(seconds=7, microseconds=120_000))
    found = [[tag, other], [tag, other], [], [], [tag], []]
    stars = [(1, ann), (1, ben), (1, ann), (8, ben), (1, ann)]
    return _Old(forms, rows, dict(zip(texts, map(sorted, found), strict=True)), stars, word)


@contextmanager
def _after(world: World) -> Iterator[tuple[World, _Old]]:
    """A server of its own, after `migrate` on a database with old rows."""
    old = _old(world)

    def fill(host: Host) -> None:
        with host.service(PostgresDatabase).connection() as database:
            old.store(database, world.random.choice(ZONES))

    with world.after(services(), fill) as new:
        yield new, old


def _has_articles(new: World, old: "_Old") -> None:
    in_list = listed(new.nobody.page("?limit=100").is_("articlesCount", len(old.rows)), "articles")
    slugs = [each["slug"] for each in in_list]
    if len({*slugs}) != len(slugs):
        raise last(new.nobody, "Each has a slug of its own.", ", ".join(map(str, slugs)))
    found = {each["body"]: each for each in map(new.nobody.read, slugs)}
    if found.keys() != old.tags.keys():
        raise last(new.nobody, "The body of each old article is as it was.", "")
    for _, author, title, body, _, created in old.rows:
        one = found[body].is_("title", title).is_("description", body.split("\n")[0])
        one.inner("author").is_("username", author)
        if one.moment("createdAt") != created.replace(tzinfo=UTC):
            raise one.not_yet("created is in UTC.", f"created: {created}, createdAt: {one['createdAt']}")
        one.tags(old.tags[body])
        slug = "-".join(title.lower().split())
        if slug.isascii() and not f"{one['slug']}-".startswith(f"{slug}-"):
            raise one.not_yet(f"The slug begins with the words of the title: {slug}.")


def _is_as_before(found: Part, made: Part) -> None:
    for name in ("slug", "title", "body", "createdAt", "updatedAt", "author"):
        found.is_(name, made[name], why="The article is as it was.")
    found.tags(made["tagList"])
