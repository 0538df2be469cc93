"""Text that PostgreSQL can store."""

from typing import Annotated

from pydantic import StringConstraints

# PostgreSQL stores every character but NUL.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
# Text without the spaces around it. Something else is left.
Trimmed = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$"
    ),
]
