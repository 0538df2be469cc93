"""Joining a room and leaving it: what `course class join` and `course class leave` do."""

from course.base.errors import CourseError
from course.workspace.room import membership, outbox, shared, wire
from course.workspace.room.membership import Membership

_EXAMPLE = {
    "at": "2026-03-02T09:14:00+00:00",
    "event": "check",
    "id": "1.2a",
    "outcome": "not yet",
    "unmet": "An unknown post is a 404",
}


def notice(address: str) -> str:
    """What a learner reads before they agree: who gets what, what is never sent, and an example of their own.

    Raises CourseError for an address that cannot be a board's.
    """
    shown = outbox.example()
    whose = "The newest of your own log" if shown else "An example, since your log holds nothing yet"
    lines = "\n".join(f"  {_in_a_line(each)}" for each in shown or [_EXAMPLE])
    return (
        f"The board at {wire.checked(address)} belongs to your instructor, who sees under your pseudonym: "
        f"{shared.SAID}.\nNever sent: {shared.NEVER}.\n{whose}:\n{lines}\n"
        "`course class leave` ends it; `course class leave --forget` also deletes what the board has of you."
    )


def _in_a_line(event: dict[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in event.items())


def join(address: str, code: str, name: str = "", *, earlier: bool = False) -> Membership:
    """Join the room of a board; an empty `name` lets the board choose one.

    `earlier`: what the log holds already is sent too. Raises CourseError with the board's own reason, or when
    this learner is in a room, or no board answers.
    """
    known = membership.current()
    if known is not None:
        raise CourseError(
            f"You are in the room of {known.address} already, as {known.name}. To join another one, leave it "
            "first: `course class leave`."
        )
    address = wire.checked(address)
    try:
        reply = wire.send(address, "POST", "/join", {"code": code, "name": name})
    except OSError as problem:
        raise CourseError(_unreachable(address, problem)) from problem
    token, given = reply.data.get("token"), reply.data.get("name")
    if reply.status != 201 or not isinstance(token, str) or not isinstance(given, str):
        raise CourseError(reply.sentence or _no_board(address, reply.status))
    outbox.begin(earlier=earlier)
    joined = Membership(address, given, token)
    membership.store(joined)
    return joined


def leave(*, forget: bool = False) -> str:
    """Leave the room, also when its board is gone; what became of it, as a sentence.

    `forget`: the board deletes the learner and all their events, also when they have left before.
    Raises CourseError when there is no room to leave, or when a board that should forget could not be told:
    then nothing has changed.
    """
    known = membership.current()
    whose = known or (membership.left() if forget else None)
    if whose is None:
        membership.discard()
        raise CourseError("You are in no room, so there is none to leave. Nothing is sent anywhere.")
    said = f"You have left the room of {whose.address}: nothing more is sent."
    if forget:
        _ask_to_forget(whose)
        membership.forget()
        return f"{said} The board has deleted what it had of you."
    membership.put_aside()
    return (
        f"{said} The board keeps what it has of you, under your pseudonym; `course class leave --forget` "
        "deletes that too."
    )


def _ask_to_forget(known: Membership) -> None:
    try:
        reply = wire.send(known.address, "DELETE", "/me", token=known.token)
    except OSError as problem:
        raise CourseError(
            f"{_unreachable(known.address, problem)} So it could not delete what it has of you. Try again "
            "when it runs; or leave without --forget, which needs no board."
        ) from problem
    if reply.status not in (204, 401):  # 401: it does not know this learner any more
        raise CourseError(reply.sentence or _no_board(known.address, reply.status))


def standing() -> str:
    """Where this learner stands, in a sentence or two."""
    known = membership.current()
    if known is None:
        return "You are in no room, and nothing is sent anywhere. `course class join ADDRESS CODE` joins one."
    said = f"You are in the room of {known.address} as {known.name}."
    if reason := outbox.refused():
        return f"{said} The board takes nothing more from you: {reason}"
    number = outbox.number_waiting()
    events = "event waits" if number == 1 else "events wait"
    return (
        f"{said} {number} {events} for the next check or lesson."
        if number
        else f"{said} All events are sent."
    )


def _unreachable(address: str, problem: OSError) -> str:
    why = problem.strerror or str(problem) or type(problem).__name__
    return f"No board answered at {address} ({why}). Is the address spelled as your instructor gave it?"


def _no_board(address: str, status: int) -> str:
    return (
        f"What answered at {address} is no board of the course (status {status}). Is the address spelled as "
        "your instructor gave it?"
    )
