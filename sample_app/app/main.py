"""Postboard: a blog API, put together from its routers."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.face import face
from app.limits import BodyLimit
from app.problems import add_error_handlers, documented
from app.routers import accounts, admin, comments, feed, posts, tags, users, votes
from app.settings import settings

app = FastAPI(
    title="Postboard",
    responses=documented(401, 413, 422, 503),
    generate_unique_id_function=lambda route: route.name,
)
add_error_handlers(app)
app.add_middleware(BodyLimit)
app.add_middleware(  # added last: outermost, so what other middleware sends has its headers
    CORSMiddleware,
    allow_origins=settings.cors_origins,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Authorization", "Content-Type", "If-Match"],
    expose_headers=["ETag", "Location", "Retry-After", "WWW-Authenticate"],
)
app.include_router(posts.router)
app.include_router(comments.router)
app.include_router(tags.router)
app.include_router(votes.router)
app.include_router(feed.router)
app.include_router(accounts.router)  # before users: /users/me is nobody's name
app.include_router(users.router)
app.include_router(admin.router)
app.mount("/ui", face, name="ui")
