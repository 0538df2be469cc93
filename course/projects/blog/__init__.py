"""The second graduation project: Blog, the public RealWorld contract on PostgreSQL."""
