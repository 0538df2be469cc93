"""Roles.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    role = sa.Column("role", sa.Text, server_default="member", nullable=False)
    op.add_column("users", role)
    op.create_check_constraint(
        op.f("users_role_check"), "users", "role IN ('member', 'moderator', 'admin')"
    )
    # Her key of week 2 said so, and the keys go.
    op.execute("UPDATE users SET role = 'moderator' WHERE name = 'ada'")


def downgrade() -> None:
    op.drop_column("users", "role")
