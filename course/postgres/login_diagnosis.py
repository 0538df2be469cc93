"""What can be wrong between us and a server that runs, or should. Nothing here starts or changes anything."""

import psycopg2

from course.base.errors import CourseError
from course.postgres import postmaster, roles, settings
from course.postgres.connection import Access, connecting
from course.postgres.diagnosis import Finding, somebody_listens
from course.postgres.home import Home

_NOT_POSTGRESQL = (
    "invalid response",
    "expected authentication request",
    "closed the connection unexpectedly",
)
_PASSING = (
    "starting up",
    "shutting down",
    "not yet accepting",
    "recovery mode",
    "too many clients",
    "remaining connection slots",
)


def all_findings() -> list[Finding]:
    """Return the findings of this module."""
    return [right_server(), login(), answers(), rights()]


def right_server() -> Finding:
    """Is what answers where we expect the server really that server?"""
    return _other_is_right() if settings.uses_other() else _own_is_right()


def login() -> Finding:
    """Does the server accept the password?"""
    return _other_login() if settings.uses_other() else _own_login()


def answers() -> Finding:
    """Does the server answer, or did it when it was last started?"""
    return _other_answers() if settings.uses_other() else _own_answers()


def rights() -> Finding:
    """May the login of a server that is not ours make databases?"""
    name = "The right to make databases"
    if not settings.uses_other():
        return Finding(name, True, "The course's own server gives it.")
    if _try_other() is not None:
        return Finding(name, True, "It is looked at when the server lets the login in.")
    try:
        roles.require_createdb(Access.to_other(settings.database_url() or ""))
    except CourseError as problem:
        what = f"The login in {settings.URL_VARIABLE} has not the rights that the course needs."
        cure = f"Have them given to that login, or put another into {settings.URL_VARIABLE}."
        return Finding(name, False, what, str(problem), cure)
    return Finding(name, True, f"The login in {settings.URL_VARIABLE} may make databases.")


def refuses(problem: Exception | None) -> bool:
    """Say whether a server that is PostgreSQL said no to the login for good."""
    text = str(problem or "")
    return "FATAL" in text and not any(word in text for word in _PASSING)


def _is_no_postgresql(problem: Exception | None) -> bool:
    return any(word in str(problem or "") for word in _NOT_POSTGRESQL)


def _try(url: str, ours: bool = False) -> Exception | None:
    try:
        with connecting(url, ours):
            return None
    except psycopg2.Error as problem:
        return problem


def _try_other() -> Exception | None:
    try:
        return _try(settings.database_url() or "")
    except CourseError as problem:
        return problem


def _words(problem: Exception | None) -> str:
    """The server's own words: what stands after the last address in libpq's message."""
    text = " ".join(str(problem).split())
    return f"It says: {text.rpartition('failed: ')[2] or text}"


def _other_is_right() -> Finding:
    name, problem = "The server that answers", _try_other()
    if not _is_no_postgresql(problem):
        return Finding(name, True, "No other program answers in its place.")
    what = f"What answers at the address in {settings.URL_VARIABLE} is not PostgreSQL."
    cure = f"Correct host and port in {settings.URL_VARIABLE}; PostgreSQL's usual port is 5432."
    return Finding(name, False, what, f"{_words(problem)}.", cure)


def _own_is_right() -> Finding:
    name, home = "The server that answers", Home.here()
    last = home.recorded_port()
    if postmaster.find(home.data) is not None:
        return Finding(name, True, "It is the course's own.")
    if last is None or settings.wanted_port() == str(last) or not somebody_listens(last):
        return Finding(name, True, "No other program answers in its place.")
    return Finding(
        name,
        False,
        f"On port {last}, where the course's server was, another program answers.",
        "The course's server was stopped, and something else took its port.",
        "The next lesson takes another port by itself. Replace an address with the old port that you copied "
        "somewhere, such as a .env file: it reaches the other program now.",
    )


def _other_login() -> Finding:
    name, problem = "The password", _try_other()
    if not refuses(problem):
        return Finding(name, True, "No login was refused.")
    what = f"The server in {settings.URL_VARIABLE} refuses the login."
    cure = "Correct user, password and database there, and mind which server that port reaches."
    return Finding(name, False, what, f"{_words(problem)}.", cure)


def _own_login() -> Finding:
    name, home = "The password", Home.here()
    running = postmaster.find(home.data)
    if running is None or not running.port:
        return Finding(name, True, "It is tried when the server runs.")
    if not home.passwords():
        cause = f"The file {home.passwords_file} is missing or damaged."
    else:
        access = Access.to_ours(home, running.port)
        tries = (_try(access.admin_url, True), _try(access.owner_url, True))
        # The learner's role is stopped at the door of this database, but only after its password was right.
        problem = next((one for one in tries if refuses(one) and "permission denied" not in str(one)), None)
        if problem is None:
            return Finding(name, True, "The course's server accepts it.")
        cause = f"{_words(problem)}. The passwords in {home.passwords_file} are not this server's."
    what = "The course's own server refuses the course's password."
    cure = (
        f"Run `course stop`, delete {home.passwords_file} if it is there, and open a lesson: the course "
        "gives the server new passwords, and what is stored in it stays."
    )
    return Finding(name, False, what, cause, cure)


def _other_answers() -> Finding:
    name, problem = "The server", _try_other()
    if isinstance(problem, CourseError):
        return Finding(name, False, str(problem))
    if problem is None or refuses(problem) or _is_no_postgresql(problem):
        return Finding(name, True, f"Something answers at the address in {settings.URL_VARIABLE}.")
    what = f"No server answers at the address in {settings.URL_VARIABLE}."
    cure = f"Start that server, or unset {settings.URL_VARIABLE} to use the course's own."
    return Finding(name, False, what, f"{_words(problem)}.", cure)


def _own_answers() -> Finding:
    name, home = "The server", Home.here()
    running = postmaster.find(home.data)
    if running is not None:
        problem = _try(Access.to_ours(home, running.port).admin_url, True)
        if problem is None or refuses(problem):
            return Finding(name, True, f"The course's own server answers on port {running.port}.")
        what, cure = "The course's own server runs but does not answer.", "Run `course stop` and try again."
        return Finding(name, False, what, f"{_words(problem)}.", cure)
    try:
        failure = home.failure.read_text("utf-8")
    except OSError:
        return Finding(name, True, "It does not run, and starts when it is needed.")
    cure = "Fix what it names, then open a lesson: the server starts when it is needed."
    return Finding(name, False, "The course's own server did not start the last time.", failure, cure)
