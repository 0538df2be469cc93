"""`course bench`, its part about the app: only that it still measures what it says, not what comes out."""

from pathlib import Path

import pytest
from postgres_support import own_home

from course.authoring.bench import sample_app
from course.base.errors import CourseError


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample_app, "ROUNDS", 1)
    monkeypatch.setattr(sample_app, "REQUESTS", 20)
    monkeypatch.setenv("DATABASE_URL", "")
    with own_home(tmp_path / "work", monkeypatch):
        yield tmp_path


def test_the_app_and_its_bare_peer_both_answer_and_are_measured(quick: Path) -> None:
    found = sample_app.measure(quick)
    assert set(found) == {"app", "raw"} and all(each >= 0 for each in found.values())
    peer = (quick / "raw" / "peer.py").read_text(encoding="utf-8")
    assert all(name in peer.partition("SELECT ")[2].partition(" FROM posts")[0] for name in ("id", "title"))


def test_an_app_that_answers_otherwise_is_told(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_app, "PATH", "/posts/99")
    with pytest.raises(CourseError, match="GET /posts/99 and got 404"):
        sample_app.measure(quick)
