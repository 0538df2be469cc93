"""Grading a room's hand-ins with nbgrader: its converters, its gradebook, and a quicker executor for it."""
