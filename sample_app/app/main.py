"""Postboard: a blog API that keeps its posts in memory."""

from itertools import count
from typing import Annotated

from fastapi import FastAPI, Path, Query, Response

from app.errors import NotFound, add_error_handlers
from app.schemas import PostCreate, PostList, PostResponse, PostUpdate

app = FastAPI(title="Postboard")
add_error_handlers(app)

# The largest id that a PostgreSQL integer column can hold: week 2 stores posts there.
PostId = Annotated[int, Path(ge=1, le=2_147_483_647)]
Limit = Annotated[int, Query(ge=1, le=100)]
Skip = Annotated[int, Query(ge=0)]
Search = Annotated[str | None, Query(max_length=100)]

posts: dict[int, PostResponse] = {}
next_id = count(1)


def find_post(post_id: int) -> PostResponse:
    if post_id not in posts:
        raise NotFound(f"There is no post {post_id}")
    return posts[post_id]


@app.post("/posts", status_code=201)
def create_post(post: PostCreate, response: Response) -> PostResponse:
    created = PostResponse(id=next(next_id), **post.model_dump())
    posts[created.id] = created
    response.headers["Location"] = f"/posts/{created.id}"
    return created


@app.get("/posts")
def list_posts(limit: Limit = 10, skip: Skip = 0, search: Search = None) -> PostList:
    found = [
        post
        for post in posts.values()
        if search is None or search.lower() in post.title.lower()
    ]
    return PostList(items=found[skip : skip + limit], total=len(found))


@app.get("/posts/{post_id}")
def read_post(post_id: PostId) -> PostResponse:
    return find_post(post_id)


@app.put("/posts/{post_id}")
def replace_post(post_id: PostId, post: PostCreate) -> PostResponse:
    find_post(post_id)
    posts[post_id] = PostResponse(id=post_id, **post.model_dump())
    return posts[post_id]


@app.patch("/posts/{post_id}")
def update_post(post_id: PostId, changes: PostUpdate) -> PostResponse:
    sent = changes.model_dump(exclude_unset=True)
    posts[post_id] = find_post(post_id).model_copy(update=sent)
    return posts[post_id]


@app.delete("/posts/{post_id}", status_code=204)
def delete_post(post_id: PostId) -> None:
    find_post(post_id)
    del posts[post_id]
