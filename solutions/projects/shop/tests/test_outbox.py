"""Events: each order's in order, again until they are taken."""

import httpx
import pytest
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from sqlalchemy import update
from tests.fakes import FakeWarehouse

from app import outbox
from app.database import SessionFactory
from app.models import Event
from conftest import Place, Tell


@pytest.fixture
def warehouse() -> FakeWarehouse:
    return FakeWarehouse()


async def due_now() -> None:
    """No event waits for its next try any more."""
    async with SessionFactory() as session, session.begin():
        await session.execute(update(Event).values(next_try=Event.created_at))


async def send_all(warehouse: FakeWarehouse) -> None:
    """Send until nothing more is taken."""
    await due_now()
    transport = httpx.MockTransport(warehouse.handle)
    async with httpx.AsyncClient(transport=transport) as client:
        while await outbox.send_due(client):
            pass


def test_events_come_in_order_and_again_until_they_are_taken(
    portal: BlockingPortal,
    admin: TestClient,
    place: Place,
    tell: Tell,
    warehouse: FakeWarehouse,
) -> None:
    stuck, other = (int(place().rpartition("/")[2]) for _ in range(2))
    for order in (stuck, other):
        tell(f"/orders/{order}")
        admin.post(f"/orders/{order}/ship").raise_for_status()
    warehouse.refused = {stuck}
    portal.call(send_all, warehouse)
    assert warehouse.taken[stuck] == []
    assert warehouse.taken[other] == ["order.paid", "order.shipped"]
    warehouse.refused = set()
    for _ in range(2):
        portal.call(send_all, warehouse)
        assert warehouse.taken[stuck] == ["order.paid", "order.shipped"]


def test_what_somebody_else_is_sending_is_left_alone(
    portal: BlockingPortal, place: Place, tell: Tell, warehouse: FakeWarehouse
) -> None:
    portal.call(send_all, warehouse)
    tell(place())
    assert len(portal.call(outbox.take)) == 1
    assert len(portal.call(outbox.take)) == 0
