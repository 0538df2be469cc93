"""A blog where many people write: the public RealWorld contract, in FastAPI and plain SQL."""
