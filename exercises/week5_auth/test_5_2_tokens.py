"""Checks of the exercises of lesson 5.2."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta, timezone
from unittest.mock import patch
from zoneinfo import ZoneInfo

import jwt

from course.checks import exercise, expect, require

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
AT = int(NOON.timestamp())
ZONES = {"Tokyo": timezone(timedelta(hours=9)), "New York": timezone(timedelta(hours=-5))}
SECRET = b"not-a-real-secret-not-a-real-secret"
NAIVE = datetime(2026, 1, 5, 12)
BERLIN, BACK = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 25, 1, tzinfo=UTC)  # clocks go back an hour


def part(content):
    data = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header, claims, key, digest="sha256"):
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.digest(key, text.encode(), digest))}"


def outcome(function, *given):
    """What a call returns or raises, and whether it was raised."""
    try:
        return function(*given), False
    except Exception as error:
        return error, True


def raises_value_error(function, *given, tried):
    got, raised = outcome(function, *given)
    require(raised and isinstance(got, ValueError), tried=tried, expected="ValueError is raised", got=got)


# 5.2a ----------------------------------------------------------------------------------------


@exercise(
    "5.2a",
    hints=[
        "Which part of the token holds `exp`, and what stands in the way of reading it: a key, or a way of writing?",
        "`urlsafe_b64decode` wants a length that a JWT has not. What does it want at the end? And which exceptions "
        "of `split`, of base64 and of `json` are a ValueError already?",
        "header, payload, _ = token.split('.'); json.loads(urlsafe_b64decode(part + '==')) for both; "
        "exp - now.timestamp()",
    ],
)
class TestSecondsLeft:
    def test_the_seconds_until_exp_are_returned(self, seconds_left):
        for seconds in [900, 1, 0, 86400 * 365]:
            self.says(seconds, seconds_left, {"exp": AT + seconds}, f"exp {seconds} seconds after now")
        token = signed({"alg": "HS256"}, {"exp": AT + 60.5}, SECRET)
        now = NOON + timedelta(seconds=0.25)
        expect(seconds_left(token, now), 60.25, tried="exp at 12:01:00.5, and now is 12:00:00.25")

    def test_it_is_negative_when_exp_is_past(self, seconds_left):
        for seconds in [-1, -900]:
            self.says(seconds, seconds_left, {"exp": AT + seconds}, f"exp {-seconds} seconds before now")
        self.says(-AT, seconds_left, {"exp": 0}, "an exp of 0, which is 1 January 1970")

    def test_without_exp_it_is_none(self, seconds_left):
        self.says(None, seconds_left, {"sub": "7", "iat": AT}, "a token without exp")
        self.says(None, seconds_left, {}, "a token without any claim")

    def test_a_payload_of_any_length_is_read(self, seconds_left):
        for length in range(6):
            claims = {"exp": AT + 60, "sub": "x" * length}
            means = "A JWT leaves out the = at the end, and the length of this part is not a multiple of 4."
            self.says(60, seconds_left, claims, f"a sub of {length} characters", means)

    def test_every_character_of_base64url_is_read(self, seconds_left):
        claims = {"sub": "ÿþ>>???~~~", "exp": AT + 60}
        for filler in ["", ".", ".."]:
            raw = json.dumps(claims | {"note": filler + ">>>???"}, ensure_ascii=False).encode()
            means = "JWTs are written with - and _ in the place of + and /."
            token = f"{part({'alg': 'HS256'})}.{part(raw)}.c2ln"
            expect(seconds_left(token, NOON), 60, tried=f"a payload with - and _: {token[-40:]}", means=means)

    def test_algorithm_and_signature_do_not_matter(self, seconds_left):
        body = part({"exp": AT + 60})
        for header, signature in [
            ({"alg": "none"}, ""),
            ({"alg": "RS256", "typ": "at+jwt"}, "bm90IG9uZQ"),
            ({}, part(b"\x00" * 32)),
        ]:
            token = f"{part(header)}.{body}.{signature}"
            expect(seconds_left(token, NOON), 60, tried=f"a token with the header {header}: {token}")

    def test_now_may_be_in_any_zone(self, seconds_left):
        token = signed({"alg": "HS256"}, {"exp": AT + 60}, SECRET)
        for city, zone in ZONES.items():
            tried = f"now is 12:00 UTC, written as the time of {city}"
            expect(seconds_left(token, NOON.astimezone(zone)), 60, tried=tried)
        means = (
            "Python subtracts two times of one zone as clocks on the wall show them, so an hour is missing."
        )
        token = signed({"alg": "HS256"}, {"exp": BACK.timestamp() + 30}, SECRET)
        tried = "now is the time of Berlin, exp is 60 s later, and in between clocks go back an hour there"
        now = (BACK - timedelta(seconds=30)).astimezone(BERLIN)
        expect(seconds_left(token, now), 60, tried=tried, means=means)

    def test_a_now_without_a_zone_is_refused(self, seconds_left):
        for claims in [{"exp": AT + 60}, {}]:
            token = signed({"alg": "HS256"}, claims, SECRET)
            raises_value_error(seconds_left, token, NAIVE, tried=f"a naive now, and the claims {claims}")

    def test_what_is_not_a_jwt_is_refused(self, seconds_left):
        head, body = part({"alg": "HS256"}), part({"exp": AT + 60})
        more = [f"{head}.{body}.c2ln.c2ln", f"{head}.{body}.c2ln.c2ln.c2ln", f"{head}.{body}.c2ln."]
        for text in ["", "hello", head, f"{head}.{body}", *more, "...", ".."]:
            raises_value_error(seconds_left, text, NOON, tried=f"the text {text!r}")

    def test_header_and_payload_have_to_be_json_objects(self, seconds_left):
        head, body = part({"alg": "HS256"}), part({"exp": AT + 60})
        for bad in [b"hello", b"7", b'["exp"]', b'"exp"', b"null", b"\xff\xfe", b"{'exp': 1}"]:
            raises_value_error(seconds_left, f"{part(bad)}.{body}.", NOON, tried=f"the header {bad!r}")
            raises_value_error(seconds_left, f"{head}.{part(bad)}.", NOON, tried=f"the payload {bad!r}")

    def says(self, wanted, seconds_left, claims, tried, means=None):
        token = signed({"alg": "HS256", "typ": "at+jwt"}, claims, SECRET)
        expect(seconds_left(token, NOON), wanted, tried=tried, means=means)


# 5.2b ----------------------------------------------------------------------------------------

CLAIMS = {"iss": "postboard", "sub": "7", "iat": AT, "exp": AT + 900, "jti": "t1"}


def by_pyjwt(claims, secret=SECRET, kid="main"):
    return jwt.encode(claims, secret, "HS256", headers={"kid": kid, "typ": "at+jwt"})


@exercise(
    "5.2b",
    hints=[
        "Three texts with dots between them: which function makes each of them out of bytes, and what is the third "
        "one made of?",
        "`json.dumps` puts blanks after commas and colons unless `separators` says otherwise. `hmac.digest` returns "
        "bytes. What has a datetime without a zone in its `tzinfo`?",
        "signed = part(header) + '.' + part(claims); signed + '.' + b64url(hmac.digest(secret, signed.encode(), "
        "'sha256')), where b64url takes the = away",
    ],
)
class TestSign:
    def test_it_is_byte_for_byte_what_pyjwt_makes(self, sign):
        for claims in [
            CLAIMS,
            {"sub": "7"},
            {"scope": "a b", "groups": [1, 2], "more": {"x": None}, "y": None},
        ]:
            self.same(sign, claims)

    def test_every_length_and_every_character_is_right(self, sign):
        for length in range(6):
            self.same(sign, {"sub": "x" * length, "name": "Zoë ~~~ ??? >>>, as: she says"})
        for number in range(12):
            self.same(sign, CLAIMS | {"jti": f"t{number}"})

    def test_key_and_kid_are_those_that_were_given(self, sign):
        blanks, long = b" \n" + SECRET + b"\n", SECRET * 3
        for secret in [
            SECRET,
            b"another-secret-that-is-not-a-real-one",
            bytes(range(200, 240)),
            blanks,
            long,
        ]:
            for kid in ["main", "2026-01", ""]:
                self.same(sign, CLAIMS, secret, kid)

    def test_the_claims_stay_in_their_order(self, sign):
        self.same(sign, dict(reversed(CLAIMS.items())))

    def test_it_works_without_pyjwt(self, sign):
        wanted = by_pyjwt(CLAIMS)
        gone = AssertionError("PyJWT is not there in this expectation")
        with (
            patch.object(jwt.PyJWT, "encode", side_effect=gone),
            patch.object(jwt.PyJWS, "encode", side_effect=gone),
        ):
            got, _ = outcome(sign, dict(CLAIMS), SECRET, "main")
        require(got == wanted, tried="sign(…) while PyJWT signs nothing", expected=wanted, got=got)

    def test_times_become_whole_seconds(self, sign):
        later = NOON + timedelta(minutes=15)
        self.same(sign, {"iat": NOON, "nbf": NOON, "exp": later})
        self.same(sign, {"exp": later.replace(microsecond=900_000), "iat": NOON.replace(microsecond=1)})
        for zone in ZONES.values():
            self.same(sign, {"sub": "7", "exp": later.astimezone(zone)})
        self.same(sign, {"iat": AT + 0.5, "nbf": AT, "exp": later})  # what is a number stays one

    def test_a_time_without_a_zone_is_refused(self, sign):
        for name in ["iat", "nbf", "exp"]:
            raises_value_error(
                sign, {"sub": "7", name: NAIVE}, SECRET, "main", tried=f"{name} is a naive time"
            )

    def test_a_short_secret_is_refused(self, sign):
        for length in [0, 8, 31]:
            raises_value_error(sign, dict(CLAIMS), b"x" * length, "main", tried=f"a secret of {length} bytes")
        self.same(sign, CLAIMS, b"x" * 32)

    def test_the_claims_are_not_changed(self, sign):
        claims = {"sub": "7", "exp": NOON}
        sign(claims, SECRET, "main")
        expect(claims, {"sub": "7", "exp": NOON}, tried="the claims after the call")

    def same(self, sign, claims, secret=SECRET, kid="main"):
        got, wanted = sign(dict(claims), secret, kid), by_pyjwt(claims, secret, kid)
        means = None
        if isinstance(got, str) and got.rpartition(".")[0] != wanted.rpartition(".")[0]:
            means = "Header or payload differ already: read yours with json.loads and base64."
        expect(got, wanted, tried=f"sign({claims!r}, …, {kid!r})", means=means)


# 5.2c ----------------------------------------------------------------------------------------

ACCENT = "\u0301"  # follows its letter: one character for the eye, two for Python
WORDS = ["password", "letmein", "jwt-secret", "hunter", "qwerty"]
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


def weak(secret, algorithm="HS256"):
    return signed({"alg": algorithm, "typ": "JWT"}, {"sub": "7"}, secret.encode(), DIGESTS[algorithm])


class Counted:
    """Words, and how many were read."""

    def __init__(self, words):
        self.words, self.read = words, 0

    def __iter__(self):
        for word in self.words:
            self.read += 1
            yield word


@exercise(
    "5.2c",
    hints=[
        "What do you have for each word that you try, and what do you compare it with?",
        "The MAC is of everything before the last dot. Which hash it is made with stands in the header.",
        "for word in words: for start in (word, word with its first letter in upper case): for end in ('', '0', "
        "… '9'): hmac.digest((start + end).encode(), signed, digest) == signature",
    ],
)
class TestFindSecret:
    def test_a_word_as_it_is_is_found(self, find_secret):
        odd = [" two words ", "line\n", "#hash", f"cafe{ACCENT}", "w" * 40]
        for word in [*WORDS, "Hunter", "ß", "a", "two words", "abc123", *odd]:
            self.says(word, find_secret, weak(word), [*WORDS, word])
        for header, claims in [
            ({}, {"exp": 1, "aud": "x"}),
            ({}, {}),
            ({"typ": "at+jwt", "kid": "k"}, {"exp": 1}),
        ]:
            token = signed({"alg": "HS256"} | header, claims, b"hunter")
            tried = f"the header {header} besides alg, and the claims {claims}"
            means = "Only the signature says whether a secret fits." if claims else None
            expect(find_secret(token, WORDS), "hunter", tried=tried, means=means)

    def test_a_first_letter_in_upper_case_is_found(self, find_secret):
        for word, secret in {
            "letmein": "Letmein",
            "jwt-secret": "Jwt-secret",
            "myKey": "MyKey",
            "ñu": "Ñu",
        }.items():
            self.says(secret, find_secret, weak(secret), [*WORDS, word])

    def test_one_digit_behind_it_is_found(self, find_secret):
        for digit in "0123456789":
            self.says(f"hunter{digit}", find_secret, weak(f"hunter{digit}"), WORDS)
            self.says(f"Hunter{digit}", find_secret, weak(f"Hunter{digit}"), WORDS)
            self.says(digit, find_secret, weak(digit), ["", *WORDS])
        self.says("hunter22", find_secret, weak("hunter22"), ["hunter2"])

    def test_what_is_none_of_these_is_none(self, find_secret):
        for secret in ["HUNTER", "hunter22", "9hunter", "no-word", "hunteR", "hunter-"]:
            self.says(None, find_secret, weak(secret), WORDS)
        self.says(None, find_secret, weak("hunter"), [])
        text = weak("hunter").rpartition(".")[0]
        mac = hmac.digest(b"hunter", text.encode(), "sha256")
        for half in [mac[:16], mac[16:]]:
            self.says(None, find_secret, f"{text}.{part(half + half)}", WORDS)

    def test_the_three_algorithms_are_known(self, find_secret):
        for algorithm in DIGESTS:
            self.says("Hunter7", find_secret, weak("Hunter7", algorithm), WORDS, algorithm)

    def test_another_algorithm_is_none_and_reads_no_word(self, find_secret):
        for algorithm in ["none", "RS256", "ES256", "EdDSA", "HS224", "HS1", "hs256"]:
            token = signed({"alg": algorithm}, {"sub": "7"}, b"hunter")
            words = Counted(WORDS)
            tried = f"a token with the algorithm {algorithm}"
            expect(find_secret(token, words), None, tried=tried)
            expect(words.read, 0, tried=f"{tried}: how many words were read")

    def test_no_word_is_read_after_the_one_that_fits(self, find_secret):
        for secret, read in {"password": 1, "Letmein": 2, "hunter3": 4, "no-word": 5}.items():
            words = Counted(WORDS)
            find_secret(weak(secret), words)
            expect(words.read, read, tried=f"the secret {secret!r}: how many of {WORDS} were read")

    def test_a_generator_is_enough(self, find_secret):
        got = find_secret(weak("hunter"), (word for word in WORDS))
        expect(got, "hunter", tried="the words come from a generator")

    def says(self, wanted, find_secret, token, words, more="HS256"):
        tried = f"a token signed with {'a word' if wanted else 'something else'}, {more}; the words {words}"
        expect(find_secret(token, words), wanted, tried=tried)


# 5.2d ----------------------------------------------------------------------------------------

KEYS = {
    "main": ("HS256", b"not-a-real-secret-not-a-real-secret-not-a-real-secret-not-a-real-"),
    "next": ("HS512", b"another-secret-that-is-not-real-another-secret-that-is-not-real-"),
}
HEADER = {"alg": "HS256", "kid": "main", "typ": "at+jwt"}
NEXT = {"alg": "HS512", "kid": "next", "typ": "at+jwt"}
GOOD = {"iss": "postboard", "aud": "postboard-api", "sub": "7", "exp": AT + 60, "jti": "t1"}
MAIN_KEY, NEXT_KEY = KEYS["main"][1], KEYS["next"][1]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
ABSENT = object()


def without(content, name, value):
    """The same with another value, or without this name."""
    kept = {key: each for key, each in content.items() if key != name}
    return kept if value is ABSENT else kept | {name: value}


def main_token(header=HEADER, claims=GOOD):
    return signed(header, claims, MAIN_KEY)


@exercise(
    "5.2d",
    hints=[
        "For each line of the text: which token keeps all the others and breaks just this one? What does your code "
        "do with it?",
        "`keys[kid]` gives a key and its algorithm: which of the two algorithms decides, this one or the header's? "
        'And what do `claims["iss"]`, `7["iss"]` and `"x" > 1` raise?',
        "try: everything is read and compared, `algorithm, key = keys[header['kid']]` first; except Exception: "
        "raise Refused; then refuse unless all is true",
    ],
)
class TestVerify:
    def test_the_tokens_of_both_keys_are_accepted(self, verify):
        for token in [main_token(), signed(NEXT, GOOD, NEXT_KEY, "sha512")]:
            expect(verify(token, KEYS, NOON), GOOD, tried="a token as it should be: what is returned")
        more = GOOD | {"name": "Zoë ~~ ??", "scope": ""}
        expect(verify(main_token(claims=more), KEYS, NOON), more, tried="one with more claims")
        for less in [without(GOOD, "jti", ABSENT), GOOD | {"sub": ""}, GOOD | {"sub": "Zoë"}]:
            expect(verify(main_token(claims=less), KEYS, NOON), less, tried=f"the claims {less}")
        token = main_token(HEADER | {"x": 1})
        expect(verify(token, KEYS, NOON), GOOD, tried="one with another name in its header")

    def test_a_list_of_audiences_may_hold_ours(self, verify):
        for audience in [["postboard-api"], ["other", "postboard-api"], ["postboard-api", "x", "y"]]:
            claims = GOOD | {"aud": audience}
            expect(verify(main_token(claims=claims), KEYS, NOON), claims, tried=f"aud is {audience}")

    def test_one_changed_character_is_refused(self, verify):
        token = main_token()
        for at in range(len(token) - 1):  # some bits of the last one stand for nothing
            other = ALPHABET[(ALPHABET.find(token[at]) + 7 * at + 1) % 64]
            if other != token[at]:
                self.refuses(verify, token[:at] + other + token[at + 1 :], f"character {at} is {other!r}")
        head, body, _ = token.split(".")
        mac = hmac.digest(MAIN_KEY, f"{head}.{body}".encode(), "sha256")
        for changed in [mac + b"x", mac[:-1], mac + mac]:
            self.refuses(verify, f"{head}.{body}.{part(changed)}", f"a signature of {len(changed)} bytes")

    def test_another_payload_under_the_same_signature_is_refused(self, verify):
        head, _, signature = main_token().split(".")
        for changed in [{"sub": "1"}, {"exp": AT + 10**6}, {"aud": ["postboard-api"]}]:
            self.refuses(verify, f"{head}.{part(GOOD | changed)}.{signature}", f"the payload says {changed}")

    def test_an_unsigned_token_is_refused(self, verify):
        body = part(GOOD)
        for algorithm in ["none", "None", "NONE", "HS256", "HS512", ""]:
            for kid in ["main", "next"]:
                head = part({"alg": algorithm, "kid": kid, "typ": "at+jwt"})
                self.refuses(verify, f"{head}.{body}.", f"no signature, and the header says {algorithm!r}")

    def test_a_wrong_key_is_refused(self, verify):
        for key in [b"", b"secret", MAIN_KEY[:-1], NEXT_KEY, b"main", b"not-a-real-secret"]:
            self.refuses(verify, signed(HEADER, GOOD, key), "HS256, signed with another key")
        self.refuses(verify, signed(NEXT, GOOD, MAIN_KEY, "sha512"), "kid is next, signed with the key main")

    def test_the_algorithm_is_that_of_the_key(self, verify):
        cases = {
            "the key next with HS256": signed(NEXT | {"alg": "HS256"}, GOOD, NEXT_KEY),
            "the key main with HS512": signed(HEADER | {"alg": "HS512"}, GOOD, MAIN_KEY, "sha512"),
            "the key main with HS384": signed(HEADER | {"alg": "HS384"}, GOOD, MAIN_KEY, "sha384"),
            "the header says HS512, signed with HS256": main_token(HEADER | {"alg": "HS512"}),
            "the header says RS256, signed with HS256": main_token(HEADER | {"alg": "RS256"}),
            "the header says none, signed with HS256": main_token(HEADER | {"alg": "none"}),
            "the header says hs256, signed with HS256": main_token(HEADER | {"alg": "hs256"}),
            "the header has no alg": main_token(without(HEADER, "alg", ABSENT)),
        }
        for tried, token in cases.items():
            self.refuses(verify, token, tried)

    def test_a_kid_that_is_none_of_ours_is_refused(self, verify):
        for kid in ["old", "", "../main", "MAIN", "main ", "main-2", "mai", None, 7, ["main"], {}, ABSENT]:
            said = "there is no kid" if kid is ABSENT else f"kid is {kid!r}"
            self.refuses(verify, main_token(without(HEADER, "kid", kid)), f"{said}, signed with the key main")

    def test_another_kind_of_token_is_refused(self, verify):
        near = ["AT+JWT", "AT+JWT+x", "at+jwt+x", "not-at+jwt"]
        for kind in ["reset+jwt", "JWT", *near, "", None, ["at+jwt"], ABSENT]:
            said = "there is no typ" if kind is ABSENT else f"typ is {kind!r}"
            self.refuses(verify, main_token(without(HEADER, "typ", kind)), said)

    def test_another_issuer_is_refused(self, verify):
        wrong = ["postboard-test", "post", "Postboard", "", None, ["postboard"], ABSENT]
        self.claim_is_refused(verify, "iss", wrong)

    def test_another_audience_is_refused(self, verify):
        wrong = ["postboard-mail", "postboard", "postboard-api-2", "x postboard-api", "", None, 7, ABSENT]
        wrong += [{"postboard-api": 1}, [], ["postboard-mail"], ["postboard-api-2"], [["postboard-api"]]]
        self.claim_is_refused(verify, "aud", wrong)

    def test_a_subject_that_is_no_text_is_refused(self, verify):
        self.claim_is_refused(verify, "sub", [7, None, ["7"], {}, True, ABSENT])

    def test_a_token_is_refused_from_exp_on(self, verify):
        for seconds in [0, 1, 3600]:
            self.refuses(verify, main_token(claims=GOOD | {"exp": AT - seconds}), f"exp is {seconds} s ago")
        self.refuses(verify, main_token(claims=GOOD | {"exp": AT}), "now is half a second after exp", 0.5)
        token = main_token(claims=GOOD | {"exp": AT + 0.25})
        self.refuses(
            verify, token, "exp is a quarter of a second after 12:00, and now is half a second after", 0.5
        )
        for seconds in [0.5, 1, 86400 * 365]:
            claims = GOOD | {"exp": AT + seconds}
            expect(verify(main_token(claims=claims), KEYS, NOON), claims, tried=f"exp is in {seconds} s")
        for city, zone in ZONES.items():
            got = verify(main_token(), KEYS, NOON.astimezone(zone))
            expect(got, GOOD, tried=f"a good token, and now is written as the time of {city}")
        self.refuses(verify, main_token(), "the same token an hour later", 3600)

    def test_an_exp_that_is_no_number_is_refused(self, verify):
        wrong = [str(AT + 60), "never", None, [AT + 60], {}, ABSENT]
        self.claim_is_refused(verify, "exp", [*wrong, float("nan")])

    def test_what_is_no_token_is_refused(self, verify):
        token = main_token()
        head, body, signature = token.split(".")
        texts = ["", ".", "..", "...", "hello", head, f"{head}.{body}", f"{token}.", f".{token}"]
        texts += [f"{head}.{body}.é", f"é.{body}.{signature}", f"{token}.{signature}", "a.b.c", token[1:]]
        texts += [f"Bearer {token}", f" {token}", f"{token}\n"]
        for text in texts:
            self.refuses(verify, text, f"the text {text[:40]!r} …")
        for content in [7, None, [], "text", [GOOD], [[[]]]]:
            self.refuses(verify, signed(HEADER, content, MAIN_KEY), f"the payload is {content!r}")
            self.refuses(verify, signed(content, GOOD, MAIN_KEY), f"the header is {content!r}")
        for raw in [b"", b"{", b"\xff", b"[" * 100_000]:
            self.refuses(verify, signed(HEADER, raw, MAIN_KEY), f"the payload is {raw[:9]!r} …")
            self.refuses(verify, signed(raw, GOOD, MAIN_KEY), f"the header is {raw[:9]!r} …")

    def claim_is_refused(self, verify, name, values):
        for value in values:
            said = f"there is no {name}" if value is ABSENT else f"{name} is {value!r}"
            self.refuses(verify, main_token(claims=without(GOOD, name, value)), f"{said}, well signed")

    def refuses(self, verify, token, tried, after=0.0):
        got, raised = outcome(verify, token, KEYS, NOON + timedelta(seconds=after))
        means = "Another exception is a 500 for whoever sends this." if raised else None
        refused = raised and type(got).__name__ == "Refused"
        require(refused, tried=tried, expected="Refused is raised", got=got, means=means)


# 5.2e ----------------------------------------------------------------------------------------

HALF_A_MINUTE, NONE = timedelta(seconds=30), timedelta(0)


@exercise(
    "5.2e",
    hints=[
        "Draw the time line: now, and leeway to both sides. On which side has exp to be, and on which nbf?",
        "`<=` or `<`: the text says 'or more' in one line and 'more than' in the other. And what is "
        "`isinstance(True, int)`?",
        "malformed first; at, more = now.timestamp(), leeway.total_seconds(); then exp <= at - more; then nbf or "
        "iat > at + more",
    ],
)
class TestStateOf:
    def test_a_token_within_its_time_is_valid(self, state_of):
        for claims in [{"exp": AT + 60}, {"exp": AT + 60, "iat": AT - 60}, {"exp": AT + 1, "nbf": AT - 1}]:
            for leeway in [NONE, HALF_A_MINUTE]:
                self.says("valid", state_of, claims, leeway)
        self.says("valid", state_of, {"exp": AT + 60, "nbf": AT, "iat": AT, "sub": "x"}, NONE)

    def test_without_leeway_it_has_expired_at_exp(self, state_of):
        for seconds, wanted in {
            1: "valid",
            0.5: "valid",
            0: "expired",
            -0.5: "expired",
            -1: "expired",
        }.items():
            self.says(wanted, state_of, {"exp": AT + seconds}, NONE)
        for exp in [0, -1, 0.0]:  # long ago, and there
            self.says("expired", state_of, {"exp": exp}, NONE)
        got = state_of({"exp": AT + 0.25}, NOON + timedelta(seconds=0.5), NONE)
        expect(got, "expired", tried="exp is a quarter of a second before now, and now is no whole second")

    def test_with_leeway_it_has_expired_that_much_later(self, state_of):
        for seconds, wanted in {
            0: "valid",
            -29: "valid",
            -29.5: "valid",
            -30: "expired",
            -31: "expired",
        }.items():
            self.says(wanted, state_of, {"exp": AT + seconds}, HALF_A_MINUTE)
        self.says("expired", state_of, {"exp": AT - 86400}, timedelta(days=1))
        self.says("valid", state_of, {"exp": AT - 86399}, timedelta(days=1))
        self.says("valid", state_of, {"exp": AT - 0.25}, timedelta(seconds=0.5))
        self.says("expired", state_of, {"exp": AT - 0.5}, timedelta(seconds=0.5))

    def test_nbf_and_iat_may_be_leeway_after_now(self, state_of):
        for name in ["nbf", "iat"]:
            for seconds, wanted in {0: "valid", 0.5: "not yet", 1: "not yet"}.items():
                self.says(wanted, state_of, {"exp": AT + 900, name: AT + seconds}, NONE)
            for seconds, wanted in {30: "valid", 30.5: "not yet", 31: "not yet", 600: "not yet"}.items():
                self.says(wanted, state_of, {"exp": AT + 900, name: AT + seconds}, HALF_A_MINUTE)

    def test_each_of_the_two_counts(self, state_of):
        self.says("not yet", state_of, {"exp": AT + 900, "nbf": AT + 60, "iat": AT}, HALF_A_MINUTE)
        self.says("not yet", state_of, {"exp": AT + 900, "nbf": AT, "iat": AT + 60}, HALF_A_MINUTE)

    def test_without_exp_it_is_malformed(self, state_of):
        for claims in [{}, {"iat": AT}, {"nbf": AT + 600}]:
            self.says("malformed", state_of, claims, HALF_A_MINUTE)

    def test_what_is_no_number_is_malformed(self, state_of):
        for value in [str(AT + 60), "", None, [AT], {}, True, False]:
            for name in ["exp", "nbf", "iat"]:
                self.says("malformed", state_of, {"exp": AT + 60} | {name: value}, HALF_A_MINUTE)

    def test_the_first_that_is_true_is_returned(self, state_of):
        self.says("malformed", state_of, {"exp": AT - 600, "nbf": "x"}, NONE)
        self.says("malformed", state_of, {"exp": AT + 600, "nbf": AT + 60, "iat": "x"}, NONE)
        self.says("expired", state_of, {"exp": AT - 600, "nbf": AT + 600}, NONE)

    def test_now_may_be_in_any_zone(self, state_of):
        for city, zone in ZONES.items():
            for seconds, wanted in {-29: "valid", -30: "expired"}.items():
                got = state_of({"exp": AT + seconds}, NOON.astimezone(zone), HALF_A_MINUTE)
                expect(
                    got, wanted, tried=f"exp is {-seconds} s ago, and now is written as the time of {city}"
                )
        means = (
            "Python adds a timedelta to what the clock on the wall shows, also where clocks go back an hour."
        )
        for name, shift, seconds, wanted in [
            ("exp", 10, -29, "valid"),
            ("exp", 10, -30, "expired"),
            ("nbf", -10, 30, "valid"),
            ("nbf", -10, 31, "not yet"),
        ]:
            now = BACK + timedelta(seconds=shift)
            claims = {"exp": now.timestamp() + 7200} | {name: now.timestamp() + seconds}
            got = state_of(claims, now.astimezone(BERLIN), HALF_A_MINUTE)
            side = "before" if shift < 0 else "after"
            tried = (
                f"{name} is now {seconds:+} s; now is 10 s {side} the moment when clocks go back in Berlin"
            )
            expect(got, wanted, tried=tried, means=means)

    def test_a_now_without_a_zone_is_refused(self, state_of):
        for claims in [{"exp": AT + 60}, {}, {"exp": 0}]:
            raises_value_error(
                state_of, claims, NAIVE, HALF_A_MINUTE, tried=f"a naive now, and the claims {claims}"
            )

    def says(self, wanted, state_of, claims, leeway):
        shown = ", ".join(f"{name} = {self.shown(value)}" for name, value in claims.items()) or "no claims"
        tried = f"{shown}; a leeway of {leeway.total_seconds():g} s"
        expect(state_of(claims, NOON, leeway), wanted, tried=tried)

    def shown(self, value):
        known = type(value) in (int, float)
        return f"now {value - AT:+} s" if known else repr(value)


# 5.2f ----------------------------------------------------------------------------------------


def claims_of(jti, minutes=15):
    return {"sub": "7", "jti": jti, "exp": AT + 60 * minutes}


def after(minutes=0, seconds=0):
    return NOON + timedelta(minutes=minutes, seconds=seconds)


@exercise(
    "5.2f",
    hints=[
        "From which moment on does it make no difference whether a token is on the list?",
        "Keep for each jti the moment from which on it can be forgotten. Who brings the time of day along?",
        "self.ends[jti] = exp + leeway in revoke; then keep only what ends after now.timestamp()",
    ],
)
class TestRevoked:
    def test_it_begins_empty(self, Revoked):
        expect(len(Revoked(0)), 0, tried="len(Revoked(0))")
        expect(Revoked(0).is_revoked(claims_of("a")), False, tried="is_revoked(…) of an empty list")

    def test_a_revoked_token_is_known_by_its_jti(self, Revoked):
        revoked = Revoked(0)
        revoked.revoke(claims_of("a"), NOON)
        revoked.revoke(claims_of("b"), after(minutes=1))
        for jti, wanted in {"a": True, "b": True, "c": False, "A": False, "": False}.items():
            expect(revoked.is_revoked(claims_of(jti)), wanted, tried=f"a and b are revoked; is {jti!r}?")
        got = revoked.is_revoked({"jti": "a"})
        expect(got, True, tried="a is revoked; is_revoked({'jti': 'a'})", means="The jti alone decides.")
        claims = claims_of("d")
        revoked.revoke(claims, NOON)
        expect(revoked.is_revoked(claims), True, tried="revoke(claims, now); then is_revoked(claims)")

    def test_a_second_time_changes_nothing(self, Revoked):
        revoked = Revoked(0)
        for minute in range(3):
            revoked.revoke(claims_of("a"), after(minutes=minute))
            self.holds(revoked, "a", f"a is revoked, {minute + 1} times so far")
        revoked.revoke(claims_of("b", 60), after(minutes=15))
        expect(revoked.is_revoked(claims_of("a")), False, tried="and after its exp, when b is revoked")

    def test_a_token_without_a_jti_is_not_taken(self, Revoked):
        revoked = Revoked(0)
        raises_value_error(revoked.revoke, {"exp": AT + 60}, NOON, tried="revoke() of claims without a jti")
        expect(len(revoked), 0, tried="and len(revoked) after that")
        expect(revoked.is_revoked({"exp": AT + 60}), False, tried="is_revoked() of claims without a jti")

    def test_what_has_expired_is_forgotten(self, Revoked):
        revoked = Revoked(0)
        for jti, minutes in {"a": 5, "b": 10, "c": 15}.items():
            revoked.revoke(claims_of(jti, minutes), NOON)
        expect(len(revoked), 3, tried="three tokens are revoked; len(revoked)")
        revoked.revoke(claims_of("d", 60), after(minutes=9, seconds=59))
        self.holds(revoked, "bcd", "a second before the second one expires, d is revoked too")
        revoked.revoke(claims_of("e", 60), after(minutes=10))
        self.holds(revoked, "cde", "when it expires, e is revoked too")
        revoked.revoke(claims_of("f", 60), after(minutes=50))
        self.holds(revoked, "def", "40 minutes later, f is revoked too")
        revoked.revoke(claims_of("g", 90), after(minutes=60).astimezone(ZONES["Tokyo"]))
        self.holds(revoked, "g", "when all three expire, g is revoked, with a now of Tokyo")
        revoked.revoke(claims_of("a", 70), after(minutes=60))
        self.holds(revoked, "ag", "a is revoked, which expires before g")
        revoked.revoke(claims_of("g", 90), after(minutes=70))
        self.holds(revoked, "g", "when a expires, g is revoked a second time")
        revoked.revoke(claims_of("b", 80), after(minutes=90))
        self.holds(revoked, "", "when g expires, b is revoked, which has expired before")

    def test_it_keeps_what_the_leeway_still_lets_in(self, Revoked):
        revoked = Revoked(30)
        revoked.revoke(claims_of("a", 5), NOON)
        revoked.revoke(claims_of("b", 60), after(minutes=5, seconds=29))
        means = "The verifier accepts it for another second, and nobody knows any more that it is revoked."
        expect(len(revoked), 2, tried="a leeway of 30 s; 29 s after a's exp, b is revoked", means=means)
        revoked.revoke(claims_of("c", 60), after(minutes=5, seconds=30))
        self.holds(revoked, "bc", "a leeway of 30 s; 30 s after a's exp, c is revoked")
        revoked = Revoked(0.5)
        revoked.revoke(claims_of("a") | {"exp": AT + 60.25}, NOON)
        revoked.revoke(claims_of("b"), after(seconds=60.5))
        self.holds(revoked, "ab", "a leeway of 0.5 s; a quarter of a second after a's exp, b is revoked")
        revoked.revoke(claims_of("c"), after(seconds=60.75))
        self.holds(revoked, "bc", "a leeway of 0.5 s; half a second after a's exp, c is revoked")

    def test_a_token_that_is_too_old_already_is_not_kept(self, Revoked):
        for leeway in [0, 30]:
            revoked = Revoked(leeway)
            revoked.revoke(claims_of("a", 5), after(minutes=5, seconds=leeway))
            expect(len(revoked), 0, tried=f"a leeway of {leeway} s; a is revoked that long after its exp")
            revoked.revoke(claims_of("b", 5), after(minutes=5, seconds=leeway - 1))
            expect(len(revoked), 1, tried=f"a leeway of {leeway} s; b is revoked a second before that")

    def test_two_lists_share_nothing(self, Revoked):
        first, second = Revoked(0), Revoked(30)
        first.revoke(claims_of("a"), NOON)
        expect((len(first), len(second)), (1, 0), tried="two lists; a is revoked on the first")
        first.revoke(claims_of("b", 60), after(minutes=15))
        tried = "two lists without and with a leeway; when a expires, b is revoked on the first"
        self.holds(first, "b", tried)

    def test_many_tokens_leave_a_short_list(self, Revoked):
        revoked = Revoked(0)
        for number in range(400):
            revoked.revoke(claims_of(f"t{number}", number + 15), after(minutes=number))
        expect(len(revoked), 15, tried="a token a minute, each valid for 15 minutes; len(revoked) after 400")
        for number in range(400):
            revoked.revoke(claims_of(f"u{number}", 500), after(minutes=420))
        expect(len(revoked), 400, tried="400 tokens that are all valid still; len(revoked)")
        expect(
            revoked.is_revoked(claims_of("u0")), True, tried="and whether the first of them is on the list"
        )

    def holds(self, revoked, jtis, tried):
        got = "".join(jti for jti in "abcdefg" if revoked.is_revoked(claims_of(jti)))
        expect(got, jtis, tried=f"{tried}; which of a to g are revoked")
        expect(len(revoked), len(jtis), tried=f"{tried}; len(revoked)")
