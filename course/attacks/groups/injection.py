"""Injection: text that becomes SQL, a pattern, a path, or an error of the program."""

from contextlib import suppress

from course.attacks.outcome import Finding, NotTried, all_judged, checked, judged, refused, through
from course.attacks.registry import attack
from course.attacks.reply import Reply
from course.attacks.target import Target, raw

GROUP = "injection"
NOTHING = "zqxj-nobody-writes-this"  # no title holds it
PASSWD = "root:"  # how /etc/passwd begins


def _search(target: Target, text: str, ending: str = "/posts") -> Reply:
    operation = target.taking("GET", ending, "search")
    return target.wire.send("GET", operation.path, params={"search": text})


def _finds_nothing(target: Target, *texts: str) -> Finding:
    """A search for each text must find nothing, as a search for a word that nobody wrote does."""
    target.post(target.vera, "Here so that a list is not empty")
    if _search(target, NOTHING).items:
        raise NotTried("A search for a word that nobody wrote finds posts.")
    replies = [_search(target, text) for text in texts]
    found = [text for text, reply in zip(texts, replies, strict=True) if reply.items]
    if found:
        return through(f"posts, for a search for {found[0]}")
    return refused(f"{[checked(reply) for reply in replies][0]}, an empty list")


@attack(GROUP, "2.2")
def search_that_is_always_true(target: Target) -> Finding:
    """A search for `' OR '1'='1`, so that the condition is true for each row."""
    return _finds_nothing(
        target, f"{NOTHING}' OR '1'='1", f"{NOTHING}%' OR 1=1 --", f"{NOTHING}') OR (1=1) --"
    )


@attack(GROUP, "2.2")
def search_with_a_union(target: Target) -> Finding:
    """A search for `' UNION SELECT …`, which adds rows of another table."""
    columns = (", ".join(["NULL"] * number) for number in range(1, 12))
    return _finds_nothing(target, *(f"{NOTHING}' UNION SELECT {each} --" for each in columns))


@attack(GROUP, "2.2")
def search_that_sleeps(target: Target) -> Finding:
    """A search with `pg_sleep(3)` in it: a slow response shows that the text ran as SQL."""
    target.post(target.vera, "Here, for a condition is looked at for each row")
    text = f"{NOTHING}' OR (SELECT 1 FROM pg_sleep({{}})) IS NULL --"
    awake = [checked(_search(target, each)) for each in (text.format(0), NOTHING)]
    asleep = checked(_search(target, text.format(3)))
    if asleep.seconds >= 3 and min(each.seconds for each in awake) < 1.5:
        return through("a response that came three seconds later")
    return refused(f"{asleep}, without a pause")


@attack(GROUP, "2.2")
def quotes_in_a_search(target: Target) -> Finding:
    """Searches for quotes, backslashes, comments and rows of hyphens, which break statements and parsers."""
    signs = ["'", '"', "''", "\\", "';--", "/*", "%' --", "$1", "%(id)s", ":id", "{0}", 40 * "-"]
    with suppress(NotTried):  # an API of the first weeks has no feed
        for sign in signs:
            checked(_search(target, sign, "/feed"))
    return refused(f"{[checked(_search(target, sign)) for sign in signs][0]} each time")


@attack(GROUP, "3.3")
def wildcards_in_a_search(target: Target) -> Finding:
    """A search for `%` and one for `_`, which mean "anything" in LIKE."""
    return _finds_nothing(target, "H%empty", "H_re s_ that")


@attack(GROUP, "3.6")
def order_that_is_sql(target: Target) -> Finding:
    """An order of `id; DROP TABLE posts` and one that is a subquery."""
    orders = ["id; DROP TABLE posts", "(SELECT password_hash FROM users LIMIT 1)", "id DESC --"]
    path = target.taking("GET", "/posts", "sort_by").path
    plain = checked(target.wire.send("GET", path, params={"sort_by": "id"}))
    replies = [target.wire.send("GET", path, params={"sort_by": each}) for each in orders]
    if all(reply.ok and reply.text == plain.text for reply in replies):
        return refused(f"{replies[0]}, the order left as it was")
    return all_judged(replies, "the text went into the statement")


@attack(GROUP, "2.2")
def sql_as_an_id(target: Target) -> Finding:
    """`1 OR 1=1` as the id in a path."""
    ids = ["1%20OR%201=1", "1;DROP%20TABLE%20posts", "1'--"]
    return all_judged([target.send("GET", "/posts/{}", each) for each in ids], "an id that is no number")


@attack(GROUP, "2.2")
def sql_as_a_name(target: Target) -> Finding:
    """`' OR ''='` as the name of a user in a path."""
    return judged(target.send("GET", "/users/{}", "'%20OR%20''='"), "a user whom nobody asked for")


@attack(GROUP, "5.3")
def sql_at_the_login(target: Target) -> Finding:
    """`' OR 1=1 --` as the e-mail and as the password of a login."""
    texts = ["' OR 1=1 --", "nobody@example.com' --", "' OR ''='"]
    return all_judged([target.login(each, each) for each in texts], "a login without a password")


@attack(GROUP, "2.3")
def nul_in_a_text(target: Target) -> Finding:
    """A title with the character NUL, which PostgreSQL cannot store."""
    text = r'{"title": "a\u0000b", "content": "Text."}'
    reply = target.send("POST", "/posts", by=target.mallory, **raw(text))
    return judged(target.keep_in_mind(reply, target.mallory), "it was accepted")


@attack(GROUP, "2.3")
def nul_in_a_query(target: Target) -> Finding:
    """The character NUL in a search and in a path."""
    search = target.send("GET", "/posts", params={"search": "a\0b"})
    name = target.send("GET", "/users/{}", "a%00b") if target.contract.find("GET", "/users/{}") else search
    return all_judged([search, name], "it was accepted")


@attack(GROUP, "3.5")
def half_a_character(target: Target) -> Finding:
    r"""A title with `\ud800`, half of a character, which no encoding can store."""
    text = r'{"title": "a\ud800b", "content": "Text."}'
    reply = target.send("POST", "/posts", by=target.mallory, **raw(text))
    return judged(target.keep_in_mind(reply, target.mallory), "it was accepted")


@attack(GROUP, "1.6")
def body_that_is_no_json(target: Target) -> Finding:
    """Bodies that are no JSON, or not the JSON that was asked for."""
    bodies = ["{", "[]", "null", '"text"', '{"title": {"$ne": null}, "content": ["x"]}', "\xff", "NaN"]
    replies = [target.send("POST", "/posts", by=target.mallory, **raw(each)) for each in bodies]
    return all_judged(replies, "it was accepted")


@attack(GROUP, "5.7")
def path_out_of_a_folder(target: Target) -> Finding:
    """Paths with `../` that lead out of a folder of static files."""
    below = ["/static", "/ui", "/files", ""]
    climbs = [
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    ]
    climbs += ["//etc/passwd", "/%5c..%5c..%5c.env", "/%2e%2e/settings.py", "/..%2fsettings.py"]
    replies = [target.wire.send("GET", folder + climb) for folder in below for climb in climbs]
    found = [r for r in replies if r.ok and (PASSWD in r.text[:99] or "BaseSettings" in r.text)]
    return through(f"{found[0]}: a file of the machine, {found[0].asked}") if found else refused(replies[0])


@attack(GROUP, "1.1")
def headers_from_a_path(target: Target) -> Finding:
    """A path with a line break in it, so that the rest becomes a header of the response."""
    asked = "/posts/%0d%0aSet-Cookie:%20session=mallory"
    replies = [target.wire.send("GET", path) for path in (asked, asked + "/")]
    if any("mallory" in each.headers.get("set-cookie", "") for each in replies):
        return through("a header Set-Cookie that the attacker wrote")
    return refused(f"{replies[0]}, and no such header")
