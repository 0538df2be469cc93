"""What differs from one place to another: read from the environment, checked at the start."""

from pydantic_settings import BaseSettings
from sqlalchemy import URL, make_url


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, in capitals."""

    database_url: str
    pool_size: int = 5  # connections that are kept open
    max_overflow: int = 10  # more of them, opened under load and closed again
    pool_wait: float = 5.0  # seconds that a request waits for its turn

    @property
    def url(self) -> URL:
        """The database's address, with the driver that Postboard brings along."""
        return make_url(self.database_url).set(drivername="postgresql+psycopg2")

    @property
    def connections(self) -> int:
        """How many connections this process opens at most."""
        return self.pool_size + self.max_overflow


settings = Settings.model_validate({})
