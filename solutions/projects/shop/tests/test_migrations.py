"""The revisions: up, down and up again, to what the models say, and with old rows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text

from app.models import Base
from app.settings import settings
from conftest import ALEMBIC

OLD = """
CREATE TABLE old_products (id integer PRIMARY KEY, name text NOT NULL,
    price double precision NOT NULL, sizes text, stock text NOT NULL);
CREATE TABLE old_orders (id integer PRIMARY KEY, email text NOT NULL,
    address text NOT NULL, state text NOT NULL, payment text,
    placed timestamptz NOT NULL, body text NOT NULL);
INSERT INTO old_products VALUES
    (3, 'Mug', 19.900000000000002, 'S, M,xl', '3, 0,12'), (7, 'Pen', 4.35, NULL, '1');
"""
OLD_ORDER = """
INSERT INTO old_orders VALUES
    (9, 'Ann@shop.example', '1 Main Street', 'sent', 'pay_1', now(), :body)
"""
LINES = [
    {"product": 3, "name": "Mug", "size": "xl", "count": 2, "price": "19,9"},
    {"product": 5, "name": "Gone", "count": 1, "price": "7"},
]


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The database for tests without a table of ours; as it was, afterwards."""
    engine = create_engine(settings.url, poolclass=NullPool)
    command.downgrade(ALEMBIC, "base")
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS old_products, old_orders"))
    command.upgrade(ALEMBIC, "head")


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def test_up_down_up(engine: Engine) -> None:
    assert inspect(engine).get_table_names() == ["alembic_version"]
    command.upgrade(ALEMBIC, "head")
    command.downgrade(ALEMBIC, "base")
    command.upgrade(ALEMBIC, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def test_old_rows_are_taken_over(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD)
        body = json.dumps({"lines": LINES})
        connection.execute(text(OLD_ORDER), {"body": body})
    command.upgrade(ALEMBIC, "head")
    with engine.connect() as connection:
        variants = "SELECT sku, size, price::text, stock FROM variants ORDER BY id"
        assert rows(connection, variants) == [
            ("OLD-3-S", "S", "19.90", 3),
            ("OLD-3-M", "M", "19.90", 0),
            ("OLD-3-XL", "xl", "19.90", 12),
            ("OLD-7", "", "4.35", 1),
        ]
        lines = "SELECT sku, quantity, price::text FROM order_lines ORDER BY id"
        assert rows(connection, lines) == [
            ("OLD-3-XL", 2, "19.90"),
            ("OLD-5", 1, "7.00"),
        ]
        orders = "SELECT orders.id, status, total::text, email FROM orders, customers"
        assert rows(connection, orders) == [(9, "shipped", "46.80", "ann@shop.example")]
        new = "INSERT INTO products (name, currency) VALUES ('x', 'EUR') RETURNING id"
        assert rows(connection, new) == [(8,)]
