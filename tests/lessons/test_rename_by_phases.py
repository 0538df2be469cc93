"""4.6's rename by phases, on Postboard: in each phase the versions that run at that time answer without an error."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from course import postgres
from course.content import app_history
from course.postboard import database
from course.postboard.contract import ADA
from course.postgres import settings
from course.serving.server import serve
from tests.lessons.test_migrations import run

LESSON = "4.6"
COLUMN = "    content: Mapped[str]\n    updated_at"  # of comments; that of posts has another line after it

COPIED = """

def copied(column: str) -> Any:
    return lambda context: context.get_current_parameters()[column]

"""
WITH_CONTENT = 'default=copied("content"), onupdate=copied("content")'
WITH_BODY = 'default=copied("body"), onupdate=copied("body")'
READ_CONTENT = "    content: Mapped[str]\n"
READ_BODY = '    content: Mapped[str] = mapped_column("body")\n'
CODE = {
    "v1": READ_CONTENT,
    "v2": f"{READ_CONTENT}    body: Mapped[str | None] = mapped_column({WITH_CONTENT})\n",
    "v3": f'{READ_BODY}    old: Mapped[str] = mapped_column("content", {WITH_BODY})\n',
    "v4": READ_BODY,
}

FIT = "CHECK (length(body) BETWEEN 1 AND 2000 AND body IS NOT NULL)"
PHASES = [
    ("before", "SELECT 1", ("v1",)),
    ("expand", "ALTER TABLE comments ADD COLUMN body text", ("v1", "v2")),
    (
        "migrate",
        f"ALTER TABLE comments ADD CONSTRAINT body {FIT} NOT VALID;"
        "UPDATE comments SET body = content WHERE body IS DISTINCT FROM content;"
        "ALTER TABLE comments VALIDATE CONSTRAINT body",
        ("v2", "v3"),
    ),
    ("relax", "ALTER TABLE comments ALTER COLUMN content DROP NOT NULL", ("v3", "v4")),
    ("contract", "ALTER TABLE comments DROP COLUMN content", ("v4",)),
]


@dataclass
class Forum:
    """Postboard in four versions on one database, and what its comments have to be."""

    url: str
    versions: dict[str, httpx.Client]
    path: str = ""
    comments: dict[int, str] = field(default_factory=dict)

    def visit(self, version: str, phase: str) -> list[str]:
        """Write, read, change and delete through one version; a line for each response that is not as it was."""
        ask = self.versions[version]
        wrote = ask.post(f"{self.path}/comments", json={"content": f"{version} in {phase}"})
        if wrote.status_code != 201:
            return [f"{phase}, {version}: POST {wrote.status_code}"]
        mine = wrote.json()["id"]
        self.comments[mine] = f"{version} in {phase}, changed"
        first = min(self.comments)
        self.comments[first] = f"changed by {version} in {phase}"
        asked = [
            ask.put(f"/comments/{mine}", json={"content": self.comments[mine]}),
            ask.put(f"/comments/{first}", json={"content": self.comments[first]}),
            ask.delete(f"/comments/{ask.post(f'{self.path}/comments', json={'content': 'x'}).json()['id']}"),
        ]
        wrong = [f"{each.request.method} {each.status_code}" for each in asked if each.status_code >= 400]
        listed = ask.get(f"{self.path}/comments", params={"limit": 100})
        found = {each["id"]: each["content"] for each in listed.json().get("items", [])}
        if found != self.comments:
            wrong.append(f"GET {listed.status_code} {found}")
        return [f"{phase}, {version}: {each}" for each in wrong]


@pytest.fixture
def forum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forum]:
    tree = app_history.after(LESSON)
    url = database.open_for("renamed", tree)
    monkeypatch.setenv(settings.DATABASE_VARIABLE, url)
    with ExitStack() as ending:
        ending.callback(postgres.drop, "renamed")
        versions = {name: ending.enter_context(client(tmp_path / name, tree, name)) for name in CODE}
        post = versions["v1"].post("/posts", json={"title": "Tea", "content": "Drink."})
        yield Forum(url, versions, f"/posts/{post.json()['id']}")


@contextmanager
def client(folder: Path, tree: app_history.Tree, version: str) -> Iterator[httpx.Client]:
    models = tree["app/models.py"]
    assert models.count(COLUMN) == 1
    models = models.replace(COLUMN, f"{CODE[version]}    updated_at")
    models = models.replace("\n\nclass User(", f"{COPIED}\nclass User(")
    models = models.replace("import datetime\n", "import datetime\nfrom typing import Any\n", 1)
    app_history.build(folder, tree | {"app/models.py": models})
    with (
        serve("app.main:app", folder=folder, key=f"{version}_{os.getpid()}") as server,
        httpx.Client(base_url=server.url, headers=ADA, timeout=30) as api,
    ):
        yield api


def test_no_phase_of_the_rename_answers_an_error_while_old_and_new_version_run(forum: Forum) -> None:
    wrong = []
    for phase, change, runs in PHASES:
        run(forum.url, change)
        for version in (*runs, runs[0]):  # the old one meets what the new one wrote
            wrong += forum.visit(version, phase)
    assert not wrong
    columns = "SELECT column_name FROM information_schema.columns WHERE table_name = 'comments'"
    names = {name for (name,) in run(forum.url, columns)}
    assert "body" in names and "content" not in names
    assert len(forum.comments) == 13


def test_the_rename_as_one_statement_breaks_the_version_that_runs(forum: Forum) -> None:
    assert not forum.visit("v1", "before")
    run(forum.url, "ALTER TABLE comments RENAME content TO body")
    assert forum.visit("v1", "renamed") == ["renamed, v1: POST 500"]
    assert not forum.visit("v4", "renamed")
