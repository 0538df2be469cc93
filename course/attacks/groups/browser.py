"""Browser: what a page of another site can do with the browser of somebody who uses this API."""

from course.attacks.outcome import Finding, NotTried, all_judged, checked, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import Target

GROUP = "browser"
EVIL = "https://evil.example"
SCRIPT = "<script>alert('mallory')</script>"
PAGES = ("/", "/ui", "/ui/", "/app/")
ASKED = {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"}


def _allowed(reply: Reply, origin: str) -> str:
    """What a response allows a page of this origin, in words; "" for nothing."""
    answer = reply.headers.get("access-control-allow-origin", "")
    if answer not in (origin, "*"):
        return ""
    cookies = reply.headers.get("access-control-allow-credentials") == "true"
    return f"Access-Control-Allow-Origin: {answer}{', with credentials' * cookies}"


def _from(target: Target, *origins: str) -> Finding:
    """A page of each origin must be allowed nothing, neither by a response nor by a preflight."""
    path = target.operation("GET", "/posts").path
    for origin in origins:
        headers = {"Origin": origin}
        replies = [target.wire.send("GET", path, headers=headers)]
        replies.append(target.wire.send("OPTIONS", path, headers=headers | ASKED))
        for reply in replies:
            if found := _allowed(reply, origin):
                return through(f"{found} for {origin}")
    return refused("no Access-Control-Allow-Origin")


@attack(GROUP, "5.7")
def page_of_another_site(target: Target) -> Finding:
    """A fetch, and its preflight, from a page of another site."""
    return _from(target, EVIL, "http://evil.example:8000")


@attack(GROUP, "5.7")
def page_of_no_site(target: Target) -> Finding:
    """A fetch from the origin `null`: a file, or a frame in a sandbox."""
    return _from(target, "null")


@attack(GROUP, "5.7")
def page_of_a_site_with_a_similar_name(target: Target) -> Finding:
    """Fetches from origins that begin or end like one that is trusted."""
    trusted = ("localhost", "127.0.0.1", "localhost:3000", "postboard.example", target.wire.place.named)
    similar = [
        f"{scheme}://{name.split(':')[0]}.evil.example" for name in trusted for scheme in ("http", "https")
    ]
    similar += [f"https://evil-{trusted[3]}", f"https://evil{trusted[3]}", "http://127x0x0x1:8000"]
    return _from(target, *similar)


@attack(GROUP, "5.7")
def cookies_of_another_site(target: Target) -> Finding:
    """A login from a page of another site, which must not be allowed to send or get cookies."""
    if target.login_operation is None:
        raise NotTried("Nobody can log in here.")
    reply = target.wire.send("OPTIONS", target.login_operation.path, headers={"Origin": EVIL} | ASKED)
    if reply.headers.get("access-control-allow-credentials") == "true" and _allowed(reply, EVIL):
        return through(f"{_allowed(reply, EVIL)} for {EVIL}")
    return refused(f"{reply}, no credentials")


@attack(GROUP, "5.7")
def form_of_another_site(target: Target) -> Finding:
    """A form of another site that posts with the cookies of a login, and without a token."""
    login = checked(target.login(target.mallory.email, target.mallory.password))
    cookie = "; ".join(each.partition(";")[0] for each in login.headers.get_list("set-cookie"))
    headers = {"Origin": EVIL, "Cookie": cookie or "session=1", "Sec-Fetch-Site": "cross-site"}
    path = target.operation("POST", "/posts").path
    body = target.text("Written by a form")
    replies = [target.wire.send("POST", path, headers=headers, data=body)]
    replies.append(target.wire.send("POST", path, headers=headers, json=body))
    return all_judged(replies, "a page of another site writes in the name of whoever looks at it")


@attack(GROUP, "5.7", last=True)
def cookies_for_scripts(target: Target) -> Finding:
    """All cookies so far: one that scripts can read, or that other sites send, is a stolen login."""
    if not any(reply.ok for reply in target.wire.replies):
        raise NotTried("The server has granted nothing.")
    given = [each for reply in target.wire.replies for each in reply.headers.get_list("set-cookie")]
    for cookie in given:
        about = {part.strip().lower() for part in cookie.split(";")[1:]}
        if "httponly" not in about or not {"samesite=lax", "samesite=strict"} & about:
            return through(f"a cookie {cookie.partition('=')[0]} without HttpOnly or SameSite")
    return refused("HttpOnly and SameSite" if given else "no cookies at all")


@attack(GROUP, "5.7")
def script_in_a_post(target: Target) -> Finding:
    """A post whose title is a script, read by a browser that asks for HTML."""
    post = target.post(target.mallory, SCRIPT)
    wanted = {"Accept": "text/html,*/*"}
    paths = [target.operation("GET", "/posts/{}").at(post), target.operation("GET", "/posts").path]
    paths += ["/ui", "/ui/", "/", f"/posts/{SCRIPT}", f"/{SCRIPT}"]
    replies = [target.wire.send("GET", path, headers=wanted) for path in paths]
    found = [each for each in replies if each.media not in ("application/json", "") and SCRIPT in each.text]
    found = [each for each in found if not each.media.endswith("json")]
    if found:
        return through(f"{found[0].media} with the script in it, at {found[0].asked}")
    return refused(f"{replies[0]}, as {replies[0].media}")


@attack(GROUP, "5.7")
def page_in_a_frame(target: Target) -> Finding:
    """The app's own page in a frame of another site, which lays its own buttons over it or under it."""
    wanted = {"Accept": "text/html,*/*"}
    replies = [target.wire.send("GET", path, headers=wanted) for path in PAGES]
    pages = [each for each in replies if each.ok and each.media == "text/html"]
    if not pages:
        raise NotTried("This app has no page of its own.")
    for each in pages:
        if not _refuses_frames(each):
            return through(f"{each}: no frame-ancestors, so every site may show {each.asked} in a frame")
    return refused(f"{pages[0]}, for no other site's frame")


def _refuses_frames(reply: Reply) -> bool:
    """What a browser goes by: frame-ancestors; and where there is none, X-Frame-Options."""
    policy = reply.headers.get("content-security-policy", "").lower()
    rules = [rule.split() for rule in policy.split(";")]
    ancestors = [rule[1:] for rule in rules if rule[:1] == ["frame-ancestors"]]
    if ancestors:
        return all(set(each) <= {"'none'", "'self'"} for each in ancestors)
    return reply.headers.get("x-frame-options", "").strip().lower() in ("deny", "sameorigin")


@attack(GROUP, "1.3")
def json_that_a_form_can_send(target: Target) -> Finding:
    """JSON under `text/plain`, and without a type: a page of any site may send both without a preflight."""
    bodies = [
        f'{{"title": "Written by a form {n}{target.mark}", "content": "Text."}}'.encode() for n in (1, 2)
    ]
    headers = {**target.mallory.headers, "Origin": EVIL}
    replies = [
        target.send("POST", "/posts", content=bodies[0], headers=headers | {"Content-Type": "text/plain"})
    ]
    replies.append(target.send("POST", "/posts", content=bodies[1], headers=headers))
    for reply in replies:
        target.keep_in_mind(reply, target.mallory)
    return all_judged(replies, "no preflight protects this operation")


@attack(GROUP, "1.1")
def redirect_to_another_site(target: Target) -> Finding:
    """Addresses that a careless redirect sends on to another site."""
    paths = ["//evil.example", "//evil.example/", "/%2f%2fevil.example/", "/?next=https://evil.example"]
    paths += ["/login?next=https://evil.example", "/?url=//evil.example", "/%5cevil.example/"]
    replies = [target.wire.send("GET", path) for path in paths]
    for reply in replies:
        place = reply.headers.get("location", "").replace("\\", "/")
        if place.startswith(("//evil.example", "https://evil.example", "http://evil.example")):
            return through(f"{reply}: Location: {place}")
    return refused(f"{replies[0]}, no such redirect")
