"""Sessions on one timeline: what is recorded, who waits, who is the victim, and that nothing hangs or stays."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from postgres_support import own_home, until
from sqlalchemy import text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from course import draw, look, play, timeline
from course.base.errors import CourseError
from course.postboard import database
from course.timelines import waits
from course.timelines.timeline import Timeline
from course.timelines.waits import Watch

SETUP = """
DROP TABLE IF EXISTS accounts;
CREATE TABLE accounts (id int PRIMARY KEY, balance numeric(10, 2));
INSERT INTO accounts VALUES (1, 100), (2, 50);
"""
TAKE = "UPDATE accounts SET balance = balance - 10 WHERE id = %s"
READ = "SELECT balance FROM accounts WHERE id = 1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        patch.setenv("DATABASE_URL", "")
        database.open_for("lined_up", {})
        yield


@pytest.fixture(autouse=True)
def url(server: None) -> str:
    look.query(SETUP)
    return os.environ["DATABASE_URL"]


def balances() -> list[int]:
    return [int(row[0]) for row in look.query("SELECT balance FROM accounts ORDER BY id").rows]


def nobody_is_left() -> bool:
    return len(look.sessions()) == 0


def deadlock(first: str, second: str) -> Timeline:
    with timeline("ana", "ben") as line:
        for name in (first, second):
            line.step(name, "BEGIN")
        line.step(first, TAKE, 1)
        line.step(second, TAKE, 2)
        line.step(first, TAKE, 2)
        line.step(second, TAKE, 1)
    return line


class TestSteps:
    def test_a_statement_has_its_rows(self) -> None:
        with timeline("ana") as line:
            step = line.ana("SELECT id FROM accounts ORDER BY id")
        assert step is line.steps[-1] and step.rows == [(1,), (2,)] and step.settled_at_step == 1
        assert (step.session, step.waited_for, step.error) == ("ana", None, None)

    def test_what_is_not_committed_is_seen_by_its_own_session_only(self) -> None:
        with timeline("ana", "ben") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            mine, others = line.ana(READ), line.ben(READ)
        assert int(mine.rows[0][0]) == 90 and int(others.rows[0][0]) == 100

    def test_who_has_to_wait_goes_on_when_the_other_ends(self) -> None:
        with timeline("ana", "ben") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            waiting = line.ben(TAKE, 1)
            assert waiting.waited_for == "ana" and waiting.settled_at_step is None
            line.ana("COMMIT")
            assert waiting.settled_at_step == 4 and waiting.error is None
        assert balances() == [80, 50]

    def test_a_third_session_works_while_two_queue(self) -> None:
        with timeline("ana", "ben", "cy") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            line.ben(TAKE, 1)
            assert line.cy(TAKE, 1).waited_for == "ben"
            line.ana("ROLLBACK")
            assert [step.settled_at_step for step in line.steps] == [1, 2, 5, 5, 5]
        assert balances() == [80, 50]

    def test_an_error_is_recorded_by_its_first_line_and_not_raised(self) -> None:
        with timeline("ana") as line:
            step = line.ana("INSERT INTO accounts VALUES (1, 0)")
        assert step.error.startswith("UniqueViolation: duplicate key") and "\n" not in step.error

    def test_a_session_that_waits_is_told_nothing_more(self) -> None:
        with timeline("ana", "ben") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            line.ben(TAKE, 1)
            with pytest.raises(CourseError, match="ben still waits for ana, in step 3"):
                line.ben("SELECT 1")
            assert len(line.steps) == 3

    def test_a_session_outside_of_the_timeline_is_named_as_such(self, url: str) -> None:
        with psycopg2.connect(url) as link, link.cursor() as cursor, timeline("ana") as line:
            cursor.execute(TAKE, [1])
            assert line.ana(TAKE, 1).waited_for == "a session elsewhere"
            link.rollback()
            line.ana("SELECT 1")
            assert line.steps[0].error is None
        link.close()

    def test_a_lock_timeout_of_ones_own_is_waited_for(self) -> None:
        with timeline("ana", "ben") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            line.ben("SET lock_timeout = '300ms'")
            step = line.ben(TAKE, 1)
        assert step.error == "LockNotAvailable: canceling statement due to lock timeout"

    def test_a_percent_sign_without_values_is_left_alone(self) -> None:
        with timeline("ana") as line:
            assert line.ana("SELECT 'a' LIKE 'a%'").rows == [(True,)]

    @pytest.mark.parametrize(
        "names", [(), ("ana", "ana"), ("a b",), ("steps",), ("step",), ("_x",), ("close",)]
    )
    def test_names_that_cannot_be_used_are_refused(self, names: tuple[str, ...]) -> None:
        with pytest.raises(CourseError, match="different names"):
            timeline(*names)
        assert nobody_is_left()

    def test_an_unknown_session_is_an_attribute_error(self) -> None:
        with timeline("ana") as line, pytest.raises(AttributeError, match="no session 'eve', only ana"):
            line.eve("SELECT 1")


class TestIsolation:
    def test_an_update_of_what_changed_since_is_refused_under_repeatable_read(self) -> None:
        with timeline("ana", "ben", isolation="repeatable read") as line:
            line.ana("BEGIN")
            line.ana(READ)
            line.ben(TAKE, 1)
            assert line.ana(READ).rows == line.steps[1].rows
            step = line.ana(TAKE, 1)
        assert step.error == "SerializationFailure: could not serialize access due to concurrent update"

    def test_one_that_waited_fails_when_the_other_commits(self) -> None:
        with timeline("ana", "ben", isolation="SERIALIZABLE") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            line.ben(TAKE, 1)
            line.ana("COMMIT")
        assert line.steps[2].error.startswith("SerializationFailure") and line.steps[2].settled_at_step == 4
        assert "3 fails: ✗ SerializationFailure" in repr(line)

    def test_an_unknown_level_is_told_with_those_there_are(self) -> None:
        with pytest.raises(CourseError, match="no isolation level 'chaos'.*REPEATABLE READ"):
            timeline("ana", isolation="chaos")
        until(nobody_is_left)


class TestDeadlock:
    @pytest.mark.parametrize("first, second", [("ana", "ben"), ("ben", "ana")])
    def test_the_victim_is_whoever_closes_the_circle(self, first: str, second: str) -> None:
        line = deadlock(first, second)
        waited, closed = line.steps[4], line.steps[5]
        assert waited.waited_for == second and waited.error is None and waited.settled_at_step == 6
        assert closed.session == second and closed.error == "DeadlockDetected: deadlock detected"
        assert closed.waited_for is None

    def test_so_it_is_on_a_server_that_lets_us_set_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        begin = Watch.__init__

        def modest(self: Watch, link: Any) -> None:
            begin(self, link)
            self.may_hurry = False

        monkeypatch.setattr(Watch, "__init__", modest)
        line = deadlock("ana", "ben")
        assert line.steps[4].error is None and line.steps[5].error == "DeadlockDetected: deadlock detected"

    def test_our_own_server_lets_the_learner_set_the_timeout(self) -> None:
        assert look.query("SELECT has_parameter_privilege('deadlock_timeout', 'SET')").rows == ((True,),)


class TestFunctions:
    def test_a_function_gets_a_session_of_sqlalchemy(self) -> None:
        def withdraw(session: Session, amount: int, *, account: int) -> int:
            found = session.scalar(text(READ.replace("1", str(account))))
            session.execute(
                text(f"UPDATE accounts SET balance = {int(found or 0) - amount} WHERE id = {account}")
            )
            session.commit()
            return int(found or 0)

        with timeline("ana") as line:
            step = line.ana(withdraw, 30, account=1)
            assert line.ana("SHOW application_name").rows == [("ana",)]
        assert step.text == "withdraw(30, account=1)" and step.value == 100 and step.outcome == "→ 100"
        assert balances() == [70, 50]

    def test_what_a_function_leaves_open_goes_on_in_texts(self) -> None:
        def take(session: Session) -> None:
            session.execute(text("UPDATE accounts SET balance = 0 WHERE id = 1"))

        with timeline("ana", "ben") as line:
            assert line.ana(take).open
            assert line.ben(TAKE, 1).waited_for == "ana"
            assert not line.ana("COMMIT").open
            line.ana(take)
            line.ana("ROLLBACK")
            line.ana("INSERT INTO accounts VALUES (3, 0)")  # a text again: its own transaction
            assert not line.steps[-1].open
        assert balances() == [-10, 50, 0]

    def test_what_a_function_returned_is_told_as_it_was_then(self) -> None:
        class Base(DeclarativeBase): ...

        class Row(Base):
            __tablename__ = "accounts"
            id: Mapped[int] = mapped_column(primary_key=True)
            balance: Mapped[int]

            def __repr__(self) -> str:
                return f"Row({self.balance})"

        def get(session: Session) -> Row:
            found = session.get_one(Row, 1)
            session.commit()  # expires it: its next reading needs the session
            return found

        with timeline("ana") as line:
            line.ana(get)
        assert "→ Row(100.00)" in repr(line)

    def test_a_function_waits_and_fails_like_a_statement(self) -> None:
        def read(session: Session) -> int:
            return int(session.scalar(text(READ)) or 0)

        def write(session: Session) -> None:
            session.execute(text(TAKE % 1))
            session.commit()

        with timeline("ana", "ben", isolation="REPEATABLE READ") as line:
            line.ana(read)
            line.ben(read)
            line.ana("UPDATE accounts SET balance = 5 WHERE id = 1")
            step = line.ben(write)
            assert step.waited_for == "ana"
            line.ana("COMMIT")
        assert step.error == "SerializationFailure: could not serialize access due to concurrent update"

    def test_any_exception_of_a_function_is_recorded(self) -> None:
        def wrong(session: Session) -> None:
            raise ValueError("no\nmore")

        with timeline("ana") as line:
            assert line.ana(wrong).error == "ValueError: no"

    def test_the_text_is_the_same_in_every_run(self) -> None:
        with timeline("ana") as line:
            line.ana(lambda session, thing: thing, object())
        assert line.steps[0].text == "a function(object)" and line.steps[0].outcome == "→ object"

    def test_nothing_of_sqlalchemys_first_questions_is_asked_on_the_session(self) -> None:
        with look.log() as seen, timeline("ana") as line:
            line.ana(lambda session: session.scalar(text("SELECT 1")))
            line.ana("COMMIT")
        assert [one.text for one in seen if one.session == "ana"] == ["BEGIN", "SELECT 1", "COMMIT"]


class TestEnd:
    def test_everything_is_rolled_back_and_closed(self) -> None:
        with timeline("ana", "ben") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            step = line.ben(TAKE, 1)  # would commit at once if it went on
        assert balances() == [100, 50]
        until(nobody_is_left)
        assert step.settled_at_step is None and step.error is None

    def test_an_exception_in_the_block_ends_it_too(self) -> None:
        with pytest.raises(ZeroDivisionError), timeline("ana") as line:
            line.ana("BEGIN")
            line.ana(TAKE, 1)
            _ = 1 / 0
        assert balances() == [100, 50]
        until(nobody_is_left)

    def test_after_the_end_it_says_so(self) -> None:
        with timeline("ana") as line:
            pass
        with pytest.raises(CourseError, match="has ended"):
            line.ana("SELECT 1")

    def test_a_step_that_runs_on_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(waits, "GUARD", 0.2)
        with pytest.raises(CourseError, match=r"Step 1 \(ana\) was not done"), timeline("ana") as line:
            line.ana("SELECT pg_sleep(30)")
        until(nobody_is_left)

    def test_a_connection_that_is_lost_is_an_error_of_the_step(self, url: str) -> None:
        with timeline("ana") as line:
            line.ana("SELECT 1")
            look.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ana'"
            )
            assert line.ana("SELECT 1").error

    def test_without_a_database_it_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(os.environ, "DATABASE_URL", "")
        with pytest.raises(CourseError, match="no database to look at"):
            timeline("ana")


class TestText:
    def test_each_session_has_its_column(self) -> None:
        lines = [line.rstrip() for line in repr(deadlock("ana", "ben")).splitlines()]
        at = lines[0].index("ben")
        assert lines[2] == " 1  BEGIN" and lines[3] == " 2" + " " * (at - 2) + "BEGIN"
        assert "    … waits for ben" in lines and "    5 goes on: UPDATE 1" in lines
        assert " " * at + "✗ DeadlockDetected: deadlock detected" in lines
        assert all(len(line) <= 100 for line in lines)

    def test_it_is_the_same_every_time(self) -> None:
        assert repr(deadlock("ana", "ben")) == repr(deadlock("ana", "ben"))

    def test_a_commit_that_rolled_back_says_so_and_others_say_nothing(self) -> None:
        with timeline("ana") as line:
            for each in ("BEGIN", "SELECT 1/0", "COMMIT", "COMMIT"):
                line.ana(each)
        assert [step.outcome for step in line.steps] == [
            "",
            "✗ DivisionByZero: division by zero",
            "→ ROLLBACK",
            "",
        ]

    @pytest.mark.parametrize(
        "query, outcome",
        [
            ("SELECT 1 WHERE false", "→ no rows"),
            ("SELECT NULL", "→ NULL"),
            ("VALUES (1, 'a'), (2, 'b')", "→ (1, a) · (2, b)"),
            ("SELECT generate_series(1, 9)", "→ 9 rows"),
        ],
    )
    def test_few_rows_are_shown_and_many_are_counted(self, query: str, outcome: str) -> None:
        with timeline("ana") as line:
            assert line.ana(query).outcome == outcome


class TestPicture:
    def test_the_server_stands_between_and_each_thing_has_its_place(self) -> None:
        line = deadlock("ana", "ben")
        drawn = [one.strip() for one in draw.timeline(line).mermaid.splitlines()]
        lanes = [one for one in drawn if one.startswith("participant")]
        assert lanes == ["participant S0 as ana", "participant P as PostgreSQL", "participant S1 as ben"]
        note, failed = (
            drawn.index("Note over S0: waits for ben"),
            drawn.index("P--xS1: ✗ DeadlockDetected: deadlock detected"),
        )
        assert note < failed < drawn.index("P-->>S0: 5 goes on: UPDATE 1")
        assert drawn.count("activate S0") == drawn.count("deactivate S0") == 1
        assert draw.timeline(line).text == repr(line)

    def test_a_bar_is_an_open_transaction(self) -> None:
        with timeline("ana") as line:
            for each in ("SELECT 1", "BEGIN", "SELECT 2", "COMMIT", "SELECT 3"):
                line.ana(each)
        drawn = [one.strip() for one in draw.timeline(line).mermaid.splitlines()]
        inside = drawn[drawn.index("activate S0") : drawn.index("deactivate S0")]
        assert [one for one in inside if "->>P" in one] == ["S0->>P: 3: SELECT 2", "S0->>P: 4: COMMIT"]

    def test_any_text_is_safe_and_many_steps_are_counted(self) -> None:
        with timeline("ana") as line:
            line.ana("""SELECT 'say "hi"; <b>#1</b> %'""")
            for _ in range(31):
                line.ana("SELECT 1")
        drawn = draw.timeline(line).mermaid
        assert "<b>" not in drawn and '"hi"' not in drawn and "and 2 more steps" in drawn


class TestPlay:
    @pytest.fixture
    def two(self) -> Iterator[Any]:
        ana, ben = ["BEGIN", TAKE % 1, TAKE % 2, "COMMIT"], ["BEGIN", TAKE % 2, TAKE % 1, "ROLLBACK"]
        made = play.sessions(ana=ana, ben=ben, setup=SETUP, show="SELECT * FROM accounts ORDER BY id")
        yield made
        made.close()

    def walk(self, toy: Any, names: str) -> None:
        for name in names.split():
            toy.step(name)

    def test_each_session_goes_through_its_own_statements(self, two: Any) -> None:
        assert two.next("ana") == "BEGIN"
        self.walk(two, "ana ana ben")
        assert two.next("ana") == TAKE % 2 and two.next("ben") == TAKE % 2
        assert [step.session for step in two.line.steps] == ["ana", "ana", "ben"]

    def test_the_table_is_what_others_see(self, two: Any) -> None:
        self.walk(two, "ana ana ana")
        assert int(two.table.rows[0][1]) == 100
        two.step("ana")
        assert int(two.table.rows[0][1]) == 90

    def test_who_waits_has_no_next_statement(self, two: Any) -> None:
        self.walk(two, "ana ben ana ben ana")
        assert two.next("ana") is None and two.state("ana") == "waits for ben"
        with pytest.raises(CourseError, match="ana: waits for ben"):
            two.step("ana")
        self.walk(two, "ben ana ben")
        assert two.line.steps[5].error.startswith("DeadlockDetected") and two.state("ana") == "done"
        assert two.next("ben") is None

    def test_starting_again_takes_everything_back(self, two: Any) -> None:
        self.walk(two, "ana ben ana ben ana")
        two.restart()
        assert two.line is None and two.next("ana") == "BEGIN" and balances() == [100, 50]
        until(nobody_is_left)

    def test_the_next_play_ends_the_one_before(self, two: Any) -> None:
        self.walk(two, "ana ana")
        other = play.sessions(ana=["SELECT 1"], setup=SETUP)
        assert two.state("ana") == "closed" and two.next("ana") is None and len(two.line.steps) == 2
        other.close()
        until(nobody_is_left)

    def test_one_that_nobody_touched_is_not_ended_by_another(self, two: Any) -> None:
        play.sessions(ana=["SELECT 1"], setup=SETUP).step("ana")
        assert two.step("ana").error is None

    def test_tables_that_somebody_keeps_are_a_sentence(
        self, two: Any, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("course.play._sessions._SETUP_LIMIT", "100ms")
        with psycopg2.connect(url) as link, link.cursor() as cursor:
            cursor.execute(READ)
            with pytest.raises(CourseError, match="another session still uses them"):
                two.restart()
        link.close()

    def test_a_table_that_is_locked_does_not_hold_up_the_play(self) -> None:
        toy = play.sessions(ana=["BEGIN", "LOCK TABLE accounts"], setup=SETUP, show="SELECT * FROM accounts")
        self.walk(toy, "ana ana")
        assert toy.table.status == "✗ LockNotAvailable: canceling statement due to lock timeout"
        toy.close()

    def test_the_buttons_do_what_the_calls_do(self, two: Any) -> None:
        bundle = two._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle and "BEGIN" in bundle["text/html"]
        panel = two._panel
        ana, ben = panel._steps.values()
        for button in (ana, ben, ana, ben, ana):
            button.click()
        assert ana.disabled and ana.description == "ana: waits for ben" and not ben.disabled
        assert "text/vnd.mermaid" in panel._picture.outputs[0]["data"] and TAKE % 1 in panel._coming.value
        assert panel._table.value.startswith('<div class="jp-RenderedHTMLCommon"><')
        panel._again.click()
        assert not ana.disabled and panel._picture.outputs == ()

    def test_what_goes_wrong_at_a_click_is_shown_beside_the_buttons(self, two: Any, url: str) -> None:
        two._repr_mimebundle_()
        os.environ["DATABASE_URL"] = url.replace("lined_up", "gone")
        try:
            two._panel._again.click()
            assert "cannot be reached" in two._panel._said.value
        finally:
            os.environ["DATABASE_URL"] = url

    def test_the_stored_text_is_the_plan_and_the_table(self, two: Any) -> None:
        lines = repr(two).splitlines()
        assert lines[0].split() == ["ana", "ben"] and lines[1].split() == ["BEGIN", "BEGIN"]
        assert lines[-1] == "(2 rows)"

    def test_without_sessions_it_says_how(self) -> None:
        with pytest.raises(CourseError, match="Name the sessions"):
            play.sessions(setup=SETUP)
