"""What Alembic runs for each command."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from app.models import Base
from app.settings import settings

engine = create_engine(settings.url, poolclass=NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_server_default=True,
        # The tables of the program before are not ours.
        include_name=lambda name, kind, _: (
            not (kind == "table" and str(name).startswith("old_"))
        ),
    )
    with context.begin_transaction():
        context.run_migrations()
