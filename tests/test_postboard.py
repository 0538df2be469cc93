"""The app's folder: replay of the lessons, whose app a page works on, and the `%%app` cell."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_course
from IPython.core.interactiveshell import InteractiveShell
from tiny_course import MAIN_1, MAIN_2, MODELS

from course.base import paths
from course.base.errors import CourseError
from course.content import app_history
from course.postboard import magics, page_app


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    before = list(sys.path)
    monkeypatch.setattr(page_app, "_current", None)
    yield tiny_course.make(tmp_path, monkeypatch)
    if page_app._current:
        page_app.forget(page_app._current)
    sys.path[:] = before


@pytest.fixture
def app(work: Path) -> Path:
    page_app.use(paths.postboard())
    return paths.postboard()


def own(tree: dict[str, str]) -> None:
    for path, text in tree.items():
        file = paths.postboard() / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())


def test_the_app_before_and_after_each_lesson_is_replayed_in_order(work: Path) -> None:
    assert app_history.before("1.2") == {}
    assert app_history.after("1.2") == {"app/main.py": MAIN_1, "app/models.py": MODELS}
    assert app_history.before("1.3") == app_history.after("1.2")
    assert app_history.final() == {"app/main.py": MAIN_2, "app/models.py": MODELS}
    with pytest.raises(CourseError, match="no lesson"):
        app_history.before("9.9")


def test_a_cell_becomes_a_file_with_lf_ends_and_one_last_line_end(work: Path) -> None:
    notebook = paths.NOTEBOOKS / "week1_start" / "1_4_more.ipynb"
    cells = [tiny_course.cell("code", "\n%%app   app/é.py  \r\nx = 1\r\n\n\n")]
    tiny_course.write_notebook(notebook, [tiny_course.cell("markdown", "# 1.4 · More"), *cells])
    assert app_history.final()["app/é.py"] == "x = 1\n"


@pytest.mark.parametrize(
    "path", ["", "/etc/x.py", "../x.py", "app/../../x", "C:/x.py", "app\\x.py", "app/", "~/x", "."]
)
def test_a_path_that_leads_out_of_the_app_is_refused(app: Path, path: str) -> None:
    with pytest.raises(CourseError, match="nothing was done"):
        magics.write(path, "x = 1")


def test_differences_name_what_is_missing_changed_or_taught_nowhere(work: Path) -> None:
    folder = paths.SAMPLE_APP
    app_history.build(folder, app_history.final())
    (folder / "app" / "__pycache__").mkdir()
    (folder / "app" / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"")
    assert app_history.differences(folder, app_history.final()) == []
    (folder / "app" / "main.py").write_bytes(MAIN_2.replace("\n", "\r\n").encode())
    (folder / "app" / "models.py").unlink()
    (folder / "LICENSE").write_text("free")
    assert app_history.differences(folder, app_history.final(), ignore={"LICENSE": "no lesson needs it"}) == [
        "app/main.py: differs from what the lessons write",
        "app/models.py: missing",
    ]
    assert "LICENSE: no lesson writes it" in app_history.differences(folder, app_history.final())


def test_extras_are_read_from_the_one_place_that_lists_them(work: Path) -> None:
    text = '[tool.course.sample_app_extras]\n"LICENSE" = "no lesson needs it"\n'
    (paths.ROOT / "pyproject.toml").write_text(text, encoding="utf-8")
    assert app_history.extras() == {"LICENSE": "no lesson needs it"}


def test_an_empty_folder_is_filled_with_the_app_as_the_lesson_finds_it(work: Path) -> None:
    page = page_app.settle("1.3")
    assert (page.own, page.message, page.folder) == (True, "", paths.postboard())
    assert tiny_course.files(page.folder) == app_history.before("1.3")


@pytest.mark.parametrize(
    "state",
    [
        {"app/main.py": MAIN_1, "app/models.py": MODELS},
        {"app/main.py": MAIN_2, "app/models.py": MODELS},
    ],
)
def test_an_unchanged_app_inside_the_lesson_is_rewound_to_its_start(
    work: Path, state: dict[str, str]
) -> None:
    own(state | {"notes.txt": "mine"})
    page = page_app.settle("1.3")
    assert page.own and page.message == ""
    assert tiny_course.files(page.folder) == app_history.before("1.3") | {"notes.txt": "mine"}


def test_a_rewound_app_loses_the_files_that_the_lesson_itself_adds(work: Path) -> None:
    own({"app/main.py": MAIN_1})
    assert page_app.settle("1.2").own
    assert tiny_course.files(paths.postboard()) == {}


def test_a_page_of_exercises_starts_from_the_finished_lesson(work: Path) -> None:
    own({"app/main.py": MAIN_1})
    assert page_app.settle("1.2", finished=True).own
    assert tiny_course.files(paths.postboard()) == app_history.after("1.2")


@pytest.mark.parametrize(
    ("lesson", "state", "reason"),
    [
        ("1.3", {"app/main.py": MAIN_1 + "# mine\n", "app/models.py": MODELS}, "changes of yours"),
        ("1.3", {"app/main.py": MAIN_1}, "not this far yet"),
        ("1.2", {"app/main.py": MAIN_2, "app/models.py": MODELS}, "already further on"),
    ],
)
def test_an_app_that_differs_stays_untouched_and_the_page_gets_a_copy(
    work: Path, lesson: str, state: dict[str, str], reason: str
) -> None:
    own(state)
    page = page_app.settle(lesson)
    assert not page.own and page.folder == paths.state() / "apps" / lesson
    assert reason in page.message and f"course start-at {lesson}" in page.message
    assert tiny_course.files(paths.postboard()) == state
    assert {p: (page.folder / p).read_text() for p in app_history.before(lesson)} == app_history.before(
        lesson
    )


def test_the_learners_other_files_are_never_a_reason_for_a_copy(work: Path) -> None:
    own({"README.md": "mine", "app/main.py": "# written before its lesson, by the learner\n"})
    assert page_app.settle("1.1").own
    assert tiny_course.files(paths.postboard())["README.md"] == "mine"
    assert "by the learner" in (paths.postboard() / "app" / "main.py").read_text()


def test_a_copy_is_fresh_each_time_and_what_the_learner_put_there_is_kept(work: Path) -> None:
    own({"app/main.py": "# mine\n"})
    folder = page_app.settle("1.3").folder
    (folder / "app" / "main.py").write_text("# edited in the copy\n")
    (folder / "idea.txt").write_text("mine too")
    assert page_app.settle("1.3").folder == folder
    assert (folder / "app" / "main.py").read_text() == MAIN_1
    assert app_history.files_in(folder) == {"app/main.py", "app/models.py"}
    kept = tiny_course.files(paths.kept())
    assert sorted(kept.values()) == ["# edited in the copy\n", "mine too"]


def test_each_write_says_whether_the_file_is_new_changed_or_the_same(app: Path) -> None:
    new = magics.write("app/main.py", "a = 1\nb = 2\nc = 3\n")
    assert str(new) == "app/main.py: new, 3 lines"
    same = magics.write("app/main.py", "a = 1\nb = 2\nc = 3\n\n")
    assert str(same) == "app/main.py: unchanged"
    change = magics.write("app/main.py", "a = 1\nb = 2 < 3\nc = 3\nd = 4\n")
    assert (change.kind, change.added, change.removed) == ("changed", 2, 1)
    assert str(change).splitlines() == [
        "app/main.py: 2 lines added, 1 removed",
        *("@@ -1,3 +1,4 @@", " a = 1", "-b = 2", "+b = 2 < 3", " c = 3", "+d = 4"),
    ]
    shown = change._repr_mimebundle_()
    assert "b = 2 &lt; 3" in shown["text/html"] and shown["text/plain"] == str(change)


def test_a_line_that_looks_like_a_diff_header_is_counted(app: Path) -> None:
    magics.write("notes.sql", "-- old\n")
    change = magics.write("notes.sql", "++ new\n")
    assert (change.added, change.removed) == (1, 1)


def test_python_that_does_not_compile_is_refused_and_the_old_file_stays(app: Path) -> None:
    magics.write("app/main.py", MAIN_1)
    with pytest.raises(CourseError, match=r"line 2 of the file .*`return = 1`"):
        magics.write("app/main.py", "def greet():\n    return = 1\n")
    assert (app / "app" / "main.py").read_text() == MAIN_1
    magics.write("README.md", "def this is no Python(")


def test_an_edit_from_outside_is_kept_before_the_cell_writes_over_it(app: Path) -> None:
    magics.write("app/main.py", MAIN_1)
    (app / "app" / "main.py").write_text("# my own idea\n")
    change = magics.write("app/main.py", MAIN_2)
    assert change.kept == "work/kept/postboard/app/main-1.py" and change.kept in str(change)
    assert (paths.kept() / "postboard/app/main-1.py").read_text() == "# my own idea\n"
    assert magics.write("app/main.py", MAIN_1).kept == ""


def test_a_damaged_record_of_hashes_keeps_rather_than_loses(app: Path) -> None:
    magics.write("app/main.py", "# from a cell that the learner changed\n")
    (paths.state() / "written.json").write_text("{ torn")
    assert magics.write("app/main.py", MAIN_1).kept


def test_the_next_import_sees_a_file_rewritten_at_once_with_the_same_size(app: Path) -> None:
    for text, answer in [(MAIN_1, "one"), (MAIN_2, "two")] * 3:
        magics.write("app/main.py", text)
        namespace: dict[str, object] = {}
        exec("from app.main import greet; said = greet()", namespace)
        assert namespace["said"] == answer


def test_bytecode_that_a_subprocess_left_is_not_believed(app: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", "from app.main import greet; print(greet())"]
    for text, answer in [(MAIN_1, "one"), (MAIN_2, "two")]:
        magics.write("app/main.py", text)
        os.utime(app / "app" / "main.py", (1_000_000_000, 1_000_000_000))
        ran = subprocess.run(command, cwd=app, env=environment, capture_output=True, check=True)
        assert ran.stdout.decode().strip() == answer
        assert list((app / "app" / "__pycache__").glob("main*.pyc"))


def test_rewinding_does_not_leave_old_code_to_import(app: Path) -> None:
    own(app_history.after("1.3"))
    page_app.use(page_app.settle("1.3", finished=True).folder)
    exec("from app.main import greet\nassert greet() == 'two'", {})
    page_app.use(page_app.settle("1.3").folder)
    exec("from app.main import greet\nassert greet() == 'one'", {})


def test_another_page_app_replaces_the_first_on_the_import_path(app: Path, tmp_path: Path) -> None:
    other = tmp_path / "other app"
    app_history.build(other, {"app/main.py": MAIN_2})
    magics.write("app/main.py", MAIN_1)
    exec("from app.main import greet\nassert greet() == 'one'", {})
    page_app.use(other)
    exec("from app.main import greet\nassert greet() == 'two'", {})
    assert str(app) not in sys.path and sys.path.count(str(other)) == 1


def test_the_cell_magic_writes_and_shows_the_change(app: Path) -> None:
    shell = InteractiveShell()
    magics.register(shell)
    result = shell.run_cell(f"%%app app/main.py\n{MAIN_1}")
    assert str(result.result) == "app/main.py: new, 2 lines"
    assert (app / "app" / "main.py").read_text() == MAIN_1
    refused = shell.run_cell("%%app\nx = 1\n")
    assert isinstance(refused.error_in_exec, CourseError)


def test_a_removed_file_is_gone_for_the_next_lessons_and_back_for_the_earlier(work: Path) -> None:
    cells = [tiny_course.cell("code", "%app_remove app/models.py\n")]
    about = {"minutes": 30, "topics": []}
    tiny_course.write_notebook(paths.NOTEBOOKS / "week1_start" / "1_4_fourth.ipynb", cells, course=about)
    assert app_history.before("1.4").keys() == {"app/main.py", "app/models.py"}
    assert app_history.final() == app_history.after("1.4") == {"app/main.py": MAIN_2}
    own(app_history.after("1.4"))
    assert page_app.settle("1.4").own  # a second run, after the file has gone
    assert tiny_course.files(paths.postboard()) == app_history.before("1.4")


def test_removing_says_what_went_and_keeps_what_the_learner_wrote(app: Path) -> None:
    shell = InteractiveShell()
    magics.register(shell)
    magics.write("app/main.py", MAIN_1)
    assert str(shell.run_cell("%app_remove app/main.py").result) == "app/main.py: removed, it had 2 lines"
    assert str(shell.run_cell("%app_remove app/main.py").result) == "app/main.py: was not there"
    magics.write("app/main.py", MAIN_1)
    (app / "app" / "main.py").write_text("# my own idea\n")
    assert magics.remove("app/main.py").kept == "work/kept/postboard/app/main-1.py"
    assert (paths.kept() / "postboard/app/main-1.py").read_text() == "# my own idea\n"
    with pytest.raises(CourseError, match="does not name a file"):
        magics.remove("../outside.py")


def test_a_cell_before_the_first_one_of_the_page_says_what_to_run(work: Path) -> None:
    with pytest.raises(CourseError, match="first code cell"):
        magics.write("app/main.py", MAIN_1)


@pytest.mark.skipif(sys.platform == "win32", reason="making a link needs a right on Windows")
def test_a_link_out_of_the_app_is_not_written_through(app: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("precious = 1\n")
    (app / "app").mkdir(parents=True)
    (app / "app" / "main.py").symlink_to(outside)
    with pytest.raises(CourseError, match="link"):
        magics.write("app/main.py", MAIN_1)
    assert not page_app.settle("1.2").own
    assert outside.read_text() == "precious = 1\n" and (app / "app" / "main.py").is_symlink()


def test_a_file_in_the_way_of_the_app_is_a_sentence_and_stays(work: Path) -> None:
    work.mkdir()
    paths.postboard().write_text("not a folder")
    with pytest.raises(CourseError, match="did not work"):
        page_app.settle("1.3")
    assert paths.postboard().read_text() == "not a folder"


def test_a_failing_disk_leaves_the_old_file_whole(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    magics.write("app/main.py", MAIN_1)

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr("course.base.files.os.replace", full)
    with pytest.raises(CourseError, match="No space left"):
        magics.write("app/main.py", MAIN_2)
    assert tiny_course.files(app) == {"app/main.py": MAIN_1}
