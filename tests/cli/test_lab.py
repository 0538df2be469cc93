"""`course lab`: the command and environment of JupyterLab, and one real start to its end."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tiny_course

from course.base import files, paths
from course.base.errors import CourseError
from course.cli import lab


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_course.make(tmp_path, monkeypatch)


class PretendLab:
    """Stands in for the JupyterLab process: says what it was started with, and ends at once."""

    started: dict[str, Any] = {}

    def __init__(self, command: list[str], **how: Any) -> None:
        type(self).started = {"command": command, **how}

    def wait(self) -> int:
        return 0

    def terminate(self) -> None: ...


@pytest.fixture
def pretend(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[PretendLab]:
    monkeypatch.setattr(lab, "subprocess", SimpleNamespace(Popen=PretendLab))
    monkeypatch.setattr(lab, "signal", SimpleNamespace())  # this process keeps its own handlers
    monkeypatch.setattr("course.postgres.ensure", lambda: None, raising=False)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    return PretendLab


def test_the_learners_own_options_come_last_and_replace_ours(work: Path) -> None:
    plain = lab.command(["--no-browser", "--port", "9999"])
    assert plain[:4] == [sys.executable, "-P", "-m", "jupyterlab"]
    assert plain[-3:] == ["--no-browser", "--port", "9999"]
    assert f"--ServerApp.root_dir={work}" in plain
    own = lab.command(["--ServerApp.root_dir=/elsewhere", "--debug"])
    assert [option for option in own if "root_dir" in option] == ["--ServerApp.root_dir=/elsewhere"]
    assert not [option for option in own if "log_level" in option]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="there is no root on Windows")
@pytest.mark.parametrize(("user", "count"), [(0, 1), (1000, 0)])
def test_root_is_allowed_and_said_once(
    work: Path, monkeypatch: pytest.MonkeyPatch, user: int, count: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert lab.command([]).count("--allow-root") == count
    assert lab.command(["--allow-root"]).count("--allow-root") == 1


def test_kernels_find_this_pythons_programs_first(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "theirs")
    environment = lab.environment()
    assert environment["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)
    assert environment["PYTHONDONTWRITEBYTECODE"] == environment["JUPYTER_PREFER_ENV_PATH"] == "1"
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(lab.CONFIG), "theirs"]
    assert Path(environment["JUPYTERLAB_WORKSPACES_DIR"]).is_relative_to(paths.state())


def test_the_folder_is_ready_before_jupyterlab_starts(pretend: type[PretendLab]) -> None:
    said: list[str] = []
    assert lab.run(["--no-browser"], said.append) == 0
    assert said == [] and pretend.started["cwd"] == paths.work()
    assert (paths.work() / "start_here.md").exists()
    assert (paths.work() / "week1_start" / "1_1_first.ipynb").exists()


@pytest.mark.parametrize("problem", [CourseError("The port is taken."), ValueError("odd")])
def test_without_postgres_the_course_opens_and_says_what_is_wrong(
    pretend: type[PretendLab], monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def fail() -> None:
        raise problem

    monkeypatch.setattr("course.postgres.ensure", fail, raising=False)
    said: list[str] = []
    assert lab.run([], said.append) == 0
    assert str(problem) in said[0] and "course doctor" in said[0]
    assert str(problem) in (paths.work() / "start_here.md").read_text(encoding="utf-8")


def test_every_file_of_jupyters_configuration_is_sound_json() -> None:
    found = list(lab.CONFIG.rglob("*.json"))
    assert len(found) == 7
    for file in found:
        json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl-C is sent otherwise there")
def test_a_real_jupyterlab_opens_the_first_page_and_ends_on_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pty

    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "the work"))
    for name in ("token", "json", "queue", "random"):  # the names of modules that JupyterLab imports
        files.write_text(paths.work() / f"{name}.py", "raise RuntimeError('this is the learner's')\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    monkeypatch.setenv("COURSE_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:9/nothing")
    _, terminal = pty.openpty()  # with a terminal JupyterLab would ask before it stops
    options = ["--no-browser", "--IdentityProvider.token=t", "--ServerApp.port=0"]
    with (tmp_path / "said").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "course.cli.main", "lab", *options],
            **{"stdin": terminal, "stdout": output, "stderr": output, "start_new_session": True},
        )
    try:
        address = wait_for_address(tmp_path / "runtime", process)
        assert get(f"{address}?token=t").url.endswith("/lab/tree/start_here.md?token=t")
        assert default(address, "apputils-extension:notification", "fetchNews") == "false"
        kernel = json.load(get(f"{address}api/kernelspecs?token=t"))["kernelspecs"]["python3"]["spec"]
        assert "--IPKernelApp.extra_extensions=course.page.kernel_start" in kernel["argv"]
        viewers = default(address, "docmanager-extension:plugin", "defaultViewers")
        assert viewers == {"markdown": "Markdown Preview"}
    finally:
        os.killpg(process.pid, signal.SIGINT)
        status = process.wait(timeout=60)
    said = (tmp_path / "said").read_text()
    assert status == 0 and "Traceback" not in said and "course doctor" in said


def get(address: str) -> Any:
    return urllib.request.urlopen(address, timeout=30)


def default(address: str, plugin: str, setting: str) -> Any:
    """The value that a setting of JupyterLab has when the learner has not chosen one."""
    answer = json.load(get(f"{address}lab/api/settings/@jupyterlab/{plugin}?token=t"))
    return answer["schema"]["properties"][setting]["default"]


def wait_for_address(runtime: Path, process: subprocess.Popen[bytes]) -> str:
    """The address that a starting JupyterLab writes into its runtime folder, once it answers."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                address = str(json.loads(file.read_text())["url"])
                get(f"{address}api?token=t").read()
            except (OSError, ValueError):
                continue
            return address
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start; exit status {process.poll()}")
