"""Mass assignment: fields that a client may not set, and that a careless program stores anyway."""

from typing import Any

from course.attacks import forging
from course.attacks.outcome import Finding, NotTried, checked, judged, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import PASSWORD, Target, User

GROUP = "mass assignment"
FOREIGN = 987_654_321  # an id and a score that nothing has by itself
ROLES: dict[str, Any] = {
    "role": "admin",
    "is_admin": True,
    "admin": True,
    "is_superuser": True,
    "scopes": ["users:manage"],
}


def _as_vera(target: Target) -> dict[str, object]:
    """All the ways to say that vera is the author."""
    number = _number(target.vera)
    return {"author": target.vera.name, "author_id": number, "user_id": number, "owner_id": number}


def _number(user: User) -> int:
    """The id of a user, which tokens often say; 1 where they do not."""
    try:
        sub = str(forging.taken_apart(user.access)[1].get("sub"))
    except NotTried:
        return 1
    return int(sub) if sub.isdecimal() else 1


def _author(reply: Reply) -> str:
    """Whose it is, however the app says it."""
    found = reply["author"]
    return str(found.get("name") if isinstance(found, dict) else found)


def _hers(reply: Reply, target: Target, what: str) -> Finding:
    if _author(reply) not in (target.mallory.name, "None"):
        return through(f"{reply}: {what} under another user's name")
    return refused(f"{reply}, the author is who sent it" if reply.ok else reply)


@attack(GROUP, "2.5")
def author_of_a_new_post(target: Target) -> Finding:
    """A new post with another user as `author`, `author_id`, `user_id`."""
    body = target.text("In her name", **_as_vera(target))
    reply = checked(target.send("POST", "/posts", by=target.mallory, json=body))
    target.keep_in_mind(reply, target.mallory)
    return _hers(target.read(reply["id"], by=target.mallory) if reply.ok else reply, target, "a post")


@attack(GROUP, "2.5")
def author_of_a_changed_post(target: Target) -> Finding:
    """A PATCH and a PUT of one's own post with another user as its author."""
    post = target.post(target.mallory, "Mine, and then hers")
    for method in ("PATCH", "PUT"):
        if target.contract.find(method, "/posts/{}"):
            body = target.text("Hers", **_as_vera(target))
            last = checked(target.send(method, "/posts/{}", post, by=target.mallory, json=body))
            found = _hers(target.read(post, by=target.mallory), target, "a post")
            if found.outcome == "let through":
                return found
    return refused(f"{last}, the author is who wrote it")


@attack(GROUP, "2.5")
def author_of_a_comment(target: Target) -> Finding:
    """A comment with another user as its author."""
    post = target.post(target.mallory, "To be commented")
    body = {"content": "Said by somebody else.", **_as_vera(target)}
    reply = checked(target.send("POST", "/posts/{}/comments", post, by=target.mallory, json=body))
    return _hers(reply, target, "a comment")


@attack(GROUP, "1.4")
def id_of_a_new_post(target: Target) -> Finding:
    """A new post with an id, a time of its creation and a score."""
    chosen = {"id": FOREIGN, "created_at": "1999-12-31T00:00:00Z", "score": FOREIGN, "version": FOREIGN}
    body = target.text("With an id", **chosen)
    reply = target.keep_in_mind(
        checked(target.send("POST", "/posts", by=target.mallory, json=body)), target.mallory
    )
    taken = [n for n in ("id", "score") if reply[n] == FOREIGN]
    taken += ["created_at"] if str(reply["created_at"]).startswith("1999") else []
    if taken:
        return through(f"{reply}: {' and '.join(taken)} as the attacker wanted")
    return refused(f"{reply}, none of them taken" if reply.ok else reply)


@attack(GROUP, "1.4")
def score_of_a_post(target: Target) -> Finding:
    """A PATCH of one's own post with `score`, `votes` and `id`."""
    post = target.post(target.mallory, "Liked by all")
    for name in ("score", "votes", "id"):
        reply = checked(target.send("PATCH", "/posts/{}", post, by=target.mallory, json={name: FOREIGN}))
    now = target.read(post, by=target.mallory)
    if not now.ok or FOREIGN in (now["score"], now["votes"]):
        return through(f"{reply}: the post has another score or another id now")
    return refused(f"{reply}, the post is as it was")


@attack(GROUP, "3.5")
def vote_that_counts_a_hundred_times(target: Target) -> Finding:
    """A vote of 100, one of 1.0, one of true, and one of 0."""
    post = target.post(target.vera, "To be voted on")
    bodies: list[object] = [100, 1.0, True, 0, "1"]
    replies = [
        target.send("PUT", "/posts/{}/vote", post, by=target.mallory, json={"value": v}) for v in bodies
    ]
    score = target.read(post)["score"]
    found = [judged(reply, "a vote that is neither 1 nor -1") for reply in replies if reply.ok]
    return found[0] if found and score not in (0, 1, -1) else refused(f"{replies[0]}, the score is {score}")


@attack(GROUP, "2.5")
def vote_of_somebody_else(target: Target) -> Finding:
    """A vote with another user as the voter, and then one's own."""
    post = target.post(target.vera, "Voted on twice")
    hers = {"value": 1, "voter": target.vera.name, **_as_vera(target)}
    target.send("PUT", "/posts/{}/vote", post, by=target.mallory, json=hers)
    reply = checked(target.send("PUT", "/posts/{}/vote", post, by=target.mallory, json={"value": 1}))
    score = target.read(post)["score"]
    if score == 2:
        return through(f"{reply}: one user has voted twice, once as somebody else")
    if score is None:
        raise NotTried("Posts have no score here.")
    return refused(f"{reply}, the score is {score}")


@attack(GROUP, "5.3")
def role_at_the_registration(target: Target) -> Finding:
    """A registration with `role: admin`, `is_admin: true` and the like."""
    name = f"oscar{target.mark}"
    reply = checked(target.register(name, f"{name}@example.com", **ROLES))
    if not reply.ok:
        return refused(reply)
    me = target.send("GET", "/users/me", by=target.logged_in(User(name, f"{name}@example.com")))
    if str(me["role"]) == "admin" or any(me[each] is True for each in ROLES):
        return through(f"{reply}: a new user who is an admin")
    return refused(f"{reply}, an ordinary user")


@attack(GROUP, "5.3")
def id_at_the_registration(target: Target) -> Finding:
    """A registration with an id, a password hash and `active`."""
    name = f"olga{target.mark}"
    chosen: dict[str, Any] = {"id": FOREIGN, "password_hash": "x", "active": False}
    reply = checked(target.register(name, f"{name}@example.com", **chosen))
    if not reply.ok:
        return refused(reply)
    if reply["id"] == FOREIGN or not target.login(f"{name}@example.com", PASSWORD).ok:
        return through(f"{reply}: a user with the id, the hash or the state that the attacker wanted")
    return refused(f"{reply}, none of them taken")


@attack(GROUP, "5.6")
def role_of_oneself(target: Target) -> Finding:
    """A change of one's own account with `role: admin`."""
    ways = [("PATCH", "/users/me"), ("PUT", "/users/me"), ("PATCH", "/users/{}"), ("PUT", "/users/{}")]
    ways += [("PUT", "/admin/users/{}/role")]
    here = [way for way in ways if target.contract.find(*way)]
    if not here:
        raise NotTried("Nobody can change an account here.")
    for method, path in here:
        reply = checked(target.send(method, path, target.mallory.name, by=target.mallory, json=ROLES))
    if str(target.send("GET", "/users/me", by=target.mallory)["role"]) == "admin":
        return through(f"{reply}: an ordinary user has become an admin")
    return refused(reply)
