"""A terminal in a folder of its own: git and the gates of a team, without this machine's own settings."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from course.base.errors import CourseError
from course.content import app_history
from course.postboard import files as app_files
from course.postboard import page_app

_SECONDS = 600  # nobody waits for ever for a command
_NOT_OURS = ("GIT_", "FORCE_", "PYTEST_", "ALEMBIC_")  # variables that would change what a command does
_DATE = "2026-01-05T09:00:00+0000"  # of each commit, so that a commit is the same on every machine
_MISSING = {
    "git": "git is not on this machine, so this did not run. It comes from git-scm.com.",
}


@dataclass(frozen=True)
class Done:
    """A command that has ended: its status, 0 when it found nothing wrong, and all that it printed."""

    command: str
    status: int
    output: str


class Terminal:
    """A terminal in a temporary folder, which goes with the kernel: `team("git init", "git status")`.

    Beside `folder` there is room for others, such as ../origin.git. The library plumbum was considered: the
    commands of a lesson are the lines that a learner types.
    """

    def __init__(self, tree: app_history.Tree | None = None) -> None:
        """`tree`: the files that the folder begins with, path to text."""
        self._kept = tempfile.TemporaryDirectory(prefix="course-terminal-", ignore_cleanup_errors=True)
        self.root = Path(self._kept.name).resolve()
        self.folder = self.root / "postboard"
        self.folder.mkdir()
        (self.root / "gitconfig").touch()
        app_history.build(self.folder, tree or {})

    def __call__(self, *commands: str) -> None:
        """Run commands one by one until one fails, and print each with what it says."""
        for command in commands:
            done = self.ask(command)
            said = [done.output] * bool(done.output) + [f"[status {done.status}]"] * bool(done.status)
            print(f"$ {command}", *said, sep="\n", flush=True)
            if done.status:
                break

    def ask(self, command: str, **variables: str) -> Done:
        """Run one command, or the lines of a script until one fails, with these variables; print nothing."""
        if missing := self._missing(command):
            return Done(command, 127, missing)
        shell: str | list[str] = command if os.name == "nt" else ["/bin/sh", "-e", "-c", command]
        try:
            done = subprocess.run(
                shell,
                shell=os.name == "nt",
                cwd=self.folder,
                env=self._environment() | variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Done(command, 124, f"It was stopped after {_SECONDS} seconds.")
        output = done.stdout.decode("utf-8", errors="replace").replace("\r\n", "\n").rstrip()
        return Done(command, done.returncode, output.replace(str(self.root), "…"))

    def write(self, path: str, text: str) -> None:
        """Write one file of the folder; the path may lead beside it, as in ../ben/notes.txt."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))

    def bring(self, *paths: str) -> None:
        """Copy these files of this page's app, as they are now, into the folder. Raises CourseError."""
        for path in paths:
            text = app_files.read(page_app.current() / path)
            if text is None:
                raise CourseError(
                    f"This page's app has no {path}. Run the cell that writes it, then this one."
                )
            self.write(path, text)

    def _missing(self, command: str) -> str:
        """Why nothing can run: a program that may be missing is the command's first word."""
        name = command.split(maxsplit=1)[0] if command.strip() else ""
        found = shutil.which(name, path=self._environment()["PATH"])
        return "" if found or name not in _MISSING else _MISSING[name]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OURS)}
        programs = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
        git = {
            "GIT_CONFIG_GLOBAL": str(self.root / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.root),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_DATE": _DATE,
            "GIT_COMMITTER_DATE": _DATE,
        }
        plain = {"LC_ALL": "C.UTF-8", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "88"}
        # A file that is written anew within a second would run its old bytecode.
        own = {"PATH": programs, "PRE_COMMIT_HOME": str(self.root / "hooks"), "PYTHONDONTWRITEBYTECODE": "1"}
        return kept | git | plain | own


def terminal(*, app: bool = True) -> Terminal:
    """A terminal in a new folder with a copy of this page's app, or an empty one: `terminal(app=False)`.

    Files that hold settings of this machine, such as .env, stay behind.
    """
    if not app:
        return Terminal()
    tree = app_files.tree(page_app.current())
    return Terminal({path: text for path, text in tree.items() if not _is_own(path)})


def _is_own(path: str) -> bool:
    name = path.rpartition("/")[2]
    return path.startswith(".git/") or (name.startswith(".env") and name != ".env.example")
