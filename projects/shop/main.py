"""Shop: products, carts, orders and payments."""

from fastapi import FastAPI

app = FastAPI(title="Shop")


@app.get("/health")
def health() -> dict[str, str]:
    """It runs."""
    return {"status": "ok"}
