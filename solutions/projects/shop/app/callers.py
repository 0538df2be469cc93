"""Who is calling: a customer, or the admin."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import Forbidden, Unknown
from app.security import is_admin, read_token

scheme = HTTPBearer(auto_error=False)
Sent = Annotated[HTTPAuthorizationCredentials | None, Depends(scheme)]


@dataclass(frozen=True)
class Caller:
    """`customer_id`: None for the admin."""

    customer_id: int | None

    def may_see(self, customer_id: int) -> bool:
        return self.customer_id in (None, customer_id)


def caller(sent: Sent) -> Caller:
    """Whoever sends a token that we know. Raises Unknown."""
    if sent is None:
        raise Unknown("Send a token.")
    if is_admin(sent.credentials):
        return Caller(None)
    return Caller(read_token(sent.credentials))


Anybody = Annotated[Caller, Depends(caller)]


def customer(caller: Anybody) -> int:
    """The customer who is calling. Raises Forbidden."""
    if caller.customer_id is None:
        raise Forbidden("Only customers may do this.")
    return caller.customer_id


def admin(caller: Anybody) -> None:
    """Let the admin through. Raises Forbidden."""
    if caller.customer_id is not None:
        raise Forbidden("Only the admin may do this.")


CustomerId = Annotated[int, Depends(customer)]
only_admin = Depends(admin)
