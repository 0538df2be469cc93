"""Connections that an app keeps in its pools, given back when the app is loaded anew.

Python's garbage collector would close them too, some day: what refers to the app of before, such as a client
in a cell, keeps it and its pools alive.
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any


def close_idle(modules: Iterable[ModuleType]) -> None:
    """Close what nobody uses at the moment in the pools of these modules; the pools stay good for use.

    Found are SQLAlchemy's engines, async ones over psycopg too, and psycopg2's pools: variables of a module,
    or attributes of one.
    """
    gone = list(modules)
    own = {module.__name__ for module in gone}
    for each in {id(one): one for module in gone for one in _within(module, own)}.values():
        with contextlib.suppress(Exception):  # a connection that is broken already is given up all the same
            if _is_a(each, "sqlalchemy.engine", "Engine"):
                each.dispose()
            elif _is_a(each, "sqlalchemy.ext.asyncio", "AsyncEngine"):
                _drop_idle(each.sync_engine)
            elif _is_a(each, "psycopg2.pool", "AbstractConnectionPool"):
                _close_idle(each)


def _within(module: ModuleType, own: set[str]) -> Iterator[Any]:
    """The variables of a module, and the attributes of those whose class is of a module named in `own`."""
    for one in list(vars(module).values()):
        yield one
        if getattr(type(one), "__module__", "") in own:
            yield from list(getattr(one, "__dict__", {}).values())


def _is_a(one: Any, module: str, name: str) -> bool:
    """Whether it is of this class; the module is not loaded for that."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(one, kind)


def _drop_idle(engine: Any) -> None:
    """An async connection is closed by an await on the loop that opened it; that may be over, so hang up."""
    idle = engine.pool._pool
    engine.dispose(close=False)  # it opens a new pool when it is used again
    while not idle.empty():
        link = idle.get(False).dbapi_connection.driver_connection
        link.pgconn.finish()  # psycopg's; what is still open when it is collected is warned of


def _close_idle(pool: Any) -> None:
    idle = pool._pool  # closeall() would spoil the pool for a caller that still has it
    while idle:
        idle.pop().close()
