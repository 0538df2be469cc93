"""Articles, favourites, comments, tags."""

from typing import Any

import pytest

from conftest import Client, Join, numbers


def test_an_article_is_stored_as_it_was_sent(ann: Client, client: Client) -> None:
    made = ann.publish(" Tea & Cake ", tagList=["b", " a", "b"])
    assert made["slug"].startswith("tea-cake-")
    assert (made["title"], made["tagList"]) == ("Tea & Cake", ["a", "b"])
    assert client.get(f"/articles/{made['slug']}").json()["article"] == made


@pytest.mark.parametrize("title", ["Tea", "日本語", "Feed", "?"])
def test_each_article_has_its_own_slug(ann: Client, title: str) -> None:
    slugs = {ann.publish(title)["slug"] for _ in range(3)}
    assert len(slugs - {"feed", ""}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 201},
        {"description": None},
        {"body": "a\0b"},
        {"tagList": ["x" * 51]},
        {"tagList": [str(number) for number in range(21)]},
    ],
)
def test_what_is_no_article_is_refused(ann: Client, wrong: dict[str, Any]) -> None:
    given = {"title": "Tea", "description": "In short.", "body": "At length."}
    response = ann.post("/articles", json={"article": given | wrong})
    assert response.status_code == 422
    assert [*response.json()["errors"]] == [*wrong]
    assert ann.titles(f"/articles?author={ann.name}") == []


def test_a_change_keeps_what_was_not_sent(ann: Client) -> None:
    made = ann.publish(tagList=["a"])
    path = f"/articles/{made['slug']}"
    changed = ann.put(path, json={"article": {"body": "New."}}).json()["article"]
    assert changed["updatedAt"] > made["updatedAt"]
    assert changed == {**made, "body": "New.", "updatedAt": changed["updatedAt"]}
    assert ann.put(path, json={"article": {"body": None}}).status_code == 422
    moved = ann.put(path, json={"article": {"title": "Milk"}}).json()["article"]
    assert moved["slug"].startswith("milk-")
    assert ann.get(path).status_code == 404


def test_others_change_nothing(ann: Client, ben: Client) -> None:
    path = f"/articles/{ann.publish()['slug']}"
    assert ben.put(path, json={"article": {"title": "x"}}).status_code == 403
    assert ben.delete(path).status_code == 403
    assert ann.delete(path).status_code == 204
    assert ann.delete(path).status_code == 404


def test_a_favourite_counts_once(ann: Client, ben: Client) -> None:
    made = ann.publish()
    path = f"/articles/{made['slug']}"
    for client, count in ((ann, 1), (ann, 1), (ben, 2)):
        found = client.post(f"{path}/favorite").json()["article"]
        assert (found["favorited"], found["favoritesCount"]) == (True, count)
    ann.delete(f"{path}/favorite").raise_for_status()
    found = ann.get(path).json()["article"]
    assert (found["favorited"], found["favoritesCount"]) == (False, 1)
    assert found["updatedAt"] == made["updatedAt"]


def test_comments(ann: Client, ben: Client, client: Client) -> None:
    path = f"/articles/{ann.publish()['slug']}/comments"
    response = ben.post(path, json={"comment": {"body": "Milk!"}})
    comment = response.raise_for_status().json()["comment"]
    assert client.get(path).json() == {"comments": [comment]}
    assert ann.delete(f"{path}/{comment['id']}").status_code == 403
    other = f"/articles/{ann.publish()['slug']}/comments"
    assert ben.delete(f"{other}/{comment['id']}").status_code == 404
    assert ben.delete(f"{path}/{comment['id']}").status_code == 204
    assert client.get(path).json() == {"comments": []}


def test_what_callers_see_of_authors(ann: Client, join: Join) -> None:
    slug = ann.publish()["slug"]
    ben, eve = join(), join()
    ben.post(f"/profiles/{ann.name}/follow").raise_for_status()
    ann.post(f"/articles/{slug}/comments", json={"comment": {"body": "First."}})
    for client, following in ((ben, True), (eve, False)):
        article = client.get(f"/articles/{slug}").json()["article"]
        (listed,) = client.get(f"/articles?author={ann.name}").json()["articles"]
        (comment,) = client.get(f"/articles/{slug}/comments").json()["comments"]
        for found in (article, listed, comment):
            assert found["author"]["following"] is following


def test_tags_are_those_of_articles(ann: Client) -> None:
    tag = f"tag-{next(numbers)}"
    slug = ann.publish(tagList=[tag])["slug"]
    ann.publish(tagList=[tag])
    assert ann.get("/tags").json()["tags"].count(tag) == 1
    ann.put(f"/articles/{slug}", json={"article": {"tagList": []}}).raise_for_status()
    assert tag in ann.get("/tags").json()["tags"]
