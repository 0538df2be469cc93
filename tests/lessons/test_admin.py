"""Admins: the first one, what they do with users, and the last one, who stays."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from postboard_support import APP, email, fresh_app


@pytest.fixture(scope="module")
def app():
    with fresh_app("admin") as running:
        yield running


@pytest.fixture
def admin(app):
    """The name and the header of the only admin."""
    app.sql("UPDATE users SET role = 'member'")
    name = app.register(role="admin")
    return name, app.token(name)


def put(app, who: dict, name: str, what: str, value: object) -> int:
    return app.ask("PUT", f"/admin/users/{name}/{what}", who, json={what: value}).status_code


def make_admin(address: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.make_admin", address]
    return subprocess.run(command, cwd=APP, capture_output=True, text=True, check=False)


def test_the_first_admin_is_made_where_the_app_runs(app, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", app.database)
    name = app.register()
    done = make_admin(f" {email(name).upper()} ")
    assert (done.returncode, done.stdout) == (0, f"{name} is an admin now.\n")
    assert app.sql("SELECT role FROM users WHERE name = %s", name) == [("admin",)]
    failed = make_admin("nobody")
    assert failed.returncode == 1 and "No active user has this e-mail address." in failed.stderr


def test_users_come_in_pages_with_what_an_admin_decides(app, admin):
    for _ in range(3):
        app.register()
    seen, after = [], 0
    while after is not None:
        answer = app.ask("GET", f"/admin/users?limit=2&after={after}", admin[1])
        assert "password" not in answer.text
        page = answer.json()
        seen, after = seen + page["items"], page["next"]
    assert [each["id"] for each in seen] == [row[0] for row in app.sql("SELECT id FROM users ORDER BY id")]
    mine = next(each for each in seen if each["name"] == admin[0])
    assert mine.items() >= {"email": email(admin[0]), "role": "admin", "active": True}.items()


def test_a_role_is_given_at_once_and_with_the_next_login(app, admin):
    name = app.register()
    assert put(app, admin[1], name, "role", "moderator") == 200
    assert app.log_in(name).json()["scope"] == "posts:delete posts:write"
    assert put(app, admin[1], name, "role", "king") == 422
    assert put(app, admin[1], "nobody-at-all", "role", "member") == 404


def test_whoever_is_disabled_is_out_and_comes_back_only_by_a_new_login(app, admin):
    name = app.register()
    theirs = app.token(name)
    assert put(app, admin[1], name, "active", False) == 200
    assert app.ask("GET", "/users/me", theirs).status_code == 401
    assert app.log_in(name).status_code == 401
    assert put(app, admin[1], name, "active", True) == 200
    assert app.ask("GET", "/users/me", theirs).status_code == 401
    assert app.log_in(name).status_code == 200


def test_the_last_admin_stays_one(app, admin):
    name, headers = admin
    assert [put(app, headers, name, "role", "member"), put(app, headers, name, "active", False)] == [409, 409]
    assert put(app, headers, name, "role", "admin") == 200
    other = app.register(role="admin")
    app.sql("UPDATE users SET active = false WHERE name = %s", other)
    assert put(app, headers, name, "role", "member") == 409  # a disabled admin is of no use
    app.sql("UPDATE users SET active = true WHERE name = %s", other)
    assert put(app, headers, name, "role", "member") == 200
    assert put(app, headers, other, "role", "member") == 403


def test_an_admin_who_goes_waits_for_another_one_who_goes(app, admin):
    other = app.register(role="admin")
    gone = f"UPDATE users SET active = false WHERE name = '{other}'"
    leave = app.after(
        gone, lambda: app.ask("PUT", f"/admin/users/{admin[0]}/role", admin[1], json={"role": "member"})
    )
    assert leave.status_code == 409


def test_of_two_admins_who_disable_each_other_at_once_one_stays(app, admin):
    for _ in range(3):
        app.sql("UPDATE users SET role = 'member'")
        pair = [app.register(role="admin") for _ in range(2)]
        headers = [app.token(name) for name in pair]
        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(put, app, headers[n], pair[1 - n], "active", False) for n in range(2)]
            answers = [each.result() for each in sent]
        assert answers.count(200) == 1, answers
        assert app.sql("SELECT count(*) FROM users WHERE role = 'admin' AND active") == [(1,)]
