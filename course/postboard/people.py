"""ada and bob, the authors of week 3, on an app that has accounts (from lesson 5.3 on)."""

from contextlib import closing

import httpx
import psycopg2

KEYS = {"ada": "not-a-real-key-ada", "bob": "not-a-real-key-bob"}  # visibly fake, as in the app
TOKENS = "/auth/token"
_AUTHORS = """
    INSERT INTO users (name, role) VALUES ('ada', 'moderator'), ('bob', 'member')
    ON CONFLICT (name) DO UPDATE SET role = excluded.role
"""


def has_accounts(client: httpx.Client) -> bool:
    """Whether the app at a client's address takes tokens, and no more keys."""
    return TOKENS in client.get("/openapi.json").json()["paths"]


def logged_in(client: httpx.Client, database: str) -> dict[str, dict[str, str]]:
    """The header that each of the two sends, by name: "ada" is a moderator, "bob" a member.

    `database` is the address of the app's database, where their rows are made if they are missing. A second
    call logs in again. Raises httpx.HTTPStatusError when the app refuses a login.
    """
    with closing(psycopg2.connect(database)) as link, link, link.cursor() as cursor:
        cursor.execute(_AUTHORS)
    return {name: _log_in(client, name) for name in KEYS}


def _log_in(client: httpx.Client, name: str) -> dict[str, str]:
    email, password = f"{name}@postboard.example", f"not-a-real-password-of-{name}"
    first = {"email": email, "password": password}
    client.post("/auth/first-password", headers={"X-API-Key": KEYS[name]}, json=first)  # 409 the second time
    form = {"username": email, "password": password}
    token = client.post(TOKENS, data=form).raise_for_status().json()["access_token"]
    return {"Authorization": f"Bearer {token}"}
