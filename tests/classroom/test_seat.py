"""A seat says whether it is ready, and many seats make one table."""

import dataclasses
import errno
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course import postgres
from course.base.errors import CourseError
from course.classroom import room, seat
from course.cli import doctor
from course.cli.main import app
from course.content import kernel
from course.postgres.diagnosis import Finding

WELL = Finding("The port", True, "Any port will do.")
ILL = Finding("JupyterLab", False, "JupyterLab was not found.", "It was removed.", "Install it.")


def test_a_seat_is_ready_when_a_server_a_kernel_and_a_port_really_work():
    found = seat.check(doctor.diagnose, "ana")
    assert found.ready, found.wrong
    assert found.line.startswith("READY ana: Python 3.") and "\n" not in found.line
    tried = {each.name for each in found.findings} - {each.name for each in doctor.diagnose()}
    assert tried == {
        "Disk for eight weeks",
        "Memory",
        "PostgreSQL starts and answers",
        "A kernel starts",
        "JupyterLab's port",
    }
    assert not [name for name in postgres.names() if name.startswith("seat_check")]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[..., seat.Seat]:
    """Checks a seat with these findings of the doctor, without a server and a kernel."""
    monkeypatch.setattr(seat, "_server", lambda: [WELL])
    monkeypatch.setattr(seat, "_kernel", lambda: [WELL])
    return lambda *findings, name="ana": seat.check(lambda: findings, name)


def test_what_the_doctor_finds_makes_a_seat_not_ready(quick):
    found = quick(WELL, ILL, ILL)
    assert not found.ready
    assert found.line.startswith("NOT READY ana: ")
    assert found.line.endswith("JupyterLab was not found and 1 more.")


@pytest.mark.parametrize(("look", "words"), [("_free_disk", "of disk"), ("_free_memory", "of memory")])
def test_a_seat_without_room_is_not_ready(quick, monkeypatch: pytest.MonkeyPatch, look: str, words: str):
    monkeypatch.setattr(seat, look, lambda: 3)
    [wrong] = quick(WELL).wrong
    assert "Only 3 MB" in wrong.what and wrong.cure


def raising(problem: Exception) -> Callable[..., None]:
    def stop(*_: object, **__: object) -> None:
        raise problem

    return stop


@pytest.mark.parametrize(
    "problem",
    [
        CourseError("The data folder is damaged. Rename it."),
        OSError(errno.EPERM, "not permitted"),
        ValueError("x"),
    ],
)
def test_a_server_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch, problem: Exception):
    monkeypatch.setattr(postgres, "ensure", raising(problem))
    [found] = seat._server()
    assert not found.ok and found.what.startswith("PostgreSQL did not answer: ") and found.cure


def test_a_kernel_that_does_not_start_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kernel, "client", raising(RuntimeError("no kernel")))
    [found] = seat._kernel()
    assert not found.ok and "RuntimeError: no kernel" in found.cause and found.cure


def test_jupyterlab_without_a_free_port_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]
        monkeypatch.setattr(seat, "PORTS", range(port, port + 1))
        [found] = seat._port()
    assert not found.ok and str(port) in found.cause


def test_a_computer_on_which_programs_do_not_reach_each_other_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "create_connection", raising(TimeoutError("timed out")))
    [found] = seat._port()
    assert not found.ok and "firewall" in found.cure


# ---------------------------------------------------------------- the room


def sitting(name: str, **more: object) -> seat.Seat:
    usual = seat.Seat(
        name, f"machine of {name}", True, "1.0", "3.11.2", "Linux x86_64", 9000, 4000, 3.0, "2026-01-01", ()
    )
    return dataclasses.replace(usual, **more)


def test_what_is_stored_is_read_again(quick, tmp_path: Path):
    found = quick(ILL)
    path = room.save(found, tmp_path)
    assert path.name == "seat-ana.json"
    assert room.read(path) == found


def test_a_second_check_of_a_seat_replaces_the_first(tmp_path: Path):
    room.save(sitting("ana", ready=False), tmp_path)
    room.save(sitting("ana"), tmp_path)
    [only] = room.seats(tmp_path)
    assert isinstance(only, seat.Seat) and only.ready


def test_another_seat_of_the_same_name_stays(tmp_path: Path):
    room.save(sitting("ana"), tmp_path)
    second = room.save(sitting("ana", machine="another", ready=False), tmp_path)
    assert second.name == "seat-ana-1.json"
    assert len(room.seats(tmp_path)) == 2


def test_a_file_that_is_no_seat_stays(tmp_path: Path):
    (tmp_path / "seat-ana.json").write_text("a diary")
    room.save(sitting("ana"), tmp_path)
    assert (tmp_path / "seat-ana.json").read_text() == "a diary"


@pytest.mark.parametrize(
    ("name", "file"), [("../a/b", "a_b"), ("Ana Müller", "Ana_Müller"), ("..", "seat"), ("x" * 300, "x" * 80)]
)
def test_any_name_makes_a_file_in_the_folder(tmp_path: Path, name: str, file: str):
    assert room.save(sitting(name), tmp_path) == tmp_path / f"seat-{file}.json"


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"name": "ana"}', "\x00\xff", "x" * (room.LARGEST + 1), '{"name": {"a": 1}}', "[" * 100_000],
)
def test_a_damaged_file_is_a_row_and_stops_no_other(tmp_path: Path, text: str):
    (tmp_path / "seat-bad.json").write_text(text, encoding="latin-1")
    room.save(sitting("ana"), tmp_path)
    bad, good = room.seats(tmp_path)
    assert isinstance(bad, room.Unreadable) and bad.why
    assert isinstance(good, seat.Seat)


def test_those_that_are_not_ready_come_first(tmp_path: Path):
    for each in (sitting("ana"), sitting("ben", ready=False), sitting("cy")):
        room.save(each, tmp_path)
    assert [each.name for each in room.seats(tmp_path)] == ["ben", "ana", "cy"]


def test_an_empty_folder_says_what_to_do(tmp_path: Path):
    with pytest.raises(CourseError, match="course class check --into"):
        room.seats(tmp_path)
    with pytest.raises(CourseError, match="course class check --into"):
        room.seats(tmp_path / "nowhere")


def run(*arguments: str):
    return CliRunner().invoke(app, ["class", *arguments], env={"COLUMNS": "120"})


def test_the_table_shows_every_seat_and_what_to_do(tmp_path: Path):
    room.save(sitting("ana"), tmp_path)
    room.save(sitting("ben \x1b[31m[red]", ready=False, course="2.0", findings=(ILL,)), tmp_path)
    shown = run("seats", str(tmp_path))
    assert shown.exit_code == 1
    assert "1 of 2 seats are ready." in shown.output
    assert "[red]: JupyterLab was not found. Install it." in shown.output
    assert "different versions of the course: 1.0, 2.0" in shown.output
    assert "\x1b" not in shown.output


def test_a_room_that_is_ready_ends_with_0(tmp_path: Path):
    room.save(sitting("ana"), tmp_path)
    assert run("seats", str(tmp_path)).exit_code == 0


def test_the_command_prints_one_line_or_json_and_writes_a_file(
    quick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(doctor, "diagnose", lambda: [WELL])
    shown = run("check", "--name", "ana")
    assert shown.exit_code == 0 and len(shown.stdout.splitlines()) == 1
    monkeypatch.setattr(doctor, "diagnose", lambda: [WELL, ILL])
    shown = run("check", "--name", "ana", "--json", "--into", str(tmp_path))
    assert shown.exit_code == 1 and json.loads(shown.stdout)["ready"] is False
    assert "Install it." in run("check", "--name", "ana").stdout
    assert isinstance(room.read(tmp_path / "seat-ana.json"), seat.Seat)
