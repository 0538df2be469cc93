"""The environment of a check: nothing in it that is set for another run of pytest, or for another server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from course.postgres import settings


@contextmanager
def no_foreign_settings() -> Iterator[None]:
    """The environment without what is set in it for another pytest run, and for other servers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        theirs = ["PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST", "PYTEST_DEBUG"]
        for name in theirs + ([] if settings.uses_other() else settings.LIBPQ_VARIABLES):
            patch.delenv(name, raising=False)
        try:
            yield
        finally:
            os.environ.pop("PYTEST_CURRENT_TEST", None)  # pytest leaves it behind when it is interrupted
