"""The simulated learner: the same each time, and reviews are worth their minutes."""

from course.authoring import report
from course.authoring.practice import chart, simulation
from course.base import paths
from course.content import questions
from course.workspace import reviews

DAYS = {pages: simulation.simulate(pages) for pages in (2, 1, 0)}


def test_the_chart_in_the_docs_is_what_the_simulation_draws():
    stored = (paths.ROOT / "docs" / "practice.svg").read_text(encoding="utf-8")
    assert chart.chart(DAYS) == stored, "run `course author practice`"


def test_a_page_is_short_and_more_pages_keep_more():
    assert all(len(days) == 56 for days in DAYS.values())
    assert max(day.asked for day in DAYS[1]) <= reviews.MOST and {day.asked for day in DAYS[0]} == {0}
    two, one, none = (DAYS[pages][-1].remembered for pages in (2, 1, 0))
    assert two > one + 0.1 > none + 0.2


def test_the_numbers_do_not_hang_on_one_seed():
    others = [simulation.simulate(1, seed)[-1].remembered for seed in (5, 9)]
    assert all(abs(each - DAYS[1][-1].remembered) < 0.15 for each in others)


def test_each_topic_has_a_row_with_its_questions():
    table = report.questions_by_topic()
    counts = dict(zip(*(column.cells for column in (table.columns[0], table.columns[-1])), strict=True))
    asked = sum(len(each.topics) for each in questions.questions())
    assert sum(int(number) for number in counts.values()) == asked
