"""The apps that Postboard is measured beside: the same two answers in other ways, written for the bench.

`RAW`: the same statements over the same driver, in a minimal endpoint. `TEMPLATE`: as the best-known template
for FastAPI writes its endpoints (`fastapi/full-stack-fastapi-template`): `def` endpoints, a session as a
dependency, entities with relationships, a response model, and a count beside each list.
"""

RAW = '''
import os

from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

POST = """
    SELECT p.id, p.title, p.content, p.excerpt, p.published, p.slug, u.name AS author,
        ARRAY(SELECT t.name FROM tags t JOIN post_tags x ON x.tag_id = t.id
            WHERE x.post_id = p.id ORDER BY t.name) AS tags,
        (SELECT coalesce(sum(v.value), 0) FROM votes v WHERE v.post_id = p.id) AS score,
        p.created_at, p.updated_at
    FROM posts p LEFT JOIN users u ON u.id = p.author_id
    WHERE p.published AND p.id = %s
"""
FEED = """
    SELECT p.id, p.title, u.name AS author,
        ARRAY(SELECT t.name FROM tags t JOIN post_tags x ON x.tag_id = t.id
            WHERE x.post_id = p.id ORDER BY t.name) AS tags,
        (SELECT count(*) FROM comments c WHERE c.post_id = p.id) AS comments,
        (SELECT coalesce(sum(v.value), 0) FROM votes v WHERE v.post_id = p.id) AS score
    FROM posts p LEFT JOIN users u ON u.id = p.author_id
    WHERE p.published AND p.id < %s ORDER BY p.id DESC LIMIT %s
"""
app = FastAPI()
rows = {"row_factory": dict_row}
pool = AsyncConnectionPool(os.environ["DATABASE_URL"], open=False, min_size=1, kwargs=rows)


@app.get("/posts/{post_id}")
async def read_post(post_id: int):
    await pool.open()
    async with pool.connection() as connection:
        return await (await connection.execute(POST, [post_id])).fetchone()


@app.get("/feed")
async def read_feed(limit: int = 10, before: int = 2_147_483_647):
    await pool.open()
    async with pool.connection() as connection:
        rows = await (await connection.execute(FEED, [before, limit + 1])).fetchall()
    items = rows[:limit]
    return {"items": items, "next": items[-1]["id"] if len(rows) > limit else None}
'''

TEMPLATE = """
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Column, ForeignKey, Table, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

engine = create_engine(os.environ["DATABASE_URL"])


class Base(DeclarativeBase): ...


post_tags = Table(
    "post_tags",
    Base.metadata,
    Column("post_id", ForeignKey("posts.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Comment(Base):
    __tablename__ = "comments"
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    content: Mapped[str]


class Vote(Base):
    __tablename__ = "votes"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    value: Mapped[int]


class Post(Base):
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    content: Mapped[str]
    excerpt: Mapped[str]
    published: Mapped[bool]
    slug: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship()
    tags: Mapped[list[Tag]] = relationship(secondary=post_tags, order_by=Tag.name)
    comments: Mapped[list[Comment]] = relationship()
    votes: Mapped[list[Vote]] = relationship()


class Named(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    name: str


class FeedItemPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    author: Named
    tags: list[Named]
    comments: int
    score: int


class FeedPublic(BaseModel):
    data: list[FeedItemPublic]
    count: int


class PostPublic(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    id: int
    title: str
    content: str
    excerpt: str
    published: bool
    slug: str
    author: Named
    tags: list[Named]
    score: int
    created_at: datetime
    updated_at: datetime


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]
app = FastAPI()


@app.get("/posts/{post_id}", response_model=PostPublic)
def read_post(session: SessionDep, post_id: int) -> Any:
    post = session.get(Post, post_id)
    if post is None or not post.published:
        raise HTTPException(status_code=404, detail="Post not found")
    post.score = sum(vote.value for vote in post.votes)
    return post


@app.get("/feed", response_model=FeedPublic)
def read_feed(session: SessionDep, limit: int = 100, skip: int = 0) -> Any:
    count = session.scalar(select(func.count()).select_from(Post).where(Post.published))
    wanted = select(Post).where(Post.published).order_by(Post.id.desc()).offset(skip).limit(limit)
    items = [
        FeedItemPublic(
            id=post.id,
            title=post.title,
            author=Named.model_validate(post.author),
            tags=[Named.model_validate(tag) for tag in post.tags],
            comments=len(post.comments),
            score=sum(vote.value for vote in post.votes),
        )
        for post in session.scalars(wanted)
    ]
    return FeedPublic(data=items, count=count)
"""
