"""What Alembic runs for each command."""

from alembic import context

from app.database import writing
from app.models import Base

with writing.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()
