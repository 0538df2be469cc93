"""The token to tamper with: what is edited, who signs it, and what the verifiers say of it."""

from typing import Any

import jwt
import pytest

from course import play
from course.base.errors import CourseError

SECRET = "not-a-real-secret-not-a-real-secret"
TOKEN = jwt.encode({"sub": "7"}, SECRET, "HS256")


def strict(token: str) -> Any:
    return jwt.decode(token, SECRET, algorithms=["HS256"])


def lax(token: str) -> Any:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def toy() -> Any:
    return play.token(TOKEN, lax=lax, strict=strict)


def accepted(toy: Any) -> dict[str, bool]:
    return {each.verifier: each.accepted for each in toy.verdicts()}


def test_it_begins_with_the_token_as_it_was_issued(toy: Any) -> None:
    assert toy.token == TOKEN and toy.payload == '{"sub":"7"}'
    assert accepted(toy) == {"lax": True, "strict": True}


def test_a_changed_claim_breaks_the_signature(toy: Any) -> None:
    toy.edit(payload={"sub": "8"})
    assert lax(toy.token) == {"sub": "8"} and accepted(toy) == {"lax": True, "strict": False}
    assert str(toy.verdicts()[1]) == "✗ InvalidSignatureError: Signature verification failed"


def test_a_blank_breaks_it_too(toy: Any) -> None:
    toy.edit(payload='{"sub": "7"}')
    assert lax(toy.token) == {"sub": "7"} and not accepted(toy)["strict"]


def test_it_is_signed_anew_with_any_key(toy: Any) -> None:
    toy.edit(header={"alg": "HS256"}, payload={"sub": "8"})
    toy.sign("another key")
    assert not accepted(toy)["strict"]
    toy.sign(SECRET.encode())
    assert strict(toy.token) == {"sub": "8"} and accepted(toy)["strict"]


def test_text_that_is_not_json_is_refused_and_taken_back(toy: Any) -> None:
    toy.edit(header="{", signature=" \n")
    assert accepted(toy) == {"lax": False, "strict": False} and toy.signature == ""
    toy.restart()
    assert toy.token == TOKEN


def test_a_page_that_is_only_read_shows_parts_and_verdicts(toy: Any) -> None:
    bundle = toy._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    lines = bundle["text/plain"].splitlines()
    assert [line.split()[0] for line in lines] == ["header", "payload", "signature", "lax", "strict"]
    assert lines[4] == "strict     ✓ accepted: {'sub': '7'}" and "&quot;sub&quot;" in bundle["text/html"]


def test_the_fields_do_what_the_calls_do(toy: Any) -> None:
    toy._repr_mimebundle_()
    panel = toy._panel
    panel._fields["payload"].value = '{"sub":"<b>8"}'
    assert lax(toy.token) == {"sub": "<b>8"} and "InvalidSignatureError" in panel._verdicts.value
    assert "<b>" not in panel._verdicts.value and toy.token in panel._verdicts.value
    panel._key.value = SECRET
    panel._sign.click()
    assert panel._fields["signature"].value == toy.signature and accepted(toy)["strict"]
    panel._again.click()
    assert panel._fields["payload"].value == '{"sub":"7"}' and toy.token == TOKEN


def test_calls_from_python_are_seen_in_the_fields(toy: Any) -> None:
    toy._repr_mimebundle_()
    toy.edit(header={"alg": "none"}, signature="")
    assert toy._panel._fields["header"].value == '{"alg":"none"}'
    assert toy._panel._fields["signature"].value == ""


@pytest.mark.parametrize("text", ["hello", "a.b", "é.é.é", f"{TOKEN}.more"])
def test_what_is_no_token_is_a_sentence(text: str) -> None:
    with pytest.raises(CourseError, match="This is not a JWT"):
        play.token(text, lax=lax)


def test_without_verifiers_it_says_how() -> None:
    with pytest.raises(CourseError, match="Name the verifiers"):
        play.token(TOKEN)
