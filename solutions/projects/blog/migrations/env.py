"""What Alembic runs for each command."""

from alembic import context
from sqlalchemy import Connection

from app.database import engine
from app.models import Base


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


# The tests bring a connection along; a command makes its own.
given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with engine.connect() as connection:
        migrate(connection)
