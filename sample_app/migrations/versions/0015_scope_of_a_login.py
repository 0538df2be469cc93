"""Scope of a login.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("logins", sa.Column("scope", sa.Text))


def downgrade() -> None:
    op.drop_column("logins", "scope")
