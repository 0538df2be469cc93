"""Notice errors that an app answers with status 500: a check that asks over HTTP sees the status only.

The log of uvicorn was considered: a TestClient has none. Starlette's ServerErrorMiddleware is the last that
such an error passes in every app.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from course.checks.learners_code import learners_line
from course.checks.verdict import Expectation


@contextmanager
def noticed(expectation: Expectation) -> Iterator[None]:
    """Note in `in_app` of an expectation what the learner's code raises in an app during the block."""
    module = sys.modules.get("starlette.middleware.errors")
    if module is None:  # nobody has an app
        yield
        return
    import pytest

    original = module.ServerErrorMiddleware.__call__

    async def call(*arguments: Any) -> None:
        try:
            await original(*arguments)
        except Exception as error:
            if learners_line(error):
                expectation.in_app = error
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.ServerErrorMiddleware, "__call__", call)
        yield
