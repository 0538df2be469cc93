"""Accounts: registration, first passwords of old authors, and a login that tells nobody who exists."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from postboard_support import PASSWORD, email, fresh_app
from pwdlib.hashers.bcrypt import BcryptHasher

from course.look import _log

KEY = {"X-API-Key": "not-a-real-key-ada"}


@pytest.fixture(scope="module")
def app():
    with fresh_app("accounts") as running:
        yield running


def account(name: str, **changed) -> dict[str, str]:
    return {"name": name, "email": email(name), "password": PASSWORD} | changed


def test_whoever_registers_logs_in_and_is_a_member(app):
    made = app.ask("POST", "/auth/register", json=account("carla", email=" Carla@Postboard.example "))
    assert (made.status_code, made.json()) == (
        201,
        {"name": "carla", "email": email("carla"), "role": "member"},
    )
    answer = app.log_in("carla")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json().items() >= {"token_type": "bearer", "expires_in": 900}.items()
    me = app.ask("GET", "/users/me", headers=app.token("carla"))
    assert (me.status_code, me.json()) == (200, made.json())


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}".upper(), "\uff24ora@postboard.example"])
def test_an_address_is_one_address_however_it_is_typed(app, typed):
    if not app.sql("SELECT 1 FROM users WHERE name = 'dora'"):
        app.register("dora")
    typed = typed.format(email("dora").title())
    form = {"username": typed, "password": PASSWORD}
    assert app.ask("POST", "/auth/token", data=form).status_code == 200
    taken = app.ask("POST", "/auth/register", json=account("another", email=typed))
    assert (taken.status_code, taken.json()["detail"]) == (409, "This e-mail address has an account.")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "me"},
        {"name": "Ada"},
        {"name": "a/b"},
        {"name": "x" * 31},
        {"email": "nobody"},
        {"email": "a\0b@postboard.example"},
        {"email": "x" * 240 + "@postboard.example"},
        {"password": "short"},
        {"password": "x" * 129},
        {"password": "PasswordPassword"},
        {"password": None},
    ],
)
def test_what_is_refused_at_registration_is_not_repeated_in_the_response(app, changed):
    answer = app.ask("POST", "/auth/register", json=account("eve") | changed)
    assert answer.status_code == 422
    assert PASSWORD not in answer.text and str(changed.get("password")) not in answer.text


@pytest.mark.parametrize(
    ("schema", "field"),
    [("Registration", "password"), ("FirstPassword", "password"), ("NewPassword", "new")],
)
def test_the_description_says_how_long_a_password_is(app, schema, field):
    described = app.ask("GET", "/openapi.json").json()["components"]["schemas"][schema]["properties"][field]
    assert (described["minLength"], described["maxLength"]) == (15, 128)
    if schema == "Registration":  # as typed it may be longer: each letter here is two characters
        typed = {"password": "e\u0301" * 100}
        assert app.ask("POST", "/auth/register", json=account("emil") | typed).status_code == 201


def test_of_many_registrations_of_one_name_at_once_one_succeeds(app):
    app.sql("DELETE FROM attempts")
    bodies = [account("frida", email=f"frida{n}@postboard.example") for n in range(6)]
    bodies += [account(f"frida-{n}", email=email("one-address")) for n in range(6)]
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda body: app.ask("POST", "/auth/register", json=body), bodies))
    for half, sentence in ((answers[:6], "This name is taken."), (answers[6:], "This e-mail address has an")):
        assert sorted(each.status_code for each in half) == [201] + [409] * 5
        assert all(sentence in each.json()["detail"] for each in half if each.status_code == 409)


def test_what_a_client_may_not_decide_is_not_taken_from_the_body(app):
    app.sql("DELETE FROM attempts")
    body = account("gil") | {"role": "admin", "id": 1, "active": False, "password_hash": "x"}
    assert app.ask("POST", "/auth/register", json=body).json()["role"] == "member"
    assert app.log_in("gil").status_code == 200


def test_an_author_of_before_sets_one_first_password_by_the_old_key(app):
    app.sql("INSERT INTO users (name, role) VALUES ('ada', 'moderator')")
    first = {"email": email("ada"), "password": PASSWORD}
    assert app.ask("POST", "/auth/register", json=account("ada")).status_code == 409
    wrong = app.ask("POST", "/auth/first-password", headers={"X-API-Key": "wrong"}, json=first)
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, "Bearer")
    assert app.ask("POST", "/auth/first-password", json=first).status_code == 401

    def send(_: int) -> int:
        return app.ask("POST", "/auth/first-password", headers=KEY, json=first).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [200] + [409] * 3
    assert app.ask("GET", "/users/me", headers=app.token("ada")).json()["role"] == "moderator"
    assert app.ask("GET", "/users/me", headers=KEY).status_code == 401  # a key opens nothing else
    bob = {"X-API-Key": "not-a-real-key-bob"}
    assert app.ask("POST", "/auth/first-password", headers=bob, json=first).status_code == 404


def test_a_first_password_waits_for_another_one_and_is_refused(app):
    app.sql("DELETE FROM attempts")
    app.sql("INSERT INTO users (name) VALUES ('bob') ON CONFLICT DO NOTHING")
    headers, first = {"X-API-Key": "not-a-real-key-bob"}, {"email": email("bob"), "password": PASSWORD}
    sent = app.after(
        "UPDATE users SET password_hash = 'set' WHERE name = 'bob'",
        lambda: app.ask("POST", "/auth/first-password", headers=headers, json=first),
    )
    assert (sent.status_code, sent.json()["detail"]) == (409, "bob has a password.")
    app.sql("DELETE FROM users WHERE name = 'bob'")


def test_a_login_that_fails_says_the_same_whatever_is_wrong(app):
    known, gone, old = app.register(), app.register(), "old-author"
    app.sql("UPDATE users SET active = false WHERE name = %s", gone)
    app.sql("INSERT INTO users (name) VALUES (%s)", old)
    failed = [app.log_in(known, "a-wrong-password"), app.log_in("nobody-at-all"), app.log_in(gone)]
    failed += [app.log_in(old), app.log_in("no\0body"), app.log_in("no body")]
    assert {each.status_code for each in failed} == {401}
    assert len({each.text for each in failed}) == 1
    assert {each.headers["www-authenticate"] for each in failed} == {"Bearer"}


def test_an_outdated_hash_is_replaced_when_its_user_logs_in(app):
    name = app.register()
    old = BcryptHasher(rounds=4).hash(PASSWORD)
    app.sql("UPDATE users SET password_hash = %s WHERE name = %s", old, name)
    for _ in range(2):
        assert app.log_in(name).status_code == 200
    ((stored,),) = app.sql("SELECT password_hash FROM users WHERE name = %s", name)
    assert stored.startswith("$argon2id$")


def test_no_transaction_waits_while_a_password_is_verified(app):
    """What PostgreSQL was told: the login that fails ends its transaction before it hashes, and begins no other."""
    name = app.register()
    with _log.log(app.database) as seen:
        app.log_in(name, "a-wrong-password")
    said = [each.text.split()[0] for each in seen]
    assert said[-2:] == ["SELECT", "COMMIT"], said


def test_half_a_character_and_half_a_form_are_refused_and_described(app):
    """JSON can name one half of a pair of surrogates, which no encoding knows."""
    who, half = app.new(), b'"\\ud800 and then some more"'
    sent = {"Content-Type": "application/json"}
    bodies = {
        ("POST", "/auth/register"): b'{"name": "hal", "email": "hal@postboard.example", "password": %s}',
        ("PUT", "/users/me/password"): b'{"old": %s, "new": "not-a-real-password"}',
        ("POST", "/auth/refresh"): b'{"refresh_token": %s}',
    }
    for (method, path), body in bodies.items():
        assert app.ask(method, path, who | sent, content=body % half).status_code == 422
    form = {"Content-Type": "multipart/form-data; boundary=a"}
    assert app.ask("POST", "/auth/token", form, content=b"--b").status_code == 400
    described = app.ask("GET", "/openapi.json").json()["paths"]["/auth/token"]["post"]["responses"]
    assert described.keys() >= {"200", "400", "401", "422", "429"}


def test_a_password_that_is_refused_is_in_no_line_of_the_log(app):
    answer = app.ask("POST", "/auth/register", json=account("frank", password="not-a-real-one"))
    assert answer.status_code == 422
    assert "not-a-real-one" not in app.output()
