"""`%%app PATH patch` for a file that is not Python: pages, Dockerfiles, locks.

The cell holds one part of the file or more, with a line `...` between two. A part begins and ends with a line
that stands in the file, each as a whole line that is there once; what is between these two is replaced by what
the part has between them. A part whose first line is the file's last one adds lines to the end.
(`patch` and its unified diffs were considered: nobody writes their line numbers by hand.)
"""

from course.base.errors import CourseError

_BETWEEN = "..."


def put(path: str, text: str, cell: str) -> str:
    """The text of a file with the parts of a cell put in; a second time, nothing changes.

    Raises CourseError, a sentence for the person at the cell, when a part does not fit.
    """
    lines = text.splitlines()
    for part in _parts(cell.splitlines()):
        begins, ends = _place(path, lines, part)
        lines[begins:ends] = part
    return "\n".join(lines) + "\n"


def _parts(lines: list[str]) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == _BETWEEN:
            found.append([])
        else:
            found[-1].append(line)
    return [part for part in found if any(part)]


def _place(path: str, lines: list[str], part: list[str]) -> tuple[int, int]:
    """Which lines of the file a part replaces."""
    begins = _only(path, lines, part[0], 0)
    if part[-1] not in lines[begins:] and begins == len(lines) - 1:
        return begins, len(lines)
    return begins, _only(path, lines, part[-1], begins) + 1


def _only(path: str, lines: list[str], line: str, start: int) -> int:
    """Where a line stands, from `start` on."""
    there = [number for number, each in enumerate(lines) if each == line and number >= start]
    if len(there) == 1:
        return there[0]
    raise CourseError(
        f"{path} was not patched, because the line `{line.strip()}`, with which a part of the cell begins or ends, "
        f"stands in it {len(there)} times. The file is as it was before. "
        f"Choose a line that stands there once, or write the whole file with %%app {path}."
    )
