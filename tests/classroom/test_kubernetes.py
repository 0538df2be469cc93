"""deploy/kubernetes: what its files share with the rest of the project, and the hook that makes a learner's role.

The values were held to the chart's own schema when they were written (README.md there says to which version). The
chart is not here, so no test does that again.
"""

import asyncio
import re
import sys
import types
from typing import Any

import psycopg2
import pytest
import yaml
from stock import running
from typer.testing import CliRunner

from course.base import paths
from course.classroom import learner_role
from course.cli.main import app
from course.postgres import naming, settings

FOLDER = paths.ROOT / "deploy" / "kubernetes"
VALUES: dict[str, Any] = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
OBJECTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((FOLDER / "postgres.yaml").read_text(encoding="utf-8"))
)
README = (FOLDER / "README.md").read_text(encoding="utf-8")
DOCKERFILE = (FOLDER / "Dockerfile").read_text(encoding="utf-8")
PROJECT = (paths.ROOT / "pyproject.toml").read_text(encoding="utf-8")
ONE, LABEL = VALUES["singleuser"], {"course/database": "client"}


def kind(name: str) -> dict[str, Any]:
    return next(each for each in OBJECTS if each["kind"] == name)


def postgres() -> dict[str, Any]:
    return kind("StatefulSet")["spec"]["template"]["spec"]["containers"][0]


def options(command: list[str]) -> set[str]:
    return {each for each in command if "=" in each}


def test_the_image_is_called_alike_everywhere_and_has_the_courses_version():
    name = re.search(r'^name = "(.+)"', PROJECT, re.M)[1]
    version = re.search(r'^version = "(.+?)"', PROJECT, re.M)[1]
    assert ONE["image"]["name"].rsplit("/", 1)[-1] == f"{name}-hub" and ONE["image"]["tag"] == version
    for text in (README, DOCKERFILE):
        assert set(re.findall(rf"{name}(?:-hub)?:([\d.]+\d)", text)) == {version}
    assert f"{name}-hub:{version}" in README and f"ARG COURSE={name}:{version}" in DOCKERFILE


def test_the_user_of_the_pod_is_the_one_of_the_image_and_its_work_is_on_its_volume():
    image = (paths.ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"--uid {ONE['uid']} learner" in image and "USER learner" in image
    assert ONE["extraEnv"][paths.WORK_VARIABLE].startswith(f"{ONE['storage']['homeMountPath']}/")
    assert ONE["storage"]["homeMountPath"] == "/home/learner"


def test_the_pod_starts_a_command_that_there_is():
    program, *words = ONE["cmd"]
    assert program == "course" and DOCKERFILE.strip().endswith('CMD ["course", "class", "hub-server"]')
    said = CliRunner().invoke(app, [*words, "--help"])
    assert said.exit_code == 0 and "JupyterHub" in said.output


def test_the_packages_of_the_image_are_the_courses_own_or_stand_in_its_lock():
    pin = re.compile(r"^([\w.-]+)==([^ ;]+)", re.M)
    own = dict(pin.findall((FOLDER / "requirements.lock").read_text(encoding="utf-8")))
    course = dict(pin.findall((paths.ROOT / "requirements.lock").read_text(encoding="utf-8")))
    assert not set(own) & set(course)  # the second install changes nothing of the first
    assert f"JupyterHub {own['jupyterhub']}" in README


def test_postgresql_shows_lessons_what_the_one_of_docker_compose_shows():
    compose = yaml.safe_load((paths.ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"][
        "db"
    ]
    assert options(compose["command"]) < options(postgres()["args"])
    assert f"log_line_prefix={settings.LOG_LINE_PREFIX}" in postgres()["args"]
    assert postgres()["image"] == compose["image"]
    assert postgres()["volumeMounts"][0]["mountPath"] == compose["volumes"][0].split(":")[1]


def test_only_the_hub_and_learners_reach_postgresql_and_learners_reach_nothing_else():
    policy = kind("NetworkPolicy")["spec"]
    assert (
        policy["ingress"][0]["from"] == [{"podSelector": {"matchLabels": LABEL}}] and policy["egress"] == []
    )
    assert VALUES["hub"]["labels"] == ONE["extraLabels"] == LABEL
    rules = ONE["networkPolicy"]
    assert not any(rules["egressAllowRules"].values())
    (rule,) = rules["egress"]
    (to,) = rule["to"]
    labels = to["podSelector"]["matchLabels"]
    assert labels == policy["podSelector"]["matchLabels"] == kind("Service")["spec"]["selector"]
    assert rule["ports"][0]["port"] == kind("Service")["spec"]["ports"][0]["port"] == 5432


def test_every_secret_that_is_read_is_made_by_the_readme():
    used = [each["valueFrom"]["secretKeyRef"] for each in VALUES["hub"]["extraEnv"].values()]
    used += [each["valueFrom"]["secretKeyRef"] for each in postgres()["env"] if "valueFrom" in each]
    assert {each["name"] for each in used} == {"course-postgres"}
    assert {each["key"] for each in used} == set(re.findall(r"--from-literal=(\w+)=", README))
    assert f"@{kind('Service')['metadata']['name']}:5432/postgres" in README


def test_the_hubs_file_is_the_one_that_the_readme_gives_to_helm():
    (name,) = VALUES["hub"]["extraFiles"]
    path = re.search(rf"--set-file hub\.extraFiles\.{name}\.stringData=(\S+)", README)[1]
    assert (paths.ROOT / path).samefile(learner_role.__file__)
    assert VALUES["hub"]["extraFiles"][name]["mountPath"].endswith(f"/{name}.py")


def test_the_hook_gives_each_learner_a_role_of_their_own(tmp_path, monkeypatch: pytest.MonkeyPatch):
    (code,) = VALUES["hub"]["extraConfig"].values()
    monkeypatch.setitem(sys.modules, "learner_role", learner_role)
    with running(tmp_path / "server") as server:
        monkeypatch.setenv("COURSE_HUB_DATABASE_URL", server.url())
        monkeypatch.setenv("COURSE_HUB_SECRET", "0123456789abcdef" * 4)
        assert set(VALUES["hub"]["extraEnv"]) == {"COURSE_HUB_DATABASE_URL", "COURSE_HUB_SECRET"}
        c = types.SimpleNamespace(KubeSpawner=types.SimpleNamespace())
        exec(compile(code, "extraConfig", "exec"), {"c": c})
        seats = [_seat(name) for name in ("ana", "Ben@school.example")]
        for seat in seats:
            asyncio.run(c.KubeSpawner.pre_spawn_hook(seat))
        ana, ben = (seat.environment for seat in seats)
        assert ana["KEPT"] == "1" and ana[settings.LEARNER_VARIABLES[0]] == "ana"
        monkeypatch.setenv(settings.LEARNER_VARIABLES[0], ben[settings.LEARNER_VARIABLES[0]])
        assert naming.learner("x") == ben[settings.LEARNER_VARIABLES[0]]
        me = server.ask(
            "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user",
            ana[settings.URL_VARIABLE],
        )
        assert me == [(learner_role.role_name("ana"), False)]
        bens = ben[settings.URL_VARIABLE].rpartition("/")[2]
        with pytest.raises(psycopg2.OperationalError, match="permission denied"):
            server.ask("SELECT 1", f"{ana[settings.URL_VARIABLE].rpartition('/')[0]}/{bens}")


def _seat(name: str) -> types.SimpleNamespace:
    return types.SimpleNamespace(user=types.SimpleNamespace(name=name), environment={"KEPT": "1"})
