# %% 6.1a accept: one table, parametrized
import pytest

TABLE = [(1, 300), (250, 300), (500, 300), (501, 500), (1999, 500), (2000, 500), (2001, 600), (3000, 600), (3001, 700), (30000, 3300)]


class TestPrice:
    @pytest.mark.parametrize(("grams", "cents"), TABLE)
    def test_price(self, price, grams, cents):
        assert price(grams) == cents

    @pytest.mark.parametrize("grams", [-5, -1, 0, 30001, 10**6])
    def test_refused(self, price, grams):
        with pytest.raises(ValueError):
            price(grams)


# %% 6.1a accept: one long test, and a helper of its own
import pytest


def refused(price, grams):
    try:
        price(grams)
    except ValueError:
        return True
    return False


class TestPrice:
    def test_everything(self, price):
        found = {grams: price(grams) for grams in (1, 500, 501, 2000, 2001, 3000, 3001, 30000)}
        assert found == {1: 300, 500: 300, 501: 500, 2000: 500, 2001: 600, 3000: 600, 3001: 700, 30000: 3300}
        assert all(refused(price, grams) for grams in (0, -1, 30001))
        assert not refused(price, 30000)


# %% 6.1a reject: the middle of each range only -> A mistake at 500 g is noticed
import pytest


class TestPrice:
    def test_prices(self, price):
        assert [price(100), price(1_000), price(2_500), price(10_000)] == [300, 500, 600, 1_300]

    def test_refused(self, price):
        for grams in (-100, 0, 50_000):
            with pytest.raises(ValueError):
                price(grams)


# %% 6.1a reject: the last weight at 500 is not tried -> A wrong price of parcels up to 2000 g is noticed
import pytest


class TestPrice:
    def test_prices(self, price):
        grams = [1, 500, 501, 1_999, 2_001, 3_000, 3_001, 30_000]
        assert list(map(price, grams)) == [300, 300, 500, 500, 600, 600, 700, 3_300]

    def test_refused(self, price):
        for grams in (-1, 0, 30_001):
            with pytest.raises(ValueError):
                price(grams)


# %% 6.1a reject: no test of what is refused -> A mistake at 30 kg is noticed
class TestPrice:
    def test_prices(self, price):
        grams = [1, 500, 501, 2_000, 2_001, 3_000, 3_001]
        assert list(map(price, grams)) == [300, 300, 500, 500, 600, 600, 700]


# %% 6.1a reject: zero is refused, and nothing is said of less -> Parcels without weight are noticed
import pytest


class TestPrice:
    def test_prices(self, price):
        grams = [1, 500, 501, 2_000, 2_001, 3_000, 3_001, 30_000]
        assert list(map(price, grams)) == [300, 300, 500, 500, 600, 600, 700, 3_300]

    def test_refused(self, price):
        for grams in (0, 30_001):
            with pytest.raises(ValueError):
                price(grams)


# %% 6.1a reject: wants more than the text promises -> The tests pass on the right function
import pytest


class TestPrice:
    def test_prices(self, price):
        grams = [1, 500, 501, 2_000, 2_001, 3_000, 3_001, 30_000]
        assert list(map(price, grams)) == [300, 300, 500, 500, 600, 600, 700, 3_300]

    def test_text(self, price):
        with pytest.raises(TypeError):
            price(0.5)


# %% 6.1a reject: asserts that never run -> A wrong price of light parcels is noticed
class TestPrice:
    def test_prices(self, price):
        for grams in range(0):
            assert price(grams) == 300


# %% 6.1a reject: names that pytest does not know -> The tests pass on the right function
class TestPrice:
    def check_light(self, price):
        assert price(100) == 300


# %% 6.1b accept: another arrangement, one fixture
import pytest

BODY = {"title": "Bread", "content": "Rye.", "excerpt": "Dark."}


@pytest.fixture
def path(ada):
    return ada.post("/posts", json=BODY).headers["Location"]


class TestChanges:
    def test_put(self, ada, path):
        assert ada.put(path, json={"title": "Bread", "content": "Rye."}).status_code == 200
        assert ada.get(path).json()["excerpt"] == ""

    def test_patch(self, ada, path):
        old = ada.get(path).json()
        assert ada.patch(path, json={"title": "Cake"}).json()["excerpt"] == "Dark."
        new = ada.get(path).json()
        assert new["title"] == "Cake" and new["updated_at"] != old["updated_at"]

    def test_unknown(self, ada, path):
        assert ada.patch(path, json={"titel": "Cake"}).status_code == 422

    def test_zero(self, ada, path):
        assert ada.patch(path, json={"published": 0}).status_code == 422

    def test_taken(self, ada, path):
        ada.post("/posts", json={"title": "Cake", "content": "Sweet."})
        assert ada.put(path, json={"title": "Cake", "content": "Sour."}).status_code == 409

    @pytest.mark.parametrize("method", ["PUT", "PATCH"])
    def test_missing(self, ada, method):
        assert ada.request(method, "/posts/99", json=BODY).status_code == 404


# %% 6.1b reject: the response is all that is looked at -> A change that is not stored is noticed
BODY = {"title": "Bread", "content": "Rye.", "excerpt": "Dark."}


class TestChanges:
    def test_put(self, ada):
        path = ada.post("/posts", json=BODY).headers["Location"]
        assert ada.put(path, json={"title": "Bread", "content": "Rye."}).json()["excerpt"] == ""

    def test_patch(self, ada):
        created = ada.post("/posts", json=BODY)
        found = ada.patch(created.headers["Location"], json={"title": "Cake"}).json()
        assert (found["title"], found["excerpt"]) == ("Cake", "Dark.")
        assert found["updated_at"] > created.json()["updated_at"]

    def test_wrong(self, ada):
        path = ada.post("/posts", json=BODY).headers["Location"]
        assert ada.patch(path, json={"titel": "Cake"}).status_code == 422
        assert ada.patch(path, json={"published": 0}).status_code == 422

    def test_taken(self, ada):
        ada.post("/posts", json={"title": "Cake", "content": "Sweet."})
        path = ada.post("/posts", json=BODY).headers["Location"]
        assert ada.patch(path, json={"title": "Cake"}).status_code == 409

    def test_missing(self, ada):
        assert ada.put("/posts/99", json=BODY).status_code == 404


# %% 6.1b reject: an excerpt is never there before -> A put that keeps what was left out is noticed
BODY = {"title": "Bread", "content": "Rye."}


class TestChanges:
    def test_put(self, ada):
        path = ada.post("/posts", json=BODY).headers["Location"]
        ada.put(path, json={"title": "Cake", "content": "Sweet."})
        assert ada.get(path).json()["excerpt"] == ""


# %% 6.1b reject: only PUT -> A field that is ignored is noticed
BODY = {"title": "Bread", "content": "Rye.", "excerpt": "Dark."}


class TestChanges:
    def test_put(self, ada):
        path = ada.post("/posts", json=BODY).headers["Location"]
        ada.put(path, json={"title": "Cake", "content": "Sweet."})
        found = ada.get(path).json()
        assert (found["title"], found["excerpt"]) == ("Cake", "")

    def test_missing(self, ada):
        assert ada.put("/posts/99", json=BODY).status_code == 404


# %% 6.1b reject: a status that the app does not promise -> The tests pass on the right app
class TestChanges:
    def test_missing(self, ada):
        assert ada.put("/posts/99", json={"title": "Cake", "content": "Sweet."}).status_code == 201


# %% 6.1b reject: a fixture that is not there -> The tests pass on the right app
class TestChanges:
    def test_missing(self, bob):
        assert bob.put("/posts/99", json={"title": "Cake", "content": "Sweet."}).status_code == 404


# %% 6.1b reject: an import that fails -> The tests pass on the right app
class TestChanges:
    def test_missing(self, ada):
        import postboard_helpers

        assert ada.put("/posts/99", json=postboard_helpers.BODY).status_code == 404


# %% 6.1b reject: skipped -> The tests pass on the right app
import pytest


class TestChanges:
    @pytest.mark.skip
    def test_missing(self, ada):
        assert ada.put("/posts/99", json={"title": "Cake", "content": "Sweet."}).status_code == 404


# %% 6.1c accept: one fixture for the post, other statuses by their class
import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def path(ada: TestClient) -> str:
    return ada.post("/posts", json={"title": "Tea", "content": "Green."}).headers["Location"]


class TestDelete:
    def test_gone(self, ada, path):
        ada.delete(path).raise_for_status()
        assert ada.get(path).status_code == 404
        assert ada.get("/posts").json()["total"] == 0

    def test_comments(self, ada, path):
        ada.post(f"{path}/comments", json={"content": "Nice."}).raise_for_status()
        assert ada.delete(path).status_code == 204

    def test_missing(self, ada):
        assert {ada.get("/posts/7").status_code, ada.delete("/posts/7").status_code} == {404}

    def test_stranger(self, ada, client, path):
        client.delete(path)
        assert ada.get(path).status_code == 200


# %% 6.1c reject: the statuses are asked for, the post is not read again -> A deleted post that stays is noticed
POST = {"title": "Tea", "content": "Green."}


class TestDelete:
    def test_gone(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        assert ada.delete(path).status_code == 204

    def test_comments(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        ada.post(f"{path}/comments", json={"content": "Nice."})
        assert ada.delete(path).status_code == 204

    def test_missing(self, ada):
        assert ada.get("/posts/1").status_code == 404
        assert ada.delete("/posts/1").status_code == 404

    def test_stranger(self, ada, client):
        path = ada.post("/posts", json=POST).headers["Location"]
        assert client.delete(path).status_code == 401


# %% 6.1c reject: the comment is refused, and nobody looks -> A post that cannot go because of its comments is noticed
POST = {"title": "Tea", "content": "Green."}


class TestDelete:
    def test_gone(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        assert ada.delete(path).status_code == 204
        assert ada.get(path).status_code == 404

    def test_comments(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        ada.post(f"{path}/comments", json={"text": "Nice."})
        assert ada.delete(path).status_code == 204

    def test_missing(self, ada):
        assert ada.get("/posts/1").status_code == 404
        assert ada.delete("/posts/1").status_code == 404


# %% 6.1c reject: the tuple stays, so pytest's settings refuse the file -> The tests pass on the right app
POST = {"title": "Tea", "content": "Green."}


class TestDelete:
    def test_comments(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        ada.post(f"{path}/comments", json={"content": "Nice."})
        assert (ada.delete(path).status_code == 204, "it is deleted")


# %% 6.1c reject: a stranger deletes a post that is not there -> A stranger who deletes is noticed
POST = {"title": "Tea", "content": "Green."}


class TestDelete:
    def test_gone(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        assert ada.delete(path).status_code == 204
        assert ada.get(path).status_code == 404

    def test_comments(self, ada):
        path = ada.post("/posts", json=POST).headers["Location"]
        assert ada.post(f"{path}/comments", json={"content": "Nice."}).status_code == 201
        assert ada.delete(path).status_code == 204

    def test_missing(self, ada):
        assert ada.get("/posts/1").status_code == 404
        assert ada.delete("/posts/1").status_code == 404

    def test_stranger(self, client):
        assert client.delete("/posts/1").status_code != 204


# %% 6.1d accept: tasks, awaited one after the other
import asyncio

import httpx


async def at_once(app, paths):
    there = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(base_url="http://here", transport=there) as client:
        tasks = [asyncio.create_task(client.get(path)) for path in paths]
        return [(await task).status_code for task in tasks]


# %% 6.1d accept: a client for each request, in a task group of anyio
import anyio
import httpx


async def at_once(app, paths):
    found = {}

    async def one(number, path):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            found[number] = (await client.get(path)).status_code

    async with anyio.create_task_group() as group:
        for number, path in enumerate(paths):
            group.start_soon(one, number, path)
    return [found[number] for number in range(len(paths))]


# %% 6.1d reject: one after the other -> Requests that wait for one another end
from httpx import ASGITransport, AsyncClient


async def at_once(app, paths):
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        return [(await client.get(path)).status_code for path in paths]


# %% 6.1d reject: the error comes through -> An error of the app is a 500 beside the others
import asyncio

from httpx import ASGITransport, AsyncClient


async def at_once(app, paths):
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        responses = await asyncio.gather(*(client.get(path) for path in paths))
    return [response.status_code for response in responses]


# %% 6.1d reject: in the order in which they end -> The statuses come in the order of the paths
import asyncio

from httpx import ASGITransport, AsyncClient


async def at_once(app, paths):
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        responses = await asyncio.gather(*(client.get(path) for path in paths))
    return sorted(response.status_code for response in responses)


# %% 6.1d reject: errors are left out of the list -> An error of the app is a 500 beside the others
import asyncio

from httpx import ASGITransport, AsyncClient


async def at_once(app, paths):
    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        found = await asyncio.gather(*(client.get(path) for path in paths), return_exceptions=True)
    return [each.status_code for each in found if not isinstance(each, Exception)]


# %% 6.1d reject: POST -> The statuses come in the order of the paths
import asyncio

from httpx import ASGITransport, AsyncClient


async def at_once(app, paths):
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        responses = await asyncio.gather(*(client.post(path) for path in paths))
    return [response.status_code for response in responses]
