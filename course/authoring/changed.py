"""Which tests belong to the files that an author has changed: a quick answer, and not the whole proof.

pytest-testmon and pytest-picked were considered: one needs a whole measured run first, the other knows of
test files only; neither knows that a check, its answers and two notebooks are one lesson.
"""

import re
import subprocess
from functools import cache
from pathlib import Path

from course.base import paths
from course.base.errors import CourseError
from course.content import catalog

ALL = ["everything"]
_OF_EVERYTHING = ("conftest.py", "pyproject.toml", "requirements.lock", "requirements-dev.lock")
# What makes and judges a check is proved by the answers of all lessons, beside its own tests.
_JUDGES = re.compile(r"course/(checks/|authoring/judge)")
_ANSWERS = "tests/lessons/test_answers.py"
_MUTANTS = "tests/lessons/test_mutants.py"  # without the deep run: whether the explanations can be read
# What tries the newest app over HTTP. A broken variant of it has to fail in one of these.
APP_TESTS = [
    f"tests/lessons/test_{name}.py"
    for name in ("sample_app", "accounts", "attempts", "tokens", "logins", "access", "admin", "settings")
]
_VARIANTS = "tests/lessons/test_variants.py"
_OF_A_LESSON = ["tests/lessons/test_lessons.py", "tests/lessons/test_exercises.py", _VARIANTS, *APP_TESTS]
_OF_THE_APP = [
    *APP_TESTS,
    *(_VARIANTS, "tests/lessons/test_migrations.py", "tests/attacks/test_holes.py", "tests/postboard"),
]
_CODE, _OTHER_FILES = "tests/house/test_code.py", "tests/house/test_environments.py"


@cache
def base() -> str:
    """The commit to compare with: where this branch left its upstream or `main`, else the last commit."""
    for other in ("@{upstream}", "origin/main", "main"):
        found = _git("merge-base", "HEAD", other, check=False)
        if found:
            return found[0]
    return _git("rev-parse", "HEAD")[0]


def files() -> list[str]:
    """The files that differ from `base()`, committed or not, and those that git does not know yet."""
    new = _git("ls-files", "--others", "--exclude-standard")
    return sorted({*_git("diff", "--name-only", "--relative", base()), *new})


def tests(names: list[str]) -> list[str]:
    """pytest's arguments for what belongs to these files; `ALL` when one is about everything."""
    if any(name in _OF_EVERYTHING for name in names):
        return ALL
    lessons = [each for each in catalog.lessons() if any(_is_of(name, each) for name in names)]
    chosen = {target for name in names for target in _own(name)}
    judged = any(map(_JUDGES.match, names))
    if lessons:
        notebooks = [path for each in lessons for path in (each.notebook, each.solution_notebook)]
        chosen |= {_relative(path) for path in notebooks if path.exists()} | set(_OF_A_LESSON)
    if lessons or judged:
        chosen.add(_ANSWERS)
    only = [] if judged or _ANSWERS in names else [f"--lessons={','.join(each.id for each in lessons)}"]
    return sorted(chosen) + (only if lessons else [])


def _is_of(name: str, lesson: catalog.Lesson) -> bool:
    mine = (lesson.notebook, lesson.exercise_notebook, lesson.solution_notebook)
    return name in map(_relative, (*mine, lesson.check_file, lesson.answers_file))


def _own(name: str) -> set[str]:
    """Files of tests that are about one file: itself, or those that name it."""
    path = Path(name)
    if name.startswith("tests/mutants/"):
        return {_MUTANTS}
    if name.startswith("tests/") and path.name.startswith("test_"):
        return {name} if (paths.ROOT / name).exists() else set()
    if name.startswith(("notebooks/", "solutions/", "exercises/", "tests/answers/")):
        return set()  # they are a lesson's
    if name.startswith("sample_app/"):
        return {_CODE, *_OF_THE_APP}
    if name.startswith(("course/", "tests/")) or name == "start.py":
        word = path.parent.name if path.stem == "__init__" else path.stem
        return {_CODE, *_of_the_package(path), *_naming(word)}
    return {_CODE, _OTHER_FILES}


def _of_the_package(path: Path) -> set[str]:
    """The tests of the package that a module of course/ belongs to: a private module has none of its own."""
    if path.parts[0] != "course":
        return set()
    package = "house" if len(path.parts) == 2 else path.parts[1]  # course/types.py is about the whole house
    return {f"tests/{package}"} if (paths.ROOT / "tests" / package).is_dir() else set(_naming(package))


def _naming(word: str) -> set[str]:
    """The test files in which a module's name stands as a word of code."""
    found = re.compile(rf"(\bimport\b.*|[\".]){re.escape(word)}\b")
    texts = {path: path.read_text(encoding="utf-8") for path in (paths.ROOT / "tests").glob("**/test_*.py")}
    return {_relative(path) for path, text in texts.items() if found.search(text)}


def _relative(path: Path) -> str:
    return path.relative_to(paths.ROOT).as_posix()


def _git(*arguments: str, check: bool = True) -> list[str]:
    """The lines that git prints. Raises CourseError where there is no git or no repository."""
    command = ["git", *arguments]
    try:
        done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    except OSError as problem:
        raise CourseError(
            f"`course test --changed` asks git what was changed, and git cannot be run: {problem}."
        ) from None
    if done.returncode and check:
        raise CourseError(
            "`course test --changed` asks git what was changed, and git says: "
            f"{done.stderr.strip()} Run `course test`, which needs no git."
        )
    return done.stdout.splitlines() if not done.returncode else []
