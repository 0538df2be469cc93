"""Authentication: becoming somebody, or somebody else, without the right to be."""

from base64 import b64encode

from course.attacks.outcome import Finding, NotTried, all_judged, checked, judged, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import PASSWORD, WRONG, Target

GROUP = "authentication"
# The course's own, public since week 2.
OLD_KEYS = ("not-a-real-key-ada", "not-a-real-key-bob")
COMMON = ("password", "12345678", "password12345678", "123456789012345", "QWERTYuiopasdfgh")
BCRYPT_READS = 72  # bytes
# The quickest of eight tries, and three rounds that must agree: a busy machine is no hole.
ROUNDS, TRIES, RATIO = 3, 8, 1.4


@attack(GROUP, "5.1")
def password_that_everybody_has(target: Target) -> Finding:
    """Registrations with the commonest passwords."""
    email = f"common{target.mark}@example.com"
    return all_judged(
        [target.register(f"common{target.mark}", email, each) for each in COMMON], "a weak password"
    )


@attack(GROUP, "5.1")
def password_of_one_character(target: Target) -> Finding:
    """Registrations with an empty password, and with one of one character, of seven and of spaces."""
    email = f"short{target.mark}@example.com"
    replies = [target.register(f"short{target.mark}", email, each) for each in ("", "x", "short-7", " ")]
    return all_judged(replies, "a password that is guessed in no time")


@attack(GROUP, "5.1")
def password_cut_after_72_bytes(target: Target) -> Finding:
    """A login with the first 72 bytes of a longer password."""
    reply = target.login(target.vera.email, PASSWORD[:BCRYPT_READS])
    return judged(reply, "what follows the 72nd byte of a password counts for nothing")


@attack(GROUP, "5.3")
def email_spelled_differently(target: Target) -> Finding:
    """A second registration with the same e-mail, in capital letters and in full-width ones."""
    name, _, host = target.vera.email.partition("@")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in name)
    spellings = (target.vera.email.upper(), f"{wide}@{host}")
    replies = [target.register(f"vera{n}{target.mark}", email) for n, email in enumerate(spellings, 2)]
    return all_judged(replies, "two users with one mailbox")


@attack(GROUP, "5.3")
def name_that_is_taken(target: Target) -> Finding:
    """A registration with the name of somebody else."""
    other = f"another{target.mark}@example.com"
    reply = target.register(target.vera.name, other)
    if reply.ok and target.login(target.vera.email, target.vera.password).ok:
        return through(f"{reply}: two users with one name")
    return judged(reply, "the account belongs to somebody else now")


@attack(GROUP, "5.3")
def name_of_a_path(target: Target) -> Finding:
    """A registration with the name `me`, where `/users/me` already means something."""
    target.operation("GET", "/users/me")
    target.operation("GET", "/users/{}")
    return judged(target.register("me", f"me{target.mark}@example.com"), "a user whose page nobody can read")


@attack(GROUP, "5.3")
def login_that_tells_who_exists(target: Target) -> Finding:
    """A wrong password for a user, and one for an e-mail that nobody has: the same response."""
    known, unknown = _logins(target)
    if _seen(known) != _seen(unknown):
        return through(f"{known} and {unknown}, which differ: a list of e-mails shows who is a user")
    return judged(known, "a login with a wrong password")


@attack(GROUP, "5.1")
def login_whose_time_tells_who_exists(target: Target) -> Finding:
    """The same two logins several times, with a look at how long each takes."""
    for round_ in range(ROUNDS):
        pairs = [_logins(target, round_) for _ in range(TRIES)]
        if 429 in {reply.status for pair in pairs for reply in pair}:
            return refused("429 Too Many Requests, too few tries to compare times")
        known, unknown = (min(pair[side].seconds for pair in pairs) for side in (0, 1))
        if known < RATIO * unknown:
            return refused(f"{pairs[0][0]}, as late for one as for the other")
        target.login(target.vera.email, target.vera.password)  # the count of wrong ones begins anew
    return through("401, much sooner for an e-mail that nobody has")


def _logins(target: Target, number: int = 0) -> tuple[Reply, Reply]:
    """The response for a user, and the one for an e-mail that nobody has; each number has another one."""
    known = checked(target.login(target.vera.email, WRONG))
    return known, checked(target.login(f"nobody{number}{target.mark}@example.com", WRONG))


def _seen(reply: Reply) -> tuple[object, ...]:
    return reply.status, reply.text, sorted(set(reply.headers) - {"date"})


@attack(GROUP, "5.3")
def keys_of_week_two(target: Target) -> Finding:
    """A new post with each of the API keys that stood in the code of week 2."""
    replies = []
    for key in OLD_KEYS:
        headers = {"X-API-Key": key}
        reply = target.send("POST", "/posts", json=target.text("By a key"), headers=headers)
        replies.append(reply)
    return all_judged(replies, "a key that anybody can read in the course writes posts")


@attack(GROUP, "5.3")
def other_ways_to_say_who(target: Target) -> Finding:
    """Headers that only claim who is calling: Basic, X-User, X-Forwarded-User, a bearer that is a name."""
    name, pair = target.vera.name, f"{target.vera.email}:{WRONG}"
    claims = [{"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}]
    claims += [{"Authorization": f"Bearer {each}"} for each in (name, target.vera.email, "1", "null")]
    claims += [{header: name} for header in ("X-User", "X-Forwarded-User", "X-User-Id", "X-API-Key")]
    claims += [{"Cookie": f"user={name}; session={name}; user_id=1"}]
    replies = [target.send("POST", "/posts", json=target.text("By a claim"), headers=each) for each in claims]
    return all_judged(replies, "a post by somebody who only claims to be somebody")


@attack(GROUP, "5.4")
def password_changed_without_the_old_one(target: Target) -> Finding:
    """A change of a password with a wrong old one, and without one."""
    user, new = target.mallory, "a-new-password-of-an-attack-that-must-not-count"
    bodies = [{"old": WRONG, "new": new}, {"new": new}, {"old": "", "new": new}]
    replies = [target.send("PUT", "/users/me/password", by=user, json=body) for body in bodies]
    return all_judged(replies, "whoever finds an open page takes the account")


@attack(GROUP, "5.3")
def first_password_twice(target: Target) -> Finding:
    """A first password for an author of week 3, with a key that nobody has and with the key of a user."""
    body = {"email": f"first{target.mark}@example.com", "password": PASSWORD}
    headers = [{"X-API-Key": key} for key in ("", "not-a-key", target.vera.name)]
    if not target.contract.find("POST", "/auth/first-password"):
        raise NotTried("This app has no POST /auth/first-password.")
    replies = [target.send("POST", "/auth/first-password", json=body, headers=each) for each in headers]
    return all_judged(replies, "an account for somebody without the key")
