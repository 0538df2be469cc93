"""`course project new NAME`: a clean API, whose tests, style and types hold, under whatever name."""

import os
import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course import projects
from course.base import paths
from course.base.errors import CourseError
from course.postgres import databases
from course.projects import skeleton

NAME = "tea-shop"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return projects.new(NAME, tmp_path_factory.mktemp("projects") / NAME)


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_its_own_tests_pass(made: Path) -> None:
    with databases.ScratchDatabase("tea_shop_test") as url:
        done = run(made, "pytest", "-q", "-p", "no:cacheprovider", TEST_DATABASE_URL=url)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)], ids=" ".join
)
def test_style_and_types_hold(made: Path, command: tuple[str, ...]) -> None:
    done = run(made, *command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_the_course_is_left_in_it(made: Path) -> None:
    for path, text in skeleton.templates(made).items():
        assert not re.search(r"[Pp]ostboard|\b[Pp]osts?\b(?!\()|procrastinate|lesson", text), path
        assert len(text.splitlines()) <= 150, path


def test_the_name_fits_where_it_stands(made: Path) -> None:
    files = skeleton.templates(made)
    assert 'title="Tea shop"' in files["app/main.py"]
    assert "tea_shop_requests" in files["app/metrics.py"]
    assert "https://tea-shop.example/" in files["app/problems.py"]
    assert "/tea_shop\n" in files[".env.example"]


def test_the_lock_has_what_the_app_needs_and_no_more(made: Path) -> None:
    """Each package is asked for by another one of the list, or by the app itself."""
    locked = {line.split("==")[0] for line in (made / "requirements.lock").read_text().splitlines()}
    own = {"fastapi", "uvicorn", "sqlalchemy", "alembic", "psycopg", "psycopg-binary", "pydantic-settings"}
    own |= {"structlog", "prometheus-client", "opentelemetry-sdk", "greenlet", "tzdata"}
    asked = set(own)
    for package in locked - {"psycopg-binary", "tzdata"}:
        for each in map(Requirement, requires(package) or []):
            if each.marker is None or each.marker.evaluate({"extra": "", "python_full_version": "3.11.0"}):
                asked.add(each.name.lower().replace("_", "-"))
    assert locked == asked


def test_nothing_is_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path))
    mine = tmp_path / "projects" / NAME / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    with pytest.raises(CourseError, match=f"work/projects/{NAME} is there already"):
        projects.new(NAME)
    assert [each.name for each in mine.parent.iterdir()] == ["mine.txt"]
    assert [each.name for each in mine.parent.parent.iterdir()] == [NAME]


@pytest.mark.parametrize("name", ["", "Tea", "tea shop", "../tea", "-tea", "tea-", "1tea", "t" * 41, "té"])
def test_what_is_no_name_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path))
    with pytest.raises(CourseError, match="is no name for a project"):
        projects.new(name)
    assert not list(tmp_path.iterdir())


def test_a_list_that_is_out_of_date_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = tmp_path / "skeleton.toml"
    listed.write_text('[[file]]\npath = "app/logs.py"\nreplace = [["no such text", ""]]\n')
    monkeypatch.setattr(skeleton, "LIST", listed)
    with pytest.raises(CourseError, match="'no such text' stands in it 0 times"):
        projects.new(NAME, tmp_path / NAME)
    assert not (tmp_path / NAME).exists()
