"""The answers of week one are judged; judged.py says how."""

from judged import *  # noqa: F403 - a test file is the sum of its names

WEEK = 1
