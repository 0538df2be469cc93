"""Checks of the exercises of lesson 5.3."""

from datetime import UTC, datetime, timedelta

import jwt
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from course.checks import (
    Meeting,
    ask,
    client_of,
    engine_for,
    exercise,
    expect,
    finished,
    in_thread,
    require,
    wait_until_blocked,
)

# 5.3a ----------------------------------------------------------------------------------------

FULL_WIDTH = "".join(chr(ord(each) + 0xFEE0) for each in "ZOE")  # as Japanese keyboards type it
DOUBLE_Z = "\u2124"  # a capital Z with two lines, which NFKC makes a Z
NO_BREAK = "\u00a0"  # a blank at which no line ends
ACCENT = "\u00b4"  # an accent by itself, of which NFKC makes a blank with an accent


@exercise(
    "5.3a",
    hints=[
        "Which of the three steps can make work for the others?",
        "`partition` says what stands before the first `@` and after it. What is left to ask of each part?",
        "found = normalize('NFKC', email).strip().lower(); None unless there are both parts and no second @; None "
        "for len(found) > 254 or a character that isspace(); found",
    ],
)
class TestSpelling:
    def test_letters_are_small_and_blanks_around_it_are_gone(self, one_spelling):
        for typed in [
            "zoe@example.org",
            "Zoe@Example.ORG",
            " ZOE@example.org\n",
            f"{NO_BREAK}zoe@example.org\t",
        ]:
            self.says("zoe@example.org", one_spelling, typed)
        self.says("ÿ@é.org", one_spelling, "Ÿ@É.org")
        means = {"strasse@example.org": "`casefold` makes two other letters of ß."}
        self.says("straße@example.org", one_spelling, "Straße@example.org", means)

    def test_it_is_normalized(self, one_spelling):
        for typed in [f"{FULL_WIDTH}@example.org", f"{DOUBLE_Z}oe@example.org", "zoe\uff20example.org"]:
            self.says("zoe@example.org", one_spelling, typed)
        self.says("ren\u00e9@example.org", one_spelling, "Rene\u0301@example.org")

    def test_dots_and_plus_stay(self, one_spelling):
        self.says("zoe.b+news@example.org", one_spelling, " Zoe.B+news@Example.ORG ")
        for same in ["z-o_e'@example.org", "zoe.b@gmail.com", "zoe+b@gmail.com"]:
            self.says(same, one_spelling, same)

    def test_a_text_without_both_parts_is_none(self, one_spelling):
        for typed in ["", " ", "zoe", "@", "zoe@", "@example.org", " @ ", "zoe.example.org"]:
            self.says(None, one_spelling, typed)
        self.says("z@e", one_spelling, "z@e")

    def test_a_second_at_is_none(self, one_spelling):
        for typed in ["zoe@b@example.org", "zoe@@example.org", "@zoe@example.org", "zoe@example.org\uff20"]:
            self.says(None, one_spelling, typed)

    def test_a_blank_inside_is_none(self, one_spelling):
        for blank in [" ", "\t", "\n", NO_BREAK, "\u3000", ACCENT]:
            for typed in [f"zo{blank}e@example.org", f"zoe@{blank}example.org", f"zoe{blank}@example.org"]:
                self.says(None, one_spelling, typed)

    def test_it_has_at_most_254_characters(self, one_spelling):
        for length, wanted in {253: True, 254: True, 255: False, 5000: False}.items():
            address = "z" * (length - 12) + "@example.org"
            self.says(address if wanted else None, one_spelling, address)
        accents = "é" * 242 + "@example.org"
        means = {None: "They are 496 bytes, and 254 characters."}
        expect(
            one_spelling(accents),
            accents,
            tried="an address of 254 characters, of which 242 are é",
            means=means,
        )
        long = "z" * 242 + "@example.org"
        expect(one_spelling(f"    {long}    "), long, tried="an address of 254 characters between blanks")
        typed = "\ufb01" * 122 + "@example.org.uk"
        tried = f"an address of {len(typed)} characters as it is typed, and 259 when it is normalized"
        expect(one_spelling(typed), None, tried=tried)

    def test_what_was_returned_comes_back_as_it_is(self, one_spelling):
        for typed in [f"{FULL_WIDTH}.B@Example.org", " É\u0301+x@É.org ", "\ufb01x@example.org", "ǅ@Ω.org"]:
            found = one_spelling(typed)
            require(found is not None, tried=f"one_spelling({typed!r})", expected="an address", got=found)
            expect(one_spelling(found), found, tried=f"one_spelling(one_spelling({typed!r}))")

    def says(self, wanted, one_spelling, typed, means=None):
        tried = f"one_spelling({typed!r})" if len(typed) < 60 else f"an address of {len(typed)} characters"
        expect(one_spelling(typed), wanted, tried=tried, means=means)


# 5.3b ----------------------------------------------------------------------------------------

ANA = {"grant_type": "password", "username": "ana@example.org", "password": "wet socks in june"}
WRONG = ANA | {"password": "guess"}
ZOE = ANA | {"username": "zoe@example.org"}
BEN = ANA | {"username": "ben@example.org", "password": "dry socks in july"}


@exercise(
    "5.3b",
    hints=[
        "What does `Depends()` with OAuth2PasswordRequestForm give you, and which class reads the header?",
        "`HTTPException` takes `headers=`. The response of a login gets its header through a parameter of the type "
        "Response.",
        "bearer = OAuth2PasswordBearer(tokenUrl='login'); log_in: 401 unless is_right, then token and 'bearer'; "
        "read_me: token: Annotated[str, Depends(bearer)], 401 for None",
    ],
)
class TestLogins:
    def test_the_right_password_gets_a_token(self, logins):
        body = self.logged_in(logins, ANA).json()
        got = self.me(logins, f"Bearer {body['access_token']}").status_code
        expect(got, 200, tried="GET /me with `Bearer <access_token>`")

    def test_it_is_a_form(self, logins):
        client = client_of(logins)
        self.logged_in(logins, ANA)
        for missing in ["password", "username"]:
            sent = {name: each for name, each in ANA.items() if name != missing}
            got = client.post("/login", data=sent).status_code
            expect(got, 422, tried=f"POST /login, a form without {missing}")

    def test_a_client_builds_its_header_from_the_response(self, logins):
        body = self.logged_in(logins, ANA).json()
        kind = body["token_type"]
        response = self.me(logins, f"{kind} {body['access_token']}")
        tried = f"GET /me with `Authorization: {kind} <access_token>`"
        means = "The type is one word. All that follows the first blank is taken for the token."
        expect(response.status_code, 200, tried=tried, means=means)

    def test_the_response_with_the_token_is_not_stored(self, logins):
        got = self.logged_in(logins, ANA).headers.get("Cache-Control")
        orders = [each.strip().lower() for each in (got or "").split(",")]
        require("no-store" in orders, tried="POST /login: Cache-Control", expected="no-store", got=got)

    def test_wrong_and_unknown_are_one_response(self, logins):
        client = client_of(logins)
        tried = {"a wrong password": WRONG, "an unknown address": ZOE}
        bodies = [self.refused(client, what, sent).text for what, sent in tried.items()]
        expect(
            bodies[1], bodies[0], tried="the body for an unknown address, beside that for a wrong password"
        )

    def test_each_user_gets_their_own_token(self, logins, PASSWORDS):
        PASSWORDS[BEN["username"]] = BEN["password"]
        try:
            for form in [ANA, BEN]:
                email = form["username"]
                body = self.logged_in(logins, form).json()
                got = self.me(logins, f"Bearer {body['access_token']}").json()
                expect(got, {"email": email}, tried=f"POST /login as {email}, then GET /me with that token")
            mixed = BEN | {"password": ANA["password"]}
            got = client_of(logins).post("/login", data=mixed).status_code
            expect(got, 401, tried="POST /login as ben@example.org with ana's password")
        finally:
            del PASSWORDS[BEN["username"]]

    def test_me_says_whose_token_it_is(self, logins, new_token):
        for email in ["ana@example.org", "ben@example.org"]:
            response = self.me(logins, f"Bearer {new_token(email)}")
            expect(response.status_code, 200, tried=f"GET /me with a token of {email}")
            expect(response.json(), {"email": email}, tried=f"GET /me with a token of {email}")

    def test_without_a_valid_token_it_is_401(self, logins, new_token, SECRET):
        forged = jwt.encode({"sub": "ana@example.org"}, "not-a-real-secret-of-somebody-else", "HS256")
        headers = {
            "no header": None,
            "Bearer nonsense": "Bearer nonsense",
            "Bearer and a token of another secret": f"Bearer {forged}",
            "Bearer and a token of ours without sub": f"Bearer {jwt.encode({'name': 'ana'}, SECRET, 'HS256')}",
            "Basic and a valid token": f"Basic {new_token('ana@example.org')}",
        }
        for what, header in headers.items():
            got = self.me(logins, header).status_code
            expect(got, 401, tried=f"GET /me; the header Authorization: {what}")

    def test_each_401_says_how_to_log_in(self, logins):
        client = client_of(logins)
        responses = {
            "POST /login with a wrong password": self.refused(client, "a wrong password", WRONG),
            "POST /login with an unknown address": self.refused(client, "an unknown address", ZOE),
            "GET /me without a token": self.me(logins, None),
            "GET /me with a token that is not ours": self.me(logins, "Bearer nonsense"),
        }
        for tried, response in responses.items():
            got = response.headers.get("WWW-Authenticate")
            expect(got, "Bearer", tried=f"{tried}: the header WWW-Authenticate")

    def test_docs_find_the_login(self, logins):
        paths = client_of(logins).get("/openapi.json").json()
        schemes = paths.get("components", {}).get("securitySchemes", {})
        flows = {name: each.get("flows", {}).get("password", {}) for name, each in schemes.items()}
        right = [name for name, flow in flows.items() if flow.get("tokenUrl") in ("login", "/login")]
        tried = "the OpenAPI document: its password flows"
        require(right, tried=tried, expected="one with the tokenUrl login", got=flows)
        asked = [name for each in paths["paths"]["/me"]["get"].get("security", []) for name in each]
        require(
            set(right) & set(asked),
            tried="what GET /me asks for in OpenAPI",
            expected=str(right[0]),
            got=asked,
        )

    def logged_in(self, logins, form):
        response = client_of(logins).post("/login", data=form)
        tried = f"POST /login with the form of {form['username']}"
        means = {422: "A token endpoint takes a form: that is what /docs and every OAuth2 client send."}
        expect(response.status_code, 200, tried=tried, means=means)
        body = response.json()
        tried = f"{tried}: the body of the response"
        require(isinstance(body, dict), tried=tried, expected="an object", got=body)
        missing = {"access_token", "token_type"} - set(body)
        require(not missing, tried=tried, expected="access_token and token_type", got=sorted(body))
        return response

    def refused(self, client, what, form):
        response = client.post("/login", data=form)
        means = {404: "A stranger learns who has an account."}
        expect(response.status_code, 401, tried=f"POST /login with {what}", means=means)
        return response

    def me(self, logins, header):
        headers = {"Authorization": header} if header else {}
        return client_of(logins).get("/me", headers=headers)


# 5.3c ----------------------------------------------------------------------------------------

LATER = datetime(2100, 1, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
INVALID = 'Bearer error="invalid_token"'


def people():
    return {
        0: {"name": "root", "active": True},
        7: {"name": "ana", "active": True},
        8: {"name": "ben", "active": False},
        12: {"name": "cy", "active": True},
    }


@exercise(
    "5.3c",
    hints=[
        "List what can raise in the call of `claims_of`, in the conversion, and in the look-up.",
        "`header.partition(' ')` gives the type and the rest. The type is compared without capitals.",
        "type is not bearer: Refused('Bearer'). try: users[int(claims_of(token)['sub'])]; except "
        "InvalidTokenError, KeyError, ValueError: refused. Not active: refused. Return the user.",
    ],
)
class TestCurrentUser:
    def test_a_valid_token_gives_its_user(self, current_user, Refused, SECRET):
        for user_id in [7, 12, 0]:
            got = self.outcome(current_user, Refused, f"Bearer {self.token(SECRET, str(user_id))}")
            expect(got, people()[user_id], tried=f"`Bearer`, and a token whose sub is '{user_id}'")

    def test_capitals_of_the_type_do_not_count(self, current_user, Refused, SECRET):
        for kind in ["bearer", "BEARER", "beaRer"]:
            got = self.outcome(current_user, Refused, f"{kind} {self.token(SECRET, '7')}")
            expect(got, people()[7], tried=f"`{kind}`, and a valid token of ana")

    def test_no_header_is_no_token(self, current_user, Refused):
        self.refused("Bearer", current_user, Refused, {"no header": None, "an empty one": ""})

    def test_another_type_is_no_token(self, current_user, Refused, SECRET):
        token = self.token(SECRET, "7")
        headers = {
            f"`{kind}`, and a valid token": f"{kind} {token}"
            for kind in ["Basic", "Token", "Bear", "My", "MyBearer", "Bearers", "Bearer:"]
        }
        headers |= {"the token alone": token, "`Bearer` and no blank": f"Bearer{token}"}
        headers |= {"`Basic Bearer`, and a valid token": f"Basic Bearer {token}"}
        self.refused("Bearer", current_user, Refused, headers)

    def test_a_token_that_is_not_valid_is_refused(self, current_user, Refused, SECRET):
        other = "not-a-real-secret-of-somebody-else"
        header, _, rest = self.token(SECRET, "8").partition(".")
        mixed = ".".join([header, self.token(SECRET, "7").split(".")[1], rest.split(".")[1]])
        tokens = {
            "expired": self.token(SECRET, "7", exp=PAST),
            "no exp": self.token(SECRET, "7", exp=None),
            "signed with another secret": self.token(other, "7"),
            "of another algorithm": self.token(SECRET, "7", algorithm="HS512"),
            "alg none": self.token("", "7", algorithm="none"),
            "a payload of another token": mixed,
            "no JWT": "nonsense",
            "empty": "",
            "a word in front": f"token {self.token(SECRET, '7')}",
            "a word behind": f"{self.token(SECRET, '7')} token",
        }
        headers = {what: f"Bearer {each}" for what, each in tokens.items()}
        self.refused(INVALID, current_user, Refused, headers | {"`Bearer` and nothing more": "Bearer"})

    def test_a_sub_that_is_missing_or_no_number_is_refused(self, current_user, Refused, SECRET):
        for sub in [None, "ana", "", "None", "7.0", "7 8", "9" * 5000]:
            header = f"Bearer {self.token(SECRET, sub)}"
            what = "no sub" if sub is None else f"the sub {sub[:9]!r}"
            self.refused(INVALID, current_user, Refused, {what: header})

    def test_a_user_who_is_not_there_is_refused(self, current_user, Refused, SECRET):
        for sub in ["9", "1", "-7", "70"]:
            header = f"Bearer {self.token(SECRET, sub)}"
            self.refused(INVALID, current_user, Refused, {f"the sub {sub!r}, whom nobody has": header})

    def test_a_user_who_is_not_active_is_refused(self, current_user, Refused, SECRET):
        header = f"Bearer {self.token(SECRET, '8')}"
        self.refused(INVALID, current_user, Refused, {"a valid token of ben, who is not active": header})

    def token(self, secret, sub, exp=LATER, algorithm="HS256"):
        claims = {"sub": sub, "exp": exp, "name": "ana", "id": 7}
        claims = {name: each for name, each in claims.items() if each is not None}
        return jwt.encode(claims, secret, algorithm)

    def outcome(self, current_user, Refused, header):
        try:
            return current_user(people(), header)
        except Refused as refused:
            return f"Refused({str(refused)!r})"
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, jwt.PyJWTError) as error:
            return f"raised {type(error).__name__}"

    def refused(self, challenge, current_user, Refused, headers):
        for what, header in headers.items():
            got = self.outcome(current_user, Refused, header)
            expect(got, f"Refused({challenge!r})", tried=f"current_user(users, …): {what}")


# 5.3d ----------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def attempts_table(url):
    ask(
        url,
        "CREATE TABLE attempts (what text PRIMARY KEY, since timestamptz NOT NULL, count integer NOT NULL)",
    )


def at(seconds):
    return NOON + timedelta(seconds=seconds)


@exercise(
    "5.3d",
    hints=[
        "What may another session do between your SELECT and your UPDATE?",
        "`insert(…).on_conflict_do_update(…)` inserts or updates in one statement, and `.returning(…)` says what "
        "came of it. In `set_`, Attempt.count is the value of the row as it is then.",
        "set_: since = case((over, now), else_=Attempt.since), count = case((over, 1), else_=Attempt.count + 1); "
        "over = Attempt.since <= now - window; commit; ceil of what is left",
    ],
)
class TestAttempts:
    def test_the_first_attempts_wait_for_nothing(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        self.says([0, 0, 0], seconds_to_wait, database_url, [0, 5, 59.5])

    def test_the_others_wait_until_the_window_is_over(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        times = [0, 1, 2, 3, 20.5, 59, 59.999999]
        self.says([0, 0, 0, 57, 40, 1, 1], seconds_to_wait, database_url, times)

    def test_most_and_seconds_are_the_callers(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        self.says([0, 899, 898], seconds_to_wait, database_url, [0, 1, 2], "login ana", 1, 900)
        self.says([0, 0, 0, 0, 0, 4], seconds_to_wait, database_url, [*range(6)], "login ben", 5, 9)
        self.says([0, 0, 180_000], seconds_to_wait, database_url, [0, 1, 20_000], "register", 2, 200_000)

    def test_the_next_window_begins_with_the_next_attempt(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        times = [0, 1, 2, 3, 60, 61, 62, 63]
        self.says([0, 0, 0, 57, 0, 0, 0, 57], seconds_to_wait, database_url, times)
        self.says([0, 0, 0, 30], seconds_to_wait, database_url, [500, 510, 520, 530])

    def test_attempts_that_have_to_wait_count_too(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        self.says([0, 0, 0, 56, 55], seconds_to_wait, database_url, [0, 1, 2, 4, 5])
        self.stored((NOON, 5), database_url, "five attempts, of which two had to wait; then the row")

    def test_another_what_counts_apart(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        self.says([0, 0, 0, 57], seconds_to_wait, database_url, [0, 1, 2, 3])
        self.says([0, 0, 0, 56], seconds_to_wait, database_url, [1, 2, 3, 5], "login ben")
        self.says([55], seconds_to_wait, database_url, [5])
        for what in [
            "Login ana",
            "login an_",
            "login o'hara",
            "login ana " + 80 * "x",
            "login ana " + 81 * "x",
        ]:
            self.says([0, 0, 0, 57], seconds_to_wait, database_url, [0, 1, 2, 3], what)

    def test_each_attempt_is_committed(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        with engine_for(database_url) as engine, Session(engine) as session:
            for count in [1, 2]:
                self.count(seconds_to_wait, session, 0)
                tried = f"attempt {count} of one session; then what another session finds"
                self.stored((NOON, count), database_url, tried)

    def test_two_sessions_at_once_lose_nothing(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        for tried, _ in self.at_once(seconds_to_wait, database_url, 10, (NOON, 1)):
            self.stored((NOON, 3), database_url, f"an attempt, then {tried}; then the row")

    def test_two_sessions_at_once_open_one_window(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        for tried, _ in self.at_once(seconds_to_wait, database_url, 0):
            self.stored((NOON, 2), database_url, f"as the first ones, {tried}; then the row")
        for tried, _ in self.at_once(seconds_to_wait, database_url, 70, (NOON, 5)):
            self.stored((at(70), 2), database_url, f"after the window, {tried}; then the row")

    def test_each_attempt_returns_what_it_counted(self, seconds_to_wait, database_url):
        attempts_table(database_url)
        means = {"60 and 60": "What is read after the commit may have the attempts of others in it."}
        for tried, got in self.at_once(seconds_to_wait, database_url, 0, most=1):
            found = " and ".join(map(str, sorted(got)))
            expect(found, "0 and 60", tried=f"at most 1 in 60 seconds, {tried}", means=means)

    def at_once(self, seconds_to_wait, url, seconds, given=None, most=9):
        """Two attempts at once, for each step of the first one before which the second one may come.

        Yields how that is told, and what both returned.
        """
        for number in range(1, 9):
            ask(url, "DELETE FROM attempts")
            if given:
                ask(url, "INSERT INTO attempts VALUES ('login ana', %s, %s)", given)
            met = Meeting(url, number, lambda: self.alone(seconds_to_wait, url, seconds, most))
            with engine_for(url) as engine, Session(engine) as session:
                met.listen(engine)
                first = in_thread(self.count, seconds_to_wait, session, seconds, "login ana", most)
                ended = finished(first) and (not met.second or finished(met.second))
            if ended and not met.second:
                return
            tried = f"two attempts at once, the second one before the {met.step} of the first one"
            require(ended, tried=tried, expected="both are counted", got="one waits for ever")
            means = "Another process knows nothing of a lock of this one."
            where = "in this process" if met.waits_here else "in the database"
            expect(where, "in the database", tried=f"{tried}: where it waits", means=means)
            got = [first.result(), met.second.result()]
            errors = [each for each in got if not isinstance(each, int)]
            require(not errors, tried=tried, expected="no error", got=errors and errors[0])
            yield tried, got

    def alone(self, seconds_to_wait, url, seconds, most):
        with engine_for(url) as engine, Session(engine) as session:
            return self.count(seconds_to_wait, session, seconds, "login ana", most)

    def count(self, seconds_to_wait, session, seconds, what="login ana", most=3, window=60):
        try:
            return seconds_to_wait(session, what, most, window, at(seconds))
        except SQLAlchemyError as error:
            session.rollback()
            return f"raised {type(getattr(error, 'orig', None) or error).__name__}"

    def says(self, wanted, seconds_to_wait, url, times, what="login ana", most=3, window=60):
        got = []
        with engine_for(url) as engine:
            for seconds in times:
                with Session(engine) as session:
                    got.append(self.count(seconds_to_wait, session, seconds, what, most, window))
        tried = (
            f"{what[:12]!r}, at most {most} in {window} seconds, attempts at the seconds {str(times)[1:-1]}"
        )
        expect(got, wanted, tried=tried)

    def stored(self, wanted, url, tried):
        found = ask(url, "SELECT since, count FROM attempts WHERE what = 'login ana'")
        got = [self.row(since.astimezone(UTC), count) for since, count in found]
        since, count = wanted
        lost = "Both read the same count, and both wrote what is one more."
        means = {self.row(since, count - 1): lost} if "at once" in tried else None
        expect("; ".join(got) or "no row", self.row(since, count), tried=tried, means=means)

    def row(self, since, count):
        return f"since {since.time()}, count {count}"


# 5.3e ----------------------------------------------------------------------------------------

MEMBERS = """
    CREATE TABLE members (
        id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
        name text NOT NULL, email text NOT NULL,
        CONSTRAINT members_name_key UNIQUE (name), CONSTRAINT members_email_key UNIQUE (email),
        CONSTRAINT members_name_check CHECK (length(name) <= 30)
    )
"""
ADD = "INSERT INTO members (name, email) VALUES (%s, %s)"


@exercise(
    "5.3e",
    hints=[
        "Until when is the answer to `SELECT … WHERE name = …` true?",
        "`error.orig` is psycopg2's error, and its `diag.constraint_name` says which constraint refused.",
        "session.add; try: commit; except IntegrityError: rollback, then NameTaken or EmailTaken by the constraint's "
        "name, raise for any other; member.id",
    ],
)
class TestRegister:
    def test_a_member_is_stored(self, register, database_url):
        ask(database_url, MEMBERS)
        for number, name in enumerate(["ana", "Ana", "ben o'hara", "z" * 30]):
            email = f"{name[:3]}.{number}@example.org"
            got = self.call(register, database_url, name, email)
            tried = f"register(session, {name!r}, {email!r})"
            require(isinstance(got, int), tried=tried, expected="the id of the new member", got=got)
            found = ask(database_url, "SELECT id, name, email FROM members WHERE email = %s", (email,))
            expect(found, [(got, name, email)], tried=f"{tried}: the id that came back, and the row")

    def test_a_name_that_is_taken_is_told(self, register, database_url):
        self.there(database_url)
        got = self.call(register, database_url, "ana", "new@example.org")
        expect(got, "NameTaken", tried="register(session, 'ana', 'new@example.org'); ana is there")

    def test_an_address_that_is_taken_is_told(self, register, database_url):
        self.there(database_url)
        got = self.call(register, database_url, "new", "ana@example.org")
        expect(got, "EmailTaken", tried="register(session, 'new', 'ana@example.org'); her address is there")

    def test_both_taken_is_told(self, register, database_url):
        self.there(database_url)
        got = self.call(register, database_url, "ana", "ana@example.org")
        tried = "register(session, 'ana', 'ana@example.org'); both are there"
        require(got in ("NameTaken", "EmailTaken"), tried=tried, expected="NameTaken or EmailTaken", got=got)

    def test_another_session_that_commits_meanwhile_wins(self, register, database_url):
        ask(database_url, MEMBERS)
        for name, email, wanted in [
            ("ana", "new@example.org", "NameTaken"),
            ("new", "ana@example.org", "EmailTaken"),
        ]:
            ask(database_url, "DELETE FROM members")
            got = self.meanwhile(register, database_url, name, email, "commit")
            means = {
                "raised IntegrityError": "It asked first, got an answer, and the answer was out of date.",
            }
            tried = f"register(session, {name!r}, {email!r}), while another session commits ana"
            expect(got, wanted, tried=tried, means=means)

    def test_another_session_that_takes_it_back_leaves_it_free(self, register, database_url):
        ask(database_url, MEMBERS)
        got = self.meanwhile(register, database_url, "ana", "ana@example.org", "rollback")
        found = ask(database_url, "SELECT id, name FROM members")
        tried = "register() of ana, while another session has stored ana and rolls back; then the rows"
        expect(found, [(got, "ana")], tried=tried)

    def test_another_error_is_raised_as_it_is(self, register, database_url):
        self.there(database_url)
        with engine_for(database_url) as engine, Session(engine) as session:
            try:
                got = self.outcome(register, session, "n" * 31, "new@example.org", again=True)
            except IntegrityError as error:
                cause = getattr(error.orig, "diag", None)
                got = f"IntegrityError of {cause.constraint_name if cause else 'no constraint'}"
        wanted = "IntegrityError of members_name_check"
        expect(got, wanted, tried="register() of a name with 31 characters: what is raised")

    def test_after_an_error_the_session_works(self, register, database_url):
        self.there(database_url)
        cases = [("ana", "a@example.org"), ("new", "ana@example.org"), ("n" * 31, "c@example.org")]
        with engine_for(database_url) as engine, Session(engine) as session:
            for number, (name, email) in enumerate(cases):
                self.outcome(register, session, name, email)
                got = self.outcome(register, session, f"zoe-{number}", f"zoe-{number}@example.org")
                tried = f"register() of {name[:9]!r}, an error; then of zoe-{number} in the same session"
                require(isinstance(got, int), tried=tried, expected="the id of a new member", got=got)
        expect(
            self.names(database_url), {"ana", "zoe-0", "zoe-1", "zoe-2"}, tried="all of these; then the rows"
        )

    def there(self, url):
        ask(url, MEMBERS)
        ask(url, ADD, ("ana", "ana@example.org"))

    def names(self, url):
        return {name for (name,) in ask(url, "SELECT name FROM members")}

    def meanwhile(self, register, url, name, email, end):
        """The answer registers while another session has stored ana, which ends only when the answer waits."""
        with engine_for(url) as engine, Session(engine) as session, engine.connect() as other:
            other.exec_driver_sql(ADD, ("ana", "ana@example.org"))
            future = in_thread(self.outcome, register, session, name, email)
            wait_until_blocked(url, future)
            getattr(other, end)()
            require(finished(future), tried="two registrations at once", expected="both end", got="one waits")
            return future.result()

    def call(self, register, url, name, email):
        with engine_for(url) as engine, Session(engine) as session:
            return self.outcome(register, session, name, email)

    def outcome(self, register, session, name, email, again=False):
        """What came back: an id, the name of the exercise's own error, or "raised …" for another."""
        try:
            return register(session, name, email)
        except SQLAlchemyError as error:
            if again:
                raise
            kind = "IntegrityError" if isinstance(error, IntegrityError) else type(error).__name__
            return f"raised {kind}"
        except Exception as error:
            if type(error).__name__ in ("NameTaken", "EmailTaken"):
                return type(error).__name__
            raise
