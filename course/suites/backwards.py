"""A plugin of pytest, `-p course.suites.backwards`: the last test runs first."""

import pytest

BACKWARDS = ("-p", __name__)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn the order round, whatever other plugins made of it."""
    items.reverse()
