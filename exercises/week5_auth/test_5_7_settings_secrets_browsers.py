"""Checks of the exercises of lesson 5.7."""

import logging
import os
from functools import lru_cache
from tempfile import TemporaryDirectory

import pytest
from fastapi import FastAPI, Header, HTTPException, Response
from pydantic import SecretStr

from course.checks import client_of, exercise, expect, require

# 5.7a ----------------------------------------------------------------------------------------

SECRET = "not-a-real-secret-of-shop-5-6-abc"  # 33 characters


@pytest.fixture
def place(monkeypatch):
    """An empty folder as the present one, and none of the variables."""
    for name in list(os.environ):
        if name.lower() in ("token_secret", "pages", "minutes"):
            monkeypatch.delenv(name)
    with TemporaryDirectory() as folder:
        monkeypatch.chdir(folder)
        yield monkeypatch
        monkeypatch.undo()


def given(place, **variables):
    for name, value in variables.items():
        place.setenv(name, value)


def refused(settings_class):
    """What the refusal says; None when there is none."""
    try:
        settings_class()
    except ValueError as error:  # ValidationError and SettingsError are of this kind
        return str(error)
    return None


def made(settings_class, tried, means=None):
    """The settings; a refusal fails the expectation with its words."""
    said = refused(settings_class)
    lines = [line.strip() for line in (said or "").splitlines() if "further information" not in line]
    require(said is None, tried=tried, expected="settings", got=" ".join(lines), means=means)
    return settings_class()


@exercise(
    "5.7a",
    hints=[
        "Which field would Pydantic take apart as JSON, and which word in its type stops that?",
        "A validator with mode='before' gets the text. Another one, without it, gets the list. What does "
        "`SettingsConfigDict` know of `.env`, of strange lines in it, and of inputs in error messages? The default of a "
        "field passes through its validators, too.",
        "SettingsConfigDict(env_file='.env', extra='ignore', hide_input_in_errors=True); "
        "pages: Annotated[list[str], NoDecode] = []; split at commas, strip, drop what is empty; "
        "re.fullmatch(r'https?://[a-z0-9.-]+(:[0-9]+)?', page)",
    ],
)
class TestSettings:
    def test_what_nobody_sets_has_its_default(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET)
        got = made(Settings, "Settings() with TOKEN_SECRET alone")
        expect((got.pages, got.minutes), ([], 15), tried="Settings() with TOKEN_SECRET alone: pages, minutes")

    def test_the_environment_is_read(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET, MINUTES="1", PAGES="https://a.example")
        got = made(Settings, "TOKEN_SECRET, MINUTES='1' and PAGES='https://a.example'")
        expect(
            (got.pages, got.minutes),
            (["https://a.example"], 1),
            tried="PAGES='https://a.example', MINUTES='1'",
        )

    def test_the_secret_is_a_secret_text(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET)
        got = made(Settings, "TOKEN_SECRET alone").token_secret
        require(
            isinstance(got, SecretStr), tried="Settings().token_secret", expected="a SecretStr", got=type(got)
        )
        expect(got.get_secret_value() == SECRET, True, tried="its value is what TOKEN_SECRET says")

    def test_a_secret_that_is_missing_or_short_is_refused(self, Settings, place):
        self.is_refused(Settings, "no TOKEN_SECRET")
        for length, wanted in {0: True, 31: True, 32: False}.items():
            given(place, TOKEN_SECRET="x" * length)
            tried = f"TOKEN_SECRET of {length} characters"
            self.is_refused(Settings, tried) if wanted else made(Settings, tried)

    def test_the_file_is_read_and_the_environment_beats_it(self, Settings, place):
        with open(".env", "w") as file:
            file.write(f"TOKEN_SECRET={SECRET}\nMINUTES=20\nPAGES=https://a.example,https://b.example\n")
        got = made(Settings, "TOKEN_SECRET, MINUTES and PAGES in .env, and nothing in the environment")
        expect(
            (got.minutes, got.pages),
            (20, ["https://a.example", "https://b.example"]),
            tried="MINUTES and PAGES in .env",
        )
        given(place, MINUTES="30")
        tried = "MINUTES=20 in .env, and 30 in the environment"
        expect(made(Settings, tried).minutes, 30, tried=tried)

    def test_lines_for_others_are_ignored(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET)
        with open(".env", "w") as file:
            file.write("POSTGRES_USER=ana\nMINUTES=20\n")
        got = made(Settings, "a line POSTGRES_USER=ana in .env", "extra='ignore' lets it be.")
        expect(sorted(got.model_dump()), ["minutes", "pages", "token_secret"], tried="the fields then")

    def test_pages_are_split_at_commas(self, Settings, place):
        a, b = "https://a.example", "http://localhost:3000"
        texts = {
            f"{a},{b}": [a, b],
            f" {a} ,  {b} ": [a, b],
            f"{a},": [a],
            f",{a},,{b}": [a, b],
            "": [],
            " , ": [],
        }
        for text, wanted in texts.items():
            given(place, TOKEN_SECRET=SECRET, PAGES=text)
            expect(made(Settings, f"PAGES={text!r}").pages, wanted, tried=f"PAGES={text!r}")

    def test_origins_are_pages(self, Settings, place):
        for page in ["http://a", "https://a-1.b.example", "http://127.0.0.1:8000", "https://a.example:443"]:
            given(place, TOKEN_SECRET=SECRET, PAGES=page)
            made(Settings, f"PAGES={page!r}")

    def test_what_is_no_origin_is_refused(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET)
        wrong = [
            "*",
            "null",
            "https://a.example/",
            "https://a.example/cart",
            "a.example",
            "https://",
            "https://*",
        ]
        wrong += [
            "ftp://a.example",
            "https://a.example:",
            "https://a.example:x",
            "https://a.example?b",
            "xhttps://a.example",
            "https://a.example#b",
            "https://ana:x@a.example",
            "https://a b.example",
        ]
        wrong += ["https://a.example,*", "*,https://a.example", "https://a.example https://b.example"]
        for page in wrong:
            given(place, PAGES=page)
            self.is_refused(Settings, f"PAGES={page!r}")

    def test_minutes_are_a_whole_number_from_1(self, Settings, place):
        given(place, TOKEN_SECRET=SECRET)
        for minutes in ["0", "-5", "1.5", "soon"]:
            given(place, MINUTES=minutes)
            self.is_refused(Settings, f"MINUTES={minutes!r}")
        given(place, MINUTES="100000")
        made(Settings, "MINUTES='100000'")

    def test_a_refusal_shows_no_value(self, Settings, place):
        given(place, TOKEN_SECRET="not-a-real-secret")
        self.keeps_quiet(Settings, "a TOKEN_SECRET that is too short", "not-a-real-secret")
        given(place, TOKEN_SECRET=SECRET, MINUTES="not-a-number")
        self.keeps_quiet(Settings, "MINUTES='not-a-number'", "not-a-number", SECRET)
        given(place, MINUTES="5", PAGES="https://a.example/cart")
        self.keeps_quiet(Settings, "PAGES='https://a.example/cart'", "a.example", SECRET)

    def is_refused(self, settings_class, tried):
        require(
            refused(settings_class) is not None, tried=tried, expected="a ValidationError", got="settings"
        )

    def keeps_quiet(self, settings_class, tried, *values):
        said = refused(settings_class)
        require(said is not None, tried=tried, expected="a ValidationError", got="settings")
        shown = [value for value in values if value in said]
        means = "Pydantic shows its input in messages, unless the configuration says no."
        require(
            not shown,
            tried=f"{tried}: the message",
            expected="no value that was given",
            got=said,
            means=means,
        )


# 5.7b ----------------------------------------------------------------------------------------


def record(message, *args, error=None):
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("shop", logging.WARNING, "shop.py", 1, message, args, exc_info)


def failed(text):
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def secrets(*texts):
    return [SecretStr(text) for text in texts]


@exercise(
    "5.7b",
    hints=[
        "At which moment are message, arguments and traceback one text?",
        "`super().format(record)` makes that text. In which order must two secrets be replaced, when one begins "
        "like the other?",
        "texts = sorted(the values, key=len, reverse=True); in format(): text = super().format(record), then "
        "text.replace(secret, '***') for each that is not empty",
    ],
)
class TestRedacting:
    def test_a_secret_in_a_message_is_stars(self, Redacting):
        got = Redacting(secrets("not-real", "tea")).format(record("not-real is not-real, with tea"))
        expect(got, "*** is ***, with ***", tried="'not-real is not-real, with tea'; secrets: not-real, tea")

    def test_a_secret_in_an_argument_is_stars(self, Redacting):
        for argument in ["not-real", {"key": "not-real"}, ValueError("not-real")]:
            got = Redacting(secrets("not-real")).format(record("got %s", argument))
            expect(got, f"got {argument}".replace("not-real", "***"), tried=f"'got %s' with {argument!r}")

    def test_a_secret_in_a_traceback_is_stars(self, Redacting):
        got = Redacting(secrets("not-real")).format(record("failed", error=failed("no login with not-real")))
        require(
            "not-real" not in got, tried="a traceback with the secret in it", expected="no secret", got=got
        )
        require(
            "ValueError: no login with ***" in got,
            tried="the same",
            expected="ValueError: no login with ***",
            got=got,
        )

    def test_a_traceback_that_somebody_has_written_before_is_read_again(self, Redacting):
        one = record("failed", error=failed("no login with not-real"))
        logging.Formatter().format(one)  # another handler: the record now has the text of the traceback
        got = Redacting(secrets("not-real")).format(one)
        tried = "a record whose traceback another handler has formatted before"
        require("not-real" not in got, tried=tried, expected="no secret", got=got)

    def test_a_secret_in_a_stack_is_stars(self, Redacting):
        one = record("failed")
        one.stack_info = "Stack (most recent call last):\n  login('not-real')"
        got = Redacting(secrets("not-real")).format(one)
        wanted = "failed\nStack (most recent call last):\n  login('***')"
        expect(got, wanted, tried="a record with stack_info, and the secret in it")

    def test_a_secret_is_a_text_and_not_a_pattern(self, Redacting):
        for secret in ["a.c", "a+(b", "grün", "\\d"]:
            text = f"{secret}, x{secret}{secret}y, {secret.swapcase()}, abc"
            wanted = f"***, x******y, {secret.swapcase()}, abc"
            got = Redacting(secrets(secret)).format(record(text))
            expect(got, wanted, tried=f"{text!r}; secrets: {secret}")

    def test_each_formatter_has_its_own_secrets(self, Redacting):
        both, tea = secrets("tea", "not-real"), secrets("tea")
        first, second, third = Redacting(both), Redacting(tea), Redacting(both)
        got = [each.format(record("tea, not-real")) for each in (first, second, third)]
        tried = "three formatters: for tea and not-real, for tea, and for both again"
        expect(got, ["***, ***", "***, not-real", "***, ***"], tried=tried)

    def test_nothing_is_left_of_the_longer_one(self, Redacting):
        for texts in (["tea", "tea-for-two"], ["tea", "green-tea"], ["tea", "two-teapots"]):
            for order in (texts, texts[::-1]):
                got = Redacting(secrets(*order)).format(record(f"{texts[1]} and tea"))
                means = "The shorter one was replaced first, and a part of the longer one is left."
                expect(got, "*** and ***", tried=f"secrets: {', '.join(order)}", means=means)

    def test_an_empty_secret_changes_nothing(self, Redacting):
        got = Redacting(secrets("", "tea")).format(record("tea is ready"))
        expect(got, "*** is ready", tried="'tea is ready'; secrets: an empty one, and tea")

    def test_other_text_is_as_it_was(self, Redacting):
        error = failed("no tea")
        for one in [
            record("plain"),
            record("%s of %d", "a", 2),
            record("failed", error=error),
            record(ValueError("x")),
            record("  with blanks \n"),
        ]:
            wanted = logging.Formatter().format(one)
            one.exc_text = None
            got = Redacting(secrets("not-real")).format(one)
            expect(got, wanted, tried="a record without a secret")
        expect(Redacting([]).format(record("plain")), "plain", tried="no secrets at all")

    def test_the_record_stays(self, Redacting):
        one = record("not-real, %s", "not-real")
        Redacting(secrets("not-real")).format(one)
        expect((one.msg, one.args), ("not-real, %s", ("not-real",)), tried="msg and args after format()")


# 5.7c ----------------------------------------------------------------------------------------

LISTED = ["https://postboard.example", "https://*.postboard.example", "http://localhost:3000"]
LABELS = ["api.", "v2.api.", "a-1.", "x.y.z.", "0."]


def look_alikes():
    """Origins that have a listed one in them, or nearly."""
    for host in ["postboard.example", "api.postboard.example"]:
        yield from [
            f"http://{host}",
            f"https://{host}:8443",
            f"https://{host}.evil.test",
            f"https://evil{host[3:]}x",
        ]
        yield from [f"https://{host}/", f"https://{host}@evil.test", f"https://evil.test/https://{host}"]
        yield from [
            f" https://{host}",
            f"https://{host} ",
            f"https://{host}\n",
            f"xhttps://{host}",
            f"https://{host}.",
        ]
        yield from [f"https://evil.test#{host}", f"https://evil.test?.{host}", f"https://evil.test/.{host}"]
        yield from [
            f"https://{host.replace('.', 'x')}",
            f"https://{host.replace('d.e', 'dxe')}",
            f"{host}",
            f"//{host}",
        ]
    yield from ["https://evilpostboard.example", "https://.postboard.example", "https://a..postboard.example"]
    yield from ["https://A.postboard.example", "https://a_b.postboard.example"]
    yield from ["https://user:x@a.postboard.example", "https://evil.test:443.postboard.example"]
    yield from [
        "http://localhost",
        "http://localhost:30000",
        "http://localhost:3000.evil.test",
        "http://a.localhost:3000",
    ]
    yield from ["null", "", "*", "https://example", "https://b.example"]


@exercise(
    "5.7c",
    hints=[
        "Which characters of an entry mean something else in a pattern, and where may a match begin and end?",
        "`re.escape` and `re.fullmatch` settle both. What may stand in the place of `*.`?",
        "re.escape(each).replace(re.escape('*.'), '([a-z0-9-]+[.])+'); headers = {'Vary': 'Origin'} in any case",
    ],
)
class TestOrigins:
    def test_an_origin_on_the_list_is_allowed(self, cors_headers):
        for origin in ["https://postboard.example", "http://localhost:3000"]:
            self.gets(origin, cors_headers, LISTED, origin)
        for origin in ["https://a.example", "https://c.example:8443"]:
            self.gets(origin, cors_headers, ["https://a.example", "https://c.example:8443"], origin)

    def test_names_in_the_place_of_the_star_are_allowed(self, cors_headers):
        for label in LABELS:
            origin = f"https://{label}postboard.example"
            self.gets(origin, cors_headers, LISTED, origin)

    def test_the_star_needs_a_name(self, cors_headers):
        only = ["https://*.postboard.example"]
        self.gets(None, cors_headers, only, "https://postboard.example")
        self.gets(None, cors_headers, only, "https://.postboard.example")

    def test_nobody_else_is_allowed(self, cors_headers):
        for origin in look_alikes():
            self.gets(None, cors_headers, LISTED, origin)
        for entry in ["*", "https://*"]:
            self.gets(None, cors_headers, [entry], "https://evil.test")

    def test_a_request_without_an_origin_gets_none(self, cors_headers):
        self.gets(None, cors_headers, LISTED, None)

    def test_an_empty_list_allows_nobody(self, cors_headers):
        for origin in ["https://postboard.example", "null", "", "*"]:
            cors_headers([origin], origin)  # what one list allows is nothing to another
            self.gets(None, cors_headers, [], origin)

    def test_every_response_varies_by_origin(self, cors_headers):
        for origin in [*LISTED, "https://api.postboard.example", "https://evil.test", "null", None]:
            got = cors_headers(LISTED, origin).get("Vary")
            means = "A cache that keeps a response without it gives it to pages of other origins."
            expect(got, "Origin", tried=f"Vary for the origin {origin!r}", means=means)

    def test_there_are_no_other_headers(self, cors_headers):
        allowed, other = cors_headers(LISTED, LISTED[0]), cors_headers(LISTED, "https://evil.test")
        expect(
            sorted(allowed), ["Access-Control-Allow-Origin", "Vary"], tried="names of the headers, allowed"
        )
        expect(sorted(other), ["Vary"], tried="names of the headers, not allowed")

    def gets(self, wanted, cors_headers, allowed, origin):
        got = cors_headers(allowed, origin).get("Access-Control-Allow-Origin")
        listed = f"the list: {', '.join(allowed) or 'empty'}"
        expect(got, wanted, tried=f"Access-Control-Allow-Origin for {origin!r}; {listed}")


# 5.7d ----------------------------------------------------------------------------------------

PAGES = ["https://face.example", "http://localhost:5173"]
STRANGERS = ["https://evil.test", "https://face.example.evil.test", "null", "http://face.example"]
STRANGERS += [
    "https://a.face.example",
    "https://face.example:8443",
    "https://facexexample",
    "http://localhost",
]
STRANGERS += ["http://localhost:3000", "http://127.0.0.1:5173"]
FACE = {  # what the page sends, and whether a browser asks first, for which headers
    "POST /token": ("", {"data": {"username": "ana"}}),
    "GET /posts": ("authorization", {}),
    "POST /posts": ("authorization,content-type", {"json": {"title": "Hi"}}),
    "DELETE /posts/1": ("authorization", {}),
}
TOKEN = {"Authorization": "Bearer not-a-real-token"}


def the_api():
    api = FastAPI()

    def known(authorization: str = Header("")):
        if authorization != TOKEN["Authorization"]:
            raise HTTPException(401)

    @api.post("/token")
    async def token(response: Response):
        response.headers["X-Total-Count"] = "1"
        return {"access_token": "not-a-real-token"}

    @api.get("/posts")
    async def posts(response: Response, authorization: str = Header("")):
        known(authorization)
        response.headers["X-Total-Count"] = "1"
        return ["Hi"]

    @api.post("/posts", status_code=201)
    async def write(post: dict, response: Response, authorization: str = Header("")):
        known(authorization)
        response.headers["X-Total-Count"] = "2"
        return post

    @api.delete("/posts/1", status_code=204)
    async def delete(response: Response, authorization: str = Header("")):
        known(authorization)
        response.headers["X-Total-Count"] = "0"

    return api


class Page:
    """A page of an origin, in a browser: asks first where a browser asks, and says what is read."""

    def __init__(self, protect):
        api = the_api()
        protect(api, list(PAGES))
        self.client, self.origin = client_of(api), PAGES[0]

    def at(self, origin):
        """From here on it is a page of another origin."""
        self.origin = origin

    def asks(self, method, path, headers):
        """Whether a preflight allows this."""
        sent = {"Origin": self.origin, "Access-Control-Request-Method": method}
        sent |= {"Access-Control-Request-Headers": headers} if headers else {}
        got = self.client.options(path, headers=sent)
        names = [
            each.strip().lower() for each in got.headers.get("access-control-allow-headers", "").split(",")
        ]
        methods = [each.strip() for each in got.headers.get("access-control-allow-methods", "").split(",")]
        may = "authorization" not in headers or "authorization" in names  # `*` does not cover it
        fits = all(each in names or "*" in names for each in filter(None, headers.split(",")))
        return (
            got.is_success
            and self.readable(got)
            and may
            and fits
            and (method in methods or method == "POST" or "*" in methods)
        )

    def readable(self, response):
        return response.headers.get("access-control-allow-origin") in (self.origin, "*")

    def sends(self, request, headers=TOKEN, **options):
        """The response as the page reads it; a sentence when it does not."""
        method, path = request.split()
        asked, body = FACE[request]
        if asked and not self.asks(method, path, asked):
            return f"the preflight for {request} is refused"
        sent = {"Origin": self.origin, **(headers if asked else {})}
        got = self.client.request(method, path, headers=sent, **(options or body))
        return got if self.readable(got) else f"the response to {request} is blocked"


@lru_cache(maxsize=1)
def only_page(protect):
    return Page(protect)


def page_of(protect):
    """One for all expectations, because the API keeps nothing: to make an app takes longer than to ask it."""
    page = only_page(protect)
    page.at(PAGES[0])
    return page


def status(got):
    return getattr(got, "status_code", got)


@exercise(
    "5.7d",
    hints=[
        "For which of the four requests does a browser ask first, and what does CORSMiddleware allow by default?",
        "The middleware that is added last is the outermost. Which of the two must see the other's responses?",
        "Limit first, then CORSMiddleware with allow_origins=pages, allow_methods, allow_headers, expose_headers; "
        "no allow_credentials",
    ],
)
class TestFace:
    def test_the_page_reads_what_it_asked_for(self, protect):
        wanted = {"POST /token": 200, "GET /posts": 200, "POST /posts": 201, "DELETE /posts/1": 204}
        page = page_of(protect)
        for origin in PAGES:
            page.at(origin)
            for request, code in wanted.items():
                expect(status(page.sends(request)), code, tried=f"{request} of a page of {origin}")

    def test_the_page_reads_the_count(self, protect):
        page = page_of(protect)
        for request in FACE:
            got = page.sends(request)
            shown = getattr(got, "headers", {}).get("access-control-expose-headers", "").lower()
            names = [each.strip() for each in shown.split(",")]
            tried = f"{request}: the headers that a script may read"
            said = got if isinstance(got, str) else shown or "none"
            require("x-total-count" in names, tried=tried, expected="X-Total-Count among them", got=said)

    def test_the_page_reads_a_401(self, protect):
        page = page_of(protect)
        wrong = {"Authorization": "Bearer wrong"}
        expect(status(page.sends("GET /posts", headers=wrong)), 401, tried="GET /posts with a wrong token")

    def test_the_page_reads_a_413(self, protect):
        page = page_of(protect)
        for request, options in {
            "POST /posts": {"json": {"title": "x" * 300}},
            "POST /token": {"content": b"x" * 300},
        }.items():
            got = page.sends(request, **options)
            outside = isinstance(got, str) and "response" in got
            means = "The response of Limit did not pass through CORSMiddleware." if outside else None
            expect(status(got), 413, tried=f"{request} with 300 characters", means=means)

    def test_a_long_body_is_refused(self, protect):
        got = page_of(protect).client.post("/posts", json={"title": "x" * 300}, headers=TOKEN)
        expect(got.status_code, 413, tried="POST /posts with 300 characters, not by a browser")

    def test_other_origins_read_nothing(self, protect):
        page = page_of(protect)
        for origin in STRANGERS:
            page.at(origin)
            for request in ["POST /token", "GET /posts"]:
                got = page.sends(request)
                require(
                    isinstance(got, str),
                    tried=f"{request} of a page of {origin}",
                    expected="blocked",
                    got=status(got),
                )

    def test_nobody_is_allowed_credentials(self, protect):
        page = page_of(protect)
        for origin in [PAGES[0], STRANGERS[0]]:
            for got in [
                page.client.get("/posts", headers={"Origin": origin, "Cookie": "a=1", **TOKEN}),
                page.client.options(
                    "/posts", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
                ),
            ]:
                allowed = got.headers.get("access-control-allow-credentials")
                expect(allowed, None, tried=f"Access-Control-Allow-Credentials for {origin}")

    def test_other_methods_and_headers_are_refused(self, protect):
        page = page_of(protect)
        for method in ["PUT", "PATCH", "HEAD", "OPTIONS"]:
            expect(page.asks(method, "/posts/1", ""), False, tried=f"a preflight for {method}")
        for headers in ["x-other", "authorization,x-other", "x-requested-with", "x-total-count"]:
            expect(
                page.asks("POST", "/posts", headers),
                False,
                tried=f"a preflight for POST with the header {headers}",
            )


# 5.7e ----------------------------------------------------------------------------------------


@exercise(
    "5.7e",
    hints=[
        "Which part of `deploy/.env.local` decides, and which two names are special?",
        "`path.rpartition('/')` and `line.partition('=')` take both apart. Which blanks are in the way?",
        "name == '.env' or name.startswith('.env.') and name != '.env.example'; any(is_filled(line) for each line); "
        "any(value and value in text for value in values)",
    ],
)
class TestRefused:
    def test_env_files_are_refused_in_any_folder(self, refused):
        names = [".env", ".env.local", ".env.", ".env.production.local", ".env.example.local", ".env.Example"]
        names += [".env.local.example", ".env.sample"]
        for name in names:
            for path in [name, f"deploy/{name}", f"a/b/{name}"]:
                self.are_refused([path], refused, {path: ""})

    def test_other_names_are_allowed(self, refused):
        files = [
            ".env.example",
            "deploy/.env.example",
            "app/settings.py",
            ".gitignore",
            "env",
            "a.env",
            ".envrc",
        ]
        self.are_refused([], refused, dict.fromkeys([*files, ".env/notes.md", "x.env.local", ".env.d/a"], ""))

    def test_an_example_with_a_secret_is_refused(self, refused):
        lines = [
            "TOKEN_SECRET=abc",
            "token_secret=abc",
            "DB_PASSWORD = abc",
            "  API_KEY=a",
            "TOKEN=abc",
            "KEY=#1",
            "MySecret=changeme",
            "apikey=1",
        ]
        for line in [*lines, "PASSWORD= a=b ", "SECRET==", "A=\nMY_KEY=x\nB="]:
            for path in [".env.example", "deploy/.env.example"]:
                self.are_refused([path], refused, {path: line}, f"{path} with {line!r}")

    def test_an_example_without_secrets_is_allowed(self, refused):
        lines = [
            "TOKEN_SECRET=",
            "TOKEN_SECRET =   ",
            "TOKEN_SECRET",
            "# TOKEN_SECRET=abc",
            "MINUTES=15",
        ]
        for line in [
            *lines,
            "SECRET_PAGE=about",
            "PAGES=https://a.example/KEY",
            "",
            "\n\n",
            "=TOKEN",
            "MONKEYS=3",
        ]:
            self.are_refused([], refused, {".env.example": line}, f".env.example with {line!r}")
        self.are_refused([], refused, {"README.md": "TOKEN_SECRET=abc"}, "README.md with 'TOKEN_SECRET=abc'")

    def test_a_secret_in_any_file_is_refused(self, refused):
        files = {
            "app/a.py": "x = 'not-real'",
            "b.md": "not-real",
            "c.py": "not-rea1",
            ".env.example": "DB=x:not-real@y",
        }
        self.are_refused(
            [".env.example", "app/a.py", "b.md"], refused, files, "files with 'not-real'", "tea", "not-real"
        )
        self.are_refused([], refused, files, "the same files, no secrets")
        files = {"a.py": "a.c+", "b.py": "abcc", "c.py": "A.C+"}
        self.are_refused(
            ["a.py"], refused, files, "files with a.c+, abcc and A.C+; the secret is a.c+", "a.c+"
        )

    def test_an_empty_secret_does_not_count(self, refused):
        self.are_refused(
            ["b.py"], refused, {"a.py": "x", "b.py": "tea"}, "secrets: an empty one, and tea", "", "tea"
        )

    def test_the_paths_are_sorted(self, refused):
        files = {"z/.env": "", "b.py": "tea", "a/.env": "tea", ".env.example": "KEY=1", "m.py": ""}
        self.are_refused([".env.example", "a/.env", "b.py", "z/.env"], refused, files, "five files", "tea")

    def test_files_and_secrets_stay(self, refused):
        files, hidden = {".env": "tea", "a.py": "tea"}, secrets("tea", "")
        refused(files, hidden)
        expect(files, {".env": "tea", "a.py": "tea"}, tried="files after the call")
        expect(len(hidden), 2, tried="how many secrets the list has after the call")

    def are_refused(self, wanted, refused, files, tried=None, *values):
        got = refused(files, secrets(*values))
        expect(got, wanted, tried=tried or f"files: {', '.join(files)}")
