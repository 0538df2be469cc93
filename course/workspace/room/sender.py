"""The thread that sends what is new in the log. It costs a check one look at the file system.

A process of its own was considered: each learner of a hub would have one all day, for a few hundred bytes.
"""

import threading
from contextlib import suppress

from filelock import FileLock, Timeout

from course.base import paths
from course.base.errors import CourseError
from course.workspace.room import membership, outbox, wire

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # seconds after an attempt that failed; each one doubles it
_PATIENCE = 0.2  # seconds: what is logged at once is sent at once
_GONE, _TOO_MUCH, _MALFORMED, _TOO_OFTEN = 401, 413, 422, 429


def wake() -> None:
    """Say that the log has grown. Returns at once, whatever the board does, and raises nothing."""
    with suppress(RuntimeError):  # no thread can be started: the next event tries again
        _sender.wake()


class _Sender:
    def __init__(self) -> None:
        self._news, self._starting = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        self._news.set()
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="course-room", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        failed = 0
        while True:
            self._news.wait()
            threading.Event().wait(_PATIENCE)
            self._news.clear()
            while (pause := _attempt(failed)) > 0:
                failed += 1
                threading.Event().wait(pause)
            failed = 0


_sender = _Sender()


def _attempt(failed: int) -> float:
    """Send all that waits; seconds until the next attempt, 0 when none is needed."""
    try:
        return send_all(failed)
    except Exception:  # whatever it is: the log holds the events, and a page must not show it
        return LONGEST_PAUSE


def send_all(failed: int = 0) -> float:
    """Send all that waits, in this thread; seconds to wait before the next attempt, 0 when all is sent.

    `failed`: how many attempts went wrong before this one.
    """
    pause: float = min(FIRST_PAUSE * 2 ** min(failed, 10), LONGEST_PAUSE)
    try:
        with FileLock(paths.state() / "room.lock", timeout=0):
            member = membership.current()
            while member is not None and not outbox.refused():
                waiting = outbox.batch()
                if not waiting.events:  # what was read stays here; there may be more behind it
                    if not outbox.done(waiting):
                        break
                elif (wait := _deliver(member, waiting)) is not None:
                    return wait or pause
    except Timeout:
        return FIRST_PAUSE  # another notebook of this learner's sends
    except (OSError, CourseError):
        return pause
    return 0.0


def _deliver(member: membership.Membership, waiting: outbox.Batch) -> float | None:
    """Send a batch: None when it is settled, else the seconds that the board wants, 0 when it said none."""
    reply = wire.send(member.address, "POST", "/events", {"events": waiting.events}, member.token)
    if reply.status == 200 and reply.data.get("last") == waiting.behind.sequence:
        outbox.done(waiting)
    elif reply.status == _GONE and reply.sentence:
        outbox.refuse(reply.sentence)
    elif reply.status == _TOO_OFTEN:
        return min(max(reply.retry_after, 1.0), 5 * LONGEST_PAUSE)
    elif reply.status in (_TOO_MUCH, _MALFORMED) and reply.sentence:
        return _piecewise(member, waiting)
    else:
        return 0.0
    return None


def _piecewise(member: membership.Membership, waiting: outbox.Batch) -> float | None:
    """One event that the board refuses must not keep back the rest: halves, and at last it is left out."""
    if len(waiting.events) > 1:
        return _deliver(member, outbox.batch(len(waiting.events) // 2))
    outbox.done(waiting)
    return None
