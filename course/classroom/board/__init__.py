"""The live board of a room: a small FastAPI app on PostgreSQL, and its page."""
