"""The app under attack: its contract, the users that we register in it, and what we leave behind."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from course.attacks.contract import Contract, Operation
from course.attacks.outcome import NotTried, ServerFailed
from course.attacks.reply import Reply
from course.attacks.wire import Wire

# Longer than the 72 bytes that bcrypt reads; a user of ours, and no secret.
PASSWORD = "not-a-real-password-of-a-user-that-attacks-register-" + "and-longer-than-bcrypt-reads-" * 2
AT_ONCE = 8
WRONG = "not-the-password-that-was-set-for-this-user"
LOGINS = ("/auth/token", "/token", "/auth/login", "/login")
REGISTRATIONS = ("/auth/register", "/register", "/auth/signup", "/signup", "/users")


@dataclass
class User:
    """Somebody whom we registered; `access` and `refresh` are the tokens of their last login."""

    name: str
    email: str
    password: str = PASSWORD
    access: str = ""
    refresh: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """The header that says who is calling."""
        return bearer(self.access)


def bearer(token: str) -> dict[str, str]:
    """The header Authorization with a token."""
    return {"Authorization": f"Bearer {token}"}


@dataclass
class Target:
    """A server, what is known of it, and who we are there.

    `mark` makes our names unique where other runs have been. For a copy that we serve ourselves, `secret` is
    what it signs tokens with, and `output` reads what it has printed; both are None at an address.
    """

    wire: Wire
    contract: Contract
    mark: str = ""
    secret: str | None = None
    output: Callable[[], str] | None = None
    left: list[str] = field(default_factory=list)
    _users: dict[str, User | str] = field(default_factory=dict)
    _posts: list[tuple[object, User]] = field(default_factory=list)
    _titles: int = 0
    _draft: Any = None

    @cached_property
    def login_operation(self) -> Operation | None:
        """Where tokens are had for a password."""
        if self.contract.login and self.contract.described:
            named = self.contract.find("POST", self.contract.login)
            if named:
                return named
        return self._first("POST", LOGINS)

    @property
    def registration(self) -> Operation:
        """Where somebody becomes a user. Raises NotTried where nobody can."""
        found = self._first("POST", REGISTRATIONS)
        if found is None:
            raise NotTried("Nobody can register here.")
        return found

    @property
    def vera(self) -> User:
        """The user who is attacked. Raises NotTried where nobody can register and log in."""
        return self.someone("vera")

    @property
    def mallory(self) -> User:
        """The user who attacks. Raises NotTried where nobody can register and log in."""
        return self.someone("mallory")

    def operation(self, method: str, ending: str) -> Operation:
        """An operation of the app. Raises NotTried where there is none."""
        found = self.contract.find(method, ending)
        if found is None:
            raise NotTried(f"This app has no {method} {ending}.")
        return found

    def taking(self, method: str, ending: str, parameter: str) -> Operation:
        """An operation that has this parameter. Raises NotTried where there is none."""
        found = self.operation(method, ending)
        if not found.takes(parameter):
            raise NotTried(f"{found} has no parameter {parameter}.")
        return found

    def send(
        self, method: str, ending: str, *values: object, by: User | None = None, **request: Any
    ) -> Reply:
        """Send a request to the operation whose path ends so, `values` for its parameters, `by` one of us."""
        path = self.operation(method, ending).at(*values)
        request["headers"] = {**(by.headers if by else {}), **request.get("headers", {})}
        return self.wire.send(method, path, **request)

    def register(self, name: str, email: str, password: str = PASSWORD, **more: Any) -> Reply:
        """Try to register somebody, perhaps with more fields. A success is noted as left behind."""
        operation = self.registration
        body = {**self._form_of(operation, name, email, password), **more}
        reply = self.wire.send("POST", operation.path, json=body)
        if reply.ok:
            self.left.append(f"the user {name}")
        return reply

    def login(self, email: str, password: str, **more: str) -> Reply:
        """Try to log in. Raises NotTried where there is no login."""
        operation = self.login_operation
        if operation is None:
            raise NotTried("Nobody can log in here.")
        body = {"username": email, "password": password, **more}
        if operation.form or not operation.body:
            return self.wire.send("POST", operation.path, data={"grant_type": "password", **body})
        names = self.contract.fields(operation)
        return self.wire.send("POST", operation.path, json={n: body.get(n, email) for n in names or body})

    def logged_in(self, user: User, **more: str) -> User:
        """The same user with the tokens of a new login. Raises NotTried where that fails."""
        reply = self.login(user.email, user.password, **more)
        if not reply.ok or not isinstance(reply["access_token"], str):
            raise NotTried(f"A user of ours cannot log in: {_why(reply)}")
        return User(
            user.name, user.email, user.password, reply["access_token"], str(reply["refresh_token"] or "")
        )

    def new_user(self, name: str, **more: Any) -> User:
        """Register somebody and log them in. Raises NotTried where that fails."""
        user = User(f"{name}{self.mark}", f"{name}{self.mark}@example.com")
        reply = self.register(user.name, user.email, **more)
        if not reply.ok:
            raise NotTried(f"Nobody can register now: {_why(reply)}")
        return self.logged_in(user)

    def someone(self, name: str) -> User:
        """One of our users, registered at the first call. Raises NotTried, and again without another try."""
        if name not in self._users:
            try:
                self._users[name] = self.new_user(name)
            except (NotTried, ServerFailed) as problem:
                self._users[name] = str(problem)
        found = self._users[name]
        if isinstance(found, str):
            raise NotTried(found)
        return found

    def post(self, user: User, title: str, **more: object) -> Any:
        """A new post of a user's: its id. Raises NotTried where that fails."""
        reply = self.send("POST", "/posts", by=user, json=self.text(title, **more))
        if not reply.ok or reply["id"] is None:
            raise NotTried(f"A user of ours cannot write a post: {reply}.")
        self._posts.append((reply["id"], user))
        return reply["id"]

    def text(self, title: str, **more: object) -> dict[str, object]:
        """The body of a post whose title nobody else has."""
        self._titles += 1
        return {"title": f"{title} {self.mark}{self._titles}", "content": "Text.", **more}

    def draft(self) -> Any:
        """The id of vera's draft. An author may have few of them, so that all attacks share one."""
        if self._draft is not None:
            now = self.read(self._draft, by=self.vera)
            if now.ok and now["published"] is False:
                return self._draft
        self._draft = self.post(self.vera, "A secret plan", published=False)
        if self.read(self._draft, by=self.vera)["published"] is not False:
            raise NotTried("This app has no drafts.")
        return self._draft

    def keep_in_mind(self, reply: Reply, user: User) -> Reply:
        """Note a post that an attack made itself, so that it is removed at the end."""
        if reply.ok and reply["id"] is not None:
            self._posts.append((reply["id"], user))
        return reply

    def read(self, post_id: object, by: User | None = None) -> Reply:
        """A post as it is now."""
        return self.send("GET", "/posts/{}", post_id, by=by)

    def tidy(self) -> list[str]:
        """Delete our posts, and return what is left behind."""
        kept = [str(post_id) for post_id, user in self._posts if not self._deleted(post_id, user)]
        posts = [f"{len(kept)} posts ({', '.join(kept)})"] if kept else []
        return [*self.left, *posts]

    def _deleted(self, post_id: object, user: User) -> bool:
        try:
            return self.send("DELETE", "/posts/{}", post_id, by=user).status in (204, 200, 404)
        except (NotTried, ServerFailed):
            return False

    def _first(self, method: str, endings: tuple[str, ...]) -> Operation | None:
        return next((found for each in endings if (found := self.contract.find(method, each))), None)

    def _form_of(self, operation: Operation, name: str, email: str, password: str) -> dict[str, object]:
        known = {"name": name, "username": name, "email": email, "password": password}
        fields = self.contract.fields(operation)
        if not fields:
            return {n: v for n, v in known.items() if n != "username"}
        example = self.contract.example(operation.body)
        return {**example, **{n: v for n, v in known.items() if n in fields}}


def at_once(send: Callable[[], Reply]) -> list[Reply]:
    """What eight clients get that send the same at the same moment."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [each.result() for each in [pool.submit(send) for _ in range(AT_ONCE)]]


def _why(reply: Reply) -> str:
    later = reply.headers.get("retry-after", "")
    return f"{reply}. Try again in {later} seconds." if reply.status == 429 and later else f"{reply}."


def raw(text: str) -> dict[str, Any]:
    """A JSON body that is sent as it is written, for what no JSON library would write."""
    return {"content": text.encode(), "headers": {"Content-Type": "application/json"}}
