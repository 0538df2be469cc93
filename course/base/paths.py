"""Where everything lives: the one home of every path and of the environment variables that move them."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
EXERCISES = ROOT / "exercises"
SOLUTIONS = ROOT / "solutions"
ANSWERS = ROOT / "tests" / "answers"
SAMPLE_APP = ROOT / "sample_app"
PROJECTS = ROOT / "projects"
LOCK = ROOT / "requirements.lock"

WORK_VARIABLE = "COURSE_WORK"
POSTGRES_VARIABLE = "COURSE_POSTGRES_HOME"


def work() -> Path:
    """The learner's folder: `COURSE_WORK` when it is set, else work/ beside this package."""
    return Path(os.environ.get(WORK_VARIABLE) or ROOT / "work").expanduser().absolute()


def postboard() -> Path:
    """The learner's own API; it mirrors sample_app/."""
    return work() / "postboard"


def kept() -> Path:
    """Texts and folders of the learner's that were put aside; nothing here is ever deleted."""
    return work() / "kept"


def state() -> Path:
    """The course's own bookkeeping inside the learner's folder."""
    return work() / ".course"


def postgres_home() -> Path:
    """The folder of the course's own PostgreSQL: `COURSE_POSTGRES_HOME`, else inside work/."""
    own = os.environ.get(POSTGRES_VARIABLE)
    return Path(own).expanduser().absolute() if own else state() / "postgres"


def progress_log() -> Path:
    """The append-only log of what the learner has tried and done."""
    return work() / "progress.jsonl"
