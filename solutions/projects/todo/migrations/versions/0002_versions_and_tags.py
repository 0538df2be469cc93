"""A task has a version and tags, and a title that is not empty.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # In batch mode the table is copied into a new one, which gets its name.
    with op.batch_alter_table(
        "tasks", table_kwargs={"sqlite_autoincrement": True}
    ) as tasks:
        tasks.add_column(
            sa.Column("version", sa.Integer, server_default="1", nullable=False)
        )
        tasks.create_check_constraint(
            op.f("ck_tasks_title"), "length(title) BETWEEN 1 AND 200"
        )
    op.create_table(
        "task_tags",
        sa.Column("task_id", sa.Integer, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "name", name=op.f("pk_task_tags")),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["tasks.id"],
            name=op.f("fk_task_tags_task_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_task_tags_name"), "task_tags", ["name"])


def downgrade() -> None:
    op.drop_table("task_tags")
    with op.batch_alter_table(
        "tasks", table_kwargs={"sqlite_autoincrement": True}
    ) as tasks:
        tasks.drop_constraint(op.f("ck_tasks_title"), type_="check")
        tasks.drop_column("version")
