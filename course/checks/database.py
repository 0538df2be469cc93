"""The clean database that a check gives to each expectation which asks for one."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg2
from psycopg2.extensions import connection as Connection

from course import postgres
from course.checks import sessions
from course.postgres import in_place, settings
from course.postgres.home import Home
from course.postgres.in_place import InPlace

_PREFIX = "check_"
_cleared = False
_kept: dict[tuple[int, str], InPlace] = {}  # of this process on this server; a forked child has its own
_onlookers: dict[str, Connection] = {}  # idle sessions of `onlooker`, by address


@contextmanager
def fresh() -> Iterator[str]:
    """The address of an empty database of this process: whatever was made in the last one is gone.

    On our own server it stays until the next check, because what is done to it then is time that the
    learner would wait; those of processes that have ended are dropped first. On another server nothing stays.
    """
    name = f"{_PREFIX}{os.getpid()}"
    if settings.uses_other():
        try:
            yield postgres.reset(name)
        finally:
            sessions.forget()
            postgres.drop(name)
        return
    # What an answer forgot is closed by the collector: now, not when its session has been sent away.
    gc.collect(1)
    database = _emptied(name)
    try:
        yield database.url
    finally:
        if link := _onlookers.pop(database.url, None):
            link.close()
        if database.give_role_back():
            sessions.forget()


@contextmanager
def onlooker(url: str) -> Iterator[Connection]:
    """An autocommit session at `url`: in an expectation's own database one is kept for the next look.

    Opening a session takes longer than most looks. Two looks at once have two sessions.
    """
    link = _onlookers.pop(url, None)
    if link is None or link.closed:
        link = session(url)
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
    try:
        yield link
    finally:
        mine = any(kept.url == url for kept in _kept.values())
        if mine and not link.closed and url not in _onlookers:
            _onlookers[url] = link
        else:
            link.close()


def session(url: str) -> Connection:
    """A session at `url`; in the database of an expectation it may be one that the last expectation had."""
    mine = any(kept.url == url for kept in _kept.values())
    return sessions.opened(url) if mine else psycopg2.connect(url)


def _emptied(name: str) -> InPlace:
    key = (os.getpid(), str(Home.here().folder))
    kept = _kept.pop(key, None)
    if kept is None or not kept.empty(sessions.waiting()):
        if kept is not None:
            kept.close()
        postgres.ensure()
        _clear_once()
        kept = InPlace(name)
    else:
        kept.note_role()
    _kept[key] = kept
    return kept


def _clear_once() -> None:
    global _cleared
    if not _cleared:
        for name in {*postgres.names(), *in_place.names()}:  # an earlier edition made them the learner's
            owner = name.removeprefix(_PREFIX)
            if name != owner and owner.isdecimal() and not psutil.pid_exists(int(owner)):
                postgres.drop(name)
    _cleared = True
