"""The answers of week three are judged, the first lessons; judged.py says how."""

from judged import *  # noqa: F403 - a test file is the sum of its names

WEEK, LESSONS = 3, ("3.1", "3.2", "3.3", "3.4", "3.5")
