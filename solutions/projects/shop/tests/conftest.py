"""What all tests share: the app on a database for tests, clients, goods and orders."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic import command
from alembic.config import Config
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from tests.address import database_for_tests
from tests.fakes import ADMIN, SECRET, FakeProvider, signed

# The app reads its settings when it is imported: they come first.
os.environ |= {
    "DATABASE_URL": database_for_tests(),
    "TOKEN_SECRET": SECRET,
    "ADMIN_TOKEN": ADMIN,
    "PAYMENT_URL": "http://provider.example",
    "PAYMENT_SECRET": SECRET,
    "EVENTS_URL": "http://warehouse.example/events",
}

from app import main
from app.provider import Provider, get_provider

ALEMBIC = Config(Path(__file__).parents[1] / "alembic.ini")
numbers = count(1)
Join = Callable[[], TestClient]
Goods = Callable[..., str]
Place = Callable[..., str]
Tell = Callable[..., int]


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """The loop of the app in all tests. What the outbox sends, tests send themselves."""
    command.downgrade(ALEMBIC, "base")
    command.upgrade(ALEMBIC, "head")

    async def nothing(_: httpx.AsyncClient) -> None: ...

    main.send_for_ever = nothing
    with TestClient(main.app) as started:
        assert started.portal is not None
        yield started.portal


@pytest.fixture
def provider(portal: BlockingPortal) -> Iterator[FakeProvider]:
    """The payment provider, which has done nothing yet."""
    fake = FakeProvider()
    client = httpx.AsyncClient(transport=httpx.MockTransport(fake.handle))
    main.app.dependency_overrides[get_provider] = lambda: Provider(client)
    yield fake
    main.app.dependency_overrides.clear()


def client_of(portal: BlockingPortal, token: str) -> TestClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = TestClient(main.app, headers=headers, raise_server_exceptions=False)
    client.portal = portal
    return client


@pytest.fixture
def client(portal: BlockingPortal, provider: FakeProvider) -> TestClient:
    """A client without a token."""
    return client_of(portal, "")


@pytest.fixture
def admin(portal: BlockingPortal, provider: FakeProvider) -> TestClient:
    """The storefront, or who runs the shop."""
    return client_of(portal, ADMIN)


@pytest.fixture
def join(portal: BlockingPortal, admin: TestClient) -> Join:
    """Clients of new customers: tests share the database, and nothing else."""

    def join() -> TestClient:
        body = {"email": f"customer-{next(numbers)}@shop.example"}
        token = admin.post("/tokens", json=body).raise_for_status().json()["token"]
        return client_of(portal, token)

    return join


@pytest.fixture
def ann(join: Join) -> TestClient:
    """A client of ann."""
    return join()


@pytest.fixture
def goods(admin: TestClient) -> Goods:
    """The sku of a new variant: goods(stock=3, price="9.99")."""

    def goods(stock: int = 5, price: str = "12.50", currency: str = "EUR") -> str:
        sku = f"MUG-{next(numbers)}"
        variant = {"sku": sku, "price": price, "stock": stock}
        body = {"name": "Mug", "currency": currency, "variants": [variant]}
        admin.post("/products", json=body).raise_for_status()
        return sku

    return goods


@pytest.fixture
def place(ann: TestClient, goods: Goods) -> Place:
    """The path of a new order of ann, of two pieces for 25.00."""

    def place(sku: str | None = None) -> str:
        ann.put(f"/cart/{sku or goods()}", json={"quantity": 2}).raise_for_status()
        response = check_out(ann, f"key-{next(numbers)}")
        return response.raise_for_status().headers["Location"]

    return place


@pytest.fixture
def tell(client: TestClient) -> Tell:
    """The status of a webhook about an order: tell(path, "payment.failed")."""

    def tell(path: str, kind: str = "payment.succeeded", **more: Any) -> int:
        reference = path.rpartition("/")[2]
        body = {"id": "evt_1", "type": kind, "payment": f"pay_{reference}"}
        body |= {"reference": reference, "amount": "25.00", "currency": "EUR", **more}
        return client.post("/webhooks/payments", **signed(body)).status_code

    return tell


def check_out(client: TestClient, key: str, address: str = "1 Main Street") -> Any:
    headers = {"Idempotency-Key": key}
    return client.post("/orders", json={"address": address}, headers=headers)


def stock(client: TestClient, sku: str) -> int:
    """How many pieces of a variant can be sold."""
    change = client.patch(f"/variants/{sku}", json={"stock_change": 0})
    return change.raise_for_status().json()["stock"]
