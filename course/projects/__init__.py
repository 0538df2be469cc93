"""Projects that a learner builds alone: a folder to begin in, and a check that talks HTTP to what runs."""

from course.projects.making import new

__all__ = ["new"]
