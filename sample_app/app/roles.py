"""Roles, what each of them may do, and who is calling."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["member", "moderator", "admin"]

SCOPES = {
    "posts:write": "Write posts, comments and votes, and change one's own.",
    "posts:delete": "Change and delete what others wrote, and see their drafts.",
    "users:manage": "See all users, give them roles, and disable them.",
}
PERMISSIONS: dict[Role, frozenset[str]] = {
    "member": frozenset({"posts:write"}),
    "moderator": frozenset({"posts:write", "posts:delete"}),
    "admin": frozenset(SCOPES),
}


def granted(role: Role, scope: str | None) -> frozenset[str]:
    """What a role may do; if a login asked for some of it only, that."""
    of_role = PERMISSIONS[role]
    return of_role if scope is None else of_role & set(scope.split())


@dataclass(frozen=True)
class Caller:
    """Who is calling, by which login, and what they may do."""

    id: int
    name: str
    login: str
    permissions: frozenset[str]

    @property
    def moderates(self) -> bool:
        """Whether the posts of others are theirs to see and to change."""
        return "posts:delete" in self.permissions
