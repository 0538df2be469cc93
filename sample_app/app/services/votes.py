"""Votes."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.models import Post, Vote
from app.roles import Caller
from app.services.access import visible_post
from app.services.posts import commit_on, shown_post


async def set_vote(
    *, session: AsyncSession, post_id: int, voter: Caller, value: int
) -> Post:
    """Vote on a post, or change the vote; the post as it is then. Raises NotFound."""
    await visible_post(session=session, post_id=post_id, caller=voter)
    vote = insert(Vote).values(user_id=voter.id, post_id=post_id, value=value)
    pair = ["user_id", "post_id"]
    await session.execute(
        vote.on_conflict_do_update(index_elements=pair, set_={"value": value})
    )
    await session.commit()
    return await shown_post(session=session, post_id=post_id)


async def cast_vote(
    *, session: AsyncSession, post_id: int, voter: Caller, value: int
) -> Vote:
    """Vote on a post, once. Raises NotFound, Conflict."""
    await visible_post(session=session, post_id=post_id, caller=voter)
    vote = Vote(user_id=voter.id, post_id=post_id, value=value)
    session.add(vote)
    await commit_on(session=session, post_id=post_id)
    return vote


async def withdraw_vote(*, session: AsyncSession, post_id: int, voter: Caller) -> None:
    """Take a vote back. Raises NotFound."""
    mine = delete(Vote).where(Vote.post_id == post_id, Vote.user_id == voter.id)
    if (await session.scalars(mine.returning(Vote.value))).one_or_none() is None:
        raise NotFound(f"You have not voted on post {post_id}")
    await session.commit()
