"""The course's own app refuses every attack; with a hole in it, the attack for that hole gets through."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course.attacks.groups import attacks
from course.attacks.outcome import Outcome
from course.attacks.run import attack
from course.content import app_history, catalog, variants
from course.postboard import page_app

HOLES: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("holes.toml").read_text(encoding="utf-8")
)["hole"]
each_hole = pytest.mark.parametrize("hole", HOLES, ids=lambda hole: hole["name"])
NEWEST = catalog.lessons()[-1].id
final = cache(app_history.final)


def opened(hole: dict[str, Any]) -> app_history.Tree:
    """The app (path to text) with this hole in it. Raises CourseError where the entry no longer applies."""
    parts = [hole, *hole.get("also", [])]
    changes = (variants.Change(each["file"], each["definition"], each["old"], each["new"]) for each in parts)
    return variants.broken(final(), variants.Variant(hole["name"], "", "", tuple(changes)))


def test_every_hole_has_a_name_and_an_attack() -> None:
    assert len({hole["name"] for hole in HOLES}) == len(HOLES) >= 30
    assert {hole["attack"] for hole in HOLES} <= {each.name for each in attacks()}


@each_hole
def test_each_hole_can_be_opened_in_the_app_as_it_stands(hole: dict[str, Any]) -> None:
    made = opened(hole)
    for path, text in final().items():
        if made[path] != text:
            compile(made[path], path, "exec")


def test_the_app_of_the_lessons_refuses_every_attack(tmp_path: Path) -> None:
    app_history.build(tmp_path, final())
    page_app.use(tmp_path)
    report = attack()
    assert [(each.attack.name, each.back) for each in report.holes if each.attack.lesson <= NEWEST] == []
    untried = [each.attack.name for each in report.lines if each.outcome is Outcome.NOT_TRIED]
    assert untried == []


@pytest.mark.deep
@each_hole
def test_each_hole_is_found(hole: dict[str, Any], tmp_path: Path) -> None:
    app_history.build(tmp_path, opened(hole))
    page_app.use(tmp_path)
    line = attack(only=[hole["attack"], hole.get("also_run", hole["attack"])])[hole["attack"]]
    assert line.outcome is (Outcome.FAILED if hole.get("fails") else Outcome.THROUGH), line.back
