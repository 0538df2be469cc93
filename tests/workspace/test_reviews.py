"""What is due, and when: from a log of facts, by the library's model."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from course.content import questions
from course.workspace import progress, reviews

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROUTES, NAME = "GET /posts/latest: what comes back?", "route-order"


def opened(lesson: str, day: int = 0) -> dict:
    return entry("lesson", lesson, day)


def entry(event: str, about: str, day: float = 0, **more: object) -> dict:
    at = (START + timedelta(days=day)).isoformat(timespec="seconds")
    return {"at": at, "event": event, "id": about, "edition": 2, **more}


def guess(day: float, right: bool) -> dict:
    return entry("guess", "1.2", day, question=ROUTES, chosen="404", right=right)


def again(day: float, right: bool, name: str = NAME) -> dict:
    return entry("review", "1.2", day, question=name, chosen="404", right=right)


def memory(*log: dict) -> reviews.Memory:
    return next(each for each in reviews.memories(log) if each.question.name == NAME)


def due_after(*log: dict) -> int:
    """The first day on which the question is due."""
    held = memory(*log)
    return next(day for day in range(3000) if held.due(START + timedelta(days=day)))


def test_a_question_of_an_opened_lesson_is_due_and_one_of_a_closed_lesson_is_not_known():
    assert reviews.memories([]) == [] == reviews.due(START, [])
    held = reviews.memories([opened("1.2")])
    assert {each.question.lesson for each in held} == {"1.2"} and all(each.due(START) for each in held)


def test_right_answers_come_back_later_each_time_and_a_wrong_one_sooner():
    first = due_after(guess(0, True))
    second = due_after(guess(0, True), again(first, True)) - first
    third_day = first + second
    third = due_after(guess(0, True), again(first, True), again(third_day, True)) - third_day
    assert 0 < due_after(guess(0, False)) < first < second < third
    assert due_after(guess(0, True), again(first, False)) - first < second


def test_what_is_due_is_what_would_soon_be_forgotten():
    held, day = memory(guess(0, True)), due_after(guess(0, True))
    assert held.remembered(START) == 1
    before, then = (held.remembered(START + timedelta(days=each)) for each in (day - 1, day + 1))
    assert before >= reviews.RETENTION - 0.05 > then - 0.05 and before > then


def test_a_question_is_due_all_day_whatever_the_hour():
    day = due_after(guess(0, True))
    early = (START + timedelta(days=day)).replace(hour=0, minute=1)
    assert memory(guess(0, True)).due(early) and not memory(guess(0, True)).due(early - timedelta(minutes=2))


def test_the_first_answer_of_a_day_counts_and_a_choice_alone_is_no_answer():
    chosen = {key: held for key, held in guess(0, True).items() if key != "right"}
    assert memory(opened("1.2"), chosen).answers == []
    held = memory(guess(0, False), guess(0.1, True), again(0.2, True))
    assert [right for _, right in held.answers] == [False] and not held.known


def test_a_lesson_that_is_run_again_asks_nothing_again():
    """It compares the guess that it remembers, however often and whenever its cells are run."""
    once, often = memory(guess(0, False)), memory(guess(0, False), guess(3, True), guess(9, True))
    assert often.answers == once.answers
    held = memory(guess(0, False), again(3, True), guess(9, False))
    assert [right for _, right in held.answers] == [False, True]


def test_entries_that_somebody_damaged_are_passed_over():
    log = [guess(0, True), again(1, True) | {"at": "yesterday"}, again(2, True) | {"question": 7}]
    log += [again(3, True) | {"right": "yes"}, {"event": "review", "id": "1.2"}]
    assert len(memory(*log).answers) == 1


def test_the_wrong_come_first_then_the_nearly_forgotten_then_the_new():
    names = [each.name for each in questions.of_lesson("1.2")]
    log = [opened("1.2"), again(0, True, names[1]), again(-300, True, names[2]), again(0, False, names[3])]
    order = [each.question.name for each in reviews.due(START + timedelta(days=300), log)]
    assert order[:3] == [names[3], names[2], names[1]] and names[0] in order[3:]


def test_a_page_takes_ten_minutes_at_most_and_the_weeks_take_turns():
    log = [opened(lesson) for lesson in ("1.1", "1.2", "2.1", "3.1", "5.1")]
    page = reviews.chosen(START, log)
    assert [each.question.lesson[0] for each in page[:4]] == ["1", "2", "3", "5"]
    assert reviews.FEWEST <= len(page) <= reviews.MOST
    assert sum(each.question.minutes for each in page) <= reviews.MINUTES


def test_the_most_urgent_question_begins_a_page_whatever_its_week():
    wrong = entry("review", "5.1", 0, question=questions.of_lesson("5.1")[0].name, chosen="x", right=False)
    page = reviews.chosen(START + timedelta(days=2), [opened("1.1"), opened("5.1"), wrong])
    assert page[0].question == questions.of_lesson("5.1")[0]


def test_a_page_that_would_be_short_is_filled_with_what_comes_next_and_nothing_due_is_no_page():
    held = questions.of_lesson("1.2")
    log = [opened("1.2"), *(again(0, True, each.name) for each in held)]
    assert reviews.chosen(START, log) == []
    late = [log[0], again(-300, True, held[0].name), *log[2:]]
    asked = reviews.chosen(START, late)
    assert asked[0].question == held[0] and len(asked) == min(reviews.FEWEST, len(held))


def test_what_comes_due_is_counted_by_day():
    log = [opened("1.2"), *(again(0, True, each.name) for each in questions.of_lesson("1.2"))]
    coming = reviews.next_days(START, 60, log)
    assert coming[0] == 0 and sum(coming) == len(questions.of_lesson("1.2"))


def test_a_question_that_is_gone_is_dropped_with_one_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    progress.record("review", "1.2", question="once-asked", chosen="200", right=True)
    assert reviews.gone() == ["1.2 once-asked"] and reviews.memories() == []
    reviews.tell_gone(reviews.gone())
    assert reviews.gone() == []


def test_a_line_says_what_is_due_and_nothing_when_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    assert reviews.in_a_line() == ""
    progress.record("lesson", "2.1")
    number, page = len(questions.of_lesson("2.1")), reviews.chosen(datetime.now(UTC))
    asks = f"{len(page)} of them, about {reviews.minutes(page)} minutes."
    assert reviews.in_a_line() == (
        f"{number} questions are due for a review: `course review` in a terminal asks {asks}"
    )


def test_topics_count_what_is_asked_remembered_and_due():
    held = next(each for each in questions.of_lesson("1.2") if each.name == NAME)
    topic = held.topics[0]
    nothing, then = reviews.topics(START, []), reviews.topics(START, [opened("1.2"), again(0, True)])
    asked = nothing[topic][0]
    assert nothing[topic] == (asked, 0, 0) and then[topic][:2] == (asked, 1)
    later = reviews.topics(START + timedelta(days=300), [again(0, True)])
    assert later[topic] == (asked, 0, 1)
