"""Postboard: a blog API that keeps its posts in PostgreSQL."""

from fastapi import FastAPI

from app.errors import add_error_handlers
from app.routers import comments, feed, posts, tags, users, votes

app = FastAPI(title="Postboard")
add_error_handlers(app)
for module in (posts, comments, tags, votes, feed, users):
    app.include_router(module.router)
