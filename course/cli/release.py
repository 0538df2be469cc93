"""Bring the course's newest release: the highest version among the tags of the clone's origin.

GitPython was considered: it runs the same git, which a clone needs anyway.
"""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError

_TAG = re.compile(r"refs/tags/v(\d+)\.(\d+)\.(\d+)(?:\^\{\})?$")  # no 2.0.0-rc1
_SECONDS = {"ls-remote": 30, "fetch": 600}  # a network that hangs; the others work on this disk alone
_SHOWN = 5  # files that a sentence names
_INSTALL = f"`{sys.executable} -m pip install --no-deps -r requirements.lock`"


@dataclass(frozen=True)
class News:
    """What became of the look for a release, as a sentence; `moved`: the course's files are others now."""

    sentence: str
    moved: bool = False


def version() -> str:
    """The version of this copy of the course, from its one home, pyproject.toml."""
    text = (paths.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def bring() -> News:
    """Move this clone to the newest release, if nothing of the learner's stands in the way.

    Nothing is moved but forwards: a clone with commits of its own stays, and so does one in which the release
    would touch a file that was changed, a file that git does not know, or anything in the learner's folder.
    """
    try:
        return _bring()
    except CourseError as problem:
        return News(str(problem))


def _bring() -> News:
    if not (paths.ROOT / ".git").exists():
        raise CourseError(
            "This copy of the course is not a clone made with git, so no newer release was looked for. "
            "A newer copy is where this one came from."
        )
    newest = _newest()
    commit = _fetch(newest)
    if _is_before(commit, "HEAD"):
        return News(_nothing_newer(newest, commit))
    if not _is_before("HEAD", commit):
        raise CourseError(
            f"Release {newest} is there, and this clone stays as it is: it has commits of its own. To bring "
            f"both together, run `git fetch origin tag v{newest}`, then `git merge v{newest}`."
        )
    _leave_theirs_alone(newest, commit)
    before = version()
    _git("merge", "--ff-only", "--quiet", commit, failed=f"Release {newest} was not brought")
    return News(f"The course is now release {newest}; it was {before}. CHANGELOG.md says what is new.", True)


def _newest() -> str:
    """The version of the newest release that origin has, such as "1.2.0". Raises CourseError."""
    if not _git("remote", "get-url", "origin", check=False):
        raise CourseError("This clone has no remote called origin, so no newer release was looked for.")
    listed = _git(
        "ls-remote", "--tags", "origin", failed="No newer release was looked for: origin did not answer"
    )
    found = [tuple(map(int, match.groups())) for match in map(_TAG.search, listed) if match]
    if not found:
        raise CourseError("There is no release yet. `git pull` brings what is newest.")
    return ".".join(map(str, max(found)))


def _fetch(newest: str) -> str:
    """The commit of a release, fetched. Without the tag itself: the learner may have one of that name."""
    shallow = _git("rev-parse", "--is-shallow-repository") == ["true"]
    whole = ["--unshallow"] if shallow else []  # else git cannot tell what comes before what
    failed = f"Release {newest} is there, and could not be fetched"
    _git("fetch", "--quiet", "--no-tags", *whole, "origin", f"refs/tags/v{newest}", failed=failed)
    return _git("rev-parse", "FETCH_HEAD^{commit}", failed=failed)[0]


def _nothing_newer(newest: str, commit: str) -> str:
    if _git("rev-parse", "HEAD") == [commit]:
        return f"Release {newest} is the newest, and it is what you have."
    return f"Release {newest} is the newest, and this clone has it, with commits that are newer still."


def _leave_theirs_alone(newest: str, commit: str) -> None:
    """Raise CourseError when the release touches what is the learner's."""
    touched = _git("diff", "--name-only", "--no-renames", "-z", "HEAD", commit)
    changed = set(_git("diff", "--name-only", "--no-renames", "-z", "HEAD"))
    known = set(_git("ls-files", "-z"))
    if mine := [name for name in touched if name in changed]:
        raise CourseError(
            f"Release {newest} is there, and was not brought, since it has other versions of files that you "
            f"changed: {_named(mine)}. `git stash` puts your changes aside. Then run `course update` again; "
            "`git stash pop` brings them back."
        )
    new = [name for name in touched if name not in known]
    if mine := [name for name in new if os.path.lexists(paths.ROOT / name) or _in_work(name)]:
        raise CourseError(
            f"Release {newest} is there, and was not brought, since it has files in the place of yours: "
            f"{_named(mine)}. Give yours other names, then run `course update` again."
        )


def _in_work(name: str) -> bool:
    return (paths.ROOT / name).is_relative_to(paths.work())


def _named(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _is_before(commit: str, other: str) -> bool:
    return _git("merge-base", commit, other, check=False) == _git("rev-parse", commit)


def _git(*words: str, failed: str = "No newer release was looked for", check: bool = True) -> list[str]:
    """What git prints, split. When it fails: CourseError that begins with `failed`; [] without `check`."""
    # A question for a password would wait for ever: there is no prompt.
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", "-C", str(paths.ROOT), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            timeout=_SECONDS.get(words[0]),
            check=False,
        )
    except FileNotFoundError:
        raise CourseError(
            f"{failed}: git was not found. Install git, then run `course update` again."
        ) from None
    except subprocess.TimeoutExpired:
        raise CourseError(
            f"{failed}: no answer came in {_SECONDS[words[0]]} seconds. Try again later."
        ) from None
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode and check:
        last = (done.stderr.decode("utf-8", "replace").strip() or "nothing").splitlines()[0]
        raise CourseError(f"{failed}. git says: {last}")
    return [] if done.returncode else [each for each in re.split("[\0\n]", said) if each]


def go_on() -> int:
    """After a move: let the new release install what it needs, and bring the copies up to date; exit status.

    The code that runs here is the old one, so the rest is start.py's, in a program of its own.
    """
    start = [
        getattr(sys, "_base_executable", sys.executable),
        str(paths.ROOT / "start.py"),
        "update",
        "--copies",
    ]
    if Path(sys.prefix) != paths.ROOT / ".venv":
        print(f"Install what it needs with {_INSTALL}; then `course update --copies` updates your copies.")
    elif os.name == "nt":  # a program that runs cannot be replaced there
        print("Now run `py start.py update --copies`: it installs what is new, and updates your copies.")
    else:
        sys.stdout.flush()
        os.execv(start[0], start)
    return 0
