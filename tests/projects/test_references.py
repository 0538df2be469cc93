"""Each project's check: the reference passes, the starter fails readably, each broken variant is noticed."""

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course.postgres import databases
from course.projects import registry
from course.projects.check import check, stages
from course.projects.outcome import Outcome

OTHERS = Path(__file__).with_name("others")
PROJECTS = pytest.mark.parametrize("name", registry.READY)


@dataclass(frozen=True)
class Variant:
    """One mistake in the reference of a project."""

    project: str
    name: str
    requirement: str
    says: str
    file: str
    old: str
    new: str
    always: bool = False


def written(name: str) -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name(f"{name}_variants.toml").read_text(encoding="utf-8"))


VARIANTS = [Variant(name, **each) for name in registry.READY for each in written(name)["variant"]]


def named(variants: list[Variant]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("variant", variants, ids=lambda each: f"{each.project}-{each.name}")


def copy(name: str, folder: Path) -> Path:
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db*")
    return Path(shutil.copytree(registry.reference(name), folder / name, ignore=ignore))


def broken(folder: Path, variant: Variant) -> Path:
    """A copy of the reference with this mistake in it."""
    made = copy(variant.project, folder)
    file = made / variant.file
    text = file.read_text(encoding="utf-8")
    old, new = (each.removeprefix("\n") for each in (variant.old, variant.new))
    assert text.count(old) == 1, f"its old text stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    if file.suffix == ".py":
        compile(file.read_text(encoding="utf-8"), str(file), "exec")
    return made


def noticed(folder: Path, variant: Variant) -> None:
    report = check(variant.project, broken(folder, variant), only=[variant.requirement], seed=1)
    (line,) = report.lines
    assert line.outcome is Outcome.NOT_YET, variant.says
    assert line.why and (line.asked or line.got), line


BUSY = 120.0  # seconds: a machine may be busy, and what is right must pass all the same


def passes(name: str, folder: Path) -> None:
    report = check(name, folder, start_limit=BUSY, patience=BUSY)
    assert [(line.id, line.why) for line in report.open] == [], f"seed {report.seed}"
    assert {line.outcome for line in report.lines} == {Outcome.DONE}


@PROJECTS
def test_the_references_own_tests_pass(name: str, tmp_path: Path) -> None:
    alone = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    home = copy(name, tmp_path)
    with databases.ScratchDatabase(f"project_{name}_{os.getpid()}_test") as url:  # Todo brings its own
        alone |= {"DATABASE_URL": url, "TEST_DATABASE_URL": url}
        done = subprocess.run(command, cwd=home, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@PROJECTS
def test_the_reference_meets_every_requirement(name: str) -> None:
    passes(name, registry.reference(name))


@pytest.mark.parametrize("folder", sorted(OTHERS.glob("*")), ids=lambda each: each.name)
def test_another_right_way_to_build_it_is_accepted(folder: Path) -> None:
    passes(folder.name, folder)


@PROJECTS
def test_the_starter_fails_with_what_to_do_first(name: str) -> None:
    report = check(name, registry.starter(name), start_limit=60)
    assert [line.id for line in report.open] == written(name)["starter"]
    assert report.open[0].why == "project.toml names no command for migrate."
    assert all(line.asked or line.why for line in report.open)
    assert {line.outcome for rung in report.rungs[1:] for line in rung.lines} == {Outcome.NOT_REACHED}


@PROJECTS
def test_each_requirement_is_broken_by_a_variant_or_says_why_not(name: str) -> None:
    own = [each for each in VARIANTS if each.project == name]
    requirements = {each.name for stage in stages(name) for each in stage.requirements}
    assert len({each.name for each in own}) == len(own) >= 20
    assert {each.requirement for each in own} <= requirements
    assert requirements - {each.requirement for each in own} == {*written(name).get("unbroken", {})}
    assert all(each.says.endswith(".") and len(each.says.split()) > 4 for each in own)


@named(VARIANTS)
def test_each_variant_applies_to_the_reference_as_it_stands(tmp_path: Path, variant: Variant) -> None:
    broken(tmp_path, variant)


@named([each for each in VARIANTS if each.always])
def test_some_variants_are_noticed_in_each_proof(tmp_path: Path, variant: Variant) -> None:
    noticed(tmp_path, variant)


@pytest.mark.deep
@named(VARIANTS)
def test_each_variant_is_noticed_by_the_requirement_it_breaks(tmp_path: Path, variant: Variant) -> None:
    noticed(tmp_path, variant)
