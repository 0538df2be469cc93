"""Postboard: a blog API that keeps its posts in PostgreSQL."""

from fastapi import FastAPI, Response

from app.dependencies import (
    OptionalCaller,
    PostId,
    Posts,
    WantedPage,
    may_delete,
    may_write,
)
from app.errors import add_error_handlers
from app.schemas import PostCreate, PostList, PostResponse, PostUpdate

app = FastAPI(title="Postboard")
add_error_handlers(app)


@app.post("/posts", status_code=201, dependencies=[may_write])
def create_post(post: PostCreate, posts: Posts, response: Response) -> PostResponse:
    created = posts.create(post)
    response.headers["Location"] = f"/posts/{created.id}"
    return created


@app.get("/posts")
def list_posts(page: WantedPage, posts: Posts, caller: OptionalCaller) -> PostList:
    return posts.find(**vars(page), drafts=caller is not None)


@app.get("/posts/{post_id}")
def read_post(post_id: PostId, posts: Posts, caller: OptionalCaller) -> PostResponse:
    return posts.read(post_id, drafts=caller is not None)


@app.put("/posts/{post_id}", dependencies=[may_write])
def replace_post(post_id: PostId, post: PostCreate, posts: Posts) -> PostResponse:
    return posts.replace(post_id, post)


@app.patch("/posts/{post_id}", dependencies=[may_write])
def update_post(post_id: PostId, changes: PostUpdate, posts: Posts) -> PostResponse:
    return posts.update(post_id, changes)


@app.delete("/posts/{post_id}", status_code=204, dependencies=[may_delete])
def delete_post(post_id: PostId, posts: Posts) -> None:
    posts.delete(post_id)
