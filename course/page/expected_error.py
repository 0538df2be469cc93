"""expect_error(): an error that is the point of a cell, printed instead of a traceback."""

from types import TracebackType

from course.base.errors import CourseError


class expect_error:
    """Run a block that must raise one of these errors, and print the error's type and message.

    `with expect_error(ValueError): int("x")`. Raises CourseError when nothing is raised.
    pytest.raises does the same for tests; here the error is what the reader is to see.
    """

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> "expect_error":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        if error is None:
            names = " or ".join(each.__name__ for each in self.kinds)
            raise CourseError(f"This cell was expected to end with {names}, and nothing was raised.")
        if not isinstance(error, self.kinds):
            return False
        # Pydantic adds a line with a web address of its version to each error: no news to a reader.
        lines = [line for line in str(error).splitlines() if "For further information visit" not in line]
        print("\n".join([f"{type(error).__name__}: {lines[0] if lines else ''}".rstrip(": "), *lines[1:]]))
        return True
