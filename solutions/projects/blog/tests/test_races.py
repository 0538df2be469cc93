"""What several clients do at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from conftest import Client, Join, numbers

CLIENTS = 8


def at_once(call: Callable[[int], int]) -> list[int]:
    """The statuses of requests that start together, in order."""
    start = Barrier(CLIENTS)

    def run(number: int) -> int:
        start.wait(30)
        return call(number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sorted(pool.map(run, range(CLIENTS)))


def test_one_of_eight_gets_a_name(client: Client) -> None:
    name = f"race-{next(numbers)}"

    def register(number: int) -> int:
        email = f"{name}-{number}@blog.example"
        form = {"username": name, "email": email, "password": "not-a-real-password"}
        return client.post("/users", json={"user": form}).status_code

    assert at_once(register) == [201] + [422] * 7


def test_a_favourite_counts_once(ann: Client) -> None:
    path = f"/articles/{ann.publish()['slug']}"
    liked = at_once(lambda _: ann.post(f"{path}/favorite").status_code)
    assert liked == [200] * CLIENTS
    assert ann.get(path).json()["article"]["favoritesCount"] == 1


def test_a_follow_counts_once(ann: Client, ben: Client) -> None:
    ben.publish("once")
    path = f"/profiles/{ben.name}/follow"
    assert at_once(lambda _: ann.post(path).status_code) == [200] * CLIENTS
    assert ann.titles("/articles/feed") == ["once"]


def test_one_of_eight_deletes(ann: Client) -> None:
    path = f"/articles/{ann.publish()['slug']}"
    assert at_once(lambda _: ann.delete(path).status_code) == [204] + [404] * 7


def test_a_favourite_of_what_goes_is_kept_or_a_404(ann: Client, join: Join) -> None:
    path, users = f"/articles/{ann.publish()['slug']}", [join() for _ in range(7)]

    def call(number: int) -> int:
        if number == 7:
            return ann.delete(path).status_code
        return users[number].post(f"{path}/favorite").status_code

    assert {*at_once(call)} <= {200, 204, 404}
