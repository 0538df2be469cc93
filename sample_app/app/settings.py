"""What differs from one place to another: read from the environment, checked at the start."""

from typing import Annotated

from pydantic import Field, PostgresDsn
from pydantic_settings import BaseSettings
from sqlalchemy import URL, make_url


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    database_url: PostgresDsn
    pool_size: Annotated[int, Field(ge=1)] = 5  # connections that are kept open
    max_overflow: Annotated[int, Field(ge=0)] = 10  # more of them, under load
    pool_wait: Annotated[float, Field(gt=0)] = 5.0  # seconds to wait for one's turn

    @property
    def url(self) -> URL:
        """The database's address, with the driver that Postboard brings along."""
        url = make_url(str(self.database_url))
        return url.set(drivername="postgresql+psycopg2")


settings = Settings.model_validate({})
