"""`course lab`: JupyterLab on the learner's folder, with PostgreSQL started beside it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError
from course.workspace import copies, start_page

# Our own settings for JupyterLab: no news popup, Markdown shown as a page, Ctrl-C without a question.
CONFIG = Path(__file__).parent / "jupyter"
_OWN_ROOT = ("--ServerApp.root_dir", "--notebook-dir", "--ServerApp.notebook_dir")
_OWN_LOG = ("--debug", "--log-level", "--Application.log_level", "--ServerApp.log_level")


def command(options: list[str], module: str = "jupyterlab") -> list[str]:
    """The command that starts JupyterLab by a `module`; the learner's own options come last and win."""
    names = {option.split("=")[0] for option in options}
    ours = [] if names & set(_OWN_ROOT) else [f"--ServerApp.root_dir={paths.work()}"]
    # At ERROR JupyterLab still prints its address, and no longer forty lines around it.
    ours += [] if names & set(_OWN_LOG) else ["--Application.log_level=ERROR"]
    if not any(name.endswith(".transport_encryption") for name in names) and _kernels_can_encrypt():
        # Else ipykernel 7 warns in the terminal, at each kernel's start, that others could listen.
        ours.append("--KernelManager.transport_encryption=auto")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in names:
        ours.append("--allow-root")
    # -P: JupyterLab starts in the learner's folder, and a file there named token.py would stop it.
    return [sys.executable, "-P", "-m", module, *ours, *options]


def _kernels_can_encrypt() -> bool:
    import zmq

    return bool(zmq.has("curve"))


def environment() -> dict[str, str]:
    """The environment of JupyterLab and of its kernels: this Python's programs and kernel first."""
    programs = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": os.pathsep.join([programs, os.environ.get("PATH", "")]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": _first_in("JUPYTER_CONFIG_PATH"),
        "JUPYTER_PATH": _first_in("JUPYTER_PATH"),  # our kernel, see kernel_start.py
        "JUPYTERLAB_WORKSPACES_DIR": str(paths.state() / "lab-workspaces"),
    }


def _first_in(variable: str) -> str:
    """Our folder of JupyterLab's files in front of those that an environment variable names already."""
    return os.pathsep.join([str(CONFIG), *filter(None, [os.environ.get(variable)])])


def run(options: list[str], say: Callable[[str], None]) -> int:
    """Open JupyterLab and wait until it ends; its exit status.

    JupyterLab starts first and PostgreSQL meanwhile; without PostgreSQL the course still opens, and
    `say` and the first page tell what is wrong. Raises CourseError when work/ cannot be prepared.
    """
    copies.prepare(say)
    start_page.write()
    lab = subprocess.Popen(command(options), env=environment(), cwd=paths.work())
    _end_with_us(lab)
    trouble = _start_postgres()
    if trouble:
        say(f"{trouble}\nJupyterLab opens all the same; `course doctor` says more.")
        start_page.write(trouble)
    return _wait(lab)


def _start_postgres() -> str:
    """Start PostgreSQL for as long as this process lives; what went wrong, empty when nothing did."""
    try:
        from course import postgres

        postgres.ensure()
    except CourseError as problem:
        return str(problem)
    except KeyboardInterrupt:
        return ""
    except Exception as problem:  # whatever it is, it must not take JupyterLab down with it
        return f"PostgreSQL did not start ({type(problem).__name__}: {problem})."
    return ""


def _end_with_us(lab: subprocess.Popen[bytes]) -> None:
    """When this process is told to end, JupyterLab ends too, and its kernels with it."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: lab.terminate())


def _wait(lab: subprocess.Popen[bytes]) -> int:
    """Wait for JupyterLab. Ctrl-C reaches it too, and it needs a moment to stop its kernels."""
    while True:
        try:
            return lab.wait()
        except KeyboardInterrupt:
            continue
