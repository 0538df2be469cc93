"""What differs from one place to another: read from the environment, checked at the start."""

from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PostgresDsn,
    RedisDsn,
    Secret,
    SecretStr,
    StringConstraints,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL, make_url


class BadSettings(Exception):
    """Postboard cannot start like this."""


def long_enough(secret: SecretStr) -> SecretStr:
    """A secret that nobody finds by guessing what we sign with."""
    if len(secret) < 32:
        raise ValueError("it has at least 32 characters")
    return secret


def parts(value: object) -> object:
    """A list, from a text with commas between."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def unless_empty(value: object) -> object:
    """A name without a value, as in .env, stands for nothing."""
    return value or None


# Scheme, host and port: what a browser sends, and nothing that stands for more than one.
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[^/\s*]+$")]

LongEnough = Annotated[SecretStr, AfterValidator(long_enough)]


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    model_config = SettingsConfigDict(
        env_file=Path(__file__).parents[1] / ".env",
        extra="ignore",  # the file may hold what other programs read
        hide_input_in_errors=True,  # no secret in a log because it is too short
    )

    database_url: Secret[PostgresDsn]  # it holds a password
    token_secret: LongEnough
    metrics_token: Annotated[LongEnough | None, BeforeValidator(unless_empty)] = None
    valkey_url: Annotated[Secret[RedisDsn] | None, BeforeValidator(unless_empty)] = None
    comments_per_minute: Annotated[int, Field(ge=1)] = 30  # of one caller
    access_minutes: Annotated[int, Field(ge=1, le=60)] = 15
    cors_origins: Annotated[list[Origin], NoDecode, BeforeValidator(parts)] = []
    pool_size: Annotated[int, Field(ge=1)] = 5  # connections that are kept open
    max_overflow: Annotated[int, Field(ge=0)] = 10  # more of them, under load
    pool_wait: Annotated[float, Field(gt=0)] = 5.0  # seconds to wait for one's turn

    @property
    def url(self) -> URL:
        """The database's address, with the driver that Postboard brings along."""
        url = make_url(str(self.database_url.get_secret_value()))
        return url.set(drivername="postgresql+psycopg")

    @property
    def valkey(self) -> str | None:
        """The address of Valkey, which may hold a password; None without one."""
        return str(self.valkey_url.get_secret_value()) if self.valkey_url else None


def read_settings() -> Settings:
    """The settings of this place. Raises BadSettings, with all that is wrong."""
    try:
        return Settings.model_validate({})
    except ValidationError as error:
        found = error.errors()
    wrong = [f"{str(each['loc'][0]).upper()}: {each['msg']}" for each in found]
    where = "They are set in the environment or in .env; see .env.example."
    raise BadSettings(f"{'; '.join(wrong)}. {where}")


settings = read_settings()
