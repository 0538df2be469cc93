"""The radar: which package is to blame, which sentence is about it, and what is said of both."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from typer.testing import CliRunner

from course.authoring import cli, judge, proof
from course.authoring.mutate import sentences
from course.authoring.radar import look, packages, proving, record, report, sentence, survey, trial
from course.authoring.radar.culprits import culprits
from course.authoring.radar.packages import Move, Package, Ties
from course.authoring.radar.proving import Failure
from course.authoring.radar.survey import Find
from course.base.errors import CourseError
from course.content import catalog

LETTERS = [chr(97 + number) for number in range(26)]


# ---------------------------------------------------------------- the search


class Broken:
    """Fails as soon as all of these packages have moved; counts how often it is asked."""

    def __init__(self, *needed: str) -> None:
        self.needed, self.asked = set(needed), 0

    def __call__(self, moved: frozenset[str]) -> bool:
        self.asked += 1
        return self.needed <= moved


@pytest.mark.parametrize("needed", [["a"], ["m"], ["z"], ["c", "x"], ["a", "b", "z"]])
def test_the_search_finds_just_the_packages_that_are_needed(needed):
    fails = Broken(*needed)
    assert set(culprits(LETTERS, fails)) == set(needed)
    assert fails.asked <= 6 * len(needed) + 2, "it halves"


def test_it_finds_any_set_among_any_number():
    dice = random.Random(17)
    for _ in range(200):
        names = LETTERS[: dice.randint(1, 26)]
        needed = set(dice.sample(names, dice.randint(1, min(4, len(names)))))
        assert set(culprits(names, Broken(*needed))) == needed


def test_where_two_would_do_it_names_one_and_needs_no_other():
    found = culprits(LETTERS, lambda moved: "d" in moved or "q" in moved)
    assert found == ("d",)


def test_a_single_candidate_costs_no_run():
    fails = Broken("a")
    assert (culprits(["a"], fails), fails.asked) == (("a",), 0)


# ---------------------------------------------------------------- packages that move together


def environment(**versions: str) -> dict[str, Package]:
    """Packages by name: "2" or "2; core==2, web>=1" with what they require."""
    found = {}
    for name, text in versions.items():
        version, _, needed = text.partition("; ")
        found[name] = Package(name, version, tuple(filter(None, needed.split(", "))))
    return found


BEFORE = environment(model="1; core==1", core="1", api="1; web>=1", web="1", old="1", lone="1")
AFTER = environment(model="2; core==2", core="2", api="2; web>=2", web="2", new="1", lone="1")


def test_moves_name_what_came_what_went_and_what_changed():
    assert [str(each) for each in packages.moves(BEFORE, AFTER)] == [
        "api 1 → 2",
        "core 1 → 2",
        "model 1 → 2",
        "new (none) → 1",
        "old 1 → (none)",
        "web 1 → 2",
    ]


@pytest.mark.parametrize(
    ("moved", "wanted"),
    [("core", "core model"), ("model", "core model"), ("api", "api web"), ("web", "web"), ("old", "old")],
)
def test_a_package_brings_those_along_that_it_does_not_run_without(moved, wanted):
    assert Ties(BEFORE, AFTER).closed(frozenset({moved})) == set(wanted.split())


def test_what_can_move_alone_comes_first_so_that_it_is_blamed_and_not_what_brings_it_along():
    ties = Ties(BEFORE, AFTER)
    assert ties.ordered() == ["new", "old", "web", "api", "core", "model"]
    assert culprits(ties.ordered(), Broken("web"), ties.closed) == ("web",)
    assert culprits(ties.ordered(), Broken("api"), ties.closed) == ("api",)


def test_only_some_moved_is_the_old_environment_with_these_versions():
    mixed = Ties(BEFORE, AFTER).mixed({"web", "new", "old"})
    assert {name: each.version for name, each in mixed.items()} == {
        "model": "1",
        "core": "1",
        "api": "1",
        "web": "2",
        "new": "1",
        "lone": "1",
    }


def test_an_extra_that_nobody_asked_for_ties_nothing():
    before = environment(api="1; web>=1", web="1")
    after = {"api": Package("api", "2", ('web>=2; extra == "all"',)), "web": Package("web", "2")}
    assert Ties(before, after).closed(frozenset({"api"})) == {"api"}


def test_what_is_installed_is_read_from_the_folder_itself(tmp_path):
    for name, more in (("Some.Thing", "Requires-Dist: other>=1\n"), ("backend-course", "")):
        info = tmp_path / f"{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n{more}")
    assert packages.installed(tmp_path) == {"some-thing": Package("some-thing", "1.5", ("other>=1",))}


# ---------------------------------------------------------------- all failures of a run

PAGE = "notebooks/week1_x/1_1_page.ipynb"


class FakeRunner:
    """Tests that fail as soon as certain packages have moved; what was run is remembered."""

    def __init__(self, **broken: str) -> None:
        self.broken = {name: set(needed.split()) for name, needed in broken.items()}
        self.runs: list[tuple[str, list[str]]] = []

    def failures(self, moved: frozenset[str], targets: Iterable[str]) -> list[Failure]:
        asked = list(targets)
        self.runs.append((" ".join(sorted(moved)), asked))
        if "uninstallable" in moved and len(moved) < 4:
            raise CourseError("No such version.")
        failed = [failure(name) for name, needed in self.broken.items() if needed <= moved]
        return [each for each in failed if each.target in asked]


def failure(name: str) -> Failure:
    if name.startswith("cell"):
        return Failure(f"{PAGE}::Cell {name[4:]}", cell=int(name[4:]))
    return Failure(f"tests/test_x.py::{name}", now=f"{name.partition('__')[0]} failed")


def explained(runner: FakeRunner, *names: str, candidates: str = "a b c d e f g h") -> list[Find]:
    return survey.explain([failure(each) for each in names], candidates.split(), runner, lambda moved: moved)


def test_each_failure_gets_its_own_package():
    runner = FakeRunner(cell1="b", cell2="g", test_y="b")
    found = explained(runner, "cell1", "cell2", "test_y")
    assert [each.packages for each in found] == [("b",), ("g",), ("b",)]


def test_no_test_runs_twice_with_the_same_packages_and_a_culprit_is_tried_on_all_at_once():
    runner = FakeRunner(**{f"test_{number}": "b" for number in range(20)})
    found = explained(runner, *runner.broken)
    assert {each.packages for each in found} == {("b",)}
    assert len(runner.runs) <= 7, "again, before, three halvings, and the other nineteen"
    tried = [(moved, target) for moved, targets in runner.runs for target in targets]
    assert len(tried) == len(set(tried))


def test_of_tests_that_say_the_same_one_is_tried():
    runner = FakeRunner(test_a__1="b", test_a__2="b")
    found = explained(runner, "test_a__1", "test_a__2")
    assert [(each.failure.test[-1], each.packages) for each in found] == [("1", ("b",)), ("2", ("b",))]
    assert {target for _, targets in runner.runs for target in targets} == {"tests/test_x.py::test_a__1"}


def test_two_packages_that_break_it_only_together_are_both_named():
    found = explained(FakeRunner(test_y="c f", test_z="f"), "test_y", "test_z")
    assert [set(each.packages) for each in found] == [{"c", "f"}, {"f"}]


def test_what_no_package_explains_is_told_as_such():
    runner = FakeRunner(test_always="")
    always, once = explained(runner, "test_always", "test_once")
    assert (always.remark, always.packages) == (survey.ALSO_BEFORE, ())
    assert (once.remark, once.packages) == (survey.ONLY_ONCE, ())
    (locks,) = explained(runner, "test_always", candidates="")
    assert locks.remark == survey.NOTHING_MOVED


def test_packages_that_cannot_be_installed_end_the_search_and_hide_no_failure():
    (found,) = explained(FakeRunner(test_y="c"), "test_y", candidates="uninstallable b c d")
    assert found.remark == f"{survey.NO_END} No such version."
    assert found.failure.test == "tests/test_x.py::test_y"


def test_a_file_that_cannot_be_imported_fails_all_its_tests():
    class Torn(FakeRunner):
        def failures(self, moved: frozenset[str], targets: Iterable[str]) -> list[Failure]:
            return [Failure("tests/test_x.py")] if "d" in moved else []

    (found,) = explained(Torn(), "test_y")
    assert found.packages == ("d",)


# ---------------------------------------------------------------- the sentence


@pytest.mark.parametrize(
    ("test", "lesson"),
    [
        ("notebooks/week3_sqlalchemy/3_4_one_to_many.ipynb::Cell 3", "3.4"),
        ("solutions/week3_sqlalchemy/3_4_one_to_many.ipynb::Cell 3", "3.4"),
        ("tests/lessons/test_answers.py::test_it[3.4a reject: so]", "3.4"),
        ("tests/lessons/test_lessons.py::test_it[3.4]", "3.4"),
        ("tests/cli/test_lab.py::test_it", ""),
    ],
)
def test_the_lesson_of_a_test(test, lesson):
    assert sentence.lesson_of(test) == lesson


def test_a_cell_belongs_to_the_sentence_that_speaks_of_what_changed(tmp_path):
    page = tmp_path / "notebooks" / "week1_x" / "1_1_page.ipynb"
    page.parent.mkdir(parents=True)
    code = nbformat.v4.new_code_cell("print(1)", execution_count=2)
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nA request without a key gets `401`. What comes with one?"),
        nbformat.v4.new_code_cell("guess", execution_count=1),
        code,
        nbformat.v4.new_markdown_cell("The server is there. A key that is wrong gets 403. So far for keys."),
        nbformat.v4.new_markdown_cell("Nobody speaks of 422 here."),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), page)
    assert [sentence._beside(page, 2, each) for each in ({"403"}, {"401"}, set())] == [
        "A key that is wrong gets 403.",
        "A request without a key gets `401`.",
        "The server is there.",
    ]
    assert sentence._beside(page, 9, {"403"}) == sentence._beside(tmp_path, 2, set()) == ""


def test_where_nothing_speaks_of_what_changed_it_is_the_sentence_that_announces_the_cell(tmp_path):
    page = tmp_path / "1_1_page.ipynb"
    cells = [
        nbformat.v4.new_markdown_cell("## Keys\n\nSome text. Here is a key:"),
        nbformat.v4.new_code_cell("key()", execution_count=1),
        nbformat.v4.new_markdown_cell("It is signed. With SHA256 and HMAC, that is."),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), page)
    assert sentence._beside(page, 1, {"hmac"}) == "Here is a key:"
    assert sentence._beside(page, 1, {"hmac", "sha256"}) == "With SHA256 and HMAC, that is."


def test_a_check_belongs_to_the_sentence_that_its_expectation_holds():
    name = f"solutions/{catalog.lesson('3.1').name}.ipynb::Cell 4"
    now = "✓ The rows are pairs\n✗ One statement each and no more rows than are wanted"
    wanted = "Each sends one statement, and no row comes that is not in the list."
    assert sentence.about(name, 4, 'check("3.1b")', "", now) == wanted
    judged = "tests/lessons/test_answers.py::test_an_answer_is_judged_as_it_should_be[3.1b accept: so]"
    assert sentence.about(judged, 0, "", "", now) == wanted


def test_a_wrong_answer_that_is_accepted_belongs_to_what_it_should_have_failed():
    wrong = next(each for each in judge.answers(catalog.lesson("5.2").answers_file) if each.kind == "reject")
    name = f"tests/lessons/test_answers.py::test_an_answer_is_judged_as_it_should_be[{wrong}]"
    told = sentence.about(name, 0, "", "", "A wrong answer was accepted")
    assert wrong.failing in sentences.held(wrong.exercise_id)[told]


def test_any_other_test_is_called_by_its_name():
    told = sentence.about("tests/cli/test_lab.py::test_a_page_opens[firefox]", 0, "", "", "assert 1 == 2")
    assert told == "A page opens"


# ---------------------------------------------------------------- what a run of pytest writes down

CODE = ["print('same')", "print('status', 200 + 222)", "1 / 0", "{'a': 1}"]
STORED = ["same\n", "status 200\n", "fine\n", "x"]


def toy(folder: Path) -> Path:
    """A notebook whose first cell shows what is stored, the others something else."""
    cells = []
    for number, (code, stored) in enumerate(zip(CODE, STORED, strict=True), start=1):
        shown = nbformat.v4.new_output("stream", name="stdout", text=stored)
        cells.append(nbformat.v4.new_code_cell(code, execution_count=number, outputs=[shown]))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "toy.ipynb")
    (folder / "test_toy.py").write_text("def test_it():\n    assert 1 + 1 == 3, 'sums'\n")
    (folder / "test_torn.py").write_text("import nowhere_at_all\n")
    return folder


def test_what_failed_is_written_with_what_was_shown_and_what_is_shown_now(tmp_path):
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "course.authoring.radar.record", "-n", "1"]
    command += [f"-pno:{name}" for name in ("schemathesis", "hypothesispytest", "faker")]  # seconds to load
    command += ["--continue-on-collection-errors", f"{record.OPTION}={tmp_path / 'out'}", str(toy(tmp_path))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout
    found = {each["test"]: each for each in map(json.loads, (tmp_path / "out").read_text().splitlines())}
    cells = {each.get("cell"): (each.get("shown"), each["now"]) for each in found.values()}
    assert cells[2] == ("status 200\n", "status 422\n")
    assert cells[3] == ("", "ZeroDivisionError: division by zero")
    assert cells[4] == ("", "{'a': 1}")
    assert 1 not in cells
    assert "sums" in found["test_toy.py::test_it"]["now"]
    assert "nowhere_at_all" in found["test_torn.py"]["now"]


def test_a_few_files_are_run_by_as_few_workers(monkeypatch):
    asked = []
    monkeypatch.setattr(proving, "run", lambda python, options: asked.append(options) or [])
    environment = SimpleNamespace(become=lambda wanted: None, python=Path("python"))
    runner = proving.InTrial(environment, BEFORE, AFTER)
    for targets in (["tests/x.py::test_a", "tests/x.py::test_b"], ["a.ipynb", "b.ipynb"], list("abcdefg")):
        assert runner.failures(frozenset(), targets) == []
    assert [next(each for each in reversed(run) if each.startswith("-n")) for run in asked] == [
        "-n0",
        "-n2",
        "-n4",
    ]


def test_a_run_that_could_not_begin_is_an_error_and_no_finding(monkeypatch):
    def unable(python: Path, options: list[str], log: Path) -> int:
        log.write_text("ImportError: no such plugin")
        return 4

    monkeypatch.setattr(proof, "by", unable)
    with pytest.raises(CourseError, match="exit status 4"):
        proving.run(Path("python"), [])


# ---------------------------------------------------------------- what is told

SURVEY = report.Survey(
    python="3.14.0",
    system="Linux x86_64",
    tried="The newest packages",
    share="the whole proof",
    moves=[Move("core", "1", "2"), Move("model", "1", "2"), Move("web", "1", "")],
    finds=[
        Find(
            Failure(
                f"{PAGE}::Cell 3",
                "1.1",
                4,
                "ask()",
                "It says 422.",
                "same\nstatus 422\n",
                "same\nstatus 400\n",
            ),
            ("model",),
            ("core",),
        ),
        Find(Failure("tests/x.py::test_y", "", 0, "", "Y", "", "assert 1 == 2"), remark=survey.ALSO_BEFORE),
    ],
)


def test_the_report_for_a_person_names_lesson_sentence_package_and_what_changed():
    told = report.as_markdown(SURVEY)
    for line in (
        "### model 1 → 2",
        "Has to move along: core 1 → 2.",
        f"**Lesson 1.1**, cell [4] `ask()`, in `{PAGE}::Cell 3`",
        "> It says 422.",
        "- status 422",
        "+ status 400",
        "### No package is named",
        survey.ALSO_BEFORE,
        "- web 1 → (none)",
    ):
        assert line in told.splitlines(), told
    assert "same" not in told


def test_the_report_for_a_program_has_both_versions_and_all_that_was_shown():
    first, second = json.loads(report.as_json(SURVEY))["finds"]
    assert first["packages"] == [{"name": "model", "before": "1", "after": "2"}]
    assert first["along"] == [{"name": "core", "before": "1", "after": "2"}]
    assert (first["lesson"], first["cell"], first["now"]) == ("1.1", 4, "same\nstatus 400\n")
    assert (second["packages"], second["remark"]) == ([], survey.ALSO_BEFORE)


def test_what_follows_from_an_earlier_cell_or_says_the_same_again_is_only_counted():
    said = ["ImportError: x", "NameError: y", "ImportError: x", "7"]
    cells = [Failure(f"{PAGE}::Cell {n}", "1.1", n + 1, "a()", "", "", now) for n, now in enumerate(said)]
    finds = [Find(each, ("web",)) for each in cells]
    told = report.as_markdown(report.Survey("3", "L", "T", "S", [Move("web", "1", "2")], finds))
    assert told.count("**Lesson 1.1**") == 2 and "+ 7" in told
    assert f"- 2 in `{PAGE}`: cells [2] [3]" in told


def test_a_long_output_and_many_failures_are_cut_and_counted():
    many = [Failure(f"tests/x.py::test_{n}", now="\n".join(map(str, range(n, n + 50)))) for n in range(14)]
    told = report.as_markdown(
        report.Survey("3", "L", "T", "S", [Move("web", "1", "2")], [Find(each, ("web",)) for each in many])
    )
    assert "+ … (42 lines more)" in told and "- 2 in `tests/x.py`" in told


def test_the_command_writes_both_reports_and_fails_where_something_was_found(monkeypatch, tmp_path):
    asked = []

    def fake(*given: object) -> report.Survey:
        asked.append(given[:3])
        return SURVEY

    monkeypatch.setattr(look, "look", fake)
    (tmp_path / "summary.md").write_text("Before.\n")
    files = ["--json", str(tmp_path / "radar.json"), "--summary", str(tmp_path / "summary.md")]
    done = CliRunner().invoke(cli.app, ["radar", "--only", "1.1", "--pin", "web==1.0", *files])
    assert done.exit_code == 1 and "### model 1 → 2" in done.stdout
    assert asked == [(["1.1"], ["web==1.0"], False)]
    assert json.loads((tmp_path / "radar.json").read_text(encoding="utf-8"))["python"] == "3.14.0"
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("Before.\n## Radar")


@pytest.mark.parametrize(
    ("lessons", "pins", "locks", "said"),
    [
        (["9.9"], [], False, "There is no lesson"),
        ([], ["fastapi"], False, "is no pin"),
        ([], ["--index-url=x==1"], False, "is no pin"),
        ([], ["fastapi==0.1"], True, "choose one"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_installed(lessons, pins, locks, said):
    with pytest.raises(CourseError, match=said):
        look.look(lessons, pins, locks, print)


# ---------------------------------------------------------------- for real

# The last version of PyJWT that signs with a short key and says nothing; lesson 5.2 shows what newer ones say.
OLD, LESSON = "pyjwt==2.10.1", "5.2"


@pytest.mark.deep
@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_an_older_version_is_found_by_what_it_shows(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if tool == "uv" and not shutil.which("uv"):
        pytest.skip("uv is not on the PATH")
    if tool == "pip":
        monkeypatch.setattr(trial.shutil, "which", lambda _: None)
    try:
        found = look.look([LESSON], [OLD], False, print)
    except CourseError as problem:
        if "installer failed" not in str(problem):
            raise
        pytest.skip(f"the packages cannot be had here: {problem}")
    told = {each.failure.cell: each for each in found.finds if each.failure.test.startswith("notebooks/")}
    assert {each.packages for each in told.values()} == {("pyjwt",)}
    first = told[min(told)].failure  # the other cells need what this one makes
    assert first.lesson == LESSON and "with a warning" in first.sentence
    assert first.now.startswith("IndexError"), "there is no warning to show"
