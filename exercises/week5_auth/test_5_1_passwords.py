"""Checks of the exercises of lesson 5.1."""

from hashlib import sha256

from psycopg2.errors import LockNotAvailable
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher
from sqlalchemy.orm import Session

from course.checks import ask, engine_for, exercise, expect, require

# The lowest costs there are: what is checked is the order of things, and not how long they take.
LOW = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
BCRYPT = BcryptHasher(4)

# 5.1a ----------------------------------------------------------------------------------------

ACCENT = "\u0301"  # follows its letter; with it, e is two characters, and é is one
LIGATURE = "\ufb01"  # fi as one character, which NFKC makes two
FULL_WIDTH = "\uff46\uff49\uff4e"  # fin, with letters as wide as Chinese ones


@exercise(
    "5.1a",
    hints=[
        "Which text is counted: the one that was typed, or the one that two keyboards agree on?",
        "`unicodedata.normalize` comes first and `len` counts characters. Which method of str makes `GROSS` and "
        "`groß` alike?",
        "found = normalize('NFKC', password); two comparisons of len(found); found.casefold() in COMMON; the "
        "name, normalized and casefolded, in found.casefold()",
    ],
)
class TestRules:
    def test_a_phrase_is_accepted(self, problem_with):
        self.all_are(None, problem_with, ["wet socks in june", "seven spoons, nine forks"])

    def test_it_has_15_to_100_characters(self, problem_with):
        lengths = {
            14: "too short",
            15: None,
            16: None,
            99: None,
            100: None,
            101: "too long",
            5000: "too long",
        }
        for length, wanted in lengths.items():
            password = ("wet socks in june. " * 300)[:length]
            got = problem_with(password, "ana")
            expect(got, wanted, tried=f"a password of {length} characters")
        expect(problem_with("", "ana"), "too short", tried="an empty password")

    def test_characters_are_counted(self, problem_with):
        words = {"ñ" * 14: "too short", "ñandú y ñu en junio": None, "🧦" * 100: None, "🧦" * 101: "too long"}
        for password, wanted in words.items():
            tried = f"{len(password)} characters, {len(password.encode())} bytes"
            expect(problem_with(password, "ana"), wanted, tried=tried, means="Bytes were counted.")

    def test_it_is_normalized_before_it_is_counted(self, problem_with):
        cases = {
            f"cafe{ACCENT} cafe{ACCENT} tea": "too short",
            f"{LIGATURE}ve {LIGATURE}ne socks": None,
            f"cafe{ACCENT}" * 25: None,
        }
        for password, wanted in cases.items():
            tried = f"{password!a}: {len(password)} characters as typed"
            expect(problem_with(password, "ana"), wanted, tried=tried)

    def test_blanks_count_like_other_characters(self, problem_with):
        self.all_are(None, problem_with, [" wet socks may ", "  wet  socks   ", " " * 20])
        self.all_are("too long", problem_with, [" " + "wet socks " * 10])
        self.all_are(None, problem_with, ["password password", "passwordpassword "])

    def test_no_kind_of_character_is_asked_for(self, problem_with):
        kinds = [
            "wetsocksinjuneandmay",
            "WETSOCKSINJUNEANDMAY",
            "582019374650192",
            "!?!?!?!?!?!?!?!?",
            "湿" * 20,
        ]
        self.all_are(None, problem_with, kinds)

    def test_a_common_one_is_refused(self, problem_with):
        common = ["passwordpassword", "PasswordPassword", "QWERTYUIOPASDFGH", "123456789012345"]
        full_width = "".join(chr(ord(each) + 0xFEE0) for each in "iloveyouiloveyou")
        self.all_are("too common", problem_with, [*common, full_width])
        self.all_are(None, problem_with, ["passwordpasswords", "my 123456789012345"])
        got = problem_with("passwordpassword", "word")
        expect(got, "too common", tried="'passwordpassword' of the user 'word': the first that is true")

    def test_the_name_is_refused_in_it(self, problem_with):
        cases = {
            ("ana likes wet socks", "ana"): "contains your name",
            ("wet socks of ANA in june", "Ana"): "contains your name",
            ("wet bananas in june", "ana"): "contains your name",
            (f"wet socks of rene{ACCENT}", "ren\u00e9"): "contains your name",
            ("wet socks of ren\u00e9", f"Rene{ACCENT}"): "contains your name",
            (f"wet socks of {LIGATURE}n", "fin"): "contains your name",
            ("wet socks of fin", FULL_WIDTH): "contains your name",
            ("wet socks of a n a", "ana"): None,
            ("wet socks of maria", "ana maria"): None,
            ("wet ana", "ana"): "too short",
            ("ana" * 40, "ana"): "too long",
        }
        for (password, name), wanted in cases.items():
            expect(problem_with(password, name), wanted, tried=f"{password!r} of the user {name!r}")

    def all_are(self, wanted, problem_with, passwords):
        for password in passwords:
            expect(problem_with(password, "ana"), wanted, tried=f"{password!r} of the user 'ana'")


# 5.1b ----------------------------------------------------------------------------------------

QUIET = (401, "Wrong name or password.")


class Counting:
    """In the place of a hasher: a hash is the password in brackets, and each call is noted.

    The parameters have the names of pwdlib, because an answer may name them.
    """

    def __init__(self):
        self.verified, self.others = [], []

    def verify(self, password, hash):
        self.verified.append((password, hash))
        return hash == f"<{password}>"

    def hash(self, password):
        self.others.append(password)
        return f"<{password}>"

    def verify_and_update(self, password, hash):
        right = self.verify(password, hash)
        return right, self.hash(password) if right else None  # as for a hash with other numbers


def people():
    return {
        "ana": {"hash": "<tea>", "disabled": False},
        "ben": {"hash": "<soup>", "disabled": True},
        "new": {"hash": None, "disabled": False},
        "off": {"hash": None, "disabled": True},
    }


DUMMY = "<of nobody>"


@exercise(
    "5.1b",
    hints=[
        "What does a stranger see of a call, besides what it returns?",
        "The slow step comes before any decision. Which hash is there for a name that nobody has?",
        "stored = the user's hash or None; right = hasher.verify(password, stored or dummy); then 401 unless all "
        "is well, then 403, then 200",
    ],
)
class TestQuietLogin:
    def test_the_right_password_is_welcome(self, log_in):
        users = people() | {"zoe": {"hash": "<cake>", "disabled": False}}
        self.says((200, "Welcome, ana."), log_in, "ana", "tea", users)
        self.says((200, "Welcome, zoe."), log_in, "zoe", "cake", users)

    def test_a_disabled_user_with_the_right_password_is_told(self, log_in):
        self.says((403, "This account is disabled."), log_in, "ben", "soup")

    def test_everything_else_gives_one_response(self, log_in):
        for name in ["ana", "ben", "new", "off", "zoe", ""]:
            self.says(QUIET, log_in, name, "cake")
        self.says(QUIET, log_in, "new", "")
        for name, password in [("ANA", "tea"), ("ana ", "tea"), ("ana", " tea"), ("ana", "TEA")]:
            self.says(QUIET, log_in, name, password)

    def test_the_password_of_the_dummy_opens_nothing(self, log_in):
        users = people()
        for name in ["zoe", "new", "off", "ana", "ben"] * 2:  # the first round leaves nothing behind
            self.says(QUIET, log_in, name, "of nobody", users)

    def test_each_call_verifies_one_hash(self, log_in):
        own = {"ana": "<tea>", "ben": "<soup>"}
        for name in ["ana", "ben", "new", "off", "zoe"]:
            for password in ["cake", "tea", "soup", "", "tea" * 99, "tea", "soup"]:  # two a second time
                hasher = Counting()
                log_in(people(), hasher, DUMMY, name, password)
                tried = f"log_in(…, {name!r}, {password[:9]!r}): what was verified"
                means = (
                    "A call that verifies nothing is quick, and the clock tells."
                    if not hasher.verified
                    else None
                )
                expect(hasher.verified, [(password, own.get(name, DUMMY))], tried=tried, means=means)

    def test_no_other_hash_is_computed(self, log_in):
        for name in ["ana", "ben", "new", "zoe"]:
            hasher = Counting()
            log_in(people(), hasher, DUMMY, name, "tea")
            means = "To compute a hash takes as long as to verify one: that call is slower than others."
            expect(hasher.others, [], tried=f"log_in(…, {name!r}, 'tea'): what was hashed", means=means)

    def says(self, wanted, log_in, name, password, users=None):
        got = log_in(users or people(), Counting(), DUMMY, name, password)
        expect(got, wanted, tried=f"log_in(users, hasher, dummy, {name!r}, {password!r})")


# 5.1c ----------------------------------------------------------------------------------------

TEA, LONG = "wet socks in june", "a phrase that goes on " * 5
WEAK = Argon2Hasher(time_cost=1, memory_cost=16, parallelism=1)  # other numbers, not lower ones alone
OWN = PasswordHash([LOW, BCRYPT])


def fill(url, hashed):
    ask(url, "CREATE TABLE accounts (name text PRIMARY KEY, hash text NOT NULL)")
    for name, each in hashed.items():
        ask(url, "INSERT INTO accounts VALUES (%s, %s)", (name, each))


def table(url):
    return dict(ask(url, "SELECT name, hash FROM accounts"))


class Slow(Argon2Hasher):
    """Keeps what it hashes, and calls `meanwhile` when it computes its `at`-th hash."""

    def __init__(self, at=0):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.at, self.hashed = at, []

    def hash(self, password, *, salt=None):
        self.hashed.append(password)
        if len(self.hashed) == self.at:
            self.meanwhile()
        return super().hash(password, salt=salt)


@exercise(
    "5.1c",
    hints=[
        "When is the password known, and how much of it does each of the two kinds of hash need?",
        "`hashes.verify_and_update` would hash what it verified. What may that be for bcrypt? And which condition "
        "of an UPDATE is false when the hash is not the one that was verified?",
        "verify the first 72 bytes at a bcrypt hash; new_hash = hashes.hash(password); "
        "update(Account).where(name, Account.hash == stored).values(hash=new_hash); commit",
    ],
)
class TestRehash:
    def test_right_and_wrong_passwords_are_told_apart(self, log_in_and_rehash, database_url):
        kept = {"ana": OWN.hash(TEA), "ben": BCRYPT.hash(TEA), "cara": WEAK.hash(TEA)}
        fill(database_url, kept | {"dan": OWN.hash(LONG), "eve": WEAK.hash(LONG)})
        for name in ["dan", "eve"]:
            self.says(False, log_in_and_rehash, database_url, name, LONG[:72], "110 bytes are right")
            self.says(True, log_in_and_rehash, database_url, name, LONG, "110 bytes, at an argon2id hash")
        for name in kept:
            self.says(False, log_in_and_rehash, database_url, name, "wet socks in july")
            self.says(False, log_in_and_rehash, database_url, name, "")
            self.says(True, log_in_and_rehash, database_url, name, TEA)
            self.says(True, log_in_and_rehash, database_url, name, TEA, "a second time")
            for other, password in [(name, f" {TEA}"), (name, TEA.upper()), (name.upper(), TEA)]:
                self.says(False, log_in_and_rehash, database_url, other, password)

    def test_a_name_that_nobody_has_is_false(self, log_in_and_rehash, database_url):
        fill(database_url, {"ana": OWN.hash(TEA)})
        self.says(False, log_in_and_rehash, database_url, "zoe", TEA)

    def test_bcrypt_is_replaced(self, log_in_and_rehash, database_url):
        self.replaced(log_in_and_rehash, database_url, BCRYPT.hash(TEA), "a bcrypt hash")
        self.replaced(
            log_in_and_rehash, database_url, BcryptHasher(5, "2a").hash(TEA), "one that begins with $2a$"
        )

    def test_other_numbers_are_replaced(self, log_in_and_rehash, database_url):
        self.replaced(log_in_and_rehash, database_url, WEAK.hash(TEA), "argon2id with more memory")
        passes = Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1)
        self.replaced(log_in_and_rehash, database_url, passes.hash(TEA), "argon2id with two passes")

    def test_what_is_up_to_date_stays(self, log_in_and_rehash, database_url):
        before = {"ana": OWN.hash(TEA)}
        fill(database_url, before)
        self.says(True, log_in_and_rehash, database_url, "ana", TEA)
        tried = "a login with the right password, at a hash with the numbers of today; then the table"
        require(table(database_url) == before, tried=tried, expected="the same hash", got="another one")

    def test_a_wrong_password_changes_nothing(self, log_in_and_rehash, database_url):
        before = {"ana": OWN.hash(TEA), "ben": BCRYPT.hash(TEA), "cara": WEAK.hash(TEA)}
        fill(database_url, before)
        for name in [*before, "zoe"]:
            self.says(False, log_in_and_rehash, database_url, name, "wet socks in july")
        tried = "four logins with a wrong password; then the table"
        require(table(database_url) == before, tried=tried, expected="as before", got="other hashes")

    def test_other_users_keep_their_hashes(self, log_in_and_rehash, database_url):
        before = {"ana": BCRYPT.hash(TEA), "ben": BCRYPT.hash(TEA), "cara": WEAK.hash(TEA)}
        before["dan"] = before["ben"]  # the row of a copy: the same hash under another name
        fill(database_url, before)
        self.says(True, log_in_and_rehash, database_url, "ben", TEA)
        changed = {name for name, each in table(database_url).items() if each != before[name]}
        expect(changed, {"ben"}, tried="ben logs in; whose hashes changed")

    def test_a_long_password_fits_by_its_first_72_bytes(self, log_in_and_rehash, database_url):
        accents = "é" * 40  # 80 bytes
        for password in [LONG, accents, "x" + accents, "x" * 72, "x" * 73]:  # the third is cut within an é
            ask(database_url, "DROP TABLE IF EXISTS accounts")
            fill(database_url, {"ben": BCRYPT.hash(password.encode()[:72])})
            more = f"{len(password.encode())} bytes, at a bcrypt hash of the first 72"
            self.says(False, log_in_and_rehash, database_url, "ben", "?" + password, more)
            short = password.encode()[:70].decode(errors="ignore")
            self.says(False, log_in_and_rehash, database_url, "ben", short, "its first 70 bytes")
            self.says(True, log_in_and_rehash, database_url, "ben", password, more)

    def test_the_new_hash_is_of_the_whole_password(self, log_in_and_rehash, database_url):
        fill(database_url, {"ben": BCRYPT.hash(LONG.encode()[:72])})
        self.says(True, log_in_and_rehash, database_url, "ben", LONG)
        stored = table(database_url)["ben"]
        tried = "a login with 110 bytes at a bcrypt hash; then what fits the new hash"
        fits = {"all of it": OWN.verify(LONG, stored), "its first 72 bytes": OWN.verify(LONG[:72], stored)}
        means = "Only what bcrypt had read was hashed anew: the next login with the whole password fails."
        expect(fits, {"all of it": True, "its first 72 bytes": False}, tried=tried, means=means)

    def test_a_password_that_was_changed_meanwhile_stays(self, log_in_and_rehash, database_url):
        for old in [BCRYPT.hash(TEA), WEAK.hash(TEA)]:
            chosen = OWN.hash("another password of ana")
            alone = self.raced(log_in_and_rehash, database_url, old, chosen, 0)
            # An answer may compute more hashes than it stores: the last one is the one that counts.
            slow = self.raced(log_in_and_rehash, database_url, old, chosen, len(alone.hashed))
            if slow.refused:  # the answer had locked the row, so the other session comes after it
                ask(database_url, "UPDATE accounts SET hash = %s WHERE name = 'ana'", (chosen,))
            require(
                table(database_url)["ana"] == chosen,
                tried="ana logs in with the old password; another session changes it while hashes.hash() works",
                expected="the hash of the other session",
                got="another one",
                means="The password that ana has just left works again, and the new one does not.",
            )

    def raced(self, log_in_and_rehash, url, old, chosen, at):
        """The hasher of a login; at its hash number `at`, another session stores one, unless the row is locked."""
        ask(url, "DROP TABLE IF EXISTS accounts")
        fill(url, {"ana": old})
        slow = Slow(at)
        slow.refused = False
        change = "SELECT set_config('lock_timeout', '200ms', true); UPDATE accounts SET hash = %s WHERE name = 'ana'"

        def meanwhile():
            try:
                ask(url, change, (chosen,))
            except LockNotAvailable:
                slow.refused = True

        slow.meanwhile = meanwhile
        self.call(log_in_and_rehash, url, PasswordHash([slow, BCRYPT]), "ana", TEA)
        return slow

    def call(self, log_in_and_rehash, url, hashes, name, password):
        with engine_for(url) as engine, Session(engine) as session:
            return log_in_and_rehash(session, hashes, name, password)

    def says(self, wanted, log_in_and_rehash, url, name, password, more=""):
        got = self.call(log_in_and_rehash, url, OWN, name, password)
        tried = f"log_in_and_rehash(session, hashes, {name!r}, {password!r}){more and ': ' + more}"
        expect(got, wanted, tried=tried)

    def replaced(self, log_in_and_rehash, url, old, what):
        ask(url, "DROP TABLE IF EXISTS accounts")
        fill(url, {"ana": old})
        self.says(True, log_in_and_rehash, url, "ana", TEA)
        stored = table(url)["ana"]
        tried = f"{what}, a login with the right password; then what another session finds in the table"
        require(
            stored != old,
            tried=tried,
            expected="a new hash",
            got="the old one",
            means="Either nothing was replaced, or nobody committed it.",
        )
        good = LOW.identify(stored) and not LOW.check_needs_rehash(stored) and LOW.verify(TEA, stored)
        require(
            good, tried=tried, expected="argon2id with the numbers of `hashes`, of this password", got=stored
        )


# 5.1d ----------------------------------------------------------------------------------------


def hex_of(password):
    return sha256(password.encode()).hexdigest()


@exercise(
    "5.1d",
    hints=[
        "What do both have, you today and the app at the next login, from which the same can be computed?",
        "What is stored has to say which kind it is, or somebody who has an old hash types it as a password. A word "
        "in front of it is enough.",
        "wrap: a word + hashes.hash(old). check_wrapped: with the word, verify sha(password) against the rest, and "
        "return hashes.hash(password); without it, verify the password",
    ],
)
class TestWrap:
    def test_argon2id_stands_around_the_old_hash(self, wrap):
        old = hex_of(TEA)
        stored = wrap(OWN, old)
        tried = f"wrap(hashes, sha({TEA!r}))"
        require("$argon2id$" in stored, tried=tried, expected="a text with an argon2id hash", got=stored)
        require(old not in stored, tried=tried, expected="nothing of the old hash", got=stored)

    def test_two_users_with_one_password_differ(self, wrap):
        old = hex_of(TEA)
        first, second = wrap(OWN, old), wrap(OWN, old)
        require(first != second, tried="wrap() twice with one old hash", expected="two texts", got=first)

    def test_the_right_password_fits_what_was_wrapped(self, wrap, check_wrapped):
        for password in [TEA, LONG, "é", "sha256", "$2b$"]:
            stored = wrap(OWN, hex_of(password))
            self.says(True, check_wrapped, password, stored, "a wrapped hash of it")

    def test_a_wrong_password_fits_nothing(self, wrap, check_wrapped):
        for stored in [wrap(OWN, hex_of(TEA)), OWN.hash(TEA)]:
            for password in ["wet socks in july", "", TEA + " ", "sha256" + TEA]:
                got = check_wrapped(OWN, password, stored)
                expect(got, (False, None), tried=f"check_wrapped(hashes, {password!r}, the hash of {TEA!r})")

    def test_a_plain_hash_works_and_stays(self, check_wrapped):
        for password in [TEA, LONG, "sha256"]:
            got = check_wrapped(OWN, password, OWN.hash(password))
            expect(got, (True, None), tried=f"check_wrapped(hashes, {password!r}, its plain hash)")

    def test_a_wrapped_hash_becomes_a_plain_one(self, wrap, check_wrapped):
        for password in [TEA, LONG]:
            new = check_wrapped(OWN, password, wrap(OWN, hex_of(password)))[1]
            tried = f"check_wrapped(hashes, {password!r}, a wrapped hash of it): the second value"
            plain = isinstance(new, str) and LOW.identify(new)
            require(plain, tried=tried, expected="a plain hash, as hashes.hash() makes it", got=new)
            means = "It is a hash of something else, so the next login fails."
            require(
                LOW.verify(password, new),
                tried=tried,
                expected="a hash of the password",
                got=new,
                means=means,
            )
            same = not LOW.check_needs_rehash(new)
            require(same, tried=tried, expected="argon2id with the numbers of `hashes`", got=new)
            expect(
                check_wrapped(OWN, password, new), (True, None), tried="the next login, with what was stored"
            )

    def test_an_old_hash_is_no_password(self, wrap, check_wrapped):
        old = hex_of(TEA)
        kinds = {"wrapped": wrap(OWN, old), "plain": OWN.hash(TEA)}
        for kind, stored in kinds.items():
            tried = f"check_wrapped(hashes, sha({TEA!r}), the {kind} hash of {TEA!r})"
            means = "Whoever has the table that leaked logs in with what stands in it."
            expect(check_wrapped(OWN, old, stored), (False, None), tried=tried, means=means)
        noting = Slow()
        stored = wrap(PasswordHash([noting, BCRYPT]), old)
        for typed in noting.hashed:  # whoever knows the code makes it out of an old hash
            typed = typed if isinstance(typed, str) else typed.decode(errors="replace")
            tried = f"check_wrapped(hashes, what wrap() gave to hashes.hash(), the wrapped hash of {TEA!r})"
            expect(check_wrapped(OWN, typed, stored), (False, None), tried=tried, means=means)
        long_hex = OWN.hash(old)  # somebody whose password is, of all things, such a text
        expect(
            check_wrapped(OWN, TEA, long_hex),
            (False, None),
            tried="a plain hash of sha('…'), and '…' as password",
        )

    def says(self, wanted, check_wrapped, password, stored, what):
        got = check_wrapped(OWN, password, stored)
        require(
            isinstance(got, tuple) and len(got) == 2,
            tried=f"check_wrapped(hashes, {password!r}, {what})",
            expected="two values",
            got=got,
        )
        expect(got[0], wanted, tried=f"check_wrapped(hashes, {password!r}, {what}): the first value")
