"""The `course` command as a learner types it: what it prints, and how it fails."""

import re
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_course
from small_api import small_api

from course.base import paths
from course.checks import verdict
from course.cli import doctor, main
from course.serving.server import serve
from course.workspace import copies, progress, recheck, start_page

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    return tiny_course.make(tmp_path, monkeypatch)


@pytest.fixture
def course(work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in this process: its exit status, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["course", *words])
        with pytest.raises(SystemExit) as ended:
            main.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def pretend(monkeypatch: pytest.MonkeyPatch, name: str, **names: object) -> None:
    """Put a module of the course in place of one that another test file proves."""
    module = types.ModuleType(name)
    vars(module).update(names)
    monkeypatch.setitem(sys.modules, name, module)
    package, _, own = name.rpartition(".")
    __import__(package)
    monkeypatch.setattr(sys.modules[package], own, module, raising=False)


def test_help_names_every_command_in_whole_sentences(course: Run) -> None:
    status, out, _ = course("--help")
    assert status == 0 and "..." not in out.replace("[ARGS]...", "")
    names = ["lab", "doctor", "status", "check", "start-at", "update", "reset", "stop", "test"]
    for name in [*names, "bench", "author", "url", "psql", "attack"]:
        assert re.search(rf"^  {name} ", out, re.MULTILINE)


def test_the_help_of_start_py_names_every_command_of_a_learner() -> None:
    done = subprocess.run([sys.executable, paths.ROOT / "start.py", "--help"], capture_output=True, text=True)
    commands = {command.name or command.callback.__name__ for command in main.app.registered_commands}
    assert [name for name in commands - {"bench"} if name not in done.stdout] == []


def test_help_imports_nothing_heavy() -> None:
    heavy = {"rich", "fastapi", "jupyterlab", "nbformat", "pytest", "psycopg2", "sqlalchemy"}
    code = f"import sys, course.cli; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_an_attack_needs_an_app_and_attacks_no_other_machine(course: Run) -> None:
    status, out, err = course("attack")
    assert (status, out) == (1, "") and err.startswith(
        "Nothing was attacked: there is no app/main.py in work/postboard/"
    )
    status, out, err = course("attack", "http://192.0.2.1")
    assert (status, out) == (1, "") and "192.0.2.1, which is not an address of this machine alone" in err


def test_an_attack_prints_a_table_and_fails_where_something_got_through(course: Run) -> None:
    with serve(small_api("others' comments"), key="attacked") as server:
        status, out, _ = course("attack", server.url)
    assert status == 1 and "let through" in out
    assert ", 1 let through, " in out and "They leave behind: the user vera" in out


def test_an_unknown_lesson_is_a_sentence_with_the_ones_that_exist(course: Run) -> None:
    assert course("start-at", "9.9") == (
        *(1, ""),
        'There is no lesson "9.9". The lessons are: 1.1, 1.2, 1.3.\n',
    )


def test_a_folder_that_cannot_be_written_is_a_sentence_for_each_command(course: Run, work: Path) -> None:
    work.write_text("in the way")
    for words in (["update"], ["start-at", "1.3"], ["lab", "--no-browser"]):
        status, _, err = course(*words)
        assert status == 1 and "did not work" in err and "Traceback" not in err
    assert work.read_text() == "in the way"


def test_start_at_says_where_the_present_app_went(course: Run, work: Path) -> None:
    (paths.postboard() / "app").mkdir(parents=True)
    (paths.postboard() / "app" / "main.py").write_text("# mine\n")
    status, out, _ = course("start-at", "1.3")
    assert status == 0 and "work/kept/postboard-1/" in out


def test_update_names_what_is_new_and_what_it_left_alone(course: Run, work: Path) -> None:
    assert "New: week1_start/1_1_first.ipynb" in course("update", "--copies")[1]
    assert course("update", "--copies")[1] == "Everything is up to date.\n"
    mine = work / "week1_start" / "1_1_first.ipynb"
    mine.write_text(mine.read_text().replace("1 + 1", "my idea"))
    published = paths.NOTEBOOKS / "week1_start" / "1_1_first.ipynb"
    published.write_text(published.read_text().replace("1 + 1", "2 + 2"))
    for _ in range(2):
        out = course("update")[1]
        assert "Left alone: week1_start/1_1_first.ipynb" in out and "1_1_first.new.ipynb" in out
    assert "my idea" in mine.read_text()


def test_reset_says_where_the_earlier_answer_is(course: Run, work: Path) -> None:
    copies.prepare()
    notebook = work / "week1_start" / "1_2_exercises_second.ipynb"
    assert "nothing to reset" in course("reset", "1.2a")[1]
    notebook.write_text(notebook.read_text().replace("def answer", "def mine", 1))
    assert "right below" in course("reset", "1.2a")[1]
    assert "Your earlier answer to 1.2a" in notebook.read_text()
    assert course("reset", "1.2z")[0] == 1


def test_status_shows_squares_and_what_is_next_in_eighty_columns(course: Run, work: Path) -> None:
    for lesson in ("1.1", "1.2"):
        progress.record("lesson", lesson)
    progress.record("check", "1.2a", outcome=verdict.Outcome.DONE)
    status, out, _ = course("status")
    assert status == 0 and max(map(len, out.splitlines())) <= 80
    assert re.search(r"1\.2 +Lesson 1\.2 +■□ +1/2 +0/2", out)
    assert "Next: Do exercise 1.2b, Task 1.2b." in out
    assert (work / start_page.NAME).exists()


def test_the_first_page_links_to_what_is_next_and_to_every_lesson(work: Path) -> None:
    copies.prepare()
    page = start_page.write("PostgreSQL did not start.").read_text(encoding="utf-8")
    assert "PostgreSQL did not start." in page and "Read lesson 1.1" in page
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert len(links) == 5 and all((work / link).exists() for link in links)
    progress.record("lesson", "1.1")
    progress.record("lesson", "1.2")
    again = start_page.write().read_text(encoding="utf-8")
    assert "(week1_start/1_2_exercises_second.ipynb)" in again and "did not start" not in again
    assert "last in lesson 1.2" in again


def test_the_first_page_goes_on_from_where_the_learner_was_last(work: Path) -> None:
    progress.record("lesson", "1.2")
    assert "last in lesson 1.2" in start_page.text() and "Do exercise 1.2a" in start_page.text()
    for exercise in ("1.2a", "1.2b"):
        progress.record("check", exercise, outcome=verdict.Outcome.DONE)
    assert "Read lesson 1.3" in start_page.text()
    progress.record("lesson", "1.3")
    assert "last in lesson 1.3" in start_page.text() and "Read lesson 1.1" in start_page.text()


def test_the_first_page_names_what_is_still_open_from_before(work: Path) -> None:
    progress.record("check", "1.2a", outcome=verdict.Outcome.NOT_YET)
    assert "last in lesson 1.2" in start_page.text() and "Still open" not in start_page.text()
    progress.record("lesson", "1.3")
    assert "Still open from before: 1.2a, 1.2b." in start_page.text()


def test_a_run_of_all_answers_does_not_change_where_the_learner_was(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.record("lesson", "1.3")
    monkeypatch.setenv(progress.FRESH_VARIABLE, "1")
    progress.record("check", "1.2a", outcome=verdict.Outcome.NOT_YET)
    assert progress.last_lesson() == "1.3"


def test_check_of_all_passes_over_what_nobody_wrote_in(work: Path) -> None:
    assert recheck.passed_over("all") == 3
    copies.prepare()
    assert (recheck.passed_over("all"), recheck.passed_over("1"), recheck.passed_over("1.2")) == (3, 3, 0)
    page = work / "week1_start" / "1_2_exercises_second.ipynb"
    page.write_text(page.read_text().replace('"execution_count": null', '"execution_count": 7'))
    assert recheck.passed_over("all") == 3
    page.write_text(page.read_text().replace("...", "return 42", 1))
    assert recheck.passed_over("all") == 2


def test_notes_that_somebody_wrote_into_the_first_page_are_kept(work: Path) -> None:
    page = start_page.write()
    start_page.write()
    assert not paths.kept().exists()
    page.write_text("my notes")
    start_page.write()
    assert list(tiny_course.files(paths.kept()).values()) == ["my notes"]


def test_doctor_prints_cause_and_cure_of_what_is_wrong(course: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def finding(ok: bool, name: str) -> types.SimpleNamespace:
        return types.SimpleNamespace(
            ok=ok, name=name, what=f"what [{name}]", cause="the cause", cure="the cure"
        )

    pretend(monkeypatch, "course.cli.doctor", diagnose=lambda: [finding(True, "Disk")])
    assert course("doctor")[:2] == (0, "✓ Disk: what [Disk]\nAll is well.\n")
    both = [finding(True, "Disk"), finding(False, "Lab")]
    pretend(monkeypatch, "course.cli.doctor", diagnose=lambda: both)
    status, out, _ = course("doctor")
    assert status == 1 and out.splitlines()[1:] == [
        *("✗ Lab: what [Lab]", "    why:  the cause", "    cure: the cure"),
        "1 of 2 need a cure.",
    ]


def test_check_reruns_what_was_named_and_shows_before_and_now(
    course: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def recheck(what: str, on_progress: Callable[..., None]) -> list[types.SimpleNamespace]:
        asked.append(what)
        on_progress(1, 2)
        on_progress(2, 2, "1_2_second")
        row = {"exercise_id": "1.2a", "title": "Task [a]", "before": "done", "after": "not yet"}
        return [types.SimpleNamespace(**row)]

    pretend(monkeypatch, "course.workspace.recheck", recheck=recheck, passed_over=lambda _: 3)
    status, out, _ = course("check", "1.2")
    assert status == 0 and asked == ["1.2"]
    assert re.search(r"1\.2a +Task \[a\] +done +not yet", out)
    assert "Passed over: 3 lessons in whose exercises you have written nothing." in out
    course("check")
    assert asked == ["1.2", "all"]


def test_test_and_bench_pass_on_options_and_exit_status(course: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[list[str]] = []
    pretend(monkeypatch, "course.authoring.proof", run=lambda args: got.append(args) or 3)
    pretend(monkeypatch, "course.authoring.bench.table", run=lambda: 4)
    assert course("test", "-k", "week1", "--maxfail=1")[0] == 3
    assert got == [["-k", "week1", "--maxfail=1"]]
    assert course("bench")[0] == 4


def test_tab_completes_lessons_exercises_and_weeks(work: Path) -> None:
    assert [each for each, _ in main.lesson_ids("1.")] == ["1.1", "1.2", "1.3"]
    assert main.exercise_ids("1.2b") == [("1.2b", "Task 1.2b")]
    assert [each for each, _ in main.anything("1")][:3] == ["1", "1.1", "1.2"]
    assert [each for each, _ in main.anything("a")] == ["all"]


def test_a_torn_notebook_does_not_break_the_tab_key(work: Path) -> None:
    (paths.NOTEBOOKS / "week1_start" / "1_1_first.ipynb").write_text("{")
    assert main.lesson_ids("") == [] == main.exercise_ids("")
    assert main.anything("a") == [("all", "everything")]


def test_the_shells_completion_asks_the_command_itself(course: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_COURSE_COMPLETE", "complete_bash")
    for words, answer in [("course start-at 1.", ["1.1", "1.2", "1.3"]), ("course st", ["status"])]:
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        assert set(answer) <= set(course()[1].split())


@pytest.mark.parametrize("gone", ["typer", "rich", "filelock", "nbformat", "psutil"])
@pytest.mark.parametrize("command", ["doctor", "status"])
def test_a_package_that_is_gone_is_a_sentence(work: Path, gone: str, command: str) -> None:
    code = f"import sys; sys.modules[{gone!r}] = None; sys.argv[1:] = [{command!r}]"
    code += "; from course.cli import main; main.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert gone in done.stderr and "Run `python3 start.py`" in done.stderr


@pytest.mark.parametrize("content", ["", '{"at": "2026", "event": "check", "id": ["1.2a"]}\n'])
def test_progress_that_cannot_be_read_is_said_and_stops_no_command(
    course: Run, work: Path, content: str
) -> None:
    copies.prepare()
    if content:
        paths.progress_log().write_text(content, encoding="utf-8")
    else:
        paths.progress_log().mkdir()
    status, out, err = course("status")
    assert (status, err) == (0, "") and "be read" in out and "work/progress.jsonl" in out
    assert "be read" in start_page.write().read_text(encoding="utf-8")
    finding = doctor.progress_is_readable()
    assert not finding.ok and finding.cause and finding.cure.endswith(".")


def test_what_the_system_refuses_is_a_sentence_for_every_command(
    course: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise PermissionError(13, "Permission denied", "/a/folder/1_1.ipynb")

    monkeypatch.setattr("course.cli.output.reset", refuse)
    status, _, err = course("reset", "1.2a")
    assert status == 1 and "Permission denied: /a/folder/1_1.ipynb" in err and "course doctor" in err


def test_status_shows_what_it_can_where_the_first_page_cannot_be_written(course: Run, work: Path) -> None:
    (work / "start_here.md").mkdir(parents=True)
    status, out, err = course("status")
    assert (status, err) == (0, "") and "Next: Read lesson 1.1" in out
    assert "Writing the first page did not work" in out and "work/start_here.md" in out
