"""The runs of the proof: which tests belong to a change, what stays together, and where the time is written down."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from course.authoring import changed, proof, proof_plugin
from course.authoring.bench.table import kinds
from course.base import paths
from course.base.errors import CourseError

NAME = "week1_fastapi_basics/1_4_contracts_with_pydantic"
CHECK = "exercises/week1_fastapi_basics/test_1_4_contracts_with_pydantic.py"


@pytest.mark.parametrize(
    "name", [f"notebooks/{NAME}.ipynb", f"solutions/{NAME}.ipynb", CHECK, f"tests/answers/{NAME}.py"]
)
def test_a_lessons_file_brings_the_lesson_its_solutions_and_its_answers(name):
    chosen = changed.tests([name])
    assert {f"notebooks/{NAME}.ipynb", f"solutions/{NAME}.ipynb", "tests/lessons/test_answers.py"} <= set(
        chosen
    )
    assert chosen[-1] == "--lessons=1.4"


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["course/cli/lab.py"], "tests/cli/test_lab.py"),
        (["course/postgres/server.py"], "tests/postgres/test_server.py"),
        (["tests/cli/test_lab.py"], "tests/cli/test_lab.py"),
        (["tests/learner.py"], "tests/page/test_exercise.py"),
        (["course/draw/_plan.py"], "tests/draw"),
        (["course/checks/guard.py"], "tests/checks"),
        (["sample_app/app/routers/posts.py"], "tests/lessons/test_sample_app.py"),
        (["sample_app/app/routers/posts.py"], "tests/lessons/test_variants.py"),
        (["course/content/variants.toml"], "tests/lessons/test_variants.py"),
        (["start.py"], "tests/house/test_start.py"),
        (["docs/authors.md"], "tests/house/test_environments.py"),
        ([f"tests/mutants/{NAME}.txt"], "tests/lessons/test_mutants.py"),
        (["course/checks/runner.py"], "tests/lessons/test_answers.py"),
        ([CHECK, "course/checks/runner.py"], "tests/lessons/test_answers.py"),
    ],
    ids=lambda each: each if isinstance(each, str) else " ".join(each),
)
def test_another_file_brings_the_tests_that_name_it(names, wanted):
    chosen = changed.tests(names)
    assert wanted in chosen
    assert not [each for each in chosen if each.startswith("--lessons")], "all answers, where they are judged"


PROGRAM = [
    *(paths.ROOT / "course").rglob("*.py*"),
    *(paths.ROOT / "sample_app").rglob("*.py"),
    *(paths.ROOT / "exercises").rglob("*.py"),
]
PROGRAM = [path for path in PROGRAM if path.suffix in (".py", ".pyi")]


def test_each_file_of_the_program_brings_more_than_a_look_at_its_style():
    ours = [path.relative_to(paths.ROOT).as_posix() for path in PROGRAM]
    assert len(ours) > 150
    for name in ours:
        chosen = changed.tests([name])
        proving = [each for each in chosen if not each.startswith("-") and each != "tests/house/test_code.py"]
        assert proving, name
        assert all((paths.ROOT / each).exists() for each in proving), name


def test_what_is_about_everything_brings_everything_and_nothing_brings_nothing():
    assert changed.tests(["course/cli/lab.py", "pyproject.toml"]) == changed.ALL
    assert changed.tests([]) == []


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A branch of one commit beside `main`, with a changed and a new file; it runs git."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    changed.base.cache_clear()
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    for name in ("kept.py", "in_a_commit.py", "in_the_folder.py"):
        (tmp_path / name).write_text("1")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    git("switch", "-c", "branch")
    (tmp_path / "in_a_commit.py").write_text("2")
    git("commit", "-am", "second")
    (tmp_path / "in_the_folder.py").write_text("2")
    (tmp_path / "new.py").write_text("1")
    yield tmp_path
    changed.base.cache_clear()


def test_changed_is_what_differs_from_where_the_branch_began(repository):
    assert changed.files() == ["in_a_commit.py", "in_the_folder.py", "new.py"]


def test_without_a_repository_git_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(CourseError, match="Run `course test`, which needs no git"):
        changed.files()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """What pytest is asked instead of run."""
    got: list[list[str]] = []

    def run(command: list[str], **_: object) -> SimpleNamespace:
        got.append(command[3:])
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr(proof, "subprocess", SimpleNamespace(run=run))
    monkeypatch.setattr(proof, "_RECORD", tmp_path / "cache" / "minutes")
    return got


def test_three_runs_and_pytests_own_options(asked, monkeypatch):
    monkeypatch.setattr(changed, "files", lambda: [CHECK])
    for typed in ([], ["--deep"], ["--changed", "-x"], ["-k", "lab"]):
        assert proof.run(typed) == 0
    everything, deep, some, own = asked
    assert everything == proof.EVERYTHING
    assert deep[-3:] == ["-m", "deep", "tests"]
    limits = [[each for each in run if "faulthandler_timeout=" in each] for run in (everything, some, deep)]
    assert [len(each) for each in limits] == [1, 1, 1]
    assert "tests/lessons/test_answers.py" in some and some[-1] == "-x"
    assert own == ["-k", "lab"]
    assert proof.last_minutes() == 0.0


def item(path: str, name: str = "test_x", mark: str = "") -> SimpleNamespace:
    """As much of a pytest item as the plugin looks at."""
    return SimpleNamespace(
        path=paths.ROOT / path, nodeid=f"{path}::{name}", get_closest_marker=lambda wanted: wanted == mark
    )


def collected(monkeypatch, items, lessons=None, groups=None):
    monkeypatch.setattr(proof_plugin, "last", lambda: {"kinds": {}, "groups": groups or {}})
    hook = SimpleNamespace(pytest_deselected=lambda items: None)
    proof_plugin.pytest_collection_modifyitems(SimpleNamespace(getoption=lambda _: lessons, hook=hook), items)
    return [proof_plugin.group(each.nodeid) for each in items]


def test_a_file_is_a_group_and_the_longest_group_comes_first(monkeypatch):
    items = [
        item("tests/cli/test_lab.py"),
        item("notebooks/a.ipynb"),
        item("tests/cli/test_lab.py"),
        item("notebooks/a.ipynb"),
    ]
    groups = {"notebooks/a.ipynb": 9.0, "tests/cli/test_lab.py": 2.0}
    wanted = ["notebooks/a.ipynb"] * 2 + ["tests/cli/test_lab.py"] * 2
    assert collected(monkeypatch, items, groups=groups) == wanted


def test_what_only_the_deep_run_runs_comes_first_where_nothing_was_measured(monkeypatch):
    mutants = [item("tests/lessons/test_mutants.py", f"test_it[1.1{each}]", "deep") for each in "abc"]
    python = item("tests/house/test_environments.py", "test_each_python[13]", "deep")
    plain = [item("tests/cli/test_lab.py") for _ in range(9)]
    found = collected(monkeypatch, [*plain, *mutants, python])
    assert found == ["tests/house/test_environments.py", *["mutants 1.1"] * 3, *["tests/cli/test_lab.py"] * 9]


def test_only_the_answers_of_the_lessons_asked_for_are_judged(monkeypatch):
    items = [item("tests/lessons/test_answers.py", f"test_it[{each}a accept: so]") for each in ("1.1", "1.2")]
    assert collected(monkeypatch, [*items, item("tests/cli/test_lab.py")], lessons="1.2") == [
        "tests/cli/test_lab.py",
        "answers 1.2",
    ]


def test_the_variants_of_one_part_of_the_app_are_a_group():
    path = "tests/lessons/test_variants.py"
    assert proof_plugin.group(f"{path}::test_it[votes: vote-counted-twice]") == "variants votes"
    assert proof_plugin.group(f"{path}::test_names") == path


def test_what_a_test_that_passed_has_measured_is_told_at_the_end():
    passed = SimpleNamespace(user_properties=[("told", "image 700 MB"), ("other", "nothing")])
    written = []
    reporter = SimpleNamespace(
        getreports=lambda kind: [passed] if kind == "passed" else [], write_line=written.append
    )
    proof_plugin.pytest_terminal_summary(reporter)
    assert written == ["image 700 MB"]


def test_bench_shows_where_the_time_of_the_last_proof_went(monkeypatch, tmp_path):
    monkeypatch.setattr(proof_plugin, "SECONDS", tmp_path / "none.json")
    assert kinds() is None
    monkeypatch.setattr(proof_plugin, "SECONDS", tmp_path / "seconds.json")
    found = {"kinds": {"answers": [1188, 200.4, 120.0], "PostgreSQL": [0, 0.0, 60.0]}, "groups": {}}
    proof_plugin.SECONDS.write_text(json.dumps(found), encoding="utf-8")
    table = kinds()
    assert [list(column.cells) for column in table.columns] == [
        ["answers", "PostgreSQL", "all"],
        ["1188", "0", "1188"],
        ["200", "0", "200"],
        ["120", "60", "180"],
    ]


def test_what_failed_is_named_when_it_fails():
    written = []
    terminal = SimpleNamespace(write_line=written.append)
    config = SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda name: terminal))
    report = SimpleNamespace(nodeid="tests/test_x.py::test_a", when="teardown", failed=True)
    crashed = SimpleNamespace(reprcrash=SimpleNamespace(message="assert 1 == 2\n more"))
    plugin = proof_plugin.FailedAtOnce(config)
    for failed, longrepr, text in ((True, crashed, ""), (True, None, "A cell.\nMore"), (False, None, "")):
        report.failed, report.longrepr, report.longreprtext = failed, longrepr, text
        plugin.pytest_runtest_logreport(report)
    name = "\nFailed: tests/test_x.py::test_a (teardown): "
    assert written == [f"{name}assert 1 == 2", f"{name}A cell."]


@pytest.mark.parametrize(
    ("problem", "calls"),
    [("AST constructor recursion depth mismatch (before=138, after=196)", 1), ("another one", 0)],
)
def test_a_test_is_called_again_only_where_pythons_parser_stopped_it(problem, calls):
    called = []
    item = SimpleNamespace(obj=lambda lesson: called.append(lesson), funcargs={"lesson": "3.9", "other": 1})
    around = proof_plugin.pytest_pyfunc_call(item)
    next(around)
    with pytest.raises(StopIteration if calls else SystemError):
        around.throw(SystemError(problem))
    assert called == ["3.9"] * calls


def test_a_server_of_a_test_has_time_to_answer():
    with httpx.Client() as client:
        assert client.timeout == httpx.Timeout(proof_plugin.PATIENCE)
