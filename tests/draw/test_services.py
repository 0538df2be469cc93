"""The picture of a compose file's services."""

import pytest

from course import draw
from course.base.errors import CourseError

SERVICES = {
    "db": {"image": "postgres:18"},
    "job": {"depends_on": {"db": {"condition": "service_healthy"}}},
    "app": {
        "depends_on": ["db", "job"],
        "ports": ["127.0.0.1:80:8000/tcp", {"target": 9000, "published": "90"}],
    },
}


def test_each_service_says_whom_it_waits_for() -> None:
    picture = draw.services({"services": SERVICES})
    assert str(picture).splitlines() == [
        "db: waits for nobody",
        "job: waits until db is healthy",
        "app · port 127.0.0.1:80 · port 90: waits until db has started, job has started",
    ]
    assert 's0 -->|"is healthy"| s1' in picture.mermaid
    assert 's1 -->|"has started"| s2' in picture.mermaid
    assert picture.mermaid.count(":::open") == 1


def test_what_is_no_compose_file_is_refused() -> None:
    with pytest.raises(CourseError, match="no services to draw"):
        draw.services({"version": "3"})
    with pytest.raises(CourseError, match="app waits for cache"):
        draw.services({"services": {"app": {"depends_on": ["cache"]}}})
