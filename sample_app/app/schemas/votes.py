"""Votes, as clients see them."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator


def exactly_int(value: object) -> object:
    """Refuse true and 1.0, which a Literal takes for 1: it compares with `==`."""
    if type(value) is not int:
        raise ValueError("must be 1 or -1")
    return value


class VoteCreate(BaseModel):
    value: Annotated[Literal[-1, 1], BeforeValidator(exactly_int)]


class VoteResponse(BaseModel):
    post_id: int
    value: int
