"""Each line of the lists leads to what proves it, and the lists look back at the whole course."""

import re
from pathlib import Path
from typing import Any

import pytest

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog, notebook_file
from course.recall import _analogies, _card, _decisions, _ideas, _path, _repeat
from course.recall.listing import Line, Listing
from course.recall.proof import Proof

WEEKS = set(range(1, 9))
PROOFS = {
    **{f"card: {each.said}": each.proof for each in _card.lines()},
    **{f"{each.thing} holds": each.holds[1] for each in _analogies.every()},
    **{f"{each.thing}, {each.like} breaks": each.breaks[1] for each in _analogies.every()},
    **{f"{idea}: {each.lesson}": each for idea, cells in _ideas.every().items() for each in cells},
}


def week(lesson_id: str) -> int:
    return catalog.lesson(lesson_id).week


@pytest.mark.parametrize("said", PROOFS)
def test_each_proof_is_one_cell(said: str) -> None:
    cell = PROOFS[said].cell()
    assert PROOFS[said].address().endswith(f"#cell-id={cell['id']}")


def test_a_text_in_no_cell_and_one_in_many_are_named() -> None:
    with pytest.raises(CourseError, match="'no such code' stands in 0 code cells of lesson 1.1"):
        Proof("1.1", "no such code").cell()
    with pytest.raises(CourseError, match="'predict' stands in .* code cells of lesson 1.1"):
        Proof("1.1", "predict").cell()


def test_a_link_leads_to_a_cell_of_the_published_lesson() -> None:
    proof = _card.lines()[0].proof
    path, _, cell_id = proof.address().partition("#cell-id=")
    page = paths.NOTEBOOKS / "week8_shipping" / path
    assert cell_id in {each["id"] for each in notebook_file.read_cells(page)}


def test_each_line_of_the_card_is_short_and_stands_in_it_once() -> None:
    said = [each.said for each in _card.lines()]
    assert len(set(said)) == len(said) >= 60
    assert [each for each in said if len(each) > 90] == []


def test_each_week_is_in_each_list() -> None:
    assert {each.week for each in _card.lines()} == WEEKS
    assert {week(each.lesson) for cells in _ideas.every().values() for each in cells} == WEEKS
    analogies = [proof for each in _analogies.every() for _, proof in (each.holds, each.breaks)]
    assert {week(each.lesson) for each in analogies} == WEEKS
    assert [int(head[5]) for head in _path.every()] == sorted(WEEKS)


def test_an_idea_comes_back() -> None:
    for cells in _ideas.every().values():
        assert len({week(each.lesson) for each in cells}) >= 3


def test_an_area_or_a_word_chooses_lines_of_the_card() -> None:
    assert list(_card.card("Sessions").sections) == ["Sessions"]
    assert all(
        "commit" in each.said.casefold() for held in _card.card("commit").sections.values() for each in held
    )
    with pytest.raises(CourseError, match="No line of the card has 'fortran'. Its areas are: HTTP"):
        _card.card("fortran")


def test_each_analogy_says_how_it_holds_and_breaks() -> None:
    shown = str(_analogies.analogies("kitchen"))
    assert "a pool is like a kitchen" in shown and "holds:  " in shown and "breaks: " in shown
    with pytest.raises(CourseError, match="No analogy has 'parrot'"):
        _analogies.analogies("parrot")


@pytest.mark.parametrize("test", _decisions.decisions().tests)
def test_each_decision_names_a_test_of_the_app(test: str) -> None:
    file, _, name = test.partition("::")
    text = (paths.SAMPLE_APP / file).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), test


def test_an_area_of_the_decisions_can_be_chosen() -> None:
    assert 3 < len(_decisions.decisions("data").tests) < len(_decisions.decisions().tests)
    with pytest.raises(CourseError, match="no area 'nothing'"):
        _decisions.decisions("nothing")


EXERCISES = [each for held in _path.every().values() for found in held.values() for each in found]


def test_each_line_of_the_path_names_exercises_of_its_week() -> None:
    assert len(set(EXERCISES)) == len(EXERCISES)
    for head, held in _path.every().items():
        for exercises in held.values():
            assert {catalog.exercise(each).lesson[0] for each in exercises} == {head[5]}


DONE: list[dict[str, Any]] = [
    {"event": "check", "id": each, "outcome": "done"} for each in ("8.1b", "8.1d", "8.2b")
]


def test_a_line_is_ticked_when_all_its_exercises_are_done() -> None:
    lines = str(_path.path(8, DONE)).splitlines()
    assert "☑ configure a process" in lines[1] and "☐ build gates" in lines[2]
    assert re.search(r"Week 8: shipping +☑☐+ 1 of", str(_path.path(log=DONE)))
    with pytest.raises(CourseError, match="There is no week 9"):
        _path.path(9)


def test_the_fold_of_the_first_week_that_is_not_done_is_open() -> None:
    log = [{"event": "check", "id": each, "outcome": "done"} for each in EXERCISES if each[0] == "1"]
    assert _path.path(log=log).unfolded.startswith("Week 2")


def test_what_to_repeat_is_what_the_log_says_was_hard() -> None:
    log = [
        *DONE,
        {"event": "hint", "id": "1.1a"},
        {"event": "check", "id": "3.7c", "outcome": "not yet"},
        {"event": "guess", "id": "7.1", "question": "Free?", "right": False},
        {"event": "guess", "id": "7.2", "question": "Why?", "right": False},
        {"event": "guess", "id": "7.2", "question": "Why?", "right": True},
    ]
    said = repr(_repeat.repeat(log)).splitlines()
    assert [line.split()[0] for line in said] == ["3.7", "7.1", "1.1"]
    assert "3.7c still open" in said[0] and "1 wrong guess" in said[1] and "1 hint" in said[2]
    assert repr(_repeat.repeat(DONE)) == _repeat.NOTHING


def test_a_listing_is_folded_and_escaped() -> None:
    html = Listing({"A < B": [Line("`x` & y", "1.1", "")], "C": []})._repr_mimebundle_()["text/html"]
    assert "A &lt; B" in html and "<code>x</code> &amp; y" in html and "<details open>" not in html


def test_every_file_of_lists_is_given_out_with_the_package() -> None:
    for module in (_analogies, _card, _decisions, _ideas, _path):
        assert Path(module.SOURCE).suffix == ".toml" and module.SOURCE.exists()
