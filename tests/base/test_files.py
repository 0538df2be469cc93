"""Keeping the learner's text: each text under a name of its own, whatever was kept or deleted before."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from learner import Learner, learner  # noqa: F401

from course.base import files, paths
from course.content import catalog
from course.page import lesson
from course.postboard import page_app
from course.workspace import copies, progress


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_a_text_that_is_kept_takes_a_name_that_nothing_has(tmp_path: Path) -> None:
    wanted = tmp_path / "kept" / "main.py"
    assert [files.keep(wanted, text).name for text in ("a", "b", "c")] == [
        "main-1.py",
        "main-2.py",
        "main-3.py",
    ]
    (wanted.parent / "main-1.py").unlink()
    files.keep(wanted, b"d")
    assert texts(wanted.parent) == {"main-1.py": "d", "main-2.py": "b", "main-3.py": "c"}


def test_several_at_once_keep_every_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All look for a free name before any of them writes: each must find that the name is taken by then."""
    together, free_path, first = threading.Barrier(4), files.free_path, threading.local()

    def look(wanted: Path) -> Path:
        path = free_path(wanted)
        if not hasattr(first, "done"):
            first.done = True
            together.wait(timeout=60)
        return path

    monkeypatch.setattr(files, "free_path", look)
    threads = [threading.Thread(target=files.keep, args=(tmp_path / "a.py", str(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts(tmp_path).values()) == ["0", "1", "2", "3"]


def test_a_text_that_cannot_be_written_leaves_no_half_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.keep(tmp_path / "main.py", "text")
    assert texts(tmp_path) == {}


def test_an_exercise_that_is_reset_again_overwrites_no_kept_answer(work: Path, learner: Learner) -> None:  # noqa: F811
    lesson.lesson("1.2", exercises=True)
    starter = catalog.starter("1.2a")
    for number in (1, 2):
        learner.run(f"{starter}\n# try {number}")
        lesson.reset("1.2a")
    (paths.kept() / "1.2a-1.py").unlink()
    learner.run(f"{starter}\n# try 3")
    lesson.reset("1.2a")
    assert texts(paths.kept()) == {"1.2a-2.py": f"{starter}\n# try 2\n", "1.2a-1.py": f"{starter}\n# try 3\n"}


@pytest.mark.skipif(os.name != "posix", reason="looks at permissions")
@pytest.mark.parametrize("way", ["progress", "notebooks", "app", "kept"])
def test_a_new_folder_is_closed_to_other_users_and_one_that_is_there_stays_as_it_is(
    work: Path, way: str
) -> None:
    ways: dict[str, Callable[[], object]] = {
        "progress": lambda: progress.record("lesson", "1.1"),
        "notebooks": copies.prepare,
        "app": lambda: page_app.settle("1.2"),
        "kept": lambda: files.keep(paths.kept() / "a.py", ""),
    }
    ways[way]()
    assert work.stat().st_mode & 0o777 == 0o700
    work.chmod(0o755)
    ways[way]()
    assert work.stat().st_mode & 0o777 == 0o755
