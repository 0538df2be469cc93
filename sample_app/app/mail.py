"""E-mail. There is no mail server yet: what it would get is said in the log."""

import logging
from dataclasses import dataclass

logger = logging.getLogger("postboard.mail")


@dataclass(frozen=True)
class Mail:
    """An e-mail. Its key tells the mail server whether it has this one already."""

    key: str
    to: str
    subject: str


async def send(mail: Mail) -> None:
    """Hand an e-mail to the mail server. Raises OSError when there is none."""
    logger.info("%s: %s", mail.key, mail.subject)
