"""What differs from one place to another, read from the environment."""

from typing import Annotated

from pydantic import Field, PostgresDsn, Secret, SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy import URL, make_url


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    database_url: Secret[PostgresDsn]  # it may hold a password
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    token_days: Annotated[int, Field(ge=1, le=90)] = 30
    pool_size: Annotated[int, Field(ge=1, le=20)] = 15

    @property
    def url(self) -> URL:
        """The database's address, with the driver that Blog brings along."""
        url = make_url(str(self.database_url.get_secret_value()))
        return url.set(drivername="postgresql+psycopg")


settings = Settings.model_validate({})
