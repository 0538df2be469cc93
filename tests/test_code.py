"""The program around the notebooks: well formed, well typed, small, and without a trace of one machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from course import paths

ROOT = paths.ROOT
CODE = sorted([*(ROOT / "course").rglob("*.py"), *(ROOT / "sample_app").rglob("*.py"), ROOT / "start.py"])
MOST_LINES, MOST_FUNCTION_LINES = 300, 30


def tool(*command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "course", "tests", "exercises", "start.py"),
        ("ruff", "format", "--check", "--line-length", "88", "notebooks"),
        ("mypy",),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_linters_and_types_are_clean(command):
    done = tool(*command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sample_app_is_clean_on_its_own():
    done = tool("mypy", "--strict", "--explicit-package-bases", "app", cwd=ROOT / "sample_app")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_and_functions_are_small(path: Path):
    text = path.read_text(encoding="utf-8")
    taught = "sample_app" in path.parts  # the lessons promise exactly this
    if path.name != "start.py":  # one file on purpose: it is all there is before anything is installed
        assert len(text.splitlines()) < (150 if taught else MOST_LINES)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1 - _docstring_lines(node)
            assert length <= (24 if taught else MOST_FUNCTION_LINES), f"{node.name} has {length} lines"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or 0) - first.lineno + 1
    return 0


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_say_what_they_mean(path: Path):
    if "sample_app" in path.parts:
        pytest.skip("the lessons explain the sample app")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            assert node.name.startswith("_") or ast.get_docstring(node), f"{node.name} has no docstring"


def test_imports_point_one_way():
    """`course` never needs what is for authors only, and the app never needs the course."""
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        if "sample_app" in path.parts:
            assert not re.search(r"^\s*(from|import) course\b", text, re.MULTILINE), path
        elif "authoring" not in path.parts and path.name != "cli.py":
            assert "course.authoring" not in text, path


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_path_of_one_machine():
    here = re.compile(
        "|".join(re.escape(f"{place}/") for place in {str(ROOT.parent), str(Path.home())} - {"/"})
    )
    for path in tracked():
        if path.suffix in (".png", ".ico"):
            continue
        found = here.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)} holds {found[0]!r}"
