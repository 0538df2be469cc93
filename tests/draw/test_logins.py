"""The picture of logins and their refresh tokens."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from postgres_support import own_home

from course import draw, postgres
from course.base.errors import CourseError

TABLES = """
CREATE TABLE users (id int PRIMARY KEY, name text);
CREATE TABLE logins (id uuid PRIMARY KEY, user_id int, created_at timestamptz, ended_at timestamptz, why text);
CREATE TABLE refresh_tokens (hash bytea PRIMARY KEY, login_id uuid, expires_at timestamptz, used_at timestamptz);
INSERT INTO users VALUES (1, 'ana'), (2, 'ben');
"""
FIRST, SECOND = "00000000-0000-0000-0000-00000000000b", "00000000-0000-0000-0000-00000000000a"


def run(url: str, sql: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield


@pytest.fixture
def url() -> str:
    made = postgres.reset("drawn")
    run(made, TABLES)
    return made


def login(url: str, key: str, user: int, created: str, ended: str = "NULL", why: str = "NULL") -> None:
    run(url, f"INSERT INTO logins VALUES ('{key}', {user}, {created}, {ended}, {why})")


def token(url: str, key: str, number: int, expires: str, used: str = "NULL") -> None:
    run(url, f"INSERT INTO refresh_tokens VALUES (int4send({number}), '{key}', {expires}, {used})")


def test_each_login_is_a_frame_with_its_tokens_in_their_order(url: str) -> None:
    login(url, FIRST, 1, "now() - interval '3 days'")
    login(url, SECOND, 2, "now()", ended="now()", why="'reuse'")
    token(url, FIRST, 9, "now() + interval '12 days'", used="now() - interval '2 days'")
    token(url, FIRST, 5, "now() + interval '13 days'", used="now() - interval '1 day'")
    token(url, FIRST, 7, "now() + interval '14 days'")
    token(url, SECOND, 1, "now() + interval '14 days'")
    picture = draw.logins(url)
    assert picture.text.splitlines() == [
        "login 1 of ana: open: token 1 (used) → token 2 (used) → token 3 (works)",
        "login 2 of ben: ended (reuse): token 1 (ended)",
    ]
    lines = [line.strip() for line in picture.mermaid.splitlines()]
    assert 'l1t3["token 3<br/>works"]:::works' in lines
    assert 'l2t1["token 1<br/>ended"]:::ended' in lines
    assert "l1t2 --> l1t3" in lines
    assert "l1 ~~~ l2" in lines


def test_a_token_whose_time_is_over_has_expired(url: str) -> None:
    login(url, FIRST, 1, "now() - interval '20 days'")
    token(url, FIRST, 1, "now() - interval '6 days'")
    assert draw.logins(url).text == "login 1 of ana: open: token 1 (expired)"


def test_a_long_family_is_cut(url: str) -> None:
    login(url, FIRST, 1, "now()")
    for number in range(11):
        token(
            url,
            FIRST,
            number,
            f"now() + interval '{14 + number} days'",
            used=f"now() + interval '{number} s'",
        )
    assert draw.logins(url).text.endswith("token 8 (used) → and 3 more")


def test_no_logins_and_no_tables_are_said(url: str) -> None:
    assert draw.logins(url).text == "no logins"
    run(url, "DROP TABLE refresh_tokens")
    with pytest.raises(CourseError, match="no tables `logins`"):
        draw.logins(url)
