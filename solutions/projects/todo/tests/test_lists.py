"""Lists: filters, days in a zone, orders, pages."""

import pytest
from fastapi.testclient import TestClient
from test_tasks import add

DUE = {"late": "2031-03-30T21:59:59Z", "none": None, "early": "2031-03-29T23:00:00Z"}


@pytest.fixture
def dated(ann: TestClient) -> TestClient:
    """A client of somebody with three tasks, one without a due date."""
    for title, due in DUE.items():
        add(ann, title, due_at=due)
    return ann


def titles(client: TestClient, query: str) -> list[str]:
    items = client.get(f"/tasks?{query}").raise_for_status().json()["items"]
    return [each["title"] for each in items]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sort=-created_at", ["early", "none", "late"]),
        ("sort=due_at", ["early", "late", "none"]),
        ("sort=-due_at", ["late", "early", "none"]),
        ("due_on=2031-03-30&zone=Europe/Berlin", ["late", "early"]),  # of 23 hours
        ("due_before=2031-03-30T01:30:00%2B02:00", ["early"]),
        ("search=A", ["late", "early"]),
        ("search=%25", []),
        ("done=true", []),
    ],
)
def test_what_a_list_has(dated: TestClient, query: str, found: list[str]) -> None:
    assert titles(dated, query) == found


def test_tags_narrow_a_list(ann: TestClient) -> None:
    add(ann, "both", tags=["home", "shop"])
    add(ann, "one", tags=["home"])
    assert titles(ann, "tag=HOME") == ["both", "one"]
    assert titles(ann, "tag=home&tag=shop") == ["both"]


@pytest.mark.parametrize("sort", ["created_at", "-created_at", "due_at", "-due_at"])
def test_pages_have_each_task_once(ann: TestClient, sort: str) -> None:
    for number in range(7):
        due = f"2031-01-0{number // 2 + 1}T00:00:00Z" if number < 5 else None
        add(ann, f"task {number}", due_at=due)
    walked, query = [], f"sort={sort}&limit=2"
    cursor: str | None = ""
    while cursor is not None:
        page = ann.get(
            f"/tasks?{query}" + (f"&cursor={cursor}" if cursor else "")
        ).json()
        walked += [each["title"] for each in page["items"]]
        cursor = page["next"]
    assert walked == titles(ann, f"sort={sort}")
    assert len(walked) == 7


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "sort=title",
        "cursor=x",
        "wrong=1",
        "zone=Europe/Berlin",
        "due_on=2031-03-30&zone=../etc/passwd",
        "due_on=0001-01-01&zone=Asia/Tokyo",
        "due_on=9999-12-31&zone=America/New_York",
    ],
)
def test_what_makes_no_sense_is_refused(ann: TestClient, query: str) -> None:
    assert ann.get(f"/tasks?{query}").status_code == 422
