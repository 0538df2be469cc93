"""A pacing sheet: its minutes are those of the rule, its questions those of the page, its mistakes those judged."""

import shutil
from pathlib import Path

import pytest
import tiny_course
from typer.testing import CliRunner

from course.authoring import judge, minutes
from course.base import paths
from course.classroom import pacing, sheet_text
from course.cli.main import app
from course.content import catalog, notebook_file

OUTPUT = "Predict: What comes?\n  ○ one\n  ○ two"
ANSWERS = '''"""Answers."""

# %% 1.2a accept: right
# %% 1.2a reject: forgets the end -> The end is there
# %% 1.2a reject: divides by zero -> your code raised
# %% 1.2a reject: counts twice -> It counts once
# %% 1.2a reject: counts never -> It counts once
# %% 1.2b reject: another exercise -> It counts once
'''


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> catalog.Lesson:
    """Lesson 1.2 of a tiny course: two sections, a question, and an exercise with wrong answers."""
    tiny_course.make(tmp_path, monkeypatch)
    monkeypatch.setattr(paths, "ANSWERS", tmp_path / "answers")
    question = tiny_course.cell("code", 'guess = predict("What comes?", ["one", "two"])')
    question["outputs"] = [{"output_type": "display_data", "data": {"text/plain": OUTPUT}, "metadata": {}}]
    answer = tiny_course.cell("code", "guess.compare('two')")
    answer["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "It is two.\n"}]
    cells = [
        tiny_course.cell("markdown", "# 1.2 · Second\n\n" + "word " * 156),
        tiny_course.cell("markdown", "word " * 160 + "\n\n## First | part\n\n" + "word " * 317),
        tiny_course.cell("code", "%%app app/main.py\n" + "x = 1\n" * 24),
        question,
        answer,
        tiny_course.cell("markdown", "## Second part\n\n" + "word " * 157),
    ]
    tiny_course.write_notebook(
        paths.NOTEBOOKS / "week1_start" / "1_2_second.ipynb", cells, course={"minutes": 5}
    )
    found = catalog.lesson("1.2")
    found.solution_notebook.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(found.exercise_notebook, found.solution_notebook)
    found.answers_file.parent.mkdir(parents=True)
    found.answers_file.write_text(ANSWERS, "utf-8")
    return found


def test_sections_begin_where_their_heading_stands(lesson: catalog.Lesson):
    made = pacing.sheet(lesson)
    assert [each.title for each in made.sections] == [pacing.OPENING, "First | part", "Second part"]
    opening, first, second = made.sections
    assert (opening.at, opening.minutes) == (0, pytest.approx(2, abs=0.01))
    lines_shown = 5  # the question's and the answer's
    assert first.at == opening.minutes
    assert first.minutes == pytest.approx(321 / 160 + 24 / 12 + 0.5 + 2 / 12 + lines_shown / 40)
    assert second.at + second.minutes == pytest.approx(minutes.counted(lesson))


def test_a_question_stands_at_its_time_with_its_right_answer(lesson: catalog.Lesson):
    _, first, _ = pacing.sheet(lesson).sections
    [stop] = first.stops
    assert (stop.question, stop.options, stop.right) == ("What comes?", ("one", "two"), "two")
    assert stop.at == pytest.approx(first.at + 4, abs=0.01)


def test_the_commonest_mistakes_come_first(lesson: catalog.Lesson):
    task, _ = pacing.sheet(lesson).tasks
    assert [(each.expectation, each.answers) for each in task.mistakes] == [
        ("It counts once", 2),
        ("The end is there", 1),
        (judge.RAISES, 1),
    ]
    assert task.mistakes[0].examples == ("counts twice", "counts never")
    assert pacing.LEAST <= task.minutes <= pacing.LONGEST


def test_the_sheet_is_a_page_of_markdown(lesson: catalog.Lesson):
    page = sheet_text.markdown(pacing.sheet(lesson))
    assert page.startswith("# 1.2 ")
    assert "| 0:02 | 5 | First \\| part |" in page
    assert "| 0:06 | | stop and ask: What comes? |" in page
    assert "- `one`\n- `two`: right" in page
    assert "- “It counts once”: counts twice; counts never" in page
    assert "- The code raises: divides by zero" in page


@pytest.mark.parametrize(("minutes", "said"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (125, "2:05")])
def test_times_are_hours_and_minutes(minutes: float, said: str):
    assert sheet_text.clock(minutes) == said


def test_a_sheet_that_somebody_has_written_in_is_left_alone(lesson: catalog.Lesson, tmp_path: Path):
    path, left_alone = sheet_text.write(tmp_path / "sheets", lesson, "a sheet")
    assert (path.name, path.read_text(), left_alone) == ("pacing_1_2.md", "a sheet", False)
    assert sheet_text.write(tmp_path / "sheets", lesson, "a sheet") == (path, False)
    path.write_text("my notes")
    assert sheet_text.write(tmp_path / "sheets", lesson, "a sheet") == (path, True)
    assert path.read_text() == "my notes"


SOME = ("1.1", "2.6", "3.4", "4.3")  # one mixed page, one cell with two questions; late apps take seconds


@pytest.mark.parametrize(
    "name",
    [
        each.id if each.id in SOME else pytest.param(each.id, marks=pytest.mark.deep)
        for each in catalog.lessons()
    ],
)
def test_every_lesson_has_a_sheet(name: str):
    lesson = catalog.lesson(name)
    made = pacing.sheet(lesson)
    assert made.minutes == pytest.approx(minutes.counted(lesson))
    sources = [notebook_file.source(cell) for cell in notebook_file.read_cells(lesson.notebook)]
    asked = sum(text.count("predict(") + text.count("recall.again(") for text in sources)
    assert sum(len(section.stops) for section in made.sections) >= min(asked, 1)
    assert len(made.sections) > 2 and len(made.tasks) == len(lesson.exercises)
    assert all(stop.right in stop.options for section in made.sections for stop in section.stops)
    assert all(task.mistakes for task in made.tasks)
    assert sheet_text.markdown(made).count("stop and ask") == sum(len(each.stops) for each in made.sections)


def test_the_command_prints_one_lesson_and_writes_a_week(tmp_path: Path):
    shown = CliRunner().invoke(app, ["class", "pacing", "3.4"])
    assert shown.exit_code == 0 and shown.output.startswith("# 3.4 One to many: pacing")
    written = CliRunner().invoke(app, ["class", "pacing", "1", "--into", str(tmp_path)])
    assert written.exit_code == 0
    week = [lesson for lesson in catalog.lessons() if lesson.week == 1]
    assert {path.name for path in tmp_path.iterdir()} == {
        f"pacing_{each.id.replace('.', '_')}.md" for each in week
    }
