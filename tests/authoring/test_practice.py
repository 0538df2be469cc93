"""The simulated learner: the same each time, and reviews are worth their minutes."""

from course.authoring import report
from course.authoring.practice import chart, simulation
from course.base import paths
from course.content import questions
from course.workspace import reviews

DAYS = simulation.simulate()


def test_the_chart_in_the_docs_is_what_the_simulation_draws():
    stored = (paths.ROOT / "docs" / "practice.svg").read_text(encoding="utf-8")
    assert chart.chart(DAYS) == stored, "run `course author practice`"


def test_a_page_a_day_keeps_much_of_what_is_lost_without():
    assert len(DAYS) == 56 and max(day.asked for day in DAYS) <= reviews.MOST
    last = DAYS[-1]
    assert last.reviewed > 0.4 > 0.1 > last.without


def test_the_numbers_do_not_hang_on_one_seed():
    others = [simulation.simulate(seed)[-1] for seed in (2, 3)]
    assert all(abs(each.reviewed - DAYS[-1].reviewed) < 0.15 for each in others)


def test_each_topic_has_a_row_with_its_questions():
    table = report.questions_by_topic()
    counts = dict(zip(*(column.cells for column in (table.columns[0], table.columns[-1])), strict=True))
    asked = sum(len(each.topics) for each in questions.questions())
    assert sum(int(number) for number in counts.values()) == asked
