"""Jobs: the tables of procrastinate 3.10, and what was sent.

Revision ID: 0016
Revises: 0015
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The migrations of a later release get a revision of their own.
LAST = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
TABLES = ("periodic_defers", "events", "jobs", "workers")  # who refers to others first
TYPES = ("job_to_defer_v1", "job_status", "job_event_type")
FUNCTIONS = r"""
DO $$ DECLARE each text; BEGIN
    FOR each IN SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
        AND proname LIKE 'procrastinate\_%'
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', each); END LOOP;
END $$
"""


def upgrade() -> None:
    for path in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if path.name <= LAST:
            op.execute(sql(path.read_text(encoding="utf-8")))
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "sent_mails",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("sent_mails_pkey")),
    )


def downgrade() -> None:
    op.drop_table("sent_mails")
    op.execute(sql(FUNCTIONS))
    for table in TABLES:
        op.drop_table(f"procrastinate_{table}")
    for name in TYPES:
        op.execute(f"DROP TYPE procrastinate_{name}")


def sql(text: str) -> sa.TextClause:
    """A statement as it stands: a colon in it names no parameter."""
    return sa.text(text.replace(":", r"\:"))
