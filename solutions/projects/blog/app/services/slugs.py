"""Names of articles in addresses."""

import re
from secrets import token_hex


def new_slug(title: str) -> str:
    """The words of a title, and an ending that no other article has."""
    words = re.sub("[^a-z0-9]+", "-", title.lower())[:240].strip("-")
    return "-".join(filter(None, [words, token_hex(4)]))
