"""The picture of a decision: questions, their answers, and what to do."""

import pytest

from course import draw
from course.base.errors import CourseError

TREE = {"Does it wait?": {"no": {"Is it long?": {"no": "def", "yes": "a process"}}, "yes": "await"}}


def test_each_answer_leads_to_what_follows_from_it() -> None:
    picture = draw.decision(TREE)
    for part in ['q(["Does it wait?"])', 'q -->|"no"| q0', 'q0 -->|"yes"| q01', 'q01["a process"]']:
        assert part in picture.mermaid
    assert picture.text.splitlines() == [
        "Does it wait?",
        "  no: Is it long?",
        "    no: def",
        "    yes: a process",
        "  yes: await",
    ]


def test_without_facts_nothing_is_marked() -> None:
    picture = draw.decision(TREE)
    assert "==>" not in picture.mermaid
    assert ":::taken" not in picture.mermaid
    assert "here" not in picture.text


def test_the_path_of_the_facts_is_bold_and_no_other() -> None:
    picture = draw.decision(TREE, {"Does it wait?": "no", "Is it long?": "yes"})
    lines = picture.mermaid.splitlines()
    bold = [line.split(":::")[0].strip() for line in lines if line.endswith(":::taken")]
    assert bold == ['q(["Does it wait?"])', 'q0(["Is it long?"])', 'q01["a process"]']
    assert [line.strip() for line in lines if "==>" in line] == ['q0 ==>|"yes"| q01', 'q ==>|"no"| q0']
    assert [line for line in picture.text.splitlines() if "here" in line] == ["    yes: a process  ← here"]


def test_facts_that_are_not_asked_for_do_not_matter() -> None:
    picture = draw.decision(TREE, {"Does it wait?": "yes", "Is it long?": "perhaps"})
    assert "  yes: await  ← here" in picture.text.splitlines()


@pytest.mark.parametrize("facts", [{"Does it wait?": "perhaps"}, {"Is it long?": "no"}], ids=str)
def test_a_question_without_its_answer_is_said(facts: dict[str, str]) -> None:
    with pytest.raises(CourseError, match=r"do not answer 'Does it wait\?' with one of: no, yes"):
        draw.decision(TREE, facts)


@pytest.mark.parametrize("tree", [{}, {"one": {"yes": "a"}, "two": {"yes": "b"}}], ids=["none", "two"])
def test_a_tree_begins_with_one_question(tree: dict[str, dict[str, str]]) -> None:
    with pytest.raises(CourseError, match=f"this one with {len(tree)}"):
        draw.decision(tree)


def test_a_tree_that_is_too_large_is_refused() -> None:
    draw.decision({"Which?": {str(number): "end" for number in range(11)}})
    with pytest.raises(CourseError, match="at most 12 boxes, and these are 13"):
        draw.decision({"Which?": {str(number): "end" for number in range(12)}})


def test_what_mermaid_would_read_as_its_own_is_shown_as_it_is() -> None:
    drawn = draw.decision({'say "hi"?': {"<b>": "a;b"}}).mermaid
    assert '"hi"' not in drawn
    assert "<b>" not in drawn
