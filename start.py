#!/usr/bin/env python3
"""The way into the course. Nothing but Python is needed.

  python3 start.py                 install what is missing, then open JupyterLab where you left off
  python3 start.py test ...        install what authors need too, then prove every notebook
  python3 start.py COMMAND ...     the same as `course COMMAND ...`; with --help it explains the command
  python3 start.py --no-browser    options without a command are for JupyterLab: --port 9000, ...

Commands:

  lab             open JupyterLab on your folder (what start.py does without a command)
  doctor          what is wrong with the set-up, and its cure
  status          how far you are, and what is next
  review          a page of questions that are due for you again, ten minutes at most
  check 1.4       which of your answers survive a restart; without 1.4: all that you wrote
  start-at 1.5    bring your app to the start of a lesson; yours is kept
  update          bring the newest release, then your copies of the lessons up to date
  reset 1.4a      begin an exercise again; your text is kept
  attack          attack your app, and see what it refuses
  grade-tests     which mistakes in your app your tests notice
  project         a new API of your own, or a graduation project: project new todo
  class           teach a room: kit, slides, live board, grades
  psql            psql on your app's database, or on another: psql lesson_2_3
  url             print the address of that database, with the password
  stop            stop PostgreSQL; a page that needs it starts it again
  test            prove the whole course, for authors

Everything is installed into .venv beside this file, with uv where it is found, else with pip.
Later runs skip what is done, and repair what other programs have changed in it. Deleting .venv is always
safe: your own work is in work/.
"""

# Down to the version check, this file must be understood by Python 3.6; after it, by Python 3.11.
# In between lies only grammar: no match, no := and no newer f-strings anywhere below.
import contextlib
import errno
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OLDEST, NEWEST = (3, 11), (3, 14)  # the one home of the range; a test holds pyproject.toml to it


def version_problem(running: tuple) -> str:
    """Why this Python cannot run the course, as a sentence; the empty string when it can."""
    if OLDEST <= running[:2] <= NEWEST:
        return ""
    age = "old" if running[:2] < OLDEST else "new"
    return (
        f"This is Python {running[0]}.{running[1]}, which is too {age}: "
        f"the course needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}.\n"
        f"Install one of these beside it and name it: python3.{NEWEST[1] - 1} start.py"
    )


if version_problem(sys.version_info):
    sys.exit(version_problem(sys.version_info))

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
COURSE = BIN / ("course.exe" if os.name == "nt" else "course")
SITE = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"

OURS = VENV / ".start"  # survives a rebuild of the rest
STAMP = OURS / "done.json"
LOG = OURS / "install.log"

LEARNER, AUTHOR = "requirements.lock", "requirements-dev.lock"
WHEELS = ROOT / "wheels"  # a kit for a room without a network brings the learner's packages along
AUTHORS_COMMANDS = ("test", "author")  # these need the second lock
PROJECT, ENVIRONMENT = "pyproject.toml", "the environment"
ENTRIES = "site-packages"  # in the stamp
VERSIONS, FILES = "versions", "files"  # the two kinds of damage
SATISFIES = {
    LEARNER: [LEARNER],
    AUTHOR: [AUTHOR, LEARNER],
}  # the second holds every pin of the first

NEEDED_MB = 1000  # .venv, plus the downloads while they are unpacked
WAIT_SECONDS = 1800  # for another start.py that is installing


class Problem(Exception):
    """Why the course cannot start, as a sentence for the learner.

    `untouched` means that the installer gave up before it changed any installed package.
    """

    def __init__(self, sentence: str, untouched: bool = False) -> None:
        super().__init__(sentence)
        self.untouched = untouched


# ---------------------------------------------------------------- what is done already


def digest(name: str) -> str:
    """The fingerprint of a file of the course."""
    return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()


def made_by() -> dict[str, str]:
    """What a .venv depends on besides the locks: this Python, this machine, this folder."""
    python = f"{platform.python_version()} {sys.platform} {platform.machine()}"
    return {"python": python, "folder": str(VENV)}


def missing(lock: str) -> list[str]:
    """What has to be installed, in order: of ENVIRONMENT, this lock and PROJECT."""
    done = read_stamp()
    alike = all(done.get(key) == value for key, value in made_by().items())
    if not alike or not PYTHON.exists():
        return [ENVIRONMENT, lock, PROJECT]
    harm = damage(done, lock)
    linked = done.get(PROJECT) == digest(PROJECT) and COURSE.exists() and harm != FILES
    locked = done.get(lock) == digest(lock) and not harm
    return ([] if locked else [lock]) + ([] if linked else [PROJECT])


def read_stamp() -> dict:
    """What was written down by `stamp`; empty when nothing sound was."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def stamp(names: list[str]) -> None:
    """Write down that these files are installed; all or nothing, in case the power fails."""
    there = sorted(brought_by([name for name in names if name != PROJECT]))
    done = {**made_by(), **{name: digest(name) for name in names}, ENTRIES: there}
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(done, indent=1), encoding="utf-8")
    os.replace(draft, STAMP)


def brought_by(locks: list[str]) -> set[str]:
    """The names in site-packages that these locks and the course brought, as the RECORD files say."""
    pinned = {name for lock in locks for name, _ in pins(lock)}
    names = set()
    for folder in VENV.glob(SITE + "/*.dist-info"):
        record = folder / "RECORD"
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        files = [line.partition(",")[0] for line in lines]
        if package(folder.name)[0] in pinned or any(file.endswith("/" + COURSE.name) for file in files):
            names |= {folder.name, *(file.partition("/")[0] for file in files)}
    return {name for name in names if name not in ("", "..", "__pycache__")}


def entries() -> set[str]:
    """The names in site-packages."""
    return {path.name for path in VENV.glob(SITE + "/*")}


def pins(lock: str) -> set[tuple[str, str]]:
    """Name and version of each package in a lock; one name may have two, for different systems."""
    found = re.findall(r"(?m)^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text(encoding="utf-8"))
    return {(plain_name(name), version) for name, version in found}


def package(entry: str) -> tuple[str, str]:
    """Name and version of the package that a folder NAME-VERSION.dist-info belongs to, else ("", "")."""
    name, _, version = entry.partition("-")
    return (plain_name(name), version[:-10]) if entry.endswith(".dist-info") else ("", "")


def plain_name(name: str) -> str:
    """The name of a package in the one form that all its spellings have in common."""
    return re.sub("[-_.]+", "_", name).lower()


def damage(done: dict, lock: str) -> str:
    """What other programs did to .venv: "", VERSIONS (they only replaced some packages) or FILES.

    Only a folder is listed and the lock read, a few milliseconds; nobody looks inside the packages.
    """
    found, wanted = entries(), pins(lock)
    present = {package(name) for name in found}
    names = {name for name, _ in present if name}
    if any(package(name)[0] not in names for name in set(done.get(ENTRIES, ())) - found):
        return FILES
    pinned = {name for name, _ in wanted}
    return VERSIONS if any(each[0] in pinned and each not in wanted for each in present) else ""


# ---------------------------------------------------------------- telling


class Progress:
    """One line that says what is going on and for how long; without a terminal, a line at times."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.terminal = sys.stderr.isatty()
        self.phase = ""
        self.spoken = 0.0

    def show(self, phase: str, detail: str = "") -> None:
        """Say the phase at once when it is new, and its detail as often as the place allows."""
        now = time.monotonic()
        line = f"{phase}{detail} ({now - self.started:.0f} s)"
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + line[:width].ljust(width), end="", file=sys.stderr, flush=True)
        elif phase != self.phase or now - self.spoken > 10:
            print(line, file=sys.stderr, flush=True)
            self.spoken = now
        self.phase = phase

    def end(self, phase: str) -> None:
        """Say the last line and leave it standing."""
        if self.phase:
            self.show(phase)
            print(end="\n" if self.terminal else "", file=sys.stderr, flush=True)
        self.phase = ""


AGAIN = "then run the same command again."
ROOM = f"Make room (about {NEEDED_MB} MB in all, also in the folder for temporary files), {AGAIN}"
DISK = f"The disk is full. {ROOM}"
ANEW = f"Delete the folder .venv (your own work is not in it), {AGAIN}"
REASONS = [  # untouched, what the installer says, what that means; the first that fits counts
    (
        False,
        r"No space left|Errno 28\b|os error 28\b|os error 112\b|not enough space|quota exceeded",
        DISK,
    ),
    (
        True,
        r"DO NOT MATCH THE HASHES|[Hh]ash mismatch|BadZipFile|Bad CRC|[Ii]nvalid zip|corrupt",
        "A download was damaged, or is not the file this course was tested with (its checksum is "
        "wrong), so it was not installed. Run the same command again; if that does not help, "
        "empty the cache (uv cache clean, python3 -m pip cache purge) or try another network.",
    ),
    (
        True,
        r"CERTIFICATE_VERIFY_FAILED|invalid peer certificate|certificate verify failed",
        "The package index showed a certificate that this computer does not trust; usually a "
        "company proxy or a virus scanner reads along. Set SSL_CERT_FILE and PIP_CERT to that "
        f"proxy's certificate file, {AGAIN}",
    ),
    (
        True,
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|dns error"
        r"|Connection(?:Reset|Refused)|connection broken|Network is unreachable|tcp connect"
        r"|error sending request|timed out",
        f"The package index cannot be reached. Connect to the internet, {AGAIN} "
        "(Behind a proxy, set HTTPS_PROXY.)",
    ),
    (
        False,
        r"Long Path support|os error 206\b|filename or extension is too long",
        "This folder's path is too long for Windows. Move the course to a short one, such as "
        f"C:\\course, {AGAIN}",
    ),
    (
        False,
        r"Permission ?[Dd]enied|os error 13\b|Access is denied|os error 5\b|Read-only file system",
        "A file could not be written. End whatever still runs from .venv (JupyterLab, an editor); "
        f"if .venv was made by another user, have it deleted; {AGAIN}",
    ),
    (
        False,
        r"ModuleNotFoundError|ImportError|No module named",
        f"The installer in .venv is damaged. {ANEW}",
    ),
    (
        True,
        r"No matching distribution|no usable wheels|no wheels|supported wheel|current platform",
        "A package is not made for this computer "
        f"({platform.system()} {platform.machine()}, Python {platform.python_version()}). "
        "The course runs on 64-bit Linux, macOS and Windows: try another Python from "
        f"3.{OLDEST[1]} to 3.{NEWEST[1]}, or Docker (docker-compose.yml).",
    ),
]

FROM_KIT = (
    f"This computer is {platform.system()} {platform.machine()} with Python {platform.python_version()}. "
    "Try another Python that is installed here, or ask whoever made the kit for one that has these packages "
    "too (course class kit --help says how)."
)


def diagnose(output: str) -> Problem:
    """Turn what an installer said before it failed into one sentence."""
    room = shutil.disk_usage(VENV).free // 2**20
    reasons = [(u, s) for u, pattern, s in REASONS if re.search(pattern, output)]
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["nothing at all"]
    errors = [line for line in lines if line.lower().startswith("error")]
    if carried_for() and reasons[:1] == [REASONS[-1][::2]]:
        reasons = [(True, f"{carried_for()} {FROM_KIT}")]
    last = f"The installer failed and said: {(errors or lines)[-1]}"
    untouched, sentence = (False, DISK) if room < 20 else (reasons or [(False, last)])[0]
    return Problem(f"{sentence}\nAll that the installer said is in {LOG}", untouched)


def plain(error: OSError) -> str:
    """A sentence for what the operating system refused us."""
    where = error.filename or ROOT
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        return DISK
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"You may not write here: {where}\nPut the course into a folder of your own (clone it "
            "there again). If only .venv belongs to somebody else, have it deleted."
        )
    if isinstance(error, FileNotFoundError):
        return f"{where} is missing: this copy of the course is incomplete. Clone it again."
    return f"{error.strerror or error}: {where}. Fix that, {AGAIN}"


# ---------------------------------------------------------------- one start at a time


def locked(handle: int) -> bool:
    """Take the lock on an open file if it is free; it is freed when its holder ends, even killed."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        # Some network folders know no locks: then two starts at once are the learner's own risk.
    return True


@contextlib.contextmanager
def alone(progress: Progress) -> Iterator[int]:
    """Hold this folder's installation lock; wait, and say so, while another start.py has it."""
    if VENV.is_symlink():
        VENV.unlink()  # only the link; what it points at is not ours
    OURS.mkdir(parents=True, exist_ok=True)
    handle = os.open(OURS / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        while not locked(handle):
            if time.monotonic() > deadline:
                raise Problem(f"Another start.py here does not finish. End it, {AGAIN}")
            progress.show("Another start.py is installing here; waiting for it to finish")
            time.sleep(0.2)
        yield handle
    finally:
        os.close(handle)


# ---------------------------------------------------------------- installing


class Installer:
    """Makes .venv and fills it, with uv or with pip."""

    def __init__(self, progress: Progress, handle: int) -> None:
        self.progress = progress
        # The child holds the lock as well: if we are killed, the next start waits for it to end.
        self.kept_open = () if os.name == "nt" else (handle,)
        self.uv = working_uv()
        LOG.write_bytes(b"")

    def install(self, todo: list[str], lock: str) -> None:
        """Do what `todo` names. An interrupted step leaves no stamp, so the next run repairs it."""
        if ENVIRONMENT in todo:
            self.make_environment()
        if lock in todo:
            self.install_lock(lock)
        if PROJECT in todo:
            self.install_project()
        stamp([*SATISFIES[lock], PROJECT])

    def make_environment(self) -> None:
        """An empty .venv; whatever was there before goes first."""
        if path_problem(ROOT):
            raise Problem(path_problem(ROOT))
        self.progress.show("Making .venv")
        need_modules(with_pip=not (self.uv or carried_pip()))
        STAMP.unlink(missing_ok=True)
        for old in VENV.iterdir():
            if old.is_dir() and not old.is_symlink():
                if old != OURS:
                    shutil.rmtree(old)
            else:
                old.unlink()
        room = shutil.disk_usage(VENV).free // 2**20
        if room < NEEDED_MB:
            raise Problem(f"Only {room} MB are free on this disk. {ROOM}")
        import venv

        venv.EnvBuilder(symlinks=os.name != "nt").create(VENV)

    def install_lock(self, lock: str) -> None:
        """Every package of a lock, each held to its hash."""
        before = STAMP.read_bytes() if STAMP.exists() else b""
        STAMP.unlink(missing_ok=True)
        flags = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(ROOT / lock)]
        flags = [*carried(lock), *flags]
        if before and damage(json.loads(before), lock) == FILES:
            flags.insert(0, "--force-reinstall")  # else what has lost its files is taken for installed
        try:
            self.fetch(lock, flags)
        except Problem as problem:
            if problem.untouched and before:
                STAMP.write_bytes(before)
            raise
        if damage({}, lock):
            raise Problem(f"Another program left .venv in a state that the installer cannot repair. {ANEW}")
        stamp(SATISFIES[lock])

    def fetch(self, lock: str, flags: list[str]) -> None:
        """Install with uv or pip; with pip too where uv gets nothing."""
        tool = self.tool()
        try:
            self.run([*tool, *flags], Counter(lock))
        except Problem as problem:
            if not (self.uv and problem.untouched and (available("ensurepip") or carried_pip())):
                raise
            self.uv = ""  # it knows nothing of the mirror or the certificate that pip may be set to
            tool = self.tool()
            self.run([*tool, *flags], Counter(lock))

    def install_project(self) -> None:
        """The course itself: only linked, so that edits count at once; no network needed."""
        flags = ["--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
        self.run([*self.tool(), *flags], lambda output: ("Linking the course into .venv", ""))

    def tool(self) -> list[str]:
        """The installer's command up to its own flags, common to all uses."""
        if self.uv:
            quiet = ["--no-progress", "--color", "never", "--compile-bytecode"]
            return [self.uv, "pip", "install", "--python", str(PYTHON), *quiet]
        installed = any(VENV.glob(SITE + "/pip"))
        pip = ["-m", "pip"] if installed else carried_pip() or ["-m", "pip"]
        if not installed and not carried_pip():
            need_modules(with_pip=True)
            setup = [str(PYTHON), "-I", "-X", "utf8", "-m", "ensurepip", "--default-pip"]
            self.run(setup, lambda output: ("Getting pip ready", ""))
        quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off", "--no-color"]
        return [str(PYTHON), "-I", "-X", "utf8", *pip, "install", *quiet]

    def run(self, command: list[str], describe: Callable[[str], tuple[str, str]]) -> None:
        """Run a command into the log, showing `describe(what it said)`; Problem when it fails."""
        start = LOG.stat().st_size
        with LOG.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=installing_environment(),
                cwd=ROOT,
                pass_fds=self.kept_open,
            )
        try:
            while process.poll() is None:
                self.progress.show(*describe(said(start)))
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if process.returncode:
            raise diagnose(said(start))


class Counter:
    """Reads from the installer's words and from .venv how far a lock is installed."""

    def __init__(self, lock: str) -> None:
        self.pins = len(pins(lock))
        self.before = self.installed()

    def installed(self) -> set[str]:
        """The names of the packages in .venv, with their versions."""
        return {name for name in entries() if name.endswith(".dist-info")}

    def __call__(self, output: str) -> tuple[str, str]:
        """Phase and detail for Progress.show."""
        resolved = re.search(r"Resolved (\d+) package", output)  # uv; pip names those it leaves out
        skipped = len(re.findall(r"^Ignoring ", output, re.MULTILINE))
        total = int(resolved.group(1)) if resolved else self.pins - skipped
        new = len(self.installed() - self.before)
        if new:
            return "Installing", f" {total} packages: {min(new, total)} done"
        found = len(re.findall(r"^(?:Collecting|Processing|Requirement) ", output, re.MULTILINE))
        return "Fetching", f" {total} packages" + (f": {found} found" if found else "")


def carried(lock: str) -> list[str]:
    """What tells the installer to take the packages that a kit brings along, and no others."""
    if not WHEELS.is_dir():
        return []
    alone = ["--no-index"] if lock == LEARNER else []  # what authors need besides is in no kit
    return [*alone, "--find-links", str(WHEELS)]


def carried_pip() -> list[str]:
    """How Python runs the pip of a kit, in its wheel: Debian's and Ubuntu's Python may bring none."""
    return [str(wheel / "pip") for wheel in sorted(WHEELS.glob("pip-*.whl"))[-1:]]


def carried_for() -> str:
    """What the packages of a kit were made for, as a sentence; "" without a kit."""
    with contextlib.suppress(OSError):
        return (WHEELS / "made_for.txt").read_text(encoding="utf-8").strip()
    return ""


def said(start: int) -> str:
    """What the log holds from that byte on."""
    return LOG.read_bytes()[start:].decode("utf-8", "replace")


def working_uv() -> str:
    """The path of a uv that runs, else the empty string (version managers leave dead shims)."""
    found = shutil.which("uv")
    with contextlib.suppress(OSError):
        if found and not subprocess.run([found, "--version"], capture_output=True).returncode:
            return found
    return ""


def available(module: str) -> bool:
    """Whether this Python has a module of the standard library: Debian and Ubuntu ship it in parts."""
    import importlib.util

    return importlib.util.find_spec(module) is not None


def path_problem(folder: Path) -> str:
    """Why programs cannot be installed below this folder, as a sentence; "" when they can."""
    signs = os.pathsep if os.name == "nt" else os.pathsep + '$"`'  # initdb hands its own path to a shell
    bad = next((sign for sign in str(folder) if sign in signs), "")
    if not bad:
        return ""
    return (
        f"The path of this folder holds the sign {bad} and programs that are installed there do not run: "
        f"{folder}\nGive the folder another name, or move the course to another place, {AGAIN}"
    )


def need_modules(with_pip: bool) -> None:
    """Say which module is missing and how to get it."""
    for module in ("venv", "ensurepip") if with_pip else ("venv",):
        if not available(module):
            raise Problem(
                f"This Python cannot make a virtual environment: its module {module} is missing. "
                f"On Debian and Ubuntu: sudo apt install python3.{sys.version_info[1]}-venv. "
                f"Elsewhere: install Python from python.org, {AGAIN}"
            )


def installing_environment() -> dict[str, str]:
    """Our environment without what would send packages to another place than .venv."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "UV_SYSTEM_PYTHON"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**kept, "VIRTUAL_ENV": str(VENV), "PIP_USER": "0"}


# ---------------------------------------------------------------- starting


def prepare(lock: str) -> None:
    """Install what is missing for this lock; at once when nothing is."""
    if not missing(lock):
        return
    progress = Progress()
    try:
        with alone(progress) as handle:
            todo = missing(lock)  # the start we waited for may have done it
            if todo:
                Installer(progress, handle).install(todo, lock)
        progress.end("Installed")
    except BaseException as problem:
        progress.end("Not installed")
        if not (isinstance(problem, Problem) and problem.untouched and still_usable(lock)):
            raise
        print(f"{NOT_REPAIRED} {problem}\n", file=sys.stderr)


NOT_REPAIRED = (
    "Another program has put other versions of some packages into .venv, and they could not be replaced. "
    "The course opens all the same; what it prints may differ."
)


def still_usable(lock: str) -> bool:
    """Whether all that is wrong with .venv is that some packages have other versions than the lock's."""
    done = read_stamp()
    installed = all(done.get(name) == digest(name) for name in (lock, PROJECT)) and COURSE.exists()
    return installed and damage(done, lock) == VERSIONS


def launch(arguments: list[str]) -> int:
    """Become the `course` command (Windows: run it and pass on its exit status)."""
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}
    environment.pop("PYTHONHOME", None)
    command = [str(COURSE), *arguments]
    if os.name != "nt":
        os.execve(command[0], command, environment)
    process = subprocess.Popen(command, env=environment)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the child has it too and decides what it means
            continue


def main(arguments: list[str]) -> int:
    """Install, then run; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a path may hold letters a terminal cannot show
    if arguments[:1] in (["--help"], ["-h"]):
        print(__doc__.strip())
        return 0
    if not arguments or arguments[0].startswith("-"):
        arguments = ["lab", *arguments]
    try:
        prepare(AUTHOR if arguments[0] in AUTHORS_COMMANDS else LEARNER)
        return launch(arguments)
    except Problem as problem:
        sentence = str(problem)
    except OSError as error:
        sentence = plain(error)
    except KeyboardInterrupt:
        print("\nStopped. The next start goes on from here.", file=sys.stderr)
        return 130
    print(f"\nThe course did not start. {sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
