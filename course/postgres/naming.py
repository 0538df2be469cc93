"""What a database is called on the server: on one that learners share, each has names of their own.

Everything that bears a name there goes through here: databases, templates, and the lock under which they are
made. On the course's own server there is one learner, and a database is called what the learner calls it.
"""

import getpass
import hashlib
import os
import re
import socket

from course.base import paths
from course.postgres import settings

MOST_BYTES = 63  # of a name in PostgreSQL
_LOCK = 7_305_113  # any number, the same in every process
_READABLE = 16  # letters of a learner's name that are kept in the names of their databases


def learner(login: str) -> str:
    """Return the short name that all databases of this learner begin with on a server that is not ours.

    `COURSE_LEARNER`, else the user of a JupyterHub, else made from user, host, the learner's folder and the
    `login` there. Letters and digits only, a letter first: so the first underscore in a name ends it.
    """
    chosen = [name for each in settings.LEARNER_VARIABLES if (name := os.environ.get(each, "").strip())]
    if not chosen:
        user = _user()
        return _short(user, "\n".join([user, socket.gethostname(), str(paths.work().resolve()), login]))
    plain = re.fullmatch(rf"[a-z][a-z0-9]{{0,{_READABLE + 5}}}", chosen[0])
    return chosen[0] if plain else _short(chosen[0], chosen[0])


def real(name: str, learner: str) -> str:
    """Return what the database `name` of this learner is called on the server; `learner` is "" on our own.

    A name that would be too long is cut, with digits that keep it apart from others.
    """
    whole = f"{learner}_{name}" if learner else name
    if len(whole.encode()) <= MOST_BYTES:
        return whole
    end = f"_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return whole.encode()[: MOST_BYTES - len(end)].decode("utf-8", "ignore") + end


def learners_name(name: str, learner: str) -> str:
    """Return what the learner calls the database that is called `name` on the server."""
    return name.removeprefix(f"{learner}_") if learner else name


def lock(learner: str) -> int:
    """Return the number of the advisory lock under which this learner's databases are made and dropped."""
    return _LOCK if not learner else int.from_bytes(hashlib.sha256(learner.encode()).digest()[:7], "big")


def _short(shown: str, whole: str) -> str:
    letters = re.sub(r"[^a-z0-9]", "", shown.lower())[:_READABLE]
    head = letters if letters[:1].isalpha() else f"u{letters}"
    return head + hashlib.sha256(whole.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a number without a name, as some containers have it
        return str(os.getuid()) if hasattr(os, "getuid") else "user"
