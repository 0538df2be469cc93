"""Information leaks: what responses tell that nobody should know."""

import re

from course.attacks.outcome import Finding, NotTried, all_judged, checked, judged, refused, through
from course.attacks.registry import attack
from course.attacks.target import PASSWORD, Target

GROUP = "information leaks"
HASHED = re.compile(r"\$argon2(?:id?|d)\$|\$2[aby]\$\d\d\$|\$scrypt\$|pbkdf2_sha")
HASH_FIELD = re.compile(r'"(?:password_hash|hashed_password|password|pw_hash)"\s*:\s*"', re.IGNORECASE)
INNER = re.compile(
    r"Traceback \(most recent call last\)|File \\?\"/|site-packages|sqlalchemy\.exc|psycopg2?\.|"
    r"\b[A-Z]\w*(?:Error|Exception)\(|\[SQL: |LINE 1: |DETAIL:  Key|postgresql(?:\+psycopg2?)?://"
)
FILES = (
    *("/.env", "/.git/config", "/.git/HEAD", "/app/settings.py", "/settings.py", "/alembic.ini"),
    *("/static/.env", "/static/settings.py", "/ui/.env", "/ui/settings.py", "/ui/app/settings.py"),
    *("/ui/alembic.ini", "/ui/.git/config", "/debug", "/debug/vars", "/env", "/actuator/env", "/dump.sql"),
)
TELLING = ("DATABASE_URL", "TOKEN_SECRET", "[core]", "ref: refs/", "BaseSettings", "[alembic]", "INSERT INTO")
FORGOTTEN = 999_999_999  # an id that no post has


@attack(GROUP, "5.3")
def password_in_an_error(target: Target) -> Finding:
    """Registrations that are refused, with a look for the password in the response."""
    secrets = ("pw-7Qz", "x" * 300 + "pw-7Qz")
    email = f"echo{target.mark}@example.com"
    replies = [target.register(f"echo{target.mark}", email, each) for each in secrets]
    replies.append(target.register(f"echo{target.mark}", "no e-mail", f"{PASSWORD}pw-7Qz"))
    replies.append(target.wire.send("POST", target.registration.path, json={"password": "pw-7Qz"}))
    if any("pw-7Qz" in reply.text for reply in replies):
        return through(f"{replies[0]}: the response repeats the password, and so do logs")
    return refused(f"{replies[0]}, without the password")


@attack(GROUP, "5.3")
def password_in_an_error_of_the_login(target: Target) -> Finding:
    """Logins that are refused or badly formed, with a look for the password in the response."""
    replies = [target.login(target.mallory.email, "pw-7Qz"), target.login("", "pw-7Qz")]
    if target.login_operation:
        path = target.login_operation.path
        replies.append(target.wire.send("POST", path, json={"password": "pw-7Qz"}))
        replies.append(target.wire.send("POST", path, data={"password": "pw-7Qz"}))
    if any("pw-7Qz" in reply.text for reply in replies):
        return through(f"{replies[0]}: the response repeats the password, and so do logs")
    return refused(f"{replies[0]}, without the password")


@attack(GROUP, "5.3")
def email_of_somebody_else(target: Target) -> Finding:
    """The page of another user, their post and their comment, with a look for their e-mail."""
    post = target.post(target.vera, "By somebody with an e-mail")
    seen = [target.read(post, by=target.mallory), target.send("GET", "/posts", by=target.mallory)]
    for path in ("/users/{}", "/users"):
        if target.contract.find("GET", path):
            seen.append(target.send("GET", path, target.vera.name, by=target.mallory))
            seen.append(target.send("GET", path, target.vera.name))
    found = [reply for reply in seen if reply.ok and target.vera.email in reply.text]
    return (
        through(f"the e-mail of another user, at {found[0].asked}")
        if found
        else refused(f"{seen[0]}, no e-mail")
    )


@attack(GROUP, "5.6")
def draft_that_answers_differently(target: Target) -> Finding:
    """Reading, changing and deleting a draft of somebody else, and the same with a post that is not there."""
    draft = target.draft()
    ways = [("GET", None), ("PATCH", {"content": "x"}), ("PUT", target.text("x")), ("DELETE", None)]
    here = [way for way in ways if target.contract.find(way[0], "/posts/{}")]
    for method, body in here:
        there = checked(target.send(method, "/posts/{}", draft, by=target.mallory, json=body))
        nowhere = target.send(method, "/posts/{}", FORGOTTEN, by=target.mallory, json=body)
        if there.status != nowhere.status:
            return through(
                f"{method}: {there} for a draft and {nowhere} for nothing, which shows that it exists"
            )
    return refused(f"{there}, as for a post that is not there")


@attack(GROUP, "5.6")
def version_that_answers_first(target: Target) -> Finding:
    """A change of somebody else's draft with `If-Match`, whose version is looked at before its owner."""
    there = target.send(
        "PATCH", "/posts/{}", target.draft(), by=target.mallory, json={}, headers={"If-Match": '"999"'}
    )
    if checked(there).status == 412:
        return through(f"{there}: the version of a draft that nobody else should know of")
    return judged(there, "as if it had been changed")


@attack(GROUP, "1.6")
def error_that_shows_the_program(target: Target) -> Finding:
    """Requests that break programs, with a look for a traceback, a path or SQL in the response."""
    strange = [
        target.wire.send("GET", "/posts/%00"),
        target.wire.send("GET", "/nowhere/%ff%fe"),
        target.wire.send(
            "POST", "/posts", headers={"Content-Type": "application/json; charset=none"}, content=b"{"
        ),
        target.wire.send("GET", "/posts", params={"skip": "1e400", "limit": "nan", "search": "\ud7ff'\"\\"}),
    ]
    found = [reply for reply in strange if INNER.search(reply.text)]
    return through(f"{found[0]}: {INNER.search(found[0].text)[0]!r}") if found else refused(strange[0])  # type: ignore[index]


@attack(GROUP, "5.7")
def files_of_the_program(target: Target) -> Finding:
    """Addresses of files that should not be served: `.env`, `.git`, the settings, dumps."""
    replies = [target.wire.send("GET", each) for each in FILES]
    found = [each for each in replies if each.ok and any(word in each.text for word in TELLING)]
    return through(f"{found[0]}, at {found[0].asked}") if found else refused(replies[0])


@attack(GROUP, "1.1")
def request_that_is_echoed(target: Target) -> Finding:
    """TRACE, which sends a request back with all its headers, the token among them."""
    headers = target.mallory.headers
    replies = [target.wire.send("TRACE", path, headers=headers) for path in ("/", "/posts")]
    if any(target.mallory.access in reply.text for reply in replies):
        return through(f"{replies[0]}: the token in the body of a response")
    return all_judged(replies, "a method that nobody needs")


@attack(GROUP, "5.2")
def token_in_the_store_of_a_browser(target: Target) -> Finding:
    """A login, with a look whether its response may be kept: the standard wants `Cache-Control: no-store`."""
    reply = target.login(target.mallory.email, target.mallory.password)
    if not reply.ok:
        raise NotTried(f"A user of ours cannot log in: {reply}.")
    kept = reply.headers.get("cache-control", "no such header")
    return refused(kept) if "no-store" in kept else through(f"Cache-Control: {kept}")


@attack(GROUP, "5.1", last=True)
def hashes_in_responses(target: Target) -> Finding:
    """All responses so far, with a look for the hash of a password."""
    if not any(reply.ok for reply in target.wire.replies):
        raise NotTried("The server has granted nothing.")
    for reply in target.wire.replies:
        if HASHED.search(reply.text) or HASH_FIELD.search(reply.text):
            return through(f"{reply}: a password or its hash, at {reply.asked}")
    return refused("no hash")


@attack(GROUP, "1.6", last=True)
def insides_in_responses(target: Target) -> Finding:
    """All responses so far, with a look for tracebacks, SQL, paths and addresses of databases."""
    for reply in target.wire.replies:
        if found := INNER.search(reply.text):
            return through(f"{reply}: {found[0]!r}, at {reply.asked}")
    return refused("nothing of the program")


@attack(GROUP, "5.7", last=True)
def secrets_in_the_log(target: Target) -> Finding:
    """What the app has printed so far, with a look for passwords and tokens."""
    if target.output is None:
        raise NotTried("Only the output of a copy can be read. Leave out the address.")
    said = target.output()
    secrets = [PASSWORD, *filter(None, (target.mallory.access, target.mallory.refresh, target.secret))]
    if any(secret in said for secret in secrets) or HASHED.search(said):
        return through("a password, its hash or a token in the log")
    return refused("nothing of that kind")
