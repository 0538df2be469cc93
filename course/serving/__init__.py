"""A uvicorn beside a notebook, and the bytes on its wire."""
