"""Clients who write and read, and keep a ledger of what they were promised, while their database comes and goes.

Locust was considered: it counts responses, and knows nothing of what has to be in the database afterwards.
"""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

import httpx
from postboard_support import App

PATIENCE = 60.0  # seconds for a response, or until all clients have what a step waits for
GONE = None  # the state of a post that its author has deleted
BUSY = 503


@dataclass
class Ledger:
    """What one client knows: by id, the states that a post may be in; by post, the votes that may stand there.

    A write that was answered leaves one state. One that was refused with a 503 leaves two: a commit may have
    come through although its response did not.
    """

    posts: dict[int, set[str | None]] = field(default_factory=dict)
    votes: dict[int, set[int]] = field(default_factory=dict)
    comments: dict[int, tuple[int, str]] = field(default_factory=dict)  # post and text


class Client:
    """One author, who writes and reads without a pause until `ended` is set. `seen` counts statuses."""

    def __init__(self, app: App, number: int, ended: threading.Event) -> None:
        self.user = app.register()
        self._ended, self._chance = ended, random.Random(number)
        self._http = httpx.Client(base_url=app.url, headers=app.token(self.user), timeout=PATIENCE)
        self.others: list[Client] = []
        self.ledger, self.seen = Ledger(), Counter[int]()
        self.written = 0
        self.faults: list[str] = []
        self.thread = threading.Thread(target=self._work, daemon=True)

    def _work(self) -> None:
        writes = (self._create, self._change, self._comment, self._vote, self._delete)
        with self._http:
            while not self._ended.is_set():
                self._read()
                self._chance.choices(writes, (4, 4, 4, 4, 1))[0]()

    def _ask(self, method: str, path: str, *also: int, **more: object) -> httpx.Response | None:
        """The response if it is a success. A 503 and the statuses in `also` are none; all else is a fault."""
        try:
            response = self._http.request(method, path, **more)  # type: ignore[arg-type]
        except httpx.TransportError as error:
            self.faults.append(f"{method} {path}: {error!r}")
            return None
        status = response.status_code
        self.seen[status] += 1
        if response.is_success:
            self.written += method != "GET"
            return response
        refused = status == BUSY and "retry-after" in response.headers
        if not refused and status not in also:
            self.faults.append(f"{method} {path}: {status} {response.text}")
        return None

    def _read(self) -> None:
        paths = ["/feed", "/posts?limit=5", "/tags", "/users/me", *(f"/posts/{each}" for each in self._own())]
        self._ask("GET", self._chance.choice(paths))

    def _own(self) -> list[int]:
        return [each for each, states in self.ledger.posts.items() if GONE not in states]

    def _create(self) -> None:
        title = f"{self.user} {self._chance.random()}"
        if response := self._ask("POST", "/posts", json={"title": title, "content": "first"}):
            self.ledger.posts[response.json()["id"]] = {"first"}

    def _change(self) -> None:
        if own := self._own():
            post, content = self._chance.choice(own), str(self._chance.random())
            done = self._ask("PATCH", f"/posts/{post}", json={"content": content})
            self.ledger.posts[post] = {content} if done else self.ledger.posts[post] | {content}

    def _delete(self) -> None:
        if len(own := self._own()) > 5:
            done = self._ask("DELETE", f"/posts/{own[0]}")
            self.ledger.posts[own[0]] = {GONE} if done else self.ledger.posts[own[0]] | {GONE}

    def _somewhere(self) -> int | None:
        """A post of another client."""
        posts = list(self._chance.choice(self.others).ledger.posts.copy())  # whose thread writes into it
        return self._chance.choice(posts) if posts else None

    def _comment(self) -> None:
        post, text = self._somewhere(), str(self._chance.random())
        if post and (response := self._ask("POST", f"/posts/{post}/comments", 404, json={"content": text})):
            self.ledger.comments[response.json()["id"]] = (post, text)

    def _vote(self) -> None:
        post, value = self._somewhere(), self._chance.choice([-1, 1])
        if post:
            done = self._ask("PUT", f"/posts/{post}/vote", 404, json={"value": value})
            before = self.ledger.votes.get(post, {0})  # 0: no vote
            self.ledger.votes[post] = {value} if done else before | {value}


def broken_promises(app: App, clients: list[Client]) -> list[str]:
    """What a client was promised and the database does not hold."""
    posts: dict[int, str] = dict(app.sql("SELECT id, content FROM posts"))  # type: ignore[arg-type]
    comments = {
        each: (post, text) for each, post, text in app.sql("SELECT id, post_id, content FROM comments")
    }
    found = []
    for client in clients:
        names = app.sql("SELECT id FROM users WHERE name = %s", client.user)
        votes = dict(app.sql("SELECT post_id, value FROM votes WHERE user_id = %s", *names[0]))  # type: ignore[arg-type]
        ledger = client.ledger
        found += [
            *(
                f"post {each}: {posts.get(each)!r} is none of {states}"
                for each, states in ledger.posts.items()
                if posts.get(each) not in states
            ),
            *(
                f"comment {each} on post {about[0]} is not there"
                for each, about in ledger.comments.items()
                if about[0] in posts and comments.get(each) != about
            ),
            *(
                f"vote on post {each}: {votes.get(each, 0)} is none of {values}"
                for each, values in ledger.votes.items()
                if each in posts and votes.get(each, 0) not in values
            ),
        ]
    return found
