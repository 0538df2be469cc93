"""Todo, put together."""

from fastapi import FastAPI

from app.errors import add_error_handlers
from app.routers import tasks, users

app = FastAPI(title="Todo")
add_error_handlers(app)
app.include_router(users.router)
app.include_router(tasks.router)


@app.get("/health")
def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
