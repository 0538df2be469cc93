"""Right and wrong answers to the exercises of lesson 8.8."""

# %% 8.8a accept: random texts, and more lengths than needed
import random
import string


def check_text(client):
    def status(length):
        text = "".join(random.choices(string.ascii_letters, k=length))
        return client.post("/notes", json={"text": text}).status_code

    taken = [status(length) for length in range(1, 21)]
    refused = [status(length) for length in (0, 21, 100)]
    if set(taken) != {201} or set(refused) != {422}:
        raise AssertionError(f"{taken} {refused}")


# %% 8.8a accept: a client of another shape
def check_text(client):
    for length in (21, 20, 1, 0):
        body = b'{"text": "' + b"a" * length + b'"}'
        headers = {"Content-Type": "application/json"}
        got = client.request("POST", "/notes", content=body, headers=headers).status_code
        assert got == (201 if 1 <= length <= 20 else 422)


# %% 8.8a reject: only what is refused -> A server that takes or refuses everything is noticed
def check_text(client):
    for text in ("", "x" * 21):
        assert client.post("/notes", json={"text": text}).status_code == 422


# %% 8.8a reject: far from the limits -> Limits that are off by one are noticed
def check_text(client):
    assert client.post("/notes", json={"text": "tea"}).status_code == 201
    for text in ("", "x" * 100):
        assert client.post("/notes", json={"text": text}).status_code == 422


# %% 8.8a reject: the lower limit is not tried -> Limits that are off by one are noticed
def check_text(client):
    assert client.post("/notes", json={"text": "x" * 20}).status_code == 201
    assert client.post("/notes", json={"text": "x" * 21}).status_code == 422


# %% 8.8a reject: any success and any refusal -> Another status is noticed
def check_text(client):
    for length in (0, 1, 20, 21):
        response = client.post("/notes", json={"text": "x" * length})
        assert response.is_success == (1 <= length <= 20)


# %% 8.8a reject: wants a body that nobody promised -> Right servers pass
def check_text(client):
    for length in (0, 1, 20, 21):
        response = client.post("/notes", json={"text": "x" * length})
        assert response.status_code == (201 if 1 <= length <= 20 else 422)
        if response.status_code == 201:
            assert response.json()["text"] == "x" * length


# %% 8.8a reject: a text that is not there is a 422, too -> Right servers pass
def check_text(client):
    for length in (0, 1, 20, 21):
        response = client.post("/notes", json={"text": "x" * length})
        assert response.status_code == (201 if 1 <= length <= 20 else 422)
    assert client.post("/notes", json={}).status_code == 422


# %% 8.8b accept: ten links, read backwards
import secrets


def check_links(client):
    made = []
    for _ in range(10):
        url = f"https://{secrets.token_hex(6)}.example/?q=1"
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201, response.text
        made.append((url, response.json()["code"]))
    for url, code in reversed(made):
        response = client.get("/links/" + code)
        assert (response.status_code, response.json().get("url")) == (200, url)


# %% 8.8b accept: a counter that goes on
from itertools import count

numbers = count(1)


def check_links(client):
    pairs = {}
    for number in (next(numbers), next(numbers), next(numbers)):
        response = client.post("/links", json={"url": f"https://tea.example/{number}"})
        assert response.status_code == 201
        pairs[response.json()["code"]] = number
    for code, number in pairs.items():
        response = client.get(f"/links/{code}")
        assert response.status_code == 200
        assert response.json()["url"].endswith(f"/{number}")
    assert len(pairs) == 3


# %% 8.8b reject: the example of the contract -> Responses that are repeated are noticed
def check_links(client):
    codes = {}
    for url in ("https://tea.example/1", "https://tea.example/2"):
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201
        codes[url] = response.json()["code"]
    for url, code in codes.items():
        response = client.get(f"/links/{code}")
        assert response.status_code == 200 and response.json()["url"] == url


# %% 8.8b reject: random, with a seed -> Responses that are repeated are noticed
import random


def check_links(client):
    draw = random.Random(8)
    codes = {}
    for url in (f"https://tea.example/{draw.random()}", f"https://tea.example/{draw.random()}"):
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201
        codes[url] = response.json()["code"]
    for url, code in codes.items():
        response = client.get(f"/links/{code}")
        assert response.status_code == 200 and response.json()["url"] == url


# %% 8.8b reject: each is read at once -> A server that knows one link is noticed
from uuid import uuid4


def check_links(client):
    for _ in range(2):
        url = f"https://tea.example/{uuid4()}"
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201
        read = client.get(f"/links/{response.json()['code']}")
        assert read.status_code == 200 and read.json()["url"] == url


# %% 8.8b reject: only the first one is read -> A server that knows one link is noticed
from uuid import uuid4


def check_links(client):
    codes = []
    for url in (first := f"https://tea.example/{uuid4()}", f"https://tea.example/{uuid4()}"):
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201
        codes.append(response.json()["code"])
    read = client.get(f"/links/{codes[0]}")
    assert read.status_code == 200 and read.json()["url"] == first


# %% 8.8b reject: statuses do not count -> Another status is noticed
from uuid import uuid4


def check_links(client):
    codes = {}
    for _ in range(2):
        url = f"https://tea.example/{uuid4()}"
        codes[url] = client.post("/links", json={"url": url}).json().get("code")
    for url, code in codes.items():
        assert client.get(f"/links/{code}").json().get("url") == url


# %% 8.8b reject: codes are numbers -> Right servers pass
from uuid import uuid4


def check_links(client):
    codes = {}
    for _ in range(2):
        url = f"https://tea.example/{uuid4()}"
        response = client.post("/links", json={"url": url})
        assert response.status_code == 201
        codes[url] = response.json()["code"]
        assert codes[url].isdigit()
    for url, code in codes.items():
        response = client.get(f"/links/{code}")
        assert response.status_code == 200 and response.json()["url"] == url


# %% 8.8b reject: a missing field is another error -> Responses that are repeated are noticed
from uuid import uuid4


def check_links(client):
    codes = {}
    for _ in range(2):
        url = f"https://tea.example/{uuid4()}"
        response = client.post("/links", json={"url": url})
        if response.status_code != 201:
            raise ValueError("no 201")
        codes[url] = response.json()["code"]
    for url, code in codes.items():
        response = client.get(f"/links/{code}")
        if response.status_code != 200 or response.json()["url"] != url:
            raise ValueError("another url")


# %% 8.8c accept: both directions
from uuid import uuid4


def check_apart(client, ana, ben):
    for owner, other in ((ana, ben), (ben, ana)):
        text = uuid4().hex
        made = client.post("/notes", json={"text": text}, headers=owner)
        assert made.status_code == 201
        number = made.json()["id"]
        path = f"/notes/{number}"
        assert text not in client.get("/notes", headers=other).text
        assert [client.request(each, path, headers=other).status_code for each in ("DELETE", "GET")] == [
            404
        ] * 2
        read, listed = client.get(path, headers=owner), client.get("/notes", headers=owner)
        assert (read.status_code, read.json().get("text"), listed.status_code) == (200, text, 200)
        assert [each["text"] for each in listed.json()["items"] if each["id"] == number] == [text]
        assert client.delete(path, headers=owner).status_code == 204


# %% 8.8c accept: several notes, and lists by their ids
def check_apart(client, ana, ben):
    def ids(who):
        found = client.get("/notes", headers=who)
        assert found.status_code == 200
        return {str(each["id"]) for each in found.json()["items"]}

    before = ids(ben)
    made = []
    for text in ("one", "two"):
        response = client.post("/notes", json={"text": text}, headers=ana)
        assert response.status_code == 201
        made.append((str(response.json()["id"]), text))
    assert ids(ben) == before
    for number, _ in made:
        assert client.get(f"/notes/{number}", headers=ben).status_code == 404
        assert client.delete(f"/notes/{number}", headers=ben).status_code == 404
    assert ids(ana) >= {number for number, _ in made}
    for number, text in made:
        response = client.get(f"/notes/{number}", headers=ana)
        assert response.status_code == 200 and response.json()["text"] == text
        assert client.delete(f"/notes/{number}", headers=ana).status_code == 204


# %% 8.8c reject: nobody looks after the 404 -> A note that is gone after the 404 is noticed
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    assert made.status_code == 201
    number = made.json()["id"]
    path = f"/notes/{number}"
    read, listed = client.get(path, headers=ana), client.get("/notes", headers=ana)
    assert read.status_code == 200 and read.json()["text"] == "tea"
    assert number in [each["id"] for each in listed.json()["items"]]
    assert number not in [each["id"] for each in client.get("/notes", headers=ben).json()["items"]]
    assert client.get(path, headers=ben).status_code == 404
    assert client.delete(path, headers=ben).status_code == 404
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    assert client.delete(f"/notes/{made.json()['id']}", headers=ana).status_code == 204


# %% 8.8c reject: the list is not looked at -> What another user can do is noticed
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    assert made.status_code == 201
    path = f"/notes/{made.json()['id']}"
    assert client.get(path, headers=ben).status_code == 404
    assert client.delete(path, headers=ben).status_code == 404
    assert client.get(path, headers=ana).json()["text"] == "tea"
    assert client.delete(path, headers=ana).status_code == 204


# %% 8.8c reject: any refusal will do -> Another status is noticed
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    number = made.json()["id"]
    path = f"/notes/{number}"
    assert client.get(path, headers=ben).is_client_error
    assert client.delete(path, headers=ben).is_client_error
    assert number not in [each["id"] for each in client.get("/notes", headers=ben).json()["items"]]
    assert number in [each["id"] for each in client.get("/notes", headers=ana).json()["items"]]
    assert client.get(path, headers=ana).json().get("text") == "tea"
    assert client.delete(path, headers=ana).status_code == 204


# %% 8.8c reject: texts in place of ids -> Right servers pass
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    path = f"/notes/{made.json()['id']}"
    assert client.get(path, headers=ben).status_code == 404
    assert client.delete(path, headers=ben).status_code == 404
    assert "tea" not in [each["text"] for each in client.get("/notes", headers=ben).json()["items"]]
    assert "tea" in [each["text"] for each in client.get("/notes", headers=ana).json()["items"]]
    assert client.get(path, headers=ana).json().get("text") == "tea"
    assert client.delete(path, headers=ana).status_code == 204


# %% 8.8c reject: the newest comes last -> Right servers pass
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    number = made.json()["id"]
    path = f"/notes/{number}"
    assert client.get(path, headers=ben).status_code == 404
    assert client.delete(path, headers=ben).status_code == 404
    assert number not in [each["id"] for each in client.get("/notes", headers=ben).json()["items"]]
    assert client.get("/notes", headers=ana).json()["items"][-1]["id"] == number
    assert client.get(path, headers=ana).json().get("text") == "tea"
    assert client.delete(path, headers=ana).status_code == 204


# %% 8.8c reject: only what is refused -> An author who has no access is noticed
def check_apart(client, ana, ben):
    made = client.post("/notes", json={"text": "tea"}, headers=ana)
    number = made.json()["id"]
    path = f"/notes/{number}"
    assert client.get(path, headers=ben).status_code == 404
    assert client.delete(path, headers=ben).status_code == 404
    assert number not in [each["id"] for each in client.get("/notes", headers=ben).json()["items"]]
    assert number in [each["id"] for each in client.get("/notes", headers=ana).json()["items"]]


# %% 8.8d accept: a pool of threads
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(100, 120):
            barrier = Barrier(2)

            def book(path, barrier=barrier):
                barrier.wait(30)
                return client.post(path)

            got = {each.status_code for each in pool.map(book, [f"/seats/{seat}"] * 2)}
            assert got == {201, 409}


# %% 8.8d accept: an event, and all rounds before the first assert
from threading import Event, Thread


def check_seats(client):
    rounds = []
    for seat in range(1, 13):
        go, got = Event(), []

        def book(seat=seat, go=go, got=got):
            go.wait(30)
            got.append(client.post(f"/seats/{seat}").status_code)

        threads = [Thread(target=book), Thread(target=book)]
        for each in threads:
            each.start()
        go.set()
        for each in threads:
            each.join()
        rounds.append(got)
    assert all(sorted(got) == [201, 409] for got in rounds), rounds


# %% 8.8d reject: one after the other -> Ten rounds have two requests at the same moment
def check_seats(client):
    for seat in range(1, 11):
        assert client.post(f"/seats/{seat}").status_code == 201
        assert client.post(f"/seats/{seat}").status_code == 409


# %% 8.8d reject: one round -> Ten rounds have two requests at the same moment
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        got = list(pool.map(lambda _: client.post("/seats/1").status_code, range(2)))
    assert sorted(got) == [201, 409]


# %% 8.8d reject: the assert is in the threads -> Two winners are noticed
from threading import Lock, Thread, excepthook


def check_seats(client):
    lock = Lock()
    for seat in range(1, 11):
        won = []

        def book(seat=seat, won=won):
            status = client.post(f"/seats/{seat}").status_code
            with lock:
                won.append(status == 201)
                try:
                    assert len(won) < 2 or sum(won) == 1
                except AssertionError:
                    return

        threads = [Thread(target=book), Thread(target=book)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()


# %% 8.8d reject: only the last round is looked at -> A mistake in one round is noticed
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(1, 11):
            got = list(pool.map(lambda _, seat=seat: client.post(f"/seats/{seat}").status_code, range(2)))
    assert sorted(got) == [201, 409]


# %% 8.8d reject: at most one winner -> A seat that nobody gets is noticed
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(1, 11):
            got = list(pool.map(lambda _, seat=seat: client.post(f"/seats/{seat}").status_code, range(2)))
            assert got.count(201) <= 1 and set(got) <= {201, 409}


# %% 8.8d reject: one winner, and something else -> Another status for the loser is noticed
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(1, 11):
            got = list(pool.map(lambda _, seat=seat: client.post(f"/seats/{seat}").status_code, range(2)))
            assert got.count(201) == 1


# %% 8.8d reject: a winner is told which seat it has -> Right servers pass
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(1, 11):
            got = list(pool.map(lambda _, seat=seat: client.post(f"/seats/{seat}"), range(2)))
            assert sorted(each.status_code for each in got) == [201, 409]
            assert str(seat) in "".join(each.text for each in got)


# %% 8.8d reject: the first request has to win -> Right servers pass
from concurrent.futures import ThreadPoolExecutor


def check_seats(client):
    with ThreadPoolExecutor(2) as pool:
        for seat in range(1, 11):
            got = list(pool.map(lambda _, seat=seat: client.post(f"/seats/{seat}").status_code, range(2)))
            assert got == [201, 409]


# %% 8.8e accept: lists compared before and after
import secrets
from collections import Counter
from datetime import datetime


def check_tags(client):
    def items():
        response = client.get("/tags")
        assert response.status_code == 200
        return Counter(response.json()["items"])

    before, names = items(), [secrets.token_hex(8) for _ in range(3)]
    for name in names:
        response = client.post("/tags", json={"name": name})
        body = response.json()
        assert response.status_code == 201 and body["name"] == name
        moment = datetime.fromisoformat(body["created_at"])
        assert moment.tzinfo is not None and moment.utcoffset().total_seconds() == 0
        assert client.post("/tags", json={"name": name}).status_code == 409
    assert items() == before + Counter(names)


# %% 8.8e accept: the end of the text says UTC
from uuid import uuid4


def check_tags(client):
    name = f"tag-{uuid4()}"
    made = client.post("/tags", json={"name": name})
    again = client.post("/tags", json={"name": name})
    listed = client.get("/tags")
    assert [each.status_code for each in (made, again, listed)] == [201, 409, 200]
    assert made.json()["name"] == name
    assert made.json()["created_at"].endswith(("Z", "+00:00"))
    assert [each for each in listed.json()["items"] if each == name] == [name]


# %% 8.8e reject: as it was -> Right servers pass
from datetime import UTC, datetime


def check_tags(client):
    made = client.post("/tags", json={"name": "tea"}).json()
    today = datetime.now(UTC).date().isoformat()
    assert made["created_at"].startswith(today) and made["created_at"].endswith("Z")
    again = client.post("/tags", json={"name": "tea"})
    assert again.json()["detail"] == "There is a tag of this name."
    client.post("/tags", json={"name": "milk"})
    items = client.get("/tags").json()["items"]
    assert items[-1] == "milk" and set(items) >= {"tea", "milk"}


# %% 8.8e reject: the names are not new -> Right servers pass
from datetime import datetime


def check_tags(client):
    made = client.post("/tags", json={"name": "tea"})
    assert made.status_code == 201 and made.json()["name"] == "tea"
    assert datetime.fromisoformat(made.json()["created_at"]).utcoffset().total_seconds() == 0
    assert client.post("/tags", json={"name": "tea"}).status_code == 409
    listed = client.get("/tags")
    assert listed.status_code == 200 and listed.json()["items"].count("tea") == 1


# %% 8.8e reject: the moment has to be now -> Right servers pass
from datetime import UTC, datetime, timedelta
from uuid import uuid4


def check_tags(client):
    name = uuid4().hex
    made = client.post("/tags", json={"name": name})
    assert made.status_code == 201 and made.json()["name"] == name
    moment = datetime.fromisoformat(made.json()["created_at"])
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
    assert client.post("/tags", json={"name": name}).status_code == 409
    listed = client.get("/tags")
    assert listed.status_code == 200 and listed.json()["items"].count(name) == 1


# %% 8.8e reject: a name stands there at least once -> A wrong list is noticed
from datetime import datetime, timedelta
from uuid import uuid4


def check_tags(client):
    name = uuid4().hex
    made = client.post("/tags", json={"name": name})
    assert made.status_code == 201 and made.json()["name"] == name
    assert datetime.fromisoformat(made.json()["created_at"]).utcoffset() == timedelta(0)
    assert client.post("/tags", json={"name": name}).status_code == 409
    listed = client.get("/tags")
    assert listed.status_code == 200 and name in listed.json()["items"]


# %% 8.8e reject: an offset of any kind -> A moment in another zone is noticed
from datetime import datetime
from uuid import uuid4


def check_tags(client):
    name = uuid4().hex
    made = client.post("/tags", json={"name": name})
    assert made.status_code == 201 and made.json()["name"] == name
    assert datetime.fromisoformat(made.json()["created_at"]).tzinfo is not None
    assert client.post("/tags", json={"name": name}).status_code == 409
    listed = client.get("/tags")
    assert listed.status_code == 200 and listed.json()["items"].count(name) == 1


# %% 8.8e reject: a second time is some error -> A wrong status is noticed
from datetime import datetime, timedelta
from uuid import uuid4


def check_tags(client):
    name = uuid4().hex
    made = client.post("/tags", json={"name": name})
    assert made.status_code == 201 and made.json()["name"] == name
    assert datetime.fromisoformat(made.json()["created_at"]).utcoffset() == timedelta(0)
    assert client.post("/tags", json={"name": name}).is_error
    listed = client.get("/tags")
    assert listed.status_code == 200 and listed.json()["items"].count(name) == 1


# %% 8.8e reject: the name in the response is not read -> A wrong name is noticed
from datetime import datetime, timedelta
from uuid import uuid4


def check_tags(client):
    name = uuid4().hex
    made = client.post("/tags", json={"name": name})
    assert made.status_code == 201
    assert datetime.fromisoformat(made.json()["created_at"]).utcoffset() == timedelta(0)
    assert client.post("/tags", json={"name": name}).status_code == 409
    listed = client.get("/tags")
    assert listed.status_code == 200 and listed.json()["items"].count(name) == 1
