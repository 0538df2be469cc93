"""Every lesson: complete, in step with its exercises, and true to the lists that say what it must cover."""

import csv
import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course.authoring import convert, minutes, report
from course.base import paths
from course.content import app_history, catalog, notebook_file
from course.content.notebook_file import CHECK_CALL

LESSONS = catalog.lessons()
WRITTEN = {lesson.id for lesson in LESSONS}
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
# Words that belittle what is hard, and words that are not the field's: fix, not mend; will, not shall; goes in.
FORBIDDEN = re.compile(
    r"\b(simply|just|easy|easily|obviously|of course|basically|mends?|mended|mending|shall|belongs? into)\b"
    r"|(?<=[.;:] )[Ww]ho [a-z]+s\b(?![^.]*\?)",  # "who sends a key means …": a clause without its subject
    re.IGNORECASE,
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)")


def rows(name: str) -> list[dict[str, str]]:
    with (paths.ROOT / "docs" / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["lesson"] in WRITTEN]


def notebook_cells(path: Path, kind: str) -> list[dict]:
    return [cell for cell in notebook_file.read_cells(path) if cell["cell_type"] == kind]


def test_there_are_lessons():
    assert {"1.1", "1.6", "2.1", "2.5"} <= WRITTEN


@each_lesson
def test_it_has_answers_that_judge_its_checks(lesson):
    assert lesson.answers_file.exists()


@each_lesson
def test_it_covers_its_topics(lesson):
    wanted = {row["topic"] for row in rows("topics.tsv") if row["lesson"] == lesson.id}
    assert set(lesson.topics) == wanted, "the topics of its header are not those of docs/topics.tsv"


@each_lesson
def test_it_settles_its_errata(lesson):
    import json

    about = json.loads(lesson.notebook.read_text(encoding="utf-8"))["metadata"]["course"]
    wanted = {r["erratum"] for r in rows("errata.tsv") if r["lesson"] == lesson.id and r["weight"] == "cell"}
    assert wanted <= set(about.get("errata", [])), "docs/errata.tsv has more for it"


@each_lesson
@pytest.mark.parametrize("kind", ["notebook", "solution_notebook"])
def test_every_code_cell_was_run(lesson, kind):
    """nbval compares nothing in a cell without an execution count, so such a cell proves nothing."""
    counts = [cell["execution_count"] for cell in notebook_cells(getattr(lesson, kind), "code")]
    assert counts == list(range(1, len(counts) + 1))


@each_lesson
def test_no_cell_is_kept_out_of_the_comparison(lesson):
    for path in (lesson.notebook, lesson.solution_notebook):
        text = path.read_text(encoding="utf-8").lower()
        assert "nbval_skip" not in text and "nbval-skip" not in text
        assert "nbval_ignore_output" not in text and "nbval-ignore-output" not in text


@each_lesson
def test_it_has_a_picture_and_a_prediction(lesson):
    cells = notebook_cells(lesson.notebook, "code")
    assert lesson.mixed or report.pictures(cells) >= 1, "no cell draws a picture"
    assert lesson.mixed or any("predict(" in notebook_file.source(cell) for cell in cells), (
        "no cell asks for a prediction"
    )


@each_lesson
def test_its_cells_fit_a_screen_and_its_words_are_plain(lesson):
    for cell in notebook_cells(lesson.notebook, "code"):
        text = notebook_file.source(cell)
        assert text.startswith("%%") or len(text.splitlines()) <= 18, text
        assert max(map(len, text.splitlines())) <= 100, text
    for path in (lesson.notebook, lesson.solution_notebook):
        for cell in notebook_cells(path, "markdown"):
            prose = re.sub(r"`[^`]*`|```.*?```", " ", notebook_file.source(cell), flags=re.DOTALL)
            found = FORBIDDEN.search(prose)
            assert not found, f"plain words, please, without {found[0]!r}: {prose}"
            words = re.sub(r"^\|.*$", " ", prose, flags=re.MULTILINE).split()
            assert len(words) <= 130, prose


@each_lesson
def test_its_exercises_are_what_the_solutions_make(lesson):
    fresh = convert.text_of(convert.released(lesson.solution_notebook), lesson.exercise_notebook)
    assert lesson.exercise_notebook.read_text(encoding="utf-8") == fresh


@each_lesson
def test_every_exercise_has_its_check(lesson):
    called = [
        CHECK_CALL.search(notebook_file.source(c)) for c in notebook_cells(lesson.exercise_notebook, "code")
    ]
    assert [match[1] for match in called if match] == [each.id for each in lesson.exercises]
    fewest, most = (2, 2) if lesson.mixed else (4, 6)
    assert fewest <= len(lesson.exercises) <= most, f"{fewest} to {most} exercises are wanted"


@pytest.mark.parametrize("week", range(1, 9))
def test_a_week_ends_with_a_mixed_page(week):
    """Six questions of all weeks so far, a quarter of them at least of this one; each is asked and then run."""
    *others, last = [lesson for lesson in LESSONS if lesson.week == week]
    assert last.mixed and not any(each.mixed for each in others)
    code = "\n".join(notebook_file.source(cell) for cell in notebook_cells(last.notebook, "code"))
    asked = re.findall(r'^(\w+) = recall\.again\("(\d)\.(\d+) [a-z0-9-]+"(?:, \d)?\)$', code, re.MULTILINE)
    weeks = [int(number) for _, number, _ in asked]
    assert len(weeks) == 6 and 2 <= weeks.count(week) <= 6 and set(weeks) <= set(range(1, week + 1))
    assert week == 1 or len(set(weeks)) >= min(3, week), (
        "questions of at least three weeks, once there are three"
    )
    assert re.findall(r"^(\w+)\.run\(\)$", code, re.MULTILINE) == [name for name, _, _ in asked]


@each_lesson
def test_its_exercises_begin_with_all_that_a_learner_calls(lesson):
    first = notebook_file.source(notebook_cells(lesson.exercise_notebook, "code")[0])
    names = "from course import check, hint, lesson, progress, reset, solution"
    assert first == f'{names}\n\nlesson("{lesson.id}", exercises=True)'


@each_lesson
def test_a_reader_who_knows_one_path_knows_four(lesson):
    for path in (lesson.exercise_notebook, lesson.solution_notebook, lesson.check_file, lesson.answers_file):
        assert path.exists(), path


@each_lesson
def test_its_links_lead_somewhere(lesson):
    for path in (lesson.notebook, lesson.exercise_notebook):
        for cell in notebook_cells(path, "markdown"):
            for target in LINK.findall(notebook_file.source(cell)):
                assert (path.parent / target).exists(), target
            for number in re.findall(r"\b[Ll]esson (\d\.\d+)\b", notebook_file.source(cell)):
                assert number in known_ids() | WRITTEN, f"lesson {number} is not in the curriculum"


def known_ids() -> set[str]:
    with (paths.ROOT / "docs" / "topics.tsv").open(encoding="utf-8", newline="") as file:
        return {row["lesson"] for row in csv.DictReader(file, delimiter="\t")}


def test_the_lessons_write_the_sample_app_byte_for_byte():
    assert app_history.differences(paths.SAMPLE_APP, app_history.final()) == []


@each_lesson
def test_no_reader_meets_a_file_again_for_a_few_new_lines(lesson):
    before = app_history.before(lesson.id)
    for cell in (cell for cell in app_history.versions() if cell.lesson_id == lesson.id):
        old, new = before.get(cell.path), [line for line in cell.text.splitlines() if line.strip()]
        before[cell.path] = cell.text
        if old is not None and not cell.patch:
            fresh = sum(
                d.startswith("+ ") for d in difflib.ndiff([x for x in old.splitlines() if x.strip()], new)
            )
            assert 2 * fresh >= len(new), f"{cell.path}: {fresh} of {len(new)} lines are new: make it a patch"


def test_every_version_of_the_app_is_formatted_with_its_imports_sorted(tmp_path):
    for number, cell in enumerate(app_history.versions()):
        if cell.path.endswith(".py"):
            file = tmp_path / cell.lesson_id / str(number) / cell.path
            file.parent.mkdir(parents=True)
            file.write_text(cell.text, encoding="utf-8")
    known = 'lint.isort.known-first-party = ["app"]'
    for command in (["check", "--select=I,F401", "--config", known], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--line-length=88", str(tmp_path)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_every_extra_of_the_sample_app_exists_and_says_why():
    for path, reason in app_history.extras().items():
        assert (paths.SAMPLE_APP / path).exists(), path
        assert len(reason.split()) >= 4, f"{path}: {reason}"


@pytest.mark.parametrize("path", sorted(paths.ROOT.glob("*.md")) + sorted((paths.ROOT / "docs").glob("*.md")))
def test_links_in_the_documents_lead_somewhere(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


@each_lesson
def test_it_ends_with_what_was_guessed_and_where_it_goes_on(lesson):
    last = notebook_file.read_cells(lesson.notebook)[-1]
    assert (last["cell_type"], notebook_file.source(last)) == (
        "code",
        "from course import finish\n\nfinish()",
    )


@each_lesson
def test_its_minutes_are_those_of_its_page(lesson):
    title = notebook_file.source(notebook_file.read_cells(lesson.notebook)[0])
    wanted = minutes.rounded(lesson)
    assert (minutes.said(title), lesson.minutes) == (wanted, wanted), (
        f"course author run {lesson.id} counts them"
    )
    assert wanted <= minutes.MOST, "cut what stands elsewhere, or split the lesson at its seam"
