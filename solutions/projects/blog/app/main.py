"""Blog, put together."""

from fastapi import APIRouter, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.errors import add_error_handlers
from app.routers import articles, comments, lists, profiles, users

app = FastAPI(title="Blog")
add_error_handlers(app)
# Front ends come from anywhere, and send their token themselves: no cookies.
app.add_middleware(
    CORSMiddleware,
    allow_origins=["*"],
    allow_methods=["GET", "POST", "PUT", "DELETE"],
    allow_headers=["Authorization", "Content-Type"],
)
api = APIRouter(prefix="/api")
# lists come first: /articles/feed is no slug
for router in (users, profiles, lists, articles, comments):
    api.include_router(router.router)
app.include_router(api)


@app.get("/health")
def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
