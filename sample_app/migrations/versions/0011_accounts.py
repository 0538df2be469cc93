"""Accounts.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("email", sa.Text))
    op.add_column("users", sa.Column("password_hash", sa.Text))
    active = sa.Column("active", sa.Boolean, server_default=sa.true(), nullable=False)
    op.add_column("users", active)
    op.create_unique_constraint(op.f("users_email_key"), "users", ["email"])
    op.create_check_constraint(
        op.f("users_email_check"), "users", "length(email) <= 254"
    )


def downgrade() -> None:
    op.drop_column("users", "active")
    op.drop_column("users", "password_hash")
    op.drop_column("users", "email")
