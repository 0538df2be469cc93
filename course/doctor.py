"""Look at all that the course stands on; name cause and cure of what is wrong. Change and start nothing."""

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from course import paths
from course.postgres import data_findings, diagnosis, logins
from course.postgres.finding import Finding

__all__ = ["Finding", "diagnose"]

_INSTALL = "Run `python3 start.py`: it installs what the course was tested with."


def diagnose() -> list[Finding]:
    """Return one finding for each thing that can go wrong, the well ones too, in the order to read them."""
    return [
        work_is_writable(),
        diagnosis.disk(),
        lock_is_installed(),
        jupyterlab_is_there(),
        kernel_is_ours(),
        diagnosis.programs(),
        data_findings.data_is_ours(),
        data_findings.version(),
        diagnosis.port(),
        logins.right_server(),
        logins.login(),
        logins.answers(),
        logins.rights(),
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
