"""Checks of the exercises of lesson 5.4."""

import random
from base64 import b64encode, urlsafe_b64encode
from contextlib import closing, suppress
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

import psycopg2
from fastapi import Response
from psycopg2.errors import LockNotAvailable
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from course.checks import (
    Meeting,
    ask,
    engine_for,
    exercise,
    expect,
    finished,
    in_thread,
    require,
    wait_until_blocked,
)


def texts(value, seen=()):
    """Every text in a value, at any depth, also in the attributes of objects."""
    if isinstance(value, str | bytes):
        return [value if isinstance(value, str) else value.decode(errors="replace")]
    if any(value is each for each in seen):
        return []
    if isinstance(value, dict):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = list(value)
    else:
        inside = list(getattr(value, "__dict__", {}).values())
    return [text for each in inside for text in texts(each, (*seen, value))]


def spellings(secret):
    """A text, and what anybody can turn back into it."""
    raw = secret.encode()
    coded = {b64encode(raw), urlsafe_b64encode(raw), raw.hex().encode()}
    return {secret, secret[::-1], *(each.decode().rstrip("=") for each in coded)}


def stored(secret, value):
    """Whether a text can be read out of a value."""
    found = [text.lower() for text in texts(value)]
    return any(each.lower() in text for each in spellings(secret) for text in found)


# 5.4a ----------------------------------------------------------------------------------------

FORTNIGHT = 14 * 24 * 60 * 60  # seconds


def cookies_of(fill, *given, response=None):
    """The cookies that a response sets: each with its name, its value, and its attributes in lower case."""
    response = response or Response()
    fill(response, *given)
    found = []
    for header in response.headers.getlist("set-cookie"):
        pair, *parts = (each.strip() for each in header.split(";"))
        attributes = {name.lower(): value for name, _, value in (each.partition("=") for each in parts)}
        name, _, value = pair.partition("=")
        found.append((name, value, attributes))
    return found


def lifetime(attributes):
    """In seconds, as a browser understands it: Max-Age counts before Expires. None: until the browser closes."""
    if "max-age" in attributes:
        return int(attributes["max-age"])
    if "expires" not in attributes:
        return None
    return (parsedate_to_datetime(attributes["expires"]) - datetime.now(UTC)).total_seconds()


def accepted(cookie):
    name, _, attributes = cookie
    plain = "secure" in attributes and attributes.get("path") == "/" and not attributes.get("domain")
    return plain and name.startswith("__Host-")


@exercise(
    "5.4a",
    hints=[
        "Which attribute of a cookie answers each of the four sentences?",
        "`response.set_cookie` has a parameter for each attribute. What does `delete_cookie` send, and do the rules "
        "of the name hold for that, too?",
        "set_cookie('__Host-session', key, max_age=…, secure=True, httponly=True, samesite='lax'); "
        "delete_cookie with the same name and secure=True",
    ],
)
class TestCookie:
    def test_one_cookie_holds_the_key(self, start_cookie):
        for key in ["abc", "Zr8-mLp_2"]:
            self.attributes(start_cookie, key)

    def test_a_browser_takes_it_under_its_name(self, start_cookie):
        self.is_taken(cookies_of(start_cookie, "abc"), "start_cookie(response, 'abc')")

    def test_no_script_can_read_it(self, start_cookie):
        attributes = self.attributes(start_cookie, "abc")
        expect("httponly" in attributes, True, tried="start_cookie(response, 'abc'): has it HttpOnly")

    def test_links_bring_it_along_and_forms_do_not(self, start_cookie):
        attributes = self.attributes(start_cookie, "abc")
        means = {
            "strict": "With Strict, somebody who follows a link to the app is not logged in.",
            "none": "With None, a form on a stranger's page sends the cookie.",
        }
        got = attributes.get("samesite", "(not there)").lower()
        expect(got, "lax", tried="start_cookie(response, 'abc'): SameSite", means=means)

    def test_it_is_kept_for_14_days(self, start_cookie):
        attributes = self.attributes(start_cookie, "abc")
        got = lifetime(attributes)
        require(
            got is not None and abs(got - FORTNIGHT) < 300,
            tried="start_cookie(response, 'abc'): how long a browser keeps the cookie",
            expected=f"{FORTNIGHT} seconds",
            got="until it closes" if got is None else f"{got:.0f} seconds",
        )

    def test_the_browser_forgets_it(self, start_cookie, end_cookie):
        begun, ended = cookies_of(start_cookie, "abc"), cookies_of(end_cookie)
        tried = "end_cookie(response)"
        expect(
            [name for name, *_ in ended], [name for name, *_ in begun], tried=f"{tried}: the cookie's name"
        )
        self.is_taken(ended, tried)
        left = lifetime(ended[0][2])
        require(
            left is not None and left <= 0,
            tried=f"{tried}: how long a browser keeps the cookie",
            expected="not at all",
            got="until it closes" if left is None else f"{left:.0f} seconds",
        )

    def test_other_cookies_of_the_response_stay(self, start_cookie, end_cookie):
        for fill, given in {start_cookie: ["abc"], end_cookie: []}.items():
            response = Response()
            response.set_cookie("theme", "dark")
            got = [name for name, *_ in cookies_of(fill, *given, response=response)]
            tried = (
                f"{fill.__name__} with a response that sets the cookie theme: the cookies that it sets then"
            )
            require(len(got) == 2 and "theme" in got, tried=tried, expected="theme, and this one", got=got)

    def attributes(self, start_cookie, key):
        """Of the one cookie that it sets."""
        cookies = cookies_of(start_cookie, key)
        got = [value for _, value, _ in cookies]
        expect(got, [key], tried=f"start_cookie(response, {key!r}): the values of the cookies")
        return cookies[0][2]

    def is_taken(self, cookies, tried):
        require(
            cookies and all(map(accepted, cookies)),
            tried=f"{tried}: does a browser take the cookie",
            expected="a name with __Host-, Secure, Path=/, no Domain",
            got=[(name, attributes) for name, _, attributes in cookies],
            means="A browser throws a cookie away that breaks the rules of this name.",
        )


# 5.4b ----------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOMENT = timedelta(microseconds=1)


@exercise(
    "5.4b",
    hints=[
        "Which two times of a session does each call have to compare with `now`?",
        "The key itself goes to the browser alone. What can be stored of it, so that it is found again?",
        "sessions[sha256(key.encode()).hexdigest()] = {'user': …, 'start': now, 'used': now}; user_of sets "
        "'used'; end_session pops",
    ],
)
class TestSessions:
    def test_a_key_opens_the_session_of_its_user(self, start_session, user_of):
        sessions = {}
        keys = {user: start_session(sessions, user, NOON) for user in ["ana", "ben"]}
        keys["ana, a second time"] = start_session(sessions, "ana", NOON)
        for whose, key in keys.items():
            got = user_of(sessions, key, NOON + MINUTE)
            expect(got, whose[:3], tried=f"the key of {whose}, a minute after its start")

    def test_keys_are_random_and_long(self, start_session):
        keys = [start_session({}, "ana", NOON) for _ in range(20)]
        expect(len(set(keys)), 20, tried="20 sessions of ana, each in a new dict: how many keys differ")
        require(
            all(isinstance(key, str) and len(key) >= 22 for key in keys),
            tried="start_session({}, 'ana', now)",
            expected="a text of at least 22 characters",
            got=keys[0],
        )
        differing = sum(len(set(column)) > 1 for column in zip(*keys, strict=False))
        require(
            differing >= 22,
            tried="20 sessions of ana: how many characters of their keys differ",
            expected="at least 22",
            got=differing,
            means="What is the same in all keys is known to everybody.",
        )

    def test_an_unknown_key_is_none(self, start_session, user_of):
        sessions = {}
        key = start_session(sessions, "ana", NOON)
        for other in ["", "ana", key[:-1], key + "x", key.swapcase()]:
            expect(user_of(sessions, other, NOON), None, tried="a key that nobody has")
        expect(user_of({}, key, NOON), None, tried="a key of ana, and a dict without sessions")

    def test_no_key_is_stored(self, start_session, user_of):
        sessions = {}
        key = start_session(sessions, "ana", NOON)
        means = "Who reads this dict, or the table that it stands for, is logged in as everybody."
        require(
            not stored(key, sessions),
            tried="start_session; then what sessions holds",
            expected="nothing that the key can be read from",
            got="the key" if any(key in text for text in texts(sessions)) else "the key in another spelling",
            means=means,
        )
        for text in texts(sessions):
            tried = {"": text, ", hashed once more": sha256(text.encode()).hexdigest()}
            for how, other in tried.items():
                got = user_of(sessions, other, NOON)
                expect(got, None, tried=f"a text of sessions{how}, used as a key", means=means)

    def test_two_hours_without_use_end_it(self, start_session, user_of):
        waits = {2 * HOUR - MOMENT: "ana", 2 * HOUR: None, 3 * HOUR: None, 25 * HOUR: None}
        for wait, wanted in waits.items():
            sessions = {}
            key = start_session(sessions, "ana", NOON)
            expect(
                user_of(sessions, key, NOON + wait), wanted, tried=f"the first use, {wait} after the start"
            )

    def test_each_use_counts(self, start_session, user_of):
        sessions = {}
        key = start_session(sessions, "ana", NOON)
        for at in [90 * MINUTE, 180 * MINUTE, 270 * MINUTE]:
            expect(
                user_of(sessions, key, NOON + at),
                "ana",
                tried=f"a use every 90 minutes, {at} after the start",
            )
        got = user_of(sessions, key, NOON + 390 * MINUTE)
        expect(got, None, tried="then two hours without a use")

    def test_each_session_has_its_own_end(self, start_session, user_of):
        sessions = {}
        first = start_session(sessions, "ana", NOON)
        second = start_session(sessions, "ana", NOON + HOUR)
        user_of(sessions, second, NOON + 90 * MINUTE)
        got = [user_of(sessions, key, NOON + 2 * HOUR) for key in [first, second]]
        tried = "a session of ana; after an hour, another one, which is used; both keys, 2 hours after the first start"
        expect(got, [None, "ana"], tried=tried)

    def test_14_days_end_it_in_any_case(self, start_session, user_of):
        for last, wanted in {14 * DAY - MOMENT: "ana", 14 * DAY: None}.items():
            sessions = {}
            key = start_session(sessions, "ana", NOON)
            for hours in range(1, 14 * 24):
                user_of(sessions, key, NOON + hours * HOUR)
            got = user_of(sessions, key, NOON + last)
            when = f"{last}".removesuffix(", 0:00:00")
            expect(got, wanted, tried=f"a use every hour; then one {when} after the start")

    def test_one_session_ends(self, start_session, user_of, end_session):
        sessions = {}
        first, second = (start_session(sessions, "ana", NOON) for _ in range(2))
        end_session(sessions, "a key that nobody has")
        end_session(sessions, first)
        end_session(sessions, first)
        got = [user_of(sessions, key, NOON) for key in [first, second]]
        expect(
            got, [None, "ana"], tried="ana has two sessions; end_session of the first one, twice; both keys"
        )

    def test_all_sessions_of_a_user_end(self, start_session, user_of, end_sessions):
        sessions = {}
        users = ["ana", "ben", "ana", "anabel", "ana", "Ana"]
        keys = [start_session(sessions, user, NOON) for user in users]
        end_sessions(sessions, "ana")
        end_sessions(sessions, "zoe")
        got = [user_of(sessions, key, NOON) for key in keys]
        expect(
            got,
            [None, "ben", None, "anabel", None, "Ana"],
            tried=f"sessions of {users}; end_sessions of ana, of zoe",
        )

    def test_what_ended_is_gone(self, start_session, user_of, end_session, end_sessions):
        empty = {}
        key = start_session(empty, "ana", NOON)
        end_session(empty, key)
        size = len(repr(empty))
        endings = {
            "found to have ended": lambda sessions, key: user_of(sessions, key, NOON + 2 * HOUR),
            "end_session": end_session,
            "end_sessions": lambda sessions, _: end_sessions(sessions, "ana"),
        }
        for name, end in endings.items():
            sessions = {}
            for _ in range(5):
                end(sessions, start_session(sessions, "ana", NOON))
            require(
                len(repr(sessions)) == size and "ana" not in repr(sessions),
                tried=f"five sessions, each {name}; then what sessions holds",
                expected="nothing of them",
                got=sessions,
                means="The dict grows with each login, for ever.",
            )


# 5.4c ----------------------------------------------------------------------------------------

OWN = "https://blog.example"
WRITING = ["POST", "PUT", "PATCH", "DELETE"]
STRANGERS = [
    "https://stranger.example",
    "https://blog.example.stranger.example",
    "https://blog.examples",
    "https://blogxexample",
    "https://myblog.example",
    "https://api.blog.example",
    "http://blog.example",
    "https://blog.example:8443",
]


@exercise(
    "5.4c",
    hints=[
        "Which address begins with `https://blog.example` and is somebody else's?",
        "`urllib.parse.urlsplit` takes an address apart. Which of its parts make an origin? And what does the code "
        "say when neither header is there?",
        "headers['origin'] == own when it is there; else f'{page.scheme}://{page.netloc}' == own with "
        "page = urlsplit(headers.get('referer', ''))",
    ],
)
class TestOwnPage:
    def test_what_only_reads_is_let_through(self, from_own_page):
        for method in ["GET", "HEAD", "OPTIONS"]:
            for headers in [
                {},
                {"origin": STRANGERS[0]},
                {"referer": STRANGERS[0] + "/"},
                {"origin": "null"},
            ]:
                self.says(True, from_own_page, method, headers)

    def test_our_own_origin_is_let_through(self, from_own_page):
        for method in WRITING:
            self.says(True, from_own_page, method, {"origin": OWN})
            self.says(True, from_own_page, method, {"origin": OWN, "referer": OWN + "/posts"})
        other = "http://localhost:8000"
        self.says(True, from_own_page, "POST", {"origin": other}, other)
        self.says(False, from_own_page, "POST", {"origin": OWN}, other)

    def test_every_other_origin_is_refused(self, from_own_page):
        for method in WRITING:
            for origin in [*STRANGERS, "null", ""]:
                self.says(False, from_own_page, method, {"origin": origin})
        self.says(False, from_own_page, "POST", {"origin": "http://localhost:8001"}, "http://localhost:8000")

    def test_origin_counts_before_referer(self, from_own_page):
        for origin in [STRANGERS[0], "null", ""]:
            self.says(False, from_own_page, "POST", {"origin": origin, "referer": OWN + "/"})
        self.says(True, from_own_page, "POST", {"origin": OWN, "referer": STRANGERS[0] + "/"})

    def test_without_origin_the_referer_counts(self, from_own_page):
        for path in ["", "/", "/posts/1", "/posts?page=2", "/posts#top"]:
            self.says(True, from_own_page, "POST", {"referer": OWN + path})
        other = "http://localhost:8000"
        self.says(True, from_own_page, "POST", {"referer": other + "/"}, other)
        strangers = [f"{each}/" for each in STRANGERS]
        strangers += [
            "https://stranger.example/?https://blog.example/",
            "https://blog.example@stranger.example/",
        ]
        strangers += [
            "https://stranger.example/https://blog.example",
            "blog.example/posts",
            "",
            "about:blank",
        ]
        for referer in [*strangers, "https://blog.example:port/", "https://[blog.example/"]:
            self.says(False, from_own_page, "POST", {"referer": referer})

    def test_with_neither_it_is_refused(self, from_own_page):
        for method in [*WRITING, "TRACE", "MOVE"]:
            self.says(False, from_own_page, method, {})
            self.says(False, from_own_page, method, {"cookie": "session=abc", "host": "blog.example"})

    def says(self, wanted, from_own_page, method, headers, own=OWN):
        try:
            got = from_own_page(method, dict(headers), own)
        except ValueError as error:
            got = f"raised ValueError: {error}"
        expect(got, wanted, tried=f"from_own_page({method!r}, {headers}, {own!r})")


# 5.4d ----------------------------------------------------------------------------------------


class Told:
    """The rules of the exercise, as the text tells them: what each call of a sequence should return."""

    def __init__(self):
        self.open, self.login_of, self.used, self.log = {}, {}, set(), []

    def new(self, login):
        number = len(self.login_of)
        self.login_of[number] = login
        return number

    def log_in(self, user):
        login = f"login {len(self.login_of)}"
        self.open[login] = user
        return self.new(login)

    def refresh(self, number):
        login = self.login_of[number]
        if login not in self.open:
            return None
        if number in self.used:
            self.log.append(f"reuse: {self.open.pop(login)}")
            return None
        self.used.add(number)
        return self.open[login], self.new(login)

    def log_out(self, number):
        self.open.pop(self.login_of[number], None)


def words(step):
    name, of = step
    return f"log_in({of!r})" if name == "log_in" else f"{name}(token {of + 1})"


@exercise(
    "5.4d",
    hints=[
        "What do the thief and the user have in common, when each of them holds a token of one login?",
        "A token has to be recognized after it was used. What is kept of it, and to what does it lead?",
        "by hash: the login; a set of the used ones; by login: the user, while it is open. refresh looks first "
        "whether the login is open, then whether the token was used.",
    ],
)
class TestLogins:
    def test_each_token_leads_to_the_next(self, Logins):
        steps = [("log_in", "ana"), ("refresh", 0), ("refresh", 1), ("refresh", 2)]
        self.play(Logins, steps)

    def test_tokens_are_new_and_random(self, Logins):
        found = []
        for _ in range(3):
            logins = Logins()
            token = logins.log_in("ana")
            found.append(token)
            for _ in range(3):
                result = logins.refresh(token)
                token = result[1] if result else token
                found.append(token)
        expect(len(set(found)), 12, tried="three times a login and three refreshes: how many tokens differ")
        require(
            min(map(len, found)) >= 16,
            tried="log_in and refresh",
            expected="tokens too long to guess",
            got=min(found, key=len),
        )
        logins = Logins()
        token = logins.log_in("ana")
        try:
            twin = deepcopy(logins)
        except TypeError:
            return  # it holds something that cannot be copied
        pairs = [each.refresh(token) for each in [logins, twin]]
        same = all(pairs) and pairs[0] == pairs[1]
        tried = "refresh of one token, at a Logins() and at a copy of it"
        means = "Whoever has one token can compute the next one."
        require(not same, tried=tried, expected="two tokens that differ", got="the same", means=means)

    def test_a_used_token_ends_the_login(self, Logins):
        theft = [("log_in", "ana"), ("refresh", 0), ("refresh", 0), ("refresh", 1)]
        self.play(Logins, theft)
        late = [
            ("log_in", "ben"),
            ("refresh", 0),
            ("refresh", 1),
            ("refresh", 2),
            ("refresh", 0),
            ("refresh", 3),
        ]
        self.play(Logins, late)

    def test_a_login_that_ended_stays_quiet(self, Logins):
        again = [
            ("log_in", "ana"),
            ("refresh", 0),
            *[("refresh", 0)] * 3,
            ("refresh", 1),
            ("log_out", 1),
            ("refresh", 1),
        ]
        self.play(Logins, again)
        out = [("log_in", "ana"), ("refresh", 0), ("log_out", 1), ("refresh", 0), ("refresh", 1)]
        self.play(Logins, out)

    def test_an_unknown_token_is_none(self, Logins):
        logins = Logins()
        token = logins.log_in("ana")
        for other in ["", "ana", token[:-1], token + "x"]:
            expect(logins.refresh(other), None, tried="refresh of a token that nobody has")
            logins.log_out(other)
        expect(logins.log, [], tried="then the log")
        result = logins.refresh(token)
        expect(result and result[0], "ana", tried="then refresh of ana's token: the user")

    def test_log_out_ends_one_login(self, Logins):
        start = [("log_in", "ana"), ("log_in", "ana"), ("refresh", 0)]
        self.play(Logins, [*start, ("log_out", 2), ("refresh", 2), ("refresh", 1)])
        self.play(Logins, [*start, ("log_out", 0), ("refresh", 2), ("refresh", 1)])
        self.play(Logins, [("log_in", "ana"), ("log_out", 0), ("log_out", 0), ("refresh", 0)])

    def test_other_logins_go_on(self, Logins):
        logins = [("log_in", "ana"), ("log_in", "ana"), ("log_in", "ben"), ("refresh", 0), ("refresh", 0)]
        self.play(Logins, [*logins, ("refresh", 1), ("refresh", 2), ("refresh", 4), ("refresh", 5)])

    def test_two_stores_know_nothing_of_each_other(self, Logins):
        first, second = Logins(), Logins()
        token = first.log_in("ana")
        expect(second.refresh(token), None, tried="a token of one Logins(), refreshed at another Logins()")
        expect(second.log, [], tried="then the log of the other one")

    def test_no_token_is_kept(self, Logins):
        logins = Logins()
        first, other = logins.log_in("ana"), logins.log_in("ben")
        result = logins.refresh(first)
        second = result[1] if result else first
        tokens = [first, second, other]
        self.keeps_none(logins, tokens, "log_in, log_in, refresh")
        means = "A copy of the table would open logins."
        for text in texts(logins):
            with suppress(LookupError):  # "An unknown token is none" tells of that
                got = logins.refresh(text)
                expect(got, None, tried="refresh of a text that an attribute holds", means=means)
        logins.refresh(first)
        logins.log_out(other)
        self.keeps_none(logins, tokens, "log_in, log_in, refresh, refresh of the used token, log_out")

    def keeps_none(self, logins, tokens, tried):
        for token in tokens:
            plain = any(token in text for text in texts(logins))
            require(
                not stored(token, logins),
                tried=f"{tried}; then the attributes",
                expected="nothing that a token can be read from",
                got="a token" if plain else "a token in another spelling",
                means="A copy of the table would be as good as all tokens.",
            )

    def test_any_order_of_calls_ends_as_told(self, Logins):
        for seed in range(60):
            chance = random.Random(seed)
            told, steps = Told(), []
            for _ in range(14):
                known = list(told.login_of)
                name = chance.choice(["log_in", *["refresh"] * 5, "log_out"]) if known else "log_in"
                # The newest tokens more often, or most sequences would end with the first reuse.
                of = chance.choice("ab") if name == "log_in" else chance.choice([*known, *known[-2:] * 2])
                steps.append((name, of))
                getattr(told, name)(of)
            self.play(Logins, steps)

    def play(self, Logins, steps):
        told, logins, tokens = Told(), Logins(), []
        for at, (name, of) in enumerate(steps, start=1):
            wanted = getattr(told, name)(of)
            got = getattr(logins, name)(of if name == "log_in" else tokens[of])
            tried = ", ".join(map(words, steps[:at]))
            if name == "refresh":
                pair = isinstance(got, tuple) and len(got) == 2
                seen = (got[0], "a token" if isinstance(got[1], str) else got[1]) if pair else got
                expect(seen, wanted and (wanted[0], "a token"), tried=tried, means=self.meaning(wanted, seen))
                got = got[1] if pair else None
            if got is not None and name != "log_out":
                tokens.append(got)
            expect(list(logins.log), told.log, tried=f"{tried}: the log")

    def meaning(self, wanted, seen):
        if wanted is None:
            return "This token belongs to a login that has ended, or has been used: it opens nothing."
        return "This login is open, and nobody has used the token." if seen is None else None


# 5.4e ----------------------------------------------------------------------------------------

TABLE = """
    CREATE TABLE refresh_tokens (
        hash text PRIMARY KEY, "user" text NOT NULL, expires_at timestamptz NOT NULL, used_at timestamptz
    )
"""
LATER, EARLIER = NOON + DAY, NOON - DAY
ADVISORY = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""
BEGUN = "What is read after the commit, also an attribute of the row, begins another transaction."
BEGUN_FOR_NONE = "A SELECT, and an UPDATE of no row, begin a transaction, too."


def fill(url):
    ask(url, TABLE)
    rows = {
        "a1": ("ana", LATER, None),
        "b1": ("ben", LATER, None),
        "used": ("ana", LATER, EARLIER),
        "old": ("ana", EARLIER, None),
        "now": ("ana", NOON, None),
        "nearly": ("zoe", NOON + MOMENT, None),
        "C1": ("cy", LATER, None),
    }
    for key, row in rows.items():
        ask(url, "INSERT INTO refresh_tokens VALUES (%s, %s, %s, %s)", (key, *row))


def used(url):
    return dict(ask(url, "SELECT hash, used_at FROM refresh_tokens"))


def rows(url):
    """Each value of the table under a name such as "used_at of a1"."""
    found = ask(url, 'SELECT hash, "user", expires_at, used_at FROM refresh_tokens')
    return {
        f"{name} of {key}": value
        for key, *values in found
        for name, value in zip(["user", "expires_at", "used_at"], values, strict=True)
    }


def changed(before, after):
    return {name: after.get(name, "deleted") for name in before if after.get(name, "deleted") != before[name]}


@exercise(
    "5.4e",
    hints=[
        "What does the second session see between the question and the change of the first one?",
        "Either the row is locked when it is read, or question and change are one statement.",
        "update(RefreshToken).where(hash, used_at.is_(None), expires_at > now).values(used_at=now)"
        ".returning(RefreshToken.user); then commit",
    ],
)
class TestOnce:
    def test_an_unused_token_gives_its_user(self, use_token, database_url):
        fill(database_url)
        for key, user in {"a1": "ana", "b1": "ben", "nearly": "zoe"}.items():
            expect(self.call(use_token, database_url, key), user, tried=f"use_token(session, {key!r}, now)")

    def test_it_is_marked_and_committed(self, use_token, database_url):
        fill(database_url)
        before = rows(database_url)
        self.call(use_token, database_url, "a1")
        tried = "use_token(session, 'a1', now); then another session reads: what has changed"
        expect(changed(before, rows(database_url)), {"used_at of a1": NOON}, tried=tried)

    def test_a_second_time_it_is_none(self, use_token, database_url):
        fill(database_url)
        got = [self.call(use_token, database_url, "a1", NOON + at * MINUTE) for at in range(3)]
        expect(got, ["ana", None, None], tried="use_token(session, 'a1', …), three times")
        expect(used(database_url)["a1"], NOON, tried="then its used_at: the first time")

    def test_every_other_token_is_none(self, use_token, database_url):
        fill(database_url)
        before = rows(database_url)
        for key in ["used", "old", "now", "nobody", "", "c1", "a_", "a%", "it's", "' OR ''='"]:
            expect(self.call(use_token, database_url, key), None, tried=f"use_token(session, {key!r}, now)")
        expect(changed(before, rows(database_url)), {}, tried="all of these; then the rows that have changed")

    def test_one_of_two_at_once_gets_the_user(self, use_token, database_url):
        ask(database_url, TABLE)
        for number in range(1, 9):
            met = Meeting(database_url, number, lambda: self.call(use_token, database_url, "a1", tell=True))
            ask(database_url, "DELETE FROM refresh_tokens")
            ask(database_url, "INSERT INTO refresh_tokens VALUES ('a1', 'ana', %s, NULL)", (LATER,))
            first = in_thread(self.call, use_token, database_url, "a1", NOON, met.listen, True)
            ended = finished(first) and (not met.second or finished(met.second))
            if ended and not met.second:
                return
            tried = f"use_token of one token in two sessions, the second before the {met.step} of the first"
            require(ended, tried=tried, expected="both end", got="one waits for ever")
            means = "Another process knows nothing of a lock of this one."
            where = "in this process" if met.waits_here else "in the database"
            expect(where, "in the database", tried=f"{tried}: where it waits", means=means)
            got = [first.result(), met.second.result()]
            late = "What had been read was no longer true when the row was changed."
            means = {"ana and ana": late} if used(database_url)["a1"] else None
            expect(" and ".join(sorted(map(str, got))), "None and ana", tried=tried, means=means)

    def test_after_a_rollback_the_second_one_gets_it(self, use_token, database_url):
        got = self.race(use_token, database_url)
        tried = (
            "another session has used the token and not committed; use_token; then the other one rolls back"
        )
        expect(got, "ana", tried=tried, means={None: "It has to wait until the other session has ended."})
        expect(used(database_url)["a1"], NOON, tried=f"{tried}: its used_at")
        failed = self.call(use_token, database_url, "b1", listen=no_commit, tell=True)
        got = self.call(use_token, database_url, "b1")
        tried = "use_token, whose commit fails; then use_token of the same token in another session"
        expect(
            got,
            "ben",
            tried=tried,
            means={None: f"The first one got {failed}, and its change was rolled back."},
        )

    def test_no_lock_is_left(self, use_token, database_url):
        fill(database_url)
        with engine_for(database_url) as engine:
            for key in ["a1", "used", "old"]:
                with Session(engine) as session:
                    use_token(session, key, NOON)
                    open_still = session.in_transaction()
                    [(kept,)] = ask(database_url, ADVISORY)
                    expect(kept, 0, tried=f"use_token(session, {key!r}, now): advisory locks that are left")
                    tried = f"use_token(session, {key!r}, now); then another session changes the row"
                    change = "SELECT set_config('lock_timeout', '300ms', true); UPDATE refresh_tokens SET expires_at = now()"
                    try:
                        ask(database_url, change)
                        free = True
                    except LockNotAvailable:
                        free = False
                require(
                    free,
                    tried=tried,
                    expected="it does not wait",
                    got="it waits for a lock",
                    means="Only a commit or a rollback gives the lock back.",
                )
                tried = f"use_token(session, {key!r}, now): the session's transaction"
                got = "open" if open_still else "ended"
                expect(got, "ended", tried=tried, means=BEGUN if key == "a1" else BEGUN_FOR_NONE)

    def race(self, use_token, url):
        """Another session has used the token and not yet ended; use_token runs meanwhile."""
        fill(url)
        with closing(psycopg2.connect(url)) as other:
            with other.cursor() as cursor:
                cursor.execute("UPDATE refresh_tokens SET used_at = %s WHERE hash = 'a1'", (EARLIER,))
            future = in_thread(self.call, use_token, url, "a1")
            wait_until_blocked(url, future)
            other.rollback()
            return future.result(timeout=60)

    def call(self, use_token, url, key, now=NOON, listen=None, tell=False):
        with engine_for(url) as engine, Session(engine) as session:
            if listen:
                listen(engine)
            try:
                return use_token(session, key, now)
            except SQLAlchemyError as error:
                if not tell:
                    raise
                return f"an error, {type(getattr(error, 'orig', None) or error).__name__}"


def no_commit(engine):
    def refuse(_):
        raise SQLAlchemyError("the connection is lost")

    event.listen(engine, "commit", refuse)
