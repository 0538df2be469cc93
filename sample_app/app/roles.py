"""Roles, and what each of them may do."""

from typing import Literal

Role = Literal["member", "moderator", "admin"]

MEMBER = frozenset({"posts:write"})
MODERATOR = MEMBER | {"posts:delete"}
PERMISSIONS: dict[Role, frozenset[str]] = {
    "member": MEMBER,
    "moderator": MODERATOR,
    "admin": MODERATOR | {"users:manage"},
}
