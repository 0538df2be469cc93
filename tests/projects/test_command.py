"""`course project` as a learner types it."""

import json
import sys

import pytest

from course.base import paths
from course.cli import main
from course.projects import registry


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["course", "project", *words])
    with pytest.raises(SystemExit) as ended:
        main.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_a_new_project_says_where_to_begin_and_is_made_once(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path))
    status, out, _ = run(capsys, monkeypatch, "new", "tea-shop")
    assert (status, out) == (0, "work/projects/tea-shop is made. Begin with its README.md.\n")
    status, out, err = run(capsys, monkeypatch, "new", "tea-shop")
    assert (status, out) == (1, "") and "nothing was changed" in err


def test_a_check_prints_the_ladder_and_writes_the_result(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path))
    assert run(capsys, monkeypatch, "new", "todo")[1].endswith("Begin with its BRIEF.md.\n")
    result = tmp_path / "result.json"
    words = ("check", "todo", "--stage", "1", "--seed", "3", "--export", str(result))
    status, out, err = run(capsys, monkeypatch, *words)
    assert (status, err) == (1, "") and "✗ 1.1" in out and "✓ 1.2" in out and "--seed 3" in out
    found = json.loads(result.read_text())
    assert (found["project"], found["seed"], found["done"], found["of"]) == ("todo", 3, 1, 3)
    assert [line["outcome"] for line in found["stages"][0]["lines"]] == ["not yet", "done", "not yet"]
    assert [line["asked"] for line in found["stages"][0]["lines"]][2].startswith("GET /")


def test_a_project_that_is_not_made_yet_is_a_sentence(capsys, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(paths.WORK_VARIABLE, str(tmp_path))
    status, out, err = run(capsys, monkeypatch, "check", "todo")
    assert (status, out) == (1, "") and "there is no work/projects/todo/project.toml" in err


def test_the_help_names_all_projects(capsys, monkeypatch) -> None:
    for command in ("new", "check"):
        _, out, _ = run(capsys, monkeypatch, command, "--help")
        assert ", ".join(registry.READY) in " ".join(out.split())
