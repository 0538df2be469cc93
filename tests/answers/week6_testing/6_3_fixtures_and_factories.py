# %% 6.3a accept: names of every field, one after the other
from uuid import uuid4


def recipe(name=None, minutes=30, ingredients=None, public=True):
    return {
        "name": uuid4().hex if name is None else name,
        "minutes": minutes,
        "ingredients": ["salt"] if ingredients is None else ingredients,
        "public": public,
    }


# %% 6.3a accept: a dataclass
from dataclasses import asdict, dataclass, field
from itertools import count

turns = count()


@dataclass
class Recipe:
    name: str = field(default_factory=lambda: f"Recipe {next(turns)}")
    minutes: int = 30
    ingredients: list = field(default_factory=lambda: ["salt"])
    public: bool = True


def recipe(**fields):
    return asdict(Recipe(**fields))


# %% 6.3a accept: a deep copy of a constant
import copy
from itertools import count

SOUP = {"name": "", "minutes": 30, "ingredients": ["salt"], "public": True}
made_so_far = count(100)


def recipe(**fields):
    if not set(fields) <= set(SOUP):
        raise TypeError("unknown field")
    made = copy.deepcopy(SOUP)
    made["name"] = f"Soup {next(made_so_far)}"
    made.update(fields)
    return made


# %% 6.3a reject: a shallow copy -> A change of one changes no other
from itertools import count

numbers = count(1)
SOUP = {"minutes": 30, "ingredients": ["salt"], "public": True}


def recipe(**fields):
    if fields.keys() - {"name", *SOUP}:
        raise TypeError("unknown field")
    return {"name": f"Recipe {next(numbers)}"} | SOUP | fields


# %% 6.3a reject: a random name from few -> No two recipes have the same name
import random


def recipe(name=None, minutes=30, ingredients=None, public=True):
    name = f"Recipe {random.randint(1, 100_000)}" if name is None else name
    return {"name": name, "minutes": minutes, "ingredients": ingredients or ["salt"], "public": public}


# %% 6.3a reject: an empty list is taken for none -> What is given is there
from itertools import count

numbers = count(1)


def recipe(name=None, minutes=30, ingredients=None, public=True):
    name = f"Recipe {next(numbers)}" if name is None else name
    return {"name": name, "minutes": minutes, "ingredients": ingredients or ["salt"], "public": public}


# %% 6.3a reject: a slip is a new field -> An unknown field is refused
from itertools import count

numbers = count(1)


def recipe(**fields):
    return {"name": f"Recipe {next(numbers)}", "minutes": 30, "ingredients": ["salt"], "public": True} | fields


# %% 6.3a reject: the default is a list of the function -> A change of one changes no other
from itertools import count

numbers = count(1)


def recipe(name=None, minutes=30, ingredients=["salt"], public=True):
    name = f"Recipe {next(numbers)}" if name is None else name
    return {"name": name, "minutes": minutes, "ingredients": ingredients, "public": public}


# %% 6.3a reject: the name is made of the fields -> No two recipes have the same name
def recipe(**fields):
    if fields.keys() - {"name", "minutes", "ingredients", "public"}:
        raise TypeError("unknown field")
    name = f"Recipe with {sorted(fields)}"
    return {"name": name, "minutes": 30, "ingredients": ["salt"], "public": True} | fields


# %% 6.3a reject: another default -> What is not given has its default
from itertools import count

numbers = count(1)


def recipe(name=None, minutes=30, ingredients=None, public=False):
    name = f"Recipe {next(numbers)}" if name is None else name
    ingredients = ["salt"] if ingredients is None else ingredients
    return {"name": name, "minutes": minutes, "ingredients": ingredients, "public": public}


# %% 6.3b accept: a mock, and a patched dict
from contextlib import contextmanager
from unittest.mock import Mock, patch


@contextmanager
def overridden(app, dependency, replacement):
    mock = Mock(side_effect=replacement)

    def called():
        return mock()

    with patch.dict(app.dependency_overrides, {dependency: called}):
        yield
    mock.assert_called()


# %% 6.3b accept: a class
class overridden:
    def __init__(self, app, dependency, replacement):
        self.app, self.dependency, self.replacement, self.used = app, dependency, replacement, False

    def __enter__(self):
        self.before = self.app.dependency_overrides
        self.app.dependency_overrides = {**self.before, self.dependency: self.call}

    def call(self):
        self.used = True
        return self.replacement()

    def __exit__(self, kind, error, trace):
        self.app.dependency_overrides = self.before
        if kind is None and not self.used:
            raise AssertionError("nobody asked")


# %% 6.3b reject: no finally -> They are after an error and after a miss too
@contextmanager
def overridden(app, dependency, replacement):
    calls = []

    def counted():
        calls.append(1)
        return replacement()

    before = dict(app.dependency_overrides)
    app.dependency_overrides[dependency] = counted
    yield
    app.dependency_overrides = before
    assert calls


# %% 6.3b reject: everything is cleared -> The overrides are as they were
@contextmanager
def overridden(app, dependency, replacement):
    calls = []

    def counted():
        calls.append(1)
        return replacement()

    app.dependency_overrides[dependency] = counted
    try:
        yield
    finally:
        app.dependency_overrides.clear()
    assert calls


# %% 6.3b reject: the override is removed, also one that was there -> The overrides are as they were
@contextmanager
def overridden(app, dependency, replacement):
    calls = []

    def counted():
        calls.append(1)
        return replacement()

    app.dependency_overrides[dependency] = counted
    try:
        yield
    finally:
        del app.dependency_overrides[dependency]
    assert calls


# %% 6.3b reject: a miss goes unnoticed -> A miss is an assertion error
@contextmanager
def overridden(app, dependency, replacement):
    before = dict(app.dependency_overrides)
    app.dependency_overrides[dependency] = replacement
    try:
        yield
    finally:
        app.dependency_overrides = before


# %% 6.3b reject: the miss hides the error of the block -> An error in the block comes out
@contextmanager
def overridden(app, dependency, replacement):
    calls = []

    def counted():
        calls.append(1)
        return replacement()

    before = dict(app.dependency_overrides)
    app.dependency_overrides[dependency] = counted
    try:
        yield
    finally:
        app.dependency_overrides = before
        assert calls


# %% 6.3b reject: the value is made once -> Each request asks anew
@contextmanager
def overridden(app, dependency, replacement):
    calls, value = [], replacement()

    def counted():
        calls.append(1)
        return value

    before = dict(app.dependency_overrides)
    app.dependency_overrides[dependency] = counted
    try:
        yield
    finally:
        app.dependency_overrides = before
    assert calls


# %% 6.3b reject: None is taken for no value -> Path operations get the replacement
@contextmanager
def overridden(app, dependency, replacement):
    calls = []

    def counted():
        calls.append(1)
        return replacement() or dependency()

    before = dict(app.dependency_overrides)
    app.dependency_overrides[dependency] = counted
    try:
        yield
    finally:
        app.dependency_overrides = before
    assert calls


# %% 6.3c accept: monkeypatch, a deep copy, module and session
from copy import deepcopy
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()
ORDER = {"name": "tea", "extras": []}
OVEN = object()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture(scope="module")
def everybody():
    return TestClient(app)


@pytest.fixture
def client(everybody):
    yield everybody
    everybody.cookies.clear()


@pytest.fixture
def sale(monkeypatch):
    monkeypatch.setitem(app.dependency_overrides, discount, lambda: 50)


@pytest.fixture
def order():
    def make(**fields):
        return deepcopy(ORDER) | fields

    return make


@pytest.fixture
def oven():
    return OVEN


# %% 6.3c reject: the client is for all -> A client has no cookies of an earlier test
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture(scope="module")
def client():
    return TestClient(app)


@pytest.fixture
def sale():
    app.dependency_overrides[discount] = lambda: 50
    yield
    app.dependency_overrides.clear()


@pytest.fixture
def order():
    return lambda **fields: {"name": "tea", "extras": []} | fields


@pytest.fixture(scope="session")
def oven():
    return object()


# %% 6.3c reject: the override stays -> A sale ends with its test
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def sale():
    app.dependency_overrides[discount] = lambda: 50
    return app


@pytest.fixture
def order():
    return lambda **fields: {"name": "tea", "extras": []} | fields


@pytest.fixture(scope="session")
def oven():
    return object()


# %% 6.3c reject: copies of one list -> Orders share nothing
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()
ORDER = {"name": "tea", "extras": []}


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def sale():
    app.dependency_overrides[discount] = lambda: 50
    yield
    app.dependency_overrides.clear()


@pytest.fixture
def order():
    return lambda **fields: ORDER.copy() | fields


@pytest.fixture(scope="session")
def oven():
    return object()


# %% 6.3c reject: an oven for each test -> One oven serves all tests
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def sale():
    app.dependency_overrides[discount] = lambda: 50
    yield
    app.dependency_overrides.clear()


@pytest.fixture
def order():
    return lambda **fields: {"name": "tea", "extras": []} | fields


@pytest.fixture
def oven():
    return object()


# %% 6.3c reject: an oven for each file -> One oven serves all tests
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def sale():
    app.dependency_overrides[discount] = lambda: 50
    yield
    app.dependency_overrides.clear()


@pytest.fixture
def order():
    return lambda **fields: {"name": "tea", "extras": []} | fields


@pytest.fixture(scope="module")
def oven():
    return object()


# %% 6.3c reject: a fixture that is left out -> A sale ends with its test
from typing import Annotated

import pytest
from fastapi import Cookie, Depends, FastAPI, Response
from fastapi.testclient import TestClient

app = FastAPI()


def discount() -> int:
    return 0


@app.get("/price")
def price(off: Annotated[int, Depends(discount)]) -> int:
    return 100 - off


@app.post("/visits")
def visit(response: Response, visits: Annotated[int, Cookie()] = 0) -> int:
    response.set_cookie("visits", str(visits + 1))
    return visits + 1


@pytest.fixture
def client():
    return TestClient(app)


@pytest.fixture
def order():
    return lambda **fields: {"name": "tea", "extras": []} | fields


@pytest.fixture(scope="session")
def oven():
    return object()


# %% 6.3d accept: the factory of the lesson, and one table
import pytest
from tests.factories import write


class TestTwoPeople:
    @pytest.mark.parametrize(
        ("method", "ending", "draft"),
        [("GET", "", 404), ("GET", "/comments", 404), ("PUT", "", 404), ("DELETE", "", 404)],
    )
    def test_draft(self, ada, bob, method, ending, draft):
        path = f"/posts/{write(ada, published=False)['id']}{ending}"
        body = {"title": "Mine", "content": "Words."}
        assert bob.request(method, path, json=body).status_code == draft

    def test_post(self, ada, bob, path):
        assert bob.delete(path).status_code == 403
        assert bob.put(f"{path}/tags", json={"names": []}).status_code == 403
        assert ada.get(path).status_code == 200


# %% 6.3d accept: the other way round, a draft of bob
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = bob.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert ada.get(draft).status_code == ada.get(draft + "/comments").status_code == 404
        assert ada.put(draft + "/tags", json={"names": []}).status_code == 404

    def test_post(self, ada, bob):
        post = bob.post("/posts", json={"title": "T", "content": "C"}).headers["Location"]
        change = ada.patch(post, json={"title": "U"})
        tags = ada.put(post + "/tags", json={"names": ["sql"]})
        assert [change.status_code, tags.status_code] == [403, 403]
        assert ada.delete(post).status_code == 403


# %% 6.3d reject: nobody tries to delete -> A post that others delete is noticed
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert bob.get(draft).status_code == bob.get(draft + "/comments").status_code == 404
        assert bob.patch(draft, json={"title": "U"}).status_code == 404

    def test_post(self, bob, path):
        assert bob.patch(path, json={"title": "U"}).status_code == 403
        assert bob.put(f"{path}/tags", json={"names": []}).status_code == 403


# %% 6.3d reject: a stranger is not bob -> A draft that others see is noticed
class TestTwoPeople:
    def test_draft(self, ada, client):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert client.get(draft).status_code == 404
        assert client.get(draft + "/comments").status_code == 404
        assert client.patch(draft, json={"title": "U"}).status_code == 401

    def test_post(self, ada, bob, path):
        assert bob.patch(path, json={"title": "U"}).status_code == 403
        assert bob.put(f"{path}/tags", json={"names": []}).status_code == 403


# %% 6.3d reject: any refusal will do -> A 403 for a draft is noticed
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert bob.get(draft).status_code == 404
        assert bob.get(draft + "/comments").status_code == 404
        assert bob.patch(draft, json={"title": "U"}).status_code in (403, 404)

    def test_post(self, bob, path):
        assert bob.patch(path, json={"title": "U"}).status_code == 403
        assert bob.put(f"{path}/tags", json={"names": []}).status_code == 403


# %% 6.3d reject: the tags are forgotten -> Tags that others change are noticed
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert bob.get(draft).status_code == 404
        assert bob.get(draft + "/comments").status_code == 404
        assert bob.patch(draft, json={"title": "U"}).status_code == 404

    def test_post(self, bob, path):
        assert bob.patch(path, json={"title": "U"}).status_code == 403
        assert bob.delete(path).status_code == 403


# %% 6.3d reject: tags that are no tags are refused for another reason -> Tags that others change are noticed
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert bob.get(draft).status_code == 404
        assert bob.get(draft + "/comments").status_code == 404
        assert bob.patch(draft, json={"title": "U"}).status_code == 404

    def test_post(self, bob, path):
        assert bob.patch(path, json={"title": "U"}).status_code == 403
        assert bob.put(f"{path}/tags", json={"tags": []}).status_code == 422


# %% 6.3d reject: only drafts -> A post that others change is noticed
class TestTwoPeople:
    def test_draft(self, ada, bob):
        draft = ada.post("/posts", json={"title": "T", "content": "C", "published": False}).headers["Location"]
        assert bob.get(draft).status_code == 404
        assert bob.get(draft + "/comments").status_code == 404
        assert bob.patch(draft, json={"title": "U"}).status_code == 404
        assert bob.put(draft + "/tags", json={"names": []}).status_code == 404


# %% 6.3d reject: a 404 for a post that everybody sees -> The tests pass on the right app
class TestTwoPeople:
    def test_post(self, bob, path):
        assert bob.delete(path).status_code == 404


# %% 6.3e accept: a factory function, and lists of numbers
from itertools import count

days = count(1)


def made(**fields):
    return {"title": "x", "author": "bob", "score": 5, "day": next(days), "published": True} | fields


class TestFrontPage:
    def test_who_is_on_it(self, front_page):
        posts = [made(title=str(score), score=score) for score in (-2, -1, 0, 1, 2)]
        assert front_page(posts, 5) == ["2", "1", "0"]
        assert front_page([made(published=False)], 5) == []

    def test_order(self, front_page):
        posts = [made(title="old", score=7), made(title="a"), made(title="b"), made(title="c")]
        kept = [dict(post) for post in posts]
        assert front_page(posts, 3) == ["old", "c", "b"]
        assert posts == kept


# %% 6.3e accept: bodies written out, one long test
class TestFrontPage:
    def test_everything(self, front_page):
        posts = [
            {"title": "draft", "author": "a", "score": 9, "day": 9, "published": False},
            {"title": "bad", "author": "a", "score": -1, "day": 9, "published": True},
            {"title": "zero", "author": "a", "score": 0, "day": 3, "published": True},
            {"title": "first", "author": "a", "score": 4, "day": 1, "published": True},
            {"title": "early", "author": "a", "score": 2, "day": 1, "published": True},
            {"title": "late", "author": "a", "score": 2, "day": 2, "published": True},
        ]
        before = [post["title"] for post in posts]
        assert front_page(posts, 9) == ["first", "late", "early", "zero"]
        assert front_page(posts, 1) == ["first"]
        assert [post["title"] for post in posts] == before


# %% 6.3e reject: the limit hides what does not belong there -> Wrong scores on the page are noticed
class TestFrontPage:
    def test_everything(self, front_page):
        posts = [
            {"title": "draft", "author": "a", "score": 9, "day": 9, "published": False},
            {"title": "bad", "author": "a", "score": -1, "day": 9, "published": True},
            {"title": "zero", "author": "a", "score": 0, "day": 3, "published": True},
            {"title": "first", "author": "a", "score": 4, "day": 1, "published": True},
            {"title": "early", "author": "a", "score": 2, "day": 1, "published": True},
            {"title": "late", "author": "a", "score": 2, "day": 2, "published": True},
        ]
        before = [post["title"] for post in posts]
        assert front_page(posts, 4) == ["first", "late", "early", "zero"]
        assert front_page(posts, 1) == ["first"]
        assert [post["title"] for post in posts] == before


# %% 6.3e reject: a score of -5 only -> Wrong scores on the page are noticed
def made(title, **fields):
    return {"title": title, "author": "bob", "score": 5, "day": 1, "published": True} | fields


class TestFrontPage:
    def test_who(self, front_page):
        posts = [made("a"), made("b", score=-5), made("c", published=False)]
        assert front_page(posts, 5) == ["a"]

    def test_order(self, front_page):
        posts = [made("a", day=2), made("b", day=3), made("c", score=9)]
        assert front_page(posts, 2) == ["c", "b"]


# %% 6.3e reject: the days are all the same -> A wrong order of days is noticed
def made(title, **fields):
    return {"title": title, "author": "bob", "score": 0, "day": 1, "published": True} | fields


class TestFrontPage:
    def test_who(self, front_page):
        posts = [made("a"), made("b", score=-1), made("c", published=False)]
        assert front_page(posts, 5) == ["a"]

    def test_order(self, front_page):
        posts = [made("a"), made("c", score=9)]
        assert front_page(posts, 1) == ["c"]


# %% 6.3e reject: the highest score is also the newest -> A wrong order of scores is noticed
def made(title, **fields):
    return {"title": title, "author": "bob", "score": 0, "day": 1, "published": True} | fields


class TestFrontPage:
    def test_who(self, front_page):
        posts = [made("a"), made("b", score=-1), made("c", published=False)]
        assert front_page(posts, 5) == ["a"]

    def test_order(self, front_page):
        posts = [made("a"), made("b", day=2), made("c", score=9, day=5)]
        assert front_page(posts, 2) == ["c", "b"]


# %% 6.3e reject: never more posts than the limit -> Too many titles are noticed
def made(title, **fields):
    return {"title": title, "author": "bob", "score": 0, "day": 1, "published": True} | fields


class TestFrontPage:
    def test_who(self, front_page):
        posts = [made("a"), made("b", score=-1), made("c", published=False)]
        assert front_page(posts, 5) == ["a"]

    def test_order(self, front_page):
        posts = [made("a", day=2), made("b", day=3), made("c", score=9)]
        assert front_page(posts, 3) == ["c", "b", "a"]


# %% 6.3e reject: the list is not looked at -> A list that is changed is noticed
def made(title, **fields):
    return {"title": title, "author": "bob", "score": 0, "day": 1, "published": True} | fields


class TestFrontPage:
    def test_who(self, front_page):
        posts = [made("a"), made("b", score=-1), made("c", published=False)]
        assert front_page(posts, 5) == ["a"]

    def test_order(self, front_page):
        posts = [made("a", day=2), made("b", day=3), made("c", score=9)]
        assert front_page(posts, 2) == ["c", "b"]


# %% 6.3e reject: random posts, and no rule -> Drafts on the page are noticed
import random


class TestFrontPage:
    def test_size(self, front_page):
        posts = [
            {"title": "a", "author": "b", "score": random.randint(0, 9), "day": 1, "published": True} for _ in range(5)
        ]
        assert len(front_page(posts, 5)) == 5


# %% 6.3e reject: wants an order that nobody promised -> The tests pass on the right function
class TestFrontPage:
    def test_order(self, front_page):
        posts = [{"title": title, "author": "b", "score": 1, "day": 1, "published": True} for title in "ba"]
        assert front_page(posts, 5) == ["a", "b"]


# %% 6.3f accept: a fixture that sets and clears
from importlib import import_module

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop():
    return import_module("shop")


@pytest.fixture
def ask(shop):
    def ask(cents, rate):
        shop.app.dependency_overrides[shop.rate] = lambda: rate
        return TestClient(shop.app).get(f"/prices/{cents}")

    yield ask
    shop.app.dependency_overrides.clear()


class TestPrices:
    @pytest.mark.parametrize(("cents", "rate", "price"), [(100, 3, 300), (1, 0.1, 1), (10, 0.5, 5)])
    def test_price(self, ask, cents, rate, price):
        assert ask(cents, rate).json() == price

    def test_closed(self, ask):
        assert ask(100, None).status_code == 503


# %% 6.3f accept: no request at all
from importlib import import_module

import pytest
from fastapi import HTTPException


@pytest.fixture
def shop():
    return import_module("shop")


class TestPrices:
    def test_price(self, shop):
        assert shop.price(3, 1.5) == 5
        assert shop.price(4, 1.5) == 6

    def test_closed(self, shop):
        with pytest.raises(HTTPException) as caught:
            shop.open_rate(None)
        assert caught.value.status_code == 503


# %% 6.3f reject: a price that round() gives as well -> Wrong rounding is noticed
from importlib import import_module
from types import ModuleType

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop() -> ModuleType:
    """The module shop.py, with `app` and `rate` in it."""
    return import_module("shop")


@pytest.fixture(autouse=True)
def no_overrides(shop: ModuleType):
    yield
    shop.app.dependency_overrides.clear()


class TestPrices:
    def test_a_price_is_in_dollars(self, shop: ModuleType) -> None:
        shop.app.dependency_overrides[shop.rate] = lambda: 2.0
        assert TestClient(shop.app).get("/prices/100").json() == 200

    def test_a_price_is_rounded_up(self, shop: ModuleType) -> None:
        shop.app.dependency_overrides[shop.rate] = lambda: 1.75
        assert TestClient(shop.app).get("/prices/10").json() == 18

    def test_a_closed_bank_is_503(self, shop: ModuleType) -> None:
        shop.app.dependency_overrides[shop.rate] = lambda: None
        assert TestClient(shop.app).get("/prices/100").status_code == 503


# %% 6.3f reject: the real bank, with the right numbers -> A rate that is ignored is noticed
from importlib import import_module

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop():
    return import_module("shop")


class TestPrices:
    def test_price(self, shop):
        assert TestClient(shop.app).get("/prices/100").json() == 125
        assert TestClient(shop.app).get("/prices/10").json() == 13


# %% 6.3f reject: the override has another function as its key -> The tests pass on the right shop
from importlib import import_module
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop():
    return import_module("shop")


class TestPrices:
    def test_price(self, shop):
        with patch.dict(shop.app.dependency_overrides, {lambda: shop.rate(): lambda: 2.0}):
            assert TestClient(shop.app).get("/prices/100").json() == 200


# %% 6.3f reject: the bank never closes -> A closed bank that sells is noticed
from importlib import import_module
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop():
    return import_module("shop")


class TestPrices:
    def test_price(self, shop):
        with patch.dict(shop.app.dependency_overrides, {shop.rate: lambda: 1.5}):
            found = [TestClient(shop.app).get(f"/prices/{cents}").json() for cents in (3, 4)]
        assert found == [5, 6]


# %% 6.3f reject: every price has a fraction -> Wrong rounding is noticed
from importlib import import_module
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def shop():
    return import_module("shop")


class TestPrices:
    def test_price(self, shop):
        with patch.dict(shop.app.dependency_overrides, {shop.rate: lambda: 1.5}):
            found = [TestClient(shop.app).get(f"/prices/{cents}").json() for cents in (3, 5)]
        assert found == [5, 8]

    def test_closed(self, shop):
        with patch.dict(shop.app.dependency_overrides, {shop.rate: lambda: None}):
            assert TestClient(shop.app).get("/prices/3").status_code == 503
