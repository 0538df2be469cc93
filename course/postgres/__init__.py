"""The course's PostgreSQL: find or start a server, and make databases on it.

Names are imported when they are first used, so that the keeper (keeper.py) stays small.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.postgres.access import Access as Access
    from course.postgres.databases import create as create
    from course.postgres.databases import drop as drop
    from course.postgres.databases import make_template as make_template
    from course.postgres.databases import names as names
    from course.postgres.databases import reset as reset
    from course.postgres.databases import said as said
    from course.postgres.databases import set_aside as set_aside
    from course.postgres.databases import url as url
    from course.postgres.server import Status as Status
    from course.postgres.server import ensure as ensure
    from course.postgres.server import status as status
    from course.postgres.server import stop as stop

_HOMES = {
    "access": ("Access",),
    "databases": ("create", "drop", "make_template", "names", "reset", "said", "set_aside", "url"),
    "server": ("Status", "ensure", "status", "stop"),
}
_WHERE = {name: module for module, names in _HOMES.items() for name in names}
__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
