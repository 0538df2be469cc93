"""The limit on attempts: counted in the database, by windows, and told with the time that is left."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from postboard_support import PASSWORD, email, fresh_app


@pytest.fixture(scope="module")
def app():
    with fresh_app("attempts") as running:
        yield running


def test_the_eleventh_wrong_password_is_refused_and_the_right_one_too(app):
    name, other = app.register(), app.register()
    tried = [app.log_in(name, "a-wrong-password").status_code for _ in range(10)]
    refused = app.log_in(name)
    assert (set(tried), refused.status_code) == ({401}, 429)
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert refused.json()["type"].endswith("/too-many-attempts")
    assert app.log_in(other).status_code == 200
    app.sql("UPDATE attempts SET since = since - interval '15 minutes'")
    assert app.log_in(name).status_code == 200


def test_attempts_at_once_are_all_counted(app):
    name = app.register()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: app.log_in(name, "a-wrong-password").status_code, range(16)))
    assert sorted(answers) == [401] * 10 + [429] * 6
    counted = app.sql("SELECT count FROM attempts WHERE what LIKE %s", f"login {email(name)} %")
    assert counted == [(16,)]


def test_a_login_that_succeeds_counts_from_zero_again(app):
    name = app.register()
    assert [app.log_in(name).status_code for _ in range(12)] == [200] * 12
    assert app.sql("SELECT count FROM attempts WHERE what LIKE %s", f"login {email(name)} %") == []


def test_one_address_tries_a_hundred_users_and_no_more(app):
    app.register()
    app.log_in("somebody-else")
    app.sql("UPDATE attempts SET count = 99 WHERE what = 'login 127.0.0.1'")
    assert [app.log_in(f"guess-{n}").status_code for n in range(3)] == [401, 429, 429]


def test_registrations_are_limited_and_a_refused_one_costs_no_hash(app):
    app.sql("DELETE FROM attempts")
    for n in range(21):
        body = {"name": f"many-{n}", "email": email(f"many-{n}"), "password": PASSWORD}
        last = app.ask("POST", "/auth/register", json=body)
    assert last.status_code == 429 and 900 < int(last.headers["retry-after"]) <= 3600
    assert app.sql("SELECT count(*) FROM users WHERE name LIKE 'many-%%'") == [(20,)]


def test_counts_of_long_ago_are_removed_by_the_way(app):
    app.register()
    app.sql(
        "INSERT INTO attempts SELECT 'old ' || n, now() - interval '2 days', 5 FROM generate_series(1, 50) n"
    )
    app.log_in("nobody-at-all")
    assert app.sql("SELECT count(*) FROM attempts WHERE what LIKE 'old%%'") == [(0,)]
