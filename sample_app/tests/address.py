"""Where the database for tests is."""

import os

import pytest
from sqlalchemy import URL, make_url


def database_for_tests() -> URL:
    """The address in TEST_DATABASE_URL."""
    url = make_url(os.environ.get("TEST_DATABASE_URL", "postgresql://"))
    if not (url.database or "").endswith("_test"):
        pytest.exit(
            "The tests empty their database. Set TEST_DATABASE_URL to the address of "
            "one whose name ends in _test.",
            returncode=4,
        )
    return url
