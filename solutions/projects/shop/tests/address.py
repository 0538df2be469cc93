"""Where the database for tests is. It is emptied, so that its name must say what it is."""

import os

import pytest

HOW = (
    "The tests empty a database of their own, whose name ends in _test: "
    "TEST_DATABASE_URL=postgresql://…/shop_test pytest"
)


def database_for_tests() -> str:
    """The address in TEST_DATABASE_URL. Without one, no test runs."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url.endswith("_test"):
        pytest.exit(HOW, returncode=2)
    return url
