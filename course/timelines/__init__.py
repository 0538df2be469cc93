"""Several database sessions, told step by step."""
