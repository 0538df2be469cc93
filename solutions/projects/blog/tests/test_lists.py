"""Lists: filters, the feed, search, pages, and how many statements they need."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from app.database import engine
from app.models import Article
from conftest import Client, Join, numbers


def test_filters_hold_together(ann: Client, ben: Client) -> None:
    tag = f"tag-{next(numbers)}"
    slugs = {title: ann.publish(title, tagList=[tag])["slug"] for title in "abc"}
    ben.publish("d", tagList=[tag])
    for title in "ca":
        ben.post(f"/articles/{slugs[title]}/favorite").raise_for_status()
    assert ben.titles(f"/articles?tag={tag}") == ["d", "c", "b", "a"]
    assert ben.titles(f"/articles?tag={tag}&author={ann.name}") == ["c", "b", "a"]
    assert ben.titles(f"/articles?tag={tag}&favorited={ben.name}") == ["c", "a"]
    assert ben.titles("/articles?author=nobody") == []
    page = ben.get(f"/articles?tag={tag}&limit=1&offset=3").json()
    assert (len(page["articles"]), page["articlesCount"]) == (1, 4)
    assert "body" not in page["articles"][0]


def test_the_feed_has_what_one_follows(ann: Client, join: Join) -> None:
    ben, eve = join(), join()
    ann.post(f"/profiles/{ben.name}/follow").raise_for_status()
    ben.publish("of ben")
    eve.publish("of eve")
    assert ann.titles("/articles/feed") == ["of ben"]
    assert ben.titles("/articles/feed") == []


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_have_each_article_once(ann: Client, size: int) -> None:
    for number in range(7):
        ann.publish(f"{number}")
    same = Article.author.has(username=ann.name) & Article.title.in_(["2", "3", "4"])
    moment = datetime(2031, 1, 1, tzinfo=UTC)
    with Session(engine) as session, session.begin():  # some were made at one moment
        session.execute(update(Article).where(same).values(created_at=moment))
    query = f"/articles?author={ann.name}"
    whole, walked, cursor = ann.titles(query), [], ""
    while cursor is not None:
        at = f"&cursor={cursor}" if cursor else ""
        page = ann.get(f"{query}&limit={size}{at}").json()
        walked += [each["title"] for each in page["articles"]]
        ann.delete(f"/articles/{page['articles'][-1]['slug']}")  # the cursor holds
        cursor = page["nextCursor"]
    assert walked == whole


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("running", True),
        ("TEA runs", True),
        ('"runs home"', True),
        ('"home runs"', False),
        ("tea -milk", True),
        ("tea -runs", False),
        ("te", False),
        ("'&|!:*(", None),
    ],
)
def test_search(ann: Client, text: str, found: bool | None) -> None:
    ann.publish("Tea", body="He runs home.")
    titles = ann.titles(f"/articles?author={ann.name}&search={quote(text)}")
    assert found is None or titles == ["Tea"] * found


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", "cursor=x"])
def test_what_makes_no_sense_is_refused(ann: Client, query: str) -> None:
    for path in ("/articles", "/articles/feed"):
        assert ann.get(f"{path}?{query}").status_code == 422


def test_statements_do_not_grow_with_articles(ann: Client) -> None:
    counted: list[str] = []
    listener = (
        engine,
        "before_cursor_execute",
        lambda *given: counted.append(given[2]),
    )
    for number in range(8):
        ann.publish(f"{number}", tagList=["a", "b"])
    event.listen(*listener)
    try:
        ann.titles(f"/articles?author={ann.name}&limit=1")
        one, counted[:] = len(counted), []
        ann.titles(f"/articles?author={ann.name}&limit=8")
    finally:
        event.remove(*listener)
    assert len(counted) == one
