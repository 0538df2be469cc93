"""Limits and resources: requests that are large, many, or at the same moment."""

from collections.abc import Iterator

from course.attacks.outcome import (
    Finding,
    NotTried,
    all_judged,
    checked,
    counted,
    judged,
    refused,
    through,
)
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import AT_ONCE, WRONG, Target, at_once, raw

GROUP = "limits and resources"
LARGE = 5_000_000  # bytes of a body; no post is that long
GUESSES = 30
SIGN_UPS = 40


@attack(GROUP, "4.1")
def body_of_five_megabytes(target: Target) -> Finding:
    """A new post with a text of five million characters."""
    body = target.text("Large", content="x" * LARGE)
    return _unread(target, target.send("POST", "/posts", by=target.mallory, json=body))


@attack(GROUP, "4.1")
def body_without_a_length(target: Target) -> Finding:
    """The same in pieces, without a Content-Length, so that only counting shows how large it is."""

    def pieces() -> Iterator[bytes]:
        yield b'{"title": "Large, in pieces", "content": "'
        for _ in range(LARGE // 50_000):
            yield b"x" * 50_000
        yield b'"}'

    headers = {"Content-Type": "application/json"}
    return _unread(
        target, target.send("POST", "/posts", by=target.mallory, content=pieces(), headers=headers)
    )


def _unread(target: Target, reply: Reply) -> Finding:
    """Only 413 says that a body was not read to its end; 422 judges what was read."""
    checked(target.keep_in_mind(reply, target.mallory))
    if reply.status == 413:
        return refused(reply)
    return through(f"{reply}: the server reads as much as somebody sends")


@attack(GROUP, "1.6")
def body_in_a_hundred_thousand_brackets(target: Target) -> Finding:
    """A body of 100,000 opening brackets, which a parser follows one call deeper each time."""
    reply = target.send("POST", "/posts", by=target.mallory, **raw("[" * 100_000))
    return judged(reply, "it was accepted")


@attack(GROUP, "1.6")
def errors_larger_than_the_request(target: Target) -> Finding:
    """A list with thousands of wrong values, each of which could become an error of its own."""
    names = [None] * 20_000
    ways = [("PUT", "/posts/{}/tags", {"names": names}), ("POST", "/posts", names)]
    here = [way for way in ways if target.contract.find(*way[:2])]
    post = target.post(target.mallory, "With many tags")
    for method, path, body in here:
        reply = target.send(method, path, post, by=target.mallory, json=body)
        if len(reply.text) > 100_000:
            return through(f"{reply}: a response of {len(reply.text):,} bytes, larger than the request")
    return judged(reply, "twenty thousand tags")


@attack(GROUP, "1.3")
def page_of_a_million(target: Target) -> Finding:
    """A list with `limit=1000000`, and with `limit=-1`."""
    path = target.taking("GET", "/posts", "limit").path
    replies = [target.wire.send("GET", path, params={"limit": limit}) for limit in (1_000_000, -1)]
    return all_judged(replies, "a page may be as long as a client wants")


@attack(GROUP, "2.3")
def numbers_beyond_the_database(target: Target) -> Finding:
    """Ids and offsets of 10**12 and 10**30, larger than a column can hold."""
    replies = [target.send("GET", "/posts/{}", number) for number in (10**12, 10**30, -(10**12))]
    return all_judged(replies, "a post with such an id")


@attack(GROUP, "2.3")
def offset_beyond_the_database(target: Target) -> Finding:
    """A list from the row 10**30 on."""
    operation = target.operation("GET", "/posts")
    names = [name for name in ("skip", "offset") if operation.takes(name)]
    if not names:
        raise NotTried(f"{operation} has no parameter for an offset.")
    reply = checked(target.wire.send("GET", operation.path, params={names[0]: 10**30}))
    return refused(f"{reply}, no error of the server" if reply.ok else reply)


@attack(GROUP, "5.1")
def password_of_a_megabyte(target: Target) -> Finding:
    """A login and a registration with a password of a million characters, all of which would be hashed."""
    name, password = f"large{target.mark}", "x" * 1_000_000
    replies = [target.login(f"{name}@example.com", password)]
    replies.append(target.register(name, f"{name}@example.com", password))
    return all_judged(replies, "a million characters were hashed")


@attack(GROUP, "3.5")
def votes_at_once(target: Target) -> Finding:
    """Eight votes of one user at the same moment."""
    post = target.post(target.vera, "Voted on at once")
    user = target.mallory
    ways = [("POST", "/posts/{}/votes"), ("PUT", "/posts/{}/vote")]
    here = [way for way in ways if target.contract.find(*way)]
    if not here:
        raise NotTried("This app has no votes.")
    for method, path in here:
        replies = at_once(lambda: target.send(method, path, post, by=user, json={"value": 1}))  # noqa: B023
        score = target.read(post)["score"]
        if isinstance(score, int) and score > 1:
            return through(f"{counted(replies)}: the score is {score}")
    return refused(f"{counted(replies)}, the score is {score}")


@attack(GROUP, "3.8")
def drafts_at_once(target: Target) -> Finding:
    """Eight drafts at the same moment, where an author may have three."""
    user = target.mallory
    bodies = iter([target.text("Draft", published=False) for _ in range(2 * AT_ONCE)])
    replies = at_once(lambda: target.send("POST", "/posts", by=user, json=next(bodies)))
    drafts = [target.keep_in_mind(reply, user) for reply in replies if reply.ok]
    after = checked(target.keep_in_mind(target.send("POST", "/posts", by=user, json=next(bodies)), user))
    for reply in [*drafts, after]:
        if reply.ok and target.contract.find("DELETE", "/posts/{}"):
            target.send("DELETE", "/posts/{}", reply["id"], by=user)
    if after.ok:
        raise NotTried("An author may have any number of drafts here.")
    return through(f"{len(drafts)} drafts of one author") if len(drafts) > 3 else refused(counted(replies))


@attack(GROUP, "5.3", last=True)
def guesses_without_an_end(target: Target) -> Finding:
    """Thirty wrong passwords for one user at the login."""
    replies: list[Reply] = []
    for _ in range(GUESSES):
        replies.append(checked(target.login(target.mallory.email, WRONG)))
        if replies[-1].status == 429:
            return refused(counted(replies))
        if replies[-1].ok:
            return through(f"{replies[-1]}: a login with a wrong password")
    return through(f"{counted(replies)}: nothing ends the guessing")


@attack(GROUP, "5.3", last=True)
def registrations_without_an_end(target: Target) -> Finding:
    """Forty registrations from one address, all for a name that is taken."""
    if target.mark:  # at an address that somebody works with
        raise NotTried("It would lock this machine out of registering for a while. Leave out the address.")
    replies: list[Reply] = []
    for number in range(SIGN_UPS):
        replies.append(checked(target.register(target.mallory.name, f"flood{number}@example.com")))
        if replies[-1].status == 429:
            return refused(counted(replies))
    return through(f"{counted(replies)}: nothing ends the registering")
