"""Articles, and lists of them."""

import re
from typing import Annotated

from pydantic import MISSING, AfterValidator, Field, StringConstraints

from app.schemas.base import Filled, Moment, Schema, Text, Trimmed
from app.schemas.users import Profile


def each_once(tags: list[str]) -> list[str]:
    return sorted(set(tags))


def one_hyphen(search: str) -> str:
    """Of hyphens in a row, one: from 33 of them, PostgreSQL's parser gives up."""
    return re.sub(r"-(\s*-)+", "-", search)


Title = Annotated[Trimmed, StringConstraints(max_length=200)]
Description = Annotated[Filled, StringConstraints(max_length=500)]
Body = Annotated[Filled, StringConstraints(max_length=50_000)]
Tag = Annotated[Trimmed, StringConstraints(max_length=50)]
Tags = Annotated[list[Tag], Field(max_length=20), AfterValidator(each_once)]


class NewArticle(Schema):
    title: Title
    description: Description
    body: Body
    tag_list: Tags = []


class ArticleCreate(Schema):
    article: NewArticle


class ArticleChanges(Schema):
    """A field that is left out keeps its value."""

    title: Title | MISSING = MISSING
    description: Description | MISSING = MISSING
    body: Body | MISSING = MISSING
    tag_list: Tags | MISSING = MISSING


class ArticleUpdate(Schema):
    article: ArticleChanges


class ListedArticle(Schema):
    slug: str
    title: str
    description: str
    tag_list: list[str]
    created_at: Moment
    updated_at: Moment
    favorited: bool
    favorites_count: int
    author: Profile


class Article(ListedArticle):
    body: str


class ArticleResponse(Schema):
    article: Article


class ArticleList(Schema):
    """A page, how many there are in all, and the cursor of the next page."""

    articles: list[ListedArticle]
    articles_count: int
    next_cursor: str | None


class Page(Schema):
    """Which part of a list a client asks for."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    offset: Annotated[int, Field(ge=0, le=10**15)] = 0
    cursor: str | None = None


class Wanted(Page):
    """Which articles a client asks for."""

    tag: Text | None = None
    author: Text | None = None
    favorited: Text | None = None
    search: Annotated[Text, AfterValidator(one_hyphen)] = ""
