"""What Postboard's own lock says: the versions that its lessons were run with, and all that the app imports."""

import ast
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

from course.base import paths

APP = paths.ROOT / "sample_app"


def pinned(name: str) -> dict[str, str]:
    """Name and version of each package that a file of the app pins."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)$", (APP / name).read_text("utf-8"), re.MULTILINE))


def imported(folder: Path) -> set[str]:
    """The packages, as they are named when they are installed, that the files of a folder import."""
    trees = [ast.parse(each.read_text("utf-8")) for each in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}
    tops = {name.partition(".")[0] for name in names} - {"app", *sys.stdlib_module_names}
    known = packages_distributions()
    return {re.sub(r"[-_.]+", "-", known[top][0]).lower() for top in tops if top in known}


def test_the_app_is_run_with_the_versions_that_it_pins() -> None:
    for name in ("requirements.lock", "requirements-dev.txt"):
        found = pinned(name)
        assert found and found == {each: version(each) for each in found}


def test_the_lock_has_all_that_the_app_imports() -> None:
    assert imported(APP / "app") | imported(APP / "migrations") <= set(pinned("requirements.lock"))
