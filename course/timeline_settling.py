"""When a step of a timeline is over: each session is done, or waits for one that will not go on alone."""

import time
from collections.abc import Sequence

from course.base.errors import CourseError
from course.timeline_session import DEADLOCK_TIMEOUT, TimelineSession
from course.timeline_step import Step
from course.timeline_watch import Waits, Watch

GUARD = 30.0  # seconds that a step may run without waiting for a lock
# Seconds for which a wait must last. Each session looks for a deadlock once, soon after its wait began. When
# all others have looked before a step begins, only the session that closes the circle can be the victim.
_STEADY = 20 * DEADLOCK_TIMEOUT


class Settling:
    """Knows who waits for whom since the last step, and waits until the next one is over."""

    def __init__(self, watch: Watch, sessions: Sequence[TimelineSession]) -> None:
        self._watch, self._sessions = watch, sessions
        self._steady = _STEADY + (0 if watch.may_hurry else watch.deadlock_timeout)
        self._known: Waits = {}

    def settle(self, now: Step) -> None:
        """Return when it is over. Raises CourseError when a step runs on and on."""
        deadline, seen, since = time.monotonic() + GUARD, None, 0.0
        while busy := [each for each in self._sessions if each.busy]:
            if busy[-1].wait(0.002):
                continue
            waits = self._watch.waits({each.name: each.pid for each in busy})
            if waits == self._known:  # only those that waited before
                return
            if waits != seen:
                seen, since = waits, time.monotonic()
            if time.monotonic() - since >= self._steady and self._stands(waits, busy):
                self._known = waits
                return
            if time.monotonic() > deadline:
                raise CourseError(
                    f"Step {now.number} ({now.session}) was not done after {GUARD:.0f} seconds, and nothing "
                    "in the database holds it up, so the timeline gave up. Look at what the step runs."
                )
        self._known = {}

    def waits_for(self, session: TimelineSession) -> str:
        """The names of those whom a session waits for."""
        names = {each.pid: each.name for each in self._sessions}
        pids = self._known.get(session.name, ())
        return ", ".join(dict.fromkeys(names.get(pid, "a session elsewhere") for pid in pids))

    def _stands(self, waits: Waits, busy: Sequence[TimelineSession]) -> bool:
        """Whether nothing will happen by itself: all wait, without an end to it that PostgreSQL will make."""
        if any(each.impatient and each.name not in self._known for each in busy):
            return False
        left = {each.pid: set(waits[each.name]) for each in busy}
        if not all(left.values()):
            return False
        while free := [pid for pid, blockers in left.items() if not blockers & left.keys()]:
            for pid in free:
                del left[pid]
        return not left  # what is left waits in a circle
