"""The SQL tape on a real PostgreSQL: what was sent, its pictures, and the pool to play with."""

import gc
import threading
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from postgres_support import own_home
from sqlalchemy import (
    ForeignKey,
    Numeric,
    create_engine,
    delete,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from sqlalchemy.pool import NullPool

from course import draw, play, postgres, sql_tape
from course.base.errors import CourseError, ExpectationFailed
from course.base.sql import brief, filled, literal, one_line, wrapped


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    at: Mapped[datetime | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owner: Mapped[User | None] = relationship()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        address = postgres.reset("taped").replace("postgresql://", "postgresql+psycopg2://")
        patch.setenv("DATABASE_URL", address)
        yield address


@pytest.fixture
def engine(url: str) -> Iterator[Any]:
    made = create_engine(url)
    Base.metadata.drop_all(made)
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add_all([User(email=f"u{at}@example.com") for at in (1, 2, 3)])
        session.flush()
        session.add_all([Post(title=f"t{at}", owner_id=at % 3 + 1) for at in range(1, 7)])
        session.commit()
    yield made
    made.dispose()


def lines(shown: object) -> list[str]:
    return str(shown).splitlines()


class TestTheTapesText:
    def test_statements_stand_between_the_borders_of_their_transaction(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.scalars(select(Post.id).where(Post.title == "t1")).all()
            session.add(User(email="new@example.com"))
            session.commit()
        assert repr(tape) == "\n".join(
            [
                "BEGIN",
                "  SELECT posts.id FROM posts WHERE posts.title = 't1'                      1 row",
                "  INSERT INTO users (email) VALUES ('new@example.com') RETURNING users.id  1 row",
                "COMMIT",
                "2 statements, 1 transaction",
            ]
        )

    def test_the_first_connection_shows_none_of_sqlalchemys_own_questions(self, url: str) -> None:
        fresh = create_engine(url, pool_pre_ping=True)
        with sql_tape() as tape:
            for _ in range(2):
                with fresh.connect() as connection:
                    connection.execute(text("SELECT 1"))
        fresh.dispose()
        assert [one.sql for one in tape.statements] == ["SELECT 1"] * 2
        assert lines(tape)[-1] == "2 statements, 2 transactions"

    def test_many_rows_are_one_statement_in_the_form_for_one_row(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.add_all([Post(title=f"n{at}", price=Decimal("1.50")) for at in range(3)])
            session.flush()
            session.execute(
                update(Post).execution_options(synchronize_session=None),
                [{"id": 1, "title": "x"}, {"id": 2, "title": "y"}],
            )
        assert len(tape) == 2
        first, second = tape.statements
        assert (first.many, first.rows) == (3, 3)
        assert first.text == (
            "INSERT INTO posts (title, price, at, owner_id) VALUES ('n0', 1.50, NULL, NULL) RETURNING posts.id"
        )
        assert second.text == "UPDATE posts SET title='x' WHERE posts.id = 1" and second.many == 2
        assert "× 3, 3 rows" in repr(tape)

    def test_a_failed_statement_shows_the_drivers_first_line(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            with pytest.raises(IntegrityError), session.begin_nested():
                session.add(User(email="u1@example.com"))
                session.flush()
            with pytest.raises(ProgrammingError):
                session.execute(text("SELECT nope"))
        assert tape.statements[0].error.startswith("duplicate key value violates unique constraint")
        assert lines(tape)[1:5] == [
            "  SAVEPOINT sa_savepoint_1",
            "    INSERT INTO users (email) VALUES ('u1@example.com') RETURNING users.id",
            '        ✗ duplicate key value violates unique constraint "users_email_key"',
            "  ROLLBACK TO SAVEPOINT sa_savepoint_1",
        ]
        assert '✗ column "nope" does not exist' in repr(tape) and len(tape) == 2

    def test_a_commit_that_fails_says_so(self, engine: Any) -> None:
        with sql_tape() as tape, pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text("CREATE TEMP TABLE d (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
            connection.execute(text("INSERT INTO d VALUES (1), (1)"))
        at = lines(tape).index("COMMIT")
        assert lines(tape)[at + 1].strip().startswith("✗ duplicate key value")
        assert tape.transactions == 1

    def test_two_connections_at_once_are_told_apart_and_one_after_the_other_are_not(
        self, engine: Any
    ) -> None:
        with Session(engine) as first, Session(engine) as second:
            with sql_tape() as tape:
                first.scalar(select(1))
                second.scalar(select(2))
                first.commit()
                second.rollback()
            assert [line.split()[:3] for line in lines(tape)[:-1]] == [
                ["connection", "1", "BEGIN"],
                ["connection", "1", "SELECT"],
                ["connection", "2", "BEGIN"],
                ["connection", "2", "SELECT"],
                ["connection", "1", "COMMIT"],
                ["connection", "2", "ROLLBACK"],
            ]
            with sql_tape() as tape:
                first.scalar(select(1))
                first.commit()
                second.scalar(select(2))
                second.commit()
            assert "connection" not in repr(tape)

    def test_what_is_open_before_or_after_is_said(self, engine: Any) -> None:
        with Session(engine) as session:
            with sql_tape() as begun:
                session.scalar(select(1))
            with sql_tape() as ended:
                session.scalar(select(2))
                session.commit()
        assert lines(begun)[-2] == "(the transaction is still open)"
        assert lines(ended)[0] == "(in a transaction that was open before)"
        assert (begun.transactions, ended.transactions) == (1, 1)
        assert "activate C1" in draw.life(ended).mermaid

    def test_autocommit_has_no_transaction(self, engine: Any) -> None:
        with (
            sql_tape() as tape,
            engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection,
        ):
            connection.execute(text("SELECT 1"))
        assert lines(tape) == ["SELECT 1  1 row", "1 statement, 0 transactions"]

    def test_a_session_that_nobody_closed_is_rolled_back_by_the_pool(self, engine: Any) -> None:
        with sql_tape() as tape:
            session = Session(engine)
            session.scalar(select(1))
            del session
            gc.collect()
        assert lines(tape)[-2].split() == ["ROLLBACK", "by", "the", "pool"]

    def test_all_threads_are_heard(self, engine: Any) -> None:
        def work() -> None:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))

        with sql_tape() as tape:
            threads = [threading.Thread(target=work) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert len(tape) == 4 and tape.transactions == 4

    def test_nothing_is_left_behind_and_nothing_heard_outside(self, engine: Any) -> None:
        with sql_tape() as tape:
            pass
        with Session(engine) as session:
            session.add(Post(title="unheard"))
            session.flush()
            assert not session.dispatch.transient_to_pending and not session.dispatch.after_begin
        assert repr(tape) == "nothing was sent" and len(tape) == 0 and tape
        assert not engine.dispatch.begin and not engine.pool.dispatch.checkout
        assert not inspect(Post).class_manager.dispatch.expire

    def test_tapes_may_lie_inside_each_other_and_beside_other_listeners(self, engine: Any) -> None:
        heard = []

        @event.listens_for(engine, "before_cursor_execute")
        def hear(*given: Any) -> None:
            heard.append(given[2])

        with sql_tape() as outer, engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            with sql_tape() as inner:
                connection.execute(text("SELECT 2"))
        assert (len(outer), len(inner), len(heard)) == (2, 1, 2)

    def test_an_async_engine_is_heard_too(self, url: str) -> None:
        import asyncio

        from sqlalchemy.ext.asyncio import create_async_engine

        async def work() -> None:
            made = create_async_engine(url.replace("psycopg2", "psycopg"))
            async with made.begin() as connection:
                await connection.execute(text("SELECT :n"), {"n": 5})
            await made.dispose()

        with sql_tape() as tape:
            asyncio.run(work())
        assert [one.rows for one in tape.statements] == [1] and "SELECT 5" in repr(tape)


class TestCounting:
    def test_n_plus_1_is_seen_as_a_count_and_then_as_two_statements(self, engine: Any) -> None:
        with Session(engine) as session:
            with sql_tape() as lazy:
                for post in session.scalars(select(Post)):
                    assert post.owner
            session.rollback()
            session.expunge_all()
            with sql_tape() as eager:
                for post in session.scalars(select(Post).options(selectinload(Post.owner))):
                    assert post.owner
        assert repr(lazy.grouped) == "\n".join(
            ["1 ×  SELECT … FROM posts", "3 ×  SELECT users.id, users.email FROM users WHERE users.id = ?"]
        )
        assert [(one.count, one.rows) for one in lazy.grouped] == [(1, 6), (3, 3)]
        assert len(eager) == 2

    def test_a_budget_that_is_kept_is_silent_and_one_that_is_not_shows_what_was_sent(
        self, engine: Any
    ) -> None:
        with sql_tape() as tape, engine.connect() as connection:
            for number in range(4):
                connection.execute(text("SELECT title FROM posts WHERE id = :id"), {"id": number})
        tape.at_most(4, "reading")
        with pytest.raises(ExpectationFailed) as problem:
            tape.at_most(2, "listing posts")
        assert str(problem.value) == (
            "listing posts: expected at most 2 statements, got 4: 4 × SELECT title FROM posts WHERE id = ?"
        )
        assert "again and again" in problem.value.meaning

    def test_statements_are_found_by_their_table(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.execute(select(Post, User).join(Post.owner))
            session.execute(select(Post.id, User.id).where(Post.owner_id == User.id))
            session.execute(delete(Post))
            session.execute(select(User.email))
        assert [len(tape.table(name)) for name in ("posts", "users", "post", "title")] == [3, 3, 0, 0]


class TestValues:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (None, "NULL"),
            (True, "true"),
            (Decimal("9.90"), "9.90"),
            ("it's", "'it''s'"),
            (datetime(2026, 1, 2, 3, 4, 5), "'2026-01-02 03:04:05'"),
            (b"\x00\xff", "'\\x00ff'"),
            ([1, "a"], "ARRAY[1, 'a']"),
            ("x" * 90, "'" + "x" * 39 + "…'"),
        ],
    )
    def test_each_is_spelled_as_sql(self, value: Any, shown: str) -> None:
        assert literal(value) == shown

    @pytest.mark.parametrize(
        ("sql", "values", "style", "shown"),
        [
            ("a = %(a)s AND b LIKE '%%x'", {"a": "%(b)s"}, "pyformat", "a = '%(b)s' AND b LIKE '%x'"),
            ("a = %s AND b = %s", (1, "%s"), "format", "a = 1 AND b = '%s'"),
            ("a = ? AND b = 'why?'", (1,), "qmark", "a = 1 AND b = 'why?'"),
            ("a = $2 AND b = $1::int", (1, 2), "numeric_dollar", "a = 2 AND b = 1::int"),
            ("a = :a AND b = '1'::int", {"a": 1}, "named", "a = 1 AND b = '1'::int"),
            ("a = %(missing)s", {}, "pyformat", "a = %(missing)s"),
            ("SELECT 1 %% 2", None, "pyformat", "SELECT 1 % 2"),
        ],
    )
    def test_each_drivers_placeholders_are_filled(
        self, sql: str, values: Any, style: str, shown: str
    ) -> None:
        assert filled(sql, values, style) == shown

    def test_white_space_is_collapsed_except_in_literals(self) -> None:
        assert one_line("SELECT  1,\n 'a  b'\tFROM t ") == "SELECT 1, 'a  b' FROM t"

    def test_long_column_lists_are_cut_at_the_right_from(self) -> None:
        long = "SELECT extract(year FROM posts.at), posts.title, (SELECT 1 FROM x) FROM posts WHERE id = 1"
        assert brief(long) == "SELECT … FROM posts WHERE id = 1"
        assert brief("SELECT id FROM posts") == "SELECT id FROM posts"

    def test_long_statements_break_before_their_clauses(self) -> None:
        found = wrapped(f"SELECT {', '.join(['posts.title'] * 5)} FROM posts WHERE posts.id = 1", 70)
        assert found == [f"SELECT {', '.join(['posts.title'] * 5)}", "    FROM posts WHERE posts.id = 1"]
        assert all(len(line) <= 40 for line in wrapped("word " * 50, 40))


class TestLife:
    def test_one_request_from_checkout_to_checkin(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            post = session.get(Post, 1)
            session.commit()
        said = [line.split(maxsplit=1)[1] for line in lines(draw.life(tape, post=post))]
        assert [" ".join(line.split()) for line in said] == [
            "pool lends connection to session",
            "connection BEGIN",
            "connection SELECT … FROM posts WHERE posts.id = 1 → 1 row",
            "post loaded: persistent",
            "connection COMMIT",
            "post persistent → expired",
            "session gives connection back",
            "post expired → detached",
        ]

    def test_a_bar_is_an_open_transaction_and_lanes_are_only_those_that_occur(self, engine: Any) -> None:
        with sql_tape() as tape, engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        drawn = [line.strip() for line in draw.life(tape).mermaid.splitlines()]
        assert [line for line in drawn if line.startswith("participant")] == [
            "participant Y as your code",
            "participant L as pool",
            "participant C1 as connection",
            "participant P as PostgreSQL",
        ]
        assert drawn.index("activate C1") < drawn.index("C1->>P: SELECT 1<br/>→ 1 row")
        assert drawn.index("deactivate C1") == drawn.index("C1->>P: ROLLBACK") + 1

    def test_a_rollback_makes_a_new_object_transient_again(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            post = Post(title="Hello")
            session.add(post)
            session.flush()
            session.rollback()
        notes = [
            line.split(": ", 1)[1] for line in draw.life(tape).mermaid.splitlines() if "Note over O1" in line
        ]
        assert notes == ["transient → pending", "pending → persistent", "persistent → transient"]
        assert "participant O1 as Post 'Hello'" in draw.life(tape).mermaid

    def test_many_objects_of_a_class_share_a_lane(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.scalars(select(Post)).all()
        assert "6 × Post    6 × loaded: persistent" in str(draw.life(tape))

    def test_sessions_and_objects_have_the_names_that_they_are_given(self, engine: Any) -> None:
        with Session(engine) as one, Session(engine) as other:
            with sql_tape() as tape:
                post = one.get(Post, 1)
                other.get(Post, 1)
            drawn = draw.life(tape, ana=one, ben=other, post=post)
        named = [line.split(" as ")[1] for line in drawn.mermaid.splitlines() if " as " in line]
        assert named == [
            "post",
            "Post 't1'",
            "ana",
            "ben",
            "pool",
            "connection 1",
            "connection 2",
            "PostgreSQL",
        ]
        with pytest.raises(CourseError, match="Nothing happened to other, stranger while"):
            draw.life(tape, stranger=Post(title="x"), other=3)

    def test_the_tape_keeps_no_object_alive(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.get(Post, 1)
            assert not session.identity_map  # as without a tape
            session.get(Post, 1)
        assert len(tape) == 2

    def test_errors_and_long_lives_are_marked(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            for number in range(30):
                session.scalar(select(number))
            with pytest.raises(ProgrammingError):
                session.execute(text("SELECT nope"))
        drawn = draw.life(tape)
        assert "and 3 more" in drawn.mermaid and '✗ column "nope" does not exist' in drawn.text


class TestStates:
    def test_the_path_of_an_object_is_numbered(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            post = Post(title="Hello")
            session.add(post)
            session.commit()
            assert post.title
            session.delete(post)
            session.commit()
        drawn = draw.states(tape, post=post)
        assert drawn.text == (
            "post: transient → pending (add) → persistent (flush) → expired (commit) → persistent (load again)"
            " → deleted (delete, flush) → detached (commit)"
        )
        assert 'transient ==>|"1 add"| pending' in drawn.mermaid
        assert "persistent -.-> detached" in drawn.mermaid  # a way that it did not go

    def test_a_rollback_and_a_close_are_told_apart(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            old, new = session.get(Post, 1), Post(title="new")
            session.add(new)
            session.flush()
            session.rollback()
        assert lines(draw.states(tape, old=old, new=new)) == [
            "old: a row → persistent (load) → expired (rollback) → detached (close or expunge)",
            "new: transient → pending (add) → persistent (flush) → transient (rollback)",
        ]

    def test_objects_that_do_not_fit_are_refused(self, engine: Any) -> None:
        with sql_tape() as tape, Session(engine) as session:
            session.scalars(select(Post)).all()
        with pytest.raises(CourseError, match="6 objects"):
            draw.states(tape)
        with pytest.raises(CourseError, match="Nothing happened to it"):
            draw.states(tape, it=3)
        with pytest.raises(CourseError, match="mine is a session"):
            draw.states(tape, mine=session)


class TestThePicture:
    def test_of_a_pool_counts_what_is_lent_and_idle(self, engine: Any) -> None:
        engine.dispose()
        assert str(draw.pool(engine)) == "pool of 5 (+10): 0 lent, 0 idle; may open 5 more and 10 in overflow"
        with engine.connect(), engine.connect():
            pass
        with engine.connect():
            drawn = draw.pool(engine)
        assert drawn.text == "pool of 5 (+10): 1 lent, 1 idle; may open 3 more and 10 in overflow"
        assert drawn.mermaid.count(":::lent") == drawn.mermaid.count(":::idle") == 1

    def test_of_no_pool_says_so(self, url: str) -> None:
        assert str(draw.pool(create_engine(url, poolclass=NullPool))) == "NullPool: it keeps no connections"


class TestPlayingWithAPool:
    @pytest.fixture
    def toy(self, url: str) -> Iterator[Any]:
        made = play.pool(timeout=0.2)
        for _ in range(4):
            made.open()
        yield made
        made.close()

    def test_sessions_borrow_with_their_first_statement(self, toy: Any) -> None:
        toy.use(1)
        assert lines(toy)[:3] == [
            "pool of 2 (+1): 1 lent, 0 idle",
            "session 1  has a connection",
            "session 2  no connection",
        ]
        toy.commit(1)
        assert lines(toy)[0] == "pool of 2 (+1): 0 lent, 1 idle"

    def test_who_waits_too_long_gets_sqlalchemys_own_error(self, toy: Any) -> None:
        for number in (1, 2, 3, 4):
            toy.use(number)
        assert toy[4].error == (
            "TimeoutError: QueuePool limit of size 2 overflow 1 reached, connection timed out, timeout 0.20"
        )
        assert "may open no more" in toy.picture().mermaid

    def test_who_waits_gets_what_another_gives_back(self, url: str) -> None:
        toy = play.pool(size=1, overflow=0, timeout=30)
        for _ in range(2):
            toy.open()
        toy.use(1)
        toy.use(2, wait=False)
        assert toy[2].state == "waits" and "-.->|waits|" in toy.picture().mermaid
        with pytest.raises(CourseError, match="session 2: waits for a connection"):
            toy.commit(2)
        toy.close(1)
        assert [one.state for one in toy.borrowers] == ["closed", "has a connection"]
        toy.close()

    def test_a_forgotten_session_keeps_its_connection_until_it_is_collected(self, toy: Any) -> None:
        toy.use(1)
        toy.forget(1)
        assert lines(toy)[1] == "session 1  forgotten, and its connection is still lent"
        assert "session 1, forgotten" in toy.picture().mermaid
        toy.collect()
        assert lines(toy)[:2] == ["pool of 2 (+1): 0 lent, 1 idle", "session 1  collected"]

    def test_a_new_one_closes_the_former_with_whoever_waits(self, url: str) -> None:
        first = play.pool(size=1, overflow=0, timeout=0.5)
        first.open()
        first.open()
        first.use(1)
        first.use(2, wait=False)
        second = play.pool()
        assert lines(first) == ["closed", "session 1  closed", "session 2  closed"]
        with pytest.raises(CourseError, match="closed"):
            first.open()
        assert repr(second) == "pool of 2 (+1): 0 lent, 0 idle"
        second.close()

    def test_a_page_that_is_only_read_shows_text(self, toy: Any) -> None:
        toy.restart()
        bundle = toy._repr_mimebundle_()
        assert bundle["text/plain"] == "pool of 2 (+1): 0 lent, 0 idle"
        assert "application/vnd.jupyter.widget-view+json" in bundle

    def test_buttons_do_what_the_methods_do_and_show_problems(self, toy: Any) -> None:
        toy._repr_mimebundle_()
        panel = toy._panel
        select_button, commit, close, forget = panel._rows[0]._buttons
        select_button.click()
        assert toy[1].state == "has a connection"
        close.click()
        assert toy[1].state == "closed" and commit.disabled and forget.disabled
        select_button.click()
        assert "session 1: closed" in panel._said.value
        panel._again.click()
        assert toy.borrowers == [] and panel._sessions.children == ()

    def test_without_a_page_there_is_nothing_to_borrow(
        self, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("DATABASE_URL")
        with pytest.raises(CourseError, match="no database"):
            play.pool()


def test_importing_the_course_does_not_import_sqlalchemy() -> None:
    import subprocess
    import sys

    code = "import sys, course; course.sql_tape, course.play.pool; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_core_statements_of_many_rows_are_counted_in_their_batches(engine: Any) -> None:
    with sql_tape() as tape, engine.begin() as connection:
        connection.execute(insert(Post).returning(Post.id), [{"title": f"b{at}"} for at in range(1200)])
    assert [one.many for one in tape.statements] == [1000, 200]
