"""Attacks on a small API of other structure: each hole is found, and without a hole nothing gets through."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, HTTPException
from small_api import SECRET, small_api

from course.attacks.groups import attacks
from course.attacks.outcome import Outcome
from course.attacks.registry import GROUPS
from course.attacks.report import Report
from course.attacks.run import on_server
from course.serving.server import serve, stop_all

# What the small API can be attacked with, and the hole that lets it through.
HOLES = {
    "weak password": "password-that-everybody-has",
    "72 bytes": "password-cut-after-72-bytes",
    "case of e-mail": "email-spelled-differently",
    "taken name": "name-that-is-taken",
    "who exists": "login-that-tells-who-exists",
    "time": "login-whose-time-tells-who-exists",
    "key of week 2": "keys-of-week-two",
    "claimed name": "other-ways-to-say-who",
    "signature": "payload-of-somebody-else",
    "alg none": "algorithm-none",
    "weak secret": "secret-that-is-published",
    "jwk": "key-that-the-token-names",
    "algorithm": "algorithm-that-is-not-ours",
    "expired": "token-that-has-expired",
    "no end": "token-without-an-end",
    "audience": "token-for-another-service",
    "no audience": "token-for-another-service",
    "issuer": "token-of-another-issuer",
    "type": "token-of-another-type",
    "user who is gone": "token-of-nobody",
    "token in address": "token-in-the-address",
    "e-mail in token": "secrets-in-the-payload",
    "no guard": "everything-without-a-token",
    "admin": "everything-of-an-admin",
    "others' posts": "post-of-somebody-else-changed",
    "deleting others' posts": "post-of-somebody-else-deleted",
    "others' comments": "comment-of-somebody-else-changed",
    "true condition": "search-that-is-always-true",
    "quote": "quotes-in-a-search",
    "wildcards": "wildcards-in-a-search",
    "author": "author-of-a-new-post",
    "changed author": "author-of-a-changed-post",
    "score": "id-of-a-new-post",
    "role": "role-at-the-registration",
    "large body": "body-without-a-length",
    "long pages": "page-of-a-million",
    "guesses": "guesses-without-an-end",
    "registrations": "registrations-without-an-end",
    "echo of password": "password-in-an-error",
    "echo of input": "password-in-an-error",
    "e-mail": "email-of-somebody-else",
    "hash": "hashes-in-responses",
    "traceback": "error-that-shows-the-program",
    ".env": "files-of-the-program",
    "kept by the browser": "token-in-the-store-of-a-browser",
    "any origin": "page-of-another-site",
    "null origin": "page-of-no-site",
    "similar origin": "page-of-a-site-with-a-similar-name",
    "cookie": "cookies-for-scripts",
    "page": "script-in-a-post",
    "frames": "page-in-a-frame",
    "frames of all": "page-in-a-frame",
    "frames of one": "page-in-a-frame",
    "redirect": "redirect-to-another-site",
}
SOMEBODY_ELSES = {
    "hashes-in-responses": "email-of-somebody-else",
    "cookies-for-scripts": "form-of-another-site",
}


@pytest.fixture(autouse=True)
def no_server_is_left() -> Iterator[None]:
    yield
    stop_all()


def attacked(*holes: str, only: tuple[str, ...] = (), mark: str = "") -> Report:
    with serve(small_api(*holes)) as server:
        return on_server(server.url, "a small API", secret=SECRET, mark=mark, only=only)


def test_there_are_at_least_thirty_attacks_in_eight_groups() -> None:
    known = attacks()
    assert len({each.name for each in known}) == len(known) >= 30
    assert {each.group for each in known} == set(GROUPS)
    for each in known:
        assert (each.sent[0].isupper() or each.sent[0] == "`") and len(each.sent) <= 110, each.name


def test_nothing_gets_through_where_there_is_no_hole() -> None:
    report = attacked()
    assert [(each.attack.name, each.back) for each in report.holes] == []
    refused = {each.attack.name for each in report.lines if each.outcome is Outcome.REFUSED}
    assert set(HOLES.values()) <= refused
    for each in report.lines:
        if each.outcome is Outcome.NOT_TRIED:
            assert each.back.endswith("."), each


@pytest.mark.parametrize(("hole", "name"), HOLES.items(), ids=HOLES)
def test_each_hole_is_found_by_its_attack(hole: str, name: str) -> None:
    # The last ones look at what others brought back.
    line = attacked(hole, only=(name, SOMEBODY_ELSES.get(name, name)))[name]
    expected = Outcome.FAILED if hole == "quote" else Outcome.THROUGH
    assert (line.outcome, line.back) == (expected, line.back)


def test_on_a_page_each_group_is_a_line_and_unfolds_and_what_got_through_is_told() -> None:
    shown = attacked("any origin", only=("page-of-another-site", "token-in-the-address", "votes-at-once"))
    bundle = shown._repr_mimebundle_()
    text, page = bundle["text/plain"], bundle["text/html"]
    assert text.splitlines() == [
        "✓ tokens                1 refused",
        "– limits and resources  1 not tried",
        "    – Eight votes of one user at the same moment (3.5)",
        "      This app has no votes.",
        "✗ browser               1 let through",
        "    ✗ A fetch, and its preflight, from a page of another site (5.7)",
        "      Access-Control-Allow-Origin: https://evil.example, with credentials for https://evil.example",
        "",
        "3 attacks on a small API: 1 refused, 1 let through, 1 not tried.",
    ]
    assert (page.count("<details>"), page.count("<details open>")) == (2, 1)
    assert page.count("<tr><td") == 3 and "This app has no votes." in page
    assert "<code>?access_token=</code>" in page
    assert "Eight votes" in repr(shown) and "`?access_token=`" in repr(shown)  # a terminal gets all


def test_at_an_address_it_says_what_it_leaves_behind() -> None:
    report = attacked(mark="abc123", only=("post-of-somebody-else-changed",))
    assert report.left == ("the user veraabc123", "the user malloryabc123")
    assert report.summary.endswith("They leave behind: the user veraabc123, the user malloryabc123.")
    kept = attacked("deleting others' posts", mark="a1", only=("post-of-somebody-else-deleted",))
    assert [each for each in kept.left if "posts" in each] == []


def test_where_the_limit_is_reached_already_it_says_when_to_try_again() -> None:
    app = FastAPI()

    @app.post("/auth/register")
    def register() -> None:
        raise HTTPException(429, "Later.", {"Retry-After": "90"})

    @app.get("/posts")
    def posts() -> list[str]:
        return []

    with serve(app) as server:
        report = on_server(
            server.url, "an app", mark="a1", only=("search-that-is-always-true", "page-of-no-site")
        )
    assert report["page-of-no-site"].outcome is Outcome.REFUSED
    assert [each.back for each in report.lines if each.outcome is Outcome.NOT_TRIED] == [
        "Nobody can register now: 429 Too Many Requests. Try again in 90 seconds."
    ]
