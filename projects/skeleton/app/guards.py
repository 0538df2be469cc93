"""What lets a caller through to a path operation."""

from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Header

from app.errors import NotFound
from app.settings import settings


async def scraper(authorization: Annotated[str, Header()] = "") -> None:
    """Let Prometheus through: it sends the token of our settings."""
    token = settings.metrics_token
    wanted = f"Bearer {token.get_secret_value()}" if token else ""
    right = compare_digest(authorization.encode(), wanted.encode())
    if not token or not right:
        raise NotFound("There is no such page.")


may_scrape = Depends(scraper)
