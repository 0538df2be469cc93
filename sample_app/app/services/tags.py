"""Tags."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Tag
from app.services import posts


def replace(*, session: Session, post_id: int, names: set[str]) -> list[str]:
    """Give a post exactly these tags; new ones are made. Raises NotFound."""
    post = posts.locked(session=session, post_id=post_id)
    session.refresh(post, ["tags"])
    post.tags = _named(session=session, names=names)
    session.commit()
    return sorted(names)


def _named(*, session: Session, names: set[str]) -> list[Tag]:
    if not names:
        return []
    # Sorted, so that two requests at once wait for each other in one order only.
    wanted = sorted(names)
    rows = [{"name": name} for name in wanted]
    session.execute(insert(Tag).on_conflict_do_nothing(), rows)
    return list(session.scalars(select(Tag).where(Tag.name.in_(wanted))))
