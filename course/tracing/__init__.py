"""One request followed through a FastAPI app."""
