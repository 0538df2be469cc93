"""The answers of week three are judged, the last lessons; judged.py says how."""

from judged import *  # noqa: F403 - a test file is the sum of its names

WEEK, LESSONS = 3, ("3.6", "3.7", "3.8")
