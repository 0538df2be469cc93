"""The products of the program before: floats and lists in a text become variants.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PRODUCTS = """
INSERT INTO products (id, name, currency)
SELECT id, trim(name), 'EUR' FROM old_products ORDER BY id
"""

# Two lists, side by side: the first size with the first number, and so on. The cast to
# numeric keeps 15 digits, so that what a float has added behind them is gone.
VARIANTS = """
INSERT INTO variants (product_id, sku, size, price, stock)
SELECT
    old.id,
    concat_ws('-', 'OLD', old.id, nullif(upper(trim(pair.size)), '')),
    trim(pair.size),
    round(old.price::numeric, 2),
    pair.stock::integer
FROM old_products AS old
CROSS JOIN LATERAL unnest(
    regexp_split_to_array(coalesce(old.sizes, ''), ','),
    regexp_split_to_array(old.stock, ',')
) WITH ORDINALITY AS pair (size, stock, place)
ORDER BY old.id, pair.place
"""

# Ids were given by hand: the next one that the database gives comes after them.
NEXT_ID = """
SELECT setval(pg_get_serial_sequence('products', 'id'), max(id)) FROM products
"""


def upgrade() -> None:
    connection = op.get_bind()
    if not sa.inspect(connection).has_table("old_products"):
        return
    for statement in (PRODUCTS, VARIANTS, NEXT_ID):
        connection.execute(sa.text(statement))


def downgrade() -> None:
    """The rows stay: the old table was not touched, and much may have changed since."""
