"""The first admin: python -m app.make_admin E-MAIL, where Postboard runs."""

import asyncio
import sys
from argparse import ArgumentParser

from sqlalchemy import update

from app.accounts import User
from app.database import SessionFactory
from app.schemas.accounts import as_email


async def make_admin(email: str) -> str:
    """Make the user of an e-mail address an admin; their name, or "" for nobody."""
    theirs = update(User).where(User.email == as_email(email), User.active)
    async with SessionFactory() as session:
        made = await session.scalars(theirs.values(role="admin").returning(User.name))
        name = made.one_or_none()
        await session.commit()
    return name or ""


if __name__ == "__main__":
    parser = ArgumentParser(description="Make a user an admin.")
    parser.add_argument("email", metavar="E-MAIL")
    name = asyncio.run(make_admin(parser.parse_args().email))
    if not name:
        sys.exit("No active user has this e-mail address. Register it first.")
    print(f"{name} is an admin now.")
