"""Checks of the exercises of lesson 6.4."""

import pytest

from course.checks import GradedTests, exercise

# 6.4a ----------------------------------------------------------------------------------------

LINKS = '''"""Links that are sent by e-mail, and good for an hour."""

from datetime import UTC, datetime, timedelta

import jwt

SECRET = "not-a-real-secret-not-a-real-secret"
HOUR = timedelta(hours=1)


def new_link(email: str, purpose: str, now: datetime) -> str:
    """A link for an address and a purpose."""
    claims = {"sub": email, "aud": purpose, "exp": now + HOUR}
    return jwt.encode(claims, SECRET, "HS256")


def read_link(link: str, purpose: str, now: datetime) -> str:
    """The address of a link. Raises ValueError."""
    options = {"verify_exp": False}  # the time is `now`
    try:
        claims = jwt.decode(link, SECRET, algorithms=["HS256"], audience=purpose, options=options)
    except jwt.InvalidTokenError as error:
        raise ValueError("This link is not valid.") from error
    if datetime.fromtimestamp(claims["exp"], UTC) <= now:
        raise ValueError("This link has expired.")
    return claims["sub"]
'''
LINK_MISTAKES = {
    "address": (
        "An address comes back in small letters.",
        "new_link",
        '"sub": email',
        '"sub": email.lower()',
    ),
    "one": ("Every link gives the same address.", "read_link", 'claims["sub"]', '"ada@x.example"'),
    "ever": (
        "A link is good for ever.",
        "read_link",
        'datetime.fromtimestamp(claims["exp"], UTC) <= now',
        "False",
    ),
    "day": ("A link is good for a day.", "new_link", "now + HOUR", "now + 24 * HOUR"),
    "second": (
        "A link has ended one second before its hour is over.",
        "new_link",
        "now + HOUR",
        "now + HOUR - timedelta(seconds=1)",
    ),
    "edge": ("A link is still good when an hour has passed.", "read_link", "<= now", "< now"),
    "purpose": (
        "A link for any purpose is taken.",
        "read_link",
        "{",
        '{"verify_aud": False, ',
    ),
    "signature": (
        "A link is taken whatever its signature is.",
        "read_link",
        '{"verify_exp": False}  # the time is `now`',
        '{"verify_exp": False, "verify_signature": False, "verify_aud": True}',
    ),
}


@exercise(
    "6.4a",
    hints=[
        "Which of the four rules needs time, and who tells the functions what time it is?",
        "Begin with a link that works. Each refusal changes one thing of it: the time, the purpose, the signature.",
        "link = new_link(…, now); read it at now + timedelta(minutes=59, seconds=59), and with pytest.raises(ValueError) at "
        "now + timedelta(hours=1); '.'.join of the first two parts of one link and the last of another",
    ],
    limit_seconds=60,
)
class TestOfLinks:
    @pytest.fixture
    def graded(self, TestLinks):
        return GradedTests.of_text(TestLinks, "links.py", LINKS, LINK_MISTAKES)

    def test_the_tests_pass_on_the_right_functions(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_address_is_noticed(self, graded):
        graded.notice("one", "Two links for two addresses: which address does each give?")
        graded.notice("address", "An address may have capital letters.")

    def test_a_link_that_lasts_too_long_is_noticed(self, graded):
        graded.notice("ever", "Read a link long after it was made. Which `now` says so?")
        graded.notice("day", "Is a link good after an hour and a minute?")
        graded.notice("edge", "When exactly has an hour passed?")

    def test_a_link_that_ends_too_early_is_noticed(self, graded):
        graded.notice("second", "Is a link still good one second before its hour is over?")

    def test_a_link_for_another_purpose_is_noticed(self, graded):
        graded.notice("purpose", "Make a link for one purpose and read it for another one.")

    def test_a_wrong_signature_is_noticed(self, graded):
        graded.notice("signature", "Put the signature of another link behind the first two parts.")


# 6.4b ----------------------------------------------------------------------------------------

PAYMENTS = '''"""Payments with a card, and what is logged of them."""

import logging

logger = logging.getLogger("shop.payments")


def pay(card: str, cents: int) -> bool:
    """Whether the bank took it."""
    logger.debug("asking the bank for %s cents", cents)
    if card.endswith("0"):
        logger.warning("refused: card ...%s", card[-4:])
        return False
    logger.info("paid: %s cents, card ...%s", cents, card[-4:])
    return True
'''
PAID = 'logger.info("paid: %s cents, card ...%s", cents, card[-4:])'
REFUSED = 'logger.warning("refused: card ...%s", card[-4:])'
ASKING = 'logger.debug("asking the bank for %s cents", cents)'
PAY_MISTAKES = {
    "refused": ("A refused card is answered True.", "return False", "return True"),
    "taken": ("A payment that is taken is answered False.", "    return True", "    return False"),
    "silent": ("Nothing is logged of a payment.", PAID, "pass"),
    "cents": (
        "The line of a payment does not say how much.",
        '"paid: %s cents, card ...%s", cents, card',
        '"paid: card ...%s", card',
    ),
    "digits": (
        "The line of a payment shows the first four digits of the card.",
        "cents, card[-4:]",
        "cents, card[:4]",
    ),
    "twice": (
        "A payment that is taken is logged twice at INFO.",
        PAID,
        f"{PAID}\n    {PAID}",
    ),
    "told": (
        "The number of a card stands in the line of its payment.",
        '"paid: %s cents, card ...%s", cents, card[-4:]',
        '"paid: %s cents, card %s", cents, card',
    ),
    "unseen": ("Nothing is logged of a card that is refused.", REFUSED, "pass"),
    "level": ("A card that is refused is logged at INFO.", "logger.warning", "logger.info"),
    "which": ("The warning does not say which card.", '"refused: card ...%s", card[-4:]', '"refused"'),
    "again": (
        "A card that is refused is logged twice at WARNING.",
        REFUSED,
        f"{REFUSED}\n        {REFUSED}",
    ),
    "both": (
        "A payment that is refused is logged as paid, too.",
        REFUSED,
        f"{REFUSED}\n        {PAID}",
    ),
    "debug": (
        "The number of a card stands in the log, at DEBUG.",
        ASKING,
        'logger.debug("asking the bank for %s cents of %s", cents, card)',
    ),
    "warned": (
        "The number of a card that is refused stands in the log.",
        '"refused: card ...%s", card[-4:]',
        '"refused: card %s", card',
    ),
}


@exercise(
    "6.4b",
    hints=[
        "Which lines does caplog keep if nobody tells it a level?",
        "`caplog.records` has the lines one by one, with `levelname` and `getMessage()`; `caplog.text` has all of them.",
        "caplog.set_level('DEBUG'); pay a card of each kind; look for one record of the right level, its words, "
        "and for the whole number in caplog.text",
    ],
    limit_seconds=60,
)
class TestOfPay:
    @pytest.fixture
    def graded(self, TestPay):
        mistakes = {name: (says, "pay", old, new) for name, (says, old, new) in PAY_MISTAKES.items()}
        return GradedTests.of_text(TestPay, "payments.py", PAYMENTS, mistakes)

    def test_the_tests_pass_on_the_right_function(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_answer_is_noticed(self, graded):
        graded.notice("refused", "What does pay return for a number that ends with 0?")
        graded.notice("taken", "What does pay return for any other number?")

    def test_a_payment_without_its_line_is_noticed(self, graded):
        graded.notice("silent", "Is there a record at INFO? caplog keeps it from which level on?")
        graded.notice("cents", "Which number must the line at INFO hold beside the digits?")
        graded.notice("digits", "Which four digits of the card must the line at INFO hold?")
        graded.notice("twice", "How many records at INFO does one payment leave?")

    def test_a_refusal_without_its_warning_is_noticed(self, graded):
        graded.notice("unseen", "Is there a record at WARNING?")
        graded.notice("level", "Which level has the record of a refused card?")
        graded.notice("which", "What must the warning hold?")
        graded.notice("again", "How many records at WARNING does one refusal leave?")

    def test_a_refusal_that_is_logged_as_paid_is_noticed(self, graded):
        graded.notice("both", "How many records at INFO may a refused card leave?")

    def test_a_number_in_the_log_is_noticed(self, graded):
        graded.notice("told", "Look for the whole number of a card that is taken in caplog.text.")
        graded.notice("warned", "Look for the whole number of a refused card in caplog.text.")
        graded.notice("debug", "The lowest level is DEBUG. Does caplog keep such a line?")


# 6.4c ----------------------------------------------------------------------------------------

REFUSALS = [
    *("wrong-token-is-none", "logout-leaves-the-token", "writer-manages-users"),
    "posts-of-others-are-changed",
]


@exercise(
    "6.4c",
    hints=[
        "For each test: would the same request succeed if the rule in its name were not there?",
        "Look at the name of the header, at whose client it is, at the field of the body, and at the path.",
        "GET /posts with the header Authorization; ada's own client after her logout; json={'role': …} and == 403; "
        "bob at the Location of ada's post, with a whole body",
    ],
    limit_seconds=60,
)
class TestOfRefusals:
    @pytest.fixture
    def graded(self, TestRefusals):
        return GradedTests.of_lesson(TestRefusals, "6.4", REFUSALS)

    def test_the_tests_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_token_that_is_taken_for_none_is_noticed(self, graded):
        graded.notice(
            "wrong-token-is-none",
            "Does the token arrive? And without any token, what would this request come back with?",
        )

    def test_a_token_that_outlives_its_logout_is_noticed(self, graded):
        graded.notice("logout-leaves-the-token", "Whose token does the second request send?")

    def test_a_member_who_gives_roles_is_noticed(self, graded):
        graded.notice("writer-manages-users", "What would an admin get for this body?")

    def test_a_member_who_replaces_a_post_of_others_is_noticed(self, graded):
        graded.notice("posts-of-others-are-changed", "What would ada get for this path and this body?")


# 6.4d ----------------------------------------------------------------------------------------

BOARD = '''"""Notes: anyone reads them, members write them, moderators remove them."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()
ROLES = {"Bearer ben": "member", "Bearer mia": "moderator"}


class Note(BaseModel):
    text: str


def allow(*roles: str) -> Any:
    def guard(authorization: Annotated[str, Header()] = "") -> None:
        role = ROLES.get(authorization, "nobody")
        if role not in roles:
            raise HTTPException(401 if role == "nobody" else 403)

    return Depends(guard)


@app.get("/notes", dependencies=[allow("nobody", "member", "moderator")])
def read_notes() -> list[Note]:
    return [Note(text="Tea")]


@app.post("/notes", status_code=201, dependencies=[allow("member", "moderator")])
def write_note(note: Note) -> Note:
    return note


@app.delete("/notes/{note_id}", status_code=204, dependencies=[allow("moderator")])
def remove_note(note_id: int) -> None:
    if note_id != 1:
        raise HTTPException(404)


@app.get("/reports", dependencies=[allow("moderator")])
def read_reports() -> list[str]:
    return []


@app.get("/me", dependencies=[allow("member", "moderator")])
def read_me(authorization: Annotated[str, Header()] = "") -> str:
    return ROLES.get(authorization, "")
'''
OPERATIONS = {  # by definition: the operation, and who is let through
    "read_notes": ("GET /notes", ["nobody", "member", "moderator"]),
    "write_note": ("POST /notes", ["member", "moderator"]),
    "remove_note": ("DELETE /notes/{note_id}", ["moderator"]),
    "read_reports": ("GET /reports", ["moderator"]),
    "read_me": ("GET /me", ["member", "moderator"]),
}
CALLERS = {"nobody": "somebody without a header", "member": "ben", "moderator": "mia"}


def cells():
    """For each cell of the table, the app that lets the caller through if they are refused, or the reverse."""
    for definition, (operation, right) in OPERATIONS.items():
        for role in CALLERS:
            wrong = [each for each in CALLERS if (each in right) != (each == role)]
            old, new = (", ".join(f'"{each}"' for each in roles) for roles in (right, wrong))
            word = "is refused" if role in right else "is let through"
            yield f"{operation} {role}", (f"{operation}: {role} {word}.", definition, old, new)


BOARD_MISTAKES = dict(cells()) | {
    "known": ("A caller who is known gets 401 instead of 403.", "allow", "403", "401"),
    "unknown": ("A caller who is not known gets 403 instead of 401.", "allow", "401", "403"),
    "header": ("A caller without a header is taken for ben.", "allow", '= ""', '= "Bearer ben"'),
    "new": (
        "A new operation, GET /export, is open to anyone.",
        "app",
        "app = FastAPI()",
        'app = FastAPI()\napp.get("/export")(lambda: [])',
    ),
    "method": (
        "A new operation, DELETE /notes, is open to anyone.",
        "app",
        "app = FastAPI()",
        'app = FastAPI()\napp.delete("/notes")(lambda: [])',
    ),
}


@exercise(
    "6.4d",
    hints=[
        "How does one test try all callers on an operation, and how does a test learn which operations there are?",
        "pytest.mark.parametrize over the rows; `app.openapi()['paths']` has the paths, and under each path its methods.",
        "A dict from 'GET /notes' to three statuses; TestClient(app, headers=…) for each caller; a set of "
        "f'{method.upper()} {path}' compared with the set of its keys",
    ],
    limit_seconds=60,
)
class TestOfRights:
    @pytest.fixture
    def graded(self, TestRights):
        return GradedTests.of_text(TestRights, "board.py", BOARD, BOARD_MISTAKES)

    def test_the_tests_pass_on_the_right_app(self, graded):
        graded.pass_on_the_right_app()

    def test_a_wrong_right_to_read_notes_is_noticed(self, graded):
        self.each_caller(graded, "GET /notes")

    def test_a_wrong_right_to_write_a_note_is_noticed(self, graded):
        self.each_caller(graded, "POST /notes")

    def test_a_wrong_right_to_remove_a_note_is_noticed(self, graded):
        self.each_caller(graded, "DELETE /notes/{note_id}")

    def test_a_wrong_right_to_reports_is_noticed(self, graded):
        self.each_caller(graded, "GET /reports")

    def test_a_wrong_right_to_ones_own_page_is_noticed(self, graded):
        self.each_caller(graded, "GET /me")

    def test_a_wrong_status_of_a_refusal_is_noticed(self, graded):
        graded.notice("known", "Which status does ben get where he may not do something?")
        graded.notice("unknown", "Which status does somebody without a header get?")

    def test_nobody_taken_for_a_member_is_noticed(self, graded):
        graded.notice("header", "Which headers does the request of nobody have?")

    def test_an_operation_that_is_not_in_the_table_is_noticed(self, graded):
        graded.notice("new", "Where does the app itself say which operations it has?")
        graded.notice("method", "A path may have more methods than the table knows.")

    def each_caller(self, graded, operation):
        for role, who in CALLERS.items():
            graded.notice(f"{operation} {role}", f"What does {who} get for {operation}?")
