"""`course review` and `course status --topics`, as a learner and an instructor type them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course.base.errors import CourseError
from course.cli import lab, topics
from course.cli import review as reviewing
from course.cli.main import app
from course.content import catalog, questions
from course.workspace import progress, reviews

ROUTES = next(each for each in questions.questions() if each.id == "1.2 route-order")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path / "work"


def typed(*words: str) -> str:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    return done.output


def test_review_opens_jupyterlab_on_its_page(monkeypatch: pytest.MonkeyPatch, work: Path):
    opened: list[list[str]] = []
    monkeypatch.setattr(lab, "run", lambda options, say: opened.append(options) or 0)
    monkeypatch.setattr(reviewing, "_open_already", lambda: "")
    progress.record("lesson", "1.2")
    assert "Your review: work/review/" in typed("review")
    ((option,),) = opened
    page = option.removeprefix("--LabApp.default_url=/lab/tree/")
    assert page.startswith("review/") and (work / page).exists()


def test_where_jupyterlab_runs_already_no_second_one_starts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lab, "run", lambda *_: pytest.fail("a second JupyterLab"))
    monkeypatch.setattr(reviewing, "_open_already", lambda: "http://localhost:8888/")
    progress.record("lesson", "1.2")
    assert "go to http://localhost:8888/lab/tree/review/" in typed("review")


def test_a_server_of_another_folder_is_not_ours(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, work: Path):
    running = [{"root_dir": str(tmp_path), "url": "http://localhost:1/"}]
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: iter(running))
    assert reviewing._open_already() == ""
    running.append({"root_dir": str(work), "url": "http://localhost:2/"})
    assert reviewing._open_already() == "http://localhost:2/"


def test_nothing_to_review_is_a_sentence():
    with pytest.raises(CourseError, match="open a lesson first"):
        reviewing.run(print)


def test_status_says_in_a_line_what_is_due():
    assert "due for a review" not in typed("status")
    progress.record("lesson", "1.2")
    assert typed("status").count("due for a review") == 1


def test_topics_have_a_row_each_with_what_was_seen_solved_remembered_and_is_due():
    progress.record("lesson", "1.2")
    reviews.record(ROUTES, ROUTES.right, right=True)
    progress.record("check", "1.2a", outcome="done")
    rows = {line.split()[0]: line.split() for line in typed("status", "--topics").splitlines()[1:]}
    assert set(catalog.by_topic()) <= set(rows)
    row, asked = rows["fastapi.registration"], reviews.topics(reviews.datetime.now(reviews.UTC))
    assert row[1:4] == ["1.2", "✔", f"1/{len(catalog.lesson('1.2').exercises)}"]
    assert row[4] == f"1/{asked['fastapi.registration'][0]}"


def log(path: Path, *entries: dict) -> None:
    path.parent.mkdir(exist_ok=True)
    told = ({"at": "2026-03-02T09:00:00+00:00", "edition": 2} | each for each in entries)
    path.write_text("".join(json.dumps(each) + "\n" for each in told), encoding="utf-8")


def test_a_room_sees_what_is_least_remembered_and_its_hardest_questions(tmp_path: Path):
    seen = {"event": "lesson", "id": "1.2"}
    wrong = {"event": "review", "id": "1.2", "question": "route-order", "chosen": "200", "right": False}
    log(tmp_path / "room" / "ana.jsonl", seen, wrong)
    log(tmp_path / "room" / "ben.jsonl", seen, wrong | {"right": True})
    said = typed("status", "--topics", "--room", str(tmp_path / "room"))
    assert "2 learners" in said and said.index("fastapi.registration") < said.index("sql.databases")
    (hardest,) = [line.split() for line in said.splitlines() if line.startswith("1.2 route-order")]
    assert hardest[2:] == ["2", "50", "%"]


def test_a_room_without_logs_says_what_to_put_there(tmp_path: Path):
    with pytest.raises(CourseError, match=r"There is no log in .*work/progress.jsonl"):
        topics.show(tmp_path)
