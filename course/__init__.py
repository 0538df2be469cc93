"""What the notebooks import. Each name is loaded when it is first used, so `import course` is quick."""

import os
import sys

from course.lazy_names import lazily

# A module rewritten within one second and with the same size would run its old bytecode.
sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"

_HOMES = {
    "lesson": "course.page",
    "reset": "course.page",
    "expect_error": "course.expected_error",
    "predict": "course.prediction",
    "check": "course.checking",
    "hint": "course.checking",
    "solution": "course.checking",
    "progress": "course.overview",
    "serve": "course.serving.server",
    "tap": "course.serving.server",
    "exchange": "course.serving.server",
    "trace": "course.tracing.trace",
    "draw": "course.draw",
    "look": "course.look",
    "stage": "course.postboard.stages",
    "alike": "course.postboard.stages",
    "sql_tape": "course.sql_recorder.tape",
    "timeline": "course.timelines.timeline",
    "play": "course.play",
}
_MODULES = ("draw", "look", "play")
__all__ = list(_HOMES)
__getattr__, __dir__ = lazily(globals(), _HOMES, "module 'course' has no attribute {name!r}", _MODULES)
