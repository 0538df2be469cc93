"""The attacks, a group a file. Importing a group puts its attacks on the list."""

from course.attacks import registry
from course.attacks.groups import (  # noqa: F401
    access,
    assignment,
    authentication,
    browser,
    injection,
    leaks,
    limits,
    tokens,
)


def attacks() -> list[registry.Attack]:
    """All attacks, group by group."""
    return registry.added()
