"""start.py, run as a learner runs it: as a command, in a small made-up course; its path holds a space.

No test needs the internet. What pip says is real (it installs a wheel written here); uv is a stand-in that
says what the real one was seen to say.
"""

import ast
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import link_backend
import pytest

from course.base.paths import ROOT

START = ROOT / "start.py"
BIN = "Scripts" if os.name == "nt" else "bin"
HANG = 600  # seconds; only a guard against a test that never ends, so a busy machine must not reach it

posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a shell script")

FAKE_UV = """#!/bin/sh
[ "$1" = --version ] && exit "${STUB_VERSION:-0}"
echo "$*" >> "$STUB_CALLS"
if [ -n "$STUB_WAIT" ]; then
    : > "$STUB_WAIT.reached"
    n=0; while [ ! -e "$STUB_WAIT" ] && [ $n -lt 600 ]; do sleep 0.05; n=$((n+1)); done
fi
if [ -n "$STUB_SAYS" ]; then printf '%s\\n' "$STUB_SAYS" >&2; exit 2; fi
mkdir -p "$VIRTUAL_ENV"/lib/python3.x/site-packages/tiny-1.0.dist-info
case "$*" in *" -e "*)
    printf '#!/bin/sh\\nprintf course; printf " [%%s]" "$@"\\n' > "$VIRTUAL_ENV/bin/course"
    chmod +x "$VIRTUAL_ENV/bin/course"
esac
"""

COURSE = """
import json, os, sys
def main():
    import tiny
    print(json.dumps({"arguments": sys.argv[1:], "tiny": tiny.VALUE, "venv": os.environ["VIRTUAL_ENV"],
                      "first": os.environ["PATH"].split(os.pathsep)[0]}))
    return 7 if "fail" in sys.argv else 0
"""
PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "fake-course"
version = "1.0"
"""


def heed_interrupts() -> None:
    """As in a terminal: what a shell has started with `&` ignores Ctrl-C, and so would all that these tests start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Course:
    """A made-up course in a folder of its own, and the ways to start it."""

    def __init__(self, parent: Path) -> None:
        self.root = parent / "my course"
        self.outside = parent / "outside"
        self.stubs = self.outside / "stubs"
        self.calls = self.outside / "calls.txt"
        self.temporary = self.outside / "temporary"
        for folder in (self.root / "work", self.stubs, self.temporary):
            folder.mkdir(parents=True)
        self.write("pyproject.toml", PYPROJECT)
        self.write("backend.py", link_backend.backend("course:main"))
        self.write("course.py", COURSE)
        self.write("work/notes.txt", "the learner's own")
        self.write("requirements.lock", f"tiny==1.0 --hash=sha256:{self.make_wheel('tiny')}\n")
        self.write("requirements-dev.lock", self.read("requirements.lock") + "# and more\n")
        shutil.copy(START, self.root)

    def make_wheel(self, name: str, number: int = 1) -> str:
        """A package for pip to find; its sha256."""
        wheel = self.outside / f"{name}-{number}.0-py3-none-any.whl"
        info = f"{name}-{number}.0.dist-info"
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}.0\n"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}.py", f"VALUE = {number}\n")
            archive.writestr(f"{info}/METADATA", about)
            archive.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            archive.writestr(f"{info}/RECORD", "")
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    def read(self, name: str) -> str:
        return (self.root / name).read_text(encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def with_fake_uv(self) -> "Course":
        uv = self.stubs / "uv"
        uv.write_text(FAKE_UV)
        uv.chmod(0o755)
        return self

    def asked_of_uv(self) -> list[str]:
        """What the stand-in was asked to install, in order: the names of locks, and `link`."""
        lines = self.calls.read_text().splitlines() if self.calls.exists() else []
        return ["link" if " -e " in line else line.rpartition("/")[2] for line in lines]

    def environment(self, **more: str) -> dict[str, str]:
        unwanted = re.compile(r"PIP_|UV_|PYTHON|VIRTUAL_ENV|COURSE_")
        kept = {name: value for name, value in os.environ.items() if not unwanted.match(name)}
        path = [part for part in kept["PATH"].split(os.pathsep) if not shutil.which("uv", path=part)]
        return kept | {
            "PATH": os.pathsep.join([str(self.stubs), *path]),
            "TMPDIR": str(self.temporary),
            "STUB_CALLS": str(self.calls),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": self.outside.as_uri(),
            "PIP_NO_INDEX": "1",
            **more,
        }

    def begin(self, *arguments: str, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(self.root / "start.py"), *arguments],
            env=self.environment(**more),
            cwd=self.outside,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts if os.name == "posix" else None,
        )

    def start(self, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        process = self.begin(*arguments, **more)
        out, err = process.communicate(timeout=HANG)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def start_with(self, sabotage: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Start after these lines of Python have spoilt the interpreter's own library."""
        (self.stubs / "sitecustomize.py").write_text(sabotage)
        return self.start(*arguments, PYTHONPATH=str(self.stubs))

    def refuses(self, result: "subprocess.CompletedProcess[str]", *words: str) -> None:
        """Assert that it failed as a learner should see it: a sentence, and nothing of theirs touched."""
        assert result.returncode == 1
        for word in words:
            assert word in result.stderr
        assert "Traceback" not in result.stdout + result.stderr
        assert 'File "' not in result.stderr
        assert result.stdout == ""
        assert [path.name for path in (self.root / "work").iterdir()] == ["notes.txt"]
        assert self.read("work/notes.txt") == "the learner's own"


Installed = tuple[Course, "subprocess.CompletedProcess[str]"]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(tmp_path).with_fake_uv()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A course that pip has really installed, and what that first start said."""
    made = Course(tmp_path_factory.mktemp("pip"))
    return made, made.start("lab", "--port", "9")


@pytest.fixture
def pip_course(installed: Installed) -> Iterator[Course]:
    """The installed course; its lock is put back afterwards."""
    made, _ = installed
    lock = made.read("requirements.lock")
    yield made
    made.write("requirements.lock", lock)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HANG
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.02)


# ---------------------------------------------------------------- with the real pip


def test_the_first_start_installs_and_runs_the_command_from_a_path_with_a_space(installed: Installed) -> None:
    course, first = installed
    assert first.returncode == 0, first.stderr
    venv = course.root / ".venv"
    expected = {"arguments": ["lab", "--port", "9"], "tiny": 1, "venv": str(venv), "first": str(venv / BIN)}
    assert json.loads(first.stdout) == expected


def test_progress_names_what_is_done_and_how_many_packages(installed: Installed) -> None:
    _, first = installed
    for phrase in ("Making .venv", "1 packages", "Linking the course", "Installed ("):
        assert phrase in first.stderr
    took = re.search(r"Installed \((\d+) s", first.stderr)
    assert took and len(first.stderr.splitlines()) < 10 + int(took[1]) / 10  # one more for every ten seconds


def test_a_later_start_installs_nothing_and_says_nothing(pip_course: Course) -> None:
    again = pip_course.start("status")
    assert (again.returncode, again.stderr) == (0, "")
    assert json.loads(again.stdout)["arguments"] == ["status"]


def test_the_exit_status_of_the_command_is_passed_on(pip_course: Course) -> None:
    assert pip_course.start("fail").returncode == 7


def test_a_package_with_a_wrong_hash_is_refused(pip_course: Course) -> None:
    pip_course.make_wheel("other")
    pip_course.write("requirements.lock", f"other==1.0 --hash=sha256:{'0' * 64}\n")
    (pip_course.root / ".venv" / "keep").touch()
    pip_course.refuses(pip_course.start(), "checksum", "Run the same command again")
    assert (pip_course.root / ".venv" / "keep").exists()


def test_a_package_that_is_not_made_for_this_computer_is_named_as_the_cause(pip_course: Course) -> None:
    pip_course.write("requirements.lock", f"tiny==2.0 --hash=sha256:{'0' * 64}\n")
    pip_course.refuses(pip_course.start(), "not made for this computer", "Docker")


def test_without_a_network_the_sentence_says_so(pip_course: Course) -> None:
    pip_course.write("requirements.lock", f"absent==1.0 --hash=sha256:{'0' * 64}\n")
    nowhere = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    pip_course.refuses(pip_course.start(**nowhere), "cannot be reached", "Connect to the internet")


def test_an_update_that_fails_offline_leaves_the_old_installation_usable(pip_course: Course) -> None:
    lock = pip_course.read("requirements.lock")
    pip_course.write("requirements.lock", f"tiny==2.0 --hash=sha256:{'0' * 64}\n")
    assert pip_course.start().returncode == 1
    pip_course.write("requirements.lock", lock)
    again = pip_course.start()
    assert (again.returncode, again.stderr) == (0, "")


# ---------------------------------------------------------------- what is done, and what is skipped


@posix
def test_uv_is_used_where_it_is_found_and_held_to_the_hashes(course: Course) -> None:
    assert course.start().returncode == 0
    assert course.asked_of_uv() == ["requirements.lock", "link"]
    locked, linked = course.calls.read_text().splitlines()
    assert "--require-hashes --no-deps --only-binary :all:" in locked
    assert "--no-index --no-deps --no-build-isolation" in linked


@posix
@pytest.mark.parametrize(
    ("typed", "passed"),
    [
        ([], "course [lab]"),
        (["--no-browser", "--port", "9"], "course [lab] [--no-browser] [--port] [9]"),
        (["start-at", "1.5"], "course [start-at] [1.5]"),
        (["lab", "--help"], "course [lab] [--help]"),
        (["test", "-k", "a b"], "course [test] [-k] [a b]"),
    ],
)
def test_what_is_typed_reaches_the_course_command(course: Course, typed: list[str], passed: str) -> None:
    assert course.start(*typed).stdout == passed


def test_help_explains_and_installs_nothing(course: Course) -> None:
    shown = course.start("--help")
    assert shown.returncode == 0
    assert "python3 start.py test" in shown.stdout
    assert not (course.root / ".venv").exists()


@posix
def test_test_adds_the_authors_lock_and_a_plain_start_is_content_with_that(course: Course) -> None:
    course.start()
    course.start("test")
    course.start()
    course.start("test")
    assert course.asked_of_uv() == ["requirements.lock", "link", "requirements-dev.lock"]


@posix
def test_a_changed_lock_is_installed_into_the_same_environment(course: Course) -> None:
    course.start()
    (course.root / ".venv" / "keep").touch()
    course.write("requirements.lock", course.read("requirements.lock") + "# newer\n")
    course.start()
    assert course.asked_of_uv() == ["requirements.lock", "link", "requirements.lock"]
    assert (course.root / ".venv" / "keep").exists()


@posix
def test_a_changed_pyproject_links_the_course_again_and_no_more(course: Course) -> None:
    course.start()
    course.write("pyproject.toml", PYPROJECT + "# newer\n")
    course.start()
    assert course.asked_of_uv() == ["requirements.lock", "link", "link"]


def moved(course: Course) -> None:
    new = course.root.with_name("another place")
    course.root.rename(new)
    course.root = new


def made_by_another_python(course: Course) -> None:
    stamp = next((course.root / ".venv").rglob("done.json"))
    stamp.write_text(stamp.read_text().replace('"python": "3.', '"python": "2.'))


def without_its_python(course: Course) -> None:
    (course.root / ".venv" / BIN / "python").unlink()


def not_made_by_start(course: Course) -> None:
    next((course.root / ".venv").rglob("done.json")).unlink()


def with_a_damaged_stamp(course: Course) -> None:
    next((course.root / ".venv").rglob("done.json")).write_text("[1]")


@posix
@pytest.mark.parametrize(
    "spoil", [moved, made_by_another_python, without_its_python, not_made_by_start, with_a_damaged_stamp]
)
def test_an_environment_that_cannot_be_trusted_is_made_again(
    course: Course, spoil: Callable[[Course], None]
) -> None:
    course.start()
    (course.root / ".venv" / "leftover").mkdir()
    spoil(course)
    again = course.start()
    assert (again.returncode, again.stdout) == (0, "course [lab]")
    assert course.asked_of_uv() == ["requirements.lock", "link"] * 2
    assert not (course.root / ".venv" / "leftover").exists()


@posix
def test_a_linked_venv_loses_the_link_and_not_what_it_points_at(course: Course) -> None:
    (course.outside / "other").mkdir()
    (course.outside / "other" / "precious").touch()
    (course.root / ".venv").symlink_to(course.outside / "other")
    assert course.start().returncode == 0
    assert (course.outside / "other" / "precious").exists()


@posix
def test_nothing_is_left_in_the_shared_folder_for_temporary_files(course: Course) -> None:
    course.start()
    assert list(course.temporary.iterdir()) == []


# ---------------------------------------------------------------- what other programs did to it


def site(course: Course) -> Path:
    return next(
        (course.root / ".venv").glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")
    )


def test_a_package_whose_files_are_gone_is_installed_again(pip_course: Course) -> None:
    (site(pip_course) / "tiny.py").unlink()  # pip, asked for the lock, would say that all is installed
    again = pip_course.start("status")
    assert again.returncode == 0 and json.loads(again.stdout)["tiny"] == 1, again.stderr
    assert pip_course.start("status").stderr == ""


def test_the_link_to_the_course_is_made_again(pip_course: Course) -> None:
    (site(pip_course) / "fake_course.pth").unlink()
    again = pip_course.start("status")
    assert again.returncode == 0, again.stderr
    assert pip_course.start("status").stderr == ""


def test_a_package_that_was_replaced_is_installed_again(pip_course: Course) -> None:
    pip_course.make_wheel("tiny", 2)
    python = pip_course.root / ".venv" / BIN / "python"
    other = [str(python), "-m", "pip", "install", "--quiet", "tiny==2.0"]
    subprocess.run(other, env=pip_course.environment(), check=True, timeout=HANG)
    assert (site(pip_course) / "tiny.py").read_text() == "VALUE = 2\n"
    again = pip_course.start("status")
    assert again.returncode == 0 and json.loads(again.stdout)["tiny"] == 1, again.stderr
    assert pip_course.start("status").stderr == ""


def test_a_package_that_the_learner_added_and_removed_is_nobodys_business(pip_course: Course) -> None:
    (site(pip_course) / "theirs-1.0.dist-info").mkdir()
    assert pip_course.start("status").stderr == ""
    (site(pip_course) / "theirs-1.0.dist-info").rmdir()
    assert pip_course.start("status").stderr == ""


def replaced(course: Course) -> None:
    info = site(course) / "tiny-1.0.dist-info"
    info.rename(info.with_name("tiny-0.9.dist-info"))


@posix
def test_offline_a_replaced_package_is_said_and_the_course_opens_all_the_same(course: Course) -> None:
    course.start()
    replaced(course)
    without_pip(course)
    opened = course.start(STUB_SAYS=UV_SAYS["network"][0], PYTHONPATH=str(course.stubs))
    assert (opened.returncode, opened.stdout) == (0, "course [lab]")
    assert "other versions of some packages" in opened.stderr and "cannot be reached" in opened.stderr


@posix
def test_what_the_installer_cannot_repair_has_a_sentence(course: Course) -> None:
    course.start()
    (site(course) / "tiny-0.9.dist-info").mkdir()
    course.refuses(course.start(), "Delete the folder .venv", "your own work is not in it")
    shutil.rmtree(course.root / ".venv")
    assert course.start().stdout == "course [lab]"


# ---------------------------------------------------------------- interrupted, or two at once


@posix
def test_an_interrupted_install_is_repaired_by_the_next_start(course: Course) -> None:
    gate = course.outside / "gate"
    killed = course.begin(STUB_WAIT=str(gate))
    wait_for(gate.with_name("gate.reached").exists)
    (course.root / ".venv" / "half").mkdir()
    killed.kill()
    killed.communicate(timeout=HANG)
    following = course.begin()  # the installer lives on without its parent: the next start must wait for it
    assert following.stderr is not None
    assert "waiting for it to finish" in following.stderr.readline()
    gate.touch()
    out, _ = following.communicate(timeout=HANG)
    assert (following.returncode, out) == (0, "course [lab]")
    assert not (course.root / ".venv" / "half").exists()


@posix
def test_an_interrupted_update_is_not_taken_for_done_after_a_failed_repair(course: Course) -> None:
    course.start()
    gate = course.outside / "gate"
    killed = course.begin("test", STUB_WAIT=str(gate))
    wait_for(gate.with_name("gate.reached").exists)
    killed.kill()
    killed.communicate(timeout=HANG)
    gate.touch()
    without_pip(course)
    assert course.start(STUB_SAYS=UV_SAYS["network"][0], PYTHONPATH=str(course.stubs)).returncode == 1
    course.calls.unlink()
    assert course.start().stdout == "course [lab]"
    assert course.asked_of_uv() == ["requirements.lock", "link"]


@posix
def test_the_second_of_two_starts_waits_and_installs_nothing_again(course: Course) -> None:
    gate = course.outside / "gate"
    first = course.begin("one", STUB_WAIT=str(gate))
    wait_for(gate.with_name("gate.reached").exists)
    second = course.begin("two")
    assert second.stderr is not None
    assert "Another start.py is installing here" in second.stderr.readline()
    gate.touch()
    assert first.communicate(timeout=HANG)[0] == "course [one]"
    assert second.communicate(timeout=HANG)[0] == "course [two]"
    assert course.asked_of_uv() == ["requirements.lock", "link"]


@posix
def test_control_c_stops_with_a_sentence(course: Course) -> None:
    process = course.begin(STUB_WAIT=str(course.outside / "gate"))
    wait_for((course.outside / "gate.reached").exists)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=HANG)
    assert process.returncode == 130
    assert "Stopped. The next start goes on from here." in err
    assert "Traceback" not in err
    assert course.start().returncode == 0


# ---------------------------------------------------------------- failures

FULL = "cause: failed to copy file to `x.so`: No space left on device (os error 28)"
UV_SAYS = {
    "disk": (FULL, "disk is full", "Make room"),
    "disk, pip": (
        "ERROR: Could not install: [Errno 28] No space left on device",
        "disk is full",
        "Make room",
    ),
    "disk, Windows": ("There is not enough space on the disk. (os error 112)", "disk is full", "Make room"),
    "network": (
        "error: Failed to fetch: `x`\n  cause: client error (Connect)\n  cause: dns error",
        "cannot be reached",
        "Connect to the internet",
    ),
    "proxy": ("cause: invalid peer certificate: UnknownIssuer", "certificate", "SSL_CERT_FILE"),
    "hash": (
        "error: Failed to download `idna==3.20`\n  cause: Hash mismatch for `idna==3.20`",
        "checksum",
        "Run the same command again",
    ),
    "platform": (
        "cause: Because pywinpty==3.1.2 has no usable wheels and you require pywinpty==3.1.2",
        "not made for this computer",
        "try another Python from 3.11",
    ),
    "rights": (
        "error: failed to remove file: Permission denied (os error 13)",
        "could not be written",
        "JupyterLab",
    ),
    "long path": (
        "ERROR: Windows does not have Long Path support enabled",
        "too long for Windows",
        "Move the course",
    ),
    "unknown": ("error: the engine fell out\n  and lies there\n\n", "the engine fell out", "install.log"),
}


def without_pip(course: Course) -> None:
    """Take ensurepip away, as Debian does, so that only uv is there to install anything."""
    (course.stubs / "sitecustomize.py").write_text("import sys; sys.modules['ensurepip'] = None")


@posix
@pytest.mark.parametrize("cause", UV_SAYS)
def test_what_the_installer_says_becomes_one_sentence(course: Course, cause: str) -> None:
    says, what, cure = UV_SAYS[cause]
    without_pip(course)
    course.refuses(course.start(STUB_SAYS=says, PYTHONPATH=str(course.stubs)), what, cure)
    log = next((course.root / ".venv").rglob("install.log"))
    assert says.strip() in log.read_text()
    assert course.start().returncode == 0, "the next start, with the cause gone, must succeed"


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_its_venv_module_is_named(tmp_path: Path, module: str) -> None:
    course = Course(tmp_path)
    refusal = course.start_with(f"import sys; sys.modules['{module}'] = None")
    course.refuses(refusal, f"its module {module} is missing", "sudo apt install python3.")


@posix
def test_pip_gets_its_chance_where_uv_reaches_nothing(course: Course) -> None:
    started = course.start(STUB_SAYS=UV_SAYS["proxy"][0])
    assert started.returncode == 0, started.stderr
    assert json.loads(started.stdout)["tiny"] == 1


@posix
def test_uv_needs_no_ensurepip_and_a_uv_that_does_not_run_is_passed_over(course: Course) -> None:
    without_pip(course)
    path = str(course.stubs)
    course.refuses(course.start(PYTHONPATH=path, STUB_VERSION="127"), "its module ensurepip is missing")
    assert course.start(PYTHONPATH=path).returncode == 0


def test_a_nearly_full_disk_is_noticed_before_anything_is_fetched(course: Course) -> None:
    nearly = "import collections, shutil; U = collections.namedtuple('U', 'total used free')\n"
    nearly += "shutil.disk_usage = lambda path: U(10**12, 10**12, 300 * 2**20)"
    course.refuses(course.start_with(nearly), "Only 300 MB are free", "Make room")
    assert course.asked_of_uv() == []


@posix
def test_a_folder_that_cannot_be_written_is_named(course: Course) -> None:
    command = [sys.executable, str(course.root / "start.py")]
    if os.getuid() == 0:  # root may write anywhere, unless it gives that right away
        if not shutil.which("setpriv"):
            pytest.skip("root cannot be refused here")
        command = ["setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override", *command]
    course.root.chmod(0o555)
    try:
        done = subprocess.run(command, env=course.environment(), capture_output=True, text=True, timeout=HANG)
    finally:
        course.root.chmod(0o755)
    course.refuses(done, "You may not write here", str(course.root), "folder of your own")


@posix
@pytest.mark.parametrize("name", ['my "own" course', "a $HOME", "week:1", "a`b"])
def test_a_folder_whose_name_no_program_can_run_from_is_named(course: Course, name: str) -> None:
    course.root = course.root.rename(course.root.with_name(name))
    course.refuses(course.start(), str(course.root), "Give the folder another name")
    assert course.asked_of_uv() == []
    course.root = course.root.rename(course.root.with_name("my course"))
    assert course.start().returncode == 0


def test_a_file_that_is_called_venv_is_named(course: Course) -> None:
    course.write(".venv", "")
    course.refuses(course.start(), str(course.root / ".venv"), "run the same command again")


def test_an_incomplete_copy_of_the_course_is_named(course: Course) -> None:
    (course.root / "requirements.lock").unlink()
    course.refuses(course.start(), "requirements.lock is missing", "Clone it again")


# ---------------------------------------------------------------- the version of Python


@pytest.mark.parametrize(("version", "age"), [((3, 15, 0), "new"), ((3, 10, 9), "old")])
def test_a_python_outside_the_range_is_refused(course: Course, version: tuple, age: str) -> None:
    refusal = course.start_with(f"import sys; sys.version_info = {version}")
    said = f"This is Python 3.{version[1]}, which is too {age}: the course needs Python 3.11 to 3.14."
    course.refuses(refusal, said, "Install one of these")


@pytest.mark.parametrize("minor", [6, 7, 8, 9, 10])
def test_an_old_python_reads_the_file_far_enough_to_say_so(course: Course, minor: int) -> None:
    old = shutil.which(f"python3.{minor}")
    if not old or subprocess.run([old, "-c", ""], capture_output=True).returncode:
        pytest.skip(f"Python 3.{minor} is not on this machine")
    done = subprocess.run([old, str(course.root / "start.py")], capture_output=True, text=True, timeout=HANG)
    course.refuses(done, f"This is Python 3.{minor}, which is too old")


def test_the_file_holds_no_grammar_newer_than_python_3_6() -> None:
    ast.parse(START.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_range_is_the_one_in_pyproject() -> None:
    found = re.search(
        r"^OLDEST, NEWEST = \((\d+), (\d+)\), \((\d+), (\d+)\)", START.read_text(), re.MULTILINE
    )
    assert found
    a, b, c, d = map(int, found.groups())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={a}.{b},<{c}.{d + 1}"


# ---------------------------------------------------------------- on a terminal


@posix
def test_on_a_terminal_the_progress_is_one_line_that_changes(course: Course) -> None:
    import pty

    master, terminal = pty.openpty()
    command = [sys.executable, str(course.root / "start.py")]
    subprocess.run(command, env=course.environment(), stdout=terminal, stderr=terminal, timeout=HANG)
    shown = os.read(master, 65536).decode().replace("\r\n", "\n")
    os.close(terminal)
    os.close(master)
    progress, ran = shown.split("\n")
    assert "\rMaking .venv (0 s)" in progress
    assert "\rInstalled (" in progress
    assert ran == "course [lab]"
