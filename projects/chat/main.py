"""Chat: rooms, messages that arrive at once, and a history."""

from fastapi import FastAPI

app = FastAPI(title="Chat")


@app.get("/health")
async def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
