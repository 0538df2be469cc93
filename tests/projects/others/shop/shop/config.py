"""What the environment says."""

from functools import cache

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    database_url: str
    admin_token: str
    token_secret: str
    payment_url: str
    payment_secret: str
    events_url: str


@cache
def settings() -> Settings:
    return Settings()  # type: ignore[call-arg]  # its fields come from the environment
