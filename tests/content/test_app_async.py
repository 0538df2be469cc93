"""`%app_async PATH …`: what waits for the database waits on the event loop afterwards."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from course.base.errors import CourseError
from course.content import app_async, app_history

APP = {
    "app/services/posts.py": '''"""Posts."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import Post


def read_post(*, session: Session, post_id: int) -> Post:
    """One post."""
    return session.scalars(select(Post).where(Post.id == post_id)).one()  # or an error


def titles(*, session: Session) -> list[str]:
    session.add(Post(title="new"))
    return [post.title for post in session.scalars(select(Post).options(joinedload(Post.tags)))]


def longest(*, session: Session) -> int:
    return max(map(len, titles(session=session)), key=lambda each: session.scalar(each))


def plain(text: str) -> str:
    return text.strip()
''',
    "app/routers/posts.py": '''"""Posts over HTTP."""

from app.services import posts
from app.services.posts import plain


def read_post(post_id: int, session: DbSession) -> Post:
    return posts.read_post(session=session, post_id=post_id)


def hello() -> str:
    return plain(" hello ")
''',
}


def converted(*wanted: str, **texts: str) -> dict[str, str]:
    return app_async.convert(APP | texts, wanted or ["app"])


def test_what_waits_is_awaited_and_nothing_else() -> None:
    posts = converted()["app/services/posts.py"]
    assert "from sqlalchemy.ext.asyncio import AsyncSession\nfrom sqlalchemy.orm import joinedload\n" in posts
    assert "async def read_post(*, session: AsyncSession, post_id: int) -> Post:" in posts
    assert (
        "return (\n        await session.scalars(select(Post).where(Post.id == post_id))\n    ).one()"
        in posts
    )
    assert '    session.add(Post(title="new"))' in posts
    assert "\n\ndef plain(text: str) -> str:" in posts
    assert "async def longest" in posts and "await titles(session=session)" in posts
    assert "lambda each: session.scalar(each)" in posts  # a lambda cannot wait


def test_a_function_waits_for_one_of_another_file() -> None:
    routers = converted()["app/routers/posts.py"]
    assert "async def read_post(post_id: int, session: DbSession) -> Post:" in routers
    assert "    return await posts.read_post(session=session, post_id=post_id)" in routers
    assert "\n\ndef hello() -> str:" in routers


def test_files_that_are_not_named_stay_and_are_known() -> None:
    first = converted("app/services")
    assert first["app/routers/posts.py"] == APP["app/routers/posts.py"]
    assert app_async.convert(first, ["app/routers"]) == converted()


def test_twice_is_the_same_as_once() -> None:
    once = converted()
    assert app_async.convert(once, ["app"]) == once


def test_a_session_that_is_opened_in_a_block() -> None:
    text = "def make() -> None:\n    with SessionFactory() as session:\n        session.commit()\n"
    made = app_async.convert({"app/make.py": text}, ["app/make.py"])["app/make.py"]
    assert made == (
        "async def make() -> None:\n"
        "    async with SessionFactory() as session:\n        await session.commit()\n"
    )


def test_no_text_changes_where_a_call_is_broken_over_lines() -> None:
    text = (
        "def find(*, session: Session) -> list[str]:\n"
        '    sign = "one\u2028line"\n'
        '    return session.scalars(text("""\nSELECT 1\n""")).all() or session.scalars(text("SELECT a, b FROM c")).all()\n'
        '    return session.scalars(\n        text(\n            """\n    SELECT 2\n"""\n        )\n    ).all()\n'
    )
    made = app_async.convert({"app/find.py": text}, ["app/find.py"])["app/find.py"]
    before = [each.value for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Constant)]
    assert [each.value for each in ast.walk(ast.parse(made)) if isinstance(each, ast.Constant)] == before
    assert made.count("await session.scalars(") == 3


@pytest.mark.parametrize(
    ("wanted", "text", "said"),
    [
        ("app/nowhere.py", "", "the app has no Python file app/nowhere.py"),
        ("app/x.py", "def (:", "is not Python"),
    ],
)
def test_what_cannot_be_converted_is_refused_whole(wanted: str, text: str, said: str) -> None:
    with pytest.raises(CourseError, match=said):
        app_async.convert(APP | {"app/x.py": text}, [wanted])


def test_the_sample_app_of_week_6_comes_out_as_ruff_writes_it(tmp_path: Path) -> None:
    made = app_async.convert(
        app_history.after("6.6"), ["app/services", "app/routers", "app/callers.py", "app/guards.py"]
    )
    app_history.build(tmp_path, {path: text for path, text in made.items() if path.endswith(".py")})
    command = [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(tmp_path / "app")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
