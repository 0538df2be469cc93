"""`course project` as a learner types it."""

import sys

import pytest

from course.base import paths
from course.cli import main


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


def test_a_project_to_come_is_a_sentence(capsys, monkeypatch) -> None:
    status, out, err = run(capsys, monkeypatch, "new", "blog")
    assert (status, out) == (1, "") and err.startswith("The project blog is not there yet")
