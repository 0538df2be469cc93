"""Each prediction can be asked again: its entry is whole, and each variation of its program is run."""

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.base import paths
from course.content import catalog, questions
from course.content.notebook_file import read_cells
from course.content.questions import Question
from course.postgres import databases
from course.recall.program import happens

LESSONS = [lesson for lesson in catalog.lessons() if questions.of_lesson(lesson.id)]
VARIATIONS = [(each, row) for each in questions.questions() for row in range(max(1, len(each.vary)))]


def words(text: str) -> int:
    return len(text.split())


def printed(lesson: catalog.Lesson) -> str:
    outputs = (output for cell in read_cells(lesson.notebook) for output in cell.get("outputs", ()))
    return "".join("".join(output.get("text", ())) for output in outputs)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    yield databases.reset("review_questions")
    databases.drop("review_questions")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.id)
def test_each_prediction_has_a_question_and_each_wrong_option_a_sentence(lesson: catalog.Lesson) -> None:
    asked = questions.predictions(lesson)
    entries = {each.predict: each for each in questions.of_lesson(lesson.id) if each.predict}
    assert set(entries) == set(asked)
    said = printed(lesson)
    for text, options in asked.items():
        (right,) = set(options) - set(entries[text].wrong)
        assert f"It is {right}." in said, (text, right)


@pytest.mark.parametrize("each", questions.questions(), ids=lambda each: each.id)
def test_an_entry_is_whole(each: Question) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.name)
    assert each.question.endswith("?") and each.why.endswith(".")
    assert set(each.topics) <= known_topics() and each.topics
    assert bool(each.predict) != bool(each.section)
    if each.section:
        assert each.section in sections(catalog.lesson(each.lesson))
    known = set(questions.predictions(catalog.lesson(each.lesson)).get(each.predict, ()))
    assert set(each.wrong) - known <= set(each.options), "a sentence for an option that nobody can choose"


@pytest.mark.parametrize(("each", "row"), VARIATIONS, ids=lambda part: getattr(part, "id", part))
def test_a_variation_does_what_it_says(each: Question, row: int, url: str) -> None:
    asked = each.variation(row)
    assert "<<" not in asked.question + asked.code + asked.why + "".join(asked.options)
    assert words(asked.question) <= 35 and words(asked.why) <= 40
    assert all(said.endswith((".", "?")) and words(said) <= 40 for said in asked.wrong.values())
    assert len(set(asked.wrong.values())) == len(asked.wrong)
    lines = asked.code.splitlines()
    assert len(lines) <= 32 and max(map(len, lines)) <= 88
    assert 2 <= len(set(asked.options)) == len(asked.options) <= 4 and asked.right in asked.options
    assert {option for option in asked.options if option != asked.right} <= set(asked.wrong)
    assert asked.right not in asked.wrong or asked.right in known_wrong(each)
    assert happens(asked.id, asked.code, url) == asked.right


def known_wrong(each: Question) -> set[str]:
    """What is wrong in the lesson may be right in the review, which asks with other values."""
    return set(questions.predictions(catalog.lesson(each.lesson)).get(each.predict, ()))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.id)
def test_variations_differ_and_names_too(lesson: catalog.Lesson) -> None:
    found = questions.of_lesson(lesson.id)
    assert len({each.name for each in found}) == len(found)
    for each in found:
        told = Counter((made.question, made.code) for made in map(each.variation, range(len(each.vary))))
        assert len(told) == len(each.vary) != 1, each.id


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.id)
def test_programs_look_as_the_house_writes_them(lesson: catalog.Lesson, tmp_path: Path) -> None:
    for each in questions.of_lesson(lesson.id):
        for row in range(max(1, len(each.vary))):
            path = tmp_path / f"{each.name.replace('-', '_')}_{row}.py"
            path.write_text(each.variation(row).code + "\n", encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--diff", "--line-length", "88", str(tmp_path)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_topic_is_without_a_question() -> None:
    asked = {topic for each in questions.questions() for topic in each.topics}
    assert known_topics() - asked == set()


def known_topics() -> set[str]:
    with (paths.ROOT / "docs" / "topics.tsv").open(encoding="utf-8", newline="") as file:
        return {row["topic"] for row in csv.DictReader(file, delimiter="\t")}


def sections(lesson: catalog.Lesson) -> set[str]:
    text = "\n".join("".join(cell["source"]) for cell in read_cells(lesson.notebook))
    return set(re.findall(r"^## (.+)$", text, re.MULTILINE))
