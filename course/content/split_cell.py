"""What a cell `%%app_split PATH` says: a line for each file, with the names that go there."""

import re
from dataclasses import dataclass

from course.base.errors import CourseError

_LINE = re.compile(r"(?P<path>\S+\.py):(?P<names>[\w\s,]+?)(?:#(?P<about>.*))?")


@dataclass(frozen=True)
class Target:
    """A file that takes definitions: its path, their names there, in order, and the docstring if it is new.

    `renamed`: old and new name of those that get another.
    """

    path: str
    names: tuple[str, ...]
    about: str
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def module(self) -> str:
        """The file as imports name it."""
        return module(self.path)


def targets(path: str, cell: str) -> list[Target]:
    """What the lines of a cell say. Raises CourseError, for the person at the cell."""
    found: list[Target] = []
    for line in filter(str.strip, re.sub(r",\n\s*", ", ", cell).splitlines()):
        read = _LINE.fullmatch(line.strip())
        if not read:
            raise refused(path, f'the line "{line.strip()}" does not name a file and what goes there')
        pairs = [each.partition(" as ") for each in read["names"].split(",") if each.strip()]
        renamed = tuple((old.strip(), new.strip()) for old, _, new in pairs if new)
        names = tuple((new or old).strip() for old, _, new in pairs)
        found.append(Target(read["path"], names, (read["about"] or "").strip(), renamed))
    named = [name for each in found for name in each.names]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        raise refused(path, f"the cell sends {', '.join(twice)} to two files")
    if not found:
        raise refused(path, "the cell is empty")
    return found


def module(path: str) -> str:
    """A file as imports name it."""
    return path.removesuffix(".py").replace("/", ".")


def refused(path: str, why: str) -> CourseError:
    """The error of a split that cannot be done."""
    return CourseError(
        f"{path} was not split, because {why}. All files are as they were before. "
        "Fix that, then run this cell again."
    )
