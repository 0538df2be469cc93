"""The secret that Postboard signs tokens with, wherever the course runs the app (from lesson 5.7 on)."""

import os

VARIABLE = "TOKEN_SECRET"
FAKE = "not-a-real-secret-for-postboard-on-the-pages-of-this-course"


def ensure() -> None:
    """Give this process, and those that it starts, a visibly fake secret; one that is set stays."""
    os.environ.setdefault(VARIABLE, FAKE)
