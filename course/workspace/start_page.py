"""The course's first page, work/start_here.md: where you are, what is next, how to continue."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from course.base import files, paths
from course.content import catalog
from course.workspace import manifest, progress, reviews

NAME = "start_here.md"
HELP = """\
## When you are stuck

- In a notebook, `hint("1.4a")` gives one hint more each time, and `solution("1.4a")` shows an
  answer once you have tried.
- `reset("1.4a")` begins an exercise again and keeps what you wrote.
- In a terminal (File > New > Terminal), `course doctor` says what is wrong with the set-up and how
  to fix it, and `course start-at 1.5` brings the app in postboard/ to the start of a lesson and keeps
  yours in kept/. In a terminal outside JupyterLab type `python3 start.py` instead of `course`.
- The Tab key completes names in a cell. In a terminal it completes `course` commands, lessons and exercises
  after `course --install-completion` was typed once and the terminal opened anew.

Everything in this folder is yours, and updates of the course leave alone what you changed. Only this
page is written anew each time: notes are safer in a file of your own.
"""


def write(trouble: str = "") -> Path:
    """Write the first page anew and return its path; `trouble` is a sentence to show at the top.

    Raises CourseError when the learner's folder cannot be written.
    """
    page, record = paths.work() / NAME, paths.state() / "first-page.json"
    fresh = text(trouble)
    with files.plainly("Writing the first page"):
        if page.exists() and files.read_record(record).get("sha256") != files.digest(page.read_bytes()):
            manifest.keep(page)
        files.write_text(page, fresh)
        files.write_record(record, {"sha256": files.digest(fresh)})
    return page


def text(trouble: str = "") -> str:
    """The first page as Markdown, from the lessons and from the learner's progress."""
    step = progress.next_step()
    trouble = " ".join(filter(None, [trouble, progress.trouble()]))
    parts = ["# Backend Python, one API in eight weeks"]
    parts += [f"> **Something needs your attention.** {trouble}"] if trouble else []
    parts += [_where(), "## What is next", _next(step), "## The lessons", _table(step), HELP]
    return "\n\n".join(parts)


def next_in_words(step: catalog.Lesson | catalog.Exercise | None) -> str:
    """What to do next, in a few words."""
    if step is None:
        return "You have done every exercise there is."
    if isinstance(step, catalog.Lesson):
        return f"Read lesson {step.id}, {step.title}" + f" ({step.minutes} minutes)." * bool(step.minutes)
    return f"Do exercise {step.id}, {step.title}."


def squares(lesson: catalog.Lesson, standing: dict[str, progress.Standing]) -> tuple[str, int, int]:
    """One square an exercise, filled when it is done; how many are; how many survive a restart."""
    known = [standing.get(each.id, progress.Standing()) for each in lesson.exercises]
    shown = "".join("■" if each.done else "□" for each in known)
    return shown, sum(s.done for s in known), sum(s.done and s.survives for s in known)


def _where() -> str:
    last, standing = progress.last_lesson(), progress.standings()
    total = sum(len(lesson.exercises) for lesson in catalog.lessons())
    done = sum(squares(lesson, standing)[1] for lesson in catalog.lessons())
    if not last and not done:
        return "Welcome. You read a lesson, run its cells, then do its exercises in the page beside it."
    said = f"You have done {done} of {total} exercises."
    said += f" You were last in lesson {last}." if last else ""
    if waiting := progress.still_open():
        ids = ", ".join(each.id for each in waiting[:5]) + " and others" * (len(waiting) > 5)
        said += f" Still open from before: {ids}."
    if due := reviews.in_a_line():
        said += f"\n\n{due}"
    return said


def _next(step: catalog.Lesson | catalog.Exercise | None) -> str:
    if step is None:
        return next_in_words(step)
    return (
        f"**[{_plain(next_in_words(step))}]({_target(step)})**\n\n"
        "Click it; run a cell with Shift+Enter. To come back later, run `python3 start.py` "
        "again: this page then says where to go on."
    )


def _table(step: catalog.Lesson | catalog.Exercise | None) -> str:
    standing, opened = progress.standings(), set(progress.visited())
    here = progress.lesson_of(step)
    rows = ["| | Lesson | Exercises |", "|---|---|---|"]  # three columns: they fit at 200 % too
    for lesson in catalog.lessons():
        shown, done, _ = squares(lesson, standing)
        link = f"[{lesson.id} {_plain(lesson.title)}]({_link(manifest.lesson_copy, lesson)})"
        done_of = f"{done}/{len(lesson.exercises)}"
        tasks = f"[{shown}]({_link(manifest.exercise_copy, lesson)}) {done_of}" if shown else ""
        mark = "**next**" if lesson.id == here else "read" if lesson.id in opened else ""
        rows.append(f"| {mark} | {link} | {tasks} |")
    return "\n".join(rows)


def _target(step: catalog.Lesson | catalog.Exercise) -> str:
    if isinstance(step, catalog.Lesson):
        return _link(manifest.lesson_copy, step)
    return _link(manifest.exercise_copy, catalog.lesson(step.lesson))


def _link(copy: Callable[[catalog.Lesson], Path], lesson: catalog.Lesson) -> str:
    return quote(manifest.name(copy(lesson)))


def _plain(title: str) -> str:
    """A title that Markdown takes literally inside a link in a table."""
    for sign in "\\[]|*_`<":
        title = title.replace(sign, f"\\{sign}")
    return title
