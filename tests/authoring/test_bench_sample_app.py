"""`course bench`, its part about the app: only that it still measures what it says, not what comes out."""

import subprocess
from pathlib import Path

import pytest
from postgres_support import own_home

from course.authoring.bench import instructions, sample_app, table
from course.base.errors import CourseError


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sample_app, "ROUNDS", 1)
    monkeypatch.setattr(sample_app, "REQUESTS", 20)
    monkeypatch.setattr(instructions, "possible", lambda: False)
    monkeypatch.setenv("DATABASE_URL", "")
    with own_home(tmp_path / "work", monkeypatch):
        yield tmp_path


def test_the_app_and_its_peers_answer_and_are_measured(quick: Path) -> None:
    found = sample_app.measure(quick)
    assert set(found["cpu"]) == {"app", "week 3", "template", "raw"} and found["instructions"] == {}
    assert all(set(each) == set(sample_app.PATHS) for each in found["cpu"].values())


def test_an_app_that_answers_otherwise_is_told(quick: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample_app, "PATHS", ("/posts/999",))
    with pytest.raises(CourseError, match="GET /posts/999 and got 404"):
        sample_app.measure(quick)


def test_each_cost_stands_beside_that_of_the_other_apps() -> None:
    costs = {"app": {"/posts/1": 2.0}, "raw": {"/posts/1": 1.0}, "week 3": {"/posts/1": 4.0}}
    lines = list(table._of_the_app({"cpu": costs, "instructions": costs}))
    assert [line.unit for line in lines] == ["µs", "million"]
    assert [line.peer for line in lines] == 2 * ["2.00 × raw, 0.50 × week 3"]
    assert len(list(table._of_the_app({"cpu": costs, "instructions": {}}))) == 1


def test_callgrind_is_switched_on_for_warm_requests_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, told = tmp_path / "app.counts", []

    class Server:
        class process:
            pid = 42

        def ask(self, path: str, times: int = 1) -> None:
            told.append(f"{times} × {path}")

    def control(command: list[str], **_: object) -> None:
        told.append(command[1])
        assert command[0] == "callgrind_control" and command[2] == "42"
        if command[1] == "--dump":
            (tmp_path / "app.counts.1").write_text("part: 1\ntotals: 100000000\ntotals: 50000000\n")

    monkeypatch.setattr(subprocess, "run", control)
    assert instructions.millions(Server(), "/live", file) == 3.0
    asked = ["30 × /live", "--instr=on", "5 × /live", "--zero", "50 × /live", "--dump", "--instr=off"]
    assert told == asked
    assert f"--callgrind-out-file={file}" in instructions.command(file)
