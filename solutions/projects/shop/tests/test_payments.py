"""Payments, webhooks and refunds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.fakes import FakeProvider, signed

from conftest import Goods, Place, Tell, stock


def status(client: TestClient, path: str) -> str:
    return client.get(path).raise_for_status().json()["status"]


def refund(client: TestClient, path: str, amount: str, key: str) -> Any:
    headers = {"Idempotency-Key": key}
    return client.post(f"{path}/refunds", json={"amount": amount}, headers=headers)


def test_an_order_is_paid_once(
    ann: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path = place()
    for _ in range(2):
        assert ann.post(f"{path}/payment").status_code == 202
    (sent,) = provider.payments.values()
    assert (sent["amount"], sent["currency"]) == ("25.00", "EUR")
    assert [tell(path), tell(path), tell(path, "payment.failed")] == [200] * 3
    assert status(ann, path) == "paid"
    assert ann.post(f"{path}/payment").status_code == 409


def test_a_broken_provider_loses_no_order(
    ann: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path, provider.broken = place(), True
    assert ann.post(f"{path}/payment").status_code == 503
    assert status(ann, path) == "pending"
    assert tell(path) == 200
    assert status(ann, path) == "paid"


@pytest.mark.parametrize("how", [{"secret": "another"}, {"late": 301}, {"late": -302}])
def test_what_the_provider_has_not_signed_now_is_refused(
    client: TestClient, how: Any
) -> None:
    sent = signed({"type": "payment.succeeded"}, **how)
    assert client.post("/webhooks/payments", **sent).status_code == 403


def test_another_amount_pays_nothing(ann: TestClient, place: Place, tell: Tell) -> None:
    path = place()
    assert tell(path, amount="0.01") == tell(path, currency="USD") == 409
    assert tell("/orders/999999999") == tell("/orders/x") == 404
    assert status(ann, path) == "pending"


def test_a_failed_payment_frees_the_pieces(
    admin: TestClient, place: Place, goods: Goods, tell: Tell
) -> None:
    sku = goods(stock=5)
    path = place(sku)
    assert stock(admin, sku) == 3
    for _ in range(2):
        assert tell(path, "payment.failed") == 200
    assert (status(admin, path), stock(admin, sku)) == ("failed", 5)


def test_late_money_goes_back(
    ann: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path = place()
    assert ann.post(f"{path}/cancel").status_code == 200
    provider.broken = True
    assert tell(path, payment="late") == 503
    provider.broken = False
    assert [tell(path, payment="late") for _ in range(2)] == [200, 200]
    assert provider.given_back("late") == ["25.00"]
    assert status(ann, path) == "cancelled"


def test_a_second_payment_goes_back(
    ann: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path = place()
    assert [tell(path, payment="one"), tell(path, payment="two")] == [200, 200]
    assert (provider.given_back("one"), provider.given_back("two")) == ([], ["25.00"])


def test_refunds_are_never_more_than_was_paid(
    admin: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path = place()
    assert refund(admin, path, "1.00", "early").status_code == 409
    tell(path, payment="mine")
    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(lambda key: refund(admin, path, "9.00", f"k{key}"), range(8))
        assert sorted(each.status_code for each in tries) == [201] * 2 + [409] * 6
    assert admin.post(f"{path}/ship").json()["refunded"] == "18.00"
    assert refund(admin, path, "7.00", "rest").status_code == 201
    assert status(admin, path) == "refunded"
    assert sorted(provider.given_back("mine")) == ["7.00", "9.00", "9.00"]


def test_a_refund_without_an_answer_counts(
    admin: TestClient, place: Place, tell: Tell, provider: FakeProvider
) -> None:
    path = place()
    tell(path, payment="unsure")
    provider.broken = True
    assert refund(admin, path, "20.00", "one").status_code == 503
    provider.broken = False
    assert refund(admin, path, "20.00", "two").status_code == 409
    assert refund(admin, path, "19.00", "one").status_code == 422
    first, second = (refund(admin, path, "20.00", "one") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert provider.given_back("unsure") == ["20.00"]
