"""What each requirement of Blog gets: a client, users, and values that differ each time."""

import random
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg2

from course.projects.blog.parts import Part, listed, part
from course.projects.host import Host
from course.projects.outcome import NotTried, NotYet
from course.projects.services import PostgresDatabase, Service
from course.projects.wire import Reply, Wire

DATABASE = "the database in DATABASE_URL"
_NEEDS = "This needs a server that the check starts itself: leave --url out."
# Letters of which no English ending is made: a search does not shorten such words.
_LETTERS = "bcdfghjkmnpqrtvwxz"


@dataclass(frozen=True)
class Reader:
    """Somebody who may have a token: "" for nobody known."""

    wire: Wire
    token: str = field(default="", repr=False)

    def send(self, method: str, path: str, **request: Any) -> Reply:
        """A request below /api in their name."""
        headers = {"Authorization": f"Token {self.token}"} if self.token else {}
        return self.wire.send(method, f"/api{path}", headers=headers | request.pop("headers", {}), **request)

    def read(self, slug: str) -> Part:
        """The article at a slug. Raises NotYet."""
        return part(
            self.send("GET", f"/articles/{slug}").must(200, why="An article is at its slug."), "article"
        )

    def page(self, query: str = "", *, feed: bool = False) -> Reply:
        """The response with a list, which is a 200. Raises NotYet."""
        path = "/articles/feed" if feed else "/articles"
        return self.send("GET", f"{path}{query}").must(200, why="A list is a 200.")

    def titles(self, query: str = "", *, feed: bool = False) -> list[str]:
        """The titles of a list, in its order."""
        return [str(each["title"]) for each in listed(self.page(query, feed=feed), "articles")]


@dataclass(frozen=True)
class User(Reader):
    """Somebody who is registered."""

    name: str = ""
    email: str = ""
    password: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """Where their profile is."""
        return f"/profiles/{quote(self.name, safe='')}"

    def publish(self, **fields: Any) -> Reply:
        """The response to a new article of theirs."""
        sent = {"title": "A title", "description": "In short.", "body": "At length."} | fields
        return self.send("POST", "/articles", json={"article": sent})

    def article(self, **fields: Any) -> Part:
        """A new article of theirs. Raises NotYet where it is no 201."""
        return part(self.publish(**fields).must(201, why="An article is published."), "article")

    def change(self, slug: str, /, **fields: Any) -> Reply:
        """The response to a change of an article."""
        return self.send("PUT", f"/articles/{slug}", json={"article": fields})

    def favorite(self, slug: str, method: str = "POST") -> Reply:
        """The response to a favourite; DELETE removes it."""
        return self.send(method, f"/articles/{slug}/favorite")

    def follow(self, whom: "User", method: str = "POST") -> Reply:
        """The response to a follow; DELETE ends it."""
        return self.send(method, f"{whom.path}/follow")

    def comment(self, slug: str, body: object) -> Reply:
        """The response to a new comment."""
        return self.send("POST", f"/articles/{slug}/comments", json={"comment": {"body": body}})


@dataclass
class World:
    """A server, its client, and a source of values. `host`: None for a server at an address."""

    wire: Wire
    random: random.Random
    host: Host | None = None

    @property
    def own(self) -> Host:
        """The server that the check has started. Raises NotTried at an address."""
        if self.host is None:
            raise NotTried(_NEEDS)
        return self.host

    @property
    def nobody(self) -> Reader:
        """A client without a token."""
        return Reader(self.wire)

    def word(self, letters: int = 9) -> str:
        """A word that no other requirement uses."""
        return "".join(self.random.choices(_LETTERS, k=letters))

    def words(self, number: int) -> list[str]:
        """Different words in the order of the alphabet."""
        found: set[str] = set()
        while len(found) < number:
            found.add(self.word())
        return sorted(found)

    def form(self) -> dict[str, str]:
        """What somebody registers with."""
        letters = "".join(self.random.choices(string.ascii_lowercase, k=8))
        email = f"{letters}@{self.word()}.example"
        return {"username": self.word(), "email": email, "password": f"not-a-real-{self.word()}"}

    def register(self, form: object) -> Reply:
        """The response to a registration."""
        return self.nobody.send("POST", "/users", json={"user": form})

    def login(self, email: object, password: object) -> Reply:
        """The response to a login."""
        return self.nobody.send("POST", "/users/login", json={"user": {"email": email, "password": password}})

    def user(self, **fields: str) -> User:
        """Somebody new. Raises NotYet where they cannot register."""
        form = self.form() | fields
        made = part(self.register(form).must(201, why="Somebody registers."), "user")
        return self.known(form, made)

    def users(self, number: int) -> list[User]:
        """Several of them."""
        return [self.user() for _ in range(number)]

    def known(self, form: dict[str, str], answered: Part) -> User:
        """Somebody who has been told their token."""
        return User(self.wire, str(answered["token"]), form["username"], form["email"], form["password"])

    @contextmanager
    def database(self) -> Iterator[Any]:
        """A cursor in the server's database. Raises NotTried at an address, NotYet for no tables."""
        with cursor_of(self.own.service(PostgresDatabase).url) as cursor:
            yield cursor


@contextmanager
def cursor_of(url: str) -> Iterator[Any]:
    """A cursor whose statements are stored at the end. Raises NotYet for an error of PostgreSQL."""
    try:
        connection = psycopg2.connect(url, connect_timeout=30, options="-c statement_timeout=60s")
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()
    except psycopg2.Error as problem:
        raise NotYet("The database can be read.", str(problem).strip(), DATABASE) from None


def services() -> list[Service]:
    """What the project is given."""
    return [PostgresDatabase()]


def at(reply: Reply) -> Part:
    """The article of a response that is a 200."""
    return part(reply.must(200), "article")
