"""What SQLAlchemy sent, and what happened to its objects."""
