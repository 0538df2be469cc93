"""Names in paths."""

from typing import Annotated

from fastapi import Path

Name = Annotated[str, Path(pattern=r"^[^\x00]*$")]  # PostgreSQL knows no NUL
