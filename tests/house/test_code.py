"""The program around the notebooks: well formed, well typed, small, and without a trace of one machine."""

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from course.base import paths
from course.content import catalog, notebook_file

ROOT = paths.ROOT
CODE = sorted([*(ROOT / "course").rglob("*.py"), *(ROOT / "sample_app").rglob("*.py"), ROOT / "start.py"])
MOST_LINES, MOST_TAUGHT_LINES = 300, 150  # a file is one concept; the lessons promise the smaller number
MOST_FUNCTION_LINES = 30  # "about" 25


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
        assert len(text.splitlines()) <= (MOST_TAUGHT_LINES if taught else MOST_LINES)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1 - _docstring_lines(node)
            assert length <= (24 if taught else MOST_FUNCTION_LINES), f"{node.name} has {length} lines"


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or 0) - first.lineno + 1
    return 0


OUR_CODE = [path for path in CODE if "sample_app" not in path.parts]  # the lessons explain the sample app


@pytest.mark.parametrize("path", OUR_CODE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_public_functions_say_what_they_mean(path: Path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            assert node.name.startswith("_") or ast.get_docstring(node), f"{node.name} has no docstring"


def test_every_package_imports_only_what_stands_below_it():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_app_never_needs_the_course():
    for path in (ROOT / "sample_app").rglob("*.py"):
        assert not re.search(r"^\s*(from|import) course\b", path.read_text(encoding="utf-8"), re.MULTILINE)


def imported_of_the_course(text: str) -> set[str]:
    """Each name that a piece of code imports of the course, as "course.draw" or "course.types.Trace"."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "course"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "course":
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def offered(*packages: str) -> set[str]:
    """What these packages offer, with their names before it."""
    return {f"{package}.{name}" for package in packages for name in import_module(package).__all__}


@pytest.mark.parametrize("lesson", catalog.lessons(), ids=lambda lesson: lesson.id)
def test_notebooks_and_checks_import_only_what_is_offered_to_them(lesson):
    """So that everything else of the course may move without a page or a check that notices."""
    for path in (lesson.notebook, lesson.solution_notebook, lesson.exercise_notebook):
        for cell in notebook_file.read_cells(path):
            text = notebook_file.source(cell)
            if cell["cell_type"] == "code" and "course" in text and not text.startswith(("%", "!")):
                plain = re.sub(r"^[%!].*$", "pass", text, flags=re.MULTILINE)
                assert imported_of_the_course(plain) <= offered("course", "course.types"), path.name
    checks = imported_of_the_course(lesson.check_file.read_text(encoding="utf-8"))
    assert checks <= offered("course", "course.types", "course.checks")


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


NAMED = re.compile(r"\b(?:tests|course|docs)/[\w/]+\.(?:py|md|ini)\b")


def test_the_files_that_comments_and_pages_name_are_there():
    told = [
        ROOT / name
        for name in ("README.md", ".dockerignore", "Dockerfile", "docker-compose.yml", "pyproject.toml")
    ]
    told += [*CODE, *(ROOT / "docs").glob("*.md")]
    named = {name: path.name for path in told for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert "tests/house/test_environments.py" in named
    of_the_app = ROOT / "sample_app"  # whose tests are in tests/, too
    gone = {name for name in named if not ((ROOT / name).exists() or (of_the_app / name).exists())}
    assert {name: named[name] for name in gone} == {}
