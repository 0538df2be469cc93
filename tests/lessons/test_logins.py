"""Logins: kept going by refresh tokens, each good for once, and ended in five ways."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from postboard_support import PASSWORD, App, bearer, fresh_app

NEW = "another-password-of-mine"


@pytest.fixture(scope="module")
def app():
    with fresh_app("logins") as running:
        yield running


@pytest.fixture
def name(app) -> str:
    return app.register()


def refreshed(app: App, token: str) -> httpx.Response:
    return app.ask("POST", "/auth/refresh", json={"refresh_token": token})


def works(app: App, tokens: dict) -> bool:
    return app.ask("GET", "/users/me", headers=bearer(tokens["access_token"])).status_code == 200


def test_a_refresh_token_gives_the_next_pair_and_both_access_tokens_work(app, name):
    first = app.log_in(name).json()
    answer = refreshed(app, first["refresh_token"])
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    second = answer.json()
    assert second.keys() == first.keys() and second["refresh_token"] != first["refresh_token"]
    assert works(app, first) and works(app, second)
    assert refreshed(app, second["refresh_token"]).status_code == 200
    assert app.sql("SELECT count(*) FROM logins JOIN users u ON u.id = user_id WHERE name = %s", name) == [
        (1,)
    ]


def test_only_the_hash_of_a_refresh_token_is_stored(app, name):
    token = app.log_in(name).json()["refresh_token"]
    assert len(token) >= 43
    assert app.sql("SELECT count(*) FROM refresh_tokens WHERE hash = sha256(%s::bytea)", token) == [(1,)]
    assert app.sql("SELECT count(*) FROM refresh_tokens WHERE hash = %s::bytea", token) == [(0,)]


def test_a_refresh_token_that_comes_twice_ends_the_login_for_both_sides(app, name):
    stolen, other = app.log_in(name).json(), app.log_in(name).json()
    thief = refreshed(app, stolen["refresh_token"]).json()
    assert refreshed(app, stolen["refresh_token"]).status_code == 401
    assert refreshed(app, thief["refresh_token"]).status_code == 401
    assert (works(app, stolen), works(app, thief), works(app, other)) == (False, False, True)
    why = "SELECT why FROM logins JOIN users u ON u.id = user_id WHERE name = %s AND ended_at IS NOT NULL"
    assert app.sql(why, name) == [("reuse",)]


def test_of_two_refreshes_at_once_one_succeeds_and_the_login_ends(app, name):
    tokens = app.log_in(name).json()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: refreshed(app, tokens["refresh_token"]), range(4)))
    assert sorted(each.status_code for each in answers) == [200, 401, 401, 401]
    kept = next(each.json() for each in answers if each.status_code == 200)
    assert not works(app, kept)


def test_a_refresh_waits_for_another_one_with_the_same_token_and_is_refused(app, name):
    token = app.log_in(name).json()["refresh_token"]
    used = f"UPDATE refresh_tokens SET used_at = now() WHERE hash = sha256('{token}'::bytea)"
    assert app.after(used, lambda: refreshed(app, token)).status_code == 401


def test_a_logout_ends_one_login_at_once_and_its_refresh_token_too(app, name):
    here, there = app.log_in(name).json(), app.log_in(name).json()
    assert app.ask("POST", "/auth/logout", headers=bearer(here["access_token"])).status_code == 204
    assert (works(app, here), works(app, there)) == (False, True)
    assert refreshed(app, here["refresh_token"]).status_code == 401
    assert app.ask("POST", "/auth/logout", headers=bearer(here["access_token"])).status_code == 401


def test_a_logout_everywhere_ends_all_logins_of_one_user(app, name):
    mine, others = [app.log_in(name).json() for _ in range(3)], app.log_in(app.register()).json()
    path = "/auth/logout-everywhere"
    assert app.ask("POST", path, headers=bearer(mine[0]["access_token"])).status_code == 204
    assert [works(app, each) for each in [*mine, others]] == [False] * 3 + [True]
    assert {refreshed(app, each["refresh_token"]).status_code for each in mine} == {401}


def change(app: App, tokens: dict, old: str = PASSWORD, new: str = NEW) -> int:
    headers = bearer(tokens["access_token"])
    return app.ask("PUT", "/users/me/password", headers=headers, json={"old": old, "new": new}).status_code


def test_another_password_ends_all_logins(app, name):
    here, there = app.log_in(name).json(), app.log_in(name).json()
    assert change(app, here, new="short") == 422
    assert change(app, here, old="a-wrong-password") == 403
    assert works(app, there)
    assert change(app, here) == 204
    assert (works(app, here), works(app, there)) == (False, False)
    assert (app.log_in(name).status_code, app.log_in(name, NEW).status_code) == (401, 200)


def test_of_two_new_passwords_at_once_one_is_set(app, name):
    tokens = [app.log_in(name).json() for _ in range(2)]
    news = [f"{NEW}-{n}" for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda pair: change(app, pair[0], new=pair[1]), zip(tokens, news, strict=True))
        )
    assert answers.count(204) == 1
    assert set(answers) - {204} <= {409, 401, 403}
    assert [app.log_in(name, new).status_code for new in news].count(200) == 1


def test_a_login_waits_for_a_new_password_and_is_refused(app, name):
    change_ = f"UPDATE users SET password_hash = 'another' WHERE name = '{name}'"
    assert app.after(change_, lambda: app.log_in(name)).status_code == 401


def test_an_old_password_is_guessed_ten_times_and_no_more(app, name):
    tokens = app.log_in(name).json()
    tried = [change(app, tokens, old=f"a-wrong-password-{n}") for n in range(11)]
    assert tried == [403] * 10 + [429]


@pytest.mark.parametrize(
    "change_",
    [
        "UPDATE users SET active = false WHERE name = %s",
        "DELETE FROM users WHERE name = %s",
        """UPDATE refresh_tokens SET expires_at = now() FROM logins l JOIN users u ON u.id = l.user_id
           WHERE l.id = login_id AND name = %s""",
    ],
    ids=["disabled", "deleted", "expired"],
)
def test_a_refresh_token_does_not_outlive_its_user_or_its_time(app, name, change_):
    tokens = app.log_in(name).json()
    app.sql(change_, name)
    answer = refreshed(app, tokens["refresh_token"])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_a_login_lasts_ninety_days_at_most_and_then_its_row_goes(app, name):
    tokens = app.log_in(name).json()
    app.sql("UPDATE logins SET created_at = now() - interval '80 days'")
    later = refreshed(app, tokens["refresh_token"]).json()
    ((days,),) = app.sql("SELECT extract(day FROM max(expires_at) - now()) FROM refresh_tokens WHERE used_at IS NULL "
                         "AND login_id IN (SELECT l.id FROM logins l JOIN users u ON u.id = user_id WHERE name = %s)", name)  # fmt: skip
    assert 8 <= days <= 10 and works(app, later)
    app.sql("UPDATE logins SET created_at = now() - interval '91 days'")
    app.log_in(name)
    assert app.sql("SELECT count(*) FROM logins JOIN users u ON u.id = user_id WHERE name = %s", name) == [
        (1,)
    ]


@pytest.mark.parametrize("token", ["", "nonsense", "a\0b", "\u2615"])
def test_a_refresh_token_that_is_none_is_refused(app, token):
    assert refreshed(app, token).status_code == 401
    assert refreshed(app, "x" * 101).status_code == 422


def test_a_reuse_is_told_in_one_line_of_the_log_without_the_token(app, name):
    token = app.log_in(name).json()["refresh_token"]
    refreshed(app, token)
    refreshed(app, token)
    lines = [line for line in app.output().splitlines() if "reused" in line]
    ((user, login),) = app.sql(
        "SELECT u.id, l.id FROM logins l JOIN users u ON u.id = user_id WHERE name = %s", name
    )
    assert f"user {user}, login {login}" in lines[-1] and token not in app.output()
