# %% 6.4a accept: one table of what is refused, and other times
from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2031, 12, 31, 23, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALMOST = timedelta(minutes=59, seconds=59)


@pytest.fixture
def link(new_link):
    return new_link("Zoe@post.example", "vote", NOW)


@pytest.fixture
def other(new_link):
    return new_link("ann@post.example", "vote", NOW)


class TestLinks:
    def test_good(self, read_link, link, other):
        assert read_link(link, "vote", NOW + ALMOST) == "Zoe@post.example"
        assert read_link(other, "vote", NOW) == "ann@post.example"

    @pytest.mark.parametrize(("minutes", "purpose"), [(60, "vote"), (61, "vote"), (1, "login")])
    def test_refused(self, read_link, link, minutes, purpose):
        with pytest.raises(ValueError, match=r"."):
            read_link(link, purpose, NOW + minutes * MINUTE)

    def test_forged(self, read_link, link, other):
        forged = link.rpartition(".")[0] + "." + other.rpartition(".")[2]
        with pytest.raises(ValueError):
            read_link(forged, "vote", NOW)


# %% 6.4a accept: one long test, and a helper without pytest
from datetime import datetime, timedelta, timezone

NOON = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


def refused(read_link, *arguments):
    try:
        read_link(*arguments)
    except ValueError:
        return True
    return False


class TestLinks:
    def test_all(self, new_link, read_link):
        one, two = (new_link(f"{name}@x.example", "a", NOON) for name in ("Ann", "Ben"))
        assert [read_link(each, "a", NOON) for each in (one, two)] == ["Ann@x.example", "Ben@x.example"]
        assert not refused(read_link, one, "a", NOON + timedelta(seconds=3599))
        assert refused(read_link, one, "a", NOON + timedelta(seconds=3600))
        assert refused(read_link, one, "b", NOON)
        assert refused(read_link, ".".join(one.split(".")[:2] + two.split(".")[2:]), "a", NOON)


# %% 6.4a reject: a link is read when it is new and a week later -> A link that lasts too long is noticed
from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_time(self, new_link, read_link):
        link = new_link("ada@x.example", "a", NOW)
        assert read_link(link, "a", NOW) == "ada@x.example"
        with pytest.raises(ValueError):
            read_link(link, "a", NOW + timedelta(days=7))


# %% 6.4a reject: a link works in its last minute, but in its last second nobody looks -> A link that ends too early is noticed
from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_time(self, new_link, read_link):
        link = new_link("Ada@x.example", "a", NOW)
        assert read_link(link, "a", NOW + timedelta(minutes=59)) == "Ada@x.example"
        with pytest.raises(ValueError):
            read_link(link, "a", NOW + timedelta(hours=1))


# %% 6.4a reject: all refusals, and no link that works late -> A link that ends too early is noticed
from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_good(self, new_link, read_link):
        for email in ("Ada@x.example", "bob@x.example"):
            assert read_link(new_link(email, "a", NOW), "a", NOW) == email

    def test_refused(self, new_link, read_link):
        link, other = new_link("Ada@x.example", "a", NOW), new_link("bob@x.example", "a", NOW)
        forged = link.rpartition(".")[0] + "." + other.rpartition(".")[2]
        for each, purpose, at in [
            (link, "a", NOW + timedelta(hours=1)),
            (link, "b", NOW),
            (forged, "a", NOW),
        ]:
            with pytest.raises(ValueError):
                read_link(each, purpose, at)


# %% 6.4a reject: another purpose is tried with a link that is old too -> A link for another purpose is noticed
from datetime import UTC, datetime, timedelta

import pytest

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_purpose(self, new_link, read_link):
        link = new_link("ada@x.example", "a", NOW)
        with pytest.raises(ValueError):
            read_link(link, "b", NOW + timedelta(hours=2))


# %% 6.4a reject: a text that is no link at all -> A wrong signature is noticed
from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_signature(self, read_link):
        with pytest.raises(ValueError):
            read_link("nonsense", "a", NOW)


# %% 6.4a reject: one address, in small letters -> A wrong address is noticed
from datetime import UTC, datetime

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_address(self, new_link, read_link):
        assert read_link(new_link("ada@x.example", "a", NOW), "a", NOW) == "ada@x.example"


# %% 6.4a reject: wants a link that is good at the end of the hour -> The tests pass on the right functions
from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 7, 1, tzinfo=UTC)


class TestLinks:
    def test_time(self, new_link, read_link):
        link = new_link("ada@x.example", "a", NOW)
        assert read_link(link, "a", NOW + timedelta(hours=1)) == "ada@x.example"


# %% 6.4b accept: at_level, and record_tuples
import logging


class TestPay:
    def test_taken(self, pay, caplog):
        with caplog.at_level(logging.DEBUG):
            assert pay("1234567887654321", 250) is True
        lines = [text for _, level, text in caplog.record_tuples if level == logging.INFO]
        assert len(lines) == 1 and "250" in lines[0] and "4321" in lines[0]
        assert all("1234567887654321" not in text for _, _, text in caplog.record_tuples)

    def test_refused(self, pay, caplog):
        with caplog.at_level(logging.DEBUG):
            assert pay("1234567887654320", 250) is False
        assert [level for _, level, _ in caplog.record_tuples if level > logging.DEBUG] == [logging.WARNING]
        assert "4320" in caplog.messages[-1]
        assert "1234567887654320" not in caplog.text


# %% 6.4b accept: a handler of one's own
import logging

import pytest


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.kept = []

    def emit(self, record):
        self.kept.append((record.levelname, record.getMessage()))


@pytest.fixture
def lines():
    handler, root = Kept(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.kept
    root.removeHandler(handler)
    root.setLevel(before)


class TestPay:
    def test_both(self, pay, lines):
        for card, taken, level, words in [
            ("5555444433332221", True, "INFO", ("2221", "77")),
            ("5555444433332220", False, "WARNING", ("2220",)),
        ]:
            lines.clear()
            assert pay(card, 77) == taken
            ((found, text),) = [line for line in lines if line[0] != "DEBUG"]
            assert found == level and all(word in text for word in words)
            assert not any(card in text for _, text in lines)


# %% 6.4b reject: caplog keeps warnings only -> A number in the log is noticed
class TestPay:
    def test_taken(self, pay, caplog):
        assert pay("1234567887654321", 250)
        assert "1234567887654321" not in caplog.text

    def test_refused(self, pay, caplog):
        assert not pay("1234567887654320", 250)
        (record,) = caplog.records
        assert record.levelname == "WARNING" and "4320" in caplog.text
        assert "1234567887654320" not in caplog.text


# %% 6.4b reject: at INFO, so that DEBUG is not seen -> A number in the log is noticed
class TestPay:
    def test_taken(self, pay, caplog):
        caplog.set_level("INFO")
        assert pay("1234567887654321", 250)
        (record,) = caplog.records
        assert record.levelname == "INFO" and "4321" in caplog.text and "250" in caplog.text
        assert "1234567887654321" not in caplog.text

    def test_refused(self, pay, caplog):
        caplog.set_level("INFO")
        assert not pay("1234567887654320", 250)
        (record,) = caplog.records
        assert record.levelname == "WARNING" and "4320" in caplog.text
        assert "1234567887654320" not in caplog.text


# %% 6.4b reject: any line of a refusal will do -> A refusal that is logged as paid is noticed
class TestPay:
    def test_refused(self, pay, caplog):
        caplog.set_level("DEBUG")
        assert not pay("1234567887654320", 250)
        assert any(each.levelname == "WARNING" and "4320" in each.getMessage() for each in caplog.records)
        assert "1234567887654320" not in caplog.text


# %% 6.4b reject: the level of a refusal does not matter -> A refusal without its warning is noticed
class TestPay:
    def test_refused(self, pay, caplog):
        caplog.set_level("DEBUG")
        assert not pay("1234567887654320", 250)
        assert "4320" in caplog.text


# %% 6.4b reject: the cents are not looked for -> A payment without its line is noticed
class TestPay:
    def test_taken(self, pay, caplog):
        caplog.set_level("DEBUG")
        assert pay("1234567887654321", 250)
        (record,) = (each for each in caplog.records if each.levelname == "INFO")
        assert "4321" in record.getMessage()


# %% 6.4b reject: only the log, and not the answer -> A wrong answer is noticed
class TestPay:
    def test_taken(self, pay, caplog):
        caplog.set_level("DEBUG")
        pay("1234567887654321", 250)
        assert "1234567887654321" not in caplog.text


# %% 6.4b reject: wants a log without lines at DEBUG -> The tests pass on the right function
class TestPay:
    def test_taken(self, pay, caplog):
        caplog.set_level("DEBUG")
        assert pay("1234567887654321", 250)
        assert len(caplog.records) == 1


# %% 6.4c accept: other operations under the same rules
import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def path(ada: TestClient) -> str:
    return ada.post("/posts", json={"title": "Tea", "content": "Green."}).headers["Location"]


class TestRefusals:
    def test_token(self, client, path):
        response = client.get("/posts", headers={"Authorization": "Bearer x.y.z"})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'

    def test_logout(self, bob, path):
        assert bob.post("/auth/logout").status_code == 204
        assert bob.put(f"{path}/vote", json={"value": 1}).status_code == 401

    @pytest.mark.parametrize("role", ["member", "moderator", "admin"])
    def test_roles(self, ada, bob, role):
        assert bob.put("/admin/users/ada/role", json={"role": role}).status_code == 403

    def test_others(self, ada, bob, path):
        before = ada.get(path).json()
        assert bob.put(path, json={"title": "Mine", "content": "Now."}).status_code == 403
        assert ada.get(path).json() == before


# %% 6.4c reject: the header is right, and the path wants a login -> A wrong token that is taken for none is noticed
from fastapi.testclient import TestClient

TEA = {"title": "Tea", "content": "Green."}


class TestRefusals:
    def test_token(self, client):
        wrong = {"Authorization": "Bearer nonsense"}
        assert client.get("/users/me", headers=wrong).status_code == 401

    def test_logout(self, ada):
        ada.post("/auth/logout")
        assert ada.get("/users/me").status_code == 401

    def test_roles(self, ada, bob):
        assert ada.put("/admin/users/bob/role", json={"role": "admin"}).status_code == 403

    def test_others(self, ada, bob):
        path = ada.post("/posts", json=TEA).headers["Location"]
        assert bob.put(path, json=TEA).status_code == 403


# %% 6.4c reject: the logout is tried with a path that is open -> A token that outlives its logout is noticed
from fastapi.testclient import TestClient


class TestRefusals:
    def test_token(self, client):
        assert client.get("/posts", headers={"Authorization": "Bearer nonsense"}).status_code == 401

    def test_logout(self, ada):
        assert ada.post("/auth/logout").status_code == 204


# %% 6.4c reject: the field is still wrong, and anything but 200 will do -> A member who gives roles is noticed
class TestRefusals:
    def test_roles(self, ada, bob):
        given = ada.put("/admin/users/bob/role", json={"rights": "admin"})
        assert given.status_code in (401, 403, 422)


# %% 6.4c reject: the post is not there -> A member who replaces a post of others is noticed
class TestRefusals:
    def test_others(self, ada, bob):
        ada.post("/posts", json={"title": "Tea", "content": "Green."})
        assert bob.put("/posts/999", json={"title": "Mine", "content": "Now."}).status_code == 404


# %% 6.4c reject: wants 404 for the post of somebody else -> The tests pass on the right app
class TestRefusals:
    def test_others(self, ada, bob):
        path = ada.post("/posts", json={"title": "Tea", "content": "Green."}).headers["Location"]
        assert bob.put(path, json={"title": "Mine", "content": "Now."}).status_code == 404


# %% 6.4d accept: a test for each cell of the table
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

TABLE = """
GET /notes 200 200 200
POST /notes 401 201 201
DELETE /notes/{note_id} 401 403 204
GET /reports 401 403 200
GET /me 401 200 200
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
CELLS = [
    (method, path, name, int(status))
    for method, path, *statuses in ROWS
    for name, status in zip(("", "ben", "mia"), statuses)
]


class TestRights:
    @pytest.mark.parametrize(("method", "path", "name", "status"), CELLS)
    def test_cell(self, app, method, path, name, status):
        headers = {"Authorization": f"Bearer {name}"} if name else None
        path = path.replace("{note_id}", "1")
        body = {"text": "Tea"} if method == "POST" else None
        assert TestClient(app).request(method, path, headers=headers, json=body).status_code == status

    def test_complete(self, app):
        routes = [each for each in app.routes if isinstance(each, APIRoute)]
        assert {(method, each.path) for each in routes for method in each.methods} == {
            (method, path) for method, path, *_ in ROWS
        }


# %% 6.4d accept: one loop over what the app describes
from fastapi.testclient import TestClient

WANTED = {
    ("get", "/notes"): (200, 200, 200),
    ("post", "/notes"): (401, 201, 201),
    ("delete", "/notes/{note_id}"): (401, 403, 204),
    ("get", "/reports"): (401, 403, 200),
    ("get", "/me"): (401, 200, 200),
}
PEOPLE = ({}, {"Authorization": "Bearer ben"}, {"Authorization": "Bearer mia"})


class TestRights:
    def test_all(self, app):
        client, found = TestClient(app), {}
        for path, methods in client.get("/openapi.json").json()["paths"].items():
            for method in methods:
                address = path.format(note_id=1)
                found[method, path] = tuple(
                    client.request(method, address, headers=each, json={"text": "Tea"}).status_code
                    for each in PEOPLE
                )
        assert found == WANTED


# %% 6.4d reject: what is in the table, and nothing else -> An operation that is not in the table is noticed
import pytest
from fastapi.testclient import TestClient

WANTED = {
    "GET /notes": [200, 200, 200],
    "POST /notes": [401, 201, 201],
    "DELETE /notes/1": [401, 403, 204],
    "GET /reports": [401, 403, 200],
    "GET /me": [401, 200, 200],
}


class TestRights:
    @pytest.mark.parametrize("operation", WANTED)
    def test_row(self, app, operation):
        method, path = operation.split()
        people = ({}, {"Authorization": "Bearer ben"}, {"Authorization": "Bearer mia"})
        client = TestClient(app)
        found = [client.request(method, path, headers=each, json={"text": "Tea"}) for each in people]
        assert [each.status_code for each in found] == WANTED[operation]


# %% 6.4d reject: paths are compared without their methods -> An operation that is not in the table is noticed
import pytest
from fastapi.testclient import TestClient

WANTED = {
    "GET /notes": [200, 200, 200],
    "POST /notes": [401, 201, 201],
    "DELETE /notes/{note_id}": [401, 403, 204],
    "GET /reports": [401, 403, 200],
    "GET /me": [401, 200, 200],
}


class TestRights:
    @pytest.mark.parametrize("operation", WANTED)
    def test_row(self, app, operation):
        method, path = operation.split()
        people = ({}, {"Authorization": "Bearer ben"}, {"Authorization": "Bearer mia"})
        client = TestClient(app)
        found = [
            client.request(method, path.format(note_id=1), headers=each, json={"text": "Tea"})
            for each in people
        ]
        assert [each.status_code for each in found] == WANTED[operation]

    def test_complete(self, app):
        assert app.openapi()["paths"].keys() == {each.split()[1] for each in WANTED}


# %% 6.4d reject: nobody is never tried -> A wrong status of a refusal is noticed
import pytest
from fastapi.testclient import TestClient

WANTED = {"GET /reports": [403, 200], "DELETE /notes/1": [403, 204], "GET /me": [200, 200]}


class TestRights:
    @pytest.mark.parametrize("operation", WANTED)
    def test_row(self, app, operation):
        method, path = operation.split()
        found = [
            TestClient(app, headers={"Authorization": f"Bearer {name}"}).request(method, path).status_code
            for name in ("ben", "mia")
        ]
        assert found == WANTED[operation]


# %% 6.4d reject: nobody sends a token, a wrong one -> Nobody taken for a member is noticed
from fastapi.testclient import TestClient

WANTED = {
    ("get", "/notes"): (200, 200, 200),
    ("post", "/notes"): (401, 201, 201),
    ("delete", "/notes/{note_id}"): (401, 403, 204),
    ("get", "/reports"): (401, 403, 200),
    ("get", "/me"): (401, 200, 200),
}
PEOPLE = [{"Authorization": f"Bearer {name}"} for name in ("nobody", "ben", "mia")]


class TestRights:
    def test_all(self, app):
        client, found = TestClient(app), {}
        for path, methods in app.openapi()["paths"].items():
            for method in methods:
                address = path.format(note_id=1)
                found[method, path] = tuple(
                    client.request(method, address, headers=each, json={"text": "Tea"}).status_code
                    for each in PEOPLE
                )
        assert found == WANTED


# %% 6.4d reject: a note without its text, so 422 hides the status -> A wrong right to write a note is noticed
from fastapi.testclient import TestClient


class TestRights:
    def test_write(self, app):
        for headers in ({}, {"Authorization": "Bearer ben"}):
            assert TestClient(app).post("/notes", headers=headers, json={}).status_code >= 400


# %% 6.4d reject: refused or not is all that is compared -> A wrong status of a refusal is noticed
import pytest
from fastapi.testclient import TestClient

WANTED = {
    "GET /notes": [1, 1, 1],
    "POST /notes": [0, 1, 1],
    "DELETE /notes/1": [0, 0, 1],
    "GET /reports": [0, 0, 1],
    "GET /me": [0, 1, 1],
}


class TestRights:
    @pytest.mark.parametrize("operation", WANTED)
    def test_row(self, app, operation):
        method, path = operation.split()
        people = ({}, {"Authorization": "Bearer ben"}, {"Authorization": "Bearer mia"})
        client = TestClient(app)
        found = [client.request(method, path, headers=each, json={"text": "Tea"}) for each in people]
        assert [each.is_success for each in found] == WANTED[operation]


# %% 6.4d reject: moderators remove with a 200 -> The tests pass on the right app
from fastapi.testclient import TestClient


class TestRights:
    def test_remove(self, app):
        client = TestClient(app, headers={"Authorization": "Bearer mia"})
        assert client.delete("/notes/1").status_code == 200
