"""Votes, as clients see them."""

from typing import Literal

from pydantic import BaseModel


class VoteCreate(BaseModel):
    value: Literal[-1, 1]


class VoteResponse(BaseModel):
    post_id: int
    value: int
