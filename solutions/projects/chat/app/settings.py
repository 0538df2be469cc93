"""What differs from one place to another: read from the environment, checked at the start."""

from typing import Annotated

from pydantic import BeforeValidator, Field, RedisDsn, Secret, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL, make_url


def unless_empty(value: object) -> object:
    """A name without a value stands for nothing."""
    return value or None


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    model_config = SettingsConfigDict(hide_input_in_errors=True)

    database_url: SecretStr  # it may hold a password
    token_secret: Annotated[SecretStr, Field(min_length=32)]
    valkey_url: Annotated[Secret[RedisDsn] | None, BeforeValidator(unless_empty)] = None
    access_minutes: Annotated[int, Field(ge=15, le=1440)] = 60

    @property
    def url(self) -> URL:
        """The database's address, with our driver."""
        url = make_url(self.database_url.get_secret_value())
        return url.set(drivername="postgresql+psycopg")

    @property
    def valkey(self) -> str | None:
        """The address of Valkey; None without one."""
        return str(self.valkey_url.get_secret_value()) if self.valkey_url else None


settings = Settings.model_validate({})
