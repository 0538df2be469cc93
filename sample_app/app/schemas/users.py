"""Users, as clients see them."""

from pydantic import BaseModel


class Profile(BaseModel):
    """A user in numbers; `score` is what votes on their published posts add up to."""

    name: str
    posts: int
    comments: int
    score: int
