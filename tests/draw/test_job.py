"""The picture of one job's life."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from postgres_support import own_home
from procrastinate.schema import SchemaManager

from course import draw, postgres
from course.base.errors import CourseError

STORED = "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'send')"
TAKEN = "UPDATE procrastinate_jobs SET status = 'doing'"


def run(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as link, link, link.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, own_home(tmp_path_factory.mktemp("work"), patch):
        yield


@pytest.fixture
def url() -> str:
    made = postgres.reset("drawn")
    run(made, SchemaManager.get_schema())
    return made


def test_what_happened_is_bold_and_numbered_and_the_rest_is_dotted(url: str) -> None:
    again = "SELECT procrastinate_retry_job_v1(1, now(), NULL, NULL, NULL)"
    end = "SELECT procrastinate_finish_job_v1(1, 'succeeded', false)"
    run(url, STORED, TAKEN, again, TAKEN, end)
    picture = draw.job(url=url)
    assert picture.text == "send: todo → doing → todo (again) → doing → succeeded; attempts: 2"
    lines = [line.strip() for line in picture.mermaid.splitlines()]
    assert any(line.startswith("todo ==>") and "2, 4" in line for line in lines)
    assert any(line.startswith("doing ==>") and "again" in line for line in lines)
    assert any(line.startswith("doing -.-> failed") for line in lines)


def test_the_newest_job_is_drawn_unless_one_is_named(url: str) -> None:
    run(url, STORED, STORED, "UPDATE procrastinate_jobs SET task_name = 'other' WHERE id = 2")
    assert draw.job(url=url).text == "other: todo; attempts: 0"
    assert draw.job(1, url).text == "send: todo; attempts: 0"


def test_no_job_and_no_queue_are_said(url: str) -> None:
    with pytest.raises(CourseError, match="There is no job yet"):
        draw.job(url=url)
    with pytest.raises(CourseError, match="There is no job 7"):
        draw.job(7, url)
    run(url, "DROP TABLE procrastinate_jobs CASCADE")
    with pytest.raises(CourseError, match="no queue"):
        draw.job(url=url)
