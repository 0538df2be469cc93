"""Look at all that the course stands on; name cause and cure of what is wrong. Change and start nothing."""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path

from course.base import files, paths
from course.postgres import connections_diagnosis, diagnosis, login_diagnosis
from course.postgres.diagnosis import Finding
from course.workspace import progress

__all__ = ["Finding", "diagnose"]

# In an image or a conda environment there is no .venv of ours, and start.py would make another one.
_INSTALL = (
    "Run `python3 start.py`: it installs what the course was tested with. If that does not help, delete the "
    "folder .venv (your own work is not in it) and run it again."
    if Path(sys.prefix) == paths.ROOT / ".venv"
    else f"Run `{sys.executable} -m pip install --no-deps --force-reinstall -r {paths.LOCK}`."
)


def diagnose() -> list[Finding]:
    """Return one finding for each thing that can go wrong, the well ones too, in the order to read them."""
    return [
        work_is_writable(),
        progress_is_readable(),
        no_file_hides_a_module(),
        diagnosis.disk(),
        lock_is_installed(),
        lessons_are_as_published(),
        jupyterlab_is_there(),
        kernel_is_ours(),
        diagnosis.programs(),
        diagnosis.data_is_ours(),
        diagnosis.version(),
        diagnosis.complete(),
        diagnosis.port(),
        login_diagnosis.right_server(),
        login_diagnosis.login(),
        login_diagnosis.answers(),
        connections_diagnosis.connections(),
        login_diagnosis.rights(),
    ]


def work_is_writable() -> Finding:
    """Can the learner's folder be written, or made?"""
    name = "The work folder"
    work = paths.work()
    nearest = next((folder for folder in (work, *work.parents) if os.path.lexists(folder)), work)
    try:
        if nearest == work or not nearest.is_dir() or not os.access(nearest, os.W_OK):
            tempfile.TemporaryFile(dir=nearest).close()  # permissions alone do not show a read-only disk
    except OSError as problem:
        return Finding(
            name,
            False,
            f"The work folder {work} cannot be written.",
            f"The system says: {problem.strerror} ({nearest}).",
            f"Give yourself the right to write there, or set {paths.WORK_VARIABLE} to a folder of your own.",
        )
    return Finding(name, True, f"{work} is yours to write.")


def progress_is_readable() -> Finding:
    """Can the log of what the learner has done be read, and written?"""
    name, log = "Your progress", paths.progress_log()
    if os.path.isfile(log) and not os.access(log, os.W_OK):
        what = f"{files.shown(log)} cannot be written."
        cure = "Give yourself the right to write it."
        return Finding(name, False, what, "Its permissions do not let you, so nothing new is saved.", cure)
    trouble = progress.trouble()
    what, _, cure = trouble.partition(". ")
    if trouble:
        return Finding(name, False, f"{what}.", "Another program or a crash may have changed the file.", cure)
    return Finding(name, True, "What you did is saved." if os.path.exists(log) else "There is none yet.")


def no_file_hides_a_module() -> Finding:
    """Does a file of the learner's have the name of a module that Python or a package brings?"""
    name = "The names of your files"
    work = paths.work()
    try:
        places = [work, paths.postboard(), *sorted(work.glob("week*"))]
        found = [path for place in places if os.path.isdir(place) for path in place.iterdir() if _hides(path)]
    except OSError as problem:
        return Finding(
            name,
            False,
            f"{problem.filename} cannot be looked into.",
            f"The system says: {problem.strerror}.",
            "Give yourself the right to read it.",
        )
    if not found:
        return Finding(name, True, "None of them has the name of a module that something else needs.")
    shown = [files.shown(path) for path in sorted(found)]
    stem = sorted(found)[0].stem
    return Finding(
        name,
        False,
        f"The name of {shown[0]} is taken: Python or a package has a module called {stem}.",
        f"In a terminal in that folder, whatever imports {stem} gets this file instead, and usually fails.",
        f"Give another name to {', '.join(shown[:5])}" + " and others" * (len(shown) > 5) + ".",
    )


def _hides(path: Path) -> bool:
    """Say whether importing this file's name was meant to get a module of Python or of a package."""
    if path.suffix != ".py" and not (path / "__init__.py").is_file():
        return False
    installed = list({sysconfig.get_path(key) for key in ("purelib", "platlib")})
    known = path.stem in sys.stdlib_module_names or path.stem == "course"
    return known or PathFinder.find_spec(path.stem, installed) is not None


def lock_is_installed() -> Finding:
    """Are the packages here those that requirements.lock names?"""
    name = "The packages"
    try:
        wanted = list(_requirements(paths.LOCK))
    except OSError:
        return Finding(
            name,
            False,
            f"{paths.LOCK} is missing.",
            "It names the course's packages.",
            "Restore it with git.",
        )
    differing = [difference for package, version in wanted if (difference := _difference(package, version))]
    if not differing:
        return Finding(name, True, f"All {len(wanted)} packages are as requirements.lock says.")
    shown = "; ".join(differing[:3]) + (f"; and {len(differing) - 3} more" if len(differing) > 3 else "")
    cause = f"Installed and wanted differ: {shown}."
    return Finding(name, False, "The packages are not those of requirements.lock.", cause, _INSTALL)


def _requirements(lock: Path) -> Iterator[tuple[str, str]]:
    """Give name and version of each package that the lock wants on this machine."""
    from packaging.requirements import Requirement

    for line in lock.read_text("utf-8").replace("\\\n", " ").splitlines():
        text = line.partition("--hash")[0].partition(" #")[0].strip()
        if not text or text.startswith(("#", "-")):
            continue
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement.name, str(requirement.specifier).removeprefix("==")


def _difference(package: str, wanted: str) -> str | None:
    from packaging.version import Version

    try:
        installed = metadata.version(package)
    except metadata.PackageNotFoundError:
        return f"{package} {wanted} is not installed"
    return None if Version(installed) == Version(wanted) else f"{package} is {installed}, wanted is {wanted}"


def lessons_are_as_published() -> Finding:
    """Were lessons run in notebooks/ itself, where the next `git pull` would stop at them?"""
    name = "The published lessons"
    # Without optional locks git writes nothing, as all that the doctor starts.
    command = ["git", "--no-optional-locks", "-C", str(paths.ROOT), "status", "--porcelain", "--"]
    command += [str(paths.NOTEBOOKS), str(paths.EXERCISES)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):  # no git, or the course was unpacked from an archive
        return Finding(name, True, "Git does not look after them here.")
    changed = [line[3:].strip('"') for line in done.stdout.splitlines() if not line.startswith("??")]
    if not changed:
        return Finding(name, True, "They are as the course published them.")
    shown = ", ".join(changed[:3]) + f" and {len(changed) - 3} more" * (len(changed) > 3)
    return Finding(
        name,
        False,
        f"You have changed the course's own files: {shown}.",
        f"They were run or edited there, not in {paths.work()}. The next `git pull` may stop at them.",
        "Run `git stash` before you pull: it puts these changes aside, and `git stash pop` brings them back. "
        "Then work on the copies that `course lab` opens: updates leave alone what you change there.",
    )


def jupyterlab_is_there() -> Finding:
    """Can this Python start JupyterLab?"""
    name = "JupyterLab"
    if importlib.util.find_spec("jupyterlab") is not None:
        return Finding(name, True, f"JupyterLab {metadata.version('jupyterlab')} is installed.")
    cause = f"The Python that runs the course, {sys.executable}, does not have it."
    return Finding(name, False, "JupyterLab was not found.", cause, _INSTALL)


def kernel_is_ours() -> Finding:
    """Would Jupyter run notebooks with the Python that runs this?"""
    name = "The notebooks' Python"
    if importlib.util.find_spec("ipykernel") is None:
        return Finding(name, False, "The package ipykernel is missing.", "So no notebook can run.", _INSTALL)
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding(name, False, "Jupyter was not found.", "So no notebook can run.", _INSTALL)
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding(
            name, False, "Jupyter has no kernel python3.", "ipykernel is not installed here.", _INSTALL
        )
    command = spec.argv[0]
    # Jupyter puts its own interpreter where a kernel just says "python".
    bare = command in ("python", "python3", "python{}.{}".format(*sys.version_info))
    found = Path(sys.executable if bare else shutil.which(command) or command)
    # Compared by folder, unresolved to the end: an environment's python is a link to one that others share.
    if found.parent.resolve() == Path(sys.executable).parent.resolve():
        return Finding(name, True, f"Notebooks run with {found}.")
    return Finding(
        name,
        False,
        f"Notebooks would run with {found}, not with the course's {sys.executable}.",
        f"The kernel python3 in {spec.resource_dir} says so.",
        f"Remove that kernel with `jupyter kernelspec remove python3`, or delete {spec.resource_dir}.",
    )
