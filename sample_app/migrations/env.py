"""What Alembic runs for each command: which tables are wanted, and in which database."""

from logging.config import fileConfig

from alembic import context
from sqlalchemy import NullPool, create_engine

from app.base import COMPARED
from app.models import Post
from app.settings import settings

if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name, disable_existing_loggers=False)

wanted = Post.metadata  # importing the models made their tables known


def write_sql() -> None:
    """Print the statements, for --sql: nothing connects."""
    context.configure(
        url=settings.url,
        target_metadata=wanted,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


def migrate() -> None:
    """Run the revisions over one connection, which is closed afterwards."""
    engine = create_engine(settings.url, poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=wanted, **COMPARED)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    write_sql()
else:
    migrate()
