"""Orders, their keys, refunds and events.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MONEY = sa.Numeric(20, 2)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_orders()
    create_order_lines()
    create_placed_orders()
    create_refunds()
    create_events()


def create_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("total", MONEY, nullable=False),
        sa.Column("refunded", MONEY, server_default=sa.text("0"), nullable=False),
        sa.Column("payment", sa.Text, nullable=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "refunded BETWEEN 0 AND total", name=op.f("orders_refunded_check")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("orders_customer_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("orders_pkey")),
    )
    op.create_index(op.f("orders_customer_id_idx"), "orders", ["customer_id"])


def create_order_lines() -> None:
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.Text, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("price", MONEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("order_lines_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("order_lines_pkey")),
    )
    op.create_index(op.f("order_lines_order_id_idx"), "order_lines", ["order_id"])


def create_placed_orders() -> None:
    op.create_table(
        "placed_orders",
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("placed_orders_customer_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("customer_id", "key", name=op.f("placed_orders_pkey")),
    )


def create_refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("payment", sa.Text, nullable=False),
        sa.Column("amount", MONEY, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("done", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("refunds_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("refunds_pkey")),
        sa.UniqueConstraint("order_id", "key", name=op.f("refunds_order_id_key_key")),
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("order_id", sa.Integer, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("next_try", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("events_order_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("events_pkey")),
    )
    op.create_index(
        "events_unsent_idx",
        "events",
        ["order_id", "id"],
        postgresql_where=sa.text("sent_at IS NULL"),
    )


def downgrade() -> None:
    for table in ("events", "refunds", "placed_orders", "order_lines", "orders"):
        op.drop_table(table)
