"""Postboard: a blog API, put together from its routers."""

from fastapi import FastAPI

from app.limits import BodyLimit
from app.problems import add_error_handlers, documented
from app.routers import accounts, admin, comments, feed, posts, tags, users, votes

app = FastAPI(
    title="Postboard",
    responses=documented(401, 413, 422, 503),
    generate_unique_id_function=lambda route: route.name,
)
add_error_handlers(app)
app.add_middleware(BodyLimit)
app.include_router(posts.router)
app.include_router(comments.router)
app.include_router(tags.router)
app.include_router(votes.router)
app.include_router(feed.router)
app.include_router(accounts.router)  # before users: /users/me is nobody's name
app.include_router(users.router)
app.include_router(admin.router)
