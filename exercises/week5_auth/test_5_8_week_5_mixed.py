"""Checks of the exercises of lesson 5.8."""

from hashlib import sha256

import pytest
from fastapi import FastAPI, Header, HTTPException

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
)

# 5.8a ----------------------------------------------------------------------------------------

ANA, RIGHT = "ana@example.org", "4711"
UNLOCKED = "Both read the row before one of them wrote. A lock makes the second one wait, and read later."
ROLLED_BACK = "An exception that leaves the block of `session.begin()` rolls back what was counted in it."


@exercise(
    "5.8a",
    hints=[
        "What becomes of a transaction when an exception leaves its block? And what may another call do between "
        "your SELECT and your UPDATE?",
        "3.8 shows what `session.begin()` does at the end of its block, and a row that is read to be changed. "
        "`session.get` may find nothing.",
        "In the block: get the row with_for_update=True, work out `accepted`, delete the row or count. Behind the "
        "block: raise Refused if it was not accepted.",
    ],
)
class TestConfirm:
    @pytest.fixture
    def url(self, database_url):
        ask(
            database_url,
            "CREATE TABLE codes (email text PRIMARY KEY, digest text NOT NULL, wrong integer NOT NULL)",
        )
        return database_url

    def test_the_right_code_is_accepted_once(self, confirm, Refused, url):
        self.store(url)
        self.store(url, "ben@example.org", "0815")
        self.says(["accepted", "refused"], confirm, Refused, url, [RIGHT, RIGHT])
        got = [email for (email,) in ask(url, "SELECT email FROM codes")]
        expect(got, ["ben@example.org"], tried="the right code of ana; then the addresses that have a row")

    def test_a_wrong_code_is_refused(self, confirm, Refused, url):
        self.store(url)
        for code in ["4712", "", "47110", " 4711", self.digest(RIGHT)]:
            self.says(["refused"], confirm, Refused, url, [code])

    def test_wrong_codes_are_counted(self, confirm, Refused, url):
        self.store(url)
        self.store(url, "ben@example.org", "4712")
        for count in range(1, 6):
            self.says(["refused"], confirm, Refused, url, ["4712"])
            tried = f"wrong code number {count}; then the row"
            self.counted(count, url, tried, {0: ROLLED_BACK})
        got = ask(url, "SELECT wrong FROM codes WHERE email = 'ben@example.org'")
        expect(got, [(0,)], tried="five wrong codes of ana; then what `wrong` is in the row of ben")

    def test_after_five_wrong_codes_the_right_one_is_refused(self, confirm, Refused, url):
        for wrong, wanted in {4: "accepted", 5: "refused", 6: "refused"}.items():
            ask(url, "DELETE FROM codes")
            self.store(url, wrong=wrong)
            self.says([wanted], confirm, Refused, url, [RIGHT], f"a row with wrong = {wrong}; then ")
        ask(url, "DELETE FROM codes")
        self.store(url)
        self.says(["refused"] * 6, confirm, Refused, url, ["0000"] * 5 + [RIGHT])

    def test_an_address_without_a_row_is_refused(self, confirm, Refused, url):
        means = "`get` returns None where there is no row, and None has no columns."
        self.says(["refused"], confirm, Refused, url, [RIGHT], means=means)
        self.store(url)
        self.says(["refused"], confirm, Refused, url, [RIGHT], email="ben@example.org", means=means)

    def test_of_two_right_codes_at_once_one_is_accepted(self, confirm, Refused, url):
        for tried, got in self.at_once(confirm, Refused, url, RIGHT):
            expect(got, ["accepted", "refused"], tried=tried, means=UNLOCKED)

    def test_two_wrong_codes_at_once_are_both_counted(self, confirm, Refused, url):
        for tried, got in self.at_once(confirm, Refused, url, "4712"):
            expect(got, ["refused", "refused"], tried=tried)
            self.counted(2, url, f"{tried}; then the row", {0: ROLLED_BACK, 1: UNLOCKED})

    def store(self, url, email=ANA, code=RIGHT, wrong=0):
        ask(url, "INSERT INTO codes VALUES (%s, %s, %s)", (email, self.digest(code), wrong))

    def digest(self, code):
        return sha256(code.encode()).hexdigest()

    def outcome(self, confirm, Refused, engine, email, code):
        try:
            confirm(engine, email, code)
        except Refused:
            return "refused"
        except Exception as error:
            return type(error).__name__
        return "accepted"

    def says(self, wanted, confirm, Refused, url, codes, before="", email=ANA, means=None):
        with engine_for(url) as engine:
            got = [self.outcome(confirm, Refused, engine, email, code) for code in codes]
        tried = f"{before}the codes {', '.join(map(repr, codes))} for {email}, of which {RIGHT!r} is right for {ANA}"
        expect(got, wanted, tried=tried, means=means)

    def counted(self, wanted, url, tried, means):
        found = ask(url, "SELECT wrong FROM codes WHERE email = %s", (ANA,))
        got = found[0][0] if found else "no row"
        expect(got, wanted, tried=f"{tried}: what `wrong` is", means=means)

    def at_once(self, confirm, Refused, url, code):
        """Two calls at once, for each step of the first one before which the second one may come."""
        for number in range(1, 9):
            ask(url, "DELETE FROM codes")
            self.store(url)
            met = Meeting(url, number, lambda: self.alone(confirm, Refused, url, code))
            with engine_for(url) as engine:
                met.listen(engine)
                first = in_thread(self.outcome, confirm, Refused, engine, ANA, code)
                ended = finished(first) and (not met.second or finished(met.second))
            if ended and not met.second:
                return
            tried = f"{code!r} twice at once, the second call before the {met.step} of the first one"
            require(ended, tried=tried, expected="both come to their end", got="one waits for ever")
            where = "in this process" if met.waits_here else "in the database"
            means = "Another process knows nothing of a lock of this one."
            expect(where, "in the database", tried=f"{tried}: where it waits", means=means)
            yield tried, sorted([first.result(), met.second.result()])

    def alone(self, confirm, Refused, url, code):
        with engine_for(url) as engine:
            return self.outcome(confirm, Refused, engine, ANA, code)


# 5.8b ----------------------------------------------------------------------------------------

PEOPLE = {"Bearer ana": "ana", "Bearer ben": "ben"}


def who(authorization: str = Header("")) -> str:
    if authorization not in PEOPLE:
        raise HTTPException(401)
    return PEOPLE[authorization]


class Bookings:
    """An app with two bookings, and requests to it."""

    def __init__(self, add_change):
        self.stored = {
            7: {"id": 7, "owner": "ana", "seats": 2, "note": "window", "cost": 31},
            8: {"id": 8, "owner": "ben", "seats": 4, "note": None, "cost": 62},
        }
        app = FastAPI()
        add_change(app, self.stored, who)
        self.client = client_of(app)

    def patch(self, sent, number=7, caller="ana"):
        headers = {"Authorization": f"Bearer {caller}"} if caller else {}
        return self.client.patch(f"/bookings/{number}", json=sent, headers=headers)

    def tried(self, sent, number=7, caller="ana"):
        return f"PATCH /bookings/{number} {sent} as {caller or 'nobody'}"


@exercise(
    "5.8b",
    hints=[
        "Which fields may a client send, and which may it see? How do you tell a field that was not sent from one "
        "that is null?",
        "1.4 has extra='forbid' and limits of a number, 1.5 has exclude_unset, 2.4 has Depends, and 5.5 says what "
        "somebody learns from a 403.",
        "One model for what is sent, one for the response; one `if` that raises the 404; "
        "booking.update(sent.model_dump(exclude_unset=True))",
    ],
)
class TestChange:
    @pytest.fixture
    def bookings(self, add_change):
        return Bookings(add_change)

    def test_a_change_is_stored(self, bookings):
        for sent in (
            {"seats": 1},
            {"seats": 8},
            {"note": "aisle"},
            {"seats": 3, "note": "door"},
            {"note": ""},
        ):
            wanted = bookings.stored[7] | sent
            status = bookings.patch(sent).status_code
            tried = bookings.tried(sent)
            expect(status, 200, tried=tried)
            expect(bookings.stored[7], wanted, tried=f"{tried}; then bookings[7]")

    def test_what_was_not_sent_stays(self, bookings):
        before = dict(bookings.stored[7])
        means = "A field that was not sent has the default of the model; `exclude_unset` leaves it out."
        for sent in ({}, {"seats": 5}, {"note": "door"}):
            before |= sent
            bookings.patch(sent)
            expect(bookings.stored[7], before, tried=f"{bookings.tried(sent)}; then bookings[7]", means=means)
        others = {"id": 8, "owner": "ben", "seats": 4, "note": None, "cost": 62}
        expect(bookings.stored[8], others, tried="three changes of booking 7; then bookings[8]")

    def test_a_note_may_be_null(self, bookings):
        status = bookings.patch({"note": None}).status_code
        tried = bookings.tried({"note": None})
        expect(status, 200, tried=tried)
        means = {"window": "`exclude_none` leaves out a null that was sent."}
        expect(bookings.stored[7].get("note", "missing"), None, tried=f"{tried}; then the note", means=means)

    def test_seats_are_from_1_to_8(self, bookings):
        for seats in (None, 0, 9, -1, 2.5, "many"):
            self.is_refused(bookings, {"seats": seats})
            self.is_refused(bookings, {"note": "door", "seats": seats})

    def test_a_note_is_a_text(self, bookings):
        for note in (7, ["door"]):
            self.is_refused(bookings, {"note": note})

    def test_another_field_is_refused(self, bookings):
        for sent in ({"owner": "ben"}, {"cost": 0}, {"id": 9}, {"seat": 3}, {"seats": 3, "cost": 31}):
            self.is_refused(bookings, sent)

    def test_a_booking_of_others_is_like_one_that_is_not_there(self, bookings):
        for sent in ({}, {"seats": 3}):
            theirs, missing = bookings.patch(sent, 8), bookings.patch(sent, 9)
            expect(missing.status_code, 404, tried=bookings.tried(sent, 9))
            means = {403: "A 403 says that the booking exists."}
            expect(theirs.status_code, 404, tried=bookings.tried(sent, 8), means=means)
            expect(theirs.text, missing.text, tried="the bodies of the two 404")
            expect(bookings.stored[8]["seats"], 4, tried=f"{bookings.tried(sent, 8)}; then the seats")

    def test_each_owner_changes_their_own(self, bookings):
        got = [bookings.patch({"seats": 6}, *at).status_code for at in ((8, "ben"), (7, "ben"), (7, "ana"))]
        expect(got, [200, 404, 200], tried="PATCH of 8 as ben, of 7 as ben, of 7 as ana; the statuses")

    def test_without_a_login_it_is_401(self, bookings):
        for sent in ({"seats": 3}, {"seats": 9}, {"cost": 0}, {}):
            for caller in ("", "zoe"):
                got = bookings.patch(sent, 7, caller).status_code
                means = {422: "The body is read after the dependencies, if `who` is one."}
                expect(got, 401, tried=bookings.tried(sent, 7, caller), means=means)
        expect(bookings.stored[7]["seats"], 2, tried="changes without a login; then the seats")

    def test_the_response_is_the_booking_without_its_cost(self, bookings):
        wanted = {"id": 7, "owner": "ana", "seats": 3, "note": "window"}
        for sent in ({"seats": 3}, {}, {"note": None}):
            wanted |= sent
            got = bookings.patch(sent).json()
            tried = f"{bookings.tried(sent)}: the response"
            means = "A response model that names what is sent leaves the rest out." if "cost" in got else None
            expect(got, wanted, tried=tried, means=means)
        expect(bookings.stored[7].get("cost"), 31, tried="three changes; then the cost in bookings[7]")

    def is_refused(self, bookings, sent):
        before = dict(bookings.stored[7])
        got = bookings.patch(sent).status_code
        expect(got, 422, tried=bookings.tried(sent))
        expect(bookings.stored[7], before, tried=f"{bookings.tried(sent)}; then bookings[7]")
