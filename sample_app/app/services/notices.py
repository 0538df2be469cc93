"""What users are told by e-mail."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app import database, mail
from app.accounts import User
from app.jobs import RETRY, jobs
from app.models import Comment, Post, SentMail


@jobs.task(name="tell_author", retry=RETRY)
async def tell_author(comment_id: int) -> None:
    """Tell the author of a post that somebody has commented on it, once."""
    async with database.SessionFactory() as session:
        told = await mail_about(session=session, comment_id=comment_id)
        if told is not None and await is_new(session=session, key=told.key):
            await mail.send(told)
            await session.commit()


async def is_new(*, session: AsyncSession, key: str) -> bool:
    """Note an e-mail as sent; False if it was. Waits while another worker sends it."""
    noted = insert(SentMail).values(key=key).on_conflict_do_nothing()
    return await session.scalar(noted.returning(SentMail.key)) is not None


async def mail_about(*, session: AsyncSession, comment_id: int) -> mail.Mail | None:
    """The e-mail about a comment, as things stand now; None when nobody wants it."""
    by = aliased(User)
    wanted = (
        select(User.email, by.name, Post.title)
        .join_from(Comment, Post)
        .join(User, User.id == Post.author_id)
        .join(by, by.id == Comment.author_id)
        .where(Comment.id == comment_id, User.id != by.id)
        .where(User.active, User.email.is_not(None))
    )
    found = (await session.execute(wanted)).one_or_none()
    if found is None:
        return None
    subject = f"{found.name} has commented on {found.title!r}"
    return mail.Mail(key=f"comment-{comment_id}", to=found.email, subject=subject)
