"""Valkey beside a notebook; skipped where it has no program."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import redis

from course import valkey
from course.base.errors import CourseError
from course.serving import valkey as house
from course.serving.valkey import Valkey, program

needed = pytest.mark.skipif(program() is None, reason="Valkey has no program here")


@needed
def test_it_goes_away_and_comes_back_empty() -> None:
    with valkey() as store:
        client = redis.Redis.from_url(store.url, decode_responses=True)
        client.set("tea", "green")
        assert client.get("tea") == "green"
        store.stop()
        assert not store.running
        with pytest.raises(redis.ConnectionError):
            client.get("tea")
        address = store.url
        store.start()
        store.start()
        assert store.running and store.url == address
        assert client.get("tea") is None
        client.close()
    assert not store.running


@needed
def test_a_second_one_of_the_same_key_replaces_the_first() -> None:
    first = valkey("twice")
    folder = Path(first._folder.name)
    second = valkey("twice")
    other = valkey("other")
    assert (first.running, second.running, other.running) == (False, True, True)
    assert not folder.exists()
    house.stop_all()
    assert not second.running and not other.running


@needed
def test_it_leaves_no_file_and_listens_on_this_machine_only() -> None:
    with valkey() as store:
        client = redis.Redis.from_url(store.url, decode_responses=True)
        client.set("tea", "green")
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        client.close()
        folder = store._folder.name
        store.stop()
        assert os.listdir(folder) == ["log"]
    assert not os.path.exists(folder)


@needed
def test_a_port_that_is_taken_is_told() -> None:
    with valkey() as store:
        store.stop()
        with (
            house.socket.create_server(("127.0.0.1", store._port)),
            pytest.raises(CourseError, match="again"),
        ):
            store.start()


@needed
def test_it_ends_with_the_process_that_started_it() -> None:
    code = "from course import valkey\nstore = valkey()\nprint(store.url, flush=True)\nimport sys\nsys.stdin.read()"
    starter = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    starter.stdout.readline()
    below = psutil.Process(starter.pid).children(recursive=True)
    assert any("valkey" in each.name() for each in below)
    starter.kill()
    starter.communicate()
    assert psutil.wait_procs(below, timeout=20)[1] == []


def test_without_a_program_a_sentence_says_so() -> None:
    store = Valkey(None)
    store.start()
    assert "no program" in store.missing
    assert (store.url, store.running) == ("", False)
    store.close()
