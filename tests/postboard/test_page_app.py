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
from course.postboard import diff, magics, page_app


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


PATCHED_1 = "from os import sep\n\n\ndef greet():\n    return 'one'\n\n\ndef part():\n    return sep\n"
PATCH = "def greet():\n    return 'two'\n\n\ndef more():\n    return 3\n"
PATCHED_2 = PATCHED_1.replace("'one'\n", "'two'\n\n\ndef more():\n    return 3\n")


@pytest.fixture
def patched(app: Path) -> Path:
    """An app whose lesson 1.4 writes a file and then patches it twice; the file is there as first written."""
    written = [f"%%app app/x.py\n{PATCHED_1}", f"%%app app/x.py patch\n{PATCH}"]
    cells = [tiny_course.cell("code", text) for text in (*written, "%%app app/x.py patch\ndel more, part\n")]
    about = {"minutes": 30, "topics": []}
    tiny_course.write_notebook(paths.NOTEBOOKS / "week1_start" / "1_4_fourth.ipynb", cells, course=about)
    magics.write("app/x.py", PATCHED_1)
    return app


def test_patches_are_worked_out_when_the_lessons_are_replayed(patched: Path) -> None:
    texts = [state.get("app/x.py") for state in app_history.states("1.4")]
    assert texts == [None, PATCHED_1, PATCHED_2, "def greet():\n    return 'two'\n"]
    assert [cell.text for cell in app_history.versions() if cell.path == "app/x.py"] == texts[1:]
    own(app_history.before("1.4") | {"app/x.py": PATCHED_2})
    assert page_app.settle("1.4").own  # halfway through the lesson: rewound


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "%%app app/none.py patch\nx = 1\n",
            "Lesson 1.5 patches app/none.py, which no cell before it writes",
        ),
        ("%%app app/x.py patch\ndel nothing\n", "In a cell of lesson 1.5: app/x.py was not patched"),
        ("%%app app/x.py pacth\nx = 1\n", 'only the word patch may stand, not "pacth"'),
    ],
)
def test_a_lesson_whose_patch_does_not_fit_is_named(patched: Path, text: str, said: str) -> None:
    notebook = paths.NOTEBOOKS / "week1_start" / "1_5_fifth.ipynb"
    tiny_course.write_notebook(
        notebook, [tiny_course.cell("code", text)], course={"minutes": 30, "topics": []}
    )
    with pytest.raises(CourseError, match=said):
        app_history.final()


def test_a_patch_cell_shows_what_changed_and_folds_the_whole_file_below(patched: Path) -> None:
    shell = InteractiveShell()
    magics.register(shell)
    change = shell.run_cell(f"%%app app/x.py patch\n{PATCH}").result
    assert (patched / "app" / "x.py").read_text() == PATCHED_2
    assert str(change).splitlines()[0] == "app/x.py: 5 lines added, 1 removed" and "part" not in str(change)
    html = change._repr_mimebundle_()["text/html"]
    diff, whole = html.split("<details>")
    assert (
        "the whole file, 13 lines</summary>" in whole and "def part():" in whole and "def part():" not in diff
    )
    tinted = [line for line in whole.split("<span") if "rgba" in line]
    assert len(tinted) == 5 and "return &#x27;two&#x27;" in tinted[0]
    again = shell.run_cell(f"%%app app/x.py patch\n{PATCH}").result
    assert str(again) == "app/x.py: unchanged" and "<details>" in again._repr_mimebundle_()["text/html"]
    wrong = shell.run_cell("%%app app/x.py pacth\nx = 1\n")
    assert (
        isinstance(wrong.error_in_exec, CourseError) and (patched / "app" / "x.py").read_text() == PATCHED_2
    )


def test_an_earlier_cell_run_again_brings_the_file_back_to_what_it_was_there(patched: Path) -> None:
    magics.patch("app/x.py", PATCH)
    magics.patch("app/x.py", "del more, part\n")
    assert magics.patch("app/x.py", PATCH).note == ""
    assert (patched / "app" / "x.py").read_text() == PATCHED_2
    magics.write("app/x.py", PATCHED_1)
    assert magics.patch("app/x.py", "del more, part\n").note == ""  # the cell between was passed over
    assert (patched / "app" / "x.py").read_text() == "def greet():\n    return 'two'\n"
    own(app_history.before("1.4"))
    assert page_app.settle("1.4").own


def test_what_the_learner_changed_elsewhere_stays_when_a_cell_patches_the_file(patched: Path) -> None:
    file = patched / "app" / "x.py"
    file.write_text(PATCHED_1.replace("return sep", "return sep * 2  # mine") + "\n\ndef own():\n    ...\n")
    change = magics.patch("app/x.py", PATCH)
    assert (
        file.read_text()
        == PATCHED_2.replace("return sep", "return sep * 2  # mine") + "\n\ndef own():\n    ...\n"
    )
    assert change.kept == "" and "What you changed yourself in this file is still there." in str(change)
    assert not paths.kept().exists()
    assert magics.write("app/x.py", PATCHED_1).kept  # it still counts as the learner's


def test_a_definition_that_the_learner_changed_and_the_cell_replaces_is_kept_and_said(patched: Path) -> None:
    mine = PATCHED_1.replace("'one'", "'mine'").replace("return sep", "return sep * 2")
    (patched / "app" / "x.py").write_text(mine)
    change = magics.patch("app/x.py", PATCH)
    assert (patched / "app" / "x.py").read_text() == PATCHED_2.replace("return sep", "return sep * 2")
    assert "You had changed greet yourself." in str(change) and change.kept in str(change)
    assert (paths.kept() / "postboard/app/x-1.py").read_text() == mine
    assert magics.patch("app/x.py", "del more, part\n").kept == "work/kept/postboard/app/x-2.py"


def test_a_definition_of_the_learners_that_the_cell_brings_too_is_kept_and_said(patched: Path) -> None:
    (patched / "app" / "x.py").write_text(PATCHED_1 + "\n\ndef more():\n    return 'my idea'\n")
    assert "You had changed more yourself." in magics.patch("app/x.py", PATCH).note
    (patched / "app" / "x.py").write_text(PATCHED_2.replace("from os import sep", "from ntpath import sep"))
    assert "the import of sep" in magics.patch("app/x.py", "from os import sep\n").note


def test_a_patch_that_the_learner_wrote_is_put_in_as_any_other(patched: Path) -> None:
    assert magics.patch("app/x.py", "def part():\n    return 4\n").note == ""
    assert (patched / "app" / "x.py").read_text() == PATCHED_1.split("\n\n\n", 1)[1].replace("sep", "4")


def test_a_file_saved_by_a_windows_editor_is_patched(patched: Path) -> None:
    (patched / "app" / "x.py").write_bytes(b"\xef\xbb\xbf" + PATCHED_1.replace("\n", "\r\n").encode())
    magics.patch("app/x.py", PATCH)
    assert (patched / "app" / "x.py").read_text() == PATCHED_2


def test_a_file_in_another_encoding_is_left_as_it_is(patched: Path) -> None:
    content = f"# coding: latin-1\n# caf\xe9\n{PATCHED_1}".encode("latin-1")
    (patched / "app" / "x.py").write_bytes(content)
    with pytest.raises(CourseError, match=r"work/postboard/app/x.py was not changed, .* UTF-8"):
        magics.patch("app/x.py", PATCH)
    assert (patched / "app" / "x.py").read_bytes() == content


@pytest.mark.parametrize(
    ("path", "standing", "patch", "said"),
    [
        ("app/none.py", None, "x = 1\n", "no such file yet. Run the cells above"),
        ("app/x.py", "def (\n", "x = 1\n", "line 1 of the file as it stands is not valid Python"),
        ("app/x.py", None, "x = = 1\n", "line 2 of the cell is not valid Python"),
        ("app/x.py", None, "for x in y: pass\n", "defines nothing"),
        ("app/x.py", "x = 1\n", "def part(): ...\n", "the file has no part"),
        ("app/x.py", "class A:\n    b = 1\n", "class A:\n    ...\n    del b\n", "nothing would be left in A"),
        (
            "app/x.py",
            "class A:\n  b = 1\n",
            "class A:\n    ...\n    c = 1\n",
            "line 3 of the file is not valid",
        ),
        ("notes.sql", "SELECT 1;\n", "SELECT 2;\n", "stands in it 0 times"),
    ],
)
def test_a_patch_that_cannot_be_put_in_leaves_the_file_and_says_why(
    patched: Path, path: str, standing: str | None, patch: str, said: str
) -> None:
    if standing:
        own({path: standing})
    before = tiny_course.files(patched)
    with pytest.raises(CourseError, match=said):
        magics.patch(path, patch)
    assert tiny_course.files(patched) == before and not paths.kept().exists()


@pytest.mark.parametrize(("lines", "folds"), [(15, 0), (60, 1)])
def test_a_diff_that_fills_more_than_a_screen_is_folded(lines: int, folds: int) -> None:
    old = "".join(f"a{number} = 1\n" for number in range(lines))
    change = diff.compare("app/x.py", old, old.replace("= 1", "= 2"))
    html = change._repr_mimebundle_()["text/html"]
    assert html.count("<details>") == folds and "a7 = 2" in html
    assert str(change).count("= 2") == lines


SPLIT_X = "x = 1\n\n\ndef greet():\n    return x\n\n\ndef part():\n    return greet()\n"
SPLIT_CELL = "app/x/one.py: x, greet\napp/x/two.py: part\n"
SPLIT_TWO = '"""Two."""\n\nfrom app.x.one import greet\n\n\ndef part():\n    return greet()\n'


@pytest.fixture
def to_split(app: Path) -> Path:
    """An app whose lesson 1.4 writes a file and then splits it; the file is there as first written."""
    texts = [f"%%app app/x.py\n{SPLIT_X}", f"%%app_split app/x.py\n{SPLIT_CELL}"]
    cells = [tiny_course.cell("code", text) for text in texts]
    about = {"minutes": 30, "topics": []}
    tiny_course.write_notebook(paths.NOTEBOOKS / "week1_start" / "1_4_fourth.ipynb", cells, course=about)
    magics.write("app/x.py", SPLIT_X)
    return app


def test_a_split_is_replayed_shown_and_rewound(to_split: Path) -> None:
    after = app_history.states("1.4")[-1]
    assert after["app/x/two.py"] == SPLIT_TWO and "app/x.py" not in after
    shell = InteractiveShell()
    magics.register(shell)
    result = shell.run_cell(f"%%app_split app/x.py\n{SPLIT_CELL}").result
    assert str(result).splitlines() == [
        "app/x/one.py: new, 7 lines",
        "app/x/two.py: new, 7 lines",
        "app/x.py: removed, it had 9 lines",
    ]
    html = result._repr_mimebundle_()["text/html"]
    assert html.count("<details>") == 2 and "from app.x.one import greet" in html
    assert "><code>app/x/one.py</code>: new, 7 lines</summary>" in html  # no block, so beside the triangle
    assert tiny_course.files(to_split) == {p: t for p, t in after.items() if p.startswith("app/x")}
    assert "app/x/one.py: unchanged" in str(magics.split("app/x.py", SPLIT_CELL))
    own(app_history.before("1.4") | tiny_course.files(to_split))
    assert page_app.settle("1.4").own
    assert tiny_course.files(paths.postboard()) == app_history.before("1.4")


ASYNC_X = "def read(session):\n    return session.scalar(1)\n\n\ndef part():\n    return 1\n"
ASYNC_Y = "from app.x import read\n\n\ndef show(session):\n    return read(session)\n"


@pytest.fixture
def to_convert(app: Path) -> Path:
    """An app whose lesson 1.4 writes two files and moves them to the event loop; they are there as first written."""
    texts = [f"%%app app/x.py\n{ASYNC_X}", f"%%app app/y.py\n{ASYNC_Y}", "%app_async app"]
    cells = [tiny_course.cell("code", text) for text in texts]
    about = {"minutes": 30, "topics": []}
    tiny_course.write_notebook(paths.NOTEBOOKS / "week1_start" / "1_4_fourth.ipynb", cells, course=about)
    magics.write("app/x.py", ASYNC_X)
    magics.write("app/y.py", ASYNC_Y)
    return app


def test_a_conversion_is_replayed_and_takes_what_the_learner_wrote_along(to_convert: Path) -> None:
    after = app_history.states("1.4")[-1]
    assert "return await read(session)" in after["app/y.py"]
    mine = ASYNC_X.replace("return 1", "return 2  # mine")
    (to_convert / "app" / "x.py").write_text(mine)
    shell = InteractiveShell()
    magics.register(shell)
    said = str(shell.run_cell("%app_async app").result)
    assert said == "app/x.py: 2 lines added, 2 removed\napp/y.py: 2 lines added, 2 removed"
    assert (to_convert / "app" / "y.py").read_text() == after["app/y.py"]
    assert (to_convert / "app" / "x.py").read_text() == after["app/x.py"].replace(
        "return 1", "return 2  # mine"
    )
    assert str(magics.convert("app")) == "app: unchanged"


def test_a_conversion_of_what_is_no_python_changes_nothing(to_convert: Path) -> None:
    (to_convert / "app" / "x.py").write_text("def read(:\n")
    with pytest.raises(CourseError, match="Nothing was converted, because app/x.py is not Python"):
        magics.convert("app")
    assert (to_convert / "app" / "y.py").read_text() == ASYNC_Y


def test_a_split_moves_what_the_learner_wrote_and_keeps_the_file_that_goes(to_split: Path) -> None:
    mine = SPLIT_X.replace("return x", "return x + 1  # mine")
    (to_split / "app" / "x.py").write_text(mine)
    (to_split / "app" / "x").mkdir()
    (to_split / "app" / "x" / "two.py").write_text("# in the way\n")
    changes = magics.split("app/x.py", SPLIT_CELL)
    said, html = str(changes), changes._repr_mimebundle_()["text/html"]
    assert html.count("</details><div>You had edited this file") == 1  # read without unfolding anything
    assert "return x + 1  # mine" in (to_split / "app/x/one.py").read_text()
    assert (to_split / "app/x/two.py").read_text() == SPLIT_TWO
    assert (paths.kept() / "postboard/app/x-1.py").read_text() == mine
    assert (paths.kept() / "postboard/app/x/two-1.py").read_text() == "# in the way\n"
    assert said.count("You had edited this file outside the lesson") == 2
    assert not page_app.settle("1.4").own  # it still counts as the learner's


def test_a_split_of_no_file_says_what_to_run(app: Path) -> None:
    with pytest.raises(CourseError, match="Run the cells above this one first"):
        magics.split("app/x.py", SPLIT_CELL)


# --- where `!alembic` finds its configuration -------------------------------------------------------------------


def test_alembic_finds_the_configuration_of_the_pages_app_from_any_folder(
    app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALEMBIC_CONFIG", "")
    page_app.use(app)
    assert "ALEMBIC_CONFIG" not in os.environ
    magics.write("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\n")
    assert os.environ["ALEMBIC_CONFIG"] == str(app / "alembic.ini")
    magics.write("migrations/env.py", "")
    said = subprocess.run(
        [sys.executable, "-m", "alembic", "heads", "--verbose"], cwd=tmp_path, capture_output=True, text=True
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    other = tmp_path / "another app"
    other.mkdir()
    page_app.use(other)
    assert "ALEMBIC_CONFIG" not in os.environ
    page_app.use(app)
    assert os.environ["ALEMBIC_CONFIG"] == str(app / "alembic.ini")
    page_app.leave()
    assert "ALEMBIC_CONFIG" not in os.environ
