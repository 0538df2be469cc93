"""Only this machine may be attacked, whatever an address is called."""

import socket
from collections.abc import Iterator

import pytest

from course.attacks.address import loopback
from course.attacks.run import attack
from course.base.errors import CourseError


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def resolve(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    """Let every name have these numbers."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 0)) for number in numbers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3", "LOCALHOST"])
def test_this_machine_may_be_attacked(host: str, port: int) -> None:
    if host == "127.1.2.3":
        with socket.create_server((host, 0)) as listening:
            assert loopback(f"http://{host}:{listening.getsockname()[1]}").address == host
    else:
        place = loopback(f"http://{host}:{port}/api/")
        assert (place.address, place.prefix, place.origin) == (
            "127.0.0.1",
            "/api",
            f"http://127.0.0.1:{port}",
        )
        assert str(place) == f"http://{host.lower()}:{port}/api"


def test_ipv6_may_be_attacked_and_an_address_needs_no_scheme(port: int) -> None:
    assert loopback(f"localhost:{port}").port == port
    try:
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no IPv6")
    with listening:
        place = loopback(f"http://[::1]:{listening.getsockname()[1]}")
    assert place.origin == f"http://[::1]:{place.port}" and place.named == f"[::1]:{place.port}"


@pytest.mark.parametrize(
    "numbers",
    [
        ("192.0.2.1",),
        ("127.0.0.1", "192.0.2.1"),
        ("10.0.0.1",),
        ("0.0.0.0",),
        ("2001:db8::1",),
        ("::ffff:192.0.2.1",),
    ],
)
def test_no_other_machine_is_attacked_under_any_name(
    monkeypatch: pytest.MonkeyPatch, numbers: tuple[str, ...]
) -> None:
    resolve(monkeypatch, *numbers)
    with pytest.raises(CourseError, match="is not an address of this machine alone") as told:
        attack("http://localhost:8000")
    assert "your app needs a file .env before it starts" in str(told.value)


def test_a_name_before_the_sign_at_is_not_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve(monkeypatch, "192.0.2.1")
    with pytest.raises(CourseError, match=r"evil\.example is 192\.0\.2\.1"):
        loopback("http://127.0.0.1@evil.example/")


@pytest.mark.parametrize(
    "url", ["", "ftp://localhost", "http://", "http://localhost:99999", "http://[::1", "file:///etc/passwd"]
)
def test_what_is_no_address_of_a_web_server_is_a_sentence(url: str) -> None:
    with pytest.raises(CourseError, match="is not the address of a web server"):
        loopback(url)


def test_a_server_that_is_not_there_is_a_sentence(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        free = listening.getsockname()[1]
    with pytest.raises(CourseError, match=r"no server listens at http://127\.0\.0\.1:") as told:
        loopback(f"http://127.0.0.1:{free}")
    assert "your app needs a file .env before it starts" in str(told.value)


def test_a_name_that_no_machine_has_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror("not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(CourseError, match="no machine has the name 'nowhere.example'"):
        loopback("http://nowhere.example")


def test_the_number_that_was_looked_at_is_the_one_that_is_connected_to(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = loopback(f"http://localhost:{port}")
    resolve(monkeypatch, "192.0.2.1")  # the name means another machine from now on
    assert place.origin == f"http://127.0.0.1:{port}" and place.named == f"localhost:{port}"
