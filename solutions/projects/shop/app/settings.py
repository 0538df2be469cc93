"""What differs from one place to another, read from the environment."""

from typing import Annotated

from pydantic import Field, HttpUrl, PostgresDsn, Secret, SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy import URL, make_url

LongEnough = Annotated[SecretStr, Field(min_length=32)]


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    database_url: Secret[PostgresDsn]  # it holds a password
    token_secret: LongEnough
    admin_token: LongEnough
    payment_url: HttpUrl
    payment_secret: LongEnough
    events_url: HttpUrl
    access_minutes: Annotated[int, Field(ge=1)] = 24 * 60
    # All connections of this process; who comes when they are in use waits in line.
    pool_size: Annotated[int, Field(ge=1, le=20)] = 10
    pool_wait: Annotated[float, Field(gt=0)] = 30.0  # seconds
    provider_wait: Annotated[float, Field(gt=0)] = 5.0  # seconds for one answer

    @property
    def url(self) -> URL:
        """The database's address, with the driver that the shop brings along."""
        url = make_url(str(self.database_url.get_secret_value()))
        return url.set(drivername="postgresql+psycopg")


settings = Settings.model_validate({})
