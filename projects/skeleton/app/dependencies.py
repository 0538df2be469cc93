"""What path operations ask for before they run."""

from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import get_session

# The largest integer that a PostgreSQL integer column can hold.
MOST = 2_147_483_647
NoteId = Annotated[int, Path(ge=1, le=MOST)]

# scope="function": closed before the response is sent, not after it.
DbSession = Annotated[AsyncSession, Depends(get_session, scope="function")]


class Page(BaseModel):
    """Which part of a list a client asks for: what comes after the row `after`."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 10
    after: Annotated[int, Field(ge=0, le=MOST)] = 0


WantedPage = Annotated[Page, Query()]
