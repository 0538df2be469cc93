"""PostgreSQL refuses root; these are the ways around it, and that they open nothing."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
from postgres_support import kill, own_home, quiet, server_of, until, user

from course import postgres
from course.base import paths
from course.base.errors import CourseError
from course.postgres import binaries, settings
from course.postgres.home import Home

pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with own_home(tmp_path / "a folder", monkeypatch) as made:
        yield made
    if made.elsewhere.exists():
        shutil.rmtree(made.data.parent, ignore_errors=True)


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that refuses `unshare`, as Docker's does."""
    fake = tmp_path / "bin" / "unshare"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\necho 'unshare failed: Operation not permitted' >&2\nexit 1\n", "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)


DAEMON = (1, 1)  # a user that every machine has


def modes(folder: Path) -> list[int]:
    return [parent.stat().st_mode for parent in folder.parents]


def uid(process: psutil.Process | None) -> int:
    assert process is not None
    return process.uids().real


def test_a_user_namespace_needs_no_permission_of_any_folder_changed(home: Home) -> None:
    before = modes(home.folder)
    postgres.ensure()
    if home.elsewhere.exists():
        pytest.skip("this system refuses unshare")
    assert modes(home.folder) == before and home.data.stat().st_uid == 0


def test_where_unshare_is_refused_another_user_runs_the_server_in_a_closed_place(
    home: Home, refused: None
) -> None:
    before = modes(home.folder)
    psycopg2.connect(postgres.create("lesson")).close()
    assert modes(home.folder) == before
    assert uid(server_of(home)) == home.data.stat().st_uid != 0
    assert home.data.parent.stat().st_mode & 0o777 == 0o700
    assert home.data.parent.parent in (Path("/var/tmp"), Path("/tmp"))


def test_the_owner_of_the_work_folder_is_the_user_that_is_taken(home: Home, refused: None) -> None:
    os.chown(home.folder.parent, *DAEMON)
    postgres.ensure()
    assert uid(server_of(home)) == DAEMON[0]


def test_the_second_way_survives_kills_and_ends_with_its_last_user(home: Home, refused: None) -> None:
    with user():
        server, supervisor = server_of(home), postgres.status().supervisor_pid
        assert server
        kill(supervisor)
        kill(server.pid)
        with user():
            assert server_of(home) not in (None, server)
    until(lambda: quiet(home))


@pytest.mark.skipif(not shutil.which("capsh"), reason="needs capsh")
def test_the_second_way_works_with_the_rights_that_docker_leaves_to_root(home: Home, refused: None) -> None:
    postgres.ensure()
    kill(postgres.status().supervisor_pid)
    dropped = "--drop=cap_sys_ptrace,cap_sys_admin,cap_sys_resource,cap_dac_read_search"
    code = "from course import postgres; postgres.ensure(); postgres.stop(); print(postgres.status().running)"
    command = ["capsh", dropped, "--", "-c", 'exec "$0" -c "$1"', sys.executable, code]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(paths.ROOT), *sys.path])}
    assert (
        subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout
        == "False\n"
    )
    assert quiet(home)


def test_a_data_folder_in_another_place_is_found_from_a_moved_home(
    home: Home, refused: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.create("kept")
    postgres.stop()
    with own_home(tmp_path / "moved", monkeypatch) as moved:
        shutil.move(home.folder, moved.folder)
        psycopg2.connect(postgres.url("kept")).close()
    shutil.rmtree(moved.data.parent)


def test_a_place_that_somebody_else_made_is_not_used(home: Home, refused: None) -> None:
    postgres.ensure()
    postgres.stop()
    place = home.data.parent
    home.elsewhere.unlink()
    os.chown(place, *DAEMON)
    try:
        with pytest.raises(CourseError, match="somebody else made it"):
            postgres.ensure()
    finally:
        shutil.rmtree(place)


def test_there_is_a_sentence_when_both_ways_are_barred(
    home: Home, refused: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    programs = binaries.find()
    assert programs
    (closed / "pg").symlink_to(programs.parent)
    monkeypatch.setenv(settings.BIN_VARIABLE, str(closed / "pg" / "bin"))
    with pytest.raises(CourseError, match="refuses to run as root.*ordinary user"):
        postgres.ensure()
    assert quiet(home)


def test_a_data_folder_that_an_ordinary_user_made_runs_as_that_user(
    refused: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as reachable:
        os.chmod(reachable, 0o755)
        with own_home(Path(reachable) / "work", monkeypatch) as home:
            postgres.ensure()
            postgres.stop()
            apart = home.data
            home.elsewhere.unlink()
            shutil.copytree(apart, home.data)
            shutil.rmtree(apart.parent)
            for path in (home.folder, home.data, *home.data.rglob("*")):
                os.chown(path, *DAEMON)
            postgres.ensure()
            assert uid(server_of(home)) == DAEMON[0] and not home.elsewhere.exists()
