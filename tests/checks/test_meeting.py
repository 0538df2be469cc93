"""Two calls that meet at a chosen step of the first one."""

from threading import Lock

from sqlalchemy import text
from sqlalchemy.orm import Session

from course.checks import database, toolbox
from course.checks.meeting import Meeting


def count_up(session: Session, locked: str = "") -> int:
    """Count a row up by reading and writing it; returns what was written."""
    found = session.execute(text(f"SELECT n FROM a {locked}")).scalar_one()
    session.execute(text("UPDATE a SET n = :n"), {"n": found + 1})
    session.commit()
    return found + 1


def met(url: str, number: int, call=count_up) -> tuple[Meeting, list[int]]:
    """Two calls at once, and what both returned."""
    toolbox.ask(url, "DROP TABLE IF EXISTS a; CREATE TABLE a (n int); INSERT INTO a VALUES (0)")

    def alone() -> int:
        with toolbox.engine_for(url) as engine, Session(engine) as session:
            return call(session)

    meeting = Meeting(url, number, alone)
    with toolbox.engine_for(url) as engine, Session(engine) as session:
        meeting.listen(engine)
        first = call(session)
    return meeting, [first, *([meeting.second.result(timeout=60)] if meeting.second else [])]


def test_the_second_call_comes_before_each_step_and_then_no_more():
    with database.fresh() as url:
        meetings = [met(url, number) for number in range(1, 5)]
    assert [meeting.step for meeting, _ in meetings] == ["SELECT", "UPDATE", "commit", ""]
    assert [got for _, got in meetings] == [[2, 1], [1, 1], [1, 1], [1]]
    assert not any(meeting.waits_here for meeting, _ in meetings)


def test_a_second_call_that_waits_in_the_database_lets_the_first_one_go_on():
    with database.fresh() as url:
        meeting, got = met(url, 2, lambda session: count_up(session, "FOR UPDATE"))
    assert (meeting.step, meeting.waits_here, got) == ("UPDATE", False, [1, 2])


def test_a_second_call_that_waits_for_a_lock_of_the_process_is_told():
    lock = Lock()

    def call(session: Session) -> int:
        with lock:
            return count_up(session)

    with database.fresh() as url:
        meeting, got = met(url, 1, call)
    assert (meeting.waits_here, got) == (True, [1, 2])
