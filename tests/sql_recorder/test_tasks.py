"""Which task sent what, at which of its lines: on a real PostgreSQL, with two tasks of one loop."""

import asyncio
from collections.abc import Iterator

import pytest
from postgres_support import own_home
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from course import draw, postgres, sql_tape
from course.sql_recorder.tape import Tape
from course.sql_recorder.tasks import Talk


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield make_url(postgres.reset("tasks")).set(drivername="postgresql+psycopg")


async def ask(engine: AsyncEngine, number: int) -> None:
    async with engine.connect() as connection:
        await connection.execute(text("SELECT CAST(:number AS integer)"), {"number": number})
        await connection.commit()


async def both(url: URL) -> Tape:
    engine = create_async_engine(url)
    with sql_tape() as tape:
        for number, name in enumerate(["ana", "ben"]):
            await asyncio.create_task(ask(engine, number), name=name)
    await engine.dispose()
    return tape


def test_each_message_has_its_task_and_the_line_that_waits(url: URL) -> None:
    wait = 'await connection.execute(text("SELECT CAST(:number AS integer)"), {"number": number})'
    talks = asyncio.run(both(url)).talks
    assert talks == [
        talk
        for number, name in enumerate(["ana", "ben"])
        for talk in [
            Talk(name, wait, f"SELECT CAST({number} AS integer)"),
            Talk(name, wait, ""),
            Talk(name, "await connection.commit()", "COMMIT"),
        ]
    ]


def test_the_picture_has_a_lane_for_each_task_and_a_bar_while_it_waits(url: URL) -> None:
    picture = draw.tasks(asyncio.run(both(url)))
    lanes = [line.split(" as ")[1] for line in picture.mermaid.splitlines() if "participant" in line]
    assert lanes == ["ana", "PostgreSQL", "ben"]
    assert picture.mermaid.count("Note ") == 4
    assert picture.mermaid.count("deactivate") == picture.mermaid.count(" activate") == 2
    assert picture.text.splitlines()[2].split() == ["3", "ana", "await", "connection.commit()", "→", "COMMIT"]


def test_what_is_sent_outside_a_task_is_passed_over(url: URL) -> None:
    engine = create_engine(url)
    with sql_tape() as tape, engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    engine.dispose()
    assert len(tape) == 1
    assert tape.talks == []
    assert str(draw.tasks(tape)) == "nothing was sent"
