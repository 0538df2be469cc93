"""Todo: tasks with tags and due dates."""

from fastapi import FastAPI

app = FastAPI(title="Todo")


@app.get("/health")
def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
