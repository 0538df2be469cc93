"""Postboard: a blog API, put together from its routers."""

from fastapi import FastAPI

from app.errors import add_error_handlers, documented
from app.routers import comments, feed, posts, tags, users, votes

app = FastAPI(
    title="Postboard",
    responses=documented(422, 503),
    generate_unique_id_function=lambda route: route.name,
)
add_error_handlers(app)
for module in (posts, comments, tags, votes, feed, users):
    app.include_router(module.router)
