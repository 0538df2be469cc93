"""Tokens: which ones the app takes, and whose it stops taking before they expire."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from postboard_support import APP, bearer, fresh_app


@pytest.fixture(scope="module")
def app():
    with fresh_app("tokens") as running:
        yield running


@pytest.fixture(scope="module")
def secret(app):
    """The secret that the app signs with; the one thing that a forger must not have."""
    told = "from app.settings import settings; print(settings.token_secret.get_secret_value())"
    command = [sys.executable, "-c", told]
    return subprocess.run(command, cwd=APP, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def token(app) -> str:
    return app.new()["Authorization"].removeprefix("Bearer ")


def claims_of(token: str) -> dict:
    return jwt.decode(token, options={"verify_signature": False})


def status(app, token: str) -> int:
    answer = app.ask("GET", "/users/me", headers=bearer(token))
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
        assert answer.json()["detail"] in ("This token is not valid.", "This token has expired.")
    return answer.status_code


def test_a_token_opens_the_door_and_without_one_the_response_says_how(app, token):
    assert status(app, token) == 200
    bare = app.ask("GET", "/users/me")
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, "Bearer")
    assert app.ask("GET", "/users/me", headers={"Authorization": "Basic YTpi"}).status_code == 401
    assert app.ask("GET", "/posts", headers=bearer("wrong")).status_code == 401


def test_what_the_token_says(app, token, secret):
    claims, header = claims_of(token), jwt.get_unverified_header(token)
    assert header == {"alg": "HS256", "typ": "at+jwt"}
    assert (claims["iss"], claims["aud"], claims["scope"]) == ("postboard", "postboard-api", "posts:write")
    assert claims["sub"].isdecimal() and claims["exp"] - claims["iat"] == 900
    signed = jwt.encode(claims, secret, "HS256", headers={"typ": "at+jwt"})
    assert status(app, signed) == 200  # so the forgeries below fail for what is forged


PAST = datetime.now(UTC) - timedelta(seconds=1)


@pytest.mark.parametrize(
    "changed",
    [
        {"exp": PAST},
        {"aud": "another-api"},
        {"iss": "somebody"},
        {"sub": 1},
        {"sub": "999999"},
        {"sub": "carla"},
        {"sub": "1" * 5000},  # more digits than int() takes
        {"scope": ["posts:write"]},
        {"sid": "of-another-app"},
        {"sid": 7},
        {"iat": datetime.now(UTC) + timedelta(hours=1)},
        *({name: None} for name in ("exp", "aud", "iss", "sub", "jti", "iat", "scope")),
    ],
    ids=lambda changed: " ".join(changed) + (" wrong" if any(changed.values()) else " missing"),
)
def test_a_claim_that_is_wrong_or_missing_is_refused_even_with_our_signature(app, token, secret, changed):
    claims = {name: value for name, value in (claims_of(token) | changed).items() if value is not None}
    assert status(app, jwt.encode(claims, secret, "HS256", headers={"typ": "at+jwt"})) == 401


def test_another_kind_of_token_or_another_algorithm_is_refused(app, token, secret):
    claims = claims_of(token)
    assert status(app, jwt.encode(claims, secret, "HS256")) == 401
    assert status(app, jwt.encode(claims, secret * 2, "HS512", headers={"typ": "at+jwt"})) == 401
    assert status(app, jwt.encode(claims, None, "none", headers={"typ": "at+jwt"})) == 401
    assert status(app, jwt.encode(claims, "guessed" * 5, "HS256", headers={"typ": "at+jwt"})) == 401


def part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "header", ["[" * 20_000, "[1]", '{"alg":["HS256"]}', '{"alg":"HS256","kid":3}', "{}"]
)
def test_a_token_that_is_none_is_refused_and_nothing_breaks(app, token, header):
    rest = token.partition(".")[2]
    assert status(app, f"{part(header)}.{rest}") == 401
    assert status(app, token[:-4]) == 401
    payload = part(json.dumps(claims_of(token) | {"sub": "1"}))
    assert status(app, f"{token.split('.')[0]}.{payload}.{token.split('.')[2]}") == 401


def test_who_is_disabled_or_deleted_is_out_at_once(app):
    for change in ("UPDATE users SET active = false WHERE name = %s", "DELETE FROM users WHERE name = %s"):
        name = app.register()
        theirs = app.token(name)
        assert app.ask("GET", "/users/me", headers=theirs).status_code == 200
        app.sql(change, name)
        answer = app.ask("GET", "/users/me", headers=theirs)
        assert (answer.status_code, answer.json()["detail"]) == (401, "This token is not valid.")


def test_who_loses_a_role_loses_its_permissions_at_once(app):
    name, author = app.register(role="moderator"), app.new()
    theirs = app.token(name)
    body = {"title": "Of somebody", "content": "x"}
    post = app.ask("POST", "/posts", headers=author, json=body).headers["location"]
    app.sql("UPDATE users SET role = 'member' WHERE name = %s", name)
    assert app.ask("DELETE", post, headers=theirs).status_code == 403
    app.sql("UPDATE users SET role = 'moderator' WHERE name = %s", name)
    assert app.ask("DELETE", post, headers=theirs).status_code == 204
