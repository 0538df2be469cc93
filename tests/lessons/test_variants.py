"""The app, broken on purpose: each variant applies to the app as it stands, and the app's tests notice each."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from course.authoring.changed import APP_TESTS
from course.base import paths
from course.base.errors import CourseError
from course.content import app_history, catalog, variants
from course.postboard import page_app
from course.postboard.contract import CONTRACT
from course.postboard.stages import Compared, Response, responses, stage
from course.suites.grading import Grading

VARIANTS = variants.variants()
each_variant = pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: f"{each.area}: {each.name}")
# They load the app heavily; most variants are noticed without them.
SLOW = "sixty_four or held_row or connections_cut"
OWN = ("schema", "around", "jobs")  # no response shows them: the app's own tests alone look there
ELSEWHERE = "contract_meets"  # about the lessons' app, whatever the folder


@pytest.fixture(scope="module")
def promised() -> list[Response]:
    """What lesson 2.5's app answers to the contract; where a lesson has changed that, what it is now.

    Not the app's own answers throughout: a slug is another one each time, and 2.5's clients know of none.
    """
    with stage("2.5") as server:
        first = responses(server)
    with stage(catalog.lessons()[-1].id) as server:
        now = responses(server)
    both = zip(CONTRACT, first, now, strict=True)
    return [old if Compared(asked, old, new).same else new for asked, old, new in both]


def noticed(folder: Path, promised: list[Response], area: str = "posts") -> str:
    """What notices that the app in a folder is broken: "the contract", or the test that fails; "" for nothing.

    The tests that name its area come first, those that load the app last: most need not run.
    """
    page_app.use(folder)
    with stage() as server:
        try:
            pairs = zip(CONTRACT, promised, responses(server), strict=True)
        except httpx.TransportError:  # uvicorn closes a connection on which the app has crashed
            return "the contract"
    if not all(Compared(*each).same for each in pairs):
        return "the contract"
    own = area.removesuffix("s")
    for which in (f"{own} and not ({SLOW})", f"not ({own} or {SLOW})", SLOW):
        if found := failing(folder, f"({which}) and not {ELSEWHERE}"):
            return found
    return ""


def failing(folder: Path, which: str) -> str:
    """The first test of the app that fails with the app in this folder; "" when none does."""
    options = ["--noconftest", "-p", "no:cacheprovider", "-x", "-q", "-k", which]
    environment = os.environ | {"POSTBOARD_FOLDER": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *APP_TESTS],
        cwd=paths.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 5), done.stdout + done.stderr  # the others are errors of pytest's
    lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0] if done.returncode == 1 else ""


def noticed_by_its_own(variant: variants.Variant) -> bool:
    """Whether the tests that the lessons have written, sample_app/tests/, notice a variant."""
    tree = app_history.final()
    own = app_history.tests_in(tree)
    tests, app = (
        {path: text for path, text in tree.items() if (path in own) is mine} for mine in (True, False)
    )
    return Grading(app, tests, [variant]).fate(variant.name).noticed


def test_names_are_unique_and_every_variant_says_what_a_client_meets() -> None:
    assert len({each.name for each in VARIANTS}) == len(VARIANTS) >= 40
    for each in VARIANTS:
        assert each.says.endswith(".") and len(each.says.split()) > 4, each.name
        assert each.area.isalpha(), each.name


@each_variant
def test_each_variant_applies_to_the_app_as_it_stands(variant: variants.Variant) -> None:
    tree = app_history.final()
    made = variants.broken(tree, variant)
    changed = {path for path in tree if made[path] != tree[path]}
    assert made.keys() == tree.keys()
    assert changed == {each.file for each in variant.changes}
    for path in changed:
        compile(made[path], path, "exec")


TREE = {"app/main.py": "LIMIT = 3\n\n\nclass App:\n    def limit(self) -> int:\n        return LIMIT\n"}


def variant(old: str, definition: str = "App.limit", file: str = "app/main.py") -> variants.Variant:
    change = variants.Change(file, definition, old, "4")
    return variants.Variant("a-slip", "lists", "A page is too long.", (change,))


def test_a_variant_changes_its_definition_and_nothing_else() -> None:
    assert variants.broken(TREE, variant("LIMIT"))["app/main.py"] == TREE["app/main.py"].replace(
        "return LIMIT", "return 4"
    )
    assert variants.broken(TREE, variant("3", "LIMIT"))["app/main.py"].startswith("LIMIT = 4\n\n\nclass")


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        (variant("limit", file="app/lists.py"), "the app has no file app/lists.py."),
        (variant("limit", "Lists.limit"), "app/main.py defines no Lists.limit."),
        (variant("limit", "LIMIT.limit"), "app/main.py defines no LIMIT.limit."),
        (variant("MOST"), "App.limit in app/main.py holds its old text 0 times, and it must be once."),
        (variant("i"), "App.limit in app/main.py holds its old text 3 times, and it must be once."),
    ],
)
def test_a_variant_that_no_longer_applies_says_so(gone: variants.Variant, sentence: str) -> None:
    with pytest.raises(CourseError) as raised:
        variants.broken(TREE, gone)
    assert str(raised.value) == (
        f'The variant "a-slip" no longer applies: {sentence} Change its entry in variants.toml, '
        "so that it makes the same mistake in the app as it is now."
    )


@pytest.mark.deep
def test_nothing_is_noticed_where_nothing_is_broken(promised: list[Response], tmp_path: Path) -> None:
    app_history.build(tmp_path, app_history.final())
    assert noticed(tmp_path, promised) == ""


@pytest.mark.deep
@each_variant
def test_the_tests_of_the_app_notice_each_variant(
    variant: variants.Variant, promised: list[Response], tmp_path: Path
) -> None:
    if variant.area in OWN:
        assert noticed_by_its_own(variant), variant.says
        return
    app_history.build(tmp_path, variants.broken(app_history.final(), variant))
    assert noticed(tmp_path, promised, variant.area), variant.says
