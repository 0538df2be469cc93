"""Settings, secrets and browsers: where settings come from, what is never printed, and which pages may read."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from postboard_support import APP, fresh_app

from course.serving.server import serve

DATABASE = "postgresql://user:not-a-real-word@localhost/postboard"
SECRET = "not-a-real-secret-but-long-enough-for-this"
PAGE = "http://pages.example:8080"


def told(what: str, folder: Path = APP, **settings: str) -> subprocess.CompletedProcess[str]:
    """What an app says of its settings, with these in the environment and no others."""
    names = {"DATABASE_URL", "TOKEN_SECRET", "ACCESS_MINUTES", "CORS_ORIGINS"}
    environment = {name: value for name, value in os.environ.items() if name not in names} | settings
    command = [sys.executable, "-B", "-c", f"from app.settings import settings\nprint({what})"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"DATABASE_URL": DATABASE}, "TOKEN_SECRET: Field required."),
        ({}, "DATABASE_URL: Field required; TOKEN_SECRET: Field required."),
        (
            {"DATABASE_URL": DATABASE, "TOKEN_SECRET": "my-own-little-secret"},
            "it has at least 32 characters.",
        ),
        ({"DATABASE_URL": DATABASE, "TOKEN_SECRET": SECRET, "ACCESS_MINUTES": "0"}, "ACCESS_MINUTES: "),
        ({"DATABASE_URL": DATABASE, "TOKEN_SECRET": SECRET, "CORS_ORIGINS": "*"}, "CORS_ORIGINS: "),
        ({"DATABASE_URL": DATABASE, "TOKEN_SECRET": SECRET, "CORS_ORIGINS": f"{PAGE}/"}, "CORS_ORIGINS: "),
    ],
)
def test_a_start_without_what_it_needs_fails_with_a_sentence_and_no_secret(settings, sentence):
    done = told("settings", **settings)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert sentence in last and last.endswith("see .env.example.")
    assert "my-own-little-secret" not in done.stderr and "not-a-real-word" not in done.stderr


def test_nothing_secret_is_printed_with_the_settings():
    done = told("settings, repr(settings), settings.url", DATABASE_URL=DATABASE, TOKEN_SECRET=SECRET)
    assert done.returncode == 0
    assert "not-a-real" not in done.stdout and "**********" in done.stdout


def test_the_environment_comes_before_the_file_and_the_file_before_the_default(tmp_path):
    copy = tmp_path / "app"
    copy.mkdir()
    for name in ("__init__.py", "settings.py"):
        (copy / name).write_text((APP / "app" / name).read_text("utf-8"), "utf-8")
    (tmp_path / ".env").write_text(
        f"DATABASE_URL={DATABASE}\nTOKEN_SECRET={SECRET}\nACCESS_MINUTES=5\nCORS_ORIGINS={PAGE}, https://b.example\n"
        "POOL_SIZE=7\nSOMETHING_ELSE=x\n",
        "utf-8",
    )
    what = "settings.access_minutes, settings.pool_size, settings.max_overflow, settings.cors_origins"
    done = told(what, tmp_path, ACCESS_MINUTES="6")
    assert done.stdout == f"6 7 10 ['{PAGE}', 'https://b.example']\n", done.stderr


def test_the_example_names_settings_that_exist_and_git_ignores_the_file():
    lines = (APP / ".env.example").read_text("utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    for_compose = set(re.findall(r"\$\{(\w+)", (APP / "compose.yaml").read_text("utf-8")))
    fields = told("*map(str.upper, type(settings).model_fields)", DATABASE_URL=DATABASE, TOKEN_SECRET=SECRET)
    assert {"DATABASE_URL", "TOKEN_SECRET"} <= names <= set(fields.stdout.split()) | for_compose
    ignored = (APP / ".gitignore").read_text("utf-8").splitlines()
    assert {".env*", "!.env.example"} <= set(ignored)
    assert not (APP / ".env").exists()


@pytest.fixture(scope="module")
def app():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CORS_ORIGINS", PAGE)
        with fresh_app("settings") as running:
            yield running


def preflight(url: str, origin: str, method: str = "POST", header: str = "authorization") -> httpx.Response:
    wanted = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    return httpx.options(f"{url}/posts", headers={"Origin": origin} | wanted)


def test_a_page_of_a_named_origin_may_ask_and_read(app):
    asked = preflight(app.url, PAGE)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, PAGE)
    assert "access-control-allow-credentials" not in asked.headers
    for path, headers in (("/posts", {}), ("/users/me", {}), ("/posts/0", {})):
        answer = app.ask("GET", path, headers | {"Origin": PAGE})
        assert answer.headers["access-control-allow-origin"] == PAGE, path
        assert "WWW-Authenticate" in answer.headers["access-control-expose-headers"]
    large = app.ask("POST", "/posts", {"Origin": PAGE}, content=b"x" * 2**19)
    assert (large.status_code, large.headers["access-control-allow-origin"]) == (413, PAGE)


@pytest.mark.parametrize(
    "origin", ["http://pages.example", "https://pages.example:8080", "null", "http://evil.example"]
)
def test_a_page_of_another_origin_may_not(app, origin):
    assert preflight(app.url, origin).status_code == 400
    answer = app.ask("GET", "/posts", {"Origin": origin})
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (200, False)


def test_without_the_setting_no_other_origin_may_read(app, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", app.database)
    monkeypatch.delenv("CORS_ORIGINS")
    with serve("app.main:app", folder=APP, key="no origins") as plain:
        assert preflight(plain.url, PAGE).status_code == 400


def test_the_face_is_one_page_that_needs_nothing_from_elsewhere_and_is_in_no_frame(app):
    page = app.ask("GET", "/ui/")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "http://" not in page.text and "https://" not in page.text and "innerHTML =" not in page.text
    again = app.ask("GET", "/ui/", headers={"If-None-Match": page.headers["etag"]})
    frames = [each.headers["content-security-policy"] for each in (page, again)]
    assert (again.status_code, frames) == (304, ["frame-ancestors 'none'"] * 2)
    missing = app.ask("GET", "/ui/missing.js")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
