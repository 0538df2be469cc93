"""Attacks on an API of one's own, and a report of what it refused and what it let through."""
