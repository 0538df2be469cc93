"""The kit: one folder and a zip that install the course where there is no network.

A made-up course of one small package stands in for the real one; pip, git and start.py are real. The real kit,
used with the network cut off, is in the deep run.
"""

import contextlib
import ensurepip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import link_backend
import pytest

from course.base import paths
from course.base.errors import CourseError
from course.classroom import kit, targets

HANG = 900  # seconds; only a guard against a test that never ends
SECRET = "a-mirror-of-this-machine"

PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "fake-course"
version = "1.0"
requires-python = ">=3.11,<3.15"
"""
FAKE = "import sys\ndef main():\n    import tiny\n    print('tiny', tiny.VALUE, *sys.argv[1:])\n"
# What Debian's Python without python3-venv looks like to start.py.
WITHOUT_ENSUREPIP = """
import importlib.util as u
real = u.find_spec
u.find_spec = lambda name, *rest: None if name == "ensurepip" else real(name, *rest)
"""


def make_wheel(folder: Path, name: str, tag: str = "py3-none-any") -> str:
    """A package for pip to find, as a line of a lock."""
    wheel = folder / f"{name}-1.0-{tag}.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "VALUE = 1\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def bundled_pip() -> Path | None:
    """The wheel of pip that Python brings along, where it has one."""
    places = [Path(ensurepip.__file__).parent / "_bundled", Path("/usr/share/python-wheels")]
    return next((wheel for place in places for wheel in sorted(place.glob("pip-*.whl"))), None)


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True, timeout=HANG)


class Clone:
    """A made-up course under git, and an index of packages that is a folder."""

    def __init__(self, parent: Path) -> None:
        self.root, self.index = parent / "the course", parent / "index"
        for folder in (self.root / "work", self.index):
            folder.mkdir(parents=True)
        self.lock = make_wheel(self.index, "tiny")
        if found := bundled_pip():
            shutil.copy(found, self.index)
            version = found.name.split("-")[1]
            self.lock += f"pip=={version} --hash=sha256:{hashlib.sha256(found.read_bytes()).hexdigest()}\n"
        texts = {
            "pyproject.toml": PROJECT,
            "backend.py": link_backend.backend("fake:main"),
            "fake.py": FAKE,
            ".gitignore": "work/\n",
        }
        texts |= {"requirements.lock": self.lock, "requirements-dev.lock": self.lock + "# and more\n"}
        for name, text in texts.items():
            (self.root / name).write_text(text, "utf-8")
        shutil.copy(paths.ROOT / "start.py", self.root)
        (self.root / "work" / "diary.txt").write_text("the learner's own", "utf-8")
        (self.root / "notes.txt").write_text("git does not know it", "utf-8")
        git(self.root, "init", "-q")
        git(self.root, "add", *texts, "start.py")
        git(self.root, "commit", "-qm", "a course")

    def write_lock(self, text: str) -> None:
        (self.root / "requirements.lock").write_text(text, "utf-8")


@pytest.fixture(scope="module")
def made_clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    return Clone(tmp_path_factory.mktemp("kit"))


def use(clone: Clone, patch: pytest.MonkeyPatch) -> None:
    """Point the course's paths at the clone, and pip at its index, by settings that must not get into a kit."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        patch.delenv(name)
    patch.setenv("PIP_CONFIG_FILE", os.devnull)
    patch.setenv("PIP_FIND_LINKS", clone.index.as_uri())
    patch.setenv("PIP_INDEX_URL", f"http://ana:{SECRET}@127.0.0.1:9/simple")
    patch.setenv("PIP_NO_INDEX", "1")
    patch.delenv(paths.WORK_VARIABLE, raising=False)
    patch.setattr(paths, "ROOT", clone.root)
    patch.setattr(paths, "LOCK", clone.root / "requirements.lock")


@pytest.fixture
def clone(made_clone: Clone, monkeypatch: pytest.MonkeyPatch):
    """The clone in the course's place; what a test changes in it is put back."""
    use(made_clone, monkeypatch)
    yield made_clone
    made_clone.write_lock(made_clone.lock)
    git(made_clone.root, "checkout", "-q", ".")


@pytest.fixture(scope="module")
def made(made_clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> kit.Kit:
    with pytest.MonkeyPatch.context() as patch:
        use(made_clone, patch)
        return kit.make(tmp_path_factory.mktemp("made") / "my kit", targets.chosen())


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_kit_holds_what_git_knows_and_the_wheels_and_nothing_of_the_learner(
    made: kit.Kit, made_clone: Clone
):
    found = names(made.folder)
    wheels = {f"wheels/{path.name}" for path in made_clone.index.iterdir()}
    assert wheels <= found
    own = {"KIT.md", "wheels/made_for.txt", "wheels/kit.json"}
    course = {".gitignore", "pyproject.toml", "backend.py", "fake.py", "start.py"}
    assert found == wheels | own | course | {"requirements.lock", "requirements-dev.lock"}


def test_the_zip_holds_the_same_in_one_folder(made: kit.Kit):
    with zipfile.ZipFile(made.archive) as archive:
        assert {name.removeprefix("my kit/") for name in archive.namelist()} == names(made.folder)
        assert all(name.startswith("my kit/") for name in archive.namelist())
    assert made.archive_size == made.archive.stat().st_size


def test_sizes_are_those_of_the_files(made: kit.Kit):
    [part] = made.parts
    assert made.folder_size == sum((made.folder / name).stat().st_size for name in names(made.folder))
    assert part.wheels_size == sum((made.folder / "wheels" / name).stat().st_size for name in part.wheels)
    assert part.megabytes == (part.wheels_size + part.course_size) / 1e6


def test_no_file_of_a_kit_tells_where_its_packages_came_from(made: kit.Kit, made_clone: Clone):
    for name in names(made.folder):
        content = (made.folder / name).read_bytes()
        assert SECRET.encode() not in content and os.fsencode(made_clone.index) not in content, name


def test_what_a_kit_was_made_for_stands_in_it(made: kit.Kit):
    [part] = made.parts
    contents = json.loads((made.folder / "wheels" / "kit.json").read_text("utf-8"))
    assert contents["course"] == "1.0"
    assert contents["for"][0]["wheels"] == list(part.wheels)
    assert part.target.title in (made.folder / "KIT.md").read_text("utf-8")


# ---------------------------------------------------------------- in the room


def unpacked(made: kit.Kit, folder: Path) -> Path:
    with zipfile.ZipFile(made.archive) as archive:
        archive.extractall(folder)
    return folder / "my kit"


def cut_off() -> list[str]:
    """A command in front of another that leaves it this computer's own addresses alone, where a system lets us."""
    up = ["bash", "-c", 'ip link set lo up && exec "$@"', "-"]
    command = ["unshare", "--map-root-user", "--net", "--", *up]
    with contextlib.suppress(OSError):
        if not subprocess.run([*command, "true"], capture_output=True, timeout=HANG).returncode:
            return command
    return []


def start(root: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    kept = {
        name: value for name, value in os.environ.items() if not re.match("PIP_|UV_|PYTHON|VIRTUAL_", name)
    }
    nothing = {
        "PATH": os.defpath,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    }
    return subprocess.run(
        [*cut_off(), sys.executable, str(root / "start.py"), *arguments],
        env=kept | nothing | more,
        capture_output=True,
        text=True,
        timeout=HANG,
    )


def test_a_room_without_a_network_installs_from_the_folder_alone(made: kit.Kit, tmp_path: Path):
    root = unpacked(made, tmp_path / "a seat")
    (tmp_path / "sitecustomize.py").write_text(WITHOUT_ENSUREPIP if bundled_pip() else "")
    first = start(root, "status", PYTHONPATH=str(tmp_path))
    assert (first.returncode, first.stdout) == (0, "tiny 1 status\n"), first.stderr
    again = start(root, "status")
    assert (again.stdout, again.stderr) == ("tiny 1 status\n", "")


def test_a_seat_for_which_there_is_no_wheel_is_told_what_the_kit_is_for(made: kit.Kit, tmp_path: Path):
    root = unpacked(made, tmp_path)
    next((root / "wheels").glob("tiny-*")).unlink()
    refused = start(root)
    assert refused.returncode == 1
    assert (
        f"The packages in this folder are for {made.parts[0].target.title}. This computer is"
        in refused.stderr
    )
    assert "Traceback" not in refused.stderr


def test_a_wheel_that_somebody_replaced_is_refused(made: kit.Kit, tmp_path: Path):
    root = unpacked(made, tmp_path)
    make_wheel(root / "wheels", "tiny")
    with zipfile.ZipFile(next((root / "wheels").glob("tiny-*")), "a") as archive:
        archive.writestr("more.py", "")
    refused = start(root)
    assert refused.returncode == 1 and "checksum" in refused.stderr


# ---------------------------------------------------------------- what stops a kit


def refused(folder: Path, *words: str) -> None:
    """Assert that no kit can be made there, that the sentence has these words, and that nothing half is there."""
    before = names(folder.parent) if folder.parent.exists() else set()
    with pytest.raises(CourseError) as caught:
        kit.make(folder, targets.chosen())
    for word in words:
        assert word in str(caught.value)
    after = names(folder.parent) if folder.parent.exists() else set()
    assert {name for name in after - before if not name.startswith(f".{folder.name}.")} == set()


def test_a_kit_that_is_there_is_not_overwritten(made: kit.Kit, clone: Clone):
    stamp = made.archive.stat()
    refused(made.folder, "is there already", "Name another folder")
    assert made.archive.stat() == stamp


@pytest.mark.parametrize("there", ["x", "x.zip"])
def test_whatever_has_the_name_of_the_kit_stays(clone: Clone, tmp_path: Path, there: str):
    (tmp_path / there).write_text("somebody's")
    refused(tmp_path / "x", "is there already")
    assert (tmp_path / there).read_text() == "somebody's"


def test_without_a_network_the_sentence_says_so(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_RETRIES", "1")  # without any pip does not say why
    refused(tmp_path / "x", "cannot be reached", "run the same command again")


def test_a_package_with_another_hash_is_refused(clone: Clone, tmp_path: Path):
    clone.write_lock(f"tiny==1.0 --hash=sha256:{'0' * 64}\n")
    refused(tmp_path / "x", "checksum is another")


def test_a_package_without_a_wheel_for_the_target_is_named(clone: Clone, tmp_path: Path):
    clone.write_lock(clone.lock + make_wheel(clone.index, "odd", "cp27-cp27m-win32"))
    refused(tmp_path / "x", "no wheel of odd==1.0")


def test_a_kit_that_was_stopped_is_made_at_the_next_try(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(kit, "_zip", stopped)
        kit.make(tmp_path / "x", targets.chosen())
    assert {path.name for path in tmp_path.iterdir()} <= {".x.unfinished", ".x.lock"}
    again = kit.make(tmp_path / "x", targets.chosen())
    assert names(again.folder) == names(again.folder) - {"unfinished-kit.txt"}
    assert {path.name for path in tmp_path.iterdir()} == {"x", "x.zip"}


def test_a_kit_of_another_is_not_touched(clone: Clone, tmp_path: Path):
    (tmp_path / ".x.unfinished").mkdir()
    (tmp_path / ".x.unfinished" / "precious").touch()
    refused(tmp_path / "x", "is in the way")
    assert (tmp_path / ".x.unfinished" / "precious").exists()


def test_a_copy_without_git_is_told_to_be_a_clone(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(clone.root, tmp_path / "copy", ignore=shutil.ignore_patterns(".git"))
    monkeypatch.setattr(paths, "ROOT", tmp_path / "copy")
    refused(tmp_path / "x", "Make the kit in a clone")


def test_a_file_that_is_missing_is_named(clone: Clone, tmp_path: Path):
    (clone.root / "fake.py").unlink()
    refused(tmp_path / "x", "fake.py is missing", "git restore fake.py")


def test_a_kit_that_is_too_large_is_refused_with_what_is_large(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(kit, "MOST_MB", 0.0001)
    refused(tmp_path / "x", "are the most", "largest of its packages", "tiny")


def test_files_that_were_changed_are_in_it_and_named(clone: Clone, tmp_path: Path):
    (clone.root / "fake.py").write_text(FAKE + "# mine\n")
    made = kit.make(tmp_path / "x", targets.chosen())
    assert made.changed == ("fake.py",)
    assert (made.folder / "fake.py").read_text() == FAKE + "# mine\n"


def test_two_at_once_do_not_mix(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def second(*_: object) -> list[kit.Part]:
        refused(tmp_path / "x", "right now")
        raise KeyboardInterrupt

    monkeypatch.setattr(kit, "_fill", second)
    with pytest.raises(KeyboardInterrupt):
        kit.make(tmp_path / "x", targets.chosen())


# ---------------------------------------------------------------- the real one


@pytest.mark.deep
def test_the_real_kit_runs_a_lesson_with_the_network_cut_off(tmp_path: Path):
    """Made where packages can be had; used in a path with a space, as somebody else where we are root."""
    if not cut_off():
        pytest.skip("this system does not let us cut off the network (unshare)")
    made = kit.make(tmp_path / "my kit", targets.chosen())
    assert all(part.megabytes <= kit.MOST_MB for part in made.parts)
    root = unpacked(made, tmp_path / "a seat")
    home = tmp_path / "home"
    home.mkdir()
    for command in (["doctor"], ["class", "check", "--name", "seat one", "--into", str(home)]):
        done = start(root, *command, HOME=str(home))
        assert done.returncode == 0, done.stdout + done.stderr
    run = "from course.authoring import execute; from course.content import catalog, kernel\n"
    run += "with kernel.empty_work(): execute.run(catalog.lesson('2.1').notebook)"
    lesson = subprocess.run(
        [*cut_off(), root / ".venv" / "bin" / "python", "-c", run],
        cwd=root,
        env={"PATH": os.defpath, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert lesson.returncode == 0, lesson.stderr
