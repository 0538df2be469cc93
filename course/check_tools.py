"""What checks of the week with SQLAlchemy share: an engine, and the app, on a check's own database.

SQLAlchemy and FastAPI are imported when a check asks for them: `import course` stays quick.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Engine


@contextmanager
def engine_for(url: str) -> Iterator["Engine"]:
    """An engine on the database at `url` ("postgresql://…"), over psycopg2; its pool never says no.

    Whatever is still connected at the end loses its connection when the database is made anew.
    """
    from sqlalchemy import create_engine, make_url

    # A pool, because opening a connection takes longer than most of what a check asks; without a limit,
    # because sessions that an answer forgets must not make the next expectation wait.
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg2"), max_overflow=-1)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def postboard_client(app: Any, url: str, **options: Any) -> Iterator["TestClient"]:
    """A TestClient of the page's app whose sessions work on the database at `url`, with the app's tables.

    `options` go to TestClient, such as `raise_server_exceptions=False`.
    """
    from fastapi.testclient import TestClient
    from sqlalchemy.orm import Session

    get_session = import_module("app.database").get_session
    with engine_for(url) as engine:
        import_module("app.models").Base.metadata.create_all(engine)

        def session() -> Iterator[Session]:
            with Session(engine, expire_on_commit=False) as opened:
                yield opened

        before = dict(app.dependency_overrides)
        app.dependency_overrides[get_session] = session
        try:
            with TestClient(app, **options) as client:
                yield client
        finally:
            app.dependency_overrides = before
