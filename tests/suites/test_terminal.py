"""The terminal of lesson 8.2: a folder of its own, and nothing of this machine's settings."""

import os
import shutil
from pathlib import Path

import pytest

from course.base.errors import CourseError
from course.postboard import page_app
from course.suites.terminal import Terminal, terminal

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not on this machine")


def test_commands_run_until_one_fails(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal({"notes.txt": "tea\n"})("echo one", "exit 3", "echo two")
    assert capsys.readouterr().out == "$ echo one\none\n$ exit 3\n[status 3]\n"


def test_the_folder_and_its_neighbours_are_nowhere_in_what_is_printed() -> None:
    place = Terminal()
    place.write("../ben/notes.txt", "x")
    assert str(place.root) not in place.ask(f"echo {place.folder}").output
    assert (place.root / "ben" / "notes.txt").read_text("utf-8") == "x"


def test_variables_that_change_what_commands_do_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALEMBIC_CONFIG", "elsewhere")
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    print_them = "python -c \"import os; print(os.environ.get('ALEMBIC_CONFIG'), os.environ.get('GIT_DIR'))\""
    assert Terminal().ask(print_them).output == "None None"


@needs_git
def test_git_has_neither_an_identity_nor_a_repository_around_it() -> None:
    place = Terminal()
    assert place.ask("git config user.name").status == 1
    assert place.ask("git status").status == 128
    assert place.ask("git init -q").status == 0
    assert place.ask("git status --short").output == ""


def test_without_git_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = Terminal().ask("git status")
    assert (done.status, done.output.partition(",")[0]) == (127, "git is not on this machine")


def test_a_copy_of_the_app_has_no_settings_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [".env", ".env.local", ".env.example", "main.py"]:
        (tmp_path / name).write_text("x\n")
    monkeypatch.setattr(page_app, "_current", tmp_path)
    place = terminal()
    assert sorted(os.listdir(place.folder)) == [".env.example", "main.py"]
    assert os.listdir(terminal(app=False).folder) == []
    (tmp_path / "main.py").write_text("y\n")
    place.bring("main.py")
    assert (place.folder / "main.py").read_text("utf-8") == "y\n"
    with pytest.raises(CourseError, match="no other.py"):
        place.bring("other.py")
