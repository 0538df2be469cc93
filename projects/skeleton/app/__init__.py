"""Postboard, an API."""
