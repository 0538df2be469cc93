"""Which addresses may be attacked: those of this machine, and no other."""

from course.serving import loopback as addresses
from course.serving.loopback import Place

_NEEDS = "From lesson 5.7 on, your app needs a file .env before it starts: .env.example says what is in it."
_ATTACKED = addresses.Deed(
    "attacked",
    elsewhere="Start your app on this machine, for example with `uvicorn app.main:app`, and give its "
    f"address. {_NEEDS}",
    silent="Start your app in another terminal, for example with `uvicorn app.main:app`, or leave the "
    f"address out: then a copy of your app is attacked. {_NEEDS}",
)


def loopback(url: str) -> Place:
    """The server at `url`, one of this machine. Raises CourseError as serving's function does."""
    return addresses.loopback(url, _ATTACKED)
