"""Apps share a template of their tables exactly where the tables cannot differ."""

import pytest

from course.content import app_history
from course.postboard import tables


def key_after(path: str, old: str, new: str) -> str:
    final = app_history.final()
    assert old in final[path]
    return tables.key(final | {path: final[path].replace(old, new)})


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("app/routers/feed.py", "feed", "food"),
        ("app/services/posts.py", "session", "sitting"),
        ("tests/conftest.py", "client", "customer"),
    ],
)
def test_what_no_revision_imports_makes_no_new_tables(path: str, old: str, new: str) -> None:
    assert key_after(path, old, new) == tables.key(app_history.final())


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("migrations/versions/0012_roles.py", "moderator", "admin"),
        ("migrations/env.py", "wanted", "needed"),
        ("app/base.py", "naming_convention", "naming_convention "),
        ("app/accounts.py", "Identity(always=True)", "Identity()"),
        ("app/settings.py", "settings", "options"),
        ("alembic.ini", "migrations", "revisions"),
    ],
)
def test_what_the_revisions_are_made_of_does(path: str, old: str, new: str) -> None:
    assert key_after(path, old, new) != tables.key(app_history.final())


def test_the_models_count_where_they_make_the_tables_and_all_where_they_cannot_be_read() -> None:
    tree = app_history.after("3.9")
    changed = tree | {"app/models.py": tree["app/models.py"] + "\n# one more line\n"}
    assert tables.home(tree) == tables.MODELS and tables.key(changed) != tables.key(tree)
    assert tables.key(tree | {"app/main.py": "app = 1\n"}) == tables.key(tree)
    broken = tree | {"app/models.py": "def def"}
    assert tables.key(broken) not in (tables.key(tree), tables.key(broken | {"app/main.py": "app = 1\n"}))
