"""What differs from one place to another, read from the environment."""

from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    database_url: Annotated[str, Field(pattern="^sqlite:///")] = "sqlite:///todo.db"
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    access_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60


settings = Settings.model_validate({})
