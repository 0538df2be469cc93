"""The orders of the program before: texts of JSON become lines.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CUSTOMERS = """
INSERT INTO customers (email)
SELECT DISTINCT lower(trim(email)) FROM old_orders
ON CONFLICT DO NOTHING
"""

ORDERS = """
INSERT INTO orders
    (id, customer_id, status, currency, total, payment, address, created_at)
SELECT
    old.id, customers.id,
    CASE old.state WHEN 'sent' THEN 'shipped' ELSE old.state END,
    'EUR', 0, old.payment, old.address, old.placed
FROM old_orders AS old
JOIN customers ON customers.email = lower(trim(old.email))
ORDER BY old.id
"""

LINES = """
INSERT INTO order_lines (order_id, sku, name, size, quantity, price)
SELECT
    old.id,
    concat_ws('-', 'OLD', line.product, nullif(upper(trim(line.size)), '')),
    line.name, coalesce(trim(line.size), ''), line.count,
    replace(line.price, ',', '.')::numeric
FROM old_orders AS old
CROSS JOIN LATERAL ROWS FROM (
    jsonb_to_recordset(old.body::jsonb -> 'lines')
    AS (product integer, name text, size text, count integer, price text)
) WITH ORDINALITY AS line (product, name, size, count, price, place)
ORDER BY old.id, line.place
"""

TOTALS = """
UPDATE orders SET total = (
    SELECT coalesce(sum(price * quantity), 0) FROM order_lines
    WHERE order_lines.order_id = orders.id
)
WHERE id IN (SELECT id FROM old_orders)
"""

NEXT_ID = """
SELECT setval(pg_get_serial_sequence('orders', 'id'), max(id)) FROM orders
"""


def upgrade() -> None:
    connection = op.get_bind()
    if not sa.inspect(connection).has_table("old_orders"):
        return
    for statement in (CUSTOMERS, ORDERS, LINES, TOTALS, NEXT_ID):
        connection.execute(sa.text(statement))


def downgrade() -> None:
    """The rows stay: the old table was not touched, and much may have changed since."""
