"""The learner's folder: copies of the notebooks, updates that leave theirs alone, fresh starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from course.base import files
from course.workspace import former_names, manifest


@dataclass
class Report:
    """What an update did, by paths inside work/: the dictionaries map to what there is to say."""

    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    left_alone: dict[str, str] = field(default_factory=dict)
    restored: dict[str, str] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)


def prepare(say: Callable[[str], object] = lambda _: None) -> list[str]:
    """Put every lesson and exercise that is not in work/ there; the names of those that are new.

    What is there is not touched; a copy under a former name gets its present one, and `say` is told so in a
    sentence. Raises CourseError when work/ cannot be written.
    """
    with manifest.record() as record:
        for name, became in former_names.bring(record).items():
            say(f"{name} {became}.")
        return _missing(record)


def update() -> Report:
    """Bring the copies to the course's present edition, except those that the learner changed.

    A copy that was only run is replaced, its executed form kept in work/kept/. A changed one stays,
    with the new edition beside it as NAME.new.ipynb. A damaged one is kept aside and restored.
    One under a former name gets its present one first. Raises CourseError when work/ cannot be written.
    """
    report = Report()
    with manifest.record() as record:
        report.former = former_names.bring(record)
        report.new = _missing(record)
        for source, copy in manifest.copies():
            if manifest.name(copy) not in report.new:
                _update(source, copy, record, report)
    return report


def _missing(record: manifest.Record) -> list[str]:
    fresh = [pair for pair in manifest.copies() if not manifest.exists(pair[1])]
    for source, copy in fresh:
        manifest.give(source, copy, record)
    return [manifest.name(copy) for _, copy in fresh]


def _update(source: Path, copy: Path, record: manifest.Record, report: Report) -> None:
    name, published = manifest.name(copy), manifest.edition(source)
    if manifest.protected(copy):
        if not copy.exists() or copy.read_bytes() != published:
            report.left_alone[name] = "it is a link or read-only"
        return
    present, known = copy.read_bytes(), record.get(name, {})
    cells = manifest.cells_digest(copy)
    if present == published or (not known and cells == manifest.cells_digest(source)):
        manifest.adopt(copy, published, record)
    elif cells is None:
        kept = manifest.keep(copy)
        manifest.give(source, copy, record)
        report.restored[name] = f"it was damaged; the damaged file is {kept}"
    elif known.get("sha256") == files.digest(published):
        return  # the course has nothing newer: whatever differs is the learner's
    elif cells in (known.get("cells"), manifest.cells_digest(source)):
        if known.get("sha256") != files.digest(present):
            manifest.keep(copy)
        manifest.give(source, copy, record)
        report.updated.append(name)
    else:
        beside = _offer(source, copy, record)
        report.left_alone[name] = f"you changed it; the new edition is beside it: {beside}"


def _offer(source: Path, copy: Path, record: manifest.Record) -> str:
    """Put the new edition beside a changed copy, once per edition; the name of that file."""
    beside = copy.with_suffix(".new.ipynb")
    offered = record.get(manifest.name(beside), {}).get("sha256")
    if offered != files.digest(manifest.edition(source)):
        if manifest.exists(beside) and files.digest(beside.read_bytes()) != offered:
            manifest.keep(beside)
        manifest.give(source, beside, record)
    return beside.name
