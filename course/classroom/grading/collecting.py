"""`course class collect`: learners' files into the grading folder, as nbgrader's submissions with a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from course.base import files
from course.base.errors import CourseError
from course.classroom.grading import handed_in
from course.classroom.grading.folder import CourseFolder, assignment
from course.classroom.grading.handed_in import HandedIn
from course.content import catalog

_STAMP = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True)
class Collected:
    """What became of one file: `taken` or not, and a sentence; "" when there is nothing to say."""

    learner: str
    where: str
    lesson_id: str
    taken: bool
    said: str


def collect(folder: CourseFolder, place: Path, wanted: list[catalog.Lesson] | None = None) -> list[Collected]:
    """Take every notebook below `place` whose lesson was released; of the `wanted` lessons, if any are named.

    A newer file of the same learner and lesson takes the place of an older one, which is kept in replaced/.
    Raises CourseError when there is no such folder, or nothing in it.
    """
    if not place.is_dir():
        raise CourseError(
            f"There is no folder {place}. It holds a folder for each learner, with the notebooks in it; a "
            "notebook or a zip that bears a learner's name may lie in it too."
        )
    with files.plainly("Collecting"):
        newest: dict[tuple[str, str], HandedIn] = {}
        found: list[Collected] = []
        for each in handed_in.found_in(place):
            refused = _refused(folder, each, wanted)
            if refused:
                found.append(Collected(each.learner, each.where, each.lesson_id, False, refused))
            else:
                newest[each.learner, each.lesson_id] = each
        found += [_take(folder, each) for each in newest.values()]
    if not found:
        raise CourseError(f"There is no notebook (.ipynb) and no zip with one in {place}.")
    return sorted(found, key=lambda each: (each.learner, each.lesson_id))


def _refused(folder: CourseFolder, handed: HandedIn, wanted: list[catalog.Lesson] | None) -> str:
    """Why a file is not taken; "" when it is."""
    known = {each.id: each for each in catalog.lessons()}
    if problem := handed_in.problem_with(handed.learner):
        return problem
    if handed.lesson_id not in known:
        return " ".join(["It names no lesson of this course.", *handed.remarks])
    if wanted and handed.lesson_id not in {each.id for each in wanted}:
        return f"It is of lesson {handed.lesson_id}, which is not collected now."
    lesson = known[handed.lesson_id]
    if not folder.at("release", lesson).exists():
        return f"Lesson {lesson.id} was not released here: `course class release {lesson.id}` does that."
    if handed.learner.lower().startswith(lesson.solution_notebook.stem[:4]):
        return "It lies beside the learners' folders under the lesson's name. Put it into its owner's folder."
    return ""


def _take(folder: CourseFolder, handed: HandedIn) -> Collected:
    lesson = catalog.lesson(handed.lesson_id)
    to = folder.at("submitted", lesson, handed.learner)
    content, stamp = handed_in.stand_in(handed, lesson), handed.at.strftime(_STAMP)
    said = list(handed.remarks)
    if to.exists():
        before = to.with_name("timestamp.txt")
        if to.read_bytes() == content:
            return Collected(handed.learner, handed.where, lesson.id, True, "")
        if before.exists() and _time(before) > handed.at:
            said = ["An older file than the one that was collected: it was left alone."]
            return Collected(handed.learner, handed.where, lesson.id, False, said[0])
        kept = files.keep(folder.root / "replaced" / handed.learner / to.name, to.read_bytes())
        said.append(f"It takes the place of an earlier one, kept as {kept.relative_to(folder.root)}.")
    files.write_bytes(to, content)
    files.write_text(to.with_name("timestamp.txt"), stamp + "\n")
    if handed.notebook is None:
        files.write_bytes(to.with_name("handed-in.txt"), handed.content)
    said += _late(folder, lesson, handed.at)
    return Collected(handed.learner, handed.where, lesson.id, True, " ".join(said))


def _time(stamp: Path) -> datetime:
    try:
        return datetime.strptime(stamp.read_text("utf-8").strip(), _STAMP).replace(tzinfo=UTC)
    except ValueError:  # nbgrader wrote it in another form: what is handed in now counts
        return datetime.min.replace(tzinfo=UTC)


def _late(folder: CourseFolder, lesson: catalog.Lesson, at: datetime) -> Iterator[str]:
    with folder.gradebook() as book:
        due = book.find_assignment(assignment(lesson)).duedate
    if due is not None and at > due.replace(tzinfo=UTC):
        hours = (at - due.replace(tzinfo=UTC)).total_seconds() / 3600
        yield f"Late by {hours:.1f} hours." if hours < 48 else f"Late by {hours / 24:.0f} days."
