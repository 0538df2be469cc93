"""Settings, and the command that makes the first admin."""

from functools import partial
from runpy import run_module

import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import Connection
from tests.on_loop import session_on

from app.settings import BadSettings, read_settings

BAD = {
    "TOKEN_SECRET": "not-a-real-secret-too-short",
    "DATABASE_URL": "mysql://ada:not-a-real-password@localhost/blog",
    "CORS_ORIGINS": "https://*.example",
    "ACCESS_MINUTES": "61",
    "POOL_SIZE": "-7",
}


@pytest.mark.parametrize(("name", "value"), BAD.items())
def test_a_bad_setting_is_named_and_not_told(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as refused:
        read_settings()
    assert name in str(refused.value)
    assert value not in str(refused.value)


def test_origins_have_commas_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, http://localhost:3000,")
    settings = read_settings()
    assert settings.cors_origins == ["https://a.example", "http://localhost:3000"]


@pytest.fixture
def own_sessions(
    portal: BlockingPortal, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What opens sessions itself joins the transaction of the test."""
    ours = partial(session_on, connection)
    monkeypatch.setattr("app.database.SessionFactory", ours)
    monkeypatch.setattr("asyncio.run", lambda made: portal.call(lambda: made))


@pytest.mark.usefixtures("own_sessions")
@pytest.mark.parametrize(
    ("email", "role", "says"),
    [
        (" Ada@postboard.example", "admin", "ada is an admin now."),
        ("bob@postboard.example", "member", "No active user"),
    ],
)
def test_a_command_makes_an_admin(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ada: TestClient,
    email: str,
    role: str,
    says: str,
) -> None:
    monkeypatch.setattr("sys.argv", ["make_admin", email])
    try:
        run_module("app.make_admin", run_name="__main__")
    except SystemExit as ended:
        print(ended.code)
    assert says in capsys.readouterr().out
    assert ada.get("/users/me").json()["role"] == role
