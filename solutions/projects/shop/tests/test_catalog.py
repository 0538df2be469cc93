"""Tokens, products and stock."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from app.errors import PROBLEM
from conftest import Goods, stock

VARIANT = {"sku": "CUP-RED", "size": "M", "price": "9.90", "stock": 3}
PRODUCT = {"name": " Cup ", "currency": "EUR", "variants": [VARIANT]}


def test_only_the_admin_makes_products(
    client: TestClient, ann: TestClient, admin: TestClient
) -> None:
    nobody = client.post("/products", json=PRODUCT)
    assert (nobody.status_code, nobody.headers["Content-Type"]) == (401, PROBLEM)
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    assert ann.post("/products", json=PRODUCT).status_code == 403
    made = admin.post("/products", json=PRODUCT)
    assert made.status_code == 201
    read = client.get(made.headers["Location"]).json()
    assert read == made.json() == {"id": read["id"], **PRODUCT, "name": "Cup"}
    assert admin.post("/products", json=PRODUCT).status_code == 409


@pytest.mark.parametrize(
    "price", ["1", "1.5", 1.5, "0.00", "-1.00", "1e3", "NaN", None]
)
def test_money_is_a_text_with_two_decimals(admin: TestClient, price: object) -> None:
    variant = {**VARIANT, "sku": "CUP-BLUE", "price": price}
    body = {**PRODUCT, "variants": [variant]}
    assert admin.post("/products", json=body).status_code == 422


def test_a_list_has_pages(client: TestClient, goods: Goods) -> None:
    for _ in range(3):
        goods()
    first = client.get("/products?limit=2").json()
    second = client.get(f"/products?limit=2&after={first['next']}").json()
    ids = [each["id"] for each in first["items"] + second["items"]]
    assert len(ids) > 2 and ids == sorted({*ids})


def test_stock_is_never_below_zero_and_no_change_is_lost(
    admin: TestClient, goods: Goods
) -> None:
    sku = goods(stock=10)

    def take(_: int) -> int:
        body = {"stock_change": -3}
        return admin.patch(f"/variants/{sku}", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [200] * 3 + [409] * 5
    assert stock(admin, sku) == 1
