"""Postboard, a blog API."""
