"""Blog: articles, comments and favourites, by the public RealWorld contract."""

from fastapi import FastAPI

app = FastAPI(title="Blog")


@app.get("/health")
def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
