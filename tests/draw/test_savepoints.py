"""Transactions and savepoints drawn as frames around what was sent."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from course import draw, sql_tape
from course.base.errors import CourseError


@pytest.fixture
def link():
    engine = create_engine("sqlite://")
    with engine.connect() as link:
        link.execute(text("CREATE TABLE t (id integer PRIMARY KEY)"))
        link.commit()
        yield link


def add(link, number: int) -> None:
    link.execute(text(f"INSERT INTO t VALUES ({number})"))


def drawn(link):
    with sql_tape() as tape, link.begin() as around:
        with link.begin_nested():
            add(link, 1)
        with pytest.raises(IntegrityError), link.begin_nested():
            add(link, 1)
        link.execute(text("SELECT 1"))
        around.rollback()
    return draw.savepoints(tape)


def test_each_savepoint_stands_in_its_transaction_and_says_how_it_ended(link):
    assert drawn(link).text.splitlines() == [
        "BEGIN … ROLLBACK",
        "  SAVEPOINT sa_savepoint_1 … RELEASE",
        "    INSERT INTO t VALUES (1)",
        "  SAVEPOINT sa_savepoint_2 … ROLLBACK TO",
        "    INSERT INTO t VALUES (1)  ✗ UNIQUE constraint failed: t.id",
        "  SELECT 1",
    ]


def test_what_was_rolled_back_is_dashed_and_the_statements_keep_their_order(link):
    lines = [line.strip() for line in drawn(link).mermaid.splitlines()]
    assert lines.count("end") == 3
    assert [line for line in lines if line.startswith("class ")] == ["class t0x1 back", "class t0 back"]
    assert [line for line in lines if "-->" in line] == ["s0 --> s1", "s1 --> s2"]


def test_what_is_open_and_what_was_committed_is_told(link):
    with sql_tape() as tape:
        add(link, 2)
        link.commit()
        link.execute(text("SELECT 1"))
    assert [line for line in draw.savepoints(tape).text.splitlines() if "…" in line] == [
        "BEGIN … COMMIT",
        "BEGIN … still open",
    ]


def test_a_transaction_that_began_before_the_tape_has_a_frame(link):
    add(link, 3)
    outer = link.begin_nested()
    with sql_tape() as tape:
        outer.rollback()
        link.execute(text("SELECT 1"))
    assert draw.savepoints(tape).text.splitlines() == ["begun before … still open", "  SELECT 1"]
    with sql_tape() as tape:
        pass
    assert draw.savepoints(tape).text == "nothing was sent"


def test_a_long_transaction_is_cut_and_says_by_how_much(link):
    with sql_tape() as tape:
        for number in range(20):
            add(link, number)
        link.rollback()
    assert "and 4 more" in draw.savepoints(tape).mermaid
    assert len(draw.savepoints(tape).text.splitlines()) == 21


def test_bars_are_as_long_as_their_numbers_in_the_order_given():
    drawn = draw.bars("Cost", "times as long", {"quick": 1, "slow": 5.5})
    assert [line.split() for line in str(drawn).splitlines()] == [
        ["Cost", "times", "as", "long"],
        ["quick", "1"],
        ["slow", "5.5"],
    ]
    assert drawn.spec["data"]["values"] == [{"name": "quick", "value": 1}, {"name": "slow", "value": 5.5}]
    assert drawn == draw.bars("Cost", "times as long", {"quick": 1, "slow": 5.5})
    with pytest.raises(CourseError, match="nothing to draw"):
        draw.bars("Cost", "times as long", {})


def test_measured_bars_are_shown_live_and_stored_without_their_numbers():
    drawn = draw.measured("Cost", {"quick": 1.25, "slow <2": 5})
    data = drawn._repr_mimebundle_()
    stored = data["text/plain"] + data["text/html"]
    assert "quick" in stored and "1.25" not in stored and "5" not in stored
    assert "width:80px" in drawn.html and "width:320px" in drawn.html and "1.25" in drawn.html
    assert "slow &lt;2" in drawn.html and "slow &lt;2" in data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "width:0px" in draw.measured("Nothing", {"none": 0}).html
    with pytest.raises(CourseError, match="nothing to draw"):
        draw.measured("Cost", {})
