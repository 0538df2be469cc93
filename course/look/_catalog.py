"""The structure of a database, to be compared."""

from course.postgres.catalog import Catalog, read


def catalog(url: str | None = None) -> Catalog:
    """The tables, columns, constraints, indexes and other parts of a database now, to be kept and compared.

    `before.to(after)` lists what differs; `draw.changes(before, after)` draws it. Raises CourseError.
    """
    return read(url)
