"""Errors, as clients see them."""

from pydantic import BaseModel, ConfigDict


class Problem(BaseModel):
    """What went wrong: `type` is for programs, `title` and `detail` are for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
