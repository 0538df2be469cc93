"""Grading a room's hand-ins with nbgrader: its converters and its gradebook, and a quicker executor for it."""
