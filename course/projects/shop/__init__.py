"""The third graduation project: Shop, orders and payments that go wrong in every way, on PostgreSQL."""
