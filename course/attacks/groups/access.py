"""Access: somebody with a login of their own, at what belongs to others; and somebody without a login."""

from course.attacks import forging
from course.attacks.contract import Operation
from course.attacks.outcome import Finding, NotTried, all_judged, checked, judged, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import Target, User

GROUP = "access"
# Whoever logs in has no token yet.
OPEN = ("login", "token", "register", "signup", "refresh", "first-password", "logout", "health")
HERS = "Written by mallory"


def _comment(target: Target, post: object, by: User) -> object:
    reply = target.send("POST", "/posts/{}/comments", post, by=by, json={"content": "A comment."})
    if not reply.ok or reply["id"] is None:
        raise NotTried(f"A user of ours cannot comment: {reply}.")
    return reply["id"]


def _values(target: Target, operation: Operation, post: object, comment: object) -> tuple[object, ...]:
    if "/comments/{" in operation.path:
        return (post, comment) if operation.path.count("{") > 1 else (comment,)
    return (target.vera.name,) if "/users/{" in operation.path else (post,)


def _sent(target: Target, operations: list[Operation], by: User | None) -> Finding:
    """Each operation must be refused to somebody; those that delete come last."""
    post = target.post(target.vera, "Hers")
    comment = _comment(target, post, target.vera) if target.contract.find("PUT", "/comments/{}") else 1
    held: list[Reply] = []
    for each in sorted(operations, key=lambda each: (each.method == "DELETE", each.path.count("/"))):
        body = {"json": target.contract.example(each.body)} if each.body and not each.form else {}
        headers = by.headers if by else {}
        path = each.at(*_values(target, each, post, comment))
        reply = checked(target.wire.send(each.method, path, headers=headers, **body))
        if judged(reply, "").outcome != "refused":
            return through(f"{reply}: {each} is open")
        held.append(reply)
    return refused(f"{held[0]}, by all {len(held)} operations")


@attack(GROUP, "5.3")
def everything_without_a_token(target: Target) -> Finding:
    """Every operation that changes something or needs a login, without a token."""
    known = target.contract.operations
    closed = [o for o in known if o.guarded or not (o.safe or any(word in o.path for word in OPEN))]
    if not closed:
        raise NotTried("The app has no description that says what needs a login.")
    return _sent(target, closed, None)


@attack(GROUP, "5.6")
def everything_of_an_admin(target: Target) -> Finding:
    """Every operation under `/admin`, as an ordinary user and without a token."""
    closed = [o for o in target.contract.operations if "/admin" in o.path]
    if not closed:
        raise NotTried("This app has nothing under /admin.")
    first = _sent(target, closed, target.mallory)
    return first if first.outcome == "let through" else _sent(target, closed, None)


@attack(GROUP, "5.3")
def token_that_is_not_valid(target: Target) -> Finding:
    """Lists and posts with a token that is no token: not the same as none."""
    headers = {"Authorization": "Bearer not-a-token"}
    replies = [target.send("POST", "/posts", json=target.text("By nobody"), headers=headers)]
    return all_judged(replies, "any token will do")


@attack(GROUP, "5.6")
def post_of_somebody_else_replaced(target: Target) -> Finding:
    """A PUT of another user's post."""
    return _changed(target, "PUT", target.text(HERS))


@attack(GROUP, "5.6")
def post_of_somebody_else_changed(target: Target) -> Finding:
    """A PATCH of another user's post."""
    return _changed(target, "PATCH", {"content": HERS})


@attack(GROUP, "5.6")
def post_of_somebody_else_hidden(target: Target) -> Finding:
    """A PATCH that makes a draft of another user's post."""
    return _changed(target, "PATCH", {"published": False})


def _changed(target: Target, method: str, body: dict[str, object]) -> Finding:
    target.operation(method, "/posts/{}")
    post = target.post(target.vera, "Hers, to be changed")
    before = target.read(post, by=target.vera)
    reply = checked(target.send(method, "/posts/{}", post, by=target.mallory, json=body))
    after = target.read(post, by=target.vera)
    if after.text != before.text:
        return through(f"{reply}: the post is another one now")
    return judged(reply, "as if it had been changed")


@attack(GROUP, "5.6")
def post_of_somebody_else_deleted(target: Target) -> Finding:
    """A DELETE of another user's post."""
    target.operation("DELETE", "/posts/{}")
    post = target.post(target.vera, "Hers, to be deleted")
    reply = checked(target.send("DELETE", "/posts/{}", post, by=target.mallory))
    if not target.read(post).ok:
        return through(f"{reply}: the post is gone")
    return judged(reply, "as if it had been deleted")


@attack(GROUP, "5.6")
def tags_of_somebody_else(target: Target) -> Finding:
    """Other tags for another user's post."""
    post = target.post(target.vera, "Hers, to be tagged")
    reply = target.send("PUT", "/posts/{}/tags", post, by=target.mallory, json={"names": ["mallory"]})
    return judged(reply, "other tags on another user's post")


@attack(GROUP, "2.5")
def comment_of_somebody_else_changed(target: Target) -> Finding:
    """A PUT of another user's comment."""
    comment = _comment(target, target.post(target.vera, "Commented"), target.vera)
    reply = target.send("PUT", "/comments/{}", comment, by=target.mallory, json={"content": HERS})
    return judged(reply, "a comment that says something else, under another user's name")


@attack(GROUP, "2.5")
def comment_of_somebody_else_deleted(target: Target) -> Finding:
    """A DELETE of another user's comment."""
    comment = _comment(target, target.post(target.vera, "Commented too"), target.vera)
    return judged(target.send("DELETE", "/comments/{}", comment, by=target.mallory), "the comment is gone")


@attack(GROUP, "5.6")
def draft_of_somebody_else(target: Target) -> Finding:
    """A GET of another user's draft, as a user and without a token."""
    draft = target.draft()
    replies = [target.read(draft, by=target.mallory), target.read(draft)]
    return all_judged(replies, "a draft that its author has not published")


@attack(GROUP, "5.6")
def drafts_in_lists(target: Target) -> Finding:
    """Another user's draft in the lists: of posts, in a search, in the feed, among tags."""
    draft = target.draft()
    if target.contract.find("PUT", "/posts/{}/tags"):
        target.send("PUT", "/posts/{}/tags", draft, by=target.vera, json={"names": ["secretplan"]})
    ways = [("/posts", {"limit": 100, "sort_by": "newest"}), ("/posts", {"search": "secret plan"})]
    ways += [("/feed", {}), ("/tags", {"limit": 100})]
    here = [(path, words) for path, words in ways if target.contract.find("GET", path)]
    replies = [
        checked(target.send("GET", path, by=by, params=words))
        for path, words in here
        for by in (target.mallory, None)
    ]
    found = [r for r in replies if "secret plan" in r.text or "secretplan" in r.text]
    if found:
        return through(f"the title or a tag of a draft, at {found[0].asked}")
    return refused(f"{replies[0]}, without the draft")


@attack(GROUP, "5.6")
def comments_of_a_draft(target: Target) -> Finding:
    """The comments of another user's draft."""
    draft = target.draft()
    _comment(target, draft, target.vera)
    replies = [target.send("GET", "/posts/{}/comments", draft, by=by) for by in (target.mallory, None)]
    return all_judged(replies, "what is said about a draft")


@attack(GROUP, "5.6")
def draft_commented_and_voted_on(target: Target) -> Finding:
    """A comment, a vote and a change of another user's draft."""
    draft = target.draft()
    ways = [
        ("POST", "/posts/{}/comments", {"content": HERS}),
        ("PUT", "/posts/{}/vote", {"value": 1}),
        ("POST", "/posts/{}/votes", {"value": 1}),
        ("PATCH", "/posts/{}", {"published": True}),
    ]
    here = [way for way in ways if target.contract.find(*way[:2])]
    replies = [target.send(how, path, draft, by=target.mallory, json=body) for how, path, body in here]
    return all_judged(replies, "a draft that nobody else should know of")


@attack(GROUP, "5.6")
def scope_that_a_role_has_not(target: Target) -> Finding:
    """A login that asks for the scopes `users:manage` and `posts:delete`, and then uses them."""
    wanted = "users:manage posts:delete posts:write"
    reply = target.login(target.mallory.email, target.mallory.password, scope=wanted)
    if not reply.ok:
        return judged(reply, "")
    more = User(target.mallory.name, target.mallory.email, access=str(reply["access_token"]))
    post = target.post(target.vera, "Hers, to be deleted by a scope")
    replies = [target.send("DELETE", "/posts/{}", post, by=more)]
    if target.contract.find("GET", "/admin/users"):
        replies.append(target.send("GET", "/admin/users", by=more))
    return all_judged(replies, "whoever asks for a right has it")


@attack(GROUP, "5.6")
def token_with_less_than_its_role(target: Target) -> Finding:
    """A token that was asked for with fewer scopes than its user has, used for writing."""
    _, claims = forging.taken_apart(target.mallory.access)
    if not {"scope", "scopes"} & set(claims):
        raise NotTried("The tokens of this app have no scopes.")
    reply = target.login(target.mallory.email, target.mallory.password, scope="posts:delete")
    if not reply.ok:
        return judged(reply, "")
    less = User(target.mallory.name, target.mallory.email, access=str(reply["access_token"]))
    sent = target.send("POST", "/posts", by=less, json=target.text("Without the scope"))
    return judged(target.keep_in_mind(sent, target.mallory), "a token with fewer scopes does all the same")


@attack(GROUP, "1.1")
def method_in_a_header(target: Target) -> Finding:
    """A GET and a POST with `X-HTTP-Method-Override: DELETE`, past rules that look at the method."""
    post = target.post(target.vera, "Hers, to be deleted by a header")
    path = target.operation("GET", "/posts/{}").at(post)
    names = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    headers = {**target.mallory.headers, **dict.fromkeys(names, "DELETE")}
    reply = target.wire.send("POST", path, headers=headers, params={"_method": "DELETE"})
    target.wire.send("GET", path, headers=headers)
    if not target.read(post).ok:
        return through(f"{reply}: the post is gone")
    return refused(f"{reply}, the post is there")
