"""The check of Todo: the reference passes, the starter fails readably, and each broken variant is noticed."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from course.base import paths
from course.projects import registry
from course.projects.check import check
from course.projects.outcome import Outcome
from course.projects.todo.stages import STAGES

REFERENCE = paths.SOLUTIONS / "projects" / "todo"
VARIANTS = tomllib.loads(Path(__file__).with_name("todo_variants.toml").read_text(encoding="utf-8"))[
    "variant"
]
HANDFUL = (
    "login-tells-who-is-there",
    "days-of-24-hours",
    "pages-by-offset",
    "two-winners",
    "old-times-as-utc",
)
NAMES = [each.name for stage in STAGES for each in stage.requirements]


def copy(folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db*")
    return Path(shutil.copytree(REFERENCE, folder / "todo", ignore=ignore))


def broken(folder: Path, variant: dict[str, str]) -> Path:
    """A copy of the reference with this mistake in it."""
    made = copy(folder)
    file = made / variant["file"]
    text = file.read_text(encoding="utf-8")
    old, new = (variant[name].removeprefix("\n") for name in ("old", "new"))
    assert text.count(old) == 1, (
        f"{variant['name']}: its old text stands {text.count(old)} times in {file.name}"
    )
    file.write_text(text.replace(old, new), encoding="utf-8")
    if file.suffix == ".py":
        compile(file.read_text(encoding="utf-8"), str(file), "exec")
    return made


def noticed(folder: Path, variant: dict[str, str]) -> None:
    report = check("todo", broken(folder, variant), only=[variant["requirement"]], seed=1)
    (line,) = report.lines
    assert line.outcome is Outcome.NOT_YET, variant["says"]
    assert line.why and (line.asked or line.got), line


def test_the_references_own_tests_pass(tmp_path: Path) -> None:
    alone = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=copy(tmp_path), env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_reference_meets_every_requirement() -> None:
    report = check("todo", REFERENCE)
    assert report.open == (), f"seed {report.seed}"
    assert {line.outcome for line in report.lines} == {Outcome.DONE}


def test_the_starter_fails_with_what_to_do_first() -> None:
    report = check("todo", registry.starter("todo"), start_limit=60)
    assert [line.id for line in report.open] == ["1.1", "1.3"]
    assert report.open[0].why == "project.toml names no command for migrate."
    assert report.open[1].asked.startswith("GET /") and report.open[1].answered.startswith("404 ")
    assert {line.outcome for rung in report.rungs[1:] for line in rung.lines} == {Outcome.NOT_REACHED}


def test_variants_are_named_once_and_break_what_they_say() -> None:
    assert len({each["name"] for each in VARIANTS}) == len(VARIANTS) >= 40
    assert {each["requirement"] for each in VARIANTS} <= {*NAMES}
    # What has no variant: a health page that is not there, and tables without foreign keys.
    assert {*NAMES} - {each["requirement"] for each in VARIANTS} == {"is-healthy", "has-foreign-keys"}
    assert all(each["says"].endswith(".") and len(each["says"].split()) > 4 for each in VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: each["name"])
def test_each_variant_applies_to_the_reference_as_it_stands(tmp_path: Path, variant: dict[str, str]) -> None:
    broken(tmp_path, variant)


@pytest.mark.parametrize(
    "variant", [each for each in VARIANTS if each["name"] in HANDFUL], ids=lambda each: each["name"]
)
def test_a_handful_of_variants_is_noticed(tmp_path: Path, variant: dict[str, str]) -> None:
    noticed(tmp_path, variant)


@pytest.mark.deep
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: each["name"])
def test_each_variant_is_noticed_by_the_requirement_it_breaks(
    tmp_path: Path, variant: dict[str, str]
) -> None:
    noticed(tmp_path, variant)
