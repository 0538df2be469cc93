"""The kit of a room without a network: one folder, and a zip of it, from which the course installs itself.

It holds the files that git knows of the course, the wheels that the learner's lock names, and a start.py that
takes packages from nowhere else. shutil.make_archive was considered for the zip: it compresses wheels again.
"""

import json
import os
import shutil
import subprocess
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from course.base import files, paths
from course.base.errors import CourseError
from course.classroom import targets, wheels

MOST_MB = 250  # of a kit for one platform and one Python: what a slow stick or share still carries
WHEELS, MADE_FOR, CONTENTS = "wheels", "made_for.txt", "kit.json"  # start.py reads the first two
_UNFINISHED = "unfinished-kit.txt"  # in the draft: whose it is
_GIT_SECONDS = 60


@dataclass(frozen=True)
class Part:
    """What one target takes of a kit: its wheels, and their size and the course's in bytes."""

    target: targets.Target
    wheels: tuple[str, ...]
    wheels_size: int
    course_size: int

    @property
    def megabytes(self) -> float:
        """All that this target needs, in MB (10**6 bytes), as the sizes of sticks are given."""
        return (self.wheels_size + self.course_size) / 1e6


@dataclass(frozen=True)
class Kit:
    """A kit that was made: its folder, its zip, their sizes in bytes, and what its targets take.

    `changed` names files of the course that differ from the commit: the kit has them as they are.
    """

    folder: Path
    archive: Path
    folder_size: int
    archive_size: int
    parts: tuple[Part, ...]
    changed: tuple[str, ...]


Progress = Callable[[str, int, int], None]


def default_folder() -> Path:
    """Beside the course's own folder, so that no tool which looks through the course meets it."""
    return paths.ROOT.parent / "backend-course-kit"


def make(folder: Path, wanted: list[targets.Target], on_progress: Progress = lambda *_: None) -> Kit:
    """Make a kit in `folder`, which must not be there, and its zip beside it.

    Both appear when they are whole; until then all is in a draft beside them, and what is fetched there
    stays for the next try. `on_progress` gets what is done, how far, and of how many.
    Raises CourseError, also for a target that would take more than MOST_MB.
    """
    folder = folder.expanduser().absolute()
    archive = folder.with_name(f"{folder.name}.zip")
    for path in (folder, archive):
        if os.path.lexists(path):
            raise CourseError(
                f"{path} is there already, and a kit overwrites nothing. Name another folder, as in "
                f"`course class kit {path.with_name('kit-2')}`, or move that one away."
            )
    with files.plainly("Making the kit"), _draft(folder) as draft:
        names = _tracked()
        parts = _fill(draft, names, wanted, on_progress)
        return _finish(draft, folder, archive, parts, on_progress)


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """The folder in which a kit grows, for one process; the wheels of one that was stopped stay."""
    draft = folder.with_name(f".{folder.name}.unfinished")
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f".{folder.name}.lock"), timeout=0)
    try:
        with lock:
            if draft.exists() and not (draft / _UNFINISHED).is_file():
                raise CourseError(f"{draft} is in the way, and is no kit that was begun here. Move it away.")
            for old in draft.iterdir() if draft.exists() else ():
                if old.name not in (WHEELS, _UNFINISHED):
                    shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
            (draft / WHEELS).mkdir(parents=True, exist_ok=True)
            (draft / _UNFINISHED).write_text("A kit that was not finished. It may be deleted.\n", "utf-8")
            yield draft
        Path(lock.lock_file).unlink(missing_ok=True)
    except Timeout:
        raise CourseError(f"Another `course class kit` is making {folder} right now. Wait for it.") from None


def _tracked() -> list[str]:
    """The files that git knows of the course, without those in a learner's folder. Raises CourseError."""
    listed = _git("ls-files", "-z")
    names = [name for name in listed if not (paths.ROOT / name).is_relative_to(paths.work())]
    gone = [name for name in names if not (paths.ROOT / name).is_file()]
    if gone:
        raise CourseError(
            f"{gone[0]} is missing from this copy of the course"
            + f", and {len(gone) - 1} more files" * (len(gone) > 1)
            + f". `git restore {gone[0]}` brings it back; then make the kit again."
        )
    return names


def _git(*arguments: str) -> list[str]:
    command = ["git", "--no-optional-locks", "-C", str(paths.ROOT), *arguments]
    why = "git is not installed here"
    try:
        done = subprocess.run(command, capture_output=True, timeout=_GIT_SECONDS, check=False)
        if not done.returncode and (paths.ROOT / ".git").exists():
            return [name for name in done.stdout.decode("utf-8", "replace").split("\0") if name]
        why = done.stderr.decode("utf-8", "replace").strip().splitlines()[0] if done.stderr else "no clone"
    except subprocess.TimeoutExpired:
        why = f"git did not answer within {_GIT_SECONDS} seconds"
    except FileNotFoundError:
        pass
    raise CourseError(
        "A kit holds the files that git knows of the course, and git cannot say which these are in "
        f"{paths.ROOT} ({why}). Make the kit in a clone of the course: `python3 start.py class kit` there."
    )


def _fill(draft: Path, names: list[str], wanted: list[targets.Target], on_progress: Progress) -> list[Part]:
    lock = paths.LOCK.read_text("utf-8")
    fetched = {}
    for target in wanted:

        def tell(done: int, total: int, title: str = target.title) -> None:
            on_progress(f"Fetching for {title}", done, total)

        fetched[target] = wheels.fetch(target, lock, draft / WHEELS, tell)
    _drop_others(draft / WHEELS, {name for found in fetched.values() for name in found})
    for name in names:
        (draft / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(paths.ROOT / name, draft / name, follow_symlinks=False)
    course = sum((draft / name).lstat().st_size for name in names)
    parts = [_part(target, found, draft / WHEELS, course) for target, found in fetched.items()]
    for part in parts:
        _refuse_too_large(part, draft / WHEELS)
    _describe(draft, parts)
    return parts


def _drop_others(folder: Path, wanted: set[str]) -> None:
    """Wheels of an earlier try for other targets, or for another lock."""
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()


def _part(target: targets.Target, names: list[str], folder: Path, course: int) -> Part:
    return Part(target, tuple(names), sum((folder / name).stat().st_size for name in names), course)


def _refuse_too_large(part: Part, folder: Path) -> None:
    if part.megabytes <= MOST_MB:
        return
    largest = sorted(part.wheels, key=lambda name: -(folder / name).stat().st_size)[:5]
    shown = ", ".join(
        f"{name.split('-')[0]} {(folder / name).stat().st_size / 1e6:.0f} MB" for name in largest
    )
    raise CourseError(
        f"The kit for {part.target.title} would take {part.megabytes:.0f} MB, and {MOST_MB} are the most. "
        f"The largest of its packages: {shown}. The course needs them all: see whether a "
        "newer version is smaller, and make requirements.lock anew (docs/maintainers.md)."
    )


def _describe(draft: Path, parts: list[Part]) -> None:
    """What start.py says where no wheel fits, what is in the kit for a program, and a page for a person."""
    titles = [part.target.title for part in parts]
    made_for = f"The packages in this folder are for {'; for '.join(titles)}."
    files.write_text(draft / WHEELS / MADE_FOR, made_for + "\n")
    version = tomllib.loads((draft / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    contents = {
        "course": version,
        "for": [
            {"platform": part.target.platform.name, "python": part.target.python, "wheels": part.wheels}
            for part in parts
        ],
    }
    files.write_text(draft / WHEELS / CONTENTS, json.dumps(contents, indent=1) + "\n")
    pythons = sorted({part.target.python for part in parts}, key=lambda each: int(each.split(".")[1]))
    page = _PAGE.format(version=version, made_for=made_for, pythons=" or ".join(pythons))
    files.write_text(draft / "KIT.md", page)


_PAGE = """# A kit of the course, version {version}

It installs the course on a computer without a network. {made_for}

1. The computer needs Python {pythons}, which is not in the kit.
2. Copy this folder to a place where you may write, such as your home folder.
3. In a terminal in that folder, type `python3 start.py`, on Windows `py start.py`. It installs the packages
   of this folder and opens JupyterLab on your first page. No package comes from anywhere else.
4. `python3 start.py class check` says in one line whether the computer is ready.
"""


def _finish(draft: Path, folder: Path, archive: Path, parts: list[Part], on_progress: Progress) -> Kit:
    (draft / _UNFINISHED).unlink()
    try:
        zipped = draft.with_suffix(".zip")
        sizes = _zip(draft, zipped, folder.name, on_progress)
        changed = tuple(name[3:] for name in _git("status", "--porcelain", "-z", "--untracked-files=no"))
        os.rename(zipped, archive)
        os.rename(draft, folder)
    except BaseException:
        if draft.exists():
            (draft / _UNFINISHED).touch()
        raise
    return Kit(folder, archive, sizes, archive.stat().st_size, tuple(parts), changed)


def _zip(folder: Path, archive: Path, name: str, on_progress: Progress) -> int:
    """Write the zip, wheels as they are and the rest compressed; the bytes of all files in the folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(archive, "w", strict_timestamps=False) as zipped:
        for number, path in enumerate(found):
            how = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
            zipped.write(path, f"{name}/{path.relative_to(folder).as_posix()}", how)
            on_progress("Writing the zip", number + 1, len(found))
    return sum(path.stat().st_size for path in found)
