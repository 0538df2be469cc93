"""Customers, products, variants and carts.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MONEY = sa.Numeric(20, 2)


def upgrade() -> None:
    create_customers()
    create_products()
    create_variants()
    create_cart_lines()


def create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("email", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("customers_pkey")),
        sa.UniqueConstraint("email", name=op.f("customers_email_key")),
    )


def create_products() -> None:
    op.create_table(
        "products",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("products_pkey")),
    )


def create_variants() -> None:
    op.create_table(
        "variants",
        sa.Column("id", sa.Integer, sa.Identity()),
        sa.Column("product_id", sa.Integer, nullable=False),
        sa.Column("sku", sa.Text, nullable=False),
        sa.Column("size", sa.Text, nullable=False),
        sa.Column("price", MONEY, nullable=False),
        sa.Column("stock", sa.Integer, nullable=False),
        sa.CheckConstraint("price > 0", name=op.f("variants_price_check")),
        sa.CheckConstraint("stock >= 0", name=op.f("variants_stock_check")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.id"], name=op.f("variants_product_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("variants_pkey")),
        sa.UniqueConstraint("sku", name=op.f("variants_sku_key")),
    )
    op.create_index(op.f("variants_product_id_idx"), "variants", ["product_id"])


def create_cart_lines() -> None:
    op.create_table(
        "cart_lines",
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("variant_id", sa.Integer, nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "quantity BETWEEN 1 AND 1000", name=op.f("cart_lines_quantity_check")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("cart_lines_customer_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["variants.id"], name=op.f("cart_lines_variant_id_fkey")
        ),
        sa.PrimaryKeyConstraint(
            "customer_id", "variant_id", name=op.f("cart_lines_pkey")
        ),
    )


def downgrade() -> None:
    for table in ("cart_lines", "variants", "products", "customers"):
        op.drop_table(table)
