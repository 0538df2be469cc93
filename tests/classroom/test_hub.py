"""JupyterHub on one machine: its configuration, what it gives each learner, and what it starts for them."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import tiny_course
from stock import Stock, running
from traitlets.config import Config
from typer.testing import CliRunner

from course.base.errors import CourseError
from course.base.paths import ROOT
from course.classroom import learner_role
from course.cli.classroom import hub

HUB = ROOT / "deploy" / "jupyterhub"
ROOMS_DATABASE = "postgresql://hub:not-a-secret@127.0.0.1:1/postgres"

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a hub runs on Linux")


class StandIn:
    """JupyterHub's own spawner, of which only this is used: what a process does before it is the learner's."""

    def make_preexec_fn(self, name: str) -> Any:
        return lambda: None


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that reads the configuration with some variables; it returns its names, `c` among them."""
    module: Any = ModuleType("jupyterhub.spawner")
    module.LocalProcessSpawner = StandIn
    monkeypatch.setitem(sys.modules, "jupyterhub", ModuleType("jupyterhub"))
    monkeypatch.setitem(sys.modules, "jupyterhub.spawner", module)

    def read(systemd: bool = False, **variables: str) -> Any:
        for name in [name for name in os.environ if name.startswith("COURSE_HUB_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("COURSE_HUB_STATE", str(tmp_path / "state"))
        for name, value in variables.items():
            monkeypatch.setenv(f"COURSE_HUB_{name}", value)
        names: dict[str, Any] = {"get_config": Config}
        text = (HUB / "jupyterhub_config.py").read_text("utf-8")
        text = text.replace('Path("/run/systemd/system").is_dir()', str(systemd))
        exec(compile(text, "jupyterhub_config.py", "exec"), names)
        return SimpleNamespace(**names)

    return read


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    with running(tmp_path_factory.mktemp("room") / "server") as server:
        yield server


# ------------------------------------------------------------------ the configuration


@pytest.mark.parametrize("systemd", [True, False])
def test_what_each_learner_may_use_is_limited_and_the_hub_hears_this_machine_only(
    systemd: bool, configured: Any
) -> None:
    c = configured(systemd, MEMORY_MB="700", CORES="0.5", IDLE_MINUTES="2").c
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    assert "--MappingKernelManager.cull_idle_timeout=120" in c.Spawner.args
    if systemd:
        assert c.JupyterHub.spawner_class == "systemd"
        assert (c.SystemdSpawner.mem_limit, c.SystemdSpawner.cpu_limit) == ("700M", 0.5)
        assert c.SystemdSpawner.unit_extra_properties["ProtectProc"] == "invisible"
    else:
        assert issubclass(c.JupyterHub.spawner_class, StandIn)


def test_no_learner_inherits_the_hubs_own_login(configured: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    c = configured().c
    assert not [name for name in c.Spawner.env_keep if name.startswith("COURSE")]


def test_without_systemd_each_process_has_limits(configured: Any) -> None:
    spawner = configured(MEMORY_MB="512", PROCESSES="300").c.JupyterHub.spawner_class()
    look = "import resource as r; print(r.getrlimit(r.RLIMIT_AS)[0], r.getrlimit(r.RLIMIT_CORE)[0])"
    told = subprocess.run(
        [sys.executable, "-c", look],
        preexec_fn=spawner.make_preexec_fn("ana"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [str(4 * 512 * 2**20), "0"]


def test_the_secrets_are_readable_for_the_hub_alone(configured: Any, tmp_path: Path) -> None:
    configured()
    assert (tmp_path / "state").stat().st_mode & 0o077 == 0
    assert (tmp_path / "state" / "learners.secret").stat().st_mode & 0o077 == 0


def test_the_example_names_every_variable_that_is_read() -> None:
    read = set(re.findall(r"COURSE_HUB_\w+", (HUB / "jupyterhub_config.py").read_text("utf-8")))
    named = set(re.findall(r"(?m)^#?(COURSE_HUB_\w+)=", (HUB / "hub.env.example").read_text("utf-8")))
    assert named == read - {"COURSE_HUB_STATE"}, "that one is for tests"


def test_the_service_starts_what_is_there() -> None:
    service = (HUB / "course-hub.service").read_text("utf-8")
    started = re.search(r"-f /opt/backend-course/(\S+)", service)
    assert started and (ROOT / started[1]).is_file()
    assert "EnvironmentFile=/etc/course-hub/hub.env" in service


def test_the_hubs_lock_holds_the_courses_own_versions() -> None:
    def pins(path: Path) -> dict[str, str]:
        return dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", path.read_text("utf-8")))

    ours, hubs = pins(ROOT / "requirements.lock"), pins(HUB / "requirements.lock")
    shared = ours.keys() & hubs.keys()
    assert len(shared) > 20
    assert {name: hubs[name] for name in shared} == {name: ours[name] for name in shared}
    assert {"jupyterhub", "jupyterhub-systemdspawner"} <= hubs.keys()


# ------------------------------------------------------------------ what a learner is given


def given(configuration: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What the hook puts into the environment of a learner called ana."""
    monkeypatch.setattr("pwd.getpwnam", lambda name: SimpleNamespace(pw_dir=str(tmp_path / name)))
    spawner = SimpleNamespace(user=SimpleNamespace(name="ana"), environment={"KEPT": "1"})
    asyncio.run(configuration.c.Spawner.pre_spawn_hook(spawner))
    return spawner.environment


def test_each_learner_gets_a_role_of_their_own(
    configured: Any, stock: Stock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = given(configured(DATABASE_URL=stock.url()), monkeypatch, tmp_path)
    assert environment["COURSE_LEARNER"] == "ana"
    assert environment["COURSE_WORK"] == str(tmp_path / "ana" / "course")
    assert environment["KEPT"] == "1"
    assert stock.ask("SELECT current_user", environment["COURSE_DATABASE_URL"]) == [("learner_ana",)]
    again = given(configured(DATABASE_URL=stock.url()), monkeypatch, tmp_path)
    assert again == environment, "a hub that is started anew knows the same password"


def test_without_a_database_for_all_each_learner_has_a_server_of_their_own(
    configured: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "COURSE_DATABASE_URL" not in given(configured(), monkeypatch, tmp_path)


def test_a_database_that_is_down_is_said_before_the_hub_starts(configured: Any) -> None:
    with pytest.raises(learner_role.NoRole, match="does not answer"):
        configured(DATABASE_URL=ROOMS_DATABASE)


# ------------------------------------------------------------------ what is started for a learner


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_course.make(tmp_path, monkeypatch)


def test_the_hub_starts_jupyterlab_with_the_courses_settings(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *what: started.extend(what))
    monkeypatch.setattr(os, "chdir", lambda place: None)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "not-a-secret")
    CliRunner().invoke(hub.commands, ["--MappingKernelManager.cull_idle_timeout=60"], catch_exceptions=False)
    program, command, environment = started
    assert command[:4] == [program, "-P", "-m", "jupyterhub.singleuser"]
    assert f"--ServerApp.root_dir={work}" in command
    assert command[-1] == "--MappingKernelManager.cull_idle_timeout=60"
    assert environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0].endswith("jupyter")
    assert (work / "start_here.md").is_file()


def test_somebody_who_types_it_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    with pytest.raises(CourseError, match="course lab"):
        CliRunner().invoke(hub.commands, [], catch_exceptions=False)


@pytest.mark.skipif(shutil.which("useradd") is None, reason="users are made with useradd")
def test_a_name_that_is_none_and_one_that_is_there_are_left_alone() -> None:
    said = subprocess.run(
        [HUB / "add_learners"],
        input="Ana\n../ana\nroot\n\n-x",
        env=os.environ | {"COURSE_HUB_GROUP": "root"},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert said.stdout == ""
    assert said.stderr.count("no user was made") == 3
    assert "root: there is such a user already" in said.stderr
