"""Carts, and orders that are made of them once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from conftest import Goods, Join, Place, check_out, stock


def test_a_cart_adds_up_exactly(ann: TestClient, goods: Goods) -> None:
    for _ in range(3):
        line = {"quantity": 1000}
        cart = ann.put(f"/cart/{goods(price='9999999999.99')}", json=line).json()
    assert (cart["total"], cart["currency"]) == ("29999999999970.00", "EUR")
    dollars = goods(currency="USD")
    assert ann.put(f"/cart/{dollars}", json={"quantity": 1}).status_code == 409
    assert ann.get("/cart").json() == cart


def test_an_order_takes_the_cart_and_the_pieces(
    ann: TestClient, admin: TestClient, goods: Goods
) -> None:
    sku = goods(stock=5, price="0.10")
    ann.put(f"/cart/{sku}", json={"quantity": 3})
    order = check_out(ann, "one").json()
    assert (order["status"], order["total"]) == ("pending", "0.30")
    assert ann.get("/cart").json() == {"currency": None, "total": "0.00", "lines": []}
    assert stock(admin, sku) == 2


def test_what_is_not_there_is_not_sold(
    ann: TestClient, admin: TestClient, goods: Goods
) -> None:
    many, few = goods(stock=5), goods(stock=1)
    for sku in (many, few):
        ann.put(f"/cart/{sku}", json={"quantity": 2})
    assert check_out(ann, "one").status_code == 409
    assert (stock(admin, many), stock(admin, few)) == (5, 1)
    assert len(ann.get("/cart").json()["lines"]) == 2


def test_a_key_is_used_once(ann: TestClient, admin: TestClient, goods: Goods) -> None:
    sku = goods()
    ann.put(f"/cart/{sku}", json={"quantity": 2})
    with ThreadPoolExecutor(8) as pool:
        replies = [*pool.map(lambda _: check_out(ann, "one"), range(8))]
    assert {each.status_code for each in replies} == {201}
    assert len({each.text for each in replies}) == 1
    assert stock(admin, sku) == 3
    assert check_out(ann, "one", "another street").status_code == 422
    assert check_out(ann, "two").status_code == 409  # the cart is empty


@pytest.mark.parametrize("key", ["", "two words", "x" * 101])
def test_a_key_is_needed(ann: TestClient, key: str) -> None:
    assert check_out(ann, key).status_code == 422


def test_of_many_customers_as_many_buy_as_there_are_pieces(
    join: Join, admin: TestClient, goods: Goods
) -> None:
    sku = goods(stock=5)
    crowd = [join() for _ in range(20)]
    for each in crowd:
        each.put(f"/cart/{sku}", json={"quantity": 1}).raise_for_status()
    with ThreadPoolExecutor(20) as pool:
        found = [*pool.map(lambda each: check_out(each, "one").status_code, crowd)]
    assert sorted(found) == [201] * 5 + [409] * 15
    assert stock(admin, sku) == 0


def test_others_see_no_order(ann: TestClient, join: Join, place: Place) -> None:
    path, ben = place(), join()
    assert ben.get(path).status_code == 404
    assert ben.post(f"{path}/cancel").status_code == 404
    assert ann.post(f"{path}/cancel").json()["status"] == "cancelled"
    assert ann.post(f"{path}/cancel").status_code == 409
